"""Several avatars in one picture: what they stand before, and where the picture goes."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import Segments, text_button
from app.widgets.ground import fitted, paint_ground, paint_picture
from core.group_portrait import Ground
from core.words import mark, tr, trn

GROUNDS: Mapping[str, tuple[str, Ground]] = {
    "studio": (mark("Studio"), "studio"),
    "white": (mark("White"), (255, 255, 255)),
    "transparent": (mark("Transparent"), None),
}
SIZE = QSize(760, 520)
INK = "#33353a"  # on the neutral ground, which is the same in both themes


class GroupDialog(QDialog):
    """Shows the group as soon as it is drawn."""

    ground_wanted = Signal(object)
    """A `Ground`: the picture is to be composed on it."""
    save_wanted = Signal()
    """To a file."""
    copy_wanted = Signal()
    """To the clipboard."""

    def __init__(self, count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Group portrait"))
        self.resize(SIZE)
        self.preview = _Preview()
        heading = QLabel(tr("Group portrait"))
        heading.setFont(theme.font("title", strong=True))
        self.about = QLabel(trn("{count} avatar", "{count} avatars", count))
        self.about.setProperty("tone", "secondary")
        self.grounds = Segments([(key, tr(word)) for key, (word, _) in GROUNDS.items()], tr("Background"))
        self.grounds.choose("studio")
        self.grounds.chosen.connect(self._choose)
        self.close_button, self.copy = text_button(tr("Close")), text_button(tr("Copy"))
        self.save = text_button(tr("Save picture…"), "primary")
        self.save.setDefault(True)
        self.close_button.clicked.connect(self.reject)
        self.copy.clicked.connect(self.copy_wanted)
        self.save.clicked.connect(self.save_wanted)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(heading)
        top.addSpacing(theme.UNIT)
        top.addWidget(self.about, 1)
        bottom.setSpacing(theme.UNIT)
        bottom.addWidget(self.grounds)
        bottom.addStretch(1)
        for button in (self.close_button, self.copy, self.save):
            bottom.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 20)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addWidget(self.preview, 1)
        layout.addLayout(bottom)
        self.show_progress(0, count)
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_progress(self, done: int, total: int) -> None:
        """Say how many avatars are drawn."""
        self.preview.show_text(tr("Drawing {done} of {total}", done=done, total=total))
        self._allow(False)

    def show_picture(self, image: QImage) -> None:
        """Show the group."""
        self.preview.show_image(image)
        is_first = not self.save.isEnabled()
        self._allow(True)
        if is_first and not self.grounds.isAncestorOf(self.focusWidget()):
            self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_problem(self, text: str) -> None:
        """Say why there is none."""
        self.preview.show_text(text)
        self._allow(False)

    def _allow(self, can_take: bool) -> None:
        for button in (self.save, self.copy):
            button.setEnabled(can_take)

    def _choose(self, key: str) -> None:
        self.grounds.choose(key)
        self.ground_wanted.emit(GROUNDS[key][1])


class _Preview(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(160)
        self.setAccessibleName(tr("Group portrait"))
        self._image, self._text = QImage(), ""

    def show_image(self, image: QImage) -> None:
        self._image, self._text = image, ""
        self.update()

    def show_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleDescription(text)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            if self._text or self._image.isNull():
                paint_ground(painter, area, 12)
                painter.setPen(QColor(INK))
                painter.drawText(
                    area.adjusted(24, 24, -24, -24), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._text
                )
                return
            place = fitted(self._image.width(), self._image.height(), area)
            paint_ground(painter, place, 12)
            paint_picture(painter, self._image, place, 12)
