"""The colours of the toon engine's people: skin, hair, irises. sRGB, 0 to 255."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.avatar.schema import Srgb, Tag


@dataclass(frozen=True)
class Swatch:
    """A colour that an avatar can have.

    Attributes:
        id: Stable option id.
        name: What people read.
        srgb: The colour.
        tags: What is true of it (decisions.md 8).
    """

    id: str
    name: str
    srgb: Srgb
    tags: Mapping[str, Tag] = field(default_factory=dict)


_UNDERTONES = ("warm", "neutral", "cool")
_SKIN_LADDER: tuple[tuple[int, Srgb, Srgb, Srgb], ...] = (
    (1, (249, 234, 214), (251, 232, 216), (252, 229, 217)),
    (2, (246, 225, 202), (247, 223, 204), (249, 220, 205)),
    (3, (240, 216, 187), (242, 213, 190), (244, 210, 191)),
    (4, (231, 203, 172), (233, 201, 174), (235, 198, 175)),
    (4, (220, 188, 155), (222, 186, 158), (223, 183, 159)),
    (5, (206, 173, 138), (208, 171, 141), (210, 167, 142)),
    (5, (189, 156, 121), (191, 154, 124), (193, 150, 125)),
    (6, (171, 138, 103), (173, 136, 107), (175, 132, 108)),
    (7, (151, 119, 86), (153, 117, 90), (155, 113, 91)),
    (8, (131, 100, 71), (133, 98, 74), (134, 95, 76)),
    (8, (112, 82, 56), (112, 80, 59), (113, 77, 61)),
    (9, (91, 64, 44), (92, 63, 47), (92, 60, 49)),
    (10, (68, 48, 32), (66, 46, 36), (67, 43, 37)),
)
"""Depths: the Monk tone, then the colour with a warm, a neutral and a cool undertone.

Chosen in CIELAB: lightness falls evenly, the hue turns from 68 degrees to redder in the dark, where a golden one looks olive, and
the undertones stand 8 to 14 degrees to either side of it. Chroma peaks at 24 and the hues are golden, because light through skin
adds 11 to the one and takes 12 degrees from the other: rendered skin beyond a chroma of 37 looks orange, and below a hue of 45
degrees like brick.
"""


def skin_tones() -> tuple[Swatch, ...]:
    """39 tones: 13 depths, each with a warm, a neutral and a cool undertone, spread over the Monk Skin Tone scale.

    A tone's Monk tag is that of the nearest published tone or the one beside it: people who judge photos choose a lighter one.
    """
    return tuple(
        Swatch(f"tone_{3 * depth + number:02}", f"Monk {monk}, {undertone}", srgb, {"monk": monk, "undertone": undertone})
        for depth, (monk, *colors) in enumerate(_SKIN_LADDER)
        for number, (undertone, srgb) in enumerate(zip(_UNDERTONES, colors, strict=True), 1)
    )


HAIR_COLORS = (
    Swatch("black", "Black", (30, 26, 28), {"colour": "black"}),
    Swatch("espresso", "Espresso", (54, 37, 30), {"colour": "dark_brown"}),
    Swatch("chestnut", "Chestnut", (96, 60, 40), {"colour": "dark_brown"}),
    Swatch("light_brown", "Light brown", (148, 104, 69), {"colour": "light_brown"}),
    Swatch("blond", "Blond", (220, 188, 136), {"colour": "blond"}),
    Swatch("red", "Red", (160, 85, 51), {"colour": "red"}),
    Swatch("grey", "Grey", (140, 140, 146), {"colour": "grey"}),
    Swatch("white", "White", (230, 227, 222), {"colour": "white"}),
    Swatch("rose", "Rose", (214, 128, 154), {"colour": "dyed"}),
    Swatch("auburn", "Auburn", (112, 52, 38), {"colour": "red"}),
    Swatch("dark_blond", "Dark blond", (178, 142, 98), {"colour": "blond"}),
    Swatch("platinum", "Platinum", (238, 222, 190), {"colour": "blond"}),
    Swatch("teal", "Teal", (48, 126, 134), {"colour": "dyed"}),
    Swatch("lilac", "Lilac", (164, 140, 200), {"colour": "dyed"}),
)
"""The shader makes hair more colourful: what looks drab here looks like hair there, and a strong yellow like custard."""

IRIS_COLORS = (
    Swatch("brown", "Brown", (124, 74, 34)),
    Swatch("dark_brown", "Dark brown", (70, 42, 24)),
    Swatch("amber", "Amber", (168, 116, 58)),
    Swatch("hazel", "Hazel", (134, 110, 52)),
    Swatch("green", "Green", (94, 130, 84)),
    Swatch("blue", "Blue", (86, 134, 180)),
    Swatch("grey", "Grey", (122, 138, 150)),
    Swatch("violet", "Violet", (124, 100, 168)),
)

_HAIR_SHARES: Mapping[str, tuple[float, float]] = {
    "hair": (1.0, 1.0),
    "brows": (0.88, 0.60),
    "facial_hair": (0.92, 0.84),
    "stubble": (0.82, 0.72),
    "lashes": (0.45, 0.26),
}
"""Material -> how much of the hair's colour is left when that is black, and when it is white.

Brows and lashes of fair people are far darker than their hair; painted like it they vanish, and the face with them.
"""

_SEEN_THROUGH = 1.32
"""How much lighter stubble is painted than it looks: of a colour that lets skin through, little is left (vinyl.wgsl, lens)."""


def hair_tints(color: Srgb) -> dict[str, Srgb]:
    """The colour of everything that is hair, by material, on a head of this hair colour."""
    brightness = max(color) / 255
    tints = {material: _darker(color, black + (white - black) * brightness) for material, (black, white) in _HAIR_SHARES.items()}
    return tints | {"stubble": _lighter(tints["stubble"], _SEEN_THROUGH)}


def stubble_opacity(color: Srgb) -> float:
    """How much of the skin stubble hides on a head of this hair colour: as much of fair hair on dark skin looks like paint."""
    return round(0.48 - 0.20 * max(color) / 255, 2)


def _darker(color: Srgb, share: float) -> Srgb:
    # Red darkens late and green early: blond in the shade is brown, not olive.
    red, green, blue = (round(value * share**power) for value, power in zip(color, (0.85, 1.05, 1.0), strict=True))
    return red, green, blue


def _lighter(color: Srgb, share: float) -> Srgb:
    red, green, blue = (round(value * min(share, 255 / max(color))) for value in color)
    return red, green, blue
