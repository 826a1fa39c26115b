import pytest

from app.state.watch import AWAY_S, Watch


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("app.state.watch.time.monotonic", clock)
    return clock


def test_a_step_takes_the_time_since_the_last_one_but_for_that_away(clock: Clock) -> None:
    watch = Watch()
    clock.now += 4
    watch.pause()
    clock.now += 50
    watch.pause()
    watch.go_on()
    watch.go_on()
    clock.now += 3
    assert watch.lap() == 7
    clock.now += 2
    assert watch.lap() == 2


def test_who_is_idle_for_long_was_not_working(clock: Clock) -> None:
    watch = Watch()
    clock.now += 3600
    assert watch.lap() == AWAY_S


def test_beginning_anew_while_away_counts_from_the_return(clock: Clock) -> None:
    watch = Watch()
    clock.now += 9
    watch.pause()
    watch.begin()
    clock.now += 9
    assert watch.lap() == 0
    watch.go_on()
    clock.now += 5
    assert watch.lap() == 5
