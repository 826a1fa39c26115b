import csv
import io

from app.widgets.agreement_lines import MINUS, as_csv, as_markdown, said_text, sections_of, title_of
from app.widgets.agreement_table import in_words
from core.labels.agreement import FieldAgreement, FieldContrast, Figure
from tests.app.fake_engine import fake_schema

SCHEMA = fake_schema()
MEASURED = [
    FieldAgreement("head_width", 12, 12, difference=Figure(0.05, 0.03, 0.08)),
    FieldAgreement("mouth_width", 12, 12, difference=Figure(0.123, 0.1, 0.25)),
    FieldAgreement("hair_type", 12, 12, Figure(0.9, 0.7, 1.0), Figure(0.88, 0.6, 1.0)),
    FieldAgreement("glasses", 12, 12, Figure(0.75, 0.5, 1.0), Figure(-0.04, -0.1, 0.3)),
    FieldAgreement("nose_type", 1, 1, Figure(1.0, None, None), None),
]


def test_choices_come_first_and_the_worst_of_each_kind() -> None:
    choices, numbers = sections_of(MEASURED, SCHEMA)
    assert [(line.title, line.value_text, line.interval_text, line.beside_text) for line in choices.lines] == [
        ("Glasses frame", "75 %", "50 to 100", f"{MINUS}0.04"),
        ("Hair style", "90 %", "70 to 100", "0.88"),
        ("Nose shape", "100 %", "", ""),
    ]
    assert [(line.title, line.value_text, line.interval_text, line.beside_text) for line in numbers.lines] == [
        ("Mouth width", "12.3", "10.0 to 25.0", ""),
        ("Head width", "5.0", "3.0 to 8.0", ""),
    ]
    assert (choices.low, choices.high, numbers.low, numbers.high) == (0.0, 1.0, 0.0, 0.3)
    assert in_words(choices, choices.lines[0]) == (
        f"Glasses frame, same option 75 %, 95 % interval 50 to 100, kappa {MINUS}0.04, 12 photos"
    )


def test_of_changes_what_prediction_draws_together_comes_first() -> None:
    def contrast(key: str, blind: float, prefilled: float, low: float, high: float) -> FieldContrast:
        kind = "exact" if key in ("hair_type", "glasses") else "difference"
        sides = [FieldAgreement(key, 5, 5, **{kind: Figure(value, None, None)}) for value in (blind, prefilled)]
        return FieldContrast(key, sides[0], sides[1], Figure(prefilled - blind, low, high))

    choices, numbers = sections_of(
        [
            contrast("hair_type", 0.8, 0.8, -0.001, 0.1), contrast("glasses", 0.5, 0.9, 0.1, 0.6),
            contrast("head_width", 0.2, 0.3, 0.0, 0.2), contrast("mouth_width", 0.2, 0.05, -0.3, -0.1),
        ],
        SCHEMA,
    )  # fmt: skip
    assert [(line.title, line.value_text, line.interval_text, line.beside_text, line.photos) for line in choices.lines] == [
        ("Glasses frame", "+40", "+10 to +60", "50 → 90", 10),
        ("Hair style", "0", "0 to +10", "80 → 80", 10),
    ]
    assert [line.value_text for line in numbers.lines] == [f"{MINUS}15.0", "+10.0"]
    assert (choices.low, choices.high, numbers.low, numbers.high) == (-0.75, 0.75, -0.3, 0.3)


def test_nothing_measured_is_no_section() -> None:
    assert sections_of([], SCHEMA) == []
    assert [section.title for section in sections_of(MEASURED[:1], SCHEMA)] == ["Numbers, 0 to 100"]


def test_weights_of_a_blend_say_of_which_shape_they_are() -> None:
    assert title_of(SCHEMA["head_type_2"]) == "Head shape: round"
    assert said_text(SCHEMA["head_type_2"], 0.255) == "26"
    assert said_text(SCHEMA["hair_color"], "blond") == "Blond"


def test_markdown_is_a_table_for_each_kind() -> None:
    text = as_markdown("Ada | Bo and Cid", sections_of(MEASURED[1:4], SCHEMA))
    lines = text.splitlines()
    assert lines[0] == "**Ada | Bo and Cid**"
    assert lines[2:5] == [
        "| Choices | Same option | 95 % interval | κ | Photos |",
        "| --- | ---: | ---: | ---: | ---: |",
        f"| Glasses frame | 75 % | 50 to 100 | {MINUS}0.04 | 12 |",
    ]
    assert lines[-1] == "| Mouth width | 12.3 | 10.0 to 25.0 | 12 |"


def test_csv_has_the_numbers_and_runs_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv("=Ada and Bo", sections_of(MEASURED, SCHEMA)))))
    assert [row["parameter"] for row in rows] == ["glasses", "hair_type", "nose_type", "mouth_width", "head_width"]
    assert {row["compared"] for row in rows} == {"'=Ada and Bo"}
    assert rows[0] | {"compared": ""} == {
        "compared": "", "parameter": "glasses", "measure": "same_option", "value": "0.7500", "low": "0.5000", "high": "1.0000",
        "kappa": "-0.0400", "kappa_low": "-0.1000", "kappa_high": "0.3000", "blind": "", "prefilled": "", "photos": "12",
    }  # fmt: skip
    assert (rows[3]["measure"], rows[3]["value"], rows[3]["kappa"]) == ("mean_difference", "0.1230", "")
