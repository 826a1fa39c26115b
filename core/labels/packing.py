"""A set and its photos as one archive: written whole or not at all, and unpacked with nothing in it believed.

Photos are packed as the pixels that were read, in PNG: what a camera writes beside them (where, when, with what) stays behind,
and every machine reads the same pixels, by whose sha256 the set knows them.

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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import select, update

from core.errors import AvatarError, FileNotWrittenError, LabelError, PhotoError
from core.images import encode_png
from core.labels.adding import open_photo
from core.labels.evaluation_set import SUFFIX, EvaluationSet
from core.labels.locking import save_copy
from core.labels.records import Item
from core.labels.tables import ItemRow
from core.reporting import Reporter
from core.words import tr

MAX_FILES = 200_000
MAX_TOTAL = 256 * 2**30  # bytes
MAX_RATIO = 200  # tables shrink 5 to 30 times; deflate alone would go to 1032
_CHUNK = 2**20
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, UnicodeDecodeError, NotImplementedError, ValueError)
_REFUSED_SIGNS = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_REFUSED_NAMES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)  # devices of Windows
_MAX_NAME = 200  # bytes
_PHOTO = re.compile(r"photos/[0-9a-f]{64}\.png")


@dataclass(frozen=True)
class Packed:
    """What is in an archive.

    Attributes:
        photos: How many are.
        missing: Photos of the set that are not, because their file is gone or another picture now, with why. Their faces and
            labels are.
    """

    photos: int
    missing: tuple[tuple[Item, str], ...]


def pack_set(evaluation_set: EvaluationSet, target: Path, reporter: Reporter) -> Packed | None:
    """Write a set with its photos as one archive, without what photos' files say beside the picture, and without folders' names.

    Args:
        evaluation_set: In a file or on a server.
        target: The archive; one that is there is replaced.
        reporter: Hears how many photos are done, and can stop it.

    Returns:
        What is in it; None where it was stopped, and nothing was written.

    Raises:
        FileNotWrittenError: The disk is full or the folder cannot be written; what was there is untouched.
        LabelError: The set cannot be read, or the archive's name does not end in `.zip`.
    """
    if target.suffix.lower() != ".zip" or (evaluation_set.path is not None and target.resolve() == evaluation_set.path.resolve()):
        # What is there is replaced: a slip of the keyboard must not cost a photo, or the set itself.
        raise LabelError(
            tr(
                "{target} cannot become the archive: name one that ends in .zip, such as {stem}.zip.",
                target=target,
                stem=target.stem,
            )
        )
    with _beside(target) as place:
        name = safe_name(target.stem) + SUFFIX
        copy = place.with_name(name)
        save_copy(evaluation_set, copy)
        missing: list[tuple[Item, str]] = []
        with EvaluationSet.open(copy) as within, within.reading() as session:
            items = [row.record() for row in session.scalars(select(ItemRow).order_by(ItemRow.position, ItemRow.id))]

        def files() -> Iterator[tuple[str, bytes | Path]]:
            for item in items:
                try:
                    yield f"photos/{item.sha256}.png", encode_png(open_photo(item))
                except PhotoError as error:
                    missing.append((item, str(error)))
            gone = {item.id for item, _ in missing}
            _set_paths(copy, {item.id: item.name if item.id in gone else f"photos/{item.sha256}.png" for item in items})
            yield name, copy

        if not write_archive(target, files(), len(items) + 1, reporter):
            return None
    return Packed(len(items) - len(missing), tuple(missing))


def unpack_set(archive: Path, folder: Path, reporter: Reporter) -> Path | None:
    """Unpack what `pack_set` wrote.

    Args:
        archive: From anybody.
        folder: Where to: not there yet, or empty.
        reporter: Hears how many files are done, and can stop it.

    Returns:
        The set's file in the folder; None where it was stopped, and no folder was made.

    Raises:
        LabelError: It is no packed set, is damaged, or has in it what a harmless one does not have; or the folder is in use.
        FileNotWrittenError: The disk is full or the folder cannot be written; no folder was made.
    """
    found: list[str] = []

    def expect(names: Sequence[str]) -> None:
        found.extend(name for name in names if not _PHOTO.fullmatch(name))
        if len(found) != 1 or "/" in found[0] or not found[0].endswith(SUFFIX):
            raise LabelError(
                tr(
                    "{archive} is no packed set: there is one file *{suffix} in one, and photos. Nothing was unpacked.",
                    archive=archive,
                    suffix=SUFFIX,
                )
            )

    if not extract_archive(archive, folder, reporter, expect):
        return None
    path = folder.resolve() / found[0]
    try:
        with EvaluationSet.open(path) as opened, opened.reading() as session:
            places = {row.id: _place_of(row, path.parent) for row in session.scalars(select(ItemRow))}
        _set_paths(path, places)
    except AvatarError:
        shutil.rmtree(folder)
        raise
    return path


def write_archive(target: Path, files: Iterable[tuple[str, bytes | Path]], total: int, reporter: Reporter) -> bool:
    """Write files as one archive; a failure or a stop leaves what was there before, and nothing half.

    Nothing but names and contents is kept of them: no dates and no owners.

    Args:
        target: The archive.
        files: Names within it, as `extract_archive` takes them, and contents or the files that have them; pictures are not
            squeezed a second time.
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
                    _add(archive, info, content)
                    reporter.progress(count, total)
            _settle(part)
            part.replace(target)
    except OSError as error:
        raise FileNotWrittenError(
            tr("{target} was not written: {strerror}.", target=target, strerror=error.strerror or error)
        ) from error
    return True


