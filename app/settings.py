"""What the window remembers between sessions."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QByteArray, QSettings

from core.paths import state_folder

Theme = Literal["system", "light", "dark"]


@dataclass(frozen=True)
class Remembered:
    """One session's habits; anything unreadable falls back to these defaults."""

    theme: Theme = "system"
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
    holds_still: bool = False  # the avatar does not blink or look around
    designer: str = ""  # who labels
    label_set: str = ""  # the evaluation set that was open last
    recent_sets: str = ""  # the evaluation sets that were open last, a line each
    label_folder: str = ""  # where labels and packed sets were read from or written to
    label_again: int = 0  # how many photos are labelled a second time; 0 while it is the first
    label_start: str = "prediction"  # what labels begin from
    jobs_seen_at: str = ""  # when a person looked at the jobs last, ISO 8601
    shortcuts: Mapping[str, str] = field(default_factory=dict)  # id of a command -> its keys, "; " between them


class Settings:
    """Remembers between sessions, in one file of the user's state folder."""

    def __init__(self, path: Path | None = None) -> None:
        self._store = QSettings(str(path or state_folder() / "window.ini"), QSettings.Format.IniFormat)
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
