from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.label.team import LabelTeam, in_order
from app.state.label_settling import Sitting
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector, Value
from core.labels.adding import add_photos
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.locking import lock
from core.labels.overview import View, entries
from core.labels.records import SETTLED, Item, Label
from core.reporting import SilentReporter
from tests.app.fake_engine import FakeEngine
from tests.app.label_photos import make_photos, read_without_networks

NO, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip
LEFT = Qt.MouseButton.LeftButton

SAID: Mapping[str, Mapping[str, Mapping[str, Value]]] = {
    "a.png": {
        "Ada": {"glasses": "frame_1", "head_width": 0.2},
        "Bo": {"glasses": "frame_2", "head_width": 0.6},
        "Cid": {"glasses": "frame_1", "head_width": 0.25},
    },
    "b.png": {"Ada": {"glasses": "frame_3"}, "Bo": {"glasses": "frame_3"}},
    "c.png": {"Ada": {"skin_tone": "tone_02"}, "Bo": {"skin_tone": "tone_03"}},
    "d.png": {"Ada": {"glasses": "frame_4"}},
}
"""What designers say of photos, where it is not the default."""


@pytest.fixture
def path(tmp_path: Path, engine: FakeEngine, schema: AvatarSchema, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A set of four photos that three designers labelled."""
    read_without_networks(monkeypatch)
    photos = make_photos(tmp_path / "photos", engine, ["a", "b", "c", "d"])
    path = tmp_path / "Faces.avatarset"
    with EvaluationSet.create(path, "Faces", [schema], 0.0) as made:
        add_photos(made, photos, SilentReporter())
        for item in items(made):
            for designer, values in SAID[item.name].items():
                say(made, schema, item, designer, values)
    return path


def items(evaluation_set: EvaluationSet) -> list[Item]:
    return [entry.item for entry in entries(evaluation_set, View("", "fake"))]


def say(made: EvaluationSet, schema: AvatarSchema, item: Item, designer: str, values: Mapping[str, Value], take: int = 1) -> None:
    labelling = Labelling(made, schema, designer, take)
    labelling.begin(item.id, "prediction", AvatarVector.from_values(schema, values), "fake")
    labelling.set_state(item.id, "done")


def settled(path: Path, schema: AvatarSchema) -> dict[str, Label]:
    """What is settled on, by the photo's name."""
    with EvaluationSet.open(path) as opened:
        labelling = Labelling(opened, schema, "reader")
        labelling.designer = SETTLED
        found = {item.name: labelling.label(item.id) for item in items(opened)}
    return {name: label for name, label in found.items() if label is not None}


@pytest.fixture
def team(qtbot: QtBot, window: MainWindow, path: Path) -> LabelTeam:
    """The window's page on the set, as Ada."""
    window._settings.remember(designer="Ada", label_set=str(path))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.label_page.work.set.opened):
        press(qtbot, window, Qt.Key.Key_2, CONTROL)
    qtbot.waitUntil(lambda: window.label_page.overview.grid.photos.rowCount() == 4)
    return window.label_page.team


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
    """Press a key where the focus is, as a person does."""
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def compare(qtbot: QtBot, window: MainWindow, team: LabelTeam) -> None:
    press(qtbot, window, Qt.Key.Key_A, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: bool(team.table.sections))


def settle(qtbot: QtBot, window: MainWindow, team: LabelTeam) -> None:
    press(qtbot, window, Qt.Key.Key_D, CONTROL | SHIFT)
    looks_at(qtbot, team, "a.png")


def looks_at(qtbot: QtBot, team: LabelTeam, name: str) -> None:
    qtbot.waitUntil(lambda: team.settling.standing is not None and team.settling.standing.name == name)


def written(qtbot: QtBot, team: LabelTeam) -> None:
    qtbot.waitUntil(lambda: team.settlement._pending == 0)


def asked(team: LabelTeam) -> list[tuple[str, bool]]:
    return [(row.question.key, row.is_open) for row in team.settling.rows]


