"""How a stage speaks to whoever runs it, and hears from them."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Reporter(Protocol):
    """Given to every stage and every searching method."""

    def progress(self, step: int, total: int) -> None:
        """`step` of `total` is done."""

    def measure(self, name: str, value: float, step: int) -> None:
        """A number of the run, e.g. a loss."""

    def show(self, name: str, image: NDArray[np.uint8], step: int) -> None:
        """A picture of the run, (H, W, 3) uint8 sRGB."""

    def should_stop(self) -> bool:
        """Whether to save a checkpoint and end."""
        ...

    def should_checkpoint(self) -> bool:
        """Whether a checkpoint was asked for now."""
        ...

    def should_sample(self) -> bool:
        """Whether samples were asked for now."""
        ...


class SilentReporter:
    """Says nothing and never interrupts."""

    def progress(self, step: int, total: int) -> None:
        """Ignore it."""

    def measure(self, name: str, value: float, step: int) -> None:
        """Ignore it."""

    def show(self, name: str, image: NDArray[np.uint8], step: int) -> None:
        """Ignore it."""

    def should_stop(self) -> bool:
        """Never."""
        return False

    def should_checkpoint(self) -> bool:
        """Never."""
        return False

    def should_sample(self) -> bool:
        """Never."""
        return False


_WHOLE = 10_000  # steps that the whole of divided work is told in


class Part:
    """Passes on what a part of some work reports: with progress as that of the whole, and names with the part's before them."""

    def __init__(self, reporter: Reporter, begin: float, end: float, name: str = "") -> None:
        """A part that lasts from the share `begin` of the whole to the share `end`, each in [0, 1]."""
        self._reporter = reporter
        self._begin, self._end = begin, end
        self._prefix = f"{name}/" if name else ""

    def of_whole(self, step: int, total: int) -> tuple[int, int]:
        """Step and total of the whole where `step` of `total` of this part is done."""
        done = min(1.0, max(0.0, step / max(1, total)))
        return round(_WHOLE * (self._begin + done * (self._end - self._begin))), _WHOLE

    def progress(self, step: int, total: int) -> None:
        """Pass it on, as that of the whole."""
        self._reporter.progress(*self.of_whole(step, total))

    def measure(self, name: str, value: float, step: int) -> None:
        """Pass it on."""
        self._reporter.measure(self._prefix + name, value, step)

    def show(self, name: str, image: NDArray[np.uint8], step: int) -> None:
        """Pass it on."""
        self._reporter.show(self._prefix + name, image, step)

    def should_stop(self) -> bool:
        """Ask it."""
        return self._reporter.should_stop()

    def should_checkpoint(self) -> bool:
        """Ask it."""
        return self._reporter.should_checkpoint()

    def should_sample(self) -> bool:
        """Ask it."""
        return self._reporter.should_sample()


def divided(reporter: Reporter, lengths: Sequence[float], names: Sequence[str] = ()) -> tuple[Part, ...]:
    """Reporters for the parts of some work, one after the other, so that its progress only grows.

    Args:
        reporter: Of the work.
        lengths: How long each part lasts, in any unit.
        names: Of the parts, where several measure something under the same name; empty leaves the names as they are.
    """
    whole = sum(lengths)
    shares = [length / whole for length in lengths] if whole > 0 else [1 / len(lengths)] * len(lengths)
    ends = list(accumulate(shares))
    begins = [0.0, *ends[:-1]]
    return tuple(
        Part(reporter, begin, end, name) for begin, end, name in zip(begins, ends, names or [""] * len(lengths), strict=True)
    )
