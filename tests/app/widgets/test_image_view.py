from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from pytestqt.qtbot import QtBot

from app.widgets.image_view import ImageView

PHOTO = QImage(400, 200, QImage.Format.Format_RGB888)
BOXES = [(0.0, 0.0, 100.0, 100.0), (200.0, 50.0, 300.0, 150.0)]


@pytest.fixture
def view(qtbot: QtBot) -> ImageView:
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.show()
    return view


def test_face_is_chosen_by_click_and_by_number(qtbot: QtBot, view: ImageView) -> None:
    PHOTO.fill(Qt.GlobalColor.gray)
    view.show_faces(PHOTO, BOXES)
    chosen: list[int] = []
    view.face_chosen.connect(chosen.append)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(250, 200))  # the photo begins 100 pixels down
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(250, 20))
    qtbot.keyClick(view, Qt.Key.Key_1)
    qtbot.keyClick(view, Qt.Key.Key_9)

    assert chosen == [2, 1]


def test_dropped_file_is_handed_on(qtbot: QtBot, view: ImageView, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a b.jpg"))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(10, 10), copy, data, left, none)
    view.dragEnterEvent(entering)
    with qtbot.waitSignal(view.dropped) as signal:
        view.dropEvent(QDropEvent(QPointF(10, 10), copy, data, left, none))

    assert entering.isAccepted()
    assert signal.args == [data]


@pytest.mark.parametrize("data_of", ["text", "address"])
def test_what_is_no_picture_is_not_taken(view: ImageView, data_of: str) -> None:
    data = QMimeData()
    if data_of == "text":
        data.setText("hello")
    else:
        data.setUrls([QUrl("https://example.org/a.jpg")])
    entering = QDragEnterEvent(
        QPoint(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    entering.ignore()
    view.dragEnterEvent(entering)

    assert not entering.isAccepted()


def test_states_say_what_they_are(view: ImageView) -> None:
    descriptions = [view.accessibleDescription()]
    view.show_photo(PHOTO, is_busy=True)
    descriptions.append(view.accessibleDescription())
    view.show_problem("This photo cannot be used", "No face was found.", PHOTO)
    descriptions.append(view.accessibleDescription())
    view.grab()

    assert descriptions == ["No photo yet", "Reading the photo", "No face was found."]
