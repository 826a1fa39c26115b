from datetime import UTC, datetime

import pytest

from app.widgets.label_words import counted, look_of, progress, share_done, spent
from core.labels.records import Entry, Item, State


def entry(number: int, state: State, seconds: float = 0.0, problem: str | None = None) -> Entry:
    item = Item(number, "0" * 64, f"{number}.png", "", 10, 10, number, False, None, problem, datetime.now(UTC))
    return Entry(item, state, (), False, seconds)


def test_progress_counts_what_is_settled_and_leaves_out_photos_without_a_face() -> None:
    entries = [
        entry(1, "done", 30), entry(2, "unsure", 50), entry(3, "done", 40), entry(4, "skipped", 1), entry(5, "todo"),
        entry(6, "draft", 500), entry(7, "todo", problem="No face."),
    ]  # fmt: skip
    assert progress(entries) == "4 of 6 labelled  ·  40 s a photo  ·  about 80 s left"
    assert share_done(entries) == pytest.approx(4 / 6)
    assert counted(entries) == {"all": 7, "problem": 1, "todo": 1, "draft": 1, "done": 2, "unsure": 1, "skipped": 1}
    assert look_of(entries[6]).word == "No face"


def test_an_empty_set_is_not_divided_by() -> None:
    assert progress([]) == "No photos yet"
    assert share_done([entry(1, "todo", problem="No face.")]) == 0.0


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (89, "89 s"), (95, "2 min"), (5399, "90 min"), (7200, "2 h")])
def test_spans_of_time(seconds: float, words: str) -> None:
    assert spent(seconds) == words
