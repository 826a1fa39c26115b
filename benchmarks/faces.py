"""faces.py LABELS [--cards]: how well and how fast faces are found and read, on the dev portraits.

LABELS is the folder that `main.py train label_faces --run LABELS --set split=dev` wrote. All errors are against the teachers,
who are no people: landmarks of one asked twice differ by 1.0 percent of the outer-eye distance. `--cards` writes the figures
into the cards of the shipped networks.
"""

import csv
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.portraits import IGNORED, FaceLabels, Portrait, load_labels, read_portraits, regions_frame
from core.datasets.wearing import eye_zone
from core.engines import CLASSES
from core.errors import FaceError
from core.faces.align import Frame, wider
from core.faces.finding import find_faces
from core.faces.reading import read_selfie, warm_up
from core.faces.selfie import MASK_SIZE, WIDE_FACTOR, WIDE_SIZE, Selfie
from core.faces.shape import SHAPE_NUMBERS, shape_numbers
from core.files import write_atomically
from core.images import read_photo
from core.paths import MODELS_FOLDER, training_data_folder

Image = NDArray[np.uint8]
Figures = dict[str, Any]
_GROUPS = {"monk_1_4": range(1, 5), "monk_5_6": range(5, 7), "monk_7_10": range(7, 11)}


def main() -> None:
    """Measure, show, and perhaps write the cards."""
    labels = load_labels(Path(sys.argv[1]), "dev")
    truth = _dev_labels()
    portraits = {portrait.path.name: portrait for portrait in read_portraits("dev")}
    photos = [read_photo(portraits[file].path) for file in labels.files]
    selfies = [_largest(photo) for photo in photos]
    groups = {"all": np.ones(len(photos), bool)} | {
        name: np.array([int(truth[file]["skin_tone"]) in tones for file in labels.files]) for name, tones in _GROUPS.items()
    }
    figures: dict[str, Figures] = {
        "finder": finding_figures(photos, labels, portraits),
        "landmarks": {name: landmark_figures(selfies, labels, chosen) for name, chosen in groups.items()},
        "parser": {name: region_figures(selfies, labels, chosen) for name, chosen in groups.items()},
    }
    figures["parser"]["glasses"] = glasses_figures(selfies, [truth[file]["glasses"] != "none" for file in labels.files])
    figures["parser"]["bald"] = bald_figures(selfies, [truth[file]["hair_length"] for file in labels.files])
    figures["finder"]["timing"] = timings(photos[0])
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    if "--cards" in sys.argv:
        for name, measured in figures.items():
            path = MODELS_FOLDER / f"{name}.json"
            card = {
                **json.loads(path.read_bytes()),
                "figures": {"measured_on": "120 dev portraits, benchmarks/faces.py", **measured},
            }
            write_atomically(path, (json.dumps(card, indent=2, ensure_ascii=False) + "\n").encode())


def finding_figures(photos: list[Image], labels: FaceLabels, portraits: Mapping[str, Portrait]) -> Figures:
    """Faces found in dev photos and in all portraits, extra finds, and finds in pieces without a face."""
    hits, extra, false, pieces = 0, 0, 0, 0
    rng = np.random.default_rng(3)
    for photo, landmarks in zip(photos, labels.landmarks, strict=True):
        faces = find_faces(photo)
        low, high = landmarks.min(axis=0), landmarks.max(axis=0)
        right = [((face.centre > low) & (face.centre < high)).all() for face in faces]
        hits, extra = hits + any(right), extra + len(right) - sum(right)
        for _ in range(12):
            side = int(min(photo.shape[:2]) * rng.uniform(0.15, 0.5))
            left, top = rng.integers(0, photo.shape[1] - side), rng.integers(0, photo.shape[0] - side)
            if left > high[0] or left + side < low[0] or top > high[1] or top + side < low[1]:
                pieces, false = pieces + 1, false + bool(find_faces(photo[top : top + side, left : left + side]))
    everybody = [portrait for split in ("train", "dev") for portrait in read_portraits(split)]
    found = sum(bool(find_faces(read_photo(portrait.path))) for portrait in everybody)
    return {
        "dev_found": round(hits / len(photos), 4),
        "dev_extra_finds_per_photo": round(extra / len(photos), 4),
        "train_and_dev_found": f"{found} of {len(everybody)}",
        "false_finds_in_pieces_without_a_face": f"{false} of {pieces}",
        "dev_portraits": len(portraits),
    }


