"""Archives that cannot harm: written whole or not at all, and read with nothing in them believed.

Source: MITRE, CWE-22 (names that lead out of a folder) and CWE-409 (bombs). Fifield 2019, A better zip bomb, WOOT: entries that
    overlap; they are told by sizes that add up to more than the archive has.
"""

import os
import re
import shutil
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.errors import FileNotWrittenError, LabelError
from core.reporting import Reporter

MAX_FILES = 200_000
MAX_TOTAL = 256 * 2**30  # bytes
MAX_RATIO = 200  # tables shrink 5 to 30 times; deflate alone would go to 1032
_CHUNK = 2**20
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, UnicodeDecodeError, NotImplementedError, ValueError)
_REFUSED_SIGNS = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_REFUSED_NAMES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)  # devices of Windows
_MAX_NAME = 200  # bytes


def write_archive(target: Path, files: Iterable[tuple[str, bytes]], total: int, reporter: Reporter) -> bool:
    """Write files as one archive; a failure or a stop leaves what was there before, and nothing half.

    Nothing but names and contents is kept of them: no dates and no owners.

    Args:
        target: The archive.
        files: Names within it, as `extract_archive` takes them, and contents; pictures are not squeezed a second time.
        total: How many there are.
        reporter: Hears how far it is, and can stop it.

    Returns:
        Whether it was written, so not stopped.

    Raises:
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    try:
        with _beside(target) as part:
            with part.open("wb") as file, zipfile.ZipFile(file, "w") as archive:
                for count, (name, content) in enumerate(files, 1):
                    if reporter.should_stop():
                        return False
                    info = zipfile.ZipInfo(name)  # of the first date there is
                    info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
                    archive.writestr(info, content)
                    reporter.progress(count, total)
            _settle(part)
            part.replace(target)
    except OSError as error:
        raise FileNotWrittenError(f"{target} was not written: {error.strerror or error}.") from error
    return True


def extract_archive(archive: Path, folder: Path, reporter: Reporter) -> bool:
    """Unpack an archive into a new folder; a failure or a stop leaves no folder.

    Args:
        archive: A zip file, from anybody.
        folder: Where to: not there yet, or empty.
        reporter: Hears how far it is, and can stop it.

    Returns:
        Whether it was unpacked, so not stopped.

    Raises:
        LabelError: It is no archive, is damaged, or has in it what a harmless one does not have; or the folder is in use.
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LabelError(f"{folder} is there already and not empty. Name a new folder to unpack into.")
    try:
        file = archive.open("rb")
    except OSError as error:
        raise LabelError(f"{archive} cannot be read: {error.strerror or error}.") from error
    with file:
        try:
            return _extract(archive.name, file, folder, reporter)
        except _DAMAGED as error:
            raise LabelError(f"{archive} is no archive that we can read, or is damaged ({error}). Get it again.") from error
        except OSError as error:
            raise FileNotWrittenError(f"{folder} was not written: {error.strerror or error}.") from error


def safe_name(text: str) -> str:
    """A name that every system takes and `extract_archive` does not refuse, as near to a text as can be."""
    name = _REFUSED_SIGNS.sub("_", text.replace("/", "_")).strip(" .")
    while len(name.encode(errors="replace")) > _MAX_NAME:
        name = name[:-1].rstrip(" .")
    return f"_{name}" if not name or _REFUSED_NAMES.fullmatch(name) else name


def _extract(name: str, file: IO[bytes], folder: Path, reporter: Reporter) -> bool:
    with zipfile.ZipFile(file) as archive:
        entries = [info for info in _checked(name, archive.infolist(), os.fstat(file.fileno()).st_size) if not info.is_dir()]
        _expect_room(folder, sum(info.file_size for info in entries))
        with _beside(folder) as part:
            part.mkdir()
            for count, info in enumerate(entries, 1):
                if reporter.should_stop():
                    return False
                place = part / info.filename
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as content, place.open("xb") as out:
                    shutil.copyfileobj(content, out, _CHUNK)
                _settle(place)
                reporter.progress(count, len(entries))
            if folder.exists():
                folder.rmdir()  # empty: Windows does not rename onto it
            part.replace(folder)
    return True


def _checked(archive: str, entries: Sequence[zipfile.ZipInfo], size: int) -> Sequence[zipfile.ZipInfo]:
    """The entries, where all of them are harmless; nothing is unpacked of an archive that has one which is not."""
    refused, taken = f"{archive} was not unpacked:", set[str]()
    if len(entries) > MAX_FILES:
        raise LabelError(f"{refused} {len(entries)} files are in it, and {MAX_FILES} is the most.")
    for info in entries:
        problem = _problem(info, taken)
        if problem:
            raise LabelError(f"{refused} {info.orig_filename!r} in it {problem}. Do not trust its sender.")
    packed, total = sum(info.compress_size for info in entries), sum(info.file_size for info in entries)
    if packed > size:
        raise LabelError(f"{refused} its files overlap, as they do in a trap. Do not trust its sender.")
    if total > MAX_TOTAL:
        raise LabelError(f"{refused} it would be {total / 2**30:.0f} GB, and {MAX_TOTAL / 2**30:.0f} is the most.")
    return entries


def _problem(info: zipfile.ZipInfo, taken: set[str]) -> str:
    """What is wrong with an entry, to be read after its name; empty where nothing is."""
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    if any(_is_refused(part) for part in name.removesuffix("/").split("/")):
        return "has a name that leads elsewhere, or that not every system can have"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device"
    if info.flag_bits & 0x41:
        return "is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed in a way that our archives are not"
    if info.file_size > max(info.compress_size * MAX_RATIO, _CHUNK):
        return f"would grow to more than {MAX_RATIO} times its size"
    return "" if info.is_dir() or _take(name, taken) else "is there twice"


def _is_refused(part: str) -> bool:
    is_long = len(part.encode(errors="surrogatepass")) > _MAX_NAME
    is_strange = bool(_REFUSED_SIGNS.search(part)) or part != part.strip(" ") or part.endswith(".")
    return not part or is_long or is_strange or bool(_REFUSED_NAMES.fullmatch(part))


def _take(name: str, taken: set[str]) -> bool:
    """Whether a file's name is free, and no folder's; names that differ in case or accents' form are one on some systems."""
    same = unicodedata.normalize("NFC", name).casefold()
    folders = {same[:place] for place, sign in enumerate(same) if sign == "/"}
    is_free = same not in taken and f"{same}/" not in taken and not folders & taken
    taken |= {same} | {f"{folder}/" for folder in folders}
    return is_free


def _expect_room(folder: Path, total: int) -> None:
    free = shutil.disk_usage(next(parent for parent in folder.absolute().parents if parent.exists())).free
    if total > free:
        raise FileNotWrittenError(f"{folder} was not written: it needs {total / 1e9:.1f} GB, and {free / 1e9:.1f} are free.")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A path for what becomes `target`, on the same disk; whatever is left there in the end goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as place:
        yield Path(place) / target.name


def _settle(path: Path) -> None:
    """See that a file is on the disk before it counts."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
