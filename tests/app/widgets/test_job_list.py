from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.widgets.job_list import BESIDE, JobList, JobsModel
from app.widgets.job_words import LOOKS, how_far, in_a_line, turns
from core.jobs.glance import Glance
from core.jobs.queue import Entry
from core.jobs.serving import Outlook, Standing
from core.jobs.state import JobState


def glance(name: str, state: JobState = JobState.FINISHED) -> Glance:
    return Glance(Path("/runs") / name, "count", "Count", state)


def test_model_is_one_for_qt(qtmodeltester: ModelTester) -> None:
    model = JobsModel()
    model.set_glances([glance("one"), glance("two")])
    qtmodeltester.check(model)
    model.set_glances([glance("one"), glance("two", JobState.FAILED)])
    qtmodeltester.check(model)
    model.set_glances([])
    qtmodeltester.check(model)


def test_chosen_job_stays_chosen_while_others_come_and_go(qtbot: QtBot) -> None:
    view = JobList()
    qtbot.addWidget(view)
    chosen: list[Path | None] = []
    view.chosen.connect(chosen.append)
    view.set_glances([glance("one"), glance("two")])
    view.choose(Path("/runs/two"))
    view.set_glances([glance("zero"), glance("one"), glance("two"), glance("three")])
    view.set_glances([glance("zero"), glance("one"), glance("two", JobState.LOST), glance("three")])

    assert view.current == Path("/runs/two")
    view.set_glances([glance("zero"), glance("one"), glance("three")])
    assert view.current == Path("/runs/three")
    view.set_glances([])
    assert view.currentIndex().row() == -1
    assert [folder and folder.name for folder in chosen][:2] == ["one", "two"]
    assert chosen[-2:] == [Path("/runs/three"), None]


def test_rows_are_read_aloud_with_name_and_state(qtbot: QtBot) -> None:
    view = JobList()
    qtbot.addWidget(view)
    view.set_glances([replace(glance("mine", JobState.RUNNING), progress=(31, 100), seconds_left=720.0)])
    text = view.model().data(view.model().index(0, 0), Qt.ItemDataRole.AccessibleTextRole)

    assert text == "Count, mine: Running, 31 %, 12 min left"
    view.resize(300, 200)
    assert not view.grab().isNull()


def test_places_in_the_queue_stand_in_the_rows(qtbot: QtBot) -> None:
    view = JobList()
    qtbot.addWidget(view)
    rows = [glance("running", JobState.RUNNING), *(glance(name, JobState.WAITING) for name in ("one", "held", "two", "idle"))]
    standings = {"running": Standing.RUNNING, "one": Standing.NEXT, "held": Standing.STUCK, "two": Standing.WAITING}
    found = [Outlook(Entry(name), standing, "") for name, standing in standings.items()]
    view.set_glances(rows, turns(found))
    beside = [view.model().data(view.model().index(row, 0), BESIDE) for row in range(5)]
    spoken = [view.model().data(view.model().index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(5)]

    assert beside == ["", "next", "held up", "2nd in queue", ""]
    assert spoken[1:4] == ["Count, one: Waiting, next", "Count, held: Waiting, held up", "Count, two: Waiting, 2nd in queue"]
    changed: list[int] = []
    view.model().dataChanged.connect(lambda index, *_: changed.append(index.row()))
    view.set_glances(rows, turns([found[0], found[3], found[2], found[1]]))
    assert changed == [1, 3]


def test_places_are_counted_as_people_do() -> None:
    found = [Outlook(Entry(f"run-{place}"), Standing.WAITING, "") for place in range(1, 24)]
    words = turns(found)

    assert [words[f"run-{place}"].split()[0] for place in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23)] == [
        "next", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd",
    ]  # fmt: skip


def test_every_state_has_its_own_word_and_shape() -> None:
    assert set(LOOKS) == set(JobState)
    assert len({look.word for look in LOOKS.values()}) == len(LOOKS)
    quiet = [LOOKS[state].icon for state in JobState if state is not JobState.STOPPING]
    assert len(set(quiet)) == len(quiet)


@pytest.mark.parametrize("state", list(JobState))
def test_every_state_has_a_line(state: JobState) -> None:
    now = datetime.now(UTC)
    shown = replace(glance("mine", state), progress=(1200, 2000), began=now, ended=now, seconds_left=61.0)

    assert in_a_line(shown).startswith("mine  ·  60 %")
    assert ("min left" in in_a_line(shown)) == shown.is_active == ("min left" in how_far(shown))
