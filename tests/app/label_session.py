"""Opens the real window and labels in it what it is told, by mouse and key events; in a process of its own, which may be killed.

`python label_session.py STEPS`, as of `window_session`. Dialogs of the system that ask for files are answered in code.
"""

import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from PySide6.QtCore import Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QPushButton  # noqa: E402
from typing_extensions import override  # noqa: E402

from app.main_window import MainWindow  # noqa: E402
from app.widgets.label_again_dialog import LabelAgainDialog  # noqa: E402
from app.widgets.label_set_dialog import LabelSetDialog  # noqa: E402
from app.widgets.name_dialog import NameDialog  # noqa: E402
from app.widgets.text_dialog import TextDialog  # noqa: E402
from tests.app.window_session import LEFT, Person, Waits, main, say, write  # noqa: E402

NO, CONTROL, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEYS = {"Enter": Qt.Key.Key_Return, "Esc": Qt.Key.Key_Escape, "Right": Qt.Key.Key_Right}

Dialog = TypeVar("Dialog", bound=QDialog)


class Hands(Person):
    """Uses the window as anybody does who labels."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.label, self.set = window.label_page, window.label_page.work.set

    @override
    def go_to(self, page: str) -> Waits:
        QTest.mouseClick(self.window.switch._buttons[page], LEFT)
        yield self.label.isVisible
        yield from self._come_back()

    def answer(self, method: str, *paths: str) -> Waits:
        """What the dialog of the system answers from now on."""
        answers = {"getOpenFileNames": (list(paths), ""), "getExistingDirectory": paths[0]}
        setattr(QFileDialog, method, lambda *_: answers.get(method, (paths[0], "")))
        yield lambda: True

    def command(self, name: str) -> Waits:
        """Choose a command in the menu."""
        yield from self._come_back()
        self.window.actions_by_id[name].trigger()

    def press(self, key: str, modifier: str = "") -> Waits:
        """Press a key where the focus is, once all that was done is written."""
        yield self._is_written
        yield from self._come_back()
        code = KEYS.get(key) or Qt.Key(ord(key.upper()))
        QTest.keyClick(QApplication.focusWidget() or self.window, code, {"Ctrl": CONTROL, "Shift": SHIFT}.get(modifier, NO))

    def take(self, title: str, button: str, shot: str = "") -> Waits:
        """Press a button of what is asked or told."""
        dialog = yield from self._wait_for(TextDialog)
        assert dialog.windowTitle() == title, dialog.windowTitle()
        say({"title": title, "text": dialog.text.text(), "lines": dialog.list.toPlainText().splitlines()})
        if shot:
            yield from self.shoot(shot)
        QTest.mouseClick(next(one for one in dialog.findChildren(QPushButton) if one.text() == button), LEFT)

    def name(self, text: str) -> Waits:
        """Answer who it is."""
        dialog = yield from self._wait_for(NameDialog)
        write(dialog.name, text)
        QTest.mouseClick(dialog.ok_button, LEFT)

    def hear(self, words: str) -> Waits:
        """Wait for a notice."""
        yield lambda: self.label.notice.isVisible() and words in self.label.notice.text

    def _is_written(self) -> bool:
        return not +self.label.work._pending

    def _wait_for(self, kind: type[Dialog]) -> Generator[Callable[[], bool], None, Dialog]:
        def found() -> list[Dialog]:
            return [one for one in self.label.findChildren(kind) if one.isVisible()]

        yield lambda: bool(found())
        return found()[-1]

    def _come_back(self) -> Waits:
        """Without a window manager nobody gives the window its focus back."""
        self.window.activateWindow()
        yield self.window.isActiveWindow


class Designer(Hands):
    """Labels."""

    def make(self, name: str, designer: str, shot: str = "") -> Waits:
        """Make a set."""
        QTest.mouseClick(self.label.empty.findChildren(QPushButton)[0], LEFT)
        dialog = yield from self._wait_for(LabelSetDialog)
        write(dialog.name, name)
        write(dialog.designer, designer)
        if shot:
            yield from self.shoot(shot)
        QTest.mouseClick(dialog.ok_button, LEFT)
        yield lambda: self.set.is_open

    def add(self, count: int) -> Waits:
        """Add the photos that the dialog answers."""
        QTest.mouseClick(self.label.overview.add_button, LEFT)
        yield lambda: len(self.set.entries) == count and not self.set.is_working

    def look_at(self, row: int) -> Waits:
        """Wait until the photo in a row is there to be labelled."""

        def is_there() -> bool:
            paper = self.label.work.paper
            return self.label.is_labelling and paper is not None and not paper.is_waiting and self.set.row(paper.item.id) == row

        yield is_there

    def choose_option(self, field: str, digit: str) -> Waits:
        """Walk to a setting by J, and choose an option by its digit."""
        for _ in range(60):
            if self.label.photos.view.current_ids == (field,):
                break
            yield from self.press("J")
        assert self.label.photos.view.current_ids == (field,)
        yield from self.press(digit)

    def edit_on(self, field: str) -> Waits:
        """Change a setting again and again, and say how often it was written, until somebody ends this."""
        yield from self.choose_option(field, "1")
        for count in range(10_000):
            QTest.keyClick(QApplication.focusWidget() or self.window, Qt.Key(ord("2") + count % 3), NO)
            if count % 2:
                yield self._is_written
                say({"edits": count + 1})

    def choose_rows(self, first: int, last: int) -> Waits:
        """Choose photos in the grid, from one to another."""
        grid = self.label.overview.grid
        grid.choose(self.set.entries[first].item.id)
        index = grid.model().index(last, 0)
        QTest.mouseClick(grid.viewport(), LEFT, SHIFT, grid.visualRect(index).center())
        yield lambda: len(grid.chosen) == last - first + 1

    def again(self, count: int, shot: str = "") -> Waits:
        """Label some photos a second time."""
        yield from self.command("label_again")
        dialog = yield from self._wait_for(LabelAgainDialog)
        write(dialog.count, str(count))
        if shot:
            yield from self.shoot(shot)
        QTest.mouseClick(dialog.ok_button, LEFT)
        yield lambda: self.set.is_second

    def first(self) -> Waits:
        """Go back to the first labels."""
        QTest.mouseClick(self.label.overview.first_button, LEFT)
        yield lambda: not self.set.is_second

    def open(self, path: str) -> Waits:
        """Open a set."""
        yield from self.answer("getOpenFileName", path)
        yield from self.command("open_set")
        yield from self.see_open(path)

    def see_open(self, path: str) -> Waits:
        """Wait until this set is open, and nothing goes on in it."""
        yield lambda: self.set.location == path and not self.set.is_working

    def see_states(self, states: Sequence[str]) -> Waits:
        """Wait until the labels are this far."""
        yield lambda: [entry.state for entry in self.set.entries] == list(states)
        say({"states": list(states), "about": self.label.overview.about.text()})


if __name__ == "__main__":
    sys.exit(main(Designer, "toon"))
