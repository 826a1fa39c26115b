from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import configs
from core.configs import FaceNetworksConfig
from core.reporting import Reporter, SilentReporter
from core.stages import face_networks as stage
from core.stages.chain import Link, run_chain
from core.stages.face_networks import face_networks
from tests.reporters import Listens, StopsAfter

Calls = list[tuple[str, object]]


def _trains(name: str, calls: Calls) -> Callable[[Any, Path, Reporter], None]:
    def train(config: object, folder: Path, reporter: Reporter) -> None:
        calls.append((name, config))
        reporter.progress(1, 2)
        (folder / f"{name}.onnx").write_text(f"weights of {name}")
        (folder / f"{name}.json").write_text("{}")

    return train


def test_what_is_done_is_not_done_again_and_what_was_trained_is_gathered(tmp_path: Path) -> None:
    calls = Calls()
    links = [Link(name, _trains(name, calls), name.upper(), f"{name}.json") for name in ("first", "second", "third")]
    run_chain(links, tmp_path, StopsAfter(2))
    assert calls == [("first", "FIRST"), ("second", "SECOND")]

    listener = Listens()
    run_chain(links, tmp_path, listener)

    assert [name for name, _ in calls] == ["first", "second", "third"]
    assert (tmp_path / "models" / "second.onnx").read_text() == "weights of second"
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == sorted(
        f"{name}.{ending}" for name in ("first", "second", "third") for ending in ("onnx", "json")
    )
    assert listener.shares == sorted(listener.shares)
    assert listener.shares[-1] == 1


def test_the_face_networks_are_trained_in_order_from_what_was_made_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls()
    for name in ("label_faces", "render_heads"):
        monkeypatch.setattr(stage, name, _trains(name, calls))
    for name in ("finder", "landmarks", "parser"):
        monkeypatch.setattr(stage, f"train_{name}", _trains(name, calls))
    face_networks(
        FaceNetworksConfig(3, 4, 5, 11, 12, heads=6, avatars=7, portraits=8, threads=1, seed=9), tmp_path, SilentReporter()
    )

    labels, heads = str(tmp_path / "labels"), str(tmp_path / "heads")
    assert calls == [
        ("label_faces", configs.LabelFacesConfig(limit=8)),
        ("render_heads", configs.RenderHeadsConfig(heads=6, avatars=7, seed=9)),
        ("finder", configs.TrainFinderConfig(labels, steps=3, threads=1, seed=9)),
        ("landmarks", configs.TrainLandmarksConfig(labels, steps=4, settling=11, threads=1, seed=9)),
        ("parser", configs.TrainParserConfig(labels, steps=5, heads=heads, closer=12, threads=1, seed=9)),
    ]
    assert {path.stem for path in (tmp_path / "models").iterdir()} >= {"finder", "landmarks", "parser"}
