"""Carrying the files of a run to another folder and back: what is there already stays, links are never followed."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from core.errors import FileNotWrittenError

_PART = ".carried"  # while a file is written
_BLOCK = 1 << 24


def carry(
    source: Path,
    target: Path,
    is_left: Callable[[str], bool] = lambda _: False,
    told: Callable[[int], object] = lambda _: None,
    *,
    prune: str = "",
) -> None:
    """Bring the files of a folder to another one, those that are not there yet or are of another size or time.

    Only plain files are taken, so that nothing outside of either folder is read or written whatever lies in them.

    Args:
        source: The folder.
        target: Made where it is not there.
        is_left: Whether a file or folder of this name at the top of `source` stays where it is.
        told: Gets how many more bytes are there, of each file at least once; carrying ends where it raises something.
        prune: A pattern of files to delete in `target` where `source` does not have them; empty deletes none.

    Raises:
        FileNotWrittenError: The disk is full, or one of the folders cannot be read or written.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        for path in files_of(source, is_left):
            other = target / path.relative_to(source)
            _keep_inside(other, target)
            if other.is_symlink() or not _is_same(path, other):
                _copy(path, other, told)
            else:
                told(other.stat().st_size)
        for path in list(target.rglob(prune)) if prune else ():
            if not (source / path.relative_to(target)).exists():
                path.unlink()
    except OSError as error:
        raise FileNotWrittenError(f"{source} was not carried to {target}: {error.strerror or error}.") from error


def fingerprint(folder: Path) -> str:
    """Twelve hexadecimal digits that change with the names, sizes and times of a folder's files."""
    digest = hashlib.sha256()
    for path in sorted(files_of(folder)):
        status = path.stat()
        digest.update(f"{path.relative_to(folder)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:12]


def files_of(folder: Path, is_left: Callable[[str], bool] = lambda _: False) -> Iterator[Path]:
    """The plain files of a folder and of those in it."""
    for top, folders, names in os.walk(folder):
        if Path(top) == folder:
            folders[:] = [name for name in folders if not is_left(name)]
            names = [name for name in names if not is_left(name)]
        for path in (Path(top) / name for name in names if not name.endswith(_PART)):
            if path.is_file() and not path.is_symlink():
                yield path


def _keep_inside(path: Path, target: Path) -> None:
    """Refuse a path that a link among its folders would lead out of `target`."""
    for folder in path.relative_to(target).parents:
        if (target / folder).is_symlink() and folder != Path():
            raise FileNotWrittenError(f"{target / folder} is a link, where a folder of a run should be. Remove it first.")


def _is_same(path: Path, other: Path) -> bool:
    try:
        now, before = path.stat(), other.stat()
    except FileNotFoundError:
        return False
    return now.st_size == before.st_size and abs(now.st_mtime - before.st_mtime) < 1e-3


def _copy(path: Path, other: Path, told: Callable[[int], object]) -> None:
    other.parent.mkdir(parents=True, exist_ok=True)
    part = other.with_name(other.name + _PART)
    try:
        with path.open("rb") as source, part.open("wb") as target:
            while block := source.read(_BLOCK):
                target.write(block)
                told(len(block))
        shutil.copystat(path, part)
    except FileNotFoundError:
        if path.exists():
            raise
        return  # replaced or deleted by who works there
    part.replace(other)
