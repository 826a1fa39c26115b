"""From a photo to its faces and to one aligned, parsed face. ONNX Runtime only; may be called from any thread."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import NoFaceError, SettingError, SeveralFacesError
from core.faces.align import Frame, face_quad, wider
from core.faces.colours import read_colours
from core.faces.face import Face
from core.faces.finding import FaceBox, find_faces
from core.faces.landmarks import Placed, place_landmarks
from core.faces.placing import landmarks_from, ordered_points
from core.faces.regions import parse, with_landmarks
from core.faces.selfie import FACE_SIZE, MASK_SIZE, WIDE_FACTOR, WIDE_SIZE, Selfie
from core.models import shared_model
from core.words import tr, trn

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_MAIN = 0.3  # of the largest face; smaller ones are passers-by


def read_selfie(
    image: Image,
    face: int | None = None,
    path: Path | None = None,
    placed: NDArray[np.floating] | None = None,
    found: Sequence[FaceBox] | None = None,
) -> Selfie:
    """Align and parse one face of a photo.

    Args:
        image: (H, W, 3) uint8 sRGB.
        face: Which one, counted from 1 at the left; None takes the only one, passers-by aside.
        path: Where the photo is from; names it in errors.
        placed: (3, 2) photo pixels, where a person says the face is: the eyes and the middle of the mouth. With it nothing is
            looked for, `face` says nothing, and reading never fails for want of a face.
        found: What `find_faces` found in the photo, by who knows it already; None looks.

    Raises:
        NoFaceError: There is none.
        SeveralFacesError: There are several, and `face` is None.
        SettingError: There are fewer than `face`, or what is placed by hand cannot be a face.
        ModelError: A network is not installed or damaged.
    """
    if placed is None:
        chosen = _choose(list(find_faces(image) if found is None else found), face, path.name if path else "this picture")
        seen, score = place_landmarks(image, chosen.points), chosen.score
    else:
        seen, score = landmarks_from(image, ordered_points(placed)), 1.0
    return read_placed(image, seen, score, path)


def read_placed(image: Image, seen: Placed, score: float = 1.0, path: Path | None = None) -> Selfie:
    """Align and parse a face whose landmarks are known.

    Args:
        image: (H, W, 3) uint8 sRGB.
        seen: Its landmarks in it.
        score: How sure it is that it is a face, in [0, 1].
        path: Where the photo is from.

    Raises:
        ModelError: A network is not installed or damaged.
    """
    points = seen.points[:, :2]
    quad = face_quad(points)
    wide = Frame(wider(quad, WIDE_FACTOR), WIDE_SIZE)
    picture, inside = wide.crop(image), wide.inside(*image.shape[:2])
    parsed = parse(Frame(wide.quad, MASK_SIZE).crop(image))
    # Landmarks find features more exactly than the parser: nose .89 for .83, mouth .83 for .77, eyes .70 for .63 (IoU, dev).
    masks = with_landmarks(parsed, Frame(wide.quad, MASK_SIZE).from_picture(points))
    colours = read_colours(picture, masks, inside, wide.from_picture(points))
    return Selfie(
        image=Frame(quad, FACE_SIZE).crop(image),
        wide=picture,
        inside=inside,
        face=Face(
            score=score,
            box=np.concatenate([points.min(axis=0), points.max(axis=0)]),
            landmarks=seen.points,
            masks=masks,
            quad=quad,
            light=colours.light,
            skin=colours.skin,
            hair=colours.hair,
            brows=colours.brows,
            expression=seen.expression,
        ),
        digest=hashlib.sha256(np.ascontiguousarray(image).data).hexdigest(),
        path=path,
    )


def no_face(name: str) -> NoFaceError:
    """What to say where no face was found in a photo of this name."""
    return NoFaceError(
        tr(
            "No face was found in {name}. Use a photo from the front, with the whole face in it and enough light, or "
            'say where the face is: --place "x,y x,y x,y" takes both eyes and the middle of the mouth, in pixels; in '
            "the window, click them.",
            name=name,
        )
    )


def warm_up() -> None:
    """Load the three networks, so that the first photo does not wait for them."""
    for name in ("finder", "landmarks", "parser"):
        shared_model(name)


def main_faces(faces: Sequence[FaceBox]) -> list[FaceBox]:
    """The faces of a photo without passers-by, whom nobody needs to be asked about."""
    largest = max((face.unit for face in faces), default=0.0)
    return [face for face in faces if face.unit > _MAIN * largest]


def _choose(faces: list[FaceBox], face: int | None, name: str) -> FaceBox:
    if not faces:
        raise no_face(name)
    if face is not None:
        if not 1 <= face <= len(faces):
            raise SettingError(
                trn(
                    "There is one face in {name}, so there is no face {face}.",
                    "There are {count} faces in {name}, so there is no face {face}.",
                    len(faces),
                    name=name,
                    face=face,
                )
            )
        return faces[face - 1]
    main = main_faces(faces)
    if len(main) > 1:
        why = tr(
            "There are {count} faces in {name}. Say which one with --face 1 to --face {count}, counted from the left, or click "
            "it in the window.",
            count=len(faces),
            name=name,
        )
        raise SeveralFacesError(why, len(faces))
    return main[0]