def landmark_figures(selfies: list[Selfie | None], labels: FaceLabels, chosen: NDArray[np.bool_]) -> Figures:
    """End to end with the own finder: mean error in percent of the outer-eye distance, and correlations of shape numbers."""
    pairs = [(selfie, wanted) for selfie, wanted, take in zip(selfies, labels.landmarks, chosen, strict=True) if take and selfie]
    ours = np.stack([_wide(selfie).to_picture(selfie.landmarks) for selfie, _ in pairs])
    theirs = np.stack([wanted for _, wanted in pairs])
    outer_eyes = np.linalg.norm(theirs[:, 33] - theirs[:, 263], axis=-1)
    error = 100 * np.linalg.norm(ours - theirs, axis=-1).mean(axis=1) / outer_eyes
    mine, wanted = shape_numbers(ours), shape_numbers(theirs)
    alike = {name: _round(np.corrcoef(mine[:, i], wanted[:, i])[0, 1]) for i, name in enumerate(SHAPE_NUMBERS)}
    return {
        "photos": len(pairs),
        "error_percent": _round(error.mean()),
        "under_5_percent": _round((error < 5).mean()),
        "correlation": alike,
    }


def region_figures(selfies: list[Selfie | None], labels: FaceLabels, chosen: NDArray[np.bool_]) -> Figures:
    """End to end: intersection over union with the teachers' regions, and pixel accuracy."""
    found, wanted = [], []
    for selfie, landmarks, regions, take in zip(selfies, labels.landmarks, labels.regions, chosen, strict=True):
        if take and selfie:
            quad = regions_frame(landmarks).from_picture(_wide(selfie).quad)
            wanted.append(Frame(quad, MASK_SIZE).pick(np.array(regions), IGNORED))
            found.append(selfie.masks.argmax(axis=0))
    ours, theirs = np.stack(found), np.stack(wanted)
    known = theirs != IGNORED
    scores: Figures = {}
    for index, name in enumerate(CLASSES):
        if (theirs == index).any():
            both, either = ((ours == index) & (theirs == index)).sum(), (((ours == index) | (theirs == index)) & known).sum()
            scores[name] = _round(both / either)
    return {"photos": len(ours), "iou": scores, "accuracy": _round((ours == theirs)[known].mean())}


def glasses_figures(selfies: list[Selfie | None], wears: list[bool]) -> Figures:
    """Probability of glasses about the eyes against what a person saw: area under the curve and hits at a threshold."""
    index = CLASSES.index("glasses")
    values, truth = [], []
    for selfie, worn in zip(selfies, wears, strict=True):
        if selfie:
            zone = eye_zone(selfie.landmarks * (MASK_SIZE / WIDE_SIZE), MASK_SIZE)
            values.append(float(selfie.masks[index][zone].mean()))
            truth.append(worn)
    with_glasses, without = np.array(values)[np.array(truth)], np.array(values)[~np.array(truth)]
    curve = (with_glasses[:, None] > without[None]).mean() + 0.5 * (with_glasses[:, None] == without[None]).mean()
    best = max(np.linspace(0.02, 0.6, 59), key=lambda bar: (with_glasses > bar).mean() + (without <= bar).mean())
    return {
        "photos_with": len(with_glasses), "area_under_curve": _round(curve), "best_threshold": _round(best),
        "found_at_best": _round((with_glasses > best).mean()), "false_at_best": _round((without > best).mean()),
    }  # fmt: skip


def bald_figures(selfies: list[Selfie | None], lengths: list[str]) -> Figures:
    """Hair over skin, in pixels, by the hair length that a person saw: medians."""
    hair, skin = CLASSES.index("hair"), CLASSES.index("skin")
    share: dict[str, list[float]] = {}
    for selfie, length in zip(selfies, lengths, strict=True):
        if selfie:
            classes = selfie.masks.argmax(axis=0)
            share.setdefault(length, []).append(float((classes == hair).sum() / max(1, (classes == skin).sum())))
    return {f"hair_over_skin_{length}": _round(statistics.median(values)) for length, values in sorted(share.items())}


def timings(photo: Image) -> Figures:
    """Medians of wall-clock and CPU time, warm."""
    warm_up()
    return {"find_faces": _timed(lambda: find_faces(photo)), "read_selfie": _timed(lambda: read_selfie(photo, 1))}


def _timed(work: Callable[[], object], rounds: int = 25) -> str:
    wall, cpu = [], []
    for _ in range(rounds):
        start, started = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - started)
    return f"{1000 * statistics.median(wall):.0f} ms ({1000 * statistics.median(cpu):.0f} ms of CPU)"


def _largest(photo: Image) -> Selfie | None:
    faces = find_faces(photo)
    if not faces:
        return None
    try:
        return read_selfie(photo, 1 + max(range(len(faces)), key=lambda index: faces[index].unit))
    except FaceError:
        return None


def _wide(selfie: Selfie) -> Frame:
    return Frame(wider(selfie.quad, WIDE_FACTOR), WIDE_SIZE)


def _dev_labels() -> dict[str, dict[str, str]]:
    data = training_data_folder()
    assert data is not None
    return {row["file"]: row for row in csv.DictReader((data / "faces" / "dev_labels.csv").read_text().splitlines())}


def _round(value: Any) -> float:
    return round(float(value), 3)


if __name__ == "__main__":
    main()
