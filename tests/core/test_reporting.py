import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reporting import divided
from tests.reporters import Listens, StopsAfter


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=5),
    st.lists(st.lists(st.integers(0, 20), max_size=5), min_size=5, max_size=5),
)
def test_progress_of_parts_only_grows_however_long_they_are(lengths: list[float], told: list[list[int]]) -> None:
    listener = Listens()
    for part, steps in zip(divided(listener, lengths), told, strict=False):
        for step in sorted(steps):
            part.progress(step, 20)
    part.progress(1, 1)

    assert listener.shares == sorted(listener.shares)
    assert listener.shares[-1] == 1


def test_each_part_has_the_share_that_its_length_has() -> None:
    listener = Listens()
    first, none, last = divided(listener, (30, 0, 10))
    first.progress(1, 2)
    first.progress(0, 0)  # nothing of nothing is nothing
    none.progress(7, 9)
    last.progress(0, 5)
    last.progress(5, 5)
    last.progress(6, 5)

    assert listener.shares == [0.375, 0, 0.75, 0.75, 1, 1]


def test_parts_of_parts_are_parts_of_the_whole() -> None:
    listener = Listens()
    _, second = divided(listener, (1, 3))
    inner, _ = divided(second, (1, 1))
    inner.progress(1, 1)

    assert listener.shares == [0.25 + 0.75 / 2]


def test_names_of_parts_tell_apart_what_is_measured_under_the_same_name(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = StopsAfter(1)
    shown = []
    monkeypatch.setattr(listener, "show", lambda *told: shown.append(told))
    plain, named = divided(listener, (1, 1), ("", "closer"))
    (inner,) = divided(named, (1,), ("eyes",))
    for part in (plain, named, inner):
        part.measure("loss", 0.5, 3)
    named.show("best", picture := np.zeros((1, 1, 3), np.uint8), 4)

    assert listener.measured == [("loss", 0.5, 3), ("closer/loss", 0.5, 3), ("closer/eyes/loss", 0.5, 3)]
    assert shown == [("closer/best", picture, 4)]
    assert [named.should_stop(), named.should_stop()] == [False, True]
