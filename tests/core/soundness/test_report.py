import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typing_extensions import override

from core.avatar.posing import REST, Pose
from core.avatar.vector import AvatarVector
from core.engines import Detail, engine_schema, open_engine, pack_folders
from core.engines.pack import PackEngine
from core.engines.toy import ToyEngine
from core.errors import FileNotWrittenError
from core.rendering.mesh import PARTS
from core.rendering.scene import Item
from core.soundness.penetration import bounds
from core.soundness.report import Depth, Report, measure_depths, sample_whole, write_worst
from core.soundness.telling_apart import LEAST, Likeness
from tests.core.engines.packs import write_pack

FEW = 24
MANY = 2000


def test_depths_of_a_pack_are_told_as_distributions_and_sentences(tmp_path: Path) -> None:
    """The spheres stand in each other."""
    said: list[str] = []
    report = Report("balls", tuple(measure_depths(PackEngine(write_pack(tmp_path)), 100, seed=1, say=said.append)), (), ())
    row = next(row for row in report.pairs() if row["pair"] == "lens in face")

    assert row["bound"] == bounds()["lens in face"] < row["median"] <= row["p90"] <= row["p99"] <= row["worst"]
    assert row["unsound"] == 1
    assert 20 < row["avatars"] < 80
    assert any(problem.startswith("lens in face: up to 0.") for problem in report.problems())
    assert json.loads(json.dumps(report.described()))["pairs"] == report.pairs()
    assert said == ["100 of 100 avatars measured"]


def test_the_same_seed_measures_the_same(tmp_path: Path) -> None:
    engine = PackEngine(write_pack(tmp_path))

    first, again, other = ([(one.pair, one.depth) for one in measure_depths(engine, 4, seed=seed)] for seed in (1, 1, 2))

    assert first == again
    assert first != other


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


def test_extras_are_random_too_but_often_left_alone() -> None:
    schema = engine_schema("toon")
    rng = np.random.default_rng(0)
    extra = next(choice for choice in schema.discrete if choice.group == "extra")
    counts = np.unique([str(sample_whole(schema, rng)[extra.id]) for _ in range(300)], return_counts=True)
    share = dict(zip(*counts, strict=True))

    assert set(share) == {option.id for option in extra.options}
    assert 0.4 < share[extra.default] / 300 < 0.75


def unsound(engine_name: str, vectors: int) -> list[str]:
    engine = open_engine(engine_name)
    assert isinstance(engine, PackEngine)
    report = Report(engine_name, tuple(measure_depths(engine, vectors, seed=1)), (), ())

    assert len(report.pairs()) >= 10
    return report.problems()


class PushedEngine(PackEngine):
    """A pack with a fault: its glasses lie 0.05 deeper in the face."""

    @override
    def items(self, vector: AvatarVector, detail: Detail, pose: Pose = REST) -> list[Item]:
        return [self._pushed(item) for item in super().items(vector, detail, pose)]

    def _pushed(self, item: Item) -> Item:
        if PARTS[item.mesh.parts[0]] not in ("frame", "lens"):
            return item
        return replace(item, mesh=replace(item.mesh, positions=item.mesh.positions - np.array([0, 0, 0.05], np.float32)))


@pytest.mark.slow
def test_glasses_pushed_into_the_face_are_caught() -> None:
    report = Report("toon", tuple(measure_depths(PushedEngine(pack_folders()["toon"]), FEW, seed=1)), (), ())

    assert any(problem.startswith(("frame in face", "pads in nose", "lens in face")) for problem in report.problems())


def test_parts_of_a_few_random_toon_avatars_stay_out_of_each_other() -> None:
    assert unsound("toon", FEW) == []


@pytest.mark.slow
def test_parts_of_many_random_toon_avatars_stay_out_of_each_other() -> None:
    assert unsound("toon", MANY) == []
