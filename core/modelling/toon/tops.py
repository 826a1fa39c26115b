"""Soft tops: sweater, T-shirt, V-neck, hoodie, tank top."""

import numpy as np

from core.modelling.fields import Field, Float, cast, mirrored, smooth_min, vector
from core.modelling.meshing import Surface, clipped, joined, normals_of
from core.modelling.patches import swept
from core.modelling.toon import garment_pieces as pieces
from core.modelling.toon import torso
from core.modelling.toon.garments import CREW, GRIDS, Garment, Knots, Layer, cloth, drape, edge, neckband


def crew_tee() -> Garment:
    """A T-shirt with a band of another colour around its neck."""
    field = cloth(0.035)

    def layers(is_full: bool) -> list[Layer]:
        return [
            Layer("tee", "clothes", drape(field, CREW, is_full)),
            Layer("neckband", "clothes_trim", neckband(field, CREW, is_full)),
        ]

    return Garment(field, CREW, layers)


_VEE: Knots = ((0, 27), (6, 33), (12, 38.5), (20, 44.5), (30, 50), (45, 55), (60, 58), (90, 60), (135, 62), (180, 63))


def v_neck() -> Garment:
    """A V-neck."""
    field = cloth(0.035)

    def layers(is_full: bool) -> list[Layer]:
        columns = GRIDS[is_full][0]
        angles = np.abs((np.arange(columns) * 360 / columns + 180) % 360 - 180)
        width = np.interp(angles, [0, 8, 40, 90], [0.13, 0.12, 0.085, 0.07])
        tops = edge(_VEE, columns) + np.float32(1.5)
        rim = pieces.band(field, tops, width, lift=0.006, thickness=0.04, rows=3)
        return [Layer("v_neck", "clothes", joined([drape(field, _VEE, is_full), rim]))]

    return Garment(field, _VEE, layers)


_ROLL = (
    (0.01, -1.270),
    (-0.008, -1.160),
    (-0.012, -1.060),
    (0.008, -1.005),
    (0.050, -0.982),
    (0.105, -0.995),
    (0.145, -1.080),
    (0.15, -1.160),
    (0.14, -1.230),
    (0.115, -1.265),
    (0.08, -1.270),
)
"""The collar's section: distance from the neck and height, from the inside over the top."""


_HIGH: Knots = ((0, 57), (90, 63), (180, 66))


def _cable(field: Field, count: int, sides: int) -> Surface:
    """A plait of three knitted strands down the front."""
    y = np.linspace(-1.42, -2.55, count)
    strands = []
    for phase in (0.0, 2.1, 4.2):
        turn = (y + 1.42) * 15.0 + phase
        flat = np.stack([0.085 * np.sin(turn), y, 0 * y], 1)
        rows = pieces.in_front(field, vector(flat[None]), 0.0)[0]
        line = vector(rows + np.stack([0 * y, 0 * y, 0.004 + 0.018 * np.sin(2 * turn)], 1))
        strands.append(
            swept(line, pieces.forward(line), np.full(count, 0.040, np.float32), np.full(count, 0.026, np.float32), sides)
        )
    return joined(strands)


def _seam(field: Field, points: pieces.Points, count: int, *, is_front: bool = False) -> Surface:
    """A raised seam along points at positive x."""
    rows = pieces.smooth_line(points, count)[None]
    line = (pieces.in_front(field, rows, 0.0) if is_front else pieces.laid(field, rows, 0.0))[0]
    thin = vector(0.015 * np.sin(np.pi * np.linspace(0.06, 0.94, count)) ** 0.4)
    return swept(line, normals_of(field, line, 0.03), thin, thin, 5)


_RAGLAN = ((0.33, -1.27, 0.05), (0.47, -1.42, 0.14), (0.62, -1.62, 0.16), (0.72, -1.86, 0.10))
"""The seam between body and sleeve, from the neck to the armpit."""


def sweater() -> Garment:
    """A thick sweater with a ribbed, rolled collar and a knitted cable."""
    field = cloth(0.06, fullness=0.04, folding=1.15)

    def layers(is_full: bool) -> list[Layer]:
        roll = pieces.neck_roll(_ROLL, 120 if is_full else 32, ribs=30 if is_full else 0)
        knit = [drape(field, _HIGH, is_full, 0.05), roll, _cable(field, 26 if is_full else 20, 6 if is_full else 4)]
        count = 10 if is_full else 6
        knit += [pieces.pair(_seam(field, _RAGLAN, count))]
        knit += [pieces.pair(_seam(field, ((0.17, -1.40, 0), (0.17, -2.60, 0)), count, is_front=True))]
        return [Layer("sweater", "clothes", joined(knit))]

    return Garment(field, _HIGH, layers)


