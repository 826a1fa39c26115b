"""Files that are either the old ones or the new ones, never half."""

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from core.errors import FileNotWrittenError
from core.words import tr


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file beside its place, flush it to the disk, and move it there.

    Raises:
        FileNotWrittenError: The disk is full or the folder cannot be written; the old file is untouched.
    """
    with writing_atomically(path) as file:
        file.write(content)


@contextmanager
def writing_atomically(path: Path) -> Iterator[IO[bytes]]:
    """A file to be written piece by piece, which moves to its place when the block ends, and never was when it raises.

    Raises:
        FileNotWrittenError: The disk is full or the folder cannot be written; the old file is untouched.
    """
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise FileNotWrittenError(
                tr("{path} was not written: {strerror}.", path=path, strerror=error.strerror or error)
            ) from error
        raise


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a file's content; None where there is no file, or it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open_plain(path) as file:
            while piece := file.read(2**20):
                digest.update(piece)
    except OSError:
        return None
    return digest.hexdigest()


def open_plain(path: Path) -> BinaryIO:
    """Open a file for reading if it is one: a pipe that lies in its place would be waited for for ever.

    Raises:
        OSError: There is none, it may not be read, or it is no plain file.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "no plain file", str(path))
    return os.fdopen(descriptor, "rb")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
