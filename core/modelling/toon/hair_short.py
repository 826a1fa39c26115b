"""Short hair styles."""

import numpy as np

from core.modelling.fields import Float, smoothstep, vector
from core.modelling.toon.hair_fields import Cap, Hairline, Piece, Thickness, ball, direction, on_scalp
from core.modelling.toon.hair_locks import Row, Shape, lock

AROUND_EAR = ((70.0, -4.0), (73.0, -15.0), (79.0, -18.0), (83.0, -4.0), (90.0, 2.0), (100.0, 0.0))
NAPE = ((109.0, -24.0), (125.0, -40.0), (180.0, -46.0))
NATURAL = Hairline(((0.0, 38.0), (20.0, 39.0), (33.0, 38.0), (45.0, 30.0), (55.0, 23.0), (63.0, 13.0), *AROUND_EAR, *NAPE))
ANGULAR = Hairline(
    ((0.0, 38.0), (16.0, 39.0), (30.0, 42.0), (38.0, 40.0), (47.0, 27.0), (60.0, 20.0), (66.0, 12.0), *AROUND_EAR, *NAPE)
)
RECEDING = Hairline(
    ((0.0, 50.0), (9.0, 52.0), (26.0, 68.0), (36.0, 62.0), (48.0, 38.0), (58.0, 24.0), (65.0, 12.0), *AROUND_EAR, *NAPE)
)


