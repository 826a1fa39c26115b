import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.estimating import Estimating
from app.state.photo import OpenedPhoto
from core.faces.checks import Advice
from core.methods import Estimate
from tests.app.conftest import READ, FakeReadings
from tests.app.fake_engine import fake_schema

SOMEWHERE = np.array([[10, 10], [20, 10], [15, 25]], np.float32)
ELSEWHERE = SOMEWHERE + 3
LARGEST = np.array([[90, 40], [130, 40], [110, 75]], np.float32)
DARK = Advice("too_dark", "It is dark.", 1.0, 2.0)
SEVERAL = Advice("several", "There are two of you.", 2.0, 1.5)


@pytest.fixture
def opened(readings: FakeReadings) -> Iterator[OpenedPhoto]:
    estimating = Estimating(fake_schema(), readings)
    yield OpenedPhoto(estimating)
    estimating.close()


def test_photo_becomes_a_selfie_and_an_estimate(qtbot: QtBot, opened: OpenedPhoto, photo: Path) -> None:
    stages: list[str] = []
    opened.changed.connect(lambda: stages.append(opened.stage))
    with qtbot.waitSignal(opened.estimated) as signal:
        opened.open(photo)
    (estimate,) = signal.args or []

    assert isinstance(estimate, Estimate)
    assert estimate.vector["skin_tone"] == "tone_05"
    assert list(dict.fromkeys(stages)) == ["opening", "reading", "ready"]
    assert opened.portrait is not None
    assert opened.portrait.selfie.path == photo


def test_bytes_are_a_photo_too(qtbot: QtBot, opened: OpenedPhoto, photo: Path) -> None:
    with qtbot.waitSignal(opened.estimated):
        opened.open(photo.read_bytes())

    assert opened.photo is not None
    assert opened.photo.path is None


