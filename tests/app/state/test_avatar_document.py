import gc
import os
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.state.avatar_document import EditedAvatar, FileChangedError
from app.state.avatar_steps import UNDO_LIMIT, AvatarState
from core.avatar.document import AvatarDocument, Provenance, read_document, write_document
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.errors import FileNotWrittenError, WrongDocumentError, WrongEngineError
from core.methods import Estimate, FieldEstimate
from tests.app.fake_engine import fake_schema


@pytest.fixture
def avatar() -> EditedAvatar:
    return EditedAvatar(fake_schema())


def estimate(schema: AvatarSchema, **values: float | str) -> Estimate:
    vector = AvatarVector.default(schema).with_values(values)
    return Estimate(vector, {p.id: FieldEstimate(0.4) for p in schema if p.group == "core"}, "regions", "ab" * 32)


def fail(error: Exception) -> None:
    raise error


def test_edit_changes_the_value_says_who_did_and_can_be_undone(avatar: EditedAvatar) -> None:
    before = avatar.state
    avatar.edit({"head_width": 0.9})

    assert avatar.vector["head_width"] == pytest.approx(0.9)
    assert avatar.state.provenance["head_width"] == Provenance(by="edited")
    after = avatar.state
    avatar.undo_stack.undo()
    assert avatar.state == before
    avatar.undo_stack.redo()
    assert avatar.state == after


def test_drags_of_one_gesture_are_one_step(avatar: EditedAvatar) -> None:
    for _ in range(2):
        for value in (0.6, 0.7, 0.8):
            avatar.drag({"head_width": value})
        avatar.edit({"head_width": 0.1})

    assert avatar.undo_stack.count() == 2
    avatar.undo_stack.undo()
    assert avatar.vector["head_width"] == pytest.approx(0.1)
    avatar.undo_stack.undo()
    assert avatar.vector == AvatarVector.default(avatar.schema)


def test_same_value_is_no_step(avatar: EditedAvatar) -> None:
    avatar.edit({"hair_type": "style_3"})

    assert avatar.undo_stack.count() == 0
    assert not avatar.is_dirty


def test_predicted_value_chosen_again_is_confirmed(avatar: EditedAvatar) -> None:
    avatar.apply_estimate(estimate(avatar.schema, hair_type="style_7"))
    sources = []
    for act in (
        lambda: avatar.edit({"hair_type": "style_7"}),
        lambda: avatar.edit({"hair_type": "style_7"}),
        avatar.undo_stack.undo,
    ):
        act()
        sources.append(avatar.state.provenance["hair_type"].by)

    assert sources == ["edited", "edited", "predicted"]
    assert avatar.vector["hair_type"] == "style_7"


def test_step_says_what_it_was(avatar: EditedAvatar) -> None:
    avatar.edit({"head_width": 0.9})
    first = avatar.undo_stack.undoText()
    avatar.edit({"head_type_1": 0.0, "head_type_2": 1.0})
    second = avatar.undo_stack.undoText()
    avatar.reset(("hair_type",))

    assert (first, second) == ("head width", "head shape")


def test_estimate_spares_locked_and_extra_values(avatar: EditedAvatar) -> None:
    avatar.edit({"glasses": "frame_1", "smile": 0.9})
    avatar.set_locked(("glasses",), True)
    avatar.apply_estimate(estimate(avatar.schema, skin_tone="tone_06", glasses="frame_8", smile=0.1))

    assert [avatar.vector[key] for key in ("skin_tone", "glasses")] == ["tone_06", "frame_1"]
    assert avatar.vector["smile"] == pytest.approx(0.9)
    source = avatar.state.provenance["skin_tone"]
    assert (source.by, source.confidence, source.method, source.model) == ("predicted", 0.4, "regions", "ab" * 32)
    assert avatar.state.provenance["glasses"] == Provenance(by="edited")


def test_reset_brings_the_predicted_value_back_and_without_a_photo_the_default(avatar: EditedAvatar) -> None:
    avatar.edit({"skin_tone": "tone_01", "smile": 0.9})
    avatar.reset(("skin_tone",))
    assert avatar.vector["skin_tone"] == "tone_02"
    assert "skin_tone" not in avatar.state.provenance

    avatar.apply_estimate(estimate(avatar.schema, skin_tone="tone_06"))
    avatar.edit({"skin_tone": "tone_01"})
    avatar.reset(("skin_tone", "smile"))

    assert avatar.vector["skin_tone"] == "tone_06"
    assert avatar.state.provenance["skin_tone"].by == "predicted"
    assert avatar.vector["smile"] == 0.5


