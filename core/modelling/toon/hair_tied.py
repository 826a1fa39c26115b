"""Hair that is tied: combed taut to a tie, from which a tail hangs or a knot is wound."""

from dataclasses import replace

import numpy as np

from core.modelling.fields import Float, smooth_min, smoothstep, vector
from core.modelling.toon import hat_line, head
from core.modelling.toon.bust import bust
from core.modelling.toon.hair_caps import Layer, layer
from core.modelling.toon.hair_combed import TAUT, Comb, Edge, combed, half, whole
from core.modelling.toon.hair_fields import SCALP_CENTER, Hairline
from core.modelling.toon.hair_scalp import Point, around, at, mirrored_points
from core.modelling.toon.hair_sheets import Cut, Hero, Sheet, hero, locks
from core.modelling.toon.hair_tails import Bun, Scrunchie, Tail, bun, scrunchie, tail
from core.modelling.toon.hair_tress import Tress, reflected_tress
from core.rendering.mesh import Mesh, Morph


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


def _long_framing(side: int, seed: int) -> Tress:
    """A strand from the temple past the jaw, in front of the shoulder."""
    path = (
        at(45, 36, -0.012), at(56, 22, 0.05), at(65, 6, 0.09), at(69, -12, 0.11), (0.76, -0.45, 0.36), (0.70, -0.80, 0.44),
        (0.76, -1.14, 0.42),
    )  # fmt: skip
    return _strand(side, path, 0.085, seed)


def _tendril(side: int, seed: int = 3) -> Tress:
    """A short strand in front of the ear."""
    path = (at(57, 27, -0.012), at(66, 9, 0.05), at(70, -2, 0.075), at(71, -13, 0.07), at(68, -23, 0.085))
    return _strand(side, path, 0.055, seed)


MATERIALS = {
    "hair_tie": {"shader": "hair", "color": [96, 164, 214], "roughness": 0.8, "coat": 0.0, "rim": 0.7, "subsurface": 0.4},
}
"""Hair ties have the colour of the clothes; their shader is that of hair, so that hats cover them alike."""


_OFF = 0.96
"""How far from the head's upright axis hair lies that stands off the head."""


def tucked(mesh: Mesh) -> Mesh:
    """The mesh with all hair that stands off the head marked as covered by hats."""
    x, _, z = (mesh.positions - SCALP_CENTER).T
    paint = mesh.paint.copy()
    paint[np.hypot(x, z) > _OFF, 3] = 1
    return replace(mesh, paint=paint)


_PIGTAIL_TIE = (0.97, 0.59, -0.26)
_UNDER_HAT = (0.91, -0.03, -0.30)
"""Where the tie of the pigtail at +x sits, and where it sits while a hat is worn: below its edge, behind the ear."""

_SHORTER = 0.58
"""Length of a pigtail under a hat, as a share: its end stays about where it is."""


def lowered(mesh: Mesh) -> Mesh:
    """The mesh of pigtails or of their ties, tied lower while a hat is worn, so that no hat covers ties and roots."""
    x, y, z = mesh.positions.T
    free = np.ones(len(x), np.float32) if mesh.material == "hair_tie" else smoothstep(0.90, 1.0, np.hypot(x, z + 0.06))
    (right, up, forward), (new_right, new_up, new_forward) = _PIGTAIL_TIE, _UNDER_HAT
    down = new_up + _SHORTER * (y - up) - y
    moved = np.stack([np.sign(x) * (new_right - right), down, np.full(len(x), new_forward - forward)], 1)
    paint = mesh.paint.copy()
    paint[free > 0.5, 3] = 0
    offsets = vector(free[:, None] * moved + (1 - free[:, None]) * hat_line.pressed(mesh.positions))
    return replace(mesh, paint=paint, morphs={**mesh.morphs, hat_line.PRESSED: Morph(offsets, np.zeros_like(offsets))})


def ponytail_tie() -> list[Tress]:
    """The tie of `ponytail`."""
    return [scrunchie(Scrunchie((0.05, 0.195, -1.01), (0.35, 0.05, -1), 0.115))]


def high_ponytail_tie() -> list[Tress]:
    """The tie of `high_ponytail`."""
    return [scrunchie(Scrunchie((0, 1.15, -0.51), (0.1, 1, -0.5), 0.125))]


