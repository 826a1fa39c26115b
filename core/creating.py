"""From photos to avatars' files: what is the same for the command line and for the window."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.avatar.document import AvatarDocument, Provenance
from core.methods import Estimate


def file_stems(photos: Sequence[Path], taken: Iterable[str] = ()) -> list[str]:
    """A name for each photo's files, its own where that is free: the second `me` becomes `me-2`, and so on.

    Names that differ in case alone are the same file on Windows and macOS, so they count as taken.

    Args:
        photos: Their files, or names.
        taken: Names that are not free, such as those of files that must not be overwritten.
    """
    used = {name.casefold() for name in taken}
    stems = []
    for photo in photos:
        stem, count = photo.stem, 1
        while stem.casefold() in used:
            count += 1
            stem = f"{photo.stem}-{count}"
        used.add(stem.casefold())
        stems.append(stem)
    return stems


def document_of(estimate: Estimate) -> AvatarDocument:
    """A document that says of every predicted value where it came from."""
    provenance = {
        parameter: Provenance(by="predicted", confidence=known.confidence, method=estimate.method, model=estimate.model)
        for parameter, known in estimate.fields.items()
    }
    document = AvatarDocument.of(estimate.vector, provenance=provenance)
    return document.model_copy(update={"created": datetime.now(UTC).replace(microsecond=0)})
