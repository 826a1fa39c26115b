import logging
import sys
import threading

import pytest

from app import problems
from core.errors import PhotoError


def test_avatar_error_speaks_for_itself() -> None:
    assert problems.describe(PhotoError("x.png is empty.")) == problems.Problem("x.png is empty.")


def test_bug_is_ours_and_keeps_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[problems.Problem] = []
    stop = problems.listen(seen.append)
    with caplog.at_level(logging.ERROR):
        problems.report(KeyError("secret"))
    stop()
    problems.report(PhotoError("not heard"))

    assert [problem.is_ours for problem in seen] == [True]
    assert "secret" not in seen[0].text
    assert "KeyError" in seen[0].details
    assert "KeyError" in caplog.text


def test_hooks_report_what_nobody_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    seen: list[problems.Problem] = []
    stop = problems.listen(seen.append)
    problems.install_hooks()
    sys.excepthook(PhotoError, PhotoError("from the main thread"), None)

    def fail() -> None:
        raise PhotoError("from a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    stop()

    assert [problem.text for problem in seen] == ["from the main thread", "from a thread"]
