"""Short hair styles."""

from dataclasses import replace

import numpy as np

from core.modelling.toon.hair_caps import ANGULAR, NATURAL, Layer, layer
from core.modelling.toon.hair_scalp import Point, at, mirrored_points, over
from core.modelling.toon.hair_sheets import Cut, Hero, Sheet, hero, locks
from core.modelling.toon.hair_stubble import Nap, clipped
from core.modelling.toon.hair_tress import Tress


def _row(way: float, half: float, lifts: tuple[float, ...], shift: float = 0.0) -> tuple[Point, ...]:
    """Places across the top of the head, from one side to the other.

    Args:
        way: Degrees from ahead over the crown.
        half: Degrees to each side.
        lifts: Heights above the skin from left to right.
        shift: Degrees by which the whole row lies to the right.
    """
    return tuple(over(way, aside + shift, lift) for aside, lift in zip(np.linspace(-half, half, len(lifts)), lifts, strict=True))


def sides(cut: Cut, lift: float = 0.06, low: float = 0.03, *, top: float = 46.0) -> list[Tress]:
    """Hair combed down and back at both sides, around the ears, and down at the back.

    Args:
        cut: How it is cut into locks.
        lift: Height above the skin.
        low: Height at the lower ends.
        top: Elevation from which the hair at the back comes.
    """
    crown = 0.0 if top < 55 else 0.8 * lift
    rows = (
        (at(52, 36, -0.01), at(74, min(top, 50), 0.5 * crown), at(105, top, crown), at(142, top + 4, crown)),
        (at(60, 22, lift), at(84, 24, lift), at(112, 20, lift), at(150, 18, lift)),
        (at(68, 4, 0.7 * lift), at(92, 9, lift), at(116, -2, lift), at(158, -6, lift)),
        (at(75, -12, low), at(102, 4, low), at(122, -26, low), at(166, -30, low)),
    )
    right = Sheet.through(rows)
    left = Sheet.through([mirrored_points(row) for row in rows])
    back = Sheet.through(
        (
            (at(136, top + 4, crown), at(180, top + 8, crown), at(224, top + 4, crown)),
            (at(144, 14, lift), at(180, 14, lift + 0.02), at(216, 14, lift)),
            (at(148, -8, lift), at(180, -10, lift), at(212, -8, lift)),
            (at(146, -36, low), at(180, -42, low), at(214, -36, low)),
        )
    )
    return [locks(right, cut), locks(left, replace(cut, seed=cut.seed + 3)), locks(back, replace(cut, seed=cut.seed + 5))]


def tuft(way: float, aside: float, turn: float, reach: float, high: float, seed: int = 1) -> Tress:
    """A short tousled lock.

    Args:
        way: Degrees of its root from ahead over the crown.
        aside: Degrees of its root to +x.
        turn: Where it points: 0 is forward, 90 to +x.
        reach: Degrees from root to tip.
        high: Height above the skin of its middle.
        seed: Of its fine strands and shade.
    """
    step = np.array([-np.cos(np.radians(turn)), np.sin(np.radians(turn)) * 1.1]) * reach
    bend = np.array([step[1], -step[0]]) * (0.25 if seed % 2 else -0.25)
    path = tuple(
        over(way + share * step[0] + curve * bend[0], aside + share * step[1] + curve * bend[1], lift)
        for share, curve, lift in ((0, 0, 0.3 * high), (0.3, 0.6, 0.85 * high), (0.65, 0.8, 0.95 * high), (1.0, 0.1, 1.0 * high))
    )
    shade = 0.35 + 0.35 * ((seed * 0.618) % 1)
    return hero(Hero(path, width=0.15, crown=0.05, under=0.07, belly=0.35, root=0.6, rows=13, ridge=0.2, seed=seed, shade=shade))


SIDES = Cut(
    count=6, crown=0.03, under=0.04, strands=3, narrow=0.6, point=0.08, stagger=0.12, sweep=0.4, rows=10, seed=2, lift=0.01
)


def _shaved() -> list[Tress]:
    """Hair clipped to almost nothing."""
    return [clipped(Nap(ANGULAR, count=1000, height=0.013))]


