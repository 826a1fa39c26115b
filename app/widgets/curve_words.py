"""What measured numbers are called, and how they are written: in words, with their unit and as many digits as mean something."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.jobs.glance import counted
from core.words import mark, tr


@dataclass(frozen=True)
class Measure:
    """Something measured.

    Attributes:
        words: What it is called.
        unit: `%`, or empty where it has none.
        factor: What a value is multiplied by before it is written with the unit.
    """

    words: str
    unit: str = ""
    factor: float = 1.0


def _share(words: str) -> Measure:
    return Measure(words, "%", 100.0)


MEASURES: Mapping[str, Measure] = {
    "found": _share(mark("faces found")),
    "extra": Measure(mark("faces too many")),
    "points_error": _share(mark("point error")),
    "error_percent": Measure(mark("point error"), "%"),
    "hard_percent": Measure(mark("point error, hard photos"), "%"),
    "expression_apart": _share(mark("expression error")),
    "faces_missed": _share(mark("faces missed")),
    "hard_faces_missed": _share(mark("faces missed, hard photos")),
    "false_faces": _share(mark("false faces")),
    "landmarks found": _share(mark("landmarks found")),
}
"""Names that stages measure under and that do not say enough by themselves."""

_KINDS: Mapping[str, Measure] = {
    "r_": Measure(mark("likeness")),
    "iou_": _share(mark("overlap")),
    "refused_": Measure(mark("refused")),
}
"""How names begin that stages make of something's name."""


def measure_of(name: str) -> Measure:
    """What is measured under a name of `core.reporting.Reporter.measure`; before a slash is the part of the stage."""
    part, slash, own = name.rpartition("/")
    if slash:
        one = measure_of(own)
        return replace(one, words=f"{one.words} · {_apart(part.replace('/', ' '))}")
    if name in MEASURES:
        return _said(MEASURES[name])
    for beginning, one in _KINDS.items():
        if name.startswith(beginning):
            return replace(one, words=f"{tr(one.words)}, {_apart(name.removeprefix(beginning))}")
    return Measure(_apart(name))


def _said(one: Measure) -> Measure:
    return replace(one, words=tr(one.words))


def written(name: str, value: float, spread: float) -> str:
    """A value with its unit: "0.461", "4.7 %", "12 000".

    Args:
        name: What was measured.
        value: Any number.
        spread: How far the values of its curve are apart, which says how many digits tell them apart.
    """
    one = measure_of(name)
    if not math.isfinite(value):
        return tr("no number")
    text = _digits(one.factor * value, one.factor * spread)
    return f"{text} {one.unit}" if one.unit else text


def _digits(value: float, spread: float) -> str:
    """A thousandth of the spread is told apart, in four digits at most."""
    if value == round(value) and spread == round(spread):
        return counted(round(value)) if abs(value) < 1e15 else f"{value:.3g}"
    size = spread if math.isfinite(spread) and spread > 0 else abs(value)
    decimals = 2 - math.floor(math.log10(size))
    if value:
        decimals = min(decimals, 3 - math.floor(math.log10(abs(value))))
    if decimals > 6 or abs(value) >= 1e15:
        return f"{value:.3g}"
    whole, point, rest = f"{value:.{max(0, decimals)}f}".partition(".")
    return f"{counted(int(whole)) if abs(int(whole)) >= 10_000 else whole}{point}{rest}"


def _apart(name: str) -> str:
    """The words of an identifier, in lower case."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.replace("_", " ")).lower()
