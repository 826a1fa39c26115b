"""How far labels are, in words, icons and colours; and what the page says about a set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from core.labels.records import Entry, Start, State


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
    "todo": Look("To do", "todo", "secondary"),
    "draft": Look("Begun", "draft", "text"),
    "done": Look("Done", "finished", "accent_text"),
    "unsure": Look("Unsure", "unsure", "amber_text"),
    "skipped": Look("Skipped", "skipped", "secondary"),
}

PROBLEM = Look("No face", "alert", "amber_text")

STARTS: Mapping[Start, str] = {"prediction": "Prediction", "previous": "Last photo", "similar": "Similar", "blind": "Nothing"}

BEGINS: Mapping[Start, str] = {
    "prediction": "Starts as the method sees the photo.",
    "previous": "Starts like the photo before.",
    "similar": "Starts like the finished photo that is most alike.",
    "blind": "Starts from the default avatar.",
}

LIKE: Mapping[Start, tuple[str, str]] = {
    "previous": ("Starts like {}, the last one you accepted.", "None is accepted yet, so it starts from nothing."),
    "similar": ("Starts like {}, the most alike of those you finished.", "None is finished yet, so it starts from nothing."),
}
"""What is said of starting like another photo: where there is one, and where there is none."""

BEGUN: Mapping[Start, str] = {
    "prediction": "Begun from the prediction.",
    "previous": "Begun from another photo.",
    "similar": "Begun from a similar photo.",
    "blind": "Begun from nothing.",
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
        return "No photos yet"
    counts = counted(entries)
    settled = counts["done"] + counts["unsure"] + counts["skipped"]
    words = [f"{settled} of {counts['all'] - counts['problem']} labelled"]
    seconds = [entry.seconds for entry in entries if entry.state in ("done", "unsure") and entry.seconds > 0]
    if seconds:
        middle = median(seconds)
        words.append(f"{spent(middle)} a photo")
        if left := counts["todo"] + counts["draft"]:
            words.append(f"about {spent(middle * left)} left")
    return "  ·  ".join(words)


def spent(seconds: float) -> str:
    """A span of time, e.g. "38 s", "12 min", "3 h"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"
