"""From a photo to its faces and to one aligned, parsed face. ONNX Runtime only; may be called from any thread."""

import hashlib
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import NoFaceError, SettingError, SeveralFacesError
from core.faces.align import Frame, face_quad, five_points, landmark_quad, square, whole_frame, wider
from core.faces.finding import FINDER_SIZE, FaceBox, decode_faces, face_box, without_doubles
from core.faces.selfie import FACE_SIZE, MASK_SIZE, WIDE_FACTOR, WIDE_SIZE, Selfie
from core.models import Model, open_model
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

LANDMARKS_SIZE = 128
_SURE = 0.5  # score from which a find is a face
_DOUBTFUL = 0.35  # score from which a find is a face if its landmarks are steady
_STEADY = 0.05  # face units that the second pass may move the landmarks; 95 in 100 faces stay under, 95 in 100 false finds do not
_TINY = 10.0  # face units in pixels of the finder's picture under which it does not see well
_MAIN = 0.3  # of the largest face; smaller ones are passers-by, whom nobody needs to be asked about
_SMALLEST = 6.0  # face units in pixels of the photo: too little to read

_models: dict[str, Model] = {}
_models_lock = threading.Lock()


def find_faces(image: Image) -> list[FaceBox]:
    """The faces in a photo (H, W, 3) uint8 sRGB, from left to right.

    Where nothing or only tiny faces are found, pieces of the photo are looked at again, twice as large. Doubtful finds count only
    if the landmark network stays where it was when it looks again.

    Raises:
        ModelError: The finder is not installed or damaged.
    """
    expect_shape(image, "H W 3")
    whole = _found([whole_frame(image, FINDER_SIZE)], image)
    faces = [face for face in whole if face.score >= _SURE or _is_steady(image, face)]
    scale = max(image.shape[:2]) / FINDER_SIZE
    if not any(face.unit > _TINY * scale for face in faces):
        closer = without_doubles(_found(_tiles(image), image))
        faces = without_doubles([*faces, *(face for face in closer if _is_steady(image, face))])
    return sorted((face for face in faces if face.unit >= _SMALLEST), key=lambda face: float(face.centre[0]))


def read_selfie(image: Image, face: int | None = None, path: Path | None = None) -> Selfie:
    """Align and parse one face of a photo.

    Args:
        image: (H, W, 3) uint8 sRGB.
        face: Which one, counted from 1 at the left; None takes the only one, passers-by aside.
        path: Where the photo is from; names it in errors.

    Raises:
        NoFaceError: There is none.
        SeveralFacesError: There are several, and `face` is None.
        SettingError: There are fewer than `face`.
        ModelError: A network is not installed or damaged.
    """
    chosen = _choose(find_faces(image), face, path.name if path else "this picture")
    points = _landmarks(image, chosen.points)
    quad = face_quad(points)
    wide = Frame(wider(quad, WIDE_FACTOR), WIDE_SIZE)
    masks = _model("parser")(pictures=Frame(wide.quad, MASK_SIZE).crop(image)[None])["masks"][0]
    return Selfie(
        image=Frame(quad, FACE_SIZE).crop(image),
        wide=wide.crop(image),
        inside=wide.inside(*image.shape[:2]),
        landmarks=wide.from_picture(points),
        masks=masks,
        quad=quad,
        box=np.concatenate([points.min(axis=0), points.max(axis=0)]),
        score=chosen.score,
        digest=hashlib.sha256(np.ascontiguousarray(image).data).hexdigest(),
        path=path,
    )


def warm_up() -> None:
    """Load the three networks, so that the first photo does not wait for them."""
    for name in ("finder", "landmarks", "parser"):
        _model(name)


def _choose(faces: list[FaceBox], face: int | None, name: str) -> FaceBox:
    if not faces:
        raise NoFaceError(f"No face was found in {name}. Use a photo from the front, with the whole face in it and enough light.")
    if face is not None:
        if not 1 <= face <= len(faces):
            there_are = "There is one face" if len(faces) == 1 else f"There are {len(faces)} faces"
            raise SettingError(f"{there_are} in {name}, so there is no face {face}.")
        return faces[face - 1]
    largest = max(face.unit for face in faces)
    main = [face for face in faces if face.unit > _MAIN * largest]
    if len(main) > 1:
        which = f"Say which one with --face 1 to --face {len(faces)}, counted from the left, or click it in the window."
        raise SeveralFacesError(f"There are {len(faces)} faces in {name}. {which}", len(faces))
    return main[0]


def _found(frames: list[Frame], image: Image) -> list[FaceBox]:
    """Faces in square pieces of a photo, in photo pixels; black is around the photo."""
    pictures = np.stack([frame.crop(image) * frame.inside(*image.shape[:2])[..., None] for frame in frames])
    outputs = _model("finder")(pictures=pictures)["faces"]
    return [
        face_box(face.score, frame.to_picture(face.points))
        for frame, output in zip(frames, outputs, strict=True)
        for face in decode_faces(output, _DOUBTFUL)
    ]


def _tiles(image: Image) -> list[Frame]:
    """Squares of half the long side that overlap by half."""
    height, width = image.shape[:2]
    side = max(height, width) / 2
    across, down = (
        np.unique(np.clip(np.arange(1, 4) * side / 2, side / 2, max(length - side / 2, side / 2))) for length in (width, height)
    )
    half = np.array([side / 2, 0.0])
    return [Frame(square(np.array([x, y]), half), FINDER_SIZE) for y in down for x in across]


def _landmarks(image: Image, points: Float) -> Float:
    """(478, 2) photo pixels; the second pass corrects the crop of the first."""
    return _landmark_pass(image, five_points(_landmark_pass(image, points)))


def _landmark_pass(image: Image, points: Float) -> Float:
    frame = Frame(landmark_quad(points), LANDMARKS_SIZE)
    return frame.to_picture(_model("landmarks")(pictures=frame.crop(image)[None])["landmarks"][0] * LANDMARKS_SIZE)


def _is_steady(image: Image, face: FaceBox) -> bool:
    """Whether the landmarks of a find stay where they are when the network looks again."""
    first = five_points(_landmark_pass(image, face.points))
    second = five_points(_landmark_pass(image, first))
    return bool(np.hypot(*(second - first).T).mean() < _STEADY * face.unit)


def _model(name: str) -> Model:
    with _models_lock:
        if name not in _models:
            # One thread: waiting for a second costs more than it gains on networks this small, most of all on a busy machine.
            _models[name] = open_model(name, threads=1)
        return _models[name]
