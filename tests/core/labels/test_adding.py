import io
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from typing_extensions import override

from core.errors import FaceError, LabelError, NoFaceError, PhotoError, SeveralFacesError
from core.faces import reading
from core.faces.align import Frame, wider
from core.images import photos_in, read_photo
from core.labels import adding
from core.labels.adding import CROP_SIZE, add_photos, is_blind, move_photo, open_photo, place_face
from core.labels.evaluation_set import EvaluationSet
from core.labels.locking import lock
from core.labels.overview import Filter, View, crop, entries
from core.reporting import SilentReporter
from tests.core.labels.sets import make_set

VIEW = View("Ada", "toy")


class Watching(SilentReporter):
    """Stops after so many files."""

    def __init__(self, stop_after: int = 99) -> None:
        self.told: list[tuple[int, int]] = []
        self.stop_after = stop_after

    @override
    def progress(self, step: int, total: int) -> None:
        self.told.append((step, total))

    @override
    def should_stop(self) -> bool:
        return len(self.told) >= self.stop_after


def read_colour(image: Any, face: int | None, path: Path, placed: Any) -> Any:
    """Instead of networks: green pictures have a face, blue ones have two, others none."""
    red, green, blue = image.mean(axis=(0, 1))
    if placed is not None or green > max(red, blue) or (blue > max(red, green) and face):
        return SimpleNamespace(
            quad=np.array([[10, 10], [10, 50], [50, 50], [50, 10]], np.float32) + (0 if face is None else face)
        )
    if blue > red:
        raise SeveralFacesError(f"There are 2 faces in {path.name}.", 2)
    raise NoFaceError(f"No face was found in {path.name}.")


@pytest.fixture
def no_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read_selfie", read_colour)
    monkeypatch.setattr(reading, "warm_up", lambda: None)


@pytest.fixture
def empty(location: Path | str) -> Iterator[EvaluationSet]:
    with make_set(location, photos=0) as made:
        yield made


def save(path: Path, colour: tuple[int, int, int], exif: bool = False) -> Path:
    path.parent.mkdir(exist_ok=True)
    picture = Pillow.new("RGB", (64, 80), colour)
    tags = Pillow.Exif()
    if exif:
        tags[0x010E] = "where I live"
    picture.save(path, exif=tags)
    return path


@pytest.fixture
def album(tmp_path: Path) -> Path:
    folder = tmp_path / "album"
    save(folder / "a.PNG", (0, 200, 0), exif=True)
    save(folder / "b copy of a.png", (0, 200, 0))
    save(folder / "c.png", (200, 0, 0))
    save(folder / "deeper" / "d.png", (0, 201, 0))
    save(folder / ".hidden.png", (0, 202, 0))
    save(folder / ".thumbnails" / "x.png", (0, 203, 0))
    (folder / "e.jpg").write_bytes(b"\xff\xd8 broken")
    (folder / "notes.txt").write_text("no photo")
    return folder


@pytest.mark.usefixtures("no_networks")
def test_a_folder_is_added_photo_by_photo(empty: EvaluationSet, album: Path) -> None:
    watching = Watching()
    added = add_photos(empty, [album, album / "a.PNG"], watching, subject="Mia")

    assert [(one.path.name, one.outcome) for one in added] == [
        ("a.PNG", "added"),
        ("b copy of a.png", "duplicate"),
        ("c.png", "problem"),
        ("d.png", "added"),
        ("e.jpg", "refused"),
    ]
    assert [one.problem for one in added[1:3]] == ["b copy of a.png is the same picture as a.PNG.", "No face was found in c.png."]
    assert str(added[4].problem).startswith("e.jpg is not a JPEG")
    assert watching.told == [(number, 5) for number in range(1, 6)]
    listed = [entry.item for entry in entries(empty, VIEW)]
    assert listed == [one.item for one in added if one.outcome in ("added", "problem")]
    assert [item.position for item in listed] == [1, 2, 3]
    assert {(item.subject, item.width, item.height) for item in listed} == {("Mia", 64, 80)}
    assert listed[0].path == str(album / "a.PNG")
    assert add_photos(empty, [album])[0].outcome == "duplicate"
    assert len(entries(empty, VIEW)) == 3


