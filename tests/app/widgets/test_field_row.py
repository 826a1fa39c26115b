import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.widgets.field_row import FieldMark, NumberRow, spoken_name
from core.avatar.schema import AvatarSchema, ContinuousParameter
from core.avatar.vector import AvatarVector


@pytest.fixture
def row(qtbot: QtBot, schema: AvatarSchema) -> NumberRow:
    parameter = schema["head_width"]
    assert isinstance(parameter, ContinuousParameter)
    row = NumberRow(parameter)
    qtbot.addWidget(row)
    row.set_vector(AvatarVector.default(schema).with_value("head_width", 0.4237))
    row.show()
    return row


@pytest.mark.parametrize(("typed", "expected"), [("70", 0.7), ("12,5", 0.125), ("250", 1.0), ("-3", 0.0), ("33 %", 0.33)])
def test_typed_number_is_an_edit(qtbot: QtBot, row: NumberRow, typed: str, expected: float) -> None:
    wishes: list[dict[str, float]] = []
    row.edited.connect(wishes.append)
    row.number.selectAll()
    qtbot.keyClicks(row.number, typed)
    qtbot.keyClick(row.number, Qt.Key.Key_Return)

    assert wishes == [{"head_width": pytest.approx(expected)}]


@pytest.mark.parametrize("typed", ["much", "", "nan", "1e999"])
def test_nonsense_changes_nothing(qtbot: QtBot, row: NumberRow, typed: str) -> None:
    wishes: list[object] = []
    row.edited.connect(wishes.append)
    row.number.selectAll()
    qtbot.keyClick(row.number, Qt.Key.Key_Delete)
    qtbot.keyClicks(row.number, typed)
    qtbot.keyClick(row.number, Qt.Key.Key_Return)

    assert row.number.text() == "42"
    assert all(wish == {"head_width": pytest.approx(0.4237)} for wish in wishes)


def test_looking_at_a_number_keeps_its_fraction(qtbot: QtBot, row: NumberRow) -> None:
    wishes: list[object] = []
    row.edited.connect(wishes.append)
    row.number.setFocus()
    qtbot.keyClick(row.number, Qt.Key.Key_Return)

    assert wishes == []


def test_marks_say_unsure_in_words(row: NumberRow) -> None:
    row.set_mark(FieldMark(is_unsure=True, is_changed=True, is_locked=True, note="From the photo, 41 % sure"))

    assert row._unsure.isVisible()
    assert row._unsure.text() == "●  unsure"
    assert row._unsure.toolTip() == "From the photo, 41 % sure"
    assert row.reset.isEnabled()
    assert row.lock.isChecked()
    row.set_mark(FieldMark())
    assert not row._unsure.isVisible()
    assert not row.reset.isEnabled()


def test_reset_and_lock_ask_for_it(qtbot: QtBot, row: NumberRow) -> None:
    row.set_mark(FieldMark(is_changed=True))
    with qtbot.waitSignal(row.reset_wanted) as reset:
        qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(row.lock_wanted) as lock:
        qtbot.mouseClick(row.lock, Qt.MouseButton.LeftButton)

    assert reset.args == [("head_width",)]
    assert lock.args == [("head_width",), True]


def test_spoken_names_make_sense_alone() -> None:
    assert spoken_name("facial_hair", "Style") == "Facial hair style"
    assert spoken_name("skin", "Skin tone") == "Skin tone"
