import numpy as np
import pytest

from core.datasets.makehuman import MakeHuman
from core.datasets.makehuman_parts import MOUTH_CORNER, NOSE_TIP, body_parts, iris_places, led_by_majority
from core.paths import training_data_folder
from core.rendering.mesh import PARTS


@pytest.fixture(scope="module")
def made() -> MakeHuman:
    data = training_data_folder()
    if data is None or not (data / "makehuman").is_dir():
        pytest.skip("MakeHuman's files are not here")
    return MakeHuman.open(data / "makehuman")


def test_every_part_is_where_it_belongs_and_as_large_on_both_sides(made: MakeHuman) -> None:
    parts, rest = body_parts(made), made.positions
    body = np.unique(made.groups["body"])

    def part_at(place: tuple[float, ...]) -> str:
        return PARTS[int(parts[body[np.square(rest[body] - place).sum(axis=1).argmin()]])]

    assert part_at(NOSE_TIP) == "nose"
    assert part_at(MOUTH_CORNER) == "lips"
    assert part_at((0.0, 6.6, 0.9)) == "mouth"
    assert part_at((0.86, 7.2, 0.4)) == part_at((-0.86, 7.2, 0.4)) == "ears"
    assert part_at((0.0, 5.9, 0.6)) == "neck"
    assert part_at((0.0, 8.0, 1.3)) == part_at((0.5, 6.8, 1.2)) == part_at((0.0, 6.25, 1.45)) == "skin"
    for part in ("ears", "lips", "nose", "mouth"):
        own = body[parts[body] == PARTS.index(part)]
        left, right = (rest[own, 0] < -1e-4).sum(), (rest[own, 0] > 1e-4).sum()
        assert abs(left - right) <= 0.02 * left, part


def test_inside_of_the_mouth_does_not_leak_out_of_it(made: MakeHuman) -> None:
    mouth = made.positions[body_parts(made) == PARTS.index("mouth")]

    assert len(mouth) < 500
    assert mouth[:, 2].max() < 1.52


def test_iris_is_in_the_middle_of_the_front_of_the_eyeball(made: MakeHuman) -> None:
    ball = np.unique(made.groups["helper-l-eye"])
    uv = iris_places(made.positions, ball)
    places = made.positions[ball]
    front = ball[places[:, 2] > places[:, 2].min() + 0.8 * np.ptp(places[:, 2])]

    # Foremost vertices lie around the pupil, the widest ones far out in the white.
    assert np.abs(uv[front].mean(axis=0)).max() < 0.1
    assert np.hypot(*uv[ball].T).max() == pytest.approx(2.5, abs=0.2)


def test_triangle_takes_the_part_of_most_of_its_corners() -> None:
    parts = np.array([0, 1, 1, 0], np.uint8)

    assert led_by_majority(np.array([[0, 1, 2], [3, 0, 1], [0, 3, 1]]), parts).tolist() == [[1, 2, 0], [3, 0, 1], [0, 3, 1]]
