"""Make the environment that Likeness runs in, and continue there. Standard library only.

`.venv` beside this file holds everything that pyproject.toml asks for. `.venv/stamps/` says what is installed: a file for `base`
and one for each extra, with a hash of the requirements it stands for. A start that finds them right goes on at once. The stamp
`base` is taken away while anything is installed, so an environment without it is half made, and is made anew.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SUPPORTED = ((3, 11), (3, 12), (3, 13))
BASE = "base"
NEEDED_BYTES = 4 * 10**9  # the environment takes 2.2 GB, and its downloads pass through the disk as well

LIBRARIES: Mapping[str, str] = {
    "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0", "libdbus-1.so.3": "libdbus-1-3", "libglib-2.0.so.0": "libglib2.0-0",
    "libvulkan.so.1": "libvulkan1",
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0", "libxcb-render-util.so.0": "libxcb-render-util0", "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0", "libX11-xcb.so.1": "libx11-xcb1", "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0", "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libpulse.so.0": "libpulse0",  # Qt Multimedia, for the camera and videos, does not load without it
}  # fmt: skip
"""What Qt and the renderer load from a Linux system -> the Debian package that has it."""

FOLDERS: Mapping[str, str] = {"/usr/share/vulkan/icd.d": "mesa-vulkan-drivers", "/usr/share/fonts": "fonts-dejavu-core"}
"""What must not be empty on a Linux system -> the Debian package that fills it."""

PROGRAMS: Mapping[str, str] = {"Xvfb": "xvfb", "xauth": "xauth"}
"""What the tests of the real window run -> the Debian package that has it."""

NETWORK_SIGNS = (
    "name resolution", "NewConnectionError", "ConnectTimeout", "getaddrinfo failed", "Network is unreachable", "ProxyError",
    "Name or service not known", "nodename nor servname", "Read timed out", "Connection refused", "Max retries exceeded",
)  # fmt: skip


class SetupError(Exception):
    """The environment cannot be made; the text says why and what to do."""

    exit_code = 1


class UnknownExtraError(SetupError):
    """There is no extra of this name."""

    exit_code = 2


def say(text: str) -> None:
    """Tell the person at the terminal; standard output is for results."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def is_checkout() -> bool:
    """Whether this is a clone of the repository and not an installed package."""
    return (ROOT / "pyproject.toml").is_file()


def enter(extras: Sequence[str] = (), *, with_tests: bool = False) -> None:
    """Go on in the project's environment with the base dependencies and these extras; make it first where it is not there.

    Args:
        extras: Names of optional dependencies in pyproject.toml.
        with_tests: Whether the programs that tests run are needed as well.
    """
    environment = Environment(ROOT)
    try:
        refuse_other_pythons(sys.version_info[:2])
        if not environment.is_complete(extras):
            add_system_packages(missing_packages(with_tests=with_tests))
            environment.complete(extras)
    except SetupError as error:
        say(str(error))
        raise SystemExit(error.exit_code) from error
    except KeyboardInterrupt:
        say("\nStopped. The next start begins again.")
        raise SystemExit(130) from None
    if Path(sys.prefix).resolve() != environment.folder.resolve():
        continue_in(environment.python)


def continue_in(python: Path) -> None:
    """Run the same command with another Python, in place of this one."""
    command = [str(python), str(ROOT / "main.py"), *sys.argv[1:]]
    if os.name == "posix":
        os.execv(command[0], command)
    raise SystemExit(subprocess.call(command))  # Windows' exec would give the terminal back at once


def refuse_other_pythons(version: tuple[int, ...]) -> None:
    """Check that this Python can run Likeness.

    Raises:
        SetupError: It cannot; the text names one on this machine that can.
    """
    if tuple(version[:2]) in SUPPORTED:
        return
    wanted = "Python 3.11, 3.12 or 3.13"
    here = f"Likeness needs {wanted}; this is {version[0]}.{version[1]} ({sys.executable})."
    for major, minor in reversed(SUPPORTED):
        name = f"python{major}.{minor}"
        if _runs(name):
            raise SetupError(f"{here} Start it with: {name} main.py")
    raise SetupError(f"{here} Install {wanted} from your system's packages or from python.org, then start it with that.")


