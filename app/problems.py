"""The one place an error becomes something a person reads, or a log entry."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QObject
from shiboken6 import isValid

from core.errors import AvatarError
from core.words import tr

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """An error in words.

    Attributes:
        text: What happened and what to do.
        details: For a bug of ours, the traceback to copy into a report; else empty.
    """

    text: str
    details: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether it is a bug and not something a person can mend."""
        return bool(self.details)


_listeners: list[Callable[[Problem], None]] = []


def describe(error: BaseException) -> Problem:
    """An error in words: an `AvatarError` speaks for itself, anything else is our fault."""
    if isinstance(error, AvatarError):
        return Problem(str(error))
    details = "".join(traceback.format_exception(error))
    return Problem(tr("Something went wrong, and this is our fault. Your avatar is safe; please report it."), details)


def report(error: BaseException) -> None:
    """Log an error and show it wherever the window shows problems."""
    problem = describe(error)
    if problem.is_ours:
        logger.error("%s", problem.details)
    else:
        logger.info("%s", problem.text)
    for listener in tuple(_listeners):
        owner = getattr(listener, "__self__", None)
        if not isinstance(owner, QObject) or isValid(owner):  # what is reported last must not make another problem
            listener(problem)


def listen(listener: Callable[[Problem], None]) -> Callable[[], None]:
    """Have problems shown by `listener`; the answer stops that."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def install_hooks() -> None:
    """Report what nobody caught, on every thread."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            report(error)

    def thread_hook(failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None:
            report(failure.exc_value)

    sys.excepthook = hook
    threading.excepthook = thread_hook
