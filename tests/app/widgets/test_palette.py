import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.palette import CLOSEST, Palette, rank
from app.widgets.palette_list import Entry


@pytest.fixture
def done() -> list[str]:
    """What was done."""
    return []


@pytest.fixture
def entries(done: list[str]) -> list[Entry]:
    def entry(key: str, text: str, **more: object) -> Entry:
        return Entry(key, text, lambda: done.append(key), **more)  # type: ignore[arg-type]

    return [
        entry("command save", "Save", place="File", keys="Ctrl+S", worth=4.0),
        entry("command save_as", "Save as…", place="File", worth=4.0),
        entry("command undo", "Undo hair style", place="Edit", is_enabled=False, worth=4.0),
        entry("setting hair", "Hair style…", place="Setting", worth=3.0),
        entry("option hair bob", "Hair style: Bob", values={"hair": "bob"}),
        entry("option hair afro", "Hair style: Afro", values={"hair": "afro"}),
        entry("file /a/hairy.jpg", "hairy.jpg", place="/a"),
    ]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    QLineEdit(window).setObjectName("other")
    window.field = QLineEdit(window)  # type: ignore[attr-defined]
    QLineEdit(window).setObjectName("another")
    window.resize(1024, 640)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def palette(window: QWidget, entries: list[Entry]) -> Palette:
    palette = Palette(window)
    palette.open_with(entries, ())
    return palette


def texts(wanted: str, entries: list[Entry], used: tuple[str, ...] = ()) -> list[str]:
    return [row.text for row in rank(wanted, entries, used)]


def test_the_best_comes_first_and_what_cannot_be_done_last(entries: list[Entry]) -> None:
    assert texts("hair", entries) == ["Hair style…", "hairy.jpg", "Hair style: Bob", "Hair style: Afro", "Undo hair style"]
    assert texts("style", entries)[-1] == "Undo hair style"
    assert texts("save", entries) == ["Save", "Save as…"]


def test_what_was_used_lately_comes_before_what_fits_alike(entries: list[Entry]) -> None:
    assert texts("hair style", entries)[1:3] == ["Hair style: Bob", "Hair style: Afro"]
    assert texts("hair style", entries, ("option hair afro",))[:2] == ["Hair style: Afro", "Hair style…"]


def test_with_nothing_typed_there_is_what_was_used_and_what_can_be_done(entries: list[Entry]) -> None:
    rows = rank("", entries, ("option hair bob", "gone", "command undo"))

    assert [row.text for row in rows] == ["Used lately", "Hair style: Bob", "What can be done here", "Save", "Save as…"]
    assert [row.entry is None for row in rows] == [True, False, True, False, False]
    assert texts("", entries) == ["What can be done here", "Save", "Save as…"]


def test_where_nothing_fits_there_is_what_was_perhaps_meant(entries: list[Entry]) -> None:
    rows = rank("hiar sytle bob", entries)
    assert rows[0].text == "Nothing is called “hiar sytle bob”. Perhaps:"
    assert "Hair style: Bob" in [row.text for row in rows[1:]]
    assert len(rows) <= CLOSEST + 1

    rows = rank("§§§§§§", entries)
    assert [row.entry for row in rows] == [None]


def test_typing_and_enter_do_the_best(palette: Palette, done: list[str]) -> None:
    QTest.keyClicks(palette.field, "save a")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)

    assert done == ["command save_as"]
    assert not palette.isVisible()


def test_arrows_walk_round_and_over_headings(palette: Palette) -> None:
    def current() -> str:
        assert palette.current is not None
        return palette.current.text

    assert current() == "Save"
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert current() == "Save as…"
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert current() == "Save"
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert current() == "Save as…"
    QTest.keyClick(palette.field, Qt.Key.Key_PageUp)
    assert current() == "Save"


def test_what_cannot_be_done_now_is_not_done(palette: Palette, done: list[str]) -> None:
    QTest.keyClicks(palette.field, "undo")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)

    assert done == []
    assert palette.isVisible()


def test_a_click_does_it(palette: Palette, done: list[str]) -> None:
    QTest.keyClicks(palette.field, "save")
    index = palette.list.model().index(1, 0)
    palette.list.scrollTo(index)
    QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=palette.list.visualRect(index).center())

    assert done == ["command save_as"]


def test_an_option_is_tried_on_while_it_is_chosen(palette: Palette, qtbot: QtBot, done: list[str]) -> None:
    tried: list[object] = []
    palette.tried.connect(tried.append)
    QTest.keyClicks(palette.field, "afro")
    qtbot.waitUntil(lambda: tried == [{"hair": "afro"}])
    palette.field.setText("bob")
    qtbot.waitUntil(lambda: tried[-1] == {"hair": "bob"})
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)

    assert tried[-1] == {}
    assert done == []


def test_the_focus_comes_back_before_anything_is_done(window: QWidget, palette: Palette, qtbot: QtBot) -> None:
    field: QLineEdit = window.field  # type: ignore[attr-defined]
    palette.close_again()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    had: list[bool] = []
    palette.open_with([Entry("command look", "Look", lambda: had.append(field.hasFocus()))], ())
    assert not field.hasFocus()
    QTest.keyClick(palette.field, Qt.Key.Key_Return)

    assert had == [True]


def test_it_closes_when_something_else_gets_the_focus(window: QWidget, palette: Palette, qtbot: QtBot) -> None:
    window.activateWindow()
    palette.field.setFocus()
    qtbot.waitUntil(palette.field.hasFocus)
    window.field.setFocus()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not palette.isVisible())


def test_the_keys_that_open_it_close_it(palette: Palette, entries: list[Entry]) -> None:
    palette.close_again()
    palette.open_with(entries, (), ("Ctrl+K",))
    QTest.keyClick(palette.field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)

    assert not palette.isVisible()


def test_screen_readers_hear_name_place_and_keys(palette: Palette) -> None:
    model: QAbstractItemModel = palette.list.model()
    heading, save = model.index(0, 0), model.index(1, 0)

    assert palette.field.accessibleName()
    assert palette.list.accessibleName()
    assert save.data(Qt.ItemDataRole.AccessibleTextRole) == "Save, File, Ctrl+S"
    assert not model.flags(heading) & Qt.ItemFlag.ItemIsSelectable


@pytest.mark.parametrize("size", [(1024, 640), (1600, 1000)])
def test_it_fits_into_the_window(window: QWidget, palette: Palette, size: tuple[int, int]) -> None:
    window.resize(*size)
    QTest.keyClicks(palette.field, "a")

    assert window.rect().contains(palette.geometry())
