"""`labels merge`, `export`, `import`, `pack`, `unpack`: sets and labels on their way to others and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.arguments import Json
from core.cli.labels_arguments import Set
from core.cli.labels_view import placed_row, tell_placed, tell_some, working
from core.cli.output import ExitCode, result, result_json, say
from core.engines import engine_names, engine_schema
from core.errors import AvatarError

if TYPE_CHECKING:
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.exchange import Imported
    from core.labels.merging import Merged


def merge_sets(
    location: Set,
    sources: Annotated[list[str], typer.Argument(metavar="OTHER...", help="Sets to take photos and labels from.")],
    as_json: Json = False,
) -> None:
    """Add other sets' photos and labels to a set. What is in it already stays as it is; what differs is told."""
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.storing import shown_as

    rows = []
    with EvaluationSet.open(location) as target:
        for source in sources:
            row, error, shown = None, None, shown_as(source)
            try:
                row = _merge(target, source)
            except AvatarError as problem:
                error = str(problem)
            placed = placed_row(row.labels) if row else {"added": 0, "same": 0, "conflicts": []}
            rows.append({"source": shown, "photos": row.photos if row else 0, **placed, "error": error})
            if not as_json:
                _tell_merged(shown, row, error)
    if as_json:
        result_json({"set": target.location, "sources": rows})
    if any(row["error"] or row["conflicts"] for row in rows):
        raise typer.Exit(ExitCode.FAILED)


def export_set(
    location: Set,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="A .csv for tables, or a .jsonl with everything.")
    ],
    engine: Annotated[str | None, typer.Option(metavar="NAME", help="Only labels of this avatar.")] = None,
    designers: Annotated[
        list[str] | None, typer.Option("--designer", metavar="NAME", help="Only this designer's; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write labels as a table or as lines of JSON. No photo is in it: photos are named by the sha256 of their pixels."""
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.exchange import export_labels

    with EvaluationSet.open(location) as opened, working("Labels") as reporter:
        count = export_labels(opened, output, reporter, engine, designers)
    if as_json:
        result_json({"set": opened.location, "file": str(output), "labels": count})
    else:
        result(str(output))
        say(f"{count} labels.")


def import_files(
    location: Set,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="What `labels export` wrote, or a table like it.")],
    as_json: Json = False,
) -> None:
    """Take labels from files into a set that has their photos. What is in it already stays as it is."""
    from core.labels.evaluation_set import EvaluationSet

    rows = []
    with EvaluationSet.open(location) as opened:
        for file in files:
            row: dict[str, Any] = {"file": str(file), "added": 0, "same": 0, "conflicts": [], "problems": [], "error": None}
            try:
                found = _import(opened, file)
                row |= placed_row(found.labels) | {"problems": [{"line": one.line, "text": one.text} for one in found.problems]}
                if not as_json:
                    _tell_imported(file, found)
            except AvatarError as error:
                row["error"] = str(error)
                if not as_json:
                    say(str(error))
            rows.append(row)
    if as_json:
        result_json({"set": opened.location, "files": rows})
    if any(row["error"] or row["conflicts"] or row["problems"] for row in rows):
        raise typer.Exit(ExitCode.FAILED)


def pack(
    location: Set,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.zip", help="The archive.")],
    as_json: Json = False,
) -> None:
    """Write a set and its photos as one archive, to be sent or kept."""
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.packing import pack_set

    with EvaluationSet.open(location) as opened, working("Photos") as reporter:
        packed = pack_set(opened, output, reporter)
    assert packed is not None, "nobody can stop it but by Ctrl-C"
    if as_json:
        missing = [{"photo": item.sha256, "name": item.name, "error": problem} for item, problem in packed.missing]
        result_json({"set": opened.location, "archive": str(output), "photos": packed.photos, "missing": missing})
    else:
        result(str(output))
        say(f"{packed.photos} photos are in it, and everything that is said of them.")
        tell_some(problem for _, problem in packed.missing)
    if packed.missing:
        raise typer.Exit(ExitCode.FAILED)


def unpack(
    archive: Annotated[Path, typer.Argument(metavar="FILE.zip", help="What `labels pack` wrote.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="A new folder.")],
    as_json: Json = False,
) -> None:
    """Unpack a set and its photos into a new folder."""
    from core.labels.packing import unpack_set

    with working("Photos") as reporter:
        path = unpack_set(archive, output, reporter)
    if as_json:
        result_json({"archive": str(archive), "set": str(path)})
    else:
        result(str(path))


def _merge(target: "EvaluationSet", location: str) -> "Merged":
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.merging import merge

    with EvaluationSet.open(location) as source, working("Labels") as reporter:
        found = merge(target, source, reporter)
    assert found is not None, "nobody can stop it but by Ctrl-C"
    return found


def _tell_merged(source: str, found: "Merged | None", error: str | None) -> None:
    if found is None:
        say(f"{source}: {error}")
        return
    result(f"{source}: {found.photos} photos added.")
    tell_placed(found.labels)


def _import(opened: "EvaluationSet", file: Path) -> "Imported":
    from core.labels.exchange import import_labels

    schemas = {engine: engine_schema(engine) for engine in opened.facts.engines if engine in engine_names()}
    with working("Labels") as reporter:
        found = import_labels(opened, file, schemas, reporter)
    assert found is not None, "nobody can stop it but by Ctrl-C"
    return found


def _tell_imported(file: Path, found: "Imported") -> None:
    tell_placed(found.labels)
    tell_some(f"{file}, line {problem.line}: {problem.text}" for problem in found.problems)
