from collections import Counter

import pytest

from tests.run import Outcome, read_totals, summary


@pytest.mark.parametrize(
    ("output", "counts"),
    [
        ("noise\n==== 3 failed, 12 passed, 1 skipped in 4.20s ====\n", {"failed": 3, "passed": 12, "skipped": 1}),
        ("=== 7 passed, 2 warnings in 61.10s (0:01:01) ===", {"passed": 7, "warning": 2}),
        ("=== 1 passed, 2 errors in 0.10s ===", {"passed": 1, "error": 2}),
        ("=== no tests ran in 0.01s ===", {"failed": 1}),
        ("Segmentation fault", {"failed": 1}),
        ("", {"failed": 1}),
    ],
)
def test_totals_are_those_of_pytest_and_silence_is_a_failure(output: str, counts: dict[str, int]) -> None:
    assert read_totals(output) == counts


def test_last_line_has_the_form_of_pytest_and_counts_everything() -> None:
    outcomes = [
        Outcome("types", Counter(failed=1), 2.0),
        Outcome("style", Counter(passed=1), 0.5),
        Outcome("tests", Counter(passed=12, skipped=2), 7.5),
    ]
    *lines, last = summary(outcomes)

    assert read_totals(last) == {"failed": 1, "passed": 13, "skipped": 2}
    assert "in 10.00s" in last
    assert [line[:4] for line in lines if line] == ["FAIL", "ok  ", "ok  "]


def test_nothing_passed_is_not_good() -> None:
    assert not Outcome("tests", Counter(), 0.1).is_good
    assert not Outcome("tests", Counter(skipped=3), 0.1).is_good
    assert not Outcome("tests", Counter(passed=3, error=1), 0.1).is_good
    assert Outcome("tests", Counter(passed=3, skipped=1), 0.1).is_good
