"""Short hair styles."""

from dataclasses import replace

import numpy as np

from core.modelling.fields import Float, smoothstep, vector
from core.modelling.toon.hair_caps import ANGULAR, AROUND_EAR, NAPE, NATURAL, Height, Layer, layer
from core.modelling.toon.hair_fields import Hairline, direction
from core.modelling.toon.hair_scalp import Point, at, mirrored_points, over
from core.modelling.toon.hair_sheets import Cut, Hero, Sheet, hero, locks
from core.modelling.toon.hair_tress import Tress

RECEDING = Hairline(
    ((0.0, 50.0), (9.0, 52.0), (26.0, 68.0), (36.0, 62.0), (48.0, 38.0), (58.0, 24.0), (65.0, 12.0), *AROUND_EAR, *NAPE)
)


def crowned(side: float, top: float, front: float = 0.0) -> Height:
    """A layer's height: thin at the sides and the back, thick on top.

    Args:
        side: Height at the sides.
        top: Height on top.
        front: Further height above the forehead.
    """

    def height(azimuth: Float, elevation: Float) -> Float:
        unit = direction(azimuth, elevation)
        on_top = smoothstep(0.92, 0.55, np.abs(unit[:, 0])) * smoothstep(0.15, 0.55, unit[:, 1])
        return vector(side + on_top * (top - side + front * smoothstep(-0.2, 0.6, unit[:, 2])))

    return height


def _row(way: float, half: float, lifts: tuple[float, ...], shift: float = 0.0) -> tuple[Point, ...]:
    """Places across the top of the head, from one side to the other.

    Args:
        way: Degrees from ahead over the crown.
        half: Degrees to each side.
        lifts: Heights above the skin from left to right.
        shift: Degrees by which the whole row lies to the right.
    """
    return tuple(over(way, aside + shift, lift) for aside, lift in zip(np.linspace(-half, half, len(lifts)), lifts, strict=True))


def sides(cut: Cut, lift: float = 0.06, low: float = 0.03, *, top: float = 44.0) -> list[Tress]:
    """Hair combed down and back at both sides, around the ears, and down at the back."""
    rows = (
        (at(52, top - 8, -0.01), at(75, top + 4, 0.0), at(105, top + 6, 0.0), at(140, top + 6, 0.0)),
        (at(60, 22, lift), at(84, 22, lift), at(112, 18, lift), at(150, 16, lift)),
        (at(68, 4, 0.7 * lift), at(92, 8, lift), at(116, -2, lift), at(158, -6, lift)),
        (at(75, -12, low), at(102, 4, low), at(122, -26, low), at(166, -30, low)),
    )
    right = Sheet.through(rows)
    left = Sheet.through([mirrored_points(row) for row in rows])
    back = Sheet.through(
        (
            (at(140, top + 6, 0.0), at(180, top + 10, 0.0), at(220, top + 6, 0.0)),
            (at(144, 14, lift), at(180, 14, lift + 0.02), at(216, 14, lift)),
            (at(148, -8, lift), at(180, -10, lift), at(212, -8, lift)),
            (at(146, -36, low), at(180, -42, low), at(214, -36, low)),
        )
    )
    return [locks(right, cut), locks(left, replace(cut, seed=cut.seed + 3)), locks(back, replace(cut, seed=cut.seed + 5))]


SIDES = Cut(
    count=6, crown=0.03, under=0.04, strands=3, narrow=0.6, point=0.08, stagger=0.12, sweep=0.4, rows=10, seed=2, lift=0.01
)


def buzz() -> list[Tress]:
    """A thin even layer with a shaped hairline."""
    return [layer(Layer(ANGULAR, 0.028, 4.0, ragged=0.0, columns=144, rows=16))]


