"""The colours of what avatars wear and stand before. sRGB, 0 to 255."""

from dataclasses import dataclass

from core.avatar.schema import Srgb

_OFF_WHITE: Srgb = (244, 241, 234)
_CREAM: Srgb = (238, 226, 200)


@dataclass(frozen=True)
class Fabric:
    """A colour of clothes, hats or scarves.

    Attributes:
        id: Stable option id.
        name: What people read.
        srgb: The colour.
        trim: Of collars' bands, cords, ribbons, stripes, and of the band under a head scarf.
    """

    id: str
    name: str
    srgb: Srgb
    trim: Srgb = _OFF_WHITE


CLOTHES_COLORS = (
    Fabric("sky", "Sky", (96, 164, 214)),
    Fabric("navy", "Navy", (48, 66, 112)),
    Fabric("mint", "Mint", (124, 200, 172)),
    Fabric("forest", "Forest", (58, 110, 84), _CREAM),
    Fabric("sun", "Sun", (246, 196, 84)),
    Fabric("coral", "Coral", (238, 118, 104)),
    Fabric("berry", "Berry", (168, 62, 104), (248, 214, 216)),
    Fabric("lilac", "Lilac", (176, 156, 218)),
    Fabric("sand", "Sand", (222, 204, 180), (120, 92, 70)),
    Fabric("charcoal", "Charcoal", (66, 68, 76), (214, 215, 220)),
    Fabric("white", "White", (240, 239, 235), (62, 78, 120)),
    Fabric("black", "Black", (34, 34, 39), (232, 231, 228)),
)

HAT_COLORS = (
    Fabric("red", "Red", (202, 58, 60), (112, 28, 40)),
    Fabric("mustard", "Mustard", (222, 164, 62), (122, 76, 40)),
    Fabric("forest", "Forest", (52, 104, 82), _CREAM),
    Fabric("denim", "Denim", (84, 124, 176), (44, 66, 108)),
    Fabric("navy", "Navy", (44, 58, 100), (206, 72, 74)),
    Fabric("pink", "Pink", (240, 158, 178), (206, 92, 126)),
    Fabric("camel", "Camel", (198, 158, 112), (88, 62, 46)),
    Fabric("straw", "Straw", (232, 208, 156), (56, 66, 104)),
    Fabric("grey", "Grey", (146, 150, 160), (68, 72, 84)),
    Fabric("black", "Black", (40, 40, 46), (150, 44, 60)),
)

SCARF_COLORS = (
    Fabric("rose", "Rose", (196, 88, 96), (134, 54, 70)),
    Fabric("terracotta", "Terracotta", (196, 104, 70), (128, 58, 42)),
    Fabric("mustard", "Mustard", (222, 164, 62), (140, 92, 40)),
    Fabric("sage", "Sage", (148, 170, 136), (92, 112, 86)),
    Fabric("teal", "Teal", (46, 126, 128), (26, 78, 86)),
    Fabric("navy", "Navy", (48, 66, 112), (28, 38, 70)),
    Fabric("plum", "Plum", (124, 64, 110), (78, 36, 72)),
    Fabric("sand", "Sand", (222, 204, 180), (164, 136, 108)),
    Fabric("ivory", "Ivory", (242, 238, 228), (206, 196, 178)),
    Fabric("black", "Black", (38, 38, 44), (22, 22, 27)),
)

EARRING_COLORS = (
    Fabric("gold", "Gold", (230, 182, 88)),
    Fabric("silver", "Silver", (208, 212, 220)),
    Fabric("rose_gold", "Rose gold", (230, 164, 142)),
    Fabric("black", "Black", (38, 38, 44)),
    Fabric("red", "Red", (192, 40, 54)),
    Fabric("turquoise", "Turquoise", (58, 178, 176)),
)


@dataclass(frozen=True)
class Lipstick:
    """A colour of the lips.

    Attributes:
        id: Stable option id.
        name: What people read.
        srgb: The colour.
        strength: How much it covers, in [0, 1].
    """

    id: str
    name: str
    srgb: Srgb
    strength: float


LIPSTICKS = (
    Lipstick("rose", "Rose", (208, 98, 112), 0.75),
    Lipstick("coral", "Coral", (236, 106, 88), 0.80),
    Lipstick("red", "Red", (190, 30, 46), 0.90),
    Lipstick("berry", "Berry", (146, 30, 78), 0.88),
    Lipstick("plum", "Plum", (98, 36, 76), 0.88),
    Lipstick("nude", "Nude", (168, 98, 88), 0.72),
    Lipstick("brown", "Brown", (122, 66, 52), 0.85),
)


@dataclass(frozen=True)
class Gradient:
    """What an avatar stands before.

    Attributes:
        id: Stable option id.
        name: What people read.
        top: Colour of the picture's upper edge.
        bottom: Colour of its lower edge.
    """

    id: str
    name: str
    top: Srgb
    bottom: Srgb


BACKGROUNDS = (
    Gradient("sky", "Sky", (158, 204, 244), (228, 243, 252)),
    Gradient("mint", "Mint", (164, 220, 198), (228, 246, 236)),
    Gradient("lavender", "Lavender", (190, 178, 238), (236, 230, 252)),
    Gradient("blossom", "Blossom", (246, 178, 198), (254, 232, 234)),
    Gradient("peach", "Peach", (255, 198, 162), (255, 238, 220)),
    Gradient("sunshine", "Sunshine", (252, 204, 92), (255, 238, 184)),
    Gradient("lagoon", "Lagoon", (24, 120, 146), (128, 208, 200)),
    Gradient("dusk", "Dusk", (70, 62, 130), (240, 150, 138)),
    Gradient("graphite", "Graphite", (44, 48, 60), (112, 118, 132)),
)
