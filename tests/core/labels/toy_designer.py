"""A designer in a process of their own, who can be killed: `work` once, or a child of `nurse` for each line of its input."""

import os
import random
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from core.engines.toy import SCHEMA
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.overview import View, entries

MOST, TURNS = 25, 400
"""Edits that one turn makes at most, and turns in which `value` never repeats itself."""


def value(turn: int, number: int) -> float:
    return (turn * MOST + number) / (MOST * TURNS)


def work(location: str, designer: str, turn: int, edits: int) -> None:
    """Label, and say each edit once its call has returned."""
    rng = random.Random(turn)
    with EvaluationSet.open(location) as faces:
        labelling = Labelling(faces, SCHEMA, designer)
        items = [entry.item.id for entry in entries(faces, View(designer, "toy"))]
        for item in items:
            labelling.begin(item, "blind")
        for number in range(edits):
            item = rng.choice(items)
            labelling.edit(item, {"smile": round(rng.random(), 3), "head_width": value(turn, number)}, seconds=1.0)
            os.write(1, f"edit {item} {value(turn, number)}\n".encode())
            if rng.random() < 0.1:
                labelling.undo()


def nurse(location: str) -> None:
    """A child for each line, `TURN SECONDS`, killed after so many seconds if those are not negative."""
    for line in sys.stdin:
        turn, seconds = line.split()
        child = os.fork()  # everything is imported, nothing is open
        if child == 0:
            work(location, "Ada", int(turn), MOST)
            os._exit(0)
        os.write(1, b"begun\n")
        if float(seconds) >= 0:
            time.sleep(float(seconds))
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.write(1, b"ended\n")


if __name__ == "__main__":
    if sys.argv[1] == "nurse":
        nurse(sys.argv[2])
    else:
        work(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
