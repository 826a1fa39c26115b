"""Builds engine packs: `python -m core.modelling.build toon`, or `main.py build toon`."""

import argparse
import logging
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from core.errors import EngineError
from core.paths import ENGINES_FOLDER

PACKS: Mapping[str, str] = {"toon": "core.modelling.toon.pack:build"}
"""Pack -> the function that writes it into a folder."""


def build_pack(name: str, folder: Path, only: str = "") -> None:
    """Build a pack.

    Args:
        name: A key of `PACKS`.
        folder: The pack's folder; its last part must be the pack's name.
        only: Just the mesh files whose names start with this.

    Raises:
        EngineError: There is no such pack to build.
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    if name not in PACKS:
        raise EngineError(f"There is no pack “{name}” to build; there is {', '.join(PACKS)}.")
    module, _, function = PACKS[name].partition(":")
    build: Callable[[Path, str], None] = getattr(import_module(module), function)
    build(folder, only)


def main() -> None:
    """The command line: which pack, and optionally which of its files."""
    parser = argparse.ArgumentParser(description="Build an engine's pack.")
    parser.add_argument("name", choices=sorted(PACKS))
    parser.add_argument("--folder", type=Path, help="where to, instead of resources/engines")
    parser.add_argument("--only", default="", help="just the mesh files whose names start with this, e.g. mouths/")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    build_pack(arguments.name, arguments.folder or ENGINES_FOLDER / arguments.name, arguments.only)


if __name__ == "__main__":
    main()
