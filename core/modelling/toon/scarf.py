"""The head scarf: an inner band, a cloth that is wound around face and neck, and its end laid over one shoulder."""

from dataclasses import replace

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.spatial import KDTree

from core.modelling.fields import Float, cast, gradient, smooth_min, smoothstep, unit, vector
from core.modelling.meshes import mesh_of
from core.modelling.meshing import OcclusionVolume, Surface, bake_occlusion, joined
from core.modelling.patches import derived_normals, ring_triangles
from core.modelling.toon import expressions, hat_line, head, warps
from core.modelling.toon.bust import bust
from core.modelling.toon.face_motions import SKIN_MOTIONS, Flesh
from core.modelling.toon.hair_scalp import Point, skin
from core.modelling.toon.hair_sheets import Cut, Sheet, locks
from core.rendering.mesh import Mesh, Morph

MATERIALS = {
    "scarf": {"shader": "cloth", "color": [196, 88, 96], "roughness": 0.75, "coat": 0.0, "rim": 0.7, "sheen": 0.6},
    "scarf_band": {"shader": "cloth", "color": [134, 54, 70], "roughness": 0.75, "coat": 0.0, "rim": 0.5, "sheen": 0.4},
}

Ring = tuple[Point, ...]

_MIDDLE = vector([0.0, -0.05, -0.05])
"""Where the rays start that place the cloth's edge on the face."""

_OPENING = ((0, 45.0), (30, 49.0), (60, 60.0), (90, 67.5), (120, 68.5), (150, 66.0), (180, 64.0))
"""Turn around the face, 0 at the forehead and 180 at the chin -> degrees between straight ahead and the edge."""

_LIP = ((2.5, 0.0), (0.6, 0.006), (0.0, 0.028), (1.0, 0.046), (3.0, 0.054))
"""Section of the rolled edge: degrees outside the opening, height above the skin."""

_RINGS: tuple[Ring, ...] = (
    ((0, 1.19, 0.10), (0.50, 1.07, 0.04), (0.88, 0.62, -0.04), (0.99, -0.02, -0.06), (0.90, -0.62, 0.06), (0.60, -1.10, 0.36),
     (0, -1.30, 0.58)),
    ((0, 1.02, -0.66), (0.50, 0.88, -0.66), (0.90, 0.38, -0.50), (0.98, -0.28, -0.34), (0.96, -0.84, -0.04), (0.70, -1.26, 0.34),
     (0, -1.48, 0.63)),
    ((0, 0.28, -1.08), (0.48, 0.18, -1.02), (0.86, -0.18, -0.76), (0.98, -0.66, -0.46), (1.04, -1.10, -0.08), (0.76, -1.45, 0.34),
     (0, -1.66, 0.66)),
    ((0, -0.56, -1.00), (0.48, -0.62, -0.94), (0.88, -0.86, -0.74), (1.09, -1.17, -0.42), (1.12, -1.32, -0.06),
     (0.80, -1.64, 0.36), (0, -1.86, 0.68)),
    ((0, -1.60, -0.88), (0.58, -1.62, -0.82), (1.08, -1.58, -0.62), (1.26, -1.58, -0.34), (1.17, -1.62, 0.04),
     (0.82, -1.84, 0.40), (0, -2.06, 0.70)),
)  # fmt: skip
"""Rings of places from behind the face to the hem, each from above to below on the side of +x."""

_WAYS = (0.0, 0.10, 0.34, 0.56, 0.74, 0.88, 1.0)
"""Share of the way from edge to hem of: the lip, a ring beside it, the rings above."""

_DRAPE: tuple[Ring, ...] = (
    ((-0.86, -0.80, 0.06), (-0.86, -1.00, 0.16), (-0.84, -1.22, 0.24)),
    ((-0.52, -1.02, 0.46), (-0.52, -1.24, 0.54), (-0.50, -1.50, 0.60)),
    ((0.04, -1.14, 0.66), (0.08, -1.38, 0.74), (0.12, -1.68, 0.78)),
    ((0.56, -1.06, 0.50), (0.66, -1.30, 0.58), (0.74, -1.60, 0.60)),
    ((0.94, -0.96, 0.10), (1.08, -1.20, 0.13), (1.19, -1.48, 0.15)),
    ((1.05, -0.96, -0.36), (1.18, -1.22, -0.40), (1.28, -1.52, -0.42)),
    ((0.86, -1.08, -0.84), (1.01, -1.36, -0.88), (1.17, -1.66, -0.82)),
    ((0.64, -1.44, -1.02), (0.83, -1.68, -1.00), (1.05, -1.92, -0.90)),
    ((0.54, -1.88, -0.96), (0.77, -2.06, -0.94), (0.98, -2.22, -0.86)),
)
"""The end of the cloth: from the side of -x under the chin and over the shoulder at +x; rows run across it."""

