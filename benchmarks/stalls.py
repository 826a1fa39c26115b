"""A minute of use of the Create page, watched for pauses.

`xvfb-run -a -s "-screen 0 1600x1000x24" .venv/bin/python benchmarks/stalls.py [--bar 50] [--only ACTION]`.

Real engine, real photo (scikit-image's `astronaut`), real mouse and keys. Files are asked for by the system's dialogs, which are
answered without being shown. Each pause is given twice: as the GUI thread computes, and as a person waits. The first decides:
other programs on the machine lengthen the second. See `benchmarks/watchdog.py`.
"""

import argparse
import faulthandler
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.watchdog import Pause, Watchdog
from benchmarks.window import let_run

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QApplication, QWidget

    from app.main_window import MainWindow

STUCK_S = 150.0
"""An action that takes longer hangs: say where, and end."""

LEFT_OUT = {"close", "full_screen", "open", "save_as", "new", "show_menu", "use_system_theme", "open_camera"}
"""Commands that end the session, that ask only the system, or that the minute does by itself."""


class Minute:
    """Uses a window as a person would. Its public methods are what is done, in this order."""

    def __init__(self, window: "MainWindow", app: "QApplication", dog: Watchdog, folder: Path) -> None:
        self._window, self._app, self._dog, self._page, self._folder = window, app, dog, window.page, folder
        self._photo = folder / "Eileen.png"

    def first_picture(self) -> None:
        """The window appears and draws the avatar."""
        self._do("start", lambda: None)
        self._until(lambda: self._page.avatar_view.render_shown is not None, "start")
        self._do("start", lambda: None, 4.0)  # the networks are loaded meanwhile

    def open_photo(self) -> None:
        """A photo, from the file to the avatar."""
        self._do("open a photo", lambda: self._page.files.open_path(self._photo))
        self._until(lambda: self._page.photo.stage in ("ready", "failed", "placing"), "open a photo")
        self._until(lambda: self._page.avatar.state.estimate is not None, "open a photo")
        self._do("open a photo", lambda: None, 2.0)

    def filter(self) -> None:
        """Words in the filter."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        self._do("filter", self._window.actions_by_id["find_setting"].trigger, 0.2)
        box = self._page.panel.filter
        for word in ("colour", "e", "hair"):
            for key in word:
                self._do("filter", lambda key=key: QTest.keyClick(box, key), 0.15)
            for _ in word:
                self._do("filter", lambda: QTest.keyClick(box, Qt.Key.Key_Backspace), 0.1)
        let_run(0.5)

    def walk_tabs(self) -> None:
        """Every part of the panel, by mouse; most for the first time."""
        for again in ("walk the tabs", "walk the tabs again"):
            for tab in self._page.panel.strip._tabs.values():
                self._do(again, lambda tab=tab: self._click(tab), 0.4)

    def drag_sliders(self) -> None:
        """Sliders under the mouse."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        for row in self._number_rows(4):
            slider, y = row.slider, row.slider.height() // 2
            press, release = (
                partial(act, slider, Qt.MouseButton.LeftButton, pos=QPoint(at, y))
                for act, at in ((QTest.mousePress, 20), (QTest.mouseRelease, 60))
            )
            self._do("drag a slider", press)
            for step in range(60):
                x = 20 + step * 7 % max(1, slider.width() - 40)
                self._do("drag a slider", lambda s=slider, x=x, y=y: QTest.mouseMove(s, QPoint(x, y)), 0.015)
            self._do("drag a slider", release, 0.6)

    def type_numbers(self) -> None:
        """Numbers in their boxes, and two digits on a slider."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        for row in self._number_rows(2):
            self._click(row.number)
            row.number.selectAll()
            for key in "73":
                self._do("type a number", lambda row=row, key=key: QTest.keyClick(row.number, key), 0.05)
            self._do("type a number", lambda row=row: QTest.keyClick(row.number, Qt.Key.Key_Return), 0.6)
            row.slider.setFocus()
            for key in "41":
                self._do("type a number", lambda row=row, key=key: QTest.keyClick(row.slider, key), 0.1)

    def hover_and_choose(self) -> None:
        """Options under the mouse, and chosen."""
        from PySide6.QtTest import QTest

        from app.widgets.field_row import ChoiceRow

        for component in ("hair", "eyes", "glasses"):
            if component not in self._page.panel.components:
                continue
            self._do("go to a setting", partial(self._page.panel.open_component, component), 0.5)
            rows = [row for row in self._page.panel.findChildren(ChoiceRow) if row.isVisible()]
            for row in rows[:2]:
                tiles = [tile for tile in row.chooser.tiles if not tile.visibleRegion().isEmpty()][:6]
                for tile in tiles:
                    self._do("rest on an option", lambda tile=tile: QTest.mouseMove(tile), 0.25)
                for tile in tiles[:3]:
                    self._do("choose an option", lambda tile=tile: self._click(tile), 0.5)

    def undo_and_redo(self) -> None:
        """Many steps back and forth, as fast as a held key."""
        for name in ("undo", "redo"):
            for _ in range(25):
                self._do(name, self._window.actions_by_id[name].trigger, 0.03)
        let_run(1.0)

    def look_around(self) -> None:
        """The avatar turned by mouse and keys, looked at closer, and the photo over it."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        view, middle = self._page.avatar_view, self._page.avatar_view.rect().center()
        self._do("turn", lambda: QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle))
        for step in range(40):
            self._do("turn", lambda step=step: QTest.mouseMove(view, middle + QPoint(4 * step % 200, step)), 0.015)
        self._do("turn", lambda: QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle), 0.5)
        for step in range(16):
            self._do("zoom", lambda step=step: self._wheel(view, middle, 120 if step < 8 else -120), 0.06)
        let_run(0.5)
        for _ in range(6):
            self._do("turn", lambda: QTest.keyClick(view, Qt.Key.Key_Left), 0.05)
        self._do("look from the front", self._window.actions_by_id["look_from_front"].trigger, 0.6)
        self._do("lay the photo over", lambda: QTest.keyClick(self._page, "b"), 0.3)

    def save_and_copy(self) -> None:
        """The avatar to a file, its picture to the clipboard and to a file."""
        self._do("save", self._window.actions_by_id["save"].trigger, 0.5)
        self._do("copy the picture", self._window.actions_by_id["copy_picture"].trigger, 1.5)
        for _ in range(2):
            self._do("open the export dialog", self._window.actions_by_id["export"].trigger, 1.0)
            dialog = self._app.activeModalWidget()
            if dialog is not None:
                self._use_dialog(dialog)
        let_run(2.0)

    def paste(self) -> None:
        """What was copied comes back as an avatar."""
        self._do("paste", self._window.actions_by_id["paste"].trigger, 1.0)

    def switch_pages(self) -> None:
        """To the other pages and back."""
        for name in ("show_label", "show_train", "show_create") * 2:
            self._do("switch pages", self._window.actions_by_id[name].trigger, 0.5)

    def switch_themes(self) -> None:
        """Dark, light, and as the system is."""
        for name in ("use_dark_theme", "use_light_theme") * 2:
            self._do("switch themes", self._window.actions_by_id[name].trigger, 0.6)

    def open_menu(self) -> None:
        """The menu and the menus within it."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        for again in ("open the menu", "open the menu again"):
            self._do(again, self._window.show_menu, 0.4)
            for _ in range(12):
                self._do(again, lambda: QTest.keyClick(self._window.menu, Qt.Key.Key_Down), 0.03)
            self._do(again, self._window.menu.close, 0.2)

    def every_command(self) -> None:
        """Every other command of the page, and whatever it opens closed again."""
        from app.actions import COMMANDS

        for command in COMMANDS:
            if command.is_on("create") and command.id not in LEFT_OUT and not command.id.startswith("show_l"):
                action = self._window.actions_by_id[command.id]
                self._do(f"command {command.id}", action.trigger, 0.3)
                self._close_all(f"close {command.id}")
        self._window.show_create()

    def new(self) -> None:
        """A new avatar, asked about the old one."""
        self._page.avatar.edit({"hair_type": "large_afro"})
        let_run(0.5)
        self._do("ask about changes", self._window.actions_by_id["new"].trigger, 0.6)
        self._close_all("ask about changes")

    def _use_dialog(self, dialog: "QWidget") -> None:
        from PySide6.QtWidgets import QAbstractButton, QPushButton

        for button in dialog.findChildren(QAbstractButton):
            if button.isVisible() and button.isEnabled() and button.isCheckable() and not button.isChecked():
                self._do("choose in the export dialog", lambda button=button: self._click(button), 0.3)
        save = [button for button in dialog.findChildren(QPushButton) if button.property("primary")]
        for button in [one for one in dialog.findChildren(QAbstractButton) if one.text() == "Picture"]:
            self._do("choose in the export dialog", lambda button=button: self._click(button), 0.3)
        if save:
            self._do("export", lambda: self._click(save[0]), 2.0)
        self._close_all("export")

    def _close_all(self, name: str) -> None:
        from PySide6.QtWidgets import QMessageBox

        for _ in range(6):
            shown = self._app.activePopupWidget() or self._app.activeModalWidget()
            if shown is None:
                return
            if isinstance(shown, QMessageBox) and (discard := shown.button(QMessageBox.StandardButton.Discard)) is not None:
                self._do(name, discard.click, 0.5)
            else:
                self._do(name, shown.close, 0.2)

    def _do(self, name: str, act: Callable[[], object], then_s: float = 0.02) -> None:
        with self._dog.during(name):
            act()
            let_run(then_s)

    def _until(self, is_so: Callable[[], bool], name: str, limit_s: float = 60.0) -> None:
        begun = time.perf_counter()
        while not is_so() and time.perf_counter() - begun < limit_s:
            self._do(name, lambda: None, 0.05)

    def _number_rows(self, count: int) -> Iterator["NumberRow"]:
        """Rows of different parts, each shown."""
        from app.widgets.field_row import NumberRow

        panel, parts = self._page.panel, set()
        for parameter in self._page.avatar.schema.continuous:
            row = panel.row(parameter.id)
            if isinstance(row, NumberRow) and parameter.component not in parts and self._page.avatar.vector.shows(parameter.id):
                parts.add(parameter.component)
                self._do("go to a setting", partial(panel.go_to, parameter.id), 0.3)
                yield row
                if len(parts) == count:
                    return

    @staticmethod
    def _click(widget: "QWidget") -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def _wheel(self, widget: "QWidget", at: "QPoint", angle: int) -> None:
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent

        where = QPointF(at)
        event = QWheelEvent(
            where, QPointF(widget.mapToGlobal(at)), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        self._app.sendEvent(widget, event)


if TYPE_CHECKING:
    from app.widgets.field_row import NumberRow


def actions() -> list[str]:
    """The names of what is done, in its order."""
    return [name for name in vars(Minute) if not name.startswith("_")]


def use(only: str, bar_ms: float) -> Watchdog:
    """One minute of use in this process."""
    from skimage import data

    from app.application import open_studio
    from app.widgets import file_dialogs
    from core.images import write_png

    with tempfile.TemporaryDirectory(prefix="likeness-") as name:
        folder = Path(name)
        write_png(folder / "Eileen.png", data.astronaut())
        file_dialogs.ask_where_to_save = lambda *_: folder / "Eileen.avatar.json"
        file_dialogs.ask_where_to_export = lambda _, start: folder / f"picture{start.suffix}"
        for name in dir(file_dialogs):  # of the rest, the person changes their mind
            if name.startswith(("ask_what", "ask_where", "ask_for")) and name not in ("ask_where_to_save", "ask_where_to_export"):
                setattr(file_dialogs, name, lambda *_, **__: None)
        window, app = open_studio("toon")
        dog = Watchdog(bar_ms)
        dog.start(app)
        minute = Minute(window, app, dog, folder)
        from PySide6.QtCore import QTimer

        QTimer.singleShot(3000, window.warm_up)
        begun = time.perf_counter()
        for action in actions():
            if not only or action in (*only.split(","), "first_picture"):
                faulthandler.dump_traceback_later(STUCK_S, exit=True)
                sys.stderr.write(f"{action}\n")
                getattr(minute, action)()
        faulthandler.cancel_dump_traceback_later()
        dog.stop()
        sys.stdout.write(f"{time.perf_counter() - begun:.0f} s of use, load {os.getloadavg()[0]:.1f}\n")
        window.page.avatar.start_anew()
        window.close()
        let_run(0.5)
    return dog


def report(dog: Watchdog) -> list[str]:
    """The longest pauses by action, and where the window was in those over the bar."""
    by_action: dict[str, list[Pause]] = defaultdict(list)
    for pause in dog.longest:
        by_action[pause.action].append(pause)
    lines = [f"{'longest pause, ms':32} {'times':>5} {'median':>7} {'worst':>7} {'on the clock':>13}"]
    for name, pauses in sorted(by_action.items(), key=lambda item: -max(one.cpu_ms for one in item[1])):
        cpu, wall = [one.cpu_ms for one in pauses], max(one.wall_ms for one in pauses)
        lines.append(f"{name:32} {len(pauses):5} {statistics.median(cpu):7.0f} {max(cpu):7.0f} {wall:13.0f}")
    over = [pause for pause in dog.pauses if pause.cpu_ms >= dog.bar_ms]
    lines.append(f"{len(over)} pauses over {dog.bar_ms:.0f} ms of the GUI thread, {len(dog.pauses)} on the clock")
    for pause in sorted(dog.pauses, key=lambda one: -one.cpu_ms)[:40]:
        lines.append(f"  {pause.cpu_ms:5.0f} ms ({pause.wall_ms:5.0f} on the clock)  {pause.action}")
        lines += [f"           {place}" for place in pause.places]
    return lines


def main() -> None:
    """Use the window, and say what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="some of: " + ", ".join(actions()))
    parser.add_argument("--bar", type=float, default=50.0, help="milliseconds")
    asked = parser.parse_args()
    sys.stdout.write("\n".join(report(use(asked.only, asked.bar))) + "\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="likeness-") as home:
        os.environ["LIKENESS_HOME"] = home
        main()
