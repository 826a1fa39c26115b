import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.images import write_png
from core.labels.adding import add_photos, open_photo
from core.labels.evaluation_set import EvaluationSet
from core.labels.locating import locate_photos
from core.labels.locking import lock
from core.labels.records import Item
from tests.core.labels.sets import make_set
from tests.core.labels.test_adding import Watching, read_colour


def save(path: Path, shade: int) -> Path:
    path.parent.mkdir(exist_ok=True)
    write_png(path, np.full((64, 64, 3), (0, shade, 0), np.uint8))
    return path


@pytest.fixture
def faces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EvaluationSet]:
    """A set of three photos in a folder "old"."""
    monkeypatch.setattr("core.faces.reading.read_selfie", read_colour)
    monkeypatch.setattr("core.faces.reading.warm_up", lambda: None)
    with make_set(tmp_path / "Faces.avatarset", photos=0) as made:
        add_photos(made, [save(tmp_path / "old" / f"{name}.png", shade) for name, shade in (("a", 60), ("b", 120), ("c", 180))])
        yield made


def names(items: tuple[Item, ...]) -> list[str]:
    return [item.name for item in items]


def test_photos_are_found_by_what_they_show_even_of_a_frozen_set(faces: EvaluationSet, tmp_path: Path) -> None:
    lock(faces)
    (tmp_path / "old").rename(tmp_path / "new")
    (tmp_path / "new" / "b.png").rename(tmp_path / "new" / "renamed.png")
    save(tmp_path / "new" / "c.png", 181)  # the name of c, another picture
    (tmp_path / "new" / "broken.jpg").write_text("no photo")
    watching = Watching()

    located = locate_photos(faces, [tmp_path / "new"], reporter=watching)

    assert sorted(names(located.found)) == ["a.png", "renamed.png"]
    assert names(located.missing) == ["c.png"]
    assert watching.told[-1] == (4, 4)
    for item in located.found:
        open_photo(item)


def test_the_search_ends_when_all_are_found_or_when_it_is_stopped(faces: EvaluationSet, tmp_path: Path) -> None:
    (tmp_path / "old" / "b.png").rename(tmp_path / "old" / "z.png")
    save(tmp_path / "old" / "b.png", 90)
    shutil.move(tmp_path / "old" / "a.png", tmp_path / "y.png")
    shutil.copytree(tmp_path / "old", tmp_path / "copy")

    assert names(locate_photos(faces, [tmp_path / "old"], reporter=Watching(stop_after=1)).missing) == ["a.png"]
    assert names(locate_photos(faces, [tmp_path / "y.png", tmp_path / "copy"]).found) == ["y.png"]


def test_another_picture_under_the_old_name_is_looked_for_when_somebody_says_so(faces: EvaluationSet, tmp_path: Path) -> None:
    (tmp_path / "old" / "b.png").rename(tmp_path / "old" / "z.png")
    save(tmp_path / "old" / "b.png", 90)
    assert locate_photos(faces, [tmp_path / "old"]).found == ()  # a file is there, and none is missing
    assert names(locate_photos(faces, [tmp_path / "old"], also=[2]).found) == ["z.png"]
