import numpy as np
import pytest

from core.avatar.schema import DiscreteParameter, Option
from core.avatar.vector import AvatarVector
from core.engines import CLASSES, Camera
from core.engines.toy import SCHEMA, ToyEngine
from core.faces.colours import read_colours
from core.faces.selfie import Selfie
from core.methods.regions import (
    classes_view,
    curliness,
    details_view,
    match_swatches,
    selfie_view,
    skin_likeness,
    weigh_baldness,
    weigh_texture,
    weigh_worn,
)
from tests.core.faces_of_nobody import selfie_of

HAIR = CLASSES.index("hair")


def selfie(**values: str) -> Selfie:
    return selfie_of(ToyEngine(), AvatarVector.default(SCHEMA).with_values(values))


def test_view_does_not_depend_on_the_tone_of_skin() -> None:
    light, dark = (selfie_view(selfie(skin_tone=tone, hair_color="black")) for tone in ("tone_1", "tone_3"))
    face = light[..., 4] > 250

    assert np.abs(light[face].astype(int) - dark[face]).mean() < 8


def test_what_is_behind_the_head_is_blank() -> None:
    view = selfie_view(selfie())
    behind = (view[..., 3] == 0) & (view[..., 4] == 0)

    assert behind.any()
    assert (view[behind][:, :3] == 128).all()


def test_hair_is_where_it_is() -> None:
    assert selfie_view(selfie(hair_type="long"))[..., 3].sum() > 2 * selfie_view(selfie(hair_type="short"))[..., 3].sum()
    assert selfie_view(selfie(hair_type="bald"))[..., 3].sum() == 0


def test_photo_and_render_are_seen_alike() -> None:
    vector = AvatarVector.default(SCHEMA).with_value("hair_type", "long")
    engine, size = ToyEngine(), 96
    photo = selfie_view(selfie_of(engine, vector))
    bust = Camera(frame="bust")
    window = slice(12, 108)  # the middle 80 % of 120 pixels
    picture = engine.render(vector, bust, 120)[window, window, :3]
    render = classes_view(picture, engine.render_masks(vector, bust, 120)[window, window], 0.5)

    assert render.shape == photo.shape == (size, size, 10)
    assert np.abs(photo[..., 3:6].astype(int) - render[..., 3:6]).mean() < 6


def test_details_are_the_middle_of_the_face() -> None:
    image = np.zeros((256, 256, 3), np.uint8)
    image[64:224, 48:208] = 255

    assert (details_view(image) == 255).all()


def test_swatch_of_the_measured_colour_is_the_most_probable() -> None:
    parameter = SCHEMA["skin_tone"]
    assert isinstance(parameter, DiscreteParameter)
    swatches = {}
    for option in parameter.options:
        measured = read_colours(selfie(skin_tone=option.id).wide, selfie(skin_tone=option.id).masks).skin
        assert measured is not None
        swatches[option.id] = measured.lab.tolist()
    for index, option in enumerate(parameter.options):
        probabilities = match_swatches(parameter, np.array(swatches[option.id]), swatches)

        assert int(probabilities.argmax()) == index
        assert probabilities.sum() == pytest.approx(1)


def test_parallel_strands_are_straight_and_noise_is_curly() -> None:
    hair = np.zeros((160, 160), np.float32)
    hair[20:90, 30:130] = 1
    stripes = np.broadcast_to((128 + 60 * np.sin(np.arange(320) / 2))[None, :, None], (320, 320, 3)).astype(np.uint8)
    noise = np.random.default_rng(0).integers(60, 190, (320, 320, 1), np.uint8).repeat(3, axis=2)
    straight, curly = curliness(stripes, hair), curliness(noise, hair)

    assert straight is not None
    assert curly is not None
    assert straight < 0.1 < 0.5 < curly


def test_curliness_of_no_hair_is_unknown_and_changes_nothing() -> None:
    parameter = SCHEMA["hair_type"]
    assert isinstance(parameter, DiscreteParameter)
    chances = np.full(4, 0.25, np.float32)

    assert curliness(np.zeros((320, 320, 3), np.uint8), np.zeros((160, 160), np.float32)) is None
    np.testing.assert_array_equal(weigh_texture(parameter, chances, None), chances)


HAIR_TYPE = DiscreteParameter(
    "hair_type",
    "Style",
    "hair",
    tuple(Option(one, one, {"texture": one}) for one in ("na", "straight", "wavy", "curly", "coily")),
    "straight",
)


@pytest.mark.parametrize(("curls", "curly"), [(0.2, 0.0), (0.9, 0.8)])
def test_strands_alone_say_how_curly_hair_is(curls: float, curly: float) -> None:
    chances = np.array([0.2, 0.1, 0.1, 0.3, 0.3], np.float32)
    weighed = weigh_texture(HAIR_TYPE, chances, curls)

    assert weighed.sum() == pytest.approx(1)
    assert weighed[0] == pytest.approx(0.2)
    assert weighed[3:].sum() == pytest.approx(curly, abs=0.01)
    assert weighed[3] == pytest.approx(weighed[4])


def test_hair_of_the_colour_of_skin_is_none() -> None:
    masks = np.zeros((len(CLASSES), 160, 160), np.float32)
    masks[CLASSES.index("skin"), 60:120, 50:110] = 1
    masks[HAIR, 50:60, 50:110] = 1
    skin = np.array([60, 18, 20], np.float32)

    def likeness(hair: tuple[float, float, float]) -> float:
        return skin_likeness(masks, {"skin": skin, "hair": np.array(hair, np.float32)})

    assert likeness((64, 15, 20)) > 0.95
    assert likeness((20, 5, 7)) < 0.01
    masks[HAIR, 20:60] = 1
    assert likeness((64, 15, 20)) == 0
    assert skin_likeness(masks, {"skin": skin, "hair": None}) == 0


def test_baldness_is_taken_from_short_hair() -> None:
    parameter = SCHEMA["hair_type"]
    assert isinstance(parameter, DiscreteParameter)
    weighed = weigh_baldness(parameter, np.array([0.1, 0.4, 0.2, 0.3], np.float32), 0.5)

    assert weighed == pytest.approx([0.4, 0.2, 0.1, 0.3])


def test_glasses_must_be_seen_by_the_parser_too() -> None:
    parameter = SCHEMA["glasses"]
    assert isinstance(parameter, DiscreteParameter)
    chances = np.array([0.2, 0.5, 0.3], np.float32)
    none, little, much = (weigh_worn(parameter, chances, share) for share in (0.005, 0.0172, 0.03))

    assert none.sum() == pytest.approx(1)
    assert none[0] > 0.9
    np.testing.assert_allclose(little, chances, rtol=1e-5)
    assert much[0] < 0.01
    assert none[1] / none[2] == pytest.approx(5 / 3)
    hair = np.full(4, 0.25, np.float32)
    hair_type = SCHEMA["hair_type"]
    assert isinstance(hair_type, DiscreteParameter)
    np.testing.assert_array_equal(weigh_worn(hair_type, hair, 0.03), hair)
