import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QMessageBox

from app import application, problems
from core.errors import EngineError

ROOT = Path(__file__).resolve().parents[2]

SESSION = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from app.application import open_studio
window, app = open_studio("toy")
started = sorted(name for name in ("torch", "onnxruntime", "wgpu", "PIL") if name in sys.modules)
page = window.page
def edit():
    page.avatar.edit({"hair_type": "long", "hair_color": "red"})
    QTimer.singleShot(1500, finish)
def finish():
    shown = page.avatar_view.render_shown
    if shown is None or shown.shot.vector != page.avatar.vector:
        QTimer.singleShot(200, finish)  # a busy machine
        return
    window.screen().grabWindow(window.winId()).save(sys.argv[1])
    page.avatar.start_anew()
    window.close()
    print(json.dumps({"started": started, "torch": "torch" in sys.modules, "platform": app.platformName()}))
    app.quit()
QTimer.singleShot(500, edit)
sys.exit(app.exec())
"""


def session(shot: Path, *before: str, **environment: str) -> dict[str, object]:
    done = subprocess.run(
        [*before, sys.executable, "-c", SESSION, str(shot)],
        cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, check=True, timeout=120,
    )  # fmt: skip
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_window_starts_without_heavy_libraries_and_never_loads_torch(tmp_path: Path) -> None:
    answer = session(tmp_path / "shot.png", QT_QPA_PLATFORM="offscreen")

    assert answer == {"started": [], "torch": False, "platform": "offscreen"}


def test_engine_that_does_not_open_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def refuse(engine: str) -> None:
        raise EngineError(f"{engine} is damaged. Install Likeness again.")

    monkeypatch.setattr(application, "open_studio", refuse)
    monkeypatch.setattr(problems, "install_hooks", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(QMessageBox, "critical", lambda *words: said.append(words[-1]))

    assert application.main() == 1
    assert said[0].endswith("is damaged. Install Likeness again.")


@pytest.mark.parametrize("scale", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_real_window_on_a_real_screen(tmp_path: Path, scale: str) -> None:
    if shutil.which("xvfb-run") is None:
        pytest.skip("xvfb-run is not installed (decisions.md 2 names the packages)")
    shot = tmp_path / "shot.png"
    screen = ("xvfb-run", "-a", "-s", "-screen 0 2880x1800x24")
    answer = session(shot, *screen, QT_QPA_PLATFORM="xcb", QT_SCALE_FACTOR=scale)

    assert answer["platform"] == "xcb"
    with Image.open(shot) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    height, width, _ = pixels.shape
    assert (width, height) == (1360 * int(scale), 840 * int(scale))
    colours = {tuple(colour) for colour in pixels.reshape(-1, 3)[::97].tolist()}
    assert len(colours) > 40
    assert any(red > 140 and green < 100 and blue < 80 for red, green, blue in colours)  # the red hair was drawn
