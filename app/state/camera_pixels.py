"""From what cameras and videos give to pixels: the square in the middle, no larger than it is needed.

Qt's own conversion keeps the interpreter while it works, so that the window would stand still with every frame (150 ms measured).
Here Pillow works, which lets go of it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.estimating import Picture

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtMultimedia import QVideoFrame

Plane = NDArray[np.uint8]

_HD = 576  # rows: pictures that are higher have BT.709's colours unless they say otherwise

# Brightness to red, green and blue: (red of V, green of U, green of V, blue of U). Source: ITU-R BT.601-7 and BT.709-6.
_MATRICES = {"601": (1.402, -0.344136, -0.714136, 1.772), "709": (1.5748, -0.187324, -0.468124, 1.8556)}

_LAYOUTS: dict[str, tuple[tuple[int, int, int, bool, bool], ...]] = {
    "Format_YUV420P": ((0, 0, 1, False, False), (1, 0, 1, True, True), (2, 0, 1, True, True)),
    "Format_YV12": ((0, 0, 1, False, False), (2, 0, 1, True, True), (1, 0, 1, True, True)),
    "Format_YUV422P": ((0, 0, 1, False, False), (1, 0, 1, True, False), (2, 0, 1, True, False)),
    "Format_NV12": ((0, 0, 1, False, False), (1, 0, 2, True, True), (1, 1, 2, True, True)),
    "Format_NV21": ((0, 0, 1, False, False), (1, 1, 2, True, True), (1, 0, 2, True, True)),
    "Format_YUYV": ((0, 0, 2, False, False), (0, 1, 4, True, False), (0, 3, 4, True, False)),
    "Format_UYVY": ((0, 1, 2, False, False), (0, 0, 4, True, False), (0, 2, 4, True, False)),
}
"""Pixel format -> Y, U and V: plane, first byte, step in bytes, whether there is one for two columns, and for two rows."""


def square_of_video(frame: "QVideoFrame", most: int) -> Picture:
    """The square in the middle of a frame, (S, S, 3) uint8 sRGB, upright, S at most `most`; empty where it cannot be read."""
    form, kind = frame.surfaceFormat(), frame.pixelFormat().name
    is_turned = form.rotation().value or frame.rotation().value or form.isMirrored() or frame.mirrored()
    is_flipped = form.scanLineDirection() != type(form).Direction.TopToBottom
    if is_turned or is_flipped or kind not in _LAYOUTS:
        return square_of_image(frame.toImage(), most)  # seldom, and Qt knows all of them
    if not _map(frame):
        return np.zeros((0, 0, 3), np.uint8)
    try:
        count = frame.planeCount()
        planes = [np.frombuffer(frame.bits(index), np.uint8).reshape(-1, frame.bytesPerLine(index)) for index in range(count)]
        return _from_planes(planes, _LAYOUTS[kind], (frame.width(), frame.height()), most, _numbers(form, frame.height()))
    finally:
        frame.unmap()


def square_of_image(image: "QImage", most: int) -> Picture:
    """The square in the middle of an image, (S, S, 3) uint8 sRGB, S at most `most`; empty where the image is."""
    from PySide6.QtGui import QImage

    side = min(image.width(), image.height())
    if side == 0:
        return np.zeros((0, 0, 3), np.uint8)
    square = image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    square = square.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(square.constBits(), np.uint8).reshape(side, square.bytesPerLine())
    return _shrunk(rows[:, : 3 * side].copy().reshape(side, side, 3), most)  # the image goes when this ends


def image_of(picture: Picture) -> "QImage":
    """A picture (H, W, 3) uint8 as an image that owns its pixels."""
    from PySide6.QtGui import QImage

    height, width = picture.shape[:2]
    data = np.ascontiguousarray(picture)
    return QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _map(frame: "QVideoFrame") -> bool:
    from PySide6.QtMultimedia import QVideoFrame

    return frame.map(QVideoFrame.MapMode.ReadOnly)


def _numbers(form: Any, height: int) -> tuple[float, ...]:
    """The twelve numbers that make red, green and blue of Y, U and V, as Pillow takes them."""
    space, is_full = form.colorSpace().name, form.colorRange().name == "ColorRange_Full"
    is_hd = "709" in space or ("Undefined" in space and height > _HD)
    red_v, green_u, green_v, blue_u = _MATRICES["709" if is_hd else "601"]
    bright, colour, black = (1.0, 1.0, 0.0) if is_full else (255 / 219, 255 / 224, 16.0)
    rows = ((0.0, red_v), (green_u, green_v), (blue_u, 0.0))
    return tuple(
        number
        for u, v in rows
        for number in (bright, colour * u, colour * v, -bright * black - 128 * colour * (u + v))
    )  # fmt: skip


def _from_planes(
    planes: Sequence[Plane], layout: tuple[tuple[int, int, int, bool, bool], ...], size: tuple[int, int], most: int, numbers: Any
) -> Picture:
    from PIL import Image

    (width, height), side = size, min(size)
    left, top, wanted = (width - side) // 2 // 2 * 2, (height - side) // 2 // 2 * 2, min(side, most)
    channels = []
    for plane, first, step, is_half_across, is_half_down in layout:
        across, down = 1 + is_half_across, 1 + is_half_down
        count = side // across
        columns = slice(first + left // across * step, first + (left // across + count - 1) * step + 1, step)
        part = planes[plane][top // down : top // down + side // down, columns]
        channel = Image.fromarray(np.ascontiguousarray(part))
        if channel.size != (wanted, wanted):
            channel = channel.resize((wanted, wanted), Image.Resampling.BILINEAR)
        channels.append(channel)
    return np.asarray(Image.merge("RGB", channels).convert("RGB", numbers))


def _shrunk(picture: Picture, most: int) -> Picture:
    from PIL import Image

    if len(picture) <= most:
        return picture
    return np.asarray(Image.fromarray(picture).resize((most, most), Image.Resampling.BILINEAR, reducing_gap=2.0))
