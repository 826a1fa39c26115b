"""`render`: pictures of an avatar document."""

import re
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core import exporting
from core.avatar.document import read_document
from core.avatar.vector import AvatarVector
from core.cli.output import result, terminal
from core.engines import CAMERAS, CLASSES, SIZES, AvatarEngine, open_engine
from core.errors import SettingError
from core.exporting import Color, Order, Turn
from core.images import Image, write_png


def _known_camera(name: str | None) -> str | None:
    if name is not None and name not in CAMERAS:
        raise typer.BadParameter(f"there is no camera “{name}”; there are {', '.join(CAMERAS)}")
    return name


def _known_color(text: str | None) -> str | None:
    if text is not None and not re.fullmatch("#[0-9a-fA-F]{6}", text):
        raise typer.BadParameter(f"“{text}” is no colour; write one as #c4e2d0, in quotes")
    return text


def _color(text: str | None) -> Color | None:
    return None if text is None else (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def render(  # noqa: PLR0913 - what it takes is what the verb has
    vector: Annotated[
        Path, typer.Argument(metavar="VECTOR.avatar.json", help="An avatar document, or an exported PNG that carries one.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="X.png", help="The picture; .webp or .gif for a turntable.")],
    size: Annotated[int, typer.Option(metavar="PIXELS", min=SIZES[0], max=SIZES[1], help="Side of a picture.")] = 512,
    masks: Annotated[Path | None, typer.Option(metavar="M.png", help="The class of every pixel, as grey values 0 to 12.")] = None,
    camera: Annotated[
        str | None, typer.Option(metavar="NAME", callback=_known_camera, help=f"One of {', '.join(CAMERAS)}; front unless told.")
    ] = None,
    background: Annotated[
        str | None, typer.Option(metavar="#RRGGBB", callback=_known_color, help="Transparent unless told; white for a GIF.")
    ] = None,
    sheet: Annotated[bool, typer.Option("--sheet", help="Front, three-quarter and side in one picture.")] = False,
    turntable: Annotated[bool, typer.Option("--turntable", help="A moving picture of one turn.")] = False,
    frames: Annotated[int, typer.Option(metavar="N", help="Pictures of a turn.")] = Turn.frames,
    seconds: Annotated[float, typer.Option(metavar="S", help="How long a turn takes.")] = Turn.seconds,
    embed: Annotated[bool, typer.Option(help="Have a PNG carry the avatar, so that it can be opened again.")] = True,
) -> None:
    """Draw an avatar document: one picture, a sheet of three views, or a turntable."""
    _expect_one_kind(output, masks, camera, sheet=sheet, turntable=turntable)
    color, kind = _color(background), exporting.kind_of(output)
    if turntable:
        order = Order.moving(Turn(frames, seconds), size, color or (exporting.WHITE if kind == "gif" else None), kind)
    else:
        order = Order.sheet(size, color) if sheet else Order((CAMERAS[camera or "front"],), size, color)
    document = read_document(vector)
    engine = open_engine(document.engine.id)
    try:
        avatar = document.vector(engine.schema)
        order.write(output, order.encode(_drawn(engine, avatar, order), document if embed else None))
        result(str(output))
        if masks is not None:
            classes = engine.render_masks(avatar, order.cameras[0], size)
            assert int(classes.max()) < len(CLASSES)
            write_png(masks, np.repeat(classes[:, :, None], 3, axis=2))
            result(str(masks))
    finally:
        engine.close()


def _expect_one_kind(output: Path, masks: Path | None, camera: str | None, *, sheet: bool, turntable: bool) -> None:
    if sheet and turntable:
        raise SettingError("A sheet does not turn: take --sheet or --turntable.")
    if (sheet or turntable) and (camera or masks):
        raise SettingError("--camera and --masks belong to one picture; leave out --sheet and --turntable.")
    if turntable and exporting.kind_of(output) == "png":
        raise SettingError(f"A turntable is a .webp or a .gif file; {output.name} is neither.")
    if not turntable and exporting.kind_of(output) != "png":
        raise SettingError(f"{output.name} is for a turntable: add --turntable, or call the picture .png.")


def _drawn(engine: AvatarEngine, avatar: AvatarVector, order: Order) -> list[Image]:
    columns = (TextColumn("Drawing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    is_quiet = order.turn is None or not terminal.is_terminal
    with Progress(*columns, console=terminal, transient=True, disable=is_quiet) as progress:
        return [engine.render(avatar, camera, order.size) for camera in progress.track(order.cameras)]
