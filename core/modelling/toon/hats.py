"""Hats. All sit on one line around the head, so that one rule says which hair they hide."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.interpolate import LinearNDInterpolator

from core.modelling.fields import Float, ellipsoid, smoothstep, vector
from core.modelling.meshes import mesh_of, shaded
from core.modelling.meshing import Surface, joined
from core.modelling.toon import torso, warps
from core.modelling.toon.hat_shapes import angles, ball, placed, rings, section, sheet, shell
from core.modelling.toon.modelled import ModelledOption
from core.rendering.mesh import Mesh

Pieces = Sequence[tuple[str, Surface]]
"""Materials and surfaces of a hat."""


def _crown(points: Float) -> Float:
    """About the crown of every hat: what shades brims."""
    return ellipsoid(points, (0, 0.42, -0.08), (0.93, 0.78, 0.95))


def _ribs(count: int, height: float, fade: tuple[float, float]) -> Callable[[Float, Float], Float]:
    low, high = fade

    def wave(turn: Float, share: Float) -> Float:
        return vector(height * np.cos(count * turn) * smoothstep(high, low, vector(share)))

    return wave


_LINING = ((0.80, 0.04), (0.868, -0.005))
"""From under the skin outward: the inside of a hat's edge, which closes the gap to bald heads."""


def _beanie(is_full: bool) -> Pieces:
    columns, rows = (96, 13) if is_full else (32, 7)
    ribs = 24 if is_full else 0
    crown = [(0.965, 0.10), (0.975, 0.32), (0.93, 0.58), (0.78, 0.80), (0.52, 0.945), (0.24, 1.005), (0.0, 1.02)]

    def slouch(turn: Float, share: Float) -> Float:
        folds = 0.020 * np.sin(3 * turn + 0.6) * np.sin(np.pi * share) + 0.012 * np.sin(5 * turn + 2.0 + 3 * share) * np.sin(
            np.pi * share
        )
        return vector(_ribs(ribs, 0.014, (0.6, 0.97))(turn, share) * bool(ribs) + folds)

    cuff = [
        *_LINING,
        (0.90, -0.045),
        (0.965, -0.055),
        (1.0, -0.02),
        (1.018, 0.08),
        (1.015, 0.20),
        (0.995, 0.262),
        (0.96, 0.265),
        (0.94, 0.22),
    ]
    knit = _ribs(ribs, 0.019, (2.0, 3.0)) if ribs else None
    return [
        ("hat", shell(rings(section(crown, rows), columns, out=slouch))),
        ("hat", shell(rings(section(cuff, rows), columns, out=knit))),
        ("hat_trim", _patch((0.30, 0.52), (0.05, 0.165), 1.036, 0.022)),
    ]


def _cap_rows(is_full: bool) -> Float:
    columns = 60 if is_full else 30
    profile = [*_LINING, (0.905, -0.045), (0.945, -0.045), (0.958, 0.0), (0.968, 0.20), (0.945, 0.44), (0.85, 0.67)]
    profile += [(0.64, 0.86), (0.34, 0.965), (0.0, 0.995)]

    def seams(turn: Float, share: Float) -> Float:
        groove = (
            np.exp(-((np.sin(3 * turn) / 0.26) ** 2))
            * smoothstep(0.30, 0.40, vector(share))
            * smoothstep(1.0, 0.85, vector(share))
        )
        front = 0.035 * np.clip(np.cos(turn), 0, 1) ** 2 * np.sin(np.pi * np.clip((share - 0.3) / 0.6, 0, 1))
        return vector(front - 0.026 * groove)

    curve = section(profile, 17) if is_full else vector(profile)
    return rings(curve, columns, out=seams)


def _badge(is_full: bool) -> Surface:
    """A flat button that follows the front of a cap's crown."""
    front = _cap_rows(is_full=True).reshape(-1, 3)
    front = front[(front[:, 2] > 0.5) & (front[:, 1] > 0.05)]
    turn = angles(24 if is_full else 14)[None]
    share, lift = vector([[1.0, 1.0, 0.85, 0.45, 0.0], [-0.03, 0.008, 0.022, 0.027, 0.028]])[:, :, None]
    x, y = 0.105 * share * np.sin(turn), 0.36 + 0.105 * share * np.cos(turn)
    z = LinearNDInterpolator(front[:, :2], front[:, 2])(x, y)
    return shell(vector(np.stack([x, y + 0.3 * lift, z + lift], -1)))


