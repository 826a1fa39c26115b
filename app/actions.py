"""Every command of the window: one row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

Owner = Literal["window", "create", "train"]


@dataclass(frozen=True)
class Command:
    """One thing a person can ask for.

    Attributes:
        id: Its name; the owner's method of this name does it.
        text: What the menu says.
        keys: Its shortcuts, the first shown in the menu.
        owner: Whether the window or one of its pages does it; a page's commands are there while the page is.
        section: Where it stands in the menu; commands without one are in no menu.
        is_switch: Whether it turns something on and off; the menu shows which.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    owner: Owner = "create"
    section: str = ""
    is_switch: bool = False


COMMANDS = (
    Command("new", "New avatar", ("Ctrl+N",), section="file"),
    Command("open", "Open…", ("Ctrl+O",), section="file"),
    Command("save", "Save", ("Ctrl+S",), section="file"),
    Command("save_as", "Save as…", ("Ctrl+Shift+S",), section="file"),
    Command("export", "Export picture…", ("Ctrl+E",), section="file"),
    Command("undo", "Undo", ("Ctrl+Z",), section="edit"),
    Command("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), section="edit"),
    Command("copy_picture", "Copy picture", ("Ctrl+C",), section="edit"),
    Command("paste", "Paste photo or avatar", ("Ctrl+V",), section="edit"),
    Command("place_face", "Place face by hand", ("H",), section="edit"),
    Command("find_setting", "Find a setting", ("Ctrl+F",), section="edit"),
    Command("next_unsure", "Next unsure value", ("N",), section="avatar"),
    Command("take_first", "Take the likeliest", ("Shift+1",)),
    Command("take_second", "Take the second likeliest", ("Shift+2",)),
    Command("take_third", "Take the third likeliest", ("Shift+3",)),
    Command("reset_field", "Reset this value", ("R",), section="avatar"),
    Command("reset_part", "Reset this part", ("Shift+R",), section="avatar"),
    Command("lock_field", "Lock this value", ("L",), section="avatar"),
    Command("randomise_part", "Random part", ("G",), section="avatar"),
    Command("new_job", "New job…", ("Ctrl+Shift+N",), "train", "jobs"),
    Command("stop_job", "Stop this job…", ("Ctrl+.",), "train", "jobs"),
    Command("move_up", "Move up in the queue", ("Alt+Up",), "train", "jobs"),
    Command("move_down", "Move down in the queue", ("Alt+Down",), "train", "jobs"),
    Command("remove_job", "Remove this job…", (), "train", "jobs"),
    Command("show_create", "Create", ("Ctrl+1",), "window", "pages"),
    Command("show_train", "Train", ("Ctrl+3", "Ctrl+J"), "window", "pages"),
    Command("look_from_front", "Look from the front", ("Home", "Ctrl+0"), section="view"),
    Command("hold_still", "Keep the avatar still", section="view", is_switch=True),
    Command("full_screen", "Full screen", ("F11",), "window", "view"),
    Command("use_system_theme", "System theme", (), "window", "theme"),
    Command("use_light_theme", "Light theme", (), "window", "theme"),
    Command("use_dark_theme", "Dark theme", (), "window", "theme"),
    Command("show_shortcuts", "Keyboard shortcuts", ("F1", "?"), "window", "help"),
    Command("close", "Quit", ("Ctrl+Q",), "window", "help"),
)
"""In the order of the menu."""

HELD_KEYS = {"B": "Hold to see the photo over the avatar", "\\": "Hold to see what the photo gave"}
"""Keys that do something while they are held, for the sheet of shortcuts."""


def make_actions(owners: Mapping[Owner, object], parent: QWidget) -> dict[str, QAction]:
    """One action per command, connected to its owner's method.

    Args:
        owners: Who does the commands of each owner.
        parent: The window, in which the shortcuts work.
    """
    actions = {}
    for command in COMMANDS:
        action = QAction(command.text, parent)
        action.setCheckable(command.is_switch)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        slot: Callable[[], object] = getattr(owners[command.owner], command.id)
        action.triggered.connect(lambda _=False, slot=slot: slot())
        parent.addAction(action)
        actions[command.id] = action
    return actions
