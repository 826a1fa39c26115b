import errno
import io
import os
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import update
from typing_extensions import override

from core.errors import FileNotWrittenError, LabelError, PhotoError
from core.images import read_photo
from core.labels import packing
from core.labels.adding import content_hash, open_photo
from core.labels.evaluation_set import EvaluationSet
from core.labels.locking import lock, verify
from core.labels.overview import View, entries
from core.labels.packing import Packed, extract_archive, pack_set, safe_name, unpack_set, write_archive
from core.labels.records import Item
from core.labels.tables import ItemRow
from core.reporting import SilentReporter
from tests.core.labels.carried import held
from tests.core.labels.sets import make_set


class Reporter(SilentReporter):
    """Counts, and stops at a step."""

    def __init__(self, stops_at: int = 1_000_000) -> None:
        self.steps: list[tuple[int, int]] = []
        self._stops_at = stops_at

    @override
    def progress(self, step: int, total: int) -> None:
        self.steps.append((step, total))

    @override
    def should_stop(self) -> bool:
        return len(self.steps) >= self._stops_at


FILES = {"faces.avatarset": b"rows" * 1000, "photos/a.png": b"\x89PNG", "photos/b.png": b""}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    write_archive(tmp_path / "a.zip", FILES.items(), len(FILES), SilentReporter())
    return tmp_path / "a.zip"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def zipped(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in entries:
            file.writestr(name, content)
    return path


def refusal(archive: Path) -> str:
    """The sentence; and that nothing was left, nor anything made beside it."""
    before = sorted(archive.parent.rglob("*"))
    with pytest.raises(LabelError) as caught:
        extract_archive(archive, archive.parent / "out", SilentReporter())

    assert sorted(archive.parent.rglob("*")) == before
    return str(caught.value)


def test_what_was_packed_comes_out(archive: Path, tmp_path: Path) -> None:
    reporter = Reporter()

    assert extract_archive(archive, tmp_path / "new" / "out", reporter)
    assert contents(tmp_path / "new" / "out") == FILES
    assert reporter.steps == [(1, 3), (2, 3), (3, 3)]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["out"]


def test_archive_says_nothing_of_when_and_is_the_same_again(archive: Path, tmp_path: Path) -> None:
    write_archive(tmp_path / "b.zip", FILES.items(), len(FILES), SilentReporter())

    assert (tmp_path / "b.zip").read_bytes() == archive.read_bytes()


def test_empty_folder_is_taken_one_in_use_is_not(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    extract_archive(archive, tmp_path / "empty", SilentReporter())
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine").write_text("mine")
    (tmp_path / "file").write_text("mine")

    assert contents(tmp_path / "empty") == FILES
    for name in ("used", "file"):
        with pytest.raises(LabelError, match="is there already and not empty"):
            extract_archive(archive, tmp_path / name, SilentReporter())
    assert contents(tmp_path / "used") == {"mine": b"mine"}


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd", "../up", "a/../../up", "a/..", "./a", "C:/a", "c:a", "a\\b", "..\\up", "//host/a", "a//b", "a:stream",
        "nul", "COM1.txt", "dir/con.png", "a\nb", "end.", "end ", " front", "q?", "x" * 201,
    ],
)  # fmt: skip
def test_name_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    said = refusal(zipped(tmp_path / "a.zip", ("fine.txt", b"1"), (name, b"2")))

    assert "has a name that leads elsewhere" in said
    assert repr(name) in said


