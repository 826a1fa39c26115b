from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.rendering import Rendering
from app.widgets.export_dialog import WHATS, ExportChoice, ExportDialog, in_bytes, in_seconds
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, Camera
from tests.app.fake_engine import FakeEngine


@pytest.fixture
def open_dialog(qtbot: QtBot, schema: AvatarSchema, rendering: Rendering) -> Callable[[ExportChoice], ExportDialog]:
    def open_one(choice: ExportChoice) -> ExportDialog:
        dialog = ExportDialog(AvatarVector.default(schema), Camera(yaw=12.0), choice, rendering)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return open_one


def press(dialog: ExportDialog, name: str) -> None:
    next(b for b in dialog.findChildren(QAbstractButton) if b.accessibleName() == name).click()


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 kB"), (499, "0 kB"), (36_400, "36 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (2e6, "2.0 MB")]
)
def test_sizes_in_words(count: int, words: str) -> None:
    assert in_bytes(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (36.4, "36 s"), (89.9, "90 s"), (90, "2 minutes"), (290, "5 minutes")]
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert in_seconds(seconds) == words


def test_nonsense_in_the_settings_becomes_the_default_and_the_rest_stays() -> None:
    wrong = ExportChoice("film", "below", 300, "plaid", False, "mp4", 2048, 7, 0)

    assert wrong.sound() == ExportChoice(embeds=False)
    assert ExportChoice("turn", "side", 256, "rose", False, "gif", 256, 24, 6).sound().frames == 24


def test_view_of_the_window_is_what_is_exported(open_dialog: Callable[[ExportChoice], ExportDialog]) -> None:
    dialog = open_dialog(ExportChoice())
    assert dialog.order.cameras == (Camera(yaw=12.0),)
    press(dialog, "View: Side")
    assert dialog.order.cameras == (CAMERAS["side"],)


def test_dialog_says_what_is_in_the_file_and_what_it_takes(
    qtbot: QtBot, open_dialog: Callable[[ExportChoice], ExportDialog], engine: FakeEngine
) -> None:
    engine.delay_s = 0.3
    dialog = open_dialog(ExportChoice())
    assert "never in the file" in dialog.note.text()
    press(dialog, "Embed the avatar")
    assert "nothing but the picture" in dialog.note.text()
    assert "never in the file" in dialog.note.text()
    press(dialog, "Export: Turntable")
    qtbot.waitUntil(lambda: "to draw" in dialog.estimate.text())
    assert dialog.pace is not None
    expected = in_seconds(dialog.order.likely_seconds(*dialog.pace))

    assert dialog.estimate.text() == f"About {in_bytes(dialog.order.likely_bytes())}, about {expected} to draw"


def test_dialog_keeps_its_size_and_fits_the_smallest_window(open_dialog: Callable[[ExportChoice], ExportDialog]) -> None:
    dialog = open_dialog(ExportChoice())
    sizes = set()
    for _, name in WHATS:
        press(dialog, f"Export: {name}")
        sizes.add((dialog.sizeHint().height() <= dialog.height(), dialog.height()))

    assert len(sizes) == 1
    assert dialog.width() <= 1024 - 32
    assert dialog.height() <= 640 - 32


def test_only_what_belongs_to_a_choice_is_there(open_dialog: Callable[[ExportChoice], ExportDialog]) -> None:
    dialog = open_dialog(ExportChoice())
    there = {
        "Picture": {"view", "size_box", "background", "embed", "copy_button"},
        "Three views": {"size_box", "background", "embed", "copy_button"},
        "Turntable": {"kind", "turn_size_box", "frames_box", "seconds_box", "background"},
        "Avatar": set(),
    }
    everything = set().union(*there.values())
    for name, expected in there.items():
        press(dialog, f"Export: {name}")
        assert {one for one in everything if getattr(dialog, one).isVisible()} == expected


def test_enter_saves_and_escape_leaves(qtbot: QtBot, open_dialog: Callable[[ExportChoice], ExportDialog]) -> None:
    dialog = open_dialog(ExportChoice())
    with qtbot.waitSignal(dialog.save_wanted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert not dialog.isVisible()
