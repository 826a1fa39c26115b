"""What an evaluation set hands out: values of one moment, which no longer belong to the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector, Value
from core.words import mark

State = Literal["todo", "draft", "done", "unsure", "skipped"]
"""How far a label is: not begun, begun, accepted, accepted with doubts, or left out on purpose."""

STATES: tuple[State, ...] = ("todo", "draft", "done", "unsure", "skipped")

STOOD_BY: tuple[State, ...] = ("done", "unsure")
"""Labels that their designers stand by: only these count in agreement."""

Start = Literal["prediction", "previous", "similar", "blind", "designers"]
"""What a label was begun from: a method's estimate, the photo before, a photo that looks alike, the default avatar, or, of a
settled one, what designers have in common."""

SETTLED = mark("Settled")
"""Whose labels those are that designers have settled on (`core.labels.settling`); nobody's name, and no person in agreement."""

By = Literal["predicted", "copied", "edited", "random", "default"]
"""Where a value came from, in the words of avatar documents."""


@dataclass(frozen=True)
class EngineFacts:
    """The schema that a set was made for.

    Attributes:
        version: Of the engine's schema.
        core: Fingerprint of its core group.
        extra: Fingerprint of its extra group.
    """

    version: int
    core: str
    extra: str


@dataclass(frozen=True)
class SetFacts:
    """What is known of a set as a whole.

    Attributes:
        uid: 32 hex digits that copies of the set share.
        name: What people call it.
        engines: Engine id -> the schema it is for.
        blind_share: In [0, 1]: of the photos, how many are always labelled from nothing.
        version: 1, and one more whenever a frozen set is gone on with.
        parent_digest: What the version before had; None for the first.
        digest: SHA-256 of a frozen set's content, hexadecimal; None while it is open.
        locked_at: When it was frozen (UTC).
        made_at: When it was made (UTC).
    """

    uid: str
    name: str
    engines: Mapping[str, EngineFacts]
    blind_share: float
    version: int
    parent_digest: str | None
    digest: str | None
    locked_at: datetime | None
    made_at: datetime

    @property
    def is_locked(self) -> bool:
        """Whether it is frozen, so that nothing in it may change."""
        return self.locked_at is not None


@dataclass(frozen=True)
class Item:
    """One photo.

    Attributes:
        id: Its number in this store; another store has other numbers.
        sha256: Of its decoded, upright pixels, hexadecimal: `Selfie.digest`. The same in every store.
        name: The file's name.
        path: Where the file was last seen.
        width: Pixels, upright.
        height: Pixels, upright.
        position: Photos are shown in this order.
        is_blind: Whether it is always labelled from nothing.
        subject: Who is on it, if somebody said so; for forgetting a person.
        problem: Why it cannot be labelled, in a sentence; None where it can.
        added_at: UTC.
    """

    id: int
    sha256: str
    name: str
    path: str
    width: int
    height: int
    position: int
    is_blind: bool
    subject: str | None
    problem: str | None
    added_at: datetime


@dataclass(frozen=True)
class Crop:
    """A photo's aligned face, kept in the set.

    Attributes:
        jpeg: A square JPEG without metadata: the 1.6 times wider quad that the engine's frame `bust` shows.
        quad: The alignment's quad in the photo (decisions.md 8): four corners, pixels.
        alignment: Version of the alignment.
    """

    jpeg: bytes
    quad: tuple[tuple[float, float], ...]
    alignment: int


@dataclass(frozen=True)
class Label:
    """What one designer says the avatar of a photo is.

    Attributes:
        id: Its number in this store.
        item_id: The photo's.
        designer: Who says so.
        engine: Of which avatar.
        take: 1, or 2 for a second time later.
        fingerprint: Of the core group of the schema that `values` are of.
        state: How far it is.
        values: Every parameter's value by id.
        provenance: Where each value came from, by id.
        note: Free text, empty where there is none.
        flags: Words, sorted.
        start: What it was begun from.
        started_from: More exactly: the method, the other photo's sha256, or who settled last; None for `blind`.
        seconds: Spent on it.
        made_at: UTC.
        changed_at: UTC.
    """

    id: int
    item_id: int
    designer: str
    engine: str
    take: int
    fingerprint: str
    state: State
    values: Mapping[str, Value]
    provenance: Mapping[str, By]
    note: str
    flags: tuple[str, ...]
    start: Start
    started_from: str | None
    seconds: float
    made_at: datetime
    changed_at: datetime

    def avatar(self, schema: AvatarSchema) -> AvatarVector:
        """What it says the avatar is; of a label of an older schema, what today's has.

        Raises:
            ValueRefusedError: A value that the schema does not have.
        """
        return AvatarVector.from_values(schema, {key: value for key, value in self.values.items() if key in schema})


@dataclass(frozen=True)
class Answer:
    """What a label says of some of its parameters.

    Attributes:
        values: By parameter id.
        by: Where they came from; `edited` where the designer chose at least one of them.
        is_unsure: Whether the designer doubts it.
    """

    values: Mapping[str, Value]
    by: By
    is_unsure: bool = False

    @property
    def is_chosen(self) -> bool:
        """Whether the designer chose it, or said that it is right."""
        return self.by == "edited"


@dataclass(frozen=True)
class Edit:
    """One change of one field of a label; the whole history of a label is the list of them.

    Attributes:
        id: Its number in this store; later edits have larger ones.
        label_id: The label's.
        kind: Done, taken back, or done again.
        field: A parameter's id, or `:state`, `:note`, `:flags` or `:start` (what it was begun from, and more exactly).
        old: Before.
        new: After.
        by: Where the new value came from; None for a field with a colon.
        seconds: Since the designer's last edit, as the window measured it; an action that changes several fields shares them.
        at: UTC.
    """

    id: int
    label_id: int
    kind: Literal["do", "undo", "redo"]
    field: str
    old: Value | list[str | None] | None
    new: Value | list[str | None] | None
    by: By | None
    seconds: float
    at: datetime


@dataclass(frozen=True)
class Entry:
    """A photo in a list, with how far one designer is with it.

    Attributes:
        item: The photo.
        state: `todo` where there is no label.
        flags: Of the label, sorted.
        has_note: Whether the label has one.
        seconds: Spent on the label; 0 where there is none.
    """

    item: Item
    state: State
    flags: tuple[str, ...]
    has_note: bool
    seconds: float
