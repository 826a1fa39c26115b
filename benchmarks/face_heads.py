"""Regions against exact masks of rendered heads and against what a person marked, and colours under light that is known.

Heads come from `main.py train render_heads`; those measured here trained nothing. They fill the frame that portraits are labelled
in, and their exact points place them, so that only the parser is measured.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import hand_marks
from benchmarks.face_figures import Measure, Record, ratio
from benchmarks.face_reading import read_right
from benchmarks.face_regions import iou, overlap_measures, overlaps
from core.colour import difference, luminance, to_lab
from core.datasets.head_views import points_quad
from core.datasets.heads import HEAD_KINDS, load_heads
from core.datasets.lit_heads import LitHeads
from core.engines import CLASSES
from core.faces.align import Frame, wider
from core.faces.colours import read_colours
from core.faces.regions import parse
from core.faces.selfie import MASK_SIZE, WIDE_FACTOR
from core.paths import training_data_folder

Float = NDArray[np.float32]

RENDER_TARGETS = {"glasses": 0.80}


def measure_renders(folder: Path) -> list[dict[str, Any]]:
    """Records of the heads that are held out."""
    heads, records = load_heads(folder), []
    for index in heads.held_out:
        frame = Frame(wider(points_quad(np.array(heads.points[index])), WIDE_FACTOR), MASK_SIZE)
        ours = _parsed(frame.crop(np.array(heads.pictures[index])))
        theirs = frame.pick(np.array(heads.classes[index]), CLASSES.index("background"))
        name, kind = f"head {index}", HEAD_KINDS[int(heads.kinds[index])]
        records.append({"key": name, "file": name, "kind": kind, **overlaps(ours, theirs)})
    return records


def measure_marks() -> list[dict[str, Any]]:
    """Records of the portraits that a person marked, read end to end."""
    data = training_data_folder()
    assert data is not None, "there are no portraits here"
    records = []
    for mark in hand_marks.load_marks():
        pair = hand_marks.parsed(mark, data / "faces" / "portraits")
        if pair is not None:
            counts = {name: list(count) for name, count in hand_marks.overlap(pair[0], mark, pair[1]).items()}
            records.append({"key": mark.file, "file": mark.file, "split": mark.split, "overlaps": counts})
    return records


def measure_colours(folder: Path) -> list[dict[str, Any]]:
    """Records of heads under known light, read end to end: how far skin and hair are from what they are under white light."""
    lit, records = LitHeads.load(folder), []
    for index in range(len(lit)):
        selfie = read_right(lit.pictures[index], lit.points[index])
        if selfie is None:
            continue
        read = read_colours(selfie.wide, selfie.masks, selfie.inside, selfie.landmarks)
        plain = read_colours(selfie.wide, selfie.masks)
        record: dict[str, Any] = {"key": f"lit {index}", "file": f"lit {index}", "kind": HEAD_KINDS[int(lit.kinds[index])]}
        for name, truth in (("skin", lit.skin[index]), ("hair", lit.hair[index])):
            found, uncorrected = getattr(read, name), getattr(plain, name)
            if found is not None and uncorrected is not None and not np.isnan(truth).any():
                record[name] = _apart(truth, found.linear)
                record[f"{name} as it looks"] = _apart(truth, uncorrected.linear)
        records.append(record)
    return records


def render_measures(records: Sequence[Record]) -> Iterator[Measure]:
    """By kind of head."""
    for kind in HEAD_KINDS:
        chosen = [record for record in records if record["kind"] == kind]
        yield from overlap_measures(chosen, f"IoU, exact, {kind}", RENDER_TARGETS)


def mark_measures(records: Sequence[Record]) -> Iterator[Measure]:
    """By split: the parser was trained on portraits of `train`, though not on these marks."""
    for split in ("train", "dev"):
        chosen = [record for record in records if record["split"] == split]
        for name in CLASSES:
            complete = [record for record in chosen if name in record["overlaps"]]
            if any(record["overlaps"][name][0] for record in complete):
                yield iou(f"IoU, by hand, {split}: {name}", complete, name)


def colour_measures(records: Sequence[Record]) -> Iterator[Measure]:
    """Mean ΔE2000 at equal brightness, with the light's colour taken away and without."""
    for name in ("skin", "hair"):
        for value in (name, f"{name} as it looks"):
            chosen = [record for record in records if value in record]
            if chosen:
                values = [record[value] for record in chosen]
                yield ratio(f"ΔE of {value}", chosen, values, is_better_high=False, digits=2)


def _parsed(picture: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.asarray(parse(picture).argmax(axis=0))


def _apart(truth: Float, found: Float) -> float:
    """At equal brightness: no photo tells how strong its light was."""
    even = found * (luminance(truth) / max(float(luminance(found)), 1e-4))
    return round(float(difference(to_lab(truth), to_lab(even))), 3)
