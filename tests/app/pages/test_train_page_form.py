import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.pages.train_page import TrainPage
from app.state import jobs as module
from app.widgets.job_form import JobForm
from core.errors import SettingError
from core.jobs.job import Job
from core.jobs.queue import Entry, Queue
from tests.app.state.test_jobs import begun, finished

pytestmark = pytest.mark.usefixtures("toys")


def form_of(page: TrainPage) -> JobForm:
    return page.findChildren(JobForm)[-1]


def offer(form: JobForm, kind: str, **settings: str) -> None:
    form.kind_box.setCurrentIndex(form.kind_box.findData(kind))
    form.fill(settings)


def test_form_starts_a_job_that_is_then_shown(
    qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage], started: list[Path]
) -> None:
    finished(runs, "earlier", steps=6)
    page = open_page()
    page.new_job()
    form = form_of(page)
    assert form.kind == "count"
    assert form.settings["steps"] == "6"  # as it was run last
    form.inputs["steps"].set_value("2")
    form.name.setText("mine")
    assert shlex.split(form.command.text())[-4:] == ["--name", "mine", "--set", "steps=2"]
    qtbot.mouseClick(form.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == form.command.text()
    qtbot.waitUntil(form.start_button.isEnabled)
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.list.current == runs / "mine")

    assert started == [runs / "mine"]
    assert Job.open(runs / "mine").config.steps == 2


def test_form_says_what_is_wrong_beside_the_field(qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]) -> None:
    finished(runs, "taken")
    page = open_page()
    page.new_job()
    form = form_of(page)
    qtbot.waitUntil(form.start_button.isEnabled)
    form.inputs["scale"].set_value("a lot")
    assert "a lot" in form.inputs["scale"]._note.text()
    assert not form.start_button.isEnabled()
    assert not form.queue_button.isEnabled()
    form.defaults.click()
    qtbot.waitUntil(form.start_button.isEnabled)
    assert form.queue_button.isEnabled()
    for name in ("taken", "../out", "a b"):
        form.name.setText(name)
        assert name in form.obstacles.text()
        assert not form.start_button.isEnabled()
    form.name.setText("")
    form.kind_box.setCurrentIndex(form.kind_box.findData("train_estimator"))
    qtbot.waitUntil(lambda: "Renders" in form.obstacles.text())
    assert not form.start_button.isEnabled()


def test_form_stays_where_starting_is_refused(
    qtbot: QtBot, open_page: Callable[[], TrainPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise SettingError("The disk is read-only.")

    monkeypatch.setattr(module, "create_run", refuse)
    page = open_page()
    page.new_job()
    form = form_of(page)
    form.kind_box.setCurrentIndex(form.kind_box.findData("count"))
    qtbot.waitUntil(form.start_button.isEnabled)
    form.start_button.click()
    qtbot.waitUntil(lambda: form.obstacles.text() == "The disk is read-only.")

    assert form.isVisible()
    assert form.start_button.isEnabled()


def test_another_job_begins_with_the_settings_of_this_one(qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]) -> None:
    finished(runs, "old", steps=3)
    finished(runs, "new", steps=9)
    page = open_page()
    qtbot.waitUntil(lambda: len(page.state.glances) == 2)
    page.list.choose(runs / "old")
    qtbot.mouseClick(page.header.again, Qt.MouseButton.LeftButton)

    assert form_of(page).settings["steps"] == "3"


def test_job_waits_for_the_one_that_makes_what_it_reads(
    qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ensure_serving", lambda _: True)
    monkeypatch.setattr("app.pages.train_page.slots", lambda: ("cpu", "cuda:0", "ray"))
    monkeypatch.setattr("core.jobs.preflight.training_data_folder", lambda: runs)  # a clone elsewhere has none
    labels = Job.begin(runs / "labels", "label_faces", {}).folder
    begun(runs, "other")
    page = open_page()
    page.new_job()
    form = form_of(page)
    qtbot.waitUntil(lambda: form.turn.slots.count() == 3)
    offer(form, "train_finder")
    qtbot.waitUntil(lambda: "Labels" in form.obstacles.text())
    form.fill({"labels": str(labels.resolve())})
    assert form.turn.after == ("labels",)
    qtbot.waitUntil(lambda: form._findings is not None)
    assert form.obstacles.text() == ""  # that it is not there yet is no obstacle
    next(action for action in form.turn.runs.menu.actions() if action.data() == "other").trigger()
    form.turn.slots.setCurrentIndex(2)
    form.name.setText("finder")
    words = shlex.split(form.command.text())
    assert words[words.index("--after") :][:6] == ["--after", "labels", "--after", "other", "--slot", "ray"]
    qtbot.waitUntil(lambda: form._findings is not None)
    assert not form.start_button.isEnabled()
    assert [button.property("primary") for button in (form.start_button, form.queue_button)] == [False, True]
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.list.current == runs / "finder")

    assert Queue(runs).read().entries == (Entry("finder", ("labels", "other"), "ray"),)


def test_job_that_waits_for_nothing_can_start_again(runs: Path, qtbot: QtBot, open_page: Callable[[], TrainPage]) -> None:
    begun(runs, "other")
    page = open_page()
    qtbot.waitUntil(lambda: bool(page.state.glances))
    page.new_job()
    form = form_of(page)
    form.turn.runs.menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: form._findings is not None)
    assert not form.start_button.isEnabled()
    form.turn.runs.menu.actions()[0].trigger()
    qtbot.waitUntil(form.start_button.isEnabled)

    assert form.start_button.isDefault()
    assert [button.property("primary") for button in (form.start_button, form.queue_button)] == [True, False]


def test_job_waits_in_the_queue_and_can_be_taken_out(
    qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Path] = []
    monkeypatch.setattr(module, "ensure_serving", served.append)
    page = open_page()
    page.new_job()
    form = form_of(page)
    form.kind_box.setCurrentIndex(form.kind_box.findData("count"))
    form.name.setText("mine")
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    qtbot.keyClick(form.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.queue.isVisible)
    assert served == [runs]
    assert page.queue.line.text() == "Queue runs, 1 waiting"
    qtbot.mouseClick(page.queue.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "paused" in page.queue.line.text())
    qtbot.mouseClick(page.queue.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "runs" in page.queue.line.text())
    assert served == [runs, runs]
    qtbot.waitUntil(lambda: page.header.queue.isVisible() and page.header.queue.text() == "Take out of queue")
    qtbot.mouseClick(page.header.queue, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.queue.isHidden() and page.header.queue.text() == "Add to queue")

    assert Queue(runs).read().entries == ()
