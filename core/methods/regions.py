"""What ships: looks at what photographs and renders have in common, and measures colours instead of guessing them.

- Hair: a network sees where hair, face, features and body are, and how far colours are from the face's own skin. Both mean the
  same in both worlds.
- Features: lengths and turns are read from the landmarks. Who is one deviation above the average of people gets what is read one
  deviation above the average of avatars; then numbers are spread so that people differ as much as avatars can.
- Details: a network sees the middle of the face, as trained on portraits with drawn glasses and beards and on renders.
- Skin and hair colour are measured, freed of the light's colour, and matched to each swatch as the engine renders it.
- Curls are told from straight hair by how parallel its strands lie, baldness by hair of the colour of skin.

Source: ours; the estimators are SwiftAvatar's (arXiv 2301.08153), section 3.3, without its paired data.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from core.avatar.schema import AvatarSchema, DiscreteParameter
from core.avatar.vector import AvatarVector
from core.colour import region_colour, to_lab, to_linear
from core.deciding import EstimatorModel, decided, likeness, read_from, softmax
from core.engines import CLASSES
from core.faces.colours import SKIN_RANGE, ColourReading
from core.faces.mesh import LEFT_BROW, LEFT_EYE, NOSE, OUTER_LIPS, OVAL, RIGHT_BROW, RIGHT_EYE
from core.faces.selfie import Selfie
from core.faces.swatches import AS_RENDERED, rendered_region
from core.methods import Estimate, FieldEstimate
from core.readings import read_shape
from core.reporting import Reporter
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

SHAPE_VIEW_SIZE = 96
SHAPE_CHANNELS = 10
SHAPE_SIDE = 0.8
"""The window of `shape_view`, as a share of the side of the frame `bust`, whose centre it shares."""

DETAILS_VIEW_SIZE = 80
DETAILS_CENTRE, DETAILS_SIDE = (0.5, 0.5625), 0.625
"""The window of `details_view`, as shares of the aligned face."""

_FACE = ("skin", "nose", "ears", "eyes", "brows", "mouth", "glasses")
_BODY = ("neck", "clothes", "hat", "earrings")
_FEATURES = ("eyes", "brows", "mouth", "nose")
_OUTLINES = ((LEFT_EYE, RIGHT_EYE), (LEFT_BROW, RIGHT_BROW), (OUTER_LIPS,), (NOSE,))
"""Landmarks around each of them."""

_READING_SIZE = 192  # pixels of the frame `bust` that shapes are read at

# Chosen on the dev photos: hair that is less parallel than the middle is as often curly as not.
_CURLS_MIDDLE = 0.48
_CURLS_SLOPE = 25.0

# Likewise: hair within this distance of the skin's colour is skin as often as not, unless there is this much of it for the face.
_SKIN_DISTANCE = 17.0  # CIELAB
_MUCH_HAIR = 0.2

# Likewise: odds by which beards are likelier on photos than a network says that learnt them as drawings.
_BEARD_ODDS = 3.5

# Likewise: share of the frame `bust` that the parser must paint as glasses to leave the network’s word alone. Two networks that
# err differently invent glasses on a quarter as many dark-skinned people as one alone (docs/models/estimators.md).
_GLASSES_MIDDLE = 0.0172
_GLASSES_SLOPE = 366.0

_COLOUR_DEVIATION = 8.0  # of a measured colour from the right swatch, in CIELAB


class Regions:
    """Regions, details, measured colours."""

    name = "regions"

    def __init__(self, schema: AvatarSchema) -> None:
        self.schema = schema
        self._shape = EstimatorModel(schema, "shape")
        self._details = EstimatorModel(schema, "details")
        self._alike = {choice.id: likeness(choice) for choice in schema.discrete}

    def estimate(self, selfie: Selfie, reporter: Reporter) -> Estimate:  # noqa: ARG002 - two forward passes have nothing to report
        """Estimate the avatar of a selfie."""
        measured = {name: None if read is None else read.lab for name, read in _colours(selfie).items()}
        baldness = skin_likeness(selfie.masks, measured)
        curls = curliness(selfie.wide, selfie.masks[CLASSES.index("hair")])
        glasses = float(selfie.masks[CLASSES.index("glasses")].mean())
        probabilities, guesses = self._shape(selfie_view(selfie))
        features, numbers = read_from(read_selfie_shape(selfie), self._shape.card["shape"], self.schema)
        probabilities |= self._details(details_view(selfie.image))[0] | features | self._match_colours(measured, baldness)
        guesses |= numbers
        for name, chances in probabilities.items():
            parameter = self.schema[name]
            assert isinstance(parameter, DiscreteParameter)
            weighed = weigh_texture(parameter, weigh_worn(parameter, chances, glasses), curls)
            weighed = weigh_baldness(parameter, weighed, baldness)
            guesses[name] = decided(parameter, weighed, self._alike[name])
        vector = AvatarVector.from_values(self.schema, {name: guess.value for name, guess in guesses.items()})
        fields = {name: FieldEstimate(guess.confidence, guess.best) for name, guess in guesses.items()}
        return Estimate(vector, fields, self.name, self._shape.sha256)

    def _match_colours(self, measured: Mapping[str, Float | None], baldness: float) -> dict[str, Float]:
        """Probabilities of skin tone and hair colour; the brows show the hair's colour where there is no hair."""
        hair = measured["hair"] if baldness < 0.5 else None
        seen = {"skin": measured["skin"], "hair": measured["brows"] if hair is None else hair}
        probabilities = {}
        for name, swatches in self._shape.card["swatches"].items():
            parameter = self.schema[name]
            assert isinstance(parameter, DiscreteParameter)
            region = rendered_region(parameter)
            colour, (factor, offset) = seen[region], AS_RENDERED[region]
            count = len(parameter.options)
            probabilities[name] = (
                np.full(count, 1 / count, np.float32)
                if colour is None
                else match_swatches(parameter, colour * factor + offset, swatches)
            )
        return probabilities


