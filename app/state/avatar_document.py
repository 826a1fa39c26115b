"""The avatar being edited: its vector, where each value came from, what is locked, its file, and every step back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import tasks
from app.state.avatar_steps import AvatarState, AvatarSteps
from app.state.snapshots import Snapshots
from core.avatar.document import SUFFIX, AvatarDocument, Provenance, read_document, write_document
from core.avatar.schema import AvatarSchema, full_name
from core.avatar.vector import AvatarVector, Value
from core.errors import AvatarError
from core.files import digest_of
from core.methods import Estimate
from core.words import tr, within


class FileChangedError(AvatarError):
    """The avatar's file is not what was read or written last: somebody else has changed it."""


class EditedAvatar(QObject):
    """Owns the avatar being edited. Every change is a step that can be undone; the drags of one gesture are one step."""

    changed = Signal()
    """The vector, a provenance or a lock changed."""
    file_changed = Signal()
    """The file it belongs to, or whether it is saved, changed."""

    def __init__(self, schema: AvatarSchema, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.steps = AvatarSteps(AvatarState(AvatarVector.default(schema)), self)
        self.snapshots = Snapshots(self.steps, self)
        self.undo_stack = self.steps.undo_stack
        self.steps.changed.connect(self.changed)
        self.undo_stack.cleanChanged.connect(self._say_file_changed)
        self.snapshots.changed.connect(self._say_file_changed)
        self._saved: AvatarDocument | None = None
        self._path: Path | None = None
        self._name = ""
        self._digest: str | None = None
        self._saved_at: datetime | None = None
        self._is_recovered = False

    @property
    def schema(self) -> AvatarSchema:
        """The engine's parameters."""
        return self.steps.state.vector.schema

    @property
    def state(self) -> AvatarState:
        """Vector, provenance and locks."""
        return self.steps.state

    @property
    def vector(self) -> AvatarVector:
        """The avatar."""
        return self.steps.state.vector

    @property
    def path(self) -> Path | None:
        """The file it was opened from or saved to."""
        return self._path

    @property
    def digest(self) -> str | None:
        """SHA-256 of what its file held when it was last read or written; None where there is none to compare with."""
        return self._digest

    @property
    def saved_at(self) -> datetime | None:
        """When its file was written last, as far as is known; local time."""
        return self._saved_at

    @property
    def name(self) -> str:
        """What its file, or the picture that it came with, is called; empty for one that has neither."""
        return self._path.name.removesuffix(SUFFIX) if self._path is not None else self._name

    @property
    def is_dirty(self) -> bool:
        """Whether it differs from its file."""
        return self._is_recovered or not self.undo_stack.isClean() or not self.snapshots.are_saved

    @property
    def has_unsaved_work(self) -> bool:
        """Whether closing now would lose what a person made, and not only what opening the photo again would bring back."""
        by_hand = any(source.by not in ("predicted", "default") for source in self.state.provenance.values())
        return self.is_dirty and (self._path is not None or by_hand or self._is_recovered or bool(self.snapshots.kept))

    def drag(self, values: Mapping[str, Value]) -> None:
        """Change values within a gesture that goes on."""
        if any(self.vector[key] != value for key, value in values.items()):
            self._take(values)

    def edit(self, values: Mapping[str, Value]) -> None:
        """Change values, and end the gesture; predicted values that are chosen again are confirmed.

        Raises:
            ValueRefusedError: A value that the schema does not take.
        """
        known = self.state.provenance
        if any(key in known and known[key].by == "predicted" for key in values):
            self._take(values)
        else:
            self.drag(values)
        self.steps.end_gesture()

    def reset(self, parameter_ids: tuple[str, ...]) -> None:
        """Give parameters the values that the photo gave them, or their defaults."""
        self.steps.take(tr("Reset {name}", name=self._names(parameter_ids)), self._with_origins(self.state, parameter_ids))

    def apply_estimate(self, estimate: Estimate) -> None:
        """Take over what a method thinks of a selfie, except locked and extra parameters."""
        ids = tuple(p.id for p in self.schema if p.group == "core" and p.id not in self.state.locks)
        self.steps.take(tr("Photo"), self._with_origins(replace(self.state, estimate=estimate), ids))

    def paste(self, document: AvatarDocument) -> None:
        """Take over another avatar's values, except locked ones.

        Raises:
            WrongDocumentError: It belongs to another engine, or to a newer version.
            ValueRefusedError: A value that the schema does not have.
        """
        theirs = document.vector(self.schema)
        values = {key: value for key, value in theirs.values().items() if key not in self.state.locks}
        sources = {**self.state.provenance, **{key: Provenance(by="copied") for key in values}}
        self.steps.take(tr("Paste"), replace(self.state, vector=self.vector.with_values(values), provenance=sources))

    def set_locked(self, parameter_ids: tuple[str, ...], is_locked: bool) -> None:
        """Keep parameters from predictions, or let them go."""
        ids = frozenset(parameter_ids)
        locks = self.state.locks | ids if is_locked else self.state.locks - ids
        self.steps.take(tr("Lock") if is_locked else tr("Unlock"), replace(self.state, locks=locks))

    def start_anew(self) -> None:
        """An untitled avatar at the engine's defaults; nothing to undo."""
        self.snapshots.load(None, self.schema)
        self._begin(AvatarState(AvatarVector.default(self.schema)), None, None)

    def forget_photo(self) -> None:
        """Keep the values, and nothing else that came from the photo: no estimate, no confidences, no steps back."""
        sources = {key: Provenance(by=source.by) for key, source in self.state.provenance.items()}
        is_dirty = self.is_dirty
        self._name = ""
        self.steps.begin(replace(self.state, provenance=sources, estimate=None))
        self._is_recovered = is_dirty  # it still differs from its file, though there are no steps that say so
        self.file_changed.emit()

    def take_over(
        self,
        document: AvatarDocument,
        path: Path | None,
        *,
        is_recovered: bool = False,
        digest: str | None = None,
        name: str = "",
        estimate: Estimate | None = None,
    ) -> None:
        """Edit a document that was read.

        Args:
            document: What was read.
            path: Its file, or the picture that carried it, which saving does not write to; None for one that has none yet.
            is_recovered: It was saved from a crash, so it differs from its file.
            digest: SHA-256 of what the file held, to notice when somebody else changes it; None to ask nobody.
            name: What it is called while it has no file.
            estimate: What a method thought of its photo, where that is known.

        Raises:
            WrongDocumentError: It belongs to another engine, or to a newer version.
            ValueRefusedError: A value that the schema does not have.
        """
        vector = document.vector(self.schema)
        known = {key: source for key, source in document.provenance.items() if key in self.schema}
        locks = frozenset(key for key in document.locks if key in self.schema)
        self.snapshots.load(document.snapshots, self.schema)
        self._begin(AvatarState(vector, known, locks, estimate), document, path, is_recovered=is_recovered)
        self._digest = digest if self._path is not None else None
        self._name = name or self._name
        self.file_changed.emit()

    def document(self) -> AvatarDocument:
        """What a file of it holds now."""
        state = self.state
        document = AvatarDocument.of(state.vector, provenance=state.provenance, locks=state.locks, based_on=self._saved)
        return document.model_copy(update={"snapshots": self.snapshots.to_save()})

    def open(self, path: Path, failed: Callable[[Exception], None], *, as_copy: bool = False) -> None:
        """Read a file and edit what it holds; on failure all stays as it is.

        Args:
            path: The file.
            failed: Called with the error.
            as_copy: Leave the file to whoever has it open: saving asks for another.
        """

        def take(read: _Read) -> None:
            try:
                copy = tr("{name}, a copy", name=path.name.removesuffix(SUFFIX)) if as_copy else ""
                self.take_over(read.document, None if as_copy else path, digest=read.digest, name=copy)
            except AvatarError as error:
                failed(error)
                return
            self._saved_at = None if as_copy else read.saved_at
            self.file_changed.emit()

        tasks.run(lambda: _read(path), take, failed)

    def save(
        self, path: Path, done: Callable[[], None], failed: Callable[[Exception], None], *, is_certain: bool = False
    ) -> None:
        """Write its file; on failure it stays unsaved. Edits made meanwhile stay unsaved too.

        Args:
            path: The file.
            done: Called once it is written.
            failed: Called with the error: `FileChangedError` where somebody else has changed its file meanwhile.
            is_certain: Write over whatever is there.
        """
        known = None if is_certain or path != self._path else self._digest
        document, state, snapshots = self.document(), self.state, self.snapshots.kept

        def written(digest: str) -> None:
            self._path, self._saved, self._is_recovered = path, document, False
            self._digest, self._saved_at = digest, datetime.now().astimezone()
            self.snapshots.mark_saved(snapshots)
            if state is self.state:
                self.undo_stack.setClean()
            self.file_changed.emit()
            done()

        tasks.run(lambda: _write(document, path, known), written, failed)

    def _begin(self, state: AvatarState, saved: AvatarDocument | None, path: Path | None, *, is_recovered: bool = False) -> None:
        is_picture = path is not None and path.suffix.lower() == ".png"
        self._saved, self._path, self._is_recovered = saved, None if is_picture else path, is_recovered
        self._name = path.stem if path is not None and is_picture else ""
        self._digest = self._saved_at = None
        self.steps.begin(state)
        self.file_changed.emit()

    def _say_file_changed(self) -> None:
        # A method and not a lambda: Qt cuts its connection before the undo stack clears itself on its way out.
        self.file_changed.emit()

    def _take(self, values: Mapping[str, Value]) -> None:
        sources = {**self.state.provenance, **{key: Provenance(by="edited") for key in values}}
        self.steps.drag(self._names(values), replace(self.state, vector=self.vector.with_values(values), provenance=sources))

    @staticmethod
    def _with_origins(state: AvatarState, parameter_ids: Iterable[str]) -> AvatarState:
        origins = {key: state.origin(key) for key in parameter_ids}
        sources = {key: source for key, source in state.provenance.items() if key not in origins}
        sources.update({key: source for key, (_, source) in origins.items() if source is not None})
        vector = state.vector.with_values({key: value for key, (value, _) in origins.items()})
        return replace(state, vector=vector, provenance=sources)

    def _names(self, parameter_ids: Iterable[str]) -> str:
        first = self.schema[next(iter(parameter_ids))]
        blend = getattr(first, "blend", None)
        return within(tr(full_name(first.component, "Shape" if blend else first.name)))


@dataclass(frozen=True)
class _Read:
    """What a file held, and when it was written."""

    document: AvatarDocument
    digest: str | None
    saved_at: datetime | None


def _read(path: Path) -> _Read:
    digest = digest_of(path)  # before the document: what changes in between is noticed when it is saved
    document = read_document(path)
    try:
        saved_at = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError:
        saved_at = None
    return _Read(document, digest, saved_at)


def _write(document: AvatarDocument, path: Path, known: str | None) -> str:
    if known is not None and digest_of(path) not in (None, known):
        raise FileChangedError(
            tr("{name} was changed by another program since Likeness read or wrote it. Nothing was written.", name=path.name)
        )
    return write_document(document, path)
