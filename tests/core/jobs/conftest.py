"""Toy stages in the table of jobs."""

import pytest

from core.jobs import JOBS
from tests.core.jobs import toy_stages


@pytest.fixture(autouse=True)
def toy_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in toy_stages.JOBS.items():
        monkeypatch.setitem(JOBS, name, kind)
