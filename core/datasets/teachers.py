"""The teachers: MediaPipe's face networks, run by LiteRT. They label training portraits and are never shipped.

Source: Google MediaPipe model cards (BlazeFace back and short range, Face Mesh V2, hair segmenter, selfie segmenter), Apache-2.0.
"""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.faces.align import Frame, square, whole_frame
from core.faces.expressions import EXPRESSIONS
from core.faces.mesh import MIRRORED, NUM_LANDMARKS

Float = NDArray[np.float32]
_Network = Callable[[NDArray[np.floating]], dict[int, Float]]

_FILES = (
    "face_detection_back.tflite", "face_landmarker_v2_with_blendshapes.task",
    "hair_segmentation.tflite", "selfie_segmentation.tflite",
)  # fmt: skip
_FINDER_SIZE, _MESH_SIZE, _HAIR_SIZE, _PERSON_SIZE = 256, 192, 512, 256
_EXPRESSION_POINTS = [
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66, 67, 70, 78, 80, 81, 82, 84,
    87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159,
    160, 161, 162, 163, 168, 172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282, 283,
    284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318, 321, 323, 324, 332, 334, 336, 338, 356, 361,
    362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415,
    454, 466, 468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
]  # fmt: skip
"""What the expression network looks at."""
_CROP_FACTOR = 1.5  # sides of the mesh network's crop in longer sides of the face's box
_LOOKS = (
    (1.0, 0, 0.0, 0.0), (0.93, 4, 0.02, 0.0), (1.07, -4, -0.02, 0.0),
    (1.0, 0, 0.0, 0.03), (1.1, 0, 0.0, -0.03), (0.9, -3, 0.0, 0.0),
)  # fmt: skip
"""Crops that the mesh network is asked about: scale, degrees, and how far right and down, in sides."""


@dataclass(frozen=True, eq=False)
class TeacherFace:
    """A face of the finding teacher: score in [0, 1], box (4,) left, top, right, bottom, and points (6, 2), in photo pixels."""

    score: float
    box: Float
    points: Float


