"""The lattice moves what follows it as the motions themselves would."""

from pathlib import Path

import numpy as np
import pytest

from core.modelling import fields, meshing
from core.modelling.toon import bust, expressions, glasses, hat_line, head, warps
from core.modelling.toon.face_motions import SKIN_MOTIONS, Flesh
from core.modelling.toon.lattice import TOLERANCE, lattice_meshes
from core.rendering.glb import read_meshes, write_meshes
from core.rendering.lattice import Lattice


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lattice") / "lattice.glb"
    write_meshes(path, lattice_meshes(), compressed=True)
    return path


def shell(offset: float) -> meshing.Surface:
    """What lies this far from the head: hair, hats, beards."""
    return meshing.mesh_field(
        lambda points: fields.vector(np.minimum(head.skull(points), head.neck(points)) - offset),
        (-1.6, -1.6, -1.5),
        (1.6, 1.8, 1.4),
        0.06,
    )


@pytest.mark.parametrize("offset", [-0.03, 0.05, 0.2])
def test_followers_are_where_the_motions_put_them(file: Path, offset: float) -> None:
    lattice, surface = Lattice(read_meshes(file)), shell(offset)
    found = lattice.morphs(surface.positions, surface.normals, warps.HEAD_WARPS)

    for name in warps.HEAD_WARPS:
        exact = warps.WARPS[name](surface.positions)
        assert np.abs(found[name].positions - exact).max() < TOLERANCE, name
        normals = warps.warped_normals(name, surface.positions, surface.normals)
        angles = np.arccos(np.clip(((found[name].normals + surface.normals) * normals).sum(1), -1, 1))
        assert np.percentile(angles, 98) < 0.03, name


def test_glasses_and_shoulders_are_where_the_motions_put_them(file: Path) -> None:
    lattice = Lattice(read_meshes(file))
    shoulders = meshing.mesh_field(bust.bust, (-1.5, -2.6, -1.0), (1.5, -0.98, 0.7), 0.06)
    frame = glasses.build_glasses("oversized")[0]
    for points, normals in ((shoulders.positions, shoulders.normals), (frame.positions, frame.normals)):
        found = lattice.morphs(points, normals, warps.HEAD_WARPS)
        for name in warps.HEAD_WARPS:
            offsets = found[name].positions if name in found else 0.0
            assert np.abs(offsets - warps.WARPS[name](points)).max() < TOLERANCE, name


@pytest.mark.parametrize("offset", [0.0, 0.08])
def test_beards_follow_the_skin_below_them(file: Path, offset: float) -> None:
    surface = shell(offset)
    grown = surface.positions[(surface.positions[:, 2] > 0.1) & (surface.positions[:, 1] < -0.3) & (surface.positions[:, 1] > -1)]
    found = Lattice(read_meshes(file)).morphs(grown, np.zeros_like(grown), expressions.FOLLOWED)

    assert set(found) == set(expressions.FOLLOWED)
    for name in expressions.FOLLOWED:
        exact = SKIN_MOTIONS[name](Flesh.of(grown))
        assert np.percentile(np.abs(found[name].positions - exact).max(1), 98) < 0.006, name


@pytest.mark.parametrize("offset", [0.05, 0.2, 0.5])
def test_hair_is_pressed_as_hats_ask(file: Path, offset: float) -> None:
    surface = shell(offset)
    below = surface.positions[hat_line.height(surface.positions) < 0]
    found = Lattice(read_meshes(file)).morphs(below, np.zeros_like(below), [hat_line.PRESSED])

    away = np.abs(found[hat_line.PRESSED].positions - hat_line.pressed(below)).max(1)
    assert np.percentile(away, 98) < 0.012
    assert away.max() < 0.045  # half as many planes: 0.055, and 0.025 above


def test_the_lattice_is_small(file: Path) -> None:
    assert file.stat().st_size < 200_000
