"""Measured numbers over the steps of a job: which ones there are, and the chosen ones as curves."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import theme
from app.widgets.buttons import with_alpha
from app.widgets.curve_points import Points, broken, smoothed, spread, thinned
from app.widgets.curve_toggle import CurveToggle
from app.widgets.curve_words import measure_of, written
from app.widgets.elided import Elided
from app.widgets.slider import Slider
from core.jobs.following import leading
from core.jobs.glance import counted
from core.words import tr

HUES = {
    "light": ("#5b57d1", "#c2571a", "#1a8a76", "#b92b72", "#3a7fc4", "#7d7a1e"),
    "dark": ("#a19df7", "#f0985f", "#5fcdb6", "#f07fb4", "#7db8f0", "#cfca6a"),
}
"""Colours of curves in both themes; as many can be shown at a time."""

DENSE = 1000
"""From how many points on a curve is drawn with thin lines."""


class Curves(QWidget):
    """A plot, with the names and newest values of everything measured beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: Mapping[str, Points] = {}
        self._drawn: dict[str, _Line] = {}
        self._shown: list[str] = []
        self._is_chosen = False  # by the person; until then it is the number that says most
        self._spreads: dict[str, float] = {}
        self._smoothing = 0.0
        self._at: float | None = None  # the step that is pointed at
        self.plot = _Plot()
        self.toggles: dict[str, CurveToggle] = {}
        self.reading = Elided(theme.font("body"), "secondary")
        self.smoothing = Slider(tr("Smoothing"))
        self.smoothing.setFixedWidth(120)
        self.log_axis = QCheckBox(tr("Log axis"))
        self.log_axis.setAccessibleName(tr("Logarithmic axis"))
        self._names = QVBoxLayout()
        self._lay_out()
        self._mark = pg.InfiniteLine(angle=90, movable=False)
        self._mark.hide()
        self.plot.addItem(self._mark, ignoreBounds=True)
        self.smoothing.dragged.connect(self._smooth)
        self.smoothing.edited.connect(self._smooth)
        self.smoothing.reset_wanted.connect(self._sharpen)
        self.log_axis.toggled.connect(self._use_log)
        self.plot.pointed.connect(self._point)
        self.plot.walked.connect(self._walk)
        self.plot.zoomed.connect(self._zoom)
        self.plot.whole_wanted.connect(self._show_all)
        self._style()

    def _lay_out(self) -> None:
        names = QWidget()
        self._names.setContentsMargins(0, 0, 8, 0)
        self._names.setSpacing(0)
        self._names.addStretch(1)
        names.setLayout(self._names)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setFixedWidth(216)
        area.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        area.setWidget(names)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        label = QLabel(tr("Smoothing"))
        label.setProperty("tone", "secondary")
        bar = QHBoxLayout()
        bar.setSpacing(theme.UNIT)
        bar.addWidget(self.reading, 1)
        bar.addWidget(label)
        bar.addWidget(self.smoothing)
        bar.addSpacing(theme.UNIT)
        bar.addWidget(self.log_axis)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addLayout(bar)
        left.addWidget(self.plot, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.UNIT)
        layout.addLayout(left, 1)
        layout.addWidget(area)

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the curves that are drawn."""
        return tuple(self._shown)

    def begin(self) -> None:
        """Forget the job that was shown, before another one's curves come."""
        self._shown, self._is_chosen = [], False
        self._at = None
        self.set_curves({})

    def set_curves(self, data: Mapping[str, Points]) -> None:
        """Show these: steps and values by name, (N,) each."""
        was, self._data = self._data, data
        if list(was) != list(data):
            self._list_names()
        if data and (not self._is_chosen or not set(self._shown) & set(data)):
            self._shown = [leading(list(data))]
        self._shown = [name for name in self._shown if name in data]
        for name in [name for name in data if name not in was or len(was[name][0]) != len(data[name][0])]:
            self._spreads[name] = spread(data[name][1])
        self._draw([name for name in self._shown if name not in was or len(was[name][0]) != len(data[name][0])])
        self._say()

    def toggle(self, name: str) -> None:
        """Draw a curve, or no longer; the oldest one makes room where there are too many."""
        self._is_chosen = True
        if name in self._shown:
            self._shown.remove(name)
        else:
            self._shown = [*self._shown[1 - len(HUES["light"]) :], name]
        self._draw([])
        self._say()

    def _list_names(self) -> None:
        for toggle in self.toggles.values():
            self._names.removeWidget(toggle)
            toggle.deleteLater()
        self.toggles = {name: CurveToggle(name) for name in self._data}
        for place, (name, toggle) in enumerate(self.toggles.items()):
            toggle.clicked.connect(lambda _=False, name=name: self.toggle(name))
            self._names.insertWidget(place, toggle)

    def _draw(self, changed: list[str]) -> None:
        for name in [name for name in self._drawn if name not in self._shown]:
            self._drawn.pop(name).leave(self.plot)
        for name in self._shown:
            if name not in self._drawn:
                self._drawn[name] = _Line(self.plot, self._free_hue())
                changed.append(name)
        for name in set(changed):
            self._drawn[name].set_points(self._data[name], self._smoothing)
            if (window := self._window()) is not None:
                self._drawn[name].draw(window)
        self._color()

    def _free_hue(self) -> int:
        taken = {line.hue for line in self._drawn.values()}
        return next(hue for hue in range(len(HUES["light"]) + 1) if hue not in taken)

    def _color(self) -> None:
        hues = HUES["dark" if theme.tokens_of(self.palette()) is theme.DARK else "light"]
        for name, toggle in self.toggles.items():
            line = self._drawn.get(name)
            color = None if line is None else QColor(hues[line.hue])
            toggle.set_color(color)
            if line is not None and color is not None:
                line.set_color(color)

    def _smooth(self, strength: float) -> None:
        self._smoothing = strength
        self._draw(list(self._shown))

    def _sharpen(self) -> None:
        self.smoothing.show_value(0.0)
        self._smooth(0.0)

    def _use_log(self, is_log: bool) -> None:
        self.plot.setLogMode(x=False, y=is_log)

    def _zoom(self) -> None:
        """Draw what is looked at as finely as it was measured."""
        for line in self._drawn.values():
            line.draw(self._window())

    def _window(self) -> tuple[float, float] | None:
        view = self.plot.getViewBox()
        if view.autoRangeEnabled()[0]:
            return None
        left, right = view.viewRange()[0]
        return left, right

    def _show_all(self) -> None:
        self.plot.getViewBox().enableAutoRange()
        self._zoom()

    def _point(self, step: float | None) -> None:
        self._at = step
        self._say()

    def _walk(self, steps: int) -> None:
        """Go to the next measured point of the first curve, for those who have no mouse."""
        if not self._shown:
            return
        at = self._data[self._shown[0]][0]
        place = len(at) - 1 if self._at is None else _nearest(at, self._at) + steps
        self._point(float(at[min(len(at) - 1, max(0, place))]))

    def _say(self) -> None:
        """What the numbers are at the step that is pointed at, else what they are now."""
        step = self._step_pointed_at()
        places = {name: -1 if step is None else _nearest(steps, step) for name, (steps, _) in self._data.items() if len(steps)}
        values = {name: written(name, float(self._data[name][1][place]), self._spreads[name]) for name, place in places.items()}
        for name, toggle in self.toggles.items():
            toggle.set_value(values.get(name, ""))
        for name, line in self._drawn.items():
            line.mark(None if step is None or name not in places else places[name])
        self._mark.setVisible(step is not None)
        if step is None:
            self.reading.set_text("")
            return
        self._mark.setValue(step)
        words = tr("Step {step}", step=counted(round(step)))
        whole = "   ".join([words, *(f"{measure_of(name).words} {values[name]}" for name in self._shown if name in values)])
        is_fitting = self.reading.fontMetrics().horizontalAdvance(whole) <= self.reading.width()
        self.reading.set_text(whole if is_fitting else words)  # the values stand beside the names too
        self.plot.setAccessibleDescription(whole)

    def _step_pointed_at(self) -> float | None:
        """The measured step of the first curve that is nearest to the mouse."""
        if self._at is None or not self._shown:
            return None
        steps = self._data[self._shown[0]][0]
        return float(steps[_nearest(steps, self._at)]) if len(steps) else None

    def _style(self) -> None:
        self.plot.take_colors(self)
        self._mark.setPen(pg.mkPen(theme.color("secondary", self), width=1, style=Qt.PenStyle.DotLine))
        self._color()

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._style()
        super().changeEvent(event)


