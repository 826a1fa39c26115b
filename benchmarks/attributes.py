"""attributes.py SCHEMA.json LABELS.csv FOLDER...: how well avatars carry the visible attributes of photos, with intervals.

Each FOLDER holds what `main.py create PHOTO... -o FOLDER --method NAME` wrote. The score is that of
../shared/tools/score_attributes: the mean of balanced accuracies, and of the share of skin tones within 1.5 Monk steps. Beside it
stand 95 % bootstrap intervals over photos, and for every folder after the first the difference to the first on the same photos.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2000
_LENGTH = {"bald": "bald", "buzz": "short", "short": "short", "medium": "medium", "long": "long", "tied": "tied"}
_COLOUR = {
    "black": "dark", "dark_brown": "dark", "light_brown": "light_brown", "blond": "blond", "red": "red", "grey": "grey",
    "white": "grey",
}  # fmt: skip
_TEXTURE = {"straight": "smooth", "wavy": "smooth", "curly": "curly", "coily": "curly"}
_WITHIN = 1.5

Tags = Mapping[str, Mapping[str, Mapping[str, Any]]]


def true_attributes(row: Mapping[str, str]) -> dict[str, str]:
    """What is seen in a photo, by attribute; what cannot be told is absent."""
    seen: dict[str, str | None] = {
        "glasses": "no" if row["glasses"] == "none" else "yes",
        "beard": {"none": "no", "stubble": None}.get(row["facial_hair"], "yes"),
        "hair_length": _LENGTH.get(row["hair_length"]),
        "hair_texture": _TEXTURE.get(row["hair_texture"]),
        "fringe": row["fringe"] if row["hair_length"] not in ("bald", "covered") else None,
        "hair_colour": _COLOUR.get(row["hair_colour"]),
        "skin": row["skin_tone"] or None,
    }
    if seen["hair_length"]:
        seen["bald"] = "yes" if seen["hair_length"] == "bald" else "no"
    return {name: value for name, value in seen.items() if value}


def avatar_attributes(values: Mapping[str, Any], tags: Tags) -> dict[str, str]:
    """What an avatar shows, by attribute."""

    def tag(parameter: str, name: str) -> Any:
        return tags.get(parameter, {}).get(str(values.get(parameter)), {}).get(name)

    length = tag("hair_type", "length")
    return {
        "glasses": "no" if tag("glasses", "kind") == "none" else "yes",
        "beard": "no" if tag("facial_hair", "kind") in ("none", "stubble") else "yes",
        "hair_length": _LENGTH.get(length, ""),
        "bald": "yes" if length == "bald" else "no",
        "hair_texture": _TEXTURE.get(tag("hair_type", "texture"), ""),
        "fringe": "yes" if tag("hair_type", "fringe") is True else "no",
        "hair_colour": _COLOUR.get(tag("hair_color", "colour"), ""),
        "skin": str(tag("skin_tone", "monk") or 99),
    }


def score(rows: Sequence[tuple[Mapping[str, str], Mapping[str, str]]]) -> dict[str, float]:
    """Balanced accuracy by attribute, and their mean as `score`, of (truth, avatar) for each photo."""
    right: dict[str, dict[str, list[bool]]] = {}
    for truth, shown in rows:
        for name, value in truth.items():
            if name == "skin":
                right.setdefault(name, {}).setdefault("", []).append(abs(float(value) - float(shown.get(name, 99))) <= _WITHIN)
            else:
                right.setdefault(name, {}).setdefault(value, []).append(value == shown.get(name))
    result = {name: float(np.mean([np.mean(hits) for hits in classes.values()])) for name, classes in right.items()}
    return {**result, "score": float(np.mean(list(result.values())))}


def interval(draw: Callable[[NDArray[np.int_]], float], count: int) -> tuple[float, float]:
    """95 % of what a figure is when photos are drawn with replacement."""
    rng = np.random.default_rng(0)
    figures = [draw(rng.integers(count, size=count)) for _ in range(ROUNDS)]
    low, high = np.quantile(figures, [0.025, 0.975])
    return float(low), float(high)


def main(schema: Path, labels: Path, folders: Sequence[Path]) -> None:
    """Write one table."""
    tags = {
        choice["id"]: {option["id"]: option.get("tags", {}) for option in choice["options"]}
        for choice in json.loads(schema.read_text())["parameters"]
        if "options" in choice
    }
    with labels.open() as file:
        photos = [row for row in csv.DictReader(file) if row["frontal"] == "yes"]
    names = [Path(photo["file"]).stem for photo in photos]
    tables = [
        [
            (true_attributes(photo), _shown(folder / f"{name}.avatar.json", tags))
            for photo, name in zip(photos, names, strict=True)
        ]
        for folder in folders
    ]
    write = sys.stdout.write
    write(f"{'':14s}" + "".join(f"{folder.name:>16s}" for folder in folders) + "\n")
    for attribute in score(tables[0]):
        write(f"{attribute:14s}" + "".join(f"{score(table)[attribute]:16.3f}" for table in tables) + "\n")
    for folder, table in zip(folders, tables, strict=True):
        low, high = interval(partial(_score_of, table), len(photos))
        write(f"{folder.name}: {_score_of(table):.3f} [{low:.3f}, {high:.3f}]")
        low, high = interval(partial(_gain_of, table, tables[0]), len(photos))
        write(f", less {folders[0].name}: [{low:.3f}, {high:.3f}]\n")


def _score_of(table: Sequence[Any], drawn: Iterable[int] | None = None) -> float:
    return score([table[index] for index in (range(len(table)) if drawn is None else drawn)])["score"]


def _gain_of(table: Sequence[Any], other: Sequence[Any], drawn: Sequence[int]) -> float:
    return _score_of(table, drawn) - _score_of(other, drawn)


def _shown(path: Path, tags: Tags) -> dict[str, str]:
    return avatar_attributes(json.loads(path.read_text())["values"], tags) if path.exists() else {}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
