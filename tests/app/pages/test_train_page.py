import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.pages.train_page import TrainPage
from app.state import jobs as module
from app.state.jobs import Jobs
from app.widgets.job_form import JobForm
from core.errors import SettingError
from core.jobs import JOBS
from core.jobs.commands import is_asked
from core.jobs.failures import Failure, Remedy
from core.jobs.job import Job
from core.jobs.queue import Queue
from core.jobs.state import JobState, occupied
from core.reporting import SilentReporter
from tests.app.state.test_jobs import begun, finished
from tests.core.jobs import toy_stages


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in toy_stages.JOBS.items():
        monkeypatch.setitem(JOBS, name, kind)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders whose start was asked for; each is run at once, here."""
    folders: list[Path] = []
    monkeypatch.setattr(module, "start", partial(run_here, folders))
    return folders


class Ended:
    """A process that is through."""

    returncode = 0

    def poll(self) -> int:
        return 0


def run_here(folders: list[Path], folder: Path) -> Ended:
    """Run a job at once."""
    folders.append(folder)
    Job.open(folder).run(SilentReporter())
    return Ended()


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def open_page(qtbot: QtBot, runs: Path) -> Iterator[Callable[[], TrainPage]]:
    pages: list[TrainPage] = []

    def open_one() -> TrainPage:
        page = TrainPage(Jobs(runs))
        pages.append(page)
        qtbot.addWidget(page)
        page.resize(1024, 580)
        page.show()
        qtbot.waitUntil(lambda: page.state.was_read)
        return page

    yield open_one
    for page in pages:
        page.close_down()


def press(page: TrainPage, qtbot: QtBot, name: str) -> None:
    """Answer the question that is asked."""
    box = [box for box in page.findChildren(QMessageBox) if box.isVisible()][-1]
    qtbot.mouseClick(next(button for button in box.buttons() if button.accessibleName() == name), Qt.MouseButton.LeftButton)


def visible(widgets: list[QWidget]) -> list[str]:
    return [widget.accessibleName() for widget in widgets if widget.isVisible() and widget.isEnabled()]


def buttons(page: TrainPage) -> list[str]:
    header = page.header
    return visible([header.resume, header.stop, header.checkpoint, header.sample, header.again, header.remove])


def offers(page: TrainPage, name: str) -> bool:
    return name in buttons(page)


def lacks(page: TrainPage, name: str) -> bool:
    return name not in buttons(page)


def test_without_jobs_the_first_one_is_offered(qtbot: QtBot, open_page: Callable[[], TrainPage]) -> None:
    page = open_page()
    offer = page._nothing
    qtbot.waitUntil(offer.button.isVisible)
    qtbot.mouseClick(offer.button, Qt.MouseButton.LeftButton)

    assert page.findChildren(JobForm)[-1].isVisible()


def test_buttons_follow_the_folder_in_every_window(qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]) -> None:
    folder = begun(runs, "one")
    pages = [open_page(), open_page()]
    for page in pages:
        qtbot.waitUntil(page.header.resume.isVisible)
        assert page.header.resume.text() == "Start"
    with occupied(folder):
        for page in pages:
            qtbot.waitUntil(partial(offers, page, "Stop"))
            assert buttons(page) == ["Stop", "Checkpoint now", "Sample now", "New job with these settings"]
        qtbot.mouseClick(pages[0].header.checkpoint, Qt.MouseButton.LeftButton)
        for page in pages:
            qtbot.waitUntil(partial(lacks, page, "Checkpoint now"))
        pages[1].stop_job()
        press(pages[1], qtbot, "Keep running")
        assert not is_asked(folder, "stop")
        pages[1].stop_job()
        press(pages[1], qtbot, "Stop")
        for page in pages:
            qtbot.waitUntil(partial(lacks, page, "Stop"))
            assert page.header.stop.text() == "Stopping…"
            assert buttons(page) == ["New job with these settings"]
    Job.open(folder).run(SilentReporter())
    for page in pages:
        qtbot.waitUntil(partial(offers, page, "Remove"))
        assert buttons(page) == ["New job with these settings", "Remove"]


def test_job_is_shown_with_curves_pictures_and_settings(qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]) -> None:
    finished(runs, "one", steps=4)
    page = open_page()
    qtbot.waitUntil(lambda: page.curves is not None and page.curves.shown == ("loss",))
    page.below.chosen.emit("settings")

    assert page.header.title.text() == "Count"
    assert "one" in page.header.line.text()
    assert page.samples.isVisible()
    assert "steps" in page.settings.toPlainText()
    assert page.settings.isVisible()
    assert not page.card.isVisible()


def test_pictures_are_the_newest_first_and_can_be_seen_large(
    qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]
) -> None:
    folder = finished(runs, "one", steps=1)
    Job.begin(folder, "count", {"steps": 3}).run(SilentReporter())
    page = open_page()
    qtbot.waitUntil(lambda: len(page.samples._thumbs()) == 2)
    first = page.samples._thumbs()[0]
    dialog = page.samples.enlarge(first.sample)
    assert (first.accessibleName(), dialog.windowTitle()) == ("last, step 3", "last, step 3")
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    assert dialog.windowTitle() == "last, step 1"
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    assert dialog.windowTitle() == "last, step 1"
    dialog.reject()


def test_failure_is_explained_and_its_remedy_resumes(
    qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage], started: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = begun(runs, "one")
    remedies = (Remedy("Resume with 3 steps", {"steps": 3}), Remedy("Go on"))
    failure = Failure("out_of_memory", "There was not enough memory.", remedies)
    monkeypatch.setattr("core.jobs.job.explain", lambda *_: failure)
    monkeypatch.setattr(toy_stages, "count", toy_stages.crash)
    with pytest.raises(ZeroDivisionError):
        Job.open(folder).run(SilentReporter())
    monkeypatch.undo()
    monkeypatch.setitem(JOBS, "count", toy_stages.JOBS["count"])
    monkeypatch.setattr(module, "start", partial(run_here, started))
    (folder / "log.txt").write_text("a\nb\nc\n")
    page = open_page()
    qtbot.waitUntil(lambda: page.card.isVisible() and page.card.lines.text() == "a\nb\nc")
    assert page.card.text.text() == "There was not enough memory."
    assert [button.accessibleName() for button in page.card.buttons] == ["Resume with 3 steps", "Go on"]
    qtbot.mouseClick(page.card.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.state.glances[0].state is JobState.FINISHED)

    assert Job.open(folder).config.steps == 3
    qtbot.waitUntil(lambda: not page.card.isVisible())


def test_odd_folders_are_explained_and_harm_nothing(qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]) -> None:
    finished(runs, "good")
    for name, text in (
        ("other-version", '{"kind": "count", "config": {"unheard_of": 1}}'),
        ("foreign", '{"kind": "sing"}'),
        ("broken", "{"),
    ):
        (runs / name).mkdir()
        (runs / name / "config.json").write_text(text)
    page = open_page()
    qtbot.waitUntil(lambda: len(page.state.glances) == 4)
    for name in ("other-version", "foreign", "broken"):
        page.list.choose(runs / name)
        qtbot.waitUntil(page.card.isVisible)
        assert page.card.text.text()
        assert buttons(page) == ["Remove"]
    page.list.choose(runs / "good")
    qtbot.waitUntil(lambda: not page.card.isVisible())


def test_refusals_are_said_where_they_happen(qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]) -> None:
    folder = begun(runs, "one")
    page = open_page()
    qtbot.waitUntil(page.header.resume.isVisible)
    folder.rename(runs.parent / "gone")
    qtbot.mouseClick(page.header.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.notice.isVisible)

    assert "There is no run" in page.notice.text


def test_removing_asks_first(
    qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished(runs, "one")
    monkeypatch.setattr(module, "_to_trash", lambda one: one.rename(runs.parent / "trash"))
    page = open_page()
    qtbot.waitUntil(page.header.remove.isVisible)
    page.remove_job()
    press(page, qtbot, "Keep")
    assert folder.exists()
    page.remove_job()
    press(page, qtbot, "Remove")
    qtbot.waitUntil(lambda: page.state.glances == ())

    assert not folder.exists()
    assert page._nothing.isVisible()


def form_of(page: TrainPage) -> JobForm:
    return page.findChildren(JobForm)[-1]


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
    assert shlex.split(form.command.text())[-4:] == ["--run", str(runs / "mine"), "--set", "steps=2"]
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


def test_closing_the_page_touches_no_job(qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]) -> None:
    folder = begun(runs, "one")
    with occupied(folder):
        page = open_page()
        qtbot.waitUntil(lambda: page.header.stop.isVisible())
        before = sorted(path.name for path in folder.iterdir())
        page.close_down()
        assert sorted(path.name for path in folder.iterdir()) == before
        again = open_page()
        qtbot.waitUntil(lambda: again.header.stop.isVisible())

    assert replace(again.state.glances[0], last_sign=None) == replace(page.state.glances[0], last_sign=None)


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


def test_damaged_queue_is_said(qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]) -> None:
    begun(runs, "one")
    (runs / "queue.json").write_text("{")
    page = open_page()
    qtbot.waitUntil(page.queue.isVisible)

    assert "queue.json" in page.queue.reason.text()
