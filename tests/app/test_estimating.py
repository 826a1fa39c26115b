from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.estimating import Estimating, Photo, Points
from core.avatar.schema import AvatarSchema
from core.faces.selfie import Selfie
from core.methods import Estimate
from tests.app.conftest import PREDICTED, FakeReadings

PICTURE = np.full((200, 400, 3), 128, np.uint8)


@pytest.fixture
def estimating(schema: AvatarSchema, readings: FakeReadings) -> Iterator[Estimating]:
    estimating = Estimating(schema, readings)
    yield estimating
    estimating.close()


def quad_at(x: float, y: float, side: float) -> np.ndarray:
    half = side / 2
    return np.array([[x - half, y - half], [x - half, y + half], [x + half, y + half], [x + half, y - half]], np.float32)


def predict(qtbot: QtBot, estimating: Estimating, quad: np.ndarray) -> Estimate:
    found: list[Estimate] = []
    estimating.predict(lambda: (PICTURE, quad), found.append, lambda error: pytest.fail(str(error)), key="one", urgency=-1)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


def test_of_several_faces_the_one_that_was_aligned_is_estimated(
    qtbot: QtBot, estimating: Estimating, readings: FakeReadings, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings.boxes = [(20.0, 40.0, 120.0, 160.0), (240.0, 40.0, 340.0, 160.0)]
    faces: list[int | None] = []
    read = readings.read

    def note(photo: Photo, face: int | None, placed: Points | None) -> Selfie:
        faces.append(face)
        return read(photo, face, placed)

    monkeypatch.setattr(readings, "read", note)
    estimate = predict(qtbot, estimating, quad_at(290, 100, 120))
    assert faces == [2]
    assert estimate.vector["skin_tone"] == PREDICTED["skin_tone"]


def test_a_face_that_was_placed_by_hand_is_read_where_its_quad_is(
    qtbot: QtBot, estimating: Estimating, readings: FakeReadings
) -> None:
    readings.boxes = []
    predict(qtbot, estimating, quad_at(100, 108, 160))
    # The quad's side is four times the distance of the eyes, its centre a tenth of the way from them to the mouth and down.
    np.testing.assert_allclose(readings.placed[0], [[80, 104], [120, 104], [100, 144]], atol=0.1)
