"""What a run is asked to do while it runs: empty files in its folder, so that anybody who shares the disk can ask."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args

from core.errors import FileNotWrittenError

Command = Literal["stop", "checkpoint", "sample"]
COMMANDS: tuple[Command, ...] = get_args(Command)

_FOLDER = "commands"
_EVERY_S = 0.1  # how often a stage that asks at every step looks at the disk


def ask(folder: Path, command: Command) -> None:
    """Ask a run for something.

    Raises:
        FileNotWrittenError: The folder cannot be written.
    """
    try:
        (folder / _FOLDER).mkdir(exist_ok=True)
        (folder / _FOLDER / command).touch()
    except OSError as error:
        raise FileNotWrittenError(f"{folder} was not asked to {command}: {error.strerror or error}.") from error


def is_asked(folder: Path, command: Command) -> bool:
    """Whether a run was asked for this and has not done it yet."""
    return (folder / _FOLDER / command).exists()


def forget(folder: Path, command: Command) -> None:
    """Take back what was asked, because it is done or nobody is there to do it."""
    with suppress(OSError):
        (folder / _FOLDER / command).unlink(missing_ok=True)


class Commands:
    """Looks for commands on behalf of a stage, seldom enough to cost nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looked: dict[Command, float] = {}

    def take(self, command: Command) -> bool:
        """Whether this was asked for; a request is answered once, but for the one to stop, which stays until the run ends."""
        now = time.monotonic()
        if now - self._looked.get(command, -_EVERY_S) < _EVERY_S:
            return False
        self._looked[command] = now
        if not is_asked(self._folder, command):
            return False
        if command != "stop":
            forget(self._folder, command)
        return True
