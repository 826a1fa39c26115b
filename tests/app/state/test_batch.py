"""Many photos: how each ends, what is asked first, stopping and going on, and bad input of every kind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.estimating import Estimating, Photo
from app.state import batch as batches
from app.state.batch import Batch, BatchItem
from core.errors import ModelError, PhotoError
from tests.app.conftest import FakeReadings
from tests.app.fake_engine import fake_schema

BOXES = [(0.0, 0.0, 50.0, 50.0), (60.0, 0.0, 110.0, 50.0), (120.0, 0.0, 170.0, 50.0)]


@pytest.fixture
def estimating(readings: FakeReadings) -> Iterator[Estimating]:
    estimating = Estimating(fake_schema(), readings)
    yield estimating
    estimating.close()


@pytest.fixture
def batch(estimating: Estimating) -> Iterator[Batch]:
    batch = Batch(estimating)
    yield batch
    batch.clear()


def fail(error: Exception) -> None:
    raise error


def copies(photo: Path, count: int) -> list[Path]:
    paths = [photo.with_name(f"{number:02}.png") for number in range(count)]
    for path in paths:
        path.write_bytes(photo.read_bytes())
    return paths


def is_through(batch: Batch, count: int) -> bool:
    return len(batch.items) == count and all(item.state in ("done", "attention") for item in batch.items)


def named(batch: Batch, name: str) -> BatchItem:
    return next(item for item in batch.items if item.name == name)


def test_every_photo_becomes_an_avatar_in_its_order(qtbot: QtBot, batch: Batch, photo: Path) -> None:
    done: list[int] = []
    batch.changed.connect(lambda one: done.append(one) if (item := batch.get(one)) and item.state == "done" else None)
    batch.add(copies(photo, 5))
    qtbot.waitUntil(lambda: is_through(batch, 5))

    assert [item.name for item in batch.items] == ["00.png", "01.png", "02.png", "03.png", "04.png"]
    assert done == [item.id for item in batch.items]
    assert {item.state for item in batch.items} == {"done"}
    first = batch.items[0]
    assert first.made is not None
    assert first.vector()["skin_tone"] == "tone_05"
    assert first.to_document().provenance["skin_tone"].by == "predicted"
    assert first.made.thumbnail[:2] == b"\xff\xd8"
    assert batch.remaining_s() == 0
    assert not batch.is_running


def test_bad_ones_say_why_and_stop_nobody(qtbot: QtBot, batch: Batch, photo: Path, tmp_path: Path) -> None:
    good = copies(photo, 2)
    bad = {"text.jpg": b"hello", "empty.png": b"", "cut.jpg": b"\xff\xd8\xff\xe0" * 9}
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    batch.add([*(tmp_path / name for name in bad), good[0], tmp_path / "gone.jpg", good[1]])
    qtbot.waitUntil(lambda: is_through(batch, 6))

    assert [item.name for item in batch.items if item.state == "done"] == ["00.png", "01.png"]
    for name in (*bad, "gone.jpg"):
        item = named(batch, name)
        assert (item.cause, item.made) == ("unreadable", None)
        assert name in item.reason


def test_no_face_and_several_are_told_apart(qtbot: QtBot, batch: Batch, photo: Path, readings: FakeReadings) -> None:
    readings.boxes = []
    batch.add([photo])
    qtbot.waitUntil(lambda: is_through(batch, 1))
    readings.boxes = list(BOXES)
    batch.add(copies(photo, 1))
    qtbot.waitUntil(lambda: is_through(batch, 2))
    none, several = batch.items

    assert (none.cause, none.num_faces) == ("no_face", 0)
    assert "say where the face is" in none.reason
    assert (several.cause, several.num_faces) == ("several", 3)
    assert "3 faces" in several.reason


def test_all_faces_take_the_place_of_their_photo(qtbot: QtBot, batch: Batch, photo: Path, readings: FakeReadings) -> None:
    readings.boxes = list(BOXES)
    first, second = copies(photo, 2)
    batch.add([first, second])
    qtbot.waitUntil(lambda: is_through(batch, 2))
    groups: list[int] = []
    batch.split(batch.items[0].id, groups.append)
    qtbot.waitUntil(lambda: is_through(batch, 4))

    assert [item.face for item in batch.items] == [1, 2, 3, None]
    assert [item.state for item in batch.items] == ["done", "done", "done", "attention"]
    assert [item.group for item in batch.items[:3]] == groups * 3
    assert batch.items[0].source == first  # and not its pixels, which are 12 MB


def test_pasted_photo_without_a_file_has_its_faces_taken(
    qtbot: QtBot, batch: Batch, estimating: Estimating, photo: Path, readings: FakeReadings
) -> None:
    readings.boxes = list(BOXES)
    opened: list[Photo] = []
    estimating.open(photo.read_bytes(), lambda one: estimating.find(one, opened.append, fail), fail)
    qtbot.waitUntil(lambda: bool(opened))
    batch.add_faces(opened[0], "Pasted photo")
    qtbot.waitUntil(lambda: is_through(batch, 3))

    assert {item.state for item in batch.items} == {"done"}
    assert batch.items[1].name == "Pasted photo, face 2"


def test_failed_ones_are_read_again_before_the_rest(qtbot: QtBot, batch: Batch, photo: Path, readings: FakeReadings) -> None:
    readings.boxes = []
    paths = copies(photo, 3)
    batch.add(paths[:1])
    qtbot.waitUntil(lambda: is_through(batch, 1))
    assert batch.items[0].cause == "no_face"
    batch.stop()
    readings.boxes = BOXES[:1]
    batch.add(paths[1:])
    order: list[int] = []
    batch.changed.connect(lambda one: order.append(one) if (item := batch.get(one)) and item.state == "working" else None)
    qtbot.waitUntil(lambda: len(batch.items) == 3)
    batch.retry([batch.items[0].id])
    qtbot.waitUntil(lambda: is_through(batch, 3))

    assert {item.state for item in batch.items} == {"done"}
    assert order.index(batch.items[0].id) <= 1  # one of the others may have begun already


def test_missing_model_is_said_of_each(qtbot: QtBot, batch: Batch, photo: Path, readings: FakeReadings) -> None:
    readings.error = ModelError("The model “toon_shape” is not installed.")
    batch.add([photo])
    qtbot.waitUntil(lambda: is_through(batch, 1))

    assert (batch.items[0].cause, batch.items[0].reason) == ("failed", "The model “toon_shape” is not installed.")


def test_stopped_it_rests_until_it_goes_on(qtbot: QtBot, batch: Batch, photo: Path) -> None:
    batch.add(copies(photo, 6))
    qtbot.waitUntil(lambda: any(item.state == "done" for item in batch.items))
    batch.stop()
    counts = [sum(item.state == "done" for item in batch.items)]
    qtbot.wait(100)

    assert [sum(item.state == "done" for item in batch.items)] == counts
    assert {item.state for item in batch.items} <= {"done", "waiting"}
    assert not batch.is_running
    batch.go_on()
    qtbot.waitUntil(lambda: is_through(batch, 6))


def test_folders_are_taken_with_what_is_in_them_and_nothing_twice(
    qtbot: QtBot, batch: Batch, photo: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "holiday" / "day 1"
    folder.mkdir(parents=True)
    for name in ("a.png", "b.PNG", ".hidden.png", "notes.txt"):
        (folder / name).write_bytes(photo.read_bytes())
    batch.add([tmp_path / "holiday", folder / "a.png"])
    qtbot.waitUntil(lambda: is_through(batch, 2))
    batch.add([folder])
    qtbot.wait(100)

    assert [item.name for item in batch.items] == ["a.png", "b.PNG"]


def test_folder_without_photos_is_refused_with_what_would_do(qtbot: QtBot, batch: Batch, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(batch.refused) as signal:
        batch.add([tmp_path / "empty"])

    assert "no photo in empty" in str((signal.args or [])[0])
    assert batch.items == ()


def test_more_than_fit_are_refused(qtbot: QtBot, batch: Batch, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST", 3)
    with qtbot.waitSignal(batch.refused) as signal:
        batch.add(copies(photo, 4))

    assert isinstance((signal.args or [])[0], PhotoError)
    assert batch.items == ()


def test_a_photo_that_somebody_opens_comes_first(qtbot: QtBot, batch: Batch, estimating: Estimating, photo: Path) -> None:
    order: list[str] = []
    batch.changed.connect(lambda one: order.append("batch") if (item := batch.get(one)) and item.state == "done" else None)
    batch.add(copies(photo, 8))
    qtbot.waitUntil(lambda: batch.is_running)
    estimating.open(photo, lambda _: order.append("opened"), fail)
    qtbot.waitUntil(lambda: is_through(batch, 8))

    assert order.index("opened") <= 2


def test_what_a_person_changed_stays_theirs(qtbot: QtBot, batch: Batch, photo: Path) -> None:
    batch.add([photo])
    qtbot.waitUntil(lambda: is_through(batch, 1))
    item = batch.items[0]
    document = item.to_document()
    changed = document.model_copy(update={"values": {**document.values, "skin_tone": "tone_01"}})
    batch.put(replace(item, document=changed))

    assert batch.items[0].vector()["skin_tone"] == "tone_01"
    assert batch.items[0].is_changed
    batch.remove(item.id)
    batch.put(item)  # too late: it is not there any more
    assert batch.items == ()


def test_cleared_while_it_works_nothing_comes_back(qtbot: QtBot, batch: Batch, photo: Path) -> None:
    batch.add(copies(photo, 3))
    batch.clear()  # the folder is still being looked at
    qtbot.wait(100)
    batch.add([photo])
    qtbot.waitUntil(lambda: batch.is_running)
    batch.clear()
    qtbot.wait(100)

    assert batch.items == ()
