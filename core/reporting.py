"""How a stage speaks to whoever runs it, and hears from them."""

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
