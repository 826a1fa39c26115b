"""`render`: a picture of an avatar document."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from core.avatar.document import read_document
from core.cli.output import result
from core.engines import CAMERAS, CLASSES, SIZES, open_engine
from core.images import write_png


def _known_camera(name: str) -> str:
    if name not in CAMERAS:
        raise typer.BadParameter(f"there is no camera “{name}”; there are {', '.join(CAMERAS)}")
    return name


def render(
    vector: Annotated[Path, typer.Argument(metavar="VECTOR.avatar.json", help="An avatar document.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="X.png", help="The picture.")],
    size: Annotated[int, typer.Option(metavar="PIXELS", min=SIZES[0], max=SIZES[1], help="Side of the picture.")] = 512,
    masks: Annotated[Path | None, typer.Option(metavar="M.png", help="The class of every pixel, as grey values 0 to 12.")] = None,
    camera: Annotated[str, typer.Option(metavar="NAME", callback=_known_camera, help=f"One of {', '.join(CAMERAS)}.")] = "front",
) -> None:
    """Draw an avatar document as a PNG with a transparent background."""
    document = read_document(vector)
    engine = open_engine(document.engine.id)
    try:
        avatar = document.vector(engine.schema)
        write_png(output, engine.render(avatar, CAMERAS[camera], size))
        result(str(output))
        if masks is not None:
            classes = engine.render_masks(avatar, CAMERAS[camera], size)
            assert int(classes.max()) < len(CLASSES)
            write_png(masks, np.repeat(classes[:, :, None], 3, axis=2))
            result(str(masks))
    finally:
        engine.close()
