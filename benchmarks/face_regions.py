"""Regions of the face: intersection over union with the teachers', and what a person saw of glasses and bald heads.

The teachers are known to be wrong on two kinds of dev portraits: they paint hair on bald heads and take wraps for hair, and they
know no glasses, so that lenses are skin to them. So there are two figures of hair and skin. The plain one takes the teachers at
their word. The other one takes the marks by hand (benchmarks.hand_marks) of the 18 bald or covered heads that have them instead,
whole photos, whether that is to our advantage or not; a third one of skin counts nothing about the eyes of those who wear real
glasses and were not marked. The teachers' other mistakes (a flag that is hair) are left as they are.
"""

import statistics
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.face_faults import CLEAN, faulty
from benchmarks.face_figures import Measure, Record, ratio
from benchmarks.face_reading import DevSet, read_right
from benchmarks.hand_marks import Mark, hair_counts, hair_score, load_marks, overlap, rasterise
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
    marks = {mark.file: mark for mark in load_marks() if mark.split == "dev"}
    for index, file in enumerate(dev.labels.files):
        record = _measured(dev, index, dev.faces[index].photo, marks.get(file))
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


def _measured(dev: DevSet, index: int, photo: Image, mark: Mark | None = None) -> dict[str, Any] | None:
    landmarks = dev.labels.landmarks[index]
    selfie = read_right(photo, five_points(landmarks))
    if selfie is None:
        return None
    ours = selfie.masks.argmax(axis=0).astype(np.uint8)
    wide = wider(selfie.quad, WIDE_FACTOR)
    theirs = Frame(regions_frame(landmarks).from_picture(wide), MASK_SIZE).pick(np.array(dev.labels.regions[index]), IGNORED)
    zone = eye_zone(selfie.landmarks[:, :2] * (MASK_SIZE / WIDE_SIZE), MASK_SIZE)
    hair, skin = (int((ours == CLASSES.index(name)).sum()) for name in ("hair", "skin"))
    glasses = float(selfie.masks[CLASSES.index("glasses")][zone].mean())
    wears = dev.seen[dev.labels.files[index]]["glasses"] != "none"
    behind = wears & eye_zone(
        Frame(wide, MASK_SIZE).from_picture(landmarks), MASK_SIZE
    )  # by the teacher's landmarks, not by ours
    return {
        **overlaps(ours, theirs),
        **by_hand(ours, mark, None if mark is None else rasterise(mark, Frame(wide, MASK_SIZE))),
        "beside_glasses": overlaps(ours, np.where(behind, IGNORED, theirs))["overlaps"].get("skin", [0, 0]),
        "glasses": round(glasses, 5), "hair_over_skin": round(hair / max(1, skin), 4),
    }  # fmt: skip


def by_hand(ours: Image, mark: Mark | None, marked: Image | None) -> dict[str, Any]:
    """What a mark says of skin and hair: pixels in both and in either, and its counts of hair; empty without a mark.

    Args:
        ours: (S, S) classes that the parser found.
        mark: The mark.
        marked: (S, S), the mark over the same frame.
    """
    if mark is None or marked is None:
        return {}
    counts = hair_counts(ours, mark, marked)
    hair = [counts["both"], counts["found"] + counts["marked"] - counts["both"]]
    skin = list(overlap(ours, mark, marked)["skin"]) if CLASSES.index("skin") in mark.complete else [0, 0]
    return {"by_hand": {"hair": hair, "skin": skin}, "hair_counts": counts}


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
    """Intersections over unions, plain and with the marks by hand, and hair on heads that are bald or covered."""
    clean = [record for record in records if record["fault"] == CLEAN]
    faults = [record for record in records if record["fault"] != CLEAN]
    yield from overlap_measures(clean, "IoU with the teachers", TARGETS)
    bare = [record for record in clean if record["length"] in _UNCOVERED]
    yield iou("IoU with the teachers: hair on bald, shaven or covered heads", bare, "hair", 0.70)
    if all("beside_glasses" in record for record in clean):  # records of older code have no marks
        yield from _marked_measures(clean)
    yield ratio("pixels as the teachers say", clean, [r["right"] for r in clean], [r["known"] for r in clean])
    for name in ("skin", "hair") if faults else ():
        yield iou(f"IoU, moderate faults of light and camera: {name}", faults, name)


def _marked_measures(clean: Sequence[Record]) -> Iterator[Measure]:
    """Where a portrait is marked, its mark is the truth, else the teachers are."""
    title = "IoU with the teachers, by hand where marked"
    for name, target in TARGETS.items():
        counts = [record.get("by_hand", record["overlaps"]).get(name, [0, 0]) for record in clean]
        yield ratio(f"{title}: {name}", clean, [both for both, _ in counts], [either for _, either in counts], target=target)
    counts = [record["by_hand"]["skin"] if "by_hand" in record else record["beside_glasses"] for record in clean]
    name = f"{title}: skin, not counted about the eyes behind real glasses"
    yield ratio(name, clean, [both for both, _ in counts], [either for _, either in counts])
    marked = [record for record in clean if "by_hand" in record]
    if marked:
        hair = [record["hair_counts"] for record in marked]
        title = "hair on bald or covered heads, by hand"
        yield ratio(f"{title}: mean of photos", marked, [hair_score(counts) for counts in hair], target=0.70)
        pairs = [record["by_hand"]["hair"] for record in marked]
        yield ratio(f"{title}: IoU of all pixels", marked, [both for both, _ in pairs], [either for _, either in pairs])
        false, heads = [counts["found"] - counts["both"] for counts in hair], [counts["head"] for counts in hair]
        yield ratio(f"{title}: painted where none is, of the head", marked, false, heads, is_better_high=False)


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
