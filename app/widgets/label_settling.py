"""One photo on which designers differ: the photo, what each says, how it stands, and every difference to settle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app import theme
from app.rendering import Rendering
from app.widgets.avatar_view import AvatarView
from app.widgets.buttons import IconButton, tell_keys, text_button
from app.widgets.elided import Elided
from app.widgets.explanation import Explanation
from app.widgets.image_view import ImageView
from app.widgets.label_photo import tell_hints
from app.widgets.label_question import Question, questions_of
from app.widgets.marks import in_words
from app.widgets.parameter_panel import WIDTH, ParameterPanel
from app.widgets.picture_flow import PictureFlow
from app.widgets.progress_line import ProgressLine
from app.widgets.settling_row import SettlingRow, sayings_of
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector, Value
from core.labels.records import SETTLED, By
from core.words import mark, tr, trn

HINTS = (
    (mark("differences"), ("next_value", "previous_value")), (mark("goes on"), ("accept",)),
    (mark("photos"), ("previous_photo", "next_photo")), (mark("takes back"), ("undo_label",)),
    (mark("all keys"), ("show_shortcuts",)),
)  # fmt: skip
"""What is said of keys below the pictures, and the commands that have them."""


@dataclass(frozen=True, eq=False)
class Standing:
    """What is shown of a photo.

    Attributes:
        name: The file's.
        place: Which of the photos it is, e.g. "3 of 12".
        left: How many photos are not settled.
        total: How many there are.
        picture: Its face.
        designers: Who says something; their order tells nothing about them.
        avatars: What they say.
        avatar: How it stands.
        by: Of every parameter whether designers agree (`copied`), it was chosen (`edited`) or it is open (`default`).
    """

    name: str
    place: str
    left: int
    total: int
    picture: QImage | None
    designers: Sequence[str]
    avatars: Sequence[AvatarVector]
    avatar: AvatarVector
    by: Mapping[str, By]


class LabelSettling(QWidget):
    """Shows a photo's differences, and takes what is chosen."""

    chosen = Signal(object)
    """Values by parameter id."""

    def __init__(self, schema: AvatarSchema, rendering: Rendering) -> None:
        super().__init__()
        self._rendering, self._questions = rendering, questions_of(schema)
        self.standing: Standing | None = None
        self.rows: list[SettlingRow] = []
        self._current = 0
        self.image, self.result = ImageView(is_kept=True), AvatarView(rendering)
        self.result.set_lively(False)
        self._flow, self._keys = PictureFlow(), QLabel()
        self._said: list[AvatarView] = []
        self.back, self.previous, self.next = (
            IconButton("grid", tr("All photos")), IconButton("previous", tr("Photo before")),
            IconButton("next", tr("Next photo")),
        )  # fmt: skip
        self.name, self.left, self.bar = Elided(theme.font("title", strong=True)), QLabel(), ProgressLine(tr("Settled"))
        self.names = text_button(tr("Show names"), "link")
        self.accept, self.count = text_button(tr("Next photo"), "primary"), QLabel()
        self.panel = ParameterPanel(schema, rendering, is_labelling=True)
        self.return_button = text_button(tr("Back to the differences"))
        self._sides, self._scroll, self._list = QStackedWidget(), QScrollArea(), QVBoxLayout()
        self._pages, self.nothing = QStackedWidget(), Explanation()
        self._drawing = QTimer(self, interval=60, singleShot=True)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.names.setCheckable(True)
        self.names.setToolTip(tr("Letters stand for designers, so that the choice is judged and not who made it"))
        for label in (self.left, self.count):
            label.setProperty("tone", "secondary")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.name, 1)
        head.addWidget(self.names)
        head.addWidget(self.left)
        head.addWidget(self.previous)
        head.addWidget(self.next)
        self._keys.setFont(theme.font("small"))
        self._keys.setProperty("tone", "secondary")
        self._keys.setWordWrap(True)
        self._keys.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        stage = QVBoxLayout()
        stage.setContentsMargins(24, 12, 24, 12)
        stage.setSpacing(8)
        stage.addLayout(head)
        stage.addWidget(self.bar)
        stage.addWidget(self._flow, 1)
        stage.addWidget(self._keys)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(stage, 1)
        row.addWidget(self._make_side())
        for page in (self.nothing, both):
            self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _make_side(self) -> QWidget:
        inside = QWidget()
        self._list.setContentsMargins(8, 8, 8, 16)
        self._list.setSpacing(4)
        self._list.addStretch(1)
        inside.setLayout(self._list)
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.verticalScrollBar().valueChanged.connect(lambda _: self._drawing.start())
        self._drawing.timeout.connect(self._draw_visible)
        differences, other = QWidget(), QWidget()
        for side, body, foot in (
            (differences, self._scroll, (self.count, self.accept)), (other, self.panel, (None, self.return_button)),
        ):  # fmt: skip
            side.setObjectName("panel")
            side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            line = QHBoxLayout()
            line.setContentsMargins(20, 8, 16, 12)
            line.addWidget(foot[0] or QWidget(), 1)
            line.addWidget(foot[1])
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(body, 1)
            column.addLayout(line)
            self._sides.addWidget(side)
        self._sides.setFixedWidth(WIDTH)
        return self._sides

    def _connect(self) -> None:
        self.names.toggled.connect(lambda _: self._show_names())
        self.panel.edited.connect(self.chosen)
        self.return_button.clicked.connect(lambda: self.leave_panel())

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Say which keys do what, now and after each change."""
        for button, name in ((self.back, "show_photos"), (self.previous, "previous_photo"), (self.next, "next_photo")):
            tell_keys(button, actions[name])
        tell_hints(self._keys, HINTS, actions)

    # What is shown.

    def show_waiting(self, step: int = 0, total: int = 0) -> None:
        """Say that labels are being compared, and how many of how many are read."""
        self.nothing.say(
            "", tr("Comparing the labels: {step} of {total}", step=step, total=total) if total else tr("Comparing the labels…")
        )
        self._pages.setCurrentIndex(0)

    def show_done(self, total: int) -> None:
        """Say that nothing is left, or that there never was anything.

        Args:
            total: On how many photos designers differed.
        """
        if total:
            settled = trn(
                "One avatar is settled on for the one photo on which designers differed.",
                "One avatar is settled on for all {count} photos on which designers differed.",
                total,
            )
            where = tr("They are the labels of “{settled}”: choose it above the photos to look at them.", settled=tr(SETTLED))
            self.nothing.say(tr("Everything is settled"), f"{settled} {where}")
        else:
            self.nothing.say(tr("Nothing to settle"), tr("No two designers differ on a photo that both have finished."))
        self.standing = None
        self._pages.setCurrentIndex(0)

    def show_standing(self, standing: Standing, *, is_other: bool) -> None:
        """Show a photo, or how it stands now.

        Args:
            standing: What to show.
            is_other: Whether it is another photo than before.
        """
        self.standing = standing
        self._pages.setCurrentIndex(1)
        self.name.set_text(standing.name)
        self.left.setText(tr("{place}   ·   {left} left", place=standing.place, left=standing.left))
        self.bar.set_share(1 - standing.left / standing.total)
        questions = [question for question in self._questions if _is_asked(question, standing)]
        if is_other:
            self.leave_panel()
            self.image.show_photo(standing.picture)
            self._show_avatars(standing)
        if is_other or [row.question for row in self.rows] != questions:
            self._make_rows(questions, standing, is_other=is_other)
        self.result.set_vector(standing.avatar, is_moving=True)
        self.result.describe(in_words(standing.avatar))
        self.panel.set_vector(standing.avatar)
        for row in self.rows:
            row.show_standing(standing.avatar, standing.by)
        self._show_names()
        left = self.open_rows
        self.count.setText(
            tr("{count} of {total} open", count=len(left), total=len(self.rows)) if left else tr("Everything is chosen")
        )
        self.accept.setText(tr("Next open") if left else tr("Next photo"))
        self.accept.setAccessibleName(self.accept.text())

    def prepare(self, avatars: Sequence[AvatarVector], avatar: AvatarVector) -> None:
        """Draw ahead what comes next."""
        for view, vector in zip([*self._said, self.result], [*avatars, avatar], strict=False):
            view.prepare(vector)

    @property
    def open_rows(self) -> list[SettlingRow]:
        """The differences that are still to be settled."""
        return [row for row in self.rows if row.is_open]

    # What the person does.

    def take_focus(self) -> None:
        """Turn to the current difference."""
        self._turn_to(self._current)

    def go_to(self, parameter_id: str) -> None:
        """Turn to the difference in a parameter, where there is one."""
        for place, row in enumerate(self.rows):
            if parameter_id in row.question.ids:
                self._turn_to(place)

    def walk(self, step: int) -> None:
        """Turn to the difference below (1) or above (-1)."""
        if self.rows:
            self._turn_to((self._current + step) % len(self.rows))

    def go_on(self) -> bool:
        """Turn to the next difference that is open; whether there is one."""
        self.leave_panel()
        left = self.open_rows
        following = [row for row in left if self.rows.index(row) > self._current] or left
        if following:
            self._turn_to(self.rows.index(following[0]))
        return bool(following)

    def choose_by_key(self, key: str) -> bool:
        """Take what a digit stands for in the current difference; whether there is anything."""
        return self._sides.currentIndex() == 0 and bool(self.rows) and self.rows[self._current].choose_by_key(key)

    def leave_panel(self) -> bool:
        """Go back to the differences from all that can be chosen; whether one was there."""
        was_there = self._sides.currentIndex() == 1
        if was_there:
            self._sides.setCurrentIndex(0)
            self.take_focus()
        return was_there

    def _choose(self, row: SettlingRow, values: Mapping[str, Value]) -> None:
        self._current = self.rows.index(row)
        self.chosen.emit(values)  # from here on the row may be another
        self.go_on()

    def _other(self, row: SettlingRow) -> None:
        self._turn_to(self.rows.index(row))
        self._sides.setCurrentIndex(1)
        self.panel.go_to(row.question.ids[0])

    def _turn_to(self, place: int) -> None:
        self._current = min(place, max(0, len(self.rows) - 1))
        for number, row in enumerate(self.rows):
            row.set_current(number == self._current)
        if self.rows:
            row = self.rows[self._current]
            row.gallery.take_focus()
            QTimer.singleShot(0, row, lambda: self._scroll.ensureWidgetVisible(row, 0, 24))

    # How it is made.

    def _make_rows(self, questions: Sequence[Question], standing: Standing, *, is_other: bool) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [SettlingRow(one, sayings_of(one, standing.avatars), self._rendering) for one in questions]
        for place, row in enumerate(self.rows):
            row.chosen.connect(lambda values, row=row: self._choose(row, values))
            row.other_wanted.connect(lambda row=row: self._other(row))
            row.entered.connect(lambda place=place: self._turn_to(place))
            self._list.insertWidget(place, row)
            row.show_standing(standing.avatar, standing.by)
        left = self.open_rows
        if is_other:
            self._current = self.rows.index(left[0]) if left else 0
            self._scroll.verticalScrollBar().setValue(0)
        self._turn_to(self._current)

    def _show_avatars(self, standing: Standing) -> None:
        while len(self._said) < len(standing.avatars):
            view = AvatarView(self._rendering)
            view.set_lively(False)
            self._said.append(view)
        shown = self._said[: len(standing.avatars)]
        self._flow.put([self.image, *shown, self.result])
        for view, avatar in zip(shown, standing.avatars, strict=True):
            view.set_vector(avatar, is_moving=True)
            view.describe(in_words(avatar))

    def _show_names(self) -> None:
        if self.standing is None:
            return
        is_open = self.names.isChecked()
        self.names.setText(tr("Hide names") if is_open else tr("Show names"))
        self.names.setAccessibleName(self.names.text())
        letters = [chr(ord("A") + place) for place in range(len(self.standing.designers))]
        names = list(self.standing.designers) if is_open else letters
        for view, name in zip(self._said, names, strict=False):
            view.setAccessibleName(tr("Avatar by {name}", name=name))
        self._flow.set_captions([tr("Photo"), *names, tr("Settled") if not self.open_rows else tr("As it stands")])
        for row in self.rows:
            row.show_names(names)

    def _draw_visible(self) -> None:
        for row in self.rows:
            row.gallery.draw_visible()


def _is_asked(question: Question, standing: Standing) -> bool:
    """Whether designers differ in it, or something was chosen; not what would not be seen on the avatar as it stands."""
    differs = any(standing.by[key] != "copied" for key in question.ids)
    return differs and all(standing.avatar.shows(key) for key in question.ids)
