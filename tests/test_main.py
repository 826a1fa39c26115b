import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import bootstrap
import main


@pytest.fixture
def entered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], bool]]:
    """What the environment was asked for."""
    calls: list[tuple[tuple[str, ...], bool]] = []

    def enter(extras: Sequence[str] = (), *, with_tests: bool = False) -> None:
        calls.append((tuple(extras), with_tests))

    monkeypatch.setattr(bootstrap, "enter", enter)
    monkeypatch.setattr("core.cli.program.run", lambda arguments: len(arguments))
    return calls


@pytest.mark.parametrize(
    ("arguments", "extras", "with_tests"),
    [
        (["engines", "--json"], (), False),
        (["test", "--long"], ("build", "teachers", "tensorboard", "cluster", "test"), True),
        (["build", "toon"], ("build",), False),
        (["setup", "teachers", "build"], ("teachers", "build"), False),
        (["setup", "--help"], (), False),
        (["train", "label_faces", "--run", "x"], ("build", "teachers"), False),
        (["train", "train_parser", "--run", "x"], ("build",), False),
        (["train", "train_estimator", "--run", "x"], (), False),
        (["train"], (), False),
        (["jobs", "tensorboard", "x", "-o", "y"], ("tensorboard",), False),
        (["jobs", "list"], (), False),
        (["jobs", "cluster"], ("cluster",), False),
        (["jobs", "start", "train_parser", "--slot", "ray"], ("cluster",), False),
        (["jobs", "queue", "add", "--slot=ray", "far"], ("cluster",), False),
        (["jobs", "resume", "ray"], (), False),
        (["jobs", "start", "train_parser", "--name", "ray", "--slot", "cpu"], (), False),
        (["labels", "list", "faces.avatarset"], (), False),
        (["labels", "list", "postgresql://me@server/faces"], ("postgres",), False),
        (["train", "train_finder", "--on=ray", "--run", "x"], ("build", "cluster"), False),
        (["train", "train_parser", "--run", "x", "--on", "ray"], ("build", "cluster"), False),
    ],
)
def test_verb_gets_the_extras_it_needs(
    arguments: list[str],
    extras: tuple[str, ...],
    with_tests: bool,
    entered: list[tuple[tuple[str, ...], bool]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["main.py", *arguments])

    assert main.main() == len(arguments)
    assert entered == [(extras, with_tests)]


def test_extras_that_verbs_need_exist() -> None:
    known = bootstrap.Environment(bootstrap.ROOT).extras()

    assert {extra for extras in main.EXTRAS.values() for extra in extras} <= set(known)


def test_installed_package_enters_no_environment(
    entered: list[tuple[tuple[str, ...], bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "is_checkout", lambda: False)
    monkeypatch.setattr(sys, "argv", ["likeness", "engines"])

    assert main.main() == 1
    assert entered == []


@pytest.mark.usefixtures("entered")
def test_without_a_screen_the_studio_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "argv", ["main.py"])

    assert main.main() == 1
    assert capsys.readouterr().err == "There is no screen here for the studio. Connect one, or see main.py --help.\n"


@pytest.mark.usefixtures("entered")
@pytest.mark.parametrize("arguments", [[], [__file__]], ids=["alone", "with a file"])
def test_studio_opens_without_a_verb_and_takes_a_file(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def studio(taken: list[str]) -> int:
        opened.append(taken)
        return 7

    monkeypatch.setattr("app.application.main", studio)
    monkeypatch.setattr(sys, "argv", ["main.py", *arguments])

    assert main.main() == 7
    assert opened == [arguments]


@pytest.mark.usefixtures("entered")
def test_file_called_like_a_verb_does_not_hide_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "engines").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["main.py", "engines"])

    assert main.main() == 1  # the fake command line counts its arguments


def test_command_line_runs_for_real() -> None:
    command = [sys.executable, "main.py", "schema", "toy"]
    done = subprocess.run(command, cwd=bootstrap.ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("toy 1 (")
