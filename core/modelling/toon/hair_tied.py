"""Hair that is tied, plaited or covered."""

import numpy as np

from core.modelling.toon.hair_fields import Cap, Piece, ball
from core.modelling.toon.hair_locks import Curtain, Row, Shape, braid, bun, tail
from core.modelling.toon.hair_short import NATURAL

PULLED = Shape(width=0.17, depth=0.05, root=0.25, tip=0.4, belly=0.5, blend=0.03)


def pulled(azimuth: float, elevation: float, seed: int = 1) -> list[Piece]:
    """Hair combed tightly from the whole hairline to one place on the scalp."""
    front = ((-77, 0), (-64, 22), (-46, 38), (-18, 45), (18, 45), (46, 38), (64, 22), (77, 0))
    aim = ((azimuth, elevation), (azimuth, elevation))
    return [
        Cap(NATURAL, 0.065, 7.0).piece(),
        *Row(front, aim, 11, (-0.025, 0.06, 0.09, 0.08, 0.05), PULLED, jitter=0.1, seed=seed).pieces(),
        *Row(
            ((106, -2), (127, -34), (180, -40)),
            aim,
            4,
            (0.0, 0.06, 0.08, 0.05),
            PULLED,
            jitter=0.1,
            seed=seed + 1,
            mirrored=azimuth in (0.0, 180.0),
        ).pieces(),
    ]


def ponytail() -> list[Piece]:
    """Tied at the back, laid over one shoulder."""
    path = [
        (0.10, 0.20, -0.95),
        (0.42, 0.16, -1.08),
        (0.80, -0.18, -0.88),
        (0.98, -0.66, -0.45),
        (0.94, -1.08, 0.02),
        (0.82, -1.42, 0.32),
    ]
    return [*pulled(172, -6), ball((0.10, 0.18, -0.96), 0.12, 0.1), *tail(path, 0.21)]


def high_ponytail() -> list[Piece]:
    """Tied high, falling behind."""
    path = [
        (0, 1.06, -0.34),
        (0.08, 1.40, -0.40),
        (0.48, 1.52, -0.58),
        (0.92, 1.16, -0.74),
        (1.10, 0.55, -0.76),
        (1.06, -0.05, -0.66),
    ]
    return [*pulled(180, 66), ball((0, 1.10, -0.36), 0.13, 0.1), *tail(path, 0.24)]


def high_bun() -> list[Piece]:
    """A bun at the back of the head."""
    return [*pulled(180, 58), *bun((0, 1.14, -0.60), 0.34)]


def top_knot() -> list[Piece]:
    """A knot on top."""
    return [*pulled(0, 86), *bun((0, 1.34, -0.06), 0.28, swirls=5, seed=4)]


def _parted(target: tuple[float, float]) -> list[Piece]:
    """Parted in the middle and combed to a place on each side."""
    middle = ((2.0, 46.0), (3.0, 66.0), (4.0, 86.0), (176.0, 70.0), (177.0, 40.0), (178.0, 5.0), (178.0, -38.0))
    aim = (target, target)
    return [
        Cap(NATURAL, 0.075, 7.0).piece(),
        *Row(middle, aim, 9, (0.03, 0.085, 0.09, 0.08, 0.05), PULLED, jitter=0.06, mirrored=True).pieces(),
        *Row(
            ((16, 45), (42, 39), (63, 22), (75, 0)), aim, 4, (0.0, 0.07, 0.085, 0.05), PULLED, jitter=0.06, mirrored=True
        ).pieces(),
    ]


def pigtails() -> list[Piece]:
    """Two tails at the sides."""
    pieces = _parted((100.0, 14.0))
    for side in (1.0, -1.0):
        path = np.array(
            [(0.86, 0.45, -0.20), (1.10, 0.62, -0.22), (1.32, 0.36, -0.16), (1.34, -0.12, -0.06), (1.20, -0.62, 0.02)]
        ) * [side, 1, 1]
        pieces += [ball(path[0], 0.12, 0.1), *tail(path, 0.20, seed=3 if side > 0 else 4)]
    return pieces


def braids() -> list[Piece]:
    """Two plaits over the shoulders."""
    pieces = _parted((106.0, -22.0))
    for side in (1.0, -1.0):
        path = np.array([(0.84, -0.12, -0.30), (0.95, -0.42, -0.16), (0.88, -0.86, 0.12), (0.76, -1.32, 0.38)]) * [side, 1, 1]
        pieces += braid(path, 0.20, 8)
    return pieces


def half_up() -> list[Piece]:
    """Long hair, the top gathered in a small knot."""
    look = Shape(width=0.22, depth=0.09, root=0.4, tip=0.3, belly=0.6, blend=0.03)
    front = ((-66, 16), (-44, 38), (-18, 45), (18, 45), (44, 38), (66, 16))
    return [
        Cap(NATURAL, 0.06).piece(),
        *Curtain(
            (180, 76), ((180, 50), (172, 62), (120, 66)), (-1.40, -1.50), 7, look, lift=0.09, jitter=0.05, forward=0.06
        ).pieces(),
        *Row(front, ((180, 62), (180, 62)), 9, (0.0, 0.09, 0.12, 0.12, 0.05), PULLED, jitter=0.1).pieces(),
        *bun((0, 1.20, -0.46), 0.24, seed=6),
    ]