def test_undo_goes_back_over_a_photo(avatar: EditedAvatar) -> None:
    avatar.apply_estimate(estimate(avatar.schema, skin_tone="tone_06"))
    avatar.apply_estimate(estimate(avatar.schema, skin_tone="tone_03"))
    avatar.undo_stack.undo()
    avatar.edit({"skin_tone": "tone_01"})
    avatar.reset(("skin_tone",))

    assert avatar.vector["skin_tone"] == "tone_06"


def test_paste_takes_another_avatar_but_not_another_engines(avatar: EditedAvatar) -> None:
    theirs = AvatarVector.default(avatar.schema).with_values({"hair_type": "bald", "glasses": "frame_2"})
    avatar.set_locked(("glasses",), True)
    avatar.paste(AvatarDocument.of(theirs))

    assert (avatar.vector["hair_type"], avatar.vector["glasses"]) == ("bald", "none")
    foreign = AvatarDocument.of(AvatarVector.default(AvatarSchema("other", 1, (), ())))
    with pytest.raises(WrongEngineError, match="other"):
        avatar.paste(foreign)


def test_only_work_of_a_person_is_worth_a_question(avatar: EditedAvatar) -> None:
    avatar.apply_estimate(estimate(avatar.schema, skin_tone="tone_06"))
    assert (avatar.is_dirty, avatar.has_unsaved_work) == (True, False)
    avatar.edit({"head_width": 0.9})
    assert avatar.has_unsaved_work


def test_saved_file_opens_as_the_same_avatar(avatar: EditedAvatar, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "ada.avatar.json"
    avatar.edit({"head_width": 0.9, "hair_type": "bald"})
    avatar.set_locked(("hair_type",), True)
    saved: list[bool] = []
    avatar.save(path, lambda: saved.append(True), fail)
    qtbot.waitUntil(lambda: bool(saved))
    assert (avatar.path, avatar.is_dirty) == (path, False)

    other = EditedAvatar(avatar.schema)
    with qtbot.waitSignal(other.file_changed):
        other.open(path, fail)

    assert (other.vector, other.state.provenance, other.state.locks) == (
        avatar.vector, avatar.state.provenance, avatar.state.locks,
    )  # fmt: skip
    assert (other.path, other.is_dirty, other.undo_stack.count()) == (path, False, 0)


def test_edits_made_while_saving_stay_unsaved(avatar: EditedAvatar, tmp_path: Path, qtbot: QtBot) -> None:
    saved: list[bool] = []
    avatar.edit({"head_width": 0.9})
    avatar.save(tmp_path / "a.avatar.json", lambda: saved.append(True), fail)
    avatar.edit({"head_width": 0.2})
    qtbot.waitUntil(lambda: bool(saved))

    assert avatar.is_dirty
    assert read_document(tmp_path / "a.avatar.json").values["head_width"] == pytest.approx(0.9)


def test_failed_save_says_so_and_stays_unsaved(avatar: EditedAvatar, tmp_path: Path, qtbot: QtBot) -> None:
    errors: list[Exception] = []
    avatar.edit({"head_width": 0.9})
    avatar.save(tmp_path / "nowhere" / "a.avatar.json", lambda: None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))

    assert isinstance(errors[0], FileNotWrittenError)
    assert (avatar.path, avatar.is_dirty) == (None, True)


def test_document_that_does_not_fit_leaves_all_as_it_was(avatar: EditedAvatar, tmp_path: Path, qtbot: QtBot) -> None:
    foreign, damaged = tmp_path / "foreign.avatar.json", tmp_path / "damaged.avatar.json"
    write_document(AvatarDocument.of(AvatarVector.default(AvatarSchema("other", 1, (), ()))), foreign)
    damaged.write_text("{")
    avatar.edit({"head_width": 0.9})
    before = avatar.state
    errors: list[Exception] = []
    for path in (foreign, damaged):
        avatar.open(path, errors.append)
    qtbot.waitUntil(lambda: len(errors) == 2)

    assert all(isinstance(error, WrongDocumentError) for error in errors)
    assert avatar.state == before