class Teachers:
    """All of them, ready to run.

    Raises:
        DataError: A file or the package `ai-edge-litert` is missing.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        try:
            contents = {name: (folder / name).read_bytes() for name in _FILES}
        except OSError as error:
            raise DataError(f"A teacher is missing: {error}.") from error
        self.digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
        with zipfile.ZipFile(folder / _FILES[1]) as task:
            mesh, expression = task.read("face_landmarks_detector.tflite"), task.read("face_blendshapes.tflite")
        self._find = _open(contents[_FILES[0]], threads)
        self._mesh = _open(mesh, threads)
        self._expression = _open(expression, threads)
        self._hair = _open(contents[_FILES[2]], threads)
        self._person = _open(contents[_FILES[3]], threads)

    def find(self, photo: NDArray[np.uint8], threshold: float = 0.5) -> list[TeacherFace]:
        """Faces in a photo, best first."""
        frame = whole_frame(photo, _FINDER_SIZE)
        answer = self._find(_black_outside(frame, photo)[None] / np.float32(127.5) - 1)
        scores = (1 / (1 + np.exp(-np.clip(answer[1][0, :, 0], -80, 80)))).astype(np.float32)
        raw, anchors = answer[16][0] / _FINDER_SIZE, _anchors()
        centres, sizes = raw[:, :2] + anchors, raw[:, 2:4]
        points = raw[:, 4:].reshape(-1, 6, 2) + anchors[:, None]
        boxes = np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=1)
        found = []
        for kept in _suppress(boxes, scores, threshold):
            weights = scores[kept] / scores[kept].sum()
            box = (boxes[kept] * weights[:, None]).sum(axis=0).reshape(2, 2) * _FINDER_SIZE
            six = (points[kept] * weights[:, None, None]).sum(axis=0) * _FINDER_SIZE
            found.append(TeacherFace(float(scores[kept[0]]), frame.to_picture(box).ravel(), frame.to_picture(six)))
        return found

    def landmarks(self, photo: NDArray[np.uint8], face: TeacherFace) -> Float:
        """(478, 3) photo pixels, depth negative towards the camera.

        Two passes, the second on a crop about the first's answer, as MediaPipe does; then the mean over crops a little smaller,
        larger, turned and moved, and their mirrors. Asked once, the teacher differs from its own answer in the mirror by 1.1 %
        of the distance of the outer corners of the eyes; two halves of these crops differ by .36 %.
        """
        low, high = face.box[:2], face.box[2:]
        angle, size = _angle(face.points[0], face.points[1]), float((high - low).max())
        centre = np.asarray((low + high) / 2, np.float32)
        for _ in range(2):
            angle, centre, size = _level_box(self._look(photo, centre, _CROP_FACTOR * size, angle)[:, :2])
        meshes = []
        for scale, degrees, right, down in _LOOKS:
            side = _CROP_FACTOR * size * scale
            moved = centre + np.array([right, down], np.float32) * np.float32(side)
            meshes += [self._look(photo, moved, side, angle + np.radians(degrees), mirrored) for mirrored in (False, True)]
        return np.asarray(np.mean(meshes, axis=0), np.float32)

    def _look(self, photo: NDArray[np.uint8], centre: Float, side: float, angle: float, mirrored: bool = False) -> Float:
        """(478, 3) photo pixels, found in one crop."""
        quad = square(centre, np.array([np.cos(angle), np.sin(angle)]) * side / 2)
        frame = Frame(quad[[3, 2, 1, 0]] if mirrored else quad, _MESH_SIZE)
        mesh = self._mesh(_black_outside(frame, photo)[None] / np.float32(255))[3 * NUM_LANDMARKS].reshape(NUM_LANDMARKS, 3)
        points = np.hstack([frame.to_picture(mesh[:, :2]), mesh[:, 2:] * np.float32(side / _MESH_SIZE)])
        return points[MIRRORED] if mirrored else points

    def expression(self, landmarks: Float) -> Float:
        """(52,) in [0, 1], `core.faces.expressions.EXPRESSIONS`, of landmarks (478, 2 or 3) in pixels of any scale."""
        return self._expression(landmarks[None, _EXPRESSION_POINTS, :2])[len(EXPRESSIONS)].ravel()

    def hair(self, picture: NDArray[np.uint8]) -> Float:
        """(512, 512) probability of hair on a square picture of that size."""
        whole = np.zeros((1, _HAIR_SIZE, _HAIR_SIZE, 4), np.float32)  # the fourth channel is the previous mask of a video
        whole[0, ..., :3] = picture / np.float32(255)
        logits = self._hair(whole)[2][0]
        odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return np.asarray(odds[..., 1] / odds.sum(axis=-1), np.float32)

    def person(self, picture: NDArray[np.uint8]) -> Float:
        """(256, 256) probability of a person on a square picture of that size."""
        return self._person(picture[None] / np.float32(255))[1][0, ..., 0]


def _black_outside(frame: Frame, photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(frame.crop(photo) * frame.inside(*photo.shape[:2])[..., None], np.uint8)


def _open(content: bytes, threads: int) -> _Network:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise DataError("The teachers need the package ai-edge-litert. Install it with: main.py setup teachers") from error
    network: Any = Interpreter(model_content=content, num_threads=threads)
    network.allocate_tensors()
    source = network.get_input_details()[0]["index"]
    outputs = network.get_output_details()

    def run(values: NDArray[np.floating]) -> dict[int, Float]:
        network.set_tensor(source, np.ascontiguousarray(values, np.float32))
        network.invoke()
        # Outputs are told apart by their last dimension, which no two that we use share.
        return {int(output["shape"][-1]): network.get_tensor(output["index"]).copy() for output in outputs}

    return run


def _anchors() -> Float:
    """(896, 2) centres: 16 x 16 cells of two, then 8 x 8 cells of six."""
    parts = []
    for cells, repeats in ((16, 2), (8, 6)):
        rows, columns = np.mgrid[0:cells, 0:cells]
        centres = (np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5) / cells
        parts.append(np.repeat(centres, repeats, axis=0))
    return np.concatenate(parts).astype(np.float32)


def _suppress(boxes: Float, scores: Float, threshold: float) -> list[NDArray[np.int_]]:
    """Groups of boxes that are the same face (IoU over 0.3), best first."""
    left = np.flatnonzero(scores > threshold)
    left = left[np.argsort(-scores[left], kind="stable")]
    groups = []
    while len(left):
        best, rest = boxes[left[0]], boxes[left]
        overlap = np.clip(np.minimum(best[2:], rest[:, 2:]) - np.maximum(best[:2], rest[:, :2]), 0, None).prod(axis=1)
        area = (best[2:] - best[:2]).prod() + (rest[:, 2:] - rest[:, :2]).prod(axis=1)
        same = overlap / (area - overlap + 1e-9) > 0.3
        same[0] = True
        groups.append(left[same])
        left = left[~same]
    return groups


def _level_box(points: Float) -> tuple[float, Float, float]:
    """Angle of the line through the eyes, and middle and longer side of the box about points (478, 2) that lies along it."""
    angle = _angle(points[33], points[263])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = points @ turn.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    return angle, (turn.T @ ((low + high) / 2)).astype(np.float32), float((high - low).max())


def _angle(start: Float, end: Float) -> float:
    across = end - start
    return float(np.arctan2(across[1], across[0]))
