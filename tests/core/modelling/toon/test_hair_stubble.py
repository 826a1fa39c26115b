"""Clipped hair."""

import numpy as np
import pytest

from core.modelling.fields import Float, unit, vector
from core.modelling.meshing import normals_of
from core.modelling.toon.hair_caps import ANGULAR
from core.modelling.toon.hair_fields import SCALP_CENTER
from core.modelling.toon.hair_scalp import skin, skin_radius
from core.modelling.toon.hair_stubble import Nap, clipped, feathered, nap, outline
from core.modelling.toon.hair_tress import Tress

NAP = Nap(ANGULAR, count=600, height=0.02, columns=72)


def lifts(positions: Float) -> Float:
    """Height of points (V, 3) above the skin."""
    out = vector(positions - SCALP_CENTER)
    return vector(np.linalg.norm(out, axis=1) - skin_radius(unit(out)))


def beyond(positions: Float) -> Float:
    """Degrees by which points (V, 3) lie below the hairline, straight down."""
    x, y, z = unit(vector(positions - SCALP_CENTER)).T
    return vector(ANGULAR.elevation(np.degrees(np.arctan2(x, z))) - np.degrees(np.arcsin(y)))


def faces_out(tress: Tress) -> bool:
    a, b, c = (tress.surface.positions[tress.surface.triangles[:, k]] for k in range(3))
    return bool((np.einsum("fi,fi->f", np.cross(b - a, c - a), tress.surface.normals[tress.surface.triangles[:, 0]]) > 0).all())


def test_clipped_hair_hugs_the_scalp() -> None:
    whole = clipped(NAP)

    assert lifts(whole.surface.positions).max() < NAP.height + 0.01
    np.testing.assert_allclose(np.linalg.norm(whole.surface.normals, axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(whole.tangents, axis=1), 1, atol=1e-4)


def test_clipped_hair_is_lit_like_the_skin_under_it() -> None:
    surface = clipped(NAP).surface
    edge = np.abs(beyond(surface.positions)) < 4

    agreement = np.einsum("vi,vi->v", surface.normals[edge], normals_of(skin, surface.positions[edge], 0.03))
    assert np.quantile(agreement, 0.02) > 0.97


def test_strokes_lie_inside_the_hairline_on_the_surface() -> None:
    strokes = nap(NAP)
    tips = strokes.surface.positions.reshape(-1, 3, 3)[:, 2]

    assert faces_out(strokes)
    assert beyond(strokes.surface.positions).max() < 4
    assert lifts(tips).min() > 0
    assert (np.einsum("vi,vi->v", strokes.tangents, strokes.surface.normals) < 0.35).all()


def test_bristles_get_fewer_beyond_the_hairline() -> None:
    edge = feathered(outline(ANGULAR), 6.0)
    tips = edge.surface.positions.reshape(-1, 3, 3)[:, 2]
    back = tips[:, 2] < -0.5  # there the hairline is level
    away = beyond(tips[back])

    assert faces_out(edge)
    assert lifts(edge.surface.positions).min() > 0.003
    assert away.max() < 8
    counts = [int(((away > low) & (away <= low + 2)).sum()) for low in (0, 2, 4)]
    assert counts[0] > counts[1] > counts[2] > 0


def test_bristles_lean_where_they_are_told() -> None:
    straight, back = (
        feathered(outline(ANGULAR), 6.0, lean=lean).tangents[:, 2].mean() for lean in ((0.0, 0.0, 0.0), (0.0, 0.0, -2.0))
    )

    assert back == pytest.approx(-0.5, abs=0.25)
    assert back < straight - 0.2


def test_clipped_hair_is_the_same_every_time() -> None:
    np.testing.assert_array_equal(clipped(NAP).surface.positions, clipped(NAP).surface.positions)