def crew_cut() -> list[Tress]:
    """Short sides, a brushed-up top."""
    pieces = [layer(Layer(ANGULAR, crowned(0.03, 0.08), 7.0, groove=0.008))]
    tuft = Cut(count=6, crown=0.06, under=0.1, strands=2, narrow=0.5, point=0.12, stagger=0.15, sweep=0.5, rows=10, lift=0.03)
    tiers = ((128, 30, 0.10), (106, 34, 0.13), (86, 36, 0.15), (68, 36, 0.17), (54, 34, 0.19))
    for index, (way, half, lift) in enumerate(tiers):
        rows = (
            _row(way + 16, half, (0.0, 0.03, 0.0)),
            _row(way + 6, half, (0.6 * lift, lift, 0.6 * lift), 1),
            _row(way - 5, half, (0.75 * lift, 1.2 * lift, 0.8 * lift), 3),
            _row(way - 12, half, (0.9 * lift, 1.5 * lift, lift), 6),
        )
        pieces.append(locks(Sheet.through(rows), replace(tuft, seed=index + 1)))
    return pieces


def short_textured() -> list[Tress]:
    """Tousled short locks, falling forward."""
    pieces = [layer(Layer(NATURAL, crowned(0.05, 0.10), 8.0)), *sides(replace(SIDES, crown=0.045, sweep=0.8), 0.09)]
    look = Cut(
        count=6, crown=0.075, under=0.12, strands=2, narrow=0.4, point=0.05, stagger=0.25, sweep=1.0, sway=0.4, rows=13, lift=0.06
    )
    tiers = (
        (150, 120, 34, 0.12, 0.12),
        (128, 90, 40, 0.17, 0.16),
        (104, 66, 44, 0.20, 0.18),
        (80, 40, 46, 0.23, 0.17),
        (62, 26, 40, 0.20, 0.12),
    )
    for index, (start, end, half, high, tip) in enumerate(tiers):
        middle = (start + end) / 2
        rows = (
            _row(start, half, (0.0, 0.06, 0.06, 0.0)),
            _row((start + middle) / 2, half, (0.7 * high, high, high, 0.7 * high), 3),
            _row(middle - 2, half + 2, (0.8 * high, 1.1 * high, 1.15 * high, 0.8 * high), 6),
            _row(end, half + 3, (0.7 * tip, tip, tip, 0.7 * tip), 10),
        )
        pieces.append(locks(Sheet.through(rows), replace(look, seed=index + 21)))
    return pieces


def quiff() -> list[Tress]:
    """Short sides, a tall front rolled up and back."""
    rows = (
        _row(40, 34, (-0.02, -0.02, -0.02, -0.02, -0.02)),
        _row(46, 37, (0.10, 0.16, 0.19, 0.21, 0.13)),
        _row(60, 38, (0.19, 0.32, 0.40, 0.43, 0.29)),
        _row(84, 39, (0.17, 0.27, 0.34, 0.36, 0.25), 2),
        _row(118, 38, (0.10, 0.14, 0.17, 0.17, 0.12), 2),
        _row(158, 34, (0.04, 0.06, 0.07, 0.06, 0.04), 2),
    )
    cut = Cut(
        count=7, crown=0.085, under=0.25, groove=0.3, narrow=0.68, overlap=1.3, lift=0.05, tilt=0.03, sweep=0.5, rise=0.1, rows=20
    )
    return [layer(Layer(ANGULAR, 0.05, 6.0)), *sides(SIDES, 0.055), locks(Sheet.through(rows), cut)]


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
    pieces = [layer(Layer(NATURAL, 0.05)), *sides(replace(SIDES, crown=0.035), 0.06)]
    pieces += [
        locks(Sheet.through(across), over_cut),
        locks(Sheet.through(down), replace(over_cut, count=5, crown=0.045, seed=9, rows=14)),
    ]
    return pieces


