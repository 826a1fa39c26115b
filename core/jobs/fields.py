"""The settings of a stage, described for forms: read from its configuration and from what `core.configs` says on each line."""

import dataclasses
import inspect
import io
import json
import re
import shlex
import sys
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from textwrap import dedent
from typing import Any, Literal, get_type_hints

from core.engines import engine_names
from core.jobs import JOBS
from core.version import ROOT

FieldKind = Literal["text", "number", "whole", "switch", "choice", "run", "folder"]

_RUN = re.compile(r"run folder of (?:an earlier )?(\w+)")
_CHOICE = re.compile(r"^\w+(?: \| \w+)+$")


@dataclass(frozen=True)
class SettingField:
    """One setting.

    Attributes:
        name: Of the dataclass's field.
        title: What people read.
        help: Meaning and unit; empty where its name says it all.
        kind: What is typed or chosen; `run` is a run folder, `folder` any folder.
        default: Its default.
        choices: For a choice.
        run_of: The kind of job whose run folder it takes.
        is_required: Whether nothing can begin without it.
    """

    name: str
    title: str
    help: str
    kind: FieldKind
    default: Any
    choices: tuple[str, ...] = ()
    run_of: str = ""
    is_required: bool = False


def fields_of(config: type[Any]) -> tuple[SettingField, ...]:
    """The settings of a configuration, in its order."""
    hints, notes = get_type_hints(config), _notes(config.__module__, config.__qualname__)
    return tuple(_field(field, hints[field.name], notes.get(field.name, "")) for field in dataclasses.fields(config))


def as_text(value: Any) -> str:
    """A setting's value as a person writes it, and as `make_config` reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return value if isinstance(value, str) else json.dumps(value)


def command_line(kind: str, folder: Path, settings: Mapping[str, str], after: Iterable[str] = (), slot: str = "cpu") -> str:
    """What to type to do the same without a window: only the settings that are not the defaults are in it.

    Args:
        kind: Name in `core.jobs.JOBS`.
        folder: The run folder.
        settings: Texts by name.
        after: Names of runs that it waits for.
        slot: Where it works.
    """
    words = [sys.executable, str(ROOT / "main.py"), "jobs", "start", kind, "--runs", str(folder.parent), "--name", folder.name]
    for name in after:
        words += ["--after", name]
    if slot != "cpu":
        words += ["--slot", slot]
    for field in fields_of(JOBS[kind].config):
        if field.name in settings and settings[field.name] != as_text(field.default):
            words += ["--set", f"{field.name}={settings[field.name]}"]
    return shlex.join(words)


def _field(field: "dataclasses.Field[Any]", hint: Any, note: str) -> SettingField:
    title = field.name.replace("_", " ").capitalize()
    run = _RUN.search(note)
    kind: FieldKind = "text"
    choices: tuple[str, ...] = ()
    if hint is bool:
        kind = "switch"
    elif hint in (int, float):
        kind = "whole" if hint is int else "number"
    elif run is not None and run.group(1) in JOBS:
        kind = "run"
        note = note.replace(run.group(0), f"a run of “{JOBS[run.group(1)].title}”")
    elif note.startswith("folder of"):
        kind = "folder"
    elif _CHOICE.match(note):
        kind, choices, note = "choice", tuple(note.split(" | ")), ""
    elif field.name == "engine":
        kind, choices = "choice", tuple(engine_names())
    return SettingField(
        field.name,
        title,
        note[:1].upper() + note[1:],
        kind,
        field.default,
        choices,
        run.group(1) if run is not None and kind == "run" else "",
        is_required=kind in ("run", "folder") and not field.default and "empty is" not in note,
    )


@cache
def _notes(module: str, name: str) -> Mapping[str, str]:
    """The comment on each line of a class; none where the source was not shipped."""
    try:
        source = dedent(inspect.getsource(attrgetter(name)(sys.modules[module])))
    except (OSError, TypeError):
        return {}
    lines = source.splitlines()
    notes = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            name, colon, _ = lines[token.start[0] - 1].partition(":")
            if colon:
                notes[name.strip()] = token.string.lstrip("# ").strip()
    return notes
