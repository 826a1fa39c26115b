"""The colours of the toon engine: skin, hair, irises, clothes. sRGB, 0 to 255."""

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


_SKIN_LADDER: tuple[Srgb, ...] = (
    (252, 227, 210),
    (249, 216, 195),
    (245, 207, 183),
    (238, 193, 166),
    (226, 176, 145),
    (210, 156, 124),
    (189, 134, 103),
    (166, 114, 86),
    (144, 96, 71),
    (122, 80, 59),
    (101, 66, 49),
    (82, 54, 42),
    (66, 45, 37),
)
_UNDERTONES = {"Warm": (1.0, 1.002, 0.955), "Neutral": (1.0, 1.0, 1.0), "Cool": (1.0, 0.974, 0.995)}
_MONK_TONES = 10


def skin_tones() -> tuple[Swatch, ...]:
    """39 tones: 13 depths, each with a warm, a neutral and a cool undertone, spread evenly over the Monk Skin Tone scale."""
    swatches: list[Swatch] = []
    for depth, base in enumerate(_SKIN_LADDER):
        monk = 1 + round(depth * (_MONK_TONES - 1) / (len(_SKIN_LADDER) - 1))
        for undertone, gains in _UNDERTONES.items():
            red, green, blue = (min(round(value * gain), 255) for value, gain in zip(base, gains, strict=True))
            number = len(swatches) + 1
            name = f"Monk {monk}, {undertone.lower()}"
            swatches.append(Swatch(f"tone_{number:02}", name, (red, green, blue), {"monk": monk, "undertone": undertone.lower()}))
    return tuple(swatches)


HAIR_COLORS = (
    Swatch("black", "Black", (34, 27, 27), {"colour": "black"}),
    Swatch("espresso", "Espresso", (58, 36, 27), {"colour": "dark_brown"}),
    Swatch("chestnut", "Chestnut", (91, 53, 35), {"colour": "dark_brown"}),
    Swatch("light_brown", "Light brown", (143, 96, 60), {"colour": "light_brown"}),
    Swatch("blond", "Blond", (226, 182, 110), {"colour": "blond"}),
    Swatch("red", "Red", (176, 74, 36), {"colour": "red"}),
    Swatch("grey", "Grey", (142, 142, 146), {"colour": "grey"}),
    Swatch("white", "White", (232, 229, 224), {"colour": "white"}),
    Swatch("rose", "Rose", (226, 112, 154), {"colour": "dyed"}),
)

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

CLOTHES_COLORS = (
    Swatch("sky", "Sky", (96, 164, 214)),
    Swatch("navy", "Navy", (48, 66, 112)),
    Swatch("mint", "Mint", (124, 200, 172)),
    Swatch("forest", "Forest", (58, 110, 84)),
    Swatch("sun", "Sun", (246, 196, 84)),
    Swatch("coral", "Coral", (238, 118, 104)),
    Swatch("berry", "Berry", (168, 62, 104)),
    Swatch("lilac", "Lilac", (176, 156, 218)),
    Swatch("sand", "Sand", (222, 204, 180)),
    Swatch("charcoal", "Charcoal", (66, 68, 76)),
)


def darker(color: Srgb, share: float) -> Srgb:
    """A colour scaled towards black; `share` 1 leaves it."""
    red, green, blue = (round(value * share) for value in color)
    return red, green, blue
