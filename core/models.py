"""Shipped networks: an ONNX file with its card beside it, run by ONNX Runtime."""

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core.errors import ModelError
from core.paths import MODELS_FOLDER, data_folder
from core.words import tr

Array = NDArray[Any]

_shared: dict[str, "Model"] = {}
_shared_lock = threading.Lock()


class Model:
    """One network, ready to run on the CPU. Belongs to any thread; calls may overlap.

    Attributes:
        name: File name without suffix.
        card: The JSON beside it: what it is, command, commit, schema, alignment, data, licences, figures (decisions.md 10).
        sha256: Hexadecimal digest of the ONNX file.
    """

    def __init__(self, path: Path, threads: int = 2) -> None:
        # Since 1.29 it reports models and machine to Microsoft unless this says no before it is loaded (its Privacy.md).
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        # Imported here: it costs 0.2 s that no start of the window should wait for.
        import onnxruntime

        self.name = path.stem
        content = _read(path)
        self.card = read_card(path.with_suffix(".json"))
        self.sha256 = hashlib.sha256(content).hexdigest()
        if self.card.get("sha256") != self.sha256:
            raise ModelError(
                tr("{path} does not match its card: it is damaged or was replaced. Install Likeness again.", path=path)
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ModelError(tr("{path} is not a network that ONNX Runtime can run: {error}.", path=path, error=error)) from error
        self._outputs = [output.name for output in self._session.get_outputs()]

    def __call__(self, **inputs: Array) -> dict[str, Array]:
        """Run it: arrays by input name in, arrays by output name out."""
        values = self._session.run(self._outputs, dict(inputs))
        return dict(zip(self._outputs, values, strict=True))


def open_model(name: str, threads: int = 2) -> Model:
    """The model of this name: the user's own if there is one, else the shipped one.

    Raises:
        ModelError: It is missing, damaged or does not match its card.
    """
    return Model(find_model(name), threads)


def shared_model(name: str) -> Model:
    """The model of this name, opened once for everybody. Raises like `open_model`.

    One thread: waiting for a second costs more than it gains on networks this small, most of all on a busy machine.
    """
    with _shared_lock:
        if name not in _shared:
            _shared[name] = open_model(name, threads=1)
        return _shared[name]


def find_model(name: str) -> Path:
    """Where the model of this name lies.

    Raises:
        ModelError: It is in neither models folder.
    """
    for path in (data_folder() / "models" / f"{name}.onnx", MODELS_FOLDER / f"{name}.onnx"):
        if path.is_file():
            return path
    raise ModelError(
        tr(
            "The model “{name}” is not installed: there is no {path}.onnx.",
            name=name,
            path=MODELS_FOLDER / name,
        )
    )


def installed_models() -> dict[str, Path]:
    """Name -> file of every model there is; the user's own stand before shipped ones."""
    found: dict[str, Path] = {}
    for folder in (MODELS_FOLDER, data_folder() / "models"):
        found.update({path.stem: path for path in sorted(folder.glob("*.onnx"))})
    return found


def read_card(path: Path) -> Mapping[str, Any]:
    """A model's card.

    Raises:
        ModelError: It is missing or damaged.
    """
    try:
        card = json.loads(_read(path))
    except ValueError as error:
        raise ModelError(tr("{path} is not JSON: {error}.", path=path, error=error)) from error
    if not isinstance(card, dict):
        raise ModelError(tr("{path} is not a model card.", path=path))
    return card


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror or error)) from error
