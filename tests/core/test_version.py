import re
import shutil

import pytest

from core import version


def test_checkout_is_named_by_its_commit() -> None:
    if not (version.ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")

    assert re.fullmatch(r"[0-9a-f]{12}\+?", version.commit())


def test_without_git_there_is_no_commit_and_the_version_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    assert version.commit() == ""
    assert version.code_version() in ("unknown", "0.1.0")
