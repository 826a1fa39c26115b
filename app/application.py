"""Opens the studio."""

import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app import problems, theme
from app.estimating import Estimating
from app.main_window import MainWindow
from app.rendering import Rendering
from app.settings import Settings
from core.engines import engine_names, open_engine
from core.errors import AvatarError
from core.paths import state_folder

ENGINE = "toon"
"""The engine that opens, where it is installed."""

MAX_LOG_BYTES = 2**20

WARM_UP_MS = 3000
"""When the networks are loaded: after the first picture, before a person has found a photo."""

SWITCH_S = 0.0005
"""How long a busy worker thread may keep the interpreter from the window.

Python's own 5 ms add up, because painting takes it back once for every widget: 150 ms while the engine opens (measured).
"""


def main(arguments: Sequence[str] = ()) -> int:
    """Open the studio and wait until it is closed.

    Args:
        arguments: A photo or an avatar to open, or nothing.

    Returns:
        The exit code.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _keep_log()
    problems.install_hooks()
    names = engine_names()
    try:
        window, app = open_studio(ENGINE if ENGINE in names else names[0])
    except AvatarError as error:
        QMessageBox.critical(None, "Likeness", str(error))
        return 1
    if arguments:
        QTimer.singleShot(0, lambda: window.open_path(Path(arguments[0])))
    QTimer.singleShot(WARM_UP_MS, window.warm_up)
    return app.exec()


def open_studio(engine: str) -> tuple[MainWindow, QApplication]:
    """The window, shown, and its application, which the caller executes.

    Args:
        engine: Name of the avatar engine.

    Raises:
        EngineError: There is no such engine, or it is damaged.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    sys.setswitchinterval(SWITCH_S)
    app.setApplicationName("Likeness")
    app.setDesktopFileName("likeness")
    settings = Settings()
    theme.set_up(app)
    theme.apply(app, settings.now.theme)
    app.styleHints().colorSchemeChanged.connect(lambda _: theme.apply(app, settings.now.theme))
    opened = open_engine(engine)
    window = MainWindow(opened.schema, Rendering(opened), Estimating(opened.schema), settings)
    window.show()
    return window, app


def _keep_log() -> None:
    folder = state_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "window.log"
    is_long = path.is_file() and path.stat().st_size > MAX_LOG_BYTES
    line = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(filename=path, filemode="w" if is_long else "a", level=logging.INFO, format=line)
