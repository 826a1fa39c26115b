"""Regions of the face: intersection over union with the teachers', and what a person saw of glasses and bald heads."""

import statistics
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_figures import Measure, Record, ratio
from benchmarks.face_reading import DevSet, is_right
from core.datasets.portraits import IGNORED, regions_frame
from core.datasets.wearing import eye_zone
from core.engines import CLASSES
from core.errors import FaceError
from core.faces.align import Frame, wider
from core.faces.finding import find_faces
from core.faces.reading import read_selfie
from core.faces.selfie import MASK_SIZE, WIDE_FACTOR, WIDE_SIZE, Selfie

Image = NDArray[np.uint8]

TARGETS = {"skin": 0.90, "hair": 0.86}
_UNCOVERED = ("bald", "buzz", "covered")


def measure_regions(dev: DevSet) -> list[dict[str, Any]]:
    """Records of the dev portraits: pixels in both and in either, for each class."""
    records = []
    for index, file in enumerate(dev.labels.files):
        face = dev.faces[index]
        selfie = read_right(face.photo, face.landmarks)
        if selfie is None:
            continue
        ours = selfie.masks.argmax(axis=0)
        quad = regions_frame(face.landmarks).from_picture(wider(selfie.quad, WIDE_FACTOR))
        theirs = Frame(quad, MASK_SIZE).pick(np.array(dev.labels.regions[index]), IGNORED)
        zone = eye_zone(selfie.landmarks[:, :2] * (MASK_SIZE / WIDE_SIZE), MASK_SIZE)
        hair, skin = (int((ours == CLASSES.index(name)).sum()) for name in ("hair", "skin"))
        records.append({
            "key": file, "file": file, **overlaps(ours, theirs),
            "glasses": round(float(selfie.masks[CLASSES.index("glasses")][zone].mean()), 5),
            "hair_over_skin": round(hair / max(1, skin), 4),
            "length": dev.seen[file]["hair_length"], "wears": dev.seen[file]["glasses"] != "none",
        })  # fmt: skip
    return records


def read_right(photo: Image, landmarks: NDArray[np.float32]) -> Selfie | None:
    """The selfie of the face at these landmarks (478, 2), or None where it is not found."""
    finds = find_faces(photo)
    right = [index for index, find in enumerate(finds) if is_right(find, landmarks)]
    if not right:
        return None
    try:
        return read_selfie(photo, 1 + max(right, key=lambda index: finds[index].score))
    except FaceError:
        return None


def overlaps(ours: NDArray[np.integer], theirs: NDArray[np.integer]) -> dict[str, Any]:
    """Pixels by class as [in both, in either], and the share that is right; where `theirs` is `IGNORED` nobody knows."""
    known = theirs != IGNORED
    counts = {}
    for index, name in enumerate(CLASSES):
        mine, wanted = (ours == index) & known, theirs == index
        if mine.any() or wanted.any():
            counts[name] = [int((mine & wanted).sum()), int((mine | wanted).sum())]
    return {"overlaps": counts, "right": int((ours == theirs)[known].sum()), "known": int(known.sum())}


def measures(records: Sequence[Record]) -> Iterator[Measure]:
    """Intersections over unions, and hair on heads that are bald or covered."""
    yield from overlap_measures(records, "IoU with the teachers", TARGETS)
    bare = [record for record in records if record["length"] in _UNCOVERED]
    yield iou("IoU with the teachers: hair on bald, shaven or covered heads", bare, "hair", 0.70)
    yield ratio("pixels as the teachers say", records, [r["right"] for r in records], [r["known"] for r in records])


def overlap_measures(records: Sequence[Record], title: str, targets: dict[str, float]) -> Iterator[Measure]:
    """One for each class that is there to be found."""
    for name in CLASSES:
        if any(record["overlaps"].get(name, [0, 0])[0] > 0 for record in records):
            yield iou(f"{title}: {name}", records, name, targets.get(name))


def iou(title: str, records: Sequence[Record], name: str, target: float | None = None) -> Measure:
    """Of one class over all pixels of the records."""
    both, either = ([record["overlaps"].get(name, [0, 0])[i] for record in records] for i in (0, 1))
    return ratio(title, records, both, either, target=target)


def seen_figures(records: Sequence[Record]) -> dict[str, float]:
    """Against what a person saw: how well the probability of glasses tells who wears them, and hair over skin by hair length."""
    with_glasses, without = (np.array([r["glasses"] for r in records if r["wears"] == wears]) for wears in (True, False))
    curve = (with_glasses[:, None] > without[None]).mean() + 0.5 * (with_glasses[:, None] == without[None]).mean()
    figures = {"glasses: area under the curve": round(float(curve), 3)}
    for length in sorted({record["length"] for record in records}):
        values = [record["hair_over_skin"] for record in records if record["length"] == length]
        figures[f"hair over skin, median, {length}"] = round(statistics.median(values), 3)
    return figures
