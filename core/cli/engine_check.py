"""`engine-check`: whether an engine's avatars hold together."""

import importlib.util
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.arguments import Engine, Json
from core.cli.output import ExitCode, result, result_json, say
from core.engines import open_engine

if TYPE_CHECKING:
    from core.soundness.random_avatars import Depth

DEFAULT_VECTORS = 200


def engine_check(
    engine: Engine,
    vectors: Annotated[int, typer.Option(metavar="N", min=0, help="Random avatars to measure.")] = DEFAULT_VECTORS,
    worst: Annotated[Path | None, typer.Option(metavar="DIR", help="Draw the ten worst avatars into this folder.")] = None,
    processes: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Avatars measured at once; one for each processor unless told."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure an engine: parts inside each other, options that look alike, numbers that jump or turn back."""
    if importlib.util.find_spec("scipy") is None:
        say("Measuring engines needs an optional part of Likeness; install it with: main.py setup build")
        raise typer.Exit(ExitCode.USAGE)
    from core.soundness.report import check

    report = check(partial(open_engine, engine), vectors, processes=processes or os.cpu_count() or 1, say=say)
    drawn = _draw_worst(engine, report.worst(), worst) if worst is not None else []
    if as_json:
        result_json(report.described())
    else:
        for row in report.pairs():
            result(
                f"{row['pair']:<22} {row['avatars']:5d} avatars  median {row['median']:.4f}  99 % {row['p99']:.4f}"
                f"  worst {row['worst']:.4f}  sound {row['bound']:g}"
            )
        for choice in report.described()["choices"]:
            first, second = choice["options"]
            result(f"{choice['choice']:<22} most alike: {first} and {second}, {choice['distance']:.3f}")
        for number in report.courses:
            result(
                f"{number.parameter:<22} {number.what}: {number.way:.2f} {number.unit}, largest step {number.largest_step:.2f}"
            )
        for path in drawn:
            result(str(path))
        result("\n".join(report.problems()) or "Nothing is wrong.")
    if report.problems():
        raise typer.Exit(ExitCode.FAILED)


def _draw_worst(name: str, worst: "Sequence[Depth]", folder: Path) -> list[Path]:
    from core.soundness.report import write_worst

    engine = open_engine(name)
    try:
        return write_worst(engine, worst, folder)
    finally:
        engine.close()
