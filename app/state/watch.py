"""How long somebody works at something."""

import time

AWAY_S = 120.0
"""Whoever does nothing for longer was not working: no single step takes more."""


class Watch:
    """Counts the time between two steps, but for the time that somebody is away."""

    def __init__(self) -> None:
        self._before = 0.0  # counted before the last pause
        self._since: float | None = time.monotonic()

    def begin(self) -> None:
        """Count from now on."""
        self._before = 0.0
        if self._since is not None:
            self._since = time.monotonic()

    def pause(self) -> None:
        """Nobody is there."""
        if self._since is not None:
            self._before += time.monotonic() - self._since
            self._since = None

    def go_on(self) -> None:
        """Somebody is back."""
        if self._since is None:
            self._since = time.monotonic()

    def lap(self) -> float:
        """Seconds since the last step, at most `AWAY_S`; the next one begins."""
        seconds = self._before + (0.0 if self._since is None else time.monotonic() - self._since)
        self.begin()
        return min(AWAY_S, seconds)
