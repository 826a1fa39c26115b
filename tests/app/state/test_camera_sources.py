"""Cameras and videos by Qt Multimedia: what does not work, everywhere; what works, where it loads."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCameraPermission, QCoreApplication, QSize, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.state import camera_sources
from app.state.camera_frames import Feed, Frame, FrameSource, SourceError, Sources
from app.state.camera_pixels import _LAYOUTS, _from_planes, _numbers, image_of, square_of_image
from app.state.camera_sources import CameraSource, VideoSource, load_multimedia, unfitness
from benchmarks.video_file import write_avi


def has_multimedia() -> bool:
    try:
        importlib.import_module("PySide6.QtMultimedia")
    except ImportError:
        return False
    return True


plays = pytest.mark.skipif(not has_multimedia(), reason="Qt Multimedia does not load here: libpulse is missing")
quiet = pytest.mark.qt_log_ignore("Could not open media", "QRhi", "No HW decoder", extend=True)


def failure(qtbot: QtBot, source: FrameSource) -> SourceError:
    with qtbot.waitSignal(source.failed) as told:
        source.start()
    assert told.args is not None
    assert isinstance(told.args[0], SourceError)
    source.stop()
    return told.args[0]


@pytest.fixture
def no_multimedia(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> Any:
        raise ImportError(f"libpulse.so.0: cannot open shared object file, for {name}")

    monkeypatch.setattr(importlib, "import_module", refuse)


@pytest.mark.usefixtures("no_multimedia")
def test_without_its_libraries_everything_says_so_and_nothing_breaks(qtbot: QtBot, tmp_path: Path) -> None:
    assert Sources().devices() == []
    with pytest.raises(SourceError, match="libpulse0"):
        Sources().prepare()
    assert failure(qtbot, CameraSource()).kind == "missing"
    assert "libpulse" in failure(qtbot, VideoSource(str(tmp_path))).detail


class _Media:
    """As much of Qt Multimedia as there is before a camera is opened."""

    class QMediaDevices:
        @staticmethod
        def videoInputs() -> list[Any]:  # noqa: N802
            return []

        @staticmethod
        def defaultVideoInput() -> Any:  # noqa: N802
            class Nothing:
                @staticmethod
                def isNull() -> bool:  # noqa: N802
                    return True

            return Nothing()


@pytest.fixture
def media(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_sources, "load_multimedia", _Media)


class _Permission:
    """An application that answers as it is told."""

    def __init__(self, now: Qt.PermissionStatus, later: Qt.PermissionStatus | None = None) -> None:
        self.now, self.later, self.asked = now, later, 0

    def checkPermission(self, _: object) -> Qt.PermissionStatus:  # noqa: N802
        return self.now

    def requestPermission(self, _: object, __: object, answered: Any) -> None:  # noqa: N802
        self.asked += 1
        answer = self.later

        class Answer:
            @staticmethod
            def status() -> Qt.PermissionStatus | None:
                return answer

        answered(Answer())


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize(
    ("now", "later", "kind", "asked"),
    [
        (Qt.PermissionStatus.Denied, None, "refused", 0),
        (Qt.PermissionStatus.Undetermined, Qt.PermissionStatus.Denied, "refused", 1),
        (Qt.PermissionStatus.Undetermined, Qt.PermissionStatus.Granted, "none", 1),
        (Qt.PermissionStatus.Granted, None, "none", 0),
    ],
)
def test_permission_is_asked_for_when_the_camera_is_opened(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    now: Qt.PermissionStatus,
    later: Qt.PermissionStatus | None,
    kind: str,
    asked: int,
) -> None:
    app = _Permission(now, later)
    source = CameraSource()
    monkeypatch.setattr(camera_sources, "QCoreApplication", type("App", (), {"instance": staticmethod(lambda: app)}))
    assert app.asked == 0
    assert failure(qtbot, source).kind == kind
    assert app.asked == asked


def test_the_permission_of_this_system_can_be_asked_for() -> None:
    app = QCoreApplication.instance()
    assert app is not None
    assert app.checkPermission(QCameraPermission()) in tuple(Qt.PermissionStatus)


class _Format:
    def __init__(self, width: int, height: int, rate: float) -> None:
        self._size, self._rate = QSize(width, height), rate

    def resolution(self) -> QSize:
        return self._size

    def maxFrameRate(self) -> float:  # noqa: N802
        return self._rate


def test_the_format_nearest_to_what_is_wanted_is_taken() -> None:
    formats = [_Format(640, 480, 30), _Format(1280, 720, 10), _Format(1280, 720, 30), _Format(3840, 2160, 30)]
    best = min(formats, key=unfitness)  # type: ignore[arg-type]
    assert (best.resolution().height(), best.maxFrameRate()) == (720, 30)
    poor = [_Format(320, 240, 30), _Format(640, 480, 30), _Format(1920, 1080, 5)]
    assert min(poor, key=unfitness).resolution().height() == 480  # type: ignore[arg-type]


def scene(seed: int = 0) -> np.ndarray:
    """(120, 160, 3) with soft colours, which survive being halved."""
    coarse = np.random.default_rng(seed).integers(40, 215, (6, 8, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((160, 120), Image.Resampling.BICUBIC))


def planes_of(picture: np.ndarray) -> list[np.ndarray]:
    y, u, v = (np.asarray(one) for one in Image.fromarray(picture).convert("YCbCr").split())
    return [y, u[::2, ::2], v[::2, ::2]]


class _Form:
    """A surface format that says which colours it has."""

    def __init__(self, space: str, is_full: bool) -> None:
        self._space, self._range = space, "ColorRange_Full" if is_full else "ColorRange_Video"

    def colorSpace(self) -> Any:  # noqa: N802
        return type("Space", (), {"name": self._space})

    def colorRange(self) -> Any:  # noqa: N802
        return type("Range", (), {"name": self._range})


def test_planes_become_the_colours_they_were() -> None:
    picture = scene()
    y, u, v = planes_of(picture)
    middle = picture[:, 20:140]
    full = _numbers(_Form("ColorSpace_BT601", True), 120)
    interleaved = np.stack([u, v], axis=-1).reshape(60, 160)
    packed = np.stack([y[:, ::2], u.repeat(2, 0), y[:, 1::2], v.repeat(2, 0)], axis=-1).reshape(120, 320)
    for name, planes in (
        ("Format_YUV420P", [y, u, v]),
        ("Format_YV12", [y, v, u]),
        ("Format_NV12", [y, interleaved]),
        ("Format_YUYV", [packed]),
    ):
        got = _from_planes(planes, _LAYOUTS[name], (160, 120), 640, full)
        assert got.shape == (120, 120, 3)
        assert np.abs(got.astype(int) - middle).mean() < 3, name
    small = _from_planes([y, u, v], _LAYOUTS["Format_YUV420P"], (160, 120), 60, full)
    assert small.shape == (60, 60, 3)


def test_a_videos_range_is_widened_and_hd_has_its_own_colours() -> None:
    grey = [np.full((120, 160), value, np.uint8) for value in (235,)] + [np.full((60, 80), 128, np.uint8)] * 2
    video = _from_planes(grey, _LAYOUTS["Format_YUV420P"], (160, 120), 64, _numbers(_Form("ColorSpace_Undefined", False), 480))
    assert video.min() >= 254
    assert _numbers(_Form("ColorSpace_Undefined", False), 720) == _numbers(_Form("ColorSpace_BT709", False), 480)
    assert _numbers(_Form("ColorSpace_BT601", False), 720) != _numbers(_Form("ColorSpace_BT709", False), 720)


def test_images_come_back_as_they_were() -> None:
    picture = scene()
    np.testing.assert_array_equal(square_of_image(image_of(picture), 640), picture[:, 20:140])
    assert square_of_image(QImage(), 640).size == 0


@plays
def test_a_real_video_plays_again_and_again(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a video.avi"
    pictures = [scene(seed) for seed in range(5)]
    write_avi(path, pictures, rate=25)
    source = VideoSource(str(path))
    frames: list[Frame] = []
    source.arrived.connect(frames.append)
    feed = Feed(source)
    with qtbot.waitSignal(feed.showed):
        feed.start()
    qtbot.waitUntil(lambda: len(frames) > 2 * len(pictures))
    seen = feed.latest
    assert seen is not None
    errors = [np.abs(seen.picture.astype(int) - picture[:, 20:140]).mean() for picture in pictures]
    assert min(errors) < 8
    feed.stop()
    count = len(frames)
    qtbot.wait(200)
    assert len(frames) == count


@plays
@quiet
@pytest.mark.parametrize("content", [b"", b"no video at all", b"RIFF\x00\x00\x00\x00AVI LIST"])
def test_a_damaged_video_is_a_sentence(qtbot: QtBot, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    assert failure(qtbot, VideoSource(str(path))).kind in ("video", "silent")


@plays
def test_what_is_no_file_is_not_opened(qtbot: QtBot, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.mp4", Path("/dev/zero")):
        assert failure(qtbot, VideoSource(str(path))).kind == "video"


@plays
@quiet
def test_sound_alone_is_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    import wave

    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    assert failure(qtbot, VideoSource(str(path))).kind == "silent"


@plays
@quiet
def test_a_source_that_falls_silent_is_given_up(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_sources, "SILENCE_MS", 1)
    path = tmp_path / "a.avi"
    write_avi(path, [scene()] * 3)
    assert failure(qtbot, VideoSource(str(path))).kind in ("video", "silent")


@plays
def test_without_a_camera_it_is_said(qtbot: QtBot) -> None:
    if load_multimedia().QMediaDevices.videoInputs():
        pytest.skip("this machine has a camera")
    assert failure(qtbot, CameraSource()).kind == "none"
