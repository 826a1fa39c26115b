"""`words`: collects every text that a person reads, for who translates them."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from core.avatar.schema import AvatarSchema, full_name
from core.cli.output import say
from core.engines import ENGINES, engine_schema
from core.engines.pack_file import read_schema
from core.errors import SettingError
from core.files import write_atomically
from core.paths import ENGINES_FOLDER, RESOURCES
from core.words import LOCALES

TEMPLATE = LOCALES / "likeness.pot"
ROOT = RESOURCES.parent
FOLDERS = ("app", "core")

TAKEN: Mapping[str, tuple[int | str, ...]] = {
    "tr": (0,),
    "trn": (0, 1),
    "mark": (0,),
    "Command": (1, "text"),
    "FixedKeys": (0, 1, "name", "text"),
}
"""Which arguments of what is called are texts, by place or by name."""

_HEADER = """\
# The texts of Likeness, as they are in English. `main.py words` wrote this from the code;
# docs/create.md says how to translate it.
msgid ""
msgstr ""
"Project-Id-Version: Likeness\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"
"""


@dataclass
class Message:
    """One text.

    Attributes:
        text: In English; of something counted, for one.
        many: For any other number; empty where nothing is counted.
        places: The files it is in, and engines whose schemas have it.
    """

    text: str
    many: str = ""
    places: set[str] = field(default_factory=set)


def words(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where to write it.")] = TEMPLATE,
) -> None:
    """Write the catalogue of all texts, to be translated (docs/create.md, “Other languages”)."""
    messages = collect()
    output.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(output, template(messages).encode())
    say(f"{len(messages)} texts written to {output}.")


def collect(root: Path = ROOT) -> list[Message]:
    """Every text of the code and of the schemas that we ship.

    Raises:
        SettingError: A text of the code cannot be translated as it stands: it is put together, or no text at all.
    """
    found: dict[tuple[str, str], Message] = {}
    for path in sorted(file for folder in FOLDERS for file in (root / folder).rglob("*.py")):
        place = path.relative_to(root).as_posix()
        for text, many in texts_of(path.read_text(encoding="utf-8"), place):
            found.setdefault((text, many), Message(text, many)).places.add(place)
    schemas = [engine_schema(name) for name in ENGINES]
    schemas += [read_schema(path.parent) for path in sorted(ENGINES_FOLDER.glob("*/pack.toml"))]
    for schema in schemas:
        for text in names_of(schema):
            found.setdefault((text, ""), Message(text)).places.add(f"engine:{schema.engine}")
    counted = {text for text, many in found if many}
    plain = [one for one in found.values() if one.many or one.text not in counted]  # gettext knows a text by what it is for one
    return sorted(plain, key=lambda one: (one.text.casefold(), one.text, one.many))


def names_of(schema: AvatarSchema) -> Iterator[str]:
    """What people read of a schema: parameters, with and without the part they belong to, options and their tags, and parts."""
    for parameter in schema:
        yield parameter.name
        yield full_name(parameter.component, parameter.name)
        yield parameter.component.replace("_", " ").capitalize()
    for choice in schema.discrete:
        for option in choice.options:
            yield option.name
            tags = (name if value is True else value for name, value in option.tags.items())
            yield from (tag.replace("_", " ") for tag in tags if isinstance(tag, str) and tag not in ("na", "none"))
    for members in schema.blends.values():
        yield full_name(members[0].component, "Shape")


def texts_of(source: str, name: str) -> Iterator[tuple[str, str]]:
    """The texts of one file, each with what it is for many.

    Args:
        source: Python.
        name: What the file is called in errors.

    Raises:
        SettingError: A text is put together at run time, so that nobody could translate it.
    """
    tree = ast.parse(source)
    ours = {"Command", "FixedKeys", *_from_words(tree)}
    for node in ast.walk(tree):
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if not isinstance(node, ast.Call) or called not in TAKEN or called not in ours:
            continue
        given = list(_given(node, TAKEN[called]))
        if called == "trn":
            if len(given) < 2 or not all(map(_is_text, given)):
                raise SettingError(f"{name}, line {node.lineno}: both texts of trn must be written out.")
            yield _text(given[0]), _text(given[1])
            continue
        for one in given:
            if _is_put_together(one) or (called != "tr" and not _is_text(one)):
                raise SettingError(f"{name}, line {node.lineno}: the text of {called} must be written out, with values by name.")
            yield from ((part, "") for part in _written(one) if part)


def _from_words(tree: ast.Module) -> Iterator[str]:
    """What a file takes from `core.words`; others may have functions of the same name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "core.words":
            yield from (one.asname or one.name for one in node.names)


def _given(call: ast.Call, taken: Iterable[int | str]) -> Iterator[ast.expr]:
    for which in taken:
        if isinstance(which, int):
            yield from call.args[which : which + 1]
        else:
            yield from (keyword.value for keyword in call.keywords if keyword.arg == which)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _text(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant)
    return str(node.value)


def _written(node: ast.expr) -> Iterator[str]:
    if _is_text(node):
        yield _text(node)
    elif isinstance(node, ast.IfExp):
        yield from _written(node.body)
        yield from _written(node.orelse)


def _is_put_together(node: ast.expr) -> bool:
    """Whether a text is made of pieces: then it is not what was marked, and no catalogue has it."""
    if isinstance(node, ast.IfExp):
        return _is_put_together(node.body) or _is_put_together(node.orelse)
    is_made = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join")
    return is_made or isinstance(node, ast.JoinedStr | ast.BinOp)


def template(messages: Iterable[Message]) -> str:
    """The messages as a gettext template. Places are files without lines, so that moving code changes nothing."""
    parts = [_HEADER]
    for one in messages:
        lines = [f"#: {place}" for place in sorted(one.places)]
        if "{" in one.text + one.many:
            lines.append("#, python-brace-format")
        lines.append(f"msgid {_quoted(one.text)}")
        lines += [f"msgid_plural {_quoted(one.many)}", 'msgstr[0] ""', 'msgstr[1] ""'] if one.many else ['msgstr ""']
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
