from dataclasses import replace
from typing import Never

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.rendering import Render, Rendering, Shot, Urgency, to_qimage
from core.avatar.vector import AvatarVector
from core.engines import Camera
from core.errors import EngineError
from tests.app.fake_engine import FakeEngine


class RefusingEngine(FakeEngine):
    """Has no graphics adapter."""

    @override
    def render(self, *_: object) -> Never:
        raise EngineError("No graphics adapter was found. Install mesa-vulkan-drivers.")


def shot(engine: FakeEngine, size: int = 64, **values: object) -> Shot:
    return Shot(AvatarVector.default(engine.schema).with_values(values), Camera(), size)  # type: ignore[arg-type]


def test_picture_is_the_engines(qtbot: QtBot, rendering: Rendering, engine: FakeEngine) -> None:
    got: list[Render] = []
    rendering.draw(shot(engine), got.append)
    qtbot.waitUntil(lambda: bool(got))
    expected = engine.render(got[0].shot.vector, Camera(), 64)
    middle = got[0].image.pixelColor(32, 40)

    assert (middle.red(), middle.green(), middle.blue()) == tuple(expected[40, 32, :3])
    assert got[0].image.pixelColor(0, 0).alpha() == 0


def test_what_was_drawn_lately_comes_back_at_once(qtbot: QtBot, rendering: Rendering, engine: FakeEngine) -> None:
    got: list[Render] = []
    rendering.draw(shot(engine), got.append)
    qtbot.waitUntil(lambda: len(got) == 1)
    rendering.draw(shot(engine), got.append)

    assert len(got) == 2
    assert engine.num_renders == 1
    rendering.draw(shot(engine, head_width=0.9), got.append)
    assert len(got) == 2


def test_drags_are_not_kept(qtbot: QtBot, rendering: Rendering, engine: FakeEngine) -> None:
    got: list[Render] = []
    for _ in range(2):
        rendering.draw(shot(engine), got.append, urgency=Urgency.DRAG)
        qtbot.waitUntil(lambda: bool(got))
        got.clear()

    assert engine.num_renders == 2


def test_cache_forgets_the_oldest(
    qtbot: QtBot, rendering: Rendering, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.rendering.CACHE_BYTES", 2 * 64 * 64 * 4)
    got: list[Render] = []
    for width in (0.1, 0.2, 0.3, 0.1):
        got.clear()
        rendering.draw(shot(engine, head_width=width), got.append)
        qtbot.waitUntil(lambda: bool(got))

    assert engine.num_renders == 4


def test_a_very_large_picture_pushes_out_nothing(
    qtbot: QtBot, rendering: Rendering, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.rendering.LARGEST_KEPT", 64 * 64 * 4)
    got: list[Render] = []
    for size in (64, 65):
        got.clear()
        rendering.draw(replace(shot(engine), size=size), got.append)
        qtbot.waitUntil(lambda: bool(got))

    assert rendering.has(shot(engine))
    assert not rendering.has(replace(shot(engine), size=65))


def test_engine_that_cannot_draw_fails_each_request(qtbot: QtBot) -> None:
    rendering = Rendering(RefusingEngine())
    errors: list[Exception] = []
    rendering.draw(shot(FakeEngine()), lambda _: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    rendering.close()

    assert str(errors[0]).startswith("No graphics adapter was found.")


def test_closing_closes_the_engine(rendering: Rendering, engine: FakeEngine, qtbot: QtBot) -> None:
    got: list[Render] = []
    rendering.draw(shot(engine), got.append)
    qtbot.waitUntil(lambda: bool(got))
    rendering.close()

    assert engine.is_closed


def test_image_owns_its_pixels() -> None:
    picture = np.full((4, 6, 3), 200, np.uint8)
    image = to_qimage(picture)
    picture[:] = 0

    assert (image.width(), image.height()) == (6, 4)
    assert image.pixelColor(0, 0) == QColor(200, 200, 200)
