from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.avatar.vector import AvatarVector, Value
from core.engines.toy import SCHEMA
from core.errors import LabelError, ValueRefusedError
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.opinions import all_opinions
from core.labels.overview import View, entries
from core.labels.records import SETTLED, Edit, Item, State
from core.labels.settling import Disagreement, Settling, disagreements
from tests.core.labels.sets import make_set, put_photos, replayed

Say = Callable[..., None]

WITH_BALD_HEADS = replace(
    SCHEMA,
    discrete=tuple(
        replace(one, seen_with={"hair_type": ("short", "fringe", "long")}) if one.id == "hair_color" else one
        for one in SCHEMA.discrete
    ),
)
"""The same parameters, where nobody sees a bald head's hair colour."""


@pytest.fixture
def photos(faces: EvaluationSet) -> list[Item]:
    return [entry.item for entry in entries(faces, View("Ada", "toy"))]


@pytest.fixture
def say(faces: EvaluationSet) -> Say:
    """Make a finished label."""

    def said(designer: str, item: Item, state: State = "done", take: int = 1, **values: Value) -> None:
        labelling = Labelling(faces, SCHEMA, designer, take)
        labelling.begin(item.id, "blind")
        labelling.edit(item.id, values)
        labelling.set_state(item.id, state)

    return said


@pytest.fixture
def settling(faces: EvaluationSet) -> Settling:
    return Settling(faces, SCHEMA, "Ada")


def told(found: list[Disagreement]) -> list[tuple[str, str, float]]:
    return [(one.name, one.parameter, round(one.apart, 3)) for one in found]


def who_did(history: list[Edit]) -> dict[str, Any]:
    """Field -> who changed it last, from a history alone."""
    who, found = None, {}
    for edit in history:
        if edit.field == ":start":
            who = edit.new[1] if isinstance(edit.new, list) else None
        found[edit.field] = who
    return found


def test_what_designers_differ_in_most_comes_first(faces: EvaluationSet, photos: list[Item], say: Say) -> None:
    first, second, third = photos
    say("Ada", first, head_width=0.2, hair_type="long")
    say("Bo", first, head_width=0.5, hair_type="long", state="unsure")
    say("Ada", second, hair_type="long", head_width=0.30)
    say("Bo", second, hair_type="bald", head_width=0.39)
    say("Cid", second, hair_type="bald", head_width=0.36)
    say("Ada", third, hair_type="long")

    found = disagreements(faces, SCHEMA)

    assert told(found) == [(second.name, "hair_type", 0.667), (first.name, "head_width", 0.3)]
    assert found[0].values == {"Ada": "long", "Bo": "bald", "Cid": "bald"}
    assert (found[0].item_id, found[0].settled) == (second.id, None)
    assert told(disagreements(faces, SCHEMA, tolerance=0.3)) == [(second.name, "hair_type", 0.667)]
    assert len(disagreements(faces, SCHEMA, tolerance=0.0)) == 3


def test_only_first_takes_that_designers_stand_by_count(faces: EvaluationSet, photos: list[Item], say: Say) -> None:
    say("Ada", photos[0], hair_type="long")
    say("Ada", photos[0], hair_type="bald", take=2)
    say("Dan", photos[0], hair_type="short", take=2)
    say("Bo", photos[0], hair_type="bald", state="draft")
    say("Cid", photos[0], hair_type="bald", state="skipped")

    assert disagreements(faces, SCHEMA) == []


def test_what_does_not_show_is_no_disagreement(faces: EvaluationSet, photos: list[Item], say: Say) -> None:
    say("Ada", photos[0], hair_type="bald", hair_color="red")
    say("Bo", photos[0], hair_type="long", hair_color="blond")

    assert [one.parameter for one in disagreements(faces, WITH_BALD_HEADS)] == ["hair_type"]


