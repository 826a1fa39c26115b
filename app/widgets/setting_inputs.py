"""One setting of a stage in a form: its name, something to change it with, what it means, and what is wrong with it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QLabel, QLineEdit, QWidget
from typing_extensions import override

from app import theme
from app.widgets.job_words import LOOKS, how_far
from core.errors import SettingError
from core.jobs.fields import SettingField, as_text
from core.jobs.glance import Glance
from core.jobs.settings import make_config
from core.words import tr, within

NAMES, NUMBERS, TEXTS = 136, 120, 320
"""Widths of the names, of boxes for numbers and of other boxes, pixels."""

_OTHER = "\0other"


class SettingInput(QWidget):
    """One row. Its value is a text, as `make_config` reads it."""

    changed = Signal()

    def __init__(self, field: SettingField, config: type[Any], runs: Sequence[Glance], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._config = config
        self.input = _make_input(field, runs)
        self.problem = ""
        name = QLabel(field.title)
        name.setMinimumHeight(32)
        name.setBuddy(self.input)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setFont(theme.font("small"))
        policy = self._note.sizePolicy()
        policy.setHeightForWidth(False)  # a scroll area gives a longer sentence only the room of the one before
        self._note.setSizePolicy(policy)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(2 * theme.UNIT)
        layout.setVerticalSpacing(2)
        layout.setColumnMinimumWidth(0, NAMES)
        layout.setColumnStretch(1, 1)
        layout.addWidget(name, 0, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.input, 0, 1, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._note, 1, 1)
        self.input.setAccessibleName(field.title)
        self.input.setAccessibleDescription(field.help)
        self._connect()
        self.set_value(as_text(field.default))
        self._check()

    @property
    def value(self) -> str:
        """What was written or chosen."""
        match self.input:
            case QCheckBox():
                return as_text(self.input.isChecked())
            case QComboBox():
                return str(self.input.currentData())
            case QLineEdit():
                return self.input.text().strip()
        raise AssertionError

    def set_value(self, value: str) -> None:
        """Show a value."""
        match self.input:
            case QCheckBox():
                self.input.setChecked(value == "true")
            case QComboBox():
                self.input.setCurrentIndex(_place(self.input, value))
            case QLineEdit():
                self.input.setText(value)

    def _connect(self) -> None:
        match self.input:
            case QCheckBox():
                self.input.toggled.connect(lambda _: self._heard())
            case QComboBox():
                self.input.currentIndexChanged.connect(lambda _: self._heard())
                self.input.activated.connect(lambda _: self._ask_for_folder())
            case QLineEdit():
                self.input.textChanged.connect(lambda _: self._heard())

    def _heard(self) -> None:
        if self.value != _OTHER:
            self._check()
            self.changed.emit()

    def _check(self) -> None:
        """Say what is wrong, or what it means."""
        try:
            make_config(self._config, {self.field.name: self.value})
            self.problem = ""
        except SettingError as error:
            self.problem = str(error)
        tone = "danger" if self.problem else "secondary"
        if self._note.property("tone") != tone:
            self._note.setProperty("tone", tone)
            self._note.style().polish(self._note)
        self._note.setText(self.problem or self.field.help)
        self._note.setVisible(bool(self._note.text()))
        self._make_room()

    def _make_room(self) -> None:
        self._note.setFixedHeight(max(0, self._note.heightForWidth(max(1, self.width() - NAMES - 2 * theme.UNIT))))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _ask_for_folder(self) -> None:
        assert isinstance(self.input, QComboBox)
        if self.input.currentData() != _OTHER:
            return
        name = QFileDialog.getExistingDirectory(self, self.field.title)
        self.set_value(name or as_text(self.field.default))


class _Box(QComboBox):
    """The wheel scrolls the form and never changes a setting."""

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def _make_input(field: SettingField, runs: Sequence[Glance]) -> QWidget:
    if field.kind == "switch":
        switch = QCheckBox()
        switch.setMinimumHeight(32)
        return switch
    if field.kind in ("choice", "run", "folder"):
        box = _Box()
        box.setFixedWidth(TEXTS)
        for choice in field.choices:
            box.addItem(choice.capitalize(), choice)
        if field.kind != "choice":
            box.addItem(tr("Choose…") if field.is_required else tr("None"), "")
            for glance in runs:
                if glance.kind == field.run_of:
                    words = f"{glance.name}   {within(tr(LOOKS[glance.state].word))} {how_far(glance)}"
                    box.addItem(words, str(glance.folder.resolve()))
            box.addItem(tr("Another folder…"), _OTHER)
        return box
    line = QLineEdit()
    line.setFixedWidth(TEXTS if field.kind == "text" else NUMBERS)
    return line


def _place(box: QComboBox, value: str) -> int:
    """The row of a value; a folder that is not listed gets one."""
    place = box.findData(value)
    if place < 0 and value:
        place = box.findData(str(Path(value).resolve()))
    if place < 0:
        place = max(0, box.count() - 1)
        box.insertItem(place, value, value)
    return place
