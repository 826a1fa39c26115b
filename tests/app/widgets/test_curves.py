import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.widgets.curves import HUES, Curves


@pytest.fixture
def curves(qtbot: QtBot) -> Curves:
    widget = Curves()
    qtbot.addWidget(widget)
    widget.resize(800, 320)
    widget.show()
    return widget


def curve(*values: float) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(1.0, len(values) + 1), np.array(values, float)


def test_loss_is_shown_first_and_others_on_request(qtbot: QtBot, curves: Curves) -> None:
    curves.set_curves({"iou": curve(0.1), "loss": curve(3, 2, 1)})
    assert list(curves.shown) == ["loss"]
    qtbot.mouseClick(curves.toggles["iou"], Qt.MouseButton.LeftButton)

    assert list(curves.shown) == ["loss", "iou"]
    assert curves.toggles["iou"].isChecked()
    assert curves.toggles["loss"].accessibleDescription() == "1"
    curves.set_curves({"iou": curve(0.1, 0.2), "loss": curve(3, 2, 1, 0.5), "new": curve(1)})
    assert curves.shown == ("loss", "iou")
    curves.begin()
    assert list(curves.shown) == []


def test_the_newest_loss_is_shown_until_the_person_chooses(curves: Curves) -> None:
    told = {"labels/faces": curve(3)}
    for name in ("finder/loss", "finder/found", "parser/loss"):
        told[name] = curve(2, 1)
        curves.set_curves(dict(told))
        assert curves.shown == ("finder/loss" if name.startswith("finder") else "parser/loss",)
    curves.toggle("labels/faces")
    curves.set_curves({**told, "more/loss": curve(1)})

    assert curves.shown == ("parser/loss", "labels/faces")


def test_no_more_curves_than_colours(curves: Curves) -> None:
    data = {f"c{number}": curve(number) for number in range(9)}
    curves.set_curves(data)
    for name in data:
        if name not in curves.shown:
            curves.toggle(name)

    assert curves.shown == tuple(f"c{number}" for number in range(3, 9))
    assert len(curves.shown) == len(HUES["light"]) == len(HUES["dark"])


def test_value_is_read_at_the_nearest_step_and_by_keys(qtbot: QtBot, curves: Curves) -> None:
    curves.set_curves({"loss": curve(3, 2, 1)})
    curves.plot.pointed.emit(1.8)
    assert curves.reading.text() == "Step 2   loss 2"
    curves.plot.pointed.emit(None)
    assert curves.reading.text() == ""
    qtbot.keyClick(curves.plot, Qt.Key.Key_Left)
    assert curves.reading.text() == "Step 3   loss 1"
    qtbot.keyClick(curves.plot, Qt.Key.Key_Left)
    assert curves.reading.text() == "Step 2   loss 2"


def test_what_is_pointed_at_is_marked_and_told_beside_every_name(curves: Curves) -> None:
    curves.set_curves({"loss": curve(3, 2, 1), "faces_missed": curve(0.5, 0.25, 0.125)})
    curves.toggle("faces_missed")
    curves.plot.pointed.emit(2.2)
    assert curves.reading.whole == "Step 2   loss 2   faces missed 25.0 %"
    assert [toggle.accessibleDescription() for toggle in curves.toggles.values()] == ["2", "25.0 %"]
    assert [line._dot.getData()[1].tolist() for line in curves._drawn.values()] == [[2.0], [0.25]]
    curves.plot.pointed.emit(None)
    assert [toggle.accessibleDescription() for toggle in curves.toggles.values()] == ["1", "12.5 %"]

    assert all(line._dot.getData()[0] is None or not len(line._dot.getData()[0]) for line in curves._drawn.values())


def test_pointing_never_makes_the_page_wider(curves: Curves) -> None:
    data = {f"a_measured_number_of_the_run_{number}": curve(3, 2, 1) for number in range(6)}
    curves.set_curves(data)
    for name in list(data)[1:]:
        curves.toggle(name)
    before = curves.minimumSizeHint().width()
    curves.plot.pointed.emit(2.0)

    assert curves.minimumSizeHint().width() == before
    assert curves.reading.text() == "Step 2"
    assert curves.plot.accessibleDescription().count("run") == 6


def test_zoom_shows_every_point_and_a_double_click_all_again(curves: Curves) -> None:
    steps = np.arange(100_000.0)
    curves.set_curves({"loss": (steps, steps % 7)})
    line = curves.plot.listDataItems()[0]
    assert len(line.getData()[0]) <= 4002
    curves.plot.getViewBox().setXRange(500, 600, padding=0)
    curves.plot.zoomed.emit()
    assert list(line.getData()[0][:3]) == [499, 500, 501]
    curves.plot.whole_wanted.emit()

    assert line.getData()[0][-1] == 99_999


@pytest.mark.parametrize("is_log", [False, True])
def test_odd_numbers_can_be_drawn(curves: Curves, is_log: bool) -> None:
    curves.log_axis.setChecked(is_log)
    curves.set_curves({
        "loss": curve(1, np.nan, np.inf, -1, 0, 1e-30, 1e300),
        "empty": (np.zeros(0), np.zeros(0)),
        "again": (np.array([3.0, 2, 1, 1]), np.ones(4)),
    })  # fmt: skip
    for name in ("empty", "again"):
        curves.toggle(name)
    curves.smoothing.edited.emit(0.7)

    assert not curves.grab().isNull()


def test_a_million_points_stay_fluid(curves: Curves) -> None:
    steps = np.arange(1e6)
    values = 1 / (1 + steps) + np.random.default_rng(1).random(1_000_000)
    curves.set_curves({"loss": (steps, values)})
    curves.smoothing.edited.emit(0.5)
    curves.grab()
    begun = time.process_time()
    curves.set_curves({"loss": (steps[:-1], values[:-1])})
    curves.grab()
    took = time.process_time() - begun

    assert took < 0.5, f"{took:.2f} s for one second's news"
