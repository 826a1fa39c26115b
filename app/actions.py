"""Every command of the window: one row each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from core.words import mark, tr

SAME_MOMENT_MS, UP_MS, PAST_MS = 1, 40, 2000
"""Between the release and the press that stand for one key held down; after how long without a press a key is up, and past."""

_HELD_WITH = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt)

Owner = Literal[
    "window", "window.finding",
    "create", "create.photos", "create.batch", "create.files", "create.recovering", "create.history", "create.privacy",
    "create.editing", "create.looking", "create.snapshots", "create.export", "create.which", "create.camera", "create.parts",
    "create.picking", "create.regions", "label", "label.files", "train",
]  # fmt: skip
"""The window, one of its pages, or a part of one."""


@dataclass(frozen=True)
class Command:
    """One thing a person can ask for.

    Attributes:
        id: Its name; the owner's method of this name does it.
        text: What the menu says.
        keys: Its shortcuts, the first shown in the menu, as `QKeySequence` writes them; people may give it others.
        owner: Who does it: the window, one of its pages, or a part of one. The commands of a page and its parts are there while
            the page is.
        section: Where it stands in the menu; commands without one are in no menu. In front of a blank is the menu within it.
        is_switch: Whether it turns something on and off; the menu shows which.
        repeats: Whether it is done again and again while its keys are held down.
        is_held: Whether it lasts while its keys are held down; its method gives what ends it, or None where it did nothing.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    owner: Owner = "create"
    section: str = ""
    is_switch: bool = False
    repeats: bool = False
    is_held: bool = False

    def is_on(self, page: str) -> bool:
        """Whether it is there on a page."""
        return self.owner.partition(".")[0] in ("window", page)


