"""Arguments that several verbs take."""

from typing import Annotated

import typer

from core.engines import engine_names

DEFAULT_ENGINE = "toon"


def _known_engine(name: str) -> str:
    if name not in engine_names():
        raise typer.BadParameter(f"there is no engine “{name}”; there are {', '.join(engine_names())}")
    return name


_HELP = "Name of an engine; `engines` lists them."
Engine = Annotated[str, typer.Argument(metavar="ENGINE", callback=_known_engine, help=_HELP)]
EngineOption = Annotated[str, typer.Option("--engine", metavar="NAME", callback=_known_engine, help=_HELP)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, as docs/command_line.md describes it.")]
