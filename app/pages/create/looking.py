"""How photo and avatar are looked at: from where, how closely, how they are compared, and as the photo gave it."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QStackedWidget, QWidget

from app import theme
from app.rendering import Rendering, to_qimage
from app.settings import Settings
from app.state.avatar_document import EditedAvatar
from app.state.photo import OpenedPhoto
from app.widgets.avatar_view import AvatarView
from app.widgets.buttons import text_button
from app.widgets.comparing import WAYS, Comparison, Way, way_of
from app.widgets.elided import Elided
from app.widgets.photo_column import PhotoColumn
from app.widgets.side_by_side import Column, SideBySide, row_of
from app.widgets.view_line import ViewLine
from app.widgets.zoom import STEP, LinkedZoom
from core.avatar.vector import AvatarVector, Value
from core.engines import CAMERAS, Camera
from core.words import tr

PHOTO = "photo"
"""What the avatar is compared with where it is no snapshot."""


class CreateLooking(QObject):
    """Owns how the avatar is seen. Its public methods without arguments are commands of `app.actions`."""

    def __init__(
        self,
        avatar: EditedAvatar,
        photo: OpenedPhoto,
        column: PhotoColumn,
        view: AvatarView,
        rendering: Rendering,
        settings: Settings,
    ) -> None:
        super().__init__(view)
        self._avatar, self._photo, self._column, self._view, self._settings = avatar, photo, column, view, settings
        self._compared, self._makes_way = PHOTO, False
        self._is_on_photo = False
        self._picture: tuple[object, QImage | None] = (None, None)
        self.line = ViewLine()
        self.views = self.line.views
        self.views.choose("front")
        self.other_view = AvatarView(rendering)
        """A snapshot beside the avatar."""
        self.other_view.set_lively(False)
        self._other_name = Elided(theme.font("body"), "secondary")
        to_photo = text_button(tr("Back to the photo"), "link")
        to_photo.clicked.connect(lambda: self.compare_with(PHOTO))
        self.left = QStackedWidget()
        self.left.addWidget(column)
        self.left.addWidget(Column(self.other_view, row_of(self._other_name, to_photo)))
        self.comparison = Comparison(view)
        self.zoom = LinkedZoom([column.image_view, self.other_view, view], self, turning=[self.other_view, view])
        self.pictures: SideBySide | None = None
        self._connect()
        self._let_live()
        self.comparison.set_opacity(settings.now.compare_opacity / 100)
        self.line.opacity.show_value(settings.now.compare_opacity / 100)

    def _connect(self) -> None:
        self.views.chosen.connect(lambda name: self._look(CAMERAS[name]))
        self._view.camera_changed.connect(self._look)
        self.other_view.camera_changed.connect(self._look)
        self.zoom.all_wanted.connect(self.look_from_front)
        self.line.ways.chosen.connect(lambda name: self.compare(way_of(name)))
        self.line.compared_wanted.connect(self.compare_with)
        self.line.opacity.dragged.connect(self.comparison.set_opacity)
        self.line.opacity.edited.connect(self._keep_opacity)
        self._photo.changed.connect(self._show_photo)
        self._avatar.snapshots.changed.connect(self._show)

    def lay_out(self, handle: QWidget, note: QWidget) -> SideBySide:
        """The pictures, with what stands below them.

        Args:
            handle: Where the avatar's picture is taken hold of, at the end of the line below it.
            note: Below that line.
        """
        self.line.add_handle(handle)
        self.pictures = SideBySide(self.left, Column(self._view, self.line, note))
        self._show()
        return self.pictures

    def tell_keys(self, actions: Mapping[str, QAction]) -> None:
        """Have the tooltips say which keys do the same."""
        for way in WAYS:
            self.line.ways.tell_keys(way, actions[f"compare_{way}"])

    # Where from, and how closely.

    def look_from_front(self) -> None:
        """Turn the avatar to the front and show all of it."""
        self._look(CAMERAS["front"])
        self.zoom.reset()

    def look_closer(self) -> None:
        """Enlarge both pictures; or the photo, while its face is placed."""
        if self._column.is_placing:
            self._column.placer.zoom_by(STEP)
        else:
            self.zoom.by(STEP)

    def look_further(self) -> None:
        """Show more again."""
        if self._column.is_placing:
            self._column.placer.zoom_by(1 / STEP)
        else:
            self.zoom.by(1 / STEP)

    def hold_still(self) -> None:
        """Stop the avatar's blinking and looking around, or let it live again."""
        self._settings.remember(holds_still=not self._settings.now.holds_still)
        self._let_live()

    # For a while.

    def see_photo(self) -> Callable[[], None] | None:
        """Lay the photo over the avatar, until the answer is called."""
        picture = self._photo_picture()
        if picture is None:
            return None
        self._view.set_overlay(picture)
        return lambda: self._view.set_overlay(None)

    def see_prediction(self) -> Callable[[], None] | None:
        """Show what the photo gave, until the answer is called."""
        state = self._avatar.state
        if state.estimate is None:
            return None
        return self.see(state.vector.with_values(state.origins()))

    def see(self, vector: AvatarVector) -> Callable[[], None]:
        """Show another avatar, until the answer is called."""
        self._view.set_vector(vector, is_moving=True)
        return lambda: self._view.set_vector(self._avatar.vector, is_moving=True)

    def try_on(self, values: Mapping[str, Value]) -> None:
        """Show the avatar with other values, which nobody has chosen."""
        self._view.set_vector(self._avatar.vector.with_values(values), is_moving=True)

    # Compared with the photo, or with a snapshot.

    def compare_beside(self) -> None:
        """Show both pictures side by side."""
        self.compare("beside")

    def compare_wipe(self) -> None:
        """Show both at one place, on the sides of a divider; or side by side again."""
        self._toggle("wipe")

    def compare_blink(self) -> None:
        """Show both at one place, in turn; or side by side again."""
        self._toggle("blink")

    def compare_overlay(self) -> None:
        """Show one through the other; or side by side again."""
        self._toggle("overlay")

    def choose_compared(self) -> None:
        """Ask what the avatar is compared with."""
        self.line.ask_what()

    def compare(self, way: Way) -> None:
        """Compare in a way; what is compared with the photo is seen from the front."""
        if way != "beside" and self._what() is None and self._avatar.snapshots.kept:
            self._compared = self._avatar.snapshots.kept[-1].letter
        self._settings.remember(compare_way=way)
        if way != "beside" and self._compared == PHOTO and self._what() is not None:
            self._look(CAMERAS["front"])
        if way == "blink":
            self.comparison.show("beside", None, "")  # begin anew where it was stopped
        self._show()

    def compare_with(self, key: str) -> None:
        """Compare with a snapshot, by its letter, or with the photo."""
        self._compared = key
        self.compare(way_of(self._settings.now.compare_way))

    def make_way(self, is_needed: bool) -> None:
        """Leave the photo's place to something else, as the camera, whatever is compared; or compare again."""
        if is_needed != self._makes_way:
            self._makes_way = is_needed
            self._show()

    def _toggle(self, way: Way) -> None:
        self.compare("beside" if self.comparison.way == way else way)

    def _what(self) -> QImage | AvatarVector | None:
        """What the avatar is compared with now; None where there is no photo."""
        snapshot = self._avatar.snapshots.find(self._compared)
        return snapshot.state.vector if snapshot is not None else self._photo_picture()

    def _photo_picture(self) -> QImage | None:
        portrait = self._photo.portrait if self._photo.stage == "ready" else None
        if portrait is not self._picture[0]:
            self._picture = (portrait, None if portrait is None else to_qimage(portrait.picture))
        return self._picture[1]

    def _show_photo(self) -> None:
        self._photo_picture()  # keeps none that is gone
        if self._photo.stage != "ready":
            self.zoom.reset()  # boxes and points are placed on all of it
        self._show()

    def _show(self) -> None:
        kept = self._avatar.snapshots.kept
        if self._avatar.snapshots.find(self._compared) is None:
            self._compared = PHOTO
        makes_way = self._makes_way or self._photo.stage not in ("empty", "ready")  # that is what there is to see now
        what, wanted = None if makes_way else self._what(), way_of(self._settings.now.compare_way)
        way: Way = wanted if what is not None else "beside"
        names = {PHOTO: tr("Photo"), **{one.letter: tr("Snapshot {name}", name=one.title) for one in kept}}
        self.line.show_choices([*names.items()] if what is not None or kept else (), self._compared, way)
        was_on_photo, self._is_on_photo = self._is_on_photo, way != "beside" and self._compared == PHOTO
        if self._is_on_photo and not was_on_photo:
            self._look(CAMERAS["front"])
        self.comparison.show(way, what, names[self._compared])
        if isinstance(what, AvatarVector):
            self.other_view.set_vector(what)
            self.other_view.describe(names[self._compared])
            self._other_name.set_text(names[self._compared])
        self.left.setCurrentIndex(int(isinstance(what, AvatarVector)))
        if self.pictures is not None:
            self.pictures.show_one(way != "beside")
        self._let_live()
        self._link()

    def _look(self, camera: Camera) -> None:
        for view in (self._view, self.other_view):
            if view.camera != camera:
                view.set_camera(camera)
        self.views.choose(next((name for name, known in CAMERAS.items() if known == camera), None))
        self._link()

    def _let_live(self) -> None:
        """The avatar blinks and looks around, unless it is wanted still or something lies over it."""
        self._view.set_lively(not self._settings.now.holds_still and self.comparison.way == "beside")

    def _link(self) -> None:
        """The photo is looked at as closely as the avatar, unless that shows another side."""
        self.zoom.link(self._view.camera == CAMERAS["front"] or self._compared != PHOTO)

    def _keep_opacity(self, opacity: float) -> None:
        self.comparison.set_opacity(opacity)
        self._settings.remember(compare_opacity=round(100 * opacity))
