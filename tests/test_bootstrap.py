"""First starts, with an installer that only pretends."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import bootstrap
from bootstrap import BASE, Environment, SetupError

PYPROJECT = """
[project]
dependencies = ["numpy>=2", "torch==2.13.0"]
[project.optional-dependencies]
build = ["scipy"]
test = ["pytest"]
"""

KILLED = """
import sys, time
from pathlib import Path
sys.path.insert(0, {repository!r})
import bootstrap
from bootstrap import Environment

def create(folder):
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()

def install(python, requirements, lock):
    (python.parent / "half").touch()
    time.sleep(60)

Environment(Path({root!r}), create, install).complete({extras!r})
"""


class Pretended:
    """Makes environments and installs nothing, but remembers what it was asked for."""

    def __init__(self) -> None:
        self.created = 0
        self.installed: list[list[str]] = []
        self.error: Exception | None = None

    def create(self, folder: Path) -> None:
        self.created += 1
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        python.parent.mkdir(parents=True)
        python.touch()

    def install(self, python: Path, requirements: Sequence[str], lock: int) -> None:
        assert python.exists()
        assert lock > 0
        if self.error is not None:
            raise self.error
        self.installed.append(list(requirements))


@pytest.fixture
def pretended() -> Pretended:
    return Pretended()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    return tmp_path


@pytest.fixture
def environment(root: Path, pretended: Pretended) -> Environment:
    return Environment(root, pretended.create, pretended.install)


def test_first_start_installs_base_and_later_starts_nothing(environment: Environment, pretended: Pretended) -> None:
    assert not environment.is_complete()

    environment.complete()
    environment.complete()

    assert environment.is_complete()
    assert pretended.created == 1
    assert pretended.installed == [["numpy>=2", "torch==2.13.0"]]


def test_extra_is_added_to_the_environment_there_is(environment: Environment, pretended: Pretended) -> None:
    environment.complete()
    environment.complete(["test"])

    assert environment.is_complete(["test"])
    assert not environment.is_complete(["build"])
    assert pretended.created == 1
    assert pretended.installed[1:] == [["pytest"]]


def test_changed_extra_is_installed_again_alone(environment: Environment, pretended: Pretended, root: Path) -> None:
    environment.complete(["build", "test"])
    (root / "pyproject.toml").write_text(PYPROJECT.replace('"pytest"', '"pytest>=9"'))

    assert environment.is_complete(["build"])
    assert not environment.is_complete(["build", "test"])
    environment.complete(["build", "test"])

    assert pretended.installed[1:] == [["pytest>=9"]]


def test_changed_base_is_installed_again_with_the_extras_at_hand(
    environment: Environment, pretended: Pretended, root: Path
) -> None:
    environment.complete(["test"])
    (root / "pyproject.toml").write_text(PYPROJECT.replace("numpy>=2", "numpy>=2.1"))
    environment.complete(["test"])

    assert pretended.created == 1
    assert pretended.installed[1:] == [["numpy>=2.1", "torch==2.13.0", "pytest"]]


def test_other_parts_of_pyproject_do_not_matter(environment: Environment, root: Path) -> None:
    environment.complete()
    (root / "pyproject.toml").write_text(PYPROJECT + "\n[tool.ruff]\nline-length = 130\n")

    assert environment.is_complete()


def test_failed_installation_starts_over(environment: Environment, pretended: Pretended, root: Path) -> None:
    pretended.error = SetupError("no network")
    with pytest.raises(SetupError):
        environment.complete()
    (root / ".venv" / "half").touch()
    pretended.error = None
    environment.complete()

    assert pretended.created == 2
    assert not (root / ".venv" / "half").exists()
    assert environment.is_complete()


def test_environment_whose_python_is_gone_starts_over(environment: Environment, pretended: Pretended) -> None:
    environment.complete()
    environment.python.unlink()

    assert not environment.is_complete()
    environment.complete()

    assert pretended.created == 2


def start_and_kill(root: Path, extras: Sequence[str]) -> None:
    code = KILLED.format(repository=str(bootstrap.ROOT), root=str(root), extras=list(extras))
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as process:
        for _ in range(1000):
            if (root / ".venv" / "bin" / "half").exists():
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_first_start_killed_half_way_starts_over(environment: Environment, pretended: Pretended, root: Path) -> None:
    start_and_kill(root, [])

    assert (root / ".venv" / "bin" / "half").exists()
    assert not environment.is_complete()

    environment.complete()

    assert pretended.created == 1
    assert not (root / ".venv" / "bin" / "half").exists()
    assert environment.is_complete()


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_extra_killed_half_way_makes_everything_anew(environment: Environment, pretended: Pretended, root: Path) -> None:
    environment.complete(["build"])
    start_and_kill(root, ["test"])

    assert not environment.is_complete()

    environment.complete(["test"])

    assert pretended.created == 2
    assert pretended.installed[-1] == ["numpy>=2", "torch==2.13.0", "pytest"]
    assert environment.is_complete(["test"])
    assert not environment.is_complete(["build"])


@pytest.mark.skipif(os.name != "posix", reason="pass_fds is POSIX")
def test_installer_that_outlives_its_start_keeps_the_lock(root: Path, pretended: Pretended) -> None:
    orphans: list[subprocess.Popen[bytes]] = []

    def install(_python: Path, _requirements: Sequence[str], lock: int) -> None:
        code = "import time; time.sleep(0.6); open('orphan', 'w').close()"
        orphans.append(subprocess.Popen([sys.executable, "-c", code], pass_fds=(lock,), cwd=root))
        raise SetupError("its parent is gone")

    with pytest.raises(SetupError):
        Environment(root, pretended.create, install).complete()
    Environment(root, pretended.create, pretended.install).complete()

    assert (root / "orphan").exists()
    assert [orphan.wait() for orphan in orphans] == [0]


@pytest.mark.skipif(os.name != "posix", reason="pass_fds is POSIX")
def test_pip_holds_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nexec {sys.executable} -c \"import os; os.fstat(int(os.environ['LOCK']))\"\n")
    python.chmod(0o755)
    with (tmp_path / "lock").open("w") as lock:
        monkeypatch.setenv("LOCK", str(lock.fileno()))
        bootstrap.install_with_pip(python, ["numpy"], lock.fileno())

        monkeypatch.setenv("LOCK", "987")
        with pytest.raises(SetupError, match="Bad file descriptor"):
            bootstrap.install_with_pip(python, ["numpy"], lock.fileno())


def test_unknown_extra_is_refused_with_those_there_are(environment: Environment) -> None:
    with pytest.raises(SetupError, match=r"no extra “tests”; there are build, test\."):
        environment.is_complete(["tests"])


def test_full_disk_is_told_before_anything_is_made(
    environment: Environment, pretended: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "NEEDED_BYTES", 10**18)

    with pytest.raises(SetupError, match=r"needs 1000000000 GB in .*Make room"):
        environment.complete()
    assert pretended.created == 0


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 14), (4, 0)])
def test_other_python_is_refused_with_the_versions_that_work(version: tuple[int, int]) -> None:
    with pytest.raises(SetupError, match=rf"needs Python 3\.11, 3\.12 or 3\.13; this is {version[0]}\.{version[1]} "):
        bootstrap.refuse_other_pythons(version)


@pytest.mark.parametrize("version", bootstrap.SUPPORTED)
def test_supported_python_is_accepted(version: tuple[int, int]) -> None:
    bootstrap.refuse_other_pythons(version)


def test_supported_pythons_are_those_of_pyproject() -> None:
    text = (bootstrap.ROOT / "pyproject.toml").read_text()
    low, high = re.findall(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', text)[0]

    assert tuple((3, minor) for minor in range(int(low), int(high))) == bootstrap.SUPPORTED


def test_message_for_an_old_python_needs_no_new_one() -> None:
    old = subprocess.run(["bash", "-c", "ls ~/.pyenv/versions/3.[789].*/bin/python"], capture_output=True, text=True, check=False)
    if not old.stdout:
        pytest.skip("no older Python here")
    for python in old.stdout.split():
        done = subprocess.run([python, str(bootstrap.ROOT / "main.py")], capture_output=True, text=True, check=False)

        assert done.returncode == 1
        assert done.stderr.startswith("Likeness needs Python 3.11, 3.12 or 3.13; this is 3.")
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        (
            "NewConnectionError: Failed to establish: [Errno -3] Temporary failure in name resolution\n"
            "ERROR: No matching distribution found for numpy>=2",
            "The package index cannot be reached",
        ),
        ("ERROR: No matching distribution found for torch==2.13.0", "No matching distribution found for torch==2.13.0"),
    ],
)
def test_failure_of_pip_is_explained(output: str, sentence: str, tmp_path: Path) -> None:
    explained = bootstrap.explain(output, tmp_path)

    assert sentence in explained
    assert "tart again" in explained


def test_pip_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock, pytest.raises(SetupError, match=r"No module named|no-such-package"):
        bootstrap.install_with_pip(Path(sys.executable), ["--no-index", "no-such-package-of-ours"], lock.fileno())


@pytest.mark.parametrize(
    ("line", "short"),
    [
        ("  Downloading https://a/b/torch-2.13.0-cp311-linux_x86_64.whl (190.1 MB)\n", "Downloading torch 2.13.0 (190.1 MB)"),
        ("  Downloading rich-15.0.0-py3-none-any.whl.metadata", "Downloading rich 15.0.0"),
        ("Downloading", "Downloading"),
        ("Installing collected packages: a, b, c", "Installing 3 packages"),
        ("Collecting numpy>=2", "Collecting numpy>=2"),
        ("", ""),
        ("x" * 200, "x" * 70),
    ],
)
def test_pip_is_shown_in_short(line: str, short: str) -> None:
    assert bootstrap.in_short(line) == short


def test_missing_library_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "LIBRARIES", {"libnothing-of-this-name.so.1": "libnothing1", "libc.so.6": "libc6"})
    monkeypatch.setattr(bootstrap, "FOLDERS", {"/nowhere": "nowhere-data", "/": "base-files"})
    monkeypatch.setattr(bootstrap, "PROGRAMS", {"no-such-program": "nothing-bin", "sh": "dash"})
    monkeypatch.setattr(sys, "platform", "linux")

    assert bootstrap.missing_packages() == ["libnothing1", "nowhere-data"]
    assert bootstrap.missing_packages(with_tests=True) == ["libnothing1", "nothing-bin", "nowhere-data"]


def test_missing_packages_are_one_line_to_paste(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)

    bootstrap.add_system_packages(["libegl1", "libgl1"])

    assert "sudo apt-get install -y --no-install-recommends libegl1 libgl1\n" in capsys.readouterr().err


def test_root_installs_the_packages(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    commands: list[tuple[str, ...]] = []
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)

    def remember(*command: str) -> bool:
        commands.append(command)
        return True

    monkeypatch.setattr(bootstrap, "_runs_quietly", remember)

    bootstrap.add_system_packages(["libegl1"])

    assert commands == [("apt-get", "update"), ("apt-get", "install", "-y", "--no-install-recommends", "libegl1")]
    assert "until you run" not in capsys.readouterr().err


def test_every_package_of_the_decisions_is_looked_for() -> None:
    known = {*bootstrap.LIBRARIES.values(), *bootstrap.FOLDERS.values(), *bootstrap.PROGRAMS.values()}

    assert len(known) == 23
    assert {"libegl1", "mesa-vulkan-drivers", "libxcb-cursor0", "xvfb", "fonts-dejavu-core", "libpulse0"} <= known


def test_stamp_is_written_whole(environment: Environment, root: Path) -> None:
    environment.complete(["test"])

    assert sorted(path.name for path in (root / ".venv" / "stamps").iterdir()) == [BASE, "test"]
