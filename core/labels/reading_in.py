"""Labels from files that anybody may have written: every field is checked before it counts."""

import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, get_args

from core.avatar.schema import AvatarSchema, ContinuousParameter
from core.avatar.vector import Value
from core.errors import ValueRefusedError
from core.labels.records import STATES, By, EngineFacts, Label, Start
from core.labels.travelling import CarriedEdit, CarriedLabel
from core.words import tr

_SHA256 = re.compile(r"[0-9a-f]{64}")
_WITHOUT_PARAMETER: Final = (":state", ":note", ":flags", ":start")
_OF_FIELD: Final = ("field", "value", "by", "field_seconds", "name")
_OF_EDIT: Final = {"kind", "field", "old", "new", "old_by", "by", "seconds", "at"}
OF_LABEL: Final = (
    "photo", "name", "designer", "engine", "fingerprint", "take", "state", "start", "started_from", "seconds", "made_at",
    "changed_at", "note", "flags",
)  # fmt: skip
"""What files say of a label as a whole."""

_KEYS = {*OF_LABEL, "values", "provenance", "edits"}


class RefusedError(Exception):
    """A label that cannot be taken, and why.

    Attributes:
        row: Which of its rows is at fault, counted from 0.
    """

    def __init__(self, message: str, row: int = 0) -> None:
        super().__init__(message)
        self.row = row


class ReadingIn:
    """Makes labels of what stands in files, for one set."""

    def __init__(self, engines: Mapping[str, EngineFacts], schemas: Mapping[str, AvatarSchema]) -> None:
        """Begin to read.

        Args:
            engines: What the set is for.
            schemas: Engine -> its parameters as they are today.
        """
        self._engines = engines
        self._schemas = schemas
        self._now = datetime.now(UTC)

    def whole(self, data: Any) -> CarriedLabel:
        """A label from one object of JSON, as `export_labels` writes it.

        Raises:
            RefusedError: Something in it is not what it must be.
        """
        if not isinstance(data, dict):
            raise RefusedError(tr("This is no label: a line is one object of JSON."))
        strange = sorted(set(data) - _KEYS)
        if strange:
            raise RefusedError(
                tr(
                    "“{strange}” is nothing that labels have. If a newer Likeness wrote this file, update this one.",
                    strange=strange[0],
                )
            )
        schema = self._schema(data)
        values = {name: _value(schema, name, value) for name, value in _mapping(data, "values").items()}
        provenance = {name: _one_of(by, "by", get_args(By)) for name, by in _mapping(data, "provenance").items()}
        edits = tuple(_edit(schema, edit) for edit in _list(data, "edits"))
        return CarriedLabel(_photo(data), self._label(data, schema, values, provenance), edits)

    def from_rows(self, rows: Sequence[Mapping[str, str]]) -> CarriedLabel:
        """A label from its rows of a CSV file; what is empty gets its default.

        Raises:
            RefusedError: Something in it is not what it must be; it says in which row.
        """
        data: dict[str, Any] = {name: text for name, text in rows[0].items() if name not in _OF_FIELD and text}
        for row, other in enumerate(rows):
            strange = [name for name, text in other.items() if name not in _OF_FIELD and text != rows[0][name]]
            if strange:
                raise RefusedError(tr("{strange} is not the same as in the label's first row.", strange=strange[0]), row)
        data |= {name: _number(data[name], name) for name in ("take", "seconds") if name in data}
        data |= {"flags": _json_list(data["flags"])} if "flags" in data else {}
        schema = self._schema(data)
        values: dict[str, Value] = {}
        provenance: dict[str, By] = {}
        took: dict[str, float] = {}
        for row, other in enumerate(rows):
            name = other["field"]
            if name in values:
                raise RefusedError(tr("{name} is there twice.", name=name), row)
            if not name:
                continue
            try:
                values[name] = _value_of_text(schema, name, other["value"])
                provenance[name] = _one_of(other.get("by") or "edited", "by", get_args(By))
                took[name] = _amount(_number(other.get("field_seconds") or "0", "field_seconds"), "field_seconds")
            except RefusedError as error:
                raise RefusedError(str(error), row) from error
        label = self._label(data, schema, values, provenance)
        at = label.changed_at
        history = (
            CarriedEdit("do", name, None, values[name], None, provenance[name], seconds, at)
            for name, seconds in took.items()
            if seconds
        )
        return CarriedLabel(_photo(data), label, tuple(history))

    def _schema(self, data: Mapping[str, Any]) -> AvatarSchema:
        """Of the label's engine, where the set and this Likeness have it in the label's version."""
        engine = _text(data, "engine")
        if engine not in self._engines:
            raise RefusedError(
                tr(
                    "This label was made for engine {engine}; the set is for {names}.",
                    engine=engine,
                    names=", ".join(self._engines),
                )
            )
        if engine not in self._schemas:
            raise RefusedError(tr("This label was made for engine {engine}, which is not installed here.", engine=engine))
        schema, known = self._schemas[engine], self._engines[engine].core
        fingerprint = data.get("fingerprint", schema.fingerprint())
        if fingerprint not in (known, schema.fingerprint()):
            raise RefusedError(
                tr(
                    "This label was made for {engine} with other parameters ({fingerprint}); here are {known} and, today, "
                    "{schema}.",
                    engine=engine,
                    fingerprint=fingerprint,
                    known=known,
                    schema=schema.fingerprint(),
                )
            )
        return schema

    def _label(
        self, data: Mapping[str, Any], schema: AvatarSchema, values: Mapping[str, Value], provenance: Mapping[str, By]
    ) -> Label:
        fingerprint = data.get("fingerprint", schema.fingerprint())
        state = _one_of(data.get("state", "done"), "state", STATES)
        missing = [one.id for one in schema.group("core") if one.id not in values]
        if missing and state in ("done", "unsure") and fingerprint == schema.fingerprint():
            raise RefusedError(
                tr("The label says nothing of {names} and others.", names=", ".join(missing[:3]))
                if len(missing) > 3
                else tr("The label says nothing of {names}.", names=", ".join(missing))
            )
        made_at = _moment(data, "made_at") or self._now
        whence = None if data.get("started_from") is None else _text(data, "started_from")
        return Label(
            id=0, item_id=0, designer=_text(data, "designer").strip(), engine=schema.engine, take=_take(data),
            fingerprint=fingerprint, state=state, values=values, provenance=provenance, note=_text(data, "note", ""),
            flags=_flags(data), start=_one_of(data.get("start", "blind"), "start", get_args(Start)), started_from=whence,
            seconds=_amount(data.get("seconds", 0.0), "seconds"), made_at=made_at,
            changed_at=_moment(data, "changed_at") or made_at,
        )  # fmt: skip


