"""Tied styles: what tells each one from the front, ties where tails begin, and a face that stays free."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from core.modelling.fields import Float, vector
from core.modelling.toon import hair_tied, head
from core.modelling.toon.hair import HAIR_OPTIONS
from core.modelling.toon.hair_fields import SCALP_CENTER
from core.modelling.toon.hair_surface import tress_meshes
from core.modelling.toon.hair_tress import Tress, joined_tresses
from core.modelling.toon.hat_line import PRESSED, height, pressed

STYLES = ("half_up", "ponytail", "high_ponytail", "high_bun", "top_knot", "pigtails")


@cache
def pieces(style: str) -> tuple[Tress, ...]:
    made: list[Tress] = getattr(hair_tied, style)()
    return tuple(made)


def points(style: str) -> Float:
    return joined_tresses(pieces(style)).surface.positions


def beside_the_head(positions: Float) -> NDArray[np.bool_]:
    """Which points (V, 3) lie outside the head's outline as seen from the front."""
    depths = np.linspace(-1.1, 1.1, 45)
    rays = np.stack([np.stack([positions[:, 0], positions[:, 1], np.full(len(positions), z)], 1) for z in depths])
    clear = np.stack([head.head(vector(layer)) for layer in rays]).min(0)
    return np.asarray(clear > 0.03)


def seen(style: str, low: tuple[float, float], high: tuple[float, float]) -> int:
    """How many points of a style show outside the head's outline within a window of the front view."""
    positions = points(style)
    x, y = positions[:, 0], positions[:, 1]
    inside = (x > low[0]) & (x < high[0]) & (y > low[1]) & (y < high[1])
    return int(beside_the_head(positions[inside]).sum())


@pytest.mark.parametrize(
    ("style", "low", "high"),
    [
        ("ponytail", (0.5, -1.8), (1.4, -0.6)),
        ("high_ponytail", (-0.4, 1.3), (1.5, 1.95)),
        ("high_ponytail", (0.9, -0.4), (1.7, 0.9)),
        ("high_bun", (-0.5, 1.3), (0.5, 1.8)),
        ("top_knot", (-0.5, 1.4), (0.5, 1.95)),
        ("pigtails", (1.05, -0.9), (1.8, 0.8)),
        ("pigtails", (-1.8, -0.9), (-1.05, 0.8)),
        ("half_up", (-0.4, 1.25), (0.4, 1.7)),
        ("half_up", (0.5, -1.8), (1.3, -0.7)),
    ],
)
def test_style_shows_outside_the_outline_from_the_front(style: str, low: tuple[float, float], high: tuple[float, float]) -> None:
    assert seen(style, low, high) > 40


@pytest.mark.parametrize(
    ("style", "tie"), [("ponytail", "ponytail_tie"), ("high_ponytail", "high_ponytail_tie"), ("pigtails", "pigtail_ties")]
)
def test_tie_sits_where_the_tail_begins(style: str, tie: str) -> None:
    hair, tail = pieces(style)[:2]
    entry = hair.surface.positions[hair.along > hair.along.max() - 1e-4].mean(0)
    start = tail.surface.positions[tail.along < tail.along.min() + 1e-4].mean(0)
    ring = pieces(tie)[0].surface.positions

    assert np.linalg.norm(entry - start) < 0.16
    assert np.linalg.norm(entry - ring.mean(0)) < 0.13
    assert np.linalg.norm(ring - ring.mean(0), axis=1).min() > 0.04, "the tail needs room in the ring"


@pytest.mark.parametrize("style", STYLES)
def test_face_stays_free(style: str) -> None:
    x, y, z = points(style).T

    assert not ((np.abs(x) < 0.55) & (y > -0.5) & (y < 0.45) & (z > 0.5)).any()


@pytest.mark.parametrize("style", STYLES)
def test_sides_are_not_mirror_images(style: str) -> None:
    """Hair has life where its two sides differ."""
    positions = points(style)
    flipped = np.sort((positions * vector([-1, 1, 1])).round(3), axis=0)

    assert np.abs(flipped - np.sort(positions.round(3), axis=0)).max() > 0.01


@pytest.mark.parametrize("style", STYLES)
def test_hair_does_not_sink_into_the_head(style: str) -> None:
    """Only roots lie under the skin."""
    made = joined_tresses(pieces(style))
    free = made.along > 0.5

    assert head.head(made.surface.positions[free]).min() > -0.12
    assert (head.head(made.surface.positions[free]) > 0).mean() > 0.97


def test_no_tail_floats_under_a_hat() -> None:
    """Whatever a hat leaves of a high tail lies on the head."""
    (mesh, *_) = tress_meshes("hair", pieces("high_ponytail"))
    after = hair_tied.tucked(mesh)
    x, _, z = (mesh.positions - SCALP_CENTER).T

    assert np.hypot(x, z)[mesh.paint[:, 3] < 0.5].max() > 1.1
    assert np.hypot(x, z)[after.paint[:, 3] < 0.5].max() < 0.97
    assert ((after.paint[:, 3] < 0.5) & (mesh.positions[:, 1] < 0.2)).sum() > 300
    np.testing.assert_array_equal(after.paint[:, :3], mesh.paint[:, :3])


def test_pigtails_are_tied_below_the_edge_of_a_hat() -> None:
    """Ties and tails, which hats would cover at rest, are whole and below all brims; what lies on the head is pressed."""
    make = {option.id: option.make for option in HAIR_OPTIONS}["pigtails"]
    assert make
    for mesh in make():
        worn = mesh.positions + mesh.morphs[PRESSED].positions
        far = np.hypot(mesh.positions[:, 0], mesh.positions[:, 2] + 0.06) > 1.02
        assert (mesh.paint[far, 3] == 0).all()
        if mesh.material == "hair_tie":
            assert height(worn).max() < 0.02
            assert height(mesh.positions).min() > 0
        else:
            near = np.hypot(mesh.positions[:, 0], mesh.positions[:, 2] + 0.06) < 0.9
            assert np.allclose(worn[near], mesh.positions[near] + pressed(mesh.positions[near]), atol=1e-5)
