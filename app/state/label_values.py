"""What the parts of labelling hand each other: values only, light enough to be there when the window starts."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtGui import QImage
from typing_extensions import override

from core.avatar.document import Provenance
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector, Value
from core.labels.records import By, Crop, Entry, Item, Label, SetFacts, Start, State
from core.methods import Estimate
from core.reporting import SilentReporter


@dataclass(frozen=True)
class Beginning:
    """What a label is begun from.

    Attributes:
        start: What kind.
        vector: The avatar that the designer saw.
        source: The method, or the other photo's sha256; None for `blind`.
    """

    start: Start
    vector: AvatarVector
    source: str | None = None


@dataclass(frozen=True)
class Look:
    """A set at one moment.

    Attributes:
        facts: Of the set.
        entries: Every photo with how far the designer is.
        designers: Everybody who has labelled.
        last: The photo that the designer changed last.
    """

    facts: SetFacts
    entries: Sequence[Entry]
    designers: Sequence[str]
    last: int | None


@dataclass(frozen=True, eq=False)
class Sheet:
    """All that the store has of one photo: its label, and its aligned face, where there are any."""

    item: Item
    label: Label | None
    crop: Crop | None
    picture: QImage | None


@dataclass(frozen=True, eq=False)
class Paper:
    """The photo that is looked at, and what the designer says of it so far.

    Attributes:
        item: The photo.
        picture: Its aligned face, framed like the avatar; None where there is none.
        vector: The avatar.
        provenance: Where values came from, by parameter id.
        state: How far the label is.
        beginning: What it was begun from, or would be.
        is_begun: Whether the designer has done anything yet.
        is_waiting: Whether what to begin from is still on its way.
        estimate: What the method thinks of the photo, where the designer may know.
        note: Free text.
        flags: Words.
    """

    item: Item
    picture: QImage | None
    vector: AvatarVector
    provenance: Mapping[str, Provenance]
    state: State
    beginning: Beginning
    is_begun: bool
    is_waiting: bool = False
    estimate: Estimate | None = None
    note: str = ""
    flags: tuple[str, ...] = ()

    def with_values(self, values: Mapping[str, Value], by: By) -> "Paper":
        """With other values."""
        sources = {**self.provenance, **dict.fromkeys(values, Provenance(by=by))}
        state: State = "draft" if self.state == "todo" else self.state
        return replace(self, vector=self.vector.with_values(values), provenance=sources, state=state, is_begun=True)

    def origins(self) -> dict[str, Value]:
        """What a reset brings back, by parameter id: what the method saw, where the designer may know, else the defaults."""
        known = self.estimate.vector if self.estimate is not None else None
        return {p.id: known[p.id] if known is not None and p.group == "core" else p.default for p in self.vector.schema}

    def untouched(self) -> list[str]:
        """The parameters that methods predict and that the designer has not set."""
        sources = self.provenance
        return [p.id for p in self.vector.schema if p.group == "core" and (p.id not in sources or sources[p.id].by != "edited")]


@dataclass(frozen=True)
class Wish:
    """What a designer chooses for one photo.

    Attributes:
        item_id: The photo.
        values: By parameter id.
        beginning: What its label is begun from, where it is not begun.
    """

    item_id: int
    values: Mapping[str, Value]
    beginning: Beginning | None


@dataclass(frozen=True, eq=False)
class Closer:
    """One photo among many, looked at more closely.

    Attributes:
        item: The photo.
        picture: Its aligned face; None until it is read.
        vector: The avatar that the designer says it is, or that its label would begin with.
        start: What its label was begun from, or would be.
        is_begun: Whether it was.
        is_waiting: Whether what to begin from is still on its way.
        problem: Why there is no prediction; empty where there is one, or may be.
    """

    item: Item
    picture: QImage | None
    vector: AvatarVector
    start: Start
    is_begun: bool
    is_waiting: bool
    problem: str


class AddingReporter(SilentReporter):
    """Tells how far adding photos is, and stops it when asked; both from any thread."""

    def __init__(self, say: Callable[[int, int], None]) -> None:
        self._say, self._stop = say, threading.Event()

    def stop(self) -> None:
        """Have it stop after the photo at hand."""
        self._stop.set()

    @override
    def progress(self, step: int, total: int) -> None:
        self._say(step, total)

    @override
    def should_stop(self) -> bool:
        return self._stop.is_set()


def vector_of(label: Label, schema: AvatarSchema) -> AvatarVector:
    """A label's avatar; of an older schema's label, what today's has."""
    return AvatarVector.from_values(schema, {key: value for key, value in label.values.items() if key in schema})


def likeness(one: AvatarVector, other: AvatarVector) -> float:
    """How alike two avatars of one schema are, in [0, 1]: the mean over parameters, where choices are alike when equal."""
    close = 1 - np.abs(one.continuous - other.continuous)
    return float(np.concatenate([close, one.discrete == other.discrete]).mean())