_VISOR = np.radians(70)
"""How far around a cap's crown its visor reaches, from the middle."""


def _visor(is_full: bool, tilt: float) -> Surface:
    """The peak of a cap: bowed across, curving down along its length, running out into the rim at its ends.

    Args:
        is_full: The level of detail.
        tilt: How much it falls for each unit forward where it leaves the crown, in the hat's frame.
    """
    columns, rows = (33, 13) if is_full else (15, 4)
    turn = _VISOR * np.sin(np.linspace(-np.pi / 2, np.pi / 2, columns))[None]
    share = np.linspace(0, 1, rows)[:, None]
    reach = 0.52 * np.clip(1 - np.abs(turn / _VISOR) ** 2.5, 0, 1) ** 0.62
    forward = reach * share
    x = 0.935 * np.sin(turn) * (1 + 0.05 * np.sin(np.pi * share / 2))
    bow = 0.34 * x**2 * (1 - np.exp(-forward / 0.2))
    up = -0.012 - tilt * forward - 0.32 * forward**2 - bow
    z = 0.935 * 1.03 * np.cos(turn) + forward
    stitches = 0.012 * np.abs(np.sin(4 * np.pi * share)) ** 0.7 * (share > 0.2) if is_full else 0.0
    thickness = (0.036 + stitches) * np.clip(reach / 0.12, 0.3, 1)
    return sheet(vector(np.stack([x, up, z], -1)), thickness, closed=False)


def _turned_back(surface: Surface) -> Surface:
    """The same piece on the other side of the head: turned half around the hat's axis."""
    origin, up = placed(vector([0, 0, 0])), placed(vector([0, 1, 0])) - placed(vector([0, 0, 0]))

    def turn(vectors: Float) -> Float:
        return vector(2 * (vectors @ up)[:, None] * up - vectors)

    return Surface(vector(origin + turn(surface.positions - origin)), turn(surface.normals), surface.triangles)


def _top_button(height: float, is_full: bool) -> Surface:
    return ball((0, height, 0), (0.075, 0.04, 0.075), 12 if is_full else 8)


def _patch(turn: tuple[float, float], height: tuple[float, float], radius: float, thickness: float) -> Surface:
    """A label on the outside of a hat, between two angles and two heights."""
    around, high = np.meshgrid(np.linspace(*turn, 7), np.linspace(*height, 4))
    return sheet(vector(np.stack([radius * np.sin(around), high, radius * 1.03 * np.cos(around)], -1)), thickness, closed=False)


def _cap(is_full: bool) -> Pieces:
    return [
        ("hat", joined([shell(_cap_rows(is_full)), _visor(is_full, 0.17)])),
        ("hat_trim", joined([_top_button(1.0, is_full), _badge(is_full)])),
    ]


def _opening(is_full: bool) -> Pieces:
    """The gap of a cap above its strap: the forehead behind it, a hem around it, the strap across it."""
    columns = 21 if is_full else 11
    turn = np.radians(25) * np.sin(np.linspace(-np.pi / 2, np.pi / 2, columns))
    arch = 0.20 * np.sqrt(np.clip(1 - (turn / np.radians(25)) ** 2, 0, 1))

    def on_wall(around: Float, high: Float, off: float) -> Float:
        distance = 0.958 + 0.05 * np.clip(high, 0, 0.2) + off
        return vector(np.stack([distance * np.sin(around), high, 1.03 * distance * np.cos(around)], -1))

    gap = np.stack([on_wall(turn, arch * share - 0.02, 0.004) for share in np.linspace(0, 1, 4)])
    hem = np.stack([on_wall(turn * (1 + wide), arch * (1 + 1.1 * wide) - 0.02, 0.008) for wide in (-0.02, 0.05, 0.12)])
    strap = np.stack([on_wall(turn * 1.05, 0 * turn + high, 0.014) for high in (-0.04, 0.0, 0.04)])
    return [
        ("skin", sheet(gap, 0.01, closed=False)),
        ("hat", sheet(hem, 0.034, closed=False)),
        ("hat_trim", sheet(strap, 0.026, closed=False)),
    ]


