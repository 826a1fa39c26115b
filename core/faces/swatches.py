"""How near the colours that an avatar can have are to those of a photo, as people see it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.avatar.schema import AvatarSchema, DiscreteParameter
from core.colour import difference, luminance, region_colour, to_lab, to_linear
from core.engines import CLASSES
from core.errors import ModelError
from core.faces.colours import HAIR_RANGE, SKIN_RANGE
from core.faces.mesh import LEFT_IRIS, RIGHT_IRIS
from core.faces.selfie import Selfie
from core.models import find_model, read_card

Float = NDArray[np.float32]

# Photo -> render, as factor and offset in CIELAB. Engines light avatars more brightly, and paint hair more strongly, than photos
# show people; chosen on the dev photos for `toon`.
AS_RENDERED: Mapping[str, tuple[Sequence[float], Sequence[float]]] = {
    "skin": ((1.0, 1.0, 1.0), (4.0, 0.0, 0.0)),
    "hair": ((1.3, 1.4, 1.4), (9.0, 0.0, 0.0)),
}

_PLACES: Mapping[str, str] = {
    "skin": "skin", "hair": "hair", "facial_hair": "hair", "brows": "brows", "eyes": "iris", "mouth": "mouth",
    "clothes": "clothes", "hat": "hat", "background": "background",
}  # fmt: skip
"""Component -> where a photo shows what its colours are."""

_PUPIL, _IRIS = 0.45, 0.9  # shares of the iris' radius between which it has its colour
_FEWEST = 8  # pixels


class Swatches:
    """Knows how an engine's colours look, and so how far they are from a photo's.

    What a network was trained for is compared as the engine renders it, as the method does; other colours as their swatches are.
    """

    def __init__(self, schema: AvatarSchema) -> None:
        self._schema = schema
        self._rendered = _rendered(schema.engine)

    def distances(self, parameter: DiscreteParameter, linear: NDArray[np.floating]) -> dict[str, float]:
        """How different each option looks from a colour, ΔE2000, by option id; options without a colour have none.

        Args:
            parameter: A choice among colours.
            linear: (3,) amounts of light, freed of the light's colour.
        """
        seen = to_lab(np.asarray(linear, np.float32))
        rendered = self._rendered.get(parameter.id, {})
        if rendered:
            factor, offset = AS_RENDERED[rendered_region(parameter)]
            seen = np.asarray(seen * np.asarray(factor) + np.asarray(offset), np.float32)
            shown = {option.id: np.asarray(rendered[option.id]) for option in parameter.options if option.id in rendered}
        else:
            shown = {o.id: to_lab(to_linear(np.asarray(o.srgb, np.uint8))) for o in parameter.options if o.srgb is not None}
        return {key: float(difference(lab, seen)) for key, lab in shown.items()}

    def closeness(self, selfie: Selfie) -> dict[str, dict[str, float]]:
        """How different the options of each choice of colours look from what the photo shows of it, by parameter and option.

        A choice whose colour the photo does not show has no entry.
        """
        seen = photo_colours(selfie)
        found = {}
        for parameter in self._schema.discrete:
            place = place_of(parameter)
            if place in seen and any(option.srgb for option in parameter.options):
                found[parameter.id] = self.distances(parameter, seen[place])
        return found


def photo_colours(selfie: Selfie) -> dict[str, Float]:
    """The colours that a photo shows, (3,) amounts of light each, freed of the light's colour.

    Returns:
        By place: `skin`, `hair` (where there is none, that of the brows), `brows`, `iris`, `mouth`, `clothes`, `hat`,
        `background`; without those of which too little is seen.
    """
    face = selfie.face
    readings = {"skin": face.skin, "hair": face.hair or face.brows, "brows": face.brows}
    found = {name: reading.linear for name, reading in readings.items() if reading is not None}
    linear = _small(selfie) / light_on(selfie)
    inside = _inside(selfie)
    for name in ("mouth", "clothes", "hat", "background"):
        colour = region_colour(linear, selfie.masks[CLASSES.index(name)] * inside, *HAIR_RANGE)
        if colour is not None:
            found[name] = colour
    iris = _iris(selfie)
    if iris is not None:
        found["iris"] = iris
    return found


def place_of(parameter: DiscreteParameter) -> str | None:
    """Where a photo shows what a choice of colours is about, one of `photo_colours`; None where it shows nothing of it."""
    if "monk" in parameter.options[-1].tags:
        return "skin"
    if parameter.component == "hair" and parameter.seen_with:
        return "hat"  # a scarf's, worn instead of hair
    return _PLACES.get(parameter.component)


def light_on(selfie: Selfie) -> Float:
    """The light that `Face.skin`, `hair` and `brows` were freed of: (3,); what a photo shows is freed of it by dividing."""
    face, exposure = selfie.face, 1.0
    if face.skin is not None:
        region = np.asarray(selfie.masks[[CLASSES.index("skin"), CLASSES.index("nose")]].sum(axis=0) * _inside(selfie))
        plain = region_colour(_small(selfie) / face.light, region, *SKIN_RANGE)
        if plain is not None:
            exposure = float(luminance(plain)) / max(float(luminance(face.skin.linear)), 1e-4)
    return np.asarray(face.light * np.float32(exposure), np.float32)


def colour_at(picture: NDArray[np.uint8], x: float, y: float, radius: float) -> Float | None:
    """The mean colour of a small disc of a picture.

    Args:
        picture: (H, W, 3) uint8 sRGB, or (H, W, 4) with straight alpha: what is more transparent than not is left out.
        x: Middle of the disc, pixels from the left edge.
        y: Middle of the disc, pixels from the top edge.
        radius: Pixels.

    Returns:
        (3,) amounts of light; None where there is no picture.
    """
    height, width = picture.shape[:2]
    left, right = max(0, int(x - radius)), min(width, int(x + radius) + 1)
    top, bottom = max(0, int(y - radius)), min(height, int(y + radius) + 1)
    if left >= right or top >= bottom:
        return None
    rows, columns = np.mgrid[top:bottom, left:right]
    kept = (columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 <= max(radius, 0.75) ** 2
    piece = picture[top:bottom, left:right]
    if piece.shape[2] == 4:
        kept &= piece[..., 3] > 127
    if not kept.any():
        return None
    return np.asarray(to_linear(piece[..., :3][kept]).mean(axis=0), np.float32)


def rendered_region(parameter: DiscreteParameter) -> str:
    """Which of `AS_RENDERED` a parameter's colours are measured like: `skin` or `hair`."""
    return "skin" if "monk" in parameter.options[0].tags else "hair"


