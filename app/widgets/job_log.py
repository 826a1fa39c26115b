"""The last lines of a job's log, or what it was told to do."""

from collections.abc import Sequence

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from app import theme


class JobLog(QPlainTextEdit):
    """Lines to read and copy; it stays at the end while a person is there."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(monospaced())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.document().setDocumentMargin(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._lines: tuple[str, ...] = ()

    def set_lines(self, lines: Sequence[str]) -> None:
        """Show these lines."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        bar = self.verticalScrollBar()
        is_at_end, place = bar.value() >= bar.maximum() - 4, bar.value()
        self.setPlainText("\n".join(lines))
        bar.setValue(bar.maximum() if is_at_end else place)


def monospaced() -> QFont:
    """The font of logs and commands."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(theme.TEXT_POINTS["small"])
    return font
