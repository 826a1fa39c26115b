"""The verbs of the command line, and the border where an error becomes a sentence and an exit code."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import typer

from core.cli.build import build
from core.cli.catalogue import words
from core.cli.create import create
from core.cli.doctor import doctor
from core.cli.engine_check import engine_check
from core.cli.environment import run_tests, setup
from core.cli.faces import faces
from core.cli.jobs import jobs
from core.cli.labels import labels
from core.cli.lists import engines, methods, models, schema
from core.cli.output import ExitCode, describe, logged_to_file, say
from core.cli.render import render
from core.cli.train import train
from core.errors import SettingError
from core.paths import cache_folder
from core.words import use_language, wanted_language

program = typer.Typer(
    name="likeness",
    help="Likeness turns a selfie into a stylised 3D avatar. Without a verb, the studio opens.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (create, faces, render, engines, schema, methods, models, train, build, engine_check, doctor, setup, words):
    program.command()(verb)
program.add_typer(jobs, name="jobs")
program.add_typer(labels, name="labels")
program.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(run_tests)


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says.

    Args:
        arguments: The verb and what belongs to it.

    Returns:
        An `ExitCode`.
    """
    _calm_drivers()
    use_language(wanted_language())
    with logged_to_file():
        try:
            program(args=list(arguments), prog_name=Path(sys.argv[0]).name)
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else ExitCode.DONE
        except SettingError as error:
            say(str(error))
            return ExitCode.USAGE
        except Exception as error:  # noqa: BLE001 - the border: every other error ends here, in a sentence
            say(describe(error))
            return ExitCode.FAILED
    return ExitCode.DONE


def _calm_drivers() -> None:
    """Give graphics drivers a runtime folder where the system gives none, or they complain between our sentences."""
    if not sys.platform.startswith("linux") or "XDG_RUNTIME_DIR" in os.environ:
        return
    folder = cache_folder() / "runtime"
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
