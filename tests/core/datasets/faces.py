"""A drawn face with landmarks and regions, for tests without portraits."""

import numpy as np
from numpy.typing import NDArray

from core.engines import CLASSES
from core.faces.mesh import INNER_LIPS, LEFT_BROW, LEFT_EYE, NOSE, NUM_LANDMARKS, OUTER_LIPS, OVAL, RIGHT_BROW, RIGHT_EYE
from core.stages.label_faces import polygon

SIZE = 320


def drawn_landmarks() -> NDArray[np.float32]:
    """(478, 2): a plausible frontal face in the regions' frame, eyes 40 pixels apart."""
    points = np.full((NUM_LANDMARKS, 2), (160.0, 165.0), np.float32)
    points[OVAL] = _ellipse(len(OVAL), (160, 165), (46, 62), start=-np.pi / 2)
    points[LEFT_EYE] = _ellipse(len(LEFT_EYE), (140, 150), (9, 4), start=np.pi)
    points[RIGHT_EYE] = _ellipse(len(RIGHT_EYE), (180, 150), (9, -4))
    points[LEFT_BROW] = _ellipse(len(LEFT_BROW), (140, 138), (12, 3))
    points[RIGHT_BROW] = _ellipse(len(RIGHT_BROW), (180, 138), (12, 3))
    points[NOSE] = _ellipse(len(NOSE), (160, 168), (9, 14))
    points[OUTER_LIPS] = _ellipse(len(OUTER_LIPS), (160, 196), (17, 7), start=np.pi)
    points[INNER_LIPS] = _ellipse(len(INNER_LIPS), (160, 196), (14, 2), start=np.pi)
    named = {4: (160, 176), 168: (160, 150), 105: (140, 136), 334: (180, 136)}
    for index, point in named.items():
        points[index] = point
    return points


def drawn_face() -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]:
    """A picture (320, 320, 3), its regions (320, 320) and its landmarks (478, 2)."""
    points = drawn_landmarks()
    hair = polygon(_ellipse(64, (160, 120), (56, 62))) & (np.mgrid[0:SIZE, 0:SIZE][0] < 160)
    regions = np.zeros((SIZE, SIZE), np.uint8)
    parts = {
        "hair": hair, "skin": polygon(points[OVAL]) & ~(hair & (np.mgrid[0:SIZE, 0:SIZE][0] < 118)),
        "nose": polygon(points[NOSE]),
        "eyes": polygon(points[LEFT_EYE]) | polygon(points[RIGHT_EYE]), "mouth": polygon(points[OUTER_LIPS]),
        "brows": polygon(points[LEFT_BROW]) | polygon(points[RIGHT_BROW]),
    }  # fmt: skip
    colours = {
        "hair": (40, 25, 15),
        "skin": (205, 150, 120),
        "nose": (200, 140, 110),
        "eyes": (240, 240, 240),
        "mouth": (170, 70, 80),
    }
    picture = np.full((SIZE, SIZE, 3), (90, 120, 160), np.uint8)
    for name, mask in parts.items():
        regions[mask] = CLASSES.index(name)
        picture[mask] = colours.get(name, (50, 30, 20))
    return picture, regions, points


def _ellipse(count: int, centre: tuple[float, float], half: tuple[float, float], start: float = 0.0) -> NDArray[np.float32]:
    turn = start + np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([centre[0] + half[0] * np.cos(turn), centre[1] + half[1] * np.sin(turn)], axis=1).astype(np.float32)
