"""Reporters for tests of whatever takes one."""

from typing_extensions import override

from core.reporting import SilentReporter


class Listens(SilentReporter):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []
        self.measured: list[tuple[str, float, int]] = []

    @property
    def shares(self) -> list[float]:
        """How much was done each time."""
        return [step / total for step, total in self.steps]

    @override
    def progress(self, step: int, total: int) -> None:
        self.steps.append((step, total))

    @override
    def measure(self, name: str, value: float, step: int) -> None:
        self.measured.append((name, value, step))


class StopsAfter(Listens):
    """Asks to stop once it was asked about it so many times."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self.left = questions

    @override
    def should_stop(self) -> bool:
        self.left -= 1
        return self.left < 0
