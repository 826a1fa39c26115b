"""The toon engine's pack: every parameter with its options, every mesh file, written to a folder."""

import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from core.avatar.schema import Srgb
from core.files import write_atomically
from core.modelling.toml_text import to_toml
from core.modelling.toon import extras, facial_hair, glasses, head, palettes, parts, scarf
from core.modelling.toon.brows import BROW_TYPES
from core.modelling.toon.entries import Entry, choice, colors, mesh_options, option, title
from core.modelling.toon.eyes import LASH_STYLES
from core.modelling.toon.hair import HAIR_OPTIONS
from core.modelling.toon.hair_tied import MATERIALS as HAIR_MATERIALS
from core.modelling.toon.lattice import lattice_meshes
from core.modelling.toon.modelled import ModelledOption
from core.modelling.toon.modelled import mesh_files as modelled_files
from core.modelling.toon.mouth import MOUTH_TYPES
from core.modelling.toon.noses import DEFAULT as DEFAULT_NOSE
from core.modelling.toon.noses import morph_name
from core.modelling.toon.palettes import Swatch
from core.modelling.toon.warps import HEAD_TYPES
from core.rendering.glb import write_meshes
from core.rendering.mesh import Mesh

logger = logging.getLogger(__name__)

_EYE_TO_EYE = 2 * head.EYE_CENTER[0]
_EYE_TO_MOUTH = head.EYE_CENTER[1] - head.MOUTH_CENTER[1]

FRAME: Entry = {
    "center": [0.0, round(head.EYE_CENTER[1] - 0.1 * _EYE_TO_MOUTH, 4), 0.5],
    "half_side": round(max(2 * _EYE_TO_EYE, 1.8 * _EYE_TO_MOUTH), 4),
    "field_of_view": 18.0,
}
"""The FFHQ quad of the default avatar (decisions.md 8)."""

MATERIALS: Mapping[str, Entry] = {
    "skin": {"shader": "skin", "color": [240, 189, 160], "roughness": 0.46, "coat": 0.14, "rim": 0.6, "subsurface": 1.0},
    "eyes": {"shader": "eye", "color": [247, 246, 245], "accent": [124, 74, 34], "roughness": 0.08, "coat": 0.9, "rim": 0.0},
    "lashes": {"shader": "hair", "color": [30, 20, 17], "roughness": 0.6, "coat": 0.05, "rim": 0.2, "subsurface": 0.5},
    "brows": {"shader": "hair", "color": [58, 36, 27], "roughness": 0.70, "coat": 0.04, "rim": 0.4, "subsurface": 1.0},
    "hair": {"shader": "hair", "color": [58, 36, 27], "roughness": 0.42, "coat": 0.22, "rim": 1.0, "subsurface": 1.0},
    "facial_hair": {"shader": "hair", "color": [58, 36, 27], "roughness": 0.52, "coat": 0.10, "rim": 0.7, "subsurface": 1.0},
    "mouth": {"shader": "plain", "color": [112, 34, 36], "roughness": 0.5, "coat": 0.1, "rim": 0.0},
    "teeth": {"shader": "plain", "color": [255, 251, 242], "roughness": 0.35, "coat": 0.35, "rim": 0.0, "subsurface": 2.0},
    "tongue": {"shader": "plain", "color": [206, 96, 98], "roughness": 0.45, "coat": 0.25, "rim": 0.0, "subsurface": 1.0},
}

LATTICE = "lattice.glb"
"""The head's motions, for whatever follows them without morphs of its own; written with every other file, because they belong
together."""

_SYMMETRIC = [-1.0, 1.0]
_SLIDERS: tuple[tuple[str, str, str], ...] = (
    ("head_width", "Width", "head"),
    ("head_length", "Length", "head"),
    ("eye_rotation", "Tilt", "eyes"),
    ("eye_spacing", "Spacing", "eyes"),
    ("eye_size", "Size", "eyes"),
    ("mouth_width", "Width", "mouth"),
    ("mouth_volume", "Fullness", "mouth"),
    ("mouth_position", "Height", "mouth"),
    ("nose_width", "Width", "nose"),
    ("nose_height", "Length", "nose"),
    ("nose_position", "Height", "nose"),
)
_EYE_TYPES = ("Round", "Almond", "Narrow", "Droopy")


def _blend(prefix: str, names: Iterable[str], component: str) -> list[Entry]:
    return [
        {
            "id": f"{prefix}_{number}",
            "name": title(name),
            "component": component,
            "default": 1.0 if number == 1 else 0.0,
            "blend": prefix,
            "drive": {f"{prefix}_{number}": [0.0, 1.0]},
        }
        for number, name in enumerate(names, 1)
    ]


