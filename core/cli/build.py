"""`build`: make an engine's assets from their source."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.output import say, terminal
from core.errors import SettingError
from core.paths import ENGINES_FOLDER


def build(
    engine: Annotated[str, typer.Argument(metavar="ENGINE", help="Name of one of our packs, e.g. toon.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="DIR", help="Instead of resources/engines.")] = None,
) -> None:
    """Make an engine's meshes and its pack.toml from their source."""
    from core.modelling.build import PACKS, build_pack

    if engine not in PACKS:
        raise SettingError(f"There is no pack “{engine}” to build; there is {', '.join(PACKS)}.")
    folder = (output or ENGINES_FOLDER) / engine
    with terminal.status(f"Building {engine}, which takes some minutes"):
        build_pack(engine, folder)
    say(f"Built {folder}.")
