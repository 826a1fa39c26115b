"""Avatars that a person keeps beside the one being edited, to come back to, compare and blend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

from PySide6.QtCore import QObject, Signal

from app.state.avatar_steps import AvatarState, AvatarSteps
from core.avatar.blending import blend
from core.avatar.document import Provenance, SavedSnapshot
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.words import tr

MOST = len(ascii_uppercase)
"""As many as there are letters; a file stays small."""


@dataclass(frozen=True)
class Snapshot:
    """An avatar that was kept.

    Attributes:
        letter: A to Z, no two alike.
        name: What a person calls it; empty where its letter is enough.
        state: The avatar, where its values came from, and what was locked; without an estimate.
    """

    letter: str
    state: AvatarState
    name: str = ""

    @property
    def title(self) -> str:
        """Its name, or else its letter."""
        return self.name or self.letter


class Snapshots(QObject):
    """Owns the kept avatars. They are no steps of undo, so that no undo takes them away; showing one is."""

    changed = Signal()
    """One came, went, or has another name."""

    def __init__(self, steps: AvatarSteps, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps = steps
        self._kept: tuple[Snapshot, ...] = ()
        self._saved: tuple[Snapshot, ...] = ()

    @property
    def kept(self) -> tuple[Snapshot, ...]:
        """In the order of their letters."""
        return self._kept

    @property
    def are_saved(self) -> bool:
        """Whether the file has just these."""
        return self._kept == self._saved

    def find(self, letter: str) -> Snapshot | None:
        """The one with a letter; None where there is none."""
        return next((one for one in self._kept if one.letter == letter), None)

    def take(self) -> Snapshot | None:
        """Keep the avatar as it is; None where all letters are taken."""
        letter = next((one for one in ascii_uppercase if self.find(one) is None), None)
        if letter is None:
            return None
        snapshot = Snapshot(letter, replace(self._steps.state, estimate=None))
        self.put_back(snapshot)
        return snapshot

    def put_back(self, snapshot: Snapshot) -> None:
        """Keep one again that was removed; in the place of one that has its letter now, it gets another."""
        if self.find(snapshot.letter) is not None:
            free = next((one for one in ascii_uppercase if self.find(one) is None), None)
            if free is None:
                return
            snapshot = replace(snapshot, letter=free)
        self._set((*self._kept, snapshot))

    def rename(self, letter: str, name: str) -> None:
        """Call one something; nothing for its letter alone."""
        self._set(replace(one, name=name.strip()) if one.letter == letter else one for one in self._kept)

    def remove(self, letter: str) -> Snapshot | None:
        """Keep one no longer; what `put_back` takes."""
        gone = self.find(letter)
        self._set(one for one in self._kept if one.letter != letter)
        return gone

    def show(self, letter: str) -> None:
        """Go back to a kept avatar with its locks, in one step; what a photo gave stays what it is."""
        if snapshot := self.find(letter):
            text = tr("Snapshot {name}", name=snapshot.title)
            self._steps.take(text, replace(snapshot.state, estimate=self._steps.state.estimate))

    def blend(self, first: str, second: str, share: float, *, is_moving: bool = False) -> None:
        """Go to an avatar between two, except for what is locked now.

        Args:
            first: Letter of the one that share 0 gives.
            second: Letter of the one that share 1 gives.
            share: In [0, 1].
            is_moving: More of the same gesture will follow; all of it is one step.
        """
        one, other = self.find(first), self.find(second)
        if one is not None and other is not None:
            text = tr("Blend {first} and {second}", first=one.title, second=other.title)
            self._steps.drag(text, _between(self._steps.state, one.state, other.state, share))
        if not is_moving:
            self._steps.end_gesture()

    # With the file.

    def load(self, saved: Sequence[SavedSnapshot] | None, schema: AvatarSchema) -> None:
        """Take over what a file has.

        Raises:
            ValueRefusedError: A value that the schema does not have.
        """
        kept = tuple(_opened(one, schema) for one in saved or ())
        self._saved = kept
        self._set(kept)

    def to_save(self) -> list[SavedSnapshot] | None:
        """What a file is to hold; None for nothing."""
        return [_saved(one) for one in self._kept] or None

    def mark_saved(self, saved: tuple[Snapshot, ...]) -> None:
        """The file holds these now."""
        self._saved = saved

    def _set(self, kept: Iterable[Snapshot]) -> None:
        self._kept = tuple(sorted(kept, key=lambda one: one.letter))
        self.changed.emit()


def _between(now: AvatarState, first: AvatarState, second: AvatarState, share: float) -> AvatarState:
    vector = blend(first.vector, second.vector, share)
    free = [parameter.id for parameter in vector.schema if parameter.id not in now.locks]
    sources = {key: source for key, source in now.provenance.items() if key in now.locks}
    for key in free:
        # Beyond the middle the second explains a value that both have.
        nearest = (first, second) if share < 0.5 else (second, first)
        owner = next((one for one in nearest if one.vector[key] == vector[key]), None)
        source = owner.provenance.get(key) if owner is not None else Provenance(by="edited")
        if source is not None:
            sources[key] = source
    return replace(now, vector=now.vector.with_values({key: vector[key] for key in free}), provenance=sources)


def _saved(snapshot: Snapshot) -> SavedSnapshot:
    state = snapshot.state
    return SavedSnapshot(
        letter=snapshot.letter,
        name=snapshot.name or None,
        values=state.vector.values(),
        provenance=dict(state.provenance),
        locks=sorted(state.locks),
    )


def _opened(saved: SavedSnapshot, schema: AvatarSchema) -> Snapshot:
    sources = {key: source for key, source in saved.provenance.items() if key in schema}
    locks = frozenset(key for key in saved.locks if key in schema)
    return Snapshot(saved.letter, AvatarState(AvatarVector.from_values(schema, saved.values), sources, locks), saved.name or "")