def test_settling_takes_what_is_common_and_says_who_chose_the_rest(
    faces: EvaluationSet, photos: list[Item], say: Say, settling: Settling
) -> None:
    photo = photos[0]
    say("Ada", photo, hair_type="long", skin_tone="tone_3", head_width=0.2, mouth_width=0.5)
    say("Bo", photo, hair_type="short", skin_tone="tone_3", head_width=0.6, mouth_width=0.55)
    before = [Labelling(faces, SCHEMA, name).label(photo.id) for name in ("Ada", "Bo")]

    begun = settling.settle(photo.id, {"hair_type": "short"})

    assert (begun.designer, begun.state, begun.start, begun.started_from) == (SETTLED, "draft", "designers", "Ada")
    assert {
        key: (begun.values[key], begun.provenance[key]) for key in ("hair_type", "skin_tone", "head_width", "mouth_width")
    } == {
        "hair_type": ("short", "edited"),
        "skin_tone": ("tone_3", "copied"),
        "head_width": (0.4, "default"),
        "mouth_width": (0.525, "copied"),
    }
    assert {one.parameter: one.settled for one in disagreements(faces, SCHEMA)} == {"hair_type": "short", "head_width": None}

    done = Settling(faces, SCHEMA, "Bo").settle(photo.id, {"head_width": 0.6})

    assert (done.state, done.started_from, done.values["hair_type"], done.values["head_width"]) == ("done", "Bo", "short", 0.6)
    history = settling.history(photo.id)
    assert replayed(done, history) == done.values
    assert {key: who_did(history)[key] for key in ("hair_type", "head_width", ":state")} == {
        "hair_type": "Ada",
        "head_width": "Bo",
        ":state": "Bo",
    }
    assert [Labelling(faces, SCHEMA, name).label(photo.id) for name in ("Ada", "Bo")] == before


def test_a_case_shows_how_a_photo_stands_before_anything_is_settled(photos: list[Item], say: Say, settling: Settling) -> None:
    photo = photos[0]
    say("Ada", photo, hair_type="long", head_width=0.2, mouth_width=0.5)
    say("Bo", photo, hair_type="short", head_width=0.6, mouth_width=0.5)

    case = settling.case(photo.id)

    assert list(case.avatars) == ["Ada", "Bo"]
    assert case.avatars["Bo"]["hair_type"] == "short"
    assert (case.avatar["head_width"], case.avatar["mouth_width"]) == (0.4, 0.5)
    assert sorted(case.open_ids) == ["hair_type", "head_width"]
    assert settling.label(photo.id) is None  # to look is not to do

    settling.settle(photo.id, {"hair_type": "bald"})

    case = settling.case(photo.id)
    assert (case.open_ids, case.by["hair_type"], case.avatar["hair_type"]) == (["head_width"], "edited", "bald")
    settling.undo()
    assert sorted(settling.case(photo.id).open_ids) == ["hair_type", "head_width"]
    with pytest.raises(LabelError, match="Fewer than two"):
        settling.case(photos[1].id)


def test_what_designers_agree_on_by_now_follows_them(
    photos: list[Item], say: Say, settling: Settling, faces: EvaluationSet
) -> None:
    photo = photos[0]
    say("Ada", photo, skin_tone="tone_3", hair_type="long")
    say("Bo", photo, skin_tone="tone_1", hair_type="bald")
    settling.settle(photo.id, {"hair_type": "long"})
    Labelling(faces, SCHEMA, "Bo").edit(photo.id, {"skin_tone": "tone_3"})

    label = settling.settle(photo.id, {})

    assert (label.values["skin_tone"], label.provenance["skin_tone"], label.state) == ("tone_3", "copied", "done")
    assert (label.values["hair_type"], label.provenance["hair_type"]) == ("long", "edited")
    assert settling.settle(photo.id, {}) == label
    assert len(settling.history(photo.id)) == len(set(map(str, settling.history(photo.id))))


