"""What is done to a part of the avatar, or to all of it, at once: random, reset, locked, copied, pasted, predicted again."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.estimating import Estimating
from app.problems import describe
from app.state.avatar_document import EditedAvatar
from app.state.part_changes import MAX_SEED, PartChanges
from app.state.photo import OpenedPhoto
from app.widgets.component_strip import component_title
from app.widgets.notice import Notice
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.seed_dialog import SeedDialog
from core.avatar.part import AvatarPart, parse_part
from core.errors import AvatarError
from core.methods import Estimate
from core.words import tr, within


class CreateParts(QObject):
    """Changes parts as a whole. Its public methods without arguments are commands of `app.actions`, for the open part."""

    def __init__(
        self,
        avatar: EditedAvatar,
        photo: OpenedPhoto,
        panel: ParameterPanel,
        estimating: Estimating,
        notice: Notice,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._avatar, self._photo, self._panel, self._page = avatar, photo, panel, page
        self._estimating, self._notice = estimating, notice
        self._changes = PartChanges(avatar)
        self._rng = np.random.default_rng()
        self._target: str | None = None  # the part whose menu was used, while its command is done
        panel.part_wanted.connect(self._do)

    def randomise_part(self) -> None:
        """Random values for the open component."""
        self._randomise(self._part, self._any_seed())

    def randomise_with_seed(self) -> None:
        """Random values for the open component, the same for the same number."""
        part = self._part
        title = tr("Random {part}", part=within(component_title(part)))
        SeedDialog(title, self._any_seed(), MAX_SEED, lambda seed: self._randomise(part, seed), self._page.window()).open()

    def randomise_all(self) -> None:
        """A random avatar."""
        self._randomise(None, self._any_seed())

    def reset_part(self) -> None:
        """Reset the open component."""
        self._avatar.reset(self._changes.ids(self._part))

    def lock_part(self) -> None:
        """Lock the open component, or unlock it."""
        part = self._part
        self._avatar.set_locked(self._changes.ids(part), not self._changes.is_locked(part))

    def copy_part(self) -> None:
        """Put the open component on the clipboard."""
        part = self._part
        QGuiApplication.clipboard().setText(AvatarPart.of(self._avatar.vector, part).to_json())
        self._notice.say(tr("{part} copied. Paste it into this avatar or another.", part=component_title(part)))

    def paste_part(self) -> None:
        """Take over the component that the clipboard holds."""
        try:
            part = parse_part(QGuiApplication.clipboard().text())
            is_free = self._changes.paste(part, component_title(part.component))
        except AvatarError as error:
            self._notice.warn(describe(error).text)
            return
        if is_free:
            self._panel.open_component(part.component)
        else:
            self._say_locked(part.component)

    def predict_part(self) -> None:
        """Estimate the open component from the photo again."""
        self._predict(self._part)

    def predict_again(self) -> None:
        """Estimate all that is not locked from the photo again."""
        self._predict(None)

    def _do(self, command: str, component: str) -> None:
        """Do a command to a part, whichever is open."""
        self._target = component
        try:
            act: Callable[[], None] = getattr(self, command)
            act()
        finally:
            self._target = None

    @property
    def _part(self) -> str:
        return self._target or self._panel.open_part

    def _any_seed(self) -> int:
        return int(self._rng.integers(MAX_SEED + 1))

    def _randomise(self, part: str | None, seed: int) -> None:
        if not self._changes.randomise(part, seed, tr("Avatar") if part is None else component_title(part)):
            self._say_locked(part)

    def _predict(self, part: str | None) -> None:
        portrait = self._photo.portrait
        if portrait is None or self._photo.stage != "ready":
            self._notice.warn(tr("There is no face to predict from. Open a photo first."))
            return
        text = tr("Predict again") if part is None else tr("Predict {part} again", part=within(component_title(part)))

        def take(estimate: Estimate) -> None:
            if self._photo.portrait is not portrait:
                return
            if not self._changes.predict(estimate, part, text):
                self._say_locked(part)
            elif part is None:
                count = len(self._avatar.state.locks)
                self._notice.say(tr("Predicted again; what is locked stayed.") if count else tr("Predicted again."))

        self._estimating.estimate(portrait.selfie, take, lambda error: self._notice.warn(describe(error).text))

    def _say_locked(self, part: str | None) -> None:
        if part is None:
            self._notice.say(tr("Everything is locked, so nothing was changed."))
        else:
            name = component_title(part)
            self._notice.say(tr("{part}: everything here is locked, so nothing was changed.", part=name))
