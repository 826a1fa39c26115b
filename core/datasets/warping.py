"""Moving a portrait's landmarks and carrying the picture along: exact labels for faces that nobody photographed.

A fixed triangulation of the mesh maps every pixel of the face (piecewise affine), and what is about it follows the nearest points
of the oval, less and less towards the border. Eyes and the inside of the mouth are holes in it: lids and lips move over what is
behind them, and what the photo does not show of a mouth is painted.
All pictures are (S, S, 4) uint8, sRGB and a person mask; points are (478, 3) in their pixels, depth negative towards the camera.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw
from torch.nn import functional

from core.faces.mesh import INNER_LIPS, LEFT_EYE, LEFT_IRIS, OVAL, RIGHT_EYE, RIGHT_IRIS
from core.shapes import expect_shape

Float = NDArray[np.float32]
Image = NDArray[np.uint8]
Rng = np.random.Generator

_MESH = 468  # points without irises: those move with what is in the eye
_Eye = tuple[list[int], list[int], tuple[int, int]]
_EYES: tuple[_Eye, ...] = ((LEFT_EYE, LEFT_IRIS, (33, 133)), (RIGHT_EYE, RIGHT_IRIS, (362, 263)))  # corners from left to right
_UPPER_LIP = INNER_LIPS[:11]
_LOWER_LIP = [INNER_LIPS[0], *INNER_LIPS[:10:-1], INNER_LIPS[10]]
_MOUTH_CORNERS = (78, 308)


@dataclass(frozen=True, eq=False)
class Triangulation:
    """Triangles over the mesh, without eyes and mouth.

    Attributes:
        triangles: (T, 3) indices into the 468 mesh points.
    """

    triangles: NDArray[np.int32]

    @staticmethod
    def of(mean: Float) -> "Triangulation":
        """From a frontal mean shape (478, 2) with open eyes and mouth, any scale."""
        from scipy.spatial import Delaunay  # of the extra `build`

        points = mean[:_MESH] * np.float32(1000 / np.ptp(mean))
        triangles = Delaunay(points).simplices.astype(np.int32)
        middles = points[triangles].mean(axis=1)
        for ring in (LEFT_EYE, RIGHT_EYE, INNER_LIPS):
            low = points[ring].min(axis=0)
            extent = np.ceil(np.ptp(points[ring], axis=0)).astype(int) + 1
            canvas = Pillow.new("1", tuple(extent.tolist()))
            ImageDraw.Draw(canvas).polygon((points[ring] - low).ravel().tolist(), fill=1)
            columns, rows = np.clip((middles - low).astype(int), 0, extent - 1).T
            hole = np.asarray(canvas)[rows, columns] & np.isin(triangles, ring).all(axis=1)
            triangles, middles = triangles[~hole], middles[~hole]
        return Triangulation(triangles)


def warp(rng: Rng, picture: Image, points: Float, target: Float, over: Triangulation) -> tuple[Image, Float]:
    """Carry a picture along with its points.

    Args:
        rng: Teeth and tongue are random.
        picture: (S, S, 4) uint8.
        points: (478, 3) float32, where its landmarks are.
        target: (478, 3) float32, where they shall be; irises are ignored.
        over: How pixels follow points.

    Returns:
        The picture, and `target` with the irises where the picture now has them.
    """
    size = expect_shape(picture, "S S 4")["S"]
    target = target.copy()
    x, y = _followed(points, target, over, size)
    for eye in _EYES:
        _look_through((x, y), points, target, eye)
    mouth = _Mouth.of(points, target, size)
    if mouth is not None:
        known = mouth.known
        x[mouth.rows[known], mouth.columns[known]] = mouth.x[known]
        y[mouth.rows[known], mouth.columns[known]] = mouth.y[known]
    warped = _sampled(picture, x, y)
    if mouth is not None and not mouth.known.all():
        light = _lightness(picture, points)
        hidden = ~mouth.known
        warped[mouth.rows[hidden], mouth.columns[hidden], :3] = mouth.painted(rng, light)[hidden]
    return warped, target


def _followed(points: Float, target: Float, over: Triangulation, size: int) -> tuple[Float, Float]:
    """Where in the picture each pixel comes from: x and y (S, S)."""
    new, old = target[:_MESH, :2], points[:_MESH, :2]
    # What is nearer is drawn later, over what it hides.
    order = np.argsort(-target[:_MESH, 2][over.triangles].mean(axis=1), kind="stable")
    canvas = Pillow.new("I", (size, size), -1)
    draw = ImageDraw.Draw(canvas)
    corners = (new - 0.5)[over.triangles].reshape(-1, 6).tolist()  # Pillow's pixel centres are whole numbers
    for index in order.tolist():
        draw.polygon(corners[index], fill=index)
    index = np.asarray(canvas)
    x, y = _about(new[OVAL], old[OVAL], size)
    rows, columns = np.nonzero(index >= 0)
    a = _affine(new[over.triangles], old[over.triangles])[index[rows, columns]]
    pixels = np.stack([columns + 0.5, rows + 0.5, np.ones(len(rows))], axis=1).astype(np.float32)
    x[rows, columns], y[rows, columns] = (a[:, 0] * pixels).sum(axis=1), (a[:, 1] * pixels).sum(axis=1)
    return x, y


def _about(new: Float, old: Float, size: int) -> tuple[Float, Float]:
    """The same about the face: it follows the nearest points of the oval, less and less towards the border of the crop."""
    step = 4
    axis = np.arange(step / 2, size, step, dtype=np.float32)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 1, 2)
    distance = ((grid - new) ** 2).sum(axis=-1)
    weight = 1 / (distance + 1) ** 2
    way = (weight @ (old - new)) / weight.sum(axis=1, keepdims=True)
    near, edge = np.sqrt(distance.min(axis=1)), np.minimum(grid, size - grid).min(axis=(1, 2))
    way *= (edge / (edge + near + 1e-3))[:, None]
    fields = way.reshape(len(axis), len(axis), 2)
    smooth = [Pillow.fromarray(fields[..., i]).resize((size, size), Pillow.Resampling.BILINEAR) for i in range(2)]
    columns, rows = np.meshgrid(np.arange(size, dtype=np.float32) + 0.5, np.arange(size, dtype=np.float32) + 0.5)
    return columns + np.asarray(smooth[0]), rows + np.asarray(smooth[1])


def _affine(new: Float, old: Float) -> Float:
    """(T, 2, 3): the maps that take triangles `new` (T, 3, 2) to `old`; flat triangles go to their middle."""
    a, b = new[:, 1] - new[:, 0], new[:, 2] - new[:, 0]
    area = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    flat = np.abs(area) < 0.05
    area = np.where(flat, 1, area)
    inverse = np.stack([np.stack([b[:, 1], -b[:, 0]], 1), np.stack([-a[:, 1], a[:, 0]], 1)], 1) / area[:, None, None]
    edges = np.stack([old[:, 1] - old[:, 0], old[:, 2] - old[:, 0]], axis=2)
    turn = edges @ inverse
    turn[flat] = 0
    shift = np.where(flat[:, None], old.mean(axis=1), old[:, 0] - (turn @ new[:, 0, :, None])[..., 0])
    return np.concatenate([turn, shift[:, :, None]], axis=2).astype(np.float32)


def _sampled(picture: Image, x: Float, y: Float) -> Image:
    size = len(picture)
    grid = torch.from_numpy(np.stack([x, y], axis=-1)[None] * np.float32(2 / size) - 1)
    source = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1))[None]).float()
    found = functional.grid_sample(source, grid, padding_mode="border", align_corners=False)
    return np.ascontiguousarray(found[0].numpy().round().astype(np.uint8).transpose(1, 2, 0))


@dataclass(frozen=True, eq=False)
class _Axis:
    """Coordinates of a hole: along from its left corner (0) to its right (1), and pixels down from the line between them."""

    start: Float
    along: Float
    length: float

    @staticmethod
    def of(points: Float, corners: tuple[int, int]) -> "_Axis":
        start, end = points[corners[0], :2], points[corners[1], :2]
        length = max(float(np.hypot(*(end - start))), 1e-3)
        return _Axis(start, (end - start) / np.float32(length), length)

    def inside(self, points: Float) -> tuple[Float, Float]:
        offset = points[..., :2] - self.start
        down = offset[..., 1] * self.along[0] - offset[..., 0] * self.along[1]
        return np.asarray(offset @ self.along / np.float32(self.length)), np.asarray(down)

    def outside(self, along: Float, down: Float) -> Float:
        normal = np.array([-self.along[1], self.along[0]], np.float32)
        return np.asarray(self.start + along[..., None] * np.float32(self.length) * self.along + down[..., None] * normal)


def _look_through(from_: tuple[Float, Float], points: Float, target: Float, eye: _Eye) -> None:
    """Keep what is in an eye in place behind its lids; stretch it where the lids open further than in the photo."""
    ring, iris, corners = eye
    before, after = _Axis.of(points, corners), _Axis.of(target, corners)
    _, lids = before.inside(points[ring])
    _, new_lids = after.inside(target[ring])
    stretch = np.float32(max(1.0, float(np.ptp(new_lids)) / max(float(np.ptp(lids)), 1e-3)))
    along, down = before.inside(points[iris])
    target[iris, :2] = after.outside(along, down * stretch)
    rows, columns = _pixels(target[ring, :2], len(from_[0]))
    along, down = after.inside(np.stack([columns, rows], axis=1).astype(np.float32) + np.float32(0.5))
    found = before.outside(along, down / stretch)
    for axis, field in enumerate(from_):
        field[rows, columns] = found[:, axis]


def _pixels(ring: Float, size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the pixels inside a polygon; the edge of a shut eye or mouth is not in it."""
    canvas = Pillow.new("1", (size, size))
    ImageDraw.Draw(canvas).polygon((ring - 0.5).ravel().tolist(), fill=1)
    rows, columns = np.nonzero(np.asarray(canvas))
    if len(rows) == 0:
        return rows, columns
    order = np.argsort(ring[:, 0])
    below = ring[order]
    half = len(ring) // 2
    upper, lower = _contour(ring[: half + 1]), _contour(np.concatenate([ring[half:], ring[:1]]))
    centre = columns + 0.5
    top = np.minimum(np.interp(centre, *upper), np.interp(centre, *lower))
    bottom = np.maximum(np.interp(centre, *upper), np.interp(centre, *lower))
    within = (rows + 0.5 > top) & (rows + 0.5 < bottom) & (centre > below[0, 0]) & (centre < below[-1, 0])
    return rows[within], columns[within]


