import json
from pathlib import Path

import pytest

from core.configs import ShipConfig
from core.faces.selfie import Selfie
from core.reporting import SilentReporter
from core.stages import train_estimator
from core.stages.ship import ship
from tests.reporters import Listens

CONFIG = ShipConfig(engine="toy", count=12, baseline_minutes=0.001, shape_minutes=0.001, details_minutes=0.001, portraits=3)


@pytest.mark.slow
def test_everything_of_an_engine_is_trained_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def read_selfies(limit: int) -> list[Selfie]:
        asked.append(limit)
        return []

    monkeypatch.setattr(train_estimator, "_read_selfies", read_selfies)
    listener = Listens()
    ship(CONFIG, tmp_path, listener)
    models = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "models").glob("*.onnx")}

    assert set(models) == {"toy_baseline.onnx", "toy_shape.onnx", "toy_details.onnx"}
    assert listener.shares == sorted(listener.shares)
    assert listener.shares[-1] == 1
    assert asked == [CONFIG.portraits] * 2
    for name in models:
        card = json.loads((tmp_path / "models" / name).with_suffix(".json").read_text())
        assert card["engine"] == "toy"
        assert len(card["sha256"]) == 64

    trained = (tmp_path / "baseline" / "toy_baseline.onnx").stat().st_mtime_ns
    ship(CONFIG, tmp_path, SilentReporter())

    assert (tmp_path / "baseline" / "toy_baseline.onnx").stat().st_mtime_ns == trained
