"""The one worker for shipped networks: photos in, selfies and estimates out; ONNX Runtime loads when first asked."""

import io
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.tasks import Failed, Lane
from core.avatar.schema import AvatarSchema
from core.errors import NoFaceError
from core.exporting import on_color
from core.faces.align import Frame, five_points, points_in, which_face, wider
from core.methods import Estimate, Method
from core.words import tr

if TYPE_CHECKING:  # what reads photos is loaded on the worker's thread: the window starts without it
    from core.faces.checks import Advice
    from core.faces.finding import FaceBox
    from core.faces.framing import Framing
    from core.faces.landmarks import Placed
    from core.faces.selfie import Selfie

PORTRAIT_SIZES = (320, 1024)  # smallest and largest picture of a face, pixels
THUMBNAIL, QUALITY = 264, 88
GROUND = (212, 213, 216)  # behind a face at the edge of a photo

Picture = NDArray[np.uint8]
Box = tuple[float, float, float, float]
"""A face in photo pixels: left, top, right, bottom."""
Points = NDArray[np.float32]
"""(3, 2): the eyes and the middle of the mouth, photo pixels."""
Quad = NDArray[np.float32]
"""(4, 2): the alignment of a face (decisions.md 8), photo pixels: top left, bottom left, bottom right, top right."""


@dataclass(frozen=True, eq=False)
class Photo:
    """An opened photo.

    Attributes:
        picture: (H, W, 3) uint8 sRGB.
        faces: The faces that were found, from left to right.
        path: Its file, if it came from one.
        guess: Where a face may be, though none was found.
    """

    picture: Picture
    faces: tuple["FaceBox", ...]
    path: Path | None = None
    guess: Points | None = None

    @property
    def boxes(self) -> list[Box]:
        """Where the faces are."""
        return [_box(face) for face in self.faces]


@dataclass(frozen=True, eq=False)
class Portrait:
    """One face of a photo, ready to be estimated and to be looked at.

    Attributes:
        selfie: The aligned face.
        picture: (N, N, 4) uint8 sRGB with straight alpha: the framing of `selfie.wide`, as sharp as the photo is, and transparent
            where the photo ends.
        points: Where the face is in the photo, as it was read or as a person placed it.
        advice: What would make the photo better, the most important first.
    """

    selfie: "Selfie"
    picture: Picture
    points: Points
    advice: tuple["Advice", ...] = ()


@dataclass(frozen=True, eq=False)
class Made:
    """What one photo of many gave.

    Attributes:
        estimate: Its avatar.
        thumbnail: A JPEG of the face, `THUMBNAIL` pixels, framed like the avatar.
        centre: The middle of the face, photo pixels: x, y.
        span: The side of the frame that the avatar stands for, photo pixels.
    """

    estimate: Estimate
    thumbnail: bytes
    centre: tuple[float, float]
    span: float


class Readings:
    """How photos are read and estimated; tests put their own in its place."""

    def open(self, source: Path | bytes) -> Picture:
        """A photo from a file, or from the bytes of one."""
        from core.images import decode_photo, read_photo

        return read_photo(source) if isinstance(source, Path) else decode_photo(source)

    def find(self, picture: Picture) -> Sequence["FaceBox"]:
        """The faces in a photo, from left to right."""
        from core.faces.finding import find_faces

        return find_faces(picture)

    def guess(self, picture: Picture) -> Points | None:
        """Where a face may be in a photo in which none was found; None for no idea."""
        from core.faces.finding import likeliest_face

        likeliest = likeliest_face(picture)
        return three_points(likeliest.points) if likeliest is not None else None

    def read(self, photo: Photo, face: int | None, placed: Points | None) -> "Selfie":
        """A face of a photo, aligned: counted from 1, None for the only one, passers-by aside; or where a person placed it."""
        from core.faces.reading import read_selfie

        return read_selfie(photo.picture, face, photo.path, placed, photo.faces)

    def check(self, picture: Picture, faces: Sequence["FaceBox"], selfie: "Selfie") -> Sequence["Advice"]:
        """What would make a photo better, the most important first."""
        from core.faces.checks import check_photo

        return check_photo(picture, faces, selfie)

    def follow(self, picture: Picture, before: "Placed | None") -> "Placed | None":
        """Where a face is now that was followed so far, or the likeliest one; None where none is seen."""
        from core.faces.following import follow_face

        return follow_face(picture, before)

    def judge(self, picture: Picture, placed: "Placed | None") -> "Framing":
        """How a face stands before the camera, in a square picture."""
        from core.faces.framing import judge_framing

        return judge_framing(picture, placed)

    def align(self, picture: Picture, placed: "Placed") -> "Selfie":
        """A face that was followed, aligned."""
        from core.faces.following import read_followed

        return read_followed(picture, placed)

    def warm_up(self) -> None:
        """Start the decoding process and load the networks."""
        from core import images
        from core.faces import reading

        images.warm_up()
        reading.warm_up()

    def method(self, schema: AvatarSchema) -> Method:
        """The method that estimates."""
        from core.methods import open_method

        return open_method("default", schema)


