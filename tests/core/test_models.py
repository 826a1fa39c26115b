import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from core.errors import ModelError
from core.models import find_model, installed_models, open_model


def write_model(home: Path, name: str, factor: float = 2.0, **card: object) -> Path:
    """A network that multiplies, in the user's models folder."""
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Mul", ["x", "factor"], ["y"])],
        "multiply",
        [value("x", onnx.TensorProto.FLOAT, ["N"])],
        [value("y", onnx.TensorProto.FLOAT, ["N"])],
        [onnx.helper.make_tensor("factor", onnx.TensorProto.FLOAT, [], [factor])],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    path = home / "data" / "models" / f"{name}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".json").write_text(json.dumps({"sha256": digest} | card))
    return path


def test_model_runs_and_carries_its_card(home: Path) -> None:
    path = write_model(home, "double", title="Doubles")
    model = open_model("double")

    assert np.array_equal(model(x=np.array([1, 2], np.float32))["y"], [2, 4])
    assert (model.name, model.card["title"]) == ("double", "Doubles")
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_users_model_stands_before_the_shipped_one(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = write_model(tmp_path, "double")
    monkeypatch.setattr("core.models.MODELS_FOLDER", shipped.parent)
    assert find_model("double") == shipped

    own = write_model(home, "double", 3.0)
    assert find_model("double") == installed_models()["double"] == own


def test_missing_model_is_named_with_its_place() -> None:
    with pytest.raises(ModelError, match=r"“nothing” is not installed: there is no .*nothing\.onnx"):
        open_model("nothing")


def test_damage_is_told(home: Path) -> None:
    path = write_model(home, "double")
    good = path.read_bytes()
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(ModelError, match="does not match its card"):
        open_model("double")

    path.write_bytes(b"nonsense")
    path.with_suffix(".json").write_text(json.dumps({"sha256": hashlib.sha256(b"nonsense").hexdigest()}))
    with pytest.raises(ModelError, match="not a network that ONNX Runtime can run"):
        open_model("double")


@pytest.mark.parametrize(("card", "sentence"), [("{", "is not JSON"), ("[]", "is not a model card"), (None, "cannot be read")])
def test_damaged_card_is_told(card: str | None, sentence: str, home: Path) -> None:
    path = write_model(home, "double").with_suffix(".json")
    if card is None:
        path.unlink()
    else:
        path.write_text(card)

    with pytest.raises(ModelError, match=sentence):
        open_model("double")


def test_running_a_network_reports_nothing_about_it(home: Path, tmp_path: Path) -> None:
    write_model(home, "double")
    code = "from core.models import open_model; open_model('double')"
    environment = {key: value for key, value in os.environ.items() if key not in ("CI", "XDG_CACHE_HOME")}
    subprocess.run([sys.executable, "-c", code], env=environment | {"HOME": str(tmp_path)}, check=True)

    # The reports wait in a file below the home folder until they are sent.
    assert [path for path in tmp_path.rglob("*") if "onnxruntime" in str(path).lower()] == []
