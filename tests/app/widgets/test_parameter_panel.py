import dataclasses

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.rendering import Rendering
from app.widgets import parameter_panel
from app.widgets.blend_row import BlendRow
from app.widgets.color_row import ColorRow
from app.widgets.field_row import ChoiceRow, FieldMark, NumberRow
from app.widgets.option_gallery import OptionGallery
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.swatches import Swatches
from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter
from core.avatar.vector import AvatarVector
from core.engines import ENGINES, engine_schema


@pytest.fixture(autouse=True)
def _in_one_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is just now."""
    monkeypatch.setattr(parameter_panel, "SLICE_S", 60.0)


@pytest.fixture
def panel(qtbot: QtBot, schema: AvatarSchema, rendering: Rendering) -> ParameterPanel:
    panel = ParameterPanel(schema, rendering)
    qtbot.addWidget(panel)
    panel.resize(420, 700)
    panel.show()
    return panel


def test_every_parameter_has_one_row_of_its_kind(panel: ParameterPanel, schema: AvatarSchema) -> None:
    rows = [panel.row(parameter.id) for parameter in schema]

    assert sorted(key for row in set(rows) for key in row.parameter_ids) == sorted(p.id for p in schema)
    for parameter in schema:
        row = panel.row(parameter.id)
        if isinstance(parameter, ContinuousParameter):
            assert isinstance(row, BlendRow if parameter.blend else NumberRow)
        else:
            assert isinstance(row, ChoiceRow)
            assert isinstance(row.chooser, Swatches if parameter.options[-1].srgb else OptionGallery)


@pytest.mark.parametrize("name", list(ENGINES))
def test_any_engine_gets_a_panel(qtbot: QtBot, rendering: Rendering, name: str) -> None:
    schema = engine_schema(name)
    panel = ParameterPanel(schema, rendering)
    qtbot.addWidget(panel)
    panel.set_vector(AvatarVector.default(schema))

    assert {key for p in schema for key in panel.row(p.id).parameter_ids} == {p.id for p in schema}


def test_engine_without_parameters_of_a_kind_is_fine(qtbot: QtBot, rendering: Rendering) -> None:
    schema = AvatarSchema("bare", 1, (ContinuousParameter("antler_size", "Size", "antlers"),), ())
    panel = ParameterPanel(schema, rendering)
    qtbot.addWidget(panel)

    assert panel.components == ("antlers",)


def test_a_row_of_another_panel_is_not_the_current_one(qtbot: QtBot, rendering: Rendering, schema: AvatarSchema) -> None:
    first, second = ParameterPanel(schema, rendering), ParameterPanel(schema, rendering)
    for panel in (first, second):
        qtbot.addWidget(panel)
        panel.show()
    first.activateWindow()
    qtbot.waitUntil(first.isActiveWindow)
    first.first_row().take_focus()

    assert first.current_row() is first.first_row()
    assert second.current_row() is None


def test_rows_show_the_avatar(panel: ParameterPanel, schema: AvatarSchema) -> None:
    panel.set_vector(AvatarVector.default(schema).with_values({"head_width": 0.25, "head_type_1": 0.0, "head_type_4": 1.0}))
    width, shape = panel.row("head_width"), panel.row("head_type_1")

    assert isinstance(width, NumberRow)
    assert (width.number.text(), width.slider.value()) == ("25", 250)
    assert shape._value.text() == "Heart"


def test_section_opened_later_shows_the_same_avatar(panel: ParameterPanel, schema: AvatarSchema) -> None:
    panel.set_vector(AvatarVector.default(schema).with_value("hair_color", "red"))
    panel.open_component("hair")

    assert panel.row("hair_color")._value.text() == "Red"


def test_filter_shows_what_is_called_so(qtbot: QtBot, panel: ParameterPanel) -> None:
    qtbot.keyClicks(panel.filter, "mouth width")
    shown = [row for row in panel.findChildren(NumberRow) if row.isVisible()]

    assert [row.parameter_ids for row in shown] == [("mouth_width",)]
    panel.filter.setText("xyz")
    assert panel._nothing.isVisible()
    panel.filter.clear()
    assert panel.row("head_width").isVisible()
    assert not panel.row("mouth_width").isVisible()


def test_unsure_values_are_walked_through(panel: ParameterPanel) -> None:
    panel.set_marks({key: FieldMark(is_unsure=True) for key in ("eye_size", "hair_type")})
    walked = []
    for _ in range(3):
        panel.go_to_next_unsure()
        row = panel.current_row()
        assert row is not None
        walked.append(row.parameter_ids[0])

    assert walked == ["hair_type", "eye_size", "hair_type"]


def test_what_is_not_chosen_is_ringed_and_walked_through(panel: ParameterPanel, schema: AvatarSchema) -> None:
    eyes = [p.id for p in schema if p.component == "eyes"]
    panel.set_marks({key: FieldMark(is_open=True) for key in (*eyes, "glasses")})
    tabs = {tab.text(): tab for tab in panel.strip.findChildren(QAbstractButton)}
    told = {name: tab.accessibleDescription() for name, tab in tabs.items() if tab.accessibleDescription()}
    assert told == {"Eyes": "4 not chosen yet", "Glasses": "1 not chosen yet"}  # a shape is one, however many it is mixed of
    panel.open_component("eyes")
    shape = panel.row(eyes[0])
    assert shape._open.isVisible()
    panel.go_to_next_unsure()
    assert panel.current_row() is shape
    panel.set_marks({"eye_size": FieldMark(is_open=True), eyes[0]: FieldMark(is_open=True)})  # one of its weights was chosen
    assert shape._open.isHidden()
    assert tabs["Eyes"].toolTip() == "Eyes: 1 not chosen yet"
    assert tabs["Glasses"].toolTip() == "Glasses"


def test_row_that_changes_nothing_to_be_seen_is_hidden(qtbot: QtBot, schema: AvatarSchema, rendering: Rendering) -> None:
    scarf = DiscreteParameter(
        "scarf_color", "Scarf", "hair", schema.discrete[4].options, "brown", "extra", seen_with={"hair_type": ("style_7",)}
    )
    schema = dataclasses.replace(schema, discrete=(*schema.discrete, scarf))
    panel = ParameterPanel(schema, rendering)
    qtbot.addWidget(panel)
    panel.show()
    default = AvatarVector.default(schema)
    panel.set_vector(default)
    panel.open_component("hair")
    shown = [panel.row("scarf_color").isVisible()]
    for style in ("style_7", "bald"):
        panel.set_vector(default.with_value("hair_type", style))
        shown.append(panel.row("scarf_color").isVisible())
    panel.filter.setText("scarf")
    shown.append(panel.row("scarf_color").isVisible())

    assert shown == [False, True, False, False]
    assert not panel.row("hair_type").isVisible()


def test_arrows_walk_through_the_rows(qtbot: QtBot, panel: ParameterPanel) -> None:
    panel.go_to("head_width")
    row = panel.current_row()
    assert isinstance(row, NumberRow)
    qtbot.keyClick(row.slider, Qt.Key.Key_Down)
    following = panel.current_row()
    assert isinstance(following, NumberRow)
    assert following.parameter_ids == ("head_length",)
    qtbot.keyClick(following.slider, Qt.Key.Key_Up)

    assert panel.current_row() is row


def test_likely_options_stand_first_and_can_be_taken(qtbot: QtBot, panel: ParameterPanel) -> None:
    panel.open_component("hair")
    row = panel.row("hair_type")
    assert isinstance(row, ChoiceRow)
    panel.set_marks({"hair_type": FieldMark(best=(("style_9", 0.4), ("style_2", 0.3), ("bald", 0.1)))})
    first = [tile.choice.id for tile in row.chooser.tiles[:5]]
    tips = [tile.toolTip() for tile in row.chooser.tiles[:4]]
    with qtbot.waitSignal(panel.edited) as signal:
        row.take_best(1)
    panel.set_marks({})

    assert first == ["style_9", "style_2", "bald", "style_1", "style_3"]
    assert tips == ["Style 9  40 % likely", "Style 2  30 % likely", "Bald  10 % likely", "Style 1"]
    assert signal.args == [{"hair_type": "style_2"}]
    assert [tile.choice.id for tile in row.chooser.tiles[:3]] == ["bald", "style_1", "style_2"]


def test_wishes_of_all_rows_come_out(qtbot: QtBot, panel: ParameterPanel) -> None:
    panel.open_component("glasses")
    tile = next(b for b in panel.row("glasses").findChildren(QAbstractButton) if b.accessibleName().endswith("Frame 3"))
    with qtbot.waitSignal(panel.edited) as signal:
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)

    assert signal.args == [{"glasses": "frame_3"}]


BEST = (("brow_5", 0.31), ("brow_1", 0.3), ("brow_8", 0.1))
DOUBTFUL = {"brow_type": FieldMark(is_unsure=True, was_unsure=True, best=BEST)}


def shares(row: ChoiceRow) -> list[tuple[str, str]]:
    return [(tile.choice.id, tile.share) for tile in row.chooser.tiles[:4]]


def test_what_a_photo_left_unsure_shows_its_likeliest_first_with_their_shares(panel: ParameterPanel) -> None:
    panel.open_component("brows")
    row = panel.row("brow_type")
    assert isinstance(row, ChoiceRow)
    assert shares(row)[0] == ("brow_1", "")
    panel.set_marks(DOUBTFUL)
    assert shares(row) == [("brow_5", "31 %"), ("brow_1", "30 %"), ("brow_8", "10 %"), ("brow_2", "")]
    panel.set_marks({"brow_type": FieldMark(was_unsure=True, best=BEST)})  # decided: nothing jumps
    assert shares(row)[0] == ("brow_5", "31 %")
    panel.set_marks({"brow_type": FieldMark(best=BEST)})  # another photo, which is clear
    assert shares(row)[0] == ("brow_1", "")


def test_likeliest_colours_stand_above_the_swatches_as_thumbnails(qtbot: QtBot, panel: ParameterPanel) -> None:
    panel.open_component("hair")
    row = panel.row("hair_color")
    assert isinstance(row, ColorRow)
    assert not row.findChildren(OptionGallery)
    best = (("blond", 0.45), ("red", 0.4))
    panel.set_marks({"hair_color": FieldMark(is_unsure=True, was_unsure=True, best=best)})
    assert row.likely is not None
    assert [(tile.choice.id, tile.share) for tile in row.likely.tiles] == [("blond", "45 %"), ("red", "40 %")]
    with qtbot.waitSignal(panel.edited) as edited:
        row.likely.tiles[1].click()
    assert edited.args == [{"hair_color": "red"}]
    assert row.keyed_grid() is row.chooser
    panel.set_marks({})
    assert all(gallery.isHidden() for gallery in row.findChildren(OptionGallery))


def test_a_label_keeps_shapes_in_their_order_and_says_no_shares(qtbot: QtBot, schema: AvatarSchema, rendering: Rendering) -> None:
    panel = ParameterPanel(schema, rendering, is_labelling=True)
    qtbot.addWidget(panel)
    panel.show()
    panel.set_marks(DOUBTFUL)
    panel.open_component("brows")
    row = panel.row("brow_type")
    assert isinstance(row, ChoiceRow)

    assert shares(row)[0] == ("brow_1", "")
    assert panel.unsure.isHidden()
    assert panel._section("brows").part.isHidden()


def test_progress_counts_what_was_unsure_and_what_is_left(qtbot: QtBot, panel: ParameterPanel) -> None:
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    unsure = ("hair_type", "brow_type", "eye_size")
    panel.set_marks({key: FieldMark(is_unsure=True, was_unsure=True) for key in unsure})
    assert panel.unsure.words.text() == "3 values to check"
    panel.unsure.next.click()
    said = [panel.unsure.words.text()]
    panel.set_marks({key: FieldMark(is_unsure=key != "hair_type", was_unsure=True) for key in unsure})
    panel.unsure.next.click()
    said.append(panel.unsure.words.text())
    panel.filter.setFocus()

    assert [*said, panel.unsure.words.text()] == ["1 of 3 to check", "2 of 3 to check", "2 values to check"]
    with qtbot.waitSignal(panel.settle_wanted):
        panel.unsure.settle.click()
    panel.set_marks({})
    assert panel.unsure.isHidden()
    panel.set_marks({"nose_type": FieldMark(is_unsure=True, was_unsure=True)})  # another photo
    assert panel.unsure.words.text() == "1 value to check"


def test_what_is_found_comes_in_turns(qtbot: QtBot, panel: ParameterPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameter_panel, "SLICE_S", 0.0)
    panel.filter.setText("width")
    assert panel._coming
    panel.filter.setText("xyzzy")  # before the turns are over
    qtbot.waitUntil(panel._nothing.isVisible)

    assert not any(section.isVisible() for section in panel._sections.values())
    panel.filter.setText("hair colour")
    qtbot.waitUntil(panel.row("hair_color").isVisible)


def test_filter_finds_options_and_shows_no_others(qtbot: QtBot, panel: ParameterPanel) -> None:
    panel.filter.setText("blond")
    row = panel.row("hair_color")
    assert isinstance(row, ChoiceRow)
    assert [tile.choice.id for tile in row.chooser.tiles if tile.isVisible()] == ["blond"]
    assert not panel.row("hair_type").isVisible()
    panel.filter.setText("hair colour")
    assert all(tile.isVisible() for tile in row.chooser.tiles)
    panel.filter.setText("heart")  # a shape that is mixed
    assert panel.row("head_type_1").isVisible()
    panel.filter.setText("xyzzy")
    assert panel._nothing._text.text() == "No setting and no option is called “xyzzy”."
    qtbot.mouseClick(panel._nothing.clear, Qt.MouseButton.LeftButton)
    assert panel.filter.text() == ""
    assert panel.row("head_width").isVisible()


def test_order_of_swatches_follows_the_photo_and_nothing_else(panel: ParameterPanel, schema: AvatarSchema) -> None:
    closeness = {"hair_color": {"black": 30.0, "brown": 20.0, "blond": 4.0, "red": 9.0, "grey": 12.0}}
    panel.set_photo(closeness, has_photo=True)
    panel.open_component("hair")
    row = panel.row("hair_color")
    assert isinstance(row, ColorRow)
    ordered = ["blond", "red", "grey", "brown", "black"]
    assert [tile.choice.id for tile in row.chooser.tiles] == ordered
    panel.set_vector(AvatarVector.default(schema).with_value("hair_color", "black"))
    panel.set_marks({"hair_color": FieldMark(is_changed=True)})
    assert [tile.choice.id for tile in row.chooser.tiles] == ordered
    assert row.pick.isVisible()
    panel.set_photo({}, has_photo=False)
    assert row.chooser.tiles[0].choice.id == "black"
    assert not row.pick.isVisible()


def test_a_parts_menu_does_it_to_that_part(qtbot: QtBot, panel: ParameterPanel) -> None:
    panel.filter.setText("width")  # several parts at once
    menu = panel._section("mouth").part
    asked: list[tuple[str, str]] = []
    panel.part_wanted.connect(lambda command, part: asked.append((command, part)))
    qtbot.mouseClick(menu.dice, Qt.MouseButton.LeftButton)
    menu.entries["copy_part"].trigger()

    assert asked == [("randomise_part", "mouth"), ("copy_part", "mouth")]
    assert not menu.entries["predict_part"].isEnabled()
    panel.set_photo({}, has_photo=True)
    assert menu.entries["predict_part"].isEnabled()
    assert not panel._section("expression").part.entries["predict_part"].isEnabled()  # no method knows anything of it
    mouth = ("mouth_width", "mouth_volume", "mouth_position", "mouth_type")
    panel.set_marks({key: FieldMark(is_locked=True) for key in mouth})
    assert menu.entries["lock_part"].text() == "Unlock"


class Windows(QObject):
    """Counts the windows that are shown."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.shown: list[QObject] = []
        app.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched)
        return False


