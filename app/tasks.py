"""Work off the GUI thread: `run` for short work on the thread pool, `Lane` for a thing that wants one thread of its own."""

import os
import sys
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, QThreadPool, Signal, Slot

from app import problems

NICENESS = 5

Work = Callable[[], Any]
Done = Callable[[Any], None]
Failed = Callable[[Exception], None]


class _Courier(QObject):
    """Brings results to the thread that made it."""

    arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.arrived.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def _hand_over(self, message: Callable[[], None]) -> None:
        message()


_couriers: dict[int, _Courier] = {}


def run(function: Work, done: Done, failed: Failed | None = None) -> None:
    """Call a function on the thread pool; call `done` with its result, or `failed` with its error, on the calling thread.

    Without `failed` an error is reported as `app.problems` reports everything.
    """
    thread = threading.get_ident()
    if thread not in _couriers:
        _couriers[thread] = _Courier()
    courier = _couriers[thread]
    pool = QThreadPool.globalInstance()
    pool.start(lambda: courier.arrived.emit(_carry_out(function, done, failed)))


def _carry_out(function: Work, done: Done, failed: Failed | None) -> Callable[[], None]:
    try:
        result = function()
    except Exception as error:  # noqa: BLE001  the border: the error goes on to whoever asked
        problem = error
        return lambda: answer(failed or problems.report, problem)
    return lambda: answer(done, result)


def answer(callback: Callable[[Any], None], result: Any) -> None:
    """Call back, unless the widget whose method it is, or in whose method it was written, has been deleted meanwhile."""
    owner = _owner(callback.func if isinstance(callback, partial) else callback)
    if not isinstance(owner, QObject) or shiboken6.isValid(owner):
        callback(result)


def _owner(function: Callable[[Any], None]) -> object:
    names = function.__code__.co_freevars if isinstance(function, FunctionType) else ()
    if "self" in names and isinstance(function, FunctionType) and function.__closure__ is not None:
        return function.__closure__[names.index("self")].cell_contents
    return getattr(function, "__self__", None)


@dataclass(frozen=True)
class _Request:
    key: Hashable
    urgency: int
    number: int
    function: Work
    done: Done
    failed: Failed | None


class Lane:
    """One thread that works on the most urgent request, the newest first.

    A request replaces a waiting one with the same key, so a dragged slider never queues up. Results come back on the thread
    that made the lane, in the order in which they were worked on.
    """

    def __init__(self, name: str) -> None:
        self._courier = _Courier()
        self._waiting: dict[Hashable, _Request] = {}
        self._changed = threading.Condition()
        self._number = 0
        self._is_open = True
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, function: Work, done: Done, failed: Failed | None = None, *, key: Hashable = None, urgency: int = 0) -> None:
        """Ask for work.

        Args:
            function: Called on the lane's thread.
            done: Called with the result.
            failed: Called with the error; without it the error is reported.
            key: A waiting request with the same key is forgotten; None keeps every request.
            urgency: Higher comes first.
        """
        with self._changed:
            self._number += 1
            key = ("unique", self._number) if key is None else key
            self._waiting[key] = _Request(key, urgency, self._number, function, done, failed)
            self._changed.notify()

    def forget(self, is_unwanted: Callable[[Hashable], bool]) -> None:
        """Drop the waiting requests whose key is unwanted."""
        with self._changed:
            self._waiting = {key: request for key, request in self._waiting.items() if not is_unwanted(key)}

    def close(self, finish: Work | None = None, timeout_s: float = 5.0) -> None:
        """Drop what waits, finish what runs, call `finish` on the lane's thread, and deliver nothing more."""
        with self._changed:
            self._is_open = False
            self._waiting = {} if finish is None else {None: _Request(None, 0, 0, finish, lambda _: None, None)}
            self._changed.notify()
        self._thread.join(timeout_s)

    def _work(self) -> None:
        if sys.platform == "linux":  # elsewhere it would slow the whole program
            # Threads started from here inherit it, those of a software renderer too: the window is served first.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        while (request := self._next()) is not None:
            message = _carry_out(request.function, request.done, request.failed)
            if self._is_open:
                self._courier.arrived.emit(lambda message=message: self._deliver(message))
            del request, message  # a thread that waits for work keeps nothing of the last: a photo may be forgotten meanwhile

    def _deliver(self, message: Callable[[], None]) -> None:
        if self._is_open:
            message()

    def _next(self) -> _Request | None:
        with self._changed:
            while not self._waiting:
                if not self._is_open:
                    return None
                self._changed.wait()
            request = max(self._waiting.values(), key=lambda waiting: (waiting.urgency, waiting.number))
            return self._waiting.pop(request.key)
