"""The engine's picture of one avatar, drawn off-thread: light while it moves, full when it is still."""

from dataclasses import replace

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app import theme
from app.problems import describe, report
from app.rendering import Render, Rendering, Shot, Urgency
from app.widgets.buttons import paint_focus
from app.widgets.ground import paint_ground, paint_picture
from app.widgets.liveliness import Liveliness
from app.widgets.zoom import Zoom
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, Camera
from core.errors import AvatarError

RADIUS = 16
SETTLE_MS = 160  # how long nothing moves before the full picture is drawn
LIGHT_SIZES = (256, 384)  # pixels while moving, on slow and on fast machines
FAST_S = 0.06
FULL_SIZES = (256, 1024)  # bounds of the still picture, pixels
DEGREES_PER_PIXEL = 0.4
MAX_YAW, MAX_PITCH = 110.0, 35.0
PLACEHOLDER_INK = "#5c5e64"  # on the neutral ground, which is the same in both themes


class AvatarView(QWidget):
    """Shows an avatar; dragging turns it, a double click turns it back."""

    camera_changed = Signal(object)
    """The `Camera`, by a person."""

    def __init__(self, rendering: Rendering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Avatar")
        self.setToolTip("Drag to turn; double-click to look from the front")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._rendering = rendering
        self._vector: AvatarVector | None = None
        self._camera = Camera()
        self._render: Render | None = None
        self._previous: QImage | None = None
        self._overlay: QImage | None = None
        self._zoom = Zoom()
        self._problem = ""
        self._light_size = LIGHT_SIZES[0]
        self._grip: QPointF | None = None
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._draw_full)
        self._fade = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=0)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.valueChanged.connect(lambda _: self.update())
        self._life = Liveliness(rendering, self)
        self._life.frame_changed.connect(self._put_frame)
        self._frame: QImage | None = None
        self._is_lively = True

    @property
    def camera(self) -> Camera:
        """Where the avatar is seen from."""
        return self._camera

    @property
    def render_shown(self) -> Render | None:
        """The picture that is shown; None before the first."""
        return self._render

    def set_vector(self, vector: AvatarVector, *, is_moving: bool = False) -> None:
        """Show an avatar.

        Args:
            vector: The avatar.
            is_moving: More will follow at once, so a light picture will do for now.
        """
        self._vector = vector
        self._draw(is_moving)

    def prepare(self, vector: AvatarVector) -> None:
        """Draw an avatar ahead, so that it is there at once when it is shown."""
        light = Shot(vector, self._camera, self._light_size, "light")
        for shot, urgency in ((light, Urgency.AHEAD), (self._full_shot(vector), Urgency.THUMBNAIL)):
            self._rendering.draw(shot, lambda _: None, lambda _: None, urgency=urgency, key=(id(self), shot))

    def set_camera(self, camera: Camera) -> None:
        """Look from somewhere else."""
        self._camera = camera
        self._draw(is_moving=True)

    def set_overlay(self, image: QImage | None) -> None:
        """Lay a picture of the same framing over the avatar, half transparent; None for none."""
        self._overlay = image
        self.update()

    def set_zoom(self, zoom: Zoom) -> None:
        """Show only a part of the picture, as sharp as can be."""
        self._zoom = zoom
        self.update()
        self._settle.start()

    def set_lively(self, is_lively: bool) -> None:
        """Whether the avatar blinks and looks to the pointer while it is not being changed."""
        self._is_lively = is_lively
        self._live_or_rest()

    def describe(self, text: str) -> None:
        """Say in words what the picture shows."""
        self.setAccessibleDescription(text)

    def _draw(self, is_moving: bool) -> None:
        # Not before it can be seen: opening the engine would compete with building the window.
        if self._vector is None or not self.isVisible():
            return
        self._life.stop()
        if self._rendering.has(self._full_shot(self._vector)):
            self._settle.stop()
            self._draw_full()
            return
        if is_moving or self._render is None:
            self._request(Shot(self._vector, self._camera, self._light_size, "light"), Urgency.DRAG)
        self._settle.start()

    def _draw_full(self) -> None:
        if self._vector is None:
            return
        self._request(self._full_shot(self._vector), Urgency.STILL)

    def _full_shot(self, vector: AvatarVector) -> Shot:
        return Shot(vector, self._camera, self._full_size(), "full")

    def _full_size(self) -> int:
        pixels = round(min(self.width(), self.height()) * self.devicePixelRatioF() * min(2.0, self._zoom.factor))
        return min(FULL_SIZES[1], max(FULL_SIZES[0], pixels))

    def _request(self, shot: Shot, urgency: Urgency) -> None:
        self._rendering.draw(shot, self._put, self._fail, urgency=urgency, key=(id(self), urgency))

    def _put(self, render: Render) -> None:
        is_late = not self._is_current(render)
        if is_late and (render.shot.detail == "full" or self._is_current(self._render)):
            return
        if render.shot.detail == "light":
            if render.seconds > 0:  # what was drawn before tells nothing
                is_fast = render.seconds < FAST_S * (render.shot.size / LIGHT_SIZES[0]) ** 2
                self._light_size = LIGHT_SIZES[1] if is_fast else LIGHT_SIZES[0]
            if self._render is not None and self._render.shot == replace(render.shot, size=self._render.shot.size, detail="full"):
                return
        elif self._render is not None:
            self._previous = self._render.image
            self._fade.setDuration(theme.animation_ms(self, 140))
            self._fade.start()
        self._render, self._problem = render, ""
        self._live_or_rest()

    def _is_current(self, render: Render | None) -> bool:
        return render is not None and render.shot.vector == self._vector and render.shot.camera == self._camera

    def _live_or_rest(self) -> None:
        self._life.stop()
        self._frame = None
        if self._is_lively and self._render is not None and self._render.shot.detail == "full":
            self._life.rest_on(self._render)
        self.update()

    def _put_frame(self, frame: Render) -> None:
        self._frame = frame.image
        self.update()

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, AvatarError) and not self._problem:
            report(error)  # once, not for every picture that fails alike
        self._problem = describe(error).text
        self.setAccessibleDescription(self._problem)
        self.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        QTimer.singleShot(0, self, lambda: self._draw(is_moving=True))

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._life.stop()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._settle.start()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            moved = event.position() - self._grip
            self._grip = event.position()
            self._turn(-moved.x() * DEGREES_PER_PIXEL, moved.y() * DEGREES_PER_PIXEL)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self.set_camera(CAMERAS["front"])
        self.camera_changed.emit(self._camera)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        turns = {
            Qt.Key.Key_Left: (-8.0, 0.0), Qt.Key.Key_Right: (8.0, 0.0), Qt.Key.Key_Up: (0.0, 4.0), Qt.Key.Key_Down: (0.0, -4.0),
        }  # fmt: skip
        if (turn := turns.get(Qt.Key(event.key()))) is None:
            super().keyPressEvent(event)
        else:
            self._turn(*turn)

    def _turn(self, yaw: float, pitch: float) -> None:
        yaw = min(MAX_YAW, max(-MAX_YAW, self._camera.yaw + yaw))
        pitch = min(MAX_PITCH, max(-MAX_PITCH, self._camera.pitch + pitch))
        self.set_camera(replace(self._camera, yaw=yaw, pitch=pitch))
        self.camera_changed.emit(self._camera)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            paint_ground(painter, area, RADIUS)
            if self._render is None:
                self._paint_placeholder(painter, area)
            else:
                is_fading = self._fade.state() == QVariantAnimation.State.Running
                if is_fading and self._previous is not None:
                    self._paint(painter, self._previous, 1.0)
                self._paint(painter, self._frame or self._render.image, float(self._fade.currentValue()) if is_fading else 1.0)
            if self._overlay is not None:
                self._paint(painter, self._overlay, 0.55)
            if self._problem:
                self._paint_problem(painter, area)
            paint_focus(painter, self, area.adjusted(1, 1, -1, -1), RADIUS)

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
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "Preparing the avatar")

    def _paint_problem(self, painter: QPainter, area: QRectF) -> None:
        card = QRectF(area.left() + 24, area.bottom() - 120, area.width() - 48, 96)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("panel", self))
        painter.drawRoundedRect(card, 12, 12)
        theme.paint_icon(painter, "alert", QRectF(card.left() + 16, card.top() + 16, 20, 20), theme.color("amber", self))
        painter.setPen(theme.color("text", self))
        words = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(card.adjusted(48, 12, -16, -12), words, self._problem)
