"""Clothes with collars, lapels and straps: shirt, blazer, dungarees."""

from collections.abc import Sequence

import numpy as np

from core.modelling.fields import Field, vector
from core.modelling.meshing import Surface, joined
from core.modelling.toon import garment_pieces as pieces
from core.modelling.toon import torso
from core.modelling.toon.garments import CREW, GRIDS, Garment, Knots, Layer, cloth, drape, knots_through, levels, neckband
from core.modelling.toon.sheets import between, field_normals, projected, solid, surface_of

_SHIRT: Knots = ((0, 36), (5, 42), (10, 47), (16, 51), (25, 54), (90, 60), (135, 62), (180, 63))


def _shirt_collar(count: int) -> Surface:
    """The half at positive x from the middle of the back to its point in front: up along the neck, then folded over."""
    inner = [(0, -1.22, -0.53), (0.30, -1.24, -0.40), (0.41, -1.28, -0.12), (0.30, -1.38, 0.14), (0.07, -1.48, 0.255)]
    top = [(0, -1.01, -0.545), (0.32, -1.03, -0.42), (0.435, -1.08, -0.12), (0.34, -1.21, 0.15), (0.09, -1.4, 0.275)]
    fold = [(0, -1.02, -0.60), (0.36, -1.04, -0.45), (0.485, -1.1, -0.12), (0.385, -1.23, 0.19), (0.105, -1.41, 0.315)]
    low = [(0, -1.28, -0.66), (0.43, -1.3, -0.52), (0.58, -1.34, -0.12), (0.53, -1.47, 0.24), (0.235, -1.72, 0.40)]
    curves = [pieces.smooth_line(line, count) for line in (inner, top, fold, low)]
    rows = np.stack([curves[0], (curves[0] + curves[1]) / 2, curves[1], curves[2]])
    fall = between(curves[2], curves[3], 4)[1:]
    return solid(vector(np.concatenate([rows, fall])), 0.03)


def shirt() -> Garment:
    """A shirt, its collar open, with a breast pocket."""
    field = cloth(0.04, fullness=0.03)

    def layers(is_full: bool) -> list[Layer]:
        count = 15 if is_full else 9
        left = pieces.straight_line([(-0.02, -1.48, 0.3), (-0.02, -2.58, 0.3)], count)
        right = pieces.straight_line([(0.075, -1.48, 0.3), (0.075, -2.58, 0.3)], count)
        placket = pieces.strip(field, left, right, lift=0.008, thickness=0.03)
        collar = pieces.pair(_shirt_collar(count))
        buttons = [pieces.button(field, 0.028, y, 0.03, lift=0.022, columns=12 if is_full else 7) for y in (-1.68, -1.92, -2.16)]
        return [
            Layer("shirt", "clothes", joined([drape(field, _SHIRT, is_full), placket, collar, _pocket(field, 0.36, -1.74, 7)])),
            Layer("buttons", "buttons", joined(buttons)),
        ]

    return Garment(field, _SHIRT, layers)


_LAPEL_EDGE = knots_through(
    [
        (0, -2.34, 0.40),
        (0.10, -2.06, 0.39),
        (0.20, -1.79, 0.34),
        (0.33, -1.42, 0.14),
        (0.40, -1.28, -0.10),
        (0.30, -1.19, -0.42),
        (0, -1.16, -0.53),
    ]
)


def _blazer_collar(count: int) -> Surface:
    inner = [(0, -1.20, -0.50), (0.30, -1.24, -0.38), (0.40, -1.32, -0.10), (0.36, -1.42, 0.12), (0.29, -1.55, 0.27)]
    top = [(0, -1.05, -0.55), (0.33, -1.09, -0.42), (0.455, -1.18, -0.10), (0.41, -1.33, 0.15), (0.32, -1.53, 0.32)]
    low = [(0, -1.28, -0.75), (0.47, -1.31, -0.57), (0.65, -1.36, -0.12), (0.58, -1.49, 0.16), (0.47, -1.61, 0.30)]
    curves = [pieces.smooth_line(line, count) for line in (inner, top, low)]
    rise = between(curves[0], curves[1], 3)
    fall = between(curves[1], curves[2], 4)[1:]
    fall[1] += vector([0, 0.02, 0])
    return solid(vector(np.concatenate([rise, fall])), 0.045)


def _lapel(field: Field, count: int) -> Surface:
    inner = pieces.smooth_line([(0.31, -1.51, 0), (0.20, -1.80, 0), (0.10, -2.08, 0), (-0.02, -2.36, 0)], count)
    outer = pieces.smooth_line([(0.54, -1.63, 0), (0.44, -1.84, 0), (0.26, -2.12, 0), (0.04, -2.38, 0)], count)
    rows = pieces.in_front(field, between(inner, outer, 4), 0.03)
    return solid(rows, 0.045)