def _cap_backwards(is_full: bool) -> Pieces:
    return [
        ("hat", joined([_turned_back(shell(_cap_rows(is_full))), _turned_back(_visor(is_full, -0.08))])),
        ("hat_trim", _top_button(1.0, is_full)),
        *_opening(is_full),
    ]


def _flat_topped(wall: Float, radius: float, is_full: bool) -> Float:
    """The section (R, 2) of a crown with a flat top: its wall, then a rounded edge of this radius."""
    (distance, height), turn = wall[-1], np.linspace(0, np.pi / 2, 6 if is_full else 4)[1:]
    lip = np.stack([distance - radius * (1 - np.cos(turn)), height + radius * np.sin(turn)], 1)
    top = [(0.9 * lip[-1, 0], lip[-1, 1] + 0.004), (0.4 * lip[-1, 0], lip[-1, 1] + 0.010), (0, lip[-1, 1] + 0.012)]
    return vector(np.concatenate([wall, lip, top]))


def _bucket(is_full: bool) -> Pieces:
    columns, rows = (44, 8) if is_full else (26, 5)
    crown = [*_LINING, (0.92, -0.01), (0.955, 0.03), (0.935, 0.25), (0.875, 0.62), (0.842, 0.82)]
    brim = [(0.925, 0.12), (1.01, 0.04), (1.12, -0.07), (1.25, -0.19)]

    def wave(turn: Float, share: Float) -> Float:
        return vector(share * (0.07 * np.clip(np.cos(turn), 0, 1) ** 2 + 0.014 * np.sin(3 * turn + 0.8)))

    brim_rows = 15 if is_full else 4
    share = vector(np.linspace(0, 1, brim_rows))[:, None]
    stitched = 0.036 + 0.014 * np.abs(np.sin(5 * np.pi * share)) ** 0.7 if is_full else 0.045
    return [
        (
            "hat",
            joined(
                [
                    shell(rings(_flat_topped(section(crown, rows), 0.085, is_full), columns)),
                    sheet(rings(section(brim, brim_rows), columns, rise=wave), stitched, closed=True),
                ]
            ),
        ),
        ("hat_trim", _patch((0.42, 0.62), (0.20, 0.32), 0.945, 0.03)),
    ]


def _beret(is_full: bool) -> Pieces:
    columns, rows = (48, 13) if is_full else (28, 8)
    body = [(0.93, 0.03), (1.0, 0.10), (1.10, 0.24), (1.10, 0.42), (0.99, 0.63), (0.74, 0.81), (0.42, 0.915), (0.0, 0.95)]
    band = [*_LINING, (0.90, -0.045), (0.945, -0.035), (0.955, 0.02), (0.94, 0.075), (0.90, 0.09)]

    def lean(turn: Float, share: Float) -> Float:
        bulge = np.sin(np.pi * np.clip(share / 0.85, 0, 1))
        folds = 0.016 * np.sin(6 * turn) * np.sin(np.pi * np.clip(share / 0.45, 0, 1))
        return vector((0.13 * np.cos(turn - 2.0) - 0.01) * bulge + folds)

    def sag(turn: Float, share: Float) -> Float:
        return vector(-0.09 * np.cos(turn - 2.0) * np.sin(np.pi * np.clip(share / 0.9, 0, 1)))

    stalk = ball((0.0, 0.98, 0.0), (0.022, 0.07, 0.022), 8)
    return [
        ("hat", joined([shell(rings(section(body, rows), columns, out=lean, rise=sag)), stalk])),
        ("hat", shell(rings(section(band, 8 if is_full else 6), columns))),
    ]


def _bow(is_full: bool) -> Surface:
    """Two loops and a knot at the side of a ribbon."""
    steps = 13 if is_full else 8
    turn = np.linspace(0, 2 * np.pi, steps)
    loops = []
    for side in (-1, 1):
        along = side * (0.03 + 0.11 * (1 - np.cos(turn)))
        high = 0.135 + 0.055 * np.sin(turn) * (0.5 - 0.5 * np.cos(turn)) + 0.02
        center = np.radians(52) + along / 0.98
        rows = [
            np.stack([(0.985 + out) * np.sin(center), high + lift, 1.03 * (0.985 + out) * np.cos(center)], -1)
            for out, lift in ((0.01, 0.0), (0.07, 0.0))
        ]
        loops.append(sheet(vector(np.stack(rows)), 0.022, closed=False))
    knot = ball((1.02 * np.sin(np.radians(52)), 0.15, 1.05 * np.cos(np.radians(52))), (0.045, 0.05, 0.045), 10)
    return joined([*loops, knot])


