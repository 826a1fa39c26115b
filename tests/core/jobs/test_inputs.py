from dataclasses import dataclass
from pathlib import Path

import pytest

from core.errors import DataError
from core.jobs.inputs import INPUTS, check_inputs


@dataclass(frozen=True)
class Config:
    labels: str = ""
    measured_on: str = ""
    steps: int = 3


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Config]:
    """A run folder, and settings that name two folders with manifests."""
    for name in ("run", "labels", "dev"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text('{"files": ["a"]}')
    (tmp_path / "labels" / "points.npy").write_bytes(bytes(100))
    return tmp_path / "run", Config(str(tmp_path / "labels"), str(tmp_path / "dev"))


def test_inputs_that_stay_are_accepted_again(made: tuple[Path, Config]) -> None:
    folder, config = made
    check_inputs(folder, config)
    remembered = (folder / INPUTS).read_bytes()
    check_inputs(folder, config)

    assert (folder / INPUTS).read_bytes() == remembered
    assert b"labels" in remembered


@pytest.mark.parametrize(("file", "content"), [("manifest.json", b'{"files": ["b"]}'), ("points.npy", bytes(101))])
def test_a_changed_input_is_refused_and_named(made: tuple[Path, Config], file: str, content: bytes) -> None:
    folder, config = made
    check_inputs(folder, config)
    (Path(config.labels) / file).write_bytes(content)

    with pytest.raises(DataError, match=r"labels has changed since this run was begun with it \(labels\)"):
        check_inputs(folder, config)


def test_an_input_that_is_gone_is_refused(made: tuple[Path, Config]) -> None:
    folder, config = made
    check_inputs(folder, config)
    (Path(config.labels) / "manifest.json").unlink()

    with pytest.raises(DataError, match="is gone"):
        check_inputs(folder, config)


def test_what_is_only_measured_on_may_change(made: tuple[Path, Config]) -> None:
    folder, config = made
    check_inputs(folder, config)
    (Path(config.measured_on) / "manifest.json").write_text("{}")

    check_inputs(folder, config)


def test_an_input_that_comes_later_is_remembered_from_then_on(made: tuple[Path, Config]) -> None:
    folder, config = made
    manifest = Path(config.labels) / "manifest.json"
    content = manifest.read_bytes()
    manifest.unlink()
    check_inputs(folder, config)
    manifest.write_bytes(content)
    check_inputs(folder, config)
    manifest.write_bytes(b"{}")

    with pytest.raises(DataError, match="has changed"):
        check_inputs(folder, config)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff"])
def test_damaged_memory_of_inputs_is_told(made: tuple[Path, Config], content: bytes) -> None:
    folder, config = made
    (folder / INPUTS).write_bytes(content)

    with pytest.raises(DataError, match="is damaged"):
        check_inputs(folder, config)
