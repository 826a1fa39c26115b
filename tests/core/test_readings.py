import numpy as np
import pytest

from core.avatar.vector import AvatarVector
from core.engines import Camera
from core.engines.toy import SCHEMA, ToyEngine
from core.methods.regions import read_classes_shape
from core.readings import NAMES, read_shape


def read(values: dict[str, float], size: int = 192) -> dict[str, float]:
    vector = AvatarVector.default(SCHEMA).with_values(values)
    classes = ToyEngine().render_masks(vector, Camera(frame="bust"), size)
    return dict(zip(NAMES, read_classes_shape(classes).tolist(), strict=True))


@pytest.mark.parametrize(
    ("parameter", "reading"), [("eye_spacing", "eye_to_eye"), ("mouth_width", "mouth_width"), ("head_width", "face_width_2")]
)
def test_a_length_grows_with_its_parameter(parameter: str, reading: str) -> None:
    narrow, middle, wide = (read({parameter: value})[reading] for value in (0.1, 0.5, 0.9))

    assert narrow < middle < wide


def test_the_size_of_the_picture_does_not_matter() -> None:
    small, large = read({}, 160), read({}, 320)

    assert [small[name] for name in NAMES] == pytest.approx([large[name] for name in NAMES], abs=0.3)


def test_mirrored_face_reads_the_same() -> None:
    classes = ToyEngine().render_masks(AvatarVector.default(SCHEMA), Camera(frame="bust"), 192)

    assert read_classes_shape(np.ascontiguousarray(classes[:, ::-1])) == pytest.approx(read_classes_shape(classes), abs=0.05)


def test_turned_eyes_are_read_outer_ends_up() -> None:
    face, none = np.ones((100, 100), np.float32), np.zeros((100, 100), np.float32)
    rows, columns = np.mgrid[0:100, 0:100]
    eyes = np.zeros((100, 100), np.float32)
    for centre, slope in ((30, 0.3), (70, -0.3)):  # rows grow downwards: the left eye's outer end, at its left, is up
        eyes[(np.abs(columns - centre) < 8) & (np.abs(rows - 40 - slope * (columns - centre)) < 2)] = 1

    turn = read_shape(face, eyes, none, none, none)[NAMES.index("eye_turn")]

    assert turn == pytest.approx(np.arctan(0.3), abs=0.05)


def test_missing_regions_still_give_finite_numbers() -> None:
    none = np.zeros((64, 64), np.float32)

    assert np.isfinite(read_shape(none, none, none, none, none)).all()


def test_regions_of_different_sizes_are_refused() -> None:
    none = np.zeros((64, 64), np.float32)
    with pytest.raises(ValueError, match="expected shape"):
        read_shape(none, none, none, none, np.zeros((32, 32), np.float32))