def slicked_back() -> list[Tress]:
    """Combed straight back, close to the head, longer at the nape."""
    rows = (
        (at(-66, 12, -0.015), at(-50, 26, -0.015), over(40, -26, -0.015), over(39, 0, -0.015), over(40, 26, -0.015), at(50, 26, -0.015), at(66, 12, -0.015)),
        (at(-76, 22, 0.06), at(-66, 38, 0.08), over(60, -28, 0.12), over(59, 0, 0.15), over(60, 28, 0.12), at(66, 38, 0.08), at(76, 22, 0.06)),
        (at(-100, 22, 0.08), at(-108, 44, 0.10), over(100, -24, 0.12), over(100, 0, 0.14), over(100, 24, 0.12), at(108, 44, 0.10), at(100, 22, 0.08)),
        (at(-126, 4, 0.08), at(-140, 18, 0.10), over(148, -18, 0.11), over(148, 0, 0.12), over(148, 18, 0.11), at(140, 18, 0.10), at(126, 4, 0.08)),
        (at(-138, -30, 0.05), at(-152, -34, 0.07), at(-166, -37, 0.08), at(180, -38, 0.08), at(166, -37, 0.08), at(152, -34, 0.07), at(138, -30, 0.05)),
    )  # fmt: skip
    cut = Cut(
        count=13, crown=0.035, under=0.05, strands=3, groove=0.35, narrow=0.72, point=0.1, stagger=0.08, sweep=0.3, sway=0.15,
        rows=22, seed=5, rise=0.06, uneven=0.35, lift=0.015,
    )  # fmt: skip
    return [layer(Layer(ANGULAR, 0.045, 6.0, upward=True)), *sides(SIDES, 0.05)[:2], locks(Sheet.through(rows), cut)]


def receding() -> list[Tress]:
    """Thin hair combed back from a high hairline."""
    rows = (
        (over(50, -12, -0.01), over(49, 0, -0.01), over(50, 12, -0.01)),
        (over(68, -16, 0.06), over(66, 0, 0.08), over(68, 16, 0.06)),
        (over(100, -24, 0.05), over(100, 0, 0.06), over(100, 24, 0.05)),
        (over(140, -26, 0.04), over(140, 0, 0.05), over(140, 26, 0.04)),
    )
    cut = Cut(count=5, crown=0.035, under=0.04, narrow=0.6, point=0.08, stagger=0.15, sweep=0.5, rows=12, seed=3)
    thin = Layer(RECEDING, crowned(0.045, 0.025), 7.0, groove=0.008)
    return [layer(thin), *sides(replace(SIDES, crown=0.04), 0.085, 0.04, top=36.0), locks(Sheet.through(rows), cut)]


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
    return [layer(Layer(ANGULAR, 0.016, 4.0, ragged=0.0)), locks(Sheet.through(top), cut)]


def fringe() -> list[Tress]:
    """Short, brushed forward over the forehead."""
    forward = (
        _row(128, 30, (0.0, 0.05, 0.05, 0.0)),
        _row(98, 40, (0.11, 0.15, 0.15, 0.11)),
        _row(64, 48, (0.12, 0.18, 0.18, 0.12)),
        (at(-58, 30, 0.10), at(-20, 36, 0.15), at(20, 36, 0.15), at(58, 30, 0.10)),
        (at(-60, 14, 0.06), at(-20, 17, 0.09), at(20, 17, 0.09), at(60, 14, 0.06)),
    )
    cut = Cut(
        count=8, crown=0.06, under=0.12, narrow=0.66, point=0.08, stagger=0.10, sweep=0.5, sway=0.2, rows=18, seed=8, overlap=1.3
    )
    return [layer(Layer(NATURAL, 0.05)), *sides(replace(SIDES, crown=0.04), 0.08), locks(Sheet.through(forward), cut)]


