"""What was measured of agreement, in lines to show and to copy: the worst first."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from app.widgets.field_row import spoken_name
from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Parameter
from core.avatar.vector import Value
from core.labels.agreement import FieldAgreement, FieldContrast, Figure
from core.labels.comparing import Measured
from core.words import tr, within

MINUS = "\u2212"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

CSV_COLUMNS = (
    "compared", "parameter", "measure", "value", "low", "high", "kappa", "kappa_low", "kappa_high", "blind", "prefilled",
    "photos",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One parameter.

    Attributes:
        parameter: What it is of.
        figure: The share of photos with the same option, the mean difference, or how much either changes; in [-1, 1].
        kappa: Cohen's; None for numbers, for a change, and where both only ever say the same one option.
        photos: How many it is of.
        blind: Of a change, what it was among blind labels; else None.
        prefilled: Of a change, what it was among those begun from something; else None.
    """

    parameter: Parameter
    figure: Figure
    kappa: Figure | None
    photos: int
    blind: float | None = None
    prefilled: float | None = None

    @property
    def title(self) -> str:
        """The parameter's name, away from its heading."""
        return title_of(self.parameter)

    @property
    def unit(self) -> str:
        """What follows the number: shares are per cent, their changes points, and numbers are like those of the sliders."""
        return " %" if isinstance(self.parameter, DiscreteParameter) and self.blind is None else ""

    @property
    def _is_whole(self) -> bool:
        return isinstance(self.parameter, DiscreteParameter)

    @property
    def value_text(self) -> str:
        """The figure in words; of a change with its sign."""
        return f"{_number(self.figure.value, is_change=self.blind is not None, is_whole=self._is_whole)}{self.unit}"

    @property
    def interval_text(self) -> str:
        """The 95 % interval in words; empty where there is none."""
        if self.figure.low is None or self.figure.high is None:
            return ""
        low, high = (
            _number(end, is_change=self.blind is not None, is_whole=self._is_whole) for end in (self.figure.low, self.figure.high)
        )
        return tr("{low} to {high}", low=low, high=high)

    @property
    def beside_text(self) -> str:
        """What stands beside it: kappa, or of a change what it was before and after."""
        if self.blind is not None and self.prefilled is not None:
            both = (_number(value, is_change=False, is_whole=self._is_whole) for value in (self.blind, self.prefilled))
            return " → ".join(both)
        return f"{self.kappa.value:.2f}".replace("-", MINUS) if self.kappa is not None else ""


@dataclass(frozen=True)
class Section:
    """Lines that are measured alike.

    Attributes:
        title: What they are of.
        measure: What the figure is, in words.
        beside: What stands beside it, in words; empty for nothing.
        low: Where the scale begins, in the unit of `Figure`.
        high: Where it ends.
        lines: The worst first.
    """

    title: str
    measure: str
    beside: str
    low: float
    high: float
    lines: Sequence[Line]


def title_of(parameter: Parameter) -> str:
    """A parameter's name, away from its heading; a weight of a blend names the shape it is of."""
    if isinstance(parameter, ContinuousParameter) and parameter.blend is not None:
        return f"{spoken_name(parameter.component, 'Shape')}: {within(tr(parameter.name))}"
    return spoken_name(parameter.component, parameter.name)


def said_text(parameter: Parameter, value: Value) -> str:
    """A value in words: an option's name, or a number from 0 to 100."""
    return tr(parameter.option(str(value)).name) if isinstance(parameter, DiscreteParameter) else f"{float(value) * 100:.0f}"


def sections_of(measured: Sequence[Measured], schema: AvatarSchema) -> list[Section]:
    """What was measured, choices first, then numbers; neither where there is nothing of it."""
    lines = [_line(one, schema) for one in measured]
    choices = [line for line in lines if line is not None and isinstance(line.parameter, DiscreteParameter)]
    numbers = [line for line in lines if line is not None and isinstance(line.parameter, ContinuousParameter)]
    is_change = any(line.blind is not None for line in (*choices, *numbers))
    found = []
    if choices:
        choices.sort(key=lambda line: line.figure.value, reverse=is_change)
        if is_change:
            edge = _edge(choices, 0.2)
            found.append(
                Section(
                    tr("Choices"),
                    tr("Change of the share with the same option, in points"),
                    tr("Blind → prefilled"),
                    -edge,
                    edge,
                    choices,
                )
            )
        else:
            found.append(Section(tr("Choices"), tr("Same option"), "κ", 0.0, 1.0, choices))
    if numbers:
        numbers.sort(key=lambda line: line.figure.value, reverse=not is_change)
        edge = _edge(numbers, 0.1)
        if is_change:
            found.append(
                Section(
                    tr("Numbers, 0 to 100"), tr("Change of the mean difference"), tr("Blind → prefilled"), -edge, edge, numbers
                )
            )
        else:
            found.append(Section(tr("Numbers, 0 to 100"), tr("Mean difference"), "", 0.0, edge, numbers))
    return found


def as_markdown(name: str, sections: Sequence[Section]) -> str:
    """The tables for a report."""
    parts = [f"**{name}**"]
    for section in sections:
        columns = [
            section.title,
            section.measure,
            tr("95 % interval"),
            *([section.beside] if section.beside else []),
            tr("Photos"),
        ]
        rows = [columns, ["---", *["---:"] * (len(columns) - 1)]]
        for line in section.lines:
            beside = [line.beside_text] if section.beside else []
            rows.append([line.title, line.value_text, line.interval_text, *beside, str(line.photos)])
        parts.append("\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows))
    return "\n\n".join(parts) + "\n"


def as_csv(name: str, sections: Sequence[Section]) -> str:
    """One row per parameter, with the numbers as they were measured, in [-1, 1]."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    name = f"'{name}" if name.startswith(FORMULAS) else name
    for section in sections:
        for line in section.lines:
            measure = "same_option" if isinstance(line.parameter, DiscreteParameter) else "mean_difference"
            kappa = (None, None, None) if line.kappa is None else (line.kappa.value, line.kappa.low, line.kappa.high)
            numbers = (line.figure.value, line.figure.low, line.figure.high, *kappa, line.blind, line.prefilled)
            rounded = ["" if one is None else f"{one:.4f}" for one in numbers]
            kind = measure if line.blind is None else f"{measure}_change"
            writer.writerow([name, line.parameter.id, kind, *rounded, line.photos])
    return text.getvalue()


def _line(one: Measured, schema: AvatarSchema) -> Line | None:
    parameter = schema[one.parameter]
    if isinstance(one, FieldContrast):
        before, after = (_main(field) for field in (one.blind, one.prefilled))
        if before is None or after is None:
            return None
        return Line(parameter, one.change, None, one.blind.photos + one.prefilled.photos, before.value, after.value)
    figure = _main(one)
    return None if figure is None else Line(parameter, figure, one.kappa, one.photos)


def _main(field: FieldAgreement) -> Figure | None:
    return field.exact if field.exact is not None else field.difference


def _edge(lines: Sequence[Line], least: float) -> float:
    """Where a scale ends that holds everything: a round number."""
    figures = [line.figure for line in lines]
    ends = [abs(end) for one in figures for end in (one.value, one.low, one.high) if end is not None]
    return next((edge for edge in (0.1, 0.2, 0.3, 0.4, 0.5, 0.75) if edge >= max(least, *ends)), 1.0)


def _number(value: float, *, is_change: bool, is_whole: bool) -> str:
    number = round(value * 100, 0 if is_whole else 1) or 0.0  # no minus before a nought
    text = f"{number:{'+' if is_change and number else ''}.{0 if is_whole else 1}f}"
    return text.replace("-", MINUS)
