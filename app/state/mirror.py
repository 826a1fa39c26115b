"""The live mirror: whoever stands before a camera, or plays in a video, is an avatar at once."""

import math
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.estimating import Estimating, Readings
from app.rendering import Render, Rendering, Shot, Urgency
from app.state.camera_frames import Sight, now
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import Camera
from core.methods import Estimate

if TYPE_CHECKING:  # what looks at faces is loaded on the worker's thread
    from core.faces.landmarks import Placed
    from core.faces.selfie import Selfie
    from core.mirroring import FacePlay, LiveEstimate, Play

SIZES = (256, 384, 512)  # pixels of the picture that is drawn
SLOW_S, FAST_S = 0.055, 0.022  # a picture that takes longer is made smaller, one that takes less larger
TICK_MS = 15
GLIDE_S, PLAY_S = 0.18, 0.07  # time in which what is shown goes most of the way to what is wanted
LOST_AFTER = 3  # frames without the face
COUNTED_S = 2.0
SHARE = 2.5  # times as long as an estimate took, the face is only followed before the next
LONGEST_S = 0.5  # and on a busy machine no longer than this


@dataclass(frozen=True)
class Rates:
    """What happens how often, times a second over the last seconds.

    Attributes:
        drawn: Pictures of the avatar.
        followed: Frames in which the face was looked for.
        estimated: Frames from which the avatar was estimated.
    """

    drawn: float = 0.0
    followed: float = 0.0
    estimated: float = 0.0


@dataclass(frozen=True)
class _Look:
    """What one frame gave."""

    sight: Sight
    placed: "Placed | None"
    play: "Play | None"
    estimate: Estimate | None  # calm, of all frames so far; None where this one was only followed
    seconds: float


