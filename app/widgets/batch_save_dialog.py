"""What of many avatars is written to files."""

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QWidget
from typing_extensions import override

from app.widgets.ask_dialog import AskDialog
from core.words import tr, trn


class BatchSaveDialog(AskDialog):
    """Asks for avatars, pictures or both; `chosen` gets which."""

    def __init__(self, count: int, chosen: Callable[[bool, bool], None], parent: QWidget) -> None:
        """Ask.

        Args:
            count: How many avatars there are.
            chosen: Called with whether as avatars, and whether as pictures.
            parent: Above what it lies.
        """
        super().__init__(trn("Save {count} avatar", "Save {count} avatars", count), tr("Choose a folder…"), parent)
        self._chosen = chosen
        self.documents = QCheckBox(tr("Avatars (*.avatar.json), to go on with here"))
        self.pictures = QCheckBox(tr("Pictures (PNG), from the front"))
        for box in (self.documents, self.pictures):
            box.setAccessibleName(box.text())
            box.setChecked(True)
            box.toggled.connect(lambda _: self.ok_button.setEnabled(self.documents.isChecked() or self.pictures.isChecked()))
        note = self.explained(tr("They are called like their photos. Nothing that is in the folder is overwritten."))
        self.lay_out(self.documents, self.pictures, note)

    @override
    def answer(self) -> None:
        """Go on to the folder."""
        self.accept()
        self._chosen(self.documents.isChecked(), self.pictures.isChecked())
