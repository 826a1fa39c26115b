"""Hair that is tied: combed taut to a tie, from which a tail hangs or a knot is wound."""

import numpy as np

from core.modelling.fields import Float, smooth_min, vector
from core.modelling.toon import head
from core.modelling.toon.bust import bust
from core.modelling.toon.hair_caps import Layer, layer
from core.modelling.toon.hair_combed import TAUT, Comb, Edge, combed, half, whole
from core.modelling.toon.hair_fields import Hairline
from core.modelling.toon.hair_scalp import Point, around, at, mirrored_points
from core.modelling.toon.hair_sheets import Cut, Hero, Sheet, hero, locks
from core.modelling.toon.hair_tails import Bun, Tail, Wrap, bun, tail, wrap
from core.modelling.toon.hair_tress import Tress, reflected_tress


def _strand(side: int, path: tuple[Point, ...], width: float, seed: int = 1) -> Tress:
    """A single strand that has come loose; 1 is the side of +x."""
    places = path if side > 0 else mirrored_points(path)
    made = hero(
        Hero(places, width, crown=0.030, under=0.02, belly=0.42, root=0.45, strands=2, ridge=0.15, rows=15, seed=seed, shade=0.6)
    )
    return Tress(made.surface, made.tangents, 0.25 + 0.75 * made.along, made.shade, made.open)


def _framing(side: int, seed: int = 1) -> Tress:
    """A strand from the temple along the cheekbone, bent out at its tip."""
    path = (
        at(45, 37, -0.012),
        at(54, 23, 0.045),
        at(61, 10, 0.075),
        at(65, -4, 0.085),
        at(66, -18, 0.075),
        at(63, -30, 0.055),
        at(65, -39, 0.10),
    )
    return _strand(side, path, 0.075, seed)


def _tendril(side: int, seed: int = 3) -> Tress:
    """A short strand in front of the ear."""
    path = (at(57, 27, -0.012), at(66, 9, 0.05), at(70, -2, 0.075), at(71, -13, 0.07), at(68, -23, 0.085))
    return _strand(side, path, 0.055, seed)


def ponytail() -> list[Tress]:
    """Tied at the back, laid over one shoulder."""
    path = (
        (0.03, 0.18, -0.98), (0.24, 0.22, -1.20), (0.66, -0.04, -1.05), (0.95, -0.40, -0.60), (0.98, -0.80, -0.08),
        (0.82, -1.12, 0.28), (0.66, -1.42, 0.50), (0.80, -1.72, 0.56),
    )  # fmt: skip
    radii = (0.10, 0.19, 0.27, 0.31, 0.30, 0.27, 0.18, 0.03)
    return [
        combed(Comb((178, -4), whole(), relief=0.017, shingle=0.008)),
        tail(Tail(path, radii, count=7, fray=0.6, rows=22)),
        wrap(Wrap((0.04, 0.19, -1.0), (0.25, 0.0, -1), 0.12)),
        _framing(1),
        _framing(-1, 2),
    ]


def high_ponytail() -> list[Tress]:
    """Tied on the crown: it rises, swings to the side and falls."""
    main = (
        (0, 1.10, -0.48), (0.05, 1.38, -0.62), (0.34, 1.55, -0.76), (0.74, 1.38, -0.86), (1.03, 0.94, -0.86), (1.12, 0.40, -0.76),
        (1.08, -0.12, -0.62), (1.24, -0.52, -0.50),
    )  # fmt: skip
    inner = (
        (0.02, 1.12, -0.48), (0.10, 1.34, -0.56), (0.42, 1.40, -0.66), (0.72, 1.16, -0.74), (0.88, 0.76, -0.76),
        (0.86, 0.38, -0.74), (0.98, 0.12, -0.62),
    )  # fmt: skip
    return [
        combed(Comb((180, 62), whole(), seed=3)),
        tail(Tail(main, (0.11, 0.21, 0.30, 0.35, 0.34, 0.29, 0.20, 0.03), fray=0.6, seed=4)),
        wrap(Wrap((0, 1.13, -0.50), (0, 1, -0.5), 0.13)),
        tail(Tail(inner, (0.08, 0.13, 0.16, 0.17, 0.15, 0.10, 0.02), count=3, fray=0.3, rows=20, seed=5)),
        _framing(-1),
        _tendril(1),
    ]


def high_bun() -> list[Tress]:
    """A round bun behind the crown, wound of thick locks."""
    knot = bun(Bun((0, 1.26, -0.70), (0, 0.85, -0.5), 0.46))
    return [combed(Comb((180, 58), whole(), seed=5)), knot, _tendril(1), _tendril(-1, 4)]


