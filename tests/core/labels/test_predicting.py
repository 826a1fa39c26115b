from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import core.faces.finding
import core.faces.reading
from core.avatar.vector import AvatarVector
from core.engines.toy import SCHEMA
from core.faces.align import points_in, which_face
from core.faces.finding import FaceBox
from core.faces.selfie import WIDE_FACTOR
from core.images import write_png
from core.labels.adding import CROP_SIZE, add_photos
from core.labels.evaluation_set import EvaluationSet
from core.labels.overview import crop
from core.labels.predicting import picture_of, predictions, selfie_of
from core.labels.records import Item
from tests.core.cli import fakes
from tests.core.labels.carried import StopsAt
from tests.core.labels.sets import make_set

QUAD = np.array([[100, 100], [100, 180], [180, 180], [180, 100]], np.float32)


def face(x: float, y: float) -> NDArray[np.float32]:
    """Five points of a face whose middle of eyes and mouth is about here."""
    return np.array([[x - 10, y - 5], [x + 10, y - 5], [x, y + 5], [x - 8, y + 10], [x + 8, y + 10]], np.float32)


def test_a_quad_is_of_the_face_in_its_middle() -> None:
    assert which_face(QUAD, [face(20, 140), face(160, 140), face(130, 140)]) == 3
    assert which_face(QUAD, [face(20, 140), face(138, 141)]) == 2
    assert which_face(QUAD, [face(20, 140)]) is None
    assert which_face(QUAD, []) is None


def test_points_that_a_quad_stands_for_lead_back_to_it() -> None:
    left, right, mouth = points_in(QUAD)

    assert (right - left).tolist() == [20, 0]  # a quarter of the side
    assert ((left + right) / 2 + 0.1 * (mouth - (left + right) / 2)).tolist() == pytest.approx([140, 140])


@pytest.fixture
def photo(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[EvaluationSet, Item]:
    monkeypatch.setattr(core.faces.reading, "read_selfie", fakes.read_selfie)
    monkeypatch.setattr(core.faces.reading, "warm_up", lambda: None)
    monkeypatch.setattr(core.faces.finding, "find_faces", lambda _: [])
    path = tmp_path / "ada.png"
    write_png(path, np.full((64, 64, 3), (204, 0, 0), np.uint8))
    faces = make_set(file, photos=0)
    (added,) = add_photos(faces, [path])
    assert added.item is not None
    return faces, added.item


def test_where_the_photo_is_gone_its_crop_is_looked_at_with_the_face_in_its_middle(photo: tuple[EvaluationSet, Item]) -> None:
    faces, item = photo
    kept = crop(faces, item.id)
    picture, quad = picture_of(item, kept)
    assert (picture.shape, quad.tolist()) == ((64, 64, 3), [list(corner) for corner in kept.quad])

    Path(item.path).unlink()
    picture, quad = picture_of(item, kept)

    assert picture.shape == (CROP_SIZE, CROP_SIZE, 3)
    assert quad.mean(axis=0).tolist() == pytest.approx([CROP_SIZE / 2] * 2)
    assert (quad[3] - quad[0]).tolist() == pytest.approx([CROP_SIZE / WIDE_FACTOR, 0])
    faces.close()


def test_the_face_that_the_set_aligned_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [FaceBox(1.0, np.zeros(4, np.float32), one) for one in (face(20, 140), face(140, 140))]
    asked = []
    monkeypatch.setattr(core.faces.finding, "find_faces", lambda _: found)
    monkeypatch.setattr(
        core.faces.reading, "read_selfie", lambda _, face, placed, found: asked.append((face, placed, len(found)))
    )
    selfie_of(np.zeros((300, 300, 3), np.uint8), QUAD)
    selfie_of(np.zeros((300, 300, 3), np.uint8), QUAD + 400)

    assert asked[0] == (2, None, 2)
    assert asked[1][0] is None
    assert asked[1][1].tolist() == points_in(QUAD + 400).tolist()


def test_a_method_is_asked_of_these_photos_and_can_be_stopped(
    photo: tuple[EvaluationSet, Item],
) -> None:
    faces, item = photo
    method = fakes.FakeMethod(SCHEMA)
    heard = StopsAt(9)
    found = predictions(faces, method, [item.sha256, "0" * 64], heard)

    assert found is not None
    assert found.avatars == {item.sha256: AvatarVector.default(SCHEMA).with_value(SCHEMA.continuous[0].id, 0.8)}
    assert (found.problems, heard.heard) == ((), [(0, 1), (1, 1)])
    assert predictions(faces, method, [item.sha256], StopsAt(1)) is None
    nothing = predictions(faces, method, [], StopsAt(9))
    assert nothing is not None
    assert nothing.avatars == {}
    faces.close()
