"""How a picture of the avatar is exported."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from app.rendering import Render, Rendering, Shot
from app.widgets.buttons import Segments, text_button
from app.widgets.choice_grid import Choice
from app.widgets.ground import paint_picture
from app.widgets.swatches import Swatches
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, Camera

SIZES = (256, 512, 1024, 2048)
BACKGROUNDS: Mapping[str, tuple[str, tuple[int, int, int] | None]] = {
    "transparent": ("Transparent", None),
    "white": ("White", (255, 255, 255)),
    "grey": ("Grey", (208, 209, 213)),
    "sky": ("Sky", (190, 214, 240)),
    "mint": ("Mint", (196, 226, 208)),
    "sand": ("Sand", (240, 224, 196)),
    "rose": ("Rose", (244, 208, 212)),
    "night": ("Night", (38, 40, 54)),
}
PREVIEW = 264


@dataclass(frozen=True)
class ExportChoice:
    """What to export.

    Attributes:
        view: A name in `CAMERAS`, or `current` for the view in the window.
        size: Pixels.
        background: A name in `BACKGROUNDS`.
    """

    view: str = "current"
    size: int = 1024
    background: str = "transparent"


class ExportDialog(QDialog):
    """Choose view, size and background, with a preview."""

    save_wanted = Signal(object, object)
    """The `Shot` and the background's colour or None, to go to a file."""
    copy_wanted = Signal(object, object)
    """The same, to go to the clipboard."""

    def __init__(
        self, vector: AvatarVector, camera: Camera, choice: ExportChoice, rendering: Rendering, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export picture")
        self._vector, self._camera, self._rendering = vector, camera, rendering
        self.choice = choice
        self._preview = _Preview()
        self.view = Segments(
            [("current", "As shown"), ("front", "Front"), ("three-quarter", "Three-quarter"), ("side", "Side")], "View"
        )
        self.size_box = QComboBox()
        self.size_box.setAccessibleName("Size")
        for size in SIZES:
            self.size_box.addItem(f"{size} × {size} pixels", size)
        self.background = Swatches("Background", [Choice(key, name, srgb=srgb) for key, (name, srgb) in BACKGROUNDS.items()])
        self.copy_button, self.save_button = text_button("Copy"), text_button("Save PNG…", "primary")
        self._lay_out()
        self.view.chosen.connect(lambda view: self._change(replace(self.choice, view=view)))
        self.size_box.activated.connect(lambda _: self._change(replace(self.choice, size=self.size_box.currentData())))
        self.background.chosen.connect(lambda picked: self._change(replace(self.choice, background=picked.id)))
        self.save_button.clicked.connect(lambda: self.save_wanted.emit(self.shot(), self._color()))
        self.copy_button.clicked.connect(lambda: self.copy_wanted.emit(self.shot(), self._color()))
        self._change(choice)
        self.save_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(16)
        form.setHorizontalSpacing(16)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        for name, widget in (("View", self.view), ("Size", self.size_box), ("Background", self.background)):
            label = QLabel(name)
            label.setProperty("tone", "secondary")
            label.setMinimumHeight(32)
            form.addRow(label, widget)
        cancel = text_button("Cancel", "link")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.save_button)
        self.save_button.setDefault(True)
        right = QVBoxLayout()
        right.setSpacing(24)
        right.addLayout(form)
        right.addStretch(1)
        right.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(32)
        layout.addWidget(self._preview)
        layout.addLayout(right)

    def shot(self) -> Shot:
        """The picture that is asked for."""
        return Shot(self._vector, self._camera_chosen(), self.choice.size)

    def _camera_chosen(self) -> Camera:
        return CAMERAS.get(self.choice.view, self._camera)

    def _color(self) -> tuple[int, int, int] | None:
        return BACKGROUNDS[self.choice.background][1]

    def _change(self, choice: ExportChoice) -> None:
        self.choice = choice
        self.view.choose(choice.view)
        self.size_box.setCurrentIndex(max(0, self.size_box.findData(choice.size)))
        self.background.choose(choice.background)
        self._preview.set_background(self._color())
        pixels = round(PREVIEW * self.devicePixelRatioF())
        self._rendering.draw(Shot(self._vector, self._camera_chosen(), pixels), self._show, lambda _: None, key=id(self))

    def _show(self, render: Render) -> None:
        if render.shot.camera == self._camera_chosen():
            self._preview.set_image(render.image)

    @override
    def done(self, result: int) -> None:
        self._rendering.forget(lambda key: key == id(self))
        super().done(result)


def on_background(image: QImage, color: tuple[int, int, int] | None) -> QImage:
    """A picture on a colour, or as it is."""
    if color is None:
        return image
    opaque = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    opaque.fill(QColor(*color))
    with QPainter(opaque) as painter:
        painter.drawImage(0, 0, image)
    return opaque


def to_rgba(image: QImage) -> "np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]":
    """(H, W, 4) uint8 sRGB with straight alpha."""
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(straight.constBits(), np.uint8).reshape(straight.height(), straight.bytesPerLine())
    return pixels[:, : straight.width() * 4].reshape(straight.height(), straight.width(), 4).copy()


class _Preview(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Preview")
        self.setFixedSize(PREVIEW, PREVIEW)
        self._image: QImage | None = None
        self._color: tuple[int, int, int] | None = None

    def set_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    def set_background(self, color: tuple[int, int, int] | None) -> None:
        self._color = color
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*self._color) if self._color else QBrush(_checkers()))
            painter.drawRoundedRect(area, 12, 12)
            if self._image is not None:
                paint_picture(painter, self._image, area, 12)


def _checkers() -> QImage:
    tile = np.full((16, 16, 3), 236, np.uint8)
    tile[:8, :8] = tile[8:, 8:] = 252
    image = QImage(tile.data, 16, 16, 48, QImage.Format.Format_RGB888)
    return image.copy()
