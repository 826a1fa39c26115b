"""Rendered avatars on disk: pictures, class masks and the vectors they were rendered from."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.avatar.schema import AvatarSchema
from core.errors import DataError
from core.faces.selfie import ALIGNMENT_VERSION
from core.files import write_atomically
from core.shapes import expect_shape

SHARD_SIZE = 100
"""Avatars in one file; what a stopped run loses at most."""


@dataclass(frozen=True)
class RendersManifest:
    """What a folder of renders was made from.

    Attributes:
        engine: The engine's id.
        schema: Fingerprint of its core group.
        size: Pixels of a picture's side; it shows the frame `bust`.
        count: Avatars, when finished.
        seed: Of the vectors.
        alignment: Version of the alignment that the engine's frame was made for.
    """

    engine: str
    schema: str
    size: int
    count: int
    seed: int
    alignment: int = ALIGNMENT_VERSION


@dataclass(frozen=True, eq=False)
class Renders:
    """N rendered avatars.

    Attributes:
        manifest: What they were made from.
        pictures: (N, S, S, 4) uint8 sRGB with straight alpha, the engine's frame `bust`.
        masks: (N, S, S) uint8, indices into `core.engines.CLASSES`.
        continuous: (N, C) float32 in [0, 1].
        discrete: (N, D) int64.
    """

    manifest: RendersManifest
    pictures: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    continuous: NDArray[np.float32]
    discrete: NDArray[np.int64]

    def __post_init__(self) -> None:
        sizes = expect_shape(self.pictures, "N S S 4")
        count, side = sizes["N"], sizes["S"]
        expect_shape(self.masks, f"{count} {side} {side}")
        expect_shape(self.continuous, f"{count} C")
        expect_shape(self.discrete, f"{count} D")

    def __len__(self) -> int:
        return len(self.pictures)

    def part(self, start: int, stop: int) -> "Renders":
        """Some of them: indices in [start, stop)."""
        chosen = slice(start, stop)
        return Renders(self.manifest, self.pictures[chosen], self.masks[chosen], self.continuous[chosen], self.discrete[chosen])


def shard_path(folder: Path, index: int) -> Path:
    """Where the shard of this index lies."""
    return folder / "shards" / f"{index:05d}.npz"


def write_manifest(folder: Path, manifest: RendersManifest) -> None:
    """Begin a folder of renders, or check that the one begun is the same.

    Raises:
        DataError: It was begun from something else.
    """
    path = folder / "manifest.json"
    if path.exists() and read_manifest(folder) != manifest:
        raise DataError(f"{folder} holds renders of something else: {read_manifest(folder)}. Choose another folder.")
    folder.joinpath("shards").mkdir(parents=True, exist_ok=True)
    write_atomically(path, (json.dumps(asdict(manifest), indent=2) + "\n").encode())


def read_renders(folder: Path, schema: AvatarSchema) -> Renders:
    """All renders of a folder.

    Args:
        folder: Run folder of the stage render_avatars.
        schema: The engine's, which the vectors must belong to.

    Raises:
        DataError: They are missing, damaged, or made for another schema or alignment.
    """
    manifest = read_manifest(folder)
    made_for, ours = f"{manifest.engine} ({manifest.schema})", f"{schema.engine} ({schema.fingerprint()})"
    if made_for != ours:
        raise DataError(f"The renders in {folder} are of engine {made_for}, but {ours} is asked for. Render again.")
    if manifest.alignment != ALIGNMENT_VERSION:
        raise DataError(f"The renders in {folder} are of alignment {manifest.alignment}, not {ALIGNMENT_VERSION}. Render again.")
    paths = sorted((folder / "shards").glob("?????.npz"))
    if not paths:
        raise DataError(f"There are no renders in {folder} yet.")
    shards = [_read_shard(path) for path in paths]
    names = ("pictures", "masks", "continuous", "discrete")
    return Renders(manifest, *(np.concatenate([shard[name] for shard in shards]) for name in names))


def _read_shard(path: Path) -> Mapping[str, NDArray[Any]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as shard:
            return {name: shard[name] for name in ("pictures", "masks", "continuous", "discrete")}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise DataError(f"{path} is damaged: {error}. Delete it and run the same render_avatars again.") from error


def read_manifest(folder: Path) -> RendersManifest:
    """What a folder of renders was made from.

    Raises:
        DataError: It is not one.
    """
    path = folder / "manifest.json"
    try:
        return RendersManifest(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{path} is not a manifest of renders: {error}.") from error
