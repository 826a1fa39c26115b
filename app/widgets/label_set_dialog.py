"""Asks what a new evaluation set is called and who labels."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget
from typing_extensions import override

from app import theme
from app.widgets.ask_dialog import AskDialog, labelled
from app.widgets.text_dialog import set_width
from core.words import mark, tr

SHARES = (0, 10, 20, 30, 50, 100)  # per cent
WHY = mark(
    "That share of the photos is drawn by chance and never shows a prediction, so that one can measure how much "
    "predictions sway a label."
)


class LabelSetDialog(AskDialog):
    """A few questions, each with an answer that will do; Enter goes on."""

    def __init__(
        self,
        designer: str,
        go_on: Callable[["LabelSetDialog"], None],
        parent: QWidget | None = None,
        other_engines: Sequence[str] = (),
    ) -> None:
        """Ask.

        Args:
            designer: Who labelled last.
            go_on: Called with the dialog once everything is answered.
            parent: Above what it lies.
            other_engines: Avatars that the set may be for as well.
        """
        super().__init__(tr("New evaluation set"), tr("Choose where…"), parent)
        self._go_on = go_on
        self._engines = {name: QCheckBox(name) for name in other_engines}
        self.name, self.designer, self.blind = QLineEdit(), QLineEdit(designer), QComboBox()
        self.name.setPlaceholderText(tr("What the set is called"))
        self.designer.setPlaceholderText(tr("Every label carries it"))
        for percent in SHARES:
            self.blind.addItem(tr("{percent} % of the photos", percent=percent), percent / 100)
        self.blind.setCurrentIndex(SHARES.index(20))
        self._lay_out()
        self.name.textChanged.connect(lambda _: self._show_state())
        self.designer.textChanged.connect(lambda _: self._show_state())
        self._show_state()

    @property
    def blind_share(self) -> float:
        """Of the photos, how many are always labelled from nothing, in [0, 1]."""
        return float(self.blind.currentData())

    @property
    def engines(self) -> list[str]:
        """Other avatars that the set is to be for."""
        return [name for name, box in self._engines.items() if box.isChecked()]

    def _lay_out(self) -> None:
        for box in self._engines.values():
            box.setAccessibleName(tr("Also for {engine}", engine=box.text()))
        others = [("" if number else tr("Also for"), box) for number, box in enumerate(self._engines.values())]
        why = self.explained(tr(WHY))
        why.setFont(theme.font("small"))
        set_width(why, why.width())  # as high as the small letters need
        rows = [(tr("Name"), self.name), (tr("Your name"), self.designer), (tr("Always from nothing"), self.blind), *others]
        self.lay_out(labelled(rows), why)

    def _show_state(self) -> None:
        self.ok_button.setEnabled(bool(self.designer.text().strip() and self.name.text().strip()))

    @override
    def answer(self) -> None:
        self._go_on(self)
