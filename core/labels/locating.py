"""Photos whose files were moved, found again by what they show and not by their names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from core.errors import PhotoError
from core.images import photos_in, read_photo
from core.labels.adding import content_hash, move_photo
from core.labels.evaluation_set import EvaluationSet
from core.labels.records import Item
from core.labels.tables import ItemRow
from core.reporting import Reporter, SilentReporter


@dataclass(frozen=True)
class Located:
    """What became of looking for photos.

    Attributes:
        found: Those whose file is known again.
        missing: Those that are still to be found.
    """

    found: tuple[Item, ...]
    missing: tuple[Item, ...]


def locate_photos(
    evaluation_set: EvaluationSet, paths: Sequence[Path], also: Collection[int] = (), reporter: Reporter | None = None
) -> Located:
    """Look for all missing photos, and say in the set where they are; works on a frozen set, as `move_photo` does.

    Args:
        evaluation_set: Where.
        paths: Files, and folders of them at any depth, to look in.
        also: Photos to look for though a file is there, because it is another picture.
        reporter: Told after each file, and asked whether to stop.
    """
    reporter = reporter or SilentReporter()
    with evaluation_set.reading() as session:
        items = [row.record() for row in session.scalars(select(ItemRow).order_by(ItemRow.position, ItemRow.id))]
    wanted = {item.sha256: item for item in items if item.id in also or not Path(item.path).exists()}
    names = {item.name for item in wanted.values()}
    files = sorted(photos_in(paths), key=lambda path: path.name not in names)  # most were moved and not renamed
    found: list[Item] = []
    for count, path in enumerate(files, 1):
        if not wanted or reporter.should_stop():
            break
        item = wanted.pop(_content(path), None)
        if item is not None:
            found.append(move_photo(evaluation_set, item.id, path))
        reporter.progress(count, len(files))
    return Located(tuple(found), tuple(wanted.values()))


def _content(path: Path) -> str:
    """What a file shows; what cannot be opened is no photo that is looked for."""
    try:
        return content_hash(read_photo(path))
    except PhotoError:
        return ""
