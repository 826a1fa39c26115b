"""Selfies of avatars: what methods and stages can be tested on without a photograph."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.avatar.vector import AvatarVector
from core.engines import CLASSES, AvatarEngine, Camera
from core.faces.align import Frame, wider
from core.faces.colours import read_colours
from core.faces.face import Face
from core.faces.mesh import LEFT_BROW, LEFT_EYE, NOSE, OUTER_LIPS, OVAL, RIGHT_BROW, RIGHT_EYE
from core.faces.selfie import FACE_SIZE, MASK_SIZE, WIDE_FACTOR, WIDE_SIZE, Selfie

BACKGROUND = 210


def landmarks(size: int = WIDE_SIZE, face: float = 1 / 1.6) -> NDArray[np.float32]:
    """(478, 2): a plain face in the middle of a square of `size` pixels, `face` of which is the aligned face."""
    points = np.zeros((478, 2))
    for outline, centre, radius in (
        (OVAL, (0, 0.12), (0.29, 0.38)), (LEFT_EYE, (-0.125, -0.03), (0.05, 0.025)), (RIGHT_EYE, (0.125, -0.03), (0.05, 0.025)),
        (LEFT_BROW, (-0.125, -0.1), (0.07, 0.015)), (RIGHT_BROW, (0.125, -0.1), (0.07, 0.015)), (NOSE, (0, 0.1), (0.05, 0.08)),
        (OUTER_LIPS, (0, 0.24), (0.1, 0.04)),
    ):  # fmt: skip
        # Outlines begin at a corner or, the oval, at the top; that is near enough for drawing.
        turn = np.linspace(0, 2 * np.pi, len(outline), endpoint=False) + (np.pi if outline is not OVAL else -np.pi / 2)
        points[outline] = np.array(centre) + np.stack([np.cos(turn), np.sin(turn)], axis=1) * radius
    others = [index for index in range(478) if not points[index].any()]
    points[others] = np.random.default_rng(0).uniform(-0.2, 0.35, (len(others), 2))
    points[[61, 291, 0, 17, 2, 10, 152]] = [(-0.1, 0.24), (0.1, 0.24), (0, 0.2), (0, 0.28), (0, 0.18), (0, -0.26), (0, 0.5)]
    points[[57, 98, 97, 326, 327, 287]] = [(-0.11, 0.22), (-0.05, 0.17), (-0.02, 0.18), (0.02, 0.18), (0.05, 0.17), (0.11, 0.22)]
    points[[335, 106]] = [(0.06, 0.33), (-0.06, 0.33)]
    return ((points * face + 0.5) * size).astype(np.float32)


def selfie_of(engine: AvatarEngine, vector: AvatarVector) -> Selfie:
    """The selfie of an avatar before a plain wall, its regions exact."""

    def photo(frame: Camera, size: int) -> NDArray[np.uint8]:
        picture = engine.render(vector, frame, size).astype(np.float32)
        alpha = picture[..., 3:] / 255
        return np.asarray(picture[..., :3] * alpha + BACKGROUND * (1 - alpha), np.uint8)

    bust = Camera(frame="bust")
    classes = np.asarray(Pillow.fromarray(engine.render_masks(vector, bust, WIDE_SIZE)).resize((MASK_SIZE, MASK_SIZE), 0))
    masks = np.stack([classes == index for index in range(len(CLASSES))]).astype(np.float32)
    quad = np.array([[0, 0], [0, 1], [1, 1], [1, 0]], np.float32) * FACE_SIZE
    wide, inside = photo(bust, WIDE_SIZE), np.ones((WIDE_SIZE, WIDE_SIZE), bool)
    return Selfie(
        image=photo(Camera(frame="face"), FACE_SIZE),
        wide=wide,
        inside=inside,
        face=face_of(wide, inside, masks, Frame(wider(quad, WIDE_FACTOR), WIDE_SIZE).to_picture(landmarks()), quad),
        digest="",
    )


def face_of(
    wide: NDArray[np.uint8],
    inside: NDArray[np.bool_],
    masks: NDArray[np.float32],
    points: NDArray[np.float32],
    quad: NDArray[np.float32],
) -> Face:
    """A face with these masks and landmarks (478, 2), its colours measured."""
    colours = read_colours(wide, masks, inside)
    box = np.concatenate([points.min(axis=0), points.max(axis=0)])
    flat = np.column_stack([points, np.zeros(len(points), np.float32)])
    still = np.zeros(52, np.float32)
    return Face(1.0, box, flat, masks, quad, colours.light, colours.skin, colours.hair, colours.brows, still)
