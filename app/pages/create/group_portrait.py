"""Several avatars in one picture: drawn one by one, composed off the GUI thread, and taken to a file or the clipboard."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app import problems, tasks
from app.rendering import Render, Rendering, Shot, Urgency, to_qimage
from app.settings import Settings
from app.state.batch import BatchItem
from app.state.export import to_rgba
from app.widgets import file_dialogs
from app.widgets.group_dialog import GroupDialog
from core.engines import CAMERAS
from core.group_portrait import Ground, Member, compose
from core.images import Image, write_png
from core.words import tr

SIZE = 512  # pixels of the largest bust


class GroupPortrait(QObject):
    """Makes one picture; it goes with its dialog."""

    said = Signal(str)
    """Something is done."""
    failed = Signal(object, object)
    """An error, and the texts and deeds that help."""

    def __init__(self, items: Sequence[BatchItem], name: str, rendering: Rendering, settings: Settings, page: QWidget) -> None:
        """Draw it and show it.

        Args:
            items: Whose avatars, all of them done.
            name: What the file is called, unless a person calls it otherwise.
            rendering: Draws the avatars.
            settings: Know the folder.
            page: Above which it is shown.
        """
        super().__init__(page)
        self._items, self._name, self._rendering, self._settings, self._page = items, name, rendering, settings, page
        self._members: list[Member] = []
        self._ground: Ground = "studio"
        self._picture: Image | None = None
        self._is_open = True
        self.dialog = GroupDialog(len(items), page)
        self.dialog.ground_wanted.connect(self._stand_before)
        self.dialog.save_wanted.connect(self.save)
        self.dialog.copy_wanted.connect(self.copy)
        self.dialog.finished.connect(lambda _: self._end())
        self.dialog.open()
        self._draw()

    @property
    def picture(self) -> Image | None:
        """The group as it is shown; None before it is drawn."""
        return self._picture

    def save(self) -> None:
        """Ask for a file and write the picture."""
        folder = Path(self._settings.now.export_folder or Path.home())
        path = file_dialogs.ask_where_to_export(self._page, folder / f"{self._name}.png")
        if path is not None:
            self._settings.remember(export_folder=str(path.parent))
            self._write(path)

    def copy(self) -> None:
        """Copy the picture."""
        if self._picture is not None:
            data = QMimeData()
            data.setImageData(to_qimage(self._picture))
            QGuiApplication.clipboard().setMimeData(data)
            self.said.emit(tr("Copied."))
            self._leave()

    def _write(self, path: Path) -> None:
        picture = self._picture
        if picture is None:
            return
        offers: Sequence[tuple[str, Callable[[], None]]] = (
            (tr("Try again"), lambda: self._write(path)),
            (tr("Save elsewhere…"), self.save),
        )
        tasks.run(lambda: write_png(path, picture), partial(self._tell_written, path), partial(self._tell_failed, offers))
        self._leave()

    def _tell_written(self, path: Path, _: None) -> None:
        self.said.emit(tr("Exported {name}.", name=path.name))

    def _tell_failed(self, offers: object, error: Exception) -> None:
        self.failed.emit(error, offers)

    def _draw(self) -> None:
        number = len(self._members)
        self.dialog.show_progress(number, len(self._items))
        if number == len(self._items):
            self._compose()
            return
        shot = Shot(self._items[number].vector(), CAMERAS["front"], SIZE)
        self._rendering.draw(shot, self._keep, self._fail, urgency=Urgency.AHEAD, key=("group portrait", id(self)))

    def _keep(self, render: Render) -> None:
        if not self._is_open:
            return
        made = self._items[len(self._members)].made
        assert made is not None
        is_one_photo = len({item.path for item in self._items}) == 1
        # Of several photos every face is as large as the others, in the order of the list.
        x, y, span = (*made.centre, made.span) if is_one_photo else (float(len(self._members)), 0.0, 1.0)
        self._members.append(Member(to_rgba(render.image), x, y, span))
        self._draw()

    def _compose(self) -> None:
        ground, members = self._ground, tuple(self._members)
        tasks.run(lambda: compose(members, SIZE, ground), partial(self._show, ground), self._fail)

    def _show(self, ground: Ground, picture: Image) -> None:
        if self._is_open and ground == self._ground:
            self._picture = picture
            self.dialog.show_picture(to_qimage(picture))

    def _stand_before(self, ground: Ground) -> None:
        self._ground = ground
        if len(self._members) == len(self._items):
            self._compose()

    def _fail(self, error: Exception) -> None:
        if self._is_open:
            self.dialog.show_problem(problems.describe(error).text)

    def _leave(self) -> None:
        if self._is_open:
            self.dialog.accept()

    def _end(self) -> None:
        self._is_open = False
        self._rendering.forget(lambda key: key == ("group portrait", id(self)))
