"""The watchdog of `benchmarks/stalls.py`: what it has to notice, planted."""

import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from benchmarks.watchdog import Watchdog

NAP_S = 0.2


def nap() -> None:
    time.sleep(NAP_S)


def toil() -> None:
    until = time.thread_time() + NAP_S
    while time.thread_time() < until:
        pass


@pytest.fixture
def dog(qtbot: QtBot) -> Iterator[Watchdog]:
    dog = Watchdog(bar_ms=100.0)
    dog.start()
    qtbot.wait(30)
    yield dog
    dog.stop()


def test_pause_is_seen_with_its_place_and_action(qtbot: QtBot, dog: Watchdog) -> None:
    with dog.during("sleep"):
        nap()
        qtbot.wait(30)

    pause = max(dog.pauses, key=lambda one: one.wall_ms)
    assert pause.action == "sleep"
    assert pause.wall_ms >= 1000 * NAP_S
    assert pause.cpu_ms < 500 * NAP_S  # it waited, it did not compute
    assert "test_watchdog.py" in pause.places[0]
    assert "nap" in pause.places[0]


def test_work_counts_as_the_threads_own(qtbot: QtBot, dog: Watchdog) -> None:
    with dog.during("work"):
        toil()
        qtbot.wait(30)

    longest = dog.longest[-1]
    assert (longest.action, longest.cpu_ms >= 950 * NAP_S) == ("work", True)
    assert any("toil" in place for place in longest.places)


def test_time_in_which_the_loop_goes_round_is_no_pause(qtbot: QtBot, dog: Watchdog) -> None:
    with dog.during("rest"):
        qtbot.wait(300)

    assert dog.longest[-1].cpu_ms < 100
