"""The cluster that runs may be sent to: a Ray that is there already, and a disk that it shares with this machine.

Source: Ray Jobs (docs.ray.io, “Ray Job Submission”). A run is submitted as a Ray job over HTTP, and everything that it reads and
writes goes over the shared disk, which Ray's own libraries need for training on several machines too.
"""

import contextlib
import dataclasses
import json
import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

from core.errors import ClusterError, SettingError
from core.files import write_atomically
from core.jobs.settings import make_config, read_settings
from core.paths import data_folder
from core.version import ROOT

RAY = "ray"
"""The slot of runs that are sent to the cluster, which has a queue of its own: any number may be there."""

_FILE = "cluster.json"


@dataclass(frozen=True)
class Cluster:
    """Which cluster, and how it sees what is here."""

    address: str = ""  # of Ray's dashboard, http://HOST:8265
    folder: str = ""  # on the shared disk, for runs that are there, as this machine sees it
    folder_there: str = ""  # the same as the cluster sees it; empty is the same path
    program: str = ""  # the command that is Likeness there; empty is the one that runs here
    data: str = ""  # LIKENESS_DATA there: portraits and teachers; empty is what is set there
    cpus: float = 1.0  # processors that a run is given
    gpus: float = 0.0  # GPUs that a run is given

    @property
    def here(self) -> Path:
        """The shared folder as this machine sees it."""
        return Path(self.folder)

    @property
    def there(self) -> str:
        """The shared folder as the cluster sees it."""
        return (self.folder_there or str(self.here.resolve())).rstrip("/")

    @property
    def command(self) -> str:
        """What a shell there calls Likeness by."""
        return self.program or shlex.join([sys.executable, str(ROOT / "main.py")])


def read_cluster() -> Cluster | None:
    """The cluster of this user's settings; None where there is none.

    Raises:
        SettingError: The settings are damaged.
    """
    path = data_folder() / _FILE
    if not path.exists():
        return None
    return _checked(make_config(Cluster, read_settings(path, [])))


def required_cluster() -> Cluster:
    """The cluster of this user's settings.

    Raises:
        ClusterError: There is none.
        SettingError: The settings are damaged.
    """
    cluster = read_cluster()
    if cluster is None:
        raise ClusterError("There is no cluster. `main.py jobs cluster --set address=http://HOST:8265` names one.")
    return cluster


def write_cluster(settings: dict[str, Any]) -> Cluster:
    """Change the settings of the cluster, or make them; what is not named stays.

    Raises:
        SettingError: They make no sense.
        FileNotWrittenError: They could not be written.
    """
    cluster = _checked(make_config(Cluster, settings, read_cluster() or Cluster()))
    path = data_folder() / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, (json.dumps(dataclasses.asdict(cluster), indent=2) + "\n").encode())
    return cluster


def forget_cluster() -> None:
    """Have no cluster any more."""
    (data_folder() / _FILE).unlink(missing_ok=True)


def _checked(cluster: Cluster) -> Cluster:
    if not cluster.address.startswith(("http://", "https://")):
        raise SettingError("The cluster's address must be that of Ray's dashboard: address=http://HOST:8265.")
    if not cluster.folder or not cluster.here.is_absolute():
        raise SettingError("The cluster needs a folder on a disk that it shares with this machine: folder=/mnt/team/likeness.")
    if cluster.cpus < 0 or cluster.gpus < 0:
        raise SettingError("A run cannot be given less than no processor or GPU.")
    return cluster


@dataclass(frozen=True)
class Status:
    """How a submitted job stands: whether the cluster knows it, whether it has ended, and what the cluster says of it."""

    is_known: bool
    has_ended: bool
    text: str = ""


class RayJobs:
    """The jobs of a Ray cluster."""

    def __init__(self, cluster: Cluster) -> None:
        """Raises `ClusterError` where the cluster does not answer, or Ray is not installed here."""
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            from ray.job_submission import JobSubmissionClient  # of the extra `cluster`
        except ImportError as error:
            raise ClusterError("Ray is not installed here. Run `python3 main.py setup cluster`.") from error
        self._cluster = cluster
        with _answering(cluster):
            # By ourselves: Ray sends the token only where it was told to ask for one itself before it was loaded.
            token = _token()
            self._client = JobSubmissionClient(cluster.address, headers={"Authorization": f"Bearer {token}"} if token else None)

    def submit(self, name: str, line: str, variables: dict[str, str]) -> None:
        """Run a line of shell as the job of this name; Ray refuses a name twice, so that nothing runs twice."""
        cluster = self._cluster
        with _answering(cluster):
            if not self.status(name).is_known:
                self._client.submit_job(
                    entrypoint=line,
                    submission_id=name,
                    runtime_env={"env_vars": variables},
                    entrypoint_num_cpus=cluster.cpus,
                    entrypoint_num_gpus=cluster.gpus,
                )

    def status(self, name: str) -> Status:
        """How the job of this name stands."""
        with _answering(self._cluster):
            try:
                found = self._client.get_job_info(name)
            except RuntimeError as error:
                if "404" in str(error):
                    return Status(is_known=False, has_ended=False)
                raise
            return Status(is_known=True, has_ended=found.status.is_terminal(), text=found.message or str(found.status))

    def log(self, name: str) -> str:
        """What it has said so far."""
        with _answering(self._cluster):
            return str(self._client.get_job_logs(name))

    def stop(self, name: str) -> None:
        """End it at once, if it is there."""
        with _answering(self._cluster):
            status = self.status(name)
            if status.is_known and not status.has_ended:
                self._client.stop_job(name)


def _token() -> str:
    """What this user shows to the cluster, from where Ray keeps it: RAY_AUTH_TOKEN, RAY_AUTH_TOKEN_PATH or ~/.ray/auth_token."""
    named = os.environ.get("RAY_AUTH_TOKEN_PATH")
    with contextlib.suppress(OSError):
        return os.environ.get("RAY_AUTH_TOKEN") or Path(named or Path.home() / ".ray" / "auth_token").read_text().strip()
    return ""


@contextlib.contextmanager
def _answering(cluster: Cluster) -> Iterator[None]:
    from ray.exceptions import RayError

    try:
        yield
    except (RayError, RuntimeError, OSError, ValueError) as error:  # what its client raises has no common kind
        said = shorten(str(error), 300, placeholder=" …").rstrip(".")
        raise ClusterError(f"The cluster at {cluster.address} does not do what it is asked: {said}.") from error
