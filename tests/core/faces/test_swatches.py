import numpy as np
import pytest

from core.avatar.schema import DiscreteParameter
from core.colour import to_linear
from core.engines import CLASSES, engine_schema
from core.faces.colours import ColourReading
from core.faces.face import Face
from core.faces.mesh import LEFT_IRIS, RIGHT_IRIS
from core.faces.selfie import Selfie
from core.faces.swatches import AS_RENDERED, Swatches, colour_at, light_on, photo_colours, place_of
from tests.app.fake_engine import HAIR, TONES, fake_schema

SHIRT, IRIS, SKIN = (40, 90, 160), (90, 120, 60), (200, 150, 120)
LIGHT = np.array([1.2, 1.0, 0.8], np.float32)


def seen(srgb: tuple[int, int, int], times: float = 1.0) -> np.ndarray:
    """How a colour looks in the photo's light."""
    from core.colour import to_srgb

    return to_srgb(to_linear(np.array(srgb, np.uint8)) * LIGHT * times)


def selfie(*, skin: bool = True, exposure: float = 1.0) -> Selfie:
    """Skin above, clothes below, two irises, in reddish light."""
    wide = np.zeros((320, 320, 3), np.uint8)
    wide[:200], wide[200:] = seen(SKIN, exposure), seen(SHIRT, exposure)
    masks = np.zeros((13, 192, 192), np.float32)
    masks[CLASSES.index("skin"), :120], masks[CLASSES.index("clothes"), 120:] = 1, 1
    landmarks = np.zeros((478, 3), np.float32)
    for iris, x in ((LEFT_IRIS, 120.0), (RIGHT_IRIS, 200.0)):
        ring = np.array([(0, 0), (6, 0), (0, -6), (-6, 0), (0, 6)], np.float32)
        landmarks[iris, :2] = ring + np.array([x, 140])
        rows, columns = np.mgrid[0:320, 0:320] + 0.5
        wide[np.hypot(columns - x, rows - 140) < 6] = seen(IRIS, exposure)
        wide[np.hypot(columns - x, rows - 140) < 2] = 0
    low, high = 60.0, 260.0  # its wider quad is all of the picture of 320 pixels
    quad = np.array([[low, low], [low, high], [high, high], [high, low]], np.float32)
    reading = ColourReading(to_linear(np.array(SKIN, np.uint8)), 0.9) if skin else None
    box = np.array([60, 60, 260, 260], np.float32)
    face = Face(
        score=1.0, box=box, landmarks=landmarks, masks=masks, quad=quad, light=LIGHT / LIGHT.mean(), skin=reading,
        hair=None, brows=None, expression=np.zeros(52, np.float32),
    )  # fmt: skip
    return Selfie(wide[32:288, 32:288], wide, np.ones((320, 320), bool), face, "0" * 64)


def choice(key: str) -> DiscreteParameter:
    parameter = engine_schema("toon")[key]
    assert isinstance(parameter, DiscreteParameter)
    return parameter


@pytest.mark.parametrize("exposure", [1.0, 0.4])
def test_colours_are_freed_of_light_and_exposure(exposure: float) -> None:
    found = photo_colours(selfie(exposure=exposure))

    assert set(found) == {"skin", "clothes", "iris"}
    for name, srgb in (("skin", SKIN), ("clothes", SHIRT), ("iris", IRIS)):
        assert found[name] == pytest.approx(to_linear(np.array(srgb, np.uint8)), abs=0.02), name


def test_light_alone_where_no_skin_is_seen() -> None:
    assert light_on(selfie(skin=False)) == pytest.approx(LIGHT / LIGHT.mean())


def test_choices_know_where_the_photo_shows_them() -> None:
    names = ("skin_tone", "hair_color", "iris_color", "clothes_color", "hat_color", "scarf_color", "lipstick", "earring_color")
    places = [place_of(choice(name)) for name in names]

    assert places == ["skin", "hair", "iris", "clothes", "hat", "hat", "mouth", None]


def test_nearest_of_plain_swatches_is_the_most_alike() -> None:
    schema = fake_schema()
    swatches = Swatches(schema)
    for name, colours in (("hair_color", list(HAIR.values())), ("skin_tone", TONES)):
        parameter = schema[name]
        assert isinstance(parameter, DiscreteParameter)
        for option, srgb in zip(parameter.options, colours, strict=True):
            distances = swatches.distances(parameter, to_linear(np.array(srgb, np.uint8)))
            assert min(distances, key=distances.__getitem__) == option.id
            assert distances[option.id] < 0.1
            assert len(distances) == len(parameter.options)


def test_what_the_method_measures_is_compared_as_the_engine_renders_it() -> None:
    schema = engine_schema("toon")
    swatches, parameter = Swatches(schema), choice("hair_color")
    rendered = swatches._rendered["hair_color"]
    assert set(rendered) == {option.id for option in parameter.options}
    # The colour of a photo that becomes the render of “blond”.
    factor, offset = (np.array(numbers) for numbers in AS_RENDERED["hair"])
    lab = (np.array(rendered["blond"]) - offset) / factor
    distances = swatches.distances(parameter, _linear(lab))

    assert distances["blond"] < 1
    assert min(distances, key=distances.__getitem__) == "blond"


def _linear(lab: np.ndarray) -> np.ndarray:
    """CIELAB -> amounts of light."""
    from core.colour import _TO_XYZ, _WHITE

    y = (lab[0] + 16) / 116
    ratio = np.array([y + lab[1] / 500, y, y - lab[2] / 200]) ** 3
    return np.asarray(np.linalg.solve(_TO_XYZ, ratio * _WHITE), np.float32)


def test_choices_that_the_photo_does_not_show_are_left_out() -> None:
    closeness = Swatches(engine_schema("toon")).closeness(selfie())

    assert set(closeness) == {"skin_tone", "iris_color", "clothes_color"}


def test_disc_is_averaged_as_light_and_ends_with_the_picture() -> None:
    picture = np.zeros((10, 20, 4), np.uint8)
    picture[:, :10, :3], picture[..., 3] = 255, 255
    assert colour_at(picture, 10, 5, 3) == pytest.approx([0.5] * 3, abs=0.05)
    assert colour_at(picture, 3.5, 5, 0) == pytest.approx([1.0] * 3)
    assert colour_at(picture, -4, 5, 3) is None
    assert colour_at(picture, 500, 5, 3) is None
    picture[:, :10, 3] = 0
    assert colour_at(picture, 10, 5, 3) == pytest.approx([0.0] * 3)
    assert colour_at(picture, 4, 5, 3) is None
    assert colour_at(picture[..., :3], 4, 5, 3) == pytest.approx([1.0] * 3)
