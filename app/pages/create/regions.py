"""What a setting is about, shown in photo and avatar while a person rests on its row."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from app import tasks
from app.rendering import Rendering, Urgency
from app.settings import Settings
from app.state.avatar_document import EditedAvatar
from app.state.photo import OpenedPhoto
from app.widgets.avatar_view import AvatarView
from app.widgets.field_row import FieldRow
from app.widgets.image_view import ImageView
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.pipette import Pipette
from app.widgets.region_shade import masks_of, region_of, shade_of
from core.avatar.vector import AvatarVector
from core.engines import AvatarEngine, Camera

MASK_SIZE = 256  # pixels of the avatar's
KEPT = 24  # shades


class CreateRegions(QObject):
    """Lights up regions. Its public methods without arguments are commands of `app.actions`."""

    def __init__(
        self,
        avatar: EditedAvatar,
        photo: OpenedPhoto,
        panel: ParameterPanel,
        views: tuple[ImageView, AvatarView],
        rendering: Rendering,
        settings: Settings,
    ) -> None:
        super().__init__(panel)
        self._avatar, self._photo, self._settings, self._rendering = avatar, photo, settings, rendering
        self._photo_view, self._avatar_view = views
        self._row: FieldRow | None = None
        self._attempt = 0
        self._kept: OrderedDict[tuple[object, ...], QImage | None] = OrderedDict()
        panel.region_wanted.connect(self._show)
        avatar.changed.connect(self._end)
        photo.changed.connect(self._end)
        self._avatar_view.camera_changed.connect(lambda _: self._end())

    def show_regions(self) -> None:
        """Light up what a setting is about, or do not any more."""
        self._settings.remember(shows_regions=not self._settings.now.shows_regions)
        self._end()

    def _end(self) -> None:
        """The pictures are about to change, or are to be seen as they are."""
        self._show(None)

    def _show(self, row: FieldRow | None) -> None:
        self._attempt += 1
        self._row = row if self._settings.now.shows_regions and not self._is_picking else None
        if self._row is None:
            self._photo_view.set_region(None)
            self._avatar_view.set_region(None)
            return
        self._show_in_photo(self._row.component)
        self._show_in_avatar(self._row.component)

    @property
    def _is_picking(self) -> bool:
        """Whether a colour is taken from the photo, which is to be seen as it is."""
        return any(pipette.is_out for pipette in self._photo_view.findChildren(Pipette))

    def _show_in_photo(self, component: str) -> None:
        portrait = self._photo.portrait
        if portrait is None or self._photo.stage != "ready":
            self._photo_view.set_region(None)
            return
        masks = portrait.selfie.masks
        self._ask((id(portrait), component), lambda: _shade(component, masks), self._photo_view.set_region, tasks.run)

    def _show_in_avatar(self, component: str) -> None:
        vector, camera = self._avatar.vector, self._avatar_view.camera

        def draw(engine: AvatarEngine) -> QImage | None:
            return _shade(component, masks_of(engine.render_masks(vector, camera, MASK_SIZE, "light")))

        key = (_key(vector, camera), component)
        self._ask(key, draw, self._avatar_view.set_region, partial(_ask_engine, self._rendering))

    def _ask(
        self,
        key: tuple[object, ...],
        work: Callable[..., QImage | None],
        show: Callable[[QImage | None], None],
        run: Callable[..., None],
    ) -> None:
        """Show a shade that was made before, or make it off the GUI thread."""
        if key in self._kept:
            show(self._kept[key])
            return
        attempt = self._attempt

        def take(shade: QImage | None) -> None:
            self._kept[key] = shade
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            if attempt == self._attempt:
                show(shade)

        run(work, take, lambda _: None)  # without it nothing is lost, and the avatar says what is wrong


def _ask_engine(rendering: Rendering, work: Callable[[AvatarEngine], Any], done: Callable[[Any], None], failed: Any) -> None:
    rendering.ask(work, done, failed, urgency=Urgency.AHEAD, key="region")


def _key(vector: AvatarVector, camera: Camera) -> object:
    return vector, camera


def _shade(component: str, masks: Any) -> QImage | None:
    region = region_of(component, masks)
    return None if region is None else shade_of(region)
