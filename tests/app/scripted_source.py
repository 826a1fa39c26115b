"""A camera that shows what it is told, and readings that see a face in it."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QTimer
from typing_extensions import override

from app.estimating import Photo, Picture
from app.state.camera_frames import Frame, FrameSource, SourceError, Sources, now
from app.state.camera_pixels import image_of, square_of_image
from core.faces.expressions import EXPRESSIONS
from core.faces.framing import LIGHTS, NO_FACE, Framing
from core.faces.landmarks import Placed
from core.faces.mesh import LEFT_EYE, RIGHT_EYE
from core.faces.pose import _REFERENCE
from core.faces.selfie import Selfie
from tests.app.conftest import FakeReadings

WIDTH, HEIGHT = 320, 240
LEFT_COLOR, RIGHT_COLOR = (220, 60, 60), (60, 60, 220)


def scene(face: bool = True) -> np.ndarray:
    """A picture (240, 320, 3): red on its left, blue on its right, and black where there is no face."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    if face:
        picture[:, : WIDTH // 2], picture[:, WIDTH // 2 :] = LEFT_COLOR, RIGHT_COLOR
    return picture


def frame_of(picture: np.ndarray) -> Frame:
    return Frame(lambda most: square_of_image(image_of(picture), most), now())


class ScriptedSource(FrameSource):
    """Gives frames when it is told to, or all the time with an interval."""

    def __init__(self, *, is_mirrored: bool = True, interval_ms: int = 15) -> None:
        super().__init__()
        self.is_mirrored = is_mirrored
        self.picture = scene()
        self.is_open = False
        self.num_stops = 0
        self._timer = QTimer(self, interval=interval_ms)
        self._timer.timeout.connect(self.give)

    @override
    def start(self) -> None:
        self.is_open = True
        self._timer.start()

    @override
    def stop(self) -> None:
        self.is_open = False
        self.num_stops += 1
        self._timer.stop()

    def give(self) -> None:
        self.arrived.emit(frame_of(self.picture))

    def break_down(self, error: Exception) -> None:
        self.failed.emit(error)


class ScriptedSources(Sources):
    """Every camera and every video is a scripted one."""

    def __init__(self) -> None:
        super().__init__()
        self.names = [("one", "Inner camera")]
        self.opened: list[tuple[str, str]] = []
        self.made: list[ScriptedSource] = []
        self.missing: SourceError | None = None
        self.when_started: Callable[[ScriptedSource], None] | None = None

    @override
    def prepare(self) -> None:
        if self.missing is not None:
            raise self.missing

    @override
    def devices(self) -> list[tuple[str, str]]:
        return self.names

    @override
    def camera(self, device: str) -> FrameSource:
        return self._make("camera", device, is_mirrored=True)

    @override
    def video(self, path: str) -> FrameSource:
        return self._make("video", path, is_mirrored=False)

    def _make(self, kind: str, what: str, *, is_mirrored: bool) -> FrameSource:
        self.opened.append((kind, what))
        source = ScriptedSource(is_mirrored=is_mirrored)
        self.made.append(source)
        if self.when_started is not None:
            act = self.when_started
            QTimer.singleShot(0, source, lambda: act(source))
        return source


class SeeingReadings(FakeReadings):
    """Follows a face wherever the picture is not black."""

    def __init__(self) -> None:
        super().__init__()
        self.expressed: dict[str, float] = {}
        self.framing = Framing(dict.fromkeys(LIGHTS, True), "That’s good. Take the picture.")
        self.num_followed = 0
        self.follow_error: Exception | None = None

    @override
    def follow(self, picture: Picture, before: Placed | None) -> Placed | None:
        self.num_followed += 1
        if self.follow_error is not None:
            raise self.follow_error
        return placed_face(picture.shape[0], **self.expressed) if picture.any() else None

    @override
    def judge(self, picture: Picture, placed: Placed | None) -> Framing:
        return self.framing if placed is not None else Framing({**dict.fromkeys(LIGHTS), "face": False}, NO_FACE)

    @override
    def align(self, picture: Picture, placed: Placed) -> Selfie:
        return self.read(Photo(picture, ()), 1, None)


def placed_face(side: int, **expressed: float) -> Placed:
    """A face in the middle of a square picture."""
    points = np.zeros((478, 3), np.float32)
    points[list(_REFERENCE)] = np.array(list(_REFERENCE.values())) * side * 0.2
    points[LEFT_EYE, 0], points[RIGHT_EYE, 0], points[[61, 291], 1] = -0.08 * side, 0.08 * side, 0.16 * side
    points[:, :2] += side / 2
    expression = np.zeros(len(EXPRESSIONS), np.float32)
    for name, value in expressed.items():
        expression[EXPRESSIONS.index(name)] = value
    return Placed(points, expression, 1.0)
