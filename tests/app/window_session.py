"""Opens the real window and does in it what it is told, by mouse and key events; in a process of its own, which may be killed.

`python window_session.py STEPS`: a JSON list of [verb, *arguments], the methods of `Person`. It says what it sees, a line each.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from PySide6.QtCore import Qt, QTimer  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget  # noqa: E402

from app.application import open_studio  # noqa: E402
from app.main_window import MainWindow  # noqa: E402
from app.widgets.job_form import JobForm  # noqa: E402
from app.widgets.text_dialog import TextDialog  # noqa: E402
from core.jobs import JOBS  # noqa: E402
from core.jobs.glance import Glance  # noqa: E402

LEFT = Qt.MouseButton.LeftButton
LOOK_MS = 50

Waits = Iterator[Callable[[], bool]]


class Person:
    """Uses a window. Each method gives what it waits for, again and again, before it goes on."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.page = window, window.train_page

    def go_to(self, page: str) -> Waits:
        """Go to a page by the switch in the bar."""
        QTest.mouseClick(self.window.switch._buttons[page], LEFT)
        yield (self.page if page == "train" else self.window.page).isVisible

    def new(self, kind: str, name: str, settings: Mapping[str, str], shot: str = "") -> Waits:
        """Fill in the form for a job and start it; see the form before, if a picture is wanted."""
        bar = self.window._tools["train"]
        QTest.mouseClick(next(one for one in bar.findChildren(QPushButton) if one.text() == "New job…"), LEFT)
        yield lambda: bool(self.page.findChildren(JobForm)) and self.page.findChildren(JobForm)[-1].isVisible()
        form = self.page.findChildren(JobForm)[-1]
        write(form.kind_box, JOBS[kind].title)
        yield lambda: form.kind == kind
        write(form.name, name)
        for key, value in settings.items():
            write(form.inputs[key].input, value)
        yield form.start_button.isEnabled
        if shot:
            yield from self.shoot(shot)
        QTest.mouseClick(form.start_button, LEFT)
        yield lambda: self.page.list.current == self.page.state.folder / name

    def choose(self, name: str) -> Waits:
        """Choose a job in the list."""
        yield lambda: self._glance(name) is not None
        view = self.page.list
        row = [one.name for one in self.page.state.glances].index(name)
        view.scrollTo(view.model().index(row, 0))
        QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(view.model().index(row, 0)).center())
        yield lambda: view.current == self.page.state.folder / name and self.page.header.isVisible()

    def see(self, name: str, state: str, least: float = 0.0) -> Waits:
        """Wait until a job is in a state and this share of it is done, and say so."""

        def is_so() -> bool:
            glance = self._glance(name)
            return glance is not None and glance.state == state and (glance.share or 0.0) >= least

        yield is_so
        glance = self._glance(name)
        assert glance is not None
        say({"job": name, "state": str(glance.state), "share": glance.share})

    def stop(self) -> Waits:
        """Stop the chosen job by its button, and say yes to the question."""
        yield lambda: self.page.header.stop.isVisible() and self.page.header.stop.isEnabled()
        QTest.mouseClick(self.page.header.stop, LEFT)
        yield lambda: any(box.isVisible() for box in self.page.findChildren(TextDialog))
        box = next(box for box in self.page.findChildren(TextDialog) if box.isVisible())
        QTest.mouseClick(next(one for one in box.buttons if one.accessibleName() == "Stop"), LEFT)

    def resume(self) -> Waits:
        """Have the chosen job go on by its button."""
        yield self.page.header.resume.isVisible
        QTest.mouseClick(self.page.header.resume, LEFT)

    def shoot(self, path: str) -> Waits:
        """Take a picture of the screen."""
        waited = [0]

        def is_painted() -> bool:
            waited[0] += LOOK_MS
            return waited[0] > 600

        yield is_painted
        self.window.screen().grabWindow(0).save(path)

    def hold(self) -> Waits:
        """Say that all was done, and stay open."""
        say("holds")
        yield lambda: False

    def _glance(self, name: str) -> Glance | None:
        return next((one for one in self.page.state.glances if one.name == name), None)


def say(what: object) -> None:
    """Tell whoever started this."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def write(box: QWidget, text: str) -> None:
    """Write into a box, or choose from one by the arrows what begins so."""
    if isinstance(box, QComboBox):
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(next(place for place in range(box.count()) if box.itemText(place).startswith(text))):
            QTest.keyClick(box, Qt.Key.Key_Down)
        return
    assert isinstance(box, QLineEdit)
    QTest.mouseClick(box, LEFT)
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(box, text)


def main(person_of: Callable[[MainWindow], "Person"] | None = None, engine: str = "toy") -> int:
    """Do all steps, and close the window.

    Args:
        person_of: Who does them.
        engine: Of the window's avatars.
    """
    window, app = open_studio(engine)
    window.move(0, 0)
    person = (person_of or Person)(window)

    def all_steps() -> Waits:
        for verb, *arguments in json.loads(sys.argv[1]):
            yield from getattr(person, verb)(*arguments)

    steps = all_steps()
    waits: list[Callable[[], bool]] = [lambda: True]

    def look() -> None:
        while waits[0]():
            following = next(steps, None)
            if following is None:
                timer.stop()
                window.close()
                app.quit()
                return
            waits[0] = following

    timer = QTimer(interval=LOOK_MS)
    timer.timeout.connect(look)
    timer.start()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