def test_unknown_keys_of_a_file_survive_saving(avatar: EditedAvatar, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "a.avatar.json"
    text = AvatarDocument.of(avatar.vector).to_json().replace('"values"', '"mood": "happy",\n  "values"')
    path.write_text(text)
    with qtbot.waitSignal(avatar.file_changed):
        avatar.open(path, fail)
    avatar.edit({"head_width": 0.9})
    saved: list[bool] = []
    avatar.save(path, lambda: saved.append(True), fail)
    qtbot.waitUntil(lambda: bool(saved))

    assert '"mood": "happy"' in path.read_text()


def test_file_that_somebody_else_changed_is_not_written_over(qtbot: QtBot, tmp_path: Path) -> None:
    path, mine, theirs = tmp_path / "a.avatar.json", EditedAvatar(fake_schema()), EditedAvatar(fake_schema())
    mine.edit({"head_width": 0.9})
    saved(qtbot, mine, path)
    theirs.open(path, fail)
    qtbot.waitUntil(lambda: theirs.path == path)
    theirs.edit({"head_width": 0.2})
    saved(qtbot, theirs, path)
    mine.edit({"head_width": 0.7})
    refused: list[Exception] = []
    mine.save(path, lambda: refused.append(AssertionError()), refused.append)
    qtbot.waitUntil(lambda: bool(refused))

    assert isinstance(refused[0], FileChangedError)
    assert mine.is_dirty
    assert read_document(path).values["head_width"] == pytest.approx(0.2)
    done: list[bool] = []
    mine.save(path, lambda: done.append(True), fail, is_certain=True)
    qtbot.waitUntil(lambda: bool(done))
    assert read_document(path).values["head_width"] == pytest.approx(0.7)
    saved(qtbot, mine, path)  # what it wrote itself is no surprise


def test_file_that_is_gone_is_written_again(qtbot: QtBot, tmp_path: Path) -> None:
    path, avatar = tmp_path / "a.avatar.json", EditedAvatar(fake_schema())
    saved(qtbot, avatar, path)
    path.unlink()
    saved(qtbot, avatar, path)

    assert path.exists()


def test_copy_leaves_the_file_to_others(qtbot: QtBot, tmp_path: Path) -> None:
    path, avatar = tmp_path / "Ada.avatar.json", EditedAvatar(fake_schema())
    avatar.edit({"head_width": 0.9})
    saved(qtbot, avatar, path)
    other = EditedAvatar(fake_schema())
    other.open(path, fail, as_copy=True)
    qtbot.waitUntil(lambda: other.vector["head_width"] == pytest.approx(0.9))

    assert (other.path, other.name, other.digest) == (None, "Ada, a copy", None)


def test_when_it_was_saved_is_known(qtbot: QtBot, tmp_path: Path) -> None:
    path, avatar = tmp_path / "a.avatar.json", EditedAvatar(fake_schema())
    before = avatar.saved_at
    saved(qtbot, avatar, path)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    other = EditedAvatar(fake_schema())
    other.open(path, fail)
    qtbot.waitUntil(lambda: other.saved_at is not None)

    assert before is None
    assert avatar.saved_at is not None
    assert other.saved_at == datetime.fromtimestamp(1_000_000_000).astimezone()
    other.start_anew()
    assert other.saved_at is None


def test_steps_have_names_and_are_gone_to_at_once() -> None:
    avatar = EditedAvatar(fake_schema())
    for number in range(1, 6):
        avatar.edit({"head_width": number / 10})
    avatar.edit({"hair_type": "bald"})
    shown: list[float] = []
    avatar.changed.connect(lambda: shown.append(float(avatar.vector["head_width"])))
    avatar.steps.go_to(2)

    assert len(avatar.steps.names) == 6
    assert all(avatar.steps.names)
    assert shown == [pytest.approx(0.2)]
    avatar.steps.go_to(6)
    assert avatar.vector["hair_type"] == "bald"
    avatar.edit({"hair_type": "style_1"})
    assert len(avatar.steps.names) == 7


def test_ten_thousand_edits_keep_memory_flat() -> None:
    avatar = EditedAvatar(fake_schema())

    def edit(count: int) -> int:
        for number in range(count):
            avatar.edit({"head_width": (number % 97) / 97})
        gc.collect()
        return sum(type(one) is AvatarState for one in gc.get_objects())  # isinstance would wake what warns when it is looked at

    first = edit(UNDO_LIMIT + 100)
    assert edit(10_000 - UNDO_LIMIT - 100) <= first + 2
    assert avatar.undo_stack.count() == UNDO_LIMIT


def saved(qtbot: QtBot, avatar: EditedAvatar, path: Path) -> None:
    done: list[bool] = []
    avatar.save(path, lambda: done.append(True), fail)
    qtbot.waitUntil(lambda: bool(done))
