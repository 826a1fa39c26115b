"""The hair styles of the toon engine."""

from collections.abc import Callable
from dataclasses import replace

from core.modelling.toon import hair_braids as plaited
from core.modelling.toon import hair_coils as coily
from core.modelling.toon import hair_curls as curly
from core.modelling.toon import hair_long as long
from core.modelling.toon import hair_ropes as ropes
from core.modelling.toon import hair_short as short
from core.modelling.toon import hair_thin as thin
from core.modelling.toon import hair_tied as tied
from core.modelling.toon.hair_surface import LIGHT_TRIANGLES, tress_meshes
from core.modelling.toon.hair_tress import Tress
from core.modelling.toon.modelled import ModelledOption
from core.modelling.toon.scarf import scarf_meshes
from core.rendering.mesh import Mesh

Recipe = Callable[[], list[Tress]]


FINE = 9000
"""About how many triangles curls, coils and plaits keep at the light level: with fewer they are lumps."""


def _locks(
    option_id: str,
    name: str,
    tags: tuple[str, str, bool],
    recipe: Recipe,
    light: int = LIGHT_TRIANGLES,
    *,
    ties: Recipe | None = None,
) -> ModelledOption:
    """A style of hair made of sheets, layers and single locks.

    Args:
        option_id: Stable id.
        name: What people read.
        tags: Length, texture, and whether hair covers the forehead.
        recipe: Its pieces.
        light: About how many triangles the light level has.
        ties: What ties it, in the colour of the clothes.
    """
    length, texture, fringe = tags

    def make() -> list[Mesh]:
        meshes = tress_meshes("hair", recipe(), light=light)
        return [*meshes, *tress_meshes("tie", ties(), material="hair_tie")] if ties else meshes

    return ModelledOption(option_id, name, {"length": length, "texture": texture, "fringe": fringe}, make)


def _lowered(style: ModelledOption) -> ModelledOption:
    """A style whose tails people tie lower under their hat."""
    return replace(style, make=lambda: [tied.lowered(mesh) for mesh in style.make()] if style.make else [])


def _tucked(style: ModelledOption) -> ModelledOption:
    """A style whose tails people put under their hat, because they begin there."""
    return replace(style, make=lambda: [tied.tucked(mesh) for mesh in style.make()] if style.make else [])


_UNDER_SCARF = {"earrings.covered": 1.0, "pearls.covered": 1.0}
"""Jewellery that a scarf hides."""


HAIR_OPTIONS: tuple[ModelledOption, ...] = (
    ModelledOption("bald", "Bald", {"length": "bald", "texture": "na", "fringe": False}),
    _locks("buzz", "Buzz cut", ("buzz", "na", False), short.buzz),
    _locks("crew_cut", "Crew cut", ("short", "straight", False), short.crew_cut),
    _locks("short_textured", "Short, textured", ("short", "wavy", False), short.short_textured),
    _locks("quiff", "Quiff", ("short", "straight", False), short.quiff),
    _locks("side_part", "Side part", ("short", "straight", False), short.side_part),
    _locks("receding", "Receding", ("short", "straight", False), thin.receding),
    _locks("undercut", "Undercut", ("short", "straight", False), short.undercut),
    _locks("fringe", "Fringe", ("short", "straight", True), short.fringe),
    _locks("bowl", "Bowl cut", ("short", "straight", True), short.bowl),
    _locks("pixie", "Pixie", ("short", "straight", True), short.pixie),
    _locks("bob", "Bob", ("medium", "straight", False), long.bob),
    _locks("long_bob", "Long bob", ("medium", "straight", False), long.long_bob),
    _locks("long_straight", "Long, straight", ("long", "straight", False), long.long_straight),
    _locks("long_wavy", "Long, wavy", ("long", "wavy", False), long.long_wavy),
    _locks("long_curly", "Long, curly", ("long", "curly", False), curly.long_curly, FINE),
    _locks("long_fringe", "Long with a fringe", ("long", "straight", True), long.long_fringe),
    _locks("half_up", "Half up", ("long", "straight", False), tied.half_up),
    _locks("ponytail", "Ponytail", ("tied", "straight", False), tied.ponytail, ties=tied.ponytail_tie),
    _tucked(
        _locks("high_ponytail", "High ponytail", ("tied", "straight", False), tied.high_ponytail, ties=tied.high_ponytail_tie)
    ),
    _locks("bun", "Bun", ("tied", "straight", False), tied.high_bun),
    _locks("top_knot", "Top knot", ("tied", "straight", False), tied.top_knot),
    _lowered(_locks("pigtails", "Pigtails", ("tied", "straight", False), tied.pigtails, ties=tied.pigtail_ties)),
    _locks("braids", "Two braids", ("tied", "straight", False), plaited.braids, FINE),
    _locks("box_braids", "Box braids", ("long", "coily", False), plaited.box_braids, FINE),
    _locks("cornrows", "Cornrows", ("short", "coily", False), plaited.cornrows, FINE),
    _locks("locs", "Locs", ("medium", "coily", False), ropes.locs, FINE),
    _locks("twists", "Twists", ("short", "coily", False), ropes.twists, FINE),
    _locks("short_afro", "Short afro", ("short", "coily", False), coily.short_afro, FINE),
    _locks("large_afro", "Large afro", ("medium", "coily", False), coily.large_afro, FINE),
    _locks("curly_top", "Curly top", ("short", "curly", False), curly.curly_top, FINE),
    _locks("mohawk", "Mohawk", ("short", "straight", False), short.mohawk),
    ModelledOption(
        "head_scarf", "Head scarf", {"length": "covered", "texture": "na", "fringe": False}, scarf_meshes, numbers=_UNDER_SCARF
    ),
    _locks("slicked_back", "Slicked back", ("short", "straight", False), short.slicked_back),
    _locks("wavy_medium", "Medium, wavy", ("medium", "wavy", False), long.wavy_medium),
    _locks("curly_medium", "Medium, curly", ("medium", "curly", True), curly.curly_medium, FINE),
    _locks("balding", "Bald on top", ("bald", "na", False), thin.balding),
)
"""Every hair style in its stable order; ids are appended, never changed."""


def build_hair(option_id: str) -> list[Mesh]:
    """The meshes of a hair style; none for bald.

    Raises:
        KeyError: There is no such style.
    """
    make = {option.id: option.make for option in HAIR_OPTIONS}[option_id]
    return make() if make else []
