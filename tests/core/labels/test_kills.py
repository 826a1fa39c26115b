"""kill -9 of a designer at random points: what a call returned for is there, and no label is half changed."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.engines.toy import SCHEMA
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from tests.core.labels import toy_designer
from tests.core.labels.sets import check_history, make_set

KILLS = min(int(os.environ.get("LIKENESS_KILLS", "200")), toy_designer.TURNS - 1)
SEED = int(os.environ.get("LIKENESS_KILLS_SEED", "20261122"))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no fork and no kill -9 there")


class Nursery:
    """Designers to kill, one after another."""

    def __init__(self, location: Path | str) -> None:
        command = [sys.executable, toy_designer.__file__, "nurse", str(location)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def turn(self, number: int, seconds: float = -1.0) -> tuple[list[float], float]:
        """Let a designer work, and kill them after some seconds if those are not negative.

        Returns:
            The head widths that they said are chosen; and the seconds of the whole turn.
        """
        source, sink = self._process.stdin, self._process.stdout
        assert source is not None
        assert sink is not None
        source.write(f"{number} {seconds}\n")
        said, began = [], 0.0
        for line in sink:
            word, *rest = line.split()
            if word == "ended":
                break
            if word == "begun":
                began = time.monotonic()
            else:
                said.append(float(rest[1]))
        return said, time.monotonic() - began

    def close(self) -> None:
        self._process.communicate(timeout=60)


@pytest.fixture
def nursery(location: Path | str) -> Iterator[Nursery]:
    make_set(location).close()
    made = Nursery(location)
    yield made
    made.close()


def kill(nursery: Nursery, location: Path | str, kills: int) -> str:
    rng = random.Random(SEED)
    said, whole = nursery.turn(0)

    assert len(said) == toy_designer.MOST
    cut = 0
    for turn in range(1, kills + 1):
        more, _ = nursery.turn(turn, rng.uniform(0.0, whole))
        said += more
        cut += len(more) < toy_designer.MOST
        with EvaluationSet.open(location) as faces:
            if turn % 10 in (0, kills % 10):
                chosen = check_history(Labelling(faces, SCHEMA, "Ada"))

                assert set(said) <= set(chosen)
                assert len(chosen) == len(set(chosen)) <= len(said) + turn  # one edit in flight for each kill
    return f"{cut} of {kills} killed while working, {len(said)} edits told as done, none lost"


def test_a_few_kills_lose_no_edit(nursery: Nursery, location: Path | str) -> None:
    assert kill(nursery, location, 4).endswith("none lost")


@pytest.mark.slow
def test_whenever_a_designer_is_killed_no_edit_is_lost(
    nursery: Nursery, location: Path | str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = kill(nursery, location, KILLS)
    with capsys.disabled():
        sys.stdout.write(f"\n{report}\n")

    assert int(report.split()[0]) > KILLS // 4
