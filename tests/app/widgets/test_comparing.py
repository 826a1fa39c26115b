import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app import theme
from app.rendering import Rendering
from app.widgets.avatar_view import AvatarView
from app.widgets.comparing import STEPS, Comparison, way_of
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS

LEFT = Qt.MouseButton.LeftButton
RED = QColor("#ff0000")


@pytest.fixture
def photo() -> QImage:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(RED)
    return image


@pytest.fixture
def view(qtbot: QtBot, rendering: Rendering, schema: AvatarSchema) -> AvatarView:
    view = AvatarView(rendering)
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.set_lively(False)
    view.set_vector(AvatarVector.default(schema))
    view.show()
    qtbot.waitUntil(lambda: view.render_shown is not None and view.render_shown.shot.detail == "full")
    return view


@pytest.fixture
def comparison(view: AvatarView) -> Comparison:
    return Comparison(view)


def reds(view: AvatarView, y: int = 60) -> tuple[bool, bool]:
    """Whether the photo is seen on the left, and on the right."""
    view.repaint()
    image = view.grab().toImage()
    ratio = image.width() / view.width()
    left, right = (image.pixelColor(round(x * ratio), round(y * ratio)) for x in (30, view.width() - 30))
    return left == RED, right == RED


def test_the_photo_is_left_of_the_divider_and_the_avatar_right(
    qtbot: QtBot, view: AvatarView, comparison: Comparison, photo: QImage
) -> None:
    comparison.show("wipe", photo, "Photo")
    assert reds(view) == (True, False)
    divider = comparison.divider
    assert divider.isVisible()
    middle = divider.rect().center()
    qtbot.mousePress(divider, LEFT, pos=middle)
    qtbot.mouseMove(divider, middle + QPoint(190, 0))
    qtbot.mouseRelease(divider, LEFT, pos=middle)
    assert reds(view) == (True, True)
    assert divider.x() + divider.width() / 2 == pytest.approx(200 + 190, abs=2)
    assert view.camera == CAMERAS["front"]  # the drag turned nothing


def test_arrows_move_the_divider_and_it_ends_somewhere(qtbot: QtBot, comparison: Comparison, photo: QImage) -> None:
    comparison.show("wipe", photo, "Photo")
    divider, before = comparison.divider, comparison.divider.value()
    qtbot.keyClick(divider, Qt.Key.Key_Right)
    once = divider.value() - before
    qtbot.keyClick(divider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert divider.value() - before - once > once > 0
    for _ in range(80):
        qtbot.keyClick(divider, Qt.Key.Key_Left)
    assert divider.value() == 0
    qtbot.mouseDClick(divider, LEFT, pos=divider.rect().center())
    assert divider.value() == STEPS // 2


def test_the_divider_goes_with_the_size(view: AvatarView, comparison: Comparison, photo: QImage) -> None:
    comparison.show("wipe", photo, "Photo")
    view.resize(200, 200)
    assert comparison.divider.geometry().center().x() == pytest.approx(100, abs=1)


def test_pictures_take_turns_until_one_is_pressed(
    qtbot: QtBot, view: AvatarView, comparison: Comparison, photo: QImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "animation_ms", lambda _, wanted: wanted)
    comparison._beat.setInterval(20)
    comparison.show("blink", photo, "Photo")
    assert (comparison.is_blinking, reds(view)) == (True, (True, True))
    qtbot.waitUntil(lambda: view.over.opacity == 0)
    qtbot.waitUntil(lambda: view.over.opacity == 1)
    shown = view.over.opacity
    qtbot.mouseClick(view, LEFT, pos=QPoint(200, 200))
    assert not comparison.is_blinking
    assert view.over.opacity == 1 - shown or view.over.opacity == shown  # the other one, from when it was pressed
    stands = view.over.opacity
    qtbot.wait(80)
    assert view.over.opacity == stands
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.over.opacity == 1 - stands


def test_nothing_moves_for_who_wants_no_motion_but_a_press_switches(
    qtbot: QtBot, view: AvatarView, comparison: Comparison, photo: QImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "animation_ms", lambda _widget, _wanted: 0)
    comparison.show("blink", photo, "Photo")
    assert not comparison.is_blinking
    assert reds(view) == (True, True)
    qtbot.mouseClick(view, LEFT, pos=QPoint(200, 200))
    assert reds(view) == (False, False)


def test_a_turn_is_no_press(qtbot: QtBot, view: AvatarView, comparison: Comparison, photo: QImage) -> None:
    comparison.show("blink", photo, "Photo")
    was = comparison.is_blinking
    qtbot.mousePress(view, LEFT, pos=QPoint(200, 200))
    qtbot.mouseMove(view, QPoint(260, 200))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(260, 200))
    assert comparison.is_blinking == was
    assert view.camera.yaw != 0


def test_as_much_of_the_photo_is_seen_as_is_wanted(view: AvatarView, comparison: Comparison, photo: QImage) -> None:
    comparison.show("overlay", photo, "Photo")
    seen = []
    for opacity in (0.0, 0.3, 0.6, 1.0):
        comparison.set_opacity(opacity)
        view.repaint()
        color = view.grab().toImage().pixelColor(30, 60)
        seen.append(color.red() - color.blue())
    assert seen == sorted(seen)
    assert abs(seen[0]) < 20
    assert seen[-1] == 255


def test_another_avatar_is_drawn_as_this_one_is_and_turns_with_it(
    qtbot: QtBot, view: AvatarView, comparison: Comparison, schema: AvatarSchema
) -> None:
    other = AvatarVector.default(schema).with_value("skin_tone", "tone_07")
    before = view.grab().toImage()
    comparison.show("wipe", other, "Snapshot A")
    place = QPoint(185, 230)  # on the cheek, left of the middle
    qtbot.waitUntil(lambda: view.grab().toImage().pixelColor(place).lightness() < before.pixelColor(place).lightness() - 40)
    view.set_camera(CAMERAS["side"])
    render = view._other
    qtbot.waitUntil(lambda: render.render is not None and render.render.shot.camera == CAMERAS["side"])
    comparison.show("beside", None, "")
    assert render.vector is None
    assert view.over.what is None


def test_without_anything_to_compare_with_nothing_lies_over_the_avatar(view: AvatarView, comparison: Comparison) -> None:
    for way in ("wipe", "blink", "overlay"):
        comparison.show(way_of(way), None, "")
        assert (comparison.way, view.over.what, comparison.divider.isVisible()) == ("beside", None, False)


@pytest.mark.parametrize("name", ["", "sideways", "Wipe"])
def test_an_unknown_way_is_side_by_side(name: str) -> None:
    assert way_of(name) == "beside"
