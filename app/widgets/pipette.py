"""Taking a colour from a photo: a pipette with a loupe over it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)  # fmt: skip
from PySide6.QtWidgets import QApplication, QCheckBox, QHBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import IconButton, with_alpha
from app.widgets.elided import Elided
from app.widgets.ground import paint_card
from core.words import tr

LOUPE, RING, APART = 104.0, 10.0, 20.0
"""The loupe's diameter at most, the width of its ring, and how far it stands from the pointer, pixels."""
WIDE, NARROW = 360, 280
"""The width of what stands at the foot of the photo, and from which it says what is taken, pixels."""
ENLARGED = 8.0
"""How many times larger the loupe shows the photo than the view does."""
NEAR = 15.0
"""ΔE2000 up to which the nearest option is called near."""
STEP, FAR = 1.0, 10.0
"""How far an arrow moves the pipette, alone and with Shift, pixels of the view."""

_MOVES = {
    Qt.Key.Key_Left: QPointF(-1, 0), Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1), Qt.Key.Key_Down: QPointF(0, 1),
}  # fmt: skip
_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class Picked:
    """A colour of a photo, and the option nearest to it.

    Attributes:
        option: The option's id.
        name: What people read for it.
        swatch: Its colour, `#rrggbb`.
        seen: The colour of the photo, freed of the light's colour where that is wanted, `#rrggbb`.
        distance: How different they look, ΔE2000.
        radius: Of the disc that it is the mean of, pixels of the photo.
    """

    option: str
    name: str
    swatch: str
    seen: str
    distance: float
    radius: float

    @property
    def is_near(self) -> bool:
        """Whether the two look about the same."""
        return self.distance < NEAR


@dataclass(frozen=True)
class Ground:
    """What is under a pipette.

    Attributes:
        image: The photo.
        place: Where the view shows it, pixels of the view.
        part: Which part of it is shown, pixels of the photo.
    """

    image: QImage
    place: QRectF
    part: QRectF

    def at(self, point: QPointF) -> QPointF:
        """The photo's pixel at a point of the view."""
        across, down = (point.x() - self.place.left()) / self.place.width(), (point.y() - self.place.top()) / self.place.height()
        return QPointF(self.part.left() + across * self.part.width(), self.part.top() + down * self.part.height())

    def shown_at(self, point: QPointF) -> QPointF:
        """The view's point that shows a pixel of the photo; outside of `place` where it is not shown."""
        across, down = (point.x() - self.part.left()) / self.part.width(), (point.y() - self.part.top()) / self.part.height()
        return QPointF(self.place.left() + across * self.place.width(), self.place.top() + down * self.place.height())


