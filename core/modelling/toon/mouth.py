"""Mouths: rings of vertices around the line between the lips, on the face's own surface."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.modelling.fields import Field, Float, cast, length, smoothstep, vector
from core.modelling.meshing import Surface, normals_of
from core.modelling.patches import derived_normals, grid_surface, ring_triangles
from core.modelling.toon.head import MOUTH_CENTER, skull

_LIFT = 0.0025
_RIM = (0.41, 0.165, 0.27)
"""How far the patch reaches from the mouth's middle: to the sides, up, down."""


@dataclass(frozen=True)
class MouthShape:
    """A mouth. Lengths in head units, heights from the mouth's middle.

    Attributes:
        half_width: From the middle to a corner.
        lift: How much higher the corners are than the middle of the line.
        skew: How much higher the corner at positive x is than the other, halved.
        upper: Height of the upper lip.
        lower: Height of the lower lip.
        bow: Depth of the dip in the upper lip, as a share of its height.
        forward: How far the lips stand out.
        gap_above: Height of the open mouth above the line, 0 for closed lips.
        gap_below: Its height below the line.
        teeth: Share of the opening's height that the upper teeth fill.
    """

    half_width: float = 0.275
    lift: float = 0.072
    skew: float = 0.0
    upper: float = 0.062
    lower: float = 0.076
    bow: float = 0.30
    forward: float = 0.044
    gap_above: float = 0.0
    gap_below: float = 0.0
    teeth: float = 0.45


MOUTH_TYPES = {
    "smile": MouthShape(),
    "full": MouthShape(half_width=0.265, lift=0.035, upper=0.092, lower=0.118, bow=0.20, forward=0.055),
    "thin": MouthShape(half_width=0.27, lift=0.050, upper=0.026, lower=0.034, bow=0.10, forward=0.018),
    "cupids_bow": MouthShape(half_width=0.215, lift=0.045, upper=0.088, lower=0.082, bow=0.50, forward=0.045),
    "small": MouthShape(half_width=0.155, lift=0.025, upper=0.056, lower=0.070, bow=0.28, forward=0.044),
    "smirk": MouthShape(half_width=0.265, lift=0.030, skew=0.058, upper=0.052, lower=0.066, bow=0.18),
    "open_smile": MouthShape(half_width=0.30, lift=0.105, upper=0.040, lower=0.052, bow=0.15, gap_above=0.012, gap_below=0.135),
    "straight": MouthShape(half_width=0.26, lift=0.0, upper=0.055, lower=0.066, bow=0.20),
    "pout": MouthShape(half_width=0.225, lift=-0.060, upper=0.055, lower=0.105, bow=0.15, forward=0.050),
}
"""Mouth type -> its shape; the first is the default."""


@dataclass(frozen=True)
class LipGrid:
    """How finely lips are divided: `columns` around, rows on the lips, rows on the skin."""

    columns: int
    lip_rows: int
    skin_rows: int

    @property
    def rows(self) -> int:
        """All rows: two inside the mouth, the lips, the skin."""
        return 2 + self.lip_rows + self.skin_rows


FULL = LipGrid(64, 7, 5)
LIGHT = LipGrid(36, 4, 3)


@dataclass(frozen=True, eq=False)
class _Contours:
    """Curves (columns, 2) around the mouth, counter-clockwise from the corner at positive x, and where on them one is."""

    line: Float
    inner: Float
    border: Float
    rim: Float
    across: Float
    is_upper: NDArray[np.bool_]


def _contours(shape: MouthShape, columns: int) -> _Contours:
    angle = np.arange(columns) * 2 * np.pi / columns
    across, upper = np.cos(angle), np.sin(angle) >= 0
    x = shape.half_width * across
    line = shape.lift * (across**2 - 0.3) + shape.skew * across
    bell = np.clip(1 - across**2, 0, 1)
    gap = np.where(upper, shape.gap_above, -shape.gap_below) * bell ** np.where(upper, 1.0, 0.62)
    arch = np.clip(1 - np.abs(across) ** 2.2, 0, 1)
    bow = 1 - shape.bow * np.exp(-((across / 0.15) ** 2)) + 0.35 * shape.bow * np.exp(-(((np.abs(across) - 0.30) / 0.16) ** 2))
    height = np.where(upper, shape.upper * arch * bow, -shape.lower * np.clip(1 - across**2, 0, 1) ** 1.1)
    side, above, below = _RIM
    edge = np.stack([side * across, np.where(upper, above, below) * np.sin(angle)], 1)
    apart = np.where(upper, 2e-4, -2e-4)  # closed lips are two surfaces, or they would share normals when they part
    inner = np.stack([x, line + gap + apart], 1)
    return _Contours(
        vector(np.stack([x, line], 1)),
        vector(inner),
        vector(inner + np.stack([0 * x, height], 1)),
        vector(edge),
        vector(across),
        upper,
    )


