"""photo_checks.py DEV [--every N] [--kinds A,B]: how often a photo gets the advice it needs, and how often one that needs none.

DEV is the folder that `main.py train label_faces --run DEV --set split=dev` wrote. False alarms are counted on all dev portraits,
hits on every Nth of them (10 unless told) with faults of three strengths. Faces are read where they are known to be: what is told
here is about the checks, not about finding. A line of the table: kind, fault, hits at three strengths, false alarms, the bar.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from core.datasets.face_changes import Expressions, blinked
from core.datasets.face_photos import FacePhoto
from core.datasets.photo_faults import with_fault
from core.datasets.portraits import FaceLabels, load_labels, read_portraits
from core.datasets.warping import Triangulation, warp
from core.faces.align import five_points
from core.faces.checks import CHECKS, measure
from core.faces.finding import face_box
from core.faces.reading import read_selfie
from core.images import read_photo

FAULTS: dict[str, tuple[str, ...]] = {
    "too_small": ("small face",),
    "cut_off": ("cut off",),
    "covered": ("mask", "hand", "scarf"),
    "too_dark": ("dark", "backlight"),
    "too_bright": ("bright",),
    "coloured_light": ("coloured light",),
    "blurred": ("motion blur", "out of focus"),
    "turned_away": ("yaw", "pitch"),
    "eyes_closed": ("closed eyes",),
    "mouth_open": ("open mouth",),
}
_SHUT, _OPEN = (0.6, 0.85, 1.0), (0.2, 0.35, 0.5)  # of an eye; of the distance of its outer corners
_LONG_SIDE = 512


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("labels", type=Path)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--kinds", default=",".join(FAULTS))
    asked = parser.parse_args()
    labels = load_labels(asked.labels, "dev")
    good = [_values(face) for _, face in _photos(labels, 1)]
    for kind in asked.kinds.split(","):
        if kind not in CHECKS:
            continue
        values = np.array([one[kind] for one in good if kind in one])
        alarms = np.mean([CHECKS[kind].fails(value) for value in values])
        spread = " ".join(f"{value:.3f}" for value in np.quantile(values, [0, 0.03, 0.5, 0.97, 1]))
        for fault in FAULTS[kind]:
            hits = [_hits(kind, fault, strength, labels, asked.every) for strength in range(3)]
            told = "  ".join(f"{hit:4.0%}" for hit in hits)
            sys.stdout.write(f"{kind:15} {fault:15} {told}  false {alarms:5.1%}  bar {CHECKS[kind].bar}  good ones {spread}\n")
            sys.stdout.flush()


def _photos(labels: FaceLabels, every: int) -> Iterator[tuple[int, FacePhoto]]:
    paths = {portrait.path.name: portrait.path for portrait in read_portraits(labels.split)}
    for index in range(0, len(labels.files), every):
        photo = read_photo(paths[labels.files[index]], _LONG_SIDE)
        yield index, FacePhoto(photo, labels.landmarks[index], labels.depth[index], labels.people[index])


def _hits(kind: str, fault: str, strength: int, labels: FaceLabels, every: int) -> float:
    make = _MADE_HERE.get(fault)
    hits = []
    for index, face in _photos(labels, every):
        wrong = make(face, strength) if make else with_fault(fault, strength, face, index)
        hits.append(CHECKS[kind].fails(_values(wrong).get(kind, CHECKS[kind].bar)))
    return float(np.mean(hits))


def _values(face: FacePhoto) -> dict[str, float]:
    """What the checks measure, the face placed where it is known to be."""
    points = five_points(face.landmarks)
    placed = np.stack([points[0], points[1], points[3:].mean(axis=0)])
    return measure(face.photo, [face_box(1.0, points)], read_selfie(face.photo, placed=placed))


def _changed(face: FacePhoto, target: np.ndarray) -> FacePhoto:
    height, width = face.photo.shape[:2]
    side = max(height, width)
    layers = np.pad(np.dstack([face.photo, face.person]), ((0, side - height), (0, side - width), (0, 0)), mode="edge")
    points = np.column_stack([face.landmarks, face.depth]).astype(np.float32)
    warped, moved = warp(np.random.default_rng(0), layers, points, target, Triangulation.of(face.landmarks))
    photo = np.ascontiguousarray(warped[:height, :width, :3])
    return FacePhoto(photo, np.ascontiguousarray(moved[:, :2]), np.ascontiguousarray(moved[:, 2]), face.person)


def _closed_eyes(face: FacePhoto, strength: int) -> FacePhoto:
    points = np.column_stack([face.landmarks, face.depth]).astype(np.float32)
    return _changed(face, blinked(points, (_SHUT[strength], _SHUT[strength])))


def _open_mouth(face: FacePhoto, strength: int) -> FacePhoto:
    points = np.column_stack([face.landmarks, face.depth]).astype(np.float32)
    unit = np.hypot(*(face.landmarks[263] - face.landmarks[33]))
    way = Expressions.of(face.landmarks).fields["jaw"] * (_OPEN[strength] * unit)
    return _changed(face, np.asarray(points + way, np.float32))


_MADE_HERE: dict[str, Callable[[FacePhoto, int], FacePhoto]] = {"closed eyes": _closed_eyes, "open mouth": _open_mouth}


if __name__ == "__main__":
    main()