def test_what_does_not_show_on_the_settled_avatar_need_not_be_settled(faces: EvaluationSet, photos: list[Item], say: Say) -> None:
    say("Ada", photos[0], hair_type="long", hair_color="red")
    say("Bo", photos[0], hair_type="short", hair_color="blond")
    settling = Settling(faces, WITH_BALD_HEADS, "Ada")

    assert settling.settle(photos[0].id, {"hair_type": "short"}).state == "draft"
    assert settling.settle(photos[0].id, {"hair_type": "bald"}).state == "done"


def test_a_step_is_taken_back_whole_and_by_who_did_it(
    faces: EvaluationSet, photos: list[Item], say: Say, settling: Settling
) -> None:
    for photo in photos[:2]:
        say("Ada", photo, hair_type="long")
        say("Bo", photo, hair_type="bald")
    other = Settling(faces, SCHEMA, "Bo")
    settled = settling.settle(photos[0].id, {"hair_type": "long"})
    other.settle(photos[1].id, {"hair_type": "bald"})

    with pytest.raises(LabelError, match="settled by Bo"):
        settling.undo()
    assert (moved := other.undo()) is not None
    assert (moved.label.item_id, moved.label.state) == (photos[1].id, "todo")
    with pytest.raises(LabelError, match="settled by Bo"):
        settling.redo()
    assert (moved := settling.undo()) is not None
    assert moved.label.state == "todo"
    assert [one.settled for one in disagreements(faces, SCHEMA)] == [None, None]
    assert (moved := settling.redo()) is not None
    assert (moved.label.values, moved.label.state) == (settled.values, "done")
    assert Labelling(faces, SCHEMA, "Ada").undo() is not None  # her own last step is another


def test_a_photo_that_is_always_blind_can_be_settled(location: Any) -> None:
    with make_set(location, 0, blind_share=1.0) as faces:
        (photo,) = put_photos(faces, 1)
        for designer, hair in (("Ada", "long"), ("Bo", "bald")):
            labelling = Labelling(faces, SCHEMA, designer)
            labelling.begin(photo.id, "blind")
            labelling.edit(photo.id, {"hair_type": hair})
            labelling.set_state(photo.id, "done")

        assert Settling(faces, SCHEMA, "Ada").settle(photo.id, {"hair_type": "long"}).state == "done"


def test_nobody_is_called_settled_and_no_agreement_counts_it(
    faces: EvaluationSet, photos: list[Item], say: Say, settling: Settling
) -> None:
    for name in ("Settled", " settled "):
        with pytest.raises(LabelError, match="your own name"):
            Labelling(faces, SCHEMA, name)
        with pytest.raises(LabelError, match="your own name"):
            Settling(faces, SCHEMA, name)
    say("Ada", photos[0], hair_type="long")
    say("Bo", photos[0], hair_type="bald", state="unsure")
    say("Cid", photos[0], state="draft")
    settling.settle(photos[0].id, {"hair_type": "long"})

    said = all_opinions(faces, SCHEMA)

    assert [(one.item, one.designer, one.take, one.is_blind) for one in said] == [
        (photos[0].sha256, "Ada", 1, True),
        (photos[0].sha256, "Bo", 1, True),
    ]
    assert said[0].vector == AvatarVector.from_values(SCHEMA, {"hair_type": "long"})


def test_what_cannot_be_settled_is_said(photos: list[Item], say: Say, settling: Settling) -> None:
    say("Ada", photos[0], hair_type="long")
    with pytest.raises(LabelError, match="Fewer than two designers"):
        settling.settle(photos[0].id, {"hair_type": "long"})
    with pytest.raises(LabelError, match="not in the set any more"):
        settling.settle(10_000, {})
    say("Bo", photos[0], hair_type="bald")
    with pytest.raises(ValueRefusedError):
        settling.settle(photos[0].id, {"hair_type": "green"})

    assert settling.label(photos[0].id) is None