class _Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph is untyped
    """The plot itself. A double click shows everything again."""

    pointed = Signal(object)
    """The step under the mouse, or None."""
    zoomed = Signal()
    """The person looks at another part."""
    whole_wanted = Signal()
    """The person wants to see everything."""
    walked = Signal(int)
    """The person wants the point before (-1) or after (1)."""

    def __init__(self) -> None:
        super().__init__(background=None, enableMenu=False)
        self.setAccessibleName(tr("Curves over the steps"))
        self.setMinimumHeight(160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.hideButtons()
        self.showGrid(y=True, alpha=0.12)
        self.getPlotItem().setContentsMargins(0, 8, 8, 0)
        self.getViewBox().setDefaultPadding(0.02)
        self.scene().sigMouseMoved.connect(self._hear)
        self.getViewBox().sigRangeChangedManually.connect(lambda _: self.zoomed.emit())

    def take_colors(self, widget: QWidget) -> None:
        """Take the colours of a widget's theme; its own palette may follow later."""
        line, text = theme.color("line", widget), theme.color("secondary", widget)
        for name in ("left", "bottom"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(line))
            axis.setTickPen(pg.mkPen(text) if name == "left" else pg.mkPen(None))  # the left one's are the grid
            axis.setTextPen(pg.mkPen(text))
            axis.setStyle(tickFont=theme.font("small"), tickLength=0, tickTextOffset=8, maxTickLevel=0)

    def _hear(self, at: QPointF) -> None:
        view = self.getViewBox()
        inside = view.sceneBoundingRect().contains(at)
        self.pointed.emit(view.mapSceneToView(at).x() if inside else None)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)
        super().leaveEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: Any) -> None:
        self.whole_wanted.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            QWidget.keyPressEvent(self, event)
        else:
            self.walked.emit(step)

    @override
    def wheelEvent(self, event: Any) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        else:
            event.ignore()  # scrolls the page


