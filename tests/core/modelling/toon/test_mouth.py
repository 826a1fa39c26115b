import numpy as np
import pytest

from core.modelling import fields
from core.modelling.toon import head, mouth


@pytest.mark.parametrize("name", mouth.MOUTH_TYPES)
def test_lips_stand_out_and_end_on_the_face(name: str) -> None:
    surface = mouth.lips(mouth.MOUTH_TYPES[name], mouth.FULL)
    lips, line = mouth.lip_paint(mouth.MOUTH_TYPES[name], mouth.FULL)
    distance = head.skull(surface.positions)

    np.testing.assert_allclose(distance[-mouth.FULL.columns :], 0, atol=0.006)
    assert distance[lips > 0].max() > 0.012
    assert np.isfinite(surface.normals).all()
    assert len(lips) == len(line) == len(surface.positions)
    assert line.max() == 1


def test_mouths_differ_from_each_other() -> None:
    shapes = [mouth.lips(shape, mouth.FULL).positions for shape in mouth.MOUTH_TYPES.values()]
    differences = [np.abs(a - b).max() for i, a in enumerate(shapes) for b in shapes[:i]]

    assert len(shapes) == 9
    assert min(differences) > 0.015


def test_closed_lips_meet_and_open_ones_do_not() -> None:
    def gap(name: str) -> float:
        rows = mouth.lips(mouth.MOUTH_TYPES[name], mouth.FULL).positions.reshape(-1, mouth.FULL.columns, 3)
        quarter = mouth.FULL.columns // 4
        return float(rows[1, quarter, 1] - rows[1, 3 * quarter, 1])

    assert gap("smile") < 0.01
    assert gap("open_smile") > 0.1


def test_inside_of_the_mouth_lies_behind_the_face() -> None:
    shape = mouth.MOUTH_TYPES["open_smile"]

    assert head.skull(mouth.cavity(shape).positions).max() < -0.01
    assert head.skull(mouth.teeth(shape).positions).max() < -0.01
    assert head.skull(mouth.tongue(shape).positions).max() < -0.01


def test_rim_is_where_outside_rim_is_zero() -> None:
    rim = mouth.lips(mouth.MOUTH_TYPES["smile"], mouth.FULL).positions[-mouth.FULL.columns :]

    np.testing.assert_allclose(mouth.outside_rim(fields.vector(rim), 1.0), 0, atol=0.02)


def test_lower_lip_of_an_open_smile_lies_back_on_the_face() -> None:
    def stands_out(name: str) -> float:
        surface = mouth.lips(mouth.MOUTH_TYPES[name], mouth.LIGHT)
        lower = ~mouth.lip_grip(mouth.MOUTH_TYPES[name], mouth.LIGHT).is_upper
        return float(head.skull(surface.positions[lower]).max())

    assert 0.02 < stands_out("open_smile") < 0.8 * stands_out("smile")