def test_name_with_a_nul_is_refused_as_it_stands_in_the_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("fine.txt#up", b"1"))
    path.write_bytes(path.read_bytes().replace(b"#", b"\0"))

    assert "leads elsewhere" in refusal(path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_link_or_device_is_refused(kind: int, tmp_path: Path) -> None:
    info = zipfile.ZipInfo("photos/a.png")
    info.external_attr = (kind | 0o777) << 16

    assert "is a link or a device" in refusal(zipped(tmp_path / "a.zip", (info, b"/etc/passwd")))


@pytest.mark.parametrize(
    ("first", "second"),
    [("a", "A"), ("photos/é", "photos/e\u0301"), ("a", "a/b"), ("a/b", "A"), ("straße", "STRASSE")],
)
def test_name_that_is_another_one_on_some_system_is_refused(first: str, second: str, tmp_path: Path) -> None:
    assert "is there twice" in refusal(zipped(tmp_path / "a.zip", (first, b"1"), (second, b"2")))


def test_name_twice_is_refused_and_folders_are_not(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        zipped(tmp_path / "a.zip", ("a", b"1"), ("a", b"2"))
    zipped(tmp_path / "b.zip", ("photos/", b""), ("photos/a", b"1"), ("photos/b", b"2"))
    extract_archive(tmp_path / "b.zip", tmp_path / "b", SilentReporter())

    assert "is there twice" in refusal(tmp_path / "a.zip")
    assert contents(tmp_path / "b") == {"photos/a": b"1", "photos/b": b"2"}


def test_encrypted_file_is_refused(archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)

    assert "is encrypted" in refusal(archive)


def test_other_compression_is_refused(tmp_path: Path) -> None:
    assert "compressed in a way" in refusal(zipped(tmp_path / "a.zip", ("a", b"1" * 100), compression=zipfile.ZIP_LZMA))


def test_bomb_is_refused_by_how_much_it_would_grow(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "a.zip", ("a", bytes(40 * 2**20)))

    assert bomb.stat().st_size < 10**5
    assert "more than 200 times" in refusal(bomb)


def test_small_file_may_shrink_as_it_likes(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", ("a", bytes(10**6)))

    assert extract_archive(tmp_path / "a.zip", tmp_path / "out", SilentReporter())


def test_bomb_that_hides_its_size_ends_at_the_size_it_says(tmp_path: Path) -> None:
    """The directory says 10 bytes, the data are 40 million."""
    path = zipped(tmp_path / "a.zip", ("a", bytes(40 * 2**20)))
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(content)

    assert "is damaged" in refusal(path)


def test_files_that_overlap_are_refused(tmp_path: Path) -> None:
    """Two names of one piece of data, as in Fifield's bomb."""
    path = zipped(tmp_path / "a.zip", ("a", os.urandom(5000)), ("b", b""))
    with zipfile.ZipFile(path) as file:
        first = file.getinfo("a")
        entries = [first, file.getinfo("b")]
        start = file.start_dir
    content = path.read_bytes()[:start]
    directory = b"".join(
        struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 8, 0, 33, first.CRC, first.compress_size, first.file_size,
                    len(info.filename), 0, 0, 0, 0, 0, 0) + info.filename.encode()
        for info in entries
    )  # fmt: skip
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), start, 0)
    path.write_bytes(content + directory + end)

    assert "its files overlap, as they do in a trap" in refusal(path)


