"""From a trained network to what ships: an ONNX file and its card."""

import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from core.datasets.portraits import manifest_digest
from core.faces.selfie import ALIGNMENT_VERSION
from core.files import write_atomically
from core.networks.layers import FromBytes
from core.version import commit

_OPSET = 17
_SMALL = 1024  # values; smaller tensors stay float32, where rounding would cost more than it saves
_LARGE = 2**18  # values; tensors from there on are stored in bytes


def export_network(
    network: nn.Module, size: int, outputs: Sequence[str], path: Path, facts: Mapping[str, Any] | None = None, large: int = _LARGE
) -> None:
    """Write a network that takes `pictures`, (N, size, size, 3) uint8 sRGB, and its card beside it.

    Weights are stored in float16, the largest in bytes with one scale for each output channel, and computed with in float32.

    Args:
        network: Takes (N, 3, size, size) in [-1, 1].
        size: Pixels.
        outputs: Names of what it returns.
        path: The ONNX file.
        facts: What the card says beside digest, commit and size.
        large: Values of a tensor from which on it is stored in bytes.
    """
    model = FromBytes(network).eval()
    example = torch.zeros(1, size, size, 3, dtype=torch.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad(), warnings.catch_warnings():
        # Shape checks cannot be traced, and the exporter that writes opset 17 for small networks is the older one.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model, (example,), str(path), input_names=["pictures"], output_names=list(outputs), opset_version=_OPSET,
            dynamic_axes={name: {0: "N"} for name in ("pictures", *outputs)}, dynamo=False,
        )  # fmt: skip
    graph = onnx.load(str(path))
    store_bytes(graph.graph, large)
    _store_half(graph.graph)
    content = graph.SerializeToString()
    write_atomically(path, content)
    write_card(path, {"parameters": sum(weight.numel() for weight in network.parameters()), **(facts or {})})


def face_facts(stage: str, what: str, labels: Path, seconds: float, seed: int) -> dict[str, Any]:
    """What the card of a face network says: what it is, how it was made, from which data, under which licences.

    Args:
        stage: The stage's name.
        what: One sentence.
        labels: The labels folder it was trained from.
        seconds: Time of training.
        seed: Of the run.
    """
    manifest = json.loads((labels / "manifest.json").read_bytes())
    return {
        "what": what,
        "command": f"main.py train label_faces --run LABELS; main.py train {stage} --run DIR --set labels=LABELS",
        "minutes": round(seconds / 60, 1),
        "seed": seed,
        "initialisation": "random",
        "alignment": ALIGNMENT_VERSION,
        "licence": "Apache-2.0",
        "data": {
            "split": manifest["split"],
            "portraits": len(manifest["files"]),
            "manifest_sha256": manifest_digest(labels),
            "licences": "official portraits from MIT repositories; AI-made portraits CC0",
            "labels": "MediaPipe teachers (Apache-2.0), not shipped",
        },
    }


def write_card(path: Path, facts: Mapping[str, Any]) -> None:
    """Write the card of an ONNX file beside it: facts, commit and digest."""
    card = {**facts, "commit": commit(), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    write_atomically(path.with_suffix(".json"), (json.dumps(card, indent=2, ensure_ascii=False) + "\n").encode())


def store_bytes(graph: Any, smallest: int = _SMALL) -> None:
    """Store weights of a graph as int8, each behind a cast and a scale that the runtime folds away when it loads.

    Args:
        graph: An ONNX graph, changed in place.
        smallest: Values of a tensor from which on it is stored so.
    """
    nodes = []
    for weight in list(graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.ndim < 2 or values.size < smallest:
            continue
        name, axes = weight.name, tuple(range(1, values.ndim))
        scale = np.maximum(np.abs(values).max(axis=axes, keepdims=True), 1e-12) / 127
        weight.CopyFrom(numpy_helper.from_array(np.rint(values / scale).astype(np.int8), f"{name}_bytes"))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}_scale"))
        nodes.append(onnx.helper.make_node("Cast", [f"{name}_bytes"], [f"{name}_cast"], to=onnx.TensorProto.FLOAT))
        nodes.append(onnx.helper.make_node("Mul", [f"{name}_cast", f"{name}_scale"], [name]))
    nodes += list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def _store_half(graph: Any) -> None:
    """Store large float32 weights as float16, each behind a Cast that the runtime folds away when it loads."""
    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype == np.float32 and values.size >= _SMALL:
            name = weight.name
            half = numpy_helper.from_array(values.astype(np.float16), f"{name}_half")
            weight.CopyFrom(half)
            casts.append(onnx.helper.make_node("Cast", [f"{name}_half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
