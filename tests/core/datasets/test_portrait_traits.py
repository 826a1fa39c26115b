"""What is seen on the training portraits: portrait_traits.json, by one annotator."""

import json
from pathlib import Path

import pytest

from core.datasets import portraits
from core.datasets.portraits import read_portraits
from core.paths import training_data_folder

TRAITS = json.loads(Path(portraits.__file__).with_name("portrait_traits.json").read_text(encoding="utf-8"))


def test_traits_are_sorted_lists_without_repetition() -> None:
    assert set(TRAITS) == {"bald", "beard", "covered", "earrings", "glasses", "shaven"}
    assert all(files == sorted(set(files)) for files in TRAITS.values())


@pytest.mark.skipif(training_data_folder() is None, reason="the portraits are not here")
def test_traits_name_only_portraits_that_may_train() -> None:
    allowed = {portrait.path.name for portrait in read_portraits("train")}
    assert not {file for files in TRAITS.values() for file in files} - allowed


def test_nobody_is_both_covered_and_bald() -> None:
    assert not set(TRAITS["covered"]) & set(TRAITS["bald"])


def test_who_is_shaven_is_bald() -> None:
    assert set(TRAITS["shaven"]) <= set(TRAITS["bald"])
