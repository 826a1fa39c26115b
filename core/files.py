"""Files that are either the old ones or the new ones, never half."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.errors import FileNotWrittenError


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
            raise FileNotWrittenError(f"{path} was not written: {error.strerror or error}.") from error
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
