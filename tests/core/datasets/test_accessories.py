from pathlib import Path

import numpy as np
import pytest

from core.datasets.accessories import HeadAccessories
from core.datasets.cut_outs import CUT_SIZE, CutOut
from core.engines import CLASSES
from core.errors import DataError
from core.faces.mesh import NUM_LANDMARKS
from tests.core.datasets.faces import drawn_face

BACKGROUND, HAIR, EYES, EARS, GLASSES, HAT, EARRINGS = (
    CLASSES.index(name) for name in ("background", "hair", "eyes", "ears", "glasses", "hat", "earrings")
)
# A head as it stands in a cut-out: temples, crown, chin, eyes, bridge, hook.
ANCHORS = np.array([[78, 128], [178, 128], [128, 60], [128, 200], [106, 128], [150, 128], [128, 128], [78, 150]], np.float32)


def box(kind: str, left: int, top: int, right: int, bottom: int, opacity: float = 0.0) -> CutOut:
    picture, lens = np.zeros((CUT_SIZE, CUT_SIZE, 4), np.uint8), np.zeros((CUT_SIZE, CUT_SIZE), np.uint8)
    picture[top:bottom, left:right] = (200, 30, 30, 255)
    if kind == "glasses":
        inside = (slice(top + 4, bottom - 4), slice(left + 4, right - 4))
        picture[(*inside, 3)], lens[inside] = round(255 * opacity), 255
    return CutOut(kind, picture, lens, opacity, ANCHORS)


def face() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    picture, regions, landmarks = drawn_face()
    landmarks[[127, 356, 152, 10]] = (112, 150), (208, 150), (160, 227), (160, 103)
    return picture, regions, landmarks


def worn(thing: CutOut, regions: np.ndarray | None = None, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    picture, plain, landmarks = face()
    return HeadAccessories.gather([thing]).paste(
        np.random.default_rng(seed), picture, plain if regions is None else regions, landmarks, thing.kind
    )


@pytest.mark.parametrize("seed", range(6))
def test_hat_sits_on_the_head_and_no_hair_is_left_above_it(seed: int) -> None:
    picture, classes = worn(box("hat", 70, 50, 186, 105), seed=seed)
    _, regions, _ = face()
    rows, columns = np.nonzero(classes == HAT)

    assert rows.max() < 150  # above the eyes
    assert abs(columns.mean() - 160) < 12
    hair = np.nonzero(classes == HAIR)[0]
    assert not len(hair) or hair.min() > rows.min()
    assert (picture[classes == HAT].mean(axis=0)[0] > picture[classes == HAT].mean(axis=0)[1:] * 1.2).all()
    assert (classes[180:] == regions[180:]).all()


def test_hair_that_a_hat_presses_down_becomes_the_background() -> None:
    plain = drawn_face()[1]
    _, classes = worn(box("hat", 100, 90, 156, 105))  # so small that hair shows above it
    lost = (plain == HAIR) & (classes == BACKGROUND)

    assert lost.any()


def test_eyes_are_seen_through_clear_lenses_and_not_through_dark_ones() -> None:
    clear, dark = (worn(box("glasses", 84, 114, 172, 142, opacity))[1] for opacity in (0.1, 0.9))
    eyes = drawn_face()[1] == EYES

    # The rims hide some of them.
    assert (clear[eyes] == EYES).mean() > 0.6
    assert (dark[eyes] == EYES).mean() < 0.1
    assert (clear == GLASSES).sum() > 400


def test_earrings_hang_from_ears_and_only_from_ears() -> None:
    regions = drawn_face()[1]
    thing = box("earrings", 74, 150, 82, 162)

    assert not (worn(thing, regions)[1] == EARRINGS).any()

    regions = regions.copy()
    regions[150:175, 108:116] = EARS
    rows, columns = np.nonzero(worn(thing, regions)[1] == EARRINGS)
    assert 170 <= rows.min() <= 176
    assert 100 <= columns.min() < columns.max() <= 122


def test_nothing_of_a_kind_changes_nothing() -> None:
    picture, regions, landmarks = face()
    things = HeadAccessories.gather([box("hat", 70, 50, 186, 105)])
    same_picture, same_regions = things.paste(np.random.default_rng(0), picture, regions, landmarks, "glasses")

    assert same_picture is picture
    assert same_regions is regions
    assert len(landmarks) == NUM_LANDMARKS


def test_the_same_seed_puts_on_the_same() -> None:
    first, second = (worn(box("hat", 70, 50, 186, 105), seed=4) for _ in range(2))

    np.testing.assert_array_equal(first[0], second[0])


def test_things_come_back_from_their_file(tmp_path: Path) -> None:
    things = HeadAccessories.gather([box("hat", 70, 50, 186, 105), box("glasses", 84, 114, 172, 142, 0.4)])
    things.save(tmp_path / "accessories.npz")
    again = HeadAccessories.load(tmp_path)

    np.testing.assert_array_equal(again.pictures, things.pictures)
    np.testing.assert_array_equal(again.anchors, things.anchors)
    assert again.kinds.tolist() == things.kinds.tolist()


def test_folder_without_things_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"main\.py train render_heads --run"):
        HeadAccessories.load(tmp_path)
    (tmp_path / "accessories.npz").write_bytes(b"PK nothing")
    with pytest.raises(DataError, match="does not hold things to wear"):
        HeadAccessories.load(tmp_path)
