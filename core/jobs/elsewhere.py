"""A run on the cluster: its folder is carried there, followed, steered and fetched by a process of this machine.

    ray.json        which job of the cluster works on the run, and how much of what it said is in log.txt; gone once all is here

The process here works on the run for everybody who looks: it holds the lock, hears the commands, and writes down what happens
there. Killed, it leaves the job alone; `jobs resume` finds it by ray.json and follows it further. Nothing runs twice.
"""

import dataclasses
import json
import secrets
import shlex
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from core.errors import ClusterError
from core.files import write_atomically
from core.jobs.carrying import carry, files_of, fingerprint
from core.jobs.cluster import RAY, Cluster, RayJobs, required_cluster
from core.jobs.commands import COMMANDS, ask, forget, is_asked
from core.jobs.events import EVENTS, Event, EventReader, append_event
from core.jobs.failures import explain, lost
from core.jobs.fields import fields_of
from core.jobs.hearsay import believed
from core.jobs.inputs import INPUTS
from core.jobs.job import CONFIG, Job, Recorder, check_links
from core.jobs.starting import LOG
from core.jobs.state import occupied
from core.reporting import Reporter, divided
from core.version import code_version

PLACE = "ray.json"

_CHECKPOINTS = "checkpoints/step-*.safetensors"
_OWN = (CONFIG, EVENTS, INPUTS, LOG, PLACE, "commands", "heartbeat")
_OWN_BEGINNINGS = ("worker.", "starting.", ".")
"""Names of what of a run folder stays where it is: each side has its own."""
_ENDS = ("finished", "stopped", "failed")
_MB = 10**6
_LENGTHS = (1, 19)  # of carrying and of the job, for the progress of both
_EVERY_S = 0.5
_ASK_EVERY_S = 2.0
_LOG_EVERY_S = 10.0
_LAST_WORDS_S = 20.0
_PATIENCE_S = 120.0  # for a cluster that does not answer: its network, or its head node that is started anew


def is_elsewhere(folder: Path) -> bool:
    """Whether a job of the cluster may work on a run."""
    return (folder / PLACE).is_file()


def run_elsewhere(job: Job, reporter: Reporter) -> bool:
    """Run a stage on the cluster, or follow it further there.

    Args:
        job: The run.
        reporter: Hears of it, and may ask it to stop.

    Returns:
        Whether it is finished; it is not if it was asked to stop.

    Raises:
        ClusterError: There is no cluster, it does not answer, or the run failed there.
        JobError: Another process works on it, or a link leads out of its folder.
        FileNotWrittenError: The run's folder or the shared disk cannot be written.
    """
    check_links(job.folder)
    with occupied(job.folder, slot=RAY):
        append_event(job.folder, "started", likeness=code_version(), on=RAY)
        try:
            cluster = required_cluster()
            end = _Following(job, cluster, RayJobs(cluster), reporter).to_the_end()
        except BaseException as error:
            append_event(job.folder, "failed", **explain(error, job.config).as_event())
            raise
        append_event(job.folder, **end)
        forget(job.folder, "stop")
    if end["event"] == "failed":
        raise ClusterError(str(end.get("error") or "It failed on the cluster."))
    return bool(end["event"] == "finished")


def stop_elsewhere(folder: Path) -> None:
    """End the job of the cluster that may work on a run, at once, and forget it.

    Raises:
        ClusterError: The cluster does not answer, or the settings do not have it any more.
    """
    place = _read_place(folder)
    if place is None:
        return
    RayJobs(required_cluster()).stop(place.job)
    (folder / PLACE).unlink(missing_ok=True)


@dataclasses.dataclass(frozen=True)
class _Place:
    """What ray.json says: the name of the cluster's job, and how many characters of what it said are in log.txt."""

    job: str
    said: int = 0


