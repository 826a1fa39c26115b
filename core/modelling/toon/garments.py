"""What garments are: a few layers of cloth draped on the body or laid on one another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from core.modelling.fields import Field, Float, capsule, mirrored, smooth_min, vector
from core.modelling.meshing import Surface
from core.modelling.toon import garment_pieces as pieces
from core.modelling.toon import torso
from core.modelling.toon.sheets import hemmed, projected, ridge


@dataclass(frozen=True, eq=False)
class Layer:
    """A piece of a garment.

    Attributes:
        name: Unique within the garment.
        material: A material of the pack.
        surface: Its geometry.
        shape: What shades it; the garment's own shape by default.
    """

    name: str
    material: str
    surface: Surface
    shape: Field | None = None


@dataclass(frozen=True, eq=False)
class Garment:
    """Something to wear.

    Attributes:
        shape: Its outer shape, which shades its cloth.
        neckline: Its edge, below which skin is hidden.
        layers: Makes its pieces, with all detail or little.
        fineness: Of the skin's mesh; above 1 where much of it shows.
    """

    shape: Field
    neckline: "Knots"
    layers: Callable[[bool], list[Layer]]
    fineness: float = 1.0


Knots = Sequence[tuple[float, float]]
"""(angle from the front, height) pairs in degrees, the same on both sides; angles rise from 0 to 180."""


def edge(knots: Knots, columns: int) -> Float:
    """Heights (C,) of an edge around the body, at even angles from the front on."""
    at, height = np.array(knots, float).T
    angles = np.abs((np.arange(columns) * 360 / columns + 180) % 360 - 180)
    return vector(PchipInterpolator(at, height)(angles))


def folds(points: Float) -> Float:
    """How far cloth stands off (V,) in folds from the armpits and over the sleeves."""
    folded = mirrored(points)
    d = 0.034 * ridge(folded, [(0.66, -1.9, 0.10), (0.50, -1.8, 0.26), (0.34, -1.78, 0.34)], 0.075)
    d = d + 0.026 * ridge(folded, [(0.66, -2.1, 0.14), (0.46, -2.08, 0.32), (0.2, -2.14, 0.40)], 0.085)
    d = d + 0.030 * ridge(folded, [(0.80, -1.9, 0.06), (1.02, -1.98, 0.06), (1.2, -1.92, -0.14)], 0.07)
    d = d + 0.022 * ridge(folded, [(0.80, -2.14, 0.08), (1.02, -2.2, 0.08), (1.2, -2.14, -0.12)], 0.07)
    return vector(d)


def cloth(thickness: float, *, fullness: float = 0.0, folding: float = 1.0) -> Field:
    """The outside of cloth on the body, with its folds.

    Args:
        thickness: How far it lies off the body.
        fullness: How much wider its sleeves are.
        folding: How deep its folds are.
    """

    def field(points: Float) -> Float:
        folded = mirrored(points)
        arm = capsule(folded, (0.82, -1.76, -0.19), (1.0, -3.2, -0.03), 0.258 + thickness, 0.285 + thickness + fullness)
        d = smooth_min(torso.trunk(points) - np.float32(thickness), arm, 0.045)
        return vector(d - np.float32(folding) * folds(points))

    return field


def knots_through(points: Sequence[tuple[float, float, float]]) -> Knots:
    """The edge that runs through points at positive x, from the front to the back."""
    angles, heights = torso.seen_from_center(vector(points))
    return tuple(zip(angles.tolist(), heights.tolist(), strict=True))


CREW: Knots = ((0, 51), (40, 54), (90, 60), (135, 62), (180, 63))
GRIDS = {True: (60, 16), False: (30, 8)}
"""Columns and rows of cloth, with all detail or little."""


def drape(field: Field, knots: Knots, is_full: bool, thickness: float = 0.035) -> Surface:
    """Cloth on the body from an edge down, the edge rounded."""
    columns, rows = GRIDS[is_full]
    return hemmed(field, torso.draped(field, edge(knots, columns), rows, power=1.1), thickness)


def levels(field: Field, heights: Sequence[float], columns: int) -> Float:
    """Heights in degrees (H, C) at which a shape around the body is at each height y."""
    steps = np.linspace(70, (torso.WAIST - torso.CENTER[1]) / 0.012, 60)
    angles = np.arange(columns)[None] * 360 / columns
    at = projected(field, torso.CENTER, torso.turned(angles, steps[:, None]))[..., 1]
    return vector([[np.interp(-y, -at[:, k], steps) for k in range(columns)] for y in heights])


def neckband(field: Field, knots: Knots, is_full: bool, width: float = 0.10, thickness: float = 0.032) -> Surface:
    """The flat band of a neckline."""
    tops = edge(knots, GRIDS[is_full][0])
    return pieces.band(field, tops + np.float32(1.5), width, lift=0.008, thickness=thickness, rows=3)
