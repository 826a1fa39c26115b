"""What the face does: every blendshape moves something, sides are mirror images, mouths open and shut."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from core.avatar.posing import BLENDSHAPES
from core.modelling import fields, meshing
from core.modelling.toon import expressions, eye_motions, head, mouth
from core.modelling.toon.expressions import EXPRESSIONS
from core.modelling.toon.face_motions import BROW_MOTIONS, SKIN_MOTIONS, Flesh
from core.rendering.mesh import Morph

Float = NDArray[np.float32]

ON_EYES = {
    name + side for name in (*eye_motions.LID_MOTIONS, "eyeBlink", "eyeLookIn", "eyeLookOut") for side in ("Left", "Right")
}
SHOWN = {*SKIN_MOTIONS, *BROW_MOTIONS, *ON_EYES, "tongueOut"}


@cache
def face() -> meshing.Surface:
    return meshing.mesh_field(head.head, *head.HEAD_BOX, 0.06)


@cache
def skin_of_the_face() -> dict[str, Morph]:
    return expressions.skin_morphs(face())


@cache
def lips(name: str) -> tuple[meshing.Surface, mouth.LipGrip, dict[str, Morph]]:
    shape = mouth.MOUTH_TYPES[name]
    surface, grip = mouth.lips(shape, mouth.LIGHT), mouth.lip_grip(shape, mouth.LIGHT)
    return surface, grip, expressions.skin_morphs(surface, grip)


def opened(name: str, pose: dict[str, float]) -> Float:
    surface, _, morphs = lips(name)
    offsets = sum((weight * morphs[key].positions for key, weight in pose.items()), np.zeros_like(surface.positions))
    return fields.vector(surface.positions + offsets).reshape(-1, mouth.LIGHT.columns, 3)


def gap(places: Float) -> float:
    """Height of the opening in the mouth's middle."""
    quarter = mouth.LIGHT.columns // 4
    return float(places[2, quarter, 1] - places[2, 3 * quarter, 1])


def test_every_blendshape_of_arkit_is_shown() -> None:
    assert set(BLENDSHAPES) == SHOWN


@pytest.mark.parametrize("name", [*SKIN_MOTIONS, *BROW_MOTIONS])
def test_each_motion_is_visible_local_and_leaves_the_eyes_and_the_back_of_the_head(name: str) -> None:
    surface = face()
    moved = [morphs[name].positions for morphs in (skin_of_the_face(), lips("smile")[2], lips("full")[2]) if name in morphs]
    center, radius = fields.vector(head.EYE_CENTER), head.LID_RADIUS - 0.01
    on_lids = np.linalg.norm(np.abs(surface.positions) - center, axis=1) < radius
    skin = skin_of_the_face().get(name)

    if name in BROW_MOTIONS:
        brows = fields.vector([[x, 0.4, 0.75] for x in np.linspace(-0.6, 0.6, 41)])
        moved.append(BROW_MOTIONS[name](brows))
    assert 0.014 < max(float(np.abs(offsets).max()) for offsets in moved) < 0.26
    if skin is not None:
        assert np.abs(skin.positions[surface.positions[:, 2] < -0.25]).max() == 0
        assert np.abs(skin.positions[on_lids]).max() < 0.012


@pytest.mark.parametrize("name", [name for name in (*SKIN_MOTIONS, *BROW_MOTIONS) if name.endswith("Left")])
def test_left_and_right_are_mirror_images(name: str) -> None:
    points = face().positions[face().positions[:, 2] > 0.2]
    flip = fields.vector([-1, 1, 1])
    twin = name.replace("Left", "Right")
    if name in SKIN_MOTIONS:
        here = SKIN_MOTIONS[name](Flesh.of(points))
        there = SKIN_MOTIONS[twin](Flesh.of(fields.vector(points * flip)))
    else:
        here, there = BROW_MOTIONS[name](points), BROW_MOTIONS[twin](fields.vector(points * flip))

    np.testing.assert_allclose(here * flip, there, atol=4e-4)


