from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.widgets.job_turn import TurnRow, slot_words
from core.jobs.glance import Glance
from core.jobs.state import JobState


def glance(name: str, state: JobState) -> Glance:
    return Glance(Path("/runs") / name, "count", "Count", state)


@pytest.fixture
def row(qtbot: QtBot) -> TurnRow:
    states = {"done": JobState.FINISHED, "halted": JobState.STOPPED, "now": JobState.RUNNING, "later": JobState.WAITING}
    row = TurnRow([glance(name, state) for name, state in states.items()])
    qtbot.addWidget(row)
    row.show()
    return row


def offered(row: TurnRow) -> list[str]:
    return [action.data() for action in row.runs.menu.actions()]


def pick(row: TurnRow, name: str) -> None:
    next(action for action in row.runs.menu.actions() if action.data() == name).trigger()


def test_it_can_wait_for_every_job_that_is_not_finished(qtbot: QtBot, row: TurnRow) -> None:
    assert offered(row) == ["now", "halted", "later"]
    assert (row.after, row.runs.currentText()) == ((), "No other job")
    qtbot.keyClick(row.runs, Qt.Key.Key_Space)
    assert row.runs.menu.isVisible()
    row.runs.menu.close()
    with qtbot.waitSignal(row.changed):
        pick(row, "later")
    pick(row, "now")
    assert (row.after, row.runs.currentText()) == (("later", "now"), "later, now")
    pick(row, "halted")
    assert row.runs.currentText() == "3 jobs"
    assert row.runs.toolTip() == "later, now, halted"
    pick(row, "later")

    assert row.after == ("now", "halted")


def test_jobs_that_are_needed_come_and_go_and_those_that_were_chosen_stay(row: TurnRow) -> None:
    pick(row, "later")
    found = []
    for needed in (["now", "done"], ["halted"], []):
        row.runs.set_needed(needed)
        found.append(row.after)

    assert found == [("later", "now"), ("later", "halted"), ("later",)]


def test_what_a_person_does_not_want_to_wait_for_is_not_chosen_again(row: TurnRow) -> None:
    row.runs.set_needed(["now"])
    pick(row, "now")
    row.runs.set_needed(["now"])

    assert row.after == ()


def test_without_other_jobs_there_is_nothing_to_choose(qtbot: QtBot) -> None:
    row = TurnRow([glance("done", JobState.FINISHED)])
    qtbot.addWidget(row)

    assert not row.runs.isEnabled()


def test_slots_are_called_by_words_and_the_chosen_one_stays(qtbot: QtBot, row: TurnRow) -> None:
    assert row.slot == "cpu"
    row.set_slots(("cpu", "cuda:0", "cuda:1", "ray"))
    assert [slot_words(row.slots.itemData(place)) for place in range(4)] == ["Processor", "GPU 0", "GPU 1", "Cluster"]
    with qtbot.waitSignal(row.changed):
        row.slots.setCurrentIndex(2)
    row.set_slots(("cpu", "cuda:1"))
    assert row.slot == "cuda:1"
    row.set_slots(("cpu",))

    assert row.slot == "cpu"
