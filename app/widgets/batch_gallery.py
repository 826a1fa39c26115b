"""Many photos, each beside its avatar: how far each is, what needs attention, and what can be done with all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.batch_list import BatchList, Pictures, Tile
from app.widgets.buttons import IconButton, Segments, text_button
from app.widgets.elided import Elided
from app.widgets.progress_line import ProgressLine
from core.words import tr, trn

Filter = Literal["all", "done", "attention"]


@dataclass(frozen=True)
class Work:
    """What goes on.

    Attributes:
        done: How many photos are through, well or not.
        total: Of how many.
        attention: How many of those that are through need a person.
        remaining_s: About how long the rest takes, seconds; None where nobody knows.
        is_running: Whether it goes on, or is stopped.
        is_saving: Whether files are written, and not photos read.
    """

    done: int = 0
    total: int = 0
    attention: int = 0
    remaining_s: float | None = None
    is_running: bool = False
    is_saving: bool = False


class BatchGallery(QWidget):
    """The list with its head, and a line about the photo that is chosen."""

    opened = Signal(int)
    """The id of the photo that the person wants to see on the page."""
    close_wanted = Signal()
    """Back to the page."""
    stop_wanted = Signal()
    """No more of what goes on."""
    go_on_wanted = Signal()
    """On with what was stopped."""
    retry_wanted = Signal(object)
    """The ids of photos to be read again."""
    all_faces_wanted = Signal(int)
    """The id of the photo of which all faces are wanted."""
    remove_wanted = Signal(int)
    """The id of the photo that is not wanted."""
    save_wanted = Signal()
    """All avatars to files."""
    group_wanted = Signal()
    """One picture of several avatars."""
    photos_wanted = Signal()
    """More photos."""

    def __init__(self, photos: Pictures, avatars: Pictures) -> None:
        """Show nothing yet.

        Args:
            photos: Gives a photo's face by its id; None while it is on its way.
            avatars: Gives its avatar likewise.
        """
        super().__init__()
        self.setAccessibleName(tr("Photos and their avatars"))
        self._tiles: Sequence[Tile] = ()
        self._filter: Filter = "all"
        self._work = Work()
        self.list = BatchList(photos, avatars)
        self.title = Elided(theme.font("large", strong=True))
        self.about, self.line = QLabel(), ProgressLine(tr("Progress"))
        self.about.setProperty("tone", "secondary")
        self.back = IconButton("previous", tr("Back to the page"))
        self.stop, self.go_on = text_button(tr("Stop"), "link"), text_button(tr("Go on"), "link")
        self.retry_all = text_button(tr("Retry failed"), "raised")
        self.more = text_button(tr("Add photos…"), "raised")
        self.group = text_button(tr("Group portrait…"), "raised")
        self.save = text_button(tr("Save all…"), "primary")
        self.filters = Segments([("all", ""), ("done", ""), ("attention", "")], tr("Show"))
        self.nothing = QLabel()
        self.detail = _Detail()
        self._lay_out()
        self._connect()
        self.filters.choose("all")
        self.set_tiles(())

    def _lay_out(self) -> None:
        self.nothing.setProperty("tone", "secondary")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        progress = QHBoxLayout()
        progress.setSpacing(4)
        progress.addWidget(self.about)
        progress.addWidget(self.stop)
        progress.addWidget(self.go_on)
        progress.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.about.setMinimumHeight(self.stop.sizeHint().height())  # nothing moves when there is something to stop
        words.addWidget(self.title)
        words.addLayout(progress)
        top = QHBoxLayout()
        top.setSpacing(theme.UNIT)
        top.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        for button in (self.retry_all, self.more, self.group, self.save):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        filters = QHBoxLayout()
        filters.addWidget(self.filters)
        filters.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(12, 0, 8, 0)
        head.setSpacing(12)
        head.addLayout(top)
        head.addWidget(self.line)
        head.addLayout(filters)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 16, 16, 12)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.detail)

    def _connect(self) -> None:
        self.list.opened.connect(self._act)
        self.list.chosen_changed.connect(self._show_detail)
        self.filters.chosen.connect(self._choose_filter)
        self.back.clicked.connect(self.close_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.go_on.clicked.connect(self.go_on_wanted)
        self.save.clicked.connect(self.save_wanted)
        self.more.clicked.connect(self.photos_wanted)
        self.group.clicked.connect(self.group_wanted)
        self.retry_all.clicked.connect(lambda: self.retry_wanted.emit([tile.id for tile in self._failed]))
        detail = self.detail
        detail.open.clicked.connect(lambda: self._of_chosen(self.opened.emit))
        detail.retry.clicked.connect(lambda: self._of_chosen(lambda tile_id: self.retry_wanted.emit([tile_id])))
        detail.all_faces.clicked.connect(lambda: self._of_chosen(self.all_faces_wanted.emit))
        detail.group.clicked.connect(self.group_wanted)
        detail.remove.clicked.connect(lambda: self._of_chosen(self.remove_wanted.emit))

    @property
    def chosen(self) -> Sequence[int]:
        """The ids of the chosen photos; Ctrl and Shift choose several."""
        return self.list.chosen

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these photos."""
        self._tiles = tiles
        self._show()

    def update_tile(self, tile: Tile) -> None:
        """One of them is further."""
        self._tiles = [tile if tile.id == one.id else one for one in self._tiles]
        if self._passes(tile) == self.list.has(tile.id):
            self.list.update_tile(tile)
            self._count()
        else:
            self._show()
        self._show_detail()

    def show_picture(self, tile_id: int) -> None:
        """Paint one anew, of which a picture came."""
        self.list.show_picture(tile_id)

    def show_work(self, work: Work) -> None:
        """Say what goes on."""
        self._work = work
        self.about.setText(in_words(work))
        self.line.set_share(work.done / work.total if work.total and work.done < work.total else None)
        self.stop.setVisible(work.is_running)
        self.go_on.setVisible(not work.is_running and work.done < work.total)
        for button in (self.save, self.more, self.retry_all):
            button.setEnabled(not work.is_saving)
        self._count()

    def _show(self) -> None:
        shown = [tile for tile in self._tiles if self._passes(tile)]
        self.list.set_tiles(shown)
        self.list.setVisible(bool(shown))
        self.nothing.setVisible(not shown)
        self.nothing.setText(tr("No photo is like that.") if self._tiles else tr("Drop photos here, or a folder of them."))
        self._count()
        self._show_detail()

    def _count(self) -> None:
        photos = [tile for tile in self._tiles if not tile.is_group]
        done, attention = (sum(tile.state == state for tile in photos) for state in ("done", "attention"))
        self.title.set_text(trn("{count} photo", "{count} photos", len(photos)))
        for key, word, count in (
            ("all", tr("All"), len(photos)), ("done", tr("Done"), done), ("attention", tr("Needs attention"), attention),
        ):  # fmt: skip
            self.filters.set_text(key, f"{word}  {count}")
        self.retry_all.setVisible(bool(self._failed))
        self.save.setEnabled(bool(done) and not self._work.is_saving)
        self.group.setEnabled(done > 1)

    @property
    def _failed(self) -> list[Tile]:
        return [tile for tile in self._tiles if tile.can_retry]

    def _passes(self, tile: Tile) -> bool:
        return self._filter in ("all", tile.state)

    def _choose_filter(self, key: Filter) -> None:
        self._filter = key
        self.filters.choose(key)
        self._show()

    def _act(self, tile_id: int) -> None:
        """What a click does: open what can be opened; what is wrong with the others stands below the list."""
        tile = self.list.get(tile_id)
        if tile is not None and tile.can_open:
            self.opened.emit(tile_id)

    def _of_chosen(self, act: Callable[[int], None]) -> None:
        tile = self.list.current
        if tile is not None:
            act(tile.id)

    def _show_detail(self) -> None:
        self.detail.show_tile(self.list.current)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_wanted.emit()
        else:
            super().keyPressEvent(event)


