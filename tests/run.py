"""What `main.py test` runs: style, types, import contracts, then the tests; a summary; one last line for machines."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

GATES = {
    "style": ("-m", "ruff", "check", "."),
    "format": ("-m", "ruff", "format", "--check", "."),
    "import contracts": ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    "types": ("-m", "mypy"),
}
"""Name -> what the environment's Python is called with."""

_TOTALS = re.compile(r"^=+ (?P<counts>.*) in (?P<seconds>[\d.]+)s.* =+$")
_COUNT = re.compile(r"(\d+) (failed|passed|skipped|deselected|xfailed|xpassed|warnings?|errors?)")


@dataclass(frozen=True)
class Outcome:
    """How one check ended.

    Attributes:
        name: What people read.
        counts: pytest's word -> how many, e.g. `{"passed": 12}`.
        seconds: How long it took.
    """

    name: str
    counts: Counter[str]
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether nothing failed and something passed."""
        return self.counts["passed"] > 0 and not self.counts["failed"] and not self.counts["error"]


def main(arguments: Sequence[str]) -> int:
    """Run the checks.

    Args:
        arguments: `--long` adds the long tests; anything else goes to pytest, which then runs alone.

    Returns:
        0 if everything is good, 1 if not.
    """
    is_long = "--long" in arguments
    chosen = [argument for argument in arguments if argument != "--long"]
    outcomes = [] if chosen else [_gate(name, command) for name, command in GATES.items()]
    outcomes.append(_pytest(chosen, is_long=is_long))
    _say(*summary(outcomes))
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


def summary(outcomes: Sequence[Outcome]) -> list[str]:
    """A line for each check, and the totals in the form of pytest's last line. A gate counts as one test."""
    lines = [""]
    for outcome in outcomes:
        mark = "ok  " if outcome.is_good else "FAIL"
        lines.append(f"{mark} {outcome.name:<18} {_in_words(outcome.counts)} in {outcome.seconds:.1f} s")
    total = sum((outcome.counts for outcome in outcomes), Counter[str]())
    seconds = sum(outcome.seconds for outcome in outcomes)
    return [*lines, f" {_in_words(total)} in {seconds:.2f}s ".center(80, "=")]


def read_totals(output: str) -> Counter[str]:
    """Counts of pytest's last line; one failure where there is no such line."""
    for line in reversed(output.splitlines()):
        if match := _TOTALS.match(line.strip()):
            counts = Counter({word.rstrip("s"): int(number) for number, word in _COUNT.findall(match["counts"])})
            return counts or Counter(failed=1)
    return Counter(failed=1)


def _gate(name: str, command: Sequence[str]) -> Outcome:
    began = time.monotonic()
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    good = done.returncode == 0
    if not good:
        _say(f"--- {name}", done.stdout + done.stderr)
    return Outcome(name, Counter(passed=1) if good else Counter(failed=1), time.monotonic() - began)


def _pytest(chosen: Sequence[str], *, is_long: bool) -> Outcome:
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *(["-m", ""] if is_long else []), *chosen]
    # Two workers on two cores: a library with threads of its own would only get in their way.
    environment = {"OMP_NUM_THREADS": "1", **os.environ, "HYPOTHESIS_PROFILE": "long" if is_long else "default"}
    began = time.monotonic()
    lines: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, errors="replace", env=environment) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            lines.append(line)
    counts = read_totals("".join(lines))
    if process.returncode != 0 and not counts["failed"]:
        counts["failed"] += 1
    return Outcome("tests", counts, time.monotonic() - began)


def _in_words(counts: Counter[str]) -> str:
    order = ("failed", "error", "passed", "skipped", "deselected", "xfailed", "xpassed", "warning")
    words = [f"{counts[word]} {word}" for word in order if counts[word]]
    return ", ".join(words) or "nothing ran"


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
