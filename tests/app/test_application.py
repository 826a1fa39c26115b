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
from PySide6.QtGui import QGuiApplication

from app import application, problems
from app.widgets.start_failure import StartFailure
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


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[StartFailure]:
    """A studio that does not open; what is shown in its place, one try after the other, given up at the third."""
    shown: list[StartFailure] = []

    def show(dialog: StartFailure) -> StartFailure.DialogCode:
        shown.append(dialog)
        return StartFailure.DialogCode.Accepted if len(shown) < 3 else StartFailure.DialogCode.Rejected

    monkeypatch.setattr(problems, "install_hooks", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(StartFailure, "exec", show)
    return shown


@pytest.mark.usefixtures("qapp", "caplog")
def test_engine_that_does_not_open_is_said_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, refused: list[StartFailure], home: Path
) -> None:
    def refuse(engine: str) -> None:
        raise EngineError(f"{engine} is damaged.")

    monkeypatch.setattr(application, "open_studio", refuse)

    assert application.main() == 1
    assert len(refused) == 3
    assert refused[0].reason.text() == "toon is damaged."
    assert str(home) in refused[0].help.text()
    refused[0].copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("toon is damaged.")
    assert "Python 3" in copied


@pytest.mark.usefixtures("qapp", "caplog")
def test_our_own_fault_at_the_start_is_said_with_its_details(
    monkeypatch: pytest.MonkeyPatch, refused: list[StartFailure]
) -> None:
    def fail(engine: str) -> None:
        raise ZeroDivisionError(engine)

    monkeypatch.setattr(application, "open_studio", fail)

    assert application.main() == 1
    assert "our fault" in refused[0].reason.text()
    refused[0].copy_button.click()
    assert "ZeroDivisionError" in QGuiApplication.clipboard().text()


@pytest.mark.usefixtures("qapp", "caplog")
def test_damaged_pack_is_named(refused: list[StartFailure], home: Path) -> None:
    pack = home / "data" / "engines" / "toon"
    pack.mkdir(parents=True)
    (pack / "pack.toml").write_text("format = [")

    assert application.main() == 1
    assert str(pack / "pack.toml") in refused[0].reason.text()


BROKEN_HOME = """
import sys
from PySide6.QtCore import QTimer
from app import application
from app.main_window import MainWindow
def look(window):
    page = window.page
    page.avatar.edit({"hair_type": "long"})
    def finish():
        if "cannot be kept" not in page.notice.text:
            return QTimer.singleShot(100, finish)
        print(page.notice.text)
        page.avatar.start_anew()
        window.close()
    QTimer.singleShot(100, finish)
application.ENGINE = "toy"
application.WARM_UP_MS = 10**6
shown = MainWindow.show
MainWindow.show = lambda window: (shown(window), QTimer.singleShot(500, lambda: look(window)))
sys.exit(application.main())
"""


def test_window_opens_though_its_home_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    done = subprocess.run(
        [sys.executable, "-c", BROKEN_HOME], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "LIKENESS_HOME": str(tmp_path / "home")},
    )  # fmt: skip

    assert (done.returncode, "cannot be kept" in done.stdout) == (0, True), done.stderr
    assert "Traceback" not in done.stderr


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
