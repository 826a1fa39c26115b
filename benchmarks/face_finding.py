"""Faces found in all portraits that are not for the final report."""

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.face_figures import Measure, Record, ratio
from core.datasets.portraits import read_portraits
from core.faces.finding import find_faces
from core.images import read_photo


def measure_portraits() -> list[dict[str, Any]]:
    """Records of every portrait of splits train and dev; where its face is is not known for all, so any find counts."""
    everybody = [portrait for split in ("train", "dev") for portrait in read_portraits(split)]
    records = []
    for portrait in everybody:
        finds = find_faces(read_photo(portrait.path))
        records.append({"key": portrait.path.name, "file": portrait.path.name, "finds": len(finds)})
    return records


def measures(records: Sequence[Record]) -> Iterator[Measure]:
    """Share of portraits with a find, and with more than one."""
    yield ratio("found: all portraits", records, [float(record["finds"] > 0) for record in records], target=0.995)
    several = [float(record["finds"] > 1) for record in records]
    yield ratio("more than one find in a portrait", records, several, is_better_high=False)
