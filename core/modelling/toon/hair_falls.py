"""Where strands hang: from roots spread over the scalp, away from a parting, over the head and down."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from core.modelling.fields import Field, Float, gradient, smoothstep, spline, unit, vector
from core.modelling.meshing import Surface
from core.modelling.patches import grid_surface
from core.modelling.toon import bust, head
from core.modelling.toon.hair_fields import SCALP_CENTER, Hairline, direction
from core.modelling.toon.hair_scalp import above
from core.modelling.toon.hair_tress import Tress

_POINTS = 24

_LOW = (0.65, 0.15)
"""y of a root's direction from which on, and below which quite, strands fall where they grow and not beside a parting."""

_LONG_WAY = 0.7
"""Radians over the head after which a strand has its full lift; the short ones lie flat, or they would have a knee."""

_LINING_ROWS = 13
_LINING = 0.1
"""Root-to-tip value of what hangs under strands: as low as a layer's, because it shows through narrow gaps as layers do."""

_OVER_EARS = 0.035
"""How far what hangs under strands stays off the ears."""

_DOWN = 12.0
"""Degrees that every strand goes down before it leaves the head, so that those of the temples do not first climb."""

BEHIND = -0.3
"""z of the tip from which on strands hang behind the head, where they need less detail."""


def body(points: Float) -> Float:
    """What hair lies on: the head, the neck, the shoulders."""
    return vector(np.minimum(head.head(points), bust.bust(points)))


def angles(units: Float) -> tuple[Float, Float]:
    """Azimuth and elevation in degrees of unit directions (N, 3)."""
    azimuth = np.degrees(np.arctan2(units[:, 0], units[:, 2]))
    return vector(azimuth), vector(np.degrees(np.arcsin(units[:, 1].clip(-1, 1))))


def roots(hairline: Hairline, spacing: float | Field, *, seed: int, margin: float = 3.0) -> Float:
    """Directions (N, 3) from the scalp's centre, spread without pattern inside a hairline.

    Args:
        hairline: Where hair begins.
        spacing: Least distance between neighbours, as a chord, or a function of directions that gives it.
        seed: Of the draw.
        margin: Degrees that roots keep from the hairline.
    """
    rng = np.random.default_rng(seed)
    tried = unit(vector(rng.normal(size=(6000, 3))))
    azimuth, elevation = angles(tried)
    tried = tried[elevation > hairline.elevation(azimuth) + margin]
    reach = spacing(tried) if callable(spacing) else np.full(len(tried), spacing)
    return tried[apart(tried, reach)]


def apart(points: Float, reach: Float) -> NDArray[np.intp]:
    """Indices of points (N, 3) chosen in order so that each keeps its reach (N,) from those before it."""
    tree, free, chosen = cKDTree(points), np.ones(len(points), bool), []
    for index in range(len(points)):
        if free[index]:
            chosen.append(index)
            free[tree.query_ball_point(points[index], float(reach[index]))] = False
    return np.array(chosen, np.intp)


def off_ears(places: Float) -> Float:
    """Those of unit directions (N, 3) under which there is no ear that would push a strand out."""
    points = above(places, 0.1)
    return places[head.head(points) > head.skull(points) - 0.01]


def kept_out(path: Float, field: Field, clearance: Float, way: Float | None = None) -> Float:
    """A path (K, 3) moved out of a field, its points at least `clearance` (K,) away; the first stays.

    Args:
        path: What is moved.
        field: What it is kept out of.
        clearance: Of each point.
        way: (3,) unit direction in which points move; up the field's slope if None.
    """
    points = vector(path)
    for _ in range(4):
        lack = np.maximum(clearance - field(points), 0)
        lack[0] = 0
        if lack.max() < 2e-3:
            break
        lack = np.maximum(lack, np.convolve(np.pad(lack, 1, mode="edge"), [0.25, 0.5, 0.25], "valid"))
        lack[0] = 0
        out = unit(gradient(field, points, 0.02)) if way is None else way[None]
        points = vector(points + out * lack[:, None])
    return points


