"""The whole life of an evaluation set in the real window, which is killed in the middle of an edit and opened again."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from core.engines import engine_schema
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.locking import verify
from core.labels.overview import View, entries
from core.paths import training_data_folder
from tests.app import label_session

PATIENCE_S = 900.0
"""For one visit to the window, on a busy machine."""

SHOTS = os.environ.get("LIKENESS_SHOTS", "")
"""A folder for pictures of what is seen on the screen that DISPLAY names; without it there is neither."""

PHOTOS = 6
EDITS = 8
"""As many are written before the window is killed."""

Step = Sequence[object]


def visit(steps: Sequence[Step], edits: int | None = None) -> list[Any]:
    """Open the window, do these steps in it, and give what was seen; it is killed after so many edits, if that is said."""
    line = [sys.executable, label_session.__file__, json.dumps([["go_to", "label"], *steps])]
    environment = {**os.environ, **({"QT_QPA_PLATFORM": "xcb"} if SHOTS else {}), "OMP_NUM_THREADS": "1"}
    seen = []
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment) as window:
        patience = threading.Timer(PATIENCE_S, window.kill)
        patience.start()
        assert window.stdout is not None
        for said in window.stdout:
            seen.append(json.loads(said))
            if edits is not None and seen[-1].get("edits", 0) >= edits:
                window.kill()
        patience.cancel()

    assert window.returncode == (0 if edits is None else -signal.SIGKILL)
    return seen


def shot(name: str) -> list[str]:
    """Where a picture of what is seen goes, if one is wanted."""
    return [str(Path(SHOTS) / f"labels-{name}.png")] if SHOTS else []


def shoot(name: str) -> list[Step]:
    """A picture of what is seen, if one is wanted."""
    return [["shoot", *shot(name)]] if SHOTS else []


@pytest.mark.slow
def test_the_whole_life_of_a_set(tmp_path: Path) -> None:
    data = training_data_folder()
    if data is None:
        pytest.skip("the training data is not here")
    photos = [str(path) for path in sorted((data / "faces" / "portraits").glob("*.jpg"))[:PHOTOS]]
    faces = tmp_path / "Faces.avatarset"

    # Made, photos added, labelled with undo; killed in the middle of an edit.
    visit(
        [
            ["answer", "getSaveFileName", str(faces)],
            ["make", "Faces", "Ada", *shot("01-new")],
            ["answer", "getOpenFileNames", *photos],
            ["add", PHOTOS],
            *shoot("02-added"),
            ["press", "Enter"],
            ["look_at", 0],
            ["choose_option", "glasses", "3"],
            *shoot("03-photo"),
            ["press", "Enter"],
            ["look_at", 1],
            ["choose_option", "glasses", "2"],
            ["press", "U"],
            ["look_at", 2],
            ["press", "Z", "Ctrl"],
            ["hear", "Took back"],
            ["look_at", 1],
            *shoot("04-undone"),
            ["press", "Enter"],
            ["look_at", 2],
            ["press", "S"],
            ["look_at", 3],
            ["edit_on", "glasses"],
        ],
        EDITS,
    )
    with EvaluationSet.open(faces) as opened:
        listed = entries(opened, View("Ada", "toon"))
        assert [entry.state for entry in listed] == ["done", "done", "skipped", "draft", "todo", "todo"]
        history = Labelling(opened, engine_schema("toon"), "Ada").history(listed[3].item.id)
        assert len([edit for edit in history if edit.field == "glasses" and edit.kind == "do"]) >= EDITS

    # Opened again where one stopped; a second time; frozen and packed.
    seen = visit(
        [
            ["see_states", ["done", "done", "skipped", "draft", "todo", "todo"]],
            *shoot("05-again"),
            ["press", "Enter"],
            ["look_at", 3],
            ["press", "Enter"],
            ["look_at", 4],
            ["press", "Esc"],
            ["again", 2, *shot("06-how-many")],
            ["see_states", ["todo", "todo"]],
            *shoot("07-second-time"),
            ["press", "Enter"],
            ["look_at", 0],
            ["choose_option", "glasses", "4"],
            ["press", "Enter"],
            ["look_at", 1],
            ["press", "Enter"],
            ["see_states", ["done", "done"]],
            ["first"],
            ["see_states", ["done", "done", "skipped", "done", "todo", "todo"]],
            ["command", "lock_set"],
            ["take", "Freeze Faces?", "Freeze", *shot("08-freeze")],
            ["take", "Frozen", "Close", *shot("09-frozen")],
            ["answer", "getSaveFileName", str(tmp_path / "sent.zip")],
            ["command", "pack_set"],
            ["hear", f"Packed with {PHOTOS} photos"],
            *shoot("10-packed"),
        ]
    )
    (digest,) = next(one["lines"] for one in seen if one.get("title") == "Frozen")
    with EvaluationSet.open(faces) as opened:
        assert verify(opened).digest == digest

    # Sent to somebody else, who labels on; merged; a person is forgotten.
    sent = tmp_path / "sent" / "sent.avatarset"
    seen = visit(
        [
            ["see_open", str(faces)],
            ["answer", "getOpenFileName", str(tmp_path / "sent.zip")],
            ["answer", "getExistingDirectory", str(tmp_path)],
            ["command", "unpack_set"],
            ["see_open", str(sent)],
            ["see_states", ["done", "done", "skipped", "done", "todo", "todo"]],
            ["command", "new_version"],
            ["take", "Go on with version 2?", "Make version 2"],
            ["hear", "This is version 2 now."],
            ["command", "change_designer"],
            ["name", "Bo"],
            ["see_states", ["todo"] * PHOTOS],
            ["press", "Enter"],
            ["look_at", 0],
            ["choose_option", "glasses", "1"],
            ["press", "Enter"],
            ["look_at", 1],
            ["open", str(faces)],
            ["command", "new_version"],
            ["take", "Go on with version 2?", "Make version 2", *shot("11-version")],
            ["hear", "This is version 2 now."],
            ["answer", "getOpenFileName", str(sent)],
            ["command", "merge_set"],
            ["hear", "0 photos and 1 label added"],
            *shoot("12-merged"),
            ["see_states", ["done", *["todo"] * (PHOTOS - 1)]],
            ["choose_rows", 0, 1],
            ["command", "name_subject"],
            ["name", "Zoe"],
            ["choose_rows", 1, 1],
            ["command", "forget_photos"],
            ["take", "Forget Zoe?", "Forget Zoe", *shot("13-forget")],
            ["take", "Forgotten", "Close", *shot("14-forgotten")],
            ["see_states", ["todo"] * (PHOTOS - 2)],
            *shoot("15-left"),
        ]
    )
    gone = next(one for one in seen if one.get("title") == "Forgotten")
    assert gone["text"].startswith("2 photos and ")
    assert str(tmp_path / "Faces.v1.avatarset") in gone["lines"]
    left = faces.read_bytes()
    assert b"Zoe" not in left
    with EvaluationSet.open(faces) as opened:
        assert opened.facts.version == 2
        assert opened.facts.parent_digest == digest
        assert [entry.item.name for entry in entries(opened, View("Ada", "toon"))] == [Path(path).name for path in photos[2:]]
