"""A designer's hour without the pauses, in a process of their own: `PYTHON busy_designer.py LOCATION NAME`.

Labels every photo with some 25 actions, takes back and does again, doubts, skips, notes and flags, and goes back to photos that
were done. What the labels must be then is kept apart from the store, and said as JSON: photo id -> label.
"""

import json
import random
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from core.avatar.schema import AvatarSchema, ContinuousParameter
from core.avatar.vector import AvatarVector, Value
from core.engines import engine_schema
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.overview import View, entries
from core.labels.records import Label, Start

ENGINE, ACTIONS = "toon", 25

Said = dict[str, Any]


def said(label: Label) -> Said:
    """What of a label is compared."""
    return {
        "values": dict(label.values), "provenance": dict(label.provenance), "state": label.state, "note": label.note,
        "flags": list(label.flags), "start": [label.start, label.started_from],
    }  # fmt: skip


class Designer:
    """Works, and keeps in mind what must come of it."""

    def __init__(self, evaluation_set: EvaluationSet, schema: AvatarSchema, name: str) -> None:
        self.labelling, self.schema = Labelling(evaluation_set, schema, name), schema
        self.items = [entry.item.id for entry in entries(evaluation_set, View(name, schema.engine))]
        self.rng = random.Random(name)
        self.mind: dict[int, Said] = {}
        self.actions = 0
        self._done: list[tuple[int, Said, Said]] = []
        self._undone: list[tuple[int, Said, Said]] = []

    def hour(self) -> None:
        """Label everything."""
        self.rng.shuffle(self.items)
        for place, item in enumerate(self.items):
            self.begin(item)
            for _ in range(ACTIONS - 2):
                self.act(item)
            self.change(item, state=self.rng.choices(["done", "unsure", "skipped"], [8, 1, 1])[0])
            if place % 10 == 9:  # a second look at an earlier one
                earlier = self.rng.choice(self.items[:place])
                self.change(earlier, note=f"looked again at {place}")
                self.change(earlier, values=self.values())

    def act(self, item: int) -> None:
        kind = self.rng.choices(["edit", "undo", "redo", "note", "flag", "unsure"], [70, 12, 8, 4, 4, 2])[0]
        if kind == "edit":
            self.change(item, values=self.values())
        elif kind == "undo":
            self.move(self._done, self._undone, "undo", 1)
        elif kind == "redo":
            self.move(self._undone, self._done, "redo", 2)
        elif kind == "note":
            self.change(item, note=f"{self.labelling.designer} {self.actions}: ünîcode ’;--")
        elif kind == "flag":
            self.change(item, flags=self.rng.sample(["look again", "hat", "hand before face"], self.rng.randint(0, 2)))
        else:
            self.change(item, state="unsure")
        if item not in self.mind or self.mind[item]["state"] == "todo":
            self.begin(item)  # its beginning was taken back

    def values(self) -> dict[str, Value]:
        chosen = self.rng.sample(list(self.schema), self.rng.choices([1, 2, 6], [8, 1, 1])[0])
        return {
            one.id: round(self.rng.random(), 3) if isinstance(one, ContinuousParameter) else self.rng.choice(one.options).id
            for one in chosen
        }

    def begin(self, item: int) -> None:
        if item in self.mind and self.mind[item]["state"] != "todo":
            return
        start: Start = self.rng.choice(["prediction", "previous", "blind"])
        vector = AvatarVector.default(self.schema).with_values({} if start == "blind" else self.values())
        source, by = (None, "default") if start == "blind" else ("somewhere", "predicted" if start == "prediction" else "copied")
        label = self.labelling.begin(item, start, vector, source, seconds=1.0)
        before = self.mind.get(item)
        wanted = {
            "values": vector.values(), "provenance": dict.fromkeys(vector.values(), by), "state": "draft",
            "note": before["note"] if before else "", "flags": before["flags"] if before else [], "start": [start, source],
        }  # fmt: skip
        untouched = {**wanted, "state": "todo", "start": ["blind", None]}  # a new label has its first values before it is begun
        self.keep(item, before or untouched, wanted, label)

    def change(self, item: int, **changes: Any) -> None:
        before = self.mind[item]
        if before["state"] == "todo":
            return
        wanted = deepcopy(before)
        if "values" in changes:
            wanted["values"] |= changes["values"]
            wanted["provenance"] |= dict.fromkeys(changes["values"], "edited")
            label = self.labelling.edit(item, changes["values"], seconds=1.0)
        elif "state" in changes:
            wanted["state"] = changes["state"]
            label = self.labelling.set_state(item, changes["state"], seconds=1.0)
        else:
            wanted |= {key: sorted(value) if key == "flags" else value for key, value in changes.items()}
            label = self.labelling.annotate(item, **changes, seconds=1.0)
        self.keep(item, before, wanted, label)

    def keep(self, item: int, before: Said, wanted: Said, label: Label) -> None:
        """Remember an action that changed something, and look whether the answer is what was asked for."""
        assert said(label) == wanted, (said(label), wanted)
        self.actions += 1
        self.mind[item] = wanted
        if before != wanted:
            self._done.append((item, before, wanted))
            self._undone.clear()

    def move(self, source: list[Any], to: list[Any], kind: str, shown: int) -> None:
        moved = getattr(self.labelling, kind)(seconds=1.0)
        assert (moved is None) == (not source), kind
        if moved is None:
            return
        self.actions += 1
        step = source.pop()
        to.append(step)
        self.mind[step[0]] = step[shown]
        assert (moved.label.item_id, said(moved.label)) == (step[0], step[shown]), kind


def main(location: str, name: str) -> None:
    with EvaluationSet.open(location) as faces:
        designer = Designer(faces, engine_schema(ENGINE), name)
        sys.stdout.write("here\n")
        sys.stdout.flush()
        sys.stdin.readline()  # until everybody is here
        designer.hour()
    sys.stdout.write(json.dumps({"actions": designer.actions, "labels": designer.mind}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
