import numpy as np

from core.avatar.vector import AvatarVector
from core.engines.toy import SCHEMA, ToyEngine
from core.faces.colours import read_colours
from core.faces.selfie import Selfie
from tests.core.faces_of_nobody import selfie_of


def selfie(**values: str) -> Selfie:
    return selfie_of(ToyEngine(), AvatarVector.default(SCHEMA).with_values(values))


def test_red_light_does_not_change_the_measured_skin_much() -> None:
    one = selfie()
    red = np.clip(one.wide * np.array([1.0, 0.94, 0.88]), 0, 255).astype(np.uint8)
    plain, lit, left = (
        read_colours(wide, one.masks, inside).skin for wide, inside in ((one.wide, one.inside), (red, one.inside), (red, None))
    )
    assert plain is not None
    assert lit is not None
    assert left is not None

    assert np.linalg.norm((lit.lab - plain.lab)[1:]) < 0.2 * np.linalg.norm((left.lab - plain.lab)[1:])


def test_what_is_dark_glaring_or_black_and_white_is_trusted_less() -> None:
    one = selfie()
    grey = one.wide.mean(axis=2, keepdims=True).repeat(3, axis=2)
    trust = []
    for wide in (one.wide * 0.8, one.wide * 0.01, one.wide * 2.0, grey):
        skin = read_colours(np.clip(wide, 0, 255).astype(np.uint8), one.masks, one.inside).skin
        assert skin is not None
        trust.append(skin.confidence)

    assert trust[0] > 0.7
    assert max(trust[1:]) < 0.4


def test_bald_heads_have_no_colour_of_hair() -> None:
    bald = selfie(hair_type="bald")

    assert read_colours(bald.wide, bald.masks, bald.inside).hair is None
