"""The small pictures of a batch: faces and avatars, made when they are first seen, and not all kept."""

import io
from collections import OrderedDict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app import tasks
from app.rendering import Render, Rendering, Shot, Urgency, to_qimage
from app.state.batch import Batch
from app.state.export import to_rgba
from app.state.label_pictures import LabelPictures
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS
from core.errors import AvatarError
from core.group_portrait import MOST, Member, compose
from core.images import Image, read_photo

SIDE = 208  # pixels of an avatar: sharp at twice the scale
KEPT = 150  # avatars, 26 MB
WANTED = 40  # avatars that wait to be drawn; what was scrolled past is forgotten


class BatchPictures(QObject):
    """Gives what is there at once, and says when more came. The newest wish comes first."""

    arrived = Signal(int)
    """The id of a photo of which a picture can be shown now."""

    def __init__(self, batch: Batch, rendering: Rendering, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._batch, self._rendering = batch, rendering
        self._faces = LabelPictures(self._read, self)
        self._faces.arrived.connect(self.arrived)
        self._avatars: OrderedDict[int, tuple[AvatarVector, QImage]] = OrderedDict()
        self._wanted: OrderedDict[int, AvatarVector] = OrderedDict()
        self._groups: dict[int, tuple[list[AvatarVector], QImage | None]] = {}
        self._states: dict[int, str] = {}
        batch.changed.connect(self._forget_old)

    def face(self, item_id: int) -> QImage | None:
        """The face of a photo; all of the photo as long as no face is known; None while it is on its way."""
        return self._faces.get(item_id)

    def avatar(self, item_id: int) -> QImage | None:
        """An avatar as it is now; None while it is drawn."""
        if item_id < 0:
            return self._portrait(-item_id)
        item = self._batch.get(item_id)
        if item is None or item.made is None:
            return None
        vector, kept = item.vector(), self._avatars.get(item_id)
        if kept is not None and kept[0] == vector:
            self._avatars.move_to_end(item_id)
            return kept[1]
        if self._wanted.get(item_id) != vector:
            self._draw(item_id, vector)
            kept = self._avatars.get(item_id)
        return None if kept is None else kept[1]

    def _portrait(self, group: int) -> QImage | None:
        """The avatars of one photo's faces together, once each of them is drawn."""
        items = self._batch.group(group)
        vectors, (known, image) = [item.vector() for item in items], self._groups.get(group, ([], None))
        if vectors == known or not items:
            return image
        pictures = [self.avatar(item.id) for item in items]
        drawn = [to_rgba(picture) for picture in pictures if picture is not None]
        if len(drawn) == len(items) <= MOST:
            self._groups[group] = (vectors, image)
            places = [(*item.made.centre, item.made.span) for item in items if item.made is not None]
            members = [Member(picture, *place) for picture, place in zip(drawn, places, strict=True)]
            tasks.run(lambda: compose(members, SIDE, None), partial(self._keep_portrait, group, vectors))
        return image

    def _keep_portrait(self, group: int, vectors: list[AvatarVector], picture: Image) -> None:
        self._groups[group] = (vectors, to_qimage(picture))
        self.arrived.emit(-group)

    def close(self) -> None:
        """End the threads."""
        self._faces.close()

    def _draw(self, item_id: int, vector: AvatarVector) -> None:
        self._wanted[item_id] = vector
        while len(self._wanted) > WANTED:
            passed = ("batch", self._wanted.popitem(last=False)[0])
            self._rendering.forget(passed.__eq__)
        shot = Shot(vector, CAMERAS["front"], SIDE)
        fail = partial(self._fail, item_id)
        self._rendering.draw(shot, partial(self._keep, item_id), fail, urgency=Urgency.THUMBNAIL, key=("batch", item_id))

    def _keep(self, item_id: int, render: Render) -> None:
        if self._wanted.get(item_id) == render.shot.vector:
            del self._wanted[item_id]
        self._avatars[item_id] = (render.shot.vector, render.image)
        self._avatars.move_to_end(item_id)
        while len(self._avatars) > KEPT:
            self._avatars.popitem(last=False)
        self.arrived.emit(item_id)
        item = self._batch.get(item_id)
        if item is not None and item.group:
            self.arrived.emit(-item.group)

    def _fail(self, item_id: int, error: Exception) -> None:
        """It stays wanted, so that nobody asks again and again; a renderer that is broken is told about on the page."""

    def _forget_old(self, item_id: int) -> None:
        item = self._batch.get(item_id)
        state = item.state if item is not None else ""
        if state != self._states.get(item_id) and state in ("done", "waiting"):
            self._faces.forget_one(item_id)  # the photo becomes the face, or another face
            self._wanted.pop(item_id, None)
        self._states[item_id] = state

    def _read(self, item_id: int) -> bytes:
        """A JPEG of the face, or of the photo; called on a thread of its own. Nothing where it cannot be opened."""
        item = self._batch.get(item_id)
        if item is None:
            return b""
        if item.made is not None:
            return item.made.thumbnail
        try:
            return _small(read_photo(item.source, SIDE) if isinstance(item.source, Path) else item.source.picture)
        except AvatarError:
            return b""


def _small(picture: Image) -> bytes:
    from PIL import Image as Pillow

    photo, file = Pillow.fromarray(picture), io.BytesIO()
    photo.thumbnail((SIDE, SIDE))
    photo.save(file, "JPEG", quality=85)
    return file.getvalue()
