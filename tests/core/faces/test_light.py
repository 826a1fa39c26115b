import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.faces.light import CUES, eye_whites, light_cues, light_of
from core.faces.mesh import LEFT_EYE
from tests.core.faces_of_nobody import landmarks

USUAL = {
    "skin": (0.43, 0.2, 0.14), "eyes": (0.5, 0.27, 0.22), "grey": (0.6, 0.51, 0.51), "brightest": (0.8, 0.79, 0.78),
    "mean": (0.25, 0.2, 0.18),
}  # fmt: skip


def cues(light: tuple[float, float, float], without: tuple[str, ...] = ()) -> dict[str, np.ndarray | None]:
    return {name: None if name in without else np.array(USUAL[name], np.float32) * np.array(light, np.float32) for name in CUES}


def test_usual_colours_are_of_white_light() -> None:
    assert light_of(cues((1, 1, 1))) == pytest.approx([1, 1, 1], abs=0.02)


@given(st.floats(0.6, 1.6), st.floats(0.6, 1.6), st.floats(0.1, 3))
def test_coloured_light_is_found_whatever_its_strength(red: float, blue: float, strength: float) -> None:
    light = np.array([red, 1, blue])
    found = light_of(cues((red * strength, strength, blue * strength)))

    assert found.mean() == pytest.approx(1, abs=1e-4)
    assert found / found[1] == pytest.approx(light, rel=0.12)


def test_one_strange_colour_is_not_the_light() -> None:
    """A red wall behind a person whose skin and eyes are as usual."""
    strange = cues((1, 1, 1)) | {"mean": np.array([0.5, 0.1, 0.1], np.float32)}

    assert np.abs(np.log(light_of(strange))).max() < 0.15


@pytest.mark.parametrize("without", [("eyes",), ("skin",), ("skin", "eyes")])
def test_what_is_not_seen_is_left_to_the_rest(without: tuple[str, ...]) -> None:
    light = (1.4, 1, 0.7)

    assert light_of(cues(light, without)) == pytest.approx(light_of(cues(light)), rel=0.06)


def test_light_of_nothing_and_of_black_and_white_photos_is_white() -> None:
    grey = np.random.default_rng(0).uniform(0, 1, (30, 30, 1)).astype(np.float32).repeat(3, axis=2)
    seen = np.ones((30, 30), bool)
    skin = np.array([0.2, 0.2, 0.2], np.float32)

    assert (light_of(light_cues(grey, seen, skin, skin)) == 1).all()
    assert (light_of(light_cues(grey, ~seen, None, None)) == 1).all()


def test_iris_and_lids_are_not_the_white_of_the_eye() -> None:
    points = landmarks()
    for iris, eye in ((range(468, 473), LEFT_EYE),):
        centre = points[eye].mean(axis=0)
        points[list(iris)] = centre + np.array([[0, 0], [4, 0], [0, -4], [-4, 0], [0, 4]])
    picture = np.full((320, 320, 3), (0.4, 0.2, 0.1), np.float32)
    rows, columns = np.mgrid[:320, :320] + 0.5
    far = np.hypot(columns - points[468, 0], rows - points[468, 1])
    picture[far < 30] = (0.6, 0.5, 0.5)
    picture[far < 4.1] = (0.9, 0.9, 0.1)
    seen = np.zeros((320, 320), bool)
    seen[:, :160] = True

    assert eye_whites(picture, seen, points) == pytest.approx([0.6, 0.5, 0.5])
    assert eye_whites(picture, seen[:, ::-1] & False, points) is None