def buzz() -> list[Tress]:
    """A thin even nap with a shaped hairline."""
    return [clipped(Nap(ANGULAR, height=0.018))]


def crew_cut() -> list[Tress]:
    """Clipped sides under a short flat top, brushed up at the front."""
    front = (
        _row(38.5, 39, (-0.02, -0.02, -0.02, -0.02, -0.02)),
        _row(42, 41, (0.045, 0.06, 0.065, 0.06, 0.045)),
        _row(49, 42, (0.065, 0.10, 0.105, 0.105, 0.07), 1),
        _row(66, 42, (0.065, 0.105, 0.105, 0.11, 0.07), 4),
        _row(90, 40, (0.055, 0.085, 0.09, 0.09, 0.06), 8),
    )
    behind = (
        _row(56, 42, (0.02, 0.05, 0.05, 0.02)),
        _row(84, 42, (0.05, 0.085, 0.085, 0.05)),
        _row(120, 39, (0.045, 0.065, 0.065, 0.045), 3),
        _row(148, 34, (0.02, 0.035, 0.035, 0.02), 5),
    )
    cut = Cut(
        count=14, crown=0.028, under=0.10, strands=1, narrow=0.3, point=0.03, stagger=0.35, sweep=1.0, sway=0.5, rows=13,
        overlap=1.5, rise=0.06, lift=0.02, uneven=0.5, ridge=0.3,
    )  # fmt: skip
    return [
        clipped(Nap(ANGULAR, count=700, height=0.03, columns=100)),
        locks(Sheet.through(behind), replace(cut, count=10, rows=11, seed=3)),
        locks(Sheet.through(front), cut),
    ]


_TUFTS = (
    (134, -16, 215, 34, 0.14), (130, 20, 140, 34, 0.14), (112, -36, 245, 34, 0.14), (108, 40, 110, 34, 0.14),
    (112, 2, 40, 36, 0.18), (92, -20, -35, 38, 0.19), (92, 24, 55, 38, 0.20), (86, -44, -80, 32, 0.14), (82, 46, 75, 34, 0.14),
    (80, 2, 20, 38, 0.22), (68, -26, -20, 34, 0.19), (66, 24, 50, 36, 0.20), (58, 2, 30, 32, 0.21),
)  # fmt: skip


def short_textured() -> list[Tress]:
    """Tousled short locks, falling forward."""
    top = (
        _row(128, 32, (0.0, 0.06, 0.06, 0.0)),
        _row(100, 44, (0.10, 0.15, 0.15, 0.10)),
        _row(66, 46, (0.10, 0.17, 0.17, 0.10), 3),
        _row(44, 46, (0.09, 0.15, 0.16, 0.09), 8),
        _row(31, 44, (0.06, 0.09, 0.10, 0.06), 12),
    )
    cut = Cut(
        count=8,
        crown=0.07,
        under=0.12,
        strands=2,
        narrow=0.5,
        point=0.05,
        stagger=0.2,
        sweep=1.0,
        sway=0.5,
        rows=15,
        lift=0.04,
        seed=21,
    )
    pieces = [
        layer(Layer(NATURAL, 0.04, upward=False)),
        *sides(replace(SIDES, crown=0.045, sweep=0.8, strands=2), 0.085, top=60.0),
    ]
    tufts = [tuft(*spot, index + 1) for index, spot in enumerate(_TUFTS)]
    return [*pieces, locks(Sheet.through(top), cut), *tufts]


def quiff() -> list[Tress]:
    """Short sides, a tall front rolled up and back."""
    rows = (
        _row(40, 34, (-0.02, -0.02, -0.02, -0.02, -0.02)),
        _row(46, 37, (0.08, 0.12, 0.15, 0.16, 0.10)),
        _row(60, 38, (0.14, 0.23, 0.29, 0.32, 0.21)),
        _row(84, 39, (0.13, 0.20, 0.25, 0.27, 0.19), 2),
        _row(118, 38, (0.08, 0.12, 0.14, 0.14, 0.10), 2),
        _row(158, 34, (0.04, 0.06, 0.07, 0.06, 0.04), 2),
    )
    cut = Cut(
        count=7, crown=0.085, under=0.25, groove=0.3, narrow=0.68, overlap=1.3, lift=0.05, tilt=0.03, sweep=0.5, rise=0.1, rows=20
    )
    return [layer(Layer(ANGULAR, 0.035, 6.0, upward=False)), *sides(SIDES, 0.06), locks(Sheet.through(rows), cut)]


