import dataclasses

from app.widgets.field_row import FieldMark
from app.widgets.marks import in_words, is_doubtful, marks_of
from core.avatar.document import Provenance
from core.avatar.schema import AvatarSchema, DiscreteParameter, Option
from core.avatar.vector import AvatarVector
from core.methods import FieldEstimate


def test_marks_tell_what_is_known(schema: AvatarSchema) -> None:
    vector = AvatarVector.default(schema).with_values({"head_width": 0.9})
    provenance = {
        "head_width": Provenance(by="edited"),
        "hair_type": Provenance(by="predicted", confidence=0.21),
        "hair_color": Provenance(by="predicted", confidence=0.21),
        "glasses": Provenance(by="predicted", confidence=0.93),
    }
    best = (("style_3", 0.21), ("style_4", 0.2))
    fields = {"hair_type": FieldEstimate(0.21, best)}
    marks = marks_of(vector, provenance, {"glasses"}, AvatarVector.default(schema).values(), fields)

    assert marks["head_width"] == FieldMark(is_changed=True, note="Changed by hand", origin=0.5)
    assert marks["hair_type"] == FieldMark(
        is_unsure=True, note="From the photo, 21 % sure", origin="style_3", best=best, was_unsure=True
    )
    assert not marks["hair_color"].is_unsure
    assert marks["glasses"] == FieldMark(is_locked=True, note="From the photo, 93 % sure", origin="none")
    assert marks["head_length"] == FieldMark(origin=0.5)


def test_colours_are_unsure_where_the_next_best_looks_another(schema: AvatarSchema) -> None:
    hair = schema["hair_color"]

    assert is_doubtful(hair, 0.9, (("black", 0.5), ("blond", 0.45)))  # however sure it says it is
    assert not is_doubtful(hair, 0.1, (("black", 0.5), ("blond", 0.2)))
    assert not is_doubtful(hair, 0.1, ())
    tones = schema["skin_tone"]
    assert isinstance(tones, DiscreteParameter)
    alike = dataclasses.replace(tones, options=(*tones.options, Option("tone_01b", "Tone 1b", {}, (248, 222, 204))))
    assert not is_doubtful(alike, 0.05, (("tone_01", 0.05), ("tone_01b", 0.05)))


def test_what_the_photo_left_unsure_stays_so_when_it_is_decided(schema: AvatarSchema) -> None:
    vector = AvatarVector.default(schema)
    fields = {"hair_type": FieldEstimate(0.2, (("style_3", 0.2), ("bald", 0.1)))}
    mark = marks_of(vector, {"hair_type": Provenance(by="edited")}, (), vector.values(), fields)["hair_type"]

    assert (mark.is_unsure, mark.was_unsure) == (False, True)


def test_of_a_label_what_nobody_has_chosen_is_open(schema: AvatarSchema) -> None:
    vector = AvatarVector.default(schema)
    provenance = {"head_width": Provenance(by="edited"), "glasses": Provenance(by="copied"), "nose_width": Provenance()}
    label = marks_of(vector, provenance, (), vector.values(), {}, is_label=True)
    avatar = marks_of(vector, provenance, (), vector.values(), {})

    assert [label[key].is_open for key in ("head_width", "glasses", "nose_width")] == [False, False, True]
    assert not any(mark.is_open for mark in avatar.values())


def test_avatar_in_words(schema: AvatarSchema) -> None:
    words = in_words(AvatarVector.default(schema).with_value("facial_hair", "beard_2"))

    assert "Hair style: Style 3" in words
    assert "Facial hair style: Beard 2" in words
    assert "Glasses" not in words
