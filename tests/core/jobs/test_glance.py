from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.jobs.following import JobFollower
from core.jobs.glance import Glance, counted, lasting, moment
from core.jobs.job import Job
from core.jobs.state import JobState
from core.reporting import SilentReporter


def test_glance_says_what_the_folder_says(tmp_path: Path) -> None:
    Job.begin(tmp_path / "one", "count", {"steps": 4}).run(SilentReporter())
    follower = JobFollower(tmp_path / "one")
    follower.refresh()
    glance = Glance.of(follower)

    assert (glance.name, glance.title, glance.state, glance.progress, glance.share) == (
        "one", "Count", JobState.FINISHED, (4, 4), 1.0,
    )  # fmt: skip
    assert not glance.is_active
    assert not glance.has_failed
    assert glance.last_sign is not None


def test_run_of_another_version_is_named_and_explained(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"kind": "sing", "config": {}}')
    glance = Glance.of(JobFollower(tmp_path))

    assert "sing" in glance.problem
    assert glance.title


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (59, "59 s"), (60, "1 min"), (3569, "59 min"), (12_000, "3 h 20 min"), (40_000, "11 h"), (200_000, "2 days")],
)
def test_times_are_as_coarse_as_a_forecast(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


def test_moments_are_as_short_as_they_are_clear() -> None:
    now = datetime(2026, 11, 21, 18, 11).astimezone()

    assert moment(now, now) == "18:11"
    assert moment(now - timedelta(days=1), now) == "yesterday 18:11"
    assert moment(now - timedelta(days=18), now) == "3 Nov 18:11"
    assert moment(now - timedelta(days=383), now) == "3 Nov 2025"
    assert counted(12345) == "12\u202f345"
