"""A stage's configuration from what a person wrote: a file, and `key=value`."""

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from core.errors import SettingError

_WANTED = {"int": "a whole number", "float": "a number", "bool": "true or false", "list": "a list", "tuple": "a list"}
"""How pydantic's names for what is wrong begin -> what people read."""


def read_settings(path: Path | None, assignments: Sequence[str]) -> dict[str, Any]:
    """Settings by name, from a JSON file and from `key=value`, which holds over the file.

    Raises:
        SettingError: The file cannot be read, or an assignment is not one.
    """
    settings = {} if path is None else _read_file(path)
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not (name and equals):
            raise SettingError(f"“{assignment}” is not of the form key=value.")
        settings[name.strip()] = value
    return settings


def make_config(kind: type[Any], settings: Mapping[str, Any], base: Any = None) -> Any:
    """A configuration with these settings, the rest as in `base` or at the defaults.

    Args:
        kind: A frozen dataclass of `core.configs`.
        settings: Values by name; a text is read as the type of its field.
        base: The configuration to start from.

    Raises:
        SettingError: There is no such setting, or it does not take this value.
    """
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    values = {}
    for name, value in settings.items():
        if name not in names:
            raise SettingError(f"There is no setting “{name}”; there are {', '.join(names)}.")
        values[name] = _read_value(name, value, hints[name])
    return kind(**values) if base is None else dataclasses.replace(base, **values)


def differences(begun: Any, asked: Any) -> list[str]:
    """How a configuration differs from the one a run was begun with, one phrase for each setting."""
    was, now = dataclasses.asdict(begun), dataclasses.asdict(asked)
    return [f"{name} is {was[name]!r}, not {now[name]!r}" for name in was if was[name] != now[name]]


def _read_file(path: Path) -> dict[str, Any]:
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SettingError(f"{path} cannot be read as JSON: {error}.") from error
    if not isinstance(settings, dict):
        raise SettingError(f"{path} does not hold settings by name.")
    return settings


_adapter = lru_cache(TypeAdapter)  # by type: building one takes longer than all it reads


def _read_value(name: str, value: Any, hint: Any) -> Any:
    adapter = _adapter(hint)
    try:
        if isinstance(value, str) and hint not in (str, int, float, bool):
            read = adapter.validate_json(value)
        else:
            read = adapter.validate_python(value)
    except ValidationError as error:
        kind = error.errors()[0]["type"]
        wanted = next((words for start, words in _WANTED.items() if kind.startswith(start)), "")
        what = f"it must be {wanted}" if wanted else error.errors()[0]["msg"]
        raise SettingError(f"{name} cannot be “{value}”: {what}.") from error
    if isinstance(read, float) and not math.isfinite(read):
        raise SettingError(f"{name} cannot be “{value}”: it must be a finite number.")
    return read
