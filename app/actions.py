"""Every command of the window: one row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

Owner = Literal["window", "create", "label", "set", "train"]


@dataclass(frozen=True)
class Command:
    """One thing a person can ask for.

    Attributes:
        id: Its name; the owner's method of this name does it.
        text: What the menu says.
        keys: Its shortcuts, the first shown in the menu.
        owner: Who does it: the window, one of its pages, or the evaluation set of the Label page. A page's commands are there
            while the page is.
        section: Where it stands in the menu; commands without one are in no menu.
        is_switch: Whether it turns something on and off; the menu shows which.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    owner: Owner = "create"
    section: str = ""
    is_switch: bool = False

    def is_on(self, page: str) -> bool:
        """Whether it is there on a page."""
        return self.owner in ("window", page) or (self.owner == "set" and page == "label")


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
    Command("new_set", "New evaluation set…", ("Ctrl+N",), "set", "file"),
    Command("open_set", "Open evaluation set…", ("Ctrl+O",), "set", "file"),
    Command("add_photos", "Add photos…", ("Ctrl+Shift+O",), "set", "file"),
    Command("undo_label", "Undo", ("Ctrl+Z",), "label", "edit"),
    Command("redo_label", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "label", "edit"),
    Command("accept", "Accept and go to the next unlabelled", ("Return", "Enter"), "label", "label"),
    Command("mark_unsure", "Unsure", ("U",), "label", "label"),
    Command("skip_photo", "Skip this photo", ("S",), "label", "label"),
    Command("flag_photo", "Flag to look again", ("F",), "label", "label"),
    Command("write_note", "Write a note", ("T",), "label", "label"),
    Command("copy_previous", "Copy from the photo before", ("C",), "label", "values"),
    Command("take_prediction", "Take the prediction", ("P",), "label", "values"),
    Command("reset_value", "Reset this value", ("R",), "label", "values"),
    Command("next_doubt", "Next unsure value", ("N",), "label", "values"),
    Command("previous_photo", "Photo before", ("A",), "label", "photos"),
    Command("next_photo", "Next photo", ("D",), "label", "photos"),
    Command("previous_unlabelled", "Unlabelled photo before", ("Shift+A",), "label", "photos"),
    Command("next_unlabelled", "Next unlabelled photo", ("Shift+D",), "label", "photos"),
    Command("show_photos", "All photos", ("Esc",), "label", "photos"),
    Command("new_job", "New job…", ("Ctrl+Shift+N",), "train", "jobs"),
    Command("stop_job", "Stop this job…", ("Ctrl+.",), "train", "jobs"),
    Command("move_up", "Move up in the queue", ("Alt+Up",), "train", "jobs"),
    Command("move_down", "Move down in the queue", ("Alt+Down",), "train", "jobs"),
    Command("remove_job", "Remove this job…", (), "train", "jobs"),
    Command("show_create", "Create", ("Ctrl+1",), "window", "pages"),
    Command("show_label", "Label", ("Ctrl+2",), "window", "pages"),
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

OTHER_KEYS: Mapping[Owner, Mapping[str, str]] = {
    "create": {"B": "Hold to see the photo over the avatar", "\\": "Hold to see what the photo gave"},
    "label": {
        "1 to 9": "Choose an option",
        "0": "Choose none, or the tenth",
        "J, K": "Next setting, setting before",
        "Arrows": "Choose the one beside, or move the slider",
        "B": "Hold to see the photo over the avatar",
        "\\": "Hold to see the prediction",
    },
}
"""Keys of a page that are no commands: they belong to what has the focus, or do something while they are held."""


def keys_of(page: Owner) -> list[tuple[str, str]]:
    """What every key does on a page: keys and what they do."""
    rows = [(", ".join(one.keys), one.text.rstrip("…")) for one in COMMANDS if one.keys and one.is_on(page)]
    return [*rows, *OTHER_KEYS.get(page, {}).items()]


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
