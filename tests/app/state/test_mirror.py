"""Frames in, a calm avatar out; and the feed that keeps up with its source."""

from collections.abc import Iterator
from functools import partial
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.estimating import Estimating
from app.rendering import Rendering
from app.state.camera_frames import FULL, LOOKED_AT, Feed, Frame, Sight, SourceError, now, sight_of, square_of
from app.state.mirror import LOST_AFTER, Mirror
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import Camera
from core.errors import ModelError
from core.faces.landmarks import Placed
from tests.app.fake_engine import FakeEngine
from tests.app.scripted_source import HEIGHT, WIDTH, ScriptedSource, SeeingReadings, frame_of, scene


@pytest.fixture
def readings() -> SeeingReadings:
    return SeeingReadings()


@pytest.fixture
def mirror(schema: AvatarSchema, rendering: Rendering, readings: SeeingReadings) -> Iterator[Mirror]:
    estimating = Estimating(schema, readings)
    mirror = Mirror(AvatarVector.default(schema), frozenset({"glasses"}), Camera, estimating, rendering, is_mirrored=True)
    yield mirror
    mirror.stop()
    estimating.close()


def is_missed(mirror: Mirror, readings: SeeingReadings, count: int, before: int) -> bool:
    return readings.num_followed > before and mirror._missed == count


def sight(face: bool = True) -> Sight:
    return sight_of(frame_of(scene(face)))


def test_a_mirror_draws_what_it_sees_with_the_play_of_the_face(
    qtbot: QtBot, mirror: Mirror, engine: FakeEngine, readings: SeeingReadings
) -> None:
    readings.expressed = {"jawOpen": 0.9, "eyeBlinkLeft": 1.0}
    with qtbot.waitSignal(mirror.drew):
        mirror.see(sight())
    assert mirror.is_ready
    assert engine.poses[-1]["eyeBlinkRight"] > 0.9  # as in a mirror
    assert "eyeBlinkLeft" not in engine.poses[-1]
    assert engine.details[-1] == "light"
    assert mirror.estimate is not None
    assert mirror.estimate.vector["skin_tone"] == "tone_05"


def test_of_sights_that_wait_only_the_newest_is_looked_at(qtbot: QtBot, mirror: Mirror, readings: SeeingReadings) -> None:
    gate, follow = Event(), readings.follow
    seen: list[bool] = []

    def slow(picture: np.ndarray, before: Placed | None) -> Placed | None:
        gate.wait(20)
        seen.append(bool(picture.any()))
        return follow(picture, before)

    readings.follow = slow  # type: ignore[method-assign]
    mirror.see(sight(face=False))
    for _ in range(20):
        mirror.see(sight(face=False))
    newest = sight()
    mirror.see(newest)
    gate.set()
    qtbot.waitUntil(lambda: mirror.latest is not None)
    assert mirror.latest is not None
    assert mirror.latest[0] is newest
    assert seen == [False, True]


def test_nothing_is_drawn_once_nothing_moves(qtbot: QtBot, mirror: Mirror, engine: FakeEngine) -> None:
    with qtbot.waitSignal(mirror.drew):
        mirror.see(sight())
    qtbot.waitUntil(lambda: not mirror._is_drawing)
    drawn = engine.num_renders
    qtbot.wait(150)
    assert engine.num_renders - drawn <= 1


def test_a_face_is_lost_after_some_frames_and_found_again(qtbot: QtBot, mirror: Mirror, readings: SeeingReadings) -> None:
    with qtbot.waitSignal(mirror.drew):
        mirror.see(sight())
    kept = mirror.estimate
    for count in range(1, LOST_AFTER + 1):
        assert not mirror.is_lost
        before = readings.num_followed
        mirror.see(sight(face=False))
        qtbot.waitUntil(partial(is_missed, mirror, readings, count, before))
    assert mirror.is_lost
    assert mirror.estimate is kept
    mirror.see(sight())
    qtbot.waitUntil(lambda: not mirror.is_lost)


def test_what_is_locked_or_not_predicted_stays(qtbot: QtBot, schema: AvatarSchema, mirror: Mirror) -> None:
    with qtbot.waitSignal(mirror.drew):
        mirror.see(sight())
    assert mirror._wanted is not None
    default = AvatarVector.default(schema)
    assert mirror._wanted["glasses"] == default["glasses"]
    assert mirror._wanted["smile"] == default["smile"]
    assert mirror._wanted["hair_type"] == "style_7"


