"""Pictures of one avatar, drawn off-thread: light while it moves, full when it is still."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.rendering import Render, Rendering, Shot, Urgency
from core.avatar.vector import AvatarVector
from core.engines import Camera

SETTLE_MS = 160  # how long nothing moves before the full picture is drawn
LIGHT_SIZES = (256, 384)  # pixels while moving, on slow and on fast machines
FAST_S = 0.06
FULL_SIZES = (256, 1024, 2048)  # pixels of the still picture: least, most on slow machines, most on fast ones
SHARP_S = 1.2  # how long a picture larger than that of slow machines may take
CLOSEST = 4.0  # times the size of the view, for those who look closely


class AvatarPicture(QObject):
    """Asks for the pictures of an avatar in the size of a view, and keeps the last one."""

    drawn = Signal(object)
    """There is another picture: the `Render`."""
    failed = Signal(object)
    """None could be drawn: the error."""

    def __init__(self, rendering: Rendering, view: QWidget) -> None:
        """Draw nothing yet.

        Args:
            rendering: Draws.
            view: Where the picture is seen; while it is not, none is asked for.
        """
        super().__init__(view)
        self._rendering, self._view = rendering, view
        self._vector: AvatarVector | None = None
        self._camera = Camera()
        self._closeness = 1.0
        self._render: Render | None = None
        self._light_size, self._most = LIGHT_SIZES[0], FULL_SIZES[1]
        self._settle = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._draw_full)

    @property
    def vector(self) -> AvatarVector | None:
        """The avatar; None before the first."""
        return self._vector

    @property
    def camera(self) -> Camera:
        """Where it is seen from."""
        return self._camera

    @property
    def render(self) -> Render | None:
        """The last picture; None before the first."""
        return self._render

    def show(self, vector: AvatarVector | None, camera: Camera, *, is_moving: bool) -> None:
        """Show an avatar.

        Args:
            vector: The avatar; None for none.
            camera: Where from.
            is_moving: More will follow at once, so a light picture will do for now.
        """
        self._vector, self._camera = vector, camera
        if vector is None:
            self._render = None
            self._settle.stop()
        self.draw(is_moving=is_moving)

    def draw(self, *, is_moving: bool) -> None:
        """Ask for a picture of what is to be seen, if it can be seen."""
        # Not before: opening the engine would compete with building the window.
        if self._vector is None or not self._view.isVisible():
            return
        if self._rendering.has(self._full_shot(self._vector)):
            self._settle.stop()
            self._draw_full()
            return
        if is_moving or self._render is None:
            self._request(Shot(self._vector, self._camera, self._light_size, "light"), Urgency.DRAG)
        self._settle.start()

    def prepare(self, vector: AvatarVector) -> None:
        """Draw an avatar ahead, so that it is there at once when it is shown."""
        light = Shot(vector, self._camera, self._light_size, "light")
        for shot, urgency in ((light, Urgency.AHEAD), (self._full_shot(vector), Urgency.THUMBNAIL)):
            self._rendering.draw(shot, lambda _: None, lambda _: None, urgency=urgency, key=(id(self), shot))

    def look_closely(self, closeness: float) -> None:
        """Be sharp where only a part is seen: how many times it is enlarged."""
        self._closeness = closeness
        self._settle.start()

    def refresh(self) -> None:
        """The view has another size, or its screen other pixels."""
        self._settle.start()

    def _draw_full(self) -> None:
        if self._vector is not None and self._view.isVisible():
            self._request(self._full_shot(self._vector), Urgency.STILL)

    def _full_shot(self, vector: AvatarVector) -> Shot:
        return Shot(vector, self._camera, self._full_size(), "full")

    def _full_size(self) -> int:
        side = min(self._view.width(), self._view.height())
        pixels = round(side * self._view.devicePixelRatioF() * min(CLOSEST, self._closeness))
        return min(self._most, max(FULL_SIZES[0], pixels))

    def _request(self, shot: Shot, urgency: Urgency) -> None:
        self._rendering.draw(shot, self._put, self.failed.emit, urgency=urgency, key=(id(self), urgency))

    def _put(self, render: Render) -> None:
        is_late = not self._is_current(render)
        if is_late and (self._vector is None or render.shot.detail == "full" or self._is_current(self._render)):
            return
        self._learn_pace(render)
        if render.shot.detail == "light" and self._shows_full(render):
            return
        self._render = render
        self.drawn.emit(render)
        if render.shot.detail == "full" and not is_late and self._full_size() > render.shot.size:
            self._settle.start()  # there is time for a larger one

    def _shows_full(self, light: Render) -> bool:
        shown = self._render.shot if self._render is not None else None
        return shown is not None and shown == replace(light.shot, size=shown.size, detail="full")

    def _is_current(self, render: Render | None) -> bool:
        return render is not None and render.shot.vector == self._vector and render.shot.camera == self._camera

    def _learn_pace(self, render: Render) -> None:
        if render.seconds <= 0:  # what was drawn before tells nothing
            return
        if render.shot.detail == "light":
            is_fast = render.seconds < FAST_S * (render.shot.size / LIGHT_SIZES[0]) ** 2
            self._light_size = LIGHT_SIZES[1] if is_fast else LIGHT_SIZES[0]
            return
        affordable = round(render.shot.size * (SHARP_S / render.seconds) ** 0.5)
        most = min(FULL_SIZES[2], max(FULL_SIZES[1], affordable // 256 * 256))
        # Once is enough to be slow, but not twice within a hair's breadth: the size must not go up and down.
        if most > self._most or render.seconds > 2 * SHARP_S:
            self._most = most