def test_one_of_several_faces_is_chosen(qtbot: QtBot, opened: OpenedPhoto, photo: Path, readings: FakeReadings) -> None:
    readings.boxes = [(0, 0, 50, 50), (60, 0, 110, 50), (120, 0, 170, 50)]
    opened.open(photo)
    qtbot.waitUntil(lambda: opened.stage == "choosing")
    opened.choose(7)
    assert opened.stage == "choosing"
    with qtbot.waitSignal(opened.estimated):
        opened.choose(3)

    assert opened.portrait is not None
    assert int(opened.portrait.selfie.wide[0, 0, 0]) == 3
    opened.choose_again()
    assert opened.stage == "choosing"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"no picture at all", "not a"), (None, "does not exist")],
    ids=["empty", "text", "missing"],
)
def test_bad_photo_says_what_is_wrong(
    qtbot: QtBot, opened: OpenedPhoto, tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "x.jpg"
    if content is not None:
        path.write_bytes(content)
    opened.open(path)
    qtbot.waitUntil(lambda: opened.stage == "failed")

    assert words in opened.problem


def test_photo_without_a_face_has_it_placed(qtbot: QtBot, opened: OpenedPhoto, photo: Path, readings: FakeReadings) -> None:
    readings.boxes, readings.guessed = [], SOMEWHERE
    opened.open(photo)
    qtbot.waitUntil(lambda: opened.stage == "placing")
    assert "No face" in opened.problem
    assert opened.place_to_start is SOMEWHERE
    with qtbot.waitSignal(opened.estimated):
        opened.place_at(ELSEWHERE)

    assert opened.stage == "ready"
    assert readings.placed == [ELSEWHERE]
    opened.place()
    assert opened.place_to_start is ELSEWHERE


def test_placing_given_up_leaves_the_photo_without_a_face(
    qtbot: QtBot, opened: OpenedPhoto, photo: Path, readings: FakeReadings
) -> None:
    readings.boxes = []
    opened.open(photo)
    qtbot.waitUntil(lambda: opened.stage == "placing")
    opened.stop_placing()

    assert (opened.stage, opened.is_photos_fault, opened.can_place) == ("failed", True, True)
    assert opened.photo is not None
    opened.place()
    assert opened.stage == "placing"


@pytest.mark.parametrize("stage", ["ready", "choosing"])
def test_placing_given_up_goes_back(qtbot: QtBot, opened: OpenedPhoto, photo: Path, readings: FakeReadings, stage: str) -> None:
    readings.boxes = [(60, 0, 160, 100)] if stage == "ready" else [(0, 0, 50, 50), (60, 0, 160, 100)]
    opened.open(photo)
    qtbot.waitUntil(lambda: opened.stage == stage)
    before = (opened.stage, opened.photo, opened.portrait)
    opened.place()
    assert opened.stage == "placing"
    assert opened.place_to_start == pytest.approx(READ if stage == "ready" else LARGEST)
    opened.stop_placing()

    assert (opened.stage, opened.photo, opened.portrait) == before


def test_nothing_is_placed_without_a_photo_or_while_it_is_read(qtbot: QtBot, opened: OpenedPhoto, photo: Path) -> None:
    stages: list[tuple[str, bool]] = []
    opened.changed.connect(lambda: stages.append((opened.stage, opened.can_place)))
    opened.place()
    opened.place_at(SOMEWHERE)
    assert opened.stage == "empty"
    with qtbot.waitSignal(opened.estimated):
        opened.open(photo)

    assert set(stages) == {("opening", False), ("reading", False), ("ready", True)}


def test_another_photo_while_placing_is_read_as_ever(
    qtbot: QtBot, opened: OpenedPhoto, photo: Path, readings: FakeReadings
) -> None:
    with qtbot.waitSignal(opened.estimated):
        opened.open(photo)
    opened.place()
    with qtbot.waitSignal(opened.estimated):
        opened.open(photo)
    opened.stop_placing()

    assert opened.stage == "ready"
    assert readings.placed == []


def test_advice_comes_with_the_face(qtbot: QtBot, opened: OpenedPhoto, photo: Path, readings: FakeReadings) -> None:
    readings.advice = (SEVERAL, DARK)
    with qtbot.waitSignal(opened.estimated):
        opened.open(photo)

    assert opened.portrait is not None
    assert opened.portrait.advice == (SEVERAL, DARK)


def test_whoever_chose_the_face_is_not_told_of_others(
    qtbot: QtBot, opened: OpenedPhoto, photo: Path, readings: FakeReadings
) -> None:
    readings.advice = (SEVERAL, DARK)
    readings.boxes = [(0, 0, 50, 50), (60, 0, 160, 100)]
    opened.open(photo)
    qtbot.waitUntil(lambda: opened.stage == "choosing")
    with qtbot.waitSignal(opened.estimated):
        opened.choose(1)

    assert opened.portrait is not None
    assert opened.portrait.advice == (DARK,)


def test_newest_photo_wins(qtbot: QtBot, opened: OpenedPhoto, photo: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    other.write_bytes(photo.read_bytes())
    estimates: list[Estimate] = []
    opened.estimated.connect(estimates.append)
    opened.open(photo)
    opened.open(other)
    qtbot.waitUntil(lambda: opened.stage == "ready" and bool(estimates))

    assert opened.portrait is not None
    assert opened.portrait.selfie.path == other
    assert len(estimates) == 1


def test_newest_photo_is_opened_though_an_older_one_comes_while_it_waits(
    qtbot: QtBot, readings: FakeReadings, photo: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.png"
    other.write_bytes(photo.read_bytes())
    warming, warmed = threading.Event(), threading.Event()

    def warm_up() -> None:
        warming.set()
        assert warmed.wait(30)

    readings.warm_up = warm_up  # type: ignore[method-assign]  # the worker is busy for as long as the test wants
    estimating = Estimating(fake_schema(), readings)
    opened = OpenedPhoto(estimating)
    opened.open(photo)
    estimating.warm_up()
    assert warming.wait(30)
    # The first photo is open, and its news lies before the window; the second one waits for the worker.
    opened.open(other)
    qtbot.wait(50)
    warmed.set()
    with qtbot.waitSignal(opened.estimated):
        pass
    estimating.close()

    assert opened.portrait is not None
    assert opened.portrait.selfie.path == other


def test_clearing_forgets_a_photo_on_its_way(qtbot: QtBot, opened: OpenedPhoto, photo: Path) -> None:
    opened.open(photo)
    opened.clear()
    qtbot.wait(100)

    assert (opened.stage, opened.photo) == ("empty", None)


@pytest.fixture
def keeping(readings: FakeReadings) -> Iterator[OpenedPhoto]:
    estimating = Estimating(fake_schema(), readings)
    yield OpenedPhoto(estimating, keeps_photo=True)
    estimating.close()


@pytest.mark.parametrize("stage", ["ready", "choosing", "placing"])
def test_file_that_cannot_be_opened_leaves_the_photo_that_was_there(
    qtbot: QtBot, keeping: OpenedPhoto, photo: Path, readings: FakeReadings, tmp_path: Path, stage: str
) -> None:
    box = (60.0, 0.0, 160.0, 100.0)
    readings.boxes = {"ready": [box], "choosing": [(0.0, 0.0, 50.0, 50.0), box], "placing": []}[stage]
    keeping.open(photo)
    qtbot.waitUntil(lambda: keeping.stage == stage)
    before = (keeping.stage, keeping.photo, keeping.portrait, keeping.problem, keeping.is_photos_fault)
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    with qtbot.waitSignal(keeping.refused) as signal:
        keeping.open(tmp_path / "bad.jpg")

    assert "bad.jpg" in str((signal.args or [])[0])
    assert (keeping.stage, keeping.photo, keeping.portrait, keeping.problem, keeping.is_photos_fault) == before


def test_photo_without_a_face_is_told(qtbot: QtBot, opened: OpenedPhoto, photo: Path, readings: FakeReadings) -> None:
    readings.boxes = []
    with qtbot.waitSignal(opened.faceless):
        opened.open(photo)

    assert opened.stage == "placing"


def test_face_and_estimate_that_are_known_are_not_asked_for(
    qtbot: QtBot, opened: OpenedPhoto, photo: Path, readings: FakeReadings
) -> None:
    readings.boxes = [(0, 0, 50, 50), (60, 0, 110, 50)]
    estimates: list[Estimate] = []
    opened.estimated.connect(estimates.append)
    opened.open(photo, 2, is_estimated=False)
    qtbot.waitUntil(lambda: opened.stage == "ready")
    qtbot.wait(50)

    assert estimates == []
    assert opened.portrait is not None
    assert int(opened.portrait.selfie.wide[0, 0, 0]) == 2
    with qtbot.waitSignal(opened.estimated):
        opened.choose(1)
