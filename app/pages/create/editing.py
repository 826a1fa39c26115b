"""What changes the avatar by keys: steps back, walking the panel, and what is done to a setting or a part."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from app.state.avatar_document import EditedAvatar
from app.widgets.parameter_panel import ParameterPanel


class CreateEditing(QObject):
    """Changes the avatar through its panel. Its public methods without arguments are commands of `app.actions`."""

    def __init__(self, avatar: EditedAvatar, panel: ParameterPanel, page: QWidget) -> None:
        super().__init__(page)
        self._avatar, self._panel = avatar, panel
        panel.dragged.connect(avatar.drag)
        panel.edited.connect(avatar.edit)
        panel.reset_wanted.connect(avatar.reset)
        panel.lock_wanted.connect(avatar.set_locked)

    def undo(self) -> None:
        """Take back the last step."""
        self._avatar.undo_stack.undo()

    def redo(self) -> None:
        """Do the step again that was taken back."""
        self._avatar.undo_stack.redo()

    def find_setting(self) -> None:
        """Go to the filter of the panel."""
        self._panel.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._panel.filter.selectAll()

    def next_setting(self) -> None:
        """Go to the setting below."""
        self._panel.walk(1)

    def previous_setting(self) -> None:
        """Go to the setting above."""
        self._panel.walk(-1)

    def next_unsure(self) -> None:
        """Go to the next value that the method was not sure of."""
        self._panel.go_to_next_unsure()

    def take_first(self) -> None:
        """Take the option that the method thought most likely."""
        self._panel.take_best(0)

    def take_second(self) -> None:
        """Take the option that the method thought second most likely."""
        self._panel.take_best(1)

    def take_third(self) -> None:
        """Take the option that the method thought third most likely."""
        self._panel.take_best(2)

    def reset_field(self) -> None:
        """Reset the value with the focus."""
        if row := self._panel.current_row():
            self._avatar.reset(row.parameter_ids)

    def lock_field(self) -> None:
        """Lock the value with the focus, or unlock it."""
        if row := self._panel.current_row():
            self._avatar.set_locked(row.parameter_ids, not self._avatar.state.locks.issuperset(row.parameter_ids))
