from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.pages.train_page import TrainPage
from app.state import jobs as module
from app.widgets.job_form import JobForm
from app.widgets.text_dialog import TextDialog
from core.jobs import JOBS
from core.jobs.commands import is_asked
from core.jobs.events import append_event
from core.jobs.failures import Failure, Remedy
from core.jobs.job import Job
from core.jobs.queue import Queue
from core.jobs.state import JobState, occupied
from core.reporting import SilentReporter
from tests.app.pages.conftest import run_here
from tests.app.state.test_jobs import begun, finished
from tests.core.jobs import toy_stages

pytestmark = pytest.mark.usefixtures("toys")


def press(page: TrainPage, qtbot: QtBot, name: str) -> None:
    """Answer the question that is asked."""
    dialog = [dialog for dialog in page.findChildren(TextDialog) if dialog.isVisible()][-1]
    answers = (dialog.cancel, *dialog.buttons)
    qtbot.mouseClick(next(button for button in answers if button.accessibleName() == name), Qt.MouseButton.LeftButton)


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
    qtbot.waitUntil(page.new_button.isVisible)
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)

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
    assert page.empty.isVisible()


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


def test_queue_is_put_in_another_order(qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]) -> None:
    for name in ("one", "two", "three"):
        begun(runs, name)
        Queue(runs).add(name)
    page = open_page()
    qtbot.waitUntil(lambda: page.state.queue.line == ("one", "two", "three"))
    page.list.choose(runs / "three")
    qtbot.waitUntil(page.header.up.isVisible)
    assert (page.header.up.isEnabled(), page.header.down.isEnabled()) == (True, False)
    qtbot.mouseClick(page.header.up, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [one.name for one in page.state.glances] == ["one", "three", "two"])
    assert page.list.current == runs / "three"
    page.move_up()
    qtbot.waitUntil(lambda: page.state.queue.line == ("three", "one", "two"))
    page.move_up()  # is the first already
    page.move_down()
    qtbot.waitUntil(lambda: page.state.queue.line == ("one", "three", "two"))
    page.list.choose(runs / "one")
    qtbot.mouseClick(page.header.queue, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.header.up.isVisible())

    assert [entry.run for entry in Queue(runs).read().entries] == ["three", "two"]


def test_why_it_failed_is_seen_without_scrolling_in_the_smallest_window(
    qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]
) -> None:
    folder = finished(runs, "one", steps=40)
    Job.begin(folder, "count", {"steps": 50})
    page = open_page()
    page.resize(1024, 640 - 56)  # below the bar
    qtbot.waitUntil(lambda: page.samples.isVisible() and page.curves is not None)
    bar = page._area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    remedies = (Remedy("Resume with batches of 20", {"steps": 3}), Remedy("Resume from the last checkpoint"))
    (folder / "log.txt").write_text("\n".join("a line of the log that is rather long " * 4 for _ in range(9)))
    append_event(folder, "failed", **Failure("out_of_memory", "There was not enough memory.", remedies).as_event())
    qtbot.waitUntil(lambda: len(page.card.buttons) == 2 and page.card.buttons[1].isVisible())
    page.grab()

    for button in (*page.card.buttons, page.card.text, page.header.title):
        assert button.visibleRegion().boundingRect() == button.rect()


def test_job_that_never_began_shows_what_it_is_to_do(
    qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage], started: list[Path]
) -> None:
    begun(runs, "one")
    page = open_page()
    qtbot.waitUntil(page.header.resume.isVisible)
    assert page.settings.isVisible()
    qtbot.mouseClick(page.header.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.log.isVisible)

    assert started == [runs / "one"]


def test_damaged_queue_is_said(qtbot: QtBot, runs: Path, open_page: Callable[[], TrainPage]) -> None:
    begun(runs, "one")
    (runs / "queue.json").write_text("{")
    page = open_page()
    qtbot.waitUntil(page.queue.isVisible)

    assert "queue.json" in page.queue.reason.text()
