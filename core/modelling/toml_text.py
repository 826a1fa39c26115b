"""Writing TOML: the standard library only reads it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


def to_toml(document: Mapping[str, Any]) -> str:
    """A document as TOML text.

    Mappings become tables, sequences of mappings arrays of tables, mappings inside those inline tables. Floats are rounded to six
    digits. Keys keep their order, so the same document gives the same text.

    Raises:
        TypeError: A value that TOML, or this writer, does not have.
    """
    lines: list[str] = []
    _add_table(lines, (), document)
    return "\n".join(lines).strip() + "\n"


def _add_table(lines: list[str], path: tuple[str, ...], table: Mapping[str, Any]) -> None:
    inner = {key: value for key, value in table.items() if _is_table(value) or _is_tables(value)}
    for key, value in table.items():
        if key not in inner:
            lines.append(f"{_key(key)} = {_value(value)}")
    for key, value in inner.items():
        deeper = (*path, key)
        name = ".".join(_key(part) for part in deeper)
        if _is_tables(value):
            for row in value:
                lines.extend(["", f"[[{name}]]"])
                _add_row(lines, deeper, row)
        else:
            if any(not _is_table(v) for v in value.values()) or not value:
                lines.extend(["", f"[{name}]"])
            _add_table(lines, deeper, value)


def _add_row(lines: list[str], path: tuple[str, ...], row: Mapping[str, Any]) -> None:
    """A table of an array: mappings inside it are inline, so that one row stays together."""
    for key, value in row.items():
        if not _is_tables(value):
            lines.append(f"{_key(key)} = {_value(value)}")
    for key, value in row.items():
        if _is_tables(value):
            for inner in value:
                lines.extend(["", f"[[{'.'.join((*path, key))}]]"])
                _add_row(lines, (*path, key), inner)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and all(_is_table(v) for v in value)


def _key(key: str) -> str:
    plain = key.replace("_", "").replace("-", "")
    return key if plain.isascii() and plain.isalnum() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(round(value, 6))
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    raise TypeError(f"TOML has no {type(value).__name__}")
