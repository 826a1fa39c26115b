"""What the window remembers between sessions."""

from dataclasses import dataclass, fields, replace
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
    holds_still: bool = False  # the avatar does not blink or look around
    designer: str = ""  # who labels
    label_set: str = ""  # the evaluation set that was open last
    label_start: str = "prediction"  # what labels begin from
    jobs_seen_at: str = ""  # when a person looked at the jobs last, ISO 8601


class Settings:
    """Remembers between sessions, in one file of the user's state folder."""

    def __init__(self, path: Path | None = None) -> None:
        self._store = QSettings(str(path or state_folder() / "window.ini"), QSettings.Format.IniFormat)
        self._now = Remembered(**{field.name: self._read(field.name, field.default) for field in fields(Remembered)})

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
            self._store.setValue(name, QByteArray(value) if isinstance(value, bytes) else value)

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
