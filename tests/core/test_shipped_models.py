"""What ships, checked as it lies in resources/models."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from core.engines import engine_schema
from core.methods import DEFAULT_METHOD, open_method
from core.models import read_card
from core.paths import MODELS_FOLDER

MODELS = sorted(MODELS_FOLDER.glob("*.onnx"))
MAX_BYTES = 15_000_000
MAX_TOTAL_BYTES = 25_000_000


def splits(value: Any) -> list[str]:
    """Every split that a card names, however deep."""
    if isinstance(value, dict):
        own = [str(value["split"])] if "split" in value else []
        return [*own, *(name for item in value.values() for name in splits(item))]
    return [name for item in value for name in splits(item)] if isinstance(value, list) else []


def test_something_ships_and_it_is_small() -> None:
    sizes = [path.stat().st_size for path in MODELS]

    assert len(sizes) >= 3
    assert max(sizes) <= MAX_BYTES
    assert sum(sizes) <= MAX_TOTAL_BYTES


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_card_says_what_it_is_and_how_to_make_it_again(path: Path) -> None:
    card = read_card(path.with_suffix(".json"))

    assert {"what", "command", "commit", "data", "sha256"} <= set(card)
    assert card["what"].strip()
    assert "main.py train" in card["command"]
    assert re.fullmatch(r"[0-9a-f]{12}\+?", card["commit"])
    assert card["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_only_the_training_split_trained_it(path: Path) -> None:
    assert set(splits(dict(read_card(path.with_suffix(".json"))))) <= {"train"}


def test_other_split_is_noticed_however_deep() -> None:
    assert splits({"data": [{"portraits": {"split": "dev"}}], "split": "train"}) == ["train", "dev"]


def test_default_method_has_its_weights_for_toon() -> None:
    assert open_method("default", engine_schema("toon")).name == DEFAULT_METHOD
