import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from core.configs import RenderAvatarsConfig, TrainEstimatorConfig
from core.datasets.portraits import Portrait
from core.datasets.renders import read_renders
from core.engines.toy import SCHEMA, ToyEngine
from core.errors import DataError, SettingError
from core.models import Model
from core.reporting import SilentReporter
from core.stages import train_estimator as stage
from core.stages.estimator_batches import DetailsExamples, Example, Face, ShapeExamples
from core.stages.estimator_card import FromBytes, export_estimator, swatches
from core.stages.exporting import write_card
from core.stages.render_avatars import render_avatars
from core.stages.train_estimator import train_estimator
from tests.core.faces_of_nobody import landmarks
from tests.reporters import StopsAfter

READ_SELFIES = stage._read_selfies  # as it is, before a fixture replaces it


@pytest.fixture(scope="module")
def renders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("renders")
    render_avatars(RenderAvatarsConfig(engine="toy", count=24, size=64, processes=1), folder, SilentReporter())
    return folder


@pytest.fixture(autouse=True)
def _no_portraits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "_read_selfies", lambda _: [])


def config(renders: Path, network: str = "details", steps: int = 4) -> TrainEstimatorConfig:
    return TrainEstimatorConfig(network=network, renders=str(renders), steps=steps, batch=4, threads=1)


def test_resumed_training_is_the_uninterrupted_one(renders: Path, tmp_path: Path) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    train_estimator(config(renders), whole, SilentReporter())
    train_estimator(config(renders), stopped, StopsAfter(2))

    assert [path.stem for path in (stopped / "checkpoints").iterdir()] == ["step-000000002"]
    assert not list(stopped.glob("*.onnx"))

    train_estimator(config(renders), stopped, SilentReporter())
    first, second = (load_file(folder / "checkpoints" / "step-000000004.safetensors") for folder in (whole, stopped))

    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def test_card_says_what_the_network_is_for(renders: Path, tmp_path: Path) -> None:
    train_estimator(config(renders, "shape", steps=2), tmp_path, SilentReporter())
    card = json.loads((tmp_path / "toy_shape.json").read_text())

    assert (card["engine"], card["schema"], card["pictures_seen"]) == ("toy", SCHEMA.fingerprint(), 8)
    assert card["discrete"] == {"hair_type": ["bald", "short", "fringe", "long"]}
    assert card["continuous"] == []
    assert list(card["shape"]["numbers"]) == ["head_round", "head_long", "head_width", "eye_spacing", "mouth_width"]
    assert set(card["swatches"]) == {"skin_tone", "hair_color"}
    assert 0.5 <= card["temperatures"]["hair_type"] <= 5


def test_exported_network_answers_as_the_trained_one(tmp_path: Path) -> None:
    torch.manual_seed(0)
    targets = stage._targets("baseline", SCHEMA)
    network = stage._build("baseline", targets).eval()
    pictures = np.random.default_rng(0).integers(0, 256, (3, 80, 80, 3), np.uint8)
    export_estimator(network, targets, 80, tmp_path / "x.onnx")
    write_card(tmp_path / "x.onnx", {})
    answers = Model(tmp_path / "x.onnx")(pictures=pictures)
    with torch.no_grad():
        continuous, _, hair, *_ = FromBytes(network)(torch.from_numpy(pictures))

    np.testing.assert_allclose(answers["continuous"], continuous, atol=0.02)
    np.testing.assert_allclose(answers["hair_type"], hair, atol=0.05)
    assert (tmp_path / "x.onnx").stat().st_size < 1.1 * sum(weight.numel() for weight in network.parameters()) + 100_000


def test_every_parameter_has_one_network_of_the_method_regions() -> None:
    networks = {name: stage._targets(name, SCHEMA) for name in ("shape", "details", "baseline")}

    assert [choice.id for choice in networks["details"].discrete] == ["glasses"]
    assert [choice.id for choice in networks["shape"].discrete] == ["hair_type"]
    assert [choice.id for choice in networks["baseline"].discrete] == ["skin_tone", "hair_type", "hair_color", "glasses"]
    assert networks["shape"].continuous == ()
    assert len(networks["baseline"].continuous) == 5


def test_drawn_glasses_are_labelled_by_their_kind_and_plain_portraits_by_none(renders: Path) -> None:
    face = Face(np.full((128, 128, 3), 180, np.uint8), landmarks(128, face=1.0))
    targets = stage._targets("details", SCHEMA)
    examples = DetailsExamples(read_renders(renders, SCHEMA), [face], targets)
    rng = np.random.default_rng(0)
    seen = [examples.example(rng, 1) for _ in range(60)]
    labels = {tuple(example.allowed["glasses"].tolist()) for example in seen}

    assert labels == {(True, False, False), (False, True, False), (False, False, True)}
    assert any(example.is_plain for example in seen)
    assert all(example.allowed["glasses"][0] for example in seen if example.is_plain)


def test_the_worst_plain_portraits_do_not_count() -> None:
    loss = torch.tensor([9.0, 1.0, 5.0, 2.0, 3.0, 4.0])
    is_plain = torch.tensor([False, True, True, True, True, True])

    assert stage._trimmed(loss, is_plain).tolist() == [9.0, 1.0, 0.0, 2.0, 3.0, 4.0]
    assert stage._trimmed(loss, torch.zeros(6, dtype=torch.bool)).tolist() == loss.tolist()


def test_shape_examples_vary_and_keep_their_labels(renders: Path) -> None:
    examples = ShapeExamples(read_renders(renders, SCHEMA), stage._targets("shape", SCHEMA))
    first, second = (examples.example(np.random.default_rng(seed), 3) for seed in (0, 1))

    assert first.picture.shape == (96, 96, 10)
    assert not np.array_equal(first.picture, second.picture)
    assert is_same(first, second)


def is_same(first: Example, second: Example) -> bool:
    same = np.array_equal(first.continuous, second.continuous)
    return same and all(np.array_equal(first.allowed[name], second.allowed[name]) for name in first.allowed)


def test_swatches_are_measured_as_rendered() -> None:
    table = swatches(ToyEngine())
    light = [table["skin_tone"][tone][0] for tone in ("tone_1", "tone_2", "tone_3")]

    assert light == sorted(light, reverse=True)
    assert table["hair_color"]["red"][1] > table["hair_color"]["black"][1] + 20


def test_wrong_settings_are_refused(renders: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="no network"):
        train_estimator(config(renders, "hair"), tmp_path, SilentReporter())
    with pytest.raises(DataError, match="manifest"):
        train_estimator(config(tmp_path), tmp_path, SilentReporter())


def test_too_few_renders_are_said(tmp_path: Path) -> None:
    render_avatars(RenderAvatarsConfig("toy", 8, processes=1), tmp_path / "renders", SilentReporter())

    with pytest.raises(DataError, match=r"8 renders.*at least 9"):
        train_estimator(TrainEstimatorConfig(renders=str(tmp_path / "renders")), tmp_path / "run", SilentReporter())


def test_only_training_portraits_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def read_portraits(split: str) -> list[Portrait]:
        asked.append(split)
        return []

    monkeypatch.setattr(stage, "read_portraits", read_portraits)

    assert READ_SELFIES(0) == []
    assert asked == ["train"]
