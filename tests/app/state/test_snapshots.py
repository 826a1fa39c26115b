import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.state.avatar_document import EditedAvatar
from app.state.snapshots import MOST, Snapshots
from core.avatar.document import parse_document, read_document
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.errors import WrongDocumentError
from core.methods import Estimate, FieldEstimate


@pytest.fixture
def avatar(qapp: object, schema: AvatarSchema) -> EditedAvatar:  # noqa: ARG001 - needs an application
    return EditedAvatar(schema)


@pytest.fixture
def two(avatar: EditedAvatar) -> Snapshots:
    """A narrow head without glasses, and a wide one with them."""
    avatar.edit({"head_width": 0.0})
    avatar.snapshots.take()
    avatar.edit({"head_width": 1.0, "glasses": "frame_2"})
    avatar.snapshots.take()
    return avatar.snapshots


def test_showing_one_is_one_step_with_its_name(avatar: EditedAvatar, two: Snapshots) -> None:
    wide, steps = avatar.vector, avatar.undo_stack.count()
    two.show("A")

    assert avatar.vector == AvatarVector.default(avatar.schema).with_value("head_width", 0.0)
    assert (avatar.undo_stack.count(), avatar.undo_stack.undoText()) == (steps + 1, "Snapshot A")
    avatar.undo_stack.undo()
    assert avatar.vector == wide


def test_where_values_came_from_and_what_was_locked_come_back(avatar: EditedAvatar) -> None:
    avatar.edit({"glasses": "frame_2"})
    avatar.set_locked(("glasses",), True)
    avatar.snapshots.take()
    avatar.set_locked(("glasses",), False)
    avatar.reset(("glasses",))
    avatar.snapshots.show("A")

    assert avatar.state.locks == {"glasses"}
    assert avatar.state.provenance["glasses"].by == "edited"


def test_what_the_photo_gave_stays_what_it_is(avatar: EditedAvatar, two: Snapshots) -> None:
    vector = AvatarVector.default(avatar.schema).with_value("head_width", 0.4)
    avatar.apply_estimate(Estimate(vector, {"head_width": FieldEstimate(0.9)}, "fake", "0" * 64))
    two.show("A")
    avatar.reset(("head_width",))

    assert avatar.vector["head_width"] == 0.4


def test_no_undo_takes_one_away(avatar: EditedAvatar, two: Snapshots) -> None:
    while avatar.undo_stack.canUndo():
        avatar.undo_stack.undo()

    assert [one.letter for one in two.kept] == ["A", "B"]


def test_a_blend_is_one_step_however_far_it_is_dragged(avatar: EditedAvatar, two: Snapshots) -> None:
    before, steps = avatar.vector, avatar.undo_stack.count()
    for percent in range(100, 30, -1):
        two.blend("A", "B", percent / 100, is_moving=True)
    two.blend("A", "B", 0.3)

    assert avatar.vector["head_width"] == pytest.approx(0.3, abs=1e-6)
    assert avatar.vector["glasses"] == "none"
    assert (avatar.undo_stack.count(), avatar.undo_stack.undoText()) == (steps + 1, "Blend A and B")
    two.blend("A", "B", 0.6, is_moving=True)
    assert avatar.undo_stack.count() == steps + 2  # another gesture
    avatar.undo_stack.undo()
    avatar.undo_stack.undo()
    assert avatar.vector == before


def test_a_blend_leaves_what_is_locked(avatar: EditedAvatar, two: Snapshots) -> None:
    avatar.set_locked(("glasses",), True)
    two.blend("A", "B", 0.0)

    assert (avatar.vector["glasses"], avatar.vector["head_width"]) == ("frame_2", 0.0)
    assert avatar.state.locks == {"glasses"}


def test_a_value_between_is_edited_and_one_of_an_end_keeps_its_source(avatar: EditedAvatar) -> None:
    avatar.apply_estimate(Estimate(avatar.vector.with_value("head_width", 0.2), {"head_width": FieldEstimate(0.9)}, "fake"))
    avatar.snapshots.take()
    avatar.edit({"head_width": 0.6})
    avatar.snapshots.take()
    sources = {}
    for share in (0.0, 0.5, 1.0):
        avatar.snapshots.blend("A", "B", share)
        sources[share] = avatar.state.provenance["head_width"].by

    assert sources == {0.0: "predicted", 0.5: "edited", 1.0: "edited"}


def test_one_that_was_removed_comes_back(two: Snapshots) -> None:
    two.rename("A", " Summer ")
    gone = two.remove("A")
    assert gone is not None
    assert [one.letter for one in two.kept] == ["B"]
    two.put_back(gone)
    assert [(one.letter, one.title) for one in two.kept] == [("A", "Summer"), ("B", "B")]

    two.remove("A")
    two.take()  # has its letter now
    two.put_back(gone)
    assert [(one.letter, one.title) for one in two.kept] == [("A", "A"), ("B", "B"), ("C", "Summer")]


def test_there_are_as_many_as_letters(avatar: EditedAvatar) -> None:
    for _ in range(MOST):
        assert avatar.snapshots.take() is not None
    assert avatar.snapshots.take() is None
    assert [one.letter for one in avatar.snapshots.kept] == list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def test_they_survive_saving_and_opening(qtbot: QtBot, avatar: EditedAvatar, two: Snapshots, tmp_path: Path) -> None:
    two.rename("B", "Wide")
    kept, path = two.kept, tmp_path / "Ada.avatar.json"
    with qtbot.waitSignal(avatar.file_changed):
        avatar.save(path, lambda: None, lambda error: pytest.fail(str(error)))
    qtbot.waitUntil(lambda: avatar.path == path)
    was_saved = not avatar.is_dirty
    assert was_saved
    other = EditedAvatar(avatar.schema)
    other.take_over(read_document(path), path)
    assert other.snapshots.kept == kept
    assert other.is_dirty is False
    other.snapshots.rename("B", "")
    assert (other.is_dirty, other.has_unsaved_work) == (True, True)  # a name is work, too
    other.start_anew()
    assert other.snapshots.kept == ()
    assert "snapshots" not in other.document().to_json()


@pytest.mark.usefixtures("two")
def test_a_likeness_that_knows_no_snapshots_keeps_them(avatar: EditedAvatar) -> None:
    # Unknown keys survive there; the version of the format is the same.
    saved = json.loads(avatar.document().to_json())
    assert saved["format_version"] == 1
    assert [one["letter"] for one in saved["snapshots"]] == ["A", "B"]
    del saved["snapshots"]
    avatar.take_over(parse_document(json.dumps(saved)), None)  # and one of before opens here
    assert avatar.snapshots.kept == ()


@pytest.mark.usefixtures("two")
def test_no_picture_gives_them_away(avatar: EditedAvatar) -> None:
    assert "snapshots" not in avatar.document().without_unknown().to_json()


@pytest.mark.parametrize(
    "snapshots",
    [
        "A",
        [{"letter": "AB", "values": {}}],
        [{"letter": "A"}],
        [{"letter": "A", "values": {}}, {"letter": "A", "values": {}}],
        [{"letter": "A", "values": {"glasses": None}}],
    ],
)
def test_damaged_ones_are_told_with_their_place(avatar: EditedAvatar, snapshots: object) -> None:
    saved = {**json.loads(avatar.document().to_json()), "snapshots": snapshots}
    with pytest.raises(WrongDocumentError, match="damaged at snapshots"):
        parse_document(json.dumps(saved))
