"""A run's numbers and samples as TensorBoard's event files, for those who compare runs there.

TensorBoard's own package writes them: who asks for the files has it anyway, and it needs neither torch nor TensorFlow for that.
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from core.errors import FileNotWrittenError, JobError
from core.files import open_plain
from core.jobs.events import Event, EventReader

if TYPE_CHECKING:
    from tensorboard.compat.proto.event_pb2 import Event as Record
    from tensorboard.compat.proto.summary_pb2 import Summary

SUFFIX = ".likeness"
"""What our event files end with: writing them again replaces these, and no others."""


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        folder: Where the event file lies.
        numbers: How many values.
        samples: How many pictures.
        left_out: How many of either could not be read.
    """

    folder: Path
    numbers: int
    samples: int
    left_out: int


def write_event_files(run: Path, output: Path) -> Written:
    """Write what a run measured and showed so far into `output`/name of the run.

    Raises:
        JobError: TensorBoard is not installed.
        FileNotWrittenError: The folder cannot be written.
    """
    try:
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
    except ImportError as error:
        raise JobError(f"TensorBoard is not installed. Install it with `main.py setup tensorboard` ({error}).") from error
    folder = output / run.name
    counts = {"measured": 0, "shown": 0}
    left_out = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"events.out.tfevents.*{SUFFIX}"):
            old.unlink()
        with closing(EventFileWriter(str(folder), filename_suffix=SUFFIX)) as writer:
            reader = EventReader(run)
            while events := reader.read():
                for event in (event for event in events if event["event"] in counts):
                    record = _record(run, event)
                    if record is None:
                        left_out += 1
                    else:
                        writer.add_event(record)
                        counts[event["event"]] += 1
    except OSError as error:
        raise FileNotWrittenError(f"{folder} was not written: {error.strerror or error}.") from error
    return Written(folder, counts["measured"], counts["shown"], left_out)


def _record(run: Path, event: Event) -> "Record | None":
    """An event as TensorBoard has it; None where it is a line of somebody else's making, or its picture is gone."""
    from tensorboard.compat.proto.event_pb2 import Event as Record
    from tensorboard.compat.proto.summary_pb2 import Summary

    try:
        when, step = datetime.fromisoformat(event["at"]).timestamp(), int(event["step"])
        return Record(wall_time=when, step=step, summary=Summary(value=[_value(run, event)]))
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def _value(run: Path, event: Event) -> "Summary.Value":
    """A number or a picture of the run.

    Raises:
        KeyError, TypeError, ValueError, OSError: The event or its picture cannot be read.
    """
    from tensorboard.compat.proto.summary_pb2 import Summary

    tag = str(event["name"])
    if event["event"] == "measured":
        return Summary.Value(tag=tag, simple_value=float(event["value"]))
    content = _picture(run, event)
    with Image.open(BytesIO(content)) as image:
        width, height = image.size
    return Summary.Value(tag=tag, image=Summary.Image(height=height, width=width, colorspace=3, encoded_image_string=content))


def _picture(run: Path, event: dict[str, Any]) -> bytes:
    path = (run / str(event["path"])).resolve()
    if not path.is_relative_to(run.resolve()):
        raise ValueError("a path out of the folder")
    with open_plain(path) as file:
        return file.read()
