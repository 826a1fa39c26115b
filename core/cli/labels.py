"""`labels`: evaluation sets, from photos to what designers say of them (docs/labels.md)."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.arguments import DEFAULT_ENGINE, Json
from core.cli.labels_agreement import show_agreement
from core.cli.labels_arguments import EngineOfSet, Set, engine_of
from core.cli.labels_exchange import export_set, import_files, merge_sets, pack, unpack
from core.cli.labels_view import facts_line, facts_row, photo_line, photo_row, tell_some, working
from core.cli.output import ExitCode, result, result_json, say
from core.engines import engine_names, engine_schema
from core.errors import SettingError

if TYPE_CHECKING:
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.forgetting import Forgotten
    from core.labels.overview import View
    from core.labels.records import Item, State


def new_set(
    location: Set,
    name: Annotated[str, typer.Option(metavar="NAME", help="What people call it; the file's name unless told.")] = "",
    engines: Annotated[
        list[str] | None, typer.Option("--engine", metavar="NAME", help=f"Which avatars to label; {DEFAULT_ENGINE} unless told.")
    ] = None,
    blind_share: Annotated[
        float, typer.Option("--blind", metavar="SHARE", min=0, max=1, help="Of the photos, how many are always labelled blind.")
    ] = 0.2,
    as_json: Json = False,
) -> None:
    """Make a set without photos."""
    from core.labels.evaluation_set import EvaluationSet

    wanted = list(dict.fromkeys(engines or [DEFAULT_ENGINE]))
    unknown = [engine for engine in wanted if engine not in engine_names()]
    if unknown:
        raise SettingError(f"There is no engine “{unknown[0]}”; there are {', '.join(engine_names())}.")
    schemas = [engine_schema(engine) for engine in wanted]
    with EvaluationSet.create(location, name or _name_of(location), schemas, blind_share) as made:
        _tell_facts(made, as_json=as_json)


def add_to_set(
    location: Set,
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO...", help="JPEG, PNG, WebP or HEIC, or folders of them.")],
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="NAME", help="Who is on all of them, for `labels forget`.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add photos; one that is there already, under whatever name, is not added again."""
    from core.labels.adding import add_photos
    from core.labels.evaluation_set import EvaluationSet

    with (
        EvaluationSet.open(location) as opened,
        working("Photos", "What was added so far stays; the same command goes on.") as reporter,
    ):
        found = add_photos(opened, photos, reporter, subject)
    count = {outcome: sum(one.outcome == outcome for one in found) for outcome in ("added", "duplicate", "problem", "refused")}
    if as_json:
        rows = [
            {
                "path": str(one.path),
                "outcome": one.outcome,
                "photo": one.item.sha256 if one.item else None,
                "problem": one.problem,
            }
            for one in found
        ]
        result_json({"set": opened.location, **count, "photos": rows})
    else:
        result(f"{count['added'] + count['problem']} photos added, {count['duplicate']} were there already.")
        tell_some(f"{one.path}: {one.problem}" for one in found if one.outcome in ("problem", "refused"))
    if count["problem"] or count["refused"]:
        raise typer.Exit(ExitCode.FAILED)


def list_set(  # noqa: PLR0913 - one for each option
    location: Set,
    designer: Annotated[str | None, typer.Option(metavar="NAME", help="How far this designer is with each photo.")] = None,
    engine: EngineOfSet = None,
    take: Annotated[int, typer.Option(metavar="N", min=1, help="2 for labels that were made a second time.")] = 1,
    states: Annotated[
        list[str] | None, typer.Option("--state", metavar="STATE", help="todo, draft, done, unsure or skipped; may be repeated.")
    ] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="Only photos with this in their file's name.")] = None,
    as_json: Json = False,
) -> None:
    """Show a set: its photos, who has labelled, and how far they are."""
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.overview import Filter, View, designers, entries

    if states and designer is None:
        raise SettingError("A state is somebody's: say whose with --designer NAME.")
    with EvaluationSet.open(location) as opened:
        facts, of = opened.facts, engine_of(opened, engine)
        wanted = Filter(states=_states(states), text=text)
        found = entries(opened, View(designer or "", of, take), wanted)
        people = [_progress_row(opened, View(name, of, take)) for name in designers(opened)]
    has_view = designer is not None
    if as_json:
        photos = [photo_row(entry, has_view=has_view) for entry in found]
        result_json({**facts_row(opened.location, facts), "engine": of, "take": take, "designers": people, "photos": photos})
        return
    result(facts_line(facts))
    for person in people:
        median = "" if person["median_seconds"] is None else f"  median {person['median_seconds']:.0f} s"
        counted = ", ".join(f"{count} {state}" for state, count in person["states"].items() if count)
        result(f"  {person['designer']:<20} {of}: {counted}{median}")
    for entry in found:
        result(photo_line(entry, has_view=has_view))


