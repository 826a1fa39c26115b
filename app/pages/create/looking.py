"""How photo and avatar are looked at: from where, one over the other, and as the photo gave it."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.rendering import to_qimage
from app.settings import Settings
from app.state.avatar_document import EditedAvatar
from app.state.photo import OpenedPhoto
from app.widgets.avatar_view import AvatarView
from app.widgets.buttons import Segments
from core.avatar.vector import Value
from core.engines import CAMERAS


class CreateLooking(QObject):
    """Owns how the avatar is seen. Its public methods without arguments are commands of `app.actions`."""

    def __init__(self, avatar: EditedAvatar, photo: OpenedPhoto, view: AvatarView, settings: Settings, page: QWidget) -> None:
        super().__init__(page)
        self._avatar, self._photo, self._view, self._settings = avatar, photo, view, settings
        self.views = Segments([("front", "Front"), ("three-quarter", "Three-quarter"), ("side", "Side")], "View")
        self.views.choose("front")
        self.views.chosen.connect(lambda name: view.set_camera(CAMERAS[name]))
        view.camera_changed.connect(lambda _: self._show_camera())
        view.set_lively(not settings.now.holds_still)

    def look_from_front(self) -> None:
        """Turn the avatar to the front."""
        self._view.set_camera(CAMERAS["front"])
        self._show_camera()

    def hold_still(self) -> None:
        """Stop the avatar's blinking and looking around, or let it live again."""
        self._settings.remember(holds_still=not self._settings.now.holds_still)
        self._view.set_lively(not self._settings.now.holds_still)

    def see_photo(self) -> Callable[[], None] | None:
        """Lay the photo over the avatar, until the answer is called."""
        portrait = self._photo.portrait
        if portrait is None:
            return None
        self._view.set_overlay(to_qimage(portrait.picture))
        return lambda: self._view.set_overlay(None)

    def see_prediction(self) -> Callable[[], None] | None:
        """Show what the photo gave, until the answer is called."""
        state = self._avatar.state
        if state.estimate is None:
            return None
        self._view.set_vector(state.vector.with_values(state.origins()), is_moving=True)
        return lambda: self._view.set_vector(self._avatar.vector, is_moving=True)

    def try_on(self, values: Mapping[str, Value]) -> None:
        """Show the avatar with other values, which nobody has chosen."""
        self._view.set_vector(self._avatar.vector.with_values(values), is_moving=True)

    def _show_camera(self) -> None:
        camera = self._view.camera
        self.views.choose(next((name for name, known in CAMERAS.items() if known == camera), None))
