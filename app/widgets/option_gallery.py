"""Options as thumbnails of this very avatar, drawn by the engine in the background."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPaintEvent, QPen, QShowEvent
from typing_extensions import override

from app import theme
from app.rendering import Render, Rendering, Shot, Urgency
from app.widgets.buttons import with_alpha
from app.widgets.choice_grid import Choice, ChoiceGrid, ChoiceTile
from app.widgets.ground import paint_ground, paint_picture
from core.avatar.vector import AvatarVector
from core.engines import Camera

THUMBNAIL = 72
COLUMNS = 4
SETTLE_MS = 350  # how long the avatar is left alone before its thumbnails are drawn anew


@dataclass(frozen=True)
class Framing:
    """What a thumbnail shows: a square out of the picture of a frame.

    Attributes:
        frame: A frame of `Camera`.
        y: Middle of the square, in fractions of the picture from its top; from left to right it is in the middle.
        side: Of the square, in fractions of the picture.
    """

    frame: Literal["face", "bust"] = "face"
    y: float = 0.5
    side: float = 1.0


FRAMINGS: Mapping[str, Framing] = {
    "hair": Framing("bust", 0.49, 0.76),
    "hat": Framing("bust", 0.49, 0.76),
    "clothes": Framing("bust", 0.66, 0.68),
    "background": Framing("bust", 0.50, 1.0),
    "brows": Framing(y=0.40, side=0.62),
    "eyes": Framing(y=0.47, side=0.62),
    "nose": Framing(y=0.60, side=0.50),
    "mouth": Framing(y=0.74, side=0.50),
}
"""Component -> what its thumbnails show; eyes lie at 0.47 and the mouth at 0.75 of frame `face`.

Others show all of that frame.
"""


class OptionGallery(ChoiceGrid):
    """A grid of thumbnails, one chosen. Only what can be seen is drawn; old pictures stay until the new ones come."""

    drawn = Signal(str)
    """The id of a choice that has a new picture."""

    def __init__(self, name: str, component: str, choices: Sequence[Choice], rendering: Rendering) -> None:
        super().__init__(name, [_Tile(choice, name, component) for choice in choices], COLUMNS)
        self._framing, self._rendering = FRAMINGS.get(component, Framing()), rendering
        self._vector: AvatarVector | None = None
        self.is_fixed = False
        """Whether the thumbnails stay on the first avatar that they are shown on."""
        self._asked: set[str] = set()  # choices whose pictures somebody else wants, and that are on their way
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self.draw_visible)

    def set_vector(self, vector: AvatarVector) -> None:
        """Show the thumbnails on this avatar."""
        if self.is_fixed and self._vector is not None:
            return
        self._vector = vector
        self._forget()
        self._settle.start()

    def picture(self, choice_id: str) -> QImage | None:
        """A choice's picture, to show it elsewhere; None while it is on its way."""
        tile = next(tile for tile in self.tiles if tile.choice.id == choice_id)
        assert isinstance(tile, _Tile)
        if tile.image is None and self._vector is not None and choice_id not in self._asked:
            self._asked.add(choice_id)
            self._request(tile, self._vector)
        return tile.image

    def draw_visible(self) -> None:
        """Ask for the thumbnails that can be seen and are not of this avatar yet."""
        if self._vector is None or not self.isVisible():
            return
        # The newest request is drawn first, so the first tile is asked for last.
        for tile in reversed(self.tiles):
            if isinstance(tile, _Tile) and not tile.visibleRegion().isEmpty():
                self._request(tile, self._vector)

    @property
    def is_drawn(self) -> bool:
        """Whether every thumbnail that can be seen is of this avatar."""
        seen = [tile for tile in self.tiles if isinstance(tile, _Tile) and not tile.visibleRegion().isEmpty()]
        return all(tile.shot is not None and tile.vector is self._vector for tile in seen)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._settle.start(0)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._forget()

    def _forget(self) -> None:
        self._rendering.forget(self._is_mine)
        self._asked.clear()

    def _is_mine(self, key: object) -> bool:
        return isinstance(key, tuple) and key[0] == id(self)

    def _request(self, tile: "_Tile", vector: AvatarVector) -> None:
        framing = self._framing
        size = max(96, round(THUMBNAIL * self.devicePixelRatioF() / framing.side))
        shot = Shot(vector.with_values(tile.choice.values), Camera(frame=framing.frame), size, "light")
        if tile.shot == shot:
            tile.vector = vector
        else:
            self._rendering.draw(
                shot,
                partial(self._put, tile, vector),
                lambda _: None,  # the avatar beside it says what is wrong
                urgency=Urgency.THUMBNAIL,
                key=(id(self), tile.choice.id),
            )

    def _put(self, tile: "_Tile", vector: AvatarVector, render: Render) -> None:
        self._asked.discard(tile.choice.id)
        if vector is self._vector:
            tile.vector = vector
            tile.put(render.shot, _cropped(render.image, self._framing))
            self.drawn.emit(tile.choice.id)


class _Tile(ChoiceTile):
    """A thumbnail, or the icon of its component until it is drawn."""

    def __init__(self, choice: Choice, group: str, component: str) -> None:
        super().__init__(choice, group, THUMBNAIL)
        self.shot: Shot | None = None
        self.vector: AvatarVector | None = None
        self._component = component
        self.image: QImage | None = None

    def put(self, shot: Shot, image: QImage) -> None:
        self.shot, self.image = shot, image
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect()).adjusted(3, 3, -3, -3)
            if self.image is None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("field", self))
                painter.drawRoundedRect(area, 10, 10)
                icon = QRectF(0, 0, 24, 24)
                icon.moveCenter(area.center())
                theme.paint_icon(painter, component_icon(self._component), icon, theme.color("disabled", self))
            else:
                paint_ground(painter, area, 10)
                paint_picture(painter, self.image, area, 10)
            self.paint_ring(painter, area, 10)
            if self.isChecked():
                badge = QRectF(area.right() - 15, area.bottom() - 15, 18, 18)
                painter.setPen(QPen(theme.color("panel", self), 2.0))
                painter.setBrush(theme.color("accent", self))
                painter.drawEllipse(badge)
                theme.paint_icon(painter, "check", badge.adjusted(3, 3, -3, -3), theme.color("on_accent", self))
            if self.share:
                self._paint_share(painter, area)

    def _paint_share(self, painter: QPainter, area: QRectF) -> None:
        """How likely a method thought it, readable on whatever the picture shows."""
        painter.setFont(theme.font("small", strong=True))
        width = painter.fontMetrics().horizontalAdvance(self.share) + 10
        pill = QRectF(area.left() + 4, area.bottom() - 20, width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(with_alpha(theme.color("panel", self), 0.92))
        painter.drawRoundedRect(pill, 8, 8)
        painter.setPen(theme.color("text", self))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self.share)


def component_icon(component: str) -> str:
    """The icon of a component."""
    name = {"facial_hair": "beard", "eye": "eyes", "brow": "brows", "iris": "eyes", "face": "head"}.get(component, component)
    return name if theme.has_icon(name) else "sliders"


def _cropped(image: QImage, framing: Framing) -> QImage:
    width, side = image.width(), round(framing.side * image.width())
    return image.copy(QRect((width - side) // 2, round(framing.y * width - side / 2), side, side))