def lock_set(
    location: Set,
    is_next: Annotated[bool, typer.Option("--new-version", help="Go on from a frozen set, with its next version.")] = False,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --new-version: where the frozen one stays; beside the set unless told."),
    ] = None,
    is_checked: Annotated[bool, typer.Option("--verify", help="Check that a frozen set is what was frozen.")] = False,
    as_json: Json = False,
) -> None:
    """Freeze a set, so that a report can name exactly what it was measured on."""
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.locking import lock, new_version, verify

    if is_next and is_checked:
        raise SettingError("--new-version goes on, --verify looks: take one of them.")
    if keep is not None and not is_next:
        raise SettingError("--keep belongs to --new-version.")
    with EvaluationSet.open(location) as opened:
        if is_next:
            new_version(opened, keep)
        else:
            (verify if is_checked else lock)(opened)
        _tell_facts(opened, as_json=as_json)


def forget(
    location: Set,
    subject: Annotated[str | None, typer.Option("--subject", metavar="NAME", help="Who is on the photos.")] = None,
    photos: Annotated[
        list[str] | None,
        typer.Option("--photo", metavar="PHOTO", help="A file's name, or the beginning of its sha256; may be repeated."),
    ] = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Forget a person or photos: faces, labels and their history, for good, down to the file's bytes."""
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.forgetting import forget_person, forget_photos

    if bool(subject) == bool(photos):
        raise SettingError("Say whom to forget, with --subject NAME, or which photos, with --photo NAME: one of the two.")
    with EvaluationSet.open(location) as opened:
        items = [] if subject else _named(opened, photos or [])
        if not is_sure:
            _ask(subject or ", ".join(item.name for item in items))
        gone = forget_person(opened, subject) if subject else forget_photos(opened, [item.id for item in items])
    if as_json:
        copies = [str(copy) for copy in gone.copies]
        result_json({"set": opened.location, "rows": gone.rows, "files": list(gone.photos), "copies": copies})
    else:
        _tell_forgotten(gone)


def _name_of(location: str) -> str:
    from core.labels.storing import is_server

    return "Faces" if is_server(location) else Path(location).stem  # an address may have a password in it


def _tell_facts(opened: "EvaluationSet", *, as_json: bool) -> None:
    if as_json:
        result_json(facts_row(opened.location, opened.facts))
    else:
        result(facts_line(opened.facts))


def _states(names: list[str] | None) -> "tuple[State, ...] | None":
    from core.labels.records import STATES

    unknown = [name for name in names or () if name not in STATES]
    if unknown:
        raise SettingError(f"“{unknown[0]}” is no state of a label; there are {', '.join(STATES)}.")
    return tuple(state for state in STATES if state in names) if names else None


def _progress_row(opened: "EvaluationSet", view: "View") -> dict[str, Any]:
    from core.labels.overview import counts, median_seconds

    return {
        "designer": view.designer,
        "states": dict(counts(opened, view)),
        "median_seconds": median_seconds(opened, view),
    }


def _named(opened: "EvaluationSet", names: list[str]) -> "list[Item]":
    """Photos by file name or by the beginning of their sha256.

    Raises:
        SettingError: A name means none of them, or more than one.
    """
    from core.labels.overview import View, entries

    items = [entry.item for entry in entries(opened, View("", ""))]
    found = []
    for name in names:
        meant = [item for item in items if item.name == name] or [item for item in items if item.sha256.startswith(name.lower())]
        if len(meant) != 1 or not name:
            several = ", ".join(item.sha256[:12] for item in meant[:5])
            hint = f"there are {len(meant)}; say which by sha256: {several}" if meant else "`labels list` shows those there are"
            raise SettingError(f"“{name}” is not the name of one photo: {hint}.")
        found += meant
    return found


def _ask(what: str) -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise SettingError("Nobody is here to be asked whether this may be forgotten for good. Say it with --yes.")
    typer.confirm(f"Forget {what} for good, with all labels?", abort=True, err=True)


def _tell_forgotten(gone: "Forgotten") -> None:
    counted = ", ".join(f"{count} {table}" for table, count in gone.rows.items())
    result(f"Forgotten: {counted or 'nothing was left'}.")
    if gone.photos:
        say("The photos' own files are yours, and stay where they are:")
        tell_some(f"  {path}" for path in gone.photos)
    if gone.copies:
        say("These copies may hold the same photos; delete them, or forget there too:")
        tell_some(f"  {path}" for path in gone.copies)


labels = typer.Typer(help="Make evaluation sets, and merge, send and compare them.", no_args_is_help=True, rich_markup_mode=None)
_VERBS: dict[str, Callable[..., None]] = {
    "new": new_set, "add": add_to_set, "list": list_set, "lock": lock_set, "merge": merge_sets, "export": export_set,
    "import": import_files, "pack": pack, "unpack": unpack, "forget": forget, "agreement": show_agreement,
}  # fmt: skip
for name, verb in _VERBS.items():
    labels.command(name)(verb)
