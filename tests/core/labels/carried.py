"""Random labels of engine `toy`, and sets that have them."""

import functools
import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import StaticPool, create_engine
from typing_extensions import override

from core.avatar.schema import ContinuousParameter, Parameter
from core.avatar.vector import AvatarVector, Value
from core.engines.toy import SCHEMA
from core.labels.evaluation_set import EvaluationSet, facts_of
from core.labels.records import STATES, By, Label, State
from core.labels.storing import Store
from core.labels.tables import Base, SetRow
from core.labels.travelling import CarriedEdit, CarriedLabel, Placed, carried_labels, place_labels
from core.reporting import SilentReporter
from tests.core.labels.sets import put_photos

PHOTOS = tuple(hashlib.sha256(f"photo {number}".encode()).hexdigest() for number in range(4))
"""Those of `put_photos`."""

DESIGNERS = ("Ada", "Bo", "=1+1", "Ünï, “c”")
NASTY = (
    "", "=SUM(A1)", "'=x", "''@x", "-1", "+", "@me", "'tis", 'a,b;"c"', "\r\nx", "\t=1", " =1", "end'", "\uff1d1", "ж\u2028z",
)  # fmt: skip

texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
words = texts.filter(str.strip)
moments = st.integers(0, 10**15).map(lambda micro: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=micro % 10**14))
seconds = st.floats(0, 1e6)
sources: st.SearchStrategy[By] = st.sampled_from(("predicted", "copied", "edited", "random", "default"))


def values_of(parameter: Parameter) -> st.SearchStrategy[Value]:
    if isinstance(parameter, ContinuousParameter):
        return st.floats(0.0, 1.0)
    return st.sampled_from([option.id for option in parameter.options])


edits = st.one_of(
    *(
        st.builds(
            CarriedEdit, kind=st.sampled_from(("do", "undo", "redo")), field=st.just(parameter.id),
            old=st.none() | values_of(parameter), new=values_of(parameter), old_by=st.none() | sources, by=sources,
            seconds=seconds, at=moments,
        )
        for parameter in SCHEMA
    ),
    st.builds(
        CarriedEdit, kind=st.just("do"), field=st.just(":note"), old=texts, new=texts, old_by=st.none(), by=st.none(),
        seconds=seconds, at=moments,
    ),
    st.builds(
        CarriedEdit, kind=st.just("do"), field=st.just(":start"), old=st.just(["blind", None]), new=st.just(["previous", "x"]),
        old_by=st.none(), by=st.none(), seconds=seconds, at=moments,
    ),
)  # fmt: skip


@st.composite
def labels(draw: st.DrawFn, states: Sequence[State] = STATES) -> CarriedLabel:
    label = Label(
        id=0, item_id=0, designer=draw(st.sampled_from(DESIGNERS)), engine="toy", take=draw(st.integers(1, 2)),
        fingerprint=SCHEMA.fingerprint(), state=draw(st.sampled_from(states)),
        values={parameter.id: draw(values_of(parameter)) for parameter in SCHEMA},
        provenance={parameter.id: draw(sources) for parameter in SCHEMA}, note=draw(texts),
        flags=tuple(sorted(draw(st.sets(words, max_size=2)))), start=draw(st.sampled_from(("prediction", "blind"))),
        started_from=draw(st.none() | words), seconds=draw(seconds), made_at=draw(moments), changed_at=draw(moments),
    )  # fmt: skip
    return CarriedLabel(draw(st.sampled_from(PHOTOS)), label, tuple(draw(st.lists(edits, max_size=3))))


def several(states: Sequence[State] = STATES) -> st.SearchStrategy[list[CarriedLabel]]:
    return st.lists(labels(states), max_size=6, unique_by=lambda one: one.key)


def said(designer: str, photo: int, width: float, *, state: State = "done", take: int = 1) -> CarriedLabel:
    """A label without a history: the default avatar but for one value."""
    values = AvatarVector.from_values(SCHEMA, {"head_width": width}).values()
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    label = Label(
        id=0, item_id=0, designer=designer, engine="toy", take=take, fingerprint=SCHEMA.fingerprint(), state=state,
        values=values, provenance=dict.fromkeys(values, "edited"), note="", flags=(), start="blind", started_from=None,
        seconds=1.0, made_at=moment, changed_at=moment,
    )  # fmt: skip
    return CarriedLabel(PHOTOS[photo], label)


_compiled: dict[Any, Any] = {}


@functools.cache
def _empty() -> bytes:
    """A database with the photos of `PHOTOS` and no label."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    made = _opened(connection)
    Base.metadata.create_all(made.store.engine)
    engines = {"toy": asdict(facts_of(SCHEMA))}
    with made.store.writing() as session:
        session.add(SetRow(uid="0" * 32, name="Faces", engines=engines, blind_share=0.0, version=1, made_at=datetime.now(UTC)))
    put_photos(made, len(PHOTOS))
    content = connection.serialize()
    made.close()
    return content


def quick_set(said: Sequence[CarriedLabel] = ()) -> EvaluationSet:
    """A set with these labels, in memory: random tests make hundreds."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.deserialize(_empty())
    made = _opened(connection)
    with made.writing() as session:
        placed = sum(place_labels(session, said), Placed())
    assert placed == Placed(len(said))
    return made


def _opened(connection: sqlite3.Connection) -> EvaluationSet:
    connection.execute("PRAGMA foreign_keys=ON")
    options = {"compiled_cache": _compiled}  # what is asked is the same for every set
    return EvaluationSet(
        Store(create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool, execution_options=options), "memory")
    )


def held(evaluation_set: EvaluationSet) -> dict[tuple[str, str, str, int], CarriedLabel]:
    """What a set has, freed of the store's own numbers."""

    with evaluation_set.reading() as session:
        found = list(carried_labels(session))
    return {one.key: replace(one, name="", label=replace(one.label, id=0, item_id=0)) for one in found}


def keyed(said: Sequence[CarriedLabel]) -> dict[tuple[str, str, str, int], CarriedLabel]:
    return {one.key: one for one in said}


class StopsAt(SilentReporter):
    """Asks to stop after so many reports."""

    def __init__(self, reports: int) -> None:
        self.left = reports
        self.heard: list[tuple[int, int]] = []

    @override
    def progress(self, step: int, total: int) -> None:
        self.heard.append((step, total))
        self.left -= 1

    @override
    def should_stop(self) -> bool:
        return self.left <= 0
