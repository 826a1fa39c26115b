"""Measured numbers, made ready to be drawn."""

import numpy as np
from numpy.typing import NDArray

Points = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Steps and values of a curve, (N,) each."""

WIDEST = 0.1
"""How much of a curve the strongest smoothing averages over."""


def thinned(steps: NDArray[np.float64], values: NDArray[np.float64], most: int = 4000) -> Points:
    """A curve that looks the same with fewer points: the lowest and the highest of every stretch, and its gaps."""
    if len(values) <= most:
        return steps, values
    size = -(-2 * len(values) // most)
    known = np.isfinite(values)
    padding = (0, -len(values) % size)
    low = np.pad(np.where(known, values, np.inf), padding, constant_values=np.inf).reshape(-1, size).argmin(1)
    high = np.pad(np.where(known, values, -np.inf), padding, constant_values=-np.inf).reshape(-1, size).argmax(1)
    begins = np.arange(len(low)) * size
    gaps = np.flatnonzero(~known)[:most]
    places = np.unique(np.concatenate([[0, len(values) - 1], begins + low, begins + high, gaps]))
    return steps[places], values[places]


def spread(values: NDArray[np.float64]) -> float:
    """How far the lowest and the highest of the values (N,) that are finite are apart."""
    known = values[np.isfinite(values)]
    return float(np.ptp(known)) if len(known) else 0.0


def smoothed(values: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    """The mean around every value, so that it does not lag behind as a running mean does.

    Args:
        values: (N,); those that are not finite stay so and count for nothing.
        strength: In [0, 1]; 1 averages over `WIDEST` of the values.
    """
    reach = max(1, round(strength**2 * WIDEST * len(values) / 2)) if strength > 0 else 0
    known = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    places = np.arange(len(values))
    first, last = np.maximum(places - reach, 0), np.minimum(places + reach + 1, len(values))
    means = (sums[last] - sums[first]) / np.maximum(counts[last] - counts[first], 1)
    return np.where(known, means, values)


def broken(steps: NDArray[np.float64], values: NDArray[np.float64]) -> Points:
    """A curve with a gap wherever its steps begin again, as they do where a job goes on from a checkpoint."""
    places = np.flatnonzero(steps[1:] < steps[:-1]) + 1
    return np.insert(steps, places, steps[places]), np.insert(values, places, np.nan)
