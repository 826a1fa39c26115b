"""Why a run failed: a cause for programs, a sentence for people, and what to change so that it goes on."""

import dataclasses
import errno
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from core import errors
from core.errors import AvatarError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "bad_alloc", "defaultcpuallocator")
_NO_DRIVER = ("cuda error", "cuda driver", "no cuda", "nvml", "device-side assert", "adapter", "device is lost", "device lost")


@dataclass(frozen=True)
class Remedy:
    """What may help.

    Attributes:
        title: What a button says.
        settings: Settings to change before going on; empty goes on as it is.
    """

    title: str
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why a run failed.

    Attributes:
        cause: One of `CAUSES`.
        text: What happened and what to do, in a sentence or two.
        remedies: What may help, the best first.
    """

    cause: str
    text: str
    remedies: tuple[Remedy, ...] = ()

    def as_event(self) -> dict[str, Any]:
        """For events.jsonl."""
        remedies = [{"title": remedy.title, "settings": dict(remedy.settings)} for remedy in self.remedies]
        return {"cause": self.cause, "error": self.text, "remedies": remedies}

    @staticmethod
    def from_event(event: Mapping[str, Any]) -> "Failure":
        """What `as_event` made; older runs have the text only."""
        remedies = event.get("remedies", ())
        read = [Remedy(str(one.get("title", "")), dict(one.get("settings", {}))) for one in remedies if isinstance(one, dict)]
        return Failure(str(event.get("cause", "other")), str(event.get("error", "")), tuple(read))


class ExplainedError(AvatarError):
    """A failure that another process of the run explained already.

    Attributes:
        failure: What it said.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


def explain(error: BaseException, config: Any) -> Failure:
    """The failure that an error of a stage with this configuration is."""
    if isinstance(error, ExplainedError):
        return error.failure
    for cause, is_it, text, remedies in _KINDS:
        if any(is_it(one) for one in _chain(error)):
            return Failure(cause, text or str(error), remedies(config))
    if isinstance(error, AvatarError):
        return Failure("other", str(error), (_AGAIN,))
    said = shorten(f"{type(error).__name__}: {error}".removesuffix(": "), 200, placeholder=" …").rstrip(".")
    return Failure("bug", f"This is our fault ({said}). The log has the details; please report it.", (_AGAIN,))


def lost(config: Any) -> Failure:
    """The failure of a run with this configuration whose process ended without a word."""
    return Failure(
        "lost",
        "Its process ended without a word: it was killed, the machine went down, or the memory was full. "
        "It goes on from its last checkpoint.",
        (_GO_ON, *_smaller(config)[:-1]),
    )


def not_begun(log: Sequence[str]) -> Failure:
    """The failure of a run whose process ended before the stage began.

    Args:
        log: The last lines of what it said.
    """
    said = shorten(log[-1] if log else "", 200, placeholder=" …").rstrip(".")
    text = "Its process ended before the stage began"
    return Failure("not_begun", f"{text}; its log ends with “{said}”." if said else f"{text}.", (_AGAIN,))


_GO_ON = Remedy("Resume from the last checkpoint")
_AGAIN = Remedy("Try again")


def _chain(error: BaseException | None) -> list[BaseException]:
    """An error and what it came from."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _says(error: BaseException, phrases: tuple[str, ...]) -> bool:
    text = f"{type(error).__name__} {error}".lower()
    return any(phrase in text for phrase in phrases)


def _is_memory(error: BaseException) -> bool:
    """Whether memory was short; the classes of torch and wgpu are known by their names: this module runs without them."""
    named = isinstance(error, MemoryError) or type(error).__name__.endswith("OutOfMemoryError")
    return named or (isinstance(error, RuntimeError) and _says(error, _NO_MEMORY))


def _is_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in _FULL


def _is_driver(error: BaseException) -> bool:
    is_one = isinstance(error, RuntimeError | errors.EngineError) or type(error).__name__.startswith("GPU")
    return is_one and _says(error, _NO_DRIVER)


def _is_child_lost(error: BaseException) -> bool:
    return isinstance(error, BrokenExecutor | errors.ProcessLostError)


def _is_missing_data(error: BaseException) -> bool:
    return isinstance(error, errors.DataError)


def _smaller(config: Any) -> tuple[Remedy, ...]:
    processes, devices = getattr(config, "processes", 0), max(1, getattr(config, "devices", 1))
    half = getattr(config, "batch", 0) // 2 // devices * devices  # or the devices could not share it
    remedies = []
    if half:
        remedies.append(Remedy(f"Resume with batches of {half}", {"batch": half}))
    if processes > 1:
        remedies.append(Remedy(f"Resume with {processes // 2} processes", {"processes": processes // 2}))
    return (*remedies, _GO_ON)


def _slower(config: Any) -> tuple[Remedy, ...]:
    rate = getattr(config, "rate", 0.0)
    slower = (Remedy(f"Resume with a learning rate of {rate / 2:g}", {"rate": rate / 2}),) if rate else ()
    return (*slower, _GO_ON)


def _on(_config: Any) -> tuple[Remedy, ...]:
    return (_GO_ON,)


def _again(_config: Any) -> tuple[Remedy, ...]:
    return (_AGAIN,)


_Kind = tuple[str, Callable[[BaseException], bool], str, Callable[[Any], tuple[Remedy, ...]]]
_KINDS: tuple[_Kind, ...] = (
    ("out_of_memory", _is_memory, "There was not enough memory.", _smaller),
    ("disk_full", _is_full, "The disk is full. Free some space, then resume; nothing that was saved is lost.", _on),
    ("diverged", lambda error: isinstance(error, errors.DivergedError), "", _slower),
    ("wrong_schema", lambda error: isinstance(error, errors.WrongEngineError | errors.NewerVersionError), "", _again),
    ("driver_gone", _is_driver, "The graphics driver does not answer. Restart the machine if it happens again.", _on),
    (
        "lost",
        _is_child_lost,
        "One of its processes ended without a word: it was killed, or the memory was full.",
        _smaller,
    ),
    ("cluster", lambda error: isinstance(error, errors.ClusterError), "", _on),
    ("data", _is_missing_data, "", _again),
    ("model", lambda error: isinstance(error, errors.ModelError), "", _again),
    ("settings", lambda error: isinstance(error, errors.SettingError), "", _again),
    ("not_written", lambda error: isinstance(error, errors.FileNotWrittenError), "", _on),
    ("interrupted", lambda error: isinstance(error, KeyboardInterrupt), "It was ended at once, without a checkpoint.", _on),
)
CAUSES = (*(kind[0] for kind in _KINDS), "not_begun", "other", "bug")
"""All causes there are."""
