"""The rules of the code's structure, each seen failing once on a planted violation."""

import ast
import hashlib
import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core.jobs import JOBS
from core.methods import METHODS
from core.paths import training_data_folder

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 500
MAX_METHODS = 12
MAX_FILE_BYTES = 16_000_000
MAX_TREE_BYTES = 48_000_000

PLANTED = {
    "core imports the app": ("core/avatar/planted.py", "import app\n", "The GUI sits on the core"),
    "core imports Qt": ("core/faces/planted.py", "import PySide6.QtCore\n", "The core knows no GUI toolkit"),
    "app imports torch": ("app/tasks.py", "import torch\n", "The GUI process never loads torch"),
    "app reaches torch by a chain": ("app/tasks.py", "import core.networks.planted\n", "The GUI process never loads torch"),
    "app imports a method with torch": (
        "app/application.py",
        "import core.methods.planted\n",
        "The GUI process never loads torch",
    ),
    "a lower part of core imports a higher one": ("core/avatar/planted.py", "import core.engines\n", "Core, from high to low"),
    "engines import methods": ("core/engines/planted.py", "import core.methods\n", "Core, from high to low"),
    "a new part of core has no place": ("core/planted.py", "", "Core, from high to low"),
    "a widget imports a page": ("app/widgets/planted.py", "import app.pages\n", "App, from high to low"),
    "a new part of app has no place": ("app/planted.py", "", "App, from high to low"),
    "a widget knows state": ("app/widgets/planted.py", "import app.state\n", "Widgets know values, not state"),
    "a page knows its sibling": (
        "app/pages/planted.py",
        "import app.pages.planted_sibling\n",
        "Pages, methods and engines do not know their siblings",
    ),
    "a method knows its sibling": (
        "core/methods/planted.py",
        "import core.methods.planted_sibling\n",
        "Pages, methods and engines do not know their siblings",
    ),
    "an engine knows its sibling": (
        "core/engines/planted.py",
        "import core.engines.planted_sibling\n",
        "Pages, methods and engines do not know their siblings",
    ),
}
"""What is wrong -> (file, the line that makes it wrong, the contract meant for it)."""

SCAFFOLD = {
    "core/networks/planted.py": "import torch\n",
    "core/methods/planted.py": "import torch\n",
    "core/methods/planted_sibling.py": "",
    "core/engines/planted_sibling.py": "",
    "app/application.py": "",
    "app/main_window.py": "",
    "app/pages/__init__.py": "",
    "app/pages/planted_sibling.py": "",
    "app/widgets/__init__.py": "",
    "app/state/__init__.py": "",
}
"""Innocent files that the violations lean on, so that they do not depend on what the tree holds today."""


@pytest.fixture(scope="module")
def copied_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    for name in ("app", "core"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.glb", "*.onnx"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    for path, text in SCAFFOLD.items():
        if not (tree / path).exists():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(text)
    return tree


def broken_contracts(tree: Path) -> set[str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", command], cwd=tree, capture_output=True, text=True, check=False)
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)(?: \(.*\))?$", done.stdout, re.MULTILINE))

    assert len(verdicts) >= 7, done.stdout + done.stderr
    assert (done.returncode == 0) == ("BROKEN" not in verdicts.values())
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}


def test_clean_tree_keeps_every_contract(copied_tree: Path) -> None:
    assert broken_contracts(copied_tree) == set()


@pytest.mark.parametrize(("path", "line", "contract"), PLANTED.values(), ids=PLANTED.keys())
def test_planted_import_breaks_the_contract_meant_for_it(copied_tree: Path, path: str, line: str, contract: str) -> None:
    target = copied_tree / path
    before = target.read_text() if target.exists() else None
    target.write_text((before or '"""Planted."""\n') + line)

    try:
        assert broken_contracts(copied_tree) == {contract}
    finally:
        target.unlink() if before is None else target.write_text(before)


def test_every_contract_has_a_planted_violation() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    names = set(re.findall(r'^name = "([^"]+)"\ntype = ', text, re.MULTILINE))

    assert {contract for _, _, contract in PLANTED.values()} == names


