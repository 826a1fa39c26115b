"""The picture of the window in the README, made by the program: `xvfb-run -a .venv/bin/python benchmarks/screenshot.py OUT.png`.

The photo is scikit-image's `astronaut` (NASA, public domain).
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.pages.create.page import CreatePage

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LIMIT_S = 120.0


def take(path: Path, engine: str = "toon", theme: str = "light", component: str = "hair") -> None:
    """Open the photo, wait until everything is drawn, and write a picture of the window."""
    from skimage import data

    from app import theme as themes
    from app.application import open_studio
    from benchmarks.window import let_run
    from core.images import write_png

    photo = Path(os.environ["LIKENESS_HOME"]) / "Eileen.png"
    write_png(photo, data.astronaut())
    window, app = open_studio(engine)
    themes.apply(app, "dark" if theme == "dark" else "light")
    page = window.page
    page.files.open_path(photo)
    page.panel.open_component(component)
    begun = time.perf_counter()
    while page.avatar.state.estimate is None and time.perf_counter() - begun < LIMIT_S:
        let_run(0.1)
    while not _is_settled(page) and time.perf_counter() - begun < LIMIT_S:
        let_run(0.5)
    let_run(1.0)
    window.grab().save(str(path))
    page.avatar.start_anew()
    window.close()


def _is_settled(page: "CreatePage") -> bool:
    from app.widgets.option_gallery import OptionGallery

    render = page.avatar_view.render_shown
    is_full = render is not None and render.shot.detail == "full" and render.shot.vector == page.avatar.vector
    return is_full and all(gallery.is_drawn for gallery in page.findChildren(OptionGallery) if gallery.isVisible())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="likeness-") as home:
        os.environ["LIKENESS_HOME"] = home
        take(Path(sys.argv[1]), *sys.argv[2:])
