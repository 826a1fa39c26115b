"""Hair that has thinned out: gone back at the temples, or bald on top."""

from dataclasses import replace

import numpy as np

from core.modelling.fields import Float, smoothstep, vector
from core.modelling.toon.hair_caps import AROUND_EAR, NAPE, Layer, layer
from core.modelling.toon.hair_fields import Hairline, direction
from core.modelling.toon.hair_scalp import at, mirrored_points, over
from core.modelling.toon.hair_sheets import Cut, Sheet, locks
from core.modelling.toon.hair_short import SIDES, sides, symmetric
from core.modelling.toon.hair_stubble import feathered, outline
from core.modelling.toon.hair_tress import Tress

RECEDING = Hairline(
    (
        (0.0, 45.0), (16.0, 46.0), (28.0, 50.0), (40.0, 56.0), (48.0, 56.0), (53.0, 40.0), (60.0, 23.0), (65.0, 12.0),
        *AROUND_EAR, *NAPE,
    )
)  # fmt: skip

_CROWN_EDGE = (
    (0.0, 10.0),
    (58.0, 10.0),
    (63.0, 21.0),
    (70.0, 27.0),
    (82.0, 31.0),
    (105.0, 34.0),
    (140.0, 35.0),
    (160.0, 31.0),
    (180.0, 27.0),
)
"""Where the hair around a bald crown ends above: elevation over azimuth."""

_BALD_TO = 58.0
"""Azimuth from the forehead up to which a bald crown reaches down to the face."""


def receding() -> list[Tress]:
    """Thin hair combed back from a hairline that has gone back at the temples."""
    rows = (
        symmetric(over(45, 0, -0.015), over(47, 11, -0.015), over(54, 18, -0.015), over(65, 24, -0.015), over(54, 37, -0.015)),
        symmetric(over(57, 0, 0.055), over(58, 12, 0.055), over(65, 20, 0.05), over(76, 27, 0.045), over(66, 42, 0.04)),
        symmetric(over(86, 0, 0.06), over(87, 14, 0.06), over(92, 23, 0.055), over(98, 32, 0.05), over(90, 46, 0.05)),
        symmetric(over(122, 0, 0.055), over(122, 14, 0.055), over(124, 24, 0.05), over(126, 34, 0.05), over(120, 46, 0.05)),
        symmetric(over(156, 0, 0.045), over(156, 12, 0.045), over(156, 21, 0.045), over(155, 30, 0.045), over(150, 40, 0.045)),
    )
    cut = Cut(
        count=13, crown=0.028, under=0.05, strands=2, narrow=0.66, point=0.08, stagger=0.12, sweep=0.5, sway=0.3, rows=16,
        seed=3, root=0.8, rise=0.12, uneven=0.4, overlap=1.3, lift=0.012,
    )  # fmt: skip
    return [
        layer(Layer(RECEDING, 0.022, 7.0, groove=0.008, ragged=0.0, upward=False)),
        *sides(replace(SIDES, crown=0.03), 0.06, 0.035, top=42.0),
        locks(Sheet.through(rows), cut),
        feathered(outline(RECEDING)[200:521], 4.0),
    ]


def _around_crown(azimuth: Float, elevation: Float) -> Float:
    """Height of the hair around a bald crown: it runs out upwards, and none is left above."""
    below = np.interp(np.abs(azimuth), *np.array(_CROWN_EDGE).T) - elevation
    return vector(0.03 * smoothstep(-4, 12, vector(below)) - 0.05 * smoothstep(-3, -8, vector(below)))


def balding() -> list[Tress]:
    """A bald crown, short hair at the sides and the back."""
    hairline = Hairline(((0.0, 62.0), (_BALD_TO - 8, 62.0), (_BALD_TO, 24.0), (60.0, 20.0), (66.0, 12.0), *AROUND_EAR, *NAPE))
    azimuth = np.linspace(_BALD_TO + 2, 360 - _BALD_TO - 2, 400)
    upper = vector(direction(azimuth, np.interp(180 - np.abs(azimuth - 180), *np.array(_CROWN_EDGE).T)))
    lower = vector(direction(azimuth, hairline.elevation(180 - np.abs(azimuth - 180))))
    right = (
        (at(60, 18, -0.01), at(76, 28, -0.008), at(105, 33, -0.006), at(142, 34, -0.006)),
        (at(65, 11, 0.03), at(83, 20, 0.04), at(111, 21, 0.045), at(149, 20, 0.045)),
        (at(70, 0, 0.04), at(92, 10, 0.05), at(116, -3, 0.055), at(158, -7, 0.055)),
        (at(75, -12, 0.02), at(101, 4, 0.025), at(122, -26, 0.025), at(166, -30, 0.03)),
    )
    back = (
        (at(130, 34, -0.006), at(155, 32, -0.006), at(180, 26, -0.006), at(205, 32, -0.006), at(230, 34, -0.006)),
        (at(138, 20, 0.045), at(180, 15, 0.05), at(222, 20, 0.045)),
        (at(146, -9, 0.055), at(180, -11, 0.06), at(214, -9, 0.055)),
        (at(146, -36, 0.03), at(180, -42, 0.03), at(214, -36, 0.03)),
    )
    cut = replace(SIDES, crown=0.024, under=0.03, rise=0.4, root=1.0, rows=12, overlap=1.4, lift=0.006, tilt=0.01)
    return [
        layer(Layer(hairline, _around_crown, 6.0, rows=20, groove=0.0, ragged=0.0, upward=False, shade=0.5)),
        locks(Sheet.through(right), cut),
        locks(Sheet.through([mirrored_points(row) for row in right]), replace(cut, seed=5)),
        locks(Sheet.through(back), replace(cut, count=8, seed=7)),
        feathered(upper[::-1], 7.0, lean=(0.0, 0.0, -0.8)),
        feathered(lower, 4.0, 4),
    ]
