from pathlib import Path

import pytest

import core.modelling.build
from core.cli.output import ExitCode
from core.cli.program import run
from core.paths import ENGINES_FOLDER


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path]]:
    folders: list[tuple[str, Path]] = []
    monkeypatch.setattr(core.modelling.build, "build_pack", lambda name, folder: folders.append((name, folder)))
    return folders


def test_pack_is_built_in_its_place_or_where_it_is_told(built: list[tuple[str, Path]], tmp_path: Path) -> None:
    assert run(["build", "toon"]) == ExitCode.DONE
    assert run(["build", "toon", "-o", str(tmp_path)]) == ExitCode.DONE
    assert built == [("toon", ENGINES_FOLDER / "toon"), ("toon", tmp_path / "toon")]


def test_unknown_pack_is_refused(built: list[tuple[str, Path]], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", "nope"]) == ExitCode.USAGE
    assert "There is no pack “nope” to build; there is toon" in capsys.readouterr().err
    assert built == []
