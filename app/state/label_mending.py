"""What can be wrong with a photo of an evaluation set, and mending it: its face is placed, its file is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage
from typing_extensions import override

from app import tasks
from app.estimating import Estimating, Photo, Points
from app.problems import describe
from app.rendering import to_qimage
from app.state.label_values import Sheet
from app.state.open_set import OpenSet
from app.state.photo import OpenedPhoto
from core.errors import PhotoError
from core.faces.align import Frame, wider
from core.labels.records import Crop, Item
from core.reporting import Reporter
from core.words import mark, tr

if TYPE_CHECKING:  # loaded on other threads: the window starts without SQLAlchemy
    from core.labels.locating import Located

LOOK_MS = 250
"""How long a photo is looked at before its file is opened: who leafs through many waits for none."""

LOOKING = mark("Looking for photos")

SHARPEST = 1024  # pixels of a face's side


class FaceToPlace(OpenedPhoto):
    """A photo of a set, in which somebody says which face it is or where; it is read no further than that."""

    chosen = Signal(object)
    """A face, counted from 1, or `Points`."""

    without_face = mark("Say where the face is, and the photo can be labelled.")

    def choose_or_place(self) -> None:
        """Go back to where the choice begins."""
        if self.photo is not None:
            self._read(self.photo, None)

    @override
    def _read(self, photo: Photo, face: int | Points | None) -> None:
        self.is_photos_fault = True
        if face is not None:
            self._set("reading", photo)
            self.chosen.emit(face)
        elif len(photo.faces) > 1:
            self._set("choosing", photo)
        else:
            self._before = ("failed", None, tr(self.without_face))
            self._set("placing", photo)


@dataclass(frozen=True, eq=False)
class Seen:
    """What a photo's file gave.

    Attributes:
        item_id: The photo's.
        picture: Its face, framed like the crop in the set and as sharp as the file has it; None where there is none to show.
        problem: Why the file is of no use; empty where it is the photo that was added.
    """

    item_id: int
    picture: QImage | None = None
    problem: str = ""


class LabelMending(QObject):
    """Looks after the file of the photo that is looked at, places its face, and looks for files that were moved."""

    looked = Signal()
    """`seen` changed."""
    placed = Signal(object)
    """The `Sheet` of a photo whose face was placed."""
    refused = Signal(object)
    """The error for which no face was placed."""
    located = Signal(object)
    """What a search came to: a `core.labels.locating.Located`."""

    def __init__(self, open_set: OpenSet, estimating: Estimating, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._set = open_set
        self.face = FaceToPlace(estimating, self)
        self.seen: Seen | None = None
        self._lane = tasks.Lane("label files")
        self._looked_for: tuple[Item, Crop | None] | None = None
        self._waiting = QTimer(self, interval=LOOK_MS, singleShot=True)
        self._waiting.timeout.connect(self._look)
        self.face.chosen.connect(self._place)

    # The file of the photo that is looked at.

    def look_at(self, sheet: Sheet | None) -> None:
        """Open a photo's file soon; None for no photo."""
        self.face.clear()
        self.seen = None
        self._looked_for = None if sheet is None else (sheet.item, sheet.crop)
        self._waiting.start() if sheet is not None else self._waiting.stop()
        self.looked.emit()

    @property
    def item(self) -> Item | None:
        """The photo that is looked at."""
        return None if self._looked_for is None else self._looked_for[0]

    def _look(self) -> None:
        if self._looked_for is None:
            return
        item, crop = self._looked_for

        def seen(seen: Seen) -> None:
            if self.item == item:
                self.seen = seen
                self.looked.emit()

        self._lane.submit(lambda: _look(item, crop), seen, key="look")

    # Its face.

    def find_face(self) -> None:
        """Let somebody say where the face is, in the photo that is looked at."""
        if (item := self.item) is not None and self.seen is not None and not self.seen.problem:
            self.face.open(Path(item.path))

    def _place(self, face: int | Points) -> None:
        item, desk = self.item, self._set.desk
        if item is None or desk is None:
            return

        def work() -> Sheet:
            from core.labels.adding import place_face

            number, placed = (face, None) if isinstance(face, int) else (None, face)
            return desk.sheet(place_face(desk.set, item.id, number, placed))

        def through(sheet: Sheet) -> None:
            if self.item == item:
                self.look_at(sheet)
            self.placed.emit(sheet)

        def failed(error: Exception) -> None:
            if self.item == item:
                self.face.choose_or_place()
            self.refused.emit(error)

        self._set.do(work, through, failed)

    # Files that were moved.

    def locate(self, paths: Sequence[Path]) -> None:
        """Look for all photos whose files are gone in files and folders, while the labelling goes on."""
        if (desk := self._set.desk) is None:
            return
        also = [self.seen.item_id] if self.seen is not None and self.seen.problem else []

        def work(reporter: Reporter) -> "Located":
            from core.labels.locating import locate_photos

            return locate_photos(desk.set, paths, also, reporter)

        self._set.carry_out(tr(LOOKING), work, self.located.emit)

    def close(self) -> None:
        """End what goes on."""
        self._waiting.stop()
        self._lane.close()


def _look(item: Item, crop: Crop | None) -> Seen:
    from core.faces.selfie import WIDE_FACTOR
    from core.labels.adding import open_photo

    try:
        photo = open_photo(item)
    except PhotoError as error:
        return Seen(item.id, problem=describe(error).text)
    if crop is None:
        return Seen(item.id)
    quad = wider(np.array(crop.quad, np.float32), WIDE_FACTOR)
    side = min(SHARPEST, round(float(np.linalg.norm(quad[3] - quad[0]))))
    return Seen(item.id, to_qimage(Frame(quad, side).crop(photo)))
