"""Faces found and landmarks placed, on dev portraits as they are and with each fault at three strengths."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

import core.datasets
from benchmarks.face_figures import Measure, Record, correlation, ratio
from benchmarks.face_reading import RUNS_FOLDER, DevSet, read_known, version_of
from core.datasets.face_photos import FacePhoto
from core.datasets.photo_faults import FAULTS, STRENGTHS, with_fault
from core.faces.mesh import (
    INNER_LIPS,
    JAW,
    LEFT_BROW,
    LEFT_EYE,
    LEFT_IRIS,
    NOSE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_IRIS,
)  # fmt: skip
from core.faces.pose import head_pose
from core.faces.shape import SHAPE_NUMBERS, shape_numbers

Float = NDArray[np.float32]

_DATASETS = Path(core.datasets.__file__).parent
_VERSION = version_of(*(_DATASETS / f"{name}.py" for name in ("face_photos", "photo_covers", "photo_faults")))

CLEAN = "none"
SMALL = "small face"
REGIONS = {
    "lids": LEFT_EYE + RIGHT_EYE, "iris": LEFT_IRIS + RIGHT_IRIS, "lips": OUTER_LIPS + INNER_LIPS,
    "brows": LEFT_BROW + RIGHT_BROW, "nose": NOSE, "jaw": JAW,
}  # fmt: skip
_EXPRESSIONS = ("jawOpen", "eyeBlinkLeft", "eyeBlinkRight", "mouthSmileLeft", "mouthSmileRight", "browInnerUp", "browDownLeft")


def measure_fault(dev: DevSet, fault: str, every: int) -> list[dict[str, Any]]:
    """Records of a fault at three strengths, or of the portraits as they are.

    Args:
        dev: The portraits.
        fault: Its name, or `CLEAN`.
        every: One in so many portraits is taken, other ones for each fault; all of those as they are.
    """
    turn = list(FAULTS).index(fault) if fault in FAULTS else 0
    every = 1 if fault == CLEAN else max(1, every // 2) if fault == SMALL else every
    strengths = (-1,) if fault == CLEAN else range(len(STRENGTHS))
    records: list[dict[str, Any]] = []
    for index, file in enumerate(dev.labels.files):
        if (index + turn) % every == 0:
            records.extend(_measured(dev, index, file, fault, strength) for strength in strengths)
    return records


def _measured(dev: DevSet, index: int, file: str, fault: str, strength: int) -> dict[str, Any]:
    face = dev.faces[index] if fault == CLEAN else faulty(dev, index, fault, strength)
    reading = read_known(face.photo, face.landmarks)
    record: dict[str, Any] = {
        "key": f"{file} {fault} {strength}", "file": file, "fault": fault, "strength": strength,
        "found": int(reading.box is not None), "extra": reading.extra,
    }  # fmt: skip
    if reading.points is None or reading.expression is None:
        return record
    unit = float(np.linalg.norm(face.landmarks[33] - face.landmarks[263]))
    apart = 100 * np.linalg.norm(reading.points[:, :2] - face.landmarks, axis=1) / unit
    seen = face.seen()
    record["error"] = _rounded(apart[seen].mean())
    record["regions"] = {name: _rounded(apart[part][seen[part]].mean()) for name, part in REGIONS.items() if seen[part].any()}
    record["numbers"], record["true_numbers"] = (
        [_rounded(value) for value in shape_numbers(points[None, :, :2])[0]] for points in (reading.points, face.landmarks)
    )
    record["pose"], record["true_pose"] = (
        [_rounded(value) for value in astuple(head_pose(points))]
        for points in (reading.points, np.hstack([face.landmarks, face.depth[:, None]]))
    )
    record["expression"] = [_rounded(value) for value in reading.expression]
    record["true_expression"] = [_rounded(value) for value in dev.expressions[index]]
    return record


def faulty(dev: DevSet, index: int, fault: str, strength: int) -> FacePhoto:
    """A dev portrait with a fault; made once and kept in runs/, without where the person is."""
    folder = RUNS_FOLDER / "faults" / _VERSION
    path = folder / f"{fault.replace(' ', '_')}_{strength}_{index:03d}.png"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = with_fault(fault, strength, dev.faces[index], index)
        np.save(path.with_suffix(".npy"), np.hstack([made.landmarks, made.depth[:, None]]), allow_pickle=False)
        partial = path.with_suffix(".part")
        Pillow.fromarray(made.photo).save(partial, "PNG", compress_level=1)
        partial.replace(path)
    photo, points = np.asarray(Pillow.open(path)), np.load(path.with_suffix(".npy"), allow_pickle=False)
    return FacePhoto(photo, points[:, :2], points[:, 2], np.zeros(photo.shape[:2], np.uint8))


def finding_measures(records: Sequence[Record]) -> Iterator[Measure]:
    """Faces found, as portraits are and with faults."""
    clean = [record for record in records if record["fault"] == CLEAN]
    faulty = [record for record in records if record["fault"] not in (CLEAN, SMALL)]
    if clean:
        yield _found("found: dev portraits as they are", clean, 0.995)
        yield ratio("extra finds per dev portrait", clean, [record["extra"] for record in clean], is_better_high=False)
    for strength, target in enumerate((None, 0.97, None)):
        chosen = [record for record in faulty if record["strength"] == strength]
        if chosen:
            yield _found(f"found: {STRENGTHS[strength]} faults", chosen, target)
    small = [record for record in records if record["fault"] == SMALL and record["strength"] > 0]
    if small:
        yield _found("found: face 6–10 % of the width", small, 0.92)


def landmark_measures(records: Sequence[Record]) -> Iterator[Measure]:
    """Errors in percent of the outer-eye distance, and correlations of shape numbers and expressions with the teachers'."""
    placed = [record for record in records if record["found"]]
    clean = [record for record in placed if record["fault"] == CLEAN]
    moderate = [record for record in placed if record["strength"] == 1]
    for name, chosen, target in (("as they are", clean, 1.5), ("moderate faults", moderate, 2.2)):
        if chosen:
            yield _error(f"landmark error %, {name}", chosen, [record["error"] for record in chosen], target)
    for part in REGIONS:
        with_part = [record for record in clean if part in record["regions"]]
        if with_part:
            yield _error(f"– {part}", with_part, [record["regions"][part] for record in with_part])
    for name, chosen in (("", clean), (", moderate faults", moderate)):
        for index, number in enumerate(SHAPE_NUMBERS if chosen else ()):
            ours, theirs = ([record[kind][index] for record in chosen] for kind in ("numbers", "true_numbers"))
            yield correlation(f"r {number.replace('_', ' ')}{name}", chosen, ours, theirs, target=0.85)
    with_pose = [record for record in moderate if "pose" in record]
    for index, angle in enumerate(("yaw", "pitch", "roll") if with_pose else ()):
        apart = [abs((r["pose"][index] - r["true_pose"][index] + 180) % 360 - 180) for r in with_pose]
        yield _error(f"pose error, degrees of {angle}, moderate faults", with_pose, apart, digits=1)
    yield from _expression_measures([record for record in clean if "expression" in record])