def side_part() -> list[Tress]:
    """Parted on one side and combed over."""
    root = (over(41, -30, -0.01), over(60, -31, 0.02), over(84, -31, 0.03), over(112, -28, 0.03), over(140, -18, 0.02))
    across = (
        root,
        (over(45, -14, 0.17), over(62, -10, 0.21), over(86, -8, 0.21), over(114, -6, 0.18), over(146, -4, 0.13)),
        (over(46, 12, 0.19), over(63, 16, 0.22), over(88, 18, 0.21), over(118, 16, 0.17), over(156, 10, 0.11)),
        (at(46, 30, 0.10), at(64, 34, 0.15), at(92, 34, 0.15), at(126, 30, 0.13), at(164, 16, 0.09)),
        (at(62, 14, 0.04), at(77, 12, 0.07), at(98, 12, 0.07), at(128, 2, 0.06), at(166, -8, 0.06)),
    )
    down = (
        root,
        (at(-44, 36, 0.05), at(-66, 46, 0.10), at(-96, 48, 0.10), at(-132, 46, 0.11), at(-166, 44, 0.10)),
        (at(-58, 18, 0.05), at(-76, 18, 0.08), at(-102, 16, 0.08), at(-134, 10, 0.09), at(-168, 12, 0.09)),
        (at(-72, -8, 0.03), at(-86, 5, 0.05), at(-106, -4, 0.05), at(-136, -10, 0.06), at(-170, -10, 0.06)),
    )
    over_cut = Cut(
        count=7,
        crown=0.06,
        under=0.14,
        narrow=0.66,
        point=0.06,
        stagger=0.10,
        sweep=0.4,
        sway=0.25,
        rows=18,
        seed=4,
        overlap=1.3,
        rise=0.08,
    )
    pieces = [layer(Layer(NATURAL, 0.04, upward=False)), *sides(replace(SIDES, crown=0.035), 0.06, top=56.0)]
    pieces += [
        locks(Sheet.through(across), over_cut),
        locks(Sheet.through(down), replace(over_cut, count=5, crown=0.045, seed=9, rows=14)),
    ]
    return pieces


def symmetric(*half: Point) -> tuple[Point, ...]:
    """A row across the head from its right half, the middle first."""
    return (*mirrored_points(half[:0:-1]), *half)


def slicked_back() -> list[Tress]:
    """Combed straight back, close to the head, longer at the nape."""
    rows = (
        symmetric(over(36.5, 0, -0.02), over(37.5, 26, -0.02), at(49, 24, -0.02), at(68, 4, -0.02)),
        symmetric(over(55, 0, 0.16), over(57, 28, 0.13), at(64, 34, 0.08), at(77, 9, 0.03)),
        symmetric(over(96, 0, 0.14), over(98, 24, 0.13), at(106, 40, 0.10), at(97, 9, 0.04)),
        symmetric(over(142, 0, 0.12), over(142, 18, 0.12), at(136, 18, 0.10), at(114, -6, 0.04)),
        symmetric(over(180, 0, 0.12), over(180, 14, 0.11), at(150, -10, 0.09), at(126, -24, 0.035)),
        symmetric(at(180, -46, 0.06), at(167, -45, 0.06), at(154, -43, 0.05), at(136, -39, 0.03)),
    )
    cut = Cut(
        count=12, crown=0.03, under=0.06, strands=3, groove=0.4, narrow=0.84, point=0.10, stagger=0.06, sweep=0.25, sway=0.15,
        rows=23, seed=5, rise=0.05, uneven=0.4, lift=0.012, root=1.0, overlap=1.3, tilt=0.012,
    )  # fmt: skip
    return [layer(Layer(ANGULAR, 0.04, 7.0, upward=True, groove=0.012, strands=40)), locks(Sheet.through(rows), cut)]


