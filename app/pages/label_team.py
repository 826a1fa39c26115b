"""What several designers' labels of a set say together: how far they agree, and what they settle on."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.rendering import Rendering
from app.state.label_agreement import Agreement
from app.state.label_pictures import LabelPictures
from app.state.open_set import OpenSet
from app.widgets.label_agreement import LabelAgreement
from core.avatar.schema import AvatarSchema
from core.labels.comparing import Comparison
from core.labels.records import Item


class LabelTeam(QObject):
    """Two views of the label page, with what they need."""

    shown = Signal(object)
    """The view that the person wants to see."""
    left = Signal()
    """The person wants to go back to the photos."""
    opened = Signal(int)
    """The id of a photo that the person wants to label."""

    def __init__(
        self, schema: AvatarSchema, open_set: OpenSet, rendering: Rendering, pictures: LabelPictures, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._set = open_set
        self.agreement = Agreement(open_set, rendering, self)
        self.table = LabelAgreement(schema, pictures.get)
        self.views: tuple[QWidget, ...] = (self.table,)
        pictures.arrived.connect(self.table.differ.show_picture)
        self._connect_agreement()

    def _connect_agreement(self) -> None:
        agreement, table = self.agreement, self.table
        agreement.read.connect(lambda found: table.show_comparisons(found, agreement.items))
        agreement.progressed.connect(table.show_progress)
        agreement.measured.connect(table.show_measured)
        agreement.drawing.connect(table.show_drawing)
        agreement.drawn.connect(table.show_looks)
        agreement.failed.connect(self._set.failed)
        table.compared.connect(agreement.compare)
        table.draw_wanted.connect(agreement.draw)
        table.stop_wanted.connect(agreement.stop_drawing)
        table.back.clicked.connect(self.left)
        table.opened.connect(self._open)

    def show_agreement(self) -> None:
        """Show how far designers agree, as of now."""
        if self._set.is_open:
            self.table.show_reading()
            self.shown.emit(self.table)
            self.table.take_focus()
            self.agreement.look()

    def put_away(self) -> None:
        """Stop what is only for these views."""
        self.agreement.stop()

    def close(self) -> None:
        """End what belongs to these views."""
        self.agreement.close()

    def _open(self, item: Item, comparison: Comparison | None) -> None:
        self.opened.emit(item.id)
