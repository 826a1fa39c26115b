"""The photo of a label: its face, framed like the avatar, or all of it, where somebody says which face it is or where."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import Segments, text_button
from app.widgets.elided import Elided
from app.widgets.image_view import ImageView
from app.widgets.label_words import STARTS
from app.widgets.photo_column import PhotoColumn
from app.widgets.side_by_side import Column, caption
from core.words import tr


class LabelFace(QStackedWidget):
    """Shows a face with what its label begins from, or its photo while the face is placed."""

    locate_wanted = Signal(QWidget)
    """The person wants to say where the photo's file is; the button that was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.image = ImageView(is_kept=True)
        self.starts = Segments([(start, tr(name)) for start, name in STARTS.items()], tr("Begin from"))
        self.why = QLabel()
        self.why.setWordWrap(True)
        self.why.setProperty("tone", "secondary")
        self.why.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.file = _FileLine()
        self.file.locate.clicked.connect(lambda: self.locate_wanted.emit(self.file.locate))
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.why)
        column.addWidget(self.file)
        column.addStretch(1)
        self._face = Column(self.image, caption(self.starts), below)
        self.whole = PhotoColumn(is_kept=True)
        self.whole.change_wanted.connect(lambda: self.locate_wanted.emit(self.whole))
        self.addWidget(self._face)
        self.addWidget(self.whole)

    @property
    def shows_face(self) -> bool:
        """Whether the face is shown, and not all of the photo."""
        return self.currentWidget() is self._face

    def show_face(self, picture: QImage | None) -> None:
        """Show the face; None where none can be shown."""
        self.image.show_photo(picture)
        self.setCurrentWidget(self._face)

    def show_whole(self) -> None:
        """Show what `whole` says."""
        self.setCurrentWidget(self.whole)

    def show_file(self, problem: str) -> None:
        """Say what is wrong with the photo's file; nothing where it is there."""
        self.file.setVisible(bool(problem))
        self.file.say(problem)


class _FileLine(QWidget):
    """One quiet line about a file that is gone, and the way to it."""

    def __init__(self) -> None:
        super().__init__()
        self._text = Elided(theme.font("small"))
        self.locate = text_button(tr("Locate…"), "link")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(22, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.locate)
        self.hide()

    def say(self, problem: str) -> None:
        self._text.set_text(problem)
        self.setToolTip(problem)

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, 28)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme.paint_icon(painter, "alert", QRectF(0, (self.height() - 16) / 2, 16, 16), theme.color("amber_text", self))
