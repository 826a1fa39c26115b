"""Eyes: eyeballs, lids that close over them, lashes. The lids' opening is a curve, so eye types are exact morphs."""

from dataclasses import dataclass

import numpy as np

from core.modelling.fields import Float, cast, length, smoothstep, unit, vector
from core.modelling.meshing import Surface, joined, normals_of
from core.modelling.patches import derived_normals, grid_surface, ring_triangles, swept
from core.modelling.toon.head import EYE_CENTER, EYE_RADIUS, LID_RADIUS, head

IRIS_ANGLE = 0.615
"""Half the angle under which the iris is seen from the eyeball's middle, in radians."""

_RIM = (0.238, 0.285, 0.255, 0.240)
"""How far the lids' patch reaches: towards the nose, outward, up, down."""

_LIFT = 0.0025  # the patch lies this much above the head's own coarser triangles


@dataclass(frozen=True)
class EyeShape:
    """The curve between the lids, on the eyeball. Lengths in head units.

    Attributes:
        half_width: From the middle to the corners.
        upper: Height of the upper lid's edge above the line between the corners.
        lower: Depth of the lower lid's edge below it.
        tilt: How much higher the outer corner is than the inner one, halved.
        roundness: 2 for an ellipse, towards 1 for pointed corners.
        peak: Where along the width the upper lid is highest, from -1 (nose) to 1.
        rise: Height of the line between the corners.
        dropped: How far the upper lid has come down to where the lids meet: 1 is closed, below 0 is wide open.
        raised: The same of the lower lid.
        meeting: Where closed lids meet, as a share of the way from the line between the corners down to the lower lid's edge;
            below 0 it is an arch above that line, as of eyes that laugh.
    """

    half_width: float = 0.197
    upper: float = 0.102
    lower: float = 0.112
    tilt: float = 0.004
    roundness: float = 1.75
    peak: float = 0.0
    rise: float = -0.008
    dropped: float = 0.0
    raised: float = 0.0
    meeting: float = 0.50


NEUTRAL = EyeShape()
EYE_TYPES = {
    "round": EyeShape(half_width=0.198, upper=0.125, lower=0.124, tilt=0.006, roundness=1.9),
    "almond": EyeShape(half_width=0.205, upper=0.110, lower=0.098, tilt=0.032, roundness=1.45, peak=0.12),
    "narrow": EyeShape(half_width=0.205, upper=0.060, lower=0.092, tilt=0.010, roundness=1.7, rise=-0.004),
    "droopy": EyeShape(half_width=0.198, upper=0.102, lower=0.126, tilt=-0.042, roundness=1.65, peak=-0.30, rise=-0.002),
}
"""Eye type -> its opening, in the order of `eye_type_1..4`."""


def opening(shape: EyeShape, columns: int) -> Float:
    """The opening's curve (columns, 2) around the eye's middle at positive x: counter-clockwise from the outer corner."""
    angle = np.arange(columns) * 2 * np.pi / columns
    x = shape.half_width * np.cos(angle)
    bulge = np.abs(np.sin(angle)) ** (2 / shape.roundness)
    skewed = 1 + shape.peak * np.cos(angle)
    below = -shape.lower * (1 - 0.5 * shape.peak * np.cos(angle))
    is_upper = np.sin(angle) >= 0
    height = np.where(is_upper, shape.upper * skewed, below)
    height = height + np.where(is_upper, shape.dropped, shape.raised) * (shape.meeting * below - height)
    return vector(np.stack([x, shape.rise + shape.tilt * np.cos(angle) + bulge * height], 1))


def _keeping_off_nose(across: Float, up: Float) -> Float:
    """The rim's reach by direction: shorter below the inner corner, where wide noses begin."""
    return vector(1 - 0.30 * np.maximum(-across, 0) * np.maximum(-up, 0))


def rim(columns: int, scale: float = 1.0) -> Float:
    """Where the lids' patch ends (columns, 2), around the eye's middle."""
    angle = np.arange(columns) * 2 * np.pi / columns
    across, up = vector(np.cos(angle)), vector(np.sin(angle))
    nose, outside, top, bottom = _RIM
    reach = scale * _keeping_off_nose(across, up)[:, None]
    return vector(reach * np.stack([across * np.where(across < 0, nose, outside), up * np.where(up < 0, bottom, top)], 1))


