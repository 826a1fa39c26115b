import numpy as np

from core.datasets.mending import forget_earrings, mend, mend_bald, mend_covered, mend_shaven, skin_distance, traits
from core.datasets.portraits import IGNORED
from core.engines import CLASSES
from core.faces.mesh import OVAL
from tests.core.datasets.faces import drawn_face

HAT, HAIR, SKIN, EARS, CLOTHES = (CLASSES.index(name) for name in ("hat", "hair", "skin", "ears", "clothes"))
EVERYWHERE = np.ones((320, 320), bool)


def test_hair_of_the_skins_colour_is_skin_on_a_bald_head_and_dark_hair_stays() -> None:
    picture, regions, landmarks = drawn_face()
    scalp = (regions == HAIR) & (np.arange(320)[None] > 150)
    picture[scalp] = (205, 150, 120)
    mended = mend_bald(picture, regions, landmarks, EVERYWHERE)
    top = np.abs(np.arange(320) - landmarks[OVAL][:, 0].mean())[None] < 0.35 * np.ptp(landmarks[OVAL][:, 0])
    above = np.arange(320)[:, None] < 130

    assert (mended[scalp & above & top] == SKIN).mean() > 0.8  # the rest lies above the skull
    assert (mended[scalp & above] == HAIR).mean() < 0.2
    assert (mended[(regions == HAIR) & (np.arange(320)[None] < 147)] == HAIR).mean() > 0.95


def test_a_fringe_of_grey_hair_stays_at_the_sides_of_a_bald_head() -> None:
    picture, regions, landmarks = drawn_face()
    low, high = landmarks[OVAL].min(axis=0), landmarks[OVAL].max(axis=0)
    aside = np.abs((np.arange(320) + 0.5 - landmarks[OVAL][:, 0].mean()) / (high - low)[0])[None] > 0.42
    fringe = (regions == HAIR) & aside & (np.arange(320)[:, None] > low[1] + 5)
    picture[fringe] = (197, 155, 132)
    distance = skin_distance(picture, regions == SKIN)[fringe]
    mended = mend_bald(picture, regions, landmarks, EVERYWHERE)

    assert 2 < np.median(distance) < 5
    assert fringe.sum() > 200
    assert (mended[fringe] == HAIR).mean() > 0.8


def test_a_shaven_head_has_no_hair_whatever_the_teacher_says_and_no_skin_outside_the_photo() -> None:
    _, regions, landmarks = drawn_face()
    regions[:75] = HAIR  # something behind the head
    inside = np.broadcast_to(np.arange(320)[:, None] >= 80, (320, 320))
    regions[~inside] = IGNORED
    skull = (regions == HAIR) & (np.abs(np.arange(320) - landmarks[OVAL][:, 0].mean())[None] < 20)
    mended = mend_shaven(regions, landmarks, inside)

    assert not (mended == HAIR).any()
    assert (mended[skull] == SKIN).mean() > 0.9
    assert (mended[~inside] == IGNORED).all()
    assert (mended[(regions != HAIR) & (regions != IGNORED)] == regions[(regions != HAIR) & (regions != IGNORED)]).all()


def test_a_red_hat_that_was_taken_for_skin_is_a_hat() -> None:
    _, regions, landmarks = drawn_face()
    high = (regions == HAIR) & (np.arange(320)[:, None] < landmarks[OVAL][:, 1].min() - 20)
    regions[high] = SKIN
    mended = mend_covered(regions, landmarks, EVERYWHERE, is_scarf=False)

    assert high.sum() > 200
    assert (mended[high] == HAT).mean() > 0.95


def test_a_wrap_that_was_taken_for_hair_is_a_hat_and_beside_the_face_nobody_knows() -> None:
    _, regions, landmarks = drawn_face()
    mended = mend_covered(regions, landmarks, EVERYWHERE, is_scarf=False)
    above, below = np.arange(320)[:, None] < 130, np.arange(320)[:, None] > 137
    top, middle = int(landmarks[OVAL][:, 1].min()), int(landmarks[OVAL][:, 0].mean())

    assert set(np.unique(mended[(regions == HAIR) & above])) == {HAT, IGNORED}
    assert (mended[top - 10 : top - 1, middle] == IGNORED).all(), "hair may be seen there"
    assert (mended[: top - 14][regions[: top - 14] == HAIR] == HAT).all()
    assert (mended[(regions == HAIR) & below] == IGNORED).all()
    assert (mended[regions == SKIN] == SKIN).all()


def test_a_scarf_is_hat_beside_the_face_too() -> None:
    _, regions, landmarks = drawn_face()
    mended = mend_covered(regions, landmarks, EVERYWHERE, is_scarf=True)

    assert (mended[regions == HAIR] == HAT).all()


def test_what_lies_outside_the_photo_stays_unknown() -> None:
    picture, regions, landmarks = drawn_face()
    regions[:70] = IGNORED
    inside = np.broadcast_to(np.arange(320)[:, None] >= 70, (320, 320))

    assert (mend_bald(picture, regions, landmarks, inside)[:70] == IGNORED).all()
    assert (mend_covered(regions, landmarks, inside, is_scarf=True)[:70] == IGNORED).all()


def test_skin_is_near_and_hair_far_from_the_skins_colour() -> None:
    picture, regions, _ = drawn_face()
    distance = skin_distance(picture, regions == SKIN)

    assert np.median(distance[regions == SKIN]) < 1
    assert np.median(distance[regions == HAIR]) > 5


def test_below_the_ears_of_who_wears_earrings_nobody_knows() -> None:
    _, regions, landmarks = drawn_face()
    regions[150:200, 110:116] = EARS
    kept = forget_earrings(regions, landmarks)

    assert (kept[180:200, 110:116] == IGNORED).all()
    assert (kept[150:170, 110:116] == EARS).all()


def test_who_shows_nothing_special_is_not_mended() -> None:
    picture, regions, landmarks = drawn_face()
    seen = {name: bool(values[0]) for name, values in traits(["nobody.jpg"]).items()}

    assert (mend("nobody.jpg", seen, (picture, regions), landmarks, EVERYWHERE) == regions).all()


def test_traits_are_of_the_files_asked_for() -> None:
    seen = traits(["official_0084.jpg", "official_0003.jpg", "nobody.jpg"])

    assert seen["covered"].tolist() == [True, False, False]
    assert seen["bald"].tolist() == [False, True, False]
