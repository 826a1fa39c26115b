"""What holds for every test: no screen, no network, no user's folder, fixed seeds, no warning that nobody expected."""

import logging
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from typing_extensions import override

_HOME = tempfile.mkdtemp(prefix="likeness-tests-")
os.environ["LIKENESS_HOME"] = _HOME
os.environ["QT_QPA_PLATFORM"] = "offscreen"  # read when the first QApplication is made
os.environ.setdefault("XDG_RUNTIME_DIR", _HOME)  # graphics drivers complain without one

OURS = ("core", "app", "main", "bootstrap")

settings.register_profile("default", derandomize=True, deadline=None, max_examples=60)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

_attempts: list[str] = []


class NetworkRefusedError(RuntimeError):
    """A test tried to reach the network."""


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: sees what C code does as well, and cannot be patched away."""
    if event == "socket.getaddrinfo":
        target = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        target = arguments[1][0]  # an address in the file system is a string: Xvfb and workers talk through those
    else:
        return
    if target in (None, "", "127.0.0.1", "::1", "localhost", b"localhost"):
        return
    _attempts.append(f"{event} {target}")
    raise NetworkRefusedError(f"tests do not use the network: {event} {target}")


sys.addaudithook(_refuse_network)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail a test that reached out, even if it swallowed the refusal."""
    _attempts.clear()
    yield
    attempts = list(_attempts)
    _attempts.clear()

    assert attempts == []


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of this test alone."""
    folder = tmp_path_factory.mktemp("home", numbered=True)
    monkeypatch.setenv("LIKENESS_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _same_seeds() -> None:
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 - for libraries that still draw from it
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(1)


class _Collected(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] in OURS:
            self.texts.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which our code logs a warning; a test that expects one asks for `caplog` and reads it."""
    handler = _Collected()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)

    assert "caplog" in request.fixturenames or handler.texts == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a GPU where there is none."""
    on_gpu = [item for item in items if item.get_closest_marker("gpu")]
    if not on_gpu:
        return
    import torch

    if not torch.cuda.is_available():
        for item in on_gpu:
            item.add_marker(pytest.mark.skip(reason="no CUDA device here"))


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(_HOME, ignore_errors=True)
