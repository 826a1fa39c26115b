import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.estimating import Estimating
from app.state.photo import OpenedPhoto
from core.methods import Estimate
from tests.app.conftest import FakeReadings
from tests.app.fake_engine import fake_schema


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


def test_photo_without_a_face_is_still_shown(qtbot: QtBot, opened: OpenedPhoto, photo: Path, readings: FakeReadings) -> None:
    readings.boxes = []
    opened.open(photo)
    qtbot.waitUntil(lambda: opened.stage == "failed")

    assert "No face" in opened.problem
    assert opened.photo is not None


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
