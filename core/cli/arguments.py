"""Arguments that several verbs take."""

from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from core.engines import engine_names

DEFAULT_ENGINE = "toon"


def _known_engine(name: str) -> str:
    if name not in engine_names():
        raise typer.BadParameter(f"there is no engine “{name}”; there are {', '.join(engine_names())}")
    return name


def _points(text: str) -> NDArray[np.float32]:
    """“x,y x,y x,y” -> (3, 2)."""
    try:
        points = np.array([[float(value) for value in point.split(",")] for point in text.split()], np.float32)
    except ValueError:
        points = np.zeros(0, np.float32)
    if points.shape != (3, 2):
        raise typer.BadParameter('three points are wanted, both eyes and the middle of the mouth: --place "x,y x,y x,y"')
    return points


_HELP = "Name of an engine; `engines` lists them."
Engine = Annotated[str, typer.Argument(metavar="ENGINE", callback=_known_engine, help=_HELP)]
EngineOption = Annotated[str, typer.Option("--engine", metavar="NAME", callback=_known_engine, help=_HELP)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, as docs/command_line.md describes it.")]
Face = Annotated[int | None, typer.Option("--face", metavar="N", min=1, help="Which of several faces: 1 is the leftmost.")]
Place = Annotated[
    NDArray[np.float32] | None,
    typer.Option(
        "--place",
        metavar='"X,Y X,Y X,Y"',
        parser=_points,
        help="Where the face is, if it is not found: both eyes and the middle of the mouth, in pixels of the photo.",
    ),
]
