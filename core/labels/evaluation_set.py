"""One evaluation set, open: what the modules beside this one work on.

`adding`, `labelling`, `locking`, `merging`, `exchange`, `packing` and `forgetting` are functions and classes over it.
"""

import os
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from core.avatar.schema import AvatarSchema
from core.errors import AvatarError, FileNotWrittenError, LabelError, SetFrozenError
from core.labels.migrations import VERSIONS, upgrade
from core.labels.records import EngineFacts, SetFacts
from core.labels.storing import Store, file_uri, is_server, make_file, open_file, open_server
from core.labels.tables import Base, SetRow
from core.words import tr

SUFFIX = ".avatarset"
BLIND_SHARE = 0.2


class EvaluationSet:
    """Photos and what designers say of them, in a file or on a server; a context manager that closes itself."""

    def __init__(self, store: Store) -> None:
        """Of a store that is checked; `open` and `create` make sets.

        Args:
            store: Where it is kept; for the modules beside this one.
        """
        self.store = store

    @classmethod
    def open(cls, location: Path | str) -> Self:
        """A set that is there.

        A file of an older version is brought to this one; the old file stays beside it as `NAME.avatarset.before-VERSION`.

        Args:
            location: A file, or the URL of a PostgreSQL database.

        Raises:
            LabelError: It is absent, no set, damaged, or of a newer version.
            FileNotWrittenError: There is no room for bringing it to this version.
        """
        store = open_server(str(location)) if is_server(location) else open_file(Path(location))
        try:
            _bring_up(store)
            opened = cls(store)
            _ = opened.facts
        except AvatarError:
            store.close()
            raise
        return opened

    @classmethod
    def create(cls, location: Path | str, name: str, schemas: Sequence[AvatarSchema], blind_share: float = BLIND_SHARE) -> Self:
        """A new set without photos.

        Args:
            location: A file that is not there, or the URL of a PostgreSQL database without a set.
            name: What people call it.
            schemas: The engines that it is for.
            blind_share: In [0, 1]: of the photos, how many are always labelled from nothing.

        Raises:
            LabelError: There is something already, or nothing can be made there.
            FileNotWrittenError: The disk is full.
        """
        if not name.strip() or not schemas or not 0 <= blind_share <= 1:
            raise LabelError(tr("A set needs a name, at least one engine, and a blind share between 0 and 1."))
        store = open_server(str(location)) if is_server(location) else make_file(Path(location))
        try:
            engines = {schema.engine: asdict(facts_of(schema)) for schema in schemas}
            with store.writing() as session:
                _expect_free(store, session)
                upgrade(session.connection())
                session.add(
                    SetRow(
                        uid=uuid.uuid4().hex, name=name.strip(), engines=engines, blind_share=blind_share, version=1,
                        made_at=datetime.now(UTC),
                    )
                )  # fmt: skip
        except BaseException:
            store.close()
            if store.path is not None:
                _remove(store.path)
            raise
        return cls(store)

    @property
    def location(self) -> str:
        """The file, or the URL without its password: what messages call it."""
        return self.store.shown

    @property
    def path(self) -> Path | None:
        """The file, where it is one."""
        return self.store.path

    @property
    def is_read_only(self) -> bool:
        """Whether it can be looked at only."""
        return self.store.is_read_only

    @property
    def facts(self) -> SetFacts:
        """What is known of the set as a whole, as it is now.

        Raises:
            LabelError: The store cannot be read.
        """
        with self.reading() as session:
            return self._row(session).record()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A view of one moment, for the modules beside this one.

        Raises:
            LabelError: The store cannot be read.
        """
        with self.store.reading() as session:
            yield session

    @contextmanager
    def writing(self, *, though_locked: bool = False, alone: bool = False) -> Iterator[Session]:
        """A change, for the modules beside this one: on the disk when the block ends, or not made at all when it raises.

        Args:
            though_locked: For what is no content of the set, and for going on from a frozen one.
            alone: For what looks and then adds in many places: on a server nobody else writes until it is over.

        Raises:
            SetFrozenError: The set is frozen.
            LabelError: It cannot be written.
            FileNotWrittenError: The disk is full; nothing has changed.
        """
        with self.store.writing() as session:
            # Shared: many may write at once on a server, but nobody while somebody freezes the set.
            row = self._row(session, wait="change" if though_locked or alone else "share")
            if row.locked_at is not None and not though_locked:
                raise SetFrozenError(row.name, row.version)
            yield session

    def close(self) -> None:
        """Let go of it."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _row(self, session: Session, wait: str | None = None) -> SetRow:
        how = {"change": {}, "share": {"read": True}}
        row = session.get(SetRow, 1, with_for_update=how[wait] if wait else None)
        if row is None:
            raise LabelError(
                tr(
                    "{location} has the tables of an evaluation set, but no set. Making it was interrupted.",
                    location=self.location,
                )
            )
        return row


def facts_of(schema: AvatarSchema) -> EngineFacts:
    """What a set keeps of an engine's schema."""
    return EngineFacts(schema.version, schema.fingerprint("core"), schema.fingerprint("extra"))


def _expect_free(store: Store, session: Session) -> None:
    taken = {*inspect(session.connection()).get_table_names()} & {*Base.metadata.tables, "alembic_version"}
    if taken:
        raise LabelError(
            tr("There is a set on {shown} already. Open it, or use another database or schema for this one.", shown=store.shown)
        )


def _version(store: Store) -> str:
    """The store's version of the tables."""
    with store.reading() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            raise LabelError(tr("There is no evaluation set on {shown}. To make one: main.py labels new", shown=store.shown))
        return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar())


def _bring_up(store: Store) -> None:
    version = _version(store)
    if version == VERSIONS[-1]:
        return
    if version not in VERSIONS:
        raise LabelError(
            tr(
                "{shown} was made by a newer Likeness: it is of version {version}, and this one reads up to {versions}. "
                "Update Likeness to open it.",
                shown=store.shown,
                version=version,
                versions=VERSIONS[-1],
            )
        )
    if store.path is not None and not store.is_read_only:
        back_up(store.path, store.path.with_name(f"{store.path.name}.before-{VERSIONS[-1]}"))
    with store.writing() as session:
        upgrade(session.connection())


def back_up(path: Path, to: Path) -> None:
    """Copy a set's file as of one moment, whole or not at all, even while others write to it.

    Raises:
        LabelError: It cannot be read.
        FileNotWrittenError: There is no room for the copy.
    """
    temporary = to.with_name(f".{to.name}.{uuid.uuid4().hex[:8]}")
    if not os.access(to.parent, os.W_OK):
        raise FileNotWrittenError(
            tr(
                "{path} could not be copied to {to}: its folder is not there, or cannot be written. Name another.",
                path=path,
                to=to,
            )
        )
    try:
        with closing(sqlite3.connect(file_uri(path), uri=True)) as source, closing(sqlite3.connect(temporary)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        _flush(temporary)
        temporary.replace(to)
    except (sqlite3.Error, OSError) as error:
        raise FileNotWrittenError(
            tr(
                "{path} could not be copied to {to}: {error}. Nothing was changed; make room, and try again.",
                path=path,
                to=to,
                error=error,
            )
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
