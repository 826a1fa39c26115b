from pathlib import Path

import numpy as np
import pytest

from core.avatar.vector import AvatarVector
from core.engines.pack import PackEngine
from core.rendering.mesh import PARTS
from core.soundness.posing import Surface, at_rest, posed
from tests.core.engines.packs import moved, write_pack
from tests.core.rendering.shapes import sphere
from tests.core.soundness.bodies import ball, body_of


@pytest.fixture
def engine(tmp_path: Path) -> PackEngine:
    return PackEngine(write_pack(tmp_path))


@pytest.mark.parametrize("distance", [-0.25, -0.06, -0.01, 0.01, 0.06, 0.25])
def test_heights_are_those_over_a_sphere(distance: float) -> None:
    directions = np.random.default_rng(0).normal(size=(400, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)

    heights, normals = Surface(ball("skin", 1.0), ["skin"]).heights((directions * (1 + distance)).astype(np.float32))

    assert heights == pytest.approx(np.full(400, distance), abs=0.002 + 0.02 * abs(distance))
    assert np.einsum("ni,ni->n", normals, directions).min() > 0.99


def test_points_past_an_open_edge_or_far_away_are_on_no_side() -> None:
    cap = moved(sphere(rings=48), (0, 0, 0), keep=0.0)
    surface = Surface(body_of([cap]), ["skin"])

    heights, _ = surface.heights(np.array([[1, -0.1, 0], [1.0, -0.02, 0], [0, 2, 0], [0, 1.01, 0]], np.float32))

    assert np.isinf(heights[:3]).all()
    assert heights[3] == pytest.approx(0.01, abs=0.002)


def test_gap_is_the_distance_of_the_nearest_point() -> None:
    surface = Surface(ball("skin", 1.0), ["skin"])

    assert surface.gap(np.array([[0, 1.5, 0], [0, 0, 1.2]], np.float32)) == pytest.approx(0.2, abs=0.003)


def test_parts_keep_their_own_vertices_and_triangles() -> None:
    body = body_of([sphere(rings=8), sphere("lens", "lens", rings=6)])
    rows = body.vertices_of(["lens"])

    assert set(body.parts[rows].tolist()) == {PARTS.index("lens")}
    assert np.isin(body.triangles_of(["lens"]), rows).all()
    assert len(body.triangles_of(["lens"])) + len(body.triangles_of(["skin"])) == len(body.triangles)


def test_an_avatar_is_posed_as_it_is_drawn(engine: PackEngine) -> None:
    default = AvatarVector.default(engine.schema)
    plain, wide = (posed(engine, default.with_value("head_wide", value)) for value in (0.0, 1.0))
    skin = plain.vertices_of(["skin"])

    assert np.ptp(wide.positions[skin, 0]) == pytest.approx(1.3 * np.ptp(plain.positions[skin, 0]))
    assert np.array_equal(wide.positions[skin, 1], plain.positions[skin, 1])
    assert np.linalg.norm(wide.normals, axis=1) == pytest.approx(np.ones(len(wide.normals)), abs=1e-5)


def test_at_rest_keeps_the_options_and_forgets_the_numbers(engine: PackEngine) -> None:
    default = AvatarVector.default(engine.schema)
    moving = default.with_values({"nose": 0.9, "head_bumpy": 0.4, "hair_type": "tall", "glasses": "clear"})

    assert at_rest(moving) == default.with_values({"hair_type": "tall", "glasses": "clear"})
