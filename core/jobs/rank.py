"""One of the processes that train together: `python -m core.jobs.rank FOLDER`, started by torchrun for `core.jobs.together`."""

import importlib
import logging
import os
import sys
import threading
from pathlib import Path
from traceback import format_exc

from core.jobs import JOBS
from core.jobs.failures import explain
from core.jobs.job import Job, Recorder
from core.jobs.together import TEAM, tell
from core.reporting import SilentReporter

logger = logging.getLogger(__name__)


def main() -> int:
    """Run the stage of a run folder as the process that torchrun says; the first one reports.

    Returns:
        The exit code, by which torchrun ends the others: 0 done or stopped, 1 failed.
    """
    threading.Thread(target=_end_with_the_parent, name="parent", daemon=True).start()
    job, between = Job.open(Path(sys.argv[1])), Path(os.environ[TEAM])
    recorder = Recorder(between, SilentReporter()) if os.environ["RANK"] == "0" else None
    module, _, name = JOBS[job.kind].function.partition(":")
    try:
        getattr(importlib.import_module(module), name)(job.config, job.folder, recorder or SilentReporter())
    except BaseException as error:
        tell(between, **{"event": "failed", **explain(error, job.config).as_event(), "traceback": format_exc()})
        logger.exception("Process %s of those that train together failed.", os.environ["RANK"])
        return 1
    if recorder is not None:
        recorder.flush()
        tell(between, event="stopped" if recorder.was_stopped else "finished")
    return 0


def _end_with_the_parent() -> None:
    """End at once when the process that started all of them is gone: nobody would hold the run's lock any more."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