def details_view(image: Image) -> Image:
    """The middle of an aligned face (256, 256, 3): eyes to chin, (80, 80, 3)."""
    expect_shape(image, "256 256 3")
    half = DETAILS_SIDE / 2
    (x, y), side = DETAILS_CENTRE, len(image)
    window = ((x - half) * side, (y - half) * side, (x + half) * side, (y + half) * side)
    size = (DETAILS_VIEW_SIZE, DETAILS_VIEW_SIZE)
    return np.asarray(Pillow.fromarray(image).resize(size, Pillow.Resampling.BOX, box=window))


def selfie_view(selfie: Selfie) -> Image:
    """A selfie as `shape_view` sees it; the features are drawn from the landmarks, which are finer than the parser's masks."""
    groups = {name: _total(selfie.masks, classes) for name, classes in (("hair", ("hair",)), ("face", _FACE), ("body", _BODY))}
    middle = len(selfie.wide) / 2
    points = ((selfie.landmarks - middle) / (SHAPE_SIDE * middle) + 1) * (SHAPE_VIEW_SIZE / 2)
    features = [_drawn([points[outline] for outline in pair], SHAPE_VIEW_SIZE) for pair in _OUTLINES]
    return shape_view(selfie.wide, groups["hair"], groups["face"], groups["body"], features)


def read_selfie_shape(selfie: Selfie) -> Float:
    """The shape of a selfie's face (core.readings), read from its landmarks."""
    points = selfie.landmarks * (_READING_SIZE / len(selfie.wide))
    eyes, brows, mouth, nose, face = (
        _drawn([points[outline] for outline in group], _READING_SIZE) for group in (*_OUTLINES, (OVAL,))
    )
    return read_shape(face, eyes, brows, mouth, nose)


def read_classes_shape(classes: NDArray[np.uint8]) -> Float:
    """The shape of a render's face (core.readings): (S, S) uint8, indices into `core.engines.CLASSES`."""
    face, eyes, brows, mouth, nose = (
        np.asarray(_is_one_of(names)[classes] / 255, np.float32) for names in (_FACE, *((name,) for name in _FEATURES))
    )
    return read_shape(face, eyes, brows, mouth, nose)


def classes_view(picture: Image, classes: NDArray[np.uint8], blur: float) -> Image:
    """A render as `shape_view` sees it.

    Args:
        picture: (96, 96, 3), the window of the frame `bust`.
        classes: (96, 96) uint8, indices into `core.engines.CLASSES`.
        blur: Softness of the regions, pixels.
    """
    groups = (("hair",), _FACE, _BODY, *((name,) for name in _FEATURES))
    hair, face, body, *features = (_softened(_is_one_of(group)[classes], blur) for group in groups)
    return shape_view(picture, hair, face, body, features)


