import dataclasses

import pytest

from app.state.avatar_document import EditedAvatar
from app.state.part_changes import PartChanges, random_values
from core.avatar.part import AvatarPart
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.errors import WrongEngineError
from core.methods import Estimate, FieldEstimate


@pytest.fixture
def avatar(schema: AvatarSchema) -> EditedAvatar:
    return EditedAvatar(schema)


@pytest.fixture
def changes(avatar: EditedAvatar) -> PartChanges:
    return PartChanges(avatar)


def part_of(vector: AvatarVector, component: str) -> dict[str, object]:
    return {p.id: vector[p.id] for p in vector.schema if p.component == component}


def test_the_same_seed_gives_the_same_whatever_was_there(avatar: EditedAvatar, changes: PartChanges) -> None:
    assert changes.randomise("hair", 41, "Hair")
    first = part_of(avatar.vector, "hair")
    assert changes.randomise("hair", 42, "Hair")
    assert part_of(avatar.vector, "hair") != first
    assert avatar.undo_stack.undoText() == "Random hair, seed 42"
    avatar.edit({"head_width": 0.1})
    assert changes.randomise("hair", 41, "Hair")

    assert part_of(avatar.vector, "hair") == first
    assert {avatar.state.provenance[key].by for key in first} == {"random"}
    assert avatar.vector["head_width"] == 0.1


def test_seeds_mean_the_same_on_every_machine(schema: AvatarSchema) -> None:
    values = random_values(schema, 7)

    assert set(values) == {p.id for p in schema}
    assert AvatarVector.from_values(schema, values).values() == pytest.approx(values)
    assert (values["hair_type"], values["nose_type"]) == ("style_18", "nose_1")
    assert values["smile"] == pytest.approx(0.7701)


def test_locked_values_stay_and_all_locked_says_so(avatar: EditedAvatar, changes: PartChanges) -> None:
    avatar.set_locked(("hair_type",), True)
    before = avatar.vector["hair_type"]
    seeds = [seed for seed in range(20) if random_values(avatar.schema, seed)["hair_type"] != before]
    assert changes.randomise("hair", seeds[0], "Hair")
    assert avatar.vector["hair_type"] == before
    avatar.set_locked(changes.ids("hair"), True)
    count = avatar.undo_stack.count()
    assert not changes.randomise("hair", seeds[1], "Hair")
    assert avatar.undo_stack.count() == count
    assert changes.is_locked("hair")
    assert not changes.is_locked("head")


def test_a_random_avatar_keeps_what_no_method_predicts(avatar: EditedAvatar, changes: PartChanges) -> None:
    changes.randomise(None, 3, "Avatar")
    assert avatar.vector["smile"] == 0.5
    changes.randomise("expression", 3, "Expression")  # a part of nothing else

    assert avatar.vector["smile"] != 0.5
    avatar.undo_stack.undo()
    avatar.undo_stack.undo()
    assert avatar.vector == AvatarVector.default(avatar.schema)


def test_a_part_is_pasted_in_one_step_but_for_what_is_locked(avatar: EditedAvatar, changes: PartChanges) -> None:
    theirs = AvatarVector.default(avatar.schema).with_values({"hair_type": "style_9", "hair_color": "red", "head_width": 0.9})
    avatar.set_locked(("hair_color",), True)
    assert changes.paste(AvatarPart.of(theirs, "hair"), "Hair")

    assert (avatar.vector["hair_type"], avatar.vector["hair_color"]) == ("style_9", "brown")
    assert avatar.vector["head_width"] == 0.5
    assert avatar.state.provenance["hair_type"].by == "copied"
    assert avatar.undo_stack.undoText() == "Paste hair"


def test_a_part_of_another_engine_changes_nothing(avatar: EditedAvatar, changes: PartChanges, schema: AvatarSchema) -> None:
    other = AvatarVector.default(dataclasses.replace(schema, engine="other"))
    with pytest.raises(WrongEngineError):
        changes.paste(AvatarPart.of(other, "hair"), "Hair")

    assert avatar.undo_stack.count() == 0


def test_predicted_again_is_what_is_not_locked(avatar: EditedAvatar, changes: PartChanges) -> None:
    thought = AvatarVector.default(avatar.schema).with_values({"hair_type": "style_7", "hair_color": "grey", "head_width": 0.8})
    estimate = Estimate(thought, {"hair_type": FieldEstimate(0.7)}, "fake", "0" * 64)
    avatar.edit({"hair_type": "bald", "hair_color": "red", "smile": 0.9})
    avatar.set_locked(("hair_color",), True)
    count = avatar.undo_stack.count()
    assert changes.predict(estimate, "hair", "Predict hair again")
    assert (avatar.vector["hair_type"], avatar.vector["hair_color"]) == ("style_7", "red")
    assert avatar.vector["head_width"] == 0.5  # of another part
    assert avatar.state.provenance["hair_type"].confidence == 0.7
    assert changes.predict(estimate, None, "Predict again")

    assert (avatar.vector["hair_color"], avatar.vector["head_width"], avatar.vector["smile"]) == ("red", 0.8, 0.9)
    assert avatar.undo_stack.count() == count + 2
    avatar.undo_stack.undo()
    avatar.undo_stack.undo()
    assert avatar.vector["hair_type"] == "bald"