@dataclass(frozen=True)
class Fall:
    """How strands fall from their roots.

    Attributes:
        part: x of the parting on the crown.
        front: Azimuth in degrees beside which strands from the forehead fall, so that the face is free.
        lift: Height above the skin on the head's top.
        leave: Elevation in degrees at which strands leave the head.
        flare: How far tips stand away from the head.
        forward: How far the tips of front strands come forward.
        clearance: How far strands stay off the head and shoulders.
        straight: Whether strands from low roots hang straight down from there, for ropes that never cross; else they rise and
            fall like those from above, which makes curls fuller.
    """

    part: float = 0.0
    front: float = 62.0
    lift: float = 0.12
    leave: float = 8.0
    flare: float = 0.0
    forward: float = 0.0
    clearance: float = 0.07
    straight: bool = False

    def azimuth(self, root: Float) -> float:
        """Where a strand from a root (3,) leaves the head, in degrees."""
        x, z = float(root[0]) - self.part, float(root[2])
        side = 1.0 if x >= 0 else -1.0
        turn = abs(float(np.degrees(np.arctan2(abs(x), z + 0.12))))
        over = self.front + (180 - self.front) * turn / 180
        if not self.straight:
            return float(side * over)
        own = max(abs(float(np.degrees(np.arctan2(root[0], root[2])))), self.front)
        low = float(smoothstep(*_LOW, np.array([root[1]], np.float32))[0])
        return float(side * (over + low * (own - over)))

    def evenly(self, places: Float, layers: int, share: float = 0.7) -> Float:
        """Degrees (N,) to the side by which strands must fall to lie side by side.

        Args:
            places: (N, 3) unit directions of the roots.
            layers: How many strands lie over each other; upper roots make the outer layer.
            share: 0 leaves strands where they are, 1 spreads them completely.
        """
        azimuths = np.array([self.azimuth(root) for root in places])
        rank = np.argsort(np.argsort(places[:, 1])) * layers // len(places)
        asides = np.zeros(len(places), np.float32)
        for side in (-1, 1):
            for level in range(layers):
                group = np.flatnonzero((np.sign(azimuths) == side) & (rank == level))
                order = group[np.argsort(np.abs(azimuths[group]))]
                first = 0.5 + (level - (layers - 1) / 2) / layers
                even = self.front + (np.arange(len(order)) + first) * (180 - self.front) / max(len(order), 1)
                asides[order] = share * (side * even - azimuths[order])
        return asides

    def path(self, root: Float, bottom: float, *, aside: float = 0.0, lift: float = 0.0) -> Float:
        """The way (K, 3) of a strand.

        Args:
            root: (3,) unit direction of its root.
            bottom: y of its tip.
            aside: Degrees by which it falls beside its place.
            lift: Further height above the skin.
        """
        line = self._line(root, self.azimuth(root) + aside, bottom, lift)
        grow = self.clearance * smoothstep(0, 0.3, vector(np.linspace(0, 1, _POINTS)))
        return kept_out(line, body, vector(grow - 0.02 * (grow < 1e-3)))

    def _line(self, root: Float, azimuth: float, bottom: float, lift: float) -> Float:
        height = float(np.degrees(np.arcsin(np.clip(root[1], -1, 1))))
        goal = direction(azimuth, min(self.leave, height - _DOWN) if self.straight else self.leave)
        angle = float(np.arccos(np.clip(root @ goal, -1, 1)))
        at = np.linspace(0, 1, 6)
        way = root[None] + 0 * at[:, None]
        if angle > 0.05:
            way = (np.sin((1 - at) * angle)[:, None] * root + np.sin(at * angle)[:, None] * goal) / np.sin(angle)
        high = self.lift + lift
        if self.straight:
            high = max(high * min(angle / _LONG_WAY, 1), min(high, self.clearance))
        rise = high * np.array([-0.15, 0.75, 1.0, 1.0, 0.95, 0.9])
        over = above(unit(vector(way)), rise)
        out = vector(direction(azimuth, 0.0))
        fall = []
        ahead = float(smoothstep(115, 70, np.array([abs(azimuth)], np.float32))[0])
        for share in (0.35, 0.7, 1.0):
            point = over[-1] + out * (self.flare * share)
            point[2] += self.forward * ahead * share
            point[1] = over[-1][1] + (bottom - over[-1][1]) * share
            fall.append(point)
        return spline(np.concatenate([over, fall]), _POINTS)

    def backing(self, bottom: float, *, sunk: float = 0.09, columns: int = 22, begin: float = 22.0, top: float = 50.0) -> Tress:
        """A dark sheet under the strands, so that nothing shows through between them.

        Args:
            bottom: y of its lower edge.
            sunk: How far it lies under the strands.
            columns: Of vertices, from one temple around the back to the other.
            begin: Degrees behind `front` at which it begins.
            top: Elevation of its upper edge in degrees.
        """
        rows = []
        for azimuth in np.linspace(self.front + begin, 360 - begin - self.front, columns):
            line = self._line(vector(direction(azimuth, top)), azimuth, bottom, -sunk)[2:]
            rows.append(kept_out(_even(line), body, np.full(_LINING_ROWS, _OVER_EARS), vector(direction(azimuth, 0.0))))
        grid = vector(rows)
        surface = grid_surface(grid, closed=False)
        outward = (surface.normals * (surface.positions - SCALP_CENTER) * vector([1, 0, 1])).sum(1).mean() > 0
        if not outward:
            surface = Surface(surface.positions, -surface.normals, np.ascontiguousarray(surface.triangles[:, ::-1]))
        count = len(surface.positions)
        tangents = unit(vector(np.gradient(grid, axis=1))).reshape(-1, 3)
        shade, dark = np.full(count, 0.15, np.float32), np.zeros(count, np.float32)
        return Tress(surface, tangents, np.full(count, _LINING, np.float32), shade, dark)


def _even(path: Float) -> Float:
    """As many points (_LINING_ROWS, 3) as a lining has rows, evenly along a path."""
    steps = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    at = np.linspace(0, steps[-1], _LINING_ROWS)
    return vector(np.stack([np.interp(at, steps, path[:, k]) for k in range(3)], 1))


def away_from_head(path: Float) -> Float:
    """Directions (K, 3) from the head's axis through a path's points."""
    axis = np.stack([0 * path[:, 0], np.minimum(path[:, 1], SCALP_CENTER[1]), np.full(len(path), SCALP_CENTER[2])], 1)
    return unit(vector(path - axis))
