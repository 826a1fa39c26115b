"""Regions of the face: intersection over union with the teachers', and what a person saw of glasses and bald heads."""

import statistics
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_faults import CLEAN, faulty
from benchmarks.face_figures import Measure, Record, ratio
from benchmarks.face_reading import DevSet, read_right
from core.datasets.photo_faults import FAULTS
from core.datasets.portraits import IGNORED, regions_frame
from core.datasets.wearing import eye_zone
from core.engines import CLASSES
from core.faces.align import Frame, five_points, wider
from core.faces.selfie import MASK_SIZE, WIDE_FACTOR, WIDE_SIZE

Image = NDArray[np.uint8]

TARGETS = {"skin": 0.90, "hair": 0.86}
_UNCOVERED = ("bald", "buzz", "covered")


def measure_regions(dev: DevSet) -> list[dict[str, Any]]:
    """Records of the dev portraits: pixels in both and in either, for each class, and what tells of glasses and bald heads."""
    records = []
    for index, file in enumerate(dev.labels.files):
        record = _measured(dev, index, dev.faces[index].photo)
        if record is not None:
            seen = {"length": dev.seen[file]["hair_length"], "wears": dev.seen[file]["glasses"] != "none"}
            records.append({"key": file, "file": file, "fault": CLEAN, **record, **seen})
    return records


def measure_faulty(dev: DevSet, every: int) -> list[dict[str, Any]]:
    """Records of portraits whose light or whose camera is moderately at fault; where everything is stays as it was."""
    records = []
    for turn, (fault, how) in enumerate(FAULTS.items()):
        for index in range(-turn % every, len(dev.faces), every) if how.kind in ("light", "camera") else ():
            file, record = dev.labels.files[index], _measured(dev, index, faulty(dev, index, fault, 1).photo)
            if record is not None:
                records.append({"key": f"{file} {fault}", "file": file, "fault": fault, **record})
    return records


def _measured(dev: DevSet, index: int, photo: Image) -> dict[str, Any] | None:
    landmarks = dev.labels.landmarks[index]
    selfie = read_right(photo, five_points(landmarks))
    if selfie is None:
        return None
    ours = selfie.masks.argmax(axis=0)
    quad = regions_frame(landmarks).from_picture(wider(selfie.quad, WIDE_FACTOR))
    theirs = Frame(quad, MASK_SIZE).pick(np.array(dev.labels.regions[index]), IGNORED)
    zone = eye_zone(selfie.landmarks[:, :2] * (MASK_SIZE / WIDE_SIZE), MASK_SIZE)
    hair, skin = (int((ours == CLASSES.index(name)).sum()) for name in ("hair", "skin"))
    glasses = float(selfie.masks[CLASSES.index("glasses")][zone].mean())
    return {**overlaps(ours, theirs), "glasses": round(glasses, 5), "hair_over_skin": round(hair / max(1, skin), 4)}


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
    clean = [record for record in records if record["fault"] == CLEAN]
    faults = [record for record in records if record["fault"] != CLEAN]
    yield from overlap_measures(clean, "IoU with the teachers", TARGETS)
    bare = [record for record in clean if record["length"] in _UNCOVERED]
    yield iou("IoU with the teachers: hair on bald, shaven or covered heads", bare, "hair", 0.70)
    yield ratio("pixels as the teachers say", clean, [r["right"] for r in clean], [r["known"] for r in clean])
    for name in ("skin", "hair") if faults else ():
        yield iou(f"IoU, moderate faults of light and camera: {name}", faults, name)


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
    records = [record for record in records if record["fault"] == CLEAN]
    with_glasses, without = (np.array([r["glasses"] for r in records if r["wears"] == wears]) for wears in (True, False))
    curve = (with_glasses[:, None] > without[None]).mean() + 0.5 * (with_glasses[:, None] == without[None]).mean()
    figures = {"glasses: area under the curve": round(float(curve), 3)}
    for length in sorted({record["length"] for record in records}):
        values = [record["hair_over_skin"] for record in records if record["length"] == length]
        figures[f"hair over skin, median, {length}"] = round(statistics.median(values), 3)
    return figures
