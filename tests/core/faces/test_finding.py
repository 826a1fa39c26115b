import numpy as np
import pytest

from core.faces.finding import STRIDE, UNIT, decode_faces, face_box, without_doubles


def _output(*faces: tuple[int, int, float, float]) -> np.ndarray:
    """The network's answer to faces at (row, column) with a logit and a face unit in pixels."""
    output = np.zeros((14, 40, 40), np.float32)
    output[0] = -9
    for row, column, logit, unit in faces:
        output[0, row, column] = logit
        output[3, row, column] = np.log(unit / UNIT)
        # eyes one unit apart and one above the mouth, about the cell's middle
        output[4:, row, column] = [-0.5, -0.5, 0.5, -0.5, 0, 0, -0.3, 0.5, 0.3, 0.5]
    return output


def test_a_peak_becomes_a_face_where_it_is_and_as_large() -> None:
    (face,) = decode_faces(_output((10, 20, 2.0, 24.0)), 0.5)

    assert face.score == pytest.approx(1 / (1 + np.exp(-2)))
    assert face.centre.tolist() == pytest.approx([20.5 * STRIDE, 10.5 * STRIDE])
    assert face.unit == pytest.approx(24)
    assert face.points[0].tolist() == pytest.approx([20.5 * STRIDE - 12, 10.5 * STRIDE - 12])


def test_peaks_below_the_threshold_are_no_faces() -> None:
    assert decode_faces(_output((10, 20, -0.1, 24.0)), 0.5) == []


def test_only_the_best_of_overlapping_finds_stays() -> None:
    faces = decode_faces(_output((10, 10, 1.0, 24.0), (12, 13, 3.0, 24.0), (30, 30, 2.0, 24.0)), 0.5)

    assert [round(float(face.centre[0] / STRIDE - 0.5)) for face in faces] == [13, 30]


def test_box_holds_the_points() -> None:
    face = face_box(0.9, np.array([[40, 40], [60, 40], [50, 50], [43, 62], [57, 62]], np.float32))

    assert (face.points > face.box[:2]).all()
    assert (face.points < face.box[2:]).all()


def test_doubles_are_judged_by_the_larger_face() -> None:
    points = np.array([[40, 40], [60, 40], [50, 50], [43, 60], [57, 60]], np.float32)
    large, small = face_box(0.9, points), face_box(0.8, ((points - 50) / 4 + (58, 50)).astype(np.float32))

    assert without_doubles([small, large]) == [large]
    assert len(without_doubles([large, face_box(0.8, points + 30)])) == 2
