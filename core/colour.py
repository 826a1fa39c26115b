"""Measuring colours as people see them: linear light, CIELAB, the colour of a region.

Colours are mixed and averaged in linear light only; sRGB values are not amounts of light.
"""

import numpy as np
from numpy.typing import NDArray

from core.shapes import expect_shape

Float = NDArray[np.float32]

# IEC 61966-2-1, and the D65 white that sRGB stands on.
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = _TO_XYZ.sum(axis=1)
_LUMINANCE = _TO_XYZ[1].astype(np.float32)
_TO_RATIO = (_TO_XYZ.T / _WHITE).astype(np.float32)
_TO_LAB = np.array([[0, 500, 0], [116, -500, 200], [0, 0, -200]], np.float32)
_LAB_OFFSET = np.array([16, 0, 0], np.float32)
_HUE_PHASES = np.array([30.0, 0.0, -6.0, 63.0])


def to_linear(srgb: NDArray[np.uint8]) -> Float:
    """(..., 3) uint8 sRGB -> amounts of light in [0, 1]."""
    return _LINEAR[srgb]


def to_srgb(linear: NDArray[np.floating]) -> NDArray[np.uint8]:
    """(..., 3) amounts of light, clipped to [0, 1] -> uint8 sRGB."""
    light = np.clip(np.asarray(linear, np.float64), 0, 1)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * encoded), np.uint8)


def luminance(linear: NDArray[np.floating]) -> Float:
    """(..., 3) amounts of light -> (...) how bright they look, in [0, 1]."""
    return np.asarray(linear @ _LUMINANCE, np.float32)


def to_lab(linear: NDArray[np.floating]) -> Float:
    """(..., 3) amounts of light -> CIELAB: L in [0, 100], a and b around 0."""
    ratio = np.asarray(linear, np.float32) @ _TO_RATIO
    curve = np.where(ratio > 0.008856, np.cbrt(ratio), np.float32(7.787) * ratio + np.float32(16 / 116))
    return np.asarray(curve @ _TO_LAB - _LAB_OFFSET, np.float32)


def difference(first: NDArray[np.floating], second: NDArray[np.floating]) -> Float:
    """How different two colours look: (..., 3) CIELAB twice -> (...) ΔE2000; 1 is about the least that can be seen side by side.

    Source: Sharma, Wu and Dalal 2005, The CIEDE2000 Color-Difference Formula, equations 2 to 22.
    """
    light, a, b = np.moveaxis(np.asarray(first, np.float64), -1, 0)
    other_light, other_a, other_b = np.moveaxis(np.asarray(second, np.float64), -1, 0)
    mean = (np.hypot(a, b) + np.hypot(other_a, other_b)) / 2
    a, other_a = (value * (1.5 - 0.5 * _saturation(mean)) for value in (a, other_a))
    chroma, other_chroma = np.hypot(a, b), np.hypot(other_a, other_b)
    hue, other_hue = (np.degrees(np.arctan2(y, x)) % 360 for x, y in ((a, b), (other_a, other_b)))
    is_coloured = chroma * other_chroma > 0
    turn = np.where(is_coloured, (other_hue - hue + 180) % 360 - 180, 0.0)
    mean_hue = np.where(is_coloured, hue + turn / 2, hue + other_hue) % 360
    mean_light, mean_chroma = (light + other_light) / 2, (chroma + other_chroma) / 2
    angles = np.cos(np.radians(np.multiply.outer([1, 2, 3, 4], mean_hue) - _HUE_PHASES.reshape(-1, *[1] * mean_hue.ndim)))
    weight = 1 + np.tensordot([-0.17, 0.24, 0.32, -0.20], angles, 1)
    from_grey = (mean_light - 50) ** 2
    by_light = (other_light - light) / (1 + 0.015 * from_grey / np.sqrt(20 + from_grey))
    by_chroma = (other_chroma - chroma) / (1 + 0.045 * mean_chroma)
    by_hue = 2 * np.sqrt(chroma * other_chroma) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * mean_chroma * weight)
    blue = np.sin(np.radians(60 * np.exp(-(((mean_hue - 275) / 25) ** 2)))) * 2 * _saturation(mean_chroma)
    total = by_light**2 + by_chroma**2 + by_hue**2 - blue * by_chroma * by_hue
    return np.asarray(np.sqrt(np.maximum(total, 0.0)), np.float32)


def region_colour(linear: Float, region: Float, low: float, high: float) -> Float | None:
    """The colour of a region: the median of its `region_pixels`; (3,) amounts of light, None where it is too small to measure."""
    kept = region_pixels(linear, region, low, high)
    return None if kept is None else np.asarray(np.median(linear[kept], axis=0), np.float32)


def region_pixels(linear: Float, region: Float, low: float, high: float) -> NDArray[np.bool_] | None:
    """The sure pixels of a region between two quantiles of brightness, which leaves out shadow and shine.

    Args:
        linear: (H, W, 3) amounts of light.
        region: (H, W) how surely a pixel belongs to it, in [0, 1].
        low: Quantile of brightness in [0, 1].
        high: Quantile of brightness in [0, 1], above `low`.

    Returns:
        (H, W), or None where the region is too small to measure.
    """
    sizes = expect_shape(linear, "H W 3")
    expect_shape(region, f"{sizes['H']} {sizes['W']}")
    enough = max(8, region.size // 1000)
    sure = region > 0.9
    if sure.sum() < enough:
        sure = region > 0.5
    if sure.sum() < enough:
        return None
    brightness = luminance(linear[sure])
    floor, ceiling = np.quantile(brightness, [low, high])
    sure[sure] = (brightness >= floor) & (brightness <= ceiling)
    return sure


def _saturation(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt(chroma**7 / (chroma**7 + 25.0**7))


def _linear_table() -> Float:
    values = np.arange(256) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR = _linear_table()
