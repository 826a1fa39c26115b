"""Likeness: `main.py [PHOTO]` opens the studio, `main.py test` runs the tests; docs/command_line.md has the other verbs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import bootstrap

EXTRAS: Mapping[str, Sequence[str]] = {
    "build": ("build",),
    "cluster": ("cluster",),
    "engine-check": ("build",),
    "face_networks": ("build", "teachers"),
    "label_faces": ("build", "teachers"),
    "render_heads": ("build", "teachers"),
    "ship": ("build", "teachers"),
    "tensorboard": ("tensorboard",),
    "test": ("build", "teachers", "tensorboard", "cluster", "test"),
    "train_finder": ("build",),
    "train_landmarks": ("build", "teachers"),
    "train_parser": ("build",),
}
"""Verb, stage or verb of `jobs` -> the extras it needs besides the base dependencies."""


def main() -> int:
    """Make sure of the environment, then do what the command line says.

    Returns:
        The exit code: 0 done, 1 some inputs failed, 2 wrong usage.
    """
    arguments = sys.argv[1:]
    verb, *rest = arguments or [""]
    if bootstrap.is_checkout():
        stage = rest[0] if verb in ("train", "jobs") and rest else verb
        needed = (*EXTRAS.get(stage, ()), *(("cluster",) if is_sent_to_ray(rest) else ()))
        needed += ("postgres",) if verb == "labels" and any(word.startswith("postgresql") for word in rest) else ()
        wanted = [word for word in rest if not word.startswith("-")] if verb == "setup" else needed
        bootstrap.enter(wanted, with_tests=verb == "test")
    if not verb or (Path(verb).suffix and Path(verb).is_file()):  # a file called “test” does not hide the verb
        if not has_screen():
            bootstrap.say(f"There is no screen here for the studio. Connect one, or see {Path(sys.argv[0]).name} --help.")
            return 1
        from app.application import main as open_studio

        return open_studio(arguments)
    from core.cli.program import run

    return run(arguments)


def is_sent_to_ray(words: Sequence[str]) -> bool:
    """Whether words of a command line choose the cluster, by `--slot` or `--on`; a run may be named “ray” as well."""
    if any(word in ("--slot=ray", "--on=ray") for word in words):
        return True
    return any(words[at] in ("--slot", "--on") and words[at + 1] == "ray" for at in range(len(words) - 1))


def has_screen() -> bool:
    """Whether a window can be opened; Qt would abort without a sentence."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
