"""What people choose beyond the core of the schema: expression, make-up, jewellery, hats, clothes, background."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from core.modelling.toon import hat_line, wear_colors
from core.modelling.toon.clothes import CLOTHES_OPTIONS
from core.modelling.toon.earrings import EARRING_OPTIONS
from core.modelling.toon.entries import Entry, choice, colors, mesh_options, option
from core.modelling.toon.expressions import EXPRESSIONS
from core.modelling.toon.eyes import LASH_STYLES
from core.modelling.toon.hats import HAT_OPTIONS
from core.modelling.toon.modelled import mesh_files as modelled_files
from core.modelling.toon.palettes import IRIS_COLORS
from core.modelling.toon.wear_colors import Fabric
from core.rendering.mesh import Mesh

MATERIALS: Mapping[str, Entry] = {
    "clothes": {"shader": "cloth", "color": [96, 164, 214], "roughness": 0.8, "coat": 0.0, "rim": 0.7, "sheen": 0.8},
    "clothes_trim": {"shader": "cloth", "color": [244, 241, 234], "roughness": 0.8, "coat": 0.0, "rim": 0.7, "sheen": 0.6},
    "undershirt": {"shader": "cloth", "color": [244, 242, 236], "roughness": 0.8, "coat": 0.0, "rim": 0.6, "sheen": 0.6},
    "buttons": {"shader": "plain", "color": [246, 243, 236], "roughness": 0.3, "coat": 0.5, "rim": 0.4},
    "brass": {"shader": "plain", "color": [212, 168, 88], "roughness": 0.28, "coat": 0.3, "rim": 0.4, "metal": 0.9},
    "hat": {"shader": "cloth", "color": [202, 58, 60], "roughness": 0.8, "coat": 0.0, "rim": 0.7, "sheen": 0.7},
    "hat_trim": {"shader": "cloth", "color": [244, 241, 234], "roughness": 0.8, "coat": 0.0, "rim": 0.7, "sheen": 0.6},
    "earrings": {"shader": "plain", "color": [230, 182, 88], "roughness": 0.20, "coat": 0.4, "rim": 0.5, "metal": 0.9},
    "pearls": {"shader": "plain", "color": [246, 238, 228], "roughness": 0.24, "coat": 0.7, "rim": 0.6, "subsurface": 1.0},
}

_FRECKLES = {"none": 0.0, "light": 0.5, "full": 1.0}
_WRINKLES = {"none": 0.0, "soft": 0.5, "deep": 1.0}


_SEEN_WITH: Mapping[str, Mapping[str, Sequence[str]]] = {
    "earring_color": {"earrings": [earring.id for earring in EARRING_OPTIONS if earring.id != "none"]},
    "hat_color": {"hat": [hat.id for hat in HAT_OPTIONS if hat.id != "none"]},
    "scarf_color": {"hair_type": ["head_scarf"]},
}
"""Choice -> what the avatar must wear for it to be seen; the window hides it without."""


def _seen_with(key: str) -> Entry:
    worn = _SEEN_WITH.get(key, {})
    return {"seen_with": {other: list(options) for other, options in worn.items()}} if worn else {}


def _fabrics(fabrics: Iterable[Fabric], *materials: str) -> list[Entry]:
    """Colours as choices; the first material gets the colour itself, a second one its trim, a third one the colour again."""
    return [
        option(
            fabric.id,
            fabric.name,
            srgb=list(fabric.srgb),
            colors=colors(dict(zip(materials, (fabric.srgb, fabric.trim, fabric.srgb), strict=False))),
        )
        for fabric in fabrics
    ]


def _strengths(number: str, levels: Mapping[str, float]) -> list[Entry]:
    return [option(key, numbers={number: level} if level else {}) for key, level in levels.items()]


def _lipsticks() -> list[Entry]:
    return [
        option("none"),
        *(
            option(
                lipstick.id,
                lipstick.name,
                srgb=list(lipstick.srgb),
                colors=colors({"skin.accent": lipstick.srgb}),
                numbers={"skin.accent_strength": lipstick.strength},
            )
            for lipstick in wear_colors.LIPSTICKS
        ),
    ]


def _backgrounds() -> list[Entry]:
    return [
        option("none"),
        *(option(g.id, g.name, background=[list(g.top), list(g.bottom)]) for g in wear_colors.BACKGROUNDS),
    ]


def discrete() -> list[Entry]:
    """The extra choices, in their stable order."""
    irises = [option(iris.id, iris.name, srgb=list(iris.srgb), colors=colors({"eyes.accent": iris.srgb})) for iris in IRIS_COLORS]
    under = {"hair.covered": 1.0, "hair_tie.covered": 1.0}
    worn: Entry = {"numbers": under, "morphs": {hat_line.PRESSED: 1.0}}
    hats = [{**hat.entry("hats"), **(worn if hat.make else {})} for hat in HAT_OPTIONS]
    lashes = [*mesh_options("lashes", LASH_STYLES), option("none")]
    earrings = [earring.entry("earrings") for earring in EARRING_OPTIONS]
    clothes = [piece.entry("clothes") for piece in CLOTHES_OPTIONS]
    table: list[tuple[str, str, str, list[Entry], str]] = [
        ("iris_color", "Irises", "eyes", irises, "brown"),
        (
            "clothes_color",
            "Colour",
            "clothes",
            _fabrics(wear_colors.CLOTHES_COLORS, "clothes", "clothes_trim", "hair_tie"),
            "sky",
        ),
        ("expression", "Expression", "expression", [option(key, morphs=dict(w)) for key, w in EXPRESSIONS.items()], "neutral"),
        ("lashes", "Lashes", "eyes", lashes, "natural"),
        ("freckles", "Freckles", "head", _strengths("skin.freckles", _FRECKLES), "none"),
        ("wrinkles", "Wrinkles", "head", _strengths("skin.wrinkles", _WRINKLES), "none"),
        ("lipstick", "Lipstick", "mouth", _lipsticks(), "none"),
        ("earrings", "Style", "earrings", earrings, "none"),
        ("earring_color", "Colour", "earrings", _fabrics(wear_colors.EARRING_COLORS, "earrings"), "gold"),
        ("hat", "Style", "hat", hats, "none"),
        ("hat_color", "Colour", "hat", _fabrics(wear_colors.HAT_COLORS, "hat", "hat_trim"), "red"),
        ("clothes", "Style", "clothes", clothes, "sweater"),
        ("background", "Backdrop", "background", _backgrounds(), "none"),
        ("scarf_color", "Scarf", "hair", _fabrics(wear_colors.SCARF_COLORS, "scarf", "scarf_band"), "rose"),
    ]
    return [{**_seen_with(row[0]), **choice(*row, group="extra")} for row in table]


def mesh_files() -> dict[str, Callable[[], list[Mesh]]]:
    """Mesh files of clothes, hats and earrings, and what makes their meshes."""
    return {
        **modelled_files("clothes", CLOTHES_OPTIONS),
        **modelled_files("hats", HAT_OPTIONS),
        **modelled_files("earrings", EARRING_OPTIONS),
    }