def shape_view(wide: Image, hair: Float, face: Float, body: Float, features: Sequence[Float]) -> Image:
    """Where things are, and how far their colours are from the face's own skin.

    Args:
        wide: (S, S, 3), the face in the frame `bust`.
        hair: (M, M) in [0, 1], where there is hair.
        face: (M, M), where there is face, with all that is in it.
        body: (M, M), where there is neck, clothes or hat.
        features: Eyes, brows, mouth, nose, (96, 96) of the view already, or (M, M), in [0, 1].

    Returns:
        (96, 96, 10): lightness, a and b above the skin's, blank outside the head; hair, face, body, eyes, brows, mouth, nose.
    """
    regions = [_in_window(region) for region in (hair, face, body, *features)]
    linear = to_linear(_in_window(wide))
    bare = np.clip(regions[1] - np.sum(regions[3:6], axis=0), 0, 1)
    skin = region_colour(linear, bare, *SKIN_RANGE)
    lab = to_lab(linear)
    own = to_lab(skin if skin is not None else np.median(linear, axis=(0, 1)))
    head = np.clip(regions[0] + regions[1], 0, 1)[..., None]
    colours = 128 + (lab - own) * np.array([1.6, 2.5, 2.5], np.float32) * head
    planes = np.concatenate([colours, 255 * np.stack(regions, axis=-1)], axis=-1)
    pixels: Image = np.clip(np.rint(planes), 0, 255).astype(np.uint8)
    return pixels


def match_swatches(parameter: DiscreteParameter, colour: NDArray[np.floating], swatches: Mapping[str, Sequence[float]]) -> Float:
    """How probable each option is, given a measured colour and the options' colours as rendered, all CIELAB."""
    rendered = np.array([swatches.get(option.id, (1e3, 0, 0)) for option in parameter.options])
    distance = np.linalg.norm(rendered - colour, axis=1)
    return softmax(-0.5 * (distance / _COLOUR_DEVIATION) ** 2)


def curliness(wide: Image, hair: Float) -> float | None:
    """How far the strands of the hair are from parallel, in [0, 1]; None where too little hair is seen.

    Args:
        wide: (320, 320, 3) the frame `bust`.
        hair: (M, M) in [0, 1].

    Source: coherence of the structure tensor (Bigün and Granlund 1987), its median over the hair.
    """
    size = len(wide)
    where = np.asarray(Pillow.fromarray(hair).resize((size, size), Pillow.Resampling.BILINEAR)) > 0.8
    where = _box(where.astype(np.float32), 4) > 0.999  # away from the outline, which is parallel to itself
    if where.sum() < 300:
        return None
    # Only where there is hair: the arithmetic is most of what an estimate costs.
    rows, columns = (slice(index.min(), index.max() + 1) for index in np.nonzero(where))
    wide, where = wide[rows, columns], where[rows, columns]
    light = np.log(wide.astype(np.float32) @ np.array([0.3, 0.59, 0.11], np.float32) + 12).astype(np.float32)
    down, across = (slope.astype(np.float32) for slope in np.gradient(_box(light, 1)))
    xx, yy, xy = (_box(np.asarray(product, np.float32), 4) for product in (across * across, down * down, across * down))
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (xx + yy + 1e-6)
    return float(1 - np.median(coherence[where]))


def weigh_texture(parameter: DiscreteParameter, probabilities: Float, curls: float | None) -> Float:
    """Probabilities of hair styles, curly or straight as the strands say; other parameters as they are.

    What the network says about curls is left out: it knows them by ragged outlines, which parsers draw around any hair.
    """
    textures = [option.tags.get("texture", "na") for option in parameter.options]
    is_curly = np.array([texture in ("curly", "coily") for texture in textures])
    is_straight = np.array([texture in ("straight", "wavy") for texture in textures])
    curly, straight = float(probabilities[is_curly].sum()), float(probabilities[is_straight].sum())
    if curls is None or min(curly, straight) <= 0:
        return probabilities
    chance = 1 / (1 + math.exp(-_CURLS_SLOPE * (curls - _CURLS_MIDDLE)))
    both = curly + straight
    factors = np.where(is_curly, chance * both / curly, np.where(is_straight, (1 - chance) * both / straight, 1.0))
    return np.asarray(probabilities * factors, np.float32)


