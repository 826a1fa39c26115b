import threading
from collections.abc import Iterator
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app import problems, tasks
from app.tasks import Lane
from core.errors import PhotoError


@pytest.fixture
def lane() -> Iterator[Lane]:
    lane = Lane("test")
    yield lane
    lane.close()


class Gate:
    """Work that waits until it is let through."""

    def __init__(self) -> None:
        self.started, self.open = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.started.set()
        assert self.open.wait(5)
        return "gate"


def test_result_comes_back_on_the_calling_thread(qtbot: QtBot) -> None:
    got: list[tuple[str, int]] = []
    worker: list[int] = []

    def work() -> str:
        worker.append(threading.get_ident())
        return "done"

    tasks.run(work, lambda result: got.append((result, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(got))

    assert got == [("done", threading.get_ident())]
    assert worker != [threading.get_ident()]


def test_error_goes_to_failed_and_without_it_to_problems(qtbot: QtBot) -> None:
    def fail() -> None:
        raise PhotoError("The photo is empty.")

    failures: list[Exception] = []
    reported: list[problems.Problem] = []
    stop = problems.listen(reported.append)
    tasks.run(fail, lambda _: None, failures.append)
    tasks.run(fail, lambda _: None)
    qtbot.waitUntil(lambda: bool(failures and reported))
    stop()

    assert str(failures[0]) == "The photo is empty."
    assert reported == [problems.Problem("The photo is empty.")]


def test_lane_keeps_only_the_newest_of_a_key(qtbot: QtBot, lane: Lane) -> None:
    gate = Gate()
    got: list[object] = []
    lane.submit(gate, got.append)
    gate.started.wait(5)
    for number in range(100):
        lane.submit(partial(int, number), got.append, key="drag")
    gate.open.set()
    qtbot.waitUntil(lambda: len(got) >= 2)

    assert got == ["gate", 99]


def test_lane_works_on_the_urgent_first_and_then_on_the_newest(qtbot: QtBot, lane: Lane) -> None:
    gate = Gate()
    got: list[object] = []
    lane.submit(gate, got.append)
    gate.started.wait(5)
    for name, urgency in (("thumb 1", 0), ("drag", 2), ("thumb 2", 0), ("still", 1)):
        lane.submit(partial(str, name), got.append, urgency=urgency)
    gate.open.set()
    qtbot.waitUntil(lambda: len(got) == 5)

    assert got == ["gate", "drag", "still", "thumb 2", "thumb 1"]


def test_lane_forgets_what_is_unwanted(qtbot: QtBot, lane: Lane) -> None:
    gate = Gate()
    got: list[object] = []
    lane.submit(gate, got.append)
    gate.started.wait(5)
    for key in ("a", "b", "c"):
        lane.submit(partial(str, key), got.append, key=key)
    lane.forget(lambda key: key != "b")
    gate.open.set()
    qtbot.waitUntil(lambda: len(got) == 2)

    assert got == ["gate", "b"]


def test_widget_that_is_gone_gets_no_answer(qtbot: QtBot, lane: Lane) -> None:
    class Asker(QObject):
        def take(self, result: object) -> None:
            got.append((self.objectName(), result))

    got: list[object] = []
    gone, alive = Asker(), Asker()
    lane.submit(lambda: 1, gone.take)
    lane.submit(lambda: 2, partial(gone.take))
    lane.submit(lambda: 3, alive.take)
    shiboken6.delete(gone)
    qtbot.waitUntil(lambda: bool(got))

    assert got == [("", 3)]


def test_closed_lane_delivers_nothing_more_but_finishes(qtbot: QtBot) -> None:
    lane, gate = Lane("test"), Gate()
    got: list[object] = []
    ended: list[str] = []
    lane.submit(gate, got.append)
    gate.started.wait(5)
    lane.submit(lambda: "never", got.append)
    threading.Timer(0.05, gate.open.set).start()
    lane.close(lambda: ended.append(threading.current_thread().name))
    qtbot.wait(20)

    assert got == []
    assert ended == ["test"]


class Asker(QObject):
    """Has what comes back taken by a function within a method."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[str] = []

    def ask(self) -> None:
        def take(result: str) -> None:
            self.got.append(result)

        tasks.run(lambda: "done", take)


def test_nothing_comes_back_to_a_method_whose_object_was_deleted_meanwhile(qtbot: QtBot) -> None:
    there, gone = Asker(), Asker()
    gone.ask()
    there.ask()
    shiboken6.delete(gone)
    qtbot.waitUntil(lambda: there.got == ["done"])
    qtbot.wait(50)

    assert gone.got == []
