"""What there is to find: the commands of a page, the settings of an avatar, and what each of them can be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction

from app.actions import COMMANDS, SECTIONS, keys_in_words
from app.widgets.field_row import spoken_name
from app.widgets.palette_list import Entry
from core.avatar.schema import AvatarSchema, DiscreteParameter
from core.avatar.vector import AvatarVector, Value
from core.words import tr

_COMMAND, _SETTING, _FILE = 4.0, 3.0, 1.0  # points: of what is called alike, a command is looked for most


def command_entries(actions: Mapping[str, QAction], page: str, without: Sequence[str] = ()) -> Iterator[Entry]:
    """The commands of a page, in the order of the menu; without those that last while their keys are held.

    Args:
        actions: By the command's id.
        page: The page in `app.actions.PAGES`.
        without: Ids of commands that are left out.
    """
    for command in COMMANDS:
        if not command.is_on(page) or command.is_held or command.id in without:
            continue
        action = actions[command.id]
        yield Entry(
            key=f"command {command.id}",
            text=action.text(),
            take=action.trigger,
            place=tr(SECTIONS[command.section.partition(" ")[0]]) if command.section else "",
            keys=keys_in_words(action),
            also=(tr(command.text),),
            is_enabled=action.isEnabled(),
            worth=_COMMAND,
        )


def setting_entries(
    vector: AvatarVector, go_to: Callable[[str], None], choose: Callable[[Mapping[str, Value]], None]
) -> Iterator[Entry]:
    """The settings that can be seen on an avatar, and what each of them can be.

    Args:
        vector: The avatar.
        go_to: Goes to the row of a parameter.
        choose: Takes values by parameter id.
    """
    schema = vector.schema
    named: set[str] = set()
    for parameter in schema:
        blend = getattr(parameter, "blend", None)
        name = spoken_name(parameter.component, "Shape" if blend else parameter.name)
        if not vector.shows(parameter.id) or (blend or parameter.id) in named:
            continue
        named.add(blend or parameter.id)
        yield Entry(
            key=f"setting {blend or parameter.id}",
            text=tr("{name}…", name=name),
            take=partial(go_to, parameter.id),
            place=tr("Setting"),
            also=(tr(parameter.component.replace("_", " ").capitalize()),),
            worth=_SETTING,
        )
    yield from _options(schema, vector, choose)


def _options(schema: AvatarSchema, vector: AvatarVector, choose: Callable[[Mapping[str, Value]], None]) -> Iterator[Entry]:
    for parameter in schema.discrete:
        if vector.shows(parameter.id):
            for option in parameter.options:
                yield _option(parameter, option.id, vector, choose)
    for blend, members in schema.blends.items():
        name = spoken_name(members[0].component, "Shape")
        for member in members:
            values: dict[str, Value] = {other.id: float(other is member) for other in members}
            text = tr("{name}: {value}", name=name, value=tr(member.name))
            yield Entry(f"option {blend} {member.id}", text, partial(choose, values), tr("Try on"), values=values)


def _option(
    parameter: DiscreteParameter, option_id: str, vector: AvatarVector, choose: Callable[[Mapping[str, Value]], None]
) -> Entry:
    values: dict[str, Value] = {parameter.id: option_id}
    name, value = spoken_name(parameter.component, parameter.name), tr(parameter.option(option_id).name)
    place = tr("Chosen") if vector[parameter.id] == option_id else tr("Try on")
    text = tr("{name}: {value}", name=name, value=value)
    return Entry(f"option {parameter.id} {option_id}", text, partial(choose, values), place, values=values)


def file_entries(paths: Sequence[Path], open_path: Callable[[Path], None]) -> Iterator[Entry]:
    """Files that were open lately."""
    for path in paths:
        yield Entry(f"file {path}", path.name, partial(open_path, path), str(path.parent), also=(str(path),), worth=_FILE)
