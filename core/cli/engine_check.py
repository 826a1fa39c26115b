"""`engine-check`: whether an engine's avatars hold together."""

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from core.cli.arguments import Engine, Json
from core.cli.output import ExitCode, result, result_json, say
from core.engines import open_engine

DEFAULT_VECTORS = 200


def engine_check(
    engine: Engine,
    vectors: Annotated[int, typer.Option(metavar="N", min=0, help="Random avatars to measure.")] = DEFAULT_VECTORS,
    worst: Annotated[Path | None, typer.Option(metavar="DIR", help="Draw the ten worst avatars into this folder.")] = None,
    as_json: Json = False,
) -> None:
    """Measure an engine: parts inside each other, options that look alike, numbers that jump or turn back."""
    if importlib.util.find_spec("scipy") is None:
        say("Measuring engines needs an optional part of Likeness; install it with: main.py setup build")
        raise typer.Exit(ExitCode.USAGE)
    from core.soundness.report import check, write_worst

    opened = open_engine(engine)
    try:
        report = check(opened, vectors, say=say)
        drawn = write_worst(opened, report.worst(), worst) if worst is not None else []
    finally:
        opened.close()
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
