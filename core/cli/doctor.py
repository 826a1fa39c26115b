"""`doctor`: what this machine has and lacks; made to be pasted into a bug report, so it names no person and no folder."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import bootstrap
from core.cli.arguments import Json
from core.cli.output import result, result_json
from core.engines import engine_names, engine_schema
from core.errors import AvatarError
from core.models import installed_models, open_model
from core.paths import RESOURCES, data_folder, training_data_folder
from core.version import code_version

LIBRARIES = ("PySide6-Essentials", "torch", "onnxruntime", "wgpu", "numpy", "pillow", "pillow-heif", "pydantic", "typer")
EXTRAS = {"build": "scikit-image", "teachers": "ai-edge-litert", "test": "pytest"}


def doctor(as_json: Json = False) -> None:
    """Show what this machine has and lacks.

    Paste it into a bug report: it names no person and no folder.
    """
    report = examine()
    if as_json:
        result_json(report)
        return
    for section, rows in report.items():
        result(section)
        for name, value in (rows or {"none": "nothing is installed"}).items():
            result(f"  {name:<22} {value}")


def examine() -> dict[str, dict[str, Any]]:
    """Section -> name -> finding."""
    return {
        "Likeness": {"version": code_version()},
        "System": {
            "system": platform.platform(),
            "Python": platform.python_version(),
            "processors": os.cpu_count(),
            "memory": f"{_memory_gb():.1f} GB",
            "free disk": f"{shutil.disk_usage(_existing(data_folder())).free / 1e9:.1f} GB",
            "display": "yes" if sys.platform != "linux" or _has_display() else "none: the window needs one, the rest does not",
            "missing packages": " ".join(bootstrap.missing_packages()) or "none",
        },
        "Libraries": {name: _version(name) for name in LIBRARIES},
        "Extras": {name: "installed" if _version(package) != "missing" else "not installed" for name, package in EXTRAS.items()},
        "Devices": {"graphics adapter": _tried(_adapter), "CUDA": _tried(_cuda)},
        "Engines": {name: _tried(partial(_engine, name)) for name in engine_names()},
        "Models": {name: _tried(partial(_model, name)) for name in installed_models()},
        "Training data": {"found": "yes" if training_data_folder() else "no; set LIKENESS_DATA to train"},
    }


def without_names(text: str) -> str:
    """A text without the folders that would name a person or a machine."""
    for folder, name in ((RESOURCES.parent, "<likeness>"), (data_folder(), "<data>"), (Path.home(), "~")):
        text = text.replace(str(folder), name)
    return text


def _tried(find: Callable[[], str]) -> str:
    try:
        return without_names(find())
    except AvatarError as error:
        return without_names(f"problem: {error}")
    except Exception as error:  # noqa: BLE001 - a doctor that falls ill helps nobody; the kind of error is the finding
        return without_names(f"problem: {type(error).__name__}: {error}")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _memory_gb() -> float:
    import psutil

    return float(psutil.virtual_memory().total) / 1e9


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _adapter() -> str:
    return _asked("from core.rendering.device import adapter_summary; print(adapter_summary())")


def _cuda() -> str:
    return _asked(
        "import torch; c = torch.cuda; "
        "print(', '.join(c.get_device_name(i) for i in range(c.device_count())) or f'none (torch {torch.__version__})')"
    )


def _asked(code: str) -> str:
    """What another process finds: drivers may crash or talk, and torch takes memory that the rest does not need."""
    done = subprocess.run([sys.executable, "-c", code], cwd=bootstrap.ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or f"problem: {(done.stderr.strip() or 'it crashed').splitlines()[-1]}"


def _engine(name: str) -> str:
    schema = engine_schema(name)
    return f"version {schema.version}, {schema.fingerprint()}"


def _model(name: str) -> str:
    return f"good, {open_model(name).sha256[:12]}"


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