def crowned(side: float, top: float, front: float = 0.0) -> Thickness:
    """A cap's height: thin at the sides and the back, thick on top.

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


def buzz() -> list[Piece]:
    """A thin even layer."""
    return [Cap(ANGULAR, 0.022, 5.0).piece()]


def receding() -> list[Piece]:
    """Thin hair combed back from a high hairline."""
    comb = Shape(width=0.13, depth=0.035, root=0.5, tip=0.3)
    return [
        Cap(RECEDING, crowned(0.05, 0.035), 8.0).piece(),
        *Row(((-7, 56), (7, 56)), ((190, 60), (170, 60)), 3, (0.0, 0.05, 0.06, 0.03), comb).pieces(),
        *Row(
            ((68, 18), (61, 30), (50, 47), (38, 66)),
            ((115, 0), (130, 14), (150, 34), (170, 50)),
            5,
            (0.0, 0.055, 0.06, 0.03),
            comb,
            mirrored=True,
        ).pieces(),
    ]


def crew_cut() -> list[Piece]:
    """Short sides, a brushed-up top."""
    tuft = Shape(width=0.12, depth=0.075, root=0.8, tip=0.35, belly=0.4, blend=0.045)
    pieces = [Cap(ANGULAR, crowned(0.035, 0.12, 0.04), 7.0).piece()]
    for elevation, spread, count in ((84, 80, 3), (70, 46, 4), (57, 38, 5), (46, 33, 6)):
        row = Row(
            ((-spread, elevation), (spread, elevation)),
            ((-spread * 0.95 + 6, elevation - 7), (spread * 0.95 + 6, elevation - 7)),
            count,
            (0.05, 0.13, 0.20),
            tuft,
            seed=elevation,
        )
        pieces += row.pieces()
    return pieces


def short_textured() -> list[Piece]:
    """Tousled short locks."""
    rng = np.random.default_rng(11)
    look = Shape(width=0.165, depth=0.09, root=0.8, tip=0.06, belly=0.4, blend=0.04)
    pieces = [Cap(NATURAL, crowned(0.06, 0.14), 8.0).piece()]
    for azimuth, elevation in _spots(46, -30, 88):
        if elevation < NATURAL.elevation(np.array([azimuth]))[0] + 9:
            continue
        turn, reach = rng.uniform(-22, 22), 22 + rng.uniform(0, 10)
        end = (azimuth + turn / max(np.cos(np.radians(elevation)), 0.35), elevation - reach * (0.55 if elevation < 58 else 1.0))
        top = elevation > 35
        pieces += Row(
            ((azimuth, elevation),),
            (end,),
            1,
            (0.03, 0.17 if top else 0.10, 0.21 if top else 0.07),
            look,
            seed=int(rng.integers(999)),
        ).pieces()
    return pieces


def quiff() -> list[Piece]:
    """Short sides, a tall front rolled up and back."""
    look = Shape(width=0.21, depth=0.14, root=0.6, tip=0.12, belly=0.4, blend=0.035)
    pieces = [Cap(ANGULAR, crowned(0.045, 0.15), 7.0).piece(), ball((0.02, 1.02, 0.22), (0.5, 0.24, 0.46), 0.4, 0.1)]
    rng = np.random.default_rng(4)
    for x in np.linspace(-0.42, 0.42, 5):
        rise = 0.06 - 0.5 * (x - 0.10) ** 2
        lean = 0.12 + 0.5 * x
        path = [
            (x * 0.95, 0.80 - 0.3 * x * x, 0.60 - 0.5 * x * x),
            (x * 1.0 + 0.02, 1.04 + rise, 0.78 - 0.5 * x * x),
            (x * 1.05 + 0.10, 1.27 + rise, 0.50),
            (x * 1.1 + 0.14 + lean * 0.3, 1.25 + 0.5 * rise, 0.08),
            (x + 0.1 + lean * 0.3, 1.08, -0.30),
        ]
        pieces.append(lock(path, look, float(rng.uniform(0.2, 0.85)), vector([0, 0.6, 0.0])))
    sides = Shape(width=0.13, depth=0.04, root=0.5, tip=0.3)
    pieces += Row(((58, 26), (52, 42)), ((128, -8), (142, 34)), 4, (0.0, 0.06, 0.07, 0.03), sides, mirrored=True).pieces()
    return pieces


def side_part() -> list[Piece]:
    """Parted on one side and combed over."""
    over = Shape(width=0.17, depth=0.09, root=0.55, tip=0.12, belly=0.5)
    down = Shape(width=0.15, depth=0.055, tip=0.25)
    return [
        Cap(NATURAL, 0.06).piece(),
        *Row(
            ((-32, 46), (-60, 64), (-120, 72), (-160, 60)),
            ((-60, 22), (-78, 4), (-112, -14), (-150, -30)),
            6,
            (0.0, 0.11, 0.10, 0.04),
            down,
        ).pieces(),
        *Row(
            ((208, 68), (150, 70), (120, 60)), ((195, -34), (160, -34), (118, -18)), 5, (0.02, 0.13, 0.11, 0.04), down, seed=5
        ).pieces(),
        *Row(
            ((-150, 70), (-90, 74), (-45, 62), (-33, 48)),
            ((112, -8), (96, 8), (80, 10), (64, 24)),
            7,
            (0.02, 0.25, 0.20, 0.10, 0.04),
            over,
            bend=-0.10,
        ).pieces(),
        *Row(
            ((-38, 58), (-32, 50), (-29, 44)),
            ((62, 32), (54, 36), (44, 40)),
            3,
            (0.02, 0.25, 0.26, 0.16, 0.05),
            over,
            bend=-0.16,
            jitter=0.1,
            seed=9,
        ).pieces(),
    ]


def slicked_back() -> list[Piece]:
    """Combed straight back, close to the head."""
    comb = Shape(width=0.16, depth=0.05, root=0.3, tip=0.3, belly=0.45, blend=0.03)
    top = Shape(width=0.18, depth=0.06, root=0.35, tip=0.25, belly=0.45, blend=0.03)
    return [
        Cap(ANGULAR, crowned(0.055, 0.14), 8.0).piece(),
        *Row(
            ((-40, 43), (-15, 43), (15, 43), (40, 43)),
            ((196, 10), (184, 14), (176, 14), (164, 10)),
            6,
            (-0.02, 0.12, 0.155, 0.11, 0.04),
            top,
            jitter=0.12,
        ).pieces(),
        *Row(
            ((72, 4), (60, 24), (50, 36)),
            ((118, -26), (140, -22), (156, 2)),
            4,
            (-0.02, 0.06, 0.08, 0.04),
            comb,
            mirrored=True,
            jitter=0.15,
        ).pieces(),
    ]


def undercut() -> list[Piece]:
    """Shaved sides under a long top swept over."""
    look = Shape(width=0.19, depth=0.10, root=0.6, tip=0.12, belly=0.45)
    pieces = [
        Cap(ANGULAR, 0.018, 5.0).piece(),
        Cap(Hairline(((0, 40), (30, 44), (50, 50), (90, 46), (130, 44), (180, 30))), 0.10, 8.0).piece(),
    ]
    pieces += Row(
        ((-35, 44), (-60, 55), (-100, 58), (-150, 56)),
        ((60, 40), (84, 34), (110, 30), (160, 26)),
        7,
        (0.02, 0.20, 0.22, 0.14, 0.05),
        look,
        bend=-0.08,
        jitter=0.2,
    ).pieces()
    pieces += Row(
        ((-30, 46), (-16, 48)), ((50, 36), (60, 34)), 2, (0.02, 0.17, 0.21, 0.15, 0.05), look, bend=-0.05, seed=7, jitter=0.1
    ).pieces()
    return pieces


def fringe() -> list[Piece]:
    """Short, brushed forward over the forehead."""
    forward = Shape(width=0.15, depth=0.075, root=0.5, tip=0.3, belly=0.6)
    return [
        Cap(NATURAL, crowned(0.05, 0.10)).piece(),
        *Row(((100, 60), (75, 62)), ((102, 4), (76, 6)), 3, (0.0, 0.09, 0.08, 0.03), forward, mirrored=True, seed=3).pieces(),
        *Row(
            ((-90, 84), (0, 80), (90, 84)),
            ((-56, 20), (0, 23), (56, 20)),
            8,
            (0.02, 0.14, 0.16, 0.13, 0.07),
            forward,
            jitter=0.3,
            seed=8,
        ).pieces(),
        *Row(
            ((120, 80), (180, 78)), ((115, -16), (172, -38)), 4, (0.0, 0.11, 0.10, 0.04), forward, mirrored=True, seed=5
        ).pieces(),
    ]


def bowl() -> list[Piece]:
    """One even length all around, cut straight."""
    look = Shape(width=0.20, depth=0.075, root=0.25, tip=0.8, belly=0.7, blend=0.03)
    rim = Hairline(((0, 20), (40, 19), (60, 14), (80, 4), (110, -4), (180, -10)))
    return [
        Cap(NATURAL, 0.03).piece(),
        Cap(rim, 0.14, 7.0).piece(),
        *Row(
            ((0, 87), (90, 87), (180, 87)),
            ((6, 20), (92, 2), (174, -8)),
            9,
            (0.08, 0.15, 0.16, 0.15, 0.12),
            look,
            mirrored=True,
            jitter=0.06,
        ).pieces(),
    ]


def pixie() -> list[Piece]:
    """Short with pointed sides and a fringe swept to one side."""
    look = Shape(width=0.16, depth=0.08, root=0.5, tip=0.06, belly=0.45)
    tips = Shape(width=0.13, depth=0.06, root=0.5, tip=0.05, belly=0.5)
    return [
        Cap(NATURAL, crowned(0.08, 0.17)).piece(),
        *Row(
            ((60, 60), (100, 62), (140, 60), (180, 60)),
            ((68, -16), (104, -22), (132, -42), (176, -48)),
            6,
            (0.0, 0.14, 0.12, 0.035),
            tips,
            mirrored=True,
            seed=6,
        ).pieces(),
        *Row(
            ((-150, 76), (-70, 72), (-42, 56)),
            ((70, 0), (58, 8), (40, 13)),
            6,
            (0.03, 0.22, 0.22, 0.15, 0.08),
            look,
            bend=-0.06,
            seed=2,
        ).pieces(),
        *Row(
            ((-40, 58), (-36, 50)), ((22, 16), (2, 20)), 2, (0.03, 0.20, 0.21, 0.15, 0.08), look, bend=-0.05, seed=4, jitter=0.1
        ).pieces(),
        *Row(((-46, 52), (-60, 60)), ((-58, 12), (-76, -2)), 2, (0.02, 0.14, 0.13, 0.05), tips, seed=14).pieces(),
    ]


def mohawk() -> list[Piece]:
    """A crest from the forehead to the nape."""
    pieces = [Cap(ANGULAR, 0.016, 5.0).piece()]
    rng = np.random.default_rng(8)
    for at in np.linspace(0, 1, 11):
        angle = 48 + at * 142
        azimuth, elevation = (0.0, angle) if angle <= 90 else (180.0, 180 - angle)
        reach = 0.20 + 0.36 * np.sin(np.pi * (0.08 + 0.8 * at)) + rng.uniform(-0.03, 0.03)
        root = on_scalp(azimuth, elevation, -0.03)
        out = direction(azimuth, elevation + (1 - at) * 14)
        back = np.array([0, -0.1, -0.14])
        path = [root, root + out * reach * 0.5, root + out * reach * 0.85 + back * 0.5, root + out * reach * 1.05 + back * 1.2]
        look = Shape(width=0.17, depth=0.25, root=0.95, tip=0.12, belly=0.22, blend=0.04)
        pieces.append(lock(path, look, float(rng.uniform(0.2, 0.85)), vector([-6, root[1], root[2]])))
    return pieces


def _spots(count: int, low: float, high: float) -> list[tuple[float, float]]:
    """Evenly spread (azimuth, elevation) places between two elevations."""
    heights = np.linspace(np.sin(np.radians(low)), np.sin(np.radians(high)), count)
    return [((index * 137.508) % 360 - 180, float(np.degrees(np.arcsin(height)))) for index, height in enumerate(heights)]
