"""Two designers at one set for an hour, without the pauses."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.engines import engine_schema
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.tables import EditRow, LabelRow, StepRow
from tests.core.labels import busy_designer
from tests.core.labels.sets import put_photos, replayed

NAMES = ("Ada", "Bo")


def start(location: Path | str, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, busy_designer.__file__, str(location), name]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def work(location: Path | str, photos: int) -> dict[str, dict[str, Any]]:
    """Let both label all photos at the same time; what each says that the labels are."""
    with EvaluationSet.create(location, "Faces", [engine_schema(busy_designer.ENGINE)], 0.0) as faces:
        put_photos(faces, photos)
    at_work = {name: start(location, name) for name in NAMES}
    found: dict[str, str] = {}
    for process in at_work.values():
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
    for process in at_work.values():
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for name, process in at_work.items():
        found[name], _ = process.communicate(timeout=1200)
        assert process.returncode == 0
    return {name: json.loads(text) for name, text in found.items()}


def check(location: Path | str, told: dict[str, dict[str, Any]], photos: int) -> int:
    """That the set holds exactly what the designers said.

    Returns:
        How many edits of fields it has.
    """
    schema, edits = engine_schema(busy_designer.ENGINE), 0
    with EvaluationSet.open(location) as faces:
        for name, said in told.items():
            labelling = Labelling(faces, schema, name)
            assert len(said["labels"]) == photos
            for item, wanted in said["labels"].items():
                label, history = labelling.label(int(item)), labelling.history(int(item))
                assert label is not None
                assert busy_designer.said(label) == wanted
                assert replayed(label, history) == label.values
                assert sum(edit.seconds for edit in history) == pytest.approx(label.seconds)
                edits += len(history)
        with faces.reading() as session:
            assert session.scalar(select(func.count(LabelRow.id))) == photos * len(told)
            assert session.scalar(select(func.count(EditRow.id))) == edits
            crossed = select(func.count(EditRow.id)).join(StepRow).join(LabelRow, LabelRow.id == EditRow.label_id)
            assert session.scalar(crossed.where(StepRow.person_id != LabelRow.person_id)) == 0
    return edits


def test_two_designers_at_once_lose_nothing(file: Path) -> None:
    assert check(file, work(file, 1), 1) > 40


@pytest.mark.slow
def test_an_hour_of_two_designers_loses_nothing(location: Path | str, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    told = work(location, 60)
    took = time.monotonic() - began
    edits = check(location, told, 60)
    actions = sum(said["actions"] for said in told.values())
    with capsys.disabled():
        sys.stdout.write(f"\n{actions} actions of two designers at once in {took:.0f} s, {edits} edits of fields, none lost\n")

    assert actions > 2 * 60 * busy_designer.ACTIONS * 0.9
