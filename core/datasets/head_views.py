"""Heads as portraits show them: turned, lit from anywhere, and drawn straight into the regions' frame.

The studio's light stands still (core.rendering). Here avatar and camera are carried about in it together, which is the same as
carrying the lamps about them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from core.datasets.augmentation import Rng
from core.datasets.portraits import REGIONS_FACTOR, REGIONS_SIZE
from core.engines import CLASSES
from core.faces.align import square, wider
from core.rendering.device import on_render_thread
from core.rendering.mesh import PART_CLASS, PARTS, Mesh
from core.rendering.renderer import LIGHT
from core.rendering.scene import Item, View

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Double = NDArray[np.float64]

CLASS_OF_PART = np.array([0, *(CLASSES.index(PART_CLASS[part]) for part in PARTS)], np.uint8)
"""What a pixel of a part picture is painted as in masks."""

_FIELD_OF_VIEW = (9.0, 34.0)  # degrees that the face's quad takes up: from a photographer's lens to a selfie at arm's length
_HALF_SIDE = 1.34  # of the face's quad, in half widths of the head, as in our packs


@dataclass(frozen=True, eq=False)
class HeadView(View):
    """A view with the light anywhere and the picture's window anywhere.

    Attributes:
        light: (3, 3) turn of avatar and camera within the studio.
        window: (3, 3) clip coordinates (x, y, 1) -> clip coordinates of what is drawn.
    """

    light: Double = field(default_factory=lambda: np.eye(3))
    window: Double = field(default_factory=lambda: np.eye(3))

    @override
    def turn(self) -> Float:
        """See `View`."""
        return (self._carry() @ super().turn()).astype(np.float32)

    @override
    def eye(self) -> Float:
        """See `View`."""
        carry = self._carry()
        return (carry[:3, :3] @ super().eye() + carry[:3, 3]).astype(np.float32)

    @override
    def project(self) -> Float:
        """See `View`."""
        plain = View(self.center, self.half_side, self.field_of_view, self.yaw, self.pitch, self.wide)
        window = np.eye(4)
        window[:2, :2], window[:2, 3] = self.window[:2, :2], self.window[:2, 2]
        # The shift belongs to clip coordinates before they are divided by w.
        shifted = np.eye(4)
        shifted[:2, :2], shifted[:2, 3] = window[:2, :2], window[:2, 3]
        return (shifted @ plain.project() @ np.linalg.inv(self._carry())).astype(np.float32)

    def _carry(self) -> Double:
        center = np.array([self.center[0], self.center[1], 0.0])
        carry = np.eye(4)
        carry[:3, :3], carry[:3, 3] = self.light, center - self.light @ center
        return carry

    def pixels(self, points: NDArray[np.floating], size: int) -> Float:
        """(N, 3) places of the avatar -> (N, 2) pixels of a picture of this size."""
        whole = np.concatenate([points, np.ones((len(points), 1))], axis=1)
        clip = whole @ (self.project().astype(np.float64) @ self.turn()).T
        place = clip[:, :2] / clip[:, 3:]
        return ((place * (1, -1) + 1) * size / 2).astype(np.float32)


def head_view(rng: Rng, five: Float, center: tuple[float, float, float], turned: float = 1.0) -> HeadView:
    """A random view of a head whose five points (5, 3) are these, with the picture's edges where the regions' frame has them.

    Args:
        rng: Turn, distance and light are random.
        five: Places of left eye, right eye, tip of the nose and corners of the mouth.
        center: What the camera looks at.
        turned: 1 turns up to 35 degrees aside and 25 up or down.
    """
    yaw = float(np.clip(rng.normal(0, 16), -35, 35)) * turned
    pitch = float(np.clip(rng.normal(0, 9), -25, 25)) * turned
    wide = _FIELD_OF_VIEW
    view = HeadView(center, _HALF_SIDE, float(rng.uniform(*wide)), yaw, pitch, light=random_light(rng))
    return framed(view, five)


def framed(view: HeadView, five: Float, factor: float = REGIONS_FACTOR, rise: float = 0.0) -> HeadView:
    """The view with the window laid over the regions' frame of five points (5, 3).

    Args:
        view: Where it is seen from.
        five: See `head_view`.
        factor: Alignment quads that the window shows.
        rise: How far down the window is moved, in its own sides.
    """
    plain = HeadView(view.center, view.half_side, view.field_of_view, view.yaw, view.pitch, view.wide, view.light)
    quad = wider(points_quad(plain.pixels(five, 2)), factor)
    quad = (quad + rise * (quad[1] - quad[0]) - 1) * (1, -1)  # clip coordinates
    corner, down, _, right = quad.astype(np.float64)
    basis = np.eye(3)
    basis[:2, 0], basis[:2, 1], basis[:2, 2] = (right - corner) / 2, (corner - down) / 2, (down + right) / 2
    return HeadView(
        view.center,
        view.half_side,
        view.field_of_view,
        view.yaw,
        view.pitch,
        view.wide,
        view.light,
        np.asarray(np.linalg.inv(basis), np.float64),
    )


def points_quad(points: Float) -> Float:
    """The alignment's quad (core.faces.align.face_quad) from five points (5, 2)."""
    left, right, mouth = points[0], points[1], (points[3] + points[4]) / 2
    eyes = (left + right) / 2
    eye_to_eye, eye_to_mouth = right - left, mouth - eyes
    across = eye_to_eye - eye_to_mouth[::-1] * (-1, 1)
    across = across / np.hypot(*across)
    return square(
        eyes + 0.1 * eye_to_mouth, across * max(2.0 * float(np.hypot(*eye_to_eye)), 1.8 * float(np.hypot(*eye_to_mouth)))
    )


