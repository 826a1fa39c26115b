"""`labels agreement`: how far designers agree, with each other, with themselves, and blind or not."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.avatar.schema import AvatarSchema
from core.cli.arguments import Json
from core.cli.labels_arguments import EngineOfSet, Set, engine_of
from core.cli.labels_view import tell_some, working
from core.cli.output import ExitCode, result, result_json
from core.engines import engine_schema, open_engine
from core.methods import Method, open_method

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.avatar.vector import AvatarVector
    from core.labels.agreement import FieldContrast, Opinion, Pair
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.records import Item

    Distance = Callable[[AvatarVector, AvatarVector], float]


def show_agreement(
    location: Set,
    engine: EngineOfSet = None,
    has_renders: Annotated[
        bool, typer.Option("--renders", help="Draw the avatars too, and say how different they look: the noise floor.")
    ] = False,
    method_name: Annotated[
        str | None,
        typer.Option("--method", metavar="NAME", help="Compare designers with what this method says; `methods` lists them."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Of the intervals; the same gives the same.")] = 0,
    as_json: Json = False,
) -> None:
    """Show how far labels agree: between designers, first and second takes, blind ones and those begun from a prediction.

    With --method: how far designers agree with a method, on photos that they labelled blind and on the others.
    """
    from core.labels.agreement import between_designers, between_starts, between_takes, contrasts
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.opinions import all_opinions

    with EvaluationSet.open(location) as opened:
        of = engine_of(opened, engine)
        opinions = all_opinions(opened, engine_schema(of))
        if method_name is not None:
            said = _predicted(opened, open_method(method_name, engine_schema(of)), opinions)
            _show_method(opened.location, said, opinions, has_renders=has_renders, seed=seed, as_json=as_json)
            return
    designers, takes = between_designers(opinions), between_takes(opinions)
    with _distance(of if has_renders else None) as distance:
        between = [
            {"first": first, "second": second, **_agreement(pairs, distance, seed)}
            for (first, second), pairs in designers.items()
        ]
        again = [{"designer": name, **_agreement(pairs, distance, seed)} for name, pairs in takes.items()]
    blind, prefilled = (between_starts(opinions, is_blind=is_blind) for is_blind in (True, False))
    changes = contrasts(blind, prefilled, seed)
    if as_json:
        rows = [_contrast_row(change) for change in changes]
        result_json({"set": opened.location, "engine": of, "designers": between, "takes": again, "blind": rows})
        return
    for section in between:
        _tell(f"{section['first']} and {section['second']}", section)
    for section in again:
        _tell(f"{section['designer']}, first and second time", section)
    if not designers and not takes:
        result("No photo was labelled twice yet, by two designers or by one at two times.")
    _tell_contrasts(changes)


@dataclass(frozen=True)
class _Said:
    """What a method says of the photos that designers have labelled."""

    method: str
    schema: AvatarSchema
    avatars: "Mapping[str, AvatarVector]"
    problems: "Sequence[tuple[Item, str]]"


def _predicted(opened: "EvaluationSet", method: Method, opinions: "Sequence[Opinion]") -> _Said:
    from core.labels.predicting import predictions

    photos = {opinion.item for opinion in opinions if opinion.take == 1}
    with working("Photos") as reporter:
        found = predictions(opened, method, photos, reporter)
    assert found is not None, "nobody can stop it but by Ctrl-C"
    return _Said(method.name, method.schema, found.avatars, found.problems)


def _show_method(
    location: str, said: _Said, opinions: "Sequence[Opinion]", *, has_renders: bool, seed: int, as_json: bool
) -> None:
    from core.labels.agreement import contrasts, with_references

    def pairs_of(designer: str | None = None, *, is_blind: bool) -> "list[Pair]":
        theirs = (one for one in opinions if one.is_blind == is_blind and designer in (None, one.designer))
        return with_references(theirs, said.avatars)

    known = {parameter.id for parameter in said.schema if parameter.group == "core"}  # no method says anything of the others
    sections = []
    with _distance(said.schema.engine if has_renders else None) as distance:
        for designer in sorted({opinion.designer for opinion in opinions}):
            for start, is_blind in (("blind", True), ("prefilled", False)):
                if pairs := pairs_of(designer, is_blind=is_blind):
                    row = _agreement(pairs, distance, seed)
                    fields = [field for field in row["fields"] if field["parameter"] in known]
                    sections.append({"designer": designer, "start": start, **row, "fields": fields})
    changes = [
        change for change in contrasts(pairs_of(is_blind=True), pairs_of(is_blind=False), seed) if change.parameter in known
    ]
    if as_json:
        missing = [{"photo": item.sha256, "name": item.name, "error": problem} for item, problem in said.problems]
        found = {"designers": sections, "blind": [_contrast_row(change) for change in changes], "missing": missing}
        result_json({"set": location, "engine": said.schema.engine, "method": said.method, **found})
    else:
        for section in sections:
            _tell(f"{said.method} and {section['designer']}, {section['start']}", section)
        if not sections:
            result("Nobody has finished a label yet.")
        _tell_contrasts(changes, f"{said.method} and designers")
        tell_some(f"{item.name}: {problem}" for item, problem in said.problems)
    if said.problems:
        raise typer.Exit(ExitCode.FAILED)


@contextmanager
def _distance(engine: str | None) -> "Iterator[Distance | None]":
    """How different two avatars look: `engine-check`'s measure of options, of whole avatars."""
    if engine is None:
        yield None
        return
    from core.soundness.telling_apart import distance, seen

    drawer = open_engine(engine)
    known: dict[AvatarVector, Any] = {}

    def look(vector: "AvatarVector") -> Any:
        if vector not in known:
            known[vector] = seen(drawer, vector)
        return known[vector]

    try:
        yield lambda first, second: distance(look(first), look(second))
    finally:
        drawer.close()