class Estimating:
    """Reads photos and estimates avatars on one thread. Made on the GUI thread; answers come back there."""

    def __init__(self, schema: AvatarSchema, readings: Readings | None = None) -> None:
        self._schema = schema
        self._readings = readings or Readings()
        self._method: Method | None = None
        self._lane = Lane("estimating")

    def open(self, source: Path | bytes, done: Callable[[Photo], None], failed: Failed) -> None:
        """Open a photo, still without faces. Fails with PhotoError."""
        path = source if isinstance(source, Path) else None
        self._lane.submit(lambda: Photo(self._readings.open(source), (), path), done, failed, key="photo")

    def find(self, photo: Photo, done: Callable[[Photo], None], failed: Failed) -> None:
        """Find the faces of a photo; where there are none, a guess."""
        self._lane.submit(lambda: self._find(photo), done, failed, key="photo")

    def read(self, photo: Photo, face: int | Points | None, done: Callable[[Portrait], None], failed: Failed) -> None:
        """Align one face of a photo.

        Args:
            photo: With its faces.
            face: Which one, counted from 1, or where a person placed it. With None it is the only one, passers-by aside.
            done: Called with the `Portrait`.
            failed: Called with the error, SeveralFacesError where there are several and `face` is None.
        """
        self._lane.submit(lambda: self._read(photo, face), done, failed, key="photo")

    def estimate(self, selfie: "Selfie", done: Callable[[Estimate], None], failed: Failed) -> None:
        """Estimate the avatar of a selfie."""
        self._lane.submit(lambda: self._estimate(selfie), done, failed, key="photo")

    def predict(
        self,
        look: Callable[[], tuple[Picture, Quad]],
        done: Callable[[Estimate], None],
        failed: Failed,
        *,
        key: Hashable,
        urgency: int,
    ) -> None:
        """Estimate the avatar of a face that somebody has aligned already.

        Args:
            look: Gives the photo and the quad of the face in it; called on the worker's thread.
            done: Called with the `Estimate`.
            failed: Called with the error.
            key: A waiting request with the same key is forgotten.
            urgency: Below 0, so that a photo that somebody opens comes first; the highest of them is worked on first.
        """
        self._lane.submit(lambda: self._predict(*look()), done, failed, key=key, urgency=urgency)

    def make(
        self,
        source: Path | Photo,
        face: int | None,
        done: Callable[[Made], None],
        failed: Failed,
        *,
        key: Hashable,
        urgency: int,
    ) -> None:
        """From a photo to its avatar in one go, for one of many.

        Args:
            source: Its file, or the photo where it is open already.
            face: Which one, counted from 1; with None it is the only one, passers-by aside.
            done: Called with what was `Made`.
            failed: Called with the error: NoFaceError, SeveralFacesError where `face` is None, PhotoError, or another.
            key: A waiting request with the same key is forgotten.
            urgency: As of `predict`.
        """
        self._lane.submit(lambda: self._make(source, face), done, failed, key=key, urgency=urgency)

    def forget(self, is_unwanted: Callable[[Hashable], bool]) -> None:
        """Drop the waiting requests whose key is unwanted."""
        self._lane.forget(is_unwanted)

    def watch(
        self,
        look: Callable[["Readings", Callable[["Selfie"], Estimate]], Any],
        done: Callable[[Any], None],
        failed: Failed,
        *,
        key: Hashable,
    ) -> None:
        """Look at what a camera or a video shows now; photos come first.

        Args:
            look: Called on the worker's thread with what reads photos, and with what estimates a selfie.
            done: Called with what it gives.
            failed: Called with the error.
            key: A waiting request with the same key is forgotten.
        """
        self._lane.submit(lambda: look(self._readings, self._estimate), done, failed, key=key, urgency=-1)

    def warm_up(self) -> None:
        """Load what reads photos, so that the first photo does not wait for it."""
        self._lane.submit(self._readings.warm_up, lambda _: None, lambda _: None, urgency=-1)

    def close(self) -> None:
        """End the thread."""
        self._lane.close()

    def _find(self, photo: Photo) -> Photo:
        faces = tuple(self._readings.find(photo.picture))
        return replace(photo, faces=faces, guess=None if faces else self._readings.guess(photo.picture))

    def _read(self, photo: Photo, face: int | Points | None) -> Portrait:
        number, placed = (face, None) if face is None or isinstance(face, int) else (None, face)
        selfie = self._readings.read(photo, number, placed)
        points = three_points(five_points(selfie.face.landmarks[:, :2])) if placed is None else placed
        # Whoever said which face it is need not be told that there are others.
        advice = (a for a in self._readings.check(photo.picture, photo.faces, selfie) if face is None or a.kind != "several")
        return Portrait(selfie, _framed(photo.picture, selfie), points, tuple(advice))

    def _predict(self, picture: Picture, quad: Quad) -> Estimate:
        faces = tuple(self._readings.find(picture))
        face = which_face(quad, [one.points for one in faces])
        return self._estimate(self._readings.read(Photo(picture, faces), face, points_in(quad) if face is None else None))

    def _make(self, source: Path | Photo, face: int | None) -> Made:
        photo = Photo(self._readings.open(source), (), source) if isinstance(source, Path) else source
        faces = photo.faces or tuple(self._readings.find(photo.picture))
        if not faces:
            raise NoFaceError(tr("No face was found in {name}.", name=photo.path.name if photo.path else tr("this picture")))
        selfie = self._readings.read(replace(photo, faces=faces), face, None)
        return made_of(_framed(photo.picture, selfie, THUMBNAIL), selfie, self._estimate(selfie))

    def _estimate(self, selfie: "Selfie") -> Estimate:
        from core.reporting import SilentReporter

        if self._method is None:
            self._method = self._readings.method(self._schema)
        return self._method.estimate(selfie, SilentReporter())


