"""Medium and long hair that hangs."""

from core.modelling.toon.hair_fields import Cap, Piece
from core.modelling.toon.hair_locks import Curtain, Row, Shape
from core.modelling.toon.hair_short import NATURAL

MIDDLE = ((178.0, 62.0), (176.0, 86.0), (4.0, 82.0), (2.0, 48.0))
SIDE = ((178.0, 62.0), (200.0, 84.0), (-40.0, 72.0), (-26.0, 47.0))
SHEET = Shape(width=0.23, depth=0.085, root=0.55, tip=0.6, belly=0.6, blend=0.045)
FRINGE = Shape(width=0.14, depth=0.07, root=0.4, tip=0.55, belly=0.7, blend=0.025)


def blunt_fringe() -> list[Piece]:
    """A straight fringe down to the brows."""
    return Row(
        ((-60, 78), (0, 72), (60, 78)),
        ((-52, 15), (0, 18), (52, 15)),
        8,
        (0.05, 0.13, 0.17, 0.15, 0.11),
        FRINGE,
        jitter=0.12,
        seed=3,
    ).pieces()


def bob() -> list[Piece]:
    """To the chin, turned in at the ends."""
    return [
        Cap(NATURAL, 0.11, 7.0).piece(),
        *Curtain((180, 67), SIDE, (-0.60, -0.68), 8, SHEET, lift=0.125, flare=-0.12, tuck=0.03, jitter=0.02).pieces(),
    ]


def long_bob() -> list[Piece]:
    """To the shoulders."""
    return [
        Cap(NATURAL, 0.11, 7.0).piece(),
        *Curtain(
            (180, 67), MIDDLE, (-1.0, -1.08), 8, SHEET, lift=0.14, flare=-0.04, tuck=-0.02, jitter=0.03, forward=0.03
        ).pieces(),
    ]


def long_straight() -> list[Piece]:
    """Long and straight from a middle parting."""
    look = Shape(width=0.25, depth=0.09, root=0.55, tip=0.35, belly=0.55, blend=0.045)
    return [
        Cap(NATURAL, 0.10, 7.0).piece(),
        *Curtain(
            (180, 68), MIDDLE, (-1.45, -1.55), 8, look, lift=0.125, flare=0.03, tuck=-0.05, jitter=0.05, forward=0.08
        ).pieces(),
    ]


def long_fringe() -> list[Piece]:
    """Long and straight with a fringe."""
    return [*long_straight(), *blunt_fringe()]


def long_wavy() -> list[Piece]:
    """Long waves from a side parting."""
    look = Shape(
        width=0.21, depth=0.12, root=0.45, tip=0.25, belly=0.65, blend=0.025, wave=0.11, waves=3.2, settle=0.45, phase=0.06
    )
    inner = Shape(width=0.26, depth=0.09, root=0.5, tip=0.5, belly=0.6, blend=0.04)
    return [
        Cap(NATURAL, 0.12, 7.0).piece(),
        *Curtain((180, 74), SIDE, (-1.15, -1.15), 6, inner, lift=0.05, seed=2).pieces(),
        *Curtain((180, 66), SIDE, (-1.35, -1.45), 7, look, lift=0.16, flare=0.02, tuck=-0.03, forward=0.06).pieces(),
    ]


def wavy_medium() -> list[Piece]:
    """Loose waves to the jaw, parted in the middle."""
    look = Shape(width=0.18, depth=0.11, root=0.45, tip=0.2, belly=0.6, blend=0.025, wave=0.085, waves=1.9, settle=0.25)
    return [
        Cap(NATURAL, 0.12, 7.0).piece(),
        *Curtain((180, 58), MIDDLE, (-0.75, -0.62), 8, look, lift=0.16, flare=0.07).pieces(),
    ]