class Pipette(QWidget):
    """Lies over a view that shows a photo while a colour is taken from it.

    Enter or a click takes the colour, Escape or the right button none; arrows move it, with Shift farther.
    """

    moved = Signal(object)
    """The `Picked` under it; None where there is no photo."""
    taken = Signal(object)
    """The `Picked` that the person takes."""
    ended = Signal()
    """It is gone, with or without a colour."""
    correcting = Signal(bool)
    """Whether colours are to be freed of the light's colour, by a person."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setAccessibleName(tr("Pipette"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._ground: Callable[[], Ground | None] = lambda: None
        self._read: Callable[[QPointF], Picked | None] = lambda _: None
        self._point: QPointF | None = None
        self._picked: Picked | None = None
        self._bar = _Bar(self)
        self._bar.corrects.toggled.connect(self._correct)
        self._bar.cancel.clicked.connect(self.stop)
        view.installEventFilter(self)
        self.hide()

    @property
    def is_out(self) -> bool:
        """Whether a colour is being taken."""
        return self.isVisible()

    @property
    def picked(self) -> Picked | None:
        """What is under it."""
        return self._picked

    def start(
        self,
        what: str,
        ground: Callable[[], Ground | None],
        read: Callable[[QPointF], Picked | None],
        *,
        corrects: bool,
        place: tuple[float, float] = (0.5, 0.5),
    ) -> None:
        """Have a colour taken.

        Args:
            what: What it is for, e.g. "Hair colour".
            ground: What is under the pipette now; None where no photo is.
            read: Gives the colour at a point of the photo, in its pixels; None outside of it.
            corrects: Whether colours are freed of the light's colour.
            place: Where to begin unless the pointer is over the photo: across and down, as shares of the photo's sides.
        """
        self._ground, self._read = ground, read
        view = self.parentWidget()
        assert view is not None
        self.setGeometry(view.rect())
        self.setCursor(_cursor(self.devicePixelRatioF()))
        self._bar.say(what, corrects=corrects)
        self._bar.place()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        under = QPointF(self.mapFromGlobal(QCursor.pos()))
        self._move_to(under if self.rect().contains(under.toPoint()) else self._beginning(place))

    def _beginning(self, place: tuple[float, float]) -> QPointF:
        """The view's point at a place of the photo, or the middle where that is not shown."""
        ground = self._ground()
        if ground is not None:
            point = ground.shown_at(QPointF(place[0] * ground.image.width(), place[1] * ground.image.height()))
            if ground.place.contains(point):
                return point
        return QPointF(self.rect().center())

    def stop(self) -> None:
        """Take no colour."""
        self.hide()

    def read_again(self) -> None:
        """What is under it is read in another way now."""
        if self._point is not None and self.is_out:
            self._move_to(self._point)

    def _correct(self, corrects: bool) -> None:
        self.correcting.emit(corrects)
        self.read_again()

    def _move_to(self, point: QPointF) -> None:
        self._point = QPointF(min(max(point.x(), 0.0), self.width() - 1.0), min(max(point.y(), 0.0), self.height() - 1.0))
        ground = self._ground()
        picked = None if ground is None or not ground.place.contains(self._point) else self._read(ground.at(self._point))
        self._picked = picked
        self.setAccessibleDescription("" if picked is None else told(picked))
        self.moved.emit(picked)
        self.update()

    def _take(self) -> None:
        picked = self._picked
        if picked is not None:
            self.hide()
            self.taken.emit(picked)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move_to(event.position())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._move_to(event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            self._take()
        elif event.button() == Qt.MouseButton.RightButton:
            self.stop()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()  # no command's then
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.stop()
        elif key in _TAKES:
            self._take()
        elif key in _MOVES and self._point is not None:
            self._move_to(self._point + _MOVES[key] * (FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP))
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        now = QApplication.focusWidget()
        if now is not None and now is not self and not self.isAncestorOf(now):
            self.stop()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._point = self._picked = None
        self.ended.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._bar.place()

    @override
    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize and isinstance(event, QResizeEvent):
            self.resize(event.size())
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ground = self._ground()
        if self._point is None or ground is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            loupe = self._loupe_place(self._point)
            self._paint_loupe(painter, loupe, ground, self._point)
            self._paint_words(painter, loupe)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for tint, width in (("#000000", 3.0), ("#ffffff", 1.5)):
                painter.setPen(QPen(with_alpha(QColor(tint), 0.9), width))
                painter.drawEllipse(self._point, 5, 5)

    def _loupe_place(self, point: QPointF) -> QRectF:
        """Above and right of the pointer, or where there is room."""
        side = min(LOUPE, self.width() / 3)
        right, above = point.x() + APART + side <= self.width(), point.y() - APART - side >= 0
        x = point.x() + APART if right else point.x() - APART - side
        y = point.y() - APART - side if above else point.y() + APART
        return QRectF(max(0.0, x), min(max(0.0, y), max(0.0, self.height() - side)), side, side)

    def _paint_loupe(self, painter: QPainter, loupe: QRectF, ground: Ground, point: QPointF) -> None:
        inner = loupe.adjusted(RING, RING, -RING, -RING)
        middle, shown = ground.at(point), inner.width() / ENLARGED * ground.part.width() / ground.place.width()
        path = QPainterPath()
        path.addEllipse(inner)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._picked.seen) if self._picked is not None else theme.color("field", self))
        painter.drawEllipse(loupe)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(inner, QColor(theme.PICTURE_INNER))
        # Pixels stay squares: what is taken is what is seen.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(inner, ground.image, QRectF(middle.x() - shown / 2, middle.y() - shown / 2, shown, shown))
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for area, alpha in ((loupe, 0.35), (inner, 0.35)):
            painter.setPen(QPen(with_alpha(QColor("#000000"), alpha), 1.0))
            painter.drawEllipse(area)
        painter.setPen(QPen(with_alpha(QColor("#ffffff"), 0.9), 2.0))
        painter.drawEllipse(loupe.adjusted(-1.5, -1.5, 1.5, 1.5))
        if self._picked is not None:
            radius = self._picked.radius / shown * inner.width()
            for tint, width in (("#000000", 3.0), ("#ffffff", 1.5)):
                painter.setPen(QPen(with_alpha(QColor(tint), 0.8), width))
                painter.drawEllipse(inner.center(), radius, radius)

    def _paint_words(self, painter: QPainter, loupe: QRectF) -> None:
        text = tr("No photo here") if self._picked is None else told(self._picked)
        painter.setFont(theme.font("small", strong=True))
        width = painter.fontMetrics().horizontalAdvance(text) + (36 if self._picked is not None else 20)
        card = QRectF(loupe.center().x() - width / 2, loupe.bottom() + 6, width, 24)
        is_above = self._point is not None and loupe.bottom() < self._point.y()  # away from what is pointed at
        if (is_above and loupe.top() > 32) or card.bottom() > self.height():
            card.moveBottom(loupe.top() - 6)
        if self._point is not None and loupe.left() > self._point.x():
            card.moveLeft(max(card.left(), self._point.x() + 14))
        elif self._point is not None and loupe.right() < self._point.x():
            card.moveRight(min(card.right(), self._point.x() - 14))
        card.moveLeft(min(max(4.0, card.left()), max(4.0, self.width() - width - 4.0)))
        painter.setPen(QPen(theme.color("line", self), 1.0))
        painter.setBrush(theme.color("panel", self))
        painter.drawRoundedRect(card, 12, 12)
        if self._picked is not None:
            painter.setBrush(QColor(self._picked.swatch))
            painter.drawEllipse(QRectF(card.left() + 6, card.top() + 5, 14, 14))
            card.adjust(16, 0, 0, 0)
        painter.setPen(theme.color("text", self))
        painter.drawText(card, Qt.AlignmentFlag.AlignCenter, text)


