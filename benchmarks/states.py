"""Pictures of the Create page in each of its states, to be looked at; not a measurement.

`xvfb-run -a -s "-screen 0 2200x1400x24" .venv/bin/python benchmarks/states.py OUT [--theme light|dark] [--size 1360x840]
[--only NAME,NAME]`. With LIKENESS_LANGUAGE=pseudo they are in the pseudo language, with QT_SCALE_FACTOR=2 twice as large. The
photo is scikit-image's `astronaut` (NASA, public domain).
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.main_window import MainWindow

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LIMIT_S = 60.0


class Gallery:
    """One window that is brought from state to state. Its public methods are the states; their docstrings say what is seen."""

    def __init__(self, window: "MainWindow", app: "QApplication", folder: Path) -> None:
        from skimage import data

        from core.images import write_png

        self._window, self._app, self._page, self._folder = window, app, window.page, folder
        picture = data.astronaut()
        self._photo, self._landscape = folder / "Eileen.png", folder / "landscape.png"
        self._group, self._small, self._broken = folder / "crew.png", folder / "small.png", folder / "broken.jpg"
        write_png(self._photo, picture)
        write_png(self._landscape, data.coffee())
        face = picture[0:260, 90:350]
        import numpy as np

        write_png(self._group, np.concatenate([face, face[:, ::-1], face], axis=1))
        write_png(self._small, np.ascontiguousarray(picture[0:260:3, 90:350:3]))
        self._broken.write_bytes(b"\xff\xd8\xff\xe0 this is no photo")

    def empty(self) -> None:
        """First run: no photo, the default avatar."""

    def ready(self) -> None:
        """A photo and its avatar."""
        self._open(self._photo)

    def unsure(self) -> None:
        """The first value of which the method was unsure."""
        self._open(self._photo)
        self._page.editing.next_unsure()

    def edited(self) -> None:
        """Changed by hand, seen from three quarters."""
        self._open(self._photo)
        self._page.panel.open_component("hair")
        self._page.avatar.edit({"hair_type": "large_afro"})
        self._page.looking.views.chosen.emit("three-quarter")

    def several(self) -> None:
        """Several faces: which one?"""
        self._look_at(self._group, "choosing")

    def no_face(self) -> None:
        """No face: the points are put by hand."""
        self._look_at(self._landscape, "placing")

    def no_face_given_up(self) -> None:
        """No face, and none was placed."""
        self._look_at(self._landscape, "placing")
        self._page.photo.stop_placing()

    def poor(self) -> None:
        """A photo that could be better."""
        self._open(self._small)

    def unsupported(self) -> None:
        """A file that is no photo."""
        self._look_at(self._broken, "failed")

    def engine_error(self) -> None:
        """The engine cannot draw."""
        from core.errors import EngineError

        engine = self._page.avatar_view._rendering._engine
        draw = engine.render

        def fail(*_: object, **__: object) -> None:
            raise EngineError("The graphics card was lost. Close other programs that use it, and try again.")

        engine.render = fail  # type: ignore[method-assign, assignment]
        self._page.whole_parts.randomise_part()
        let_run(1.0)
        engine.render = draw  # type: ignore[method-assign]

    def wipe(self) -> None:
        """Photo and avatar in one picture."""
        self._open(self._photo)
        self._page.looking.compare_wipe()

    def overlay(self) -> None:
        """The photo through the avatar."""
        self._open(self._photo)
        self._page.looking.compare_overlay()

    def snapshots(self) -> None:
        """Two snapshots, blended."""
        self._open(self._photo)
        self._page.snapshots.take_snapshot()
        self._page.avatar.edit({"hair_type": "large_afro", "head_width": 0.9})
        self._page.snapshots.take_snapshot()
        let_run(1.5)
        self._page.snapshots.blend_snapshots()

    def which(self) -> None:
        """Which is more you?"""
        self._open(self._photo)
        self._page.which.which_is_more_you()
        let_run(6.0)

    def pipette(self) -> None:
        """A colour is taken from the photo."""
        self._open(self._photo)
        self._page.panel.open_component("hair")
        self._page.panel.row("hair_color").take_focus()
        self._page.picking.pick_colour()

    def region(self) -> None:
        """What a setting is about is lit up."""
        self._open(self._photo)
        self._page.panel.go_to("hair_type")
        let_run(2.0)

    def history(self) -> None:
        """The steps by name."""
        self._open(self._photo)
        self._page.avatar.edit({"hair_type": "bob"})
        self._page.whole_parts.randomise_part()
        self._page.history.show_history()
        let_run(0.5)

    def camera(self) -> None:
        """No camera."""
        self._page.camera.open_camera()
        let_run(3.0)

    def batch(self) -> None:
        """Many photos, two of them with trouble."""
        self._page.batch.take([self._photo, self._group, self._landscape, self._small, self._broken])
        let_run(15.0)

    def forgetting(self) -> None:
        """Asked before a photo is forgotten."""
        self._open(self._photo)
        self._page.privacy.forget_photo()
        let_run(0.5)

    def recovered(self) -> None:
        """What a crash left."""
        self._page.recovering.recovered_work()
        let_run(0.5)

    def palette(self) -> None:
        """A few letters find what there is."""
        self._open(self._photo)
        self._window.actions_by_id["find_anything"].trigger()
        let_run(0.5)

    def filtered(self) -> None:
        """Settings and options that are called something."""
        self._open(self._photo)
        self._page.panel.filter.setText("curly")

    def exporting(self) -> None:
        """The export dialog."""
        self._open(self._photo)
        self._page.exporting.export()
        let_run(2.0)

    def unsaved(self) -> None:
        """Asked before work is lost."""
        self._open(self._photo)
        self._page.whole_parts.randomise_part()
        self._page.files.new()
        let_run(0.5)

    def shortcuts(self) -> None:
        """What every key does."""
        self._window.show_shortcuts()
        let_run(0.5)

    def menu(self) -> None:
        """The menu."""
        self._window.show_menu()
        let_run(0.5)

    def take(self, name: str, path: Path) -> None:
        """Bring the window into a state, wait until everything is drawn, and write what the screen shows."""
        getattr(self, name)()
        begun = time.perf_counter()
        while not self._is_settled() and time.perf_counter() - begun < LIMIT_S:
            let_run(0.2)
        let_run(0.6)
        where = self._window.geometry()
        self._window.screen().grabWindow(0, where.x(), where.y(), where.width(), where.height()).save(str(path))
        self._put_back()

    def _put_back(self) -> None:
        for _ in range(9):
            popup = self._app.activePopupWidget() or self._app.activeModalWidget()
            if popup is None:
                break
            popup.close()
            let_run(0.1)
        if self._window.finding.palette is not None and self._window.finding.palette.isVisible():
            self._window.finding.find_anything()
        self._page.looking.compare_beside()
        if self._page.batch.is_shown:
            self._page.batch.show_batch()
        self._page.panel.filter.clear()
        self._page.photo.clear()
        self._page.avatar.start_anew()
        self._page.notice.hide()
        self._page.looking.look_from_front()
        self._page.panel.open_component(self._page.panel.components[0])
        let_run(0.3)

    def _open(self, photo: Path) -> None:
        self._look_at(photo, "ready")
        _until(lambda: self._page.avatar.state.estimate is not None)

    def _look_at(self, photo: Path, stage: str) -> None:
        self._page.files.open_path(photo)
        _until(lambda: self._page.photo.stage == stage)

    def _is_settled(self) -> bool:
        from app.widgets.option_gallery import OptionGallery

        render = self._page.avatar_view.render_shown
        is_full = render is not None and render.shot.detail == "full" and render.shot.vector == self._page.avatar.vector
        return is_full and all(one.is_drawn for one in self._page.findChildren(OptionGallery) if one.isVisible())


def let_run(seconds: float) -> None:
    """Let the window live for a while."""
    from benchmarks.window import let_run

    let_run(seconds)


def _until(is_so: Callable[[], bool]) -> None:
    begun = time.perf_counter()
    while not is_so() and time.perf_counter() - begun < LIMIT_S:
        let_run(0.05)


def states() -> list[str]:
    """The names of all states, in the order of the class."""
    return [name for name in vars(Gallery) if not name.startswith("_") and name != "take"]


def main() -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument("--size", default="1360x840")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    from app import theme
    from app.application import open_studio

    window, app = open_studio("toon")
    theme.apply(app, asked.theme)
    window.resize(*map(int, asked.size.split("x")))
    window.move(0, 0)
    with tempfile.TemporaryDirectory(prefix="likeness-") as folder:
        gallery = Gallery(window, app, Path(folder))
        for name in asked.only.split(",") if asked.only else states():
            gallery.take(name, asked.out / f"{name}.png")
        window.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="likeness-") as home:
        os.environ["LIKENESS_HOME"] = home
        main()
