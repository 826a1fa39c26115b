"""Following and judging a face with the shipped networks, on scikit-image's astronaut (public domain)."""

import numpy as np
import pytest
from PIL import Image

from core.faces import following
from core.faces.align import GUIDE, Frame, five_points, wider
from core.faces.following import follow_face, read_followed
from core.faces.framing import (
    LIGHTS,
    NO_FACE,
    OFF_CENTRE,
    TOO_DARK,
    TOO_LARGE,
    TOO_SMALL,
    judge_framing,
)  # fmt: skip
from core.faces.landmarks import Placed
from core.faces.mesh import OVAL
from core.faces.reading import read_selfie

skimage_data = pytest.importorskip("skimage.data", reason="the astronaut comes with scikit-image (extra build)")
SIDE = 480


@pytest.fixture(scope="module")
def well_framed() -> np.ndarray:
    """The astronaut as somebody who did what the guide shows."""
    image = np.asarray(skimage_data.astronaut())
    return Frame(wider(read_selfie(image).quad, 1.6), SIDE).crop(image)


@pytest.fixture(scope="module")
def placed(well_framed: np.ndarray) -> Placed:
    found = follow_face(well_framed, None)
    assert found is not None
    return found


def shrunk(image: np.ndarray, side: int, x: int = 0, y: int = 0) -> np.ndarray:
    """The picture, smaller, on grey."""
    small = np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BOX))
    scene = np.full_like(image, 110)
    scene[y : y + side, x : x + side] = small
    return scene


def test_a_face_is_followed_without_looking_for_it_again(
    well_framed: np.ndarray, placed: Placed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "likeliest_face", lambda _: pytest.fail("it was looked for"))
    now: Placed | None = placed
    for step in range(0, 61, 12):
        moved = np.roll(well_framed, step, axis=1)
        now = follow_face(moved, now)
        assert now is not None
        expected = five_points(placed.points[:, :2]) + np.array([step, 0])
        assert np.hypot(*(five_points(now.points[:, :2]) - expected).T).max() < 4


def test_a_face_that_is_gone_is_not_followed_and_is_found_when_it_comes_back(well_framed: np.ndarray, placed: Placed) -> None:
    empty = np.full_like(well_framed, 110)
    assert follow_face(empty, placed) is None
    assert follow_face(empty, None) is None
    assert follow_face(well_framed, None) is not None


def test_the_selfie_of_a_followed_face_is_that_of_the_photo(well_framed: np.ndarray, placed: Placed) -> None:
    once, followed = read_selfie(well_framed), read_followed(well_framed, placed)
    side = float(np.hypot(*(once.quad[3] - once.quad[0])))
    assert np.abs(followed.quad - once.quad).max() < 0.02 * side


def test_a_face_in_the_guide_is_well_framed(well_framed: np.ndarray, placed: Placed) -> None:
    framing = judge_framing(well_framed, placed)
    assert framing.is_good, framing
    x, y, half_width, half_height = GUIDE
    outline = placed.points[OVAL, :2] / SIDE
    assert np.hypot((outline[:, 0] - x) / half_width, (outline[:, 1] - y) / half_height).max() < 1


@pytest.mark.parametrize(
    ("side", "x", "y", "light", "hint"),
    [(200, 140, 140, "size", TOO_SMALL), (380, 60, 50, None, ""), (380, 0, 100, "place", OFF_CENTRE)],
)
def test_where_the_face_is_and_how_large_is_told(
    well_framed: np.ndarray, side: int, x: int, y: int, light: str | None, hint: str
) -> None:
    scene = shrunk(well_framed, side, x, y)
    framing = judge_framing(scene, follow_face(scene, None))
    if light is None:
        assert framing.lights["place"]
        assert framing.lights["size"]
    else:
        assert framing.lights[light] is False
        assert framing.hint == hint


def test_too_close_too_dark_and_nobody_are_told(well_framed: np.ndarray, placed: Placed) -> None:
    middle = slice(SIDE // 4, SIDE - SIDE // 4)
    close = np.ascontiguousarray(well_framed[middle, middle])
    assert judge_framing(close, follow_face(close, None)).hint == TOO_LARGE
    dark = (well_framed * 0.25).astype(np.uint8)
    framing = judge_framing(dark, placed)
    assert framing.lights["light"] is False
    assert framing.hint == TOO_DARK
    nobody = judge_framing(well_framed, None)
    assert nobody.hint == NO_FACE
    assert tuple(nobody.lights) == LIGHTS
    assert not nobody.is_good
