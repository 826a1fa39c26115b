import importlib.util
import json
from pathlib import Path

import pytest

from core.cli.output import ExitCode
from core.cli.program import run
from tests.core.engines.packs import write_pack


def test_a_sound_engine_is_told_to_be_so(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["engine-check", "toy", "--vectors", "3"])
    output = capsys.readouterr().out

    assert code == ExitCode.DONE
    assert "head_width" in output
    assert output.rstrip().endswith("Nothing is wrong.")


def test_an_unsound_pack_fails_with_its_problems_and_pictures(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_pack(home / "data" / "engines")

    code = run(["engine-check", "balls", "--vectors", "3", "--worst", str(home / "worst"), "--json"])
    report = json.loads(capsys.readouterr().out)

    assert code == ExitCode.FAILED
    assert report["problems"]
    assert set(report) == {"engine", "pairs", "choices", "numbers", "problems"}
    assert {row["id"] for row in report["numbers"]} == {"head_wide", "head_bumpy", "nose"}
    assert 0 < len(list((home / "worst").glob("*.png"))) <= 10


def test_an_unknown_engine_is_wrong_usage() -> None:
    assert run(["engine-check", "tonn"]) == ExitCode.USAGE


def test_without_the_part_that_measures_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "scipy" else found(name))

    assert run(["engine-check", "toy"]) == ExitCode.USAGE
    assert "setup build" in capsys.readouterr().err