def test_left_is_the_avatars_own_left() -> None:
    corners = fields.vector([[0.27, -0.42, 0.75], [-0.27, -0.42, 0.75]])
    smile = SKIN_MOTIONS["mouthSmileLeft"](Flesh.of(corners))

    assert smile[0, 1] > 0.05
    assert np.abs(smile[1]).max() == 0


@pytest.mark.parametrize("name", mouth.MOUTH_TYPES)
def test_every_mouth_opens_smiles_and_meets_the_face_at_its_rim(name: str) -> None:
    surface, _, morphs = lips(name)
    rest, jaw, smile = (opened(name, pose) for pose in ({}, {"jawOpen": 1.0}, {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}))
    rim = slice(-mouth.LIGHT.columns, None)

    assert gap(jaw) > gap(rest) + 0.15
    assert gap(opened(name, {"jawOpen": 1.0, "mouthClose": 1.0})) < gap(rest) + 0.02
    assert smile[2, 0, 1] - rest[2, 0, 1] > 0.045
    assert smile[2, 0, 0] - rest[2, 0, 0] > 0.02
    for key in ("jawOpen", "mouthSmileLeft", "mouthPucker"):
        skin = SKIN_MOTIONS[key](Flesh.of(surface.positions[rim]))
        np.testing.assert_allclose(morphs[key].positions[rim], skin, atol=6e-4)


def test_a_planted_gap_at_the_rim_is_caught() -> None:
    surface, grip, _ = lips("smile")
    firm = replace(grip, share=np.ones_like(grip.share))
    rim = slice(-mouth.LIGHT.columns, None)
    moved = SKIN_MOTIONS["jawOpen"](Flesh.of(surface.positions, firm))[rim]

    assert np.abs(moved - SKIN_MOTIONS["jawOpen"](Flesh.of(surface.positions[rim]))).max() > 0.05


def test_an_open_mouth_can_be_shut() -> None:
    shape = mouth.MOUTH_TYPES["open_smile"]

    assert gap(mouth.lips(shape, mouth.LIGHT).positions.reshape(-1, mouth.LIGHT.columns, 3)) > 0.1
    assert gap(mouth.lips(mouth.shut(shape), mouth.LIGHT).positions.reshape(-1, mouth.LIGHT.columns, 3)) < 0.02


def test_expressions_are_made_of_blendshapes_and_each_of_its_own() -> None:
    assert list(EXPRESSIONS) == ["neutral", "smile", "grin", "laugh", "surprised", "wink", "kiss", "sad", "angry", "sleepy"]
    assert EXPRESSIONS["neutral"] == {}
    for weights in EXPRESSIONS.values():
        assert set(weights) <= {*SHOWN, expressions.SHUT}
        assert all(0 < weight <= 1 for weight in weights.values())
    assert len({tuple(sorted(weights.items())) for weights in EXPRESSIONS.values()}) == len(EXPRESSIONS)


def test_brows_keep_their_thickness() -> None:
    ring = np.stack([np.cos(np.arange(8)), np.sin(np.arange(8)), 0 * np.arange(8)], 1) * 0.03
    places = np.array([[0.2 + 0.05 * k, 0.42, 0.78] for k in range(6)])
    tube = fields.vector((places[:, None] + ring).reshape(-1, 3))
    triangles = np.array([[0, 1, 8]], np.uint32)
    for morph in expressions.brow_morphs(tube, triangles, 8).values():
        moved = morph.positions.reshape(6, 8, 3)
        np.testing.assert_allclose(moved, np.broadcast_to(moved[:, :1], moved.shape), atol=1e-6)


def test_a_grin_is_a_smile_of_teeth_with_the_jaw_nearly_closed() -> None:
    grin = expressions.EXPRESSIONS["grin"]

    assert grin["jawOpen"] <= 0.25
    assert grin[expressions.SHUT] == 1.0  # of the mouth that is open at rest
    assert grin["mouthUpperUpLeft"] == grin["mouthUpperUpRight"] > 0.3
