"""`faces`: what was read from a photo."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.arguments import Json
from core.cli.output import result, result_json
from core.engines import CLASSES
from core.errors import NoFaceError
from core.faces.selfie import Selfie
from core.images import read_photo, write_png


def faces(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="JPEG, PNG, WebP or HEIC.")],
    overlay: Annotated[Path | None, typer.Option(metavar="OUT.png", help="The photo with what was read drawn onto it.")] = None,
    face: Annotated[int | None, typer.Option(metavar="N", min=1, help="Which of several faces: 1 is the leftmost.")] = None,
    as_json: Json = False,
) -> None:
    """Show what is read from a photo.

    Lists the faces from left to right, and what was read of the one, or of face N.
    """
    from core.faces.finding import find_faces
    from core.faces.overlay import draw_overlay
    from core.faces.reading import read_selfie

    image = read_photo(photo)
    found = find_faces(image)
    if not found:
        raise NoFaceError(f"No face was found in {photo.name}. Use a photo from the front, with the whole face in it.")
    boxes: list[dict[str, Any]] = [
        {"number": number, "box": _rounded(one.box), "score": round(one.score, 3)} for number, one in enumerate(found, 1)
    ]
    read: dict[str, Any] | None = None
    if len(found) == 1 or face is not None or overlay is not None:
        selfie = read_selfie(image, face, photo)
        read = _read(selfie)
        if overlay is not None:
            write_png(overlay, draw_overlay(image, selfie))
    height, width = image.shape[:2]
    if as_json:
        written = str(overlay) if overlay else None
        result_json({"photo": str(photo), "width": width, "height": height, "faces": boxes, "read": read, "overlay": written})
        return
    for row in boxes:
        result(f"face {row['number']}  score {row['score']:.2f}  box {' '.join(f'{value:.0f}' for value in row['box'])}")
    if read is not None:
        shares = {name: share for name, share in read["regions"].items() if share >= 0.005}
        result("regions  " + "  ".join(f"{name} {share:.0%}" for name, share in shares.items()))
    if overlay is not None:
        result(str(overlay))


def _read(selfie: Selfie) -> dict[str, Any]:
    shares = selfie.masks.mean(axis=(1, 2))
    return {
        "box": _rounded(selfie.box),
        "quad": [_rounded(corner) for corner in selfie.quad],
        "inside": round(float(selfie.inside.mean()), 4),
        "regions": {name: round(float(share), 4) for name, share in zip(CLASSES, shares, strict=True)},
        "digest": selfie.digest,
    }


def _rounded(values: Any) -> list[float]:
    return [round(float(value), 1) for value in values]