def fault_table(records: Sequence[Record]) -> str:
    """Markdown: every fault at three strengths."""
    heads = [*(f"found, {name}" for name in STRENGTHS), *(f"error %, {name}" for name in STRENGTHS)]
    lines = ["| fault | amounts | pictures each | " + " | ".join(heads) + " |", "|" + "---|" * (len(heads) + 3)]
    for fault in [CLEAN, *FAULTS]:
        cells = []
        rows = [[record for record in records if record["fault"] == fault and record["strength"] == s] for s in range(3)]
        if fault == CLEAN:
            rows = [[record for record in records if record["fault"] == CLEAN], [], []]
        if not rows[0]:
            continue
        cells = [f"{np.mean([record['found'] for record in row]):.3f}" if row else "" for row in rows]
        errors = [[record["error"] for record in row if record["found"]] for row in rows]
        cells += [f"{np.mean(row):.2f}" if row else "" for row in errors]
        amounts = "" if fault == CLEAN or FAULTS[fault].kind == "cover" else ", ".join(f"{a:g}" for a in FAULTS[fault].strengths)
        lines.append(f"| {fault} | {amounts} | {len(rows[0])} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _expression_measures(records: Sequence[Record]) -> Iterator[Measure]:
    if not records:
        return
    from core.faces.expressions import EXPRESSIONS

    ours, theirs = (np.array([record[kind] for record in records]) for kind in ("expression", "true_expression"))
    yield _error("expression: mean difference", records, np.abs(ours - theirs).mean(axis=1).tolist(), None, 3)
    for name in _EXPRESSIONS:
        index = list(EXPRESSIONS).index(name)
        yield correlation(f"r {name}", records, ours[:, index].tolist(), theirs[:, index].tolist())


def _found(name: str, records: Sequence[Record], target: float | None) -> Measure:
    return ratio(name, records, [record["found"] for record in records], target=target)


def _error(
    name: str, records: Sequence[Record], values: Sequence[float], target: float | None = None, digits: int = 2
) -> Measure:
    return ratio(name, records, values, is_better_high=False, target=target, digits=digits)


def _rounded(value: Any) -> float:
    return round(float(value), 4)