def outside_rim(positions: Float, scale: float) -> Float:
    """Positive at points (V, 3) outside the patches of both eyes, shrunk by `scale`; zero on their edge."""
    nose, outside, top, bottom = _RIM
    x = np.abs(positions[:, 0]) - EYE_CENTER[0]
    y = positions[:, 1] - EYE_CENTER[1]
    across, up = x / np.where(x < 0, nose, outside), y / np.where(y < 0, bottom, top)
    distance = np.maximum(np.hypot(across, up), 1e-6)
    reach = _keeping_off_nose(vector(across / distance), vector(up / distance))
    return vector(np.where(positions[:, 2] > 0.35, distance / reach - scale, 1.0))


@dataclass(frozen=True)
class LidGrid:
    """How finely lids are divided: `columns` around, `rows` from the edge to the rim."""

    columns: int
    rows: int


FULL = LidGrid(56, 11)
LIGHT = LidGrid(32, 7)

_EDGE_RADII = (EYE_RADIUS - 0.02, EYE_RADIUS + 0.006, EYE_RADIUS + 0.024)
"""The lid's thickness: from inside the eyeball to its rounded front edge."""


def _direction(flat: Float) -> Float:
    depth = np.sqrt(np.maximum(EYE_RADIUS**2 - (flat**2).sum(1), 0.03**2))
    return unit(vector(np.concatenate([flat, depth[:, None]], 1)))


def lids(shape: EyeShape, grid: LidGrid) -> Surface:
    """The skin around the eye at positive x, from inside the lids' edge to the face."""
    center = vector(EYE_CENTER)
    inner = _direction(opening(shape, grid.columns))
    border = rim(grid.columns)
    starts = np.concatenate([border + center[:2], np.zeros((grid.columns, 1))], 1)
    ahead = np.broadcast_to(vector([0, 0, 1]), starts.shape)
    rim_points = vector(cast(head, vector(starts), ahead, (0.3, 1.3)) - center)
    outer, reach = unit(rim_points), length(rim_points)
    towards_nose = smoothstep(-0.25, -0.75, vector(np.cos(np.arange(grid.columns) * 2 * np.pi / grid.columns)))
    rows = [center + inner * np.float32(radius) for radius in _EDGE_RADII]
    shares = _shares(grid)
    outward = unit(vector(inner * (1 - shares[:, None, None]) + outer * shares[:, None, None]))
    reached = cast(head, center, outward.reshape(-1, 3), (0.2, 0.6), first=True).reshape(outward.shape)
    for share, directions, skin in zip(shares, outward, reached, strict=True):
        distance = length(vector(skin - center))
        # Towards the nose the lids' sphere lies inside the bridge: there the corner is a hollow that opens to the rim.
        hollow = LID_RADIUS + np.maximum(reach - LID_RADIUS, 0) * share**1.3
        distance = np.where(distance > hollow, distance + (hollow - distance) * towards_nose, distance)
        rows.append(vector(center + directions * (distance + np.float32(_LIFT))[:, None]))
    triangles = ring_triangles(len(rows), grid.columns)
    positions = vector(np.concatenate(rows))
    normals = derived_normals(positions, triangles)
    tail = 2 * grid.columns
    normals[-tail:] = normals_of(head, vector(positions[-tail:]))
    return Surface(positions, normals, triangles)


def _shares(grid: LidGrid) -> Float:
    """Where the rows on the skin lie, from 0 at the edge to 1 at the rim."""
    return vector(0.035 + 0.965 * np.linspace(0, 1, grid.rows) ** 1.25)


def lid_rows(grid: LidGrid) -> Float:
    """For each vertex of `lids`, how far it is from the edge: 0 within the edge, then up to 1 at the rim."""
    return vector(np.concatenate([np.zeros(len(_EDGE_RADII)), _shares(grid)])).repeat(grid.columns)


def inner_corner(grid: LidGrid) -> Float:
    """For each vertex of `lids`, how near it is to the corner at the nose: 1 there, 0 beyond it."""
    cosine = np.cos(np.arange(grid.columns) * 2 * np.pi / grid.columns)
    beside = np.tile(smoothstep(-0.72, -0.96, vector(cosine)), grid.rows + len(_EDGE_RADII))
    return vector(beside * np.exp(-((lid_rows(grid) / 0.35) ** 2)))


def lid_angles(grid: LidGrid) -> Float:
    """For each vertex of `lids`, the sine of its angle around the eye: positive on the upper lid."""
    sine = np.sin(np.arange(grid.columns) * 2 * np.pi / grid.columns)
    return vector(np.tile(sine, grid.rows + len(_EDGE_RADII)))


