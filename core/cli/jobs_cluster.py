"""`jobs cluster`: which Ray cluster runs may be sent to, and whether it answers."""

import dataclasses
from typing import Annotated

import typer

from core.cli.arguments import Json
from core.cli.job_arguments import Settings
from core.cli.output import ExitCode, result, result_json, say
from core.errors import AvatarError
from core.jobs.cluster import Cluster, RayJobs, forget_cluster, read_cluster, write_cluster
from core.jobs.settings import read_settings


def cluster(
    assignments: Settings = None,
    is_forgotten: Annotated[bool, typer.Option("--forget", help="Have no cluster any more.")] = False,
    as_json: Json = False,
) -> None:
    """Show or set the cluster that runs with --slot ray are sent to, and say whether it answers."""
    if is_forgotten:
        forget_cluster()
        say("There is no cluster any more.")
        return
    found = write_cluster(read_settings(None, assignments)) if assignments else read_cluster()
    if found is None:
        say("There is no cluster. Name one: --set address=http://HOST:8265 --set folder=/mnt/team/likeness")
        raise typer.Exit(ExitCode.FAILED)
    problem = _problem(found)
    if as_json:
        result_json({**dataclasses.asdict(found), "problem": problem or None})
    else:
        for name, value in dataclasses.asdict(found).items():
            result(f"{name:<13} {value}")
        result(problem or "It answers, and its folder is there.")
    if problem:
        raise typer.Exit(ExitCode.FAILED)


def _problem(found: Cluster) -> str:
    """Why runs cannot be sent to it; empty where they can."""
    if not found.here.is_dir():
        return f"{found.here} is not there. Make the folder, or mount the disk."
    try:
        RayJobs(found)
    except AvatarError as error:
        return str(error)
    return ""
