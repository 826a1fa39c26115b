"""Which code this is: what run folders, cards and bug reports record."""

import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def code_version() -> str:
    """The version that pip installed, or the commit of a checkout."""
    try:
        return version("likeness")
    except PackageNotFoundError:
        return commit() or "unknown"


def commit() -> str:
    """The commit of the code, 12 digits, with + where files differ from it; empty outside a repository."""
    git = shutil.which("git")
    if git is None:
        return ""
    command = [git, "-C", str(ROOT), "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
