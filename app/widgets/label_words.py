"""How far labels are, in words, icons and colours; and what the page says about a set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from core.labels.records import Entry, Start, State
from core.words import mark, tr


@dataclass(frozen=True)
class Look:
    """How a state is shown.

    Attributes:
        word: What people read.
        icon: In `resources/icons`.
        tone: A token of the theme.
    """

    word: str
    icon: str
    tone: str


LOOKS: Mapping[State, Look] = {
    "todo": Look(mark("To do"), "todo", "secondary"),
    "draft": Look(mark("Begun"), "draft", "text"),
    "done": Look(mark("Done"), "finished", "accent_text"),
    "unsure": Look(mark("Unsure"), "unsure", "amber_text"),
    "skipped": Look(mark("Skipped"), "skipped", "secondary"),
}

PROBLEM = Look(mark("No face"), "alert", "amber_text")

STARTS: Mapping[Start, str] = {
    "prediction": mark("Prediction"),
    "previous": mark("Last photo"),
    "similar": mark("Similar"),
    "blind": mark("Nothing"),
}

BEGINS: Mapping[Start, str] = {
    "prediction": mark("Starts as the method sees the photo."),
    "previous": mark("Starts like the photo before."),
    "similar": mark("Starts like the finished photo that is most alike."),
    "blind": mark("Starts from the default avatar."),
}

LIKE: Mapping[Start, tuple[str, str]] = {
    "previous": (
        mark("Starts like {name}, the last one you accepted."),
        mark("None is accepted yet, so it starts from nothing."),
    ),
    "similar": (
        mark("Starts like {name}, the most alike of those you finished."),
        mark("None is finished yet, so it starts from nothing."),
    ),
}
"""What is said of starting like another photo: where there is one, and where there is none."""

BEGUN: Mapping[Start, str] = {
    "prediction": mark("Begun from the prediction."),
    "previous": mark("Begun from another photo."),
    "similar": mark("Begun from a similar photo."),
    "blind": mark("Begun from nothing."),
}


def look_of(entry: Entry) -> Look:
    """How a photo's state is shown."""
    return LOOKS[entry.state] if entry.item.problem is None else PROBLEM


def counted(entries: Sequence[Entry]) -> dict[str, int]:
    """How many photos are how far, with `all` and `problem`."""
    counts = dict.fromkeys(["all", "problem", *LOOKS], 0) | {"all": len(entries)}
    for entry in entries:
        counts["problem" if entry.item.problem is not None else entry.state] += 1
    return counts


def share_done(entries: Sequence[Entry]) -> float:
    """How much of the set is labelled, in [0, 1]; photos without a face do not count."""
    counts = counted(entries)
    possible = counts["all"] - counts["problem"]
    return (counts["done"] + counts["unsure"] + counts["skipped"]) / possible if possible else 0.0


def progress(entries: Sequence[Entry]) -> str:
    """How far the set is and how long the rest takes, e.g. "12 of 60 labelled · 38 s a photo · about 30 min left"."""
    if not entries:
        return tr("No photos yet")
    counts = counted(entries)
    settled = counts["done"] + counts["unsure"] + counts["skipped"]
    words = [tr("{count} of {total} labelled", count=settled, total=counts["all"] - counts["problem"])]
    seconds = [entry.seconds for entry in entries if entry.state in ("done", "unsure") and entry.seconds > 0]
    if seconds:
        middle = median(seconds)
        words.append(tr("{time} a photo", time=spent(middle)))
        if left := counts["todo"] + counts["draft"]:
            words.append(tr("about {time} left", time=spent(middle * left)))
    return "  ·  ".join(words)


def spent(seconds: float) -> str:
    """A span of time, e.g. "38 s", "12 min", "3 h"."""
    if seconds < 90:
        return tr("{count} s", count=max(1, round(seconds)))
    return tr("{count} min", count=round(seconds / 60)) if seconds < 5400 else tr("{count} h", count=round(seconds / 3600))
