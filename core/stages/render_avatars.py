"""Render avatars of plausible vectors, with the class of every pixel.

Source: SwiftAvatar (arXiv 2301.08153), section 3.2, renders vectors sampled uniformly.
Differs: the vectors are plausible ones (core.datasets.plausible).
"""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.avatar.vector import AvatarVector
from core.configs import RenderAvatarsConfig
from core.datasets.plausible import sample_plausible
from core.datasets.renders import SHARD_SIZE, RendersManifest, shard_path, write_manifest
from core.engines import AvatarEngine, Camera, open_engine
from core.errors import SettingError
from core.reporting import Reporter

Image = NDArray[np.uint8]

_CAMERA = Camera(frame="bust")


def render_avatars(config: RenderAvatarsConfig, folder: Path, reporter: Reporter) -> None:
    """Write a folder of renders (core.datasets.renders); the same call again renders what is missing.

    Raises:
        SettingError: Nothing is to be rendered.
        DataError: The folder holds renders of something else.
    """
    if config.count < 1:
        raise SettingError(f"count is {config.count}; at least one avatar must be rendered.")
    engine = open_engine(config.engine)
    manifest = RendersManifest(config.engine, engine.schema.fingerprint(), config.size, config.count, config.seed)
    engine.close()
    write_manifest(folder, manifest)
    total = -(-config.count // SHARD_SIZE)
    missing = [index for index in range(total) if not shard_path(folder, index).exists()]
    reporter.progress(total - len(missing), total)
    for done, _ in enumerate(_rendered(config, folder, missing), total - len(missing) + 1):
        reporter.progress(done, total)
        if reporter.should_stop():
            return


def _rendered(config: RenderAvatarsConfig, folder: Path, shards: Sequence[int]) -> Iterator[Path]:
    """Render the shards; their files as they are done."""
    counts = [min(SHARD_SIZE, config.count - index * SHARD_SIZE) for index in shards]
    if config.processes <= 1:
        for index, count in zip(shards, counts, strict=True):
            yield _render_shard(config, folder, index, count)
        return
    # Spawned, not forked: a graphics device does not survive a fork.
    with ProcessPoolExecutor(config.processes, multiprocessing.get_context("spawn"), _ignore_interrupts) as pool:
        try:
            yield from pool.map(_render_shard, repeat(config), repeat(folder), shards, counts)
        finally:
            pool.shutdown(cancel_futures=True)


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; the one that holds the reporter decides."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _render_shard(config: RenderAvatarsConfig, folder: Path, index: int, count: int) -> Path:
    engine = open_engine(config.engine)
    # A generator for each shard, so that what is in it does not depend on which process made it, or when.
    rng = np.random.default_rng([config.seed, index])
    vectors = [sample_plausible(engine.schema, rng) for _ in range(count)]
    pairs = [render_pair(engine, vector, config.size) for vector in vectors]
    path = shard_path(folder, index)
    unfinished = path.with_suffix(".unfinished.npz")
    np.savez_compressed(
        unfinished,
        pictures=np.stack([picture for picture, _ in pairs]),
        masks=np.stack([mask for _, mask in pairs]),
        continuous=np.stack([vector.continuous for vector in vectors]),
        discrete=np.stack([vector.discrete for vector in vectors]),
    )
    return unfinished.replace(path)


def render_pair(engine: AvatarEngine, vector: AvatarVector, size: int) -> tuple[Image, Image]:
    """A light picture of the frame `bust` and its classes; engines that make both at once are asked for both at once."""
    both = getattr(engine, "render_pair", None)
    if both is not None:
        picture, mask = both(vector, _CAMERA, size, "light")
        return np.asarray(picture), np.asarray(mask)
    return engine.render(vector, _CAMERA, size, "light"), engine.render_masks(vector, _CAMERA, size, "light")
