"""What was kept of unsaved work: a list with pictures, to restore from or to discard."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.rendering import Render, Rendering, Shot, Urgency
from app.widgets.buttons import text_button
from app.widgets.elided import Elided
from app.widgets.ground import paint_ground, paint_picture
from app.widgets.text_dialog import TextDialog, set_width
from core.avatar.vector import AvatarVector
from core.engines import Camera
from core.words import tr, trn

WIDTH, MARGIN = 600, 24
PICTURE = 72
ROWS_SEEN = 4


@dataclass(frozen=True)
class KeptWork:
    """One avatar that was kept.

    Attributes:
        file: The recovery file.
        title: What the avatar was called.
        when: When it was last changed, in words.
        where: The file that it belonged to, if it had one.
        vector: The avatar; None where it cannot be shown here.
        problem: Why it cannot; empty otherwise.
    """

    file: Path
    title: str
    when: str
    where: str = ""
    vector: AvatarVector | None = None
    problem: str = ""


class RecoveryDialog(QDialog):
    """Lists kept work. Closing it decides nothing: the list can be opened again."""

    restore_wanted = Signal(object)
    """The `Path` of a recovery file; the dialog has closed."""
    discard_wanted = Signal(object)
    """The `Path` of a recovery file; its row is gone."""

    def __init__(
        self, kept: Sequence[KeptWork], damaged: Sequence[Path], rendering: Rendering, parent: QWidget | None = None
    ) -> None:
        """Show them.

        Args:
            kept: The newest first.
            damaged: Files that cannot be read.
            rendering: Draws the pictures, when there is nothing else to draw.
            parent: Above what it lies.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Recovered work"))
        self.setFixedWidth(WIDTH)
        self.rows = [_Row(one, rendering, is_only=len(kept) == 1) for one in kept]
        for row in self.rows:
            row.restore.clicked.connect(lambda _=False, row=row: self._restore(row))
            row.discard.clicked.connect(lambda _=False, row=row: self._discard([row]))
        self.discard_all = text_button(tr("Discard all…"))
        self.discard_all.clicked.connect(self._ask_to_discard_all)
        self.later = text_button(tr("Decide later") if self.rows else tr("Close"))
        self.later.clicked.connect(self.reject)
        self.later.setDefault(True)
        self.show_folder = text_button(tr("Show folder"), "link")
        self.show_folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(damaged[0].parent))))
        self._text = QLabel()
        self._text.setProperty("tone", "secondary")
        self._lay_out(damaged)
        self._tell()
        (self.rows[0].restore if self.rows else self.later).setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, damaged: Sequence[Path]) -> None:
        heading = QLabel(self.windowTitle())
        heading.setFont(theme.font("title", strong=True))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, 20)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(self._text)
        layout.addWidget(self._list())
        if damaged:
            layout.addLayout(self._damaged(damaged))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.discard_all)
        buttons.addStretch(1)
        buttons.addWidget(self.later)
        layout.addSpacing(4)
        layout.addLayout(buttons)

    def _list(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in self.rows:
            column.addWidget(row)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        return self._area

    def _damaged(self, files: Sequence[Path]) -> QHBoxLayout:
        text = trn(
            "One more file is damaged and cannot be shown. It is kept as {name}.",
            "{count} more files are damaged and cannot be shown. They are kept, the last as {name}.",
            len(files),
            name=files[0].name,
        )
        label = QLabel(text)
        label.setProperty("tone", "secondary")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label, 1)
        row.addWidget(self.show_folder)
        set_width(label, WIDTH - 2 * MARGIN - self.show_folder.sizeHint().width() - 8)
        return row

    def _tell(self) -> None:
        """Say how many there are, and be as high as that."""
        text = tr("Likeness closed before this was saved. It stays here until you restore or discard it.")
        self._text.setText(text if self.rows else tr("There is no unsaved work of earlier sessions."))
        set_width(self._text, WIDTH - 2 * MARGIN)
        self.discard_all.setVisible(len(self.rows) > 1)
        self._area.setVisible(bool(self.rows))
        if self.rows:
            self._area.setFixedHeight(min(len(self.rows), ROWS_SEEN) * self.rows[0].sizeHint().height())
        self.adjustSize()

    def _restore(self, row: "_Row") -> None:
        self.accept()
        self.restore_wanted.emit(row.work.file)

    def _discard(self, rows: Sequence["_Row"]) -> None:
        for row in list(rows):
            self.discard_wanted.emit(row.work.file)
            self.rows.remove(row)
            row.hide()
            row.deleteLater()
        self._tell()
        (self.rows[0].restore if self.rows else self.later).setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.rows:
            self.later.setText(tr("Close"))

    def _ask_to_discard_all(self) -> None:
        title = trn("Discard {count} avatar?", "Discard {count} avatars?", len(self.rows))
        offer = (tr("Discard all"), lambda: self._discard(self.rows))
        TextDialog(title, tr("They cannot be brought back."), (), (offer,), self, no=tr("Keep them")).open()


class _Row(QWidget):
    """One of them."""

    def __init__(self, work: KeptWork, rendering: Rendering, is_only: bool) -> None:
        super().__init__()
        self.work = work
        self.setAccessibleName(work.title)
        self.setAccessibleDescription(" ".join(filter(None, (work.when, work.where, work.problem))))
        title = Elided(theme.font("body", strong=True))
        title.set_text(work.title)
        below = Elided(theme.font("small"), "secondary")
        said = work.problem or "  ·  ".join(filter(None, (work.when, work.where)))
        below.set_text(said[:1].upper() + said[1:])
        self.restore = text_button(tr("Restore"), "primary" if is_only else "plain")
        self.restore.setAccessibleName(tr("Restore {title}, {when}", title=work.title, when=work.when))
        self.restore.setEnabled(work.vector is not None)
        self.discard: QPushButton = text_button(tr("Discard"), "link")
        self.discard.setAccessibleName(tr("Discard {title}, {when}", title=work.title, when=work.when))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(title)
        words.addWidget(below)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(16)
        row.addWidget(_Picture(work.vector, rendering))
        row.addLayout(words, 1)
        row.addWidget(self.discard)
        row.addWidget(self.restore)


class _Picture(QWidget):
    """A small picture of the avatar, once it is drawn; its outline until then."""

    def __init__(self, vector: AvatarVector | None, rendering: Rendering) -> None:
        super().__init__()
        self.setFixedSize(PICTURE, PICTURE)
        self._image: QImage | None = None
        if vector is not None:
            shot = Shot(vector, Camera(), max(64, round(PICTURE * self.devicePixelRatioF())), "light")
            rendering.draw(shot, self._put, lambda _: None, urgency=Urgency.THUMBNAIL)

    @override
    def sizeHint(self) -> QSize:
        return QSize(PICTURE, PICTURE)

    def _put(self, render: Render) -> None:
        self._image = render.image
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            paint_ground(painter, area, 8)
            if self._image is not None:
                paint_picture(painter, self._image, area, 8, 1.0)
            else:
                icon = QRectF(0, 0, 32, 32)
                icon.moveCenter(area.center())
                theme.paint_icon(painter, "head", icon, theme.color("secondary", self))