def test_too_many_or_too_large_files_are_refused(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MAX_FILES", 2)
    assert "3 files are in it, and 2 is the most" in refusal(archive)
    monkeypatch.undo()
    monkeypatch.setattr(packing, "MAX_TOTAL", 3000)
    assert "is the most" in refusal(archive)


@pytest.mark.parametrize("place", [0, 10, 60, 300])
@pytest.mark.parametrize("damage", ["cut", "overwritten"])
def test_damaged_archive_is_told(place: int, damage: str, archive: Path) -> None:
    content = archive.read_bytes()
    archive.write_bytes(content[:place] if damage == "cut" else content[:-20] + bytes(20))

    assert "is no archive that we can read, or is damaged" in refusal(archive)


def test_content_that_was_changed_is_told(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes().replace(b"\x89PNG", b"\x89JPG"))

    assert "is damaged" in refusal(archive)


@given(patch=st.binary(max_size=60), place=st.integers(0, 400))
def test_no_damage_is_more_than_an_error(patch: bytes, place: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("a.txt", b"text" * 20)
        file.writestr("photos/b.png", b"picture")
    whole = content.getvalue()
    (folder / "a.zip").write_bytes(whole[:place] + patch + whole[place + len(patch) :])
    try:
        is_done = extract_archive(folder / "a.zip", folder / "out", SilentReporter())
    except (LabelError, FileNotWrittenError):
        is_done = False

    assert sorted(path.name for path in folder.iterdir()) == (["a.zip", "out"] if is_done else ["a.zip"])


def test_archive_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refusal(tmp_path / "none.zip")


def test_stop_leaves_nothing(archive: Path, tmp_path: Path) -> None:
    before = archive.read_bytes()

    assert not extract_archive(archive, tmp_path / "out", Reporter(stops_at=1))
    assert not write_archive(archive, [("a", b"1"), ("b", b"2")], 2, Reporter(stops_at=1))
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
    assert archive.read_bytes() == before


def full_after(calls: int, function: Callable[..., Any]) -> Callable[..., Any]:
    left = [calls]

    def fail(*arguments: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return function(*arguments)

    return fail


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_full_disk_leaves_nothing_half_when_unpacking(
    calls: int, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "copyfileobj", full_after(calls, shutil.copyfileobj))
    with pytest.raises(FileNotWrittenError, match=r"out was not written: No space left on device\."):
        extract_archive(archive, tmp_path / "out", SilentReporter())

    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_full_disk_leaves_the_old_archive(step: str, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = archive.read_bytes()
    owner = os if step == "fsync" else Path
    monkeypatch.setattr(owner, step, full_after(0, getattr(owner, step)))
    with pytest.raises(FileNotWrittenError, match="was not written: No space left"):
        write_archive(archive, [("a", b"1")], 1, SilentReporter())

    assert archive.read_bytes() == before
    assert [path.name for path in archive.parent.iterdir()] == ["a.zip"]


def test_disk_without_room_is_told_before_anything_is_written(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 100}))
    with pytest.raises(FileNotWrittenError, match=r"it needs 0 MB"):
        extract_archive(archive, tmp_path / "out", SilentReporter())

    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@given(st.text(max_size=300))
def test_safe_name_is_one_that_is_taken(text: str) -> None:
    name = safe_name(text)

    assert not packing._is_refused(name)
    assert safe_name(name) == name


def test_safe_name_changes_only_what_it_must() -> None:
    assert safe_name("Été 2026 (dev).avatarset") == "Été 2026 (dev).avatarset"
    assert safe_name("a/b: c?") == "a_b_ c_"
    assert safe_name("nul.txt") == "_nul.txt"
    assert safe_name("..") == "_"


def put_photo(evaluation_set: EvaluationSet, path: Path, seed: int, latitude: float = 51.5) -> None:
    """A photo of noise, with the place where it was taken, in a file and in the set."""
    picture = Image.fromarray(np.random.default_rng(seed).integers(0, 255, (60, 80, 3), np.uint8))
    exif = Image.Exif()
    exif[0x010E] = "taken by Ada"
    exif.get_ifd(0x8825)[2] = latitude
    path.parent.mkdir(exist_ok=True)
    picture.save(path, quality=90, exif=exif)
    sha256 = content_hash(read_photo(path))
    with evaluation_set.writing() as session:
        session.add(
            ItemRow(
                sha256=sha256, name=path.name, path=str(path), width=80, height=60, position=seed, is_blind=False, subject=None,
                problem=None, added_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )  # fmt: skip


def items(evaluation_set: EvaluationSet) -> list[Item]:
    return [entry.item for entry in entries(evaluation_set, View("Ada", "toy"))]


@pytest.fixture
def home_photos(tmp_path: Path) -> Path:
    return tmp_path / "home of Ada"


def test_set_and_its_photos_come_out_elsewhere(location: Path | str, home_photos: Path, tmp_path: Path) -> None:
    with make_set(location, photos=0) as made:
        for seed in range(3):
            put_photo(made, home_photos / f"{seed}.jpg", seed)
        pixels = [open_photo(item) for item in items(made)]
        lock(made)
        reporter = Reporter()
        assert pack_set(made, tmp_path / "sent" / "Faces.zip", reporter) == Packed(3, ())
        before = held(made), made.facts
    shutil.rmtree(home_photos)
    path = unpack_set(tmp_path / "sent" / "Faces.zip", tmp_path / "theirs", SilentReporter())

    assert path == tmp_path / "theirs" / "Faces.avatarset"
    assert reporter.steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert sorted(other.name for other in (tmp_path / "theirs").iterdir()) == ["Faces.avatarset", "photos"]
    assert sorted(other.name for other in (tmp_path / "sent").iterdir()) == ["Faces.zip"]
    with EvaluationSet.open(path) as opened:
        assert (held(opened), verify(opened)) == before
        found = [open_photo(item) for item in items(opened)]
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(pixels, found, strict=True))


def test_archive_says_neither_where_photos_lay_nor_where_they_were_taken(file: Path, home_photos: Path, tmp_path: Path) -> None:
    with make_set(file, photos=0) as made:
        put_photo(made, home_photos / "1.jpg", 1)
        put_photo(made, home_photos / "2.jpg", 2)
        (home_photos / "2.jpg").unlink()
        pack_set(made, tmp_path / "a.zip", SilentReporter())
    extract_archive(tmp_path / "a.zip", tmp_path / "out", SilentReporter())
    everything = b"".join(contents(tmp_path / "out").values())

    assert b"1.jpg" in everything
    assert b"home of Ada" in file.read_bytes()
    assert b"home of Ada" not in everything
    assert b"taken by Ada" in (home_photos / "1.jpg").read_bytes()
    assert b"taken by Ada" not in everything
    assert b"Exif" not in everything


def test_photo_that_is_gone_or_another_one_is_told_and_the_rest_packed(file: Path, home_photos: Path, tmp_path: Path) -> None:
    with make_set(file, photos=0) as made:
        for seed in range(3):
            put_photo(made, home_photos / f"{seed}.jpg", seed)
        (home_photos / "0.jpg").unlink()
        shutil.copy(home_photos / "2.jpg", home_photos / "1.jpg")
        packed = pack_set(made, tmp_path / "a.zip", SilentReporter())
    path = unpack_set(tmp_path / "a.zip", tmp_path / "out", SilentReporter())

    assert packed is not None
    assert packed.photos == 1
    assert [item.name for item, _ in packed.missing] == ["0.jpg", "1.jpg"]
    assert "is not at" in packed.missing[0][1]
    assert "is another picture" in packed.missing[1][1]
    assert path is not None
    with EvaluationSet.open(path) as opened:
        first, _, last = items(opened)
        with pytest.raises(PhotoError, match="Say where it is now"):
            open_photo(first)
        assert open_photo(last).shape == (60, 80, 3)


def test_stop_and_full_disk_leave_no_archive_and_no_copy_of_the_set(
    file: Path, home_photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_set(file, photos=0) as made:
        put_photo(made, home_photos / "1.jpg", 1)
        assert pack_set(made, tmp_path / "new" / "a.zip", Reporter(stops_at=1)) is None
        monkeypatch.setattr(zipfile.ZipFile, "writestr", full_after(0, zipfile.ZipFile.writestr))
        with pytest.raises(FileNotWrittenError, match="No space left"):
            pack_set(made, tmp_path / "new" / "a.zip", SilentReporter())
        (tmp_path / "taken").write_text("")
        with pytest.raises(FileNotWrittenError, match="was not written"):
            pack_set(made, tmp_path / "taken" / "a.zip", SilentReporter())

    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize(
    "names",
    [["a.avatarset", "run.sh"], ["photos/a.png"], ["a.avatarset", "b.avatarset"], ["in/a.avatarset"], [f"photos/{'a' * 64}.png"]],
)
def test_archive_of_other_things_is_refused(names: list[str], tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", *((name, b"") for name in names))
    with pytest.raises(LabelError, match="is no packed set"):
        unpack_set(archive, tmp_path / "out", SilentReporter())

    assert not (tmp_path / "out").exists()


def test_archive_whose_set_is_none_leaves_nothing(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", ("a.avatarset", b"rows"))
    with pytest.raises(LabelError, match="is no evaluation set"):
        unpack_set(archive, tmp_path / "out", SilentReporter())

    assert not (tmp_path / "out").exists()
    assert unpack_set(zipped(tmp_path / "b.zip", ("a.avatarset", b"")), tmp_path / "out", Reporter(stops_at=0)) is None


@pytest.mark.parametrize("name", ["set.avatarset", "photo.jpg", "archive"])
def test_nothing_but_an_archive_is_ever_replaced_by_one(name: str, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"a photo")
    with make_set(tmp_path / "set.avatarset", photos=0) as made, pytest.raises(LabelError, match=r"name one that ends in \.zip"):
        pack_set(made, tmp_path / name, SilentReporter())

    EvaluationSet.open(tmp_path / "set.avatarset").close()
    assert {path.name for path in tmp_path.iterdir()} == {"set.avatarset", "photo.jpg"}


def test_no_photo_is_looked_for_where_its_sender_says(file: Path, home_photos: Path, tmp_path: Path) -> None:
    with make_set(file, photos=0) as made:
        put_photo(made, home_photos / "1.jpg", 1)
        put_photo(made, home_photos / "2.jpg", 2)
        with made.writing() as session:
            session.execute(update(ItemRow).where(ItemRow.position == 1).values(path="//evil/share/1.jpg", name="../../1.jpg"))
            session.execute(update(ItemRow).where(ItemRow.position == 2).values(path="//evil/share/2.jpg", sha256="/evil/2"))
    archive = tmp_path / "a.zip"
    write_archive(archive, [(file.name, file)], 1, SilentReporter())
    path = unpack_set(archive, tmp_path / "out", SilentReporter())

    assert path is not None
    with EvaluationSet.open(path) as opened:
        assert [Path(item.path).parent for item in items(opened)] == [tmp_path / "out"] * 2