def undercut() -> list[Tress]:
    """Shaved sides under a long top swept over to one side."""
    top = (
        (over(41, -36, -0.01), over(62, -42, 0.0), over(90, -44, 0.0), over(120, -40, 0.0), over(146, -30, 0.0)),
        (over(44, -20, 0.18), over(62, -22, 0.24), over(90, -22, 0.22), over(122, -20, 0.17), over(152, -16, 0.11)),
        (over(44, 6, 0.25), over(60, 8, 0.30), over(90, 8, 0.26), over(124, 6, 0.19), over(158, 2, 0.12)),
        (at(40, 34, 0.24), at(58, 40, 0.27), at(96, 44, 0.23), at(134, 38, 0.17), at(172, 26, 0.10)),
        (at(56, 14, 0.15), at(68, 16, 0.19), at(98, 20, 0.16), at(138, 16, 0.12), at(178, 8, 0.07)),
        (at(64, -6, 0.07), at(76, -2, 0.13), at(102, 6, 0.11), at(142, 2, 0.08), at(182, -4, 0.05)),
    )
    cut = Cut(
        count=7,
        crown=0.075,
        under=0.14,
        narrow=0.55,
        point=0.05,
        stagger=0.14,
        sweep=0.6,
        sway=0.3,
        rows=20,
        seed=7,
        overlap=1.35,
        rise=0.08,
        lift=0.05,
    )
    return [*_shaved(), locks(Sheet.through(top), cut)]


def fringe() -> list[Tress]:
    """Short, brushed forward over the forehead."""
    forward = (
        _row(122, 24, (0.08, 0.10, 0.10, 0.08)),
        _row(98, 40, (0.12, 0.16, 0.16, 0.12)),
        _row(64, 48, (0.12, 0.18, 0.18, 0.12)),
        (at(-58, 30, 0.09), at(-20, 36, 0.15), at(20, 36, 0.15), at(58, 30, 0.09)),
        (at(-60, 12, 0.05), at(-20, 15, 0.08), at(20, 17, 0.08), at(60, 14, 0.05)),
    )
    cut = Cut(
        count=7, crown=0.065, under=0.12, narrow=0.6, point=0.06, stagger=0.14, sweep=0.7, sway=0.3, rows=18, seed=8, overlap=1.35
    )
    return [
        layer(Layer(NATURAL, 0.04, upward=False)),
        *sides(replace(SIDES, crown=0.04), 0.08, top=62.0),
        locks(Sheet.through(forward), cut),
    ]


def bowl() -> list[Tress]:
    """One even length all around, cut straight."""
    pieces = [layer(Layer(NATURAL, 0.03))]
    cut = Cut(
        count=7, crown=0.035, under=0.08, strands=4, narrow=0.94, point=0.9, stagger=0.0, sweep=0.0, sway=0.08, rows=19,
        lift=0.006, tilt=0.008, groove=0.35,
    )  # fmt: skip
    for side in (1, -1):
        rows = (
            (over(90, -5, 0.10), over(97, -7, 0.10), over(103, -7, 0.10), over(109, -7, 0.10), over(116, -5, 0.10)),
            (at(-2, 60, 0.17), at(50, 60, 0.16), at(90, 60, 0.15), at(135, 60, 0.16), at(182, 60, 0.16)),
            (at(-2, 38, 0.17), at(46, 33, 0.16), at(90, 30, 0.16), at(135, 28, 0.17), at(183, 28, 0.18)),
            (at(-2, 21, 0.13), at(46, 15, 0.12), at(90, 4, 0.15), at(135, -6, 0.15), at(183, -9, 0.15)),
            (at(-2, 13, 0.07), at(46, 7, 0.06), at(90, -8, 0.09), at(135, -20, 0.08), at(183, -23, 0.08)),
        )
        pieces.append(
            locks(Sheet.through(rows if side > 0 else [mirrored_points(row) for row in rows]), replace(cut, seed=3 + side))
        )
    return pieces


