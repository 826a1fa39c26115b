"""Where facial hair lies: sheets over the jaw, off it, and over the upper lip, from the line where it begins to its tips."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

from core.modelling.fields import Float, smoothstep, spline, unit, vector
from core.modelling.patches import resampled
from core.modelling.toon.beard_places import CENTER, on_jaw, on_lip
from core.modelling.toon.hair_sheets import Sheet

_AZIMUTHS = (0.0, 12.0, 22.0, 29.0, 34.0, 44.0, 58.0, 70.0, 77.0, 81.0, 84.0, 87.0, 90.0)
"""Columns of a beard from the chin to the sideburn's back, in degrees."""

_EDGE = (-18.5, -17.5, -12.0, -3.0, 2.5, 4.5, 7.5, 12.5, 18.0, 25.0, 31.5, 36.0, 37.0)
"""Where a beard begins: below the lip, around the corner of the mouth, along the cheek, up the front of the sideburn."""

_JAW = (-50.0, -50.0, -49.0, -46.0, -43.5, -38.0, -30.0, -24.0, -20.5, -18.5, -17.0, -15.5, -14.0)
"""The edge of the jaw."""

_THROAT = (-82.0, -82.0, -81.0, -80.0, -78.5, -75.0, -67.0, -56.5, -48.0, -42.0, -36.5, -31.0, -26.0)
"""Where a beard ends: where the jaw's underside meets the neck."""

_BACK = 7.0
"""Degrees by which a beard's back edge goes behind the sideburn on its way around the ear's lobe."""

_FORWARD = 24.0
"""Degrees by which that edge comes forward again on its way from the lobe to the throat."""

_AT_JAW = 0.6
"""Share of the way down at which a close beard turns under the jaw."""

_CLOSE_ROWS = 11

_ACROSS, _DOWN = 49, 41
"""Points of a sheet's table."""


def _sheet(guides: Float, soft: float = 0.0) -> Sheet:
    """A sheet through guiding places (rows from root to tip, _ACROSS, 3), its bends softened over some points of its table."""
    table = vector(np.stack([spline(guides[:, u], _DOWN) for u in range(_ACROSS)]))
    if soft:
        even = vector(np.stack([resampled(line, _DOWN) for line in table]))
        softened = gaussian_filter1d(even, soft, axis=1, mode="nearest")
        table = vector(even + (softened - even) * smoothstep(0, 0.12, vector(np.linspace(0, 1, _DOWN)))[None, :, None])
    facing = unit(vector(np.cross(np.gradient(table, axis=0), np.gradient(table, axis=1))))
    outward = float((facing * (table - CENTER)).sum())
    return Sheet(table, facing if outward > 0 else vector(-facing))


def _line(elevations: tuple[float, ...], azimuth: Float) -> Float:
    """A line over the face: elevations at azimuths (N,)."""
    return vector(PchipInterpolator(_AZIMUTHS, elevations)(np.minimum(np.abs(azimuth), _AZIMUTHS[-1])))


def _across(reach: float) -> Float:
    """Azimuths (_ACROSS,) from one side to the other, closer together at a sideburn."""
    even = np.linspace(-1, 1, _ACROSS)
    crowded = 0.35 * smoothstep(60, 90, vector([reach]))[0]
    return vector(reach * even * (1 + crowded - crowded * even**2))


def _drawn(azimuth: Float, gather: float, way: float) -> Float:
    """Azimuths at a share of the way down: strands run together towards the chin, those of the sideburn around the lobe."""
    side = np.abs(azimuth)
    together, back, forward = (float(smoothstep(low, high, vector([way]))[0]) for low, high in ((0, 0.85), (0, 0.35), (0.25, 1)))
    around = _BACK * back * smoothstep(76, 90, side) - _FORWARD * forward * smoothstep(40, 92, side)
    return vector(azimuth * (1 - together * gather * smoothstep(85, 45, side)) + np.sign(azimuth) * around)


def close_sheet(lift: float, reach: float = 92.0, gather: float = 0.12) -> Sheet:
    """A beard that lies on the jaw and ends under it, at the throat; its sides are sideburns.

    Args:
        lift: Its height above the skin.
        reach: Azimuth of its sides.
        gather: How much its strands run together towards the chin, as a share.
    """
    azimuth = _across(reach)
    side = np.abs(azimuth)
    sides = 0.22 + 0.78 * smoothstep(reach, 0.75 * reach, side) if reach > 60 else np.ones(_ACROSS, np.float32)
    start = 0.30 + 0.40 * smoothstep(8, 40, side)
    edge, jaw, throat = (_line(line, azimuth) for line in (_EDGE, _JAW, _THROAT))
    rows = [on_jaw(azimuth, edge, -0.020)]
    for way in np.linspace(0, 1, _CLOSE_ROWS)[1:-1].tolist():
        over, under = min(way / _AT_JAW, 1.0), max(way - _AT_JAW, 0.0) / (1 - _AT_JAW)
        elevation = edge + over * (jaw - edge) + under * (throat - jaw)
        full = smoothstep(0.05, 0.6, vector([over]))[0]
        height = lift * (start + (1 - start) * full) * (1 - 0.6 * under)
        rows.append(on_jaw(_drawn(azimuth, gather, way), elevation, height * sides))
    rows.append(on_jaw(_drawn(azimuth, gather, 1.0), throat, -0.015))
    return _sheet(np.stack(rows))