def on_face(flat: Float, field: Field = skull) -> Float:
    """Points (V, 3) of the face in front of (V, 2) places around the mouth's middle."""
    starts = np.concatenate([flat + vector(MOUTH_CENTER[:2]), np.zeros((len(flat), 1))], 1)
    ahead = np.broadcast_to(vector([0, 0, 1]), starts.shape)
    return cast(field, vector(starts), ahead, (0.1, 1.2), steps=40)


def outside_rim(positions: Float, scale: float) -> Float:
    """Positive at points (V, 3) outside the mouth's patch, shrunk by `scale`; zero on its edge."""
    side, above, below = _RIM
    x, y = positions[:, 0], positions[:, 1] - MOUTH_CENTER[1]
    return vector(np.where(positions[:, 2] > 0.3, np.hypot(x / side, y / np.where(y < 0, below, above)) - scale, 1.0))


def lips(shape: MouthShape, grid: LipGrid) -> Surface:
    """Lips and the skin around them, from inside the mouth to the rim on the face."""
    curves = _contours(shape, grid.columns)
    taper = np.clip(1 - np.abs(curves.across) ** 3, 0, 1) ** 0.7
    fullness = np.where(curves.is_upper, 0.85, 1.0) * shape.forward * taper
    # The lips of an open mouth are drawn back onto the face, or the lower one is a beak from the side.
    fullness = fullness + np.where(curves.is_upper, -0.05, -0.11) * shape.gap_below * np.clip(1 - curves.across**2, 0, 1)
    flats, reliefs = [curves.inner, curves.inner], [-0.075 * np.ones(grid.columns), -0.016 * np.ones(grid.columns)]
    for step in np.linspace(0, 1, grid.lip_rows):
        share = 0.06 + 0.94 * step
        flats.append(vector(curves.inner * (1 - share) + curves.border * share))
        profile = np.sin(np.pi * share**0.72) ** 0.8 if share < 1 else 0.0
        reliefs.append(0.003 + fullness * (0.12 + 0.88 * profile))
    for step in np.linspace(0, 1, grid.skin_rows + 1)[1:]:
        share = step**1.5 if step < 1 else 1.0
        share = max(share, 0.05)
        flats.append(vector(curves.border * (1 - share) + curves.rim * share))
        settle = (1 - smoothstep(0.0, 0.55, vector([share])))[0]
        reliefs.append(settle * (0.12 * fullness - 0.004))
    flat = vector(np.concatenate(flats))
    base = on_face(flat)
    corners = curves.line[[0, grid.columns // 2]] + vector([[0.022, -0.004], [-0.022, -0.004]])
    nearest = length(vector(flat[:, None] - corners[None])).min(1)
    dimples = 0.024 * np.exp(-((nearest / 0.058) ** 2))
    dimples[-grid.columns :] = 0
    positions = vector(base + normals_of(skull, base, 0.02) * (np.concatenate(reliefs) - dimples + _LIFT)[:, None])
    triangles = ring_triangles(grid.rows, grid.columns)
    normals = derived_normals(positions, triangles)
    normals[-grid.columns :] = normals_of(skull, vector(base[-grid.columns :]))
    return Surface(positions, normals, triangles)


def lip_paint(shape: MouthShape, grid: LipGrid) -> tuple[Float, Float]:
    """Masks of `lips`, (V,) each: lips, and the dark line between them."""
    steps = np.linspace(0, 1, grid.lip_rows)
    # Fainter at the border: lips are a soft change of colour, not a sticker.
    lip = np.concatenate([[1.0, 1.0], 1 - 0.42 * smoothstep(0.55, 1.0, vector(steps)), np.zeros(grid.skin_rows)])
    lip = lip[:, None] * np.ones(grid.columns)
    dark = np.concatenate([[1.0, 0.9], 0.55 * np.exp(-((steps / 0.16) ** 2)), np.zeros(grid.skin_rows)])[:, None]
    curves = _contours(shape, grid.columns)
    closeness = np.exp(-(((np.abs(curves.across) - 1) / 0.05) ** 2))
    line = np.maximum(dark, 0.45 * closeness * (lip > 0)) * np.ones(grid.columns)
    return vector(lip.reshape(-1)), vector(np.clip(line, 0, 1).reshape(-1))


@dataclass(frozen=True, eq=False)
class LipGrip:
    """How vertices of a mouth's meshes belong to its lips, for motions that open it.

    Attributes:
        is_upper: (V,) whether they move with the upper lip.
        share: (V,) how firmly they hold to their lip: 1 on its middle, 0 at the corners and on the rim.
        above: (V,) height over the line between the lips.
        reach: (V,) what x is multiplied by for motions of the corners, which are made for mouths of common width.
    """

    is_upper: NDArray[np.bool_]
    share: Float
    above: Float
    reach: Float


def _hold(across: Float) -> Float:
    """How firmly a lip is held along its width, from 0 at the corners."""
    return vector(np.clip(1 - np.abs(across) ** 2.4, 0, 1) ** 0.62)


def lip_grip(shape: MouthShape, grid: LipGrid) -> LipGrip:
    """The grip of `lips`."""
    curves = _contours(shape, grid.columns)
    fading = 1 - smoothstep(0.0, 1.0, vector(np.linspace(0, 1, grid.skin_rows + 1)[1:]))
    rows = np.concatenate([np.ones(2 + grid.lip_rows), fading])[:, None]
    heights = [0 * curves.inner[:, 1]] * 2
    heights += [(0.06 + 0.94 * step) * (curves.border - curves.inner)[:, 1] for step in np.linspace(0, 1, grid.lip_rows)]
    heights += [(curves.border - curves.inner)[:, 1]] * grid.skin_rows
    return LipGrip(
        np.tile(curves.is_upper, grid.rows),
        vector((rows * _hold(curves.across)).reshape(-1)),
        vector(np.concatenate(heights)),
        vector(((1 + _widening(shape) * rows) * np.ones(grid.columns)).reshape(-1)),
    )


def _widening(shape: MouthShape) -> float:
    """How much nearer than usual a mouth's corners are, eased: a small mouth smiles a little less."""
    return 0.75 * (MouthShape().half_width / shape.half_width - 1)


_CAVITY_ROWS = ((1.02, 0.03), (1.0, 0.10), (0.7, 0.17), (0.0, 0.19))
_CAVITY_COLUMNS = 40


def cavity_grip(shape: MouthShape) -> LipGrip:
    """The grip of `cavity`: it opens with the lips and hardly at its back."""
    curves = _contours(shape, _CAVITY_COLUMNS)
    rows = np.array([1.0, 0.97, 0.7, 0.0])[:, None]
    count = len(_CAVITY_ROWS) * _CAVITY_COLUMNS
    share = vector((rows * _hold(curves.across)).reshape(-1))
    reach = np.full(count, 1 + _widening(shape), np.float32)
    return LipGrip(np.tile(curves.is_upper, len(_CAVITY_ROWS)), share, np.zeros(count, np.float32), reach)


def shut(shape: MouthShape) -> MouthShape:
    """The mouth with its lips together."""
    return replace(shape, gap_above=0.0, gap_below=0.0)


def cavity(shape: MouthShape, columns: int = _CAVITY_COLUMNS) -> Surface:
    """The dark inside of a mouth, flat while it is closed."""
    curves = _contours(shape, columns)
    middle = curves.inner.mean(0)
    rows = []
    for scale, depth in _CAVITY_ROWS:
        flat = vector(middle + (curves.inner - middle) * scale)
        rows.append(on_face(flat) - vector([0, 0, depth]))
    return grid_surface(vector(np.stack(rows)))


_TEETH = 0.062
"""How far teeth reach below the line between closed lips."""


def teeth(shape: MouthShape, columns: int = 24) -> Surface:
    """The upper teeth as one rounded band behind the upper lip; behind closed lips they wait for them to open."""
    across = np.linspace(-0.97, 0.97, columns)
    x = shape.half_width * across
    line = shape.lift * (across**2 - 0.3) + shape.skew * across
    bell = 1 - across**2
    top = line + shape.gap_above * bell + 0.03
    bottom = line - np.maximum(shape.gap_below * shape.teeth, _TEETH) * bell**0.62
    rows = []
    for share, depth in ((0.0, 0.055), (0.35, 0.042), (0.85, 0.040), (1.0, 0.050), (1.02, 0.085)):
        y = top * (1 - share) + bottom * share
        rows.append(on_face(vector(np.stack([x, y], 1))) - vector([0, 0, depth]))
    return grid_surface(vector(np.stack(rows)), closed=False)


_TONGUE_GAP = 0.115
"""The opening that the tongue of a closed mouth is made for."""


def tongue(shape: MouthShape, columns: int = 20) -> Surface:
    """The tongue, a soft mound on the floor of a mouth."""
    angle = np.arange(columns) * 2 * np.pi / columns
    gap = max(shape.gap_below, _TONGUE_GAP)
    center = np.array([0.0, -0.3 * shape.lift - (gap if shape.gap_below else 0.35 * gap) * 0.98])
    rows = []
    for radius, depth in ((0.0, 0.055), (0.5, 0.062), (0.85, 0.085), (1.0, 0.13)):
        flat = center + radius * np.stack([0.62 * shape.half_width * np.cos(angle), 0.50 * gap * np.sin(angle)], 1)
        rows.append(on_face(vector(flat)) - vector([0, 0, depth + (0.0 if shape.gap_below else 0.035)]))
    return grid_surface(vector(np.stack(rows)))
