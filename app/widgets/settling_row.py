"""One thing on which designers differ: what each of them says, side by side on the same avatar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.rendering import Rendering
from app.widgets.buttons import text_button
from app.widgets.choice_grid import Choice
from app.widgets.label_question import Question
from app.widgets.option_gallery import OptionGallery
from core.avatar.vector import AvatarVector, Value
from core.labels.records import By
from core.words import mark, tr, within

BESIDE = 2
"""So many answers have their words beside them, of numbers, which are short, one more; those of more stand below."""

BETWEEN = mark("between")


@dataclass(frozen=True)
class Saying:
    """What some designers say.

    Attributes:
        choice: Of the question's parameters.
        who: Which designers, by their places; none where it is what lies between.
    """

    choice: Choice
    who: tuple[int, ...]


def sayings_of(question: Question, avatars: Sequence[AvatarVector]) -> list[Saying]:
    """What designers say, each thing once, in the order of the designers; of numbers what lies between as well.

    Args:
        question: What about.
        avatars: What they say; those on which it does not show do not count.
    """
    found: dict[tuple[Value, ...], list[int]] = {}
    for place, avatar in enumerate(avatars):
        if all(avatar.shows(key) for key in question.ids):
            found.setdefault(tuple(avatar[key] for key in question.ids), []).append(place)
    sayings = []
    for number, (said, who) in enumerate(found.items()):
        values = dict(zip(question.ids, said, strict=True))
        srgb = question.nearest(values).srgb if question.is_color else None
        sayings.append(Saying(Choice(str(number), question.words(values), values, srgb), tuple(who)))
    if question.is_number and len(found) > 1:
        numbers = [float(said[0]) for said in found]
        middle: Mapping[str, Value] = {question.key: round((min(numbers) + max(numbers)) / 2, 3)}
        sayings.append(Saying(Choice(BETWEEN, question.words(middle), middle), ()))
    return sayings


class SettlingRow(QWidget):
    """A question, its answers as thumbnails, and who gave them."""

    chosen = Signal(object)
    """Values by parameter id."""
    other_wanted = Signal()
    """The person wants something that nobody says."""
    entered = Signal()
    """The person turns to this question."""

    def __init__(self, question: Question, sayings: Sequence[Saying], rendering: Rendering) -> None:
        super().__init__()
        self.question, self.sayings = question, sayings
        self.is_open, self._is_current = True, False
        self.gallery = OptionGallery(question.name, question.component, [one.choice for one in sayings], rendering)
        self.other = text_button(tr("Other…"), "link")
        self.other.setAccessibleName(tr("Other {name}", name=within(question.name)))
        self._state = QLabel()
        self._who = [QLabel() for _ in sayings]
        self._lay_out()
        self.gallery.chosen.connect(lambda choice: self.chosen.emit(choice.values))
        self.other.clicked.connect(self.other_wanted)

    def _lay_out(self) -> None:
        title = QLabel(self.question.name)
        title.setFont(theme.font("body", strong=True))
        self._state.setProperty("tone", "secondary")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(self._state)
        head.addStretch(1)
        head.addWidget(self.other)
        is_beside = len(self.sayings) <= BESIDE + self.question.is_number
        self.gallery.set_columns(4)
        answers = QHBoxLayout() if is_beside else QVBoxLayout()
        answers.setSpacing(12 if is_beside else 6)
        answers.addWidget(self.gallery, 0, Qt.AlignmentFlag.AlignTop)
        words = self._make_words(1 if is_beside else 2)
        answers.addLayout(words, 1)
        answers.setAlignment(words, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 12)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addLayout(answers)

    def _make_words(self, columns: int) -> QGridLayout:
        words = QGridLayout()
        words.setHorizontalSpacing(8)
        words.setVerticalSpacing(2)
        for place, (saying, who) in enumerate(zip(self.sayings, self._who, strict=True)):
            key, name = QLabel(str(place + 1)), QLabel(saying.choice.name)
            key.setProperty("tone", "secondary")
            who.setProperty("tone", "secondary")
            line, column = divmod(place, columns)
            for number, label in enumerate((key, name, who)):
                words.addWidget(label, line, 3 * column + number)
            words.setColumnStretch(3 * column + 2, 1)
        return words

    def show_standing(self, avatar: AvatarVector, by: Mapping[str, By]) -> None:
        """Show how it stands.

        Args:
            avatar: What is settled by now; the thumbnails are of this one.
            by: Where each value came from.
        """
        values = {key: avatar[key] for key in self.question.ids}
        self.is_open = any(by[key] == "default" for key in self.question.ids)
        near = [one.choice.id for one in self.sayings if _is_same(one.choice.values, values)]
        self.gallery.choose(near[0] if near and not self.is_open else None)
        self.gallery.set_vector(avatar)
        self.gallery.is_fixed = True  # drawn once: what else is chosen meanwhile changes no answer here
        self._state.setText(
            "" if self.is_open else (tr("settled") if near else tr("settled: {values}", values=self.question.words(values)))
        )

    def show_names(self, names: Sequence[str]) -> None:
        """Say who says what; letters will do."""
        for saying, label in zip(self.sayings, self._who, strict=True):
            label.setText("  ".join(names[place] for place in saying.who) or tr(BETWEEN))

    def set_current(self, is_current: bool) -> None:
        """Whether digits choose here."""
        self._is_current = is_current
        self.gallery.show_keys(is_current)
        self.update()

    def choose_by_key(self, key: str) -> bool:
        """Take what a digit stands for; whether there is anything."""
        return self.gallery.choose_by_key(key)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.entered.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_current:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent_soft", self))
                painter.drawRoundedRect(QRectF(self.rect()), 12, 12)


def _is_same(one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    return all(
        abs(float(value) - float(other[key])) < 1e-3 if isinstance(value, float | int) else value == other[key]
        for key, value in one.items()
    )
