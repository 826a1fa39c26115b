"""How deep the parts of random avatars are in each other, measured by as many processes as there are to be."""

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import AvatarEngine
from core.engines.pack import PackEngine
from core.soundness.penetration import bounds, depths
from core.soundness.posing import at_rest, posed

_PLAIN = 0.5  # how often a choice that only people make is left as it is
_EVERY = 100  # avatars between two words on how far it has come
_AHEAD = 4  # avatars that wait for each process, so that none waits for work
_FEWEST = 8  # avatars that are worth a process, which takes a second to start


@dataclass(frozen=True)
class Depth:
    """How deep one avatar's parts are in each other.

    Attributes:
        pair: Name of the pair (core.soundness.penetration).
        depth: In head units; 1 is about half the head's width.
        bound: The largest that is sound.
        vector: The avatar.
        number: Which of the sampled avatars it is, from 0.
    """

    pair: str
    depth: float
    bound: float
    vector: AvatarVector
    number: int

    @property
    def excess(self) -> float:
        """Depth in bounds: above 1 is unsound."""
        return self.depth / self.bound


def measure_depths(
    open_it: Callable[[], AvatarEngine],
    vectors: int,
    seed: int = 1,
    processes: int = 1,
    say: Callable[[str], None] = lambda _: None,
) -> list[Depth]:
    """The depths of random avatars, in an order that does not depend on how many processes measure.

    Args:
        open_it: Opens the pack; with several processes each does, and it must be picklable.
        vectors: How many avatars.
        seed: Of their sampling.
        processes: How many measure at once.
        say: Told every hundred avatars how far it has come and how long the rest will take.
    """
    engine = open_it()
    engine.close()
    rng = np.random.default_rng(seed)
    sampled = [sample_whole(engine.schema, rng) for _ in range(vectors)]
    # An engine keeps a few styles of hair in memory; in this order it reads each but once.
    order = sorted(range(vectors), key=lambda number: _hair_of(sampled[number]))
    limits = bounds()
    found: list[Depth] = []
    begun = time.monotonic()
    measured = _measured(open_it, [sampled[number] for number in order], min(processes, vectors // _FEWEST))
    for done, (number, deep) in enumerate(zip(order, measured, strict=True), 1):
        found += [Depth(pair, depth, limits[pair], sampled[number], number) for pair, depth in deep.items()]
        if done % _EVERY == 0:
            left = (time.monotonic() - begun) / done * (vectors - done)
            say(f"{done} of {vectors} avatars measured" + (f", about {_duration(left)} left" if done < vectors else ""))
    return found


def sample_whole(schema: AvatarSchema, rng: np.random.Generator) -> AvatarVector:
    """A random avatar whose choices of group `extra` are random too, every other time."""
    vector = AvatarVector.sample(schema, rng)
    extras = [choice for choice in schema.discrete if choice.group == "extra"]
    chosen = {choice.id: choice.options[rng.integers(len(choice.options))].id for choice in extras if rng.random() > _PLAIN}
    return vector.with_values(chosen)


class _Worker:
    """Measures with an engine of its own."""

    here: "_Worker"

    def __init__(self, open_it: Callable[[], AvatarEngine]) -> None:
        engine = open_it()
        if not isinstance(engine, PackEngine):
            raise TypeError(f"Depths are measured in meshes, which {type(engine).__name__} does not have.")
        self._engine = engine

    def measure(self, vector: AvatarVector) -> dict[str, float]:
        return depths(posed(self._engine, vector), posed(self._engine, at_rest(vector)))


def _measured(open_it: Callable[[], AvatarEngine], vectors: Sequence[AvatarVector], processes: int) -> Iterator[dict[str, float]]:
    """The depths of each, in their order."""
    if processes <= 1:
        worker = _Worker(open_it)
        yield from map(worker.measure, vectors)
        return
    # Spawned, not forked: the graphics device that other measures have opened does not survive a fork.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin, (open_it,)) as pool:
        asked: deque[Future[dict[str, float]]] = deque()
        try:
            for vector in vectors:
                asked.append(pool.submit(_measure_here, vector))
                if len(asked) > _AHEAD * processes:
                    yield asked.popleft().result()
            while asked:
                yield asked.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _begin(open_it: Callable[[], AvatarEngine]) -> None:
    # Ctrl-C reaches every process of a terminal; the one that began this ends the others, after the avatars they are at.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Worker.here = _Worker(open_it)


def _measure_here(vector: AvatarVector) -> dict[str, float]:
    return _Worker.here.measure(vector)


def _hair_of(vector: AvatarVector) -> str:
    return str(vector["hair_type"]) if any(choice.id == "hair_type" for choice in vector.schema.discrete) else ""


def _duration(seconds: float) -> str:
    return f"{round(seconds / 60)} minutes" if seconds >= 90 else f"{round(seconds)} seconds"