def weigh_worn(parameter: DiscreteParameter, probabilities: Float, glasses: float) -> Float:
    """Probabilities of glasses and beards as photos show them; other parameters as they are.

    Args:
        parameter: Any parameter.
        probabilities: (n_d,).
        glasses: Share of the frame `bust` that the parser painted as glasses.
    """
    kinds = [option.tags.get("kind") for option in parameter.options]
    if "none" not in kinds:
        return probabilities
    is_glasses = bool({"clear", "sun"} & set(kinds))
    worn = math.exp(_GLASSES_SLOPE * (glasses - _GLASSES_MIDDLE)) if is_glasses else _BEARD_ODDS
    odds = np.array([1.0 if kind in ("none", "stubble") else worn for kind in kinds])
    return np.asarray(probabilities * odds / (probabilities @ odds), np.float32)


def skin_likeness(masks: Float, measured: Mapping[str, Float | None]) -> float:
    """How surely the little hair that was found is skin, in [0, 1]: parsers see hair on bald heads, but not its colour."""
    skin, hair = measured["skin"], measured["hair"]
    if skin is None or hair is None or _total(masks, ("hair",)).sum() > _MUCH_HAIR * _total(masks, _FACE).sum():
        return 0.0
    return 1 / (1 + math.exp((float(np.linalg.norm(hair - skin)) - _SKIN_DISTANCE) / 3))


def weigh_baldness(parameter: DiscreteParameter, probabilities: Float, baldness: float) -> Float:
    """Probabilities of hair styles: as much of short hair as is skin goes to baldness; other parameters as they are."""
    lengths = [option.tags.get("length") for option in parameter.options]
    is_bald, is_short = np.array([one == "bald" for one in lengths]), np.array([one in ("buzz", "short") for one in lengths])
    if not is_bald.any():
        return probabilities
    moved = baldness * float(probabilities[is_short].sum())
    weighed = np.where(is_short, (1 - baldness) * probabilities, probabilities) + is_bald * (moved / is_bald.sum())
    return np.asarray(weighed, np.float32)


def _colours(selfie: Selfie) -> dict[str, ColourReading | None]:
    return {"skin": selfie.face.skin, "hair": selfie.face.hair, "brows": selfie.face.brows}


def _total(masks: Float, names: Sequence[str]) -> Float:
    expect_shape(masks, f"{len(CLASSES)} M M")
    return np.asarray(masks[[CLASSES.index(name) for name in names]].sum(axis=0), np.float32)


def _in_window(picture: NDArray[Any]) -> NDArray[Any]:
    """A picture or region of the frame `bust` -> its window, (96, 96, ...)."""
    if len(picture) == SHAPE_VIEW_SIZE:
        return picture
    low, high = (1 - SHAPE_SIDE) / 2 * len(picture), (1 + SHAPE_SIDE) / 2 * len(picture)
    size = (SHAPE_VIEW_SIZE, SHAPE_VIEW_SIZE)
    return np.asarray(Pillow.fromarray(picture).resize(size, Pillow.Resampling.BILINEAR, box=(low, low, high, high)))


def _is_one_of(names: Sequence[str]) -> NDArray[np.uint8]:
    """(13,) 255 for these classes, else 0."""
    return np.array([255 if name in names else 0 for name in CLASSES], np.uint8)


def _softened(mask: NDArray[np.uint8], blur: float) -> Float:
    return np.asarray(np.asarray(Pillow.fromarray(mask).filter(ImageFilter.BoxBlur(blur))) / 255, np.float32)


def _drawn(outlines: Sequence[NDArray[np.floating]], size: int) -> Float:
    """(size, size) in [0, 1]: the insides of outlines."""
    finer = 4
    mask = Pillow.new("L", (size * finer, size * finer))
    for outline in outlines:
        ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in outline * finer], fill=255)
    return np.asarray(np.asarray(mask.reduce(finer)) / 255, np.float32)


def _box(values: Float, radius: int) -> Float:
    """(H, W) -> mean over squares of side 2 radius + 1, the border repeated."""
    width = 2 * radius + 1
    for _ in range(2):
        padded = np.pad(values, ((radius + 1, radius), (0, 0)), mode="edge")
        total = padded.cumsum(axis=0, dtype=np.float64)
        values = np.ascontiguousarray(((total[width:] - total[:-width]) / width).T, np.float32)
    return values
