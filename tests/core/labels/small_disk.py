"""A disk of 1.5 MB that fills up, seen by this process alone: `unshare -rm PYTHON small_disk.py FOLDER` works on a set there.

Says what each step came to, as lines of JSON.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from core.cli.program import run
from core.engines.toy import SCHEMA
from core.errors import AvatarError
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from tests.core.labels.sets import check_history, make_set

SIZE, SPARE = "1500k", 200_000
CHUNK = 4096


def fill(folder: Path, spare: int = 0) -> Path:
    """Take what room is left, but for some bytes."""
    path = folder / "somebody else's film"
    with contextlib.suppress(OSError), path.open("ab", buffering=0) as file:
        while True:
            file.write(bytes(CHUNK))
    os.truncate(path, path.stat().st_size - spare)
    return path


def say(step: str, **found: object) -> None:
    sys.stdout.write(json.dumps({"step": step, **found}) + "\n")


def attempt(act: Callable[[], object]) -> str:
    """What a person is told."""
    try:
        act()
    except AvatarError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def command(*words: object) -> tuple[int, str]:
    with contextlib.redirect_stderr(io.StringIO()) as err, contextlib.redirect_stdout(io.StringIO()):
        code = run(["labels", *map(str, words)])
    return int(code), err.getvalue()


def work(folder: Path) -> None:
    """Edit until the disk is full, and on when there is room again."""
    place = folder / "faces.avatarset"
    with make_set(place) as faces:
        ada = Labelling(faces, SCHEMA, "Ada")
        begun = ada.begin(1, "blind")
        film = fill(folder, SPARE)
        notes = iter(range(1000))
        while not (told := attempt(lambda: ada.annotate(1, f"{next(notes)} " + "x" * 5000))):
            pass
        fill(folder)
        kept = ada.label(1)
        assert kept is not None
        say("edit", told=told, same=kept.values == begun.values, note=int(kept.note.split(" ")[0]), last=next(notes) - 2)
        say(
            "begin", told=attempt(lambda: ada.begin(2, "blind") if ada.label(2) is None else None), begun=ada.label(2) is not None
        )
    for words in (
        ("list", place), ("export", place, "-o", folder / "labels.csv"),
        ("pack", place, "-o", folder / "faces.zip"), ("new", folder / "other.avatarset", "--engine", "toy"),
    ):  # fmt: skip
        fill(folder)  # closing the set has made some room
        say(str(words[0]), code=command(*words))
    say("files", names=sorted(path.name for path in folder.iterdir()))
    film.unlink()
    with EvaluationSet.open(place) as faces:
        ada = Labelling(faces, SCHEMA, "Ada")
        label = ada.edit(1, {"head_width": 0.25})
        check_history(ada)
        say("room", width=label.values["head_width"], note=int(label.note.split(" ")[0]), integrity=_integrity(faces))
    say("lock", code=command("lock", place))


def _integrity(faces: EvaluationSet) -> object:
    with faces.reading() as session:
        return session.connection().exec_driver_sql("PRAGMA integrity_check").scalar()


if __name__ == "__main__":
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", sys.argv[1]], check=True)
    work(Path(sys.argv[1]))