def _rendered(engine: str) -> Mapping[str, Mapping[str, Any]]:
    """The colours as the engine renders them, CIELAB by parameter and option; empty where no network knows them."""
    try:
        card = read_card(find_model(f"{engine}_shape").with_suffix(".json"))
    except ModelError:
        return {}
    swatches = card.get("swatches")
    return swatches if isinstance(swatches, dict) else {}


def _small(selfie: Selfie) -> Float:
    """`selfie.wide` at the size of its masks, amounts of light."""
    size = selfie.masks.shape[1]
    return to_linear(np.asarray(Pillow.fromarray(selfie.wide).resize((size, size), Pillow.Resampling.BOX)))


def _inside(selfie: Selfie) -> NDArray[np.bool_]:
    size = selfie.masks.shape[1]
    return np.asarray(Pillow.fromarray(selfie.inside).resize((size, size), Pillow.Resampling.NEAREST))


def _iris(selfie: Selfie) -> Float | None:
    """The colour of both irises, without pupil, rim and glints."""
    size, points = len(selfie.wide), selfie.landmarks
    rows, columns = np.mgrid[0:size, 0:size] + 0.5
    kept = np.zeros((size, size), bool)
    for iris in (LEFT_IRIS, RIGHT_IRIS):
        x, y = points[iris[0]]
        radius = float(np.hypot(*(points[iris[1:]] - points[iris[0]]).T).mean())
        from_middle = np.hypot(columns - x, rows - y) / max(radius, 1e-3)
        # Lids cover the iris above and below.
        kept |= (from_middle > _PUPIL) & (from_middle < _IRIS) & (np.abs(rows - y) < 0.6 * radius)
    kept &= selfie.inside
    if kept.sum() < _FEWEST:
        return None
    pixels = to_linear(selfie.wide[kept]) / light_on(selfie)
    bright = luminance(pixels)
    low, high = np.quantile(bright, [0.2, 0.8])
    return np.asarray(np.median(pixels[(bright >= low) & (bright <= high)], axis=0), np.float32)
