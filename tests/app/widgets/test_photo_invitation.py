from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.image_view import ImageView
from app.widgets.recent_strip import RecentCard
from core.words import PSEUDO, use_language

SIDES = (264, 300, 440, 620)
"""Of the photo's place: in the smallest window, and in larger ones."""


@pytest.fixture(params=["en", PSEUDO])
def view(qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[ImageView]:
    use_language(request.param)
    view = ImageView()
    qtbot.addWidget(view)
    view.show_recents([RecentCard(Path(f"/photos/{number}.jpg"), is_missing=number == 2) for number in range(10)])
    view.show()
    yield view
    use_language("")


def shown(view: ImageView) -> list[QWidget]:
    panel = view._panel
    widgets: list[QWidget] = [panel._title, panel._text, panel.open, panel.paste, panel.camera, panel.place, panel.sample]
    return [one for one in [*widgets, *panel.recents.buttons] if one.isVisible()]


def place(view: ImageView, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(view, widget.rect().topLeft()), widget.size())


@pytest.mark.parametrize("side", SIDES)
def test_nothing_is_clipped_or_lies_over_another(view: ImageView, side: int) -> None:
    view.resize(side, side)
    view.show_nothing()
    places = [place(view, one) for one in shown(view)]

    assert len(places) >= 6
    assert all(view.rect().contains(one) for one in places)
    assert not [1 for index, one in enumerate(places) for other in places[index + 1 :] if one.intersects(other)]


@pytest.mark.parametrize("side", SIDES)
def test_problem_fits_with_its_ways_on(view: ImageView, side: int) -> None:
    view.resize(side, side)
    photo = QImage(40, 40, QImage.Format.Format_RGB888)
    photo.fill(Qt.GlobalColor.gray)
    view.show_problem("No face was found", "Choose a photo that shows the whole face from the front.", photo, can_place=True)
    panel, widgets = view._panel, shown(view)

    assert panel.place in widgets
    assert panel.paste not in widgets
    assert not panel.recents.isVisible()
    assert all(view.rect().contains(place(view, one)) for one in widgets)


def test_recents_are_reached_and_opened_by_keys(qtbot: QtBot) -> None:
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(440, 440)
    view.show_recents([RecentCard(Path("/photos/a.jpg")), RecentCard(Path("/photos/b.jpg"), is_missing=True)])
    view.show()
    opened: list[Path] = []
    removed: list[Path] = []
    view.recents.opened.connect(opened.append)
    view.recents.remove_wanted.connect(removed.append)
    first, gone = view.recents.buttons
    assert first.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.keyClick(first, Qt.Key.Key_Return)
    qtbot.keyClick(gone, Qt.Key.Key_Delete)
    view.grab()

    assert opened == [Path("/photos/a.jpg")]
    assert removed == [Path("/photos/b.jpg")]
    assert gone.accessibleName() == "b.jpg: not there any more"


def test_photo_of_a_set_offers_no_other(qtbot: QtBot) -> None:
    view = ImageView(is_kept=True)
    qtbot.addWidget(view)
    view.show()
    view.show_problem("This photo cannot be used", "It is gone.")

    assert view._panel.open.text() == "Locate…"
    assert not view._panel.paste.isVisible()
    assert not view._panel.camera.isVisible()
