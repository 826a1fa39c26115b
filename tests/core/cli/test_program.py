import logging
from pathlib import Path

import pytest

from core.cli import program as module
from core.cli.output import ExitCode, log_file
from core.cli.program import program, run
from core.errors import AvatarError, NoFaceError, SettingError

VERBS = {
    "create", "faces", "render", "engines", "schema", "methods", "models", "train", "build", "doctor", "setup", "test",
    "engine-check", "words",
}  # fmt: skip


def test_verbs_are_those_of_the_documentation() -> None:
    commands = [command for command in program.registered_commands if command.callback]
    names = {command.name or command.callback.__name__.replace("_", "-") for command in commands if command.callback}
    text = (Path(__file__).resolve().parents[3] / "docs" / "command_line.md").read_text(encoding="utf-8")

    assert names == VERBS
    assert all(f"main.py {name}" in text for name in names)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == ExitCode.DONE
    assert f"{verb} " in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["bogus"], ["schema"], ["schema", "nope"], ["engines", "--colour"], ["engines", "x"]])
def test_wrong_usage_ends_with_2_and_a_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = run(arguments)
    said = capsys.readouterr()

    assert (code, said.out) == (ExitCode.USAGE, "")
    assert "Error: " in said.err


def raising(error: Exception, monkeypatch: pytest.MonkeyPatch) -> int:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(module, "program", fail)
    return run([])


@pytest.mark.parametrize(
    ("error", "code"),
    [(NoFaceError("No face. Try another photo."), ExitCode.FAILED), (SettingError("No such method."), ExitCode.USAGE)],
)
def test_error_for_a_user_is_its_sentence_alone(
    error: AvatarError, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert raising(error, monkeypatch) == code
    assert capsys.readouterr().err == f"{error}\n"


def test_long_sentence_is_not_broken_into_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "[bold]/a/path/with spaces [/] " + "and many words " * 30
    raising(NoFaceError(sentence), monkeypatch)

    assert capsys.readouterr().err == f"{sentence}\n"


def test_bug_is_owned_up_to_with_the_place_of_its_details(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    code = raising(ZeroDivisionError("planted"), monkeypatch)
    said = capsys.readouterr().err

    assert code == ExitCode.FAILED
    assert said.startswith("This is our fault (ZeroDivisionError: planted).")
    assert str(log_file()) in said
    assert "Traceback" not in said
    assert "Traceback" in log_file().read_text(encoding="utf-8")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_log_that_cannot_be_written_costs_nothing_else(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "state").write_text("in the way")

    assert raising(NoFaceError("No face."), monkeypatch) == ExitCode.FAILED
    assert capsys.readouterr().err == "No face.\n"
