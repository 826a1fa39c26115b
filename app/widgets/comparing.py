"""An avatar and another picture at one place: on both sides of a divider, in turn, or one seen through the other."""

from typing import Literal, get_args

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication, QWidget
from typing_extensions import override

from app import theme
from app.widgets.avatar_view import AvatarView, Over
from app.widgets.buttons import with_alpha
from core.avatar.vector import AvatarVector
from core.words import tr

Way = Literal["beside", "wipe", "blink", "overlay"]
"""How two pictures are compared; all but the first at one place."""

WAYS: tuple[Way, ...] = get_args(Way)
BLINK_MS = 1000
STEPS = 1000
GRIP = 14.0  # radius of what the divider is taken by, pixels
REACH = 32  # how wide it can be taken hold of, pixels


def way_of(name: str) -> Way:
    """The way with a name; side by side where there is none."""
    return next((way for way in WAYS if way == name), "beside")


class Comparison(QObject):
    """Lays another picture over that of an avatar."""

    def __init__(self, view: AvatarView) -> None:
        super().__init__(view)
        self._view = view
        self._way: Way = "beside"
        self._what: QImage | AvatarVector | None = None
        self._shows_other = True
        self._opacity = 0.5
        self.divider = Divider(view)
        self.divider.valueChanged.connect(lambda _: self._lay())
        self._names = _Names(view)
        self._beat = QTimer(self, interval=BLINK_MS)
        self._beat.timeout.connect(self._switch)
        view.pressed.connect(self._press)
        view.installEventFilter(self)

    @property
    def is_blinking(self) -> bool:
        """Whether the pictures take turns by themselves."""
        return self._beat.isActive()

    @property
    def way(self) -> Way:
        """How they are compared."""
        return self._way

    def show(self, way: Way, what: QImage | AvatarVector | None, name: str) -> None:
        """Compare in a way.

        Args:
            way: How; side by side is nobody's business here, and lays nothing over the avatar.
            what: A picture framed like the avatar from the front, or another avatar; None for nothing.
            name: What it is called.
        """
        is_same = way == self._way
        self._way, self._what = way if what is not None else "beside", what
        self._names.other = name
        if not is_same or way != "blink":
            self._shows_other = True
            self._beat.stop()
            if self._way == "blink" and theme.animation_ms(self._view, 1):
                self._beat.start()
        self.divider.setVisible(self._way == "wipe")
        self._lay()

    def set_opacity(self, opacity: float) -> None:
        """How much of the other picture is seen where one is seen through the other, in [0, 1]."""
        self._opacity = opacity
        self._lay()

    def _press(self) -> None:
        if self._way == "blink":
            self._beat.stop()
            self._switch()

    def _switch(self) -> None:
        self._shows_other = not self._shows_other
        self._lay()

    def _lay(self) -> None:
        over = {
            "beside": Over(),
            "wipe": Over(self._what, 1.0, self.divider.value() / STEPS),
            "blink": Over(self._what, float(self._shows_other)),
            "overlay": Over(self._what, self._opacity),
        }[self._way]
        if over != self._view.over:
            self._view.set_over(over)
        self._names.setVisible(self._way in ("wipe", "blink"))
        self._names.show_sides(other=self._way == "wipe" or self._shows_other, ours=self._way == "wipe" or not self._shows_other)
        self._place()

    def _place(self) -> None:
        self.divider.place()
        self._names.setGeometry(self._view.rect())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False


class Divider(QAbstractSlider):
    """The line between two pictures: dragged by its handle, or moved by the arrows."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self.setAccessibleName(tr("Where the pictures meet"))
        self.setToolTip(tr("Drag, or use the arrow keys: on the left is what you compare with, on the right the avatar"))
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 50)
        self.setPageStep(STEPS // 10)
        self.setValue(STEPS // 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._grip = 0.0  # how far from the line it was taken, pixels
        self.hide()

    def place(self) -> None:
        """Stand where the pictures meet."""
        view = self._view
        self.setGeometry(round(self.value() / STEPS * view.width() - REACH / 2), 0, REACH, view.height())

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position().x() - REACH / 2
            self.setSliderDown(True)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            view = self._view
            x = self.mapTo(view, event.position()).x() - self._grip
            self.setValue(round(STEPS * x / max(1, view.width())))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.update()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(STEPS // 2)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Have the picture below look closer; Qt does not always hand over what a slider ignores."""
        place = self.mapTo(self._view, event.position())
        onward = QWheelEvent(
            place, event.globalPosition(), event.pixelDelta(), event.angleDelta(), event.buttons(), event.modifiers(),
            event.phase(), event.inverted(),
        )  # fmt: skip
        QApplication.sendEvent(self._view, onward)
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step = self.pageStep()
            self.setValue(self.value() + (step if event.key() == Qt.Key.Key_Right else -step))
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            # On pictures, which are the same in both themes: white, with a shade around it that dark and light let be seen.
            center = QPointF(REACH / 2, self.height() / 2)
            for ink, width in ((with_alpha(QColor("#000000"), 0.25), 4.0), (QColor("#ffffff"), 2.0)):
                painter.setPen(QPen(ink, width))
                painter.drawLine(QPointF(center.x(), 0), QPointF(center.x(), self.height()))
            is_taken = self.isSliderDown() or self.hasFocus()
            painter.setPen(QPen(theme.color("accent", self) if is_taken else with_alpha(QColor("#000000"), 0.25), 2.0))
            painter.setBrush(QColor("#ffffff"))
            painter.drawEllipse(center, GRIP, GRIP)
            painter.setPen(
                QPen(QColor("#3a3a42"), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            )
            for way in (-1, 1):
                tip = center + QPointF(way * 7, 0)
                painter.drawPolyline([tip + QPointF(-way * 3.5, -3.5), tip, tip + QPointF(-way * 3.5, 3.5)])


class _Names(QWidget):
    """Says at the bottom of the picture what is seen on which side."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.other = ""
        self._sides = (False, False)
        self.hide()

    def show_sides(self, *, other: bool, ours: bool) -> None:
        if (other, ours) != self._sides:
            self._sides = (other, ours)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.font("small"))
            if self._sides[0]:
                self._paint_name(painter, self.other, is_left=True)
            if self._sides[1]:
                self._paint_name(painter, tr("Avatar"), is_left=False)

    def _paint_name(self, painter: QPainter, name: str, *, is_left: bool) -> None:
        most = self.width() / 2 - 40
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, round(most))
        width = painter.fontMetrics().horizontalAdvance(text) + 20
        pill = QRectF(12 if is_left else self.width() - 12 - width, self.height() - 36, width, 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(theme.color("panel", self), 0.88))
        painter.drawRoundedRect(pill, 12, 12)
        painter.setPen(theme.color("text", self))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
