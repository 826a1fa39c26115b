"""What a person can read in a window, what of it was not translated, and what of it is cut off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from app.widgets.buttons import TextButton, _Segment
from app.widgets.elided import Elided

KEPT = {
    "Likeness", "PNG", "WebP", "GIF", "JPEG", "HEIC", "CSV", "JSONL", "UTF", "GPU", "PostgreSQL", "kappa", "html", "Markdown",
    "Ctrl", "Shift", "Alt", "Meta", "Tab", "Enter", "Return", "Esc", "Home", "End", "PgUp", "PgDown", "Ins", "Insert", "Del",
    "Delete", "Space", "Up", "Down", "Left", "Right", "Backspace", "Menu",
}  # fmt: skip
"""Names of programs and formats, and what stands on keys."""

_TAG = re.compile(r"<[a-z/][^<>]*>")
_WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True)
class Said:
    """One text and who says it.

    Attributes:
        widget: Who.
        kind: Where people meet it: as text, tooltip, placeholder, ...
        text: As it is.
    """

    widget: QWidget
    kind: str
    text: str

    @override
    def __str__(self) -> str:
        return f"{type(self.widget).__name__} {self.kind}: {self.text!r}"


def said_by(root: QWidget) -> Iterator[Said]:
    """Every text of a widget, of all in it, and of its actions, whether it is shown just now or not."""
    for widget in [root, *root.findChildren(QWidget)]:
        if "qt_" in widget.objectName() or type(widget).__name__ == "QLineEditIconButton":
            continue
        yield from _said_by_one(widget)
        for action in widget.actions():
            yield Said(widget, "action", _without_keys(action))
            yield Said(widget, "tooltip of an action", action.toolTip())


def _said_by_one(widget: QWidget) -> Iterator[Said]:
    yield Said(widget, "title", widget.windowTitle())
    yield Said(widget, "tooltip", _plain(widget.toolTip()))
    yield Said(widget, "name", widget.accessibleName())
    yield Said(widget, "description", widget.accessibleDescription())
    if isinstance(widget, Elided):
        yield Said(widget, "text", widget.whole)
    elif isinstance(widget, QLabel | QAbstractButton):
        yield Said(widget, "text", _plain(widget.text()))
    elif isinstance(widget, QLineEdit | QPlainTextEdit):
        yield Said(widget, "placeholder", widget.placeholderText())
    elif isinstance(widget, QGroupBox | QMenu):
        yield Said(widget, "title", widget.title())
    elif isinstance(widget, QTabBar):
        yield from (Said(widget, "tab", widget.tabText(place)) for place in range(widget.count()))
    elif isinstance(widget, QComboBox):
        yield from (Said(widget, "choice", widget.itemText(place)) for place in range(widget.count()))
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _said_by_rows(widget, widget.model())


def _said_by_rows(view: QAbstractItemView, model: QAbstractItemModel) -> Iterator[Said]:
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
    for row in range(model.rowCount(QModelIndex())):
        for role in roles:
            text = model.index(row, 0, QModelIndex()).data(role)
            if isinstance(text, str):
                yield Said(view, "row", text)


def _without_keys(action: QAction) -> str:
    return action.text().partition("\t")[0]


def is_rich(text: str) -> bool:
    """Whether Qt would take a text for HTML."""
    return _TAG.search(text) is not None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    @override
    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _plain(text: str) -> str:
    if not is_rich(text):
        return text
    reader = _Reader()
    reader.feed(text)
    return " ".join(reader.parts)


def untranslated(said: Said, kept: re.Pattern[str]) -> list[str]:
    """Words of a text that no catalogue was asked for, in the pseudo language, which has other letters.

    Args:
        said: The text.
        kept: What comes from people and data, and stays as it is.
    """
    return [word for word in _WORD.findall(kept.sub("", said.text)) if word not in KEPT]


def cut_off(root: QWidget) -> list[str]:
    """What of the visible texts in a widget is cut off: they need more room than they have, or stand outside of what is seen."""
    found = []
    for widget in root.findChildren(QWidget):
        if widget.window() is not root.window() or not widget.isVisibleTo(root) or not widget.width() or not widget.height():
            continue
        why = _lacks_room(widget) or _is_outside(widget, root)
        if why:
            found.append(f"{type(widget).__name__} {_shown(widget)!r}: {why}")
    return found


def _shown(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        return widget.text()
    return widget.currentText() if isinstance(widget, QComboBox) else widget.accessibleName()


def _lacks_room(widget: QWidget) -> str:
    if isinstance(widget, Elided):
        return "" if widget.whole in widget.toolTip() or widget.whole == widget.text() else "dots, and no tooltip"
    if isinstance(widget, QLabel) and widget.text():
        return _label_lacks(widget)
    if isinstance(widget, QPushButton | QToolButton | QCheckBox | QRadioButton | _Segment) and widget.text():
        return _button_lacks(widget)
    if isinstance(widget, QComboBox) and widget.currentText() and not widget.isEditable():
        return _box_lacks(widget)
    if isinstance(widget, QLineEdit) and widget.placeholderText() and not widget.text():
        margins = widget.textMargins()
        room = widget.contentsRect().width() - margins.left() - margins.right() - 4
        needed = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
        if needed > room and widget.placeholderText() not in widget.toolTip():
            return f"placeholder needs {needed} pixels of {room}: {widget.placeholderText()!r}"
    return ""


def _button_lacks(button: QAbstractButton) -> str:
    if isinstance(button, TextButton | _Segment):  # its tooltip says what the dots stand for, but something must be left to read
        shown = button.shown_text
        if isinstance(button, _Segment) and button.shows_icon:
            return "" if button.toolTip() else "an icon without a tooltip"
        return "" if shown == button.text() or len(shown) > 0.4 * len(button.text()) else f"shows {shown!r} alone"
    needed = max(button.fontMetrics().horizontalAdvance(line) for line in button.text().replace("&", "").split("\n"))
    if not button.icon().isNull():
        needed += button.iconSize().width() + 4
    if isinstance(button, QCheckBox | QRadioButton):
        needed += button.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth) + 4
    room = button.contentsRect().width()
    return f"needs {needed} pixels of {room}" if needed > room or button.fontMetrics().height() > button.height() else ""


def _box_lacks(box: QComboBox) -> str:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box).width()
    needed = box.fontMetrics().horizontalAdvance(box.currentText())
    return f"needs {needed} pixels of {room}" if needed > room and box.currentText() not in box.toolTip() else ""


def _label_lacks(label: QLabel) -> str:
    room = label.contentsRect().adjusted(label.margin(), label.margin(), -label.margin(), -label.margin())
    if label.pixmap() is not None and not label.pixmap().isNull():
        return ""
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        if needed > label.height() and label.text() not in label.toolTip():
            return f"needs {needed} pixels of height, and has {label.height()}"
        if is_rich(label.text()):
            return ""
        widest = max((label.fontMetrics().horizontalAdvance(word) for word in label.text().split()), default=0)
        return f"has a word of {widest} pixels in {room.width()}" if widest > room.width() else ""
    if is_rich(label.text()):
        document = QTextDocument()
        document.setDefaultFont(label.font())
        document.setHtml(label.text())
        needed = round(document.idealWidth()) - 2 * round(document.documentMargin())
    else:
        needed = max(label.fontMetrics().horizontalAdvance(line) for line in label.text().split("\n"))
    return f"needs {needed} pixels of {room.width()}" if needed > room.width() + 1 else ""


def _is_outside(widget: QWidget, root: QWidget) -> str:
    """Why a widget is not seen as a whole; what is scrolled may be outside along the way it is scrolled."""
    if not isinstance(widget, QLabel | QAbstractButton | QComboBox | QLineEdit):
        return ""
    area = QRect(widget.mapTo(root, QPoint()), widget.size())
    parent = widget.parentWidget()
    while parent is not None and parent is not root:
        grand = parent.parentWidget()
        if isinstance(grand, QAbstractScrollArea) and grand.viewport() is parent:
            if grand.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
                seen = QRect(parent.mapTo(root, QPoint()), parent.size())
                if area.left() < seen.left() or area.right() > seen.right():
                    return f"is {max(seen.left() - area.left(), area.right() - seen.right())} pixels beside what is seen"
            return ""
        seen = QRect(parent.mapTo(root, QPoint()), parent.size())
        if not seen.contains(area):
            return f"is outside of its {type(parent).__name__}: {area.getRect()} of {seen.getRect()}"
        parent = grand
    return "" if root.rect().contains(area) else "is outside of the window"
