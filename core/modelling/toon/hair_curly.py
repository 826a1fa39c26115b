"""Curly and coily hair styles, locs, twists, braids close to the scalp."""

from collections.abc import Iterator

import numpy as np

from core.modelling.fields import Float, smoothstep, vector
from core.modelling.toon.hair_fields import Cap, Hairline, Piece, ball, direction, on_scalp
from core.modelling.toon.hair_locks import Curtain, Shape, braid, lock
from core.modelling.toon.hair_short import ANGULAR, NATURAL, crowned


def spots(count: int, hairline: Hairline, margin: float, low: float = -45.0) -> Iterator[tuple[float, float]]:
    """Evenly spread (azimuth, elevation) places at least `margin` degrees inside a hairline."""
    heights = np.linspace(1, np.sin(np.radians(low)), count)
    for index, height in enumerate(heights):
        azimuth, elevation = (index * 137.508) % 360 - 180, float(np.degrees(np.arcsin(height)))
        if elevation > hairline.elevation(vector([azimuth]))[0] + margin:
            yield azimuth, elevation


def coils(count: int, cap: Cap, size: float, *, low: float = -40.0, relief: float = 0.35) -> list[Piece]:
    """Small round bumps over a cap: coily hair.

    Args:
        count: How many over the whole head.
        cap: What they sit on.
        size: Their radius.
        low: Lowest elevation in degrees.
        relief: Share of the radius that stands out.
    """
    rng = np.random.default_rng(3)
    made = []
    for azimuth, elevation in spots(count, cap.hairline, 2.0, low):
        radius = size * rng.uniform(0.85, 1.15)
        turned = azimuth + rng.uniform(-3, 3)
        ground = float(cap.height(vector([turned]), vector([elevation]))[0])
        place = on_scalp(turned, elevation, ground - radius * (1 - 2 * relief) + rng.uniform(-0.012, 0.012))
        made.append(ball(place, radius, float(rng.uniform(0.1, 0.9)), 0.035))
    return made


def nape_backing(bottom: float) -> list[Piece]:
    """A mass behind the neck, so that nothing shows through between locks."""
    middle = (bottom - 0.1) / 2
    return [ball((0, middle, -0.55), (0.62, (0.1 - bottom) / 2 + 0.05, 0.34), 0.2, 0.08)]


def ringlets(count: int, hairline: Hairline, height: float, size: float, *, low: float = -40.0, seed: int = 5) -> list[Piece]:
    """Short fat spirals all over: curly hair."""
    rng = np.random.default_rng(seed)
    made = []
    for azimuth, elevation in spots(count, hairline, 6.0, low):
        center = on_scalp(azimuth, elevation, height)
        out = direction(azimuth, elevation + 15)
        first = np.cross(out, rng.normal(size=3))
        first /= np.linalg.norm(first)
        second = np.cross(out, first)
        turn = np.linspace(0, 3.2 * np.pi, 9) + rng.uniform(0, 6)
        wide = size * np.linspace(0.9, 0.1, 9)[:, None]
        path = (
            center
            + wide * (np.cos(turn)[:, None] * first + np.sin(turn)[:, None] * second)
            + np.linspace(-0.4, 0.55, 9)[:, None] * size * out
        )
        look = Shape(width=size * 0.48, depth=size * 0.48, root=0.9, tip=0.8, belly=0.5, blend=0.03)
        made.append(lock(path, look, float(rng.uniform(0.1, 0.9)), vector(center)))
    return made


def short_afro() -> list[Piece]:
    """A round layer of small coils."""
    cap = Cap(NATURAL, 0.16, 14.0)
    return [cap.piece(), *coils(330, cap, 0.082)]


def large_afro() -> list[Piece]:
    """A great round cloud of coils."""

    def height(azimuth: Float, elevation: Float) -> Float:
        return vector(0.47 - 0.12 * smoothstep(-10, -50, elevation) - 0.05 * smoothstep(60, 0, np.abs(azimuth)))

    line = Hairline(((0, 36), (30, 35), (46, 28), (60, 12), (72, -8), (90, -16), (110, -34), (180, -48)))
    cap = Cap(line, height, 26.0)
    return [cap.piece(), *coils(420, cap, 0.105, low=-42, relief=0.33)]


def curly_top() -> list[Piece]:
    """Faded sides, a crown of curls that falls on the forehead."""
    line = Hairline(((0, 30), (30, 30), (45, 38), (60, 44), (90, 46), (130, 40), (180, 26)))
    return [Cap(ANGULAR, 0.022, 5.0).piece(), Cap(line, 0.13, 10.0).piece(), *ringlets(85, line, 0.17, 0.155, low=8)]


