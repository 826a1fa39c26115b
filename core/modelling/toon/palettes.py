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
    (1, (251, 231, 210), (253, 229, 213), (253, 226, 215)),
    (2, (248, 222, 197), (249, 220, 200), (250, 217, 202)),
    (3, (243, 211, 182), (244, 209, 185), (245, 206, 187)),
    (4, (234, 198, 165), (236, 196, 169), (237, 193, 171)),
    (4, (223, 184, 149), (224, 182, 153), (226, 179, 155)),
    (5, (208, 167, 132), (210, 165, 135), (211, 162, 137)),
    (5, (191, 150, 114), (193, 148, 118), (194, 145, 120)),
    (6, (173, 132, 96), (174, 129, 100), (175, 126, 103)),
    (7, (152, 113, 80), (153, 111, 84), (154, 108, 86)),
    (8, (131, 94, 65), (132, 92, 69), (133, 89, 71)),
    (9, (109, 77, 52), (110, 75, 56), (110, 72, 58)),
    (9, (86, 60, 40), (86, 58, 44), (87, 56, 46)),
    (10, (61, 42, 29), (62, 41, 31), (61, 39, 33)),
)
"""Depths: the Monk tone, then the colour with a warm, a neutral and a cool undertone.

Chosen in CIELAB: lightness falls evenly, the hue turns from 62 degrees to redder in the dark, and the undertones stand 7 to 12
degrees to either side of it. Chroma peaks at 26: light through skin adds up to 9 to that, and skin beyond 37 looks orange.
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
    Swatch("light_brown", "Light brown", (146, 106, 74), {"colour": "light_brown"}),
    Swatch("blond", "Blond", (220, 188, 136), {"colour": "blond"}),
    Swatch("red", "Red", (160, 80, 46), {"colour": "red"}),
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
    Swatch("amber", "Amber", (178, 116, 42)),
    Swatch("hazel", "Hazel", (134, 110, 52)),
    Swatch("green", "Green", (88, 134, 78)),
    Swatch("blue", "Blue", (74, 132, 190)),
    Swatch("grey", "Grey", (122, 138, 150)),
    Swatch("violet", "Violet", (122, 92, 178)),
)

_HAIR_SHARES: Mapping[str, tuple[float, float]] = {
    "hair": (1.0, 1.0),
    "brows": (0.88, 0.60),
    "facial_hair": (0.92, 0.84),
    "stubble": (0.82, 0.66),
    "lashes": (0.45, 0.26),
}
"""Material -> how much of the hair's colour is left when that is black, and when it is white.

Brows and lashes of fair people are far darker than their hair; painted like it they vanish, and the face with them.
"""


def hair_tints(color: Srgb) -> dict[str, Srgb]:
    """The colour of everything that is hair, by material, on a head of this hair colour."""
    brightness = max(color) / 255
    return {material: _darker(color, black + (white - black) * brightness) for material, (black, white) in _HAIR_SHARES.items()}


def _darker(color: Srgb, share: float) -> Srgb:
    red, green, blue = (round(value * share) for value in color)
    return red, green, blue
