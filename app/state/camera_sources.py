"""Cameras and videos by Qt Multimedia, which is loaded when the first is opened: where libpulse is missing, it does not load."""

import importlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCameraPermission, QCoreApplication, QObject, Qt, QTimer, QUrl
from typing_extensions import override

from app.state.camera_frames import Frame, FrameSource, SourceError, now
from app.state.camera_pixels import square_of_video
from core.words import tr

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QCamera, QCameraDevice, QCameraFormat, QMediaPlayer, QVideoFrame

SILENCE_MS = 8000
"""How long a source may give nothing before it counts as broken."""

WANTED = (1280, 720, 30.0)
"""Width, height and frames a second of a camera's picture: enough for a portrait, and fast to convert."""


def load_multimedia() -> Any:
    """Qt Multimedia.

    Raises:
        SourceError: It does not load here; it says why.
    """
    try:
        return importlib.import_module("PySide6.QtMultimedia")
    except ImportError as error:
        raise SourceError("missing", str(error)) from error


def camera_names() -> list[tuple[str, str]]:
    """Id and name of every camera, the system's first one first; empty where Qt Multimedia does not load."""
    try:
        media = load_multimedia()
    except SourceError:
        return []
    first = media.QMediaDevices.defaultVideoInput().id()
    devices = sorted(media.QMediaDevices.videoInputs(), key=lambda device: device.id() != first)
    return [(_id(device), device.description()) for device in devices]


class _MediaSource(FrameSource):
    """What camera and video have in common: a sink for frames, and a limit to how long none may come."""

    def __init__(self) -> None:
        super().__init__()
        self._sink: Any = None
        self._has_given = False
        self._silence = QTimer(self, interval=SILENCE_MS, singleShot=True)
        self._silence.timeout.connect(self._be_silent)

    @override
    def start(self) -> None:
        QTimer.singleShot(0, self, self._start)  # whoever starts it hears what follows

    @override
    def stop(self) -> None:
        self._silence.stop()
        if self._sink is not None:
            self._sink.videoFrameChanged.disconnect(self._take)
            self._sink = None
        self._close()

    def _start(self) -> None:
        try:
            media = load_multimedia()
            self._open(media)
        except SourceError as error:
            self.failed.emit(error)

    def _listen(self, media: Any, owner: QObject) -> Any:
        self._sink = media.QVideoSink(owner)
        # Frames come on a thread of Qt's; they are handed over on ours.
        self._sink.videoFrameChanged.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._silence.start()
        return self._sink

    def _take(self, frame: "QVideoFrame") -> None:
        if self._sink is not None and frame.isValid():
            self._has_given = True
            self._silence.start()
            self.arrived.emit(Frame(partial(square_of_video, frame), now()))

    def _give_up(self, error: SourceError) -> None:
        if self._sink is not None:
            self.stop()
            self.failed.emit(error)

    def _be_silent(self) -> None:
        raise NotImplementedError

    def _open(self, media: Any) -> None:
        raise NotImplementedError

    def _close(self) -> None:
        raise NotImplementedError


class CameraSource(_MediaSource):
    """A camera. The person is asked whether it may be used when it is started, and not before."""

    is_mirrored = True

    def __init__(self, device: str = "") -> None:
        super().__init__()
        self._wanted = device
        self._camera: QCamera | None = None
        self._kept: list[QObject] = []
        self._is_stopped = False

    @override
    def _open(self, media: Any) -> None:
        app = QCoreApplication.instance()
        assert app is not None
        permission = QCameraPermission()
        status = app.checkPermission(permission)
        if status == Qt.PermissionStatus.Undetermined:
            app.requestPermission(permission, self, lambda answer: self._answered(answer.status(), media))
        else:
            self._answered(status, media)

    def _answered(self, status: Qt.PermissionStatus, media: Any) -> None:
        if self._is_stopped:
            return  # nobody waits for it any more
        if status != Qt.PermissionStatus.Granted:
            self.failed.emit(SourceError("refused"))
            return
        devices = media.QMediaDevices.videoInputs()
        device = next((one for one in devices if _id(one) == self._wanted), media.QMediaDevices.defaultVideoInput())
        if device.isNull():
            self.failed.emit(SourceError("none"))
            return
        self._use(media, device)

    def _use(self, media: Any, device: "QCameraDevice") -> None:
        camera: QCamera = media.QCamera(device, self)
        self._camera = camera
        formats = device.videoFormats()
        if formats:
            camera.setCameraFormat(min(formats, key=unfitness))
        session, watch = media.QMediaCaptureSession(self), media.QMediaDevices(self)
        self._kept = [session, watch]
        session.setCamera(camera)
        session.setVideoSink(self._listen(media, session))
        name = _id(device)

        def look() -> None:
            if all(_id(one) != name for one in media.QMediaDevices.videoInputs()):
                self._give_up(SourceError("lost"))

        watch.videoInputsChanged.connect(look)
        camera.errorOccurred.connect(lambda _, text: self._give_up(SourceError("lost" if self._has_given else "busy", text)))
        camera.start()

    @override
    def _be_silent(self) -> None:
        self._give_up(SourceError("lost" if self._has_given else "busy"))

    @override
    def _close(self) -> None:
        self._is_stopped = True
        if self._camera is not None:
            self._camera.stop()
            for one in (*self._kept, self._camera):
                _let_go(one)
            self._camera, self._kept = None, []


class VideoSource(_MediaSource):
    """A video file, silent and again and again."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = Path(path)
        self._player: QMediaPlayer | None = None

    @override
    def _open(self, media: Any) -> None:
        if not self._path.is_file():  # pipes and devices never end, and to open one may take for ever
            raise SourceError("video", tr("{path} is no file.", path=self._path))
        player: QMediaPlayer = media.QMediaPlayer(self)
        self._player = player
        player.setVideoSink(self._listen(media, player))
        player.setLoops(media.QMediaPlayer.Loops.Infinite)
        player.errorOccurred.connect(lambda _, text: self._give_up(SourceError("video", text)))
        player.mediaStatusChanged.connect(lambda status: self._check(status, media))
        player.setSource(QUrl.fromLocalFile(str(self._path)))
        player.play()

    def _check(self, status: Any, media: Any) -> None:
        states = media.QMediaPlayer.MediaStatus
        is_open, is_over = status in (states.LoadedMedia, states.BufferedMedia), status == states.EndOfMedia
        if self._player is not None and ((is_open and not self._player.hasVideo()) or (is_over and not self._has_given)):
            self._give_up(SourceError("silent"))

    @override
    def _be_silent(self) -> None:
        self._give_up(SourceError("video" if self._has_given else "silent"))

    @override
    def _close(self) -> None:
        if self._player is not None:
            self._player.stop()
            _let_go(self._player)
            self._player = None


def _let_go(one: QObject) -> None:
    """Delete something of Qt's once it is done with what it is in the middle of, even if its source goes at once."""
    one.setParent(QCoreApplication.instance())
    one.deleteLater()


def unfitness(one: "QCameraFormat") -> float:
    """How far a camera's format is from the one that is wanted: smaller is better."""
    size = one.resolution()
    width, height, rate = WANTED
    short = max(0, height - size.height()) / height + max(0.0, rate - one.maxFrameRate()) / rate
    return 4 * short + abs(size.width() * size.height() / (width * height) - 1)


def _id(device: "QCameraDevice") -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")
