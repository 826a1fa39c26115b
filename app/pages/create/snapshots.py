"""Avatars that are kept beside the one being edited: taken, shown, named, blended and thrown away."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.actions import keys_in_words
from app.pages.create.looking import CreateLooking
from app.rendering import Render, Rendering, Shot, Urgency
from app.state.avatar_document import EditedAvatar
from app.state.snapshots import MOST, Snapshot
from app.widgets.name_dialog import NameDialog, Question
from app.widgets.notice import Notice
from app.widgets.snapshot_strip import SnapshotStrip, Thumb
from core.engines import Camera
from core.words import tr

SIZE = 128  # pixels of a thumbnail, for three pixels to one
FACE = Camera(frame="face")


class CreateSnapshots(QObject):
    """Owns the strip of snapshots. Its public methods without arguments are commands of `app.actions`."""

    def __init__(self, avatar: EditedAvatar, rendering: Rendering, looking: CreateLooking, notice: Notice, page: QWidget) -> None:
        super().__init__(page)
        self._avatar, self._rendering, self._looking, self._notice, self._page = avatar, rendering, looking, notice, page
        self._pictured: dict[str, Snapshot] = {}
        self._thumbs: list[Thumb] = []
        self.strip = SnapshotStrip()
        self.strip.take_wanted.connect(self.take_snapshot)
        self.strip.show_wanted.connect(avatar.snapshots.show)
        self.strip.rename_wanted.connect(self._rename)
        self.strip.remove_wanted.connect(self._remove)
        self.strip.compare_wanted.connect(looking.compare_with)
        self.strip.blended.connect(
            lambda first, second, share, moving: avatar.snapshots.blend(first, second, share, is_moving=moving)
        )
        avatar.snapshots.changed.connect(self._show)
        avatar.changed.connect(self._show)
        self._show()

    def tell_keys(self, actions: Mapping[str, QAction]) -> None:
        """Have the tooltips say which keys do the same."""

        def tell() -> None:
            keys = keys_in_words(actions["take_snapshot"])
            self.strip.add.setToolTip("  ".join(filter(None, (tr("Take a snapshot"), keys))))

        actions["take_snapshot"].changed.connect(tell)
        tell()

    def take_snapshot(self) -> None:
        """Keep the avatar as it is."""
        if self._avatar.snapshots.take() is None:
            self._notice.warn(tr("There are {count} snapshots, one for each letter. Delete one to take another.", count=MOST))

    def see_snapshot(self) -> Callable[[], None] | None:
        """Show the snapshot that was chosen last, until the answer is called."""
        snapshot = self._avatar.snapshots.find(self.strip.chosen)
        return None if snapshot is None else self._looking.see(snapshot.state.vector)

    def blend_snapshots(self) -> None:
        """Offer to blend two snapshots, or no more."""
        if len(self._avatar.snapshots.kept) > 1:
            self.strip.blend_button.toggle()
            if self.strip.blend_button.isChecked():
                self.strip.blend.slider.setFocus()
        else:
            self._notice.say(tr("Take two snapshots first; then they can be blended."))

    def _rename(self, letter: str) -> None:
        snapshot = self._avatar.snapshots.find(letter)
        if snapshot is None:
            return
        question = Question(
            tr("Name snapshot {letter}", letter=letter),
            tr("It keeps its letter, too. Leave it empty for the letter alone."),
            may_be_empty=True,
        )
        NameDialog(question, snapshot.name, (), partial(self._avatar.snapshots.rename, letter), self._page).open()

    def _remove(self, letter: str) -> None:
        gone = self._avatar.snapshots.remove(letter)
        if gone is not None:
            text = tr("Snapshot {name} is deleted.", name=gone.title)
            self._notice.ask(text, (tr("Bring it back"), partial(self._avatar.snapshots.put_back, gone)))

    def _show(self) -> None:
        now, kept = self._avatar.vector, self._avatar.snapshots.kept
        thumbs = [Thumb(one.letter, one.name, is_shown=one.state.vector == now) for one in kept]
        if thumbs == self._thumbs and [*self._pictured.values()] == [*kept]:
            return  # as while a slider is dragged
        self._thumbs = thumbs
        self.strip.set_thumbs(thumbs)
        for one in kept:
            known = self._pictured.get(one.letter)
            if known is None or known.state.vector != one.state.vector:
                self._picture(one)
        self._pictured = {one.letter: one for one in kept}

    def _picture(self, snapshot: Snapshot) -> None:
        def put(render: Render) -> None:
            now = self._avatar.snapshots.find(snapshot.letter)
            if now is not None and now.state.vector == render.shot.vector:
                self.strip.set_picture(snapshot.letter, render.image)

        shot = Shot(snapshot.state.vector, FACE, SIZE, "full")
        self._rendering.draw(shot, put, lambda _: None, urgency=Urgency.THUMBNAIL, key=("snapshot", id(self), snapshot.letter))