_HOOD = (
    ((0, -1.56, 0.24), (0.30, -1.40, 0.14), (0.42, -1.28, -0.14), (0.31, -1.20, -0.44), (0, -1.16, -0.55)),
    ((0, -1.47, 0.33), (0.33, -1.26, 0.22), (0.50, -1.09, -0.14), (0.38, -1.01, -0.50), (0, -0.98, -0.63)),
    ((0, -1.50, 0.42), (0.42, -1.31, 0.31), (0.64, -1.17, -0.16), (0.52, -1.10, -0.62), (0, -1.08, -0.80)),
    ((0, -1.63, 0.43), (0.47, -1.49, 0.31), (0.68, -1.40, -0.18), (0.56, -1.42, -0.65), (0, -1.47, -0.785)),
    ((0, -1.67, 0.33), (0.42, -1.57, 0.22), (0.60, -1.52, -0.18), (0.50, -1.60, -0.56), (0, -1.72, -0.63)),
)
"""The hood as it lies around the neck: curves from the front to the back, from its lining over the rim to its seam."""


def _hood(count: int, rows: int) -> Surface:
    curves = [pieces.loop(curve, count) for curve in _HOOD]
    sections = np.stack(curves, 1)
    return pieces.tube_of(vector(np.stack([pieces.smooth_line(section, rows) for section in sections], 1)))


_WIDE: Knots = ((0, 44), (90, 58), (180, 60))


def hoodie() -> Garment:
    """A hoodie whose hood lies around the neck, with cords."""
    field = cloth(0.075, fullness=0.05, folding=1.3)

    def layers(is_full: bool) -> list[Layer]:
        body = drape(field, _WIDE, is_full, 0.05)
        hood = _hood(26 if is_full else 13, 12 if is_full else 7)
        hang = ((0.152, -1.47, 0.415), (0.163, -1.58, 0.452), (0.168, -1.70, 0.458), (0.171, -1.81, 0.448), (0.173, -1.93, 0.44))
        cord = pieces.cord(hang, 0.021, 14 if is_full else 7, 7 if is_full else 5, tip=0.09)
        return [Layer("hoodie", "clothes", joined([body, hood])), Layer("cords", "clothes_trim", pieces.pair(cord))]

    return Garment(field, _WIDE, layers)


_TANK: Knots = ((0, 31), (18, 32.5), (35, 41), (50, 50), (70, 56.5), (90, 59), (110, 59), (140, 57), (165, 53), (180, 52))
_ARM = (0.70, -1.68, -0.20)
_ARM_AXIS = (0.82, 0.572, 0.0)
_ARM_SIZE = (0.38, 0.33)
"""A tank top leaves an ellipse open for each arm: its middle, the way it looks, its radii upward and in depth."""


def _tank_cloth(points: Float) -> Float:
    return vector(smooth_min(torso.trunk(points), torso.collarbones(points), 0.09) - np.float32(0.032))


def _outside_armhole(positions: Float) -> Float:
    """Negative (V,) where a tank top is open for an arm."""
    relative = mirrored(positions) - vector(_ARM)
    across = relative @ vector([-_ARM_AXIS[1], _ARM_AXIS[0], 0])
    reach = np.hypot(across / _ARM_SIZE[0], relative[:, 2] / _ARM_SIZE[1]) - 1
    return vector(np.where(relative @ vector(_ARM_AXIS) > -0.35, reach, 1.0))


def _armhole(columns: int, sides: int) -> Surface:
    """The bound edge around the arm at positive x."""
    turn = np.linspace(0, 2 * np.pi, columns)[:, None]
    up, axis = vector([-_ARM_AXIS[1], _ARM_AXIS[0], 0]), vector(_ARM_AXIS)
    ring = _ARM_SIZE[0] * np.cos(turn) * up + _ARM_SIZE[1] * np.sin(turn) * vector([0, 0, 1])
    line = cast(_tank_cloth, vector(vector(_ARM) + ring - 0.35 * axis), np.tile(axis, (columns, 1)), (0.0, 1.0), steps=48)
    widths, depths = np.full(columns, 0.034), np.full(columns, 0.018)
    return swept(line, normals_of(_tank_cloth, line, 0.03), vector(widths), vector(depths), sides)


def tank_top() -> Garment:
    """A tank top that bares shoulders and arms."""

    def layers(is_full: bool) -> list[Layer]:
        body = drape(_tank_cloth, _TANK, is_full, 0.03)
        body = clipped(body, _outside_armhole(body.positions))
        holes = pieces.pair(_armhole(40 if is_full else 20, 8 if is_full else 5))
        rim = neckband(_tank_cloth, _TANK, is_full, 0.06, 0.036)
        return [Layer("tank_top", "clothes", joined([body, holes, rim]))]

    return Garment(torso.body, ((0, -68), (180, -68)), layers, fineness=1.6)
