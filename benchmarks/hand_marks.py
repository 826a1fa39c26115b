"""Classes marked by hand on 40 train and 18 dev portraits. Run with `.venv/bin/python benchmarks/hand_marks.py`.

Glasses, ears, neck, clothes, hats and earrings have no teacher, and the hair teacher errs on bald and covered heads; here one
annotator outlined them by eye. Lines were drawn, moved by at most two pixels to the nearest edge of the picture, and looked at
again; eyes, brows, nose and mouth come from the teacher's landmarks. Run as a program, it reads each marked face end to end with
the installed networks and prints the intersection over union of each class. The polygons are in hand_marks.json, in pixels of
the portraits of `../shared/data`; no picture is kept.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.draw import polygon as pixels_inside  # Pillow's polygons are a pixel too wide

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.engines import CLASSES
from core.errors import FaceError
from core.faces.align import Frame, wider
from core.faces.finding import find_faces
from core.faces.reading import read_selfie
from core.faces.selfie import MASK_SIZE, WIDE_FACTOR
from core.images import read_photo
from core.paths import training_data_folder

Classes = NDArray[np.uint8]
Points = NDArray[np.float32]

MARKS_FILE = Path(__file__).with_name("hand_marks.json")
UNMARKED = 255
"""Class of pixels that are not known: outside the part that was marked, or doubtful."""


@dataclass(frozen=True, eq=False)
class Polygon:
    """The outline of one piece of one class.

    Attributes:
        index: Of the class in core.engines.CLASSES.
        points: (N, 2) float32, photo pixels; the centre of the first pixel is (0.5, 0.5).
        how: `drawn` by hand, or `corrected` from the teacher's landmarks.
    """

    index: int
    points: Points
    how: str


@dataclass(frozen=True, eq=False)
class Mark:
    """What was drawn on one portrait.

    Attributes:
        file: Its name in faces/portraits.
        split: `train` or `dev`.
        size: Width and height of the portrait.
        marked: Left, top, right, bottom of the part that was marked.
        complete: Indices of the classes of which all there is in that part was drawn: elsewhere in it they are not.
        polygons: Painted one after the other, later ones over earlier ones, on background.
        ignore: Outlines of the places where one cannot tell.
    """

    file: str
    split: str
    size: tuple[int, int]
    marked: tuple[int, int, int, int]
    complete: tuple[int, ...]
    polygons: tuple[Polygon, ...]
    ignore: tuple[Points, ...]


def load_marks(path: Path = MARKS_FILE) -> tuple[Mark, ...]:
    """All marks, train before dev."""
    return tuple(
        Mark(
            row["file"],
            row["split"],
            (row["size"][0], row["size"][1]),
            (row["marked"][0], row["marked"][1], row["marked"][2], row["marked"][3]),
            tuple(CLASSES.index(name) for name in row["complete"]),
            tuple(Polygon(CLASSES.index(one["class"]), _points(one["points"]), one["how"]) for one in row["polygons"]),
            tuple(_points(points) for points in row["ignore"]),
        )
        for row in json.loads(path.read_bytes())["photos"]
    )


def rasterise(mark: Mark, frame: Frame | None = None) -> Classes:
    """The class of every pixel, `UNMARKED` where it is not known: (H, W) uint8 of the portrait, or (S, S) over a frame of it."""
    left, top, right, bottom = mark.marked
    classes = np.full(mark.size[::-1], UNMARKED, np.uint8)
    classes[top:bottom, left:right] = CLASSES.index("background")
    for polygon in mark.polygons:
        _fill(classes, polygon.points, polygon.index)
    for points in mark.ignore:
        _fill(classes, points, UNMARKED)
    return classes if frame is None else frame.pick(classes, UNMARKED)


def overlap(found: Classes, mark: Mark, marked: Classes) -> dict[str, tuple[int, int]]:
    """Class -> pixels in both and in either, for the classes that are complete in a mark.

    Args:
        found: (S, S) classes that the parser found.
        mark: The mark.
        marked: (S, S) the mark over the same frame.
    """
    known = marked != UNMARKED
    return {
        CLASSES[index]: (
            int(((found == index) & (marked == index)).sum()),
            int((((found == index) | (marked == index)) & known).sum()),
        )
        for index in mark.complete
    }


BARE = 0.01
"""Share of the head up to which hair counts as none."""

_HEAD = tuple(CLASSES.index(name) for name in ("skin", "eyes", "brows", "mouth", "nose", "ears", "hair", "glasses"))


def hair_counts(found: Classes, mark: Mark, marked: Classes) -> dict[str, int]:
    """Pixels of hair: `found`, `marked`, in `both`; and the bare `head`: all that is marked on it but hats.

    Where hair was not drawn completely, it may be anywhere on what is marked as background, so that nothing counts there.

    Args:
        found: (S, S) classes that the parser found.
        mark: The mark.
        marked: (S, S) the mark over the same frame.
    """
    hair = CLASSES.index("hair")
    known = marked != UNMARKED
    if hair not in mark.complete:
        known &= marked != CLASSES.index("background")
    ours, theirs = (found == hair) & known, marked == hair
    counts = {"found": ours, "marked": theirs, "both": ours & theirs, "head": np.isin(marked, _HEAD)}
    return {name: int(mask.sum()) for name, mask in counts.items()}


def hair_score(counts: Mapping[str, int]) -> float:
    """How right the hair of one photo is, in [0, 1]: its intersection over union, if there is hair.

    Over union means nothing where there is none. A head is bare if at most `BARE` of it is marked as hair; then the score is 1
    while no more than that is found, and falls as `BARE` of the head over what is found: 0.5 at twice, 0.1 at ten times as much.
    """
    bare = BARE * counts["head"]
    if counts["marked"] <= bare:
        return min(1.0, bare / max(counts["found"], 1e-9))
    return counts["both"] / (counts["found"] + counts["marked"] - counts["both"])


def parsed(mark: Mark, folder: Path) -> tuple[Classes, Classes] | None:
    """The parser's classes and the mark's over the same frame, (S, S) each; None where the face is not found."""
    photo = read_photo(folder / mark.file)
    middle = np.mean([polygon.points.mean(axis=0) for polygon in mark.polygons if CLASSES[polygon.index] == "nose"], axis=0)
    finds = find_faces(photo)
    if not finds:
        return None
    nearest = min(range(len(finds)), key=lambda index: float(np.hypot(*(finds[index].centre - middle))))
    try:
        selfie = read_selfie(photo, 1 + nearest)
    except FaceError:
        return None
    frame = Frame(wider(selfie.quad, WIDE_FACTOR), MASK_SIZE)
    return selfie.masks.argmax(axis=0).astype(np.uint8), rasterise(mark, frame)


def lines(rows: Sequence[tuple[Mark, dict[str, tuple[int, int]]]]) -> Iterator[str]:
    """A line for each class: over all pixels, and the photos where it is worst among those that show it."""
    for name in CLASSES:
        counts = {mark.file: counted[name] for mark, counted in rows if name in counted}
        inside, around = (sum(pair[place] for pair in counts.values()) for place in (0, 1))
        if not around:
            continue
        index = CLASSES.index(name)
        has = {mark.file for mark, _ in rows if any(polygon.index == index for polygon in mark.polygons)} & set(counts)
        others = f"{sum(counts[file][1] for file in set(counts) - has):5} false pixels on {len(counts) - len(has)} others"
        ratios = sorted((counts[file][0] / max(1, counts[file][1]), file) for file in has)
        worst = ", ".join(f"{file} {ratio:.2f}" for ratio, file in ratios[:4])
        yield f"{name:10} {inside / around:.3f}  on {len(has):2} photos that have it; {others}; worst {worst}"


def main() -> None:
    """Measure the installed networks on all marks."""
    data = training_data_folder()
    assert data is not None, "there are no portraits here"
    rows, scores = [], []
    for mark in load_marks():
        pair = parsed(mark, data / "faces" / "portraits")
        if pair is None:
            sys.stdout.write(f"no face found in {mark.file}\n")
        else:
            rows.append((mark, overlap(pair[0], mark, pair[1])))
            scores.append((mark.split, hair_score(hair_counts(pair[0], mark, pair[1]))))
    for split in ("train", "dev"):
        chosen = [row for row in rows if row[0].split == split]
        sys.stdout.write(f"{split}, {len(chosen)} photos\n" + "".join(f"  {line}\n" for line in lines(chosen)))
        if split == "dev":
            bare = [score for place, score in scores if place == split]
            sys.stdout.write(f"  hair on bald or covered heads: {np.mean(bare):.3f}, mean of {len(bare)} photos (hair_score)\n")


def _points(points: Sequence[Sequence[float]]) -> Points:
    return np.array(points, np.float32).reshape(-1, 2)


def _fill(classes: Classes, points: Points, value: int) -> None:
    # The centres of skimage's pixels are whole numbers, ours are halves.
    rows, columns = pixels_inside(points[:, 1] - 0.5, points[:, 0] - 0.5, classes.shape)  # type: ignore[no-untyped-call]
    classes[rows, columns] = value


if __name__ == "__main__":
    main()
