"""What is right and what is not before a picture is taken: a row of signs, each with its word."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import with_alpha
from core.words import mark, tr

HEIGHT, ICON = 48, 18

NAMES: Mapping[str, str] = {
    "face": mark("Face"), "place": mark("Position"), "size": mark("Size"), "light": mark("Light"), "sharp": mark("Sharp"),
}  # fmt: skip
"""What each light is called, by its name in `core.faces.framing.LIGHTS`."""


class CameraLights(QWidget):
    """A tick where something is right, an exclamation mark where it is not, a ring where nobody can tell yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Is the picture good?"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedHeight(HEIGHT)
        self._lights: Mapping[str, bool | None] = dict.fromkeys(NAMES)

    @property
    def lights(self) -> Mapping[str, bool | None]:
        """What is shown: light -> whether it is right; None where it cannot be told."""
        return self._lights

    def show_lights(self, lights: Mapping[str, bool | None]) -> None:
        """Show what is right and what is not."""
        if lights != self._lights:
            self._lights = lights
            words = {True: tr("good"), False: tr("not good"), None: tr("not known")}
            self.setAccessibleDescription(", ".join(f"{tr(NAMES[name])}: {words[is_good]}" for name, is_good in lights.items()))
            self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(64 * len(NAMES), HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(theme.color("panel", self), 0.94))
            painter.drawRoundedRect(QRectF(self.rect()), 12, 12)
            painter.setFont(theme.font("small"))
            width = self.width() / len(NAMES)
            for index, name in enumerate(NAMES):
                self._paint_light(painter, QRectF(index * width, 0, width, self.height()), name)

    def _paint_light(self, painter: QPainter, cell: QRectF, name: str) -> None:
        is_good = self._lights.get(name)
        sign = QRectF(0, 0, ICON, ICON)
        sign.moveCenter(cell.center())
        sign.moveTop(6)
        if is_good is None:
            painter.setPen(QPen(theme.color("disabled", self), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(sign.center(), 5.0, 5.0)
        else:
            theme.paint_icon(
                painter, "check" if is_good else "alert", sign, theme.color("accent_text" if is_good else "amber", self)
            )
        painter.setPen(theme.color("text" if is_good is False else "secondary", self))
        words = cell.adjusted(2, ICON + 8, -2, -4)
        text = painter.fontMetrics().elidedText(tr(NAMES[name]), Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
