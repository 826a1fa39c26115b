"""Whether everybody can use the window: names, roles, contrast, visible focus, and the way of Tab.

All of it is measured on what is there and as it is drawn, so that what comes later is measured too.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QPainter, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QSlider,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app import theme
from app.main_window import MainWindow
from app.widgets.buttons import IconButton, text_button
from tests.app.conftest import FakeReadings

pytestmark = pytest.mark.qt_log_level_fail("CRITICAL")  # without a camera, Qt's multimedia says so in warnings

SCALE = 3
"""Pixels per logical pixel in pictures that contrast is measured in, so that thin strokes reach their full colour."""

TEXT, LARGE, MARK = 4.5, 3.0, 3.0
"""WCAG 2.2: 1.4.3 for text and large text, 1.4.11 for icons, borders and the focus."""

LARGE_POINTS = 14.0
INTERACTIVE = (
    QAbstractButton, QLineEdit, QSlider, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit, QAbstractItemView
)  # fmt: skip
OF_QT = ("QLineEditIconButton", "QScrollBar", "QComboBoxPrivateContainer", "QComboBoxListView")
NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Window)

FOCUS_PIXELS = 24
"""How many pixels at least change clearly with the focus."""

ICON = 48
"""A button of at most so many pixels without a text is an icon, which a tooltip has to explain."""

MARKS = ("●", "○")
"""Signs that are drawn as text."""

Open = Callable[[MainWindow], QWidget]


def by_command(name: str) -> Open:
    """What a command opens."""

    def open_it(window: MainWindow) -> QWidget:
        window.show_create()
        before = set(QApplication.topLevelWidgets())
        window.actions_by_id[name].trigger()
        QTest.qWait(50)
        new = [one for one in QApplication.topLevelWidgets() if one not in before and one.isVisible()]
        return new[-1] if new else QApplication.activePopupWidget() or window

    return open_it


PLACES: Mapping[str, Open] = {
    "create": by_command("show_create"),
    "label": by_command("show_label"),
    "train": by_command("show_train"),
    "menu": by_command("show_menu"),
    "shortcuts": by_command("show_shortcuts"),
    "export": by_command("export"),
    "job": by_command("new_job"),
    "commands": by_command("find_anything"),
    "which is more you": by_command("which_is_more_you"),
    "history": by_command("show_history"),
    "seed": by_command("randomise_with_seed"),
    "all photos": by_command("show_batch"),
    "camera": by_command("open_camera"),
    "recovered work": by_command("recovered_work"),
    "forget": by_command("forget_photo"),
    "compared": by_command("choose_compared"),
    "snapshots": by_command("take_snapshot"),
    "changes": by_command("new"),
}
"""Everything that can be opened, and how. Whatever comes new gets a line here."""


def close_all() -> None:
    for _ in range(9):
        shown = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if shown is None:
            break
        shown.close()
    if (focused := QApplication.focusWidget()) is not None:
        QTest.keyClick(focused, Qt.Key.Key_Escape)  # what lies within the window


@pytest.fixture(params=list(PLACES))
def place(request: pytest.FixtureRequest, ready: MainWindow) -> Iterator[QWidget]:
    """One of all places, open."""
    yield PLACES[request.param](ready)
    close_all()


# Names and roles.


def is_of_qt(widget: QWidget) -> bool:
    if isinstance(widget.parent(), QFrame) and type(widget.parent()).__name__ == "QFrame" and isinstance(widget, QListView):
        return True  # what a combo box opens
    return type(widget).__name__ in OF_QT or widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar)


def interactive(root: QWidget) -> list[QWidget]:
    """What can be used by hand or by keys."""
    found = [root, *root.findChildren(QWidget)]
    return [
        one
        for one in found
        if not is_of_qt(one)
        and (isinstance(one, INTERACTIVE) or (one.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(one, QScrollArea)))
    ]


def spoken(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def what(widget: QWidget) -> str:
    """A widget as the message of a failed test calls it."""
    parents: list[str] = []
    one: QWidget | None = widget
    while one is not None and len(parents) < 4:
        parents.append(type(one).__name__)
        one = one.parentWidget()
    text = getattr(widget, "text", lambda: "")()
    return f"{' < '.join(parents)} “{widget.accessibleName() or text}”"


def faults_of_names(root: QWidget) -> list[str]:
    faults = []
    for widget in interactive(root):
        interface = QAccessible.queryAccessibleInterface(widget)
        if not spoken(widget).strip() and not widget.isHidden():
            faults.append(f"no name: {what(widget)}")
        if interface.role() in NO_ROLE and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            faults.append(f"no role: {what(widget)}")
        checked = widget.isChecked() if isinstance(widget, QAbstractButton) and widget.isCheckable() else None
        if checked is not None and bool(interface.state().checked) != checked:
            faults.append(f"state untold: {what(widget)}")
        if isinstance(widget, QSlider) and interface.valueInterface() is None:
            faults.append(f"value untold: {what(widget)}")
        is_small = isinstance(widget, QAbstractButton) and widget.width() <= ICON and not isinstance(widget.parent(), QLineEdit)
        is_icon = is_small and not getattr(widget, "text", str)()
        if is_icon and not widget.toolTip() and not widget.isHidden():
            faults.append(f"no tooltip: {what(widget)}")
    return faults


def test_walk_finds_what_has_no_name_role_or_tooltip(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    layout = QVBoxLayout(root)
    canvas = QWidget()
    canvas.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    for planted in (QLineEdit(), canvas, IconButton("close", "")):
        layout.addWidget(planted)

    faults = faults_of_names(root)

    assert [fault.partition(":")[0] for fault in faults] == ["no name", "no name", "no role", "no name", "no tooltip"]


def test_everything_has_a_name_a_role_and_tells_its_state(place: QWidget) -> None:
    assert not (faults := faults_of_names(place)), "\n".join(faults)


def test_pages_of_a_photo_that_needs_a_person(window: MainWindow, photo: Path, readings: FakeReadings, qtbot: QtBot) -> None:
    readings.boxes = [(0, 0, 50, 50), (60, 0, 110, 50)]
    window.page.files.open_path(photo)
    qtbot.waitUntil(lambda: window.page.photo.stage == "choosing")
    assert not (faults := faults_of_names(window.page)), "\n".join(faults)

    readings.boxes = []
    window.page.files.open_path(photo)
    qtbot.waitUntil(lambda: window.page.photo.stage == "placing")
    assert not (faults := faults_of_names(window.page)), "\n".join(faults)


# Contrast.

Pixels = NDArray[np.uint8]


def picture_of(window: QWidget) -> Pixels:
    """A window as it is drawn, `SCALE` times as large: (H, W, 3) uint8."""
    image = QImage(window.size() * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(window.palette().window().color())
    with QPainter(image) as painter:
        window.render(painter, QPoint())
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return np.ascontiguousarray(bits[:, : image.width(), 2::-1])


def luminances(colors: Pixels) -> NDArray[np.float64]:
    """Relative luminance of (..., 3) uint8 colours; source: WCAG 2.2."""
    channels = colors.astype(np.float64) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def ink_contrast(part: Pixels) -> tuple[float, str, str]:
    """The contrast of what is drawn on a ground, and both colours.

    Args:
        part: (H, W, 3); most of it is ground.
    """
    colors, counts = np.unique(part.reshape(-1, 3), axis=0, return_counts=True)
    ground = colors[counts.argmax()]
    light = luminances(colors)
    enough = counts >= max(3, part.shape[0] * part.shape[1] // 4000)  # not a single pixel that overshoots
    away = np.where(enough, [contrast(float(one), float(light[counts.argmax()])) for one in light], 0.0)
    ink = colors[int(np.argmax(away))]
    return float(away.max()), QColor(*map(int, ink)).name(), QColor(*map(int, ground)).name()


def says_something(widget: QWidget) -> bool:
    """Whether words or an icon are to be seen on it now, and it is not off."""
    if not widget.isEnabled() or not widget.isVisible() or widget.visibleRegion().isEmpty():
        return False
    if isinstance(widget, QLabel):
        return bool(widget.text().strip()) and widget.pixmap().isNull()
    if isinstance(widget, IconButton):
        return not widget.is_quiet or widget.is_revealed or widget.isChecked()
    if isinstance(widget, QLineEdit):
        return bool(widget.text() or widget.placeholderText())
    return isinstance(widget, QAbstractButton | QComboBox) and not is_of_qt(widget) and not is_picture(widget)


def is_picture(widget: QWidget) -> bool:
    """Whether it shows a colour or a picture, which are what they are."""
    return any(kind.__name__ in ("ChoiceTile", "Candidate") for kind in type(widget).__mro__)


def faults_of_contrast(window: QWidget) -> list[str]:
    picture = picture_of(window)
    faults = []
    for widget in window.findChildren(QWidget):
        if not says_something(widget) or widget.window() is not window:
            continue
        seen = widget.visibleRegion().boundingRect()
        at = widget.mapTo(window, seen.topLeft())
        part = picture[SCALE * at.y() : SCALE * (at.y() + seen.height()), SCALE * at.x() : SCALE * (at.x() + seen.width())]
        above = window.childAt(at + seen.center() - seen.topLeft())
        is_covered = above is not widget and not (above is not None and widget.isAncestorOf(above))
        if part.size == 0 or seen.height() < widget.height() / 2 or is_covered:
            continue
        is_icon = isinstance(widget, IconButton | QToolButton) or (isinstance(widget, QLabel) and widget.text() in MARKS)
        is_large = widget.font().pointSizeF() >= LARGE_POINTS
        wanted = MARK if is_icon else LARGE if is_large else TEXT
        ratio, ink, ground = ink_contrast(part)
        if ratio < wanted - 0.05:
            faults.append(f"{ratio:.1f} of {wanted}: {ink} on {ground}, {what(widget)}")
    return faults


def test_faint_text_is_found(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    label, layout = QLabel("hardly to be read"), QVBoxLayout(root)
    label.setStyleSheet("color: #999999; background: #ffffff;")
    layout.addWidget(label)
    root.show()

    (fault,) = faults_of_contrast(root)

    assert fault.startswith("2.8 of 4.5: #999999 on #ffffff")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_contrast(ready: MainWindow, qapp: QApplication, name: theme.Theme) -> None:
    theme.apply(qapp, name)
    faults: list[str] = []
    for key, open_it in PLACES.items():
        shown = open_it(ready)
        QTest.qWait(20)
        faults += [f"{key}: {fault}" for fault in faults_of_contrast(shown)]
        close_all()

    assert not faults, "\n".join(faults)


# Focus.


def focusable(root: QWidget) -> list[QWidget]:
    """What Tab goes to, as things stand."""
    return [
        one
        for one in interactive(root)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible() and one.isEnabled() and one.window() is root.window()
    ]


def is_reached_by_arrows(widget: QWidget) -> bool:
    """Whether it is one of a group of which Tab goes to the chosen one only, as with radio buttons."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() not in (None, widget)