def click_row(qtbot: QtBot, team: LabelTeam, parameter_id: str) -> None:
    table = team.table.table
    row = table.lines.row_of(parameter_id)
    assert row is not None
    table.scrollTo(table.lines.index(row))
    place = table.visualRect(table.lines.index(row)).center()
    qtbot.mouseClick(table.viewport(), LEFT, NO, place)


def test_the_table_compares_two_designers_and_lists_where_they_differ(qtbot: QtBot, window: MainWindow, team: LabelTeam) -> None:
    compare(qtbot, window, team)
    table = team.table
    assert [table.who.itemText(place) for place in range(table.who.count())] == ["Ada and Bo", "Ada and Cid", "Bo and Cid"]
    choices, numbers = table.sections
    assert [(line.parameter.id, line.value_text) for line in choices.lines[:2]] == [("skin_tone", "67 %"), ("glasses", "67 %")]
    assert (numbers.lines[0].parameter.id, numbers.lines[0].value_text) == ("head_width", "13.3")
    assert table.about.whole.startswith("3 photos.")

    click_row(qtbot, team, "glasses")
    (shown,) = table.differ.rows.found
    assert (shown[0].name, shown[1].first, shown[1].second) == ("a.png", "frame_1", "frame_2")
    press(qtbot, window, Qt.Key.Key_Down)
    assert table.differ.rows.rowCount() == 0  # they agree on the next one

    click_row(qtbot, team, "head_width")
    rect = table.differ.visualRect(table.differ.rows.index(0))
    qtbot.mouseClick(table.differ.viewport(), LEFT, NO, rect.center())
    looks_at(qtbot, team, "a.png")
    assert team.settling.rows[team.settling._current].question.key == "head_width"


def test_another_pair_is_measured_when_it_is_chosen(qtbot: QtBot, window: MainWindow, team: LabelTeam) -> None:
    compare(qtbot, window, team)
    who = team.table.who
    who.setFocus()
    qtbot.keyClick(who, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: team.table.about.whole.startswith("1 photo."))
    assert team.table.comparison is not None
    assert team.table.comparison.name == "Ada and Cid"
    assert {line.interval_text for section in team.table.sections for line in section.lines} == {""}  # one photo has none


def test_takes_are_compared_and_what_was_labelled_meanwhile_is_seen(
    qtbot: QtBot, window: MainWindow, team: LabelTeam, path: Path, schema: AvatarSchema
) -> None:
    compare(qtbot, window, team)
    with EvaluationSet.open(path) as opened:
        say(opened, schema, items(opened)[0], "Ada", {"glasses": "frame_5"}, take=2)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.label_page.overview.isVisible()
    compare(qtbot, window, team)
    qtbot.waitUntil(lambda: team.table.who.count() == 4)
    team.table.who.setFocus()
    qtbot.keyClick(team.table.who, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: bool(team.table.sections) and team.table.sections[0].lines[0].parameter.id == "glasses")
    assert team.table.who.currentText() == "Ada, first and second time"
    click_row(qtbot, team, "glasses")
    rect = team.table.differ.visualRect(team.table.differ.rows.index(0))
    qtbot.mouseClick(team.table.differ.viewport(), LEFT, NO, rect.center())
    qtbot.waitUntil(lambda: window.label_page.is_labelling)  # a photo of one's own is looked at again, not settled


