"""How far designers agree: who is compared, a table of all settings, and the photos on which they differ."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app import theme
from app.widgets.agreement_lines import Section, as_csv, as_markdown, sections_of, title_of
from app.widgets.agreement_table import AgreementTable
from app.widgets.buttons import IconButton, tell_keys, text_button
from app.widgets.difference_list import DifferenceList
from app.widgets.elided import Elided
from app.widgets.explanation import Explanation
from app.widgets.label_grid import Pictures
from app.widgets.progress_line import ProgressLine
from core.avatar.schema import AvatarSchema
from core.labels.agreement import Figure
from core.labels.comparing import Comparison, Measured, differences
from core.labels.records import Item
from core.words import mark, tr, trn

Writer = Callable[[str, Sequence[Section]], str]

BESIDE = 320
NOTHING = (
    mark("Nothing to compare yet"),
    mark("Two designers have to finish the same photos, or one has to label some of hers a second time, with “Label again…”."),
)
SAYS = {
    "designers": mark("How often the two chose the same, and how far apart their numbers are."),
    "takes": mark("How often the same designer chose the same again, and how far apart her numbers are."),
    "starts": mark("How much more two designers agree where both saw a prediction first. A bar that holds 0 shows nothing."),
}
LEGEND = mark("The bar is the 95 % interval over photos: another set of photos like these would likely give something in it.")
KAPPA = mark("κ is agreement beyond chance: 1 is perfect, 0 is what the habits of the two would give.")


class LabelAgreement(QWidget):
    """Shows one comparison at a time."""

    compared = Signal(object)
    """The `Comparison` that the person wants to see."""
    stop_wanted = Signal()
    """The person wants no more to be measured, or drawn."""
    draw_wanted = Signal(object)
    """The `Comparison` whose avatars are to be drawn."""
    settle_wanted = Signal()
    """The person wants to settle what designers differ in."""
    opened = Signal(object, object)
    """A photo on which they differ, an `Item`, and the `Comparison`."""

    def __init__(self, schema: AvatarSchema, pictures: Pictures) -> None:
        super().__init__()
        self._schema = schema
        self._items: Mapping[str, Item] = {}
        self._comparisons: Sequence[Comparison] = ()
        self.sections: Sequence[Section] = ()
        self.back = IconButton("grid", tr("All photos"))
        self.who, self.about = QComboBox(), Elided(theme.font("body"), "secondary")
        self.copy = IconButton("copy", tr("Copy the table"))
        self.settle, self.stop_button = text_button(tr("Settle differences"), "primary"), text_button(tr("Stop"), "link")
        self.draw_button = text_button(tr("How different do they look?"), "link")
        self.looks, self.bar = QLabel(), ProgressLine(tr("Measured"))
        self.table, self.differ = AgreementTable(), DifferenceList(pictures)
        self.nothing, self._legend = Explanation(), QLabel()
        self._stack, self._beside, self._differ_title = QStackedWidget(), QWidget(), Elided(theme.font("title", strong=True))
        self._differ_about = QLabel()
        self._lay_out()
        self._connect()
        self.show_reading()

    def _lay_out(self) -> None:
        self.who.setAccessibleName(tr("Who is compared"))
        self.who.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.who.setMaximumWidth(380)
        self.looks.setProperty("tone", "secondary")
        title = QLabel(tr("Agreement"))
        title.setFont(theme.font("large", strong=True))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(title)
        head.addSpacing(8)
        head.addWidget(self.who)
        head.addStretch(1)
        head.addWidget(self.copy)
        head.addWidget(self.settle)
        line = QHBoxLayout()
        line.setContentsMargins(12, 0, 0, 0)
        line.addStrut(34)  # whether there is a button or not
        line.setSpacing(4)
        line.addWidget(self.about, 1)
        line.addWidget(self.looks)
        line.addWidget(self.draw_button)
        line.addWidget(self.stop_button)
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self._make_table())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 16, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(line)
        layout.addWidget(self.bar)
        layout.addWidget(self._stack, 1)

    def _make_table(self) -> QWidget:
        self._legend.setFont(theme.font("small"))
        self._legend.setProperty("tone", "secondary")
        self._legend.setWordWrap(True)
        self._legend.setContentsMargins(12, 0, 12, 12)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        column.addWidget(self._legend)
        self._fill_list()
        area = QWidget()
        row = QHBoxLayout(area)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self._beside)
        return area

    def _fill_list(self) -> None:
        close = IconButton("close", tr("Close the list"), size=24)
        close.clicked.connect(self._close_list)
        head = QHBoxLayout()
        head.addWidget(self._differ_title, 1)
        head.addWidget(close)
        self._differ_about.setProperty("tone", "secondary")
        self._differ_about.setWordWrap(True)
        inside = QVBoxLayout(self._beside)
        inside.setContentsMargins(16, 12, 0, 0)
        inside.setSpacing(4)
        inside.addLayout(head)
        inside.addWidget(self._differ_about)
        inside.addWidget(self.differ, 1)
        self._beside.setFixedWidth(BESIDE)
        self._beside.hide()

    def _connect(self) -> None:
        self.who.activated.connect(self._choose)
        self.copy.clicked.connect(self._offer_copies)
        self.settle.clicked.connect(self.settle_wanted)
        self.draw_button.clicked.connect(self._draw)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.table.chosen.connect(self._list_differences)
        self.differ.opened.connect(lambda item: self.opened.emit(item, self.comparison))

    @property
    def comparison(self) -> Comparison | None:
        """What is shown."""
        place = self.who.currentIndex()
        return self._comparisons[place] if 0 <= place < len(self._comparisons) else None

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Say which keys do what, now and after each change."""
        tell_keys(self.back, actions["show_photos"])

    # What is shown.

    def show_reading(self) -> None:
        """Say that labels are being read."""
        self._clear()
        self.nothing.say("", tr("Reading the labels…"))

    def show_comparisons(self, comparisons: Sequence[Comparison], items: Mapping[str, Item]) -> None:
        """Offer what can be compared, and ask for the one that was shown before, or the first.

        Args:
            comparisons: What can be compared.
            items: The photos, by their sha256.
        """
        before = self.who.currentText()
        names = [one.name for one in comparisons]
        self._comparisons, self._items = comparisons, items
        self.who.clear()
        self.who.addItems(names)
        self.who.setVisible(bool(names))
        self.settle.setVisible(any(one.kind == "designers" for one in comparisons))
        if names:
            self.who.setCurrentIndex(names.index(before) if before in names else 0)
            self._choose()
        else:
            self.nothing.say(*map(tr, NOTHING))

    def show_progress(self, step: int, total: int) -> None:
        """Say how many labels are read, or settings measured."""
        self.bar.set_share(step / total if total else None)

    def show_measured(self, measured: Sequence[Measured]) -> None:
        """Show the table."""
        comparison = self.comparison
        if comparison is None:
            return
        self.bar.set_share(None)
        self.sections = sections_of(measured, self._schema)
        self.table.set_sections(self.sections)
        self._stack.setCurrentIndex(1)
        self.copy.setEnabled(True)
        can_draw = comparison.kind != "starts"
        self.draw_button.setVisible(can_draw)
        photos = comparison.photos
        self._legend.setText(tr(LEGEND) + (f" {tr(KAPPA)}" if comparison.kind != "starts" else ""))
        self.about.set_text(f"{trn('{count} photo.', '{count} photos.', photos)} {tr(SAYS[comparison.kind])}")
        if (chosen := self.table.current) is not None and not self._beside.isHidden():
            self._list_differences(chosen)

    def show_drawing(self, step: int, total: int) -> None:
        """Say how many pairs are drawn; 0 of 0 where nothing is drawn any more."""
        self.stop_button.setVisible(total > 0)
        self.draw_button.setVisible(total == 0)
        self.looks.setText(tr("Drawing avatars: {step} of {total}", step=step, total=total) if total else "")
        self.bar.set_share(step / total if total else None)

    def show_looks(self, figure: Figure | None, pairs: int) -> None:
        """Say how different the avatars look."""
        if figure is None:
            return
        interval = "" if figure.low is None else f" ({tr('{low:.1f} to {high:.1f}', low=figure.low, high=figure.high)})"
        apart = tr("Their avatars look {value:.1f} ΔE apart", value=figure.value)
        is_part = self.comparison is not None and pairs < len(self.comparison.pairs)
        some = trn(", {count} photo by chance", ", {count} photos by chance", pairs) if is_part else ""
        self.looks.setText(f"{apart}{interval}{some}")
        self.looks.setToolTip(
            tr(
                "Mean ΔE2000 of the most different hundredth of a small picture, from the view in which two avatars differ most. "
                "A method that is no further away than this does as well as people do."
            )
        )
        self.draw_button.hide()

    def take_focus(self) -> None:
        """Give the focus to the table."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear(self) -> None:
        self._stack.setCurrentIndex(0)
        self.sections = ()
        self.about.set_text("")
        self.looks.setText("")
        self.copy.setEnabled(False)
        self.draw_button.hide()
        self.stop_button.hide()
        self.bar.set_share(None)

    # What the person does.

    def _choose(self) -> None:
        comparison = self.comparison
        assert comparison is not None
        self._clear()
        self.nothing.say("", tr("Measuring…"))
        if comparison.kind == "starts":
            self._close_list()
        self.compared.emit(comparison)

    def _draw(self) -> None:
        self.draw_wanted.emit(self.comparison)

    def _list_differences(self, parameter_id: str) -> None:
        comparison = self.comparison
        if comparison is None or comparison.kind == "starts":
            return
        parameter, found = self._schema[parameter_id], differences(comparison, parameter_id)
        listed = [one for one in found if one.item in self._items]
        self._differ_title.set_text(title_of(parameter))
        shown = next((line.photos for section in self.sections for line in section.lines if line.parameter.id == parameter_id), 0)
        self._differ_about.setText(
            trn("They differ on {found} of {count} photo.", "They differ on {found} of {count} photos.", shown, found=len(found))
            if found
            else trn("They agree on the one photo.", "They agree on all {count} photos.", shown)
        )
        self.differ.set_differences(
            [(self._items[one.item], one) for one in listed], parameter, (comparison.first, comparison.second)
        )
        self._beside.show()

    def _close_list(self) -> None:
        self._beside.hide()
        self.table.clearSelection()
        self.table.setCurrentIndex(self.table.lines.index(-1))

    def _offer_copies(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, write in ((tr("Copy for a report (Markdown)"), as_markdown), (tr("Copy as numbers (CSV)"), as_csv)):
            action = QAction(text, menu)
            action.triggered.connect(lambda _=False, write=write: self._copy(write))
            menu.addAction(action)
        menu.popup(self.copy.mapToGlobal(self.copy.rect().bottomLeft()))

    def _copy(self, write: Writer) -> None:
        if self.comparison is not None:
            QGuiApplication.clipboard().setText(write(self.comparison.name, self.sections))