def pigtail_ties() -> list[Tress]:
    """The ties of `pigtails`."""
    made = scrunchie(Scrunchie(_PIGTAIL_TIE, (1, 0.5, 0), 0.115))
    return [made, reflected_tress(made)]


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
    radii = (0.12, 0.17, 0.175, 0.17, 0.155, 0.12, 0.02)
    rope = Tail(path, radii, count=4, twist=2.0, strands=1, stagger=0.0, fray=0.0, narrow=0.8, rows=52)
    return [combed(Comb((180, 84), whole(), inward=(180, 85), seed=7)), tail(rope)]


def _pigtail(seed: int) -> list[Tress]:
    """The half at +x: parted in the middle, combed to a tie above the ear, a springy tail."""
    path = (
        (0.93, 0.56, -0.25), (1.13, 0.68, -0.26), (1.27, 0.47, -0.20), (1.28, 0.08, -0.10), (1.15, -0.32, 0.0),
        (1.12, -0.64, 0.06), (1.28, -0.88, 0.08),
    )  # fmt: skip
    return [
        combed(Comb((103, 20), half(), inward=(95, 40), clumps=16, rows=13, seed=seed)),
        tail(Tail(path, (0.10, 0.19, 0.245, 0.255, 0.22, 0.16, 0.02), rows=21, seed=seed + 1)),
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


_GATHERED = Comb(
    (180, 64),
    _upper(),
    inward=(180, 82),
    height=0.072,
    volume=0.035,
    parting=0.35,
    lip=4.5,
    neck=0.17,
    clumps=18,
    rows=13,
    seed=4,
)

_HANGING = (
    (-0.35, 1.0, 0.93, 60, 0.02),
    (-0.80, 1.0, 0.84, 52, 0.10),
    (-1.25, 1.0, 0.80, 42, 0.20),
    (-1.72, 0.92, 0.74, 36, 0.24),
)
"""Height, half width, half depth, azimuth of the lock beside the face, and how far that lies in front of the others."""


def _hanging() -> Tress:
    """Long hair under the gathered part, from beside the face around the back."""
    rows: list[tuple[Point, ...]] = [
        (at(62, 20, -0.01), at(94, 24, 0.0), at(122, 34, 0.01), at(150, 39, 0.01), at(180, 40, 0.01)),
        (at(66, 9, 0.035), at(94, 12, 0.04), at(122, 21, 0.045), at(150, 26, 0.045), at(180, 27, 0.045)),
        (at(69, 1, 0.06), at(94, 4, 0.06), at(122, 10, 0.06), at(150, 14, 0.06), at(180, 15, 0.06)),
        (at(72, -9, 0.09), at(94, -6, 0.09), at(122, -2, 0.09), at(150, 0, 0.09), at(180, 0, 0.09)),
    ]
    for y, across, deep, front, forward in _HANGING:
        places = [around(turn, y - 0.0125 * k, across, deep) for k, turn in enumerate((front, (front + 95) / 2, 98, 138, 180))]
        rows.append(tuple((x, level, z + forward * (1 - k / 4) ** 3) for k, (x, level, z) in enumerate(places)))
    whole_rows = [(*row, *mirrored_points(row[-2::-1])) for row in rows]
    cut = Cut(
        count=11, crown=0.065, under=0.06, narrow=0.52, point=0.04, stagger=0.18, sweep=0.4, rows=21, seed=8, strands=2,
        uneven=0.45, wave=0.28, waves=1.8, settle=0.35, overlap=1.5,
    )  # fmt: skip
    return locks(Sheet.through(whole_rows, _body, 0.05), cut)


def half_up() -> list[Tress]:
    """Long hair, the upper half gathered into a small knot."""
    return [
        layer(Layer(Hairline(tuple((azimuth, elevation + 6) for azimuth, elevation in TAUT.knots)), 0.03)),
        combed(_GATHERED),
        _hanging(),
        _long_framing(1, 2),
        _long_framing(-1, 5),
        bun(Bun((0, 1.24, -0.58), (0, 0.9, -0.45), 0.29, count=5, strands=2, rows=16, seed=3)),
    ]