@dataclass(frozen=True)
class LashStyle:
    """How lashes look.

    Attributes:
        line: Half thickness of the line along the lid's edge, at its thickest.
        wing: How far the line runs past the outer corner.
        tips: Where on the line, from the outer corner (0) to the nose (1), single lashes stand.
        reach: Length of the longest of them.
    """

    line: float
    wing: float
    tips: tuple[float, ...] = ()
    reach: float = 0.0


LASH_STYLES = {
    "natural": LashStyle(0.0155, 0.030),
    "long": LashStyle(0.0180, 0.036, (0.0, 0.075, 0.155, 0.245, 0.345, 0.455), 0.098),
}
"""Lash option -> how they look; the first is the default, and the option `none` has none."""


def lashes(shape: EyeShape, style: LashStyle, columns: int = 30, sides: int = 6) -> Surface:
    """A dark, tapered line along the upper lid's edge at positive x, winged at the outer corner, with single lashes."""
    fine = opening(shape, 256)
    upper = fine[np.linspace(-4, 113, columns).astype(int)]
    place = vector(np.linspace(0, 1, columns))  # 0 at the outer corner, 1 near the nose
    directions = _direction(upper)
    away = (style.wing * smoothstep(0.30, 0.0, place))[:, None] * vector([0.85, 0.42, 0.0])
    # Clear of the lower lid where the eye is closed, and of the skin above where it is wide.
    lift = EYE_RADIUS + 0.029 + (0.007 if shape.dropped > 0 else -0.07) * shape.dropped
    centers = vector(vector(EYE_CENTER) + directions * np.float32(lift) + away)
    bolder = 1 + 0.4 * max(shape.dropped, 0.0)  # the one line that is left of a closed eye
    thickness = bolder * style.line * np.interp(place, [0, 0.05, 0.16, 0.45, 0.85, 1], [0.04, 0.42, 1.0, 0.85, 0.45, 0.06])
    line = swept(centers, directions, vector(thickness), vector(thickness * 0.9), sides)
    return joined([line, *(_single_lash(centers, directions, tip, style, shape.dropped) for tip in style.tips)])


def _single_lash(centers: Float, directions: Float, tip: float, style: LashStyle, dropped: float) -> Surface:
    """One tapered lash that leaves the line forward and curls up; under a closed lid it lies down along the cheek."""
    root = tip * (len(centers) - 1)
    start = vector([np.interp(root, np.arange(len(centers)), centers[:, axis]) for axis in range(3)])
    out = vector([np.interp(root, np.arange(len(centers)), directions[:, axis]) for axis in range(3)])
    rising = 1 - 1.75 * min(max(dropped, 0.0), 1.0)  # from up to down as the lid closes
    lean = vector([1.0 - 1.05 * tip, (0.42 + 0.6 * tip) * rising, 0.0])
    sweep = unit((lean - (lean @ out) * out)[None])[0]
    reach = style.reach * (1.0 - 0.8 * abs(tip - 0.16))
    at = vector(np.linspace(0, 1, 7))[:, None]
    curl = vector([0.05, 0.30 * rising, 0])
    curve = start + reach * (0.80 * at * sweep + 0.62 * at * (1 - 0.55 * at) * out + curl * at**2)
    width = vector(0.80 * style.line * np.sqrt(np.clip(1 - at[:, 0] ** 1.4, 0.003, 1)))
    return swept(vector(curve), np.broadcast_to(out, curve.shape), width, width, 5)


def eyeball(rings: int = 12, columns: int = 32) -> tuple[Surface, Float]:
    """The front of the eyeball at positive x, looking slightly inward, and its UV: position on it, the iris having radius 1."""
    polar = np.linspace(0.0, np.deg2rad(105), rings)[:, None]
    around = (np.arange(columns) * 2 * np.pi / columns)[None]
    directions = np.stack(
        [np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar) * np.ones_like(around)], -1
    )
    turn = -0.035
    x = np.cos(turn) * directions[..., 0] + np.sin(turn) * directions[..., 2]
    z = -np.sin(turn) * directions[..., 0] + np.cos(turn) * directions[..., 2]
    surface = grid_surface(vector(vector(EYE_CENTER) + EYE_RADIUS * np.stack([x, directions[..., 1], z], -1)))
    uv = np.stack([polar * np.cos(around), polar * np.sin(around)], -1).reshape(-1, 2) / IRIS_ANGLE
    normals = unit(vector(surface.positions - vector(EYE_CENTER)))
    return Surface(surface.positions, normals, surface.triangles), vector(uv)
