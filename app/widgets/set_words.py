"""What became of a set as a whole, as a sentence and the lines that belong to it."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from core.words import tr, trn

if TYPE_CHECKING:  # they come with SQLAlchemy, without which the window starts
    from core.labels.adding import Added
    from core.labels.exchange import Imported
    from core.labels.forgetting import Forgotten
    from core.labels.merging import Merged
    from core.labels.packing import Packed
    from core.labels.travelling import Conflict, Placed

Told = tuple[str, Sequence[str]]
"""A sentence, and lines for who wants to know more."""

FIELDS_SHOWN = 6


def added(files: Sequence["Added"]) -> Told:
    """Photos that were added."""
    counts: Counter[str] = Counter(one.outcome for one in files)
    outcomes = {
        "added": trn("{count} photo added", "{count} photos added", counts["added"]),
        "duplicate": trn("{count} was there already", "{count} were there already", counts["duplicate"]),
        "problem": trn("{count} has no face to label", "{count} have no face to label", counts["problem"]),
        "refused": trn("{count} cannot be opened", "{count} cannot be opened", counts["refused"]),
    }
    said = [words for outcome, words in outcomes.items() if counts[outcome]]
    wrong = [f"{one.path.name}: {one.problem}" for one in files if one.outcome in ("problem", "refused")]
    return ", ".join(said) + "." if said else tr("There are no photos there."), wrong


def merged(found: "Merged") -> Told:
    """Another set that was merged."""
    return trn("{count} photo and {labels}", "{count} photos and {labels}", found.photos, labels=_placed(found.labels)), (
        _conflicts(found.labels)
    )


def imported(found: "Imported") -> Told:
    """Labels that came from a file."""
    problems = [tr("Line {line}: {text}", line=problem.line, text=problem.text) for problem in found.problems]
    left = [trn("{count} line could not be taken.", "{count} lines could not be taken.", len(problems))] if problems else []
    return " ".join([_placed(found.labels), *left]), [*problems, *_conflicts(found.labels)]


def packed(found: "Packed") -> Told:
    """An archive that was written."""
    missing = [f"{item.name}: {why}" for item, why in found.missing]
    said = [trn("Packed with {count} photo.", "Packed with {count} photos.", found.photos)]
    if missing:
        said.append(tr("{count} could not be read; their faces and labels are in it all the same.", count=len(missing)))
    return " ".join(said), missing


def forgotten(found: "Forgotten") -> Told:
    """What is gone, and what is not."""
    photos = trn("{count} photo", "{count} photos", found.rows.get("items", 0))
    labels = trn("{count} label", "{count} labels", found.rows.get("labels", 0))
    lines = []
    if found.photos:
        lines += [tr("Photos, which are yours and stay where they are:"), *found.photos, ""]
    if found.copies:
        lines += [tr("Copies of the set beside it, which may hold the same photos:"), *map(str, found.copies), ""]
    return (
        tr(
            "{photos} and {labels} are gone from the set, down to the bytes of its file. What was sent, merged or exported "
            "before is not reached.",
            photos=photos,
            labels=labels,
        ),
        lines[:-1],
    )


def names(found: Collection[str], most: int = 3) -> str:
    """A few names, and how many more there are, e.g. "ada.jpg, bo.jpg and 3 more"."""
    listed = list(found)
    if len(listed) <= most:
        return ", ".join(listed)
    return tr("{names} and {count} more", names=", ".join(listed[:most]), count=len(listed) - most)


def _placed(placed: "Placed") -> str:
    said = [
        trn(
            "{count} label added, {same} there already.",
            "{count} labels added, {same} there already.",
            placed.added,
            same=placed.same,
        )
    ]
    if placed.conflicts:
        differ = trn(
            "{count} label of the same designer differ; they stayed as they are here.",
            "{count} labels of the same designer differ; they stayed as they are here.",
            len(placed.conflicts),
        )
        said.append(differ)
    return " ".join(said)


def _conflicts(placed: "Placed") -> list[str]:
    return [
        tr("{photo}, {whose}: {fields} differ", photo=one.here.name, whose=_whose(one), fields=names(one.fields, FIELDS_SHOWN))
        for one in placed.conflicts
    ]


def _whose(conflict: "Conflict") -> str:
    label = conflict.here.label
    return tr("{designer}, second time", designer=label.designer) if label.take > 1 else label.designer
