"""The one render thread: vectors in, pictures out; drags before stills before thumbnails before idle frames, newest first."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app import tasks
from app.tasks import Done, Failed, Lane
from core.avatar.vector import AvatarVector
from core.engines import AvatarEngine, Camera, Detail
from core.shapes import expect_shape

CACHE_BYTES = 48 * 2**20
LARGEST_KEPT = 8 * 2**20  # bytes of one picture; a larger one, of a face seen closely, would push out all thumbnails

PoseWeights = tuple[tuple[str, float], ...]
"""Blendshapes and their weights, added to what the vector asks for (`AvatarEngine.render`)."""


class Urgency(IntEnum):
    """What is drawn first."""

    IDLE = 0
    THUMBNAIL = 1
    AHEAD = 2
    STILL = 3
    DRAG = 4


@dataclass(frozen=True)
class Shot:
    """One picture of one avatar.

    Attributes:
        vector: The avatar.
        camera: Where it is seen from.
        size: Pixels.
        detail: Level of detail.
        pose: What it does with its face at this moment.
    """

    vector: AvatarVector
    camera: Camera
    size: int
    detail: Detail = "full"
    pose: PoseWeights = ()


@dataclass(frozen=True)
class Render:
    """A finished picture: the shot, its image with alpha, and how long it took in seconds (0 from the cache)."""

    shot: Shot
    image: QImage
    seconds: float


class Rendering:
    """Draws shots off the GUI thread. Made on the GUI thread; the engine is used and closed on the render thread."""

    def __init__(self, engine: AvatarEngine) -> None:
        self._engine = engine
        self._lane = Lane("rendering")
        self._cache: OrderedDict[Shot, QImage] = OrderedDict()
        self._cached_bytes = 0

    def draw(
        self,
        shot: Shot,
        done: Callable[[Render], None],
        failed: Failed | None = None,
        *,
        urgency: Urgency = Urgency.STILL,
        key: Hashable = None,
    ) -> None:
        """Draw a shot; a waiting request with the same key is forgotten. What was drawn lately comes back at once."""
        image = self._cache.get(shot)
        if image is not None:
            self._cache.move_to_end(shot)
            done(Render(shot, image, 0.0))
            return

        def keep(render: Render) -> None:
            if urgency not in (Urgency.DRAG, Urgency.IDLE):
                self._keep(render)
            tasks.answer(done, render)

        self._lane.submit(lambda: self._draw(shot), keep, failed, key=key, urgency=urgency)

    def has(self, shot: Shot) -> bool:
        """Whether a shot was drawn lately, and comes back at once."""
        return shot in self._cache

    def ask(
        self,
        work: Callable[[AvatarEngine], Any],
        done: Done,
        failed: Failed | None = None,
        *,
        urgency: int = Urgency.IDLE - 1,
        key: Hashable = None,
    ) -> None:
        """Have something else done with the engine, e.g. measured; when there is nothing to draw, if nothing else is said."""
        self._lane.submit(lambda: work(self._engine), done, failed, urgency=urgency, key=key)

    def forget(self, is_unwanted: Callable[[Hashable], bool]) -> None:
        """Drop the waiting requests whose key is unwanted."""
        self._lane.forget(is_unwanted)

    def clear(self) -> None:
        """Forget what was drawn."""
        self._cache.clear()
        self._cached_bytes = 0

    def close(self) -> None:
        """Close the engine and end the thread."""
        self._lane.close(self._engine.close)

    def _draw(self, shot: Shot) -> Render:
        start = time.perf_counter()
        picture = self._engine.render(shot.vector, shot.camera, shot.size, shot.detail, dict(shot.pose))
        return Render(shot, to_qimage(picture), time.perf_counter() - start)

    def _keep(self, render: Render) -> None:
        if render.image.sizeInBytes() > LARGEST_KEPT:
            return
        if render.shot not in self._cache:
            self._cached_bytes += render.image.sizeInBytes()
        self._cache[render.shot] = render.image
        while self._cached_bytes > CACHE_BYTES and len(self._cache) > 1:
            self._cached_bytes -= self._cache.popitem(last=False)[1].sizeInBytes()


def to_qimage(picture: NDArray[np.uint8]) -> QImage:
    """An (H, W, 3) or (H, W, 4) uint8 sRGB picture, straight alpha, as an image that Qt paints fast and that owns its pixels."""
    sizes = expect_shape(picture, "H W C")
    picture = np.ascontiguousarray(picture)
    kind = QImage.Format.Format_RGBA8888 if sizes["C"] == 4 else QImage.Format.Format_RGB888
    image = QImage(picture.data, sizes["W"], sizes["H"], sizes["W"] * sizes["C"], kind)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
