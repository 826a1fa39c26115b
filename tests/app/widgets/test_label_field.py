from datetime import UTC, datetime

from pytestqt.qtbot import QtBot

from app.rendering import Rendering
from app.widgets.field_row import ChoiceRow
from app.widgets.label_field import LabelField, Shown
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.labels.records import Item


def test_an_option_under_the_mouse_is_shown_on_this_photos_avatar(
    qtbot: QtBot, schema: AvatarSchema, rendering: Rendering
) -> None:
    field = LabelField(schema, rendering, lambda _: None, lambda _: None)
    qtbot.addWidget(field)
    field.resize(1200, 800)
    field.ask(next(question for question in field.questions if question.key == "glasses"))
    field.show()
    red = AvatarVector.default(schema).with_value("hair_color", "red")
    item = Item(1, "0" * 64, "a.png", "a.png", 8, 8, 0, is_blind=False, subject=None, problem=None, added_at=datetime.now(UTC))
    field.show_photo(Shown(item, None, red, "blind"))
    row = field.findChild(ChoiceRow)
    assert row is not None
    picked: list[object] = []
    field.picked.connect(picked.append)

    def shown() -> AvatarVector | None:
        return field.avatar.render_shown.shot.vector if field.avatar.render_shown is not None else None

    qtbot.waitUntil(lambda: shown() == red)
    qtbot.mouseMove(field.name)
    qtbot.mouseMove(row.chooser.tiles[3])
    qtbot.waitUntil(lambda: shown() == red.with_value("glasses", "frame_3"))
    qtbot.mouseMove(field.name)
    qtbot.waitUntil(lambda: shown() == red)
    assert picked == []
