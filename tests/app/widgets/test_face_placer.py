import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.widgets.face_placer import HANDLE, MOST_ZOOM, FacePlacer
from tests.app.conftest import READ

CENTRE = QPoint(HANDLE // 2, HANDLE // 2)


def photo(width: int = 400, height: int = 200) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.gray)
    return image


@pytest.fixture
def placer(qtbot: QtBot) -> FacePlacer:
    placer = FacePlacer()
    qtbot.addWidget(placer)
    placer.resize(400, 400)
    with qtbot.waitExposed(placer):
        placer.show()
    return placer


def drag(placer: FacePlacer, index: int, by: QPoint) -> None:
    """As a hand does it: the handle moves below the pointer, so every step is told from where the handle is then."""
    handle = placer.handles[index]
    grabbed = CENTRE + QPoint(5, -3)
    place = handle.mapToGlobal(grabbed)
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=grabbed)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(handle, handle.mapFromGlobal(place + (QPointF(by) * part).toPoint()))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.mapFromGlobal(place + by))


def on_screen(placer: FacePlacer, index: int) -> QPoint:
    return placer.handles[index].geometry().topLeft() + CENTRE


def test_points_start_in_the_middle_as_a_face(placer: FacePlacer) -> None:
    placer.start(photo())
    left, right, mouth = placer.points

    assert (left + right)[0] / 2 == mouth[0] == 200
    assert left[0] < right[0]
    assert left[1] == right[1] < 100 < mouth[1]
    assert placer.handles[0].hasFocus()


@pytest.mark.parametrize("size", [(400, 200), (200, 400), (8000, 6000), (120, 90)])
def test_dragged_point_is_where_it_was_dropped_on_the_photo(placer: FacePlacer, size: tuple[int, int]) -> None:
    placer.start(photo(*size))
    scale = 400 / max(size)
    before = placer.points
    drag(placer, 2, QPoint(30, -20))

    np.testing.assert_allclose(placer.points[2] - before[2], np.array([30, -20]) / scale, atol=1.01 / scale)
    np.testing.assert_array_equal(placer.points[:2], before[:2])
    edge = (400 - np.array(size) * scale) / 2
    shown = on_screen(placer, 2)
    np.testing.assert_allclose((np.array(shown.toTuple()) - edge) / scale, placer.points[2], atol=1.01 / scale)


def test_point_stays_on_the_photo(placer: FacePlacer) -> None:
    placer.start(photo())
    drag(placer, 0, QPoint(-900, -900))
    assert placer.points[0].tolist() == [0, 0]
    drag(placer, 0, QPoint(900, 900))

    assert placer.points[0].tolist() == [400, 200]


def test_arrow_keys_move_the_chosen_point(qtbot: QtBot, placer: FacePlacer) -> None:
    placer.start(photo(800, 400), np.array([[300, 100], [400, 100], [350, 200]], np.float32))
    moved: list[int] = []
    placer.moved.connect(lambda: moved.append(1))
    qtbot.keyClick(placer.handles[0], Qt.Key.Key_Right)
    qtbot.keyClick(placer.handles[0], Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert placer.points.tolist() == [[302, 80], [400, 100], [350, 200]]
    qtbot.keyClick(placer.handles[0], Qt.Key.Key_Tab)
    qtbot.keyClick(placer.handles[1], Qt.Key.Key_Tab)
    assert placer.handles[2].hasFocus()
    qtbot.keyClick(placer.handles[2], Qt.Key.Key_Down)

    assert placer.points.tolist() == [[302, 80], [400, 100], [350, 202]]
    assert len(moved) == 3


def test_handles_say_what_and_where_they_are(placer: FacePlacer) -> None:
    placer.start(photo(), np.array([[100, 50], [200, 50], [150, 150]], np.float32))
    said = [(handle.accessibleName(), handle.accessibleDescription()) for handle in placer.handles]

    assert said == [
        ("Eye on the left", "25% from the left, 25% from the top"),
        ("Eye on the right", "50% from the left, 25% from the top"),
        ("Middle of the mouth", "38% from the left, 75% from the top"),
    ]


def test_wheel_zooms_around_the_pointer_and_steps_become_finer(qtbot: QtBot, placer: FacePlacer) -> None:
    placer.start(photo(400, 400))
    place = QPointF(300, 220)
    before = placer.on_photo(place)
    for _ in range(3):
        turn = QWheelEvent(
            place, placer.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(placer, turn)
    np.testing.assert_allclose(placer.on_photo(place), before, atol=1e-6)
    assert placer.scale == pytest.approx(1.4**3)
    point = placer.points[0]
    qtbot.keyClick(placer.handles[0], Qt.Key.Key_Right)
    np.testing.assert_allclose(placer.points[0] - point, [1 / 1.4**3, 0], atol=1e-4)
    for _ in range(20):
        qtbot.keyClick(placer.handles[0], Qt.Key.Key_Plus)
    assert placer.scale == pytest.approx(MOST_ZOOM)
    for _ in range(20):
        qtbot.keyClick(placer.handles[0], Qt.Key.Key_Minus)

    assert placer.scale == 1.0


def test_drag_of_the_enlarged_photo_pans_it_and_keeps_the_points(placer: FacePlacer) -> None:
    placer.start(photo(), np.array([[10, 10], [20, 10], [15, 20]], np.float32), is_close=True)
    scale = placer.scale
    assert scale * 10 > 50
    corner = placer.on_photo(QPointF(0, 0))
    QTest.mousePress(placer, Qt.MouseButton.LeftButton, pos=QPoint(390, 200))
    QTest.mouseMove(placer, QPoint(290, 150))
    QTest.mouseRelease(placer, Qt.MouseButton.LeftButton, pos=QPoint(290, 150))

    np.testing.assert_allclose(placer.on_photo(QPointF(0, 0)) - corner, np.array([100, 50]) / scale, atol=1e-6)
    assert placer.points.tolist() == [[10, 10], [20, 10], [15, 20]]


def test_point_out_of_sight_is_shown_when_a_key_leads_to_it(qtbot: QtBot, placer: FacePlacer) -> None:
    placer.start(photo(4000, 2000), np.array([[100, 100], [200, 100], [3900, 1900]], np.float32), is_close=True)
    assert not placer.rect().contains(on_screen(placer, 2))
    qtbot.keyClick(placer.handles[0], Qt.Key.Key_Tab)
    qtbot.keyClick(placer.handles[1], Qt.Key.Key_Tab)

    assert placer.rect().contains(on_screen(placer, 2))


def test_guess_that_is_too_small_to_be_grasped_is_spread(placer: FacePlacer) -> None:
    placer.start(photo(4000, 2000), np.array([[1000, 500], [1010, 500], [1005, 512]], np.float32))

    assert placer.scale == 0.1
    assert placer.points.mean(axis=0) == pytest.approx([1005, 504], abs=1)
    assert np.hypot(*(placer.points[1] - placer.points[0])) * placer.scale == pytest.approx(HANDLE)


def test_points_stay_where_they_are_when_the_window_grows(placer: FacePlacer) -> None:
    placer.start(photo(200, 200), READ)
    placer.resize(800, 800)

    np.testing.assert_array_equal(placer.points, READ)
    assert on_screen(placer, 0).toTuple() == pytest.approx((READ[0] * 4).tolist(), abs=1)
