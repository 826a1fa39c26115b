from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from core.avatar.schema import AvatarSchema
from core.engines.toy import SCHEMA
from core.errors import LabelError
from core.labels import travelling
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.locking import content_digest, lock
from core.labels.merging import Merged, merge
from core.labels.overview import View, crop, entries
from core.labels.records import Label, State
from core.labels.travelling import CarriedLabel, Placed, place_labels
from core.reporting import SilentReporter
from tests.core.labels.carried import PHOTOS, StopsAt, held, keyed, quick_set, said, several
from tests.core.labels.sets import make_set, put_photos

BEGUN: tuple[State, ...] = ("draft", "done", "unsure", "skipped")
A_FEW = settings().max_examples // 3
SILENT = SilentReporter()


def bare(label: Label | None) -> Label:
    assert label is not None
    return replace(label, id=0, item_id=0)


def merged(target: EvaluationSet, source: EvaluationSet) -> Merged:
    found = merge(target, source, SILENT)
    assert found is not None
    return found


@given(ours=several(), theirs=several())
@settings(max_examples=A_FEW, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_that_is_here_changes_everything_else_comes_and_twice_is_once(
    ours: list[CarriedLabel], theirs: list[CarriedLabel]
) -> None:
    with quick_set(ours) as target, quick_set(theirs) as source:
        first = merged(target, source)
        once = held(target)
        second = merged(target, source)

        assert held(source) == keyed(theirs)
    came, here = keyed(theirs), keyed(ours)
    for key, label in here.items():
        is_replaced = label.says_nothing and key in came and not came[key].says_nothing
        assert once[key] == (came[key] if is_replaced else label)
    for key, label in came.items():
        assert key in here or once[key] == label
    assert set(once) == {*here, *came}
    assert first.labels.added + first.labels.same + len(first.labels.conflicts) == len(theirs)
    assert first.photos == 0
    assert (second.photos, second.labels.added) == (0, 0)
    assert held_after(second) == held_after(first)


def held_after(found: Merged) -> list[tuple[object, ...]]:
    return [(conflict.here.key, conflict.fields) for conflict in found.labels.conflicts]


@given(ours=several(BEGUN), theirs=several(BEGUN))
@settings(max_examples=A_FEW, suppress_health_check=[HealthCheck.too_slow])
def test_either_way_round_holds_the_same_where_nothing_conflicts(ours: list[CarriedLabel], theirs: list[CarriedLabel]) -> None:
    theirs = [one for one in theirs if one.key not in keyed(ours)] + ours[:2]
    with quick_set(ours) as a, quick_set(theirs) as b, quick_set(ours) as a_again, quick_set(theirs) as b_again:
        assert merged(a, b).labels.conflicts == ()
        merged(b_again, a_again)

        assert held(a) == held(b_again)


def test_photos_come_with_their_faces_behind_those_that_are_here(location: Path | str, tmp_path: Path) -> None:
    with make_set(location, photos=1) as target, make_set(tmp_path / "other.avatarset", photos=4) as source:
        found = merged(target, source)
        photos = [entry.item for entry in entries(target, View("Ada", "toy"))]
        theirs = [entry.item for entry in entries(source, View("Ada", "toy"))]

        assert found == Merged(3, Placed())
        assert [photo.sha256 for photo in photos] == list(PHOTOS)
        assert [replace(photo, id=0, position=0) for photo in photos[1:]] == [
            replace(photo, id=0, position=0) for photo in theirs[1:]
        ]
        assert len({photo.position for photo in photos}) == 4
        assert [crop(target, photo.id) for photo in photos] == [crop(source, photo.id) for photo in theirs]


def test_labels_come_with_their_whole_history_and_cannot_be_undone_here(location: Path | str, tmp_path: Path) -> None:
    with make_set(location) as target, make_set(tmp_path / "other.avatarset") as source:
        bo, there = Labelling(target, SCHEMA, "Bo"), Labelling(source, SCHEMA, "Bo")
        first, second = (entry.item.id for entry in entries(source, View("Bo", "toy"))[:2])
        there.begin(first, "blind", seconds=1.0)
        there.edit(first, {"head_width": 0.25, "hair_type": "long"}, seconds=4.0)
        there.annotate(first, "=HYPERLINK()", ["ears"])
        there.undo()
        there.set_state(first, "done")
        mine = entries(target, View("Bo", "toy"))[1].item.id
        bo.begin(mine, "blind")
        merged(target, source)
        came = next(entry for entry in entries(target, View("Bo", "toy")) if entry.item.sha256 == PHOTOS[0]).item.id
        history = [replace(edit, id=0, label_id=0) for edit in bo.history(came)]

        assert history == [replace(edit, id=0, label_id=0) for edit in there.history(first)]
        assert len(history) == 8
        assert bare(bo.label(came)) == bare(there.label(first))
        moved = bo.undo()
        assert moved is not None
        assert moved.label.item_id == mine
        assert bo.undo() is None
        assert second != came


def test_label_that_differs_stays_and_is_told() -> None:
    ours, theirs = said("Ada", 0, 0.25), said("Ada", 0, 0.75, state="unsure")
    with quick_set([ours]) as target, quick_set([theirs, said("Bo", 0, 0.5)]) as source:
        found = merged(target, source)

        assert held(target) == keyed([ours, said("Bo", 0, 0.5)])
    (conflict,) = found.labels.conflicts
    assert conflict.fields == ("state", "head_width")
    assert (conflict.here.label.values["head_width"], conflict.there.label.values["head_width"]) == (0.25, 0.75)
    assert found.labels.added == 1


def test_same_label_made_at_another_time_is_no_conflict() -> None:
    ours = said("Ada", 0, 0.25)
    theirs = replace(ours, label=replace(ours.label, seconds=9.0, changed_at=datetime(2027, 1, 1, tzinfo=UTC)))
    with quick_set([ours]) as target, quick_set([theirs]) as source:
        assert merged(target, source).labels == Placed(same=1)
        assert held(target) == keyed([ours])


def test_set_merged_with_itself_stays(file: Path) -> None:
    with make_set(file) as one, EvaluationSet.open(file) as same:
        Labelling(one, SCHEMA, "Ada").begin(entries(one, View("Ada", "toy"))[0].item.id, "blind")
        before = held(one)

        assert merged(one, same) == Merged(0, Placed(same=1))
        assert held(one) == before


def test_who_is_on_a_photo_comes_where_nobody_knew(tmp_path: Path) -> None:
    with make_set(tmp_path / "a.avatarset", photos=0) as target, make_set(tmp_path / "b.avatarset", photos=0) as source:
        put_photos(target, 1)
        put_photos(target, 1, "Zoe")
        put_photos(source, 2, "Cem")
        merged(target, source)

        assert [entry.item.subject for entry in entries(target, View("Ada", "toy"))] == ["Cem", "Zoe"]


def test_set_is_for_the_engines_of_both_and_of_each_the_newer_version(tmp_path: Path) -> None:
    other = AvatarSchema("paper", 1, SCHEMA.continuous, SCHEMA.discrete)
    newer = replace(SCHEMA, version=2)
    with (
        EvaluationSet.create(tmp_path / "a.avatarset", "A", [SCHEMA]) as target,
        EvaluationSet.create(tmp_path / "b.avatarset", "B", [newer, other]) as source,
    ):
        before = source.facts.engines
        merged(target, source)

        assert target.facts.engines == before
        assert target.facts.name == "A"


def test_engine_with_other_parameters_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    other = AvatarSchema("toy", 2, SCHEMA.continuous[:1], ())
    with (
        make_set(tmp_path / "a.avatarset", photos=1) as target,
        EvaluationSet.create(tmp_path / "b.avatarset", "B", [other]) as source,
    ):
        put_photos(source, 3)
        with pytest.raises(LabelError, match=r"b\.avatarset is for toy 2 \(\w{12}\), .*a\.avatarset for toy 1"):
            merge(target, source, SILENT)

        assert len(entries(target, View("Ada", "toy"))) == 1


def test_frozen_set_takes_nothing_but_gives() -> None:
    with quick_set([said("Ada", 0, 0.25)]) as frozen, quick_set([said("Bo", 0, 0.5)]) as target:
        lock(frozen)
        digest = frozen.facts.digest
        with pytest.raises(LabelError, match="is frozen"):
            merge(frozen, target, SILENT)
        merged(target, frozen)

        assert held(target) == keyed([said("Ada", 0, 0.25), said("Bo", 0, 0.5)])
        with frozen.reading() as session:
            assert content_digest(session) == digest


@pytest.mark.parametrize("reports", [1, 2, 3])
def test_stop_changes_nothing(reports: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(travelling, "AT_ONCE", 2)
    with (
        make_set(tmp_path / "a.avatarset", photos=0) as target,
        quick_set([said("Ada", photo, 0.5) for photo in range(4)]) as source,
    ):
        assert merge(target, source, StopsAt(reports)) is None
        assert held(target) == {}
        assert entries(target, View("Ada", "toy")) == []


def test_progress_reaches_its_end() -> None:
    reporter = StopsAt(1000)
    with quick_set() as target, quick_set([said("Ada", 0, 0.5)]) as source:
        merge(target, source, reporter)

    assert reporter.heard == [(4, 5), (5, 5)]


def test_label_of_a_photo_that_was_forgotten_meanwhile_has_no_home() -> None:
    with quick_set() as target, target.writing() as session:
        (placed,) = place_labels(session, [replace(said("Ada", 0, 0.5), photo="f" * 64)])

    assert placed == Placed(homeless=(replace(said("Ada", 0, 0.5), photo="f" * 64),))


def test_labels_of_a_large_set_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(travelling, "AT_ONCE", 3)
    everything = [said(name, photo, 0.5, take=take) for name in ("Ada", "Bo") for photo in range(4) for take in (1, 2)]
    with quick_set(everything) as source, quick_set() as target:
        assert merged(target, source).labels.added == 16
        assert held(target) == keyed(everything)


@pytest.mark.parametrize("written", [{"note": "whose hat?"}, {"flags": ("look again",)}])
def test_a_note_of_a_label_that_is_not_begun_is_never_lost(written: dict[str, Any]) -> None:
    begun, untouched = said("Ada", 0, 0.5), said("Ada", 0, 0.5, state="todo")
    noted = replace(untouched, label=replace(untouched.label, **written))
    for ours, theirs, conflicts in ((noted, begun, 1), (begun, noted, 1), (untouched, begun, 0), (begun, untouched, 0)):
        with quick_set([ours]) as target, quick_set([theirs]) as source:
            found = merged(target, source)

            assert len(found.labels.conflicts) == conflicts
            assert held(target) == keyed([begun if ours is untouched else ours])
