import subprocess
import sys

import pytest

import bootstrap
from core.cli.output import ExitCode
from core.cli.program import run


def test_setup_says_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["setup", "build", "test"]) == ExitCode.DONE
    assert capsys.readouterr().out == "Installed: build, test\n"


@pytest.mark.parametrize(("verb", "sentence"), [(["setup", "build"], 'pip install ".[build]"'), (["test"], "in the repository")])
def test_installed_package_says_how_it_is_done_there(
    verb: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "is_checkout", lambda: False)

    assert run(verb) == ExitCode.USAGE
    assert sentence in capsys.readouterr().err


def test_tests_run_with_the_arguments_and_pass_their_exit_code_on(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def remember(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(subprocess, "run", remember)

    assert run(["test", "--long", "tests/core", "-k", "schema"]) == ExitCode.FAILED
    assert commands == [[sys.executable, "-m", "tests.run", "--long", "tests/core", "-k", "schema"]]