class Environment:
    """The project's own environment: where it lies and what is installed in it."""

    def __init__(
        self,
        root: Path,
        create: Callable[[Path], None] | None = None,
        install: Callable[[Path, Sequence[str], int], None] | None = None,
    ) -> None:
        """An environment that may not be there yet.

        Args:
            root: The checkout, with pyproject.toml.
            create: Makes an empty environment in a folder.
            install: Installs requirements by an environment's Python. It hands the lock's file descriptor to the process that
                installs, so that nobody else begins while that one lives, even if this one is killed.
        """
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self._stamps = self.folder / "stamps"
        self._create = create or create_environment
        self._install = install or install_with_pip

    def extras(self) -> tuple[str, ...]:
        """Names of all extras."""
        return tuple(self._requirements())[1:]

    def is_complete(self, extras: Sequence[str] = ()) -> bool:
        """Whether the base dependencies and these extras are installed as pyproject.toml has them now.

        Raises:
            UnknownExtraError: There is no such extra.
        """
        return not self._missing(extras) and self.python.exists()

    def complete(self, extras: Sequence[str] = ()) -> None:
        """Install what is missing; begin anew where an earlier start was interrupted.

        Raises:
            SetupError: Something stands in the way.
        """
        with _lock(self.root / ".venv.lock") as lock:
            if self.is_complete(extras):  # somebody else did it while we waited
                return
            base = self._stamps / BASE
            if not base.is_file() or not self.python.exists():
                self._start_over()
            missing = self._missing(extras)
            base.unlink(missing_ok=True)
            self._install(self.python, [line for name in missing for line in self._requirements()[name]], lock)
            for name in (*(name for name in missing if name != BASE), BASE):
                self._write_stamp(name)

    def _start_over(self) -> None:
        if self.folder.exists():
            say("An earlier installation was not finished; it starts over.")
            shutil.rmtree(self.folder)
        free = shutil.disk_usage(self.root).free
        if free < NEEDED_BYTES:
            raise SetupError(
                f"Likeness needs {NEEDED_BYTES / 1e9:.0f} GB in {self.root}, and {free / 1e9:.1f} GB are free. "
                "Make room and start again."
            )
        say(f"First start: making {self.folder}. It takes a few minutes; later starts do not.")
        self._create(self.folder)

    def _missing(self, extras: Sequence[str]) -> list[str]:
        requirements = self._requirements()
        for name in extras:
            if name not in requirements:
                raise UnknownExtraError(f"There is no extra “{name}”; there are {', '.join(self.extras())}.")
        names = [BASE, *(name for name in extras if name != BASE)]
        missing = [name for name in names if self._read_stamp(name) != _fingerprint(requirements[name])]
        # An extra was resolved together with the base dependencies: when those change, it has to be looked at again.
        return names if BASE in missing else missing

    def _requirements(self) -> dict[str, list[str]]:
        import tomllib  # Python 3.11; older ones must get as far as our message

        project = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return {BASE: project["dependencies"], **project.get("optional-dependencies", {})}

    def _read_stamp(self, name: str) -> str:
        try:
            return (self._stamps / name).read_text(encoding="utf-8")
        except OSError:
            return ""

    def _write_stamp(self, name: str) -> None:
        self._stamps.mkdir(exist_ok=True)
        temporary = self._stamps / f".{name}"
        temporary.write_text(_fingerprint(self._requirements()[name]), encoding="utf-8")
        temporary.replace(self._stamps / name)


def create_environment(folder: Path) -> None:
    """Make an empty environment with pip in it.

    Raises:
        SetupError: This Python cannot.
    """
    done = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    shutil.rmtree(folder, ignore_errors=True)
    said = (done.stdout + done.stderr).strip()
    if "ensurepip" in said:
        package = f"python3.{sys.version_info[1]}-venv"
        raise SetupError(f"This Python comes without venv. On Debian and Ubuntu: sudo apt-get install {package}")
    raise SetupError(explain(said, folder.parent))


