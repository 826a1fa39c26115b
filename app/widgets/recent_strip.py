"""What was open last, as small pictures to press."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import paint_focus
from app.widgets.ground import paint_ground, paint_picture
from core.words import tr

GAP, HEADING = 8, 24
SMALL, LARGE = 44, 56  # sides of the pictures, pixels
ENOUGH = 400  # pixels of width from which they are large


@dataclass(frozen=True, eq=False)
class RecentCard:
    """A photo or an avatar that was open.

    Attributes:
        path: Its file.
        picture: What it looked like; null for none.
        is_missing: Whether the file is not there any more.
    """

    path: Path
    picture: QImage = field(default_factory=QImage)
    is_missing: bool = False


class RecentStrip(QWidget):
    """A heading, and below it as many of the newest as there is room for."""

    opened = Signal(object)
    """The `Path` that the person wants to open."""
    locate_wanted = Signal(object)
    """The `Path` whose file is gone, and the person knows where it is now."""
    remove_wanted = Signal(object)
    """The `Path` that is to be remembered no more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Recent"))
        self._heading = QLabel(tr("Recent"), self)
        self._heading.setFont(theme.font("small"))
        self._heading.setProperty("tone", "secondary")
        self._heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.buttons: list[RecentButton] = []

    def set_cards(self, cards: Sequence[RecentCard]) -> None:
        """Show these, the newest first."""
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = [RecentButton(card, self) for card in cards]
        for button in self.buttons:
            button.opened.connect(self.opened)
            button.locate_wanted.connect(self.locate_wanted)
            button.remove_wanted.connect(self.remove_wanted)

    def arrange(self, width: int, height: int) -> int:
        """Lay out in a width, and in no more than a height; the height that is taken, 0 where there is nothing or no room."""
        side = LARGE if width >= ENOUGH else SMALL
        fitting, rows = (width + GAP) // (side + GAP), (height - HEADING + GAP) // (side + GAP)
        if not self.buttons or fitting < 1 or rows < 1:
            self.hide()
            return 0
        rows = min(rows, 2, -(-len(self.buttons) // fitting))
        columns = min(fitting, -(-len(self.buttons) // rows))
        self._heading.setGeometry(0, 0, width, HEADING)
        for number, button in enumerate(self.buttons):
            row, column = divmod(number, columns)
            button.setVisible(row < rows)
            in_row = min(columns, len(self.buttons) - row * columns)
            left = (width - in_row * (side + GAP) + GAP) // 2
            button.setGeometry(left + column * (side + GAP), HEADING + row * (side + GAP), side, side)
        self.show()
        return HEADING + rows * (side + GAP) - GAP


class RecentButton(QAbstractButton):
    """One of them: pressed, it opens, or offers what can be done where the file is gone."""

    opened = Signal(object)
    """Its `Path`."""
    locate_wanted = Signal(object)
    """Its `Path`."""
    remove_wanted = Signal(object)
    """Its `Path`."""

    def __init__(self, card: RecentCard, parent: QWidget) -> None:
        super().__init__(parent)
        self.card = card
        name = card.path.name
        self.setAccessibleName(tr("{name}: not there any more", name=name) if card.is_missing else tr("Open {name}", name=name))
        self.setToolTip(tr("{path} is not there any more", path=card.path) if card.is_missing else str(card.path))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._press)

    def make_menu(self) -> QMenu:
        """What can be done with it."""
        menu, path = QMenu(self), self.card.path
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.card.is_missing:
            menu.addAction(tr("Locate…"), lambda: self.locate_wanted.emit(path))
        else:
            menu.addAction(tr("Open"), lambda: self.opened.emit(path))
        menu.addAction(tr("Remove from this list"), lambda: self.remove_wanted.emit(path))
        return menu

    def _press(self) -> None:
        if self.card.is_missing:
            self.make_menu().popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
        else:
            self.opened.emit(self.card.path)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.make_menu().popup(event.globalPos())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit(self.card.path)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area, picture = QRectF(self.rect()).adjusted(2, 2, -2, -2), self.card.picture
            is_gone = self.card.is_missing
            painter.setOpacity(0.4 if is_gone else 1.0)
            paint_ground(painter, area, 10)
            if not picture.isNull():
                paint_picture(painter, picture, area, 10, 0.4 if is_gone else 1.0)
            painter.setOpacity(1.0)
            if picture.isNull() or is_gone:
                icon = QRectF(0, 0, 20, 20)
                icon.moveCenter(area.center())
                theme.paint_icon(painter, "lost" if is_gone else "photo", icon, theme.color("text", self))
            if self.underMouse():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(theme.color("secondary", self))
                painter.drawRoundedRect(area, 10, 10)
            paint_focus(painter, self, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 11)