def bowl() -> list[Tress]:
    """One even length all around, cut straight."""
    pieces = [layer(Layer(NATURAL, 0.03))]
    cut = Cut(
        count=8,
        crown=0.04,
        under=0.07,
        narrow=0.93,
        point=0.85,
        stagger=0.0,
        sweep=0.0,
        sway=0.08,
        rows=18,
        lift=0.008,
        tilt=0.012,
        seed=3,
        groove=0.35,
    )
    for side in (1, -1):
        rows = (
            (over(80, 0, 0.10), over(86, 3, 0.10), over(92, 5, 0.10), over(98, 3, 0.10), over(102, 0, 0.10)),
            (at(-2, 56, 0.19), at(50, 58, 0.20), at(90, 58, 0.20), at(135, 58, 0.20), at(182, 58, 0.19)),
            (at(-2, 34, 0.17), at(46, 30, 0.18), at(90, 28, 0.19), at(135, 26, 0.19), at(183, 26, 0.19)),
            (at(-2, 20, 0.13), at(46, 16, 0.13), at(90, 7, 0.16), at(135, -4, 0.16), at(183, -6, 0.16)),
            (at(-2, 15, 0.10), at(46, 11, 0.10), at(90, 1, 0.14), at(135, -11, 0.13), at(183, -14, 0.13)),
        )
        pieces.append(
            locks(Sheet.through(rows if side > 0 else [mirrored_points(row) for row in rows]), replace(cut, seed=3 + side))
        )
    return pieces


def pixie() -> list[Tress]:
    """Short with pointed sides and a fringe swept to one side."""
    swept = (
        (over(62, -34, 0.02), over(84, -34, 0.04), over(106, -30, 0.04), over(126, -20, 0.04)),
        (over(50, -16, 0.18), over(70, -10, 0.24), over(96, -8, 0.25), over(128, -6, 0.20)),
        (at(8, 38, 0.19), over(62, 18, 0.25), over(94, 20, 0.24), over(132, 14, 0.18)),
        (at(34, 24, 0.13), at(52, 28, 0.18), at(90, 30, 0.18), at(148, 22, 0.15)),
        (at(50, 8, 0.06), at(64, 2, 0.09), at(84, -2, 0.10), at(150, -6, 0.08)),
    )
    cut = Cut(
        count=7,
        crown=0.07,
        under=0.12,
        narrow=0.5,
        point=0.04,
        stagger=0.12,
        sweep=0.5,
        sway=0.3,
        rows=18,
        seed=12,
        overlap=1.35,
        lift=0.04,
    )
    pointed = replace(SIDES, count=6, crown=0.05, narrow=0.45, point=0.03, stagger=0.2, sweep=0.7, rows=12)
    cheek = Hero(((-0.60, 0.72, 0.42), (-0.80, 0.42, 0.40), (-0.86, 0.10, 0.36), (-0.80, -0.16, 0.40)), width=0.15, seed=4)
    return [layer(Layer(NATURAL, 0.06)), *sides(pointed, 0.12, 0.05), locks(Sheet.through(swept), cut), hero(cheek)]


def mohawk() -> list[Tress]:
    """A fan of spikes from the forehead to the nape."""
    pieces = [layer(Layer(ANGULAR, 0.016, 4.0, ragged=0.0))]
    rng = np.random.default_rng(8)
    for index, way in enumerate(np.linspace(44, 196, 11)):
        reach = 0.34 + 0.36 * np.sin(np.pi * (0.12 + 0.62 * index / 10)) + rng.uniform(-0.03, 0.03)
        for aside in (-1, 0, 1):
            lean = aside * 13.0 + rng.uniform(-3, 3)
            share = 1.0 if aside == 0 else 0.8
            back = 10 + 0.04 * way
            path = (
                over(way, aside * 5.0, -0.03),
                over(way - 2, aside * 6.5, 0.3 * reach * share),
                over(way, 0.8 * lean, 0.65 * reach * share),
                over(way + back, lean, reach * share),
            )
            pieces.append(
                hero(
                    Hero(
                        path,
                        width=0.17,
                        crown=0.08,
                        under=0.07,
                        belly=0.3,
                        root=0.7,
                        away=(-6.0 if aside >= 0 else 6.0, 0.4, 0.0),
                        rows=11,
                        seed=index * 3 + aside + 1,
                        shade=float(rng.uniform(0.3, 0.75)),
                    )
                )
            )
    return pieces
