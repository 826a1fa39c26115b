from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.label.field_by_field import FieldByField
from app.pages.label.page import LabelPage
from app.settings import Settings
from app.widgets.field_row import NumberRow
from core.errors import LabelError
from core.labels.locking import lock
from core.labels.records import Label
from tests.app.conftest import PREDICTED
from tests.app.fake_engine import FakeEngine
from tests.app.label_photos import FACELESS, make_photos, read_without_networks

NO, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip
NAMES = [f"{letter}.png" for letter in "abcdefg"]


@pytest.fixture(autouse=True)
def _without_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    read_without_networks(monkeypatch)


@pytest.fixture
def page(qtbot: QtBot, open_window: Callable[[], MainWindow], engine: FakeEngine, tmp_path: Path) -> LabelPage:
    """The page of a window with a set of seven photos and one without a face, labelled from predictions."""
    return open_set(qtbot, open_window, engine, tmp_path, blind_share=0.0)


def open_set(
    qtbot: QtBot, open_window: Callable[[], MainWindow], engine: FakeEngine, tmp_path: Path, blind_share: float
) -> LabelPage:
    photos = make_photos(tmp_path / "photos", engine, [*"abcdefg", f"z {FACELESS}"])
    Settings().remember(label_start="prediction")
    window = open_window()
    page = window.label_page
    with qtbot.waitSignal(page.work.set.opened):
        page.work.set.create(tmp_path / "Faces.avatarset", "Faces", "Ada", blind_share)
    window.show_label()
    with qtbot.waitSignal(page.work.set.added):
        page.work.set.add(photos)
    qtbot.waitUntil(lambda: page.overview.grid.photos.rowCount() == 8)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return page


def press(qtbot: QtBot, page: LabelPage, *keys: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
    """Press keys where the focus is, as a person does."""
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget() or page.window(), key, modifier)


def ask(qtbot: QtBot, page: LabelPage, key: str) -> FieldByField:
    """Go to labelling field by field, and to one parameter; wait until everything is there."""
    if page.way is not page.fields:
        press(qtbot, page, Qt.Key.Key_F, modifier=CONTROL | SHIFT)
    assert page.way is page.fields
    fields = page.fields
    while fields.view.question.key != key:
        press(qtbot, page, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: all(fields.work.answer(item.id) is not None for item in fields.work.items))
    settled(qtbot, page)
    return fields


def settled(qtbot: QtBot, page: LabelPage) -> None:
    """Wait until everything is written and read."""
    done = list[None]()
    page.work.set.do(lambda: None, done.append)
    qtbot.waitUntil(lambda: bool(done) and not +page.fields.work._pending)


def label(page: LabelPage, name: str) -> Label | None:
    """What is on the disk."""
    desk = page.work.set.desk
    assert desk is not None
    return desk.labelling.label(next(entry.item.id for entry in page.work.set.entries if entry.item.name == name))


def current(page: LabelPage) -> str:
    entry = page.work.set.entry(page.fields.view.grid.current)
    assert entry is not None
    return entry.item.name


def chosen_names(page: LabelPage) -> list[str]:
    grid = page.fields.view.grid
    return [item.name for item in grid.photos.items if item.id in grid.chosen_ids]


def says(page: LabelPage, name: str) -> list[str]:
    """What stands below a photo."""
    grid = page.fields.view.grid
    row = next(row for row, item in enumerate(grid.photos.items) if item.name == name)
    return str(grid.photos.index(row).data()).split(", ")[1:]


def test_a_digit_chooses_and_goes_to_the_next_photo(qtbot: QtBot, page: LabelPage) -> None:
    fields = ask(qtbot, page, "glasses")
    assert [item.name for item in fields.view.grid.photos.items] == NAMES  # the one without a face is left out
    assert current(page) == "a.png"
    press(qtbot, page, Qt.Key.Key_3)
    assert current(page) == "b.png"
    assert says(page, "a.png") == ["Frame 3", "Chosen"]
    press(qtbot, page, Qt.Key.Key_0, Qt.Key.Key_8)
    assert current(page) == "d.png"
    settled(qtbot, page)
    qtbot.waitUntil(lambda: fields.view.progress.text() == "3 of 7 chosen")

    for name, value in (("a.png", "frame_3"), ("b.png", "none"), ("c.png", "frame_8")):
        made = label(page, name)
        assert made is not None
        assert (made.values["glasses"], made.provenance["glasses"], made.state) == (value, "edited", "draft")
        assert (made.start, made.started_from) == ("prediction", "fake")
        assert made.values["skin_tone"] == PREDICTED["skin_tone"]
        assert made.provenance["skin_tone"] == "predicted"
    assert label(page, "d.png") is None
    assert [entry.state for entry in page.work.set.entries][:4] == ["draft"] * 3 + ["todo"]


