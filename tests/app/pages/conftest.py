"""A train page on folders of its own."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.pages.train_page import TrainPage
from app.state import jobs as module
from app.state.jobs import Jobs
from core.jobs import JOBS
from core.jobs.job import Job
from core.reporting import SilentReporter
from tests.core.jobs import toy_stages


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Toy stages beside the real ones."""
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


def run_here(folders: list[Path], folder: Path, *_where: object, **_how: object) -> Ended:
    """Run a job at once."""
    folders.append(folder)
    Job.open(folder).run(SilentReporter())
    return Ended()


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """The folder of runs."""
    return tmp_path / "runs"


@pytest.fixture
def open_page(qtbot: QtBot, runs: Path) -> Iterator[Callable[[], TrainPage]]:
    """Opens pages on the runs."""
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
