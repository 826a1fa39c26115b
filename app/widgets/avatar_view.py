"""An avatar that can be turned, and another picture that lies over it."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app import theme
from app.problems import describe, report
from app.rendering import Render, Rendering
from app.widgets.avatar_picture import AvatarPicture
from app.widgets.buttons import paint_focus
from app.widgets.draw_trouble import DrawTrouble
from app.widgets.ground import paint_ground, paint_picture
from app.widgets.liveliness import Liveliness
from app.widgets.region_shade import RegionPainter
from app.widgets.zoom import Zoom
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, Camera
from core.errors import AvatarError
from core.words import mark, tr

RADIUS = 16
DEGREES_PER_PIXEL = 0.4
TREMBLE = 4  # pixels that a click may move
MAX_YAW, MAX_PITCH = 110.0, 35.0
HANDLING = mark(
    "Drag to turn. Look closer with the wheel, and move with the right button, or with Shift, and drag. "
    "Double-click for the whole face from the front."
)
PLACEHOLDER_INK = "#5c5e64"  # on the neutral ground, which is the same in both themes


@dataclass(frozen=True)
class Over:
    """What lies over an avatar.

    Attributes:
        what: A picture of the same framing, or another avatar, drawn as this one is; None for nothing.
        opacity: In [0, 1].
        edge: Share of the width, from the left, in which it is seen.
    """

    what: QImage | AvatarVector | None = None
    opacity: float = 1.0
    edge: float = 1.0


class AvatarView(QWidget):
    """Shows an avatar; dragging turns it, a double click turns it back."""

    camera_changed = Signal(object)
    """The `Camera`, by a person."""
    pressed = Signal()
    """A person clicked it without turning it, or pressed Space."""

    def __init__(self, rendering: Rendering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Avatar"))
        self.setToolTip(tr(HANDLING))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._rendering = rendering
        self._picture, self._other = AvatarPicture(rendering, self), AvatarPicture(rendering, self)
        self._picture.drawn.connect(self._show_render)
        self._picture.failed.connect(self._fail)
        self._other.drawn.connect(lambda _: self.update())
        self._shown: QImage | None = None
        self._previous: QImage | None = None
        self._overlay: QImage | None = None
        self._over = Over()
        self._zoom = Zoom()
        self._region = RegionPainter(self)
        self._problem = ""
        self.trouble = DrawTrouble(self)
        self.trouble.again_wanted.connect(lambda: self._picture.draw(is_moving=True))
        self._grip: QPointF | None = None
        self._has_turned = False
        self._fade = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=0)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.valueChanged.connect(lambda _: self.update())
        self._life = Liveliness(rendering, self)
        self._life.frame_changed.connect(self._put_frame)
        self._frame: QImage | None = None
        self._is_lively = True

    @property
    def vector(self) -> AvatarVector | None:
        """The avatar that is shown, or will be once it is drawn; None before the first."""
        return self._picture.vector

    @property
    def camera(self) -> Camera:
        """Where the avatar is seen from."""
        return self._picture.camera

    @property
    def render_shown(self) -> Render | None:
        """The picture that is shown; None before the first."""
        return self._picture.render

    @property
    def over(self) -> Over:
        """What lies over the avatar."""
        return self._over

    def set_vector(self, vector: AvatarVector, *, is_moving: bool = False) -> None:
        """Show an avatar.

        Args:
            vector: The avatar.
            is_moving: More will follow at once, so a light picture will do for now.
        """
        self._life.stop()
        self._picture.show(vector, self.camera, is_moving=is_moving)

    def prepare(self, vector: AvatarVector) -> None:
        """Draw an avatar ahead, so that it is there at once when it is shown."""
        self._picture.prepare(vector)

    def set_camera(self, camera: Camera) -> None:
        """Look from somewhere else."""
        self._life.stop()
        self._picture.show(self._picture.vector, camera, is_moving=True)
        if self._other.vector is not None:
            self._other.show(self._other.vector, camera, is_moving=True)

    def set_over(self, over: Over) -> None:
        """Lay a picture of the same framing, or another avatar seen from the same side, over the avatar."""
        vector = over.what if isinstance(over.what, AvatarVector) else None
        if vector is not self._other.vector:
            self._other.show(vector, self.camera, is_moving=False)
        self._over = over
        self.update()

    def set_overlay(self, image: QImage | None) -> None:
        """Lay a picture of the same framing over the avatar, half transparent; None for none."""
        self._overlay = image
        self.update()

    def set_region(self, shade: QImage | None) -> None:
        """Light up a region of the avatar (`region_shade.shade_of`); None for none."""
        self._region.set(shade)

    def set_zoom(self, zoom: Zoom) -> None:
        """Show only a part of the picture, as sharp as can be."""
        self._zoom = zoom
        for picture in (self._picture, self._other):
            picture.look_closely(zoom.factor)
        self.update()

    def set_lively(self, is_lively: bool) -> None:
        """Whether the avatar blinks and looks to the pointer while it is not being changed."""
        if is_lively != self._is_lively:
            self._is_lively = is_lively
            self._live_or_rest()

    def describe(self, text: str) -> None:
        """Say in words what the picture shows."""
        self.setAccessibleDescription(text)

    def _show_render(self, render: Render) -> None:
        if render.shot.detail == "full" and self._shown is not None:
            self._previous = self._shown
            self._fade.setDuration(theme.animation_ms(self, 140))
            self._fade.start()
        self._shown, self._problem = render.image, ""
        self.trouble.hide()
        self._live_or_rest()

    def _live_or_rest(self) -> None:
        self._life.stop()
        self._frame = None
        render = self._picture.render
        if self._is_lively and render is not None and render.shot.detail == "full":
            self._life.rest_on(render)
        self.update()

    def _draw_again(self) -> None:
        self._life.stop()
        for picture in (self._picture, self._other):
            picture.draw(is_moving=True)

    def _put_frame(self, frame: Render) -> None:
        self._frame = frame.image
        self.update()

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, AvatarError) and not self._problem:
            report(error)  # once, not for every picture that fails alike
        self._problem = describe(error).text
        self.setAccessibleDescription(self._problem)
        self.trouble.tell(self._problem)
        self.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        QTimer.singleShot(0, self, self._draw_again)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._life.stop()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        for picture in (self._picture, self._other):
            picture.refresh()
        self.trouble.place()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            for picture in (self._picture, self._other):
                picture.refresh()
        return super().event(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip, self._has_turned = event.position(), False
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        moved = event.position() - self._grip
        if self._has_turned or moved.manhattanLength() >= TREMBLE:
            self._grip, self._has_turned = event.position(), True
            self._turn(-moved.x() * DEGREES_PER_PIXEL, moved.y() * DEGREES_PER_PIXEL)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_click, self._grip = self._grip is not None and not self._has_turned, None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if was_click:
            self.pressed.emit()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self.set_camera(CAMERAS["front"])
        self.camera_changed.emit(self.camera)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        turns = {
            Qt.Key.Key_Left: (-8.0, 0.0), Qt.Key.Key_Right: (8.0, 0.0), Qt.Key.Key_Up: (0.0, 4.0), Qt.Key.Key_Down: (0.0, -4.0),
        }  # fmt: skip
        if event.key() == Qt.Key.Key_Space:
            self.pressed.emit()
        elif (turn := turns.get(Qt.Key(event.key()))) is None:
            super().keyPressEvent(event)
        else:
            self._turn(*turn)

    def _turn(self, yaw: float, pitch: float) -> None:
        yaw = min(MAX_YAW, max(-MAX_YAW, self.camera.yaw + yaw))
        pitch = min(MAX_PITCH, max(-MAX_PITCH, self.camera.pitch + pitch))
        self.set_camera(replace(self.camera, yaw=yaw, pitch=pitch))
        self.camera_changed.emit(self.camera)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            paint_ground(painter, area, RADIUS)
            if self._shown is None:
                self._paint_placeholder(painter, area)
            else:
                is_fading = self._fade.state() == QVariantAnimation.State.Running
                if is_fading and self._previous is not None:
                    self._paint(painter, self._previous, 1.0)
                self._paint(painter, self._frame or self._shown, float(self._fade.currentValue()) if is_fading else 1.0)
                self._region.paint(painter, area, RADIUS, self._zoom.part(QRectF(0, 0, 1, 1)))
                self._paint_over(painter, area)
            if self._overlay is not None:
                self._paint(painter, self._overlay, 0.55)
            paint_focus(painter, self, area.adjusted(1, 1, -1, -1), RADIUS)

    def _paint_over(self, painter: QPainter, area: QRectF) -> None:
        over, other = self._over, self._other.render
        image = over.what if isinstance(over.what, QImage) else other.image if other is not None else None
        if image is None or over.opacity <= 0 or over.edge <= 0:
            return
        painter.save()
        painter.setClipRect(QRectF(area.left(), area.top(), over.edge * area.width(), area.height()))
        if not isinstance(over.what, QImage):
            painter.setOpacity(over.opacity)  # it has alpha: what is below must not be seen through it
            paint_ground(painter, area, RADIUS)
        self._paint(painter, image, over.opacity)
        painter.restore()

    def _paint(self, painter: QPainter, image: QImage, opacity: float) -> None:
        paint_picture(painter, image, QRectF(self.rect()), RADIUS, opacity, source=self._zoom.part(QRectF(image.rect())))

    def _paint_placeholder(self, painter: QPainter, area: QRectF) -> None:
        icon = QRectF(0, 0, 64, 64)
        icon.moveCenter(area.center())
        ink = QColor(PLACEHOLDER_INK)
        theme.paint_icon(painter, "head", icon, ink)
        if not self._problem:
            painter.setPen(ink)
            below = QRectF(area.left(), icon.bottom() + 8, area.width(), 24)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, tr("Preparing the avatar"))