def test_time_is_spent_on_the_field_of_the_photo_it_was_spent_on(qtbot: QtBot, page: LabelPage) -> None:
    ask(qtbot, page, "glasses")
    qtbot.wait(300)
    press(qtbot, page, Qt.Key.Key_3)
    settled(qtbot, page)
    desk = page.work.set.desk
    assert desk is not None
    spent = {edit.field: edit.seconds for edit in desk.labelling.history(page.work.set.entries[0].item.id)}
    assert 0.3 <= spent["glasses"] < 60
    assert all(seconds == 0 for field, seconds in spent.items() if field != "glasses")


def test_two_digits_choose_among_many(qtbot: QtBot, page: LabelPage) -> None:
    ask(qtbot, page, "hair_type")
    press(qtbot, page, Qt.Key.Key_2)
    assert current(page) == "a.png"  # one more digit is to come
    press(qtbot, page, Qt.Key.Key_1)
    assert current(page) == "b.png"
    assert says(page, "a.png") == ["Style 20", "Chosen"]


def test_enter_says_that_a_prediction_is_right(qtbot: QtBot, page: LabelPage) -> None:
    fields = ask(qtbot, page, "skin_tone")
    assert says(page, "a.png") == ["Tone 5", "Predicted"]
    press(qtbot, page, Qt.Key.Key_Return)
    assert current(page) == "b.png"
    settled(qtbot, page)
    made = label(page, "a.png")
    assert made is not None
    assert (made.values["skin_tone"], made.provenance["skin_tone"], made.state) == ("tone_05", "edited", "draft")
    assert fields.work.counts([["skin_tone"], ["glasses"]]) == [1, 0]


def test_doubts_are_written_down_and_go_with_the_next_choice(qtbot: QtBot, page: LabelPage) -> None:
    ask(qtbot, page, "glasses")
    press(qtbot, page, Qt.Key.Key_U)
    assert current(page) == "b.png"
    assert says(page, "a.png") == ["None", "Unsure"]
    settled(qtbot, page)
    made = label(page, "a.png")
    assert made is not None
    assert (made.flags, made.state) == (("unsure: glasses",), "draft")
    assert page.work.set.entries[0].flags == ("unsure: glasses",)
    ask(qtbot, page, "skin_tone")
    assert says(page, "a.png") == ["Tone 5", "Predicted"]  # the doubt is about glasses alone
    ask(qtbot, page, "glasses")
    press(qtbot, page, Qt.Key.Key_A, Qt.Key.Key_2)
    settled(qtbot, page)
    assert (made := label(page, "a.png")) is not None
    assert (made.flags, made.values["glasses"]) == ((), "frame_2")


def test_several_photos_get_the_same_and_lose_it_together(qtbot: QtBot, page: LabelPage) -> None:
    fields = ask(qtbot, page, "glasses")
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Right, modifier=SHIFT)
    assert chosen_names(page) == ["a.png", "b.png", "c.png"]
    qtbot.waitUntil(lambda: fields.view.name.whole == "3 photos")
    press(qtbot, page, Qt.Key.Key_4)
    assert chosen_names(page) == ["d.png"]
    press(qtbot, page, Qt.Key.Key_5)
    settled(qtbot, page)
    with qtbot.waitSignal(fields.work.said):
        press(qtbot, page, Qt.Key.Key_Z, modifier=CONTROL)
    assert current(page) == "d.png"
    assert label(page, "d.png").state == "todo"  # type: ignore[union-attr]
    with qtbot.waitSignal(fields.work.said) as said:
        press(qtbot, page, Qt.Key.Key_Z, modifier=CONTROL)
    assert said.args == ["Took back the change to 3 photos."]
    assert current(page) == "a.png"
    assert [says(page, name) for name in NAMES[:3]] == [["None", "Predicted"]] * 3
    assert [entry.state for entry in page.work.set.entries][:4] == ["todo"] * 4
    with qtbot.waitSignal(fields.work.said):
        press(qtbot, page, Qt.Key.Key_Z, modifier=CONTROL | SHIFT)
    assert [says(page, name) for name in NAMES[:4]] == [["Frame 4", "Chosen"]] * 3 + [["None", "Predicted"]]
    assert page.way is page.fields


