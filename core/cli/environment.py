"""`setup`, `test`, `build`: what a developer needs around the program."""

import subprocess
import sys
from typing import Annotated

import typer

import bootstrap
from core.cli.output import ExitCode, result, say


def setup(
    extras: Annotated[list[str], typer.Argument(metavar="EXTRA", help="E.g. build, teachers.")],
) -> None:
    """Install an optional part of Likeness."""
    if not bootstrap.is_checkout():
        say(f'Likeness was installed by pip; install this the same way, from its folder: pip install ".[{",".join(extras)}]"')
        raise typer.Exit(ExitCode.USAGE)
    result(f"Installed: {', '.join(extras)}")  # main.py did it before it came here


def run_tests(
    context: typer.Context,
    is_long: Annotated[bool, typer.Option("--long", help="Add the long tests, for a release.")] = False,
) -> None:
    """Run style, types, import contracts and tests.

    Further arguments go to pytest, which then runs alone.
    """
    if not bootstrap.is_checkout():
        say("The tests are in the repository, not in the installed package.")
        raise typer.Exit(ExitCode.USAGE)
    command = [sys.executable, "-m", "tests.run", *(["--long"] if is_long else []), *context.args]
    raise typer.Exit(subprocess.run(command, cwd=bootstrap.ROOT, check=False).returncode)
