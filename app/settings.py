"""What the window remembers between sessions."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QByteArray, QSettings

from core.paths import state_folder
from core.words import tr

Theme = Literal["system", "light", "dark"]


@dataclass(frozen=True)
class Remembered:
    """One session's habits; anything unreadable falls back to these defaults."""

    theme: Theme = "system"
    language: str = ""  # a code as `core.words.languages` has them; empty for the system's
    geometry: bytes = b""  # QWidget.saveGeometry
    photo_folder: str = ""
    avatar_folder: str = ""
    export_folder: str = ""
    export_size: int = 1024  # pixels
    export_background: str = "transparent"
    export_view: str = "current"
    export_what: str = "picture"
    export_embeds: bool = True  # pictures carry the avatar
    export_kind: str = "webp"  # of a turn
    export_turn_size: int = 512  # pixels
    export_frames: int = 36
    export_seconds: int = 3
    camera_device: str = ""  # id of the camera that was used last
    camera_seconds: int = 0  # until a picture is taken
    video_folder: str = ""
    compare_way: str = "beside"  # how photo and avatar are compared
    compare_opacity: int = 50  # of the photo over the avatar, per cent
    shows_regions: bool = True  # photo and avatar show what a setting is about
    corrects_light: bool = True  # a colour taken from a photo is freed of the light's
    holds_still: bool = False  # the avatar does not blink or look around
    reduces_motion: bool = False  # nothing moves by itself
    designer: str = ""  # who labels
    label_set: str = ""  # the evaluation set that was open last
    recent_sets: str = ""  # the evaluation sets that were open last, a line each
    label_folder: str = ""  # where labels and packed sets were read from or written to
    label_again: int = 0  # how many photos are labelled a second time; 0 while it is the first
    label_start: str = "prediction"  # what labels begin from
    jobs_seen_at: str = ""  # when a person looked at the jobs last, ISO 8601
    found_lately: str = ""  # what was taken from the search last, a line each
    shortcuts: Mapping[str, str] = field(default_factory=dict)  # id of a command -> its keys, "; " between them


class Settings:
    """Remembers between sessions, in one file of the user's state folder.

    Several windows share the file: Qt writes it whole, under a lock, and takes over what the others wrote of other keys.
    """

    def __init__(self, path: Path | None = None) -> None:
        file = path or state_folder() / "window.ini"
        self.problem = _set_aside_if_damaged(file)
        """What is wrong with the file, in sentences; empty where nothing is."""
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
        self._store = QSettings(str(file), QSettings.Format.IniFormat)
        if not self.problem and not _is_writable(file):
            self.problem = tr(
                "Settings cannot be kept: {folder} cannot be written. Likeness works all the same, and forgets them when it is "
                "closed.",
                folder=file.parent,
            )
        defaults = {one.name: one.default for one in fields(Remembered) if one.default is not MISSING}
        values = {name: self._read(name, default) for name, default in defaults.items()}
        self._now = Remembered(**values, shortcuts=self._read_group("shortcuts"))

    @property
    def now(self) -> Remembered:
        """What is remembered."""
        return self._now

    def remember(self, **changes: Any) -> None:
        """Remember something else from now on.

        Args:
            changes: New values of fields of `Remembered`.
        """
        self._now = replace(self._now, **changes)
        for name, value in changes.items():
            if isinstance(value, Mapping):
                self._store.remove(name)
                for key, one in value.items():
                    self._store.setValue(f"{name}/{key}", one)
            else:
                self._store.setValue(name, QByteArray(value) if isinstance(value, bytes) else value)

    def _read_group(self, name: str) -> Mapping[str, str]:
        """A section of the file; what a person wrote with commas comes as a list."""
        values = {key.partition("/")[2]: self._store.value(key) for key in self._store.allKeys() if key.startswith(f"{name}/")}
        return {key: "; ".join(map(str, value)) if isinstance(value, list) else str(value or "") for key, value in values.items()}

    def _read(self, name: str, default: Any) -> Any:
        value = self._store.value(name, default)
        if isinstance(default, bytes):
            return bytes(value.data()) if isinstance(value, QByteArray) else default
        if isinstance(default, bool):
            return str(value).lower() == "true"
        if isinstance(default, int):
            return int(str(value)) if str(value).isdigit() else default
        if name == "theme" and value not in ("system", "light", "dark"):
            return default
        return str(value)


def _set_aside_if_damaged(file: Path) -> str:
    """Move a file that is none of ours out of the way; what to say of it, or nothing."""
    try:
        content = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return tr("The settings could not be read, so Likeness starts with its own: {reason}.", reason=error.strerror or error)
    if _is_ours(content):
        return ""
    kept = file.with_name(f"{file.name}.bad")
    with contextlib.suppress(OSError):
        file.replace(kept)
        return tr("The settings were damaged, so Likeness starts with its own. The old ones are kept as {file}.", file=kept)
    return tr("The settings are damaged, so Likeness starts with its own.")


def _is_ours(content: bytes) -> bool:
    """Whether it is text of sections and of names with values, as Qt writes it."""
    if b"\0" in content:
        return False
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError:
        return False
    goes_on = False
    for line in map(str.strip, lines):
        if not goes_on and line and line[0] not in ";#[" and "=" not in line:
            return False
        goes_on = line.endswith("\\")
    return True


def _is_writable(file: Path) -> bool:
    """Whether a file can be put in its place; tried, because what a system says of its folders is not always so."""
    probe = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True
