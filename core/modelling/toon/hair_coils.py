"""Coily hair: afros as a soft volume covered with small coils."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from core.modelling.fields import Field, Float, ellipsoid, gradient, smooth_max, smoothstep, unit, vector
from core.modelling.meshing import Surface, mesh_field, normals_of, oriented, project
from core.modelling.toon import head
from core.modelling.toon.hair_caps import ANGULAR, Layer, layer
from core.modelling.toon.hair_falls import BEHIND, angles, apart
from core.modelling.toon.hair_fields import SCALP_CENTER
from core.modelling.toon.hair_scalp import skin
from core.modelling.toon.hair_tress import Tress

_ACROSS = 3
"""Vertices across a coil's back: its two sides, which are sunk, and its ridge."""

_EDGE, _ROOTED = 0.02, 0.045
"""Height above the skin below which the volume under coils dives, and how deep."""

_CLEAR = 0.03
"""Least height of coils above the skin around the face."""


@dataclass(frozen=True)
class Coil:
    """The form of the coils of a style: a tapered ridge that winds inwards and up like a snail's shell.

    Attributes:
        radius: Of the whole coil.
        thickness: Half width of the ridge.
        turns: How often it winds.
        rise: How far the middle stands above the rim.
        points: Along the ridge.
    """

    radius: float
    thickness: float
    turns: float = 0.95
    rise: float = 0.05
    points: int = 8


def places_on(
    field: Field, low: Float, high: Float, spacing: Callable[[Float], Float], *, seed: int, off_skin: float = -0.03
) -> tuple[Float, Float]:
    """Points spread over a field's surface, none closer than `spacing` there, and the normals: (N, 3) each.

    Args:
        field: Its surface.
        low: (3,) corner of the box around it.
        high: (3,) the other corner.
        spacing: Least distance between neighbours at places; infinite where there are none.
        seed: Of the draw.
        off_skin: How high above the skin they are at least.
    """
    rng = np.random.default_rng(seed)
    surface = mesh_field(field, low, high, 0.08)
    corners = surface.positions[surface.triangles]
    weights = rng.dirichlet((1, 1, 1), (len(corners), 8)).astype(np.float32)
    tried = np.einsum("fsk,fkc->fsc", weights, corners).reshape(-1, 3)
    tried = project(field, tried[rng.permutation(len(tried))], limit=0.05)
    tried = tried[head.head(tried) > off_skin]
    tried = tried[np.isfinite(spacing(tried))]
    chosen = apart(tried, spacing(tried))
    return tried[chosen], normals_of(field, tried[chosen], 0.03)


def coiled(places: Float, normals: Float, sizes: Float, form: Coil, *, seed: int, lean: float = 0.25) -> Tress:
    """Coils at places (N, 3), each turned, leaning and wound in its own way."""
    rng = np.random.default_rng(seed)
    count = len(places)
    up = unit(vector(normals + lean * rng.normal(size=(count, 3))))
    first = unit(vector(np.cross(up, rng.normal(size=(count, 3)))))
    second = np.cross(up, first) * np.where(rng.uniform(size=count) < 0.5, -1, 1)[:, None]
    at = np.linspace(0, 1, form.points)
    turn = 2 * np.pi * form.turns * at
    away = np.cos(turn)[None, :, None] * first[:, None] + np.sin(turn)[None, :, None] * second[:, None]
    size = sizes[:, None, None]
    circle = (form.radius * (0.24 + 0.5 * (1 - at) ** 0.9) * size[..., 0])[..., None]
    ridge = places[:, None] + away * circle + up[:, None] * (size * (form.rise * at - 0.3 * form.thickness)[None, :, None])
    thickness = form.thickness * np.array([0.35, *np.linspace(1, 0.8, form.points - 2), 0.45])[None, :, None] * size
    side = away * thickness
    rows = np.stack(
        [
            ridge + side - 0.75 * up[:, None] * thickness,
            ridge + up[:, None] * thickness,
            ridge - side - 0.75 * up[:, None] * thickness,
        ],
        2,
    )
    tilt = np.stack(
        [
            away * 1.2 + up[:, None] * 0.45,
            np.broadcast_to(up[:, None], away.shape) + 0.15 * away,
            -away * 1.2 + up[:, None] * 0.45,
        ],
        2,
    )
    index = np.arange(form.points * _ACROSS).reshape(form.points, _ACROSS)
    a, b, c, d = (grid.ravel() for grid in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]))
    one = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    flipped = np.einsum("nc,nc->n", np.cross(first, second), up) < 0
    triangles = one[None] + (np.arange(count) * form.points * _ACROSS)[:, None, None]
    triangles[flipped] = triangles[flipped][..., ::-1]
    positions = vector(rows.reshape(-1, 3))
    surface = oriented(Surface(positions, unit(vector(tilt.reshape(-1, 3))), np.asarray(triangles.reshape(-1, 3), np.uint32)))
    shape = (count, form.points, _ACROSS)
    along = np.broadcast_to((0.5 + 0.25 * at)[None, :, None], shape)
    shade = np.broadcast_to(rng.uniform(0.25, 0.75, count)[:, None, None], shape)
    light = np.broadcast_to(np.array([0.72, 1.0, 0.78])[None, None], shape)
    tangents = unit(vector(np.gradient(ridge, axis=1)))
    return Tress(
        surface,
        vector(np.repeat(tangents[:, :, None], _ACROSS, 2).reshape(-1, 3)),
        vector(along.reshape(-1)),
        vector(shade.reshape(-1)),
        vector(light.reshape(-1)),
    )


