import numpy as np
import pytest

from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Option
from core.avatar.vector import AvatarVector
from core.engines import Camera
from core.faces.expressions import EXPRESSIONS
from core.faces.landmarks import Placed
from core.methods import Estimate, FieldEstimate
from core.mirroring import FacePlay, LiveEstimate, Play, between, chances, keeping, trust
from tests.core.faces.test_pose import _turned

HAIR = DiscreteParameter("hair", "Hair", "hair", tuple(Option(name, name) for name in ("short", "bob", "long", "curly")), "short")
SCHEMA = AvatarSchema(
    "toy", 1,
    (ContinuousParameter("width", "Width", "head"), ContinuousParameter("smile", "Smile", "mouth", 0.25, "extra")),
    (HAIR,),
)  # fmt: skip


def estimated(width: float, hair: str, *best: tuple[str, float]) -> Estimate:
    vector = AvatarVector.from_values(SCHEMA, {"width": width, "hair": hair})
    return Estimate(vector, {"width": FieldEstimate(0.5), "hair": FieldEstimate(0.5, best)}, "toy", "0" * 64)


def face(yaw: float = 0.0, pitch: float = 0.0, **expressed: float) -> Placed:
    expression = np.zeros(len(EXPRESSIONS), np.float32)
    for name, value in expressed.items():
        expression[EXPRESSIONS.index(name)] = value
    points = _turned(yaw, pitch, 0) * 100 + (200, 200, 0)
    return Placed(points.astype(np.float32), expression, 1.0)


def played(play: FacePlay, placed: Placed) -> Play:
    for index in range(60):
        play(placed, index / 30)
    return play(placed, 2.0)


def test_a_face_that_stays_gives_the_estimate_that_its_photo_gives() -> None:
    live, one = LiveEstimate(SCHEMA), estimated(0.75, "bob", ("bob", 0.4), ("long", 0.45), ("short", 0.1))
    assert live.is_empty
    for index in range(20):
        live.hear(one, index / 8, 1.0)
    now = live.now()
    assert now.vector == one.vector
    assert (now.method, now.model) == ("toy", "0" * 64)
    assert [option for option, _ in now.fields["hair"].best][:2] == ["bob", "long"]
    assert now.fields["width"] == one.fields["width"]


def test_an_avatar_does_not_flicker_but_changes_when_the_person_does() -> None:
    live, rng, held = LiveEstimate(SCHEMA), np.random.default_rng(0), []
    for index in range(100):
        hair = "bob" if rng.random() < 0.5 else "long"
        live.hear(estimated(0.5 + rng.normal(0, 0.1), hair, ("bob", 0.4), ("long", 0.4)), index / 8, 1.0)
        held.append((live.now().vector["hair"], live.now().vector["width"]))
    assert len({hair for hair, _ in held[10:]}) == 1
    assert np.std([float(width) for _, width in held[30:]]) < 0.05
    for index in range(100, 130):
        live.hear(estimated(0.9, "curly", ("curly", 0.9)), index / 8, 1.0)
    assert live.now().vector["hair"] == "curly"
    assert float(live.now().vector["width"]) > 0.75


def test_what_nobody_can_see_counts_for_nothing_but_the_first_look_counts() -> None:
    live = LiveEstimate(SCHEMA)
    live.hear(estimated(0.2, "short", ("short", 0.9)), 0.0, 0.0)
    assert live.now().vector["width"] == pytest.approx(0.2)
    for index in range(1, 50):
        live.hear(estimated(0.9, "long", ("long", 0.9)), index / 8, 0.0)
    assert live.now().vector["width"] == pytest.approx(0.2)
    assert live.now().vector["hair"] == "short"
    with pytest.raises(ValueError, match="nothing"):
        LiveEstimate(SCHEMA).now()


def test_parameters_that_no_method_predicts_are_as_the_estimate_has_them() -> None:
    live = LiveEstimate(SCHEMA)
    live.hear(estimated(0.5, "bob"), 0.0, 1.0)
    assert live.now().vector["smile"] == 0.25


def test_chances_put_the_chosen_option_first_and_share_the_rest() -> None:
    said = chances(HAIR, "bob", FieldEstimate(0.2, (("bob", 0.2), ("long", 0.5))))
    assert said.sum() == pytest.approx(1)
    assert said.argmax() == 1
    assert said[0] == said[3] > 0
    assert chances(HAIR, "long", None).argmax() == 2


def test_a_mirror_swaps_sides_and_a_video_does_not() -> None:
    left = face(yaw=20, eyeBlinkLeft=1.0)
    shown, mirrored = played(FacePlay(is_mirrored=False), left), played(FacePlay(is_mirrored=True), left)
    assert dict(shown.pose) == {"eyeBlinkLeft": pytest.approx(1.0, abs=0.01)}
    assert dict(mirrored.pose) == {"eyeBlinkRight": pytest.approx(1.0, abs=0.01)}
    # The nose goes to the picture's right, so we look from its left: as the named views do, with a negative yaw.
    assert shown.camera(Camera(yaw=5)).yaw == pytest.approx(5 - 20, abs=1)
    assert mirrored.camera(Camera()).yaw == pytest.approx(20, abs=1)
    assert played(FacePlay(is_mirrored=True), face(pitch=15)).pitch == pytest.approx(-15, abs=1)


def test_a_resting_face_plays_nothing_and_no_turn_is_too_far() -> None:
    assert played(FacePlay(is_mirrored=True), face(eyeSquintLeft=0.1, mouthPressLeft=0.1)) == Play()
    assert abs(played(FacePlay(is_mirrored=True), face(yaw=75)).yaw) == 40


def test_trust_falls_with_what_hides_or_bends_the_face() -> None:
    assert trust(face()) == pytest.approx(1)
    for hidden in (face(yaw=40), face(eyeBlinkLeft=0.9), face(jawOpen=0.7)):
        assert trust(hidden) == 0
    assert 0.2 < trust(face(yaw=16)) < 0.9


def test_between_two_avatars_numbers_glide_and_choices_jump_and_it_arrives() -> None:
    shown, wanted = estimated(0.2, "short").vector, estimated(0.8, "long").vector
    half = between(shown, wanted, 0.5)
    assert half["width"] == pytest.approx(0.5)
    assert half["hair"] == "long"
    for _ in range(12):
        half = between(half, wanted, 0.5)
    assert half == wanted


def test_kept_values_stay() -> None:
    kept = keeping(estimated(0.2, "short").vector, estimated(0.9, "bob").vector, ["hair"])
    assert kept["hair"] == "bob"
    assert kept["width"] == pytest.approx(0.2)
