"""What the verbs of `jobs` said and left."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Said = pytest.CaptureFixture[str]
Make = Callable[..., Path]


def read(said: Said) -> Any:
    return json.loads(said.readouterr().out)


def contents(folder: Path) -> set[Path]:
    """All files but the heartbeat, which comes by itself."""
    return {path for path in folder.rglob("*") if path.name != "heartbeat"}
