"""Locks of the operating system: gone with the process that holds them, however that ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import FileNotWrittenError, JobError


@contextmanager
def locked(path: Path, patience_s: float, busy: Callable[[], str], refused: str) -> Iterator[None]:
    """Hold a lock.

    Args:
        path: The lock's file.
        patience_s: How long to wait for others, seconds.
        busy: What to say where somebody else holds it.
        refused: What to say where it cannot be made; the reason follows.

    Raises:
        JobError: Somebody else holds it.
        FileNotWrittenError: The folder cannot be written.
    """
    lock = FileLock(path, timeout=patience_s)
    try:
        lock.acquire()
    except Timeout:
        raise JobError(busy()) from None
    except OSError as error:
        raise FileNotWrittenError(f"{refused}: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()