def install_with_pip(python: Path, requirements: Sequence[str], lock: int) -> None:
    """Install requirements, showing how far it is.

    Raises:
        SetupError: pip gave up; the text says why.
    """
    command = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *requirements]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        pass_fds=(lock,) if os.name == "posix" else (),
    ) as process:
        lines = _show_progress(process)
    if process.returncode != 0:
        raise SetupError(explain("".join(lines), python.parent))


def explain(output: str, folder: Path) -> str:
    """What a person should know about an installation that failed.

    Args:
        output: All that pip said.
        folder: Where it was installing to.
    """
    if "No space left on device" in output or "[Errno 28]" in output:
        free = shutil.disk_usage(folder).free / 1e9 if folder.exists() else 0.0
        return f"The disk is full ({free:.1f} GB are free, {NEEDED_BYTES / 1e9:.0f} are needed). Make room and start again."
    if any(sign in output for sign in NETWORK_SIGNS):
        return "The package index cannot be reached. Check the network (or the proxy: HTTPS_PROXY) and start again."
    last = "\n".join(f"    {line}" for line in output.strip().splitlines()[-12:])
    return f"The installation failed. pip said:\n{last}\nStart again when that is mended; what was downloaded is kept."


def in_short(line: str) -> str:
    """What pip is doing, in a few words."""
    words = line.split()
    if words[:1] == ["Downloading"] and len(words) > 1:
        name = words[1].rpartition("/")[2].split("-")
        return " ".join(["Downloading", *name[:2], *words[2:4]])
    if words[:2] == ["Installing", "collected"]:
        return f"Installing {len(words) - 3} packages"
    return " ".join(words)[:70]


def missing_packages(*, with_tests: bool = False) -> list[str]:
    """Debian packages with what a Linux system lacks to run Likeness, sorted."""
    if not sys.platform.startswith("linux"):
        return []
    missing = {package for library, package in LIBRARIES.items() if not _loads(library)}
    missing |= {package for folder, package in FOLDERS.items() if not Path(folder).is_dir() or not any(Path(folder).iterdir())}
    if with_tests:
        missing |= {package for program, package in PROGRAMS.items() if shutil.which(program) is None}
    return sorted(missing)


def add_system_packages(packages: Sequence[str]) -> None:
    """Install Debian packages if this is root on such a system; else say what to do. What does not need them works without."""
    if not packages:
        return
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        say(f"Missing system libraries; window, pictures or camera may not work. Debian calls them: {' '.join(packages)}")
        return
    if getattr(os, "geteuid", lambda: 1)() == 0:
        say(f"Installing system libraries: {' '.join(packages)}")
        if _runs_quietly("apt-get", "update") and _runs_quietly(*line.split()):
            return
    say(f"Missing system libraries; window, pictures or camera may not work until you run:\n    sudo {line}")


def _runs_quietly(*command: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, stdout=subprocess.DEVNULL, env=environment, check=False).returncode == 0


def _show_progress(process: subprocess.Popen[str]) -> list[str]:
    """Show what pip does, one line rewritten on a terminal; give back all that it said."""
    lines: list[str] = []
    is_terminal = sys.stderr.isatty()

    def read() -> None:
        for line in process.stdout or ():
            lines.append(line)
            if not is_terminal and line.split()[:1] in (["Downloading"], ["Installing"]):
                say(f"  {in_short(line)}")

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    began = time.monotonic()
    while reader.is_alive():
        reader.join(0.2)
        if is_terminal:
            sys.stderr.write(f"\r\x1b[K  {time.monotonic() - began:4.0f} s  {in_short((lines or [''])[-1])}")
            sys.stderr.flush()
    if is_terminal:
        sys.stderr.write("\r\x1b[K")
    process.wait()
    return lines


@contextmanager
def _lock(path: Path) -> Iterator[int]:
    """Hold the one lock of this checkout; wait while another process has it. Freed by the system when its holders end."""
    with path.open("a+b") as file:
        if not _try_lock(file.fileno()):
            say("Another start of Likeness is installing; waiting for it.")
            while not _try_lock(file.fileno()):
                time.sleep(0.2)
        yield file.fileno()


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _fingerprint(requirements: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(requirements)).encode()).hexdigest()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _runs(name: str) -> bool:
    """Whether a Python of this name is there and works; pyenv leaves names behind that do not."""
    found = shutil.which(name)
    return found is not None and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0
