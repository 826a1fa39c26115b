import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.estimating import Estimating
from app.settings import Settings
from app.state.label_values import Beginning
from app.state.labelling import FLAG, LabelWork
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.errors import LabelError, ModelError
from core.labels.labelling import Labelling
from core.labels.locking import lock
from core.labels.records import Label
from tests.app.conftest import PREDICTED, FakeReadings
from tests.app.fake_engine import FakeEngine
from tests.app.label_photos import FACELESS, make_photos, read_without_networks


@dataclass
class Session:
    """One designer's window without a window."""

    work: LabelWork
    estimating: Estimating
    said: list[str] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)

    def close(self) -> None:
        self.work.set.close()
        self.estimating.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "window.ini")


@pytest.fixture
def begin(schema: AvatarSchema, readings: FakeReadings, settings: Settings) -> Iterator[Callable[[], Session]]:
    sessions: list[Session] = []

    def begin() -> Session:
        estimating = Estimating(schema, readings)
        session = Session(LabelWork(schema, estimating, settings), estimating)
        session.work.said.connect(session.said.append)
        session.work.set.failed.connect(session.failed.append)
        sessions.append(session)
        return session

    yield begin
    for session in sessions:
        session.close()


@pytest.fixture
def session(
    begin: Callable[[], Session], qtbot: QtBot, tmp_path: Path, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> Session:
    """A session at a set of four photos, none blind, and one that has no face."""
    read_without_networks(monkeypatch)
    session = begin()
    with qtbot.waitSignal(session.work.set.opened):
        session.work.set.create(tmp_path / "Faces.avatarset", "Faces", "Ada", 0.0)
    make_photos(tmp_path / "photos", engine, ["a", "b", "c", "d", f"z {FACELESS}"])
    with qtbot.waitSignal(session.work.set.added) as added:
        session.work.set.add([tmp_path / "photos"])
    assert [one.outcome for one in added.args[0]] == ["added"] * 4 + ["problem"]
    qtbot.waitUntil(lambda: len(session.work.set.entries) == 5)
    return session


def stored(work: LabelWork, name: str) -> Label | None:
    """A label as the store has it now."""
    assert work.set.desk is not None
    item = next(entry.item for entry in work.set.entries if entry.item.name == name)
    return Labelling(work.set.desk.set, work.schema, "Ada").label(item.id)


def look_at(qtbot: QtBot, work: LabelWork, name: str) -> None:
    """Wait until a photo is shown and has what it begins with."""
    qtbot.waitUntil(lambda: work.paper is not None and work.paper.item.name == name and not work.paper.is_waiting)


def settled(qtbot: QtBot, work: LabelWork) -> None:
    """Wait until all is written."""
    qtbot.waitUntil(lambda: not +work._pending)


def test_a_label_begins_with_the_prediction_and_is_on_the_disk_after_every_edit(session: Session, qtbot: QtBot) -> None:
    work = session.work
    work.resume()
    look_at(qtbot, work, "a.png")
    assert work.paper is not None
    assert {key: work.paper.vector[key] for key in PREDICTED} == PREDICTED
    assert stored(work, "a.png") is None  # who only looks has not begun

    work.edit({"hair_type": "style_9"})
    assert work.paper.vector["hair_type"] == "style_9"  # at once
    settled(qtbot, work)
    label = stored(work, "a.png")
    assert label is not None
    assert (label.state, label.start, label.started_from) == ("draft", "prediction", "fake")
    assert (label.values["hair_type"], label.provenance["hair_type"]) == ("style_9", "edited")
    assert (label.values["skin_tone"], label.provenance["skin_tone"]) == ("tone_05", "predicted")
    assert 0 < label.seconds < 60


def test_accepting_goes_to_the_next_unlabelled_and_undo_comes_back(session: Session, qtbot: QtBot) -> None:
    work = session.work
    work.resume()
    look_at(qtbot, work, "a.png")
    work.edit({"glasses": "frame_2"})
    work.settle("done")
    look_at(qtbot, work, "b.png")
    work.settle("unsure")
    look_at(qtbot, work, "c.png")
    settled(qtbot, work)
    assert [entry.state for entry in work.set.entries] == ["done", "unsure", "todo", "todo", "todo"]
    assert work.set.entries[0].seconds > 0

    work.undo()  # of "unsure"
    look_at(qtbot, work, "b.png")
    work.undo()  # of beginning b
    qtbot.waitUntil(lambda: work.set.entries[1].state == "todo")
    work.undo()  # of "done"
    look_at(qtbot, work, "a.png")
    work.undo()  # of the glasses
    qtbot.waitUntil(lambda: work.paper is not None and work.paper.vector["glasses"] == "none")
    work.redo()
    work.redo()
    qtbot.waitUntil(lambda: work.set.entries[0].state == "done")
    assert session.said[0] == "Took back the change to b.png."
    label = stored(work, "a.png")
    assert label is not None
    assert (label.state, label.values["glasses"]) == ("done", "frame_2")


def test_fast_keys_lose_nothing(session: Session, qtbot: QtBot) -> None:
    work = session.work
    work.choose_start("blind")
    work.resume()
    look_at(qtbot, work, "a.png")
    for number in range(1, 10):  # the store is many steps behind
        work.edit({"hair_type": f"style_{number}"})
        assert work.paper is not None
        assert work.paper.vector["hair_type"] == f"style_{number}"
    settled(qtbot, work)
    assert work.paper is not None
    assert work.paper.vector["hair_type"] == "style_9"
    label = stored(work, "a.png")
    assert label is not None
    assert (label.values["hair_type"], label.start) == ("style_9", "blind")


def test_what_a_photo_can_begin_with(session: Session, qtbot: QtBot, schema: AvatarSchema) -> None:
    work = session.work
    work.choose_start("blind")
    work.resume()
    look_at(qtbot, work, "a.png")
    assert work.paper is not None
    assert work.paper.vector == AvatarVector.default(schema)
    assert work.paper.estimate is None  # nobody hints
    work.edit({"hair_type": "style_20"})
    work.settle("done")
    look_at(qtbot, work, "b.png")
    work.copy_previous()
    assert work.paper.vector["hair_type"] == "style_20"
    assert work.start == "previous"
    work.choose_start("similar")
    qtbot.waitUntil(lambda: work.paper is not None and work.paper.beginning.start == "similar")
    first = work.set.entries[0].item
    assert work.paper.beginning.source == first.sha256
    work.edit({"glasses": "frame_1"})
    settled(qtbot, work)
    work.take_prediction()  # of what was not set by hand
    assert work.paper.vector["skin_tone"] == "tone_05"
    assert work.paper.vector["glasses"] == "frame_1"
    settled(qtbot, work)
    label = stored(work, "b.png")
    assert label is not None
    assert (label.start, label.started_from) == ("similar", first.sha256)
    assert (label.provenance["skin_tone"], label.provenance["glasses"]) == ("predicted", "edited")


def test_a_blind_photo_shows_no_hint(
    begin: Callable[[], Session], qtbot: QtBot, tmp_path: Path, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_without_networks(monkeypatch)
    session = begin()
    work = session.work
    with qtbot.waitSignal(work.set.opened):
        work.set.create(tmp_path / "Faces.avatarset", "Faces", "Ada", 1.0)
    make_photos(tmp_path / "photos", engine, ["a", "b"])
    with qtbot.waitSignal(work.set.added):
        work.set.add([tmp_path / "photos"])
    qtbot.waitUntil(lambda: len(work.set.entries) == 2)
    work.resume()
    look_at(qtbot, work, "a.png")
    assert work.paper is not None
    assert work.paper.beginning.start == "blind"
    assert work.paper.estimate is None
    work.take_prediction()
    work.copy_previous()
    assert len(session.said) == 2
    assert "always labelled from nothing" in session.said[0]
    work.settle("done")
    look_at(qtbot, work, "b.png")
    work.choose_start("previous")
    assert work.paper.beginning.start == "blind"
    assert session.failed == []


def test_unsure_skip_flag_and_note(session: Session, qtbot: QtBot) -> None:
    work = session.work
    work.resume()
    look_at(qtbot, work, "a.png")
    work.settle("skipped")
    look_at(qtbot, work, "b.png")
    work.flag()
    work.annotate("the fringe hides the brows")
    settled(qtbot, work)
    entry = work.set.entries[1]
    assert (entry.state, entry.flags, entry.has_note) == ("todo", (FLAG,), True)
    assert work.paper is not None
    assert (work.paper.is_begun, work.paper.beginning.start, work.paper.vector["skin_tone"]) == (False, "prediction", "tone_05")
    work.flag()
    settled(qtbot, work)
    assert work.set.entries[1].flags == ()
    work.step(-1)  # a skipped photo can be taken up, with the prediction still
    look_at(qtbot, work, "a.png")
    assert work.paper is not None
    assert (work.paper.state, work.paper.vector["skin_tone"]) == ("skipped", "tone_05")
    work.settle("done")
    look_at(qtbot, work, "b.png")
    settled(qtbot, work)
    label = stored(work, "a.png")
    assert label is not None
    assert (label.state, label.start, label.values["skin_tone"]) == ("done", "prediction", "tone_05")
    work.edit({"hair_type": "style_9"})  # a photo that was flagged begins as any other
    settled(qtbot, work)
    label = stored(work, "b.png")
    assert label is not None
    assert (label.state, label.start, label.note) == ("draft", "prediction", "the fringe hides the brows")


def test_one_goes_on_where_one_stopped(session: Session, begin: Callable[[], Session], qtbot: QtBot, settings: Settings) -> None:
    work = session.work
    work.resume()
    look_at(qtbot, work, "a.png")
    work.settle("done")
    look_at(qtbot, work, "b.png")
    work.edit({"glasses": "frame_1"})
    work.edit({"glasses": "frame_3"})
    session.close()  # while the store is still at work
    assert settings.now.designer == "Ada"

    again = begin().work
    with qtbot.waitSignal(again.set.opened):
        again.set.open(settings.now.label_set, settings.now.designer)
    again.resume()
    look_at(qtbot, again, "b.png")
    assert again.paper is not None
    assert again.paper.vector["glasses"] == "frame_3"
    again.undo()
    qtbot.waitUntil(lambda: again.paper is not None and again.paper.vector["glasses"] == "frame_1")


def test_the_next_photos_are_ready_before_they_are_wanted(session: Session, qtbot: QtBot, schema: AvatarSchema) -> None:
    work = session.work
    ahead: list[AvatarVector] = []
    work.sheets.ahead.connect(ahead.append)
    work.resume()
    look_at(qtbot, work, "a.png")
    ids = [entry.item.id for entry in work.set.entries]
    qtbot.waitUntil(lambda: all(work.starts.estimate(entry.item) for entry in work.set.entries[:4]))
    assert AvatarVector.default(schema).with_values(PREDICTED) in ahead
    assert all(work.sheets.get(item_id) for item_id in ids[:4])
    before = time.perf_counter()
    work.settle("done")
    assert time.perf_counter() - before < 0.1
    assert work.paper is not None
    assert (work.paper.item.name, work.paper.is_waiting) == ("b.png", False)  # at once, not some time later
    assert work.paper.picture is not None
    assert work.paper.picture.width() == 512


def test_without_a_prediction_one_begins_with_nothing(session: Session, qtbot: QtBot, readings: FakeReadings) -> None:
    readings.error = ModelError("The network is not installed.")
    work = session.work
    work.resume()
    look_at(qtbot, work, "a.png")
    assert work.paper is not None
    assert work.paper.beginning.start == "blind"
    assert work.starts.problem(work.paper.item) == "The network is not installed."


def test_what_the_store_refuses_is_told_and_shown_as_it_is(session: Session, qtbot: QtBot) -> None:
    work = session.work
    work.resume()
    look_at(qtbot, work, "a.png")
    assert work.set.desk is not None
    lock(work.set.desk.set)
    work.edit({"glasses": "frame_1"})
    qtbot.waitUntil(lambda: bool(session.failed))
    assert "frozen" in str(session.failed[0])
    qtbot.waitUntil(lambda: work.paper is not None and work.paper.vector["glasses"] == "none")
    qtbot.waitUntil(lambda: work.set.entries[0].state == "todo")
    assert stored(work, "a.png") is None


class Refusing:
    """A desk whose disk fills up for some actions."""

    def __init__(self, work: LabelWork, monkeypatch: pytest.MonkeyPatch) -> None:
        assert work.set.desk is not None
        self.is_full = False
        self._act = work.set.desk.act
        monkeypatch.setattr(work.set.desk, "act", self.act)

    def act(self, item_id: int, beginning: Beginning | None, action: Callable[[Labelling], Label]) -> Label:
        def refuse(_: Labelling) -> Label:
            raise LabelError("The disk is full.")

        return self._act(item_id, beginning, refuse if self.is_full else action)


def test_taking_back_at_once_what_was_refused_takes_back_nothing_else(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, wait = session.work, threading.Event()
    work.resume()
    look_at(qtbot, work, "a.png")
    work.edit({"glasses": "frame_1"})
    work.edit({"glasses": "frame_2"})
    settled(qtbot, work)
    disk = Refusing(work, monkeypatch)
    disk.is_full = True
    work.set.do(lambda: wait.wait(10))  # so that all of this is done before the store says anything
    for number in range(3, 6):
        work.edit({"glasses": f"frame_{number}"})
    for _ in range(3):
        work.undo()
    wait.set()
    qtbot.waitUntil(lambda: len(session.failed) == 3)
    qtbot.waitUntil(lambda: work.paper is not None and work.paper.vector["glasses"] == "frame_2")
    assert session.said == []
    disk.is_full = False
    work.undo()  # now it is the last one that was written
    qtbot.waitUntil(lambda: work.paper is not None and work.paper.vector["glasses"] == "frame_1")
    work.redo()
    qtbot.waitUntil(lambda: work.paper is not None and work.paper.vector["glasses"] == "frame_2")
    label = stored(work, "a.png")
    assert label is not None
    assert label.values["glasses"] == "frame_2"


def test_what_is_done_after_a_refused_edit_is_shown_as_the_store_has_it(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, wait = session.work, threading.Event()
    work.resume()
    look_at(qtbot, work, "a.png")
    work.edit({"glasses": "frame_1"})
    settled(qtbot, work)
    disk = Refusing(work, monkeypatch)
    disk.is_full = True
    work.edit({"glasses": "frame_2"})

    def free() -> None:
        disk.is_full = False
        wait.wait(10)

    work.set.do(free)
    work.edit({"hair_type": "style_9"})
    wait.set()
    settled(qtbot, work)
    qtbot.waitUntil(lambda: work.paper is not None and work.paper.vector["glasses"] == "frame_1")
    assert work.paper is not None
    assert work.paper.vector["hair_type"] == "style_9"


def test_twenty_quick_edits_are_taken_back_one_by_one(session: Session, qtbot: QtBot) -> None:
    work = session.work
    work.resume()
    look_at(qtbot, work, "a.png")
    assert work.paper is not None
    first = work.paper.vector
    seen = [first]
    for number in range(20):
        work.edit({"hair_type": f"style_{number % 9 + 1}", "head_width": number / 40})
        seen.append(work.paper.vector)
    for _ in range(20):
        work.undo()
    qtbot.waitUntil(lambda: len(session.said) == 20)
    assert work.paper.vector == first
    for _ in range(20):
        work.redo()
    qtbot.waitUntil(lambda: len(session.said) == 40)
    assert work.paper.vector == seen[-1]
    assert session.failed == []
    label = stored(work, "a.png")
    assert label is not None
    assert label.values["head_width"] == 19 / 40


def test_the_avatar_before_the_last_change_is_known_also_after_a_drag(session: Session, qtbot: QtBot) -> None:
    work = session.work
    work.resume()
    look_at(qtbot, work, "a.png")
    assert work.paper is not None
    assert work.before is None
    begun = work.paper.vector
    for width in (0.2, 0.3, 0.4):
        work.drag({"head_width": width})
    work.edit({"head_width": 0.4})
    assert work.before == begun
    settled(qtbot, work)
    assert work.before == begun
    work.edit({"glasses": "frame_1"})
    assert work.before == begun.with_values({"head_width": 0.4})
    work.step(1)
    look_at(qtbot, work, "b.png")
    assert work.before is None


def test_a_photo_whose_face_is_placed_anew_is_estimated_again(session: Session, qtbot: QtBot) -> None:
    work = session.work
    work.resume()
    look_at(qtbot, work, "a.png")
    assert work.paper is not None
    assert work.sheet is not None
    old = work.starts.estimate(work.paper.item)
    assert old is not None
    work.sheets.take_face(work.sheet)
    assert work.starts.estimate(work.paper.item) is None
    assert work.paper.is_waiting
    look_at(qtbot, work, "a.png")
    assert work.starts.estimate(work.paper.item) is not old


def test_time_away_from_the_window_is_nobodys(session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [time.monotonic()]
    monkeypatch.setattr("app.state.watch.time.monotonic", lambda: now[0])
    work = session.work
    work.resume()
    look_at(qtbot, work, "a.png")
    now[0] += 5
    work.watch.pause()
    now[0] += 60
    work.watch.go_on()
    now[0] += 4
    work.edit({"glasses": "frame_1"})
    settled(qtbot, work)
    label = stored(work, "a.png")
    assert label is not None
    assert label.seconds == pytest.approx(9)
    now[0] += 2
    work.settle("done")
    look_at(qtbot, work, "b.png")
    settled(qtbot, work)
    assert work.set.entries[0].seconds == pytest.approx(11)
    assert work.set.desk is not None
    item_id = work.set.entries[0].item.id
    edits = Labelling(work.set.desk.set, work.schema, "Ada").history(item_id)
    glasses = next(edit for edit in edits if edit.field == "glasses" and edit.by == "edited")
    assert glasses.seconds == pytest.approx(9)


def test_when_nothing_is_left_it_says_so(session: Session, qtbot: QtBot) -> None:
    work = session.work
    work.resume()
    for name in ("a.png", "b.png", "c.png"):
        look_at(qtbot, work, name)
        work.settle("done")
    look_at(qtbot, work, "d.png")
    with qtbot.waitSignal(work.finished):
        work.settle("done")
    work.step(-1, is_unlabelled=True)
    assert work.paper is not None
    assert work.paper.item.name == "d.png"