def test_a_drag_chooses_several(qtbot: QtBot, page: LabelPage) -> None:
    fields = ask(qtbot, page, "glasses")
    grid, left = fields.view.grid, Qt.MouseButton.LeftButton
    cells = [grid.visualRect(grid.photos.index(row)) for row in (1, 3)]
    QTest.mousePress(grid.viewport(), left, NO, cells[0].center())
    for step in range(1, 9):
        QTest.mouseMove(grid.viewport(), cells[0].center() + (cells[1].center() - cells[0].center()) * step / 8)
    QTest.mouseRelease(grid.viewport(), left, NO, cells[1].center())
    assert chosen_names(page) == ["b.png", "c.png", "d.png"]
    tile = next(tile for tile in fields.view._row().chooser.tiles if tile.choice.id == "frame_6")  # type: ignore[attr-defined]
    QTest.mouseClick(tile, left, NO, QPoint(20, 20))
    assert [says(page, name)[0] for name in NAMES[:5]] == ["None", "Frame 6", "Frame 6", "Frame 6", "None"]
    assert chosen_names(page) == ["b.png", "c.png", "d.png"]  # a hand on the mouse goes on itself


def test_arrows_walk_over_the_end_of_a_row(qtbot: QtBot, page: LabelPage) -> None:
    fields = ask(qtbot, page, "glasses")
    grid = fields.view.grid
    tops = {grid.visualRect(grid.photos.index(row)).top() for row in range(7)}
    assert len(tops) > 1
    press(qtbot, page, *[Qt.Key.Key_Right] * 6)
    assert current(page) == "g.png"
    press(qtbot, page, Qt.Key.Key_Right)
    assert current(page) == "g.png"
    press(qtbot, page, Qt.Key.Key_Left, Qt.Key.Key_A)
    assert current(page) == "e.png"
    press(qtbot, page, Qt.Key.Key_D)
    assert current(page) == "f.png"


def test_only_what_was_not_chosen_yet(qtbot: QtBot, page: LabelPage) -> None:
    fields = ask(qtbot, page, "glasses")
    press(qtbot, page, Qt.Key.Key_1, Qt.Key.Key_D, Qt.Key.Key_1)
    assert current(page) == "d.png"
    press(qtbot, page, Qt.Key.Key_A, Qt.Key.Key_A)
    press(qtbot, page, Qt.Key.Key_D, modifier=SHIFT)
    assert current(page) == "d.png"
    fields.view.only_open.click()
    assert [item.name for item in fields.view.grid.photos.items] == ["b.png", "d.png", "e.png", "f.png", "g.png"]
    press(qtbot, page, Qt.Key.Key_2)
    assert [item.name for item in fields.view.grid.photos.items][1] == "d.png"  # what was chosen here stays in place
    ask(qtbot, page, "facial_hair")
    assert len(fields.view.grid.photos.items) == 7
    assert fields.view.box.itemData([one.key for one in fields.view.questions].index("glasses")) == "3 / 7"