def _photo(data: Mapping[str, Any]) -> str:
    photo = _text(data, "photo")
    if not _SHA256.fullmatch(photo):
        raise RefusedError(
            tr("photo is “{photo}”; it must be the 64 hex digits by which `labels list --json` names photos.", photo=photo[:80])
        )
    return photo


def _text(data: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = data.get(name, default)
    if value is None or (default is None and isinstance(value, str) and not value.strip()):
        raise RefusedError(tr("{name} is missing.", name=name))
    if not isinstance(value, str):
        raise RefusedError(tr("{name} must be a text.", name=name))
    try:
        value.encode()
    except UnicodeEncodeError as error:  # half a sign, which no store can keep
        raise RefusedError(tr("{name} has signs in it that are no text.", name=name)) from error
    return value


def _mapping(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name, {})
    if not isinstance(value, dict):
        raise RefusedError(tr("{name} must be an object of JSON.", name=name))
    return value


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise RefusedError(tr("{name} must be a list.", name=name))
    return value


def _flags(data: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted({_text({"flags": flag}, "flags") for flag in _list(data, "flags")}))


def _take(data: Mapping[str, Any]) -> int:
    take = data.get("take", 1)
    if isinstance(take, bool) or not isinstance(take, int | float) or take not in range(1, 10):
        raise RefusedError(tr("take is {take}; it must be 1, or 2 for a second time.", take=take))
    return int(take)


def _moment(data: Mapping[str, Any], name: str) -> datetime | None:
    if name not in data:
        return None
    text = _text(data, name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(
            tr("{name} is “{text}”; moments look like 2026-11-22T14:30:00+00:00.", name=name, text=text)
        ) from error
    if moment.tzinfo is None:
        raise RefusedError(
            tr("{name} is “{text}”, without a time zone; moments look like 2026-11-22T14:30:00+00:00.", name=name, text=text)
        )
    return moment.astimezone(UTC)


def _amount(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not (math.isfinite(value) and value >= 0):
        raise RefusedError(tr("{name} is {value}; it must be a number of seconds.", name=name, value=value))
    return float(value)


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise RefusedError(tr("{name} is “{text}”; it must be a number.", name=name, text=text)) from error


def _json_list(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise RefusedError(tr('flags is “{text}”; flags look like ["one", "two"].', text=text)) from error


def _one_of(value: Any, name: str, words: Collection[str]) -> Any:
    if value not in words:
        raise RefusedError(tr("{name} is “{value}”; there are {names}.", name=name, value=value, names=", ".join(words)))
    return value


def _value_of_text(schema: AvatarSchema, name: str, text: str) -> Value:
    is_number = name in schema and isinstance(schema[name], ContinuousParameter)
    return _value(schema, name, _number(text, name) if is_number else text)


def _value(schema: AvatarSchema, name: str, value: Any) -> Value:
    try:
        parameter = schema[name]
        if not isinstance(parameter, ContinuousParameter):
            if not isinstance(value, str):
                raise RefusedError(tr("{name} is {value}; it must be the id of an option.", name=name, value=value))
            return parameter.option(value).id
    except ValueRefusedError as error:
        raise RefusedError(str(error)) from error
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= 1.0:
        raise RefusedError(tr("{name} is {value}; it must be between 0 and 1.", name=name, value=value))
    return float(value)


def _edit(schema: AvatarSchema, data: Any) -> CarriedEdit:
    if not isinstance(data, dict) or set(data) != _OF_EDIT:
        raise RefusedError(tr("An edit has {names}, and nothing else.", names=", ".join(sorted(_OF_EDIT))))
    name, at = _text(data, "field"), _moment(data, "at")
    if at is None:
        raise RefusedError(tr("An edit's moment is missing."))
    old, new = (_edited(schema, name, data[side]) for side in ("old", "new"))
    old_by, by = (None if data[side] is None else _one_of(data[side], side, get_args(By)) for side in ("old_by", "by"))
    kind = _one_of(data["kind"], "kind", ("do", "undo", "redo"))
    return CarriedEdit(kind, name, old, new, old_by, by, _amount(data["seconds"], "seconds"), at)


def _edited(schema: AvatarSchema, name: str, value: Any) -> Any:
    if value is None or (name in _WITHOUT_PARAMETER and isinstance(value, str)):
        return value
    if name in _WITHOUT_PARAMETER:
        if isinstance(value, list) and all(word is None or isinstance(word, str) for word in value):
            return value
        raise RefusedError(tr("{name} was changed to {value}, which it cannot be.", name=name, value=value))
    return _value(schema, name, value)
