from pathlib import Path

import pytest
from PIL import Image

from core.avatar.vector import AvatarVector
from core.engines import engine_schema
from core.engines.toy import ToyEngine
from core.errors import FileNotWrittenError
from core.soundness.penetration import bounds
from core.soundness.random_avatars import Depth
from core.soundness.report import Report, write_worst
from core.soundness.telling_apart import LEAST, Likeness


def test_worst_are_the_deepest_in_their_bounds_and_not_all_of_one_pair() -> None:
    vector = AvatarVector.default(engine_schema("toon"))
    limits = bounds()
    found = [Depth(pair, share * limits[pair], limits[pair], vector, n) for pair in limits for n, share in enumerate((3.0, 0.5))]
    found += [Depth("frame in face", 9.0, limits["frame in face"], vector, n) for n in range(20)]
    worst = Report("toon", tuple(found), (), ()).worst()

    assert len(worst) == 10
    assert [one.pair for one in worst[:5]] == ["frame in face"] * 5
    assert "frame in face" not in {one.pair for one in worst[5:]}
    assert {round(one.excess, 6) for one in worst[5:]} == {3.0}


def test_options_that_look_alike_are_told() -> None:
    report = Report("toon", (), (Likeness("nose_type", ("button", "wide"), LEAST / 2, {}),), ())

    assert report.problems() == [f"nose_type: button and wide look alike ({LEAST / 2:.3f}, at least {LEAST:g})."]


def test_worst_avatars_are_drawn_from_four_sides(tmp_path: Path) -> None:
    engine = ToyEngine()
    worst = [Depth("frame in face", 0.07, 0.03, AvatarVector.default(engine.schema), 12)]

    (path,) = write_worst(engine, worst, tmp_path / "new" / "folder")

    assert path.name == "01-frame-in-face-0.070-avatar-12.png"
    with Image.open(path) as picture:
        assert picture.size == (4 * 384, 384)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(FileNotWrittenError, match="worst avatars cannot be written"):
        write_worst(ToyEngine(), [], tmp_path / "file")
