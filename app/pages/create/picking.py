"""Colours of the photo: swatches stand in the order of how near they are, and the pipette takes one."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF
from PySide6.QtGui import QColor

from app import tasks
from app.estimating import Portrait
from app.settings import Settings
from app.state.avatar_document import EditedAvatar
from app.state.photo import OpenedPhoto
from app.widgets.color_row import ColorRow
from app.widgets.image_view import ImageView
from app.widgets.notice import Notice
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.pipette import Picked, Pipette
from app.widgets.region_shade import middle_of, region_of
from core.avatar.schema import DiscreteParameter
from core.words import tr

DISC = 0.008
"""Radius of what a colour is the mean of, as a share of the portrait's side."""


@dataclass
class _Read:
    """What is known of a portrait's colours."""

    closeness: dict[str, dict[str, float]] = field(default_factory=dict)
    light: NDArray[np.float32] = field(default_factory=lambda: np.ones(3, np.float32))
    swatches: object = None


class CreatePicking(QObject):
    """Orders swatches and takes colours. Its public methods without arguments are commands of `app.actions`."""

    def __init__(
        self,
        avatar: EditedAvatar,
        photo: OpenedPhoto,
        view: ImageView,
        panel: ParameterPanel,
        settings: Settings,
        notice: Notice,
    ) -> None:
        super().__init__(panel)
        self._avatar, self._photo, self._view, self._panel = avatar, photo, view, panel
        self._settings, self._notice = settings, notice
        self._portrait: Portrait | None = None
        self._read: _Read | None = None
        self._parameter: DiscreteParameter | None = None
        self._tried = ""
        self.pipette = Pipette(view)
        self.pipette.moved.connect(self._try)
        self.pipette.taken.connect(self._take)
        self.pipette.ended.connect(self._end)
        self.pipette.correcting.connect(lambda corrects: settings.remember(corrects_light=corrects))
        panel.pick_wanted.connect(self._start)
        photo.changed.connect(self._follow)

    def pick_colour(self) -> None:
        """Take the colour of the setting with the focus, or of the open part, from the photo."""
        row = self._panel.current_row()
        if not isinstance(row, ColorRow):
            row = next((one for one in self._panel.open_rows if isinstance(one, ColorRow)), None)
        if row is None:
            self._notice.say(tr("Nothing here is a colour. Go to one first: skin, hair, eyes, clothes…"))
        else:
            self._start(row.parameter.id)

    def _start(self, parameter_id: str) -> None:
        parameter = self._avatar.schema[parameter_id]
        if self._read is None or self._portrait is None or self._photo.stage != "ready":
            self._notice.warn(tr("There is no photo to take a colour from. Open one first."))
        elif not self._view.isVisible():
            self._notice.warn(tr("The photo cannot be seen now. Show it beside the avatar to take a colour from it."))
        elif isinstance(parameter, DiscreteParameter):
            self._parameter = parameter
            spoken = self._panel.row(parameter_id).spoken
            corrects = self._settings.now.corrects_light
            region = region_of(parameter.component, self._portrait.selfie.masks)
            place = (0.5, 0.5) if region is None else middle_of(region)  # in the hair for hair, so that less is tried in vain
            self.pipette.start(spoken, self._view.ground, self._look, corrects=corrects, place=place)
            self._panel.region_wanted.emit(None)

    def _look(self, point: QPointF) -> Picked | None:
        """The colour at a point of the portrait, and the option nearest to it."""
        from core.colour import to_srgb
        from core.faces.swatches import Swatches, colour_at

        portrait, read, parameter = self._portrait, self._read, self._parameter
        if portrait is None or read is None or parameter is None or not isinstance(read.swatches, Swatches):
            return None
        radius = max(1.0, DISC * portrait.picture.shape[0])
        linear = colour_at(portrait.picture, point.x(), point.y(), radius)
        if linear is None:
            return None
        if self._settings.now.corrects_light:
            linear = linear / read.light
        distances = read.swatches.distances(parameter, linear)
        if not distances:
            return None
        option = parameter.option(min(distances, key=distances.__getitem__))
        red, green, blue = to_srgb(linear).tolist()
        swatch = QColor(*option.srgb).name() if option.srgb else "#000000"
        seen = QColor(red, green, blue).name()
        return Picked(option.id, tr(option.name), swatch, seen, distances[option.id], radius)

    def _try(self, picked: Picked | None) -> None:
        """Show on the avatar what would be taken."""
        option = picked.option if picked is not None else ""
        if option != self._tried and self._parameter is not None:
            self._tried = option
            self._panel.tried.emit({self._parameter.id: option} if option else {})

    def _take(self, picked: Picked) -> None:
        if self._parameter is None:
            return
        self._avatar.edit({self._parameter.id: picked.option})
        if picked.is_near:
            self._notice.say(tr("{name} is the nearest colour.", name=picked.name))
        else:
            self._notice.say(tr("{name} is the nearest colour there is, but not very near.", name=picked.name))

    def _end(self) -> None:
        """The pipette is gone: what was tried is, too, and the focus is where it was."""
        parameter, was_tried, self._tried = self._parameter, self._tried, ""
        if was_tried:
            self._panel.tried.emit({})
        if parameter is not None and self._panel.isVisible():
            self._panel.row(parameter.id).take_focus()

    def _follow(self) -> None:
        """Measure the colours of another portrait; while it is the same, no swatch changes its place."""
        portrait = self._photo.portrait if self._photo.stage == "ready" else None
        if portrait is self._portrait or (portrait is not None and self._is_same(portrait)):
            return
        self.pipette.stop()
        self._portrait, self._read = portrait, None
        if portrait is None:
            self._panel.set_photo({}, has_photo=False)
            return
        schema = self._avatar.schema

        def measure() -> _Read:
            from core.faces.swatches import Swatches, light_on

            swatches = Swatches(schema)
            return _Read(swatches.closeness(portrait.selfie), light_on(portrait.selfie), swatches)

        def show(read: _Read) -> None:
            if portrait is self._portrait:
                self._read = read
                self._panel.set_photo(read.closeness, has_photo=True)

        tasks.run(measure, show)

    def _is_same(self, portrait: Portrait) -> bool:
        """Whether it is what is known already, with other advice."""
        if self._portrait is None or portrait.selfie is not self._portrait.selfie:
            return False
        self._portrait = portrait
        return True