def pixie() -> list[Tress]:
    """Short with pointed sides and a fringe swept to one side."""
    swept = (
        (over(56, -36, 0.04), over(80, -38, 0.08), over(104, -32, 0.10), over(124, -20, 0.12)),
        (over(44, -22, 0.17), over(66, -14, 0.24), over(96, -10, 0.26), over(128, -8, 0.22)),
        (at(-2, 30, 0.15), over(56, 14, 0.25), over(94, 18, 0.26), over(132, 14, 0.21)),
        (at(22, 18, 0.10), at(42, 26, 0.17), at(90, 32, 0.20), at(148, 26, 0.17)),
        (at(44, 5, 0.05), at(62, -4, 0.08), at(84, -4, 0.11), at(150, -6, 0.10)),
    )
    cut = Cut(
        count=6, crown=0.075, under=0.14, narrow=0.45, point=0.04, stagger=0.10, sweep=0.4, sway=0.3, rows=20, seed=12,
        overlap=1.4, lift=0.04,
    )  # fmt: skip
    pointed = replace(SIDES, count=6, crown=0.05, narrow=0.4, point=0.03, stagger=0.2, sweep=0.8, rows=12)
    cheeks = [
        Hero(((-0.62, 0.72, 0.42), (-0.84, 0.42, 0.40), (-0.88, 0.10, 0.38), (-0.79, -0.20, 0.42)), width=0.15, seed=4),
        Hero(((0.80, 0.42, 0.36), (0.91, 0.20, 0.34), (0.90, -0.02, 0.33), (0.80, -0.24, 0.38)), width=0.12, seed=5),
    ]
    napes = [
        Hero(
            (at(turn, -8, 0.05), at(turn, -28, 0.05), at(turn + 3, -42, 0.03), at(turn + 5, -52, 0.05)),
            width=0.13,
            seed=index + 6,
        )
        for index, turn in enumerate((146, 166, 186, 206))
    ]
    return [
        layer(Layer(NATURAL, 0.055, upward=False)),
        *sides(pointed, 0.12, 0.05, top=62.0),
        locks(Sheet.through(swept), cut),
        *map(hero, [*cheeks, *napes]),
    ]


def mohawk() -> list[Tress]:
    """A fan of spikes from the forehead to the nape."""
    pieces = [*_shaved()]
    ways = np.linspace(46, 208, 9)
    swell = np.sin(np.pi * np.linspace(0.26, 0.9, 9)) ** 0.7
    cut = Cut(
        count=10, crown=0.10, under=0.10, strands=2, groove=0.3, narrow=0.2, point=0.02, spike=0.75, stagger=0.14, sweep=0.6,
        rows=13, overlap=1.5, lift=0.02, tilt=0.02, rise=0.02, uneven=0.35, ridge=0.3, inner=0.9,
    )  # fmt: skip
    for index, lean in enumerate((-15, 15, -5, 5, 0)):
        front = Hero(
            (
                over(41 + abs(lean) / 3, 0.4 * lean, -0.03), over(43, 0.8 * lean, 0.24), over(48, 1.25 * lean, 0.50),
                over(55, 1.6 * lean, 0.80 - 0.008 * abs(lean)),
            ),
            width=0.13, crown=0.07, under=0.08, belly=0.35, away=(0.0, 0.8, -1.0), rows=14, seed=index + 2,
            shade=0.4 + 0.05 * index,
        )  # fmt: skip
        pieces.append(hero(front))
    for index, (foot, lean, share) in enumerate(((-6, -18, 0.92), (6, 18, 0.92), (0, 0, 1.12))):
        rows = [
            [over(way, foot, -0.03) for way in ways],
            [over(way + 1, foot + 0.25 * lean, 0.25 * share * top) for way, top in zip(ways, swell, strict=True)],
            [over(way + 4, foot + 0.5 * lean, 0.48 * share * top) for way, top in zip(ways, swell, strict=True)],
            [over(way + 12, foot + 0.6 * lean, 0.74 * share * top) for way, top in zip(ways, swell, strict=True)],
        ]
        pieces.append(locks(Sheet.through(rows), replace(cut, seed=index + 2)))
    return pieces
