"""Arguments that several verbs of `labels` take."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import SettingError

if TYPE_CHECKING:
    from core.labels.evaluation_set import EvaluationSet

Set = Annotated[str, typer.Argument(metavar="SET", help="A file NAME.avatarset, or the URL of a PostgreSQL database.")]
EngineOfSet = Annotated[
    str | None, typer.Option("--engine", metavar="NAME", help="Of which avatar; the set's first unless told.")
]


def engine_of(opened: "EvaluationSet", engine: str | None) -> str:
    """An engine that a set is for.

    Raises:
        SettingError: It is for others.
    """
    engines = opened.facts.engines
    if engine is not None and engine not in engines:
        raise SettingError(f"{opened.location} is for {', '.join(engines)}, not for {engine}.")
    return engine or next(iter(engines))
