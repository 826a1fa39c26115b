"""What became of a set as a whole, as a sentence and the lines that belong to it."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # they come with SQLAlchemy, without which the window starts
    from core.labels.adding import Added
    from core.labels.exchange import Imported
    from core.labels.forgetting import Forgotten
    from core.labels.merging import Merged
    from core.labels.packing import Packed
    from core.labels.travelling import Placed

Told = tuple[str, Sequence[str]]
"""A sentence, and lines for who wants to know more."""

OUTCOMES = {
    "added": ("photo added", "photos added"),
    "duplicate": ("was there already", "were there already"),
    "problem": ("has no face to label", "have no face to label"),
    "refused": ("cannot be opened", "cannot be opened"),
}

FIELDS_SHOWN = 6


def number(count: int, one: str, many: str | None = None) -> str:
    """A number of things, e.g. "1 photo", "2 photos"."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def added(files: Sequence["Added"]) -> Told:
    """Photos that were added."""
    counts: Counter[str] = Counter(one.outcome for one in files)
    said = [f"{counts[key]} {words[counts[key] > 1]}" for key, words in OUTCOMES.items() if counts[key]]
    wrong = [f"{one.path.name}: {one.problem}" for one in files if one.outcome in ("problem", "refused")]
    return ", ".join(said) + "." if said else "There are no photos there.", wrong


def merged(found: "Merged") -> Told:
    """Another set that was merged."""
    return f"{number(found.photos, 'photo')} and {_placed(found.labels)}", _conflicts(found.labels)


def imported(found: "Imported") -> Told:
    """Labels that came from a file."""
    problems = [f"Line {problem.line}: {problem.text}" for problem in found.problems]
    left = f" {number(len(problems), 'line')} could not be taken." if problems else ""
    return f"{_placed(found.labels)}{left}", [*problems, *_conflicts(found.labels)]


def packed(found: "Packed") -> Told:
    """An archive that was written."""
    missing = [f"{item.name}: {why}" for item, why in found.missing]
    left = f" {len(missing)} could not be read; their faces and labels are in it all the same." if missing else ""
    return f"Packed with {number(found.photos, 'photo')}.{left}", missing


def forgotten(found: "Forgotten") -> Told:
    """What is gone, and what is not."""
    counts = [(found.rows.get("items", 0), "photo"), (found.rows.get("labels", 0), "label")]
    gone = " and ".join(number(count, word) for count, word in counts)
    lines = []
    if found.photos:
        lines += ["Photos, which are yours and stay where they are:", *found.photos, ""]
    if found.copies:
        lines += ["Copies of the set beside it, which may hold the same photos:", *map(str, found.copies), ""]
    return (
        f"{gone} are gone from the set, down to the bytes of its file. What was sent, merged or exported before is not reached.",
        lines[:-1],
    )


def names(found: Collection[str], most: int = 3) -> str:
    """A few names, and how many more there are, e.g. "ada.jpg, bo.jpg and 3 more"."""
    listed = list(found)
    if len(listed) <= most:
        return ", ".join(listed)
    return f"{', '.join(listed[:most])} and {len(listed) - most} more"


def _placed(placed: "Placed") -> str:
    said = f"{number(placed.added, 'label')} added, {placed.same} there already."
    if not placed.conflicts:
        return said
    return f"{said} {number(len(placed.conflicts), 'label')} of the same designer differ; they stayed as they are here."


def _conflicts(placed: "Placed") -> list[str]:
    return [
        f"{one.here.name}, {one.here.label.designer}{', second time' if one.here.label.take > 1 else ''}: "
        f"{names(one.fields, FIELDS_SHOWN)} differ"
        for one in placed.conflicts
    ]
