import json
import os
from pathlib import Path

import pytest

from core.cli import doctor
from core.cli.output import ExitCode
from core.cli.program import run
from core.engines import engine_names
from core.errors import EngineError


@pytest.fixture(autouse=True)
def _no_slow_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapter and CUDA are asked in processes that take seconds; one test does it."""
    monkeypatch.setattr(doctor, "_adapter", lambda: "an adapter")
    monkeypatch.setattr(doctor, "_cuda", lambda: "none")


def test_report_names_what_matters_in_a_bug_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == ExitCode.DONE
    report = json.loads(capsys.readouterr().out)

    assert set(report) == {
        "Likeness", "System", "Libraries", "Extras", "Devices", "Engines", "Models", "Training data",
    }  # fmt: skip
    assert report["Devices"] == {"graphics adapter": "an adapter", "CUDA": "none"}
    assert list(report["Engines"]) == engine_names()
    assert "missing" not in {report["Libraries"][name] for name in ("torch", "numpy", "wgpu")}


def test_report_names_no_folder_of_a_person(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = home / "data" / "engines" / "broken" / "pack.toml"
    broken.parent.mkdir(parents=True)
    broken.write_text("format = ")
    model = home / "data" / "models" / "broken.onnx"
    model.parent.mkdir(parents=True)
    model.write_bytes(b"nonsense")
    run(["doctor"])
    said = capsys.readouterr().out

    assert said.count("problem: ") >= 2
    assert str(home) not in said
    assert str(Path.home()) not in said
    assert os.getcwd() not in said  # noqa: PTH109 - the text as the system gives it


def test_one_ill_part_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> str:
        raise EngineError("No adapter. Install mesa-vulkan-drivers.")

    def break_down() -> str:
        raise OSError("planted")

    monkeypatch.setattr(doctor, "_adapter", fail)
    monkeypatch.setattr(doctor, "_cuda", break_down)

    assert run(["doctor"]) == ExitCode.DONE
    said = capsys.readouterr().out
    assert "problem: No adapter. Install mesa-vulkan-drivers." in said
    assert "problem: OSError: planted" in said


def test_another_process_that_crashes_is_a_finding() -> None:
    assert doctor._asked("print('found')") == "found"
    assert doctor._asked("import os; os._exit(3)") == "problem: it crashed"
    assert doctor._asked("import no_such_module") == "problem: ModuleNotFoundError: No module named 'no_such_module'"
