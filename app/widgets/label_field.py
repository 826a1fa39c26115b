"""One parameter of many photos: the photos in a grid, and beside it what there is to choose and the photo that is looked at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QImage, QKeyEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import theme
from app.rendering import Rendering
from app.widgets.avatar_view import AvatarView
from app.widgets.buttons import IconButton, Segments, tell_keys
from app.widgets.choice_grid import Choice, ChoiceGrid
from app.widgets.elided import Elided
from app.widgets.field_grid import FieldGrid
from app.widgets.field_row import FieldRow
from app.widgets.image_view import ImageView
from app.widgets.label_grid import Pictures
from app.widgets.label_photo import tell_hints
from app.widgets.label_question import Question, make_row, questions_of
from app.widgets.label_words import BEGINS, BEGUN, STARTS
from app.widgets.marks import in_words
from app.widgets.option_gallery import OptionGallery
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector, Value
from core.labels.records import Answer, Item, Start
from core.words import mark, tr

WIDTH = 420  # of the panel beside the photos
PICTURE = 188
NUDGE = 0.05
HINTS = (
    (mark("right as it is"), ("accept",)), (mark("unsure"), ("mark_unsure",)),
    (mark("settings"), ("next_value", "previous_value")), (mark("not chosen"), ("next_unlabelled",)),
    (mark("all keys"), ("show_shortcuts",)),
)  # fmt: skip
"""What is said of keys below the options, and the commands that have them."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is said of the photo that is looked at.

    Attributes:
        item: The photo.
        picture: Its aligned face, as sharp as there is.
        vector: Its avatar.
        start: What its label was begun from, or would be.
        is_begun: Whether it was.
        is_waiting: Whether the prediction is still on its way.
        problem: Why there is no prediction; empty where all is well.
    """

    item: Item
    picture: QImage | None
    vector: AvatarVector
    start: Start
    is_begun: bool = False
    is_waiting: bool = False
    problem: str = ""


class LabelField(QWidget):
    """Shows what is asked and of which photos, and takes what the designer does."""

    asked = Signal(object)
    """The `Question` that the person wants to ask."""
    picked = Signal(object, bool)
    """Values by parameter id for the photos that are chosen, and whether a key chose them."""
    nudged = Signal(float)
    """By how much to move the number of the photos that are chosen."""
    start_chosen = Signal(str)
    narrowed = Signal()
    """The person wants all photos, or only those of which this was not chosen yet (`only_open`)."""

    def __init__(
        self, schema: AvatarSchema, rendering: Rendering, pictures: Pictures, answer: Callable[[int], Answer | None]
    ) -> None:
        """Make the view.

        Args:
            schema: The engine's; its core parameters are asked.
            rendering: Draws avatar and options.
            pictures: Gives the face of a photo.
            answer: What a photo's label says; None while that is on its way.
        """
        super().__init__()
        self._schema, self._rendering = schema, rendering
        self.questions = questions_of(schema.group("core"))
        self.question = self.questions[0]
        self._rows: dict[str, FieldRow] = {}
        self._is_key, self._vector = False, AvatarVector.default(self._schema)
        self.grid = FieldGrid(pictures, answer, self._picture)
        self.back = IconButton("grid", tr("All photos"))
        self.previous, self.next = IconButton("previous", tr("Setting before")), IconButton("next", tr("Next setting"))
        self.box, self.progress, self.only_open = QComboBox(), QLabel(), QCheckBox(tr("Not chosen yet"))
        self.name, self.why = Elided(theme.font("title", strong=True)), QLabel()
        self.image, self.avatar = ImageView(), AvatarView(rendering)
        self.starts = Segments([(start, tr(name)) for start, name in STARTS.items()], tr("Begin from"))
        self.nothing, self.keys = QLabel(), QLabel()
        self._scroll, self._head = QScrollArea(), QGridLayout()
        self._tools = _in_a_row(self.back, self.previous, self.box, self.next)
        self._standing = _in_a_row(self.progress, None, self.only_open)
        self._drawing = QTimer(self, interval=60, singleShot=True)
        self._lay_out()
        self._connect()

    # Where everything stands.

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()  # texts are as wide as their style makes them only now

    def _arrange(self) -> None:
        """How far one is stands beside what is asked, or below it where that is too wide."""
        needed = self._tools.sizeHint().width() + self._standing.sizeHint().width() + 16
        is_below = needed > self.width() - WIDTH - 40
        if is_below != (self._head.itemAtPosition(1, 0) is not None):
            self._head.removeWidget(self._standing)
            self._head.addWidget(self._standing, int(is_below), int(not is_below), 1, 2 if is_below else 1)

    def _lay_out(self) -> None:
        self.progress.setProperty("tone", "secondary")
        self.box.setAccessibleName(tr("What is asked"))
        self.only_open.setAccessibleName(tr("Only photos of which this was not chosen yet"))
        self.box.setMaxVisibleItems(24)
        self.box.view().setMinimumWidth(240)
        self.box.setItemDelegate(_WithCounts(self.box))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for question in self.questions:
            self.box.addItem(question.name)
        widest = max(self.box.fontMetrics().horizontalAdvance(question.name) for question in self.questions)
        self.box.setMinimumWidth(min(max(150, widest + 48), 240))
        self._head.setContentsMargins(12, 0, 8, 0)
        self._head.setHorizontalSpacing(16)
        self._head.addWidget(self._tools, 0, 0)
        self._head.addWidget(self._standing, 0, 1)
        self._head.setColumnStretch(1, 1)
        self.nothing.setProperty("tone", "secondary")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        left = QVBoxLayout()
        left.setContentsMargins(12, 16, 8, 0)
        left.setSpacing(12)
        left.addLayout(self._head)
        left.addWidget(self.grid, 1)
        left.addWidget(self.nothing, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left, 1)
        layout.addWidget(self._make_side())

    def _make_side(self) -> QWidget:
        side = QWidget()
        side.setObjectName("panel")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(WIDTH)
        for line in (self.why, self.keys):
            line.setProperty("tone", "secondary")
            line.setFont(theme.font("small"))
            line.setWordWrap(True)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 0, 16, 12)
        foot.addWidget(self.keys)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._make_top())
        column.addWidget(self._make_options(), 1)
        column.addLayout(foot)
        return side

    def _make_top(self) -> QVBoxLayout:
        self.avatar.set_lively(False)
        pair = QHBoxLayout()
        pair.setSpacing(12)
        for picture in (self.image, self.avatar):
            picture.setFixedSize(PICTURE, PICTURE)
            pair.addWidget(picture)
        pair.addStretch(1)
        start = QHBoxLayout()
        start.addWidget(self.starts)
        start.addStretch(1)
        top = QVBoxLayout()
        top.setContentsMargins(16, 16, 16, 0)
        top.setSpacing(8)
        top.addWidget(self.name)
        top.addLayout(pair)
        top.addWidget(self.why)
        top.addLayout(start)
        return top

    def _make_options(self) -> QScrollArea:
        self._content = QVBoxLayout()
        self._content.setContentsMargins(10, 8, 8, 8)
        self._content.addStretch(1)
        content = QWidget()
        content.setLayout(self._content)
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return self._scroll

    def _connect(self) -> None:
        self.previous.clicked.connect(lambda: self.walk(-1))
        self.next.clicked.connect(lambda: self.walk(1))
        self.box.activated.connect(lambda index: self.asked.emit(self.questions[index]))
        self.only_open.toggled.connect(lambda _: self.narrowed.emit())
        self.starts.chosen.connect(self.start_chosen)
        self._scroll.verticalScrollBar().valueChanged.connect(lambda _: self._drawing.start())
        self._drawing.timeout.connect(self._draw_visible)

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Say which keys the commands have, by the commands' ids, now and after each change."""
        for button, name in ((self.back, "show_photos"), (self.previous, "previous_value"), (self.next, "next_value")):
            tell_keys(button, actions[name])
        tell_hints(self.keys, HINTS, actions)

    # What is asked.

    def ask(self, question: Question) -> None:
        """Ask something else."""
        self.question = self.grid.question = question
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.questions.index(question))
        for key, row in self._rows.items():
            row.setVisible(key == question.key)
        self._row().show()
        self._scroll.verticalScrollBar().setValue(0)
        self._drawing.start()

    def walk(self, step: int) -> None:
        """Ask for the next thing (1), or for the one before (-1)."""
        here = self.questions.index(self.question)
        self.asked.emit(self.questions[(here + step) % len(self.questions)])

    def show_progress(self, counts: Mapping[str, int], total: int) -> None:
        """Say of how many photos things were chosen.

        Args:
            counts: By the question's key; of some of them.
            total: How many photos there are.
        """
        for index, question in enumerate(self.questions):
            if question.key in counts:
                self.box.setItemData(index, f"{counts[question.key]} / {total}")
        if self.question.key in counts:
            self.progress.setText(tr("{count} of {total} chosen", count=counts[self.question.key], total=total))
            self._arrange()

    # Of which photos.

    def show_items(self, items: Sequence[Item]) -> None:
        """Show these photos."""
        self.grid.set_items(items)
        self.grid.setVisible(bool(items))
        self.nothing.setVisible(not items)
        words = (
            tr("This was chosen for every photo here.") if self.only_open.isChecked() else tr("No photo here can be labelled.")
        )
        self.nothing.setText(words)
        self.take_focus()

    def show_photo(self, shown: Shown | None) -> None:
        """Show the photo that is looked at, with its avatar."""
        count = len(self.grid.chosen_ids)
        self.name.set_text("" if shown is None else shown.item.name if count < 2 else tr("{count} photos", count=count))
        self.image.setVisible(shown is not None)
        self.avatar.setVisible(shown is not None)
        self.starts.setEnabled(shown is None or not shown.item.is_blind)
        self._row().setEnabled(shown is not None)
        if shown is None:
            self.why.clear()
            return
        self._vector = shown.vector
        self.image.show_photo(shown.picture)
        self.starts.choose(shown.start if not shown.is_begun else None)
        self.starts.setVisible(not shown.is_begun and not shown.item.is_blind)
        self.why.setText(_why(shown, count))
        self.avatar.set_vector(shown.vector, is_moving=True)
        self.avatar.describe(in_words(shown.vector))
        self._row().set_vector(shown.vector)

    def take_focus(self) -> None:
        """Give the focus to the photos."""
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_by_key(self, key: str) -> bool:
        """Choose what a digit stands for, for all photos that are chosen; whether it can stand for anything."""
        grid = self._row().findChild(ChoiceGrid)
        self._is_key = True
        try:
            return grid is not None and grid.choose_by_key(key)
        finally:
            self._is_key = False

    def _row(self) -> FieldRow:
        key = self.question.key
        if key not in self._rows:
            row = make_row(self.question, self._schema, self._rendering)
            row.edited.connect(lambda values: self.picked.emit(values, self._is_key))
            row.dragged.connect(self._show_with)
            row.tried.connect(self._show_with)
            row.walked.connect(lambda _: self.take_focus())
            for gallery in row.findChildren(OptionGallery):
                gallery.drawn.connect(lambda _: self.grid.viewport().update())
            self._content.insertWidget(0, row)
            self._rows[key] = row
        return self._rows[key]

    def _show_with(self, values: Mapping[str, Value]) -> None:
        self.avatar.set_vector(self._vector.with_values(values), is_moving=True)

    def _picture(self, choice: Choice) -> QImage | None:
        gallery = self._row().findChild(OptionGallery)
        return None if gallery is None else gallery.picture(choice.id)

    def _draw_visible(self) -> None:
        for gallery in self._row().findChildren(OptionGallery):
            gallery.draw_visible()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.isAutoRepeat() and text.isdigit():
            return  # one press, one photo
        if text and text in "1234567890":
            self.choose_by_key(text)
        elif text and text in ",." and self.question.is_number:
            self.nudged.emit(NUDGE if text == "." else -NUDGE)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.take_focus()
        else:
            super().keyPressEvent(event)


class _WithCounts(QStyledItemDelegate):
    """Says in the list of what can be asked how much of each is done."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index) + QSize(96, 6)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().paint(painter, option, index)
        view = self.parent()
        assert isinstance(view, QWidget)
        painter.setPen(theme.color("secondary", view))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(option.rect.adjusted(0, 0, -10, 0), side, index.data(Qt.ItemDataRole.UserRole) or "")


def _in_a_row(*widgets: QWidget | None) -> QWidget:
    """Widgets side by side; None is what room there is."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for widget in widgets:
        layout.addStretch(1) if widget is None else layout.addWidget(widget)
    return row


def _why(shown: Shown, count: int) -> str:
    if count > 1:
        return tr("All of them get what you choose.")
    if shown.item.is_blind:
        return tr("Always labelled from nothing, so that it can be compared.")
    if shown.is_waiting:
        return tr("Looking at the photo…")
    if shown.is_begun:
        return tr(BEGUN[shown.start])
    return tr("No prediction: {problem}", problem=shown.problem) if shown.problem else tr(BEGINS[shown.start])
