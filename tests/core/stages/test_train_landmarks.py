"""The stage that trains landmarks: it trains, stops, resumes exactly, and exports what it computes."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from core.checkpoint import load_tensors
from core.configs import TrainLandmarksConfig
from core.datasets import face_variants
from core.models import Model
from core.networks import compiling
from core.reporting import SilentReporter
from core.stages import train_landmarks
from core.stages.train_landmarks import _jittered
from tests.reporters import Listens, StopsAfter


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_variants, "VARIANTS", 1)
    # The teachers are not everywhere.
    monkeypatch.setattr(train_landmarks, "_teacher_of_expressions", lambda: lambda _: np.full(52, 0.1, np.float32))


def _newest(folder: Path) -> dict[str, torch.Tensor]:
    return load_tensors(max((folder / "checkpoints").iterdir()))[0]


@pytest.mark.slow
def test_stopped_and_resumed_is_the_same_as_straight(labels: Path, tmp_path: Path) -> None:
    settings = dataclasses.replace(TrainLandmarksConfig(), labels=str(labels), steps=3, batch=3, settling=9)
    train_landmarks.train_landmarks(settings, tmp_path / "straight", told := Listens())
    # Three portraits ask whether to stop as often, then every step.
    train_landmarks.train_landmarks(settings, tmp_path / "halted", StopsAfter(5))
    stopped = _newest(tmp_path / "halted")
    assert not (tmp_path / "halted" / "landmarks.onnx").exists()
    train_landmarks.train_landmarks(settings, tmp_path / "halted", SilentReporter())
    straight, resumed = _newest(tmp_path / "straight"), _newest(tmp_path / "halted")

    assert told.shares == sorted(told.shares)  # of making faces, steps and settling together
    assert len(told.shares) > 3 + 3
    assert told.shares[-1] == 1
    assert any(not torch.equal(stopped[key], straight[key]) for key in straight)
    assert all(torch.equal(resumed[key], straight[key]) for key in straight)
    found = Model(tmp_path / "straight" / "landmarks.onnx")(pictures=np.zeros((2, 128, 128, 3), np.uint8))
    assert {name: values.shape for name, values in found.items()} == {
        "landmarks": (2, 478, 3), "expression": (2, 52), "face": (2,),
    }  # fmt: skip
    assert all(np.isfinite(values).all() for values in found.values())


def test_stopped_while_faces_are_made_leaves_none(labels: Path, tmp_path: Path) -> None:
    settings = dataclasses.replace(TrainLandmarksConfig(), labels=str(labels), steps=3, batch=3, settling=9)
    train_landmarks.train_landmarks(settings, tmp_path / "run", StopsAfter(1))

    assert not (tmp_path / "run" / "faces").exists()
    assert not (tmp_path / "run" / "checkpoints").exists()


@pytest.mark.parametrize("mirrored", [False, True])
def test_jitter_keeps_the_middle_near_and_mirrors_when_asked(mirrored: bool) -> None:
    quad = np.array([[10, 10], [10, 110], [110, 110], [110, 10]], np.float32)
    quads = np.stack([_jittered(np.random.default_rng(seed), quad, 1.0, mirrored) for seed in range(200)])
    right, down = quads[:, 3] - quads[:, 0], quads[:, 1] - quads[:, 0]
    area = right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0]

    assert ((area < 0) == mirrored).all()
    assert np.abs(quads.mean(axis=(0, 1)) - 60).max() < 2
    assert 0.8 < np.sqrt(np.abs(area)).mean() / 100 < 1.2


@pytest.mark.slow
def test_short_run_is_not_compiled_for_longer_than_it_takes(
    labels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(train_landmarks, "compiled", asked.append)
    settings = TrainLandmarksConfig(labels=str(labels), steps=1, batch=3, settling=0)
    train_landmarks.train_landmarks(settings, tmp_path / "run", SilentReporter())

    assert asked == []


def test_only_a_long_run_gains_from_compiling() -> None:
    lasting = [TrainLandmarksConfig(minutes=minutes, steps=steps) for minutes, steps in ((20, 999), (5, 1000), (5, 0), (20, 0))]

    assert [train_landmarks._is_long(one) for one in lasting] == [False, True, False, True]


def test_without_a_compiler_the_function_is_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    function: Callable[[int], int] = abs
    monkeypatch.setattr("shutil.which", lambda _: None)

    assert compiling.compiled(function) is function