def drawn(widget: QWidget) -> Pixels:
    """A widget with a little of what is around it, at its size on the screen."""
    window = widget.window()
    seen = widget.visibleRegion().boundingRect().adjusted(-3, -3, 3, 3)
    seen.moveTopLeft(widget.mapTo(window, seen.topLeft()))
    image = window.grab(seen).toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return np.ascontiguousarray(bits[:, : image.width(), 2::-1])


def focus_pixels(widget: QWidget, elsewhere: QWidget) -> int:
    """How many pixels change clearly when a widget gets the focus."""
    elsewhere.setFocus()
    without = luminances(drawn(widget)) + 0.05
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
    assert widget.hasFocus(), what(widget)
    with_focus = luminances(drawn(widget)) + 0.05
    return int((np.maximum(without, with_focus) / np.minimum(without, with_focus) >= MARK).sum())


def faults_of_focus(root: QWidget, elsewhere: QWidget) -> list[str]:
    seen = [one for one in focusable(root) if not one.visibleRegion().isEmpty() and one is not elsewhere]
    counts = [(one, focus_pixels(one, elsewhere)) for one in seen]
    return [f"{count} pixels: {what(one)}" for one, count in counts if count < FOCUS_PIXELS]


def test_focus_that_is_not_drawn_is_found(qtbot: QtBot) -> None:
    class Silent(QAbstractButton):
        @override
        def paintEvent(self, event: QPaintEvent) -> None:
            pass

    root = QWidget()
    qtbot.addWidget(root)
    root.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    layout = QVBoxLayout(root)
    silent = Silent()
    silent.setMinimumSize(40, 40)
    silent.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    layout.addWidget(silent)
    layout.addWidget(text_button("Loud"))
    root.show()
    root.activateWindow()
    qtbot.waitUntil(root.isActiveWindow)

    (fault,) = faults_of_focus(root, root)

    assert fault.startswith("0 pixels: Silent")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_focus_is_seen(ready: MainWindow, qapp: QApplication, qtbot: QtBot, name: theme.Theme) -> None:
    theme.apply(qapp, name)
    ready.activateWindow()
    qtbot.waitUntil(ready.isActiveWindow)
    faults: list[str] = []
    for component in ready.page.panel.components:
        ready.page.panel.open_component(component)
        QTest.qWait(20)
        faults += faults_of_focus(ready.page.panel, ready.page)
    faults += faults_of_focus(ready, ready.page)

    assert not faults, "\n".join(dict.fromkeys(faults))