def test_nothing_to_compare_says_what_to_do(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, schema: AvatarSchema, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_without_networks(monkeypatch)
    path = tmp_path / "new.avatarset"
    with EvaluationSet.create(path, "New", [schema], 0.0) as made:
        add_photos(made, make_photos(tmp_path / "photos", engine, ["a"]), SilentReporter())
    window._settings.remember(designer="Ada", label_set=str(path))
    with qtbot.waitSignal(window.label_page.work.set.opened):
        window.show_label()
    team = window.label_page.team
    window.label_page.show_agreement()
    qtbot.waitUntil(lambda: "Two designers have to finish the same photos" in team.table.nothing.text)
    assert not team.table.settle.isVisible()
    assert not team.table.copy.isEnabled()
    window.label_page.settle_differences()
    qtbot.waitUntil(lambda: "No two designers differ" in team.settling.nothing.text)


@pytest.mark.usefixtures("team")
def test_nothing_is_told_while_photos_are_labelled_a_second_time(qtbot: QtBot, window: MainWindow) -> None:
    page = window.label_page
    with qtbot.waitSignal(page.work.set.opened):
        page.work.set.open(page.work.set.location, "Ada", again=2)
    for key in (Qt.Key.Key_A, Qt.Key.Key_D):
        press(qtbot, window, key, CONTROL | SHIFT)
        assert page.overview.isVisible()
        assert "a second time" in page.notice.text
        page.notice.hide()


def test_a_note_that_is_being_written_is_kept(qtbot: QtBot, window: MainWindow, team: LabelTeam) -> None:
    page = window.label_page
    page.work.show(page.work.set.entries[1].item.id)
    qtbot.waitUntil(lambda: page.is_labelling)
    press(qtbot, window, Qt.Key.Key_T)
    qtbot.keyClicks(page.photos.view.note, "glare")
    compare(qtbot, window, team)
    qtbot.waitUntil(lambda: page.work.set.entries[1].has_note)


def test_the_table_is_copied(qtbot: QtBot, window: MainWindow, team: LabelTeam) -> None:
    compare(qtbot, window, team)
    for place, beginning in ((0, "**Ada and Bo**"), (1, "compared,parameter,measure,")):
        qtbot.mouseClick(team.table.copy, LEFT)
        menu = next(one for one in team.table.findChildren(QMenu) if one.isVisible())
        menu.actions()[place].trigger()
        menu.close()
        assert QGuiApplication.clipboard().text().startswith(beginning)


def test_how_different_avatars_look_is_drawn_when_asked_for(
    qtbot: QtBot, window: MainWindow, team: LabelTeam, engine: FakeEngine
) -> None:
    compare(qtbot, window, team)
    qtbot.mouseClick(team.table.draw_button, LEFT)
    qtbot.waitUntil(lambda: "ΔE apart" in team.table.looks.text())
    assert not team.table.stop_button.isVisible()
    drawn = engine.num_renders
    team.table.draw_wanted.emit(team.table.comparison)  # what was drawn is kept
    qtbot.waitUntil(lambda: "ΔE apart" in team.table.looks.text())
    assert engine.num_renders == drawn


def test_drawing_is_stopped(qtbot: QtBot, window: MainWindow, team: LabelTeam, engine: FakeEngine) -> None:
    compare(qtbot, window, team)
    engine.delay_s = 0.05
    qtbot.mouseClick(team.table.draw_button, LEFT)
    qtbot.waitUntil(team.table.stop_button.isVisible)
    assert team.table.looks.text().startswith("Drawing avatars: 0 of 3")
    qtbot.mouseClick(team.table.stop_button, LEFT)
    assert team.table.looks.text() == ""
    assert team.table.draw_button.isVisible()
    qtbot.wait(1200)  # enough for all three
    assert team.agreement._distances == {}
    assert team.table.looks.text() == ""


def test_differences_are_settled_by_keys_alone(
    qtbot: QtBot, window: MainWindow, team: LabelTeam, path: Path, schema: AvatarSchema
) -> None:
    settle(qtbot, window, team)
    assert asked(team) == [("head_width", True), ("glasses", True)]
    assert team.settling.left.text() == "1 of 2   ·   2 left"
    letters = [row.sayings[0].who for row in team.settling.rows]
    assert letters[0] == (0,)

    press(qtbot, window, Qt.Key.Key_4)  # what lies between
    assert asked(team) == [("head_width", False), ("glasses", True)]
    assert team.settling._current == 1  # on to the next one
    frame = team.settling.rows[1].sayings[1].choice.values["glasses"]
    press(qtbot, window, Qt.Key.Key_2)
    assert asked(team) == [("head_width", False), ("glasses", False)]
    assert team.settling.accept.text() == "Next photo"
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, team, "c.png")
    written(qtbot, team)
    label = settled(path, schema)["a.png"]
    assert (label.values["head_width"], label.values["glasses"], label.state, label.started_from) == (0.4, frame, "done", "Ada")

    press(qtbot, window, Qt.Key.Key_1)
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Everything is settled" in team.settling.nothing.text)
    written(qtbot, team)
    assert {name: label.state for name, label in settled(path, schema).items()} == {"a.png": "done", "c.png": "done"}

    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.label_page.overview.isVisible()
    press(qtbot, window, Qt.Key.Key_D, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: "all 2 photos" in team.settling.nothing.text)