def top_knot() -> list[Tress]:
    """A rope wound into a knot on top, its end sticking out."""
    share = np.linspace(0, 1, 16)
    turn, radius = 2 * np.pi * 2.1 * share + 2.4, 0.29 - 0.19 * share
    winding = np.stack([radius * np.sin(turn), 1.23 + 0.42 * share, -0.12 + radius * np.cos(turn)], 1)
    path = (*((float(x), float(y), float(z)) for x, y, z in winding), (0.10, 1.73, 0.02), (0.27, 1.80, 0.05), (0.36, 1.74, 0.07))
    radii = (0.12, 0.17, 0.175, 0.17, 0.155, 0.13, 0.04)
    rope = Tail(path, radii, count=4, twist=2.0, strands=1, stagger=0.0, fray=0.0, narrow=0.9, rows=52)
    return [combed(Comb((180, 84), whole(), inward=(180, 85), seed=7)), tail(rope)]


def _pigtail(seed: int) -> list[Tress]:
    """The half at +x: parted in the middle, combed to a tie above the ear, a springy tail."""
    path = (
        (0.93, 0.56, -0.25), (1.16, 0.70, -0.26), (1.38, 0.50, -0.20), (1.42, 0.10, -0.10), (1.26, -0.30, 0.0),
        (1.22, -0.62, 0.06), (1.40, -0.84, 0.08),
    )  # fmt: skip
    return [
        combed(Comb((103, 20), half(), inward=(95, 40), clumps=16, rows=13, seed=seed)),
        tail(Tail(path, (0.10, 0.19, 0.25, 0.27, 0.23, 0.16, 0.02), rows=21, seed=seed + 1)),
        wrap(Wrap((0.96, 0.58, -0.26), (1, 0.4, 0), 0.12)),
    ]


def pigtails() -> list[Tress]:
    """Two tails, high at the sides."""
    return [*_pigtail(9), *(reflected_tress(piece) for piece in _pigtail(14))]


_SECTION = ((96.0, 20.0), (112.0, 27.0), (130.0, 32.0), (150.0, 35.0), (170.0, 36.0))
"""Where the upper hair ends behind, (azimuth, elevation), if the lower is left hanging."""


def _upper() -> Edge:
    """The hairline over the forehead, and the line behind above which hair is gathered."""
    turns = np.arange(-66.0, 67.0, 6.0)
    front = tuple(zip(turns.tolist(), TAUT.elevation(vector(turns)).tolist(), strict=True))
    back = (*_SECTION, (180.0, 36.0), *((-azimuth, elevation) for azimuth, elevation in _SECTION[::-1]))
    return Edge(front + back, (0.0,) * len(front) + (1.0,) * len(back))


def _body(points: Float) -> Float:
    """What hanging hair lies on: head, ears and shoulders."""
    return smooth_min(head.head(points), bust(points), 0.08)


def _hanging(side: int, seed: int) -> Tress:
    """Long hair under the gathered part, on one side."""
    rows: list[tuple[Point, ...]] = [
        (at(62, 19, 0.0), at(90, 30, 0.02), at(120, 40, 0.03), at(150, 46, 0.03), at(184, 48, 0.03)),
        (at(66, 8, 0.07), at(92, 20, 0.07), at(122, 26, 0.07), at(150, 30, 0.07), at(184, 30, 0.07)),
        (at(72, -6, 0.09), at(92, 2, 0.10), at(122, 4, 0.10), at(150, 6, 0.10), at(184, 6, 0.10)),
    ]
    for y, across, deep, front, forward in (
        (-0.35, 1.0, 0.93, 60, 0.02),
        (-0.80, 1.0, 0.84, 52, 0.10),
        (-1.25, 1.0, 0.80, 42, 0.20),
        (-1.72, 0.92, 0.74, 36, 0.24),
    ):
        places = [around(turn, y - 0.0125 * k, across, deep) for k, turn in enumerate((front, (front + 95) / 2, 98, 138, 184))]
        rows.append(tuple((x, level, z + forward * (1 - k / 4) ** 3) for k, (x, level, z) in enumerate(places)))
    if side < 0:
        rows = [mirrored_points(row) for row in rows]
    cut = Cut(
        count=6, crown=0.055, narrow=0.72, point=0.1, stagger=0.1, sweep=0.3, rows=16, seed=seed, strands=2, wave=0.12, waves=1.6
    )  # fmt: skip
    return locks(Sheet.through(rows, _body, 0.05), cut)


def half_up() -> list[Tress]:
    """Long hair, the upper half gathered into a small knot."""
    return [
        layer(Layer(Hairline(tuple((azimuth, elevation + 6) for azimuth, elevation in TAUT.knots)), 0.03)),
        combed(Comb((180, 64), _upper(), inward=(180, 82), height=0.06, volume=0.05, neck=0.17, clumps=20, rows=13, seed=4)),
        _hanging(1, 6),
        _hanging(-1, 23),
        bun(Bun((0, 1.25, -0.60), (0, 0.9, -0.45), 0.29, count=5, strands=2, rows=16, seed=3)),
    ]
