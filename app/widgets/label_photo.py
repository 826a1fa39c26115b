"""One photo to label: the photo, the live avatar at the same scale, and everything there is to choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app import theme
from app.actions import keys_in_words
from app.rendering import Rendering
from app.widgets.avatar_view import AvatarView
from app.widgets.buttons import IconButton, tell_keys, text_button
from app.widgets.choice_grid import ChoiceGrid
from app.widgets.elided import Elided
from app.widgets.field_row import FieldRow
from app.widgets.label_face import LabelFace
from app.widgets.label_words import BEGINS, BEGUN, LIKE, LOOKS
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.side_by_side import Column, SideBySide, caption
from app.widgets.zoom import LinkedZoom
from core.avatar.schema import AvatarSchema
from core.labels.records import Start, State
from core.words import mark, tr

HINTS = (
    (mark("settings"), ("next_value", "previous_value")), (mark("accepts"), ("accept",)), (mark("unsure"), ("mark_unsure",)),
    (mark("skips"), ("skip_photo",)), (mark("photos"), ("previous_photo", "next_photo")), (mark("all keys"), ("show_shortcuts",)),
)  # fmt: skip
"""What is said of keys below the avatar, and the commands that have them."""

NOTE = mark("Note")


@dataclass(frozen=True)
class Facts:
    """What is said of the photo and its label.

    Attributes:
        name: The file's.
        place: Where it is in the set, e.g. "3 of 60".
        state: How far the label is.
        start: What it was begun from, or would be.
        is_begun: Whether it was.
        is_blind: Whether it always begins from nothing.
        is_waiting: Whether the prediction is still on its way.
        problem: Why it cannot be labelled, or why there is no prediction; empty where all is well.
        note: Free text.
        is_flagged: Whether it is to be looked at again.
        like: The name of the photo that it was begun like, or would be; empty for none.
        can_label: Whether its face is known.
    """

    name: str
    place: str
    state: State
    start: Start
    is_begun: bool = False
    is_blind: bool = False
    is_waiting: bool = False
    problem: str = ""
    note: str = ""
    is_flagged: bool = False
    like: str = ""
    can_label: bool = True


class LabelPhoto(QWidget):
    """Shows one photo and its label, and takes what the designer does."""

    start_chosen = Signal(str)
    noted = Signal(str)
    """The note, when the designer has finished writing it."""

    def __init__(self, schema: AvatarSchema, rendering: Rendering) -> None:
        super().__init__()
        self.face = LabelFace()
        self.avatar = AvatarView(rendering)
        self.avatar.set_lively(False)
        self.zoom = LinkedZoom([self.face.image, self.avatar], self)
        core = AvatarSchema(
            schema.engine,
            schema.version,
            tuple(p for p in schema.continuous if p.group == "core"),
            tuple(p for p in schema.discrete if p.group == "core"),
        )
        self.panel = ParameterPanel(core, rendering, is_labelling=True)
        self.name = Elided(theme.font("title", strong=True))
        self.place, self.state = QLabel(), _State()
        self.back = IconButton("grid", tr("All photos"))
        self.previous, self.next = IconButton("previous", tr("Photo before")), IconButton("next", tr("Next photo"))
        self.note, self.keys = QLineEdit(), QLabel()
        self.flag = IconButton("flag", tr("Flag to look again"))
        self.skip, self.unsure = text_button(tr("Skip")), text_button(tr("Unsure"))
        self.accept = text_button(tr("Accept"), "primary")
        self._row: FieldRow | None = None
        self._grid: ChoiceGrid | None = None  # what digits choose from
        self._field: str | None = None  # what the designer is choosing, from photo to photo
        self._is_asked_why = False
        self._lay_out()
        self.face.starts.chosen.connect(self.start_chosen)
        self.note.editingFinished.connect(self._finish_note)
        QApplication.instance().focusChanged.connect(self._follow_focus)  # type: ignore[union-attr]

    def _lay_out(self) -> None:
        for button in (self.skip, self.unsure, self.accept):
            button.setProperty("raised", button is not self.accept)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.flag.setCheckable(True)
        self.note.setPlaceholderText(tr(NOTE))
        self.note.setAccessibleName(tr("Note"))
        self.face.image.setToolTip(tr("Turn the wheel to look closer; then drag to look elsewhere, double-click to see all"))
        self.avatar.setToolTip(tr("Drag to turn, double-click to look from the front; turn the wheel to look closer"))
        self.place.setProperty("tone", "secondary")
        self.keys.setFont(theme.font("small"))
        self.keys.setProperty("tone", "secondary")
        self.keys.setWordWrap(True)
        right = Column(self.avatar, caption(self.flag, self.skip, self.unsure, self.accept), _top(self.note, self.keys))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.name, 1)
        head.addWidget(self.state)
        head.addSpacing(8)
        head.addWidget(self.place)
        head.addWidget(self.previous)
        head.addWidget(self.next)
        stage = QWidget()
        column = QVBoxLayout(stage)
        column.setContentsMargins(24, 12, 24, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(SideBySide(self.face, right), 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(stage, 1)
        layout.addWidget(self.panel)

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Say which keys the commands have, by the commands' ids, now and after each change."""
        for button, name in (
            (self.back, "show_photos"), (self.previous, "previous_photo"), (self.next, "next_photo"), (self.flag, "flag_photo"),
            (self.skip, "skip_photo"), (self.unsure, "mark_unsure"), (self.accept, "accept"),
        ):  # fmt: skip
            tell_keys(button, actions[name])
        tell_hints(self.keys, HINTS, actions)

    def show_facts(self, facts: Facts) -> None:
        """Say what is known of the photo and its label."""
        self.name.set_text(facts.name)
        self.place.setText(facts.place)
        self.state.show_state(facts.state)
        self.face.starts.setVisible(not facts.is_begun and not facts.is_blind)
        self.face.starts.choose(None if facts.problem and facts.start == "blind" else facts.start)
        self.face.why.setText(why(facts))
        for widget in (self.panel, self.note, self.flag, self.skip, self.unsure, self.accept):
            widget.setEnabled(facts.can_label)
        if not self.note.hasFocus():
            self.note.setText(facts.note)
        self.flag.setChecked(facts.is_flagged)

    def take_focus(self) -> None:
        """Give the focus to what the designer was choosing on the photo before."""
        if self._field is None:
            self._field = self.panel.first_row().parameter_ids[0]
        self.panel.go_to(self._field)

    def ask_why(self) -> None:
        """Have the designer write why they are unsure."""
        self._is_asked_why = True
        self.note.setPlaceholderText(tr("Why? Enter marks it unsure"))
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def is_asked_why(self) -> bool:
        """Whether the designer is writing why they are unsure."""
        return self._is_asked_why and self.note.hasFocus()

    def _finish_note(self) -> None:
        self._is_asked_why = False
        self.note.setPlaceholderText(tr(NOTE))
        self.noted.emit(self.note.text())

    def choose_by_key(self, key: str) -> bool:
        """Choose the option that a digit stands for; whether there is one."""
        return self._grid is not None and self._grid.choose_by_key(key)

    @property
    def current_ids(self) -> tuple[str, ...]:
        """The parameters of the row that is being chosen."""
        return () if self._row is None else self._row.parameter_ids

    def _follow_focus(self) -> None:
        row = self.panel.current_row()
        if row is None:
            return
        grid, before = row.keyed_grid(), self._grid
        if grid is not before:
            for one in filter(None, (before, grid)):
                one.show_keys(one is grid)
        self._row, self._grid, self._field = row, grid, row.parameter_ids[0]


