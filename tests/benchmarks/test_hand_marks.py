"""The reader of the hand-drawn classes, and what is in the file."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.hand_marks import MARKS_FILE, UNMARKED, Mark, load_marks, overlap, rasterise
from core.datasets.portraits import read_portraits
from core.engines import CLASSES
from core.faces.align import Frame, square
from core.images import read_photo
from core.paths import training_data_folder

HAIR, GLASSES, BACKGROUND = (CLASSES.index(name) for name in ("hair", "glasses", "background"))
SQUARE = [[2, 2], [8, 2], [8, 8], [2, 8]]
HOLE = [[4, 4], [6, 4], [6, 6], [4, 6]]


def mark_of(folder: Path, **changed: object) -> Mark:
    row = {
        "file": "a.jpg", "split": "train", "size": [12, 10], "marked": [1, 1, 11, 9], "complete": ["hair", "glasses"],
        "polygons": [
            {"class": "hair", "points": SQUARE, "how": "drawn"}, {"class": "background", "points": HOLE, "how": "drawn"},
        ],
        "ignore": [[[8, 1], [11, 1], [11, 9], [8, 9]]],
    }  # fmt: skip
    path = folder / "marks.json"
    path.write_text(json.dumps({"photos": [row | changed]}))
    return load_marks(path)[0]


def test_a_polygon_fills_the_pixels_whose_centres_it_holds_and_later_ones_lie_on_top(tmp_path: Path) -> None:
    classes = rasterise(mark_of(tmp_path))
    assert classes.shape == (10, 12)
    assert (classes[2:8, 2:4] == HAIR).all()
    assert (classes == HAIR).sum() < 40
    assert (classes[4:6, 4:6] == BACKGROUND).all()


def test_outside_the_marked_part_and_in_ignored_places_nothing_is_known(tmp_path: Path) -> None:
    classes = rasterise(mark_of(tmp_path))
    assert (classes[0] == UNMARKED).all()
    assert (classes[:, 11] == UNMARKED).all()
    assert (classes[2:8, 9] == UNMARKED).all()
    assert classes[1, 1] == BACKGROUND


def test_over_a_frame_twice_as_fine_every_pixel_is_four(tmp_path: Path) -> None:
    mark = mark_of(tmp_path)
    fine = rasterise(mark, Frame(square(np.array([5.0, 5.0]), np.array([5.0, 0.0])), 20))
    np.testing.assert_array_equal(fine[::2, ::2], rasterise(mark)[:, :10])
    np.testing.assert_array_equal(fine[1::2, 1::2], rasterise(mark)[:, :10])


def test_false_finds_count_only_where_something_is_known(tmp_path: Path) -> None:
    mark = mark_of(tmp_path)
    marked = rasterise(mark)
    assert overlap(marked, mark, marked)["hair"] == ((marked == HAIR).sum(), (marked == HAIR).sum())
    found = np.full_like(marked, GLASSES)
    assert overlap(found, mark, marked)["glasses"] == (0, (marked != UNMARKED).sum())


@pytest.mark.skipif(not MARKS_FILE.exists(), reason="nothing is marked yet")
def test_the_file_holds_what_was_asked_for() -> None:
    marks = load_marks()
    assert MARKS_FILE.stat().st_size < 400_000
    assert len({mark.file for mark in marks}) == len(marks)
    for mark in marks:
        width, height = mark.size
        left, top, right, bottom = mark.marked
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert {polygon.how for polygon in mark.polygons} <= {"drawn", "corrected"}
        every = np.concatenate([polygon.points for polygon in mark.polygons])
        assert (every >= 0).all()
        assert (every <= mark.size).all()
        assert not (every % 0.5).any()
    shown = [{CLASSES[polygon.index] for polygon in mark.polygons} for mark in marks if mark.split == "train"]
    at_least = {"glasses": 10, "hat": 8, "earrings": 8, "ears": 20, "neck": 30, "clothes": 20}
    assert all(sum(name in classes for classes in shown) >= count for name, count in at_least.items())


@pytest.mark.skipif(training_data_folder() is None or not MARKS_FILE.exists(), reason="the portraits are not here")
def test_every_mark_is_of_a_portrait_of_its_split_and_size() -> None:
    portraits = {portrait.path.name: portrait for split in ("train", "dev") for portrait in read_portraits(split)}
    for mark in load_marks():
        portrait = portraits[mark.file]
        assert portrait.split == mark.split
        assert read_photo(portrait.path).shape[1::-1] == mark.size
