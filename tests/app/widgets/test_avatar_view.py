import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.rendering import Render, Rendering
from app.widgets import avatar_picture
from app.widgets.avatar_view import AvatarView
from app.widgets.zoom import Zoom
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import Camera
from tests.app.fake_engine import FakeEngine
from tests.app.test_rendering import RefusingEngine


@pytest.fixture
def view(qtbot: QtBot, rendering: Rendering, schema: AvatarSchema) -> AvatarView:
    view = AvatarView(rendering)
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.set_vector(AvatarVector.default(schema))
    view.show()
    qtbot.waitUntil(lambda: shown(view).shot.detail == "full" if view.render_shown else False)
    return view


def shown(view: AvatarView) -> Render:
    assert view.render_shown is not None
    return view.render_shown


def test_still_picture_is_full_and_as_large_as_the_view(view: AvatarView) -> None:
    assert (shown(view).shot.detail, shown(view).shot.size) == ("full", round(400 * view.devicePixelRatioF()))


def test_moving_picture_is_light_and_the_last_one_full(
    qtbot: QtBot, view: AvatarView, schema: AvatarSchema, engine: FakeEngine
) -> None:
    engine.details.clear()
    last = AvatarVector.default(schema).with_value("head_width", 0.95)
    for step in range(20):
        view.set_vector(AvatarVector.default(schema).with_value("head_width", step / 20), is_moving=True)
        qtbot.wait(5)
    qtbot.waitUntil(lambda: shown(view).shot.vector == last and shown(view).shot.detail == "full")

    assert engine.details[0] == "light"
    assert engine.details[-1] == "full"


def test_slow_engine_skips_what_it_cannot_keep_up_with(
    qtbot: QtBot, view: AvatarView, schema: AvatarSchema, engine: FakeEngine
) -> None:
    engine.delay_s = 0.4  # 100 ms light
    engine.details.clear()
    for step in range(50):
        view.set_vector(AvatarVector.default(schema).with_value("head_width", step / 50), is_moving=True)
    qtbot.waitUntil(lambda: shown(view).shot.vector["head_width"] == pytest.approx(0.98))

    assert engine.details.count("light") <= 5


def test_a_late_picture_of_the_avatar_before_does_not_stay(
    qtbot: QtBot, view: AvatarView, schema: AvatarSchema, engine: FakeEngine
) -> None:
    before, following = (AvatarVector.default(schema).with_value("head_width", width) for width in (0.1, 0.9))
    engine.details.clear()
    view.prepare(following)
    qtbot.waitUntil(lambda: len(engine.details) == 2)
    qtbot.wait(50)  # until both are kept
    engine.delay_s = 0.8  # longer than what waits before the last one is drawn in full
    view.set_vector(before, is_moving=True)
    view.set_vector(following, is_moving=True)
    qtbot.waitUntil(lambda: len(engine.details) == 3)
    qtbot.wait(400)  # the one of before is there after 200

    assert shown(view).shot.vector == following


def test_dragging_turns_and_a_double_click_turns_back(qtbot: QtBot, view: AvatarView) -> None:
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(view, QPoint(260, 210))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(260, 210))
    turned = view.camera
    qtbot.waitUntil(lambda: shown(view).shot.camera == turned)

    assert [turned.yaw, turned.pitch] == pytest.approx([-24.0, 4.0])
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert view.camera == Camera()


def test_an_avatar_that_was_drawn_ahead_is_there_at_once(
    qtbot: QtBot, view: AvatarView, schema: AvatarSchema, engine: FakeEngine
) -> None:
    coming = AvatarVector.default(schema).with_value("glasses", "frame_4")
    before = engine.num_renders
    view.set_lively(False)
    view.prepare(coming)
    qtbot.waitUntil(lambda: engine.num_renders == before + 2)
    qtbot.wait(50)  # for the pictures to be brought here
    assert shown(view).shot.vector != coming

    view.set_vector(coming, is_moving=True)
    assert shown(view).shot.vector == coming  # now, without waiting
    qtbot.waitUntil(lambda: shown(view).shot.detail == "full")
    assert engine.num_renders == before + 2


def test_turning_ends_somewhere(qtbot: QtBot, view: AvatarView) -> None:
    for _ in range(40):
        qtbot.keyClick(view, Qt.Key.Key_Right)
        qtbot.keyClick(view, Qt.Key.Key_Up)

    assert (view.camera.yaw, view.camera.pitch) == (110.0, 35.0)


def test_engine_that_fails_is_said_in_place(qtbot: QtBot, schema: AvatarSchema) -> None:
    rendering = Rendering(RefusingEngine())
    view = AvatarView(rendering)
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.set_vector(AvatarVector.default(schema))
    view.show()
    qtbot.waitUntil(lambda: "mesa-vulkan-drivers" in view.accessibleDescription())
    view.grab()
    rendering.close()


def test_what_is_seen_closely_is_drawn_larger(qtbot: QtBot, view: AvatarView) -> None:
    view.set_zoom(Zoom(2.0))
    qtbot.waitUntil(lambda: shown(view).shot.size == round(800 * view.devicePixelRatioF()))
    view.set_zoom(Zoom(6.0))
    qtbot.waitUntil(lambda: shown(view).shot.size > 1024)  # on a machine that has the time
    assert shown(view).shot.size <= 2048


def test_a_slow_machine_draws_nothing_larger_than_it_can(
    qtbot: QtBot, view: AvatarView, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(avatar_picture, "SHARP_S", 0.0001)
    view._picture._most = 1024
    view.set_zoom(Zoom(6.0))
    qtbot.waitUntil(lambda: shown(view).shot.size == 1024)
    before = engine.num_renders
    qtbot.wait(400)  # longer than what waits before a larger one
    assert (shown(view).shot.size, engine.num_renders) == (1024, before)


def test_a_screen_with_finer_pixels_gets_a_larger_picture(
    qtbot: QtBot, view: AvatarView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "devicePixelRatioF", lambda: 3.0)
    QApplication.sendEvent(view, QEvent(QEvent.Type.DevicePixelRatioChange))
    qtbot.waitUntil(lambda: shown(view).shot.size == 1200)


def test_a_click_that_trembles_turns_nothing(qtbot: QtBot, view: AvatarView) -> None:
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(view, QPoint(202, 201))
    with qtbot.waitSignal(view.pressed):
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(202, 201))
    assert view.camera == Camera()
