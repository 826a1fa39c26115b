"""Pictures that come one after the other, wherever from: what a source of them is, and the feed that keeps up with it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from typing_extensions import override

from app.estimating import Picture
from app.state.camera_pixels import image_of
from app.tasks import Lane
from core.errors import AvatarError
from core.words import mark, tr

LOOKED_AT = 480
"""Side in pixels of what is shown and looked at: of a well framed face, networks see no more than that."""

FULL = 1600
"""Largest side in pixels of a picture that is taken."""

SMALLEST = 16
"""Side in pixels below which there is nothing to see."""

Trouble = Literal["missing", "none", "refused", "busy", "lost", "video", "silent"]

TROUBLES: dict[Trouble, tuple[str, str]] = {
    "missing": (
        mark("The camera does not work here"),
        mark(
            "A part of the system is missing: Qt Multimedia does not start. On Debian and Ubuntu, install libpulse0 and start "
            "Likeness again."
        ),
    ),
    "none": (mark("No camera was found"), mark("Connect one and try again, or choose a photo.")),
    "refused": (
        mark("Likeness may not use the camera"),
        mark("Allow it in the system’s settings, under privacy and camera, and try again; or choose a photo."),
    ),
    "busy": (
        mark("The camera gives no picture"),
        mark("Another program may be using it. Close that program and try again, or choose a photo."),
    ),
    "lost": (
        mark("The camera is gone"),
        mark("It was unplugged, or another program took it. Connect it and try again, or choose a photo."),
    ),
    "video": (
        mark("This video cannot be played"),
        mark("It is damaged, or of a kind that is not known here. Try another: MP4, WebM, MOV and AVI usually work."),
    ),
    "silent": (mark("This video gives no picture"), mark("It holds sound alone, or nothing that can be shown. Try another one.")),
}
"""What can go wrong with a source -> what to call it and what to do, in English."""


class SourceError(AvatarError):
    """A camera or a video gives no pictures.

    Attributes:
        kind: A key of `TROUBLES`.
        detail: What the system says about it; empty for nothing.
    """

    def __init__(self, kind: Trouble, detail: str = "") -> None:
        super().__init__(f"{tr(TROUBLES[kind][0])}. {tr(TROUBLES[kind][1])}")
        self.kind, self.detail = kind, detail


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a source.

    Attributes:
        square: Gives the square in its middle, (S, S, 3) uint8 sRGB, upright and not mirrored, S at most the number that it is
            called with; smaller than 16 where there is nothing to see. It costs; called on any thread.
        at: When it came, seconds of `time.monotonic`.
    """

    square: Callable[[int], Picture]
    at: float


@dataclass(frozen=True, eq=False)
class Sight:
    """What is seen of a frame: the square in its middle.

    Attributes:
        picture: (S, S, 3) uint8 sRGB.
        image: The same, to be shown.
        frame: What it is of.
    """

    picture: Picture
    image: QImage
    frame: Frame


class FrameSource(QObject):
    """A camera, a video, or whatever gives frames once it is started."""

    arrived = Signal(object)
    """A `Frame`, on the GUI thread."""
    failed = Signal(object)
    """A `SourceError`: nothing more comes."""

    is_mirrored = False
    """Whether a person sees themselves in it, and expects a mirror."""

    def start(self) -> None:
        """Give frames from now on."""
        raise NotImplementedError

    def stop(self) -> None:
        """Let go of what gives them. Nothing comes any more."""
        raise NotImplementedError


class Sources(QObject):
    """Where frames can come from; tests put their own in its place."""

    def prepare(self) -> None:
        """Load what cameras and videos need; called on a thread of the pool.

        Raises:
            SourceError: It does not load here.
        """
        from app.state.camera_sources import load_multimedia

        load_multimedia()

    def devices(self) -> list[tuple[str, str]]:
        """The cameras that there are: id and name. Asks nobody for permission; empty where Qt Multimedia does not start."""
        from app.state.camera_sources import camera_names

        return camera_names()

    def camera(self, device: str) -> FrameSource:
        """A camera by its id; the system's first with an empty one."""
        from app.state.camera_sources import CameraSource

        return CameraSource(device)

    def video(self, path: str) -> FrameSource:
        """A video file, played again and again."""
        from app.state.camera_sources import VideoSource

        return VideoSource(path)


class Feed(QObject):
    """Makes sights of a source's frames on a thread of its own; of those that wait, only the newest is made."""

    showed = Signal(object)
    """A `Sight`."""
    failed = Signal(object)
    """The error; the source is stopped."""

    def __init__(self, source: FrameSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = source
        source.setParent(self)
        self._lane = Lane("frames")
        self._is_open = True
        self._is_held = False
        self.latest: Sight | None = None
        source.arrived.connect(self._make)
        source.failed.connect(self._fail)

    def start(self) -> None:
        """Open the source."""
        self.source.start()

    def hold(self, is_held: bool) -> None:
        """Show nothing new for a while; the source goes on."""
        self._is_held = is_held

    def take(self, sight: Sight, done: Callable[[Picture], None]) -> None:
        """What a sight shows, as sharp as its frame is."""
        if self._is_open:
            self._lane.submit(lambda: square_of(sight.frame, FULL), done, self._fail, urgency=1)

    def stop(self) -> None:
        """Close the source and end the thread."""
        if self._is_open:
            self._is_open = False
            self.source.stop()
            self._lane.close()

    def _make(self, frame: Frame) -> None:
        if self._is_open and not self._is_held:
            self._lane.submit(lambda: sight_of(frame), self._show, self._fail, key="frame")

    def _show(self, sight: Sight) -> None:
        if self._is_open and not self._is_held:
            self.latest = sight
            self.showed.emit(sight)

    def _fail(self, error: Exception) -> None:
        if self._is_open:
            self.stop()
            self.failed.emit(error)

    @override
    def deleteLater(self) -> None:
        self.stop()
        super().deleteLater()


def sight_of(frame: Frame) -> Sight:
    """The square in the middle of a frame, small enough to be looked at often.

    Raises:
        SourceError: There is nothing to see in it.
    """
    picture = square_of(frame, LOOKED_AT)
    return Sight(picture, image_of(picture), frame)


def square_of(frame: Frame, most: int) -> Picture:
    """The square in the middle of a frame, at most so many pixels wide. Raises like `sight_of`."""
    picture = frame.square(most)
    if len(picture) < SMALLEST:
        raise SourceError("silent")
    return picture


def now() -> float:
    """When it is, for `Frame.at`."""
    return time.monotonic()
