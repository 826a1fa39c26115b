"""Photos, and a face finder and a method for them that need no networks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

import core.faces.reading
from core.methods import METHODS
from tests.core.cli import fakes

Paint = Callable[..., Path]


@pytest.fixture
def fake_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.faces.reading, "read_selfie", fakes.read_selfie)
    monkeypatch.setattr(core.faces.reading, "warm_up", lambda: None)
    monkeypatch.setitem(METHODS, "fake", "tests.core.cli.fakes:FakeMethod")


@pytest.fixture
def paint(tmp_path: Path) -> Paint:
    """Writes a photo of one colour."""

    def write(name: str, color: tuple[int, int, int] = (200, 0, 0)) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 64), color).save(path)
        return path

    return write
