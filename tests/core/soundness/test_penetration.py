"""Each fault that the check is there for is planted once and caught."""

import pytest

from core.avatar.vector import AvatarVector
from core.engines import open_engine
from core.engines.pack import PackEngine
from core.rendering.mesh import PARTS
from core.soundness.penetration import ALL, bounds, depths
from core.soundness.posing import Body, posed
from tests.core.rendering.shapes import sphere
from tests.core.soundness.bodies import ball, body_of, shifted, together


@pytest.fixture(scope="module")
def person() -> Body:
    """The default avatar with everything on that it can wear."""
    engine = open_engine("toon")
    assert isinstance(engine, PackEngine)
    vector = AvatarVector.default(engine.schema).with_values(
        {"glasses": "round", "facial_hair": "full_beard", "hair_type": "bob", "mouth_type": "open_smile"}
    )
    return posed(engine, vector)


def unsound(now: Body, rest: Body) -> set[str]:
    return {name for name, depth in depths(now, rest).items() if depth > bounds()[name]}


def test_table_names_parts_that_exist_and_gives_reasons() -> None:
    assert len({row.name for row in ALL}) == len(ALL) >= 15
    for row in ALL:
        assert {*row.parts, *row.surface, *row.except_near} <= set(PARTS)
        assert row.bound > 0
        assert len(row.reason) > 15


def test_default_avatar_is_sound(person: Body) -> None:
    assert len(depths(person, person)) >= 10
    assert unsound(person, person) == set()


@pytest.mark.parametrize(
    ("parts", "offset", "pair"),
    [
        (("frame", "lens"), (0, 0, -0.15), "frame in face"),
        (("frame", "lens"), (0, 0, 0.3), "frame off nose"),
        (("lens",), (0, 0, -0.2), "lens in face"),
        (("brows",), (0, 0, -0.08), "brow under skin"),
        (("eyes",), (0, 0, 0.08), "eye through lid"),
        (("facial_hair",), (0, 0, -0.12), "beard under skin"),
        (("hair",), (0, 0, -0.15), "hair under skin"),
        (("hair",), (0, 0, 0.1), "hair out of face"),
        (("frame",), (0, 0.3, 0), "frame off ears"),
        (("neck", "skin"), (0.15, 0, 0), "clothes under skin"),
        (("mouth", "teeth"), (0, 0, 0.3), "teeth before lips"),
        (("nose",), (0, 0, -0.09), "patch under face"),
        (("lids",), (0, 0, 0.04), "lid off eye"),
        (("brows",), (0, 0, 0.06), "brow off skin"),
        (("facial_hair",), (0, 0, 0.1), "beard off skin"),
        (("hair",), (0, 0.08, 0), "hair off scalp"),
    ],
    ids=lambda value: value.replace(" ", "_") if isinstance(value, str) else None,
)
def test_planted_fault_is_caught(person: Body, parts: tuple[str, ...], offset: tuple[float, float, float], pair: str) -> None:
    assert pair in unsound(shifted(person, parts, offset), person)


def test_depth_is_as_deep_as_a_part_was_pushed() -> None:
    body = together(ball("skin", 1.0), ball("frame", 0.1, (0, 0, 1.12)))

    before, after = (depths(one, body) for one in (body, shifted(body, ["frame"], (0, 0, -0.07))))

    assert before["pads in nose"] == before["frame in face"] == 0
    assert after["pads in nose"] == pytest.approx(0.05, abs=0.003)
    assert 0 < after["frame in face"] < 0.05  # a few vertices are spared


def test_sides_of_a_brow_may_be_under_the_skin_but_its_crest_may_not() -> None:
    body = together(ball("skin", 1.0), ball("brows", 0.1, (0, 0, 1.0)))
    low = shifted(body, ["brows"], (0, 0, -0.15))

    assert depths(body, body)["brow under skin"] == 0
    assert depths(low, body)["brow under skin"] == pytest.approx(0.07, abs=0.01)  # 0.05 at its very top


def test_what_is_inside_by_design_is_no_fault_but_coming_out_is() -> None:
    body = together(ball("skin", 1.0), ball("hair", 0.95))
    swollen = together(ball("skin", 1.0), ball("hair", 1.045))

    assert unsound(body, body) == set()
    assert depths(swollen, body)["hair out of face"] == pytest.approx(0.045, abs=0.003)


def test_hair_that_was_out_may_not_go_in() -> None:
    body = together(ball("skin", 1.0), ball("hair", 1.1))

    assert depths(together(ball("skin", 1.0), ball("hair", 0.94)), body)["hair under skin"] == pytest.approx(0.06, abs=0.003)


def test_tips_of_temples_are_hidden_by_the_ears() -> None:
    head, tip = ball("skin", 1.0), ball("frame", 0.05, (1, 0, 0))
    ear = ball("ears", 0.1, (1.15, 0, 0))

    assert depths(together(head, tip), together(head, tip))["pads in nose"] > 0.04
    assert depths(together(head, tip, ear), together(head, tip, ear))["pads in nose"] == 0


def test_parts_that_an_avatar_lacks_are_not_measured() -> None:
    found = depths(body_of([sphere()]), body_of([sphere()]))

    assert found == {}
