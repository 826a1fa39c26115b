"""Eyes close exactly, whatever their type, size and tilt, and eyeballs stay behind the lids on the way."""

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from core.avatar.posing import BLENDSHAPES, posed, with_products
from core.engines import CLASSES
from core.modelling import fields, meshing
from core.modelling.toon import eye_motions, eyes, head, parts, warps
from core.rendering.device import on_render_thread
from core.rendering.mesh import PART_CLASS, PARTS, Mesh, Morph
from core.rendering.scene import Item, Material, View

Float = NDArray[np.float32]
Weights = Mapping[str, float]

PURE = [{f"eye_type_{number}": 1.0} for number in range(1, 5)]


def mixed() -> list[dict[str, float]]:
    """Six random blends with random size and tilt."""
    rng = np.random.default_rng(11)
    blends = rng.dirichlet(np.ones(4), 6)
    sliders = rng.uniform(-1, 1, (6, 2))
    names = [*(f"eye_type_{number}" for number in range(1, 5)), "eye_size", "eye_rotation"]
    return [dict(zip(names, [*blend, *pair], strict=True)) for blend, pair in zip(blends, sliders, strict=True)]


EYES: list[dict[str, float]] = [*PURE, *mixed(), {"eye_type_1": 1.0, "eye_size": 1.0}, {"eye_type_3": 1.0, "eye_size": -1.0}]


def pair(surface: meshing.Surface) -> meshing.Surface:
    return meshing.joined([surface, meshing.reflected(surface)])


@pytest.fixture(scope="module")
def lids() -> tuple[meshing.Surface, dict[str, Morph]]:
    def make(shape: eyes.EyeShape) -> meshing.Surface:
        return eyes.lids(shape, eyes.FULL)

    still = pair(make(eyes.NEUTRAL))
    types = {
        f"eye_type_{number}": Morph(fields.vector(pair(make(shape)).positions - still.positions), still.normals)
        for number, shape in enumerate(eyes.EYE_TYPES.values(), 1)
    }
    return still, {**warps.morphs(still.positions, still.normals), **types, **eye_motions.lid_morphs(make, still)}


@pytest.fixture(scope="module")
def balls() -> tuple[meshing.Surface, dict[str, Morph]]:
    ball, _ = eyes.eyeball()
    both = pair(ball)
    return both, {**warps.morphs(both.positions, both.normals), **eye_motions.gaze_morphs(ball, both)}


def moved(shape: tuple[meshing.Surface, dict[str, Morph]], weights: Weights, pose: Weights) -> Float:
    surface, morphs = shape
    total = with_products(posed(weights, pose), morphs)
    offsets = sum((total.get(name, 0.0) * morph.positions for name, morph in morphs.items()), np.zeros_like(surface.positions))
    return fields.vector(surface.positions + offsets)


def center_and_radius(weights: Weights) -> tuple[Float, float]:
    center = fields.vector([head.EYE_CENTER])
    total = center + sum(weights.get(name, 0.0) * warps.WARPS[name](center) for name in ("eye_size", "eye_rotation"))
    return fields.vector(total), head.EYE_RADIUS * (1 + 0.15 * weights.get("eye_size", 0.0))


@pytest.mark.parametrize("weights", EYES)
def test_eyeballs_stay_behind_the_lids_all_the_way(lids: tuple[meshing.Surface, dict[str, Morph]], weights: Weights) -> None:
    center, radius = center_and_radius(weights)
    half = len(lids[0].positions) // 2
    triangles = lids[0].triangles[(lids[0].triangles < half).all(1)]
    outer = triangles[(triangles >= 2 * eyes.FULL.columns).all(1)]
    for blink in np.linspace(0, 1, 9):
        places = moved(lids, weights, {"eyeBlinkLeft": float(blink)})
        middles = places[outer].mean(1)
        assert np.linalg.norm(middles - center, axis=1).min() > radius + 0.002, blink


