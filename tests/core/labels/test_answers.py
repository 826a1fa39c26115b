from core.engines.toy import SCHEMA
from core.labels.answers import answer_of, answers, chosen_in, doubt
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.overview import View
from core.labels.records import Answer
from tests.core.labels.sets import ids, put_photos

VIEW = View("Ada", "toy")


def test_answers_say_what_was_chosen_and_what_was_only_begun(faces: EvaluationSet) -> None:
    chosen, begun, skipped, taken_back, _untouched = ids(put_photos(faces, 5))
    labelling = Labelling(faces, SCHEMA, "Ada")
    for item in (chosen, begun, taken_back):
        labelling.begin(item, "blind")
    labelling.undo()
    labelling.edit(chosen, {"hair_type": "long"})
    labelling.annotate(chosen, flags=["look again", doubt("hair_color")])
    labelling.set_state(skipped, "skipped")

    found = answers(faces, VIEW, SCHEMA, "hair_type", ["hair_type"])

    assert found.by_photo[chosen] == Answer({"hair_type": "long"}, "edited", is_unsure=False)
    assert found.by_photo[begun] == Answer({"hair_type": SCHEMA["hair_type"].default}, "default")
    assert not found.by_photo[begun].is_chosen
    assert set(found.by_photo) == {chosen, begun}
    assert found.chosen == {chosen: {"hair_type"}, begun: frozenset()}


def test_a_label_and_the_list_say_the_same(faces: EvaluationSet) -> None:
    (item,) = ids(put_photos(faces, 1))
    labelling = Labelling(faces, SCHEMA, "Ada")
    labelling.begin(item, "blind")
    labelling.edit(item, {"head_long": 1.0})
    label = labelling.annotate(item, flags=[doubt("head_type")])
    blend = ["head_round", "head_long"]

    found = answers(faces, VIEW, SCHEMA, "head_type", blend)

    assert answer_of(label, SCHEMA, "head_type", blend) == found.by_photo[item]
    assert found.by_photo[item] == Answer({"head_round": 1.0, "head_long": 1.0}, "edited", is_unsure=True)
    assert chosen_in(label) == found.chosen[item] == {"head_long"}
    assert not answer_of(label, SCHEMA, "hair_type", ["hair_type"]).is_unsure


def test_nobody_elses_labels_count_nor_those_of_another_time(faces: EvaluationSet) -> None:
    (item,) = ids(put_photos(faces, 1))
    for labelling in (Labelling(faces, SCHEMA, "Bo"), Labelling(faces, SCHEMA, "Ada", take=2)):
        labelling.begin(item, "blind")
    assert answers(faces, VIEW, SCHEMA, "hair_type", ["hair_type"]).by_photo == {}
