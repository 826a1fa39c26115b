"""What assistive programs are told of widgets that paint themselves: what kind of thing each is.

Their names, values and states they tell by Qt's own ways (`setAccessibleName`, `QAbstractButton`, `QSlider`).
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

Role = QAccessible.Role

ROLES: Mapping[str, QAccessible.Role] = {
    "AvatarView": Role.Graphic,
    "ImageView": Role.Graphic,
    "FacePlacer": Role.Graphic,
    "Pipette": Role.Graphic,
    "_Handle": Role.Grip,
    "Curves": Role.Chart,
    "Notice": Role.AlertMessage,
    "Segments": Role.Grouping,
    "ChoiceGrid": Role.Grouping,
    "ComponentStrip": Role.Grouping,
    "ParameterPanel": Role.Pane,
    "FieldRow": Role.Grouping,
}
"""Class -> what it is; subclasses are the same."""

_interfaces: dict[int, QAccessibleInterface] = {}


def install() -> None:
    """Have Qt ask here, from now on."""
    QAccessible.installFactory(_interface_of)


def _interface_of(name: str, widget: QObject) -> QAccessibleInterface | None:
    # Qt asks for the class and then for each that it comes from. It deletes what it gets; Python must not do so before.
    if name not in ROLES or not isinstance(widget, QWidget):
        return None
    interface = _interfaces[id(widget)] = QAccessibleWidget(widget, ROLES[name], "")
    return interface
