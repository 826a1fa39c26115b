"""The shipped networks on scikit-image's astronaut (public domain)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.engines import CLASSES
from core.errors import NoFaceError, SettingError, SeveralFacesError
from core.faces import reading
from core.faces.finding import find_faces
from core.faces.mesh import LEFT_EYE, RIGHT_EYE
from core.faces.overlay import draw_overlay
from core.faces.reading import read_selfie
from core.faces.selfie import MASK_SIZE, WIDE_SIZE, Selfie

skimage_data = pytest.importorskip("skimage.data", reason="the astronaut comes with scikit-image (extra build)")


@pytest.fixture(scope="module")
def astronaut() -> np.ndarray:
    return np.asarray(skimage_data.astronaut())


@pytest.fixture(scope="module")
def selfie(astronaut: np.ndarray) -> Selfie:
    return read_selfie(astronaut, path=Path("astronaut.png"))


def _photo_landmarks(selfie: Selfie) -> np.ndarray:
    return selfie.frame.to_picture(selfie.landmarks)


def test_a_selfie_has_the_agreed_shapes(selfie: Selfie) -> None:
    shapes = {name: getattr(selfie, name).shape for name in ("image", "wide", "inside", "landmarks", "masks", "quad", "box")}
    kinds = [str(array.dtype) for array in (selfie.image, selfie.wide, selfie.inside, selfie.landmarks, selfie.masks)]

    assert shapes == {
        "image": (256, 256, 3), "wide": (320, 320, 3), "inside": (320, 320), "landmarks": (478, 2),
        "masks": (13, MASK_SIZE, MASK_SIZE), "quad": (4, 2), "box": (4,),
    }  # fmt: skip
    assert kinds == ["uint8", "uint8", "bool", "float32", "float32"]
    assert 0.5 <= selfie.score <= 1
    assert selfie.path == Path("astronaut.png")


def test_the_eyes_are_where_they_are(selfie: Selfie) -> None:
    """Marked by eye on the picture: pixels (203, 100) and (250, 102)."""
    landmarks = _photo_landmarks(selfie)

    assert np.hypot(*(landmarks[LEFT_EYE].mean(axis=0) - (203, 100))) < 6
    assert np.hypot(*(landmarks[RIGHT_EYE].mean(axis=0) - (250, 102))) < 6


def test_masks_are_probabilities_and_the_face_is_in_them(selfie: Selfie) -> None:
    assert np.abs(selfie.masks.sum(axis=0) - 1).max() < 1e-4
    classes = selfie.masks.argmax(axis=0)
    nose, cheek = (selfie.landmarks[[4, 50]] * (MASK_SIZE / WIDE_SIZE)).astype(int)

    assert classes[nose[1], nose[0]] == CLASSES.index("nose")
    assert classes[cheek[1], cheek[0]] == CLASSES.index("skin")
    assert 0.05 < (classes == CLASSES.index("hair")).mean() < 0.5


def test_reading_is_deterministic_in_any_thread(astronaut: np.ndarray, selfie: Selfie) -> None:
    with ThreadPoolExecutor(3) as pool:
        others = list(pool.map(read_selfie, [astronaut] * 3))

    for other in others:
        assert other.digest == selfie.digest
        assert (other.masks == selfie.masks).all()
        assert (other.landmarks == selfie.landmarks).all()


def test_the_quad_turns_with_the_photo(astronaut: np.ndarray, selfie: Selfie) -> None:
    turned = np.asarray(Image.fromarray(astronaut).rotate(-15, expand=False, resample=Image.Resampling.BICUBIC))
    down = read_selfie(turned).quad[1] - read_selfie(turned).quad[0]
    straight = selfie.quad[1] - selfie.quad[0]
    angle = np.degrees(np.arctan2(*straight) - np.arctan2(*down))

    assert angle == pytest.approx(15, abs=3)


def test_a_mirrored_photo_mirrors_the_landmarks(astronaut: np.ndarray, selfie: Selfie) -> None:
    mirrored = _photo_landmarks(read_selfie(np.ascontiguousarray(astronaut[:, ::-1])))
    original = _photo_landmarks(selfie)
    eyes = np.hypot(*(original[33] - original[263]))

    assert np.hypot(*(mirrored[33] * (-1, 1) + (512, 0) - original[263])) < 0.08 * eyes
    assert np.hypot(*(mirrored[152] * (-1, 1) + (512, 0) - original[152])) < 0.12 * eyes


def test_of_two_faces_one_must_be_chosen(astronaut: np.ndarray) -> None:
    photo = np.hstack([astronaut, astronaut])
    with pytest.raises(SeveralFacesError, match=r"There are 2 faces in this picture\. Say which one with --face 1") as error:
        read_selfie(photo)
    assert error.value.count == 2

    first, second = read_selfie(photo, 1), read_selfie(photo, 2)

    assert first.box[2] < 512 < second.box[0]
    with pytest.raises(SettingError, match="There are 2 faces in this picture, so there is no face 3"):
        read_selfie(photo, 3)


def test_a_passer_by_needs_no_choice(astronaut: np.ndarray) -> None:
    photo = np.full((512, 640, 3), 128, np.uint8)
    photo[:, :512] = astronaut
    photo[300:430, 512:640] = np.asarray(Image.fromarray(astronaut).resize((128, 130)))

    assert read_selfie(photo).box[2] < 512


def test_a_small_face_is_found_at_the_second_look(astronaut: np.ndarray) -> None:
    photo = np.full((1500, 2000, 3), 128, np.uint8)
    photo[500:1200, 600:1300] = np.asarray(Image.fromarray(astronaut).resize((700, 700)))
    (face,) = find_faces(photo)

    assert np.hypot(*(face.centre - (600 + 310, 500 + 165))) < 25


@pytest.mark.parametrize("shape", [(300, 400), (1, 1), (2000, 3), (3, 2000)])
def test_without_a_face_there_is_one_clear_sentence(shape: tuple[int, int]) -> None:
    with pytest.raises(NoFaceError, match=r"^No face was found in grey\.png\. Use a photo from the front"):
        read_selfie(np.full((*shape, 3), 120, np.uint8), path=Path("grey.png"))


def test_the_overlay_draws_on_the_face_and_leaves_the_rest(astronaut: np.ndarray, selfie: Selfie) -> None:
    drawn = draw_overlay(astronaut, selfie)
    changed = (drawn != astronaut).any(axis=-1)
    x, y = selfie.quad.mean(axis=0).astype(int)

    assert drawn.shape == astronaut.shape
    assert changed[y - 20 : y + 20, x - 20 : x + 20].mean() > 0.5
    assert not changed[-60:, -60:].any()


def test_faces_that_are_known_are_not_looked_for_again(astronaut: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    known = find_faces(astronaut)
    monkeypatch.setattr(reading, "find_faces", lambda _: pytest.fail("it looked again"))

    assert np.array_equal(read_selfie(astronaut, found=known).quad, read_selfie(astronaut, 1, found=known).quad)
    with pytest.raises(NoFaceError):
        read_selfie(astronaut, found=())