def test_enter_leaves_nothing_open_behind_without_a_word(qtbot: QtBot, window: MainWindow, team: LabelTeam) -> None:
    settle(qtbot, window, team)
    for place in (1, 0, 1):
        press(qtbot, window, Qt.Key.Key_Return)
        assert team.settling._current == place
    press(qtbot, window, Qt.Key.Key_D)  # the photo is left as it is
    looks_at(qtbot, team, "c.png")
    assert team.settling.left.text() == "2 of 2   ·   2 left"
    press(qtbot, window, Qt.Key.Key_A)
    looks_at(qtbot, team, "a.png")


def test_undo_goes_back_to_the_photo_and_redo_forward(
    qtbot: QtBot, window: MainWindow, team: LabelTeam, path: Path, schema: AvatarSchema
) -> None:
    settle(qtbot, window, team)
    press(qtbot, window, Qt.Key.Key_1)
    press(qtbot, window, Qt.Key.Key_1)
    written(qtbot, team)
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, team, "c.png")
    with qtbot.waitSignal(team.settlement.said):
        press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    looks_at(qtbot, team, "a.png")
    assert asked(team) == [("head_width", False), ("glasses", True)]
    assert team.settling.left.text() == "1 of 2   ·   2 left"
    assert settled(path, schema)["a.png"].state == "draft"
    with qtbot.waitSignal(team.settlement.said):
        press(qtbot, window, Qt.Key.Key_Z, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: asked(team) == [("head_width", False), ("glasses", False)])
    assert settled(path, schema)["a.png"].state == "done"
    for _ in range(2):
        with qtbot.waitSignal(team.settlement.said):
            press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: asked(team) == [("head_width", True), ("glasses", True)])
    with qtbot.waitSignal(team.settlement.said) as said:
        press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert said.args == ["There is nothing to take back."]


def test_something_that_nobody_says_is_chosen_in_the_panel(
    qtbot: QtBot, window: MainWindow, team: LabelTeam, path: Path, schema: AvatarSchema
) -> None:
    settle(qtbot, window, team)
    press(qtbot, window, Qt.Key.Key_J)
    row = team.settling.rows[1]
    qtbot.mouseClick(row.other, LEFT)
    assert team.settling.panel.isVisible()
    press(qtbot, window, Qt.Key.Key_Right)
    written(qtbot, team)
    assert team.settling.standing is not None
    chosen = team.settling.standing.avatar["glasses"]
    assert chosen not in ("none", "frame_1")
    press(qtbot, window, Qt.Key.Key_Escape)  # back to the differences, not to all photos
    assert row.isVisible()
    assert asked(team) == [("head_width", True), ("glasses", False)]
    assert settled(path, schema)["a.png"].values["glasses"] == chosen


def words_of(view: QWidget) -> str:
    """All that can be read or heard in a view."""
    found = [one.text() for one in view.findChildren(QLabel)] + [one.text() for one in view.findChildren(QAbstractButton)]
    found += [text for one in view.findChildren(QWidget) for text in (one.toolTip(), one.accessibleName())]
    return " ".join(found)