def test_numbers_are_chosen_in_nine_steps_or_with_the_slider(qtbot: QtBot, page: LabelPage) -> None:
    fields = ask(qtbot, page, "head_width")
    assert says(page, "a.png") == ["75%", "Predicted"]
    press(qtbot, page, Qt.Key.Key_9, Qt.Key.Key_1, Qt.Key.Key_Comma)
    assert (says(page, "a.png")[0], says(page, "b.png")[0], says(page, "c.png")[0]) == ("100%", "0%", "70%")
    assert current(page) == "c.png"
    press(qtbot, page, Qt.Key.Key_Period)
    assert says(page, "c.png") == ["75%", "Chosen"]
    row = fields.view._row()
    assert isinstance(row, NumberRow)
    settled(qtbot, page)
    QTest.mouseClick(row.slider, Qt.MouseButton.LeftButton, NO, QPoint(row.slider.width() // 2, 12))
    assert says(page, "c.png")[0] == "50%"


def test_a_blend_is_chosen_by_its_pure_shapes(qtbot: QtBot, page: LabelPage) -> None:
    ask(qtbot, page, "head_type")
    assert says(page, "a.png") == ["Round + Oval", "Predicted"]
    press(qtbot, page, Qt.Key.Key_5)
    assert says(page, "a.png") == ["Long", "Chosen"]
    settled(qtbot, page)
    assert (made := label(page, "a.png")) is not None
    assert [made.values[f"head_type_{index}"] for index in range(1, 7)] == [0, 0, 0, 0, 1, 0]


def test_blind_photos_show_no_prediction(
    qtbot: QtBot, open_window: Callable[[], MainWindow], engine: FakeEngine, tmp_path: Path
) -> None:
    page = open_set(qtbot, open_window, engine, tmp_path, blind_share=1.0)
    ask(qtbot, page, "skin_tone")
    assert {tuple(says(page, name)) for name in NAMES} == {("Tone 2", "Blind")}
    press(qtbot, page, Qt.Key.Key_4)
    settled(qtbot, page)
    assert (made := label(page, "a.png")) is not None
    assert (made.start, made.started_from, made.values["skin_tone"]) == ("blind", None, "tone_04")
    assert made.provenance["hair_type"] == "default"


def test_labels_begin_as_the_designer_wants_them_to(qtbot: QtBot, page: LabelPage) -> None:
    fields = ask(qtbot, page, "skin_tone")
    press(qtbot, page, Qt.Key.Key_1)
    settled(qtbot, page)
    fields.view.starts.chosen.emit("blind")
    assert says(page, "a.png") == ["Tone 1", "Chosen"]
    assert says(page, "b.png") == ["Tone 2", "Not chosen"]
    press(qtbot, page, Qt.Key.Key_3)
    settled(qtbot, page)
    assert (made := label(page, "b.png")) is not None
    assert made.start == "blind"


def test_a_label_that_is_begun_stays_as_it_is(qtbot: QtBot, page: LabelPage) -> None:
    page.go_on()
    qtbot.waitUntil(lambda: page.is_labelling and page.work.paper is not None and not page.work.paper.is_waiting)
    page.photos.view.panel.go_to("glasses")
    press(qtbot, page, Qt.Key.Key_5, Qt.Key.Key_Return)
    settled(qtbot, page)
    press(qtbot, page, Qt.Key.Key_Escape)
    ask(qtbot, page, "glasses")
    assert current(page) == "b.png"  # where the designer was
    press(qtbot, page, Qt.Key.Key_A)
    assert says(page, "a.png") == ["Frame 5", "Chosen"]
    press(qtbot, page, Qt.Key.Key_6)
    settled(qtbot, page)
    assert (made := label(page, "a.png")) is not None
    assert (made.state, made.values["glasses"]) == ("done", "frame_6")
    press(qtbot, page, Qt.Key.Key_Escape)
    assert page.overview.isVisible()
    page.work.show(page.work.set.entries[0].item.id)  # nothing of before is remembered
    qtbot.waitUntil(lambda: page.work.paper is not None)
    assert page.work.paper is not None
    assert page.work.paper.vector["glasses"] == "frame_6"


def test_a_frozen_set_stays_as_it_is(qtbot: QtBot, page: LabelPage) -> None:
    fields = ask(qtbot, page, "glasses")
    desk = page.work.set.desk
    assert desk is not None
    press(qtbot, page, Qt.Key.Key_2)
    settled(qtbot, page)
    page.work.set.do(lambda: lock(desk.set))  # in another window, say
    with qtbot.waitSignal(page.work.set.failed) as failed:
        press(qtbot, page, Qt.Key.Key_3)
    assert isinstance(failed.args[0], LabelError)
    qtbot.waitUntil(lambda: says(page, "b.png") == ["None", "Predicted"])
    qtbot.waitUntil(lambda: page.work.set.facts is not None and page.work.set.facts.is_locked)
    fields.view.grid.choose(fields.work.items[3].id)
    with qtbot.waitSignal(fields.work.said) as said:
        press(qtbot, page, Qt.Key.Key_4)
    assert "frozen" in said.args[0]
    assert (current(page), says(page, "d.png")) == ("d.png", ["None", "Predicted"])
    assert label(page, "d.png") is None


def test_what_is_on_its_way_cannot_be_chosen_yet(qtbot: QtBot, page: LabelPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page.work.starts, "ask", lambda *_: None)
    press(qtbot, page, Qt.Key.Key_F, modifier=CONTROL | SHIFT)
    settled(qtbot, page)
    assert says(page, "a.png") == ["Looking…"]
    with qtbot.waitSignal(page.fields.work.said) as said:
        press(qtbot, page, Qt.Key.Key_2)
    assert said.args == ["The prediction is still on its way."]
    assert current(page) == "a.png"


def test_the_filter_of_the_overview_is_kept(qtbot: QtBot, page: LabelPage) -> None:
    page.overview.search.setText("c.png")
    fields = ask(qtbot, page, "glasses")
    assert [item.name for item in fields.view.grid.photos.items] == ["c.png"]
    press(qtbot, page, Qt.Key.Key_Escape)
    assert page.overview.isVisible()
    page.overview.search.setText("nobody")
    press(qtbot, page, Qt.Key.Key_F, modifier=CONTROL | SHIFT)
    assert fields.view.nothing.isVisible()
    press(qtbot, page, Qt.Key.Key_2, Qt.Key.Key_Return, Qt.Key.Key_U, Qt.Key.Key_D, Qt.Key.Key_J, Qt.Key.Key_Comma)
    press(qtbot, page, Qt.Key.Key_D, modifier=SHIFT)
