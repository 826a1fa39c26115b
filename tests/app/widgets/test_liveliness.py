from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.main_window import MainWindow
from app.rendering import Render, Rendering, Shot
from app.widgets import liveliness
from app.widgets.liveliness import BLINK, CLOSED, HALF, OPEN, Liveliness, gaze
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import Camera
from tests.app.fake_engine import FakeEngine

Rest = Callable[[], tuple[Liveliness, Render, list[Render]]]


@pytest.fixture
def rest(qtbot: QtBot, rendering: Rendering, schema: AvatarSchema, monkeypatch: pytest.MonkeyPatch) -> Rest:
    """A still avatar that is about to come alive, and the frames it will show."""
    monkeypatch.setattr(liveliness, "QUIET_MS", 20)
    monkeypatch.setattr(liveliness, "TICK_MS", 5)
    monkeypatch.setattr(liveliness, "BLINK_EVERY_S", (0.2, 0.25))
    monkeypatch.setattr(theme, "animation_ms", lambda _, wanted: wanted)
    monkeypatch.setattr(QCursor, "pos", lambda: QPoint(99_999, 99_999))

    def make() -> tuple[Liveliness, Render, list[Render]]:
        view = QWidget()
        qtbot.addWidget(view)
        view.resize(200, 200)
        view.show()
        stills: list[Render] = []
        rendering.draw(Shot(AvatarVector.default(schema), Camera(), 64), stills.append)
        qtbot.waitUntil(lambda: bool(stills))
        life = Liveliness(rendering, view)
        shown: list[Render] = []
        life.frame_changed.connect(shown.append)
        life.rest_on(stills[0])
        return life, stills[0], shown

    return make


def test_blinks_and_opens_its_eyes_again(qtbot: QtBot, rest: Rest) -> None:
    _, still, shown = rest()
    qtbot.waitUntil(lambda: len(shown) >= 4)

    assert [frame.shot.pose for frame in shown[:4]] == [HALF, CLOSED, HALF, OPEN]
    assert shown[3] is still
    assert all(frame.shot.vector == still.shot.vector and frame.shot.size == still.shot.size for frame in shown)


def test_costs_nothing_once_its_frames_are_there(qtbot: QtBot, rest: Rest, engine: FakeEngine) -> None:
    _, _, shown = rest()
    qtbot.waitUntil(lambda: len(shown) >= 12)

    assert engine.num_renders == 3
    assert len(BLINK) > 2


def test_holds_still_when_stopped(qtbot: QtBot, rest: Rest) -> None:
    life, _, shown = rest()
    qtbot.waitUntil(lambda: len(shown) >= 1)
    life.stop()
    seen = len(shown)
    qtbot.wait(300)

    assert len(shown) == seen


def test_person_who_wants_no_motion_gets_none(
    qtbot: QtBot, rest: Rest, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "animation_ms", lambda *_: 0)
    _, _, shown = rest()
    qtbot.wait(300)

    assert (shown, engine.num_renders) == ([], 1)


def test_slow_machine_is_left_alone(qtbot: QtBot, rest: Rest, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveliness, "SLOWEST_S", 0.0)
    _, _, shown = rest()
    qtbot.wait(200)

    assert (shown, engine.num_renders) == ([], 1)


def test_eyes_follow_a_pointer_that_rests(qtbot: QtBot, rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    life, _, shown = rest()
    view = life.parent()
    assert isinstance(view, QWidget)
    monkeypatch.setattr(view.window(), "isActiveWindow", lambda: True)
    monkeypatch.setattr(QCursor, "pos", lambda: view.mapToGlobal(QPoint(198, 92)))
    qtbot.waitUntil(lambda: any(frame.shot.pose == gaze(QPointF(0.5, 0.0)) for frame in shown))


def test_gaze_goes_where_the_pointer_is() -> None:
    right, up = dict(gaze(QPointF(1, 0))), dict(gaze(QPointF(0, -1)))

    assert set(right) == {"eyeLookOutLeft", "eyeLookInRight"}  # the avatar's left is the picture's right
    assert set(up) == {"eyeLookUpLeft", "eyeLookUpRight"}
    assert set(dict(gaze(QPointF(-1, 1)))) == {"eyeLookInLeft", "eyeLookOutRight", "eyeLookDownLeft", "eyeLookDownRight"}
    assert gaze(QPointF(0.05, 0.05)) == OPEN
    assert len({gaze(QPointF(x, y)) for x in (-1, -0.4, 0, 0.4, 1) for y in (-1, -0.4, 0, 0.4, 1)}) == 9


def test_avatar_that_is_to_keep_still_does(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    view = window.page.avatar_view
    qtbot.waitUntil(lambda: view.render_shown is not None and view.render_shown.shot.detail == "full")
    rested: list[Render] = []
    monkeypatch.setattr(view._life, "rest_on", rested.append)
    switch = window.actions_by_id["hold_still"]
    switch.trigger()

    assert (rested, switch.isChecked(), window._settings.now.holds_still) == ([], True, True)
    switch.trigger()
    assert (len(rested), switch.isChecked(), window._settings.now.holds_still) == (1, False, False)
