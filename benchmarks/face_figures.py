"""Figures with bootstrap intervals, for everybody and by groups (decisions.md 12), from what was measured picture by picture.

A record is one picture that was measured: its `key`, the `file` of the portrait it was made from, and values. Portraits are drawn
with replacement, not pictures, so that ten copies of one face do not count as ten faces.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.floating]
Record = Mapping[str, Any]
Statistic = Callable[[Float], Float]
"""Weights of records (R, N) -> (R,)."""

ROUNDS = 1000
GROUPS = ("Monk 2–4", "Monk 5–6", "Monk 7–10", "women", "men")


@dataclass(frozen=True, eq=False)
class Measure:
    """Something measured over N pictures.

    Attributes:
        name: What tables say.
        files: N names of portraits.
        statistic: How it is computed.
        is_better_high: Whether more of it is better.
        target: What the issue asks for, or None.
        digits: Places after the point.
    """

    name: str
    files: Sequence[str]
    statistic: Statistic
    is_better_high: bool = True
    target: float | None = None
    digits: int = 3


@dataclass(frozen=True)
class Figure:
    """A value and 95 percent of what it is when portraits are drawn with replacement, over `count` pictures."""

    value: float
    low: float
    high: float
    count: int
    is_below: bool = False
    """Of a group: its difference from the rest is to its disadvantage, interval and all."""


def ratio(
    name: str, records: Sequence[Record], top: Sequence[float], bottom: Sequence[float] | None = None, **options: Any
) -> Measure:
    """Sum over sum: a mean, or an intersection over a union."""
    above = np.array(top, float)
    below = np.ones(len(above)) if bottom is None else np.array(bottom, float)

    def statistic(weights: Float) -> Float:
        total = weights @ below
        # Drawn portraits may have nothing to be measured, a class that nobody of them wears.
        return np.asarray(np.where(total > 0, (weights @ above) / np.maximum(total, 1e-9), np.nan))

    return Measure(name, [str(record["file"]) for record in records], statistic, **options)


def correlation(name: str, records: Sequence[Record], ours: Sequence[float], theirs: Sequence[float], **options: Any) -> Measure:
    """Pearson's."""
    x, y = np.array(ours, float), np.array(theirs, float)

    def statistic(weights: Float) -> Float:
        total = weights.sum(axis=1)
        x_mean, y_mean = (weights @ x) / total, (weights @ y) / total
        both = (weights @ (x * y)) / total - x_mean * y_mean
        spread = ((weights @ x**2) / total - x_mean**2) * ((weights @ y**2) / total - y_mean**2)
        return np.asarray(both / np.sqrt(np.maximum(spread, 1e-18)))

    return Measure(name, [str(record["file"]) for record in records], statistic, **options)


def figures(measure: Measure, members: Mapping[str, frozenset[str]]) -> dict[str, Figure]:
    """`all` and every group that has at least eight portraits in it.

    Args:
        measure: What to compute.
        members: Group -> its portraits.
    """
    everybody = np.ones(len(measure.files), bool)
    found = {"all": _figure(measure, everybody, None)}
    known = np.isin(measure.files, list(frozenset().union(*members.values())))
    for group, files in members.items():
        inside = np.isin(measure.files, list(files))
        if len(set(np.array(measure.files)[inside])) >= 8:
            same_kind = known & np.isin(measure.files, list(_comparable(group, members)))
            found[group] = _figure(measure, inside, same_kind & ~inside)
    return found


def change(now: Measure, before: Measure) -> Figure:
    """By how much a figure changed on the same pictures, drawn together."""
    weights = _drawn(now.files)
    whole = np.ones((1, len(now.files)))
    drawn = now.statistic(weights) - before.statistic(weights)
    value = float((now.statistic(whole) - before.statistic(whole))[0])
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Figure(value, float(low), float(high), len(now.files))


def table(rows: Sequence[tuple[Measure, Mapping[str, Figure]]], changes: Mapping[str, Figure] | None = None) -> str:
    """Markdown: a row for each figure, a column for each group; ▼ marks a group that is worse off than the rest."""
    heads = ["figure", "pictures", "all", "target", *GROUPS] + (["change, paired"] if changes else [])
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for measure, row in rows:
        target = "" if measure.target is None else _number(measure.target, measure.digits)
        cells = [measure.name, str(row["all"].count), _shown(row["all"], measure), target]
        cells += [_shown(row[group], measure) if group in row else "" for group in GROUPS]
        if changes:
            cells.append(_shown(changes[measure.name], measure, sign="+") if measure.name in changes else "")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _figure(measure: Measure, chosen: NDArray[np.bool_], rest: NDArray[np.bool_] | None) -> Figure:
    value = float(measure.statistic(chosen[None].astype(float))[0])
    drawn = measure.statistic(_drawn(measure.files, chosen))
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    is_below = False
    if rest is not None and len(set(np.array(measure.files)[rest])) >= 8:
        apart = drawn - measure.statistic(_drawn(measure.files, rest))
        worst = np.nanquantile(apart, [0.025, 0.975])
        is_below = bool(worst[1] < 0 if measure.is_better_high else worst[0] > 0)
    return Figure(value, float(low), float(high), int(chosen.sum()), is_below)


def _drawn(files: Sequence[str], chosen: NDArray[np.bool_] | None = None) -> Float:
    """(ROUNDS, N) how often each record counts; the same portraits give the same weights."""
    names, index = np.unique(np.array(files), return_inverse=True)
    inside = np.ones(len(names), bool) if chosen is None else np.bincount(index[chosen], minlength=len(names)) > 0
    weights = np.zeros((ROUNDS, len(names)), np.float32)
    weights[:, inside] = _draws(int(inside.sum()))
    return np.asarray(weights[:, index] if chosen is None else weights[:, index] * chosen, np.float32)


@cache
def _draws(count: int) -> NDArray[np.float32]:
    """(ROUNDS, count): how often each of so many is drawn."""
    rng = np.random.default_rng(0)
    rows = rng.integers(count, size=(ROUNDS, count)) + count * np.arange(ROUNDS)[:, None]
    return np.bincount(rows.ravel(), minlength=ROUNDS * count).reshape(ROUNDS, count).astype(np.float32)


def _comparable(group: str, members: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Everybody who is in a group of the same kind: skin or sex."""
    return frozenset().union(*(files for name, files in members.items() if name.startswith("Monk") == group.startswith("Monk")))


def _shown(figure: Figure, measure: Measure, sign: str = "") -> str:
    value, low, high = (_number(number, measure.digits, sign) for number in (figure.value, figure.low, figure.high))
    return f"{value} [{low}, {high}]" + (" ▼" if figure.is_below else "")


def _number(value: float, digits: int, sign: str = "") -> str:
    return f"{value:{sign}.{digits}f}"