def extract_archive(
    archive: Path, folder: Path, reporter: Reporter, expect: Callable[[Sequence[str]], None] | None = None
) -> bool:
    """Unpack an archive into a new folder; a failure or a stop leaves no folder.

    Args:
        archive: A zip file, from anybody.
        folder: Where to: not there yet, or empty.
        reporter: Hears how far it is, and can stop it.
        expect: Is given the names in it before anything is unpacked, and may raise.

    Returns:
        Whether it was unpacked, so not stopped.

    Raises:
        LabelError: It is no archive, is damaged, or has in it what a harmless one does not have; or the folder is in use.
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LabelError(tr("{folder} is there already and not empty. Name a new folder to unpack into.", folder=folder))
    try:
        file = archive.open("rb")
    except OSError as error:
        raise LabelError(
            tr("{archive} cannot be read: {strerror}.", archive=archive, strerror=error.strerror or error)
        ) from error
    with file:
        try:
            return _extract(archive.name, file, folder, reporter, expect or (lambda _: None))
        except _DAMAGED as error:
            raise LabelError(
                tr(
                    "{archive} is no archive that we can read, or is damaged ({error}). Get it again.",
                    archive=archive,
                    error=error,
                )
            ) from error
        except OSError as error:
            raise FileNotWrittenError(
                tr("{folder} was not written: {strerror}.", folder=folder, strerror=error.strerror or error)
            ) from error


def safe_name(text: str) -> str:
    """A name that every system takes and `extract_archive` does not refuse, as near to a text as can be."""
    name = _REFUSED_SIGNS.sub("_", text.replace("/", "_")).strip(" .")
    while len(name.encode(errors="replace")) > _MAX_NAME:
        name = name[:-1].rstrip(" .")
    return f"_{name}" if not name or _REFUSED_NAMES.fullmatch(name) else name


def _add(archive: zipfile.ZipFile, info: zipfile.ZipInfo, content: bytes | Path) -> None:
    if isinstance(content, bytes):
        archive.writestr(info, content)
        return
    with content.open("rb") as file, archive.open(info, "w", force_zip64=True) as out:
        shutil.copyfileobj(file, out, _CHUNK)


def _extract(name: str, file: IO[bytes], folder: Path, reporter: Reporter, expect: Callable[[Sequence[str]], None]) -> bool:
    with zipfile.ZipFile(file) as archive:
        entries = [info for info in _checked(name, archive.infolist(), os.fstat(file.fileno()).st_size) if not info.is_dir()]
        expect([info.filename for info in entries])
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
    refused, taken = tr("{archive} was not unpacked:", archive=archive), set[str]()
    if len(entries) > MAX_FILES:
        raise LabelError(
            tr(
                "{refused} {count} files are in it, and {max_files} is the most.",
                refused=refused,
                count=len(entries),
                max_files=MAX_FILES,
            )
        )
    for info in entries:
        problem = _problem(info, taken)
        if problem:
            raise LabelError(
                tr(
                    "{refused} {name!r} in it {problem}. Do not trust its sender.",
                    refused=refused,
                    name=info.orig_filename,
                    problem=problem,
                )
            )
    packed, total = sum(info.compress_size for info in entries), sum(info.file_size for info in entries)
    if packed > size:
        raise LabelError(tr("{refused} its files overlap, as they do in a trap. Do not trust its sender.", refused=refused))
    if total > MAX_TOTAL:
        raise LabelError(
            tr(
                "{refused} it would be {total:.0f} GB, and {max_total:.0f} is the most.",
                refused=refused,
                total=total / 2**30,
                max_total=MAX_TOTAL / 2**30,
            )
        )
    return entries


def _place_of(row: ItemRow, folder: Path) -> str:
    """Where an unpacked photo is, or would be: never where its sender says, which may be another's server."""
    name = f"photos/{row.sha256}.png"
    return str(folder / (name if _PHOTO.fullmatch(name) and (folder / name).exists() else safe_name(row.name)))


def _set_paths(path: Path, places: Mapping[int, str]) -> None:
    """Say where a set's photos are; that is no content of it, so a frozen one keeps its digest."""
    rows = [{"id": item_id, "path": place} for item_id, place in places.items()]
    with EvaluationSet.open(path) as opened, opened.writing(though_locked=True) as session:
        if rows:
            session.execute(update(ItemRow), rows)


def _problem(info: zipfile.ZipInfo, taken: set[str]) -> str:
    """What is wrong with an entry, to be read after its name; empty where nothing is."""
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    if any(_is_refused(part) for part in name.removesuffix("/").split("/")):
        return tr("has a name that leads elsewhere, or that not every system can have")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return tr("is a link or a device")
    if info.flag_bits & 0x41:
        return tr("is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return tr("is compressed in a way that our archives are not")
    if info.file_size > max(info.compress_size * MAX_RATIO, _CHUNK):
        return tr("would grow to more than {count} times its size", count=MAX_RATIO)
    return "" if info.is_dir() or _take(name, taken) else tr("is there twice")


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
        raise FileNotWrittenError(
            tr(
                "{folder} was not written: it needs {total:.0f} MB, and {free:.0f} are free.",
                folder=folder,
                total=total / 1e6,
                free=free / 1e6,
            )
        )


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A path for what becomes `target`, on the same disk; whatever is left there in the end goes."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        place = tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise FileNotWrittenError(
            tr("{target} was not written: {strerror}.", target=target, strerror=error.strerror or error)
        ) from error
    with place as folder:
        yield Path(folder) / target.name


def _settle(path: Path) -> None:
    """See that a file is on the disk before it counts."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