def continuous() -> list[Entry]:
    """The numbers of the toon schema, in the paper's order."""
    sliders = [
        {"id": key, "name": name, "component": component, "default": 0.5, "drive": {key: _SYMMETRIC}}
        for key, name, component in _SLIDERS
    ]
    return [*_blend("head_type", HEAD_TYPES, "head"), *_blend("eye_type", _EYE_TYPES, "eyes"), *sliders]


def _swatches(swatches: Iterable[Swatch], tints: Callable[[Srgb], Mapping[str, Srgb]]) -> list[Entry]:
    return [
        option(swatch.id, swatch.name, srgb=list(swatch.srgb), tags=dict(swatch.tags), colors=colors(tints(swatch.srgb)))
        for swatch in swatches
    ]


def _nose_options() -> list[Entry]:
    return [
        {**entry, "morphs": {} if entry["id"] == DEFAULT_NOSE else {morph_name(entry["id"]): 1.0}}
        for entry in mesh_options("noses", head.NOSES)
    ]


def _modelled(folder: str, options: Iterable[ModelledOption]) -> list[Entry]:
    return [each.entry(folder) for each in options]


def discrete() -> list[Entry]:
    """The choices of the toon schema with what each brings: first the core group, then what only people edit."""
    tones = _swatches(palettes.skin_tones(), lambda color: {"skin": color})
    hair_colors = [
        {**entry, "numbers": {"stubble.opacity": palettes.stubble_opacity(swatch.srgb)}}
        for swatch, entry in zip(palettes.HAIR_COLORS, _swatches(palettes.HAIR_COLORS, palettes.hair_tints), strict=True)
    ]
    return [
        choice("skin_tone", "Skin", "head", tones, "tone_11"),
        choice("mouth_type", "Mouth", "mouth", mesh_options("mouths", MOUTH_TYPES), next(iter(MOUTH_TYPES))),
        choice("nose_type", "Nose", "nose", _nose_options(), DEFAULT_NOSE),
        choice("hair_type", "Style", "hair", _modelled("hair", HAIR_OPTIONS), "side_part"),
        choice("hair_color", "Colour", "hair", hair_colors, "espresso"),
        choice("brow_type", "Brows", "brows", mesh_options("brows", BROW_TYPES), next(iter(BROW_TYPES))),
        choice("facial_hair", "Facial hair", "facial_hair", _modelled("facial_hair", facial_hair.FACIAL_HAIR_OPTIONS), "none"),
        choice("glasses", "Glasses", "glasses", _modelled("glasses", glasses.GLASSES_OPTIONS), "none"),
        *extras.discrete(),
    ]


def description() -> str:
    """The text of `pack.toml`."""
    document = {
        "format": 1,
        "engine": "toon",
        "version": 1,
        "name": "Toon",
        "frame": FRAME,
        "base": {"meshes": ["head.glb", "eyes.glb"]},
        "lattice": {"mesh": LATTICE},
        "materials": {
            **MATERIALS,
            **facial_hair.MATERIALS,
            **glasses.MATERIALS,
            **HAIR_MATERIALS,
            **scarf.MATERIALS,
            **extras.MATERIALS,
        },
        "continuous": continuous(),
        "discrete": discrete(),
    }
    return "# Written by `main.py build toon` (core/modelling/toon/pack.py); edit that instead.\n\n" + to_toml(document)


def mesh_files() -> dict[str, Callable[[], list[Mesh]]]:
    """Every mesh file of the pack, and what makes its meshes."""

    def of(make: Callable[[str], list[Mesh]], name: str) -> Callable[[], list[Mesh]]:
        return lambda: make(name)

    return {
        LATTICE: lattice_meshes,
        "head.glb": parts.head_meshes,
        "eyes.glb": parts.eye_meshes,
        **{f"lashes/{name}.glb": of(parts.lash_meshes, name) for name in LASH_STYLES},
        **{f"noses/{name}.glb": of(parts.nose_meshes, name) for name in head.NOSES},
        **{f"mouths/{name}.glb": of(parts.mouth_meshes, name) for name in MOUTH_TYPES},
        **{f"brows/{name}.glb": of(parts.brow_meshes, name) for name in BROW_TYPES},
        **modelled_files("hair", HAIR_OPTIONS),
        **modelled_files("facial_hair", facial_hair.FACIAL_HAIR_OPTIONS),
        **modelled_files("glasses", glasses.GLASSES_OPTIONS),
        **extras.mesh_files(),
    }


def build(folder: Path, only: str = "") -> None:
    """Write the whole pack; the same code gives the same bytes.

    Args:
        folder: Where to, created if absent.
        only: Write just the mesh files whose names start with this, and the description.

    Raises:
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    files = mesh_files()
    wanted = [name for name in files if name.startswith(only)]
    for name in dict.fromkeys([LATTICE, *wanted]) if wanted else ():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_meshes(path, files[name](), compressed=True)
        logger.info("%s: %d kB", name, path.stat().st_size // 1000)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / "pack.toml", description().encode())
