"""Ways to look at the photos of a set. What the Label page's commands mean depends on the one in use."""

from PySide6.QtCore import QObject


class Way(QObject):
    """One way. A command that means nothing in it does nothing."""

    @property
    def current(self) -> int | None:
        """The id of the photo that is looked at."""
        return None

    def take_focus(self) -> None:
        """Give the focus to what a person goes on with."""

    def step_back(self) -> bool:
        """Leave what lies over this view, if anything does; whether something did."""
        return False

    def put_away(self) -> None:
        """Stop what is only for this view."""

    def accept(self) -> None:
        """Say that what is shown is right, and go on."""

    def mark_unsure(self) -> None:
        """Take what is shown with doubts, and go on."""

    def undo(self) -> None:
        """Take back the last action."""

    def redo(self) -> None:
        """Do again what was taken back last."""

    def step(self, by: int) -> None:
        """Look at the next photo (1), or the one before (-1)."""

    def step_open(self, by: int) -> None:
        """Look at the next photo that is not finished (1), or the last one before (-1)."""

    def walk(self, by: int) -> None:
        """Go to the next setting (1), or the one before (-1)."""

    def choose_by_key(self, digit: str) -> None:
        """Choose what a digit stands for."""
