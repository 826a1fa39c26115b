"""The window on a fake engine and fake networks, offscreen, with a home of its own."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app import problems, theme
from app.estimating import Box, Estimating, Photo, Picture, Points, Readings
from app.main_window import MainWindow
from app.rendering import Rendering
from app.settings import Settings
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import Camera
from core.errors import SeveralFacesError
from core.faces.checks import Advice
from core.faces.face import Face
from core.faces.finding import FaceBox
from core.faces.mesh import LEFT_EYE, RIGHT_EYE
from core.faces.selfie import Selfie
from core.images import write_png
from core.methods import Estimate, FieldEstimate, Method
from core.reporting import Reporter
from tests.app.fake_engine import FakeEngine, fake_schema

PREDICTED: dict[str, float | str] = {
    "skin_tone": "tone_05",
    "hair_type": "style_7",
    "head_width": 0.75,
    "head_type_1": 0.25,
    "head_type_2": 0.75,
}
UNSURE = "hair_type"
READ = np.array([[80, 90], [120, 90], [100, 140]], np.float32)
"""Where the fake sees eyes and mouth, photo pixels."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The offscreen platform says what it cannot do as warnings, which would fail tests that pass on a real screen.
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """One that waits longer: on a busy machine everything comes, but late."""
    for name in ("waitUntil", "waitSignal"):
        setattr(qtbot, name, partial(getattr(qtbot, name), timeout=30_000))
    return qtbot


class FakeMethod:
    """Predicts always the same."""

    name = "fake"

    def __init__(self, schema: AvatarSchema, error: Exception | None = None) -> None:
        self.schema, self.error = schema, error

    def estimate(self, selfie: Selfie, reporter: Reporter) -> Estimate:  # noqa: ARG002 - what every method takes
        vector = AvatarVector.default(self.schema).with_values(PREDICTED)
        fields = {p.id: FieldEstimate(0.2 if p.id == UNSURE else 0.9) for p in self.schema if p.group == "core"}
        if self.error is not None:
            raise self.error
        return Estimate(vector, fields, "fake", "0" * 64)


def found(box: Box) -> FaceBox:
    """A face that fills its box."""
    left, top, right, bottom = box
    points = np.array([(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.75), (0.65, 0.75)], np.float32)
    return FaceBox(0.9, np.array(box, np.float32), points * (right - left, bottom - top) + np.array([left, top], np.float32))


class FakeReadings(Readings):
    """Reads files as the real one does; finds as many faces as it is told."""

    def __init__(self) -> None:
        self.boxes: list[Box] = [(40.0, 40.0, 160.0, 180.0)]
        self.guessed: Points | None = None
        self.placed: list[Points] = []
        self.advice: tuple[Advice, ...] = ()
        self.error: Exception | None = None

    @override
    def find(self, picture: Picture) -> Sequence[FaceBox]:
        return [found(box) for box in self.boxes]

    @override
    def guess(self, picture: Picture) -> Points | None:
        return self.guessed

    @override
    def check(self, picture: Picture, faces: Sequence[FaceBox], selfie: Selfie) -> Sequence[Advice]:
        return self.advice

    @override
    def read(self, photo: Photo, face: int | None, placed: Points | None) -> Selfie:
        picture, path = photo.picture, photo.path
        if placed is not None:
            self.placed.append(placed)
        elif face is None and len(self.boxes) > 1:
            raise SeveralFacesError(f"There are {len(self.boxes)} faces.", len(self.boxes))
        face = face or 1
        landmarks = np.zeros((478, 3), np.float32)
        landmarks[LEFT_EYE, :2], landmarks[RIGHT_EYE, :2], landmarks[[61, 291], :2] = READ
        wide = np.ascontiguousarray(np.resize(picture, (320, 320, 3)))
        wide[0, 0] = face
        return Selfie(
            image=wide[32:288, 32:288],
            wide=wide,
            inside=np.ones((320, 320), np.bool_),
            face=Face(
                score=1.0,
                box=np.array([40, 40, 160, 180], np.float32),
                landmarks=landmarks,
                masks=np.zeros((13, 160, 160), np.float32),
                quad=np.array([[20, 20], [20, 180], [180, 180], [180, 20]], np.float32),
                light=np.ones(3, np.float32),
                skin=None,
                hair=None,
                brows=None,
                expression=np.zeros(52, np.float32),
            ),
            digest="0" * 64,
            path=path,
        )

    @override
    def method(self, schema: AvatarSchema) -> Method:
        return FakeMethod(schema, self.error)


@pytest.fixture(autouse=True)
def _all_closed() -> Iterator[None]:
    """Fail a test that leaves a window behind which was never closed: it would hear the problems of the tests that follow."""
    yield
    left, problems._listeners[:] = list(problems._listeners), []
    assert left == []


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    """An application in the light theme; styling it anew for every test would take most of their time."""
    if not qapp.styleSheet():
        theme.set_up(qapp)
    if theme.LIGHT.canvas != qapp.palette().color(QPalette.ColorRole.Window).name():
        theme.apply(qapp, "light")


@pytest.fixture
def schema() -> AvatarSchema:
    return fake_schema()


@pytest.fixture
def engine(schema: AvatarSchema) -> FakeEngine:
    return FakeEngine(schema)


@pytest.fixture
def rendering(engine: FakeEngine) -> Iterator[Rendering]:
    rendering = Rendering(engine)
    yield rendering
    rendering.close()


@pytest.fixture
def readings() -> FakeReadings:
    return FakeReadings()


@pytest.fixture
def open_window(
    qtbot: QtBot, schema: AvatarSchema, engine: FakeEngine, readings: FakeReadings
) -> Iterator[Callable[[], MainWindow]]:
    """Opens windows; those that are still open are closed without a question."""
    windows: list[MainWindow] = []

    def open_one() -> MainWindow:
        window = MainWindow(schema, Rendering(engine), Estimating(schema, readings), Settings())
        windows.append(window)
        window.resize(1280, 800)
        window.show()
        qtbot.waitUntil(lambda: window.page.avatar_view.render_shown is not None)
        return window

    yield open_one
    for window in windows:
        if window.isVisible():
            window._may_close = window._may_lose_batch = True
            window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: Callable[[], MainWindow]) -> MainWindow:
    return open_window()


@pytest.fixture
def ready(window: MainWindow, photo: Path, qtbot: QtBot) -> MainWindow:
    """A window with a photo and its avatar, and with all parts of the panel made."""
    window.page.files.open_path(photo)
    qtbot.waitUntil(lambda: window.page.avatar.state.estimate is not None)
    for component in window.page.panel.components:
        window.page.panel.open_component(component)
    window.page.panel.open_component("hair")
    window.page.avatar.edit({"head_width": 0.6})
    return window


@pytest.fixture
def photo(tmp_path: Path, engine: FakeEngine) -> Path:
    """A picture of a face."""
    path = tmp_path / "Ada’s selfie.png"
    write_png(path, engine.render(AvatarVector.default(engine.schema), Camera(), 200))
    return path
