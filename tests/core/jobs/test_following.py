import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.errors import DataError
from core.jobs.commands import ask
from core.jobs.events import EVENTS, append_event
from core.jobs.following import Curve, JobFollower, Sample, leading
from core.jobs.glance import Glance, moment
from core.jobs.job import CONFIG, Job
from core.jobs.state import JobState, occupied
from core.reporting import SilentReporter
from tests.core.jobs.toy_stages import CountConfig


def followed(folder: Path) -> JobFollower:
    follower = JobFollower(folder)
    follower.refresh()
    return follower


def state_after(follower: JobFollower) -> JobState:
    follower.refresh()
    return follower.state


def cause_of(follower: JobFollower) -> str | None:
    return None if follower.failure is None else follower.failure.cause


def test_a_run_that_finished(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {"steps": 2}).run(SilentReporter())
    follower = followed(tmp_path)

    assert (follower.kind, follower.title, follower.config, follower.problem) == ("count", "Count", CountConfig(steps=2), "")
    assert (follower.state, follower.progress, follower.failure) == (JobState.FINISHED, (2, 2), None)
    assert follower.curves == {"loss": Curve([1, 2], [1.0, 0.5])}
    assert follower.samples == [Sample("last", 2, tmp_path / "samples" / "last-000000002.png")]
    assert follower.began is not None
    assert follower.ended is not None
    assert follower.seconds_left() is None
    assert not follower.refresh()


@pytest.mark.parametrize(
    ("names", "one"),
    [
        (["faces", "loss", "found"], "loss"),
        (["finder/loss", "finder/found", "parser/loss", "parser/iou_hair"], "parser/loss"),
        (["faces", "head_loss"], "faces"),
    ],
)
def test_the_number_to_show_where_there_is_room_for_one(names: list[str], one: str) -> None:
    assert leading(names) == one


def test_it_follows_what_comes(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {"steps": 2})
    follower = followed(tmp_path)

    assert (follower.state, follower.progress, follower.began) == (JobState.WAITING, (0, 0), None)

    with occupied(tmp_path):
        append_event(tmp_path, "started")

        assert state_after(follower) is JobState.RUNNING

        append_event(tmp_path, "measured", name="loss", value=float("nan"), step=1)
        follower.refresh()

        assert follower.curves["loss"].steps == [1]

        ask(tmp_path, "stop")

        assert follower.refresh()
        assert (follower.state, follower.refresh()) == (JobState.STOPPING, False)

        append_event(tmp_path, "stopped")

    assert state_after(follower) is JobState.STOPPED


def test_a_failure_goes_when_it_goes_on(tmp_path: Path) -> None:
    job = Job.begin(tmp_path, "refuse", {})
    with pytest.raises(DataError):
        job.run(SilentReporter())
    follower = followed(tmp_path)

    assert (state_after(follower), cause_of(follower)) == (JobState.FAILED, "data")
    assert follower.failure is not None
    assert follower.failure.text == "There is no data. Make some."

    with occupied(tmp_path):
        append_event(tmp_path, "started")

        assert (state_after(follower), cause_of(follower)) == (JobState.RUNNING, None)
    assert (state_after(follower), cause_of(follower)) == (JobState.LOST, "lost")

    with occupied(tmp_path):
        assert (state_after(follower), cause_of(follower)) == (JobState.RUNNING, None)


def test_more_time_given_to_a_run_is_seen(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {"steps": 2}).run(SilentReporter())
    follower = followed(tmp_path)
    Job.begin(tmp_path, "count", {"steps": 3}).run(SilentReporter())
    follower.refresh()

    assert (follower.config.steps, follower.progress) == (3, (3, 3))


def test_how_long_it_takes_is_told_by_its_recent_pace(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {})

    def line(event: str, second: int, **values: Any) -> str:
        return json.dumps({"event": event, "at": f"2026-01-01T00:{second // 60:02d}:{second % 60:02d}+00:00", **values}) + "\n"

    with occupied(tmp_path):
        with (tmp_path / EVENTS).open("w") as file:
            file.write(line("started", 0))
            file.writelines(line("progress", 10 * n, step=n, total=500) for n in range(100))  # first slow
            file.writelines(line("progress", 1000 + n, step=100 + n, total=1000) for n in range(601))  # then fast

        assert followed(tmp_path).seconds_left() == pytest.approx(300, rel=0.02)

        with (tmp_path / EVENTS).open("a") as file:
            file.write(line("started", 1700) + line("progress", 1701, step=5, total=1000))  # begun again

        assert followed(tmp_path).seconds_left() is None

        with (tmp_path / EVENTS).open("a") as file:
            file.write(line("progress", 1702, step=6, total=1000))
            file.writelines(line("progress", 100 + n, step=7 + n, total=1000) for n in range(3))  # the clock was set back

        assert followed(tmp_path).seconds_left() == pytest.approx(991, rel=0.01)