class _Bar(QWidget):
    """At the foot of the photo: what is taken, whether it is corrected, and how to get out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._words = Elided(theme.font("body", strong=True))
        self.corrects = QCheckBox(tr("Correct the light"))
        self.corrects.setToolTip(tr("Take the colour as it would be in white light, as the prediction does"))
        self.cancel = IconButton("close", tr("Take no colour"), size=24)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(12)
        row.addWidget(self._words, 1)
        row.addWidget(self.corrects)
        row.addWidget(self.cancel)

    def say(self, what: str, *, corrects: bool) -> None:
        """Say what is taken."""
        self._words.set_text(what)
        self.corrects.blockSignals(True)
        self.corrects.setChecked(corrects)
        self.corrects.blockSignals(False)

    def place(self) -> None:
        """Stand at the foot of the photo."""
        parent = self.parentWidget()
        if parent is not None:
            width = min(parent.width() - 16, WIDE)
            self._words.setVisible(width >= NARROW)
            self.setGeometry((parent.width() - width) // 2, parent.height() - 48, width, 40)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # no colour is below it

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_card(painter, self)


def told(picked: Picked) -> str:
    """The option that is nearest, and whether it is far from what is seen."""
    return picked.name if picked.is_near else tr("{name}, not very near", name=picked.name)


def _is_ours(event: QKeyEvent) -> bool:
    return Qt.Key(event.key()) in (*_MOVES, *_TAKES, Qt.Key.Key_Escape)


def _cursor(ratio: float) -> QCursor:
    """A pipette whose tip is what it points at."""
    side = 24
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for across in (-1, 0, 1):
            for down in (-1, 0, 1):
                if across or down:
                    theme.paint_icon(painter, "pipette", QRectF(across, down, side, side), QColor("#ffffff"))
        theme.paint_icon(painter, "pipette", QRectF(0, 0, side, side), QColor("#1c1c21"))
    return QCursor(pixmap, 4, 19)
