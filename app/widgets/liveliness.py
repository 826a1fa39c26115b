"""A still avatar that lives: it blinks now and then and looks to the pointer.

Every frame is a full picture like the still itself, drawn once while nothing else is to be drawn and kept until the avatar
changes. So software renderers, which need half a second for one, show the same clean motion as graphics cards, and an avatar
that nobody touches costs nothing once its frames are there.
"""

import math
import random
import time
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QWidget

from app import theme
from app.rendering import PoseWeights, Render, Rendering, Urgency

QUIET_MS = 900  # how long nothing moves before it comes alive
TICK_MS = 45
REST_TICKS = 6  # how long the pointer stays in one direction before the eyes follow
SLOWEST_S = 2.5  # where one picture takes longer than this, the avatar stays still
BLINK_EVERY_S = (2.6, 6.2)
NEAR = 0.22  # a pointer this close to the eyes, as a share of the view's width, is looked at straight
EYES_AT = 0.46  # height of the eyes in the picture, from its top
_SIDE, _HEIGHT = 0.75, 0.6  # how far the eyes turn

OPEN: PoseWeights = ()
HALF: PoseWeights = (("eyeBlinkLeft", 0.55), ("eyeBlinkRight", 0.55))
CLOSED: PoseWeights = (("eyeBlinkLeft", 1.0), ("eyeBlinkRight", 1.0))
BLINK = (HALF, CLOSED, CLOSED, HALF)


def gaze(offset: QPointF) -> PoseWeights:
    """The pose that looks to one of eight directions, or straight ahead.

    Args:
        offset: From the eyes to what is looked at, in widths of the view, y down.
    """
    if math.hypot(offset.x(), offset.y()) < NEAR:
        return OPEN
    angle = round(math.atan2(-offset.y(), offset.x()) / (math.pi / 4)) * (math.pi / 4)
    side, height = round(_SIDE * math.cos(angle), 3), round(_HEIGHT * math.sin(angle), 3)
    # The avatar's left is the picture's right.
    out, in_ = ("eyeLookOutLeft", "eyeLookInRight") if side > 0 else ("eyeLookInLeft", "eyeLookOutRight")
    way = "eyeLookUp" if height > 0 else "eyeLookDown"
    weights = [(out, abs(side)), (in_, abs(side)), (f"{way}Left", abs(height)), (f"{way}Right", abs(height))]
    return tuple((name, weight) for name, weight in weights if weight)


class Liveliness(QObject):
    """Asks for the frames of one view and says which is to be shown."""

    frame_changed = Signal(object)
    """The `Render` to be shown; the still itself when the eyes are open and look straight ahead."""

    def __init__(self, rendering: Rendering, view: QWidget) -> None:
        super().__init__(view)
        self._rendering, self._view = rendering, view
        self._still: Render | None = None
        self._frames: dict[PoseWeights, Render] = {}
        self._shown: PoseWeights = OPEN
        self._wanted: PoseWeights = OPEN  # where the pointer is
        self._gaze: PoseWeights = OPEN  # where the eyes look: the last wanted one whose frame is there
        self._rested = 0
        self._blink: list[PoseWeights] = []
        self._next_blink_s = 0.0
        self._rng = random.Random()
        self._quiet = QTimer(self, interval=QUIET_MS, singleShot=True)
        self._quiet.timeout.connect(self._come_alive)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._move)

    def rest_on(self, still: Render) -> None:
        """This full picture is shown and nothing moves: come alive in a while, where the person has not asked for no motion."""
        self.stop()
        if still.seconds < SLOWEST_S and theme.animation_ms(self._view, 1):
            self._still, self._frames = still, {OPEN: still}
            self._quiet.start()

    def stop(self) -> None:
        """Something moves, or nobody sees it: hold still and forget the frames."""
        self._quiet.stop()
        self._tick.stop()
        self._rendering.forget(lambda key: isinstance(key, tuple) and key[:2] == ("alive", id(self)))
        self._still, self._frames, self._blink = None, {}, []
        self._shown = self._wanted = self._gaze = OPEN

    def _come_alive(self) -> None:
        self._want(HALF)
        self._want(CLOSED)
        self._plan_blink()
        self._tick.start()

    def _plan_blink(self) -> None:
        self._next_blink_s = time.monotonic() + self._rng.uniform(*BLINK_EVERY_S)

    def _want(self, pose: PoseWeights) -> None:
        """Ask for a frame, unless it is there."""
        still = self._still
        if still is None or pose in self._frames:
            return

        def keep(frame: Render) -> None:
            if self._still is still:
                self._frames[pose] = frame

        shot = replace(still.shot, pose=pose)
        self._rendering.draw(shot, keep, lambda _: self.stop(), urgency=Urgency.IDLE, key=("alive", id(self), pose))

    def _move(self) -> None:
        if not theme.animation_ms(self._view, 1):  # asked for meanwhile
            self._show(OPEN)
            self.stop()
            return
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return  # whatever the person is about to do comes first
        self._look()
        if self._blink:
            self._show(self._blink.pop())
        elif time.monotonic() >= self._next_blink_s and HALF in self._frames and CLOSED in self._frames:
            self._blink = list(BLINK)
            self._plan_blink()
        else:
            self._show(self._gaze)

    def _look(self) -> None:
        wanted = self._towards_pointer()
        self._rested = self._rested + 1 if wanted == self._wanted else 0
        self._wanted = wanted
        if wanted in self._frames:
            self._gaze = wanted
        elif self._rested == REST_TICKS:
            self._want(wanted)

    def _towards_pointer(self) -> PoseWeights:
        view = self._view
        if not view.window().isActiveWindow() or not view.window().frameGeometry().contains(QCursor.pos()):
            return OPEN
        side = max(1, min(view.width(), view.height()))
        eyes = QPointF(view.width() / 2, view.height() / 2 + (EYES_AT - 0.5) * side)
        return gaze((QPointF(view.mapFromGlobal(QCursor.pos())) - eyes) / side)

    def _show(self, pose: PoseWeights) -> None:
        if pose != self._shown:
            self._shown = pose
            self.frame_changed.emit(self._frames[pose])
