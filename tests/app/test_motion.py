"""Whether what moves by itself can be stopped."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractAnimation, QObject, QTimeLine
from PySide6.QtTest import QTest

from app import theme
from app.main_window import MainWindow
from app.settings import Settings


def moving(root: QObject) -> list[str]:
    """What moves by itself now."""
    animations = [one for one in root.findChildren(QAbstractAnimation) if one.state() == QAbstractAnimation.State.Running]
    lines = [one for one in root.findChildren(QTimeLine) if one.state() == QTimeLine.State.Running]
    return [f"{type(one).__name__} of {type(one.parent()).__name__}" for one in (*animations, *lines)]


@pytest.fixture
def still(ready: MainWindow) -> Iterator[MainWindow]:
    """A window in which nothing is to move."""
    ready.actions_by_id["reduce_motion"].trigger()
    yield ready
    theme.reduce_motion(False)


def what_moves(window: MainWindow) -> set[str]:
    """All that moves while an avatar is changed and looked at."""
    seen: set[str] = set()
    for values in ({"hair_type": "bald"}, {"hair_type": "style_7"}):
        window.page.avatar.edit(values)
        for _ in range(60):
            QTest.qWait(10)
            seen.update(moving(window))
    window.page.notice.say("Said.")
    seen.update(moving(window))
    return seen


def test_something_moves_where_nobody_minds(ready: MainWindow) -> None:
    assert what_moves(ready)


def test_nothing_moves_where_it_is_not_wanted(still: MainWindow) -> None:
    assert what_moves(still) == set()


def test_reduced_motion_is_remembered_and_a_blink_is_not_left_half_way(still: MainWindow) -> None:
    assert Settings().now.reduces_motion
    assert still.actions_by_id["reduce_motion"].isChecked()
    assert not still.page.avatar_view._life._tick.isActive()