def test_a_mirror_that_is_held_or_stopped_does_nothing(qtbot: QtBot, mirror: Mirror, readings: SeeingReadings) -> None:
    mirror.hold(True)
    mirror.see(sight())
    qtbot.wait(50)
    assert readings.num_followed == 0
    mirror.hold(False)  # what waited is seen now
    qtbot.waitUntil(lambda: mirror.is_ready)
    mirror.stop()
    count = readings.num_followed
    mirror.see(sight())
    qtbot.wait(50)
    assert readings.num_followed == count


def test_an_error_ends_it_and_is_told_once(qtbot: QtBot, mirror: Mirror, readings: SeeingReadings) -> None:
    readings.follow_error = ModelError("There is none.")
    with qtbot.waitSignal(mirror.failed) as told:
        mirror.see(sight())
    assert told.args is not None
    assert isinstance(told.args[0], ModelError)
    mirror.see(sight())
    qtbot.wait(50)
    assert readings.num_followed == 1


def test_rates_count_what_happened(qtbot: QtBot, mirror: Mirror) -> None:
    with qtbot.waitSignal(mirror.drew):
        mirror.see(sight())
    rates = mirror.rates
    assert rates.followed == 0.5  # one in two seconds
    assert rates.estimated == 0.5
    assert rates.drawn >= 0.5


def test_a_sight_is_the_square_in_the_middle() -> None:
    picture = scene()
    square = sight_of(frame_of(picture))
    edge = (WIDTH - HEIGHT) // 2
    np.testing.assert_array_equal(square.picture, picture[:, edge : edge + HEIGHT])
    assert square.image.width() == HEIGHT
    tall = frame_of(np.full((2400, 1800, 3), 90, np.uint8))
    assert sight_of(tall).picture.shape == (LOOKED_AT, LOOKED_AT, 3)
    assert square_of(tall, FULL).shape == (FULL, FULL, 3)
    odd = np.random.default_rng(0).integers(0, 255, (21, 21, 3), np.uint8)  # the rows of its image are padded
    np.testing.assert_array_equal(square_of(frame_of(odd), FULL), odd)


def test_a_frame_that_holds_nothing_ends_the_feed_with_a_sentence(qtbot: QtBot) -> None:
    source = ScriptedSource()
    feed = Feed(source)
    feed.start()
    with qtbot.waitSignal(feed.failed) as told:
        source.arrived.emit(frame_of(np.zeros((0, 0, 3), np.uint8)))
    assert told.args is not None
    assert isinstance(told.args[0], SourceError)
    assert not source.is_open


def test_a_feed_that_is_held_shows_nothing_and_a_stopped_one_is_closed(qtbot: QtBot) -> None:
    source = ScriptedSource()
    feed = Feed(source)
    with qtbot.waitSignal(feed.showed):
        feed.start()
    feed.hold(True)
    before = feed.latest
    qtbot.wait(60)
    assert feed.latest is before
    feed.stop()
    feed.stop()
    assert source.num_stops == 1
    assert not feed._lane._thread.is_alive()


def test_a_feed_makes_only_the_newest_of_the_frames_that_wait(qtbot: QtBot) -> None:
    gate, made = Event(), list[int]()

    def frame(number: int) -> Frame:
        def square(_: int) -> np.ndarray:
            gate.wait(20)
            made.append(number)
            return scene()[:, :HEIGHT]

        return Frame(square, now())

    source = ScriptedSource(interval_ms=10_000)
    feed = Feed(source)
    feed.start()
    source.arrived.emit(frame(0))
    qtbot.wait(30)  # it is being made
    for number in range(1, 9):
        source.arrived.emit(frame(number))
    gate.set()
    qtbot.waitUntil(lambda: len(made) >= 2)
    feed.stop()
    assert made == [0, 8]


@pytest.mark.usefixtures("qapp")
def test_a_source_that_breaks_is_stopped_and_told_once() -> None:
    source = ScriptedSource()
    feed = Feed(source)
    told: list[Exception] = []
    feed.failed.connect(told.append)
    feed.start()
    for _ in range(3):
        source.break_down(SourceError("lost"))
    assert [error.kind for error in told if isinstance(error, SourceError)] == ["lost"]
    assert not source.is_open