def walk(limit: int = 400) -> list[QWidget]:
    """Where Tab goes, from where the focus is until it comes back."""
    first = QApplication.focusWidget()
    assert first is not None
    way = [first]
    for _ in range(limit):
        QTest.keyClick(way[-1], Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now in way:
            break
        way.append(now)
    return way


@pytest.mark.parametrize("component", ["skin", "hair", "head"])
def test_tab_reaches_everything_and_comes_back(ready: MainWindow, qtbot: QtBot, component: str) -> None:
    ready.page.panel.open_component(component)
    ready.activateWindow()
    qtbot.waitUntil(ready.isActiveWindow)
    QTest.qWait(20)
    wanted = focusable(ready)
    wanted[0].setFocus(Qt.FocusReason.TabFocusReason)

    way = walk()

    missed = [what(one) for one in wanted if one not in way and not is_reached_by_arrows(one)]
    assert not missed, "\n".join(missed)
    assert QApplication.focusWidget() is way[0]


def test_arrows_reach_what_tab_does_not(ready: MainWindow, qtbot: QtBot) -> None:
    ready.activateWindow()
    qtbot.waitUntil(ready.isActiveWindow)
    groups = {one.group() for one in focusable(ready) if isinstance(one, QAbstractButton) and one.group() is not None}
    stuck = []
    for group in groups:
        chosen = group.checkedButton()
        if chosen is None or not chosen.isVisible() or len(group.buttons()) < 2 or not group.exclusive():
            continue
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
            chosen.setFocus(Qt.FocusReason.TabFocusReason)
            QTest.keyClick(chosen, key)
            if QApplication.focusWidget() in group.buttons() and QApplication.focusWidget() is not chosen:
                break
        else:
            stuck.append(what(chosen))
        ready.show_create()

    assert not stuck, "\n".join(stuck)
