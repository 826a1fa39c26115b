"""What the label page does with an evaluation set as a whole, one method each; called on the label lane.

Each method but `tag` is work for `OpenSet.carry_out`: it tells a reporter how far it is, and stops when that says so.
"""

from collections.abc import Sequence
from pathlib import Path

from core.avatar.schema import AvatarSchema
from core.engines import engine_names, engine_schema
from core.labels import locking
from core.labels.adding import tag_photos
from core.labels.evaluation_set import EvaluationSet
from core.labels.exchange import Imported, export_labels, import_labels
from core.labels.forgetting import Forgotten, forget_person, forget_photos
from core.labels.merging import Merged, merge
from core.labels.packing import Packed, pack_set
from core.labels.records import SetFacts
from core.reporting import Reporter


class WholeSet:
    """A set, for one engine."""

    def __init__(self, evaluation_set: EvaluationSet, schema: AvatarSchema) -> None:
        self.set, self.schema = evaluation_set, schema

    def lock(self, _reporter: Reporter) -> SetFacts:
        """Freeze the set."""
        return locking.lock(self.set)

    def new_version(self, keep: Path | None, _reporter: Reporter) -> SetFacts:
        """Go on from the frozen set, which stays in a file: beside this one, or where one says."""
        return locking.new_version(self.set, keep)

    def verify(self, _reporter: Reporter) -> SetFacts:
        """Check that the frozen set is what was frozen."""
        return locking.verify(self.set)

    def merge(self, path: Path, reporter: Reporter) -> Merged | None:
        """Take what another set has and this one has not."""
        with EvaluationSet.open(path) as source:
            return merge(self.set, source, reporter)

    def export_labels(self, path: Path, reporter: Reporter) -> int | None:
        """Write all labels to a table, or with their history as JSON Lines."""
        return export_labels(self.set, path, reporter)

    def import_labels(self, path: Path, reporter: Reporter) -> Imported | None:
        """Take labels from a file."""
        installed = {engine: engine_schema(engine) for engine in self.set.facts.engines if engine in engine_names()}
        return import_labels(self.set, path, {**installed, self.schema.engine: self.schema}, reporter)

    def pack(self, path: Path, reporter: Reporter) -> Packed | None:
        """Write the set with its photos as one archive."""
        return pack_set(self.set, path, reporter)

    def tag(self, item_ids: Sequence[int], subject: str) -> None:
        """Say who is on photos."""
        tag_photos(self.set, item_ids, subject)

    def forget(self, item_ids: Sequence[int], subject: str | None, _reporter: Reporter) -> Forgotten:
        """Forget a person with all their photos, or else some photos."""
        return forget_photos(self.set, item_ids) if subject is None else forget_person(self.set, subject)