def draw_head(items: Sequence[Item], view: View, size: int = REGIONS_SIZE) -> tuple[Image, Image]:
    """A light picture (size, size, 4) and its parts (size, size)."""
    return on_render_thread(lambda renderer: renderer.draw_both(items, view, size, LIGHT))


def draw_parts(items: Sequence[Item], view: View, size: int = REGIONS_SIZE) -> Image:
    """The part of every pixel (size, size), as `core.rendering.renderer.Renderer.draw_parts`."""
    return on_render_thread(lambda renderer: renderer.draw_parts(items, view, size))


def draw_alone(items: Sequence[Item], view: View, size: int = REGIONS_SIZE) -> Image:
    """A light picture (size, size, 4)."""
    return on_render_thread(lambda renderer: renderer.draw(items, view, size, LIGHT))


def posed_positions(mesh: Mesh, weights: Mapping[str, float]) -> Float:
    """(V, 3) where morphs put a mesh."""
    positions = mesh.positions.astype(np.float32)
    for name, morph in mesh.morphs.items():
        weight = weights.get(name, 0.0)
        if weight:
            positions = positions + weight * morph.positions
    return positions


def part_places(items: Sequence[Item], part: str) -> Float:
    """(N, 3) places of all vertices of a part."""
    wanted = PARTS.index(part)
    found = [posed_positions(item.mesh, item.weights)[item.mesh.parts == wanted] for item in items]
    return np.concatenate(found) if found else np.zeros((0, 3), np.float32)


def five_places(items: Sequence[Item]) -> Float:
    """(5, 3) left eye, right eye, tip of the nose, left and right corner of the mouth."""
    eyes, nose, lips = (part_places(items, part) for part in ("eyes", "nose", "lips"))
    pupils = [_front(eyes[side]) for side in (eyes[:, 0] < 0, eyes[:, 0] >= 0)]
    return np.stack([*pupils, nose[nose[:, 2].argmax()], lips[lips[:, 0].argmin()], lips[lips[:, 0].argmax()]])


def _front(ball: Float) -> Float:
    low, high = ball.min(axis=0), ball.max(axis=0)
    return np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, high[2]], np.float32)


def random_light(rng: Rng) -> Double:
    """Where the lamps stand: mostly about where they are, at times from a side or nearly from behind, and a little turned."""
    kind = rng.random()
    if kind < 0.45:
        around = rng.normal(25, 20)
    elif kind < 0.85:
        around = rng.uniform(-110, 110)
    else:
        around = rng.uniform(-180, 180)
    over, aslant = rng.normal(0, 14), rng.normal(0, 10)
    return _turned(1, around) @ _turned(0, over) @ _turned(2, aslant)


def _turned(axis: int, degrees: float) -> Double:
    angle = np.radians(degrees)
    a, b = [other for other in range(3) if other != axis]
    turn = np.eye(3)
    turn[a, a] = turn[b, b] = np.cos(angle)
    turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
    return turn