class _Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The run was asked to stop while it was carried."""


class _Following:
    """One run on the cluster, from carrying it there to fetching what it made."""

    def __init__(self, job: Job, cluster: Cluster, jobs: RayJobs, reporter: Reporter) -> None:
        self._job, self._folder, self._cluster, self._jobs, self._reporter = job, job.folder, cluster, jobs, reporter
        place = _read_place(job.folder)
        self._is_new = place is None
        self._place = place or _Place(f"likeness-{job.folder.name}-{secrets.token_hex(4)}")
        self._there = cluster.here / self._place.job
        self._events = EventReader(self._there)
        self._count = 0  # events read there
        self._written = 0 if self._is_new else _written(job.folder, self._place.job)
        self._asked = self._kept = -_LOG_EVERY_S  # when the cluster was asked, and when its log was
        self._answered = time.monotonic()

    def to_the_end(self) -> Event:
        """Follow it until it ends, and fetch what it made; the event that it ended with, which is not written yet."""
        if self._is_new:
            try:
                self._carry()
            except _Stopped:
                return {"event": "stopped"}
            append_event(self._folder, "submitted", job=self._place.job, address=self._cluster.address)
            self._keep(self._place)
        if not self._jobs.status(self._place.job).is_known:
            variables = {"LIKENESS_DATA": self._cluster.data} if self._cluster.data else {}
            self._jobs.submit(self._place.job, self._line(), variables)
        try:
            end = self._follow()
        except KeyboardInterrupt:
            self._jobs.stop(self._place.job)
            raise
        self._wait()
        carry(self._there, self._folder, _is_own, prune=_CHECKPOINTS)
        self._keep_log()
        (self._folder / PLACE).unlink(missing_ok=True)
        shutil.rmtree(self._there, ignore_errors=True)
        return end

    def _line(self) -> str:
        run = f"{self._cluster.there}/{self._place.job}"
        return f"{self._cluster.command} train {shlex.quote(self._job.kind)} --run {shlex.quote(run)}"

    def _carry(self) -> None:
        """Bring the run's folder and its inputs to the shared disk, with settings that name them as the cluster sees them."""
        config = dataclasses.asdict(self._job.config)
        targets = {}
        for field in fields_of(type(self._job.config)):
            folder = Path(str(config[field.name]))
            if field.kind in ("run", "folder") and config[field.name] and folder.is_dir():
                shared = f"inputs-{folder.name}-{fingerprint(folder)}"
                targets[folder] = self._cluster.here / shared
                config[field.name] = f"{self._cluster.there}/{shared}"
        told = self._load([*(path for folder in targets for path in files_of(folder)), *files_of(self._folder, _is_own)])
        try:
            for folder, target in targets.items():
                carry(folder, target, told=told)
            carry(self._folder, self._there, _is_own, told)
        except BaseException:
            shutil.rmtree(self._there, ignore_errors=True)  # a run that goes on looks for no half of it
            raise
        frozen = {"kind": self._job.kind, "likeness": code_version(), "config": config}
        write_atomically(self._there / CONFIG, (json.dumps(frozen, indent=2) + "\n").encode())

    def _load(self, files: Iterable[Path]) -> Callable[[int], None]:
        """What hears of every byte of these files that is carried: it tells how far that is, and ends it if asked to."""
        recorder, total, done = Recorder(self._folder, self._reporter), sum(path.stat().st_size for path in files), 0
        carrying, _ = divided(recorder, _LENGTHS)

        def told(size: int) -> None:
            nonlocal done
            done += size
            if total >= _MB:
                carrying.progress(done, total)
            if recorder.should_stop():
                raise _Stopped

        return told

    def _follow(self) -> Event:
        while True:
            self._pass_on()
            has_ended, why = self._ask()  # before hearing: what ends in between has said so
            end = self._hear()
            if end is not None:
                return end
            if has_ended:
                said = f"The cluster ended it: {why or 'it does not say why.'}"
                return {"event": "failed", **lost(self._job.config).as_event(), "error": said}
            time.sleep(_EVERY_S)

    def _wait(self) -> None:
        """Until its process has said its last, which comes after its last event."""
        until = time.monotonic() + _LAST_WORDS_S
        while not self._jobs.status(self._place.job).has_ended and time.monotonic() < until:
            time.sleep(_EVERY_S)

    def _pass_on(self) -> None:
        """Ask there for what is asked for here."""
        if self._reporter.should_stop():
            ask(self._there, "stop")
        for command in COMMANDS:
            if is_asked(self._folder, command):
                ask(self._there, command)
                if command != "stop":  # that one stays until the run ends
                    forget(self._folder, command)

    def _ask(self) -> tuple[bool, str]:
        """Whether the cluster says that it has ended, and why; one that is silent for a while is waited for."""
        now = time.monotonic()
        if now - self._asked < _ASK_EVERY_S:
            return False, ""
        self._asked = now
        try:
            status = self._jobs.status(self._place.job)
            if now - self._kept > _LOG_EVERY_S:
                self._keep_log()
        except ClusterError:
            if now - self._answered > _PATIENCE_S:
                raise
            return False, ""
        self._answered = now
        return status.has_ended or not status.is_known, status.text

    def _hear(self) -> Event | None:
        """Write down what happened there, each event once; the one that the run ended with, if it did."""
        for event in map(believed, self._events.read()):
            self._count += 1
            if event is None:
                continue
            if event["event"] in _ENDS:
                return event
            if self._count > self._written:
                self._tell(event)
        return None

    def _tell(self, event: Event) -> None:
        if event["event"] == "shown":
            carry(self._there / "samples", self._folder / "samples")
        elif event["event"] == "progress":
            _, working = divided(self._reporter, _LENGTHS)
            event["step"], event["total"] = working.of_whole(event["step"], event["total"])
        append_event(self._folder, **event, there=self._count)
        if event["event"] == "progress":
            self._reporter.progress(event["step"], event["total"])
        elif event["event"] == "measured":
            self._reporter.measure(event["name"], event["value"], event["step"])

    def _keep_log(self) -> None:
        """Add to log.txt what it has said since."""
        self._kept = time.monotonic()
        said = self._jobs.log(self._place.job)
        if len(said) > self._place.said:
            with (self._folder / LOG).open("a", encoding="utf-8") as file:
                file.write(said[self._place.said :])
            self._keep(dataclasses.replace(self._place, said=len(said)))

    def _keep(self, place: _Place) -> None:
        self._place = place
        write_atomically(self._folder / PLACE, (json.dumps(dataclasses.asdict(place)) + "\n").encode())


def _is_own(name: str) -> bool:
    return name in _OWN or name.startswith(_OWN_BEGINNINGS)


def _read_place(folder: Path) -> _Place | None:
    try:
        told: Any = json.loads((folder / PLACE).read_bytes())
        return _Place(str(told["job"]), int(told.get("said", 0)))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"{folder / PLACE} is damaged, so nobody knows which job of the cluster works on this run"
        raise ClusterError(f"{what}. Look at the cluster's own list, then delete the file.") from error


def _written(folder: Path, job: str) -> int:
    """How many of the events that the cluster's job wrote are written here already."""
    written, is_it = 0, False
    reader = EventReader(folder)
    while events := reader.read():
        for event in events:
            if event["event"] == "submitted":
                is_it = event.get("job") == job
            if is_it and isinstance(event.get("there"), int):
                written = event["there"]
    return written