def _sun_hat(is_full: bool) -> Pieces:
    columns, rows = (48, 11) if is_full else (28, 6)
    crown = [
        *_LINING,
        (0.92, -0.005),
        (0.945, 0.03),
        (0.95, 0.25),
        (0.92, 0.50),
        (0.80, 0.74),
        (0.55, 0.88),
        (0.28, 0.935),
        (0, 0.95),
    ]
    brim = [(0.93, 0.045), (1.09, 0.015), (1.30, -0.05), (1.56, -0.16)]

    def flop(turn: Float, share: Float) -> Float:
        front = np.clip(np.cos(turn), 0, 1) ** 2
        return vector(share**1.5 * (0.03 * np.cos(3 * turn + 0.5) + -0.05 * front))

    def shorter(turn: Float, share: Float) -> Float:
        return vector(-0.24 * share * np.clip(np.cos(turn), 0, 1) ** 2)

    band = [(0.964, 0.045), (0.968, 0.13), (0.966, 0.225)]
    return [
        (
            "hat",
            joined(
                [
                    shell(rings(section(crown, rows), columns)),
                    sheet(rings(section(brim, 6 if is_full else 4), columns, rise=flop, out=shorter), 0.04, closed=True),
                ]
            ),
        ),
        ("hat_trim", joined([sheet(rings(section(band, 4), columns), 0.03, closed=True), _bow(is_full)])),
    ]


def _top_hat(is_full: bool) -> Pieces:
    columns, rows = (44, 10) if is_full else (26, 6)
    crown = [*_LINING, (0.90, -0.005), (0.935, 0.03), (0.915, 0.25), (0.885, 0.60), (0.905, 0.95), (0.960, 1.18)]
    brim = [(0.92, 0.035), (1.03, 0.015), (1.16, 0.015), (1.27, 0.05)]

    def curl(turn: Float, share: Float) -> Float:
        return vector(share**1.6 * (0.10 * np.sin(turn) ** 2 - 0.06 * np.cos(turn) ** 2))

    band = [(0.945, 0.045), (0.935, 0.15), (0.925, 0.27)]
    return [
        (
            "hat",
            joined(
                [
                    shell(rings(_flat_topped(section(crown, rows), 0.05, is_full), columns)),
                    sheet(rings(section(brim, 6 if is_full else 4), columns, rise=curl), 0.05, closed=True),
                ]
            ),
        ),
        ("hat_trim", sheet(rings(section(band, 4), columns), 0.03, closed=True)),
    ]


_IN_SHADE = 0.75
"""How open the skin is that shows through a hat."""


def hat_meshes(make: Callable[[bool], Pieces]) -> list[Mesh]:
    """A hat's meshes in both levels of detail, one for each material."""
    volume = torso.scene_with(_crown)
    meshes = []
    for level, is_full in (("", True), (".light", False)):
        pieces = make(is_full)
        for material in dict.fromkeys(material for material, _ in pieces):
            surface = joined([piece for key, piece in pieces if key == material])
            paint = shaded(surface, volume)
            if material == "skin":
                paint[:] = (_IN_SHADE, 0, 0, 0)
            meshes.append(mesh_of(material + level, material, "hat", surface, paint=paint, follows=warps.HEAD_WARPS))
    return meshes


def _option(option_id: str, name: str, make: Callable[[bool], Pieces]) -> ModelledOption:
    return ModelledOption(option_id, name, {}, lambda: hat_meshes(make))


HAT_OPTIONS: tuple[ModelledOption, ...] = (
    ModelledOption("none", "None", {}),
    _option("beanie", "Beanie", _beanie),
    _option("cap", "Cap", _cap),
    _option("cap_backwards", "Cap, backwards", _cap_backwards),
    _option("bucket", "Bucket hat", _bucket),
    _option("beret", "Beret", _beret),
    _option("sun_hat", "Sun hat", _sun_hat),
    _option("top_hat", "Top hat", _top_hat),
)
"""Every hat in its stable order; ids are appended, never changed."""
