"""Pictures that a job showed, the newest first; one can be seen large."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from app import tasks, theme
from app.widgets.buttons import paint_focus
from app.widgets.ground import fitted, paint_ground, paint_picture
from core.jobs.following import Sample
from core.jobs.glance import counted
from core.words import tr

SIDE, CAPTION = 104, 20
MOST = 60
"""Pictures in the strip; older ones are in the folder."""
LARGE = 640


class SampleStrip(QScrollArea):
    """A row of pictures; a click shows one large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Samples"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(SIDE + CAPTION + 12)
        self._samples: tuple[Sample, ...] = ()
        row = QWidget()
        self._row = QHBoxLayout(row)
        self._row.setContentsMargins(0, 0, 0, 12)
        self._row.setSpacing(theme.UNIT)
        self._row.addStretch(1)
        self.setWidget(row)

    def set_samples(self, samples: Sequence[Sample]) -> None:
        """Show the newest of these, oldest given first; pictures that are there already stay."""
        newest = tuple(reversed(samples[-MOST:]))
        if newest == self._samples:
            return
        kept = {thumb.sample: thumb for thumb in self._thumbs()}
        self._samples = newest
        for place, sample in enumerate(newest):
            thumb = kept.pop(sample, None) or _Thumb(sample, self)
            self._row.insertWidget(place, thumb)
        for thumb in kept.values():
            self._row.removeWidget(thumb)
            thumb.deleteLater()

    def enlarge(self, sample: Sample) -> "SampleDialog":
        """Show one large; the arrows go to its neighbours."""
        dialog = SampleDialog(self._samples, self._samples.index(sample), self)
        dialog.open()
        return dialog

    def _thumbs(self) -> list["_Thumb"]:
        items = (self._row.itemAt(place) for place in range(self._row.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, _Thumb)]


class _Thumb(QAbstractButton):
    def __init__(self, sample: Sample, strip: SampleStrip) -> None:
        super().__init__()
        self.sample = sample
        self._image: QImage | None = None
        self.setFixedSize(SIDE, SIDE + CAPTION)
        self.setAccessibleName(words_of(sample))
        self.setToolTip(words_of(sample))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: strip.enlarge(self.sample))
        tasks.run(partial(_read, sample.path, round(SIDE * self.devicePixelRatioF())), self._show)

    def _show(self, image: QImage) -> None:
        self._image = image
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(0, 0, SIDE, SIDE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("field", self))
            painter.drawRoundedRect(area, 8, 8)
            if self._image is not None and not self._image.isNull():
                paint_picture(painter, self._image, fitted(self._image.width(), self._image.height(), area), 8)
            paint_focus(painter, self, area.adjusted(0.5, 0.5, -0.5, -0.5), 8)
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("text" if self.underMouse() else "secondary", self))
            below = QRectF(2, SIDE + 2, SIDE - 4, CAPTION - 2)
            text = painter.fontMetrics().elidedText(_step(self.sample), Qt.TextElideMode.ElideRight, round(below.width()))
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class SampleDialog(QDialog):
    """One picture, large, on the ground that all pictures are on."""

    def __init__(self, samples: Sequence[Sample], place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._samples = tuple(samples)
        self._view = _Large()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(self._view)
        self.place = place
        self._go_to(place)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._go_to(min(len(self._samples) - 1, max(0, self.place + step)))

    def _go_to(self, place: int) -> None:
        self.place = place
        words = words_of(self._samples[place])
        self.setWindowTitle(words)
        self._view.setAccessibleName(words)
        tasks.run(partial(_read, self._samples[place].path, None), self._view.show_image)


class _Large(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(320, 320)
        self._image: QImage | None = None

    def show_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(LARGE, LARGE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            paint_ground(painter, area, 12)
            if self._image is None:
                return
            if self._image.isNull():
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, tr("The picture cannot be read any more."))
            else:
                paint_picture(painter, self._image, fitted(self._image.width(), self._image.height(), area), 12)


def words_of(sample: Sample) -> str:
    """What a picture is called: "last, step 1 200"."""
    return f"{sample.name}, {_step(sample)}"


def _step(sample: Sample) -> str:
    return tr("step {step}", step=counted(sample.step))


def _read(path: Path, side: int | None) -> QImage:
    """A picture, at most `side` pixels; null where it cannot be read."""
    if not path.is_file():
        return QImage()  # a pipe in its place would be waited for for ever
    reader = QImageReader(str(path))
    size = reader.size()
    if side is not None and size.isValid():
        reader.setScaledSize(size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
