"""`faces`: what was read from a photo."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from core.cli.arguments import Face, Json, Place
from core.cli.output import result, result_json
from core.colour import to_srgb
from core.engines import CLASSES
from core.faces.checks import Advice, check_photo
from core.faces.colours import ColourReading
from core.faces.expressions import EXPRESSIONS
from core.faces.finding import FaceBox
from core.faces.selfie import Selfie
from core.images import read_photo, write_png

Read = dict[str, Any]
_SHOWN = 0.3  # expressions from which they are told in lines


def faces(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="JPEG, PNG, WebP or HEIC.")],
    overlay: Annotated[Path | None, typer.Option(metavar="OUT.png", help="The photo with what was read drawn onto it.")] = None,
    face: Face = None,
    place: Place = None,
    as_json: Json = False,
) -> None:
    """Show what is read from a photo, and what could be better about it.

    Lists the faces from left to right, and what was read of the one, of face N, or of what is placed.
    """
    from core.faces import finding, reading
    from core.faces.overlay import draw_overlay

    image = read_photo(photo)
    found = finding.find_faces(image)
    if not found and place is None:
        raise reading.no_face(photo.name)
    read: Read | None = None
    if len(found) == 1 or face is not None or place is not None or overlay is not None:
        selfie = reading.read_selfie(image, face, photo, place, found)
        read = _read(selfie) | {"advice": [_advice(advice) for advice in check_photo(image, found, selfie)]}
        if overlay is not None:
            write_png(overlay, draw_overlay(image, selfie))
    boxes = _boxes(found)
    if as_json:
        height, width = image.shape[:2]
        written = str(overlay) if overlay else None
        result_json({"photo": str(photo), "width": width, "height": height, "faces": boxes, "read": read, "overlay": written})
        return
    for row in boxes:
        result(f"face {row['number']}  score {row['score']:.2f}  box {' '.join(f'{value:.0f}' for value in row['box'])}")
    if read is not None:
        _tell(read)
    if overlay is not None:
        result(str(overlay))


def _boxes(found: list[FaceBox]) -> list[dict[str, Any]]:
    return [{"number": number, "box": _rounded(one.box), "score": round(one.score, 3)} for number, one in enumerate(found, 1)]


def _read(selfie: Selfie) -> Read:
    face, shares = selfie.face, selfie.masks.mean(axis=(1, 2))
    return {
        "score": round(face.score, 3),
        "box": _rounded(face.box),
        "quad": [_rounded(corner) for corner in face.quad],
        "inside": round(float(selfie.inside.mean()), 4),
        "regions": {name: round(float(share), 4) for name, share in zip(CLASSES, shares, strict=True)},
        "pose": {name: round(angle, 1) for name, angle in asdict(face.pose).items()},
        "expression": dict(zip(EXPRESSIONS, _rounded(face.expression, 3), strict=True)),
        "light": _rounded(face.light, 3),
        "skin": _colour(face.skin),
        "hair": _colour(face.hair),
        "brows": _colour(face.brows),
        "digest": selfie.digest,
    }


def _colour(reading: ColourReading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    srgb = "#{:02x}{:02x}{:02x}".format(*to_srgb(reading.linear).tolist())
    return {"srgb": srgb, "linear": _rounded(reading.linear, 4), "confidence": round(reading.confidence, 3)}


def _advice(advice: Advice) -> dict[str, Any]:
    return {"kind": advice.kind, "text": advice.text, "value": round(advice.value, 4), "bar": advice.bar}


def _tell(read: Read) -> None:
    """What was read, in lines."""
    shares = {name: share for name, share in read["regions"].items() if share >= 0.005}
    result("regions  " + "  ".join(f"{name} {share:.0%}" for name, share in shares.items()))
    result("pose  yaw {yaw:+.0f}  pitch {pitch:+.0f}  roll {roll:+.0f}".format(**read["pose"]))
    shown = {name: value for name, value in read["expression"].items() if value > _SHOWN and name != "neutral"}
    result("expressions  " + ("  ".join(f"{name} {value:.2f}" for name, value in shown.items()) or "none"))
    result("light  red {:.2f}  green {:.2f}  blue {:.2f}".format(*read["light"]))
    for name in ("skin", "hair", "brows"):
        colour = read[name]
        result(f"{name}  " + (f"{colour['srgb']}  confidence {colour['confidence']:.2f}" if colour else "not seen"))
    for advice in read["advice"]:
        result(f"advice  {advice['text']}")


def _rounded(values: NDArray[np.floating], digits: int = 1) -> list[float]:
    return [round(float(value), digits) for value in values]
