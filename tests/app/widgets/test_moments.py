from datetime import datetime, timedelta, timezone

import pytest

from app.widgets.moments import moment_in_words

NOW = datetime(2026, 3, 2, 9, 5, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(minutes=5), "09:00"),
        (timedelta(hours=10), "yesterday, 23:05"),
        (timedelta(days=3), "27 February, 09:05"),
        (timedelta(days=400), "26 January 2025, 09:05"),
        (timedelta(days=-1), "3 March, 09:05"),  # a clock that was wrong
    ],
)
def test_moments_are_said_as_people_do(ago: timedelta, words: str) -> None:
    assert moment_in_words(NOW - ago, NOW) == words
