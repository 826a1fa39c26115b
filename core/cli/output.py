"""What the command line says: results on standard output, everything else on standard error."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any

from rich.console import Console

from core.errors import AvatarError
from core.paths import state_folder

logger = logging.getLogger(__name__)

terminal = Console(stderr=True, highlight=False, soft_wrap=True)
"""For people: progress and problems."""


class ExitCode(IntEnum):
    """What a command's exit code means."""

    DONE = 0
    FAILED = 1  # some inputs failed
    USAGE = 2


_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""What a terminal obeys, and halves of signs, as in names that are no text; much of what is said comes from files of others."""


def result(text: str) -> None:
    """One line of a result."""
    sys.stdout.write(_STEERING.sub("�", text) + "\n")


def result_json(value: Any) -> None:
    """A result as JSON; the form is kept stable and described in docs/command_line.md."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    result(_STEERING.sub(lambda one: f"\\u{ord(one[0]):04x}", text))


def say(text: str) -> None:
    """One line for the person at the terminal."""
    terminal.print(_STEERING.sub("�", text), markup=False)


def log_file() -> Path:
    """Where bugs are written with all their details."""
    return state_folder() / "log.txt"


def describe(error: Exception) -> str:
    """An error in one sentence; a bug is logged with its traceback and owned up to."""
    if isinstance(error, AvatarError):
        return str(error)
    logger.error("A bug", exc_info=error)
    name = type(error).__name__
    return f"This is our fault ({name}: {error}). Details are in {log_file()}; please report it with them and `doctor`'s output."


@contextmanager
def logged_to_file() -> Iterator[None]:
    """Keep what our code logs in the user's log file; a folder that cannot be written costs the log, not the command."""
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(log_file(), encoding="utf-8", delay=True)
    except OSError:
        yield
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("core")
    ours.addHandler(handler)
    try:
        yield
    finally:
        ours.removeHandler(handler)
        handler.close()
