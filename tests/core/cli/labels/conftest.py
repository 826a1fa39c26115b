import json
from pathlib import Path
from typing import Any

import pytest

from core.avatar.vector import Value
from core.cli.output import ExitCode
from core.cli.program import run
from core.engines.toy import SCHEMA
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.overview import View, entries
from tests.core.cli.conftest import Paint


class Command:
    """Types `labels ...`."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object, expect: ExitCode = ExitCode.DONE) -> tuple[str, str]:
        """What it said, on standard output and on standard error."""
        code = run(["labels", *map(str, words)])
        said = self._capsys.readouterr()

        assert (code, "Traceback" in said.err) == (expect, False), said
        return said.out, said.err

    def stopped(self, *words: object) -> tuple[int, str]:
        """The exit code of a command in which somebody pressed Ctrl-C, and what it said on standard error."""
        code = run(["labels", *map(str, words)])
        return code, self._capsys.readouterr().err

    def json(self, *words: object, expect: ExitCode = ExitCode.DONE) -> Any:
        out, _ = self(*words, "--json", expect=expect)
        return json.loads(out)


@pytest.fixture
def labels(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture
def faces(labels: Command, paint: Paint, tmp_path: Path) -> Path:
    """A set with three photos of which one has no face."""
    path = tmp_path / "faces.avatarset"
    labels("new", path, "--engine", "toy", "--blind", "0")
    paint("photos/ada.png", (102, 0, 0))
    paint("photos/bea.png", (153, 0, 0))
    labels("add", path, tmp_path / "photos")
    labels("add", path, paint("wall.png", (50, 200, 0)), expect=ExitCode.FAILED)
    return path


def label(path: Path, designer: str, photo: str, *, take: int = 1, state: str = "done", **values: Value) -> None:
    with EvaluationSet.open(path) as opened:
        item = next(entry.item for entry in entries(opened, View(designer, "toy")) if entry.item.name == photo)
        labelling = Labelling(opened, SCHEMA, designer, take)
        labelling.begin(item.id, "blind")
        labelling.edit(item.id, values, seconds=4.0)
        labelling.set_state(item.id, state)  # type: ignore[arg-type]


def values_of(path: Path, designer: str, photo: str) -> dict[str, Value]:
    with EvaluationSet.open(path) as opened:
        item = next(entry.item for entry in entries(opened, View(designer, "toy")) if entry.item.name == photo)
        found = Labelling(opened, SCHEMA, designer).label(item.id)
    assert found is not None
    return dict(found.values)
