"""The camera and the live mirror of the create page: opened in the photo's place, and closed with it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton
from typing_extensions import override

from app import problems, tasks
from app.estimating import Estimating, Photo, Picture, Portrait, Readings
from app.rendering import Rendering
from app.settings import Settings
from app.state.camera_frames import TROUBLES, Feed, FrameSource, Sight, SourceError, Sources, now
from app.state.camera_pixels import image_of
from app.state.mirror import Mirror
from app.widgets import file_dialogs
from app.widgets.camera_avatar import LiveAvatar
from app.widgets.camera_view import CameraView
from core.methods import Estimate
from core.words import mark, tr

if TYPE_CHECKING:
    from app.pages.create.page import CreatePage
    from core.faces.framing import Framing
    from core.faces.landmarks import Placed

JUDGE_S = 0.12
"""How long after one look at the face the next may begin while a picture is to be taken."""

Mode = Literal["", "picture", "mirror"]

SEARCHING = mark("Looking for a face.")
FOLLOWING = mark("The avatar follows you. Press Space to freeze it.")
LOST = mark("No face is seen. The avatar holds still until it is back.")
KEEPING = mark("One moment.")


class CreateCamera(QObject):
    """Takes pictures, and has the avatar follow who is seen. Its public methods without arguments are commands."""

    def __init__(self, page: "CreatePage", estimating: Estimating, rendering: Rendering, settings: Settings) -> None:
        super().__init__(page)
        self._page, self._estimating, self._rendering, self._settings = page, estimating, rendering, settings
        self.sources: Sources = Sources(self)
        self._mode: Mode = ""
        self._make: Callable[[], FrameSource] | None = None  # what is opened, so that it can be tried again
        self._is_video = False
        self._opening = 0
        self._feed: Feed | None = None
        self._mirror: Mirror | None = None
        self._judge = _Judge()
        self._count = QTimer(self, interval=1000)
        self._count.timeout.connect(self._count_down)
        self._left = 0
        self._avatar = LiveAvatar(page.avatar_view)
        self._is_known = False  # whether the widgets of the column are connected
        for widget in (page, page.avatar_view):
            widget.installEventFilter(self)

    # Commands.

    def open_camera(self) -> None:
        """Open the camera to take a picture; once it is open, close it."""
        if self._mode == "picture":
            self.leave()
        else:
            self._open("picture", lambda: self.sources.camera(self._settings.now.camera_device), is_video=False)

    def live_mirror(self) -> None:
        """Have the avatar follow who stands before the camera; once it does, stop that."""
        if self._mode == "mirror" and not self._is_video:
            self.leave()
        else:
            self._open("mirror", lambda: self.sources.camera(self._settings.now.camera_device), is_video=False)

    def mirror_video(self) -> None:
        """Ask for a video and have the avatar follow who is seen in it."""
        path = file_dialogs.ask_for_video(self._page, self._settings.now.video_folder)
        if path is not None:
            self._settings.remember(video_folder=str(path.parent))
            self.follow_video(path)

    # What the page and tests ask for.

    @property
    def mode(self) -> Mode:
        """What goes on: pictures are taken, the mirror is live, or nothing."""
        return self._mode

    @property
    def mirror(self) -> Mirror | None:
        """The live mirror, while there is one."""
        return self._mirror

    @property
    def live_avatar(self) -> LiveAvatar:
        """What shows the avatar that follows a face."""
        return self._avatar

    def follow_video(self, path: Path) -> None:
        """Have the avatar follow who is seen in a video."""
        self._open("mirror", lambda: self.sources.video(str(path)), is_video=True)

    def leave(self) -> None:
        """Close the camera and show again what was there before."""
        if self._mode:
            self._end()
            self._page.show_photo()

    def close_down(self) -> None:
        """Close the camera; the window goes."""
        self._end()

    def follow_photo(self) -> None:
        """Make way for a photo that is opened, and stay where one that was opened before is only read on."""
        if not self._mode:
            return
        if self._page.photo.stage in ("opening", "empty"):
            self._end()
        else:  # it is there when the camera is left
            self._show()

    def act(self) -> None:
        """Take the picture, or keep the avatar that is live."""
        if self._mode == "picture":
            self._take()
        elif self._mode == "mirror":
            self._freeze()

    # Opening and closing.

    def _open(self, mode: Mode, make: Callable[[], FrameSource], *, is_video: bool) -> None:
        self._end()
        self._mode, self._make, self._is_video = mode, make, is_video
        self._page.batch.leave_gallery()
        self._page.looking.make_way(True)
        self._opening += 1
        attempt = self._opening
        self._show()
        self._view.wait(tr("Opening the video") if is_video else tr("Opening the camera"), "")
        self._set_quiet(True)

        def start(_: object) -> None:
            if attempt == self._opening and self._mode:
                self._start(make)

        def fail(error: Exception) -> None:
            if attempt == self._opening and self._mode:
                self._fail(error)

        tasks.run(self.sources.prepare, start, fail)

    def _start(self, make: Callable[[], FrameSource]) -> None:
        feed = self._feed = Feed(make(), self)
        is_mirrored, has_guide = feed.source.is_mirrored, self._mode == "picture"
        now_ = self._settings.now
        devices = [] if self._is_video else self.sources.devices()
        self._view.set_up(
            is_mirrored=is_mirrored, has_guide=has_guide, seconds=now_.camera_seconds, devices=devices, device=now_.camera_device
        )
        if self._mode == "mirror":
            self._start_mirror(is_mirrored=is_mirrored)
        else:
            self._judge = _Judge()
        feed.showed.connect(self._see)
        feed.failed.connect(self._fail)
        feed.start()

    def _start_mirror(self, *, is_mirrored: bool) -> None:
        state, view = self._page.avatar.state, self._page.avatar_view
        mirror = self._mirror = Mirror(
            state.vector, state.locks, lambda: view.camera, self._estimating, self._rendering, is_mirrored=is_mirrored
        )
        mirror.drew.connect(self._avatar.show_picture)
        mirror.changed.connect(self._say)
        mirror.failed.connect(self._fail)

    def _end(self) -> None:
        """Close everything; the column still shows what it showed."""
        if not self._mode:
            return
        self._mode = ""
        self._opening += 1
        self._stop_counting()
        self._close_source()
        self._avatar.leave()
        self._page.looking.make_way(False)
        self._set_quiet(False)

    def _close_source(self) -> None:
        if self._mirror is not None:
            self._mirror.stop()
            self._mirror.deleteLater()
            self._mirror = None
        if self._feed is not None:
            feed, self._feed = self._feed, None
            feed.stop()
            feed.deleteLater()

    def _set_quiet(self, is_quiet: bool) -> None:
        """Have the avatar at rest do nothing by itself, and nothing be set, while another is live in its place."""
        if self._mode == "mirror" or not is_quiet:
            self._page.panel.setEnabled(not is_quiet)
            self._page.avatar_view.set_lively(not is_quiet and not self._settings.now.holds_still)

    # What is shown.

    @property
    def _view(self) -> CameraView:
        column = self._page.photo_column
        if not self._is_known:
            self._is_known = True
            column.camera.timer_chosen.connect(lambda seconds: self._settings.remember(camera_seconds=seconds))
            column.camera.device_chosen.connect(self._change_device)
            column.camera.again_wanted.connect(self._try_again)
            column.camera.other_wanted.connect(self._take_file)
            column.take_picture.clicked.connect(self.act)
            column.leave_camera.clicked.connect(self.leave)
        return column.camera

    def _show(self) -> None:
        view, column = self._view, self._page.photo_column
        texts = (tr("Take picture"), tr("Cancel")) if self._mode == "picture" else (tr("Freeze"), tr("Leave"))
        column.show_camera(*texts)
        column.take_picture.setEnabled(view.is_shown and self._feed is not None)
        if self._feed is not None:
            self._say()

    def _say(self) -> None:
        """Say how it is going."""
        mirror, column = self._mirror, self._page.photo_column
        if mirror is None:
            return
        is_searching = mirror.estimate is None
        column.note.guide(tr(SEARCHING if is_searching else LOST if mirror.is_lost else FOLLOWING))
        column.take_picture.setEnabled(mirror.is_ready)
        rates = mirror.rates
        if is_searching or not self._view.is_shown:
            return
        details = tr(
            "Every second: the avatar is drawn {drawn} times, the face followed {followed} times, the avatar read {read} times.",
            drawn=f"{rates.drawn:.0f}", followed=f"{rates.followed:.0f}", read=f"{rates.estimated:.0f}",
        )  # fmt: skip
        self._view.say(tr("{count} pictures a second", count=f"{rates.drawn:.0f}"), details)

    def _see(self, sight: Sight) -> None:
        is_first = not self._view.is_shown
        self._view.show_picture(sight.image)
        if self._mirror is not None:
            self._mirror.see(sight)
        elif self._mode == "picture":
            self._judge_framing(sight)
        if is_first:
            column = self._page.photo_column
            column.take_picture.setEnabled(self._mode == "picture")
            column.take_picture.show()
            self._say()
            self._offer_key(column.take_picture)

    def _judge_framing(self, sight: Sight) -> None:
        judge = self._judge
        if judge.is_busy or now() - judge.judged_at < JUDGE_S:
            return
        judge.is_busy = True

        def show(framing: "Framing") -> None:
            judge.is_busy, judge.judged_at = False, now()
            if judge is self._judge and self._mode == "picture" and self._view.is_shown:
                self._view.show_framing(framing.lights)
                self._page.photo_column.note.guide(tr(framing.hint))

        def fail(error: Exception) -> None:
            if judge is self._judge and self._mode == "picture":
                problems.report(error)  # pictures can be taken all the same; it is not asked again

        self._estimating.watch(lambda readings, _: judge.look(readings, sight), show, fail, key=("framing", id(self)))

    def _fail(self, error: Exception) -> None:
        self._stop_counting()
        self._close_source()
        self._avatar.leave()
        column = self._page.photo_column
        column.take_picture.setEnabled(False)
        column.note.clear()
        if isinstance(error, SourceError):
            title, text = (tr(words) for words in TROUBLES[error.kind])
        else:
            problems.report(error)
            title = tr("The live mirror stopped") if self._mode == "mirror" else tr("The camera stopped")
            text = problems.describe(error).text
        column.take_picture.hide()
        self._view.show_trouble(title, text, tr("Choose a video…") if self._is_video else tr("Choose a photo…"))
        self._offer_key(self._view.trouble.again)

    def _offer_key(self, button: QPushButton) -> None:
        """Have the keys press a button, unless the person is somewhere else."""
        column, focused = self._page.photo_column, self._page.window().focusWidget()
        if focused in (None, self._page, column) or not focused.isEnabled() or column.isAncestorOf(focused):
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try_again(self) -> None:
        if self._mode and self._make is not None:
            self._open(self._mode, self._make, is_video=self._is_video)

    def _take_file(self) -> None:
        if self._is_video:
            self.mirror_video()
        else:
            self._page.files.open()

    def _change_device(self, device: str) -> None:
        if device != self._settings.now.camera_device:
            self._settings.remember(camera_device=device)
            self._try_again()

    # Taking a picture.

    def _take(self) -> None:
        if self._feed is None or not self._view.is_shown:
            return
        if self._left:
            self._stop_counting()
        elif self._settings.now.camera_seconds:
            self._left = self._settings.now.camera_seconds
            self._count.start()
            self._view.count_down(self._left)
            self._page.photo_column.take_picture.setText(tr("Stop the timer"))
        else:
            self._take_now()

    def _count_down(self) -> None:
        self._left -= 1
        self._view.count_down(self._left)
        if self._left <= 0:
            self._stop_counting()
            self._take_now()

    def _stop_counting(self) -> None:
        if self._count.isActive():
            self._count.stop()
            self._left = 0
            self._view.count_down(0)
            self._page.photo_column.take_picture.setText(tr("Take picture"))

    def _take_now(self) -> None:
        feed = self._feed
        if feed is None or feed.latest is None:
            return

        def hand_over(picture: Picture) -> None:
            if feed is self._feed and self._mode == "picture":
                data = QMimeData()  # the way of a picture from the clipboard: it is in memory alone
                data.setImageData(image_of(picture))
                self._page.files.take(data)

        feed.take(feed.latest, hand_over)

    # Keeping what the mirror shows.

    def _freeze(self) -> None:
        feed, mirror = self._feed, self._mirror
        if feed is None or mirror is None or mirror.latest is None or mirror.estimate is None:
            return
        (sight, placed), estimate = mirror.latest, mirror.estimate
        self._hold(True)
        self._page.photo_column.note.guide(tr(KEEPING))
        self._view.show_picture(sight.image)

        def read(picture: Picture) -> None:
            if mirror is self._mirror:
                photo = _photo_of(picture, sight, placed)
                self._estimating.read(photo, 1, lambda portrait: portray(photo, portrait), fail)

        def portray(photo: Photo, portrait: Portrait) -> None:
            if mirror is self._mirror:
                self._page.files.settle_changes(lambda: self._become(photo, portrait, estimate))
                self._hold(False)  # whoever is asked sees the mirror go on, and may keep another moment

        def fail(error: Exception) -> None:
            if mirror is self._mirror:
                self._hold(False)
                self._page.files.warn(error)

        feed.take(sight, read)

    def _hold(self, is_held: bool) -> None:
        if self._feed is not None and self._mirror is not None:
            self._feed.hold(is_held)
            self._mirror.hold(is_held)
            self._page.photo_column.take_picture.setEnabled(not is_held)
            if not is_held:
                self._say()

    def _become(self, photo: Photo, portrait: Portrait, estimate: Estimate) -> None:
        """The frozen face is the photo now, and its avatar one step that can be undone."""
        self._end()
        avatar = self._page.avatar
        if avatar.name or avatar.has_unsaved_work:
            avatar.start_anew()
        self._page.photo.take(photo, portrait)
        avatar.apply_estimate(estimate)

    # What happens around it.

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self._mode:
            return False
        if event.type() == QEvent.Type.Hide and watched is self._page:
            self.leave()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
            if event.key() == Qt.Key.Key_Space and self._page.photo_column.take_picture.isEnabled():
                self.act()
                return True
        return False


class _Judge:
    """Looks how a face stands before the camera, one look after the other. It looks on the thread that looks at faces."""

    def __init__(self) -> None:
        self.is_busy = False
        self.judged_at = 0.0
        self._placed: Placed | None = None

    def look(self, readings: Readings, sight: Sight) -> "Framing":
        """How it stands now."""
        self._placed = readings.follow(sight.picture, self._placed)
        return readings.judge(sight.picture, self._placed)


def _photo_of(picture: Picture, sight: Sight, placed: "Placed") -> Photo:
    """A photo of a sight's frame, with the face that was followed in it."""
    from core.faces.align import five_points
    from core.faces.finding import face_box

    scale = len(picture) / len(sight.picture)
    return Photo(picture, (face_box(1.0, five_points(placed.points[:, :2]) * scale),))