_SCENE = ((-1.6, -2.3, -1.4), (1.6, 1.4, 1.1))
_THICK = 0.035
"""How far from its surface cloth blocks light: it is thinner than the grid in which rays are marched."""

_PLEATS = Cut(
    count=4, seed=5, crown=0.06, under=0.05, strands=2, groove=0.3, overlap=1.35, root=0.9, narrow=0.86, point=0.5, stagger=0.05,
    uneven=0.2, tilt=0.04, sweep=0.0, rise=0.1,
)  # fmt: skip


def opening(turn: Float) -> Float:
    """Degrees between straight ahead and the cloth's edge, at turns in degrees around the face."""
    turns, tilts = np.array(_OPENING).T
    around = CubicSpline(np.append(turns, 360 - turns[-2::-1]), np.append(tilts, tilts[-2::-1]), bc_type="periodic")
    return vector(around(np.mod(turn, 360)))


def on_face(turn: Float, tilt: Float, lift: float) -> Float:
    """Points (C, 3) above the skin, at turns around the face and degrees from straight ahead."""
    a, b = np.radians(turn), np.radians(tilt)
    rays = vector(np.stack([np.sin(a) * np.sin(b), np.cos(a) * np.sin(b), np.cos(b)], -1))
    return vector(cast(skin, _MIDDLE, rays, (0.3, 1.7), steps=36, first=True) + lift * rays)


def _turns(columns: int) -> tuple[Float, Float]:
    """Turns (C,) in degrees around the face, from 0 up, and from -180 to 180."""
    turn = vector(np.arange(columns) * 360 / columns)
    return turn, vector(np.where(turn > 180, turn - 360, turn))


def _closed(grid: Float) -> Surface:
    """The surface through rings (R, C, 3), its normals away from the head."""
    triangles = ring_triangles(*grid.shape[:2])
    points = vector(grid.reshape(-1, 3))
    normals = derived_normals(points, triangles)
    if float((normals * (points - vector([0, -0.3, -0.1]))).sum()) < 0:
        return Surface(points, vector(-normals), np.ascontiguousarray(triangles[:, ::-1]))
    return Surface(points, normals, triangles)


def _bulk(points: Float) -> Float:
    """What cloth lies on: the head with its ears, and the shoulders in thick clothes (N,)."""
    return smooth_min(vector(head.head(points) - 0.045), vector(bust(points) - 0.05), 0.10)


def _clear(grid: Float) -> Float:
    """Rings moved out of the head and the shoulders; the first two, which lie on the face, stay."""
    for _ in range(4):
        flat = grid.reshape(-1, 3)
        lack = np.maximum(-_bulk(flat), 0).reshape(grid.shape[:2])
        lack[:2] = 0
        grid = vector(grid + unit(gradient(_bulk, flat, 0.03)).reshape(grid.shape) * lack[..., None])
    return grid


def _ridge(phase: Float) -> Float:
    """Height in [0, 1] of a fold that rises slowly and falls steeply once in a phase of 1."""
    x = np.mod(phase, 1)
    return vector(np.where(x < 0.72, 0.5 - 0.5 * np.cos(np.pi * x / 0.72), 0.5 + 0.5 * np.cos(np.pi * (x - 0.72) / 0.28)))


def folds(turn: Float, way: Float) -> Float:
    """Height of the folds (R, C).

    Ridges wind around the face, as the cloth does: one fold farther out after each turn. They vanish over the forehead, where
    the cloth is taut, and at the hem. Behind, the cloth hangs in upright folds.

    Args:
        turn: (C,) degrees around the face, -180 to 180.
        way: (R,) share of the way from the edge to the hem.
    """
    a, s = np.radians(turn)[None], way[:, None]
    phase = 5.6 * s**0.8 + turn[None] / 360 + 0.10 * np.sin(2 * a + 0.7) + 0.35
    below = smoothstep(20, 110, np.abs(turn))[None]
    wound = (0.014 + 0.066 * below) * smoothstep(0.03, 0.16, way)[:, None] * smoothstep(1.0, 0.84, way)[:, None]
    wound = wound * (0.85 + 0.25 * np.sin(3 * a + 7 * s))
    behind = smoothstep(95, 40, np.abs(turn))[None] * smoothstep(0.40, 0.85, way)[:, None]
    hanging = 0.5 + 0.5 * np.cos(9 * a + np.radians(14) * np.sin(4 * s) + 0.35)
    return vector(wound * _ridge(vector(phase)) + 0.045 * behind * hanging)


