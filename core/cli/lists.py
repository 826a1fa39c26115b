"""`engines`, `schema`, `methods`, `models`: what there is."""

import ast
import importlib.util
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.avatar.schema import AvatarSchema, ContinuousParameter, Parameter
from core.cli.arguments import Engine, Json
from core.cli.output import result, result_json
from core.engines import engine_names, engine_schema
from core.errors import AvatarError
from core.methods import DEFAULT_METHOD, METHODS
from core.models import installed_models, open_model


def engines(as_json: Json = False) -> None:
    """List the avatar engines."""
    rows = [_engine_row(name) for name in engine_names()]
    if as_json:
        result_json(rows)
        return
    for row in rows:
        if row["error"] is None:
            result(f"{row['id']:<12} version {row['version']}, {row['continuous']} numbers and {row['discrete']} choices")
        else:
            result(f"{row['id']:<12} cannot be used: {row['error']}")


def schema(engine: Engine, as_json: Json = False) -> None:
    """List an engine's parameters and their options."""
    described = describe_schema(engine_schema(engine))
    if as_json:
        result_json(described)
        return
    result(f"{described['engine']} {described['version']} ({described['fingerprint']['core']})")
    for parameter in described["parameters"]:
        options = parameter.get("options")
        values = ", ".join(option["id"] for option in options) if options else "0 to 1"
        result(f"  {parameter['id']:<20} {parameter['group']:<6} {values}")


def methods(as_json: Json = False) -> None:
    """List the ways from a selfie to an avatar."""
    rows = [{"name": name, "is_default": name == DEFAULT_METHOD, "summary": _summary(entry)} for name, entry in METHODS.items()]
    if as_json:
        result_json(rows)
        return
    for row in rows:
        result(f"{row['name']:<14} {'default  ' if row['is_default'] else '         '}{row['summary']}")


def models(as_json: Json = False) -> None:
    """List the installed networks."""
    rows = [_model_row(name, path) for name, path in installed_models().items()]
    if as_json:
        result_json(rows)
        return
    if not rows:
        result("No networks are installed.")
    for row in rows:
        result(f"{row['name']:<20} {row['megabytes']:6.1f} MB  {row['error'] or row['card'].get('what', '')}")


def describe_schema(described: AvatarSchema) -> dict[str, Any]:
    """A schema as JSON shows it."""
    return {
        "engine": described.engine,
        "version": described.version,
        "fingerprint": {"core": described.fingerprint("core"), "extra": described.fingerprint("extra")},
        "parameters": [_parameter_row(parameter) for parameter in described],
    }


def _parameter_row(parameter: Parameter) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": parameter.id,
        "name": parameter.name,
        "component": parameter.component,
        "group": parameter.group,
        "default": parameter.default,
    }
    if isinstance(parameter, ContinuousParameter):
        return row | {"blend": parameter.blend}
    options = [asdict(option) | {"tags": dict(option.tags)} for option in parameter.options]
    return row | {"seen_with": {other: list(ids) for other, ids in parameter.seen_with.items()}, "options": options}


def _engine_row(name: str) -> dict[str, Any]:
    try:
        known = engine_schema(name)
    except AvatarError as error:
        unknown = dict.fromkeys(("version", "fingerprint", "continuous", "discrete"))
        return {"id": name, **unknown, "error": str(error)}
    return {
        "id": name,
        "version": known.version,
        "fingerprint": known.fingerprint(),
        "continuous": len(known.continuous),
        "discrete": len(known.discrete),
        "error": None,
    }


def _model_row(name: str, path: Path) -> dict[str, Any]:
    row = {"name": name, "path": str(path), "megabytes": round(path.stat().st_size / 1e6, 2)}
    try:
        model = open_model(name)
    except AvatarError as error:
        return row | {"sha256": None, "card": {}, "error": str(error)}
    return row | {"sha256": model.sha256, "card": dict(model.card), "error": None}


def _summary(entry: str) -> str:
    """First line of a module's docstring; read, not imported, because a method may need torch."""
    found = importlib.util.find_spec(entry.partition(":")[0])
    if found is None or found.origin is None:
        return "not there"
    docstring = ast.get_docstring(ast.parse(Path(found.origin).read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]
