"""Files that are either the old ones or the new ones, never half."""

import os
import tempfile
from pathlib import Path

from core.errors import FileNotWrittenError


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file beside its place, flush it to the disk, and move it there.

    Raises:
        FileNotWrittenError: The disk is full or the folder cannot be written; the old file is untouched.
    """
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise FileNotWrittenError(f"{path} was not written: {error.strerror or error}.") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