class Mirror(QObject):
    """Follows a face through the sights it is given, and draws the avatar that follows it.

    Looking and drawing go on at their own pace, each with the newest there is; what is drawn glides between what was estimated.
    """

    drew = Signal(object)
    """A `QImage` of the avatar."""
    changed = Signal()
    """`is_lost`, `is_ready` or the rates changed."""
    failed = Signal(object)
    """An error that ends it: no model, no engine."""

    def __init__(
        self,
        base: AvatarVector,
        kept: frozenset[str],
        look_from: Callable[[], Camera],
        estimating: Estimating,
        rendering: Rendering,
        *,
        is_mirrored: bool,
    ) -> None:
        """Make one.

        Args:
            base: The avatar before it; parameters that no method predicts, and locked ones, stay as they are there.
            kept: The locked parameters.
            look_from: Where the person looks at the avatar from.
            estimating: Who looks at faces.
            rendering: Who draws.
            is_mirrored: Whether the avatar moves as in a mirror.
        """
        super().__init__()
        extra = frozenset(parameter.id for parameter in base.schema if parameter.group != "core")
        self._base, self._kept, self._look_from = base, kept | extra, look_from
        self._estimating, self._rendering = estimating, rendering
        self._watcher = _Watcher(base.schema, is_mirrored=is_mirrored)
        self._waiting: Sight | None = None
        self._is_looking = self._is_drawing = self._is_over = self._is_held = False
        self._missed = 0
        self._estimate: Estimate | None = None
        self._wanted: AvatarVector | None = None
        self._play: Play | None = None
        self._shown: tuple[AvatarVector, Play] | None = None
        self._last_shot: Shot | None = None
        self._stepped_at = 0.0
        self._size = SIZES[0]
        self._times: dict[str, deque[float]] = {name: deque() for name in ("drawn", "followed", "estimated")}
        self.latest: tuple[Sight, Placed] | None = None
        """What was seen last with a face in it, and where the face was."""
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._draw)
        self._tell = QTimer(self, interval=500)
        self._tell.timeout.connect(self.changed)
        self._tell.start()

    @property
    def is_lost(self) -> bool:
        """Whether the face was not seen for a few frames: the avatar holds still."""
        return self._missed >= LOST_AFTER

    @property
    def is_ready(self) -> bool:
        """Whether there is an avatar to keep."""
        return self._estimate is not None and self.latest is not None

    @property
    def estimate(self) -> Estimate | None:
        """What all frames say together; None before the first face."""
        return self._estimate

    @property
    def rates(self) -> Rates:
        """How often what happens."""
        since = now() - COUNTED_S
        for times in self._times.values():
            while times and times[0] < since:
                times.popleft()
        return Rates(**{name: len(times) / COUNTED_S for name, times in self._times.items()})

    def see(self, sight: Sight) -> None:
        """Take the newest sight; one that still waits is forgotten."""
        self._waiting = sight
        self._look()

    def hold(self, is_held: bool) -> None:
        """Stop following and drawing for a while, or go on."""
        self._is_held = is_held
        self._look()

    def stop(self) -> None:
        """End it: nothing is drawn any more."""
        self._is_over = True
        self._tick.stop()
        self._tell.stop()
        key = self._key
        self._rendering.forget(lambda other: other == key)

    @property
    def _key(self) -> Hashable:
        return ("mirror", id(self))

    def _look(self) -> None:
        sight = self._waiting
        if sight is None or self._is_looking or self._is_over or self._is_held:
            return
        self._waiting, self._is_looking = None, True
        self._estimating.watch(
            lambda readings, estimate: self._watcher.look(readings, estimate, sight), self._take, self._fail, key=self._key
        )

    def _take(self, look: _Look) -> None:
        self._is_looking = False
        if self._is_over:
            return
        was_lost, was_ready = self.is_lost, self.is_ready
        self._times["followed"].append(now())
        self._missed = 0 if look.placed is not None else self._missed + 1
        if look.placed is not None:
            self.latest, self._play = (look.sight, look.placed), look.play
        if look.estimate is not None:
            from core.mirroring import keeping

            self._times["estimated"].append(now())
            self._estimate = look.estimate
            self._wanted = keeping(look.estimate.vector, self._base, self._kept)
        if self._wanted is not None and not self._tick.isActive():
            self._stepped_at = now()
            self._tick.start()
        if (was_lost, was_ready) != (self.is_lost, self.is_ready):
            self.changed.emit()
        self._look()

    def _draw(self) -> None:
        """Go a step towards what is wanted and have it drawn, unless the picture before is still being drawn."""
        from core.mirroring import Play, between

        if self._is_drawing or self._is_held or self._wanted is None:
            return
        passed, self._stepped_at = now() - self._stepped_at, now()
        wanted, play = self._wanted, self._play or Play()
        if self._shown is None:
            self._shown = wanted, play
        else:
            vector, before = self._shown
            self._shown = between(vector, wanted, _part(passed, GLIDE_S)), before.towards(play, _part(passed, PLAY_S))
        vector, shown = self._shown
        shot = Shot(vector, shown.camera(self._look_from()), self._size, "light", shown.pose)
        if shot != self._last_shot:
            self._is_drawing, self._last_shot = True, shot
            self._rendering.draw(shot, self._put, self._fail, urgency=Urgency.DRAG, key=self._key)

    def _put(self, render: Render) -> None:
        self._is_drawing = False
        if self._is_over:
            return
        self._times["drawn"].append(now())
        index = SIZES.index(self._size)
        if render.seconds > SLOW_S and index > 0:
            self._size = SIZES[index - 1]
        elif 0 < render.seconds < FAST_S and index < len(SIZES) - 1:
            self._size = SIZES[index + 1]
        self.drew.emit(render.image)
        self._draw()

    def _fail(self, error: Exception) -> None:
        if not self._is_over:
            self.stop()
            self.failed.emit(error)


class _Watcher:
    """Follows the face and estimates it now and then. It lives on the thread that looks at faces."""

    def __init__(self, schema: AvatarSchema, *, is_mirrored: bool) -> None:
        self._schema, self._is_mirrored = schema, is_mirrored
        self._placed: Placed | None = None
        self._live: LiveEstimate | None = None
        self._face_play: FacePlay | None = None
        self._next_estimate = 0.0

    def look(self, readings: Readings, estimate: Callable[["Selfie"], Estimate], sight: Sight) -> _Look:
        """Look at one sight."""
        from core.mirroring import FacePlay, LiveEstimate, trust

        begun = now()
        if self._live is None or self._face_play is None:
            self._live, self._face_play = LiveEstimate(self._schema), FacePlay(is_mirrored=self._is_mirrored)
        placed = self._placed = readings.follow(sight.picture, self._placed)
        if placed is None:
            return _Look(sight, None, None, None, now() - begun)
        play, weight, heard = self._face_play(placed, sight.frame.at), trust(placed), None
        if now() >= self._next_estimate and (weight > 0 or self._live.is_empty):
            start = now()
            self._live.hear(estimate(readings.align(sight.picture, placed)), sight.frame.at, weight)
            heard = self._live.now()
            self._next_estimate = now() + min(LONGEST_S, SHARE * (now() - start))
        return _Look(sight, placed, play, heard, now() - begun)


def _part(passed: float, time_s: float) -> float:
    """How far a step goes that took so many seconds."""
    return 1 - math.exp(-max(0.0, passed) / time_s)
