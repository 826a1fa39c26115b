"""Values that are measured again and again, made calm: numbers follow without trembling, choices change without flickering."""

import math

import numpy as np
from numpy.typing import NDArray

from core.shapes import expect_shape

Float = NDArray[np.float64]


class OneEuro:
    """A low-pass filter for several numbers that lets fast changes through and stills slow ones.

    Source: Casiez, Roussel and Vogel 2012, 1€ Filter (CHI 2012, doi 10.1145/2207676.2208639), algorithm 1.
    Differs: a measurement has a weight; one of half the weight moves the numbers as one that came after half the time.

    Args:
        min_cutoff: Hz, how fast it follows what hardly changes: lower trembles less.
        beta: How much faster it follows what changes by 1 a second: higher lags less. Hz per unit a second.
        rate_cutoff: Hz, how fast the rate of change itself is followed.
    """

    def __init__(self, min_cutoff: float, beta: float = 0.0, rate_cutoff: float = 1.0) -> None:
        if min(min_cutoff, rate_cutoff) <= 0 or beta < 0:
            raise ValueError(f"cut-offs must be above 0 Hz and beta not below 0: {min_cutoff}, {rate_cutoff}, {beta}")
        self._min_cutoff, self._beta, self._rate_cutoff = min_cutoff, beta, rate_cutoff
        self._value: Float | None = None
        self._rate: Float = np.zeros(0)
        self._at = 0.0

    @property
    def value(self) -> Float | None:
        """(N,): where it stands; None before the first measurement."""
        return None if self._value is None else self._value.copy()

    def __call__(self, measured: NDArray[np.floating], at: float, weight: float = 1.0) -> Float:
        """Take a measurement and give the calm numbers.

        Args:
            measured: (N,) finite numbers, as many as ever.
            at: When, seconds on any clock; nothing changes by one that is not later than the one before.
            weight: How far to trust it, in [0, 1].

        Returns:
            (N,) numbers.
        """
        new = np.array(measured, np.float64)
        expect_shape(new, "N" if self._value is None else str(len(self._value)))
        if not np.isfinite(new).all():
            raise ValueError("a measurement is not finite")
        if self._value is None:
            if weight > 0:
                self._value, self._rate, self._at = new.copy(), np.zeros_like(new), at
            return new
        passed, self._at = at - self._at, max(at, self._at)
        if passed <= 0 or weight <= 0:
            return self._value.copy()
        rate = (new - self._value) / passed
        self._rate = self._rate + share(self._rate_cutoff, passed * weight) * (rate - self._rate)
        cutoff = self._min_cutoff + self._beta * np.abs(self._rate)
        self._value = self._value + share(cutoff, passed * weight) * (new - self._value)
        return self._value.copy()


class SteadyChoice:
    """One of several options, chosen from probabilities that come again and again.

    What was said is added up and slowly forgotten. Another option is taken only once it is clearly ahead of the one that is
    held, so that two alike options do not take turns.

    Args:
        memory_s: Seconds after which what was said counts for 1 / e.
        lead: By how much of the accumulated probability another option must be ahead, in [0, 1].
    """

    def __init__(self, memory_s: float = 1.2, lead: float = 0.16) -> None:
        if memory_s <= 0 or not 0 <= lead <= 1:
            raise ValueError(f"the memory must be above 0 s and the lead in [0, 1]: {memory_s}, {lead}")
        self._memory_s, self._lead = memory_s, lead
        self._chances: Float | None = None
        self._held = 0
        self._at = 0.0

    @property
    def held(self) -> int:
        """Index of the option that is chosen; 0 before anything was said."""
        return self._held

    @property
    def chances(self) -> Float | None:
        """(n,) accumulated probabilities, sum 1; None before anything was said."""
        return None if self._chances is None else self._chances.copy()

    def __call__(self, probabilities: NDArray[np.floating], at: float, weight: float = 1.0) -> int:
        """Hear what is thought now, and give the index of the option to show.

        Args:
            probabilities: (n,) not below 0 and not all 0; they are scaled to sum 1.
            at: When, seconds; nothing changes by what is not later than the one before.
            weight: How far to trust it, in [0, 1].
        """
        heard = np.asarray(probabilities, np.float64)
        expect_shape(heard, "n" if self._chances is None else str(len(self._chances)))
        if not np.isfinite(heard).all() or heard.min() < 0 or heard.sum() <= 0:
            raise ValueError("these are no probabilities")
        heard = heard / heard.sum()
        if self._chances is None:
            if weight > 0:
                self._chances, self._at, self._held = heard, at, int(heard.argmax())
            return int(heard.argmax())
        passed, self._at = at - self._at, max(at, self._at)
        if passed <= 0 or weight <= 0:
            return self._held
        self._chances = self._chances + (1 - math.exp(-passed * weight / self._memory_s)) * (heard - self._chances)
        best = int(self._chances.argmax())
        if self._chances[best] > self._chances[self._held] + self._lead:
            self._held = best
        return self._held


def share(cutoff: NDArray[np.floating] | float, passed: float) -> Float:
    """How far a low-pass filter goes towards a measurement.

    Args:
        cutoff: Hz, above 0, any shape.
        passed: Seconds since the one before, not below 0.

    Returns:
        In [0, 1), the shape of `cutoff`.
    """
    turn = 2 * math.pi * np.asarray(cutoff, np.float64) * passed
    return np.asarray(turn / (turn + 1))