def _agreement(pairs: "Sequence[Pair]", distance: "Distance | None", seed: int) -> dict[str, Any]:
    from core.labels.agreement import distance_agreement, field_agreements

    renders = None
    if distance is not None:
        with working("Avatars") as reporter:
            done = 0

            def counted(first: "AvatarVector", second: "AvatarVector") -> float:
                nonlocal done
                done += 1
                reporter.progress(done, len(pairs))
                return distance(first, second)

            renders = distance_agreement(pairs, counted, seed)
    return {
        "photos": len({pair.item for pair in pairs}),
        "renders": asdict(renders) if renders else None,
        "fields": [asdict(field) for field in field_agreements(pairs, seed)],
    }


def _contrast_row(change: "FieldContrast") -> dict[str, Any]:
    return {"parameter": change.parameter, **{name: asdict(getattr(change, name)) for name in ("blind", "prefilled", "change")}}


def _tell(title: str, section: dict[str, Any]) -> None:
    result(f"{title}: {section['photos']} photos")
    for field in section["fields"]:
        if field["pairs"]:
            numbers = [f"{name} {_figure(field[name])}" for name in ("exact", "kappa", "difference") if field[name] is not None]
            result(f"  {field['parameter']:<20} {field['pairs']:4d}  {'  '.join(numbers)}")
    if section["renders"] is not None:
        result(f"  how different they look: {_figure(section['renders'])}")


def _tell_contrasts(changes: "Sequence[FieldContrast]", whom: str = "two designers") -> None:
    if not changes:
        result(f"Blind against prefilled: no photos of both kinds to compare {whom} on yet.")
        return
    result(f"Prefilled less blind, between {whom} (an interval that holds 0 shows nothing):")
    for change in changes:
        kind = "exact" if change.blind.exact is not None else "difference"
        counted = f"{change.blind.pairs} blind, {change.prefilled.pairs} prefilled"
        result(f"  {change.parameter:<20} {kind} {_figure(asdict(change.change))}  {counted}")


def _figure(figure: dict[str, Any]) -> str:
    interval = "" if figure["low"] is None else f" [{figure['low']:.3f}, {figure['high']:.3f}]"
    return f"{figure['value']:.3f}{interval}"
