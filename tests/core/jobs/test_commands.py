from pathlib import Path

import pytest

from core.errors import FileNotWrittenError
from core.jobs import commands
from core.jobs.commands import COMMANDS, Commands, ask, forget, is_asked


@pytest.fixture(autouse=True)
def _always_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "_EVERY_S", 0.0)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_asked_is_heard_and_nothing_else(command: commands.Command, tmp_path: Path) -> None:
    heard = Commands(tmp_path)

    assert not any(heard.take(one) for one in COMMANDS)

    ask(tmp_path, command)
    ask(tmp_path, command)

    assert [one for one in COMMANDS if heard.take(one)] == [command]


def test_stop_stays_and_the_others_are_answered_once(tmp_path: Path) -> None:
    heard = Commands(tmp_path)
    for command in COMMANDS:
        ask(tmp_path, command)

    assert [[heard.take(one) for _ in range(2)] for one in COMMANDS] == [[True, True], [True, False], [True, False]]


def test_forgotten_is_not_asked(tmp_path: Path) -> None:
    forget(tmp_path, "stop")
    ask(tmp_path, "stop")
    forget(tmp_path, "stop")

    assert not is_asked(tmp_path, "stop")


def test_a_stage_that_asks_at_every_step_looks_seldom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(commands, "_EVERY_S", 0.1)
    monkeypatch.setattr("core.jobs.commands.time.monotonic", lambda: now[0])
    heard = Commands(tmp_path)

    assert not heard.take("sample")

    ask(tmp_path, "sample")
    now[0] += 0.09

    assert not heard.take("sample")

    now[0] += 0.02

    assert heard.take("sample")


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError, match="was not asked to stop"):
        ask(tmp_path / "gone", "stop")
    assert not is_asked(tmp_path / "gone", "stop")