@pytest.mark.parametrize(
    "path", ["../x.png", "/etc/passwd", "samples/../../x.png", "a\0b", "link/x.png", "round/x.png", "x" * 5000 + "/../../y"]
)
def test_pictures_out_of_the_folder_are_not_shown(path: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    Job.begin(folder, "count", {})
    (folder / "link").symlink_to(tmp_path)
    (folder / "round").symlink_to("round")
    append_event(folder, "shown", name="x", path=path, step=1)
    append_event(folder, "shown", name="x", path="samples/x.png", step=1)

    assert [sample.path for sample in followed(folder).samples] == [folder / "samples" / "x.png"]


STRANGE: tuple[dict[str, Any], ...] = (
    {"event": "measured"},
    {"event": "measured", "name": "x", "value": "high", "step": 1},
    {"event": "measured", "name": "x", "value": 1, "step": float("inf")},
    {"event": "measured", "name": "x", "value": [], "step": 1},
    {"event": "progress", "step": None, "total": 1, "at": "2026-01-01"},
    {"event": "progress", "step": 1, "total": 1, "at": "yesterday"},
    {"event": "shown", "name": "x", "path": "y"},
    {"event": "failed", "at": "2026-01-01", "remedies": 3},
    {"event": "failed", "at": "2026-01-01", "remedies": [{"settings": "x"}]},
    {"event": "started"},
    {"event": "started", "at": "0001-01-01T00:00:00+23:59"},
    {"event": "surprising"},
    {"event": "progress", "step": 10**400, "total": 1, "at": "2026-01-01"},
    {"event": "progress", "step": 1, "total": 10**400, "at": "2026-01-01"},
    {"event": "progress", "step": -1, "total": -5, "at": "2026-01-01"},
    {"event": "measured", "name": "x", "value": 1, "step": 10**400},
    {"event": "measured", "name": "x", "value": "1", "step": -1},
    {"event": "shown", "name": "x", "path": "y", "step": 1e300},
)


@pytest.mark.parametrize("strange", STRANGE)
def test_lines_of_somebody_elses_making_do_not_stand_in_the_way(strange: dict[str, Any], tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {})
    (tmp_path / EVENTS).write_text(json.dumps(strange) + "\n")
    append_event(tmp_path, "measured", name="loss", value=2.5, step=7)
    append_event(tmp_path, "finished")
    follower = followed(tmp_path)

    assert (follower.state, follower.curves) == (JobState.FINISHED, {"loss": Curve([7], [2.5])})
    assert Glance.of(follower).share is None
    moment(Glance.of(follower).ended or datetime.now(UTC), datetime.now(UTC))


def test_events_that_begin_again_are_not_added_to_the_old_ones(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {"steps": 2}).run(SilentReporter())
    follower = followed(tmp_path)
    (tmp_path / EVENTS).unlink()
    follower.refresh()

    assert follower.state is JobState.WAITING

    append_event(tmp_path, "measured", name="loss", value=2.5, step=7)
    follower.refresh()

    assert (follower.curves, follower.samples) == ({"loss": Curve([7], [2.5])}, [])


def test_a_folder_of_another_version_says_so(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {})
    begun = json.loads((tmp_path / CONFIG).read_text())
    (tmp_path / CONFIG).write_text(json.dumps({**begun, "kind": "fly"}))
    follower = followed(tmp_path)

    assert "“fly”, which this version does not have" in follower.problem
    assert follower.config is None
    assert JobFollower(tmp_path / "gone").problem == f"There is no run in {tmp_path / 'gone'}."


def test_follower_of_the_tail_knows_when_the_run_began_and_that_it_did(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {})
    append_event(tmp_path, "started")
    for step in range(100):
        append_event(tmp_path, "measured", name="loss", value=step, step=step)
    whole, tail = JobFollower(tmp_path), JobFollower(tmp_path, 1000)
    for follower in (whole, tail):
        follower.refresh()

    assert len(tail.curves["loss"].steps) < len(whole.curves["loss"].steps) == 100
    assert tail.curves["loss"].values[-1] == 99
    assert (tail.began, tail.state, tail.failure) == (whole.began, JobState.LOST, whole.failure)
    assert tail.failure is not None
    assert tail.failure.cause == "lost"
