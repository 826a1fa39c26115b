"""A gradient behind an avatar."""

import numpy as np
from numpy.typing import NDArray

from core.colour import to_linear
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Srgb = tuple[int, int, int]


def on_gradient(picture: Image, top: Srgb, bottom: Srgb) -> Image:
    """A picture on a gradient from top to bottom, opaque.

    Args:
        picture: (H, W, 4) uint8 sRGB with straight alpha.
        top: sRGB of the first row.
        bottom: sRGB of the last row.
    """
    sizes = expect_shape(picture, "H W 4")
    down = np.linspace(0, 1, sizes["H"])[:, None]
    rows = np.rint((1 - down) * np.array(top) + down * np.array(bottom)).astype(np.uint8)
    result = np.empty_like(picture)
    result[..., :3] = rows[:, None]
    result[..., 3] = 255
    alpha = picture[..., 3]
    result[alpha == 255] = picture[alpha == 255]
    # Light is mixed, not its encoding, or hair gets a dark fringe on a bright ground.
    edge = (alpha > 0) & (alpha < 255)
    share = alpha[edge][:, None] / np.float32(255)
    light = share * to_linear(picture[edge][:, :3]) + (1 - share) * to_linear(result[edge][:, :3])
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    result[edge, :3] = np.rint(255 * np.clip(encoded, 0, 1))
    return result
