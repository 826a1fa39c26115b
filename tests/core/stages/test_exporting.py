from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from core.errors import ModelError
from core.models import Model
from core.networks.finder import Finder
from core.networks.layers import FromBytes
from core.networks.parser import Parser
from core.stages.exporting import export_network
from core.stages.train_parser import _IN_BYTES as IN_BYTES


@pytest.mark.parametrize(("network", "name"), [(Finder, "faces"), (Parser, "masks")])
def test_what_is_exported_computes_what_was_trained(network: type[nn.Module], name: str, tmp_path: Path) -> None:
    torch.manual_seed(1)
    trained = network().eval()
    export_network(trained, 160, (name,), tmp_path / "x.onnx", {"what": "a test"})
    pictures = np.random.default_rng(0).integers(0, 256, (2, 160, 160, 3), np.uint8)
    model = Model(tmp_path / "x.onnx")
    with torch.no_grad():
        wanted = FromBytes(trained)(torch.from_numpy(pictures)).numpy()

    assert np.abs(model(pictures=pictures)[name] - wanted).max() < 0.02 * np.abs(wanted).max()
    assert model.card["what"] == "a test"
    assert model.card["parameters"] == sum(weight.numel() for weight in trained.parameters())


def test_weights_are_stored_in_half_the_space_at_opset_17(tmp_path: Path) -> None:
    network = Finder()
    export_network(network, 160, ("faces",), tmp_path / "x.onnx")
    graph = onnx.load(str(tmp_path / "x.onnx"))

    assert (tmp_path / "x.onnx").stat().st_size < 2.2 * sum(weight.numel() for weight in network.parameters())
    assert [entry.version for entry in graph.opset_import if entry.domain == ""] == [17]
    assert [value.name for value in graph.graph.input] == ["pictures"]


def test_the_parser_with_its_large_layers_in_bytes_is_smaller_and_says_nearly_the_same(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = Parser().eval()
    for name, large in (("half", {}), ("bytes", {"large": IN_BYTES})):
        export_network(network, 160, ("masks",), tmp_path / f"{name}.onnx", None, **large)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 160, 160, 3), np.uint8)
    half, small = (Model(tmp_path / f"{name}.onnx")(pictures=pictures)["masks"] for name in ("half", "bytes"))
    stored = [weight.data_type for weight in onnx.load(str(tmp_path / "bytes.onnx")).graph.initializer]

    assert stored.count(onnx.TensorProto.INT8) == 6
    assert (tmp_path / "bytes.onnx").stat().st_size < 0.7 * (tmp_path / "half.onnx").stat().st_size
    assert np.abs(half - small).max() < 0.02 * half.max()


def test_a_file_that_was_changed_does_not_match_its_card(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    export_network(Parser(), 160, ("masks",), path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    with pytest.raises(ModelError, match="does not match its card"):
        Model(path)