def _pocket(field: Field, x: float, y: float, count: int) -> Surface:
    """A patch pocket on the chest, its middle above."""
    side = pieces.straight_line([(0.11, y, 0), (0.11, y - 0.17, 0), (0.055, y - 0.23, 0)], count)
    rows = between(side * vector([-1, 1, 1]), side, 5)
    return solid(pieces.in_front(field, vector(rows + vector([x, 0, 0])), 0.008), 0.03)


def _pocket_square(field: Field, count: int) -> Surface:
    """The folded tip of a handkerchief above a breast pocket."""
    low = pieces.straight_line([(0.42, -1.93, 0), (0.62, -1.90, 0)], count)
    high = pieces.straight_line([(0.43, -1.87, 0), (0.47, -1.80, 0), (0.51, -1.85, 0), (0.56, -1.79, 0), (0.61, -1.84, 0)], count)
    return solid(pieces.in_front(field, between(low, high, 3), 0.012), 0.03)


def blazer() -> Garment:
    """A blazer over a T-shirt."""
    field, shirt_field = cloth(0.095, folding=0.5), cloth(0.035, folding=0.3)

    def layers(is_full: bool) -> list[Layer]:
        count = 14 if is_full else 9
        coat = drape(field, _LAPEL_EDGE, is_full, 0.045)
        tee = joined([drape(shirt_field, CREW, False), neckband(shirt_field, CREW, is_full)])
        facing = pieces.pair(joined([_blazer_collar(count), _lapel(field, count)]))
        return [
            Layer("blazer", "clothes", joined([coat, facing])),
            Layer("undershirt", "undershirt", tee, shirt_field),
            Layer("pocket_square", "clothes_trim", _pocket_square(field, 9)),
        ]

    return Garment(field, CREW, layers)


def _strap(field: Field, count: int) -> Surface:
    inner = [
        (0.19, -1.70, 0.36),
        (0.28, -1.47, 0.20),
        (0.40, -1.33, -0.10),
        (0.34, -1.36, -0.40),
        (0.08, -1.70, -0.66),
        (-0.05, -2.0, -0.7),
        (-0.05, -2.6, -0.7),
    ]
    outer = [
        (0.31, -1.70, 0.34),
        (0.42, -1.50, 0.18),
        (0.55, -1.37, -0.12),
        (0.48, -1.42, -0.42),
        (0.21, -1.76, -0.66),
        (0.07, -2.02, -0.7),
        (0.07, -2.6, -0.7),
    ]
    return pieces.strip(field, pieces.smooth_line(inner, count), pieces.smooth_line(outer, count), lift=0.016, thickness=0.04)


def _bib(field: Field, count: int) -> Surface:
    side = pieces.smooth_line(
        [(0.33, -1.64, 0), (0.34, -1.84, 0), (0.42, -2.10, 0), (0.60, -2.40, 0), (0.64, -2.7, 0), (0.64, -3.1, 0)], count
    )
    rows = between(side * vector([-1, 1, 1]), side, 10)
    return solid(pieces.in_front(field, rows, 0.025), 0.045)


def _bib_pocket(field: Field, count: int) -> Surface:
    side = pieces.straight_line([(0.17, -1.86, 0), (0.17, -2.06, 0), (0.10, -2.14, 0)], count)
    rows = between(side * vector([-1, 1, 1]), side, 7)
    return solid(pieces.in_front(field, rows, 0.055), 0.03)


def _stripes(field: Field, heights: Sequence[float], columns: int) -> Surface:
    """Stripes of another colour around the body and the sleeves."""
    angles = np.arange(columns)[None] * 360 / columns
    edges = levels(field, [y + half for y in heights for half in (0.022, -0.022)], columns)
    rows = projected(field, torso.CENTER, torso.turned(angles, edges))
    normals = field_normals(field, rows)
    lifted = vector(rows + normals * np.float32(0.012))
    return joined([surface_of(lifted[k : k + 2], normals[k : k + 2]) for k in range(0, len(rows), 2)])


def dungarees() -> Garment:
    """Dungarees over a T-shirt."""
    field = cloth(0.045)

    def layers(is_full: bool) -> list[Layer]:
        count = 12 if is_full else 8
        tee = joined([drape(field, CREW, is_full), neckband(field, CREW, is_full)])
        stripes = _stripes(field, (-1.57, -1.70, -1.83, -1.96, -2.09, -2.22), GRIDS[is_full][0])
        denim = joined([_bib(field, count), _bib_pocket(field, count // 2 + 2), pieces.pair(_strap(field, count + 6))])
        buttons = [pieces.button(field, x, -1.715, 0.045, lift=0.055, columns=14 if is_full else 8) for x in (-0.25, 0.25)]
        return [
            Layer("tee", "clothes_trim", tee),
            Layer("stripes", "clothes", stripes),
            Layer("dungarees", "clothes", denim),
            Layer("buttons", "brass", joined(buttons)),
        ]

    return Garment(field, CREW, layers)
