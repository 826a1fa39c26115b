"""What a run was begun with: the folders that its settings name, so that it does not go on with other ones unawares."""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.files import write_atomically

INPUTS = "inputs.json"

_MANIFEST = "manifest.json"
_MOVING = ("measured_on",)  # may be another one each time: nothing is learnt from it


def check_inputs(folder: Path, config: Any) -> None:
    """Remember a run's inputs by digest when it begins; when it goes on, see that they are the same.

    The digest is of a folder's manifest and of the names and sizes of what lies beside it: reading gigabytes again at every start
    would cost more than the mistakes it finds.

    Raises:
        DataError: An input has changed or is gone.
        FileNotWrittenError: The run folder cannot be written.
    """
    now = {name: digest for name, digest in _digests(config).items() if digest}
    path = folder / INPUTS
    before = _read(path)
    for name, digest in before.items():
        where = getattr(config, name, "")
        if name not in now:
            raise DataError(f"{where} is gone, which this run was begun with ({name}). Put it back, or begin a new run.")
        if now[name] != digest:
            raise DataError(f"{where} has changed since this run was begun with it ({name}). Put it back, or begin a new run.")
    if now != before:
        write_atomically(path, (json.dumps(now, indent=2) + "\n").encode())


def _digests(config: Any) -> dict[str, str]:
    """Setting -> digest of the folder that it names, for those that name one with a manifest."""
    named = {field.name: getattr(config, field.name) for field in dataclasses.fields(config) if field.name not in _MOVING}
    return {name: _digest(Path(value)) for name, value in named.items() if isinstance(value, str) and value}


def _digest(folder: Path) -> str:
    try:
        digest = hashlib.sha256((folder / _MANIFEST).read_bytes())
        sizes = sorted((path.name, path.stat().st_size) for path in folder.iterdir() if path.suffix in (".npy", ".npz", ".tar"))
    except OSError:
        return ""
    digest.update(json.dumps(sizes).encode())
    return digest.hexdigest()


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        inputs = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is damaged ({error}). Delete it to go on with the inputs as they are.") from error
    if not isinstance(inputs, dict):
        raise DataError(f"{path} is damaged. Delete it to go on with the inputs as they are.")
    return inputs