def _contour(points: Float) -> tuple[Float, Float]:
    order = np.argsort(points[:, 0], kind="stable")
    return points[order, 0], points[order, 1]


@dataclass(frozen=True, eq=False)
class _Mouth:
    """The pixels between the lips: where in the photo they come from, as what shows there hangs from the upper lip.

    Attributes:
        rows, columns: (P,) of the pixels.
        x, y: (P,) where they are in the photo.
        known: (P,) whether that is between the lips there too.
        across: (P,) from 0 at the left corner to 1.
        below, above: (P,) pixels under the upper and over the lower lip.
        unit: Distance of the outer corners of the eyes, pixels.
        was_open: Whether the photo shows what is in the mouth.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    x: Float
    y: Float
    known: NDArray[np.bool_]
    across: Float
    below: Float
    above: Float
    unit: float
    was_open: bool

    @staticmethod
    def of(points: Float, target: Float, size: int) -> "_Mouth | None":
        rows, columns = _pixels(target[INNER_LIPS, :2], size)
        if len(rows) == 0:
            return None
        before, after = _Axis.of(points, _MOUTH_CORNERS), _Axis.of(target, _MOUTH_CORNERS)
        across, down = after.inside(np.stack([columns, rows], axis=1).astype(np.float32) + np.float32(0.5))
        upper, lower = (_height(across, *after.inside(target[lip])) for lip in (_UPPER_LIP, _LOWER_LIP))
        upper_was, lower_was = (_height(across, *before.inside(points[lip])) for lip in (_UPPER_LIP, _LOWER_LIP))
        found = upper_was + (down - upper)
        unit = float(np.hypot(*(points[263, :2] - points[33, :2])))
        was_open = bool((lower_was - upper_was).max() > 0.05 * unit)
        known = (found < lower_was - 0.7) | (lower - upper < lower_was - upper_was + 0.5)
        x, y = before.outside(across, found).T
        return _Mouth(rows, columns, x, y, known, across, down - upper, lower - down, unit, was_open)

    def painted(self, rng: Rng, light: float) -> Image:
        """(P, 3): darkness, perhaps with teeth and a tongue."""
        aside = np.abs(2 * self.across - 1)
        dark, red = np.array([22, 8, 8]), np.array(rng.uniform((70, 18, 18), (140, 50, 50)))
        share = np.clip(self.below / (self.below + self.above + 1e-3), 0, 1)[:, None]
        colour = dark + (red - dark) * (rng.uniform(0.1, 0.9) * share + (rng.uniform(0, 0.4) * aside)[:, None])
        if rng.random() < 0.6:
            tongue = np.array(rng.uniform((130, 50, 50), (205, 110, 105)))
            height = rng.uniform(0.05, 0.35) * np.sqrt(1 - np.clip(aside / rng.uniform(0.5, 0.9), 0, 1) ** 2)
            soft = np.clip((height - self.above / self.unit) / 0.03, 0, 1)[:, None]
            colour = colour + soft * (tongue * (0.75 + 0.25 * share) - colour)
        if not self.was_open and rng.random() < 0.7:
            colour = self._with_teeth(rng, colour, self.below, aside, rng.uniform(0.04, 0.15))
        if rng.random() < 0.3:
            colour = self._with_teeth(rng, colour, self.above, aside, rng.uniform(0.02, 0.09))
        shade = np.clip(0.55 + self.below / (0.1 * self.unit), 0, 1)[:, None]
        return np.asarray(np.clip(colour * shade * light + rng.normal(0, 3, colour.shape), 0, 255), np.uint8)

    def _with_teeth(self, rng: Rng, colour: Float, distance: Float, aside: Float, height: float) -> Float:
        teeth = np.array([235, 226, 208]) * rng.uniform(0.65, 1.0)
        edge = height * np.sqrt(np.clip(1 - (aside / 0.9) ** 2, 0, 1))
        soft = np.clip((edge - distance / self.unit) / 0.015, 0, 1)
        gaps = 1 - 0.22 * (np.abs(np.sin(self.across * np.pi * 8)) < 0.18)
        return np.asarray(colour + soft[:, None] * (teeth * (gaps * (1 - 0.4 * aside**2))[:, None] - colour), np.float32)


def _height(along: Float, contour: Float, down: Float) -> Float:
    """How far down a contour is at places along it."""
    return np.interp(along, contour, down).astype(np.float32)


def _lightness(picture: Image, points: Float) -> float:
    """How bright what is painted must be: the cheeks and lips against a well-lit face's."""
    columns, rows = points[[50, 280, 0, 17, 101, 330], :2].astype(int).clip(0, len(picture) - 1).T
    return float(np.clip(picture[rows, columns, :3].mean() / 165, 0.25, 1.1))
