"""What leaves the create page: files, the clipboard, and what is dragged out of the window."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app import tasks
from app.rendering import Rendering, to_qimage
from app.settings import Settings
from app.state.avatar_document import EditedAvatar
from app.state.drag_folder import DragFolder
from app.state.export import Export, Written
from app.widgets import file_dialogs
from app.widgets.avatar_view import AvatarView
from app.widgets.drag_handle import DragHandle
from app.widgets.export_dialog import ExportChoice, ExportDialog, in_bytes, in_seconds
from app.widgets.export_progress import ExportProgress
from core.avatar.document import SUFFIX, AvatarDocument, write_document
from core.errors import AvatarError, FileNotWrittenError
from core.exporting import Order
from core.images import Image
from core.words import tr

COPY_SIZE = 1024  # pixels of a copied or dragged picture
COPIED = "application/x-likeness-copied"
"""Marks what was copied here, so that it can be taken off the clipboard again."""


class CreateExport(QObject):
    """Exports the avatar that a page edits. Its public methods without arguments are commands of `app.actions`."""

    said = Signal(str)
    """Something is done."""
    failed = Signal(object, object)
    """An error, and the texts and deeds that help."""

    def __init__(
        self,
        avatar: EditedAvatar,
        view: AvatarView,
        rendering: Rendering,
        settings: Settings,
        title: Callable[[], str],
        stage: QWidget,
    ) -> None:
        super().__init__(stage)
        self._avatar, self._view, self._rendering, self._settings = avatar, view, rendering, settings
        self._title, self._stage = title, stage
        self._pace: tuple[float, int] | None = None
        self._turn: Export | None = None
        self._dragged: Export | None = None
        self._folder = DragFolder()
        self.progress = ExportProgress(stage)
        self.progress.stop_wanted.connect(self.stop)
        self.handle = DragHandle()
        self.handle.picture_wanted.connect(self._prepare_drag)

    def export(self) -> None:
        """Show the export dialog."""
        now = self._settings.now
        choice = ExportChoice(**{field.name: getattr(now, f"export_{field.name}") for field in fields(ExportChoice)})
        dialog = ExportDialog(self._avatar.vector, self._view.camera, choice, self._rendering, self._pace, self._stage)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.save_wanted.connect(lambda: self._save(dialog))
        dialog.copy_wanted.connect(lambda: self._copy_from(dialog))
        dialog.open()

    def copy_picture(self) -> None:
        """Copy the picture as it is shown, and the avatar itself as text."""
        self._copy(Order((self._view.camera,), COPY_SIZE), self._avatar.document())

    def stop(self) -> None:
        """Stop the turn that is drawn; nothing is written."""
        if self._turn is not None:
            self._turn.stop()
            self.said.emit(tr("Stopped. Nothing was written."))

    def close_down(self) -> None:
        """Leave what is not done, and forget what was dragged."""
        for export in (self._turn, self._dragged):
            if export is not None:
                export.stop()
        self._folder.clear()

    def forget_dragged(self) -> None:
        """Remove the pictures that were dragged out of the window; another program may have copied them."""
        if self._dragged is not None:
            self._dragged.stop()
        self.handle.forget()
        self._folder.clear()

    def forget_copied(self) -> None:
        """Take the picture off the clipboard, if it is still there."""
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        if data is not None and data.hasFormat(COPIED):
            QGuiApplication.clipboard().clear()

    # To a file.

    def _save(self, dialog: ExportDialog) -> None:
        choice = dialog.choice
        if choice.what == "turn" and self._turn is not None:
            self.failed.emit(ExportBusyError(tr("A turntable is still being drawn. Stop it, or wait until it is written.")), ())
            dialog.accept()
            return
        ending = SUFFIX if choice.what == "avatar" else f".{dialog.order.kind}"
        path = self._ask(dialog, ending)
        if path is None:
            return
        self._remember(dialog)
        dialog.accept()
        document = self._avatar.document()
        if choice.what == "avatar":
            self._write_document(document, path)
        else:
            carried = document if choice.embeds else None
            self._write(Export(dialog.order, self._avatar.vector, carried, self._rendering, self), path)

    def _ask(self, parent: QWidget, ending: str) -> Path | None:
        folder = Path(self._settings.now.export_folder or self._settings.now.avatar_folder or Path.home())
        ask = file_dialogs.ask_where_to_save if ending == SUFFIX else file_dialogs.ask_where_to_export
        path = ask(parent, folder / f"{self._title()}{ending}")
        if path is not None:
            self._settings.remember(export_folder=str(path.parent))
        return path

    def _remember(self, dialog: ExportDialog) -> None:
        self._pace = dialog.pace
        self._settings.remember(**{f"export_{field.name}": getattr(dialog.choice, field.name) for field in fields(ExportChoice)})

    def _write(self, export: Export, path: Path) -> None:
        export.written.connect(self._say_written)
        export.failed.connect(lambda error: self._offer(error, path, export.order.kind, lambda other: self._again(export, other)))
        export.ended.connect(lambda: self._end(export))
        self._again(export, path)

    def _again(self, export: Export, path: Path) -> None:
        if export.order.turn is not None:
            self._turn = export
            export.progressed.connect(lambda done, total: self.progress.show_share(path.name, done, total))
            self.progress.show_share(path.name, 0, len(export.order.cameras))
        export.write(path)

    def _end(self, export: Export) -> None:
        if export is self._turn:
            self._turn = None
            self.progress.hide()
        if export is self._dragged:
            self._dragged = None

    def _say_written(self, written: Written) -> None:
        name, size = written.path.name, in_bytes(written.size)
        if written.seconds >= 1:
            self.said.emit(tr("Exported {name}: {size} in {time}.", name=name, size=size, time=in_seconds(written.seconds)))
        else:
            self.said.emit(tr("Exported {name}: {size}.", name=name, size=size))

    def _write_document(self, document: AvatarDocument, path: Path) -> None:
        def again(other: Path) -> None:
            self._write_document(document, other)

        tasks.run(
            lambda: write_document(document, path),
            lambda _: self.said.emit(tr("Exported {name}.", name=path.name)),
            lambda error: self._offer(error, path, SUFFIX, again),
        )

    def _offer(self, error: Exception, path: Path, ending: str, again: Callable[[Path], None]) -> None:
        def elsewhere() -> None:
            other = self._ask(self._stage, ending if ending == SUFFIX else f".{ending}")
            if other is not None:
                again(other)

        offers = ((tr("Try again"), lambda: again(path)), (tr("Save elsewhere…"), elsewhere))
        self.failed.emit(error, offers if isinstance(error, FileNotWrittenError) else ())

    # To the clipboard, and out of the window.

    def _copy_from(self, dialog: ExportDialog) -> None:
        self._remember(dialog)
        self._copy(dialog.order, self._avatar.document() if dialog.choice.embeds else None)
        dialog.accept()

    def _copy(self, order: Order, document: AvatarDocument | None) -> None:
        def put(pictures: Sequence[Image]) -> None:
            data = QMimeData()
            data.setImageData(to_qimage(order.compose(pictures)))
            data.setData(COPIED, b"yes")
            if document is not None:
                data.setText(document.to_json())
            QGuiApplication.clipboard().setMimeData(data)
            self.said.emit(tr("Copied."))
            export.deleteLater()

        export = Export(order, self._avatar.vector, None, self._rendering, self)
        export.failed.connect(lambda error: self.failed.emit(error, ()))
        export.draw(put)

    def _prepare_drag(self) -> None:
        if self._dragged is not None:
            self._dragged.stop()
        try:
            # Nobody chooses this name or sees it before it is somewhere else: it is never the photo's.
            name = self._avatar.name if self._avatar.path is not None else tr("Avatar")
            path = self._folder.place(f"{name}.png")
        except OSError as error:
            self.failed.emit(FileNotWrittenError(f"{error.strerror or error}."), ())
            return
        order = Order((self._view.camera,), COPY_SIZE)
        document = self._avatar.document() if self._settings.now.export_embeds else None
        export = self._dragged = Export(order, self._avatar.vector, document, self._rendering, self)
        export.written.connect(lambda written: export.draw(lambda views: self.handle.give(written.path, to_qimage(views[0]))))
        export.failed.connect(lambda error: self.failed.emit(error, ()))
        export.ended.connect(lambda: self._end(export))
        export.write(path)


class ExportBusyError(AvatarError):
    """A turn is being exported already."""