COMMANDS = (
    Command("new", "New avatar", ("Ctrl+N",), "create.files", "file"),
    Command("open", "Open…", ("Ctrl+O",), "create.files", "file"),
    Command("open_folder", "Open a folder…", (), "create.files", "file"),
    Command("open_camera", "Camera…", ("Ctrl+Shift+C",), "create.camera", "file"),
    Command("save", "Save", ("Ctrl+S",), "create.files", "file"),
    Command("save_as", "Save as…", ("Ctrl+Shift+S",), "create.files", "file"),
    Command("export", "Export picture…", ("Ctrl+E",), "create.export", "file"),
    Command("recovered_work", "Recovered work…", (), "create.recovering", "file"),
    Command("new_set", "New evaluation set…", ("Ctrl+N",), "label.files", "file"),
    Command("open_set", "Open evaluation set…", ("Ctrl+O",), "label.files", "file"),
    Command("add_photos", "Add photos…", ("Ctrl+Shift+O",), "label.files", "file"),
    Command("live_mirror", "Live mirror", ("Ctrl+Shift+M",), "create.camera", "photo in"),
    Command("mirror_video", "Live mirror from a video…", (), "create.camera", "photo in"),
    Command("try_sample", "Try a sample face", (), "create.photos", "photo in"),
    Command("photo_beside", "Photo beside this avatar…", (), "create.photos", "photo in"),
    Command("place_face", "Place face by hand", ("H",), section="photo face"),
    Command("all_faces", "All faces of this photo", (), "create.batch", "photo face"),
    Command("group_portrait", "Group portrait…", ("Ctrl+Shift+G",), "create.batch", "photo face"),
    Command("show_batch", "All photos", ("Ctrl+B",), "create.batch", "photo many"),
    Command("forget_photo", "Forget this photo…", (), "create.privacy", "photo forget"),
    Command("undo", "Undo", ("Ctrl+Z",), "create.editing", "edit", repeats=True),
    Command("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "create.editing", "edit", repeats=True),
    Command("show_history", "History…", ("Ctrl+Alt+Z",), "create.history", "edit"),
    Command("undo_label", "Undo", ("Ctrl+Z",), "label", "edit", repeats=True),
    Command("redo_label", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "label", "edit", repeats=True),
    Command("copy_picture", "Copy picture", ("Ctrl+C",), "create.export", "edit"),
    Command("paste", "Paste photo or avatar", ("Ctrl+V",), "create.files", "edit"),
    Command("find_setting", "Find a setting", ("Ctrl+F",), "create.editing", "edit"),
    Command("next_setting", "Next setting", ("J",), "create.editing", repeats=True),
    Command("previous_setting", "Setting before", ("K",), "create.editing", repeats=True),
    Command("next_unsure", "Next unsure value", ("N",), "create.editing", "avatar"),
    Command("take_first", "Take the likeliest", ("Shift+1",), "create.editing"),
    Command("take_second", "Take the second likeliest", ("Shift+2",), "create.editing"),
    Command("take_third", "Take the third likeliest", ("Shift+3",), "create.editing"),
    Command("which_is_more_you", "Which is more you?…", ("W",), "create.which", "avatar"),
    Command("reset_field", "Reset this value", ("R",), "create.editing", "avatar value"),
    Command("lock_field", "Lock this value", ("L",), "create.editing", "avatar value"),
    Command("pick_colour", "Take this colour from the photo", ("I",), "create.picking", "avatar value"),
    Command("reset_part", "Reset this part", ("Shift+R",), "create.parts", "avatar part"),
    Command("lock_part", "Lock or unlock this part", ("Shift+L",), "create.parts", "avatar part"),
    Command("copy_part", "Copy this part", ("Alt+C",), "create.parts", "avatar part"),
    Command("paste_part", "Paste a part", ("Alt+V",), "create.parts", "avatar part"),
    Command("randomise_part", "Random part", ("G",), "create.parts", "avatar part"),
    Command("randomise_with_seed", "Random part with a seed…", ("Shift+G",), "create.parts", "avatar part"),
    Command("predict_part", "Predict this part again", ("Shift+P",), "create.parts", "avatar part"),
    Command("predict_again", "Predict again what is not locked", ("P",), "create.parts", "avatar whole"),
    Command("randomise_all", "Random avatar", ("Ctrl+G",), "create.parts", "avatar whole"),
    Command("take_snapshot", "Take a snapshot", ("S",), "create.snapshots", "avatar snapshots"),
    Command("blend_snapshots", "Blend two snapshots", ("Shift+S",), "create.snapshots", "avatar snapshots"),
    Command("compare_beside", "Photo and avatar side by side", (), "create.looking", "compare"),
    Command("compare_wipe", "Wipe from photo to avatar", ("D",), "create.looking", "compare"),
    Command("compare_blink", "Photo and avatar in turn", ("X",), "create.looking", "compare"),
    Command("compare_overlay", "Photo through the avatar", ("O",), "create.looking", "compare"),
    Command("choose_compared", "Compare with…", (), "create.looking", "compare"),
    Command("see_photo", "Hold to see the photo over the avatar", ("B",), "create.looking", is_held=True),
    Command("see_prediction", "Hold to see what the photo gave", ("\\",), "create.looking", is_held=True),
    Command("see_snapshot", "Hold to see the snapshot", ("V",), "create.snapshots", is_held=True),
    Command("show_agreement", "Agreement", ("Ctrl+Shift+A",), "label", "set"),
    Command("settle_differences", "Settle differences", ("Ctrl+Shift+D",), "label", "set"),
    Command("open_server", "Open from a server…", (), "label.files", "set open"),
    Command("unpack_set", "Unpack…", (), "label.files", "set open"),
    Command("change_designer", "Who labels…", (), "label.files", "set work"),
    Command("label_again", "Label again…", (), "label.files", "set work"),
    Command("lock_set", "Freeze this set…", (), "label.files", "set freeze"),
    Command("new_version", "New version…", (), "label.files", "set freeze"),
    Command("verify_set", "Check a frozen set", (), "label.files", "set freeze"),
    Command("merge_set", "Merge another set…", (), "label.files", "set share"),
    Command("import_labels", "Import labels…", (), "label.files", "set share"),
    Command("export_labels", "Export labels…", (), "label.files", "set share"),
    Command("pack_set", "Pack to send…", (), "label.files", "set share"),
    Command("name_subject", "Who is on this photo…", (), "label.files", "set forget"),
    Command("forget_photos", "Forget a photo or a person…", (), "label.files", "set forget"),
    Command("accept", "Accept and go to the next unlabelled", ("Return",), "label", "labelling"),
    Command("mark_unsure", "Unsure", ("U",), "label", "labelling"),
    Command("doubt_with_reason", "Unsure, and why", ("Shift+U",), "label", "labelling"),
    Command("skip_photo", "Skip this photo", ("S",), "label", "labelling"),
    Command("flag_photo", "Flag to look again", ("F",), "label", "labelling"),
    Command("write_note", "Write a note", ("T",), "label", "labelling"),
    Command("place_again", "Place the face by hand", ("H",), "label", "labelling"),
    Command("copy_previous", "Copy from the photo before", ("C",), "label", "labelling values"),
    Command("take_prediction", "Take the prediction", ("P",), "label", "labelling values"),
    Command("reset_value", "Reset this value", ("R",), "label", "labelling values"),
    Command("next_doubt", "Next value to check", ("N",), "label", "labelling values"),
    Command("next_value", "Next setting", ("J",), "label", repeats=True),
    Command("previous_value", "Setting before", ("K",), "label", repeats=True),
    Command("see_face", "Hold to see the photo over the avatar", ("B",), "label", is_held=True),
    Command("see_origin", "Hold to see the prediction", ("\\",), "label", is_held=True),
    Command("see_before", "Hold to see the avatar before the last change", ("V",), "label", is_held=True),
    Command("previous_photo", "Photo before", ("A",), "label", "labelling photos", repeats=True),
    Command("next_photo", "Next photo", ("D",), "label", "labelling photos", repeats=True),
    Command("previous_unlabelled", "Unlabelled photo before", ("Shift+A",), "label", "labelling photos"),
    Command("next_unlabelled", "Next unlabelled photo", ("Shift+D",), "label", "labelling photos"),
    Command("show_photos", "All photos", ("Esc",), "label", "labelling photos"),
    Command("show_fields", "Field by field", ("Ctrl+Shift+F",), "label", "labelling photos"),
    Command("new_job", "New job…", ("Ctrl+Shift+N",), "train", "jobs"),
    Command("stop_job", "Stop this job…", ("Ctrl+.",), "train", "jobs"),
    Command("move_up", "Move up in the queue", ("Alt+Up",), "train", "jobs", repeats=True),
    Command("move_down", "Move down in the queue", ("Alt+Down",), "train", "jobs", repeats=True),
    Command("remove_job", "Remove this job…", (), "train", "jobs"),
    Command("look_from_front", "All of it, from the front", ("Home", "Ctrl+0"), "create.looking", "view"),
    Command("look_closer", "Look closer", ("+", "="), "create.looking", "view", repeats=True),
    Command("look_further", "Look less closely", ("-",), "create.looking", "view", repeats=True),
    Command("zoom_in", "Look closer", ("+", "="), "label", "view", repeats=True),
    Command("zoom_out", "Look less closely", ("-",), "label", "view", repeats=True),
    Command("zoom_all", "See all again", ("Ctrl+0",), "label", "view"),
    Command("show_regions", "Light up what a setting is about", (), "create.regions", "view avatar", is_switch=True),
    Command("hold_still", "Keep the avatar still", (), "create.looking", "view avatar", is_switch=True),
    Command("reduce_motion", "Reduce motion", (), "window", "view window", is_switch=True),
    Command("full_screen", "Full screen", ("F11",), "window", "view window"),
    Command("use_system_theme", "System theme", (), "window", "theme"),
    Command("use_light_theme", "Light theme", (), "window", "theme"),
    Command("use_dark_theme", "Dark theme", (), "window", "theme"),
    Command("show_create", "Create", ("Ctrl+1",), "window", "pages"),
    Command("show_label", "Label", ("Ctrl+2",), "window", "pages"),
    Command("show_train", "Train", ("Ctrl+3", "Ctrl+J"), "window", "pages"),
    Command("find_anything", "Search…", ("Ctrl+K", "Ctrl+Shift+P"), "window.finding", "help"),
    Command("show_menu", "Menu", ("F10",), "window"),
    Command("show_shortcuts", "Keyboard shortcuts…", ("F1", "?"), "window", "help"),
    Command("close", "Quit", ("Ctrl+Q",), "window", "help"),
)
"""In the order of the menu."""

SECTIONS: Mapping[str, str] = {
    "file": mark("File"), "photo": mark("Photo"), "edit": mark("Edit"), "avatar": mark("Avatar"), "compare": mark("Compare"),
    "set": mark("Evaluation set"), "labelling": mark("Labelling"), "jobs": mark("Jobs"), "view": mark("View"),
    "theme": mark("Theme"), "pages": mark("Pages"), "help": mark("Help"),
}  # fmt: skip
"""What the parts of the menu are called, by the first word of their commands' sections."""

PAGES: Mapping[str, str] = {"create": mark("Create"), "label": mark("Label"), "train": mark("Train")}
"""What the pages are called."""


@dataclass(frozen=True)
class FixedKeys:
    """Keys that no command can have, because whatever has the focus hears them.

    Attributes:
        name: What people call them.
        text: What they do.
        keys: All of them, as `QKeySequence` writes them.
        pages: Where.
    """

    name: str
    text: str
    keys: frozenset[str]
    pages: tuple[str, ...] = tuple(PAGES)


_ARROWS = frozenset(f"{modifier}{arrow}" for modifier in ("", "Shift+") for arrow in ("Left", "Right", "Up", "Down"))

FIXED_KEYS = (
    FixedKeys("1 to 9", "Choose a face of the photo", frozenset("123456789"), ("create",)),
    FixedKeys("1 to 9, 0", "Choose an option; two digits where there are more than ten", frozenset("1234567890"), ("label",)),
    FixedKeys(", .", "Field by field: less, or more, of a number", frozenset(",."), ("label",)),
    FixedKeys("Arrows", "Choose the one beside, or move the slider", _ARROWS | {"Alt+Left", "Alt+Right"}, ("create", "label")),
    FixedKeys("Two digits", "Set the slider with the focus, from 0 to 100", frozenset("1234567890"), ("create", "label")),
    FixedKeys(
        "PgUp, PgDown",
        "Move the slider by 10; Home and End to its ends",
        frozenset({"PgUp", "PgDown", "Home", "End"}),
        ("create", "label"),
    ),
    FixedKeys("Arrows", "Choose the one beside", _ARROWS, ("train",)),
    FixedKeys("+, -", "Enlarge the photo while its face is placed", frozenset("+-="), ("create",)),
    FixedKeys("Ctrl+Enter", "Add the new job to the queue", frozenset({"Ctrl+Return"}), ("train",)),
    FixedKeys("Tab", "Go to the next control", frozenset({"Tab", "Shift+Tab"})),
    FixedKeys("Enter, Space", "Press what has the focus", frozenset({"Return", "Space", "Shift+Space"})),
    FixedKeys("Esc", "Leave what is open", frozenset({"Esc"})),
)
"""A command keeps keys of these that it has by itself."""


def in_words(keys: str) -> str:
    """Keys as people write them: Return is what stands on no keyboard."""
    words = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return words.replace("Return", "Enter")


def set_keys(action: QAction, keys: Iterable[str]) -> None:
    """Have an action done by these keys and no others; Enter is the keypad's as well, whose name the menu shows."""
    names = [name for key in keys for name in dict.fromkeys((key.replace("Return", "Enter"), key))]
    action.setShortcuts([QKeySequence(name) for name in names])


def keys_in_words(action: QAction) -> str:
    """The first of an action's keys as people write them; empty where it has none."""
    return in_words(action.shortcut().toString())


def make_actions(owners: Mapping[Owner, object], parent: QWidget) -> dict[str, QAction]:
    """One action per command, connected to its owner's method.

    Args:
        owners: Who does the commands of each owner.
        parent: The window, in which the shortcuts work.
    """
    actions: dict[str, QAction] = {}
    pressing = _Pressing(parent)
    for command in COMMANDS:
        action = _Action(tr(command.text), parent)
        action.setCheckable(command.is_switch)
        action.setAutoRepeat(command.repeats)
        set_keys(action, command.keys)
        slot: Callable[[], object] = getattr(owners[command.owner], command.id)
        once = partial(pressing.press, action, slot)
        action.triggered.connect(lambda _=False, act=slot if command.repeats else once: act())
        parent.addAction(action)
        actions[command.id] = action
    return actions


class _Action(QAction):
    """Knows whether its keys are what triggers it now."""

    is_by_keys = False

    @override
    def event(self, event: QEvent) -> bool:
        self.is_by_keys = event.type() == QEvent.Type.Shortcut
        try:
            return super().event(event)
        finally:
            self.is_by_keys = False


class _Pressing(QObject):
    """Does something once for a key that is pressed, however long it is held, and ends what lasts while it is.

    X11 repeats a held key as if it were let go and pressed again in the same moment, and Qt notices only some of that. So after
    a key did something, all keys are watched until it is really up.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._keys: frozenset[int] = frozenset()
        self._end: object = None
        self._let_go_at, self._is_repeated = 0, False
        self._up, self._past = QTimer(self, interval=UP_MS, singleShot=True), QTimer(self, interval=PAST_MS, singleShot=True)
        self._up.timeout.connect(self._finish)
        self._past.timeout.connect(self._forget)

    def press(self, action: QAction, act: Callable[[], object]) -> None:
        """Do what an action is for, unless its keys are just held since they did it.

        Args:
            action: The action.
            act: Does it; what it gives is called once the keys are up, if it can be.
        """
        if self._is_repeated:
            return
        self._finish()
        self._keys = frozenset(int(keys[0].key()) for keys in action.shortcuts())  # type: ignore[index]  # the stubs forgot it
        self._let_go_at = 0
        if not isinstance(action, _Action) or action.is_by_keys:  # else all events would be slower for no keys
            self._watch()
        self._end = act()
        if callable(self._end):
            self._watch()

    def _watch(self) -> None:
        if app := QApplication.instance():
            app.installEventFilter(self)
        self._past.start()

    def _finish(self) -> None:
        """The keys are up."""
        self._up.stop()
        end, self._end = self._end, None
        if callable(end):
            end()

    def _forget(self) -> None:
        """They are up for so long that nothing that follows is theirs."""
        self._is_repeated = False
        if self._end is None and (app := QApplication.instance()):
            app.removeEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.WindowDeactivate, QEvent.Type.ApplicationDeactivate):
            self._is_repeated = False  # the release will not be heard here
            self._up.start()
        elif kind == QEvent.Type.MouseButtonRelease:
            self._is_repeated = False  # a click is one, whatever is held meanwhile
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.ShortcutOverride:
            self._is_repeated = event.key() in self._keys and is_repeated(event, self._let_go_at)
            if self._is_repeated:
                self._up.stop()
        elif isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyRelease and self._is_ours(event):
            self._let_go_at, self._is_repeated = event.timestamp(), False
            self._up.start()
            self._past.start()
        return False

    def _is_ours(self, event: QKeyEvent) -> bool:
        return event.key() in {*self._keys, *_HELD_WITH} and not event.isAutoRepeat()


def is_repeated(event: QKeyEvent, let_go_at: int) -> bool:
    """Whether a key is pressed only because it is held.

    Args:
        event: The press.
        let_go_at: Timestamp of the release before it, ms; 0 where there was none.
    """
    return event.isAutoRepeat() or bool(let_go_at and event.timestamp() - let_go_at <= SAME_MOMENT_MS)
