import json
from pathlib import Path
from typing import Any

import pytest

from core.avatar.schema import ContinuousParameter
from core.cli.output import ExitCode
from core.cli.program import run
from core.engines import engine_names, engine_schema
from core.methods import DEFAULT_METHOD, METHODS


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run([*arguments, "--json"]) == ExitCode.DONE
    return json.loads(capsys.readouterr().out)


def test_engines_are_those_that_open(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["id"]: row for row in listed(capsys, "engines")}
    toy = engine_schema("toy")

    assert list(rows) == engine_names()
    assert rows["toy"] == {
        "id": "toy", "version": toy.version, "fingerprint": toy.fingerprint(),
        "continuous": len(toy.continuous), "discrete": len(toy.discrete), "error": None,
    }  # fmt: skip


def test_damaged_engine_is_listed_with_its_error(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = home / "data" / "engines" / "broken" / "pack.toml"
    pack.parent.mkdir(parents=True)
    pack.write_text("format = ")
    row = next(row for row in listed(capsys, "engines") if row["id"] == "broken")

    assert row["version"] is None
    assert "pack.toml" in row["error"]

    assert run(["engines"]) == ExitCode.DONE
    assert "cannot be used" in capsys.readouterr().out


@pytest.mark.parametrize("engine", engine_names())
def test_schema_holds_every_parameter_and_option(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    said, schema = listed(capsys, "schema", engine), engine_schema(engine)

    assert (said["engine"], said["version"]) == (schema.engine, schema.version)
    assert said["fingerprint"] == {"core": schema.fingerprint("core"), "extra": schema.fingerprint("extra")}
    assert [row["id"] for row in said["parameters"]] == [parameter.id for parameter in schema]
    for row, parameter in zip(said["parameters"], schema, strict=True):
        common = {key: getattr(parameter, key) for key in ("id", "name", "component", "group", "default")}
        if isinstance(parameter, ContinuousParameter):
            assert row == common | {"blend": parameter.blend}
        else:
            options = [
                {"id": option.id, "name": option.name, "tags": dict(option.tags), "srgb": option.srgb and list(option.srgb)}
                for option in parameter.options
            ]
            seen_with = {other: list(wanted) for other, wanted in parameter.seen_with.items()}
            assert row == common | {"seen_with": seen_with, "options": options}


def test_methods_are_those_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    rows = listed(capsys, "methods")

    assert [row["name"] for row in rows] == list(METHODS)
    assert [row["name"] for row in rows if row["is_default"]] == [DEFAULT_METHOD]


def test_damaged_model_is_listed_with_its_error(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = home / "data" / "models" / "broken.onnx"
    model.parent.mkdir(parents=True)
    model.write_bytes(b"nonsense")
    (row,) = [row for row in listed(capsys, "models") if row["name"] == "broken"]

    assert row["sha256"] is None
    assert "broken.json" in row["error"]


@pytest.mark.parametrize("verb", [["engines"], ["schema", "toy"], ["methods"], ["models"]])
def test_lists_are_readable_too(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(verb) == ExitCode.DONE
    assert capsys.readouterr().out.strip()