def cloth(columns: int = 92, rows: int = 36) -> Surface:
    """The cloth from its rolled edge around the face to its hem on the shoulders."""
    turn, signed = _turns(columns)
    edge = opening(turn)
    lip = np.stack([on_face(turn, vector(edge + out), lift) for out, lift in _LIP])
    knots = np.arange(13) * 30.0
    rings = [CubicSpline(knots, _all_around(ring), bc_type="periodic")(turn) for ring in _RINGS]
    net = np.stack([lip[-1], on_face(turn, vector(edge + 7), 0.06), *rings])
    way = vector(np.linspace(0, 1, rows))
    grid = _clear(vector(CubicSpline(_WAYS, net, axis=0)(way)))
    normals = _closed(grid).normals.reshape(grid.shape)
    grid = vector(grid + normals * folds(signed, way)[..., None])
    hem = grid[-1] - 0.05 * normals[-1]
    inside = hem + 0.4 * (grid[-3] - grid[-1])
    return _closed(vector(np.concatenate([lip[:-1], grid, hem[None], inside[None]])))


def _all_around(ring: Ring) -> Float:
    """A ring's places (13, 3) at every 30 degrees, the first one repeated."""
    right = np.array(ring, float)
    return vector(np.concatenate([right, right[-2::-1] * [-1, 1, 1]]))


def band(columns: int = 72) -> Surface:
    """The band under the cloth that shows along the forehead."""
    turn, signed = _turns(columns)
    shown = 6.0 * np.clip(np.cos(np.radians(0.95 * signed)), 0, 1) ** 0.8
    edge = opening(turn) - shown + 0.6
    rows = ((1.0, -0.012), (0.0, 0.004), (-0.2, 0.014), (0.6, 0.024), (2.5, 0.028), (10.0, 0.028))
    return _closed(np.stack([on_face(turn, vector(edge + out), lift) for out, lift in rows]))


def drape(rows: int = 26) -> Surface:
    """The cloth's end, pleated and laid over one shoulder."""
    return locks(Sheet.through(_DRAPE), replace(_PLEATS, rows=rows)).surface


def _scene(surface: Surface) -> OcclusionVolume:
    """What shades the cloth: the head on its shoulders, and the cloth."""
    tree = KDTree(np.concatenate([surface.positions, surface.positions[surface.triangles].mean(1)]))

    def field(points: Float) -> Float:
        away, _ = tree.query(points, distance_upper_bound=0.6)
        return vector(np.minimum(np.minimum(away, 0.6) - _THICK, np.minimum(head.head(points), bust(points))))

    return OcclusionVolume.of(field, *_SCENE, 0.06)


def _with_jaw(points: Float) -> Float:
    """How an open jaw moves cloth (V, 3): down with the chin, less and less towards the chest, and out over a collar below."""
    moved = SKIN_MOTIONS["jawOpen"](Flesh.of(points))
    drop = moved[:, 1] * smoothstep(-1.65, -1.05, points[:, 1])
    return vector(np.stack([0 * drop, drop, -0.45 * drop * smoothstep(-0.92, -1.06, points[:, 1])], 1))


def _mesh(name: str, material: str, surface: Surface, scene: OcclusionVolume) -> Mesh:
    paint = np.zeros((len(surface.positions), 4), np.float32)
    paint[:, 0] = bake_occlusion(scene, surface.positions, surface.normals)
    jaw = Morph(_with_jaw(surface.positions), np.zeros_like(surface.positions))
    follows = (*warps.HEAD_WARPS, *expressions.FOLLOWED, hat_line.PRESSED)
    return mesh_of(name, material, "scarf", surface, paint=paint, morphs={"jawOpen": jaw}, follows=follows)


def scarf_meshes() -> list[Mesh]:
    """The scarf and the band under it, which has a colour of its own, in both levels of detail."""
    outer = joined([cloth(), drape()])
    scene = _scene(outer)
    return [
        _mesh("scarf", "scarf", outer, scene),
        _mesh("scarf.light", "scarf", joined([cloth(52, 20), drape(12)]), scene),
        _mesh("band", "scarf_band", band(), scene),
        _mesh("band.light", "scarf_band", band(40), scene),
    ]
