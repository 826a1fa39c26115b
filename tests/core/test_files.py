import os
import stat
from pathlib import Path

import pytest

from core.errors import FileNotWrittenError
from core.files import open_plain, write_atomically, writing_atomically


def test_content_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_atomically(path, b"old")
    write_atomically(path, b"new")

    assert path.read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_failure_at_any_step_leaves_the_old_file_and_no_other(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    write_atomically(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if step == "fsync" else Path, step, fail)
    with pytest.raises(FileNotWrittenError, match=r"a was not written: No space left on device\."):
        write_atomically(path, b"new")

    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_what_is_written_in_pieces_is_whole_or_never_was(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with writing_atomically(path) as file:
        file.write(b"one ")
        assert not path.exists()
        file.write(b"two")
    with pytest.raises(TypeError), writing_atomically(path) as file:
        file.writelines([b"three", "four"])  # type: ignore[list-item]

    assert path.read_bytes() == b"one two"
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError, match="was not written"):
        write_atomically(tmp_path / "nowhere" / "a", b"new")


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_file_may_be_read_by_those_whom_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "a", b"")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_only_plain_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"plain")
    (tmp_path / "link").symlink_to("a")
    for name in ("a", "link"):
        with open_plain(tmp_path / name) as file:
            assert file.read() == b"plain"
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero"), tmp_path / "gone"):
        with pytest.raises(OSError, match=r"no plain file|No such file"):
            open_plain(path)
