"""Sheets of pictures on which an engine's art is judged. Run with `.venv/bin/python benchmarks/sheets.py FOLDER [options]`.

Without `--docs`: every option of every choice from three views, each choice on two sheets (512 and 96 pixels a picture), and
every number at 0, 0.25, 0.5, 0.75 and 1. With `--docs`: the small sheets of docs/art. `--help` lists the options.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.avatar.schema import ContinuousParameter, Parameter
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, AvatarEngine, Camera, open_engine
from core.engines.pack import PackEngine

BACKDROP = (226, 229, 236)
INK = (40, 44, 60)
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
VIEWS = tuple(CAMERAS.values())
MAX_WIDTH = 3072
CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
"""Width and length of the head under which parts that must fit are shown."""


@dataclass(frozen=True)
class Picture:
    """One picture of a sheet: what it shows, from where, and what is written on it."""

    title: str
    vector: AvatarVector
    camera: Camera = CAMERAS["front"]


def sheet(engine: AvatarEngine, pictures: Sequence[Picture], size: int, columns: int) -> Image.Image:
    """Pictures of `size` pixels in rows, at full quality on a plain backdrop."""
    rows = -(-len(pictures) // columns)
    canvas = Image.new("RGB", (columns * size, rows * size), BACKDROP)
    pen = ImageDraw.Draw(canvas)
    for index, picture in enumerate(pictures):
        corner = (index % columns * size, index // columns * size)
        drawn = Image.fromarray(engine.render(picture.vector, picture.camera, size))
        canvas.paste(drawn, corner, drawn)
        if size > 96:
            pen.text((corner[0] + 6, corner[1] + 4), picture.title, fill=INK)
    return canvas


def pictures_of(parameter: Parameter, base: AvatarVector) -> list[Picture]:
    """Every option, or five steps of a number, from each view."""
    if isinstance(parameter, ContinuousParameter):
        # The members of a blend are shown alone, not mixed with the default one.
        others = {other.id: 0.0 for other in base.schema.continuous if parameter.blend and other.blend == parameter.blend}
        return [
            Picture(f"{parameter.id} {step:g}", base.with_values({**others, parameter.id: step}), view)
            for view in VIEWS
            for step in STEPS
        ]
    return [Picture(option.id, base.with_value(parameter.id, option.id), view) for option in parameter.options for view in VIEWS]


def write_all(engine: AvatarEngine, base: AvatarVector, folder: Path, only: str) -> None:
    """Write the sheets of every parameter whose id starts with `only`."""
    for parameter in engine.schema:
        if not parameter.id.startswith(only):
            continue
        pictures = pictures_of(parameter, base)
        group = len(STEPS) if isinstance(parameter, ContinuousParameter) else len(VIEWS)
        for size in (512, 96):
            columns = max(MAX_WIDTH // size // group, 1) * group
            made = sheet(engine, pictures, size, columns)
            # Photographs of the art, not the art: JPEG keeps a sheet of 37 styles at 512 pixels under 4 MB.
            made.save(folder / f"{parameter.id}-{size}.jpg", quality=90)


def write_docs(engine: AvatarEngine, base: AvatarVector, folder: Path, prefix: str) -> None:
    """Write the small sheets of docs/art: hair, faces, what sits on the face, skin, what only people choose."""
    schema = engine.schema
    front = replace(CAMERAS["front"], frame="face")
    rng = np.random.default_rng(7)
    hair = [Picture("", base.with_value("hair_type", option)) for option in _options(base, "hair_type")]
    faces = [Picture("", AvatarVector.sample(schema, rng)) for _ in range(12)]
    worn = [
        Picture("", base.with_values({"hair_type": "crew_cut", choice: option, "head_width": width, "head_length": length}), view)
        for choice in ("glasses", "facial_hair")
        for option in _options(base, choice)
        if option != "none"
        for (width, length), view in zip(CORNERS[1:3], (front, replace(CAMERAS["three-quarter"], frame="face")), strict=True)
    ]
    tones = list(_options(base, "skin_tone"))
    by_undertone = [tone for start in range(3) for tone in tones[start::3]]
    skins = [Picture("", base.with_value("skin_tone", tone), front) for tone in by_undertone]
    extras = [
        Picture("", base.with_value(choice, option), front if choice == "expression" else CAMERAS["three-quarter"])
        for choice in ("expression", "hat", "clothes")
        for option in _options(base, choice)
        if option not in ("none", "neutral")
    ]
    for name, pictures, size, columns in (
        ("hair", hair, 96, 9),
        ("faces", faces, 192, 6),
        ("worn", worn, 96, 14),
        ("skin", skins, 64, 13),
        ("extras", extras, 128, 8),
    ):
        if not pictures:
            continue
        # JPEG: a palette of 256 colours bands the soft light.
        sheet(engine, pictures, size, columns).save(folder / f"{prefix}-{name}.jpg", quality=85, optimize=True)


def _options(base: AvatarVector, parameter_id: str) -> Iterable[str]:
    if all(parameter.id != parameter_id for parameter in base.schema):
        return ()
    parameter = base.schema[parameter_id]
    return () if isinstance(parameter, ContinuousParameter) else (option.id for option in parameter.options)


def main() -> None:
    """Read the command line and write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the sheets go")
    parser.add_argument("--engine", default="toon")
    parser.add_argument("--pack", type=Path, help="a pack's folder, instead of an installed engine")
    parser.add_argument("--only", default="", help="parameters whose ids start with this")
    parser.add_argument("--set", default="", metavar="ID=VALUE,...", help="what the avatars have in common")
    parser.add_argument("--docs", metavar="PREFIX", help="write the small sheets of docs/art, named PREFIX-hair.jpg and so on")
    given = parser.parse_args()
    engine = PackEngine(given.pack) if given.pack else open_engine(given.engine)
    base = AvatarVector.default(engine.schema)
    for pair in filter(None, given.set.split(",")):
        key, _, text = pair.partition("=")
        base = base.with_value(key, float(text) if isinstance(engine.schema[key], ContinuousParameter) else text)
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.docs:
        write_docs(engine, base, given.folder, given.docs)
    else:
        write_all(engine, base, given.folder, given.only)


if __name__ == "__main__":
    main()
