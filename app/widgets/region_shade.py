"""What part of a face a setting is about: everything else of a picture is dimmed, and the part has an outline."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEasingCurve, QRectF, QVariantAnimation
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from app import theme
from app.widgets.ground import paint_picture
from core.engines import CLASSES
from core.shapes import expect_shape

Float = NDArray[np.float32]

SIZE = 384
"""Pixels of a shade."""
FADE_MS = 140
_DIM, _LINE = 0.38, 0.8
"""How much of the rest is covered, and of what is below the outline."""
_LEAST = 0.0006
"""Share of the picture from which a region can be seen."""

_HEAD = ("skin", "eyes", "brows", "mouth", "nose", "ears", "glasses")
_REGIONS: Mapping[str, Sequence[Sequence[str]]] = {
    "head": (_HEAD,),
    "face": (_HEAD,),
    "skin": (("skin", "nose", "ears", "neck"),),
    "hair": (("hair",), ("hat",)),
    "brows": (("brows",),),
    "eyes": (("eyes",), ("glasses",)),
    "nose": (("nose",),),
    "mouth": (("mouth",),),
    "ears": (("ears",),),
    "glasses": (("glasses",), ("eyes", "brows")),
    "earrings": (("earrings",), ("ears",)),
    "hat": (("hat",), ("hair",)),
    "clothes": (("clothes",), ("neck",)),
    "expression": (("eyes", "brows", "mouth"),),
    "background": (("background",),),
}  # fmt: skip
"""Component -> its classes; the next ones where none of the first can be seen. A beard is where skin is, below the nose."""


def region_of(component: str, masks: Float) -> Float | None:
    """Where a component is.

    Args:
        component: A part of an avatar.
        masks: (13, M, M) in [0, 1], classes of a picture.

    Returns:
        (M, M) in [0, 1]; None where it cannot be seen, or is nowhere.
    """
    expect_shape(masks, f"{len(CLASSES)} M M")
    if component == "facial_hair":
        return _seen(_below_nose(masks))
    for classes in _REGIONS.get(component, ()):
        region = _seen(masks[[CLASSES.index(name) for name in classes]].sum(axis=0))
        if region is not None:
            return region
    return None


def middle_of(region: Float) -> tuple[float, float]:
    """A point well inside a region, the nearest such to its centre: across and down, as shares of the picture's sides.

    Args:
        region: (M, M) in [0, 1], somewhere above 0.
    """
    size = len(region)
    reach = max(1, size // 40)
    # How much of the square around each point is inside: means of rows, then of columns.
    around = np.pad(region, reach)
    for axis in (0, 1):
        around = np.lib.stride_tricks.sliding_window_view(around, 2 * reach + 1, axis).mean(axis=-1)
    down, across = np.nonzero(around >= 0.97 * around.max())
    places = np.arange(size) + 0.5
    middle_across, middle_down = (float((region.sum(axis=axis) * places).sum() / region.sum()) for axis in (0, 1))
    best = int(np.argmin(np.hypot(across + 0.5 - middle_across, down + 0.5 - middle_down)))
    return (float(across[best]) + 0.5) / size, (float(down[best]) + 0.5) / size


def masks_of(classes: NDArray[np.uint8]) -> Float:
    """Hard classes (M, M), indices into `CLASSES` -> masks (13, M, M)."""
    return np.asarray(classes[None] == np.arange(len(CLASSES), dtype=np.uint8)[:, None, None], np.float32)


def shade_of(region: Float) -> QImage:
    """A picture to lay over one of the same framing: the rest of it veiled, and an outline around the region.

    Args:
        region: (M, M) in [0, 1].
    """
    scale = np.asarray(np.clip(region, 0, 1) * 255, np.uint8)
    # Here, because the window starts without it.
    from PIL import Image as Pillow
    from PIL import ImageFilter

    large = Pillow.fromarray(scale).resize((SIZE, SIZE), Pillow.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(2.0))
    inside = np.asarray(large, np.float32) / 255
    # Around one half: the outline, about two pixels wide whatever the slope of the mask.
    down, across = np.gradient(inside)
    slope = np.maximum(np.hypot(down, across), 0.02)
    line = np.clip(1.6 - np.abs(inside - 0.5) / slope, 0, 1)
    veil = _DIM * (1 - np.clip((inside - 0.3) / 0.4, 0, 1))
    alpha = np.maximum(veil, _LINE * line)
    ground = np.array([0xD4, 0xD5, 0xD8], np.float32)  # theme.PICTURE_INNER: the rest fades into what is behind all pictures
    white = np.full(3, 255.0, np.float32)
    share = np.divide(_LINE * line, alpha, out=np.zeros_like(alpha), where=alpha > 0)[..., None]
    pixels = np.concatenate([ground * (1 - share) + white * share, 255 * alpha[..., None]], axis=-1)
    data = np.ascontiguousarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
    image = QImage(data.data, SIZE, SIZE, 4 * SIZE, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


class RegionPainter:
    """Paints a shade over a view's picture; it comes and goes softly, where motion is wanted."""

    def __init__(self, view: QWidget) -> None:
        self._view = view
        self._shade: QImage | None = None
        self._is_on = False
        self._fade = QVariantAnimation(view, startValue=0.0, endValue=1.0, duration=0)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.valueChanged.connect(lambda _: view.update())

    @property
    def is_on(self) -> bool:
        """Whether a region is shown."""
        return self._is_on

    def set(self, shade: QImage | None) -> None:
        """Show a shade; None for none."""
        was_on, self._is_on = self._is_on, shade is not None
        if shade is not None:
            self._shade = shade
        if was_on != self._is_on:
            self._fade.stop()
            self._fade.setDirection(QVariantAnimation.Direction.Forward if self._is_on else QVariantAnimation.Direction.Backward)
            self._fade.setDuration(theme.animation_ms(self._view, FADE_MS))
            self._fade.start()
        self._view.update()

    def paint(self, painter: QPainter, area: QRectF, radius: float, part: QRectF) -> None:
        """Paint it.

        Args:
            painter: The view's.
            area: Where the picture is.
            radius: Of its corners.
            part: Which part of the picture is shown, in shares of its sides.
        """
        is_fading = self._fade.state() == QVariantAnimation.State.Running
        opacity = float(self._fade.currentValue()) if is_fading else float(self._is_on)
        if self._shade is None or opacity <= 0:
            return
        source = QRectF(part.x() * SIZE, part.y() * SIZE, part.width() * SIZE, part.height() * SIZE)
        paint_picture(painter, self._shade, area, radius, opacity, source=source)


def _below_nose(masks: Float) -> Float:
    """Where a beard would be: skin and mouth from the tip of the nose down."""
    nose = masks[CLASSES.index("nose")] > 0.5
    if not nose.any():
        return np.zeros(masks.shape[1:], np.float32)
    rows = np.nonzero(nose.any(axis=1))[0]
    region = masks[[CLASSES.index("skin"), CLASSES.index("mouth")]].sum(axis=0)
    region[: rows[-1] - (rows[-1] - rows[0]) // 6] = 0
    return np.asarray(region, np.float32)


def _seen(region: NDArray[np.floating]) -> Float | None:
    return np.asarray(region, np.float32) if float(region.mean()) >= _LEAST else None
