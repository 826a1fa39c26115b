import os
from pathlib import Path

import pytest

from core.errors import FileNotWrittenError
from core.jobs.carrying import carry, fingerprint


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "deep" / "own").mkdir(parents=True)
    for name in ("a", "own", "deep/b", "deep/own/c"):
        (folder / name).write_text(name) if not (folder / name).is_dir() else None
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_files_are_carried_but_for_those_left_at_the_top(source: Path, tmp_path: Path) -> None:
    carry(source, tmp_path / "target", lambda name: name == "own")

    assert contents(tmp_path / "target") == {"a": "a", "deep/b": "deep/b", "deep/own/c": "deep/own/c"}


def test_only_what_differs_is_carried_again(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    carry(source, target)
    before = (target / "a").stat().st_ino
    (source / "deep" / "b").write_text("longer than before")
    (target / "mine").write_text("stays")
    carry(source, target)

    assert (target / "a").stat().st_ino == before
    assert (target / "deep" / "b").read_text() == "longer than before"
    assert (target / "mine").read_text() == "stays"
    assert (target / "a").stat().st_mtime == (source / "a").stat().st_mtime


def test_it_tells_every_byte_that_is_there_and_ends_where_it_is_told_to(source: Path, tmp_path: Path) -> None:
    sizes: list[int] = []
    carry(source, tmp_path / "target", told=sizes.append)
    (source / "a").write_text("longer than before")
    carry(source, tmp_path / "target", told=sizes.append)
    assert sum(sizes) == sum(map(len, ("a", "own", "deep/b", "deep/own/c"))) + sum(
        map(len, ("longer than before", "own", "deep/b", "deep/own/c"))
    )

    def refuse(_size: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry(source, tmp_path / "other", told=refuse)
    assert [path for path in (tmp_path / "other").rglob("*") if path.is_file() and path.suffix != ".carried"] == []


def test_old_checkpoints_are_pruned_and_nothing_else(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    for folder, step in ((source, 2), (target, 1), (target, 2)):
        (folder / "checkpoints").mkdir(parents=True, exist_ok=True)
        (folder / "checkpoints" / f"step-{step}.safetensors").write_text(str(step))
    (target / "notes").write_text("stays")
    carry(source, target, prune="checkpoints/step-*.safetensors")

    assert {path.name for path in (target / "checkpoints").iterdir()} == {"step-2.safetensors"}
    assert (target / "notes").exists()


def test_no_link_is_followed_in_either_folder(source: Path, tmp_path: Path) -> None:
    secret, target = tmp_path / "secret", tmp_path / "target"
    secret.write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    (source / "link").symlink_to(secret)
    (source / "folder").symlink_to(tmp_path)
    os.mkfifo(source / "pipe")
    target.mkdir()
    (target / "a").symlink_to(secret)
    carry(source, target)

    assert secret.read_text() == "mine"
    assert not (target / "a").is_symlink()
    assert set(contents(target)) == {"a", "own", "deep/b", "deep/own/c"}


def test_a_link_among_the_folders_of_the_target_is_refused(source: Path, tmp_path: Path) -> None:
    elsewhere, target = tmp_path / "elsewhere", tmp_path / "target"
    elsewhere.mkdir()
    target.mkdir()
    (target / "deep").symlink_to(elsewhere)
    with pytest.raises(FileNotWrittenError, match="deep is a link"):
        carry(source, target)

    assert list(elsewhere.iterdir()) == []


def test_a_disk_that_cannot_be_written_is_said(source: Path) -> None:
    with pytest.raises(FileNotWrittenError, match="was not carried to /proc/nowhere"):
        carry(source, Path("/proc/nowhere"))


def test_a_fingerprint_changes_with_what_is_in_the_folder(source: Path) -> None:
    before = fingerprint(source)
    assert fingerprint(source) == before
    (source / "deep" / "b").write_text("other")
    assert fingerprint(source) != before
