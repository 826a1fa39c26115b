"""A row for a colour: swatches, what the photo left open as thumbnails, and a pipette to take the colour from the photo."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from typing_extensions import override

from app.rendering import Rendering
from app.widgets.buttons import IconButton, tell_keys_too
from app.widgets.choice_grid import ChoiceGrid
from app.widgets.field_row import ChoiceRow, FieldMark
from app.widgets.option_gallery import OptionGallery
from app.widgets.swatches import Swatches
from app.widgets.trying import Trying
from core.avatar.schema import DiscreteParameter
from core.avatar.vector import AvatarVector
from core.words import tr, within


class ColorRow(ChoiceRow):
    """Swatches. Colours that can hardly be told from a photo stand above them as thumbnails of this avatar."""

    pick_wanted = Signal()
    """The person wants to take the colour from the photo."""

    def __init__(self, parameter: DiscreteParameter, swatches: Swatches, names: Mapping[str, str], rendering: Rendering) -> None:
        super().__init__(parameter.name, parameter.component, parameter.id, swatches, names)
        self.parameter, self._swatches, self._rendering = parameter, swatches, rendering
        self.likely: OptionGallery | None = None
        """The likeliest colours as thumbnails, where the photo left it unsure."""
        self._vector: AvatarVector | None = None
        self.pick = IconButton(
            "pipette", tr("Take {setting} from the photo", setting=within(self.spoken)), size=24, is_quiet=True
        )
        self.pick.reveal(True)
        self.pick.hide()
        self.pick.clicked.connect(self.pick_wanted)
        self.head.addWidget(self.pick)

    def set_photo(self, distances: Mapping[str, float], *, can_pick: bool) -> None:
        """Follow another photo.

        Args:
            distances: How different each option looks from what the photo shows, ΔE2000; empty where it shows nothing of it.
            can_pick: Whether a colour can be taken from it.
        """
        self._swatches.sort_by(distances)
        self.pick.setVisible(can_pick)

    def follow(self, action: QAction) -> None:
        """Say which keys take the colour from the photo."""
        tell_keys_too(self.pick, action)

    @override
    def set_vector(self, vector: AvatarVector) -> None:
        super().set_vector(vector)
        self._vector = vector
        if self.likely is not None:
            self.likely.set_vector(vector)
            self.likely.choose(str(vector[self._id]))

    @override
    def set_mark(self, mark: FieldMark) -> None:
        before = self._best
        super().set_mark(mark)
        wanted = mark.best if self.shows_best and mark.was_unsure else ()
        if self.likely is not None and wanted != before:
            self.likely.hide()
            self.likely.deleteLater()
            self.likely = None
        if wanted and self.likely is None:
            self._show_likely(dict(wanted))

    def _show_likely(self, shares: Mapping[str, float]) -> None:
        choices = [tile.choice for key in shares for tile in self._swatches.tiles if tile.choice.id == key]
        gallery = OptionGallery(tr("{setting}: likeliest", setting=self.spoken), self.component, choices, self._rendering)
        gallery.put_first(shares, shows_shares=True)
        gallery.chosen.connect(self._choose)
        trying = Trying(gallery)
        trying.tried.connect(lambda choice: self.tried.emit({} if choice is None else choice.values))
        self.body.insertWidget(self.body.indexOf(self.chooser), gallery)
        self.likely = gallery
        if self._vector is not None:
            gallery.set_vector(self._vector)
            gallery.choose(str(self._vector[self._id]))

    @override
    def keyed_grid(self) -> ChoiceGrid | None:
        return self.chooser