class _Line:
    """A curve as it is, and smoothed over it."""

    def __init__(self, plot: _Plot, hue: int) -> None:
        self.hue = hue
        self._raw, self._smooth = pg.PlotDataItem(), pg.PlotDataItem()
        self._dot = pg.PlotDataItem(pen=None, symbol="o", symbolSize=8, symbolPen=None)
        self._points: Points = (np.zeros(0), np.zeros(0))
        self._steps = self._values = self._means = np.zeros(0)
        self._is_ordered = True
        for item in (self._raw, self._smooth):
            plot.addItem(item)
        plot.addItem(self._dot, ignoreBounds=True)

    def set_points(self, points: Points, smoothing: float) -> None:
        """Draw all of these."""
        self._points = points
        self._is_ordered = bool(np.all(points[0][1:] >= points[0][:-1]))
        self._steps, self._values = points if self._is_ordered else broken(*points)
        self._means = smoothed(self._values, smoothing) if smoothing > 0 else np.zeros(0)
        self.draw(None)

    def draw(self, window: tuple[float, float] | None) -> None:
        """Draw what is between two steps as finely as a screen shows it; None is everything."""
        first, last = 0, len(self._steps)
        if window is not None and self._is_ordered:
            first = max(0, int(np.searchsorted(self._steps, window[0])) - 1)
            last = int(np.searchsorted(self._steps, window[1], side="right")) + 1
        steps, values = thinned(self._steps[first:last], self._values[first:last])
        symbol = "o" if len(values) == 1 else None  # a single point is no line
        # A dense line is stroked as one shape with itself where it is smooth, which takes seconds.
        self._raw.setData(steps, values, connect="finite", symbol=symbol, antialias=len(values) < DENSE)
        self._smooth.setVisible(len(self._means) > 0)
        if len(self._means):
            steps, means = thinned(self._steps[first:last], self._means[first:last], DENSE)
            self._smooth.setData(steps, means, connect="finite", antialias=True)

    def set_color(self, color: QColor) -> None:
        """Be of this colour."""
        is_smoothed = len(self._means) > 0
        width = 1 if is_smoothed or len(self._values) >= DENSE else 1.8
        self._raw.setPen(pg.mkPen(with_alpha(color, 0.4) if is_smoothed else color, width=width))
        self._dot.setSymbolBrush(color)
        self._raw.setSymbolBrush(color)
        self._raw.setSymbolPen(None)
        self._raw.setSymbolSize(7)
        self._smooth.setPen(pg.mkPen(color, width=1.8))

    def mark(self, place: int | None) -> None:
        """Put a dot on the point of this index; None is no dot."""
        chosen = slice(0, 0) if place is None else slice(place, place + 1)
        self._dot.setData(*(values[chosen] for values in self._points))

    def leave(self, plot: _Plot) -> None:
        """Be drawn no more."""
        for item in (self._raw, self._smooth, self._dot):
            plot.removeItem(item)


def _nearest(steps: NDArray[np.float64], step: float) -> int:
    return int(np.argmin(np.abs(steps - step)))
