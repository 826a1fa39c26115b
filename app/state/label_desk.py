"""What the label page asks of an evaluation set, one method each; called on the label lane, never on the window's thread.

SQLAlchemy is loaded with this module, so the window starts without it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtGui import QImage

from app.state.label_values import Beginning, Look, Sheet
from app.state.whole_set import WholeSet
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import engine_schema
from core.errors import LabelError
from core.labels import overview
from core.labels.adding import Added, add_photos
from core.labels.again import SECOND, drawn_again
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling, Moved
from core.labels.records import Entry, Item, Label
from core.reporting import Reporter

COMPARED = 300
"""How many finished labels a similar one is looked for among, the last ones."""


class Desk:
    """One designer at one set."""

    def __init__(self, evaluation_set: EvaluationSet, schema: AvatarSchema, designer: str, again: int = 0) -> None:
        """Sit down.

        Args:
            evaluation_set: At what.
            schema: The engine's.
            designer: Who.
            again: How many photos to label a second time, without a look at the first labels; 0 for the first time, and where
                there is nothing to do again.

        Raises:
            LabelError: The set is for other engines, or nobody is named.
        """
        self.set, self.schema, self.whole = evaluation_set, schema, WholeSet(evaluation_set, schema)
        first = overview.View(designer.strip(), schema.engine)
        self._drawn = {key: place for place, key in enumerate(drawn_again(evaluation_set, first, again) if again else ())}
        self.labelling = Labelling(evaluation_set, schema, designer, SECOND if self._drawn else 1)
        self._view = replace(first, take=self.labelling.take)

    @classmethod
    def open(cls, location: Path | str, schema: AvatarSchema, designer: str, again: int = 0) -> "Desk":
        """Sit down at a set that is there; arguments as of `Desk`.

        Raises:
            LabelError: There is none, it is damaged, or it is for other engines.
        """
        opened = EvaluationSet.open(location)
        try:
            return cls(opened, schema, designer, again)
        except LabelError:
            opened.close()
            raise

    @classmethod
    def create(
        cls, path: Path, name: str, blind_share: float, schema: AvatarSchema, designer: str, engines: Sequence[str] = ()
    ) -> "Desk":
        """Make a set, which may be for other engines too, and sit down at it.

        Raises:
            LabelError: There is something already, or nothing can be made there.
        """
        return cls(EvaluationSet.create(path, name, [schema, *map(engine_schema, engines)], blind_share), schema, designer)

    @property
    def is_second(self) -> bool:
        """Whether photos are labelled a second time."""
        return bool(self._drawn)

    def look(self, designer: str | None = None) -> Look:
        """The set now, as this designer sees it, or with the labels of another."""
        view = self._view if designer is None else overview.View(designer, self.schema.engine)
        last = overview.last_item(self.set, self._view)
        listed = overview.entries(self.set, view)
        if self._drawn:  # in an order of their own, so that not even that reminds of the first time
            listed = sorted((one for one in listed if one.item.id in self._drawn), key=lambda one: self._drawn[one.item.id])
        return Look(self.set.facts, listed, overview.designers(self.set), None if last is None else last.id)

    def sheet(self, item: Item) -> Sheet:
        """What there is of a photo."""
        crop = None if item.problem is not None else overview.crop(self.set, item.id)
        face = QImage() if crop is None else QImage.fromData(crop.jpeg)
        picture = None if face.isNull() else face.convertToFormat(QImage.Format.Format_RGB32)  # a damaged one is not shown
        return Sheet(item, self.labelling.label(item.id), crop, picture)

    def jpeg(self, item_id: int) -> bytes:
        """A photo's aligned face.

        Raises:
            LabelError: There is none.
        """
        return overview.crop(self.set, item_id).jpeg

    def act(self, item_id: int, beginning: Beginning | None, action: Callable[[Labelling], Label]) -> Label:
        """Do something to a label, begun first where it was not; on the disk when this returns."""
        if beginning is not None:
            label = self.labelling.label(item_id)
            if label is not None and label.state == "skipped":  # taken up again
                self.labelling.set_state(item_id, "todo")
            self.labelling.begin(item_id, beginning.start, beginning.vector, beginning.source)
        return action(self.labelling)

    def undo(self, seconds: float) -> Moved | None:
        """Take back the designer's last action."""
        return self.labelling.undo(seconds)

    def redo(self, seconds: float) -> Moved | None:
        """Do again what was taken back last."""
        return self.labelling.redo(seconds)

    def finished(self, entries: Sequence[Entry]) -> dict[str, AvatarVector]:
        """The designer's finished labels among the last of these photos, by the photo's sha256."""
        items = [entry.item for entry in entries if entry.state == "done"][-COMPARED:]
        labels = overview.labels_of(self.set, self._view, [item.id for item in items])
        return {item.sha256: labels[item.id].avatar(self.schema) for item in items if item.id in labels}

    def add(self, paths: Sequence[Path], reporter: Reporter) -> list[Added]:
        """Add photos and folders of them; one bad file does not stop the rest."""
        return add_photos(self.set, paths, reporter)

    def close(self) -> None:
        """Let go of the set."""
        self.set.close()
