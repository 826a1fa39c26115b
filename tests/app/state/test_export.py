from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.rendering import Rendering, Shot, Urgency
from app.state.export import Export, Written
from core.avatar.document import AvatarDocument, carried_document
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, Camera
from core.exporting import Order, Turn
from tests.app.fake_engine import FakeEngine

TURN = Order.moving(Turn(12, 1.0), 64, None, "webp")


@pytest.fixture
def vector(schema: AvatarSchema) -> AvatarVector:
    return AvatarVector.default(schema)


def test_written_file_is_what_the_engine_draws(
    qtbot: QtBot, vector: AvatarVector, engine: FakeEngine, rendering: Rendering, tmp_path: Path
) -> None:
    document = AvatarDocument.of(vector)
    export = Export(Order((CAMERAS["side"],), 128), vector, document, rendering)
    with qtbot.waitSignal(export.written) as got:
        export.write(tmp_path / "a.png")
    written: Written = got.args[0]
    pictures: list[np.ndarray] = []
    again = Export(Order((CAMERAS["side"],), 128), vector, None, rendering)
    again.draw(pictures.extend)
    qtbot.waitUntil(lambda: len(pictures) == 1)
    drawn = engine.render(vector, CAMERAS["side"], 128)

    assert (written.path, written.size) == (tmp_path / "a.png", (tmp_path / "a.png").stat().st_size)
    assert carried_document(tmp_path / "a.png") == document
    assert np.array_equal(pictures[0][..., 3], drawn[..., 3])
    solid = drawn[..., 3] == 255
    assert np.array_equal(pictures[0][solid], drawn[solid])


def test_turn_waits_for_everything_else_that_is_to_be_drawn(
    qtbot: QtBot, vector: AvatarVector, engine: FakeEngine, rendering: Rendering, tmp_path: Path
) -> None:
    engine.delay_s = 0.02
    export = Export(TURN, vector, None, rendering)
    frames, others = [], []
    export.progressed.connect(lambda done, _: frames.append(done))
    export.write(tmp_path / "a.webp")
    shot = Shot(vector, Camera(pitch=1.0), 64)
    for number in range(8):
        other = replace(shot, camera=Camera(pitch=float(number)))
        rendering.draw(other, lambda _: others.append(len(frames)), urgency=Urgency.THUMBNAIL)
    with qtbot.waitSignal(export.written):
        pass

    assert len(others) == 8
    assert max(others) <= 1
    assert frames == list(range(1, 13))


def test_stopped_export_asks_for_nothing_more_and_says_nothing(
    qtbot: QtBot, vector: AvatarVector, engine: FakeEngine, rendering: Rendering, tmp_path: Path
) -> None:
    engine.delay_s = 0.02
    export = Export(TURN, vector, None, rendering)
    said: list[object] = []
    with qtbot.waitSignal(export.progressed):
        export.write(tmp_path / "a.webp")
    export.progressed.connect(lambda *_: said.append("progressed"))
    export.failed.connect(said.append)
    with qtbot.waitSignal(export.ended):
        export.stop()
    drawn = engine.num_renders
    qtbot.wait(150)

    assert said == []
    assert engine.num_renders <= drawn + 1
    assert list(tmp_path.iterdir()) == []