@pytest.mark.usefixtures("no_networks")
def test_a_crop_carries_no_metadata(empty: EvaluationSet, album: Path) -> None:
    item = add_photos(empty, [album / "a.PNG"])[0].item
    assert item is not None
    kept = crop(empty, item.id)

    with Pillow.open(io.BytesIO(kept.jpeg)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (CROP_SIZE, CROP_SIZE), {})
    assert b"where I live" in (album / "a.PNG").read_bytes()
    assert b"where I live" not in kept.jpeg


@pytest.mark.usefixtures("no_networks")
def test_adding_can_be_stopped_between_photos(empty: EvaluationSet, album: Path) -> None:
    assert len(add_photos(empty, [album], Watching(stop_after=3))) == 3
    assert len(entries(empty, VIEW)) == 2


def test_a_set_that_cannot_be_changed_is_told_before_anything_is_read(empty: EvaluationSet, album: Path) -> None:
    lock(empty)

    with pytest.raises(LabelError, match="frozen"):
        add_photos(empty, [album], Watching(stop_after=0))


@pytest.mark.usefixtures("no_networks")
def test_what_is_no_photo_is_refused_by_name(empty: EvaluationSet, tmp_path: Path) -> None:
    (added,) = add_photos(empty, [tmp_path / "gone.jpg"])

    assert (added.outcome, added.item) == ("refused", None)
    assert "does not exist" in str(added.problem)


@pytest.mark.usefixtures("no_networks")
@pytest.mark.skipif(sys.platform == "win32", reason="it has neither pipes with names nor, for everybody, links")
def test_nothing_that_looks_like_a_photo_is_passed_over_in_silence(empty: EvaluationSet, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    save(folder / "a.png", (0, 200, 0))
    (folder / "gone.jpg").symlink_to("nowhere.jpg")
    (folder / "loop").symlink_to(".")
    os.mkfifo(folder / "pipe.png")
    (tmp_path / "empty" / "deeper").mkdir(parents=True)
    added = add_photos(empty, [folder, tmp_path / "empty"])

    assert [(one.path.name, one.outcome) for one in added] == [
        ("a.png", "added"), ("gone.jpg", "refused"), ("pipe.png", "refused"), ("empty", "refused"),
    ]  # fmt: skip
    assert "does not exist" in str(added[1].problem)
    assert "is not a file" in str(added[2].problem)
    assert "no JPEG, PNG, WebP or HEIC in this folder" in str(added[3].problem)


def test_a_folder_that_may_not_be_looked_into_stands_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    real = os.scandir

    def scan(path: Any) -> Any:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scan)

    assert photos_in([tmp_path]) == [tmp_path / "closed"]


@pytest.mark.usefixtures("no_networks")
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
def test_a_name_that_is_no_text_is_refused_and_the_next_photo_added(empty: EvaluationSet, tmp_path: Path) -> None:
    strange = save(tmp_path / "in" / "a.png", (0, 200, 0))
    strange.rename(os.fsdecode(os.fsencode(strange.parent) + b"/bad\xff.png"))
    save(tmp_path / "in" / "cat ü💥 שלום'; DROP TABLE items;--.png", (0, 201, 0))
    added = add_photos(empty, [tmp_path / "in"])

    assert [one.outcome for one in added] == ["refused", "added"]
    assert "Rename it" in str(added[0].problem)
    assert entries(empty, VIEW, Filter(text="שלום'; DROP"))[0].item.name == "cat ü💥 שלום'; DROP TABLE items;--.png"


@pytest.mark.usefixtures("no_networks")
def test_adding_again_says_who_is_on_a_photo_where_nobody_knew(empty: EvaluationSet, album: Path) -> None:
    add_photos(empty, [album / "a.PNG"])
    (first,) = add_photos(empty, [album / "a.PNG"], subject=" Mia ")
    (second,) = add_photos(empty, [album / "a.PNG"], subject="Zoe")

    assert [one.item.subject for one in (first, second) if one.item] == ["Mia", "Mia"]
    assert [entry.item.subject for entry in entries(empty, VIEW)] == ["Mia"]


