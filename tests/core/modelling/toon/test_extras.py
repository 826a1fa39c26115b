"""What people choose beyond the core: order, defaults, and that everything named exists."""

import tomllib
from typing import cast

import pytest

from core.engines.pack_file import DiscreteEntry
from core.modelling.toon import extras, pack
from core.modelling.toon.scarf import MATERIALS

IDS = ["iris_color", "clothes_color", "expression", "lashes", "freckles", "wrinkles", "lipstick", "earrings", "earring_color"]
IDS += ["hat", "hat_color", "clothes", "background", "scarf_color"]


@pytest.fixture(scope="module")
def entries() -> dict[str, DiscreteEntry]:
    return {entry["id"]: DiscreteEntry.model_validate(entry, strict=False) for entry in extras.discrete()}


def test_order_is_stable_and_all_are_extra(entries: dict[str, DiscreteEntry]) -> None:
    assert list(entries) == IDS
    assert {entry.group for entry in entries.values()} == {"extra"}


def test_nobody_wears_or_shows_anything_unasked_but_clothes_and_lashes(entries: dict[str, DiscreteEntry]) -> None:
    bare = ("freckles", "wrinkles", "lipstick", "earrings", "hat", "background")

    assert {entries[key].default for key in bare} == {"none"}
    assert entries["expression"].default == "neutral"
    assert entries["lashes"].default == "natural"
    for entry in entries.values():
        assert entry.default in [option.id for option in entry.options]
        if entry.default in ("none", "neutral"):
            first = entry.options[0]
            assert first.id == entry.default
            assert first.model_dump(exclude_defaults=True, exclude={"id", "name", "tags"}) == {}


def test_files_and_materials_exist(entries: dict[str, DiscreteEntry]) -> None:
    materials = set(tomllib.loads(pack.description())["materials"])
    files = pack.mesh_files()
    for entry in entries.values():
        for option in entry.options:
            assert set(option.meshes) <= set(files)
            assert {target.partition(".")[0] for target in (*option.colors, *option.numbers)} <= materials


def test_a_colour_of_clothes_or_hats_tints_the_trim_too(entries: dict[str, DiscreteEntry]) -> None:
    for key, material in (("clothes_color", "clothes"), ("hat_color", "hat")):
        for option in entries[key].options:
            assert option.colors[material] == option.srgb
            assert option.colors[f"{material}_trim"] != option.srgb


def test_a_scarf_is_as_it_was_unless_asked_and_its_band_is_darker(entries: dict[str, DiscreteEntry]) -> None:
    entry = entries["scarf_color"]
    colors = {option.id: option.colors for option in entry.options}

    assert colors[entry.default] == {name: tuple(cast("list[int]", MATERIALS[name]["color"])) for name in ("scarf", "scarf_band")}
    assert all(sum(both["scarf_band"]) < sum(both["scarf"]) for both in colors.values())