def test_names_are_hidden_until_they_are_asked_for(qtbot: QtBot, window: MainWindow, team: LabelTeam) -> None:
    settle(qtbot, window, team)
    view = team.settling
    assert not any(name in words_of(view) for name in ("Ada", "Bo", "Cid"))
    assert view.standing is not None
    names = list(view.standing.designers)
    qtbot.mouseClick(view.names, LEFT)
    assert all(name in words_of(view) for name in names)
    glasses = view.rows[1]
    for saying, label in zip(glasses.sayings, glasses._who, strict=True):
        assert {names[place] for place in saying.who} == set(label.text().split())
    assert sorted(label.text() for label in glasses._who)[1] == "Bo"
    qtbot.mouseClick(view.names, LEFT)
    assert not any(name in words_of(view) for name in names)


def test_nobody_is_known_by_their_place(schema: AvatarSchema) -> None:
    avatars = dict.fromkeys(("Ada", "Bo", "Cid"), AvatarVector.default(schema))
    orders = set()
    for number in range(40):
        item = Item(number, f"{number:064}", "", "", 1, 1, number, False, None, None, datetime.now(UTC))
        names, _ = in_order(Sitting(item, None, avatars, avatars["Ada"], {}))
        assert names == in_order(Sitting(item, None, avatars, avatars["Ada"], {}))[0]
        orders.add(tuple(names))
    assert len(orders) == 6  # all there are


def test_what_the_store_refuses_is_told_and_open_again(
    qtbot: QtBot, window: MainWindow, team: LabelTeam, path: Path, schema: AvatarSchema
) -> None:
    settle(qtbot, window, team)
    with EvaluationSet.open(path) as opened:
        lock(opened)
    press(qtbot, window, Qt.Key.Key_1)
    qtbot.waitUntil(window.label_page.notice.isVisible)
    assert "frozen" in window.label_page.notice.text
    qtbot.waitUntil(lambda: asked(team) == [("head_width", True), ("glasses", True)])
    assert settled(path, schema) == {}


def test_what_was_chosen_last_is_kept_when_one_leaves_at_once(
    qtbot: QtBot, window: MainWindow, team: LabelTeam, path: Path, schema: AvatarSchema
) -> None:
    settle(qtbot, window, team)
    press(qtbot, window, Qt.Key.Key_1)
    press(qtbot, window, Qt.Key.Key_Escape)
    written(qtbot, team)
    assert settled(path, schema)["a.png"].provenance["head_width"] == "edited"
    assert not window.label_page.notice.isVisible()
    settle(qtbot, window, team)
    assert asked(team) == [("head_width", False), ("glasses", True)]


def test_another_set_takes_its_place_while_one_is_settled(
    qtbot: QtBot, window: MainWindow, team: LabelTeam, tmp_path: Path, schema: AvatarSchema
) -> None:
    settle(qtbot, window, team)
    other = tmp_path / "other.avatarset"
    EvaluationSet.create(other, "Other", [schema], 0.0).close()
    with qtbot.waitSignal(window.label_page.work.set.opened):
        window.label_page.work.set.open(str(other), "Ada")
    assert window.label_page.overview.isVisible()
    assert team.settlement.sitting is None
    press(qtbot, window, Qt.Key.Key_D, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: "No two designers differ" in team.settling.nothing.text)


def test_a_closed_window_waits_for_what_was_settled(
    qtbot: QtBot, open_window: Callable[[], MainWindow], path: Path, schema: AvatarSchema
) -> None:
    window = open_window()
    window._settings.remember(designer="Ada", label_set=str(path))
    with qtbot.waitSignal(window.label_page.work.set.opened):
        window.show_label()
    team = window.label_page.team
    window.label_page.settle_differences()
    looks_at(qtbot, team, "a.png")
    assert team.settling.choose_by_key("1")
    window.close()
    assert settled(path, schema)["a.png"].provenance["head_width"] == "edited"
