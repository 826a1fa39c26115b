import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QCursor, QImage
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.pipette import Ground, Picked, Pipette


class View(QWidget):
    """A photo 100 pixels wide in a view of 200: black left, white right, nothing in the lowest quarter."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(200, 200)
        self.image = QImage(100, 100, QImage.Format.Format_ARGB32_Premultiplied)
        self.image.fill(0)
        self.read_at: list[QPointF] = []

    def ground(self) -> Ground | None:
        return Ground(self.image, QRectF(0, 0, 200, 150), QRectF(0, 0, 100, 75))

    def read(self, point: QPointF) -> Picked | None:
        self.read_at.append(point)
        name = "black" if point.x() < 50 else "white"
        return Picked(name, name.title(), "#000000", "#010101", 3.4, 2.0)


@pytest.fixture
def view(qtbot: QtBot) -> View:
    frame, view = QWidget(), View()
    column = QVBoxLayout(frame)
    column.addWidget(view)
    column.addWidget(QLineEdit())
    qtbot.addWidget(frame)
    frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    view.frame = frame  # type: ignore[attr-defined]  # keeps it alive
    return view


@pytest.fixture
def pipette(view: View) -> Pipette:
    made = Pipette(view)
    made.start("Hair colour", view.ground, view.read, corrects=True)
    return made


def test_click_takes_the_colour_under_it_in_the_photos_pixels(qtbot: QtBot, view: View, pipette: Pipette) -> None:
    with qtbot.waitSignal(pipette.taken) as taken:
        qtbot.mouseClick(pipette, Qt.MouseButton.LeftButton, pos=QPoint(150, 60))

    assert taken.args[0].option == "white"
    assert (view.read_at[-1].x(), view.read_at[-1].y()) == pytest.approx((75, 30))
    assert not pipette.is_out


@pytest.mark.parametrize(("place", "starts_at"), [((0.25, 0.5), (25, 50)), ((0.25, 0.9), (49.5, 49.5))])
def test_it_begins_where_it_is_told_unless_that_is_not_shown(
    view: View, pipette: Pipette, place: tuple[float, float], starts_at: tuple[float, float]
) -> None:
    pipette.stop()
    QCursor.setPos(view.mapToGlobal(QPoint(-50, -50)))  # away from the photo
    pipette.start("Hair colour", view.ground, view.read, corrects=True, place=place)

    assert (view.read_at[-1].x(), view.read_at[-1].y()) == pytest.approx(starts_at)


def test_arrows_move_it_and_enter_takes(qtbot: QtBot, view: View, pipette: Pipette) -> None:
    qtbot.mouseMove(pipette, QPoint(95, 60))
    qtbot.waitUntil(lambda: pipette.picked is not None and pipette.picked.option == "black")
    qtbot.keyClick(pipette, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert pipette.picked is not None
    assert pipette.picked.option == "white"
    qtbot.keyClick(pipette, Qt.Key.Key_Up)
    assert view.read_at[-1].y() == pytest.approx(29.5)
    assert pipette.accessibleDescription() == "White"
    with qtbot.waitSignal(pipette.taken):
        qtbot.keyClick(pipette, Qt.Key.Key_Return)


@pytest.mark.parametrize("way", ["escape", "right button", "elsewhere", "close"])
def test_it_can_be_put_away_without_a_colour(qtbot: QtBot, view: View, pipette: Pipette, way: str) -> None:
    taken: list[object] = []
    pipette.taken.connect(taken.append)
    with qtbot.waitSignal(pipette.ended):
        if way == "escape":
            qtbot.keyClick(pipette, Qt.Key.Key_Escape)
        elif way == "right button":
            qtbot.mouseClick(pipette, Qt.MouseButton.RightButton, pos=QPoint(20, 20))
        elif way == "close":
            qtbot.mouseClick(pipette._bar.cancel, Qt.MouseButton.LeftButton)
        else:
            line = view.window().findChild(QLineEdit)
            assert line is not None
            line.setFocus()

    assert not pipette.is_out
    assert taken == []


def test_where_no_photo_is_nothing_can_be_taken(qtbot: QtBot, pipette: Pipette) -> None:
    taken: list[object] = []
    pipette.taken.connect(taken.append)
    qtbot.mouseClick(pipette, Qt.MouseButton.LeftButton, pos=QPoint(4, 154))
    qtbot.keyClick(pipette, Qt.Key.Key_Return)

    assert pipette.is_out
    assert (taken, pipette.picked) == ([], None)


def test_light_can_be_left_in_and_what_is_under_it_is_read_again(qtbot: QtBot, view: View, pipette: Pipette) -> None:
    count = len(view.read_at)
    with qtbot.waitSignal(pipette.correcting) as asked:
        pipette._bar.corrects.click()

    assert asked.args == [False]
    assert len(view.read_at) == count + 1
    assert pipette.is_out


def test_loupe_stays_in_the_view_wherever_it_points(pipette: Pipette) -> None:
    for x in range(0, 200, 13):
        for y in range(0, 200, 13):
            assert pipette.rect().contains(pipette._loupe_place(QPointF(x, y)).toRect())
