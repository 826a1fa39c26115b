"""What large evaluation sets cost: `.venv/bin/python benchmarks/labels.py [PHOTOS] [URL]`, 10,000 photos in a file.

Two designers have labelled every other photo. Printed: opening, the whole list, lists by filters, the next unlabelled photo, one
crop, an edit with its commit, an undo, the digest that freezes, and how large the file is; of each the first time, the median of
seven, and the processor's part of that, which other programs on the machine change less.
"""

import hashlib
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402
from sqlalchemy import insert  # noqa: E402

from core.avatar.schema import AvatarSchema  # noqa: E402
from core.avatar.vector import AvatarVector, Value  # noqa: E402
from core.engines import engine_schema  # noqa: E402
from core.labels.adding import is_blind  # noqa: E402
from core.labels.evaluation_set import EvaluationSet  # noqa: E402
from core.labels.labelling import Labelling  # noqa: E402
from core.labels.locking import content_digest  # noqa: E402
from core.labels.overview import Filter, View, counts, crop, entries, median_seconds, next_unlabelled  # noqa: E402
from core.labels.tables import CropRow, EditRow, ItemRow, LabelRow, PersonRow, StepRow  # noqa: E402

TIMES = 7
EDITS = 20  # of each label
CHUNK = 500


def fill(evaluation_set: EvaluationSet, schema: AvatarSchema, photos: int) -> None:
    """Photos, crops of a usual size, labels and their edits."""
    rng, now = np.random.default_rng(0), datetime.now(UTC)
    uid, values, face = evaluation_set.facts.uid, AvatarVector.sample(schema, rng).values(), _face(rng)
    labels = Labels(schema, values, now)
    with evaluation_set.writing() as session:
        session.add_all([PersonRow(id=1, name="Ada", joined_at=now), PersonRow(id=2, name="Bea", joined_at=now)])
        session.flush()
        for first in range(1, photos + 1, CHUNK):
            numbers = range(first, min(first + CHUNK, photos + 1))
            session.execute(insert(ItemRow), [_item(number, uid, now) for number in numbers])
            session.execute(
                insert(CropRow),
                [{"item_id": number, "jpeg": face, "quad": [[0.0, 0.0]] * 4, "alignment": 1} for number in numbers],
            )
            pairs = [(number, person) for number in numbers if number % 2 for person in (1, 2)]
            session.execute(insert(LabelRow), [labels.label(*pair) for pair in pairs])
            session.execute(insert(StepRow), [labels.step(*pair) for pair in pairs])
            session.execute(insert(EditRow), [edit for pair in pairs for edit in labels.edits(*pair)])


def _face(rng: np.random.Generator) -> bytes:
    """A JPEG as large as those of faces are."""
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (48, 48, 3), np.uint8)).resize((512, 512)).save(file, "JPEG", quality=70)
    return file.getvalue()


def _item(number: int, uid: str, now: datetime) -> dict[str, object]:
    sha256, name = hashlib.sha256(str(number).encode()).hexdigest(), f"photo-{number}.jpg"
    return {
        "id": number, "sha256": sha256, "name": name, "path": f"/photos/{name}", "width": 1512, "height": 2016,
        "position": number, "is_blind": is_blind(uid, sha256, 0.2), "added_at": now,
    }  # fmt: skip


@dataclass(frozen=True)
class Labels:
    """Makes rows of labels that are alike."""

    schema: AvatarSchema
    values: dict[str, Value]
    now: datetime

    def label(self, item: int, person: int) -> dict[str, object]:
        """A label that is finished."""
        return {
            "id": item * 2 + person, "item_id": item, "person_id": person, "engine": self.schema.engine, "take": 1,
            "fingerprint": self.schema.fingerprint(), "state": "unsure" if item % 10 == 1 else "done", "vector": self.values,
            "provenance": dict.fromkeys(self.values, "edited"), "note": "", "flags": [], "start": "blind",
            "seconds": 30.0 + item % 60, "made_at": self.now, "changed_at": self.now,
        }  # fmt: skip

    def step(self, item: int, person: int) -> dict[str, object]:
        """What its edits were done in."""
        return {"id": item * 2 + person, "person_id": person, "engine": self.schema.engine, "state": "done", "at": self.now}

    def edits(self, item: int, person: int) -> list[dict[str, object]]:
        """As many as a label usually has."""
        key = item * 2 + person
        edit = {"label_id": key, "step_id": key, "kind": "do", "field": "nose_width", "old": 0.5, "new": 0.5, "by": "edited"}
        return [{**edit, "seconds": 1.0, "at": self.now} for _ in range(EDITS)]


def measure(name: str, act: Callable[[], object], bar_ms: float | None = None) -> None:
    """Do it several times and say how long it takes."""
    taken, worked = [], []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        act()
        taken.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - used) * 1000)
    middle, busy = statistics.median(taken), statistics.median(worked)
    bar = "" if bar_ms is None else f"   (bar {bar_ms:.0f} ms)"
    _say(f"{name:<32} first {taken[0]:8.1f} ms   median {middle:8.1f} ms   processor {busy:8.1f} ms{bar}")


def main(photos: int = 10_000, url: str | None = None) -> None:
    """Measure and say."""
    schema, view = engine_schema("toon"), View("Ada", "toon")
    with tempfile.TemporaryDirectory(prefix="likeness-labels-") as folder:
        location: Path | str = url or Path(folder) / "large.avatarset"
        began = time.perf_counter()
        with EvaluationSet.create(location, "Large", [schema]) as large:
            fill(large, schema, photos)
        _say(f"made {photos} photos in {time.perf_counter() - began:.0f} s")
        measure("open", lambda: EvaluationSet.open(location).close(), 2000)
        with EvaluationSet.open(location) as large:
            ada = Labelling(large, schema, "Ada")
            measure("list all", lambda: entries(large, view), 200)
            measure("list what is to do", lambda: entries(large, view, Filter(states=["todo", "draft"])), 200)
            measure("list what is unsure", lambda: entries(large, view, Filter(states=["unsure"])), 200)
            measure("list by name", lambda: entries(large, view, Filter(text="photo-77")), 200)
            measure("count states and median time", lambda: (counts(large, view), median_seconds(large, view)), 200)
            measure("next unlabelled, from the last", lambda: next_unlabelled(large, view, photos))
            measure("one crop", lambda: crop(large, photos // 2))
            values = iter(np.linspace(0.1, 0.9, TIMES).round(3).tolist())
            measure("edit, committed", lambda: ada.edit(1, {"nose_width": next(values)}, seconds=1.0))
            measure("undo, committed", ada.undo)
            measure("digest", lambda: _digest(large))
        if isinstance(location, Path):
            _say(f"{location.stat().st_size / 2**20:.0f} MiB")


def _digest(evaluation_set: EvaluationSet) -> str:
    with evaluation_set.reading() as session:
        return content_digest(session)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*(int(argument) if argument.isdigit() else argument for argument in sys.argv[1:]))  # type: ignore[arg-type]