def tell_hints(line: QLabel, hints: Sequence[tuple[str, Sequence[str]]], actions: Mapping[str, QAction]) -> None:
    """Say in a line which keys do what, now and after each change; digits choose anyway."""

    def tell() -> None:
        keys = [(tr(word), [keys_in_words(actions[name]) for name in names]) for word, names in hints]
        told = [" ".join([*filter(None, found), word]) for word, found in keys if any(found)]
        line.setText("  ·  ".join([tr("1–9, 0 choose"), *told]))
        line.setToolTip(line.text())  # there may be too little room below a small picture

    for name in {name for _, names in hints for name in names}:
        actions[name].changed.connect(tell)
    tell()


class _State(QWidget):
    """How far the label is, with its icon."""

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._word = IconButton("todo", tr("State"), size=24), QLabel()
        self._icon.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._icon.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._icon)
        layout.addWidget(self._word)

    def show_state(self, state: State) -> None:
        """Show a state."""
        look = LOOKS[state]
        self._icon.icon_name = look.icon
        self._icon.set_text(tr(look.word))
        self._word.setText(tr(look.word))
        self._icon.update()


def _top(*widgets: QWidget) -> QWidget:
    area = QWidget()
    column = QVBoxLayout(area)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    return area


def why(facts: Facts) -> str:
    """What a label begins from and why, in a sentence."""
    if not facts.can_label:
        return ""
    if facts.is_blind:
        return tr("Always labelled from nothing, so that it can be compared.")
    if facts.is_waiting:
        return tr("Looking at the photo…")
    if facts.is_begun:
        return tr("Begun like {like}.", like=facts.like) if facts.like else tr(BEGUN[facts.start])
    if facts.problem:
        return tr("No prediction: {problem}", problem=facts.problem)
    if facts.start in LIKE:
        there, none = LIKE[facts.start]
        return tr(there, name=facts.like) if facts.like else tr(none)
    return tr(BEGINS[facts.start])
