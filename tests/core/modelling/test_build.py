import importlib
import sys
from pathlib import Path

import pytest

from core.errors import EngineError
from core.modelling import build


def test_every_pack_names_a_function() -> None:
    for target in build.PACKS.values():
        module, _, function = target.partition(":")

        assert callable(getattr(importlib.import_module(module), function))


def test_unknown_pack_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="toon"):
        build.build_pack("clay", tmp_path)


def test_command_line_builds_into_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["build", "toon", "--folder", str(tmp_path / "toon"), "--only", "brows/thin"])

    build.main()

    written = sorted(p.relative_to(tmp_path / "toon").as_posix() for p in tmp_path.rglob("*.*"))
    assert written == ["brows/thin.glb", "lattice.glb", "pack.toml"]
