"""What the camera sees, in the photo's place: the guide to fit one's face into, what is right and what is not, the countdown."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import Segments, with_alpha
from app.widgets.camera_lights import CameraLights
from app.widgets.camera_trouble import CameraTrouble
from app.widgets.ground import paint_ground, paint_picture
from core.faces.align import GUIDE
from core.words import mark, tr

RADIUS, MARGIN = 16, 8
TIMES: Mapping[str, str] = {"0": mark("Now"), "3": mark("3 s"), "10": mark("10 s")}
"""Seconds until the picture is taken -> what they are called."""


class CameraView(QWidget):
    """Shows a square picture that keeps coming."""

    timer_chosen = Signal(int)
    """Seconds until a picture is taken."""
    device_chosen = Signal(str)
    """Another camera, by its id."""
    again_wanted = Signal()
    """To try the same again."""
    other_wanted = Signal()
    """A file in its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Camera"))
        self._image: QImage | None = None
        self._is_mirrored = self._has_guide = self._is_good = False
        self._left = 0
        self.lights = CameraLights(self)
        self.trouble = CameraTrouble(self)
        self.trouble.again_wanted.connect(self.again_wanted)
        self.trouble.other_wanted.connect(self.other_wanted)
        self.timer = Segments([(key, tr(name)) for key, name in TIMES.items()], tr("Timer"), self)
        self.timer.chosen.connect(lambda key: self.timer_chosen.emit(int(key)))
        self.devices = QComboBox(self)
        self.devices.setAccessibleName(tr("Which camera"))
        self.devices.activated.connect(lambda index: self.device_chosen.emit(str(self.devices.itemData(index))))
        self.badge = _Badge(self)
        self.wait("", "")

    @property
    def is_shown(self) -> bool:
        """Whether there is a picture."""
        return self._image is not None and not self.trouble.isVisibleTo(self)

    def set_up(
        self, *, is_mirrored: bool, has_guide: bool, seconds: int, devices: Sequence[tuple[str, str]], device: str
    ) -> None:
        """Say what is to be shown.

        Args:
            is_mirrored: Left for right, as in a mirror.
            has_guide: Pictures are taken: the guide, the lights and the timer are shown.
            seconds: Until a picture is taken.
            devices: Id and name of every camera; they can be chosen from where there are several.
            device: The one that is used.
        """
        self._is_mirrored, self._has_guide = is_mirrored, has_guide
        self.timer.choose(str(seconds))
        self.devices.clear()
        for key, name in devices:
            self.devices.addItem(name, key)
        self.devices.setCurrentIndex(max(0, self.devices.findData(device)))
        self._offer()

    def wait(self, title: str, text: str) -> None:
        """Show that the pictures are still to come."""
        self._image = None
        self.trouble.say("camera", title, text, "")
        self._offer(is_waiting=True)
        self.setAccessibleDescription(title)

    def show_trouble(self, title: str, text: str, other: str) -> None:
        """Say why no pictures come and what to do; `other` is what the second button offers."""
        self._image = None
        self.trouble.say("alert", title, text, other)
        self._offer(is_waiting=True)
        self.setAccessibleDescription(f"{title}. {text}")

    def show_picture(self, image: QImage) -> None:
        """Show a picture, square, not mirrored."""
        is_first, self._image = self._image is None, image
        if is_first:
            self._offer()
            self.setAccessibleDescription(tr("You, as in a mirror") if self._is_mirrored else tr("The video"))
        self.update()

    def show_framing(self, lights: Mapping[str, bool | None]) -> None:
        """Show what is right and what is not."""
        self.lights.show_lights(lights)
        self._is_good = bool(lights) and all(lights.values())
        self.update()

    def count_down(self, seconds: int) -> None:
        """Show how many seconds are left; 0 for no countdown."""
        self._left = seconds
        self._offer()

    def say(self, text: str, details: str = "") -> None:
        """Say something quietly in the corner, with more in its tooltip; nothing for an empty text."""
        self.badge.say(text, details)
        self._place()

    def _offer(self, *, is_waiting: bool = False) -> None:
        is_shown = self._image is not None and not is_waiting
        is_free = is_shown and not self._left
        self.trouble.setVisible(is_waiting or self._image is None)
        self.lights.setVisible(is_shown and self._has_guide)
        self.timer.setVisible(is_free and self._has_guide)
        self.devices.setVisible(is_free and self.devices.count() > 1)
        if not is_shown:
            self.badge.say("", "")
        self._place()
        self.update()

    def _place(self) -> None:
        width, height = self.width(), self.height()
        self.trouble.fit(height - 2 * MARGIN)
        self.trouble.move((width - self.trouble.width()) // 2, max(MARGIN, (height - self.trouble.height()) // 2 - 2 * MARGIN))
        across = min(width - 2 * MARGIN, 440)
        self.lights.setGeometry((width - across) // 2, height - MARGIN - self.lights.height(), across, self.lights.height())
        self.timer.adjustSize()
        self.timer.move(MARGIN, MARGIN)
        room = width - self.timer.width() - 3 * MARGIN if self._has_guide else width // 2
        self.devices.setFixedWidth(max(64, min(200, room)))
        self.devices.move(width - MARGIN - self.devices.width(), MARGIN)
        self.badge.adjustSize()
        self.badge.move(MARGIN, height - MARGIN - self.badge.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            if self._image is None:
                self._paint_empty(painter, area.adjusted(1, 1, -1, -1))
                return
            paint_ground(painter, area, RADIUS)
            painter.save()
            if self._is_mirrored:
                painter.translate(area.width(), 0)
                painter.scale(-1, 1)
            paint_picture(painter, self._image, area, RADIUS)
            painter.restore()
            if self._has_guide:
                self._paint_guide(painter, area)
            if self._left:
                self._paint_count(painter, area)

    def _paint_empty(self, painter: QPainter, area: QRectF) -> None:
        pen = QPen(theme.color("disabled", self), 1.5)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.setBrush(theme.color("panel", self))
        painter.drawRoundedRect(area, RADIUS, RADIUS)

    def _paint_guide(self, painter: QPainter, area: QRectF) -> None:
        x, y, half_width, half_height = (share * area.width() for share in GUIDE)
        oval = QRectF(x - half_width, y - half_height, 2 * half_width, 2 * half_height)
        around = QPainterPath()
        around.addRoundedRect(area, RADIUS, RADIUS)
        around.addEllipse(oval)  # odd and even: what is within both is left out
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(QColor("#101014"), 0.34))
        painter.drawPath(around)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor("#ffffff"), 3.0 if self._is_good else 2.0)
        if not self._is_good:
            pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.drawEllipse(oval)

    def _paint_count(self, painter: QPainter, area: QRectF) -> None:
        side = 0.19 * area.width()
        disc = QRectF(0, 0, side, side)
        # Above the oval: nothing lies over the face that is to be seen.
        disc.moveCenter(QPointF(area.center().x(), (GUIDE[1] - GUIDE[3]) * area.height() / 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(QColor("#101014"), 0.6))
        painter.drawEllipse(disc)
        font = theme.font("large", strong=True)
        font.setPixelSize(max(12, round(side / 2)))
        painter.setFont(font)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self._left))


class _Badge(QLabel):
    """A few words on a quiet ground."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(theme.font("small"))
        self.setContentsMargins(10, 4, 10, 4)
        self.hide()

    def say(self, text: str, details: str) -> None:
        """Change what it says; an empty text hides it."""
        if text != self.text():
            self.setText(text)
        self.setToolTip(details)
        self.setAccessibleDescription(details)
        self.setVisible(bool(text))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(theme.color("panel", self), 0.94))
            painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        super().paintEvent(event)