@pytest.mark.usefixtures("no_networks")
def test_a_photo_that_is_gone_is_looked_for_where_its_copy_is(empty: EvaluationSet, album: Path) -> None:
    item = add_photos(empty, [album / "a.PNG"])[0].item
    assert item is not None
    (album / "a.PNG").unlink()
    with pytest.raises(PhotoError, match=r"a\.PNG is not at .* any more"):
        open_photo(item)

    (added,) = add_photos(empty, [album / "b copy of a.png"])

    assert added.outcome == "duplicate"
    assert added.item is not None
    assert (added.item.id, added.item.path) == (item.id, str(album / "b copy of a.png"))
    assert open_photo(added.item).shape == (80, 64, 3)


@pytest.mark.usefixtures("no_networks")
def test_a_photo_is_moved_only_to_the_same_picture(empty: EvaluationSet, album: Path) -> None:
    item = add_photos(empty, [album / "a.PNG"])[0].item
    assert item is not None
    lock(empty)

    assert move_photo(empty, item.id, album / "b copy of a.png").name == "b copy of a.png"
    with pytest.raises(PhotoError, match="another picture"):
        move_photo(empty, item.id, album / "c.png")
    save(album / "a.PNG", (1, 2, 3))
    with pytest.raises(PhotoError, match="another picture than the one that was added"):
        open_photo(item)


@pytest.mark.usefixtures("no_networks")
def test_a_face_that_was_not_found_can_be_placed(empty: EvaluationSet, tmp_path: Path) -> None:
    none, two = (
        add_photos(empty, [save(tmp_path / name, colour)])[0].item
        for name, colour in (("n.png", (9, 0, 0)), ("t.png", (0, 0, 9)))
    )
    assert none is not None
    assert two is not None
    with pytest.raises(FaceError):
        place_face(empty, two.id)

    assert place_face(empty, two.id, face=2).problem is None
    assert place_face(empty, none.id, placed=np.zeros((3, 2))).problem is None
    assert crop(empty, two.id).quad[0] == (12.0, 12.0)
    assert crop(empty, none.id).quad[0] == (10.0, 10.0)
    assert place_face(empty, two.id, face=1).problem is None
    assert crop(empty, two.id).quad[0] == (11.0, 11.0)


@pytest.mark.usefixtures("no_networks")
def test_a_photo_that_two_add_at_once_is_there_once(empty: EvaluationSet, album: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known, both_looked = adding._known, threading.Barrier(2, timeout=60)

    def look_together(session: Any, sha256: str) -> Any:
        found = known(session, sha256)
        if found is None:
            both_looked.wait()
        return found

    monkeypatch.setattr(adding, "_known", look_together)
    outcomes: list[str] = []
    names = ("a.PNG", "b copy of a.png")
    threads = [
        threading.Thread(target=lambda name=name: outcomes.append(add_photos(empty, [album / name])[0].outcome)) for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["added", "duplicate"]
    assert len(entries(empty, VIEW)) == 1


def test_the_blind_share_is_the_same_whatever_the_order() -> None:
    hashes = [f"{number:064x}" for number in range(4000)]
    drawn = {sha256 for sha256 in hashes if is_blind("set", sha256, 0.2)}

    assert len(drawn) / 4000 == pytest.approx(0.2, abs=0.02)
    assert drawn <= {sha256 for sha256 in hashes if is_blind("set", sha256, 0.3)}
    assert drawn != {sha256 for sha256 in hashes if is_blind("other set", sha256, 0.2)}
    assert not any(is_blind("set", sha256, 0.0) for sha256 in hashes)
    assert all(is_blind("set", sha256, 1.0) for sha256 in hashes)


def test_a_real_face_is_cropped_as_every_method_sees_it(file: Path, tmp_path: Path) -> None:
    astronaut = np.asarray(pytest.importorskip("skimage.data", reason="the astronaut comes with scikit-image").astronaut())
    path = tmp_path / "astronaut.png"
    Pillow.fromarray(astronaut).save(path)
    with make_set(file, photos=0) as faces:
        (added,) = add_photos(faces, [path])
        assert added.item is not None
        kept = crop(faces, added.item.id)
    selfie = reading.read_selfie(read_photo(path))
    seen = np.asarray(Pillow.open(io.BytesIO(kept.jpeg)), np.float32)
    exact = Frame(wider(selfie.quad, 1.6), CROP_SIZE).crop(astronaut).astype(np.float32)

    assert added.outcome == "added"
    assert added.item.sha256 == selfie.digest
    assert np.array_equal(np.array(kept.quad, np.float32), selfie.quad)
    assert float(np.abs(seen - exact).mean()) < 3.0
