import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.rendering import Rendering
from app.widgets.blend_row import BlendRow
from app.widgets.field_row import ChoiceRow, FieldMark, NumberRow
from app.widgets.option_gallery import OptionGallery
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.swatches import Swatches
from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter
from core.avatar.vector import AvatarVector
from core.engines import ENGINES, engine_schema


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