@pytest.mark.parametrize("weights", EYES)
def test_closed_lids_meet(lids: tuple[meshing.Surface, dict[str, Morph]], weights: Weights) -> None:
    places = moved(lids, weights, {"eyeBlinkLeft": 1.0})[2 * eyes.FULL.columns : 3 * eyes.FULL.columns]
    upper, lower = places[1 : eyes.FULL.columns // 2], places[: eyes.FULL.columns // 2 : -1]

    assert np.abs(upper - lower).max() < 0.004


def test_lids_of_the_other_eye_stay(lids: tuple[meshing.Surface, dict[str, Morph]]) -> None:
    half = len(lids[0].positions) // 2
    places = moved(lids, {}, {"eyeBlinkLeft": 1.0})

    assert np.array_equal(places[half:], lids[0].positions[half:])
    assert np.abs(places[:half] - lids[0].positions[:half]).max() > 0.1


def test_left_and_right_are_mirror_images(
    lids: tuple[meshing.Surface, dict[str, Morph]], balls: tuple[meshing.Surface, dict[str, Morph]]
) -> None:
    flip = fields.vector([-1, 1, 1])
    for surface, morphs in (lids, balls):
        half = len(surface.positions) // 2
        for name, morph in morphs.items():
            if "Left" in name:
                twin = morphs[name.replace("Left", "Right")]
                np.testing.assert_allclose(morph.positions[:half] * flip, twin.positions[half:], atol=1e-6)
                np.testing.assert_allclose(morph.normals[:half] * flip, twin.normals[half:], atol=1e-6)
                assert set(name.split("*")) - {f"eye_type_{n}" for n in range(1, 5)} - set(warps.WARPS) <= set(BLENDSHAPES)


@pytest.mark.parametrize(
    ("name", "direction"),
    [("eyeLookOutLeft", (1, 0)), ("eyeLookInLeft", (-1, 0)), ("eyeLookUpLeft", (0, 1)), ("eyeLookDownLeft", (0, -1))],
)
def test_the_gaze_turns_the_eyeball_and_keeps_it_round(
    balls: tuple[meshing.Surface, dict[str, Morph]], name: str, direction: tuple[float, float]
) -> None:
    half = len(balls[0].positions) // 2
    for weights in ({}, {"eye_size": 1.0}, {"eye_size": -1.0, "eye_rotation": 1.0}):
        center, radius = center_and_radius(weights)
        for weight in (0.5, 1.0):
            places = moved(balls, weights, {name: weight})[:half]
            assert np.abs(np.linalg.norm(places - center, axis=1) - radius).max() < 0.012
        iris = moved(balls, weights, {name: 1.0})[0] - moved(balls, weights, {})[0]
        assert iris[:2] @ np.array(direction) > 0.05


@pytest.mark.slow
def test_closed_eyes_show_no_eyeball() -> None:
    meshes = parts.eye_meshes()
    materials = {"skin": Material("skin"), "eyes": Material("eye")}
    view = View(head.EYE_CENTER, 0.45, 18.0, wide=False)

    def seen(weights: Weights, pose: Weights, level: str) -> int:
        chosen: list[Mesh] = [mesh for mesh in meshes if mesh.name.endswith(".light") == (level == "light")]
        items = [Item(mesh, materials[mesh.material], with_products(posed(weights, pose), mesh.morphs)) for mesh in chosen]
        ids = on_render_thread(lambda renderer: renderer.draw_parts(items, view, 256))
        eyeballs = [index + 1 for index, part in enumerate(PARTS) if PART_CLASS[part] == CLASSES[2]]
        y, x = np.mgrid[-127.5:128, -127.5:128] * (0.45 / 128)
        opening = np.hypot(x / 0.215, y / 0.17) < 1  # beyond the lids' patch lies the head, which is not drawn here
        return int(np.isin(ids[opening], eyeballs).sum())

    for weights in EYES:
        for level in ("full", "light"):
            assert seen(weights, {}, level) > 300
            assert seen(weights, {"eyeBlinkLeft": 1.0}, level) == 0
