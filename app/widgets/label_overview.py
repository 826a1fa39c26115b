"""An evaluation set at a glance: its photos, how far they are, and what to show of them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import IconButton, Segments, text_button
from app.widgets.elided import Elided
from app.widgets.job_list import paint_progress
from app.widgets.label_grid import LabelGrid, Pictures
from app.widgets.label_words import LOOKS, counted, progress, share_done
from core.labels.records import SETTLED, Entry, SetFacts
from core.words import day, mark, tr

MINE = mark("My labels")


class LabelOverview(QWidget):
    """The list of photos and its filters."""

    opened = Signal(int)
    """The id of the photo that the person wants to label."""
    resume_wanted = Signal()
    """The person wants to go on where they stopped."""
    photos_wanted = Signal()
    """The person wants to add photos."""
    first_wanted = Signal()
    """The person wants to go back from the second labels to the first."""
    stop_wanted = Signal()
    """The person wants no more of what goes on."""
    version_wanted = Signal()
    """The person wants to go on from a frozen set."""
    designer_chosen = Signal(object)
    """Whose labels to show: a name, or None for one's own."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._entries: Sequence[Entry] = ()
        self.grid = LabelGrid(pictures)
        self.title = Elided(theme.font("large", strong=True))
        self.about, self.bar = QLabel(), _Bar()
        self.about.setProperty("tone", "secondary")
        self.add_button, self.stop_button = text_button(tr("Add photos…"), "raised"), text_button(tr("Stop"), "link")
        self.first_button = text_button(tr("Back to the first"), "link")
        self.fields_button = text_button(tr("Field by field"), "raised")
        self.agreement_button = text_button(tr("Agreement"), "raised")
        self.set_button, self.frozen = text_button(tr("Set"), "raised"), FrozenLine()
        self.resume_button = text_button(tr("Label"), "primary")
        self.states = Segments(
            [("all", tr("All")), *[(state, tr(look.word)) for state, look in LOOKS.items()], ("problem", tr("No face"))],
            tr("Show"),
        )
        self.search = QLineEdit()
        self.flagged = QCheckBox(tr("Flagged"))
        self.designers = QComboBox()
        self.nothing = QLabel()
        self._state, self._is_second = "all", False
        self._has_news = self._has_agreement = False
        self._gathering = QTimer(self, interval=40, singleShot=True)
        self._gathering.timeout.connect(self._show)
        self._lay_out()
        self._connect()
        self.states.choose("all")

    def _lay_out(self) -> None:
        self.nothing.setProperty("tone", "secondary")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stop_button.hide()
        for widget in (self.first_button, self.fields_button, self.agreement_button, self.frozen):
            widget.hide()
        head = QVBoxLayout()
        head.setContentsMargins(12, 0, 8, 0)  # in line with the pictures, beside which the scroll bar stands
        head.setSpacing(12)
        head.addLayout(self._make_top())
        head.addWidget(self.frozen)
        head.addWidget(self.bar)
        head.addLayout(self._make_filters())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 20, 16, 0)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.grid, 1)

    def _make_top(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.about)
        line.addWidget(self.stop_button)
        line.addWidget(self.first_button)
        line.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addLayout(line)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addLayout(words, 1)
        for button in (self.set_button, self.agreement_button, self.fields_button, self.add_button, self.resume_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Enter goes on with the photos after a click, too
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return top

    def _make_filters(self) -> QHBoxLayout:
        lens = QAction(self)
        lens.setIcon(theme.icon("search"))
        self.search.addAction(lens, QLineEdit.ActionPosition.LeadingPosition)
        for button in self.search.findChildren(QAbstractButton):
            button.setAccessibleName(tr("Find"))
        self.search.setPlaceholderText(tr("Find a photo"))
        self.search.setAccessibleName(tr("Find a photo"))
        self.search.setMaximumWidth(180)
        self.designers.setAccessibleName(tr("Whose labels"))
        self.designers.addItem(tr(MINE), None)
        filters = QHBoxLayout()
        filters.setSpacing(8)
        filters.addWidget(self.states)
        filters.addWidget(self.flagged)
        filters.addStretch(1)
        filters.addWidget(self.search)
        filters.addWidget(self.designers)
        return filters

    def _connect(self) -> None:
        self.grid.opened.connect(self.opened)
        self.add_button.clicked.connect(self.photos_wanted)
        self.frozen.version_button.clicked.connect(self.version_wanted)
        self.first_button.clicked.connect(self.first_wanted)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.resume_button.clicked.connect(self.resume_wanted)
        self.states.chosen.connect(self._choose_state)
        self.search.textChanged.connect(lambda _: self._show())
        self.flagged.setAccessibleName(tr("Flagged only"))
        self.flagged.toggled.connect(lambda _: self._show())
        self.designers.activated.connect(lambda index: self.designer_chosen.emit(self.designers.itemData(index)))

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these photos; many changes in a row are shown together, but not before somebody looks."""
        self._entries = entries
        self._has_news = True
        if self.isVisible():
            self._gathering.start()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._has_news:
            self._show()

    def offer(self, fields: Callable[[], None] | None, agreement: Callable[[], None] | None) -> None:
        """Lead to the other views of the same labels; None where there is none."""
        self._has_agreement = agreement is not None
        for button, act in ((self.fields_button, fields), (self.agreement_button, agreement)):
            button.setVisible(act is not None)
            if act is not None:
                button.clicked.connect(lambda _=False, act=act: act())

    def show_set(self, facts: SetFacts, *, is_second: bool) -> None:
        """Say whether the set is frozen, and whether photos are labelled a second time: nothing of the first is shown then."""
        self.frozen.show_facts(facts)
        self._is_second = is_second
        self.first_button.setVisible(is_second)
        self.agreement_button.setVisible(self._has_agreement and not is_second)
        self.add_button.setVisible(not is_second and not facts.is_locked)
        self._tell_progress()

    def set_designers(self, mine: str, names: Sequence[str]) -> None:
        """Offer to look at the labels of others."""
        others = [name for name in names if name != mine]
        shown = self.designers.currentData()
        self.designers.clear()
        self.designers.addItem(tr(MINE), None)
        for name in others:
            self.designers.addItem(tr(name) if name == SETTLED else name, name)
        self.designers.setCurrentIndex(max(0, self.designers.findData(shown)))
        self.designers.setVisible(bool(others) and not self._is_second)

    def show_work(self, title: str, step: int, total: int) -> None:
        """Say what goes on, and how far it is; 0 of 0 while nobody knows."""
        self.stop_button.show()
        self.add_button.setEnabled(False)
        self.about.setText(
            tr("{title}  ·  {step} of {total}", title=title, step=min(step + 1, total), total=total) if total else f"{title}…"
        )

    def show_no_work(self) -> None:
        """Nothing goes on any more."""
        self.stop_button.hide()
        self.add_button.setEnabled(True)
        self._tell_progress()

    def _tell_progress(self) -> None:
        if not self.stop_button.isHidden():
            return
        words = progress(self._entries)
        self.about.setText(tr("Second time  ·  {words}", words=words) if self._is_second else words)

    def _choose_state(self, state: str) -> None:
        self._state = state
        self.states.choose(state)
        self._show()

    def _show(self) -> None:
        self._has_news = False
        counts = counted(self._entries)
        for key, word in (
            ("all", tr("All")),
            ("problem", tr("No face")),
            *((state, tr(look.word)) for state, look in LOOKS.items()),
        ):
            self.states.set_text(key, f"{word}  {counts[key]}")
        words = self.search.text().strip().casefold()
        shown = [entry for entry in self._entries if self._passes(entry, words)]
        self.grid.set_entries(shown)
        self.grid.setVisible(bool(shown))
        self.nothing.setVisible(not shown)
        self.nothing.setText(tr("No photo is like that.") if self._entries else tr("Drop photos here, or a folder of them."))
        self._tell_progress()
        self.bar.set_share(share_done(self._entries))
        self.resume_button.setEnabled(bool(counts["todo"] + counts["draft"]))
        has_begun = counts["done"] + counts["draft"] + counts["unsure"] + counts["skipped"] > 0
        self.resume_button.setText(tr("Go on labelling") if has_begun else tr("Start labelling"))
        self.resume_button.setAccessibleName(self.resume_button.text())

    def _passes(self, entry: Entry, words: str) -> bool:
        is_problem = entry.item.problem is not None
        fits = self._state == "all" or self._state == ("problem" if is_problem else entry.state)
        name = f"{entry.item.name}\n{entry.item.subject or ''}".casefold()
        return fits and words in name and (not self.flagged.isChecked() or bool(entry.flags))


class FrozenLine(QWidget):
    """Says that a set is frozen, and under which digest."""

    def __init__(self) -> None:
        super().__init__()
        self._lock, self.text = IconButton("lock", tr("Frozen"), size=24), QLabel()
        self._lock.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lock.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.copy_button, self.version_button = text_button(tr("Copy digest"), "link"), text_button(tr("New version…"), "link")
        self._digest = ""
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._digest))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self._lock, self.text, self.copy_button, self.version_button):
            row.addWidget(widget)
        row.addStretch(1)

    def show_facts(self, facts: SetFacts) -> None:
        """Say it of a set that is frozen; of another, nothing."""
        self.setVisible(facts.is_locked)
        self._digest = facts.digest or ""
        if facts.locked_at is not None:
            self.text.setText(
                tr(
                    "Version {version} is frozen since {day}  ·  {digest}…",
                    version=facts.version,
                    day=day(facts.locked_at.astimezone()),
                    digest=self._digest[:12],
                )
            )
            self.text.setToolTip(self._digest)


class _Bar(QWidget):
    """How much is done."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(4)
        self.setAccessibleName(tr("Labelled"))
        self._share = 0.0

    def set_share(self, share: float) -> None:
        self._share = share
        self.setAccessibleDescription(f"{share:.0%}")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, 4)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_progress(painter, QRectF(self.rect()), self._share, self)