def twists() -> list[Piece]:
    """Short two-strand twists."""
    rng = np.random.default_rng(12)
    pieces = [Cap(NATURAL, 0.07).piece()]
    for azimuth, elevation in spots(120, NATURAL, 5.0, -38):
        top = smoothstep(0, 60, np.array([elevation]))[0]
        root, out = on_scalp(azimuth, elevation, 0.0), direction(azimuth, elevation)
        droop = np.array([0, -0.16 + 0.06 * top, 0.0]) + rng.normal(size=3) * 0.03
        path = [root, root + out * 0.13, root + out * 0.21 + droop * 0.4, root + out * 0.23 + droop * 1.2]
        look = Shape(width=0.068, depth=0.068, root=0.9, tip=0.6, belly=0.4, blend=0.01, curl=0.026, coils=2.2)
        pieces.append(lock(path, look, float(rng.uniform(0.1, 0.9))))
    return pieces


def cornrows() -> list[Piece]:
    """Braids close to the scalp from the forehead to the nape, and their ends."""

    def height(azimuth: Float, elevation: Float) -> Float:
        unit = direction(azimuth, elevation)
        across = np.degrees(np.arctan2(unit[:, 0], unit[:, 1] + 0.25))
        along = np.degrees(np.arctan2(-unit[:, 2], np.hypot(unit[:, 0], unit[:, 1])))
        row = across / 17.0
        ridge = np.sqrt(np.abs(np.cos(row * np.pi)))
        bead = 0.82 + 0.18 * np.cos((along / 11.0 + 0.5 * np.sign(np.sin(row * 2 * np.pi))) * 2 * np.pi)
        return vector(0.012 + 0.085 * ridge * bead)

    pieces = [Cap(ANGULAR, height, 6.0).piece()]
    for azimuth in (140, 160, 180, -160, -140):
        start = on_scalp(azimuth, -36, 0.02)
        pieces += braid(start + vector([[0.0, 0.0, 0.0], [0.0, -0.16, -0.08], [0.0, -0.42, -0.06]]), 0.085, 5)
    return pieces


def locs() -> list[Piece]:
    """Thick ropes that fall to the shoulders."""
    look = Shape(width=0.088, depth=0.088, root=0.8, tip=0.8, belly=0.5, blend=0.006, wave=0.022, waves=3, lumps=7)
    return [
        *nape_backing(-0.85),
        Cap(NATURAL, 0.05).piece(),
        *Curtain(
            (180, 64),
            ((178, 66), (150, 84), (60, 80), (26, 56)),
            (-0.85, -0.62),
            8,
            look,
            lift=0.13,
            flare=0.05,
            jitter=0.13,
            seed=4,
        ).pieces(),
        *Curtain(
            (168, 72), ((180, 45), (110, 50), (70, 40)), (-0.95, -0.85), 8, look, lift=0.02, flare=0.0, jitter=0.10, seed=9
        ).pieces(),
    ]


def box_braids() -> list[Piece]:
    """Many long braids from a middle parting."""
    look = Shape(width=0.075, depth=0.075, root=0.8, tip=0.6, belly=0.5, blend=0.005, lumps=15)
    return [
        *nape_backing(-1.2),
        Cap(NATURAL, 0.045).piece(),
        *Curtain(
            (180, 62),
            ((180, 66), (4, 84), (3, 46)),
            (-1.35, -1.30),
            10,
            look,
            lift=0.11,
            flare=0.04,
            forward=0.08,
            jitter=0.04,
            seed=4,
        ).pieces(),
        *Curtain(
            (170, 70),
            ((180, 45), (100, 50), (50, 40)),
            (-1.38, -1.35),
            8,
            look,
            lift=0.01,
            flare=0.0,
            forward=0.05,
            jitter=0.04,
            seed=9,
        ).pieces(),
    ]


def curly_medium() -> list[Piece]:
    """Curls to the jaw with a curly fringe."""
    look = Shape(width=0.115, depth=0.115, root=0.7, tip=0.4, belly=0.5, blend=0.02, curl=0.08, coils=2.8)
    line = Hairline(((0, 17), (30, 18), (50, 16), (62, 8), (80, 2), (110, -16), (180, -30)))
    return [
        *nape_backing(-0.5),
        Cap(NATURAL, crowned(0.10, 0.14)).piece(),
        *ringlets(88, line, 0.17, 0.17, low=2, seed=6),
        *Curtain((180, 62), ((180, 50), (110, 50), (80, 40)), (-0.62, -0.55), 9, look, lift=0.13, flare=0.08, seed=4).pieces(),
    ]


def long_curly() -> list[Piece]:
    """Long spirals."""
    look = Shape(width=0.105, depth=0.105, root=0.6, tip=0.45, belly=0.5, blend=0.015, curl=0.085, coils=5.2)
    inner = Shape(width=0.24, depth=0.10, root=0.5, tip=0.5, belly=0.6, blend=0.04)
    return [
        Cap(NATURAL, 0.10).piece(),
        *Curtain((180, 78), ((178, 60), (178, 86), (20, 60)), (-0.95, -0.95), 6, inner, lift=0.05, seed=2).pieces(),
        *Curtain(
            (180, 58),
            ((178, 62), (178, 88), (-4, 86), (-4, 50)),
            (-1.15, -1.25),
            9,
            look,
            lift=0.17,
            flare=0.14,
            forward=0.06,
            seed=4,
        ).pieces(),
    ]
