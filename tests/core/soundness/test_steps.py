from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from typing_extensions import override

from core.avatar.posing import REST, Pose
from core.avatar.schema import ContinuousParameter
from core.avatar.vector import AvatarVector
from core.engines import Camera, Detail, engine_schema, open_engine
from core.engines.toy import ToyEngine
from core.soundness import steps
from core.soundness.steps import LEAST, MEASURES, MOST, Course, bare, course

Image = NDArray[np.uint8]


class BentEngine(ToyEngine):
    """The toy engine, one of whose numbers is put through a curve first: a fault."""

    def __init__(self, parameter: str, curve: Callable[[float], float]) -> None:
        self._parameter = parameter
        self._curve = curve

    @override
    def render(self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST) -> Image:
        return super().render(self._bent(vector), camera, size, detail, pose)

    @override
    def render_masks(self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST) -> Image:
        return super().render_masks(self._bent(vector), camera, size, detail, pose)

    def _bent(self, vector: AvatarVector) -> AvatarVector:
        value = vector[self._parameter]
        assert isinstance(value, float)
        return vector.with_value(self._parameter, self._curve(value))


def number(name: str) -> ContinuousParameter:
    return next(one for one in ToyEngine().schema.continuous if one.id == name)


def disc(x: float, y: float, radius: float, size: int = 100) -> NDArray[np.bool_]:
    rows, columns = np.mgrid[:size, :size]
    return np.asarray((columns - x) ** 2 + (rows - y) ** 2 < radius**2)


def test_measures_are_those_of_known_shapes() -> None:
    bar = np.zeros((100, 100), bool)
    bar[40:50, 10:90] = True
    eyes = disc(30, 40, 6) | disc(72, 40, 6)

    assert steps.spread_x(bar) == pytest.approx(80, abs=0.1)
    assert steps.spread_y(bar) == pytest.approx(10, abs=0.1)
    assert steps.middle_y(bar) == pytest.approx(100 - 44.5)
    assert steps.spacing(eyes) == pytest.approx(42)
    assert steps.side(bar) == pytest.approx(np.sqrt(800))


@pytest.mark.parametrize("degrees", [-15.0, 0.0, 20.0])
def test_tilt_is_how_far_the_outer_ends_are_up(degrees: float) -> None:
    rows, columns = np.mgrid[:200, :200]
    mask = np.zeros((200, 200), bool)
    for middle, sign in ((50, -1), (150, 1)):
        slope = np.tan(np.radians(sign * degrees))
        mask |= (np.abs(columns - middle) < 30) & (np.abs(100 - rows - slope * (columns - middle)) < 5)

    assert steps.tilt(mask) == pytest.approx(degrees, abs=1)


@pytest.mark.parametrize("name", [one.id for one in ToyEngine().schema.continuous])
def test_numbers_of_the_toy_are_even(name: str) -> None:
    found = course(ToyEngine(), number(name))

    assert len(found.values) == 11
    assert found.problems() == []


def test_number_that_turns_back_is_caught() -> None:
    found = course(BentEngine("head_width", lambda value: abs(value - 0.3)), number("head_width"))

    assert found.backwards > 0.2
    assert "goes back" in found.problems()[0]


def test_number_that_jumps_is_caught() -> None:
    found = course(BentEngine("eye_spacing", lambda value: 0.2 * value + 0.8 * (value > 0.5)), number("eye_spacing"))

    assert found.largest_step > MOST
    assert any("jumps" in problem for problem in found.problems())


def test_number_that_does_nothing_is_caught() -> None:
    found = course(BentEngine("mouth_width", lambda _: 0.5), number("mouth_width"))

    assert found.way == 0
    assert "hardly seen" in found.problems()[0]


def test_weight_of_a_blend_is_measured_without_the_others_and_its_faults_are_caught() -> None:
    assert course(ToyEngine(), number("head_long")).way > LEAST["ΔE2000"]

    found = course(BentEngine("head_long", lambda value: float(value > 0.5)), number("head_long"))

    assert found.what == "the picture"
    assert "jumps" in found.problems()[0]


def test_course_in_figures() -> None:
    found = Course("x", "the width", "px", (0.0, 1.0, 2.0, 1.9, 5.0, 10.0))

    assert found.way == 10
    assert found.largest_step == pytest.approx(2.5)
    assert found.backwards == pytest.approx(0.01)
    assert found.problems() == []


def test_the_head_is_bare_while_it_is_measured() -> None:
    vector = bare(engine_schema("toon"))

    assert (vector["hair_type"], vector["glasses"], vector["facial_hair"]) == ("bald", "none", "none")


def test_measured_numbers_are_those_of_toon() -> None:
    assert {one.id for one in engine_schema("toon").group("core").continuous if one.blend is None} == set(MEASURES)


@pytest.mark.slow
def test_numbers_of_toon_are_even() -> None:
    engine = open_engine("toon")

    assert {one.id: course(engine, one).problems() for one in engine.schema.continuous} == {
        one.id: [] for one in engine.schema.continuous
    }