def _all_coils(places: Float, normals: Float, sizes: Float, form: Coil) -> list[Tress]:
    """Coils at all places, plainer ones behind the head."""
    ahead = places[:, 2] > BEHIND
    plain = replace(form, points=form.points - 2)
    return [
        coiled(places[part], normals[part], sizes[part], shape, seed=seed)
        for part, shape, seed in ((ahead, form, 5), (~ahead, plain, 6))
    ]


def under(field: Field, low: Float, high: Float, triangles: int, sunk: float) -> Tress:
    """The dark volume that coils sit on; its edge dives into the skin, so that no head's shape lifts it off."""
    surface = mesh_field(lambda p: vector(field(p) + sunk), low, high, 0.06, triangles=triangles, normal_step=0.03)
    above = head.head(surface.positions)
    dive = np.where(above < _EDGE, np.maximum(above + _ROOTED, 0), 0)
    inward = unit(gradient(head.head, surface.positions, 0.02))
    surface = replace(surface, positions=vector(surface.positions - inward * dive[:, None]))
    count = len(surface.positions)
    return Tress(
        surface,
        np.zeros((count, 3), np.float32),
        np.full(count, 0.35, np.float32),
        np.full(count, 0.4, np.float32),
        np.full(count, 0.6, np.float32),
    )


def _off_skin(coils: Tress) -> Tress:
    """Coils without what would touch the skin: a head's shape may lift that out of it."""
    points = coils.surface.positions
    lack = np.maximum(_CLEAR - head.head(points), 0)
    outward = unit(gradient(head.head, points, 0.02))
    return replace(coils, surface=replace(coils.surface, positions=vector(points + outward * lack[:, None])))


def _opening(points: Float) -> Float:
    """The face, from the hairline of the forehead to the sideburns."""
    return ellipsoid(points, (0, -0.20, 1.0), (0.84, 1.04, 1.6))


def _large(points: Float) -> Float:
    d = ellipsoid(points, (0, 0.45, -0.12), (1.33, 1.17, 1.16))
    d = smooth_max(d, vector(-0.42 - points[:, 1]), 0.45)
    return smooth_max(d, -_opening(points), 0.16)


def large_afro() -> list[Tress]:
    """A great round cloud of coils."""
    low, high = vector([-1.5, -0.8, -1.45]), vector([1.5, 1.8, 1.3])

    def spacing(points: Float) -> Float:
        return 0.124 + 0.03 * smoothstep(0.2, -0.6, points[:, 2])

    places, normals = places_on(_large, low, high, spacing, seed=3, off_skin=0.045)
    sizes = vector(spacing(places) / 0.124 * np.random.default_rng(4).uniform(0.85, 1.2, len(places)))
    base = under(_large, low, high, 2000, 0.02)
    return [base, *(_off_skin(coils) for coils in _all_coils(places, normals, sizes, Coil(0.108, 0.041)))]


def short_afro() -> list[Tress]:
    """A round layer of small coils with a sharp hairline."""

    def height(azimuth: Float, elevation: Float) -> Float:
        inside = np.clip((elevation - ANGULAR.elevation(azimuth)) / 13, 0, 1)
        return vector((0.11 + 0.10 * smoothstep(0, 60, elevation)) * np.sin(inside * np.pi / 2))

    def grown(points: Float) -> Float:
        azimuth, elevation = angles(unit(vector(points - SCALP_CENTER)))
        return vector(skin(points) - height(azimuth, elevation))

    def spacing(points: Float) -> Float:
        azimuth, elevation = angles(unit(vector(points - SCALP_CENTER)))
        inside = elevation - ANGULAR.elevation(azimuth)
        small = 0.66 + 0.34 * smoothstep(2, 9, inside)
        return np.where(inside > 2.6, small * (0.100 + 0.03 * smoothstep(0.1, -0.7, points[:, 2])), np.inf)

    low, high = vector([-1.15, -0.5, -1.2]), vector([1.15, 1.4, 1.05])
    places, normals = places_on(grown, low, high, spacing, seed=3)
    sizes = vector(spacing(places) / 0.100 * np.random.default_rng(4).uniform(0.85, 1.2, len(places)))
    base = layer(
        Layer(ANGULAR, lambda azimuth, elevation: height(azimuth, elevation) - 0.018, edge=3.0, ragged=0.0, shade=0.4, root=0.35)
    )
    return [base, *_all_coils(places, normals, sizes, Coil(0.086, 0.034))]
