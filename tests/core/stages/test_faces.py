"""The networks that find and parse faces: they train, stop, resume exactly, and export what they compute."""

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.checkpoint import load_tensors
from core.configs import TrainFinderConfig, TrainParserConfig
from core.errors import DataError
from core.faces.finding import decode_faces
from core.models import Model
from core.networks.finder import finding_loss
from core.reporting import SilentReporter
from core.stages import finder_scenes, train_finder, train_parser
from tests.reporters import Listens, StopsAfter

STAGES: list[tuple[Any, Callable[..., None], Any, str, tuple[int, ...]]] = [
    (train_finder, train_finder.train_finder, TrainFinderConfig, "finder", (1, 14, 40, 40)),
    (train_parser, train_parser.train_parser, partial(TrainParserConfig, closer=2), "parser", (1, 13, 192, 192)),
]


@pytest.fixture(autouse=True)
def _tiny_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder_scenes, "_POOL", 3)


def _newest(folder: Path) -> dict[str, torch.Tensor]:
    return load_tensors(max((folder / "checkpoints").iterdir()))[0]


@pytest.mark.slow
@pytest.mark.parametrize(("module", "stage", "config", "name", "shape"), STAGES)
def test_stopped_and_resumed_is_the_same_as_straight(
    module: Any, stage: Callable[..., None], config: Any, name: str, shape: tuple[int, ...], labels: Path, tmp_path: Path
) -> None:
    del module
    settings = dataclasses.replace(config(), labels=str(labels), steps=3, batch=3)
    stage(settings, tmp_path / "straight", told := Listens())
    stage(settings, tmp_path / "halted", StopsAfter(2))
    stopped = _newest(tmp_path / "halted")
    assert not (tmp_path / "halted" / f"{name}.onnx").exists()
    stage(settings, tmp_path / "halted", SilentReporter())

    straight, resumed = _newest(tmp_path / "straight"), _newest(tmp_path / "halted")

    assert told.shares == sorted(told.shares)
    assert told.shares[-1] == 1
    assert any(not torch.equal(stopped[key], straight[key]) for key in straight)
    assert [key for key in straight if not torch.equal(resumed[key], straight[key])] == []
    model = Model(tmp_path / "straight" / f"{name}.onnx")
    (output,) = model(pictures=np.zeros((1, *[{"finder": 160, "parser": 192}[name]] * 2, 3), np.uint8)).values()
    assert output.shape == shape
    assert np.isfinite(output).all()


@pytest.mark.parametrize(("module", "stage", "config", "name", "shape"), STAGES)
def test_without_labels_a_stage_says_how_to_make_them(
    module: Any, stage: Callable[..., None], config: Any, name: str, shape: tuple[int, ...], tmp_path: Path
) -> None:
    del module, name, shape
    with pytest.raises(DataError, match="label_faces"):
        stage(dataclasses.replace(config(), labels=str(tmp_path)), tmp_path / "run", SilentReporter())


def test_finder_targets_decode_to_the_faces_they_were_made_of() -> None:
    face = np.array([[60, 70], [90, 72], [76, 88], [64, 104], [88, 105]], np.float32)
    heat, regression, _ = train_finder._targets([face])
    logits = np.where(heat > 0.99, 5.0, -5.0).astype(np.float32)
    (found,) = decode_faces(np.concatenate([logits[None], regression]), 0.5)

    np.testing.assert_allclose(found.points, face, atol=0.01)


def test_finding_loss_prefers_the_truth() -> None:
    face = np.array([[60, 70], [90, 72], [76, 88], [64, 104], [88, 105]], np.float32)
    heat, regression, weight = (torch.from_numpy(part)[None] for part in train_finder._targets([face]))
    truth = torch.cat([torch.where(heat > 0.99, 8.0, -8.0)[:, None], regression], dim=1)
    moved = torch.roll(truth, 4, dims=-1)

    assert finding_loss(truth, heat, regression, weight) < 0.1 * finding_loss(moved, heat, regression, weight)
