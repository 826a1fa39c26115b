"""The steps of the avatar by name, and any of them gone to."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.state.avatar_document import EditedAvatar
from app.state.avatar_steps import UNDO_LIMIT
from app.widgets.history import HistoryPopup
from core.words import tr


class CreateHistory(QObject):
    """Shows the history. Its public methods without arguments are commands of `app.actions`."""

    def __init__(self, avatar: EditedAvatar, page: QWidget) -> None:
        super().__init__(page)
        self._avatar, self._page = avatar, page
        self.button: QWidget | None = None
        """Below which it opens, once there is one."""

    def show_history(self) -> None:
        """Show all steps, and go to the one that is chosen."""
        steps, stack = self._avatar.steps, self._avatar.undo_stack
        names = steps.names
        if len(names) == UNDO_LIMIT:
            first = tr("Before the last {count} steps", count=UNDO_LIMIT)
        elif self._avatar.name:
            first = tr("As it was opened")
        else:
            first = tr("The beginning")
        popup = HistoryPopup(self._page.window())
        popup.set_steps(names, stack.index(), stack.cleanIndex() if self._avatar.path is not None else -1, first)
        popup.chosen.connect(steps.go_to)
        popup.open_below(self.button)
