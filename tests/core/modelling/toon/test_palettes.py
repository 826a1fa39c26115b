import numpy as np
import pytest
from numpy.typing import NDArray

from core.avatar.vector import AvatarVector
from core.colour import difference, to_lab, to_linear
from core.engines import CLASSES, Camera, open_engine
from core.modelling.toon import palettes
from core.modelling.toon.palettes import HAIR_COLORS, Swatch

Float = NDArray[np.float32]

APART = 1.5  # ΔE2000
MONK = (
    "f6ede4", "f3e7db", "f7ead0", "eadaba", "d7bd96", "a07e56", "825c43", "604134", "3a312a", "292420",
)  # fmt: skip
"""Published sRGB of the Monk Skin Tone scale, 1 to 10."""


def lab(colors: object) -> Float:
    return to_lab(to_linear(np.array(colors, np.uint8)))


def chroma(colors: Float) -> Float:
    return np.asarray(np.hypot(colors[:, 1], colors[:, 2]), np.float32)


def hue(colors: Float) -> Float:
    return np.asarray(np.degrees(np.arctan2(colors[:, 2], colors[:, 1])), np.float32)


def too_alike(colors: Float, limit: float) -> list[tuple[int, int]]:
    """Pairs of colours, given in CIELAB, that look more alike than this."""
    apart = difference(colors[:, None] + 0 * colors, colors[None] + 0 * colors[:, None])
    return [(int(i), int(j)) for i, j in np.argwhere(np.triu(apart < limit, 1))]


@pytest.fixture(scope="module")
def skin() -> Float:
    return lab([tone.srgb for tone in palettes.skin_tones()])


def test_there_are_39_tones_in_order_from_light_to_dark(skin: Float) -> None:
    tones = palettes.skin_tones()

    assert [tone.id for tone in tones] == [f"tone_{number:02}" for number in range(1, 40)]
    assert (np.diff(skin[1::3, 0]) < -2.5).all()
    assert skin[0, 0] > 90
    assert skin[-1, 0] < 22


def test_every_tone_differs_visibly_from_every_other(skin: Float) -> None:
    assert too_alike(skin, APART) == []


def test_two_tones_that_look_alike_are_noticed(skin: Float) -> None:
    planted = skin.copy()
    planted[7] = planted[20] + (0.5, 0.0, 0.0)

    assert too_alike(planted, APART) == [(7, 20)]


def test_undertones_turn_from_golden_to_rosy(skin: Float) -> None:
    warm, neutral, cool = (hue(skin[start::3]) for start in range(3))

    assert (warm - neutral > 4).all()
    assert (neutral - cool > 4).all()
    assert {tone.tags["undertone"] for tone in palettes.skin_tones()[1::3]} == {"neutral"}


def test_no_tone_is_grey_or_orange(skin: Float) -> None:
    """Skin of people lies between these hues, and the less colourful the nearer it is to white or black."""
    assert hue(skin).min() > 35
    assert hue(skin).max() < 82
    assert chroma(skin).min() > 9
    assert chroma(skin).max() < 30
    assert (chroma(skin) > np.where(skin[:, 0] < 90, 11, 9)).all()


def test_monk_tags_are_those_of_the_nearest_published_tone_or_its_neighbour(skin: Float) -> None:
    published = lab([[int(text[at : at + 2], 16) for at in (0, 2, 4)] for text in MONK])
    tags = np.array([tone.tags["monk"] for tone in palettes.skin_tones()[1::3]])
    nearest = 1 + difference(skin[1::3, None] + 0 * published, published + 0 * skin[1::3, None]).argmin(1)

    assert np.abs(tags - nearest).max() <= 1
    assert (np.diff(tags) >= 0).all()
    assert set(tags.tolist()) == set(range(1, 11))


def test_hair_colours_differ_and_keep_their_order() -> None:
    ids = [color.id for color in HAIR_COLORS]

    assert ids[:9] == ["black", "espresso", "chestnut", "light_brown", "blond", "red", "grey", "white", "rose"]
    assert too_alike(lab([color.srgb for color in HAIR_COLORS]), 6.0) == []


@pytest.mark.parametrize("color", HAIR_COLORS, ids=lambda color: color.id)
def test_brows_and_lashes_are_darker_than_hair_but_of_its_hue(color: Swatch) -> None:
    tints = palettes.hair_tints(color.srgb)
    lightness = {material: float(lab([tint])[0, 0]) for material, tint in tints.items()}

    assert tints["hair"] == color.srgb
    assert lightness["lashes"] < lightness["brows"] < lightness["facial_hair"] < lightness["hair"]
    assert lightness["lashes"] < 30
    assert lightness["brows"] < 65
    red, green, blue = np.array(tints["brows"]) / np.array(color.srgb)
    assert green - 0.02 <= blue <= red  # warmer in the shade, never greener
    assert red - green < 0.15


def test_fair_stubble_lets_more_skin_through() -> None:
    opacity = {color.id: palettes.stubble_opacity(color.srgb) for color in HAIR_COLORS}

    assert 0.25 < opacity["white"] < opacity["blond"] < opacity["red"] < opacity["espresso"] <= opacity["black"] < 0.5


def test_stubble_takes_the_lightness_of_the_hair() -> None:
    tints = {color.id: lab([palettes.hair_tints(color.srgb)["stubble"]])[0] for color in HAIR_COLORS}

    assert tints["black"][0] < 20
    assert tints["black"][0] + 30 < tints["red"][0] < tints["blond"][0] < tints["white"][0]
    assert np.degrees(np.arctan2(tints["blond"][2], tints["blond"][1])) < 85  # seen through, yellow would turn green


@pytest.mark.slow
def test_tones_look_like_skin_and_differ_as_rendered() -> None:
    engine = open_engine("toon")
    bare = AvatarVector.default(engine.schema).with_value("hair_type", "bald")
    cheek = _lit_cheek(engine.render_masks(bare, Camera(frame="face"), 128))
    rendered = to_lab(
        np.array(
            [
                to_linear(engine.render(bare.with_value("skin_tone", tone.id), Camera(frame="face"), 128)[cheek][:, :3]).mean(0)
                for tone in palettes.skin_tones()
            ]
        )
    )

    assert cheek.sum() > 100
    assert too_alike(rendered, APART) == []
    assert chroma(rendered).min() > 12
    assert chroma(rendered).max() < 40
    assert hue(rendered).min() > 32
    assert hue(rendered).max() < 68


def _lit_cheek(classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(S, S), skin under the eye at the picture's left, where the light comes from."""
    rows, columns = np.nonzero((classes == CLASSES.index("eyes")) & (np.arange(classes.shape[1]) < classes.shape[1] / 2))
    mouth = np.nonzero(classes == CLASSES.index("mouth"))[0].mean()
    low, high = (round(rows.max() + share * (mouth - rows.max())) for share in (0.25, 0.75))
    box = np.zeros(classes.shape, bool)
    box[low : high + 1, columns.min() : columns.max() + 1] = True
    return np.asarray(box & (classes == CLASSES.index("skin")))