def made_of(framed: Picture, selfie: "Selfie", estimate: Estimate) -> Made:
    """What a photo gave, of what was read of it.

    Args:
        framed: (N, N, 4), the framing of `selfie.wide`, as a `Portrait` has it.
        selfie: The face.
        estimate: Its avatar.
    """
    from PIL import Image as Pillow

    from core.faces.selfie import WIDE_FACTOR

    small = Pillow.fromarray(on_color(framed, GROUND)).resize((THUMBNAIL, THUMBNAIL), Pillow.Resampling.BILINEAR)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=QUALITY)
    centre, side = selfie.quad.mean(axis=0), float(np.linalg.norm(selfie.quad[3] - selfie.quad[0]))
    return Made(estimate, file.getvalue(), (float(centre[0]), float(centre[1])), WIDE_FACTOR * side)


def _framed(picture: Picture, selfie: "Selfie", size: int | None = None) -> Picture:
    """The framing of `selfie.wide`, (size, size, 4), as large as is sensible where no size is asked for."""
    from core.faces.selfie import WIDE_FACTOR

    quad = wider(selfie.quad, WIDE_FACTOR)
    size = size or int(np.clip(np.linalg.norm(quad[3] - quad[0]), *PORTRAIT_SIZES))
    inside = Frame(quad, 2 * size).inside(*picture.shape[:2])
    # Four samples a pixel: the photo's edge runs aslant and would be jagged.
    alpha = inside.reshape(size, 2, size, 2).mean(axis=(1, 3), keepdims=True)[:, 0] * 255
    return np.concatenate([Frame(quad, size).crop(picture), alpha.astype(np.uint8)], axis=2)


def three_points(points: NDArray[np.float32]) -> Points:
    """Eyes, tip of the nose and corners of the mouth (5, 2) -> eyes and middle of the mouth."""
    return np.stack([points[0], points[1], points[3:].mean(axis=0)])


def _box(face: "FaceBox") -> Box:
    left, top, right, bottom = (float(edge) for edge in face.box)
    return left, top, right, bottom
