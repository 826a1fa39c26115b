"""Opens the studio."""

import gc
import logging
import platform
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app import problems, theme
from app.estimating import Estimating
from app.main_window import MainWindow
from app.rendering import Rendering
from app.settings import Settings
from app.state.language import speak
from app.widgets.start_failure import StartFailure
from core.engines import engine_names, open_engine
from core.errors import AvatarError
from core.paths import data_folder, state_folder
from core.version import code_version
from core.words import tr

logger = logging.getLogger(__name__)

ENGINE = "toon"
"""The engine that opens, where it is installed."""

MAX_LOG_BYTES = 2**20

WARM_UP_MS = 3000
"""When the networks are loaded: after the first picture, before a person has found a photo."""

SETTLED_MS = (1500, 5000, 20_000)
"""When what was loaded by then is left alone by Python's search for garbage.

It is there as long as the window is, and looking through all of it took 80 ms each time, in the midst of a drag (measured).
"""

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
    started = _start()
    if started is None:
        return 1
    window, app = started
    if arguments:
        QTimer.singleShot(0, lambda: window.open_path(Path(arguments[0])))
    QTimer.singleShot(WARM_UP_MS, window.warm_up)
    return app.exec()


def _start() -> tuple[MainWindow, QApplication] | None:
    """The studio, tried as often as somebody wants to; None where they give up."""
    app = _application()  # it outlives what fails
    while True:
        names = engine_names()
        try:
            return open_studio(ENGINE if ENGINE in names else names[0])
        except Exception as error:  # noqa: BLE001  without a window nobody else could say it
            theme.set_up(app)
            theme.apply(app, "system")
            if StartFailure(*_why(error)).exec() != StartFailure.DialogCode.Accepted:
                return None


def _application() -> QApplication:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    return app


def _why(error: Exception) -> tuple[str, str, str]:
    """Why it does not start, what to do, and details for a report."""
    problem = problems.describe(error)
    logger.error("Likeness did not start: %s", problem.details or problem.text)
    details = "\n".join(
        (problem.details or problem.text, code_version(), platform.platform(), f"Python {platform.python_version()}")
    )
    if isinstance(error, AvatarError):
        what = tr(
            "Engines that you added lie in {folder}: take the damaged one out of there. If it is one of ours, install Likeness "
            "again; your avatars and settings stay. “main.py doctor” looks at everything and names what is damaged.",
            folder=data_folder() / "engines",
        )
        return problem.text, what, details
    reason = tr("Something went wrong while the window opened, and this is our fault.")
    what = tr("Please send us the details. Your avatars are safe; what was not saved is offered at the next start.")
    return reason, what, details


def open_studio(engine: str) -> tuple[MainWindow, QApplication]:
    """The window, shown, and its application, which the caller executes.

    Args:
        engine: Name of the avatar engine.

    Raises:
        EngineError: There is no such engine, or it is damaged.
    """
    app = _application()
    sys.setswitchinterval(SWITCH_S)
    app.setApplicationName("Likeness")
    app.setDesktopFileName("likeness")
    settings = Settings()
    speak(app, settings.now.language)
    theme.set_up(app)
    theme.apply(app, settings.now.theme)
    theme.follow_system(app, lambda: settings.now.theme)
    theme.reduce_motion(settings.now.reduces_motion)
    opened = open_engine(engine)
    window = MainWindow(opened.schema, Rendering(opened), Estimating(opened.schema), settings)
    window.show()
    for wait_ms in SETTLED_MS:
        QTimer.singleShot(wait_ms, app, lambda: gc.freeze())
    return window, app


def _keep_log() -> None:
    path = state_folder() / "window.log"
    line = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_long = path.is_file() and path.stat().st_size > MAX_LOG_BYTES
        logging.basicConfig(filename=path, filemode="w" if is_long else "a", level=logging.INFO, format=line)
    except OSError:  # a home that cannot be written: the window says so, and the log goes where the program was started
        logging.basicConfig(level=logging.WARNING, format=line)
