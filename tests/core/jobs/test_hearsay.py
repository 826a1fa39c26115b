import json
import math
from pathlib import Path

import numpy as np
import pytest

from core.errors import DivergedError
from core.jobs.events import EventReader, append_event
from core.jobs.failures import CAUSES, Failure, explain
from core.jobs.hearsay import believed
from core.jobs.job import Recorder
from core.reporting import SilentReporter
from tests.core.jobs.toy_stages import CountConfig

AT = "2026-01-01T00:00:00.000+00:00"
PROGRESS = {"event": "progress", "at": AT, "step": 1, "total": 2}
MEASURED = {"event": "measured", "at": AT, "name": "loss", "value": 0.5, "step": 1}
SHOWN = {"event": "shown", "at": AT, "name": "last", "path": "samples/last-000000001.png", "step": 1}
FAILED = {"event": "failed", "at": AT, "cause": "data", "error": "There is none.", "remedies": [], "traceback": "Traceback"}


def test_all_that_a_run_writes_is_believed(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, SilentReporter())
    recorder.progress(1, 2)
    recorder.measure("landmarks found", math.inf, 1)
    recorder.show("last", np.zeros((8, 8, 3), np.uint8), 1)
    failure = explain(DivergedError("The loss is no number."), CountConfig())
    append_event(tmp_path, "failed", **failure.as_event(), traceback="Traceback\n  in a\n")
    *before, last = EventReader(tmp_path).read()

    assert [believed(event) for event in before] == before
    assert believed(last) == {key: value for key, value in last.items() if key != "at"}
    assert all(believed({"event": name, "at": AT}) == {"event": name} for name in ("finished", "stopped"))
    assert {(believed({**FAILED, "cause": cause}) or {})["cause"] for cause in CAUSES} == set(CAUSES)


@pytest.mark.parametrize("event", [PROGRESS, MEASURED, SHOWN], ids=lambda event: str(event["event"]))
def test_what_lacks_a_key_or_has_one_of_a_wrong_type_is_not(event: dict[str, object]) -> None:
    assert believed({**event, "folder": "/", "event_name": "x"}) == event
    for key in set(event) - {"event"}:
        assert believed({name: value for name, value in event.items() if name != key}) is None
        for wrong in (None, [], {}, True, *(() if isinstance(event[key], str) else ("NaN", "1", "\ud800"))):
            assert believed({**event, key: wrong}) is None, (key, wrong)
    for wrong in (-1, 1.5, math.nan, math.inf, 10**400, 2**53 + 1):
        assert believed({**event, "step": wrong}) is None, wrong


@pytest.mark.parametrize("name", ["", "[/loss]", "loss\x1b[2J", "a\nb", "\ud800", "x" * 101])
def test_names_that_a_terminal_would_obey_are_not(name: str) -> None:
    assert believed({**MEASURED, "name": name}) is None


@pytest.mark.parametrize("event", ["started", "submitted", "starting", "", "toString"])
def test_events_of_other_kinds_are_not(event: str) -> None:
    assert believed({**MEASURED, "event": event}) is None


@pytest.mark.parametrize(
    "wrong",
    [{"remedies": 7}, {"remedies": "ab"}, {"remedies": [{"title": "x", "settings": "ab"}]}, {"remedies": [7]}, {"error": 7},
     {"cause": "\x1b"}, {"traceback": None}],
    ids=json.dumps,
)  # fmt: skip
def test_a_failure_that_makes_no_sense_is_one_all_the_same(wrong: dict[str, object]) -> None:
    event = believed({**FAILED, **wrong}) or {}

    assert (event["event"], event["cause"]) == ("failed", "other")
    assert Failure.from_event(event).text.startswith("It failed on the cluster")


def test_what_a_failure_says_steers_no_terminal() -> None:
    assert (believed({**FAILED, "error": "gone\x1b[2J\nnow"}) or {})["error"] == "gone [2J now"
