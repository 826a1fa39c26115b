import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.rendering import Rendering
from app.widgets.choice_grid import Choice
from app.widgets.option_gallery import OptionGallery
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from tests.app.fake_engine import FakeEngine

STYLES = ("bald", "style_1", "style_5", "style_9", "style_20", "style_35")


@pytest.fixture
def gallery(qtbot: QtBot, schema: AvatarSchema, rendering: Rendering) -> OptionGallery:
    choices = [Choice(style, style.title(), {"hair_type": style}) for style in STYLES]
    gallery = OptionGallery("Hair style", "hair", choices, rendering)
    qtbot.addWidget(gallery)
    gallery.set_vector(AvatarVector.default(schema))
    gallery.choose("style_5")
    return gallery


def tiles(gallery: OptionGallery) -> list[QAbstractButton]:
    return gallery.findChildren(QAbstractButton)


def pictures(gallery: OptionGallery) -> list[QImage | None]:
    return [tile.image for tile in tiles(gallery)]  # type: ignore[attr-defined]


def test_every_option_is_drawn_on_this_avatar(qtbot: QtBot, gallery: OptionGallery) -> None:
    gallery.show()
    qtbot.waitUntil(lambda: all(picture is not None for picture in pictures(gallery)))
    drawn = pictures(gallery)

    assert len(drawn) == len(STYLES)
    assert all(one != other for index, one in enumerate(drawn) for other in drawn[:index])


@pytest.mark.usefixtures("gallery")
def test_nothing_is_drawn_while_hidden(qtbot: QtBot, engine: FakeEngine) -> None:
    qtbot.wait(400)

    assert engine.num_renders == 0


def test_changed_avatar_is_drawn_anew_and_its_own_choice_is_not(
    qtbot: QtBot, gallery: OptionGallery, engine: FakeEngine, schema: AvatarSchema
) -> None:
    gallery.show()
    qtbot.waitUntil(lambda: all(picture is not None for picture in pictures(gallery)))
    before = pictures(gallery)
    gallery.set_vector(AvatarVector.default(schema).with_value("hair_type", "bald"))
    qtbot.wait(500)
    assert engine.num_renders == len(STYLES)

    gallery.set_vector(AvatarVector.default(schema).with_value("skin_tone", "tone_07"))
    qtbot.waitUntil(lambda: all(new != old for new, old in zip(pictures(gallery), before, strict=True)))
    assert engine.num_renders == 2 * len(STYLES)


def test_click_and_arrow_choose(qtbot: QtBot, gallery: OptionGallery) -> None:
    gallery.show()
    chosen: list[str] = []
    gallery.chosen.connect(lambda choice: chosen.append(choice.id))
    qtbot.mouseClick(tiles(gallery)[0], Qt.MouseButton.LeftButton)
    tiles(gallery)[0].setFocus()
    qtbot.keyClick(tiles(gallery)[0], Qt.Key.Key_Right)

    assert chosen == ["bald", "style_1"]


def test_setting_a_choice_is_no_wish(gallery: OptionGallery) -> None:
    wishes: list[object] = []
    gallery.chosen.connect(wishes.append)
    gallery.choose("bald")
    gallery.choose(None)

    assert wishes == []
    assert not any(tile.isChecked() for tile in tiles(gallery))


def test_pictures_can_be_had_for_elsewhere_even_of_what_cannot_be_seen(
    qtbot: QtBot, gallery: OptionGallery, engine: FakeEngine
) -> None:
    assert gallery.picture("style_35") is None
    with qtbot.waitSignal(gallery.drawn) as drawn:
        assert gallery.picture("style_35") is None  # asked for twice, drawn once
    assert drawn.args == ["style_35"]
    assert gallery.picture("style_35") is not None
    assert engine.num_renders == 1


def test_a_fixed_gallery_stays_on_its_avatar(
    qtbot: QtBot, gallery: OptionGallery, engine: FakeEngine, schema: AvatarSchema
) -> None:
    gallery.is_fixed = True
    gallery.show()
    qtbot.waitUntil(lambda: gallery.is_drawn)
    before = engine.num_renders
    gallery.set_vector(AvatarVector.default(schema).with_value("skin_tone", "tone_07"))
    qtbot.wait(500)
    assert engine.num_renders == before
