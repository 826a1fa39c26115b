"""The one worker for shipped networks: photos in, selfies and estimates out; ONNX Runtime loads when first asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.tasks import Failed, Lane
from core.avatar.schema import AvatarSchema
from core.errors import NoFaceError
from core.faces.selfie import WIDE_FACTOR, Selfie
from core.methods import Estimate, Method

PORTRAIT_SIZES = (320, 1024)  # smallest and largest picture of a face, pixels

Picture = NDArray[np.uint8]
Box = tuple[float, float, float, float]
"""A face in photo pixels: left, top, right, bottom."""


@dataclass(frozen=True, eq=False)
class Photo:
    """An opened photo.

    Attributes:
        picture: (H, W, 3) uint8 sRGB.
        faces: Where the faces are, from left to right.
        path: Its file, if it came from one.
    """

    picture: Picture
    faces: tuple[Box, ...]
    path: Path | None = None


@dataclass(frozen=True, eq=False)
class Portrait:
    """One face of a photo, ready to be estimated and to be looked at.

    Attributes:
        selfie: The aligned face.
        picture: (N, N, 4) uint8 sRGB with straight alpha: the framing of `selfie.wide`, as sharp as the photo is, and transparent
            where the photo ends.
    """

    selfie: Selfie
    picture: Picture


class Readings:
    """How photos are read and estimated; tests put their own in its place."""

    def open(self, source: Path | bytes) -> Picture:
        """A photo from a file, or from the bytes of one."""
        from core.images import decode_photo, read_photo

        return read_photo(source) if isinstance(source, Path) else decode_photo(source)

    def find(self, picture: Picture) -> Sequence[Box]:
        """The faces in a photo."""
        from core.faces.finding import find_faces

        return [_box(face) for face in find_faces(picture)]

    def read(self, picture: Picture, face: int | None, path: Path | None) -> Selfie:
        """One face of a photo, aligned; counted from 1, None for the only one, passers-by aside."""
        from core.faces.reading import read_selfie

        return read_selfie(picture, face=face, path=path)

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
        """Find the faces of a photo. Fails with NoFaceError."""
        self._lane.submit(lambda: self._find(photo), done, failed, key="photo")

    def read(self, photo: Photo, face: int | None, done: Callable[[Portrait], None], failed: Failed) -> None:
        """Align one face of a photo, counted from 1.

        With None it is the only one, passers-by aside; fails with SeveralFacesError where there are several.
        """
        self._lane.submit(lambda: self._read(photo, face), done, failed, key="photo")

    def estimate(self, selfie: Selfie, done: Callable[[Estimate], None], failed: Failed) -> None:
        """Estimate the avatar of a selfie."""
        self._lane.submit(lambda: self._estimate(selfie), done, failed, key="photo")

    def warm_up(self) -> None:
        """Load what reads photos, so that the first photo does not wait for it."""
        self._lane.submit(self._readings.warm_up, lambda _: None, lambda _: None, urgency=-1)

    def close(self) -> None:
        """End the thread."""
        self._lane.close()

    def _find(self, photo: Photo) -> Photo:
        faces = tuple(self._readings.find(photo.picture))
        if not faces:
            raise NoFaceError("No face was found in this photo. Choose one that shows the whole face from the front.")
        return replace(photo, faces=faces)

    def _read(self, photo: Photo, face: int | None) -> Portrait:
        selfie = self._readings.read(photo.picture, face, photo.path)
        return Portrait(selfie, _framed(photo.picture, selfie))

    def _estimate(self, selfie: Selfie) -> Estimate:
        from core.reporting import SilentReporter

        if self._method is None:
            self._method = self._readings.method(self._schema)
        return self._method.estimate(selfie, SilentReporter())


def _framed(picture: Picture, selfie: Selfie) -> Picture:
    from core.faces.align import Frame, wider

    quad = wider(selfie.quad, WIDE_FACTOR)
    size = int(np.clip(np.linalg.norm(quad[3] - quad[0]), *PORTRAIT_SIZES))
    inside = Frame(quad, 2 * size).inside(*picture.shape[:2])
    # Four samples a pixel: the photo's edge runs aslant and would be jagged.
    alpha = inside.reshape(size, 2, size, 2).mean(axis=(1, 3), keepdims=True)[:, 0] * 255
    return np.concatenate([Frame(quad, size).crop(picture), alpha.astype(np.uint8)], axis=2)


def _box(face: Any) -> Box:
    left, top, right, bottom = (float(edge) for edge in face.box)
    return left, top, right, bottom