def test_no_part_of_the_panel_is_a_window_for_a_moment(qapp: QApplication, panel: ParameterPanel) -> None:
    windows = Windows(qapp)
    panel.set_photo({}, has_photo=True)
    panel.set_marks(DOUBTFUL)
    for component in panel.components:
        panel.open_component(component)
    qapp.removeEventFilter(windows)

    assert windows.shown == []  # it would take the keys


def test_parts_are_made_ahead_while_the_panel_is_seen(qtbot: QtBot, panel: ParameterPanel) -> None:
    panel._ahead.setInterval(1)
    qtbot.waitUntil(lambda: not panel._ahead.isActive())

    assert set(panel._sections) == set(panel.components)


def test_resting_on_a_row_wants_its_region_until_something_is_changed(qtbot: QtBot, panel: ParameterPanel) -> None:
    panel.open_component("eyes")
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    row = panel.row("eye_size")
    assert isinstance(row, NumberRow)
    wanted: list[object] = []
    panel.region_wanted.connect(wanted.append)
    row.take_focus()
    qtbot.waitUntil(lambda: wanted == [row])
    row.slider.dragged.emit(0.7)
    assert wanted == [row, None]
    panel.row("eye_spacing").take_focus()
    qtbot.waitUntil(lambda: len(wanted) == 3)
    panel._watch._lingering.start(0)  # it was there for long enough
    qtbot.waitUntil(lambda: wanted[-1] is None)
