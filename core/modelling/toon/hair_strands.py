"""Round strands swept along paths: curls, ropes, plaits. A strand is a formula, so its normals are exact at every resolution."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from core.modelling.fields import Float, length, unit, vector
from core.modelling.meshing import Surface, oriented
from core.modelling.patches import ring_triangles
from core.modelling.toon.hair_tress import Tress
from core.shapes import expect_shape

Section = Callable[[Float, Float], Float]
"""(share of the way (N,), angle (N,)) -> how far the surface is from the strand's middle, in its radii: (N,)."""

_STEP = 2e-3


def round_section(_along: Float, angle: Float) -> Float:
    """A plain round strand."""
    return np.ones_like(angle)


@dataclass(frozen=True, eq=False)
class Strand:
    """A strand of hair along a smooth path.

    Attributes:
        path: (K, 3) points it goes through, root to tip, K at least 2.
        outward: (K, 3) where its thickness points, made perpendicular to the path.
        width: (W,) half widths at even shares of the way.
        depth: (D,) half thicknesses at even shares of the way.
        section: Relief of the surface around the middle.
        twist: Turns that the columns of vertices make from root to tip; relief that winds should wind with them.
        shade: How light it is among its neighbours, in [0, 1].
        relief: How dark the section's hollows are.
        blunt: Share of the way over which the tip is rounded off.
        start: `along` at the root; layers on the scalp have less.
        ease: Above 1, rings are closer together at the root, where hair bends most.
    """

    path: Float
    outward: Float
    width: tuple[float, ...]
    depth: tuple[float, ...]
    section: Section = round_section
    twist: float = 0.0
    shade: float = 0.5
    relief: float = 1.0
    blunt: float = 0.08
    start: float = 0.12
    ease: float = 1.0

    def __post_init__(self) -> None:
        count = expect_shape(self.path, "K 3")["K"]
        expect_shape(self.outward, f"{count} 3")

    def _curves(self) -> tuple[CubicSpline, CubicSpline]:
        steps = length(vector(np.diff(self.path, axis=0)))
        places = np.concatenate([[0.0], np.cumsum(np.maximum(steps, 1e-6).astype(float))])
        places /= places[-1]
        return CubicSpline(places, self.path.astype(float)), CubicSpline(places, self.outward.astype(float))

    def points(self, along: Float, angle: Float) -> tuple[Float, Float]:
        """Points of the surface (N, 3) and the unit directions of the path there (N, 3)."""
        middle, outward = self._curves()
        tangent = unit(vector(middle(along, 1)))
        depth = outward(along)
        depth = unit(vector(depth - (depth * tangent).sum(1, keepdims=True) * tangent))
        across = np.cross(tangent, depth)
        rounding = np.sqrt(np.clip(1 - ((along - (1 - self.blunt)) / self.blunt).clip(0, 1) ** 2, 4e-4, 1))
        turned = angle + 2 * np.pi * self.twist * along
        radius = self.section(along, angle) * rounding
        wide = radius * _profile(self.width, along) * np.cos(turned)
        thick = radius * _profile(self.depth, along) * np.sin(turned)
        return vector(middle(along) + wide[:, None] * across + thick[:, None] * depth), tangent

    def tress(self, rings: int, sides: int | tuple[float, ...]) -> Tress:
        """Its surface.

        Args:
            rings: Of vertices, closer together at the rounded tip.
            sides: Vertices around, or their angles in degrees; 90 is the outward side.
        """
        at = np.concatenate(
            [(1 - self.blunt) * np.linspace(0, 1, rings - 3) ** self.ease, 1 - self.blunt * np.array([0.5, 0.13, 0.0])]
        )
        angles = np.arange(sides) * 2 * np.pi / sides if isinstance(sides, int) else np.radians(sides)
        along, angle = (grid.ravel() for grid in np.meshgrid(at, angles, indexing="ij"))
        positions, tangents = self.points(along, angle)
        ahead, behind = np.clip(along + _STEP, 0, 1 - 1e-4), np.clip(along - _STEP, 0, 1 - 3e-4)
        lengthwise = self.points(ahead, angle)[0] - self.points(behind, angle)[0]
        around = self.points(along, angle + 0.02)[0] - self.points(along, angle - 0.02)[0]
        normals = unit(vector(np.cross(lengthwise, around)))
        at_tip = along >= 1 - 1e-6
        normals[at_tip] = tangents[at_tip]
        hollow = np.clip(1 - self.section(along, angle), 0, 1)
        surface = oriented(Surface(positions, normals, ring_triangles(rings, len(angles))))
        return Tress(
            surface,
            tangents,
            vector(self.start + (1 - self.start) * along),
            np.full(len(along), self.shade, np.float32),
            vector(np.clip(1 - self.relief * hollow, 0, 1)),
        )


def _profile(knots: tuple[float, ...], along: Float) -> Float:
    """A smooth curve through values at even shares of the way."""
    if len(knots) == 1:
        return np.full(len(along), knots[0])
    places = np.linspace(0, 1, len(knots))
    if len(knots) == 2:
        return np.asarray(np.interp(along, places, knots))
    return np.asarray(CubicSpline(places, knots, bc_type="natural")(along))


def way_length(path: Float) -> float:
    """Length of a way through points (K, 3)."""
    return float(length(vector(np.diff(path, axis=0))).sum())


def helix(
    path: ArrayLike, radius: tuple[float, ...], turns: float, *, phase: float = 0.0, per_turn: int = 10
) -> tuple[Float, Float]:
    """A path wound around another.

    Args:
        path: (K, 3) points of the axis.
        radius: Of the winding, at even shares of the way.
        turns: How many; negative winds the other way.
        phase: Where it begins, in turns.
        per_turn: Points on a turn.

    Returns:
        Its points and the directions away from the axis, both (N, 3).
    """
    axis = np.asarray(path, float)
    steps = np.linalg.norm(np.diff(axis, axis=0), axis=1)
    places = np.concatenate([[0.0], np.cumsum(steps)]) / steps.sum()
    curve = CubicSpline(places, axis)
    at = np.linspace(0, 1, max(int(abs(turns) * per_turn), 8) + 1)
    middle, (first, second) = curve(at), carried_frame(vector(curve(at, 1)))
    turn = 2 * np.pi * (turns * at + phase)
    away = np.cos(turn)[:, None] * first + np.sin(turn)[:, None] * second
    return vector(middle + _profile(radius, vector(at))[:, None] * away), vector(away)


def carried_frame(tangents: Float, hint: ArrayLike = (0.0, 0.0, 1.0)) -> tuple[Float, Float]:
    """Two unit vectors across each tangent (N, 3) that turn as little as possible from one to the next."""
    along = unit(tangents)
    first = np.zeros_like(along)
    current = np.asarray(hint, float)
    if abs(float(along[0] @ current)) > 0.9:
        current = np.array([1.0, 0.0, 0.0])
    for index, direction in enumerate(along):
        current = current - (current @ direction) * direction
        current /= max(float(np.linalg.norm(current)), 1e-9)
        first[index] = current
    return vector(first), vector(np.cross(along, first))