def resolve(entry: str) -> object:
    module, _, attribute = entry.partition(":")
    return getattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize("entry", [*METHODS.values(), *(kind.function for kind in JOBS.values())])
def test_table_entry_resolves(entry: str) -> None:
    assert callable(resolve(entry))


def test_table_entry_that_leads_nowhere_is_noticed() -> None:
    with pytest.raises(AttributeError):
        resolve("core.jobs:nothing_of_this_name")


def loads_torch(statement: str) -> bool:
    code = f"{statement}\nimport sys\nsys.exit(3 if 'torch' in sys.modules else 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode in (0, 3), done.stderr
    return done.returncode == 3


def test_check_for_torch_sees_torch() -> None:
    assert loads_torch("import core.cli.program, torch")


@pytest.mark.parametrize("module", ["app.application", "core.cli.program", "core.faces.reading", "core.engines", "core.methods"])
def test_import_loads_no_torch(module: str) -> None:
    assert not loads_torch(f"import {module}")


def python_files() -> list[Path]:
    files = [ROOT / "main.py", ROOT / "bootstrap.py"]
    for name in ("app", "core", "tests"):
        files += sorted((ROOT / name).rglob("*.py"))
    return files


def too_long(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if text.count("\n") > MAX_LINES:
        yield f"{path}: {text.count(chr(10))} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            count = sum(is_public_method(item) for item in node.body)
            if count > MAX_METHODS:
                yield f"{path}: {node.name} has {count} public methods"


def is_public_method(item: ast.stmt) -> bool:
    """Whether it adds to what a reader must know.

    A property is an attribute, an override is known from its base, and a command of `app.actions` has its row there.
    """
    if not isinstance(item, ast.FunctionDef) or item.name.startswith("_") or item.name in command_names():
        return False
    marks = {mark.id for mark in item.decorator_list if isinstance(mark, ast.Name)}
    return not marks & {"property", "override"}


@cache
def command_names() -> frozenset[str]:
    text = (ROOT / "app" / "actions.py").read_text(encoding="utf-8")
    return frozenset(re.findall(r'^ {4}Command\("(\w+)"', text, re.MULTILINE))


def test_files_and_classes_stay_small() -> None:
    files = python_files()

    assert len(files) > 20
    assert len(command_names()) > 5
    assert [finding for path in files for finding in too_long(path)] == []


def test_large_file_and_large_class_are_noticed(tmp_path: Path) -> None:
    methods = "".join(f"    def m{index}(self): ...\n" for index in range(MAX_METHODS + 1))
    path = tmp_path / "planted.py"
    path.write_text("class Planted:\n" + methods + "\n" * MAX_LINES)

    assert len(list(too_long(path))) == 2


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [path for name in done.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_tracked_tree_stays_small() -> None:
    sizes = {path: path.stat().st_size for path in tracked_files()}

    assert len(sizes) > 20
    assert [path for path, size in sizes.items() if size > MAX_FILE_BYTES] == []
    assert sum(sizes.values()) < MAX_TREE_BYTES


def copies(candidates: list[Path], forbidden: list[Path]) -> list[Path]:
    """Candidates with the same content as a forbidden file; sizes are compared first, so that little is read."""
    by_size: dict[int, list[Path]] = {}
    for path in forbidden:
        by_size.setdefault(path.stat().st_size, []).append(path)
    found = []
    for path in candidates:
        digests = {digest(other) for other in by_size.get(path.stat().st_size, [])}
        if digest(path) in digests:
            found.append(path)
    return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_nothing_of_the_training_data_is_tracked() -> None:
    data = training_data_folder()
    if data is None:
        pytest.skip("the training data is not here")
    forbidden = [path for path in data.rglob("*") if path.is_file() and path.stat().st_size > 0]

    assert len(forbidden) > 1000
    assert copies(tracked_files(), forbidden) == []


def test_copy_of_training_data_is_noticed(tmp_path: Path) -> None:
    data, copy, other = tmp_path / "a.jpg", tmp_path / "b.jpg", tmp_path / "c.jpg"
    data.write_bytes(b"face")
    copy.write_bytes(b"face")
    other.write_bytes(b"ecaf")

    assert copies([copy, other], [data]) == [copy]