@dataclass(frozen=True)
class Hang:
    """How a beard leaves the jaw and hangs.

    Attributes:
        lift: Height above the skin on the jaw.
        length: How far it hangs below the chin.
        reach: Azimuth of its sides.
        sides: How far its sides hang, as a share of `length`.
        taper: How much narrower it is at its end, as a share.
        forward: How far it swings to the viewer on its way.
        gather: How far its sides come forward to the middle's depth, as a share.
        tuck: How far its end turns back to the throat.
    """

    lift: float
    length: float
    reach: float = 80.0
    sides: float = 0.2
    taper: float = 0.3
    forward: float = 0.02
    gather: float = 0.2
    tuck: float = 0.05


def hanging_sheet(look: Hang) -> Sheet:
    """A beard that leaves the jaw and hangs."""
    azimuth = vector(np.linspace(-look.reach, look.reach, _ACROSS))
    side = np.abs(azimuth)
    middle = smoothstep(80, 8, side)
    full = look.lift * (0.18 + 0.82 * smoothstep(look.reach + 2, 0.62 * look.reach, side))
    edge, jaw = _line(_EDGE, azimuth), _line(_JAW, azimuth)
    low = on_jaw(0.94 * azimuth, jaw - 2 + 11 * middle, full)
    rows = [
        on_jaw(azimuth, edge, -0.020),
        on_jaw(0.98 * azimuth, 0.76 * edge + 0.24 * jaw, full * (0.30 + 0.42 * smoothstep(8, 40, side))),
        on_jaw(0.96 * azimuth, 0.45 * edge + 0.55 * jaw, 0.92 * full),
        low,
    ]
    drop = look.length * (look.sides + (1 - look.sides) * middle)
    for share in (0.34, 0.68, 1.0):
        x = low[:, 0] * (1 - (look.taper + 0.10 * (1 - middle)) * share**1.6)
        z = low[:, 2] + look.gather * share * (0.42 - low[:, 2]) * (low[:, 2] < 0.42)
        z = z + look.forward * np.sin(np.pi * 0.75 * share) * middle - look.tuck * share**2
        rows.append(vector(np.stack([x, low[:, 1] - drop * share, z], 1)))
    return _sheet(vector(np.stack(rows)), 3.0)


_LIP_PLACES = (0.0, 0.12, 0.25, 0.36, 0.44)
_LIP_TOP = (-0.256, -0.250, -0.258, -0.284, -0.330)
_LIP_LOW = (-0.368, -0.362, -0.342, -0.362, -0.460)


def lip_sheet(lift: float = 0.0, reach: float = 0.36) -> Sheet:
    """The skin between nose and upper lip, and around the corners of the mouth as far as it reaches.

    Args:
        lift: Its height above the skin.
        reach: How far to both sides.
    """
    x = np.linspace(-reach, reach, _ACROSS)
    top, low = (PchipInterpolator(_LIP_PLACES, heights)(np.abs(x)) for heights in (_LIP_TOP, _LIP_LOW))
    lifts = lift * (1 + 2.5 * smoothstep(0.24, 0.36, vector(np.abs(x))))  # a laugh swells the cheek beside the mouth
    rows = [
        on_lip(x * (1 + 0.06 * share), top + share * (low - top), lifts * height)
        for share, height in ((0.0, 0.0), (0.3, 0.9), (0.7, 1.0), (1.0, 0.4))
    ]
    return _sheet(np.stack(rows))


def moustache_sheet(lift: float, tip: tuple[float, float], corner: float = -0.306) -> Sheet:
    """The half of a moustache at positive x, from under the nose outward.

    Args:
        lift: Its height above the skin.
        tip: (x, y) where it ends.
        corner: How high it passes over the corner of the mouth.
    """
    x, y = tip
    bend = (0.5 * (0.372 + x), 0.5 * (corner - 0.042 + y))
    middle = spline([(-0.014, -0.298), (0.10, -0.288), (0.22, -0.280), (0.325, corner), bend, (x, y)], 9)
    half = np.interp(np.linspace(0, 1, 9), [0, 0.25, 0.6, 1], [0.046, 0.052, 0.036, 0.016])
    height = lift * np.interp(np.linspace(0, 1, 9), [0, 0.12, 0.45, 1], [0.25, 0.85, 1.0, 0.55])
    across = np.linspace(-1, 1, _ACROSS)
    along = unit(vector(np.gradient(middle, axis=0)))
    rows = []
    for k in range(9):
        flat = middle[k] + np.outer(across, [along[k, 1], -along[k, 0]]) * half[k]
        rows.append(on_lip(flat[:, 0], flat[:, 1], height[k] * (1 - 0.75 * across**2)))
    return _sheet(np.stack(rows))