class _Detail(QWidget):
    """What the chosen photo needs, in a sentence, and what can be done."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(56)
        self.setAccessibleName(tr("The chosen photo"))
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.open, self.all_faces = text_button(tr("Open"), "raised"), text_button(tr("All of them"), "raised")
        self.retry, self.remove = text_button(tr("Retry"), "raised"), text_button(tr("Remove"), "link")
        self.group = text_button(tr("Group portrait…"), "raised")
        self._buttons: tuple[QPushButton, ...] = (self.remove, self.retry, self.all_faces, self.group, self.open)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(theme.UNIT)
        row.addWidget(self.text, 1)
        for button in self._buttons:
            button.setAutoDefault(True)
            row.addWidget(button)
        self.show_tile(None)

    def show_tile(self, tile: Tile | None) -> None:
        """Say it of one; nothing where none is chosen."""
        self.setVisible(tile is not None)
        self.text.setText("" if tile is None else f"{tile.name}: {tile.reason or tile.word}")
        self.setAccessibleDescription(self.text.text())
        self.open.setText(tr("Choose a face") if tile is not None and tile.num_faces else tr("Open"))
        self.open.setAccessibleName(self.open.text())
        self.open.setVisible(tile is not None and tile.can_open)
        self.all_faces.setVisible(tile is not None and tile.num_faces > 1)
        self.group.setVisible(tile is not None and tile.is_of_group)
        self.retry.setVisible(tile is not None and tile.can_retry)
        self.remove.setVisible(tile is not None and not tile.is_group)


def in_words(work: Work) -> str:
    """How far it is: `12 of 40 · about 2 min left`."""
    if not work.total:
        return ""
    if work.done >= work.total:
        avatars = trn("{count} avatar", "{count} avatars", work.total - work.attention)
        problems = trn("{count} needs attention", "{count} need attention", work.attention)
        return tr("{avatars}  ·  {problems}", avatars=avatars, problems=problems) if work.attention else avatars
    share = tr("{done} of {total}", done=work.done, total=work.total)
    if work.is_saving:
        share = tr("Saving {done} of {total}", done=work.done, total=work.total)
    if not work.is_running:
        return tr("{share}  ·  stopped", share=share)
    left = work.remaining_s
    return share if left is None else tr("{share}  ·  about {time} left", share=share, time=time_in_words(left))


def time_in_words(seconds: float) -> str:
    """A time as one says it when it is a guess."""
    if seconds < 50:
        return tr("{count} s", count=max(5, 5 * round(seconds / 5)))
    if seconds < 90 * 60:
        return tr("{count} min", count=max(1, round(seconds / 60)))
    return tr("{count} h", count=round(seconds / 3600))
