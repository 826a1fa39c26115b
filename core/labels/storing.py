"""Where a set is kept, a file or a server, and what goes wrong there, in sentences."""

import os
import sqlite3
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from core.errors import AvatarError, FileNotWrittenError, LabelError
from core.words import tr

APPLICATION_ID = 0x4C494B45  # “LIKE”, in the header of our SQLite files
WAIT_S = 30  # for somebody else who is writing

_MAGIC = b"SQLite format 3\x00"
_WRITING, _NOTHING_MOVES = "mode=rw", "mode=ro&immutable=1"
_CHECKED_MB = 32  # up to this size a file is checked whole when it is opened: .1 s


class Store:
    """A file or a server with the tables of a set: transactions, one writer at a time."""

    def __init__(self, engine: Engine, shown: str, path: Path | None = None, *, is_read_only: bool = False) -> None:
        """What `open_file` and `open_server` make.

        Args:
            engine: SQLAlchemy's.
            shown: What messages call it; never with a password.
            path: The file, where it is one.
            is_read_only: Whether it can be looked at only.
        """
        self.engine = engine
        self.shown = shown
        self.path = path
        self.is_read_only = is_read_only
        self._writer = engine.execution_options(writes=True)
        self._one_writer = threading.Lock()
        self._identity = _identity(path)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A view of one moment.

        Raises:
            LabelError: The store cannot be read.
        """
        with told(self.shown), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A change: whole and on the disk when the block ends, or not at all when it raises.

        Raises:
            LabelError: The store cannot be written.
            FileNotWrittenError: The disk is full; nothing has changed.
        """
        if self.is_read_only:
            raise LabelError(
                tr("{shown} cannot be written here. Copy it to a folder of yours, and open the copy.", shown=self.shown)
            )
        with self._one_writer, told(self.shown), Session(self._writer) as session:
            if self._identity != _identity(self.path):
                raise LabelError(
                    tr(
                        "{shown} was moved or replaced while it was open, so nothing was written. Open it where it is now.",
                        shown=self.shown,
                    )
                )
            yield session
            session.commit()

    def close(self) -> None:
        """Let go of it."""
        self.engine.dispose()


def open_file(path: Path) -> Store:
    """A set's file that is there; one that cannot be written, or lies where nothing can, is opened for reading.

    Raises:
        LabelError: It is absent, no set, or damaged.
    """
    size = _expect_set(path)
    log = path.with_name(f"{path.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    mode = _mode(path)
    if has_log and mode == _NOTHING_MOVES:
        raise LabelError(
            tr(
                "{path} was not closed after its last change, and its folder cannot be written. Copy it and {name} to a "
                "folder of yours, and open the copy.",
                path=path,
                name=log.name,
            )
        )
    if not has_log:
        _expect_whole(path)
    store = Store(_file_engine(path, mode), str(path), path, is_read_only=mode != _WRITING)
    try:
        with store.reading() as session:
            damage = (
                "ok" if size > _CHECKED_MB * 2**20 else session.connection().exec_driver_sql("PRAGMA quick_check(1)").scalar()
            )
            if damage != "ok":
                raise _damaged(str(path))
    except AvatarError:
        store.close()
        raise
    return store


def make_file(path: Path) -> Store:
    """An empty file of ours, for tables to come.

    Raises:
        LabelError: There is something of this name, or its folder is not there.
        FileNotWrittenError: The disk is full; nothing is left there.
    """
    try:
        path.open("xb").close()
    except FileExistsError as error:
        raise LabelError(tr("{path} is there already. Choose another name, or open it.", path=path)) from error
    except OSError as error:
        raise LabelError(
            tr("{path} cannot be made: {strerror}. Choose another folder.", path=path, strerror=error.strerror)
        ) from error
    try:
        with told(str(path)), closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")  # before there is a log that it would stay in
    except AvatarError:
        path.unlink(missing_ok=True)
        raise
    return Store(_file_engine(path, _WRITING), str(path), path)


def open_server(location: str) -> Store:
    """A PostgreSQL database, by URL; it may have no tables yet.

    Raises:
        LabelError: It is no such URL, nothing answers there, or the extra `postgres` is not installed.
    """
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):  # the latter of a port that is no number
        raise LabelError(  # without the address, and without the cause, which has parts of it: a password may be in it
            tr(
                "That is no address of a database. One looks like postgresql://NAME@SERVER/DATABASE; in a password, write "
                "%40 for @, %2F for / and %3A for :."
            )
        ) from None
    if url.get_backend_name() != "postgresql":
        raise LabelError(tr("Sets are kept in files and on PostgreSQL, not on “{name}”.", name=url.get_backend_name()))
    shown = shown_as(location)
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args={"connect_timeout": WAIT_S},
            isolation_level="READ COMMITTED",
        )  # fmt: skip
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise LabelError(tr("To open sets on PostgreSQL, its client is needed: main.py setup postgres")) from error
    store = Store(engine, shown)
    try:
        with store.reading() as session:
            session.connection()
    except AvatarError:
        store.close()
        raise
    return store


def is_server(location: Path | str) -> bool:
    """Whether a location is a server's address, and not a file."""
    return isinstance(location, str) and "://" in location


def shown_as(location: Path | str) -> str:
    """What messages call a location: the file, or the server's address without its password."""
    if not is_server(location):
        return str(location)
    try:
        url = make_url(str(location))
    except (ArgumentError, ValueError):
        return tr("that address")
    return url.set(drivername=url.get_backend_name()).difference_update_query(["password"]).render_as_string()


@contextmanager
def told(shown: str) -> Iterator[None]:
    """Turn what a database says into what a person can act on; what is our fault stays as it is."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        problem = _in_words(shown, error.orig if isinstance(error, DBAPIError) else error)
        if problem is None:
            raise
        raise problem from error
    except PoolTimeoutError as error:
        raise LabelError(tr("{shown} is busy: too many things ask it at once. Try again.", shown=shown)) from error


def _in_words(shown: str, cause: BaseException | None) -> AvatarError | None:
    if isinstance(cause, sqlite3.Error):
        return _file_problem(shown, getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    return _server_problem(shown, cause)


def _file_problem(shown: str, code: int) -> AvatarError | None:
    unchanged = tr("nothing was changed")
    return {
        sqlite3.SQLITE_FULL: FileNotWrittenError(
            tr("{shown}: the disk is full; {unchanged}. Make room, and do it again.", shown=shown, unchanged=unchanged)
        ),
        sqlite3.SQLITE_IOERR: FileNotWrittenError(
            tr(
                "{shown}: the disk is full or does not answer; {unchanged}. Look after the disk, and do it again.",
                shown=shown,
                unchanged=unchanged,
            )
        ),
        sqlite3.SQLITE_READONLY: LabelError(
            tr(
                "{shown} cannot be written; {unchanged}. Copy it to a folder of yours, and open the copy.",
                shown=shown,
                unchanged=unchanged,
            )
        ),
        sqlite3.SQLITE_BUSY: LabelError(
            tr(
                "{shown}: another program has been writing for {wait_s} s; {unchanged}. Wait for it, or close it, and do "
                "it again.",
                shown=shown,
                wait_s=WAIT_S,
                unchanged=unchanged,
            )
        ),
        sqlite3.SQLITE_CANTOPEN: LabelError(
            tr("{shown} cannot be opened: it is gone, or its folder cannot be written.", shown=shown)
        ),
        sqlite3.SQLITE_CORRUPT: _damaged(shown),
        sqlite3.SQLITE_NOTADB: _damaged(shown),
    }.get(code)


def _server_problem(shown: str, cause: BaseException | None) -> AvatarError | None:
    """By PostgreSQL's error codes; without a code it was the connection."""
    code = getattr(cause, "sqlstate", None)
    first = str(cause).strip().partition("\n")[0]
    if code is None or code[:2] in ("08", "57", "28", "3D"):
        return LabelError(
            tr(
                "{shown} does not answer: {first}. Nothing was changed. See that it runs and lets you in, and try again.",
                shown=shown,
                first=first,
            )
        )
    if code[:2] == "53":
        return FileNotWrittenError(
            tr("{shown} is full: {first}. Nothing was changed. Its keeper must make room.", shown=shown, first=first)
        )
    if code in ("25006", "42501"):
        return LabelError(
            tr("{shown} does not let you do this: {first}. Its keeper can give you the right.", shown=shown, first=first)
        )
    if code in ("40001", "40P01", "55P03"):
        return LabelError(
            tr("{shown}: somebody else changed the same thing at the same moment. Nothing was changed; do it again.", shown=shown)
        )
    return None


def _damaged(shown: str) -> LabelError:
    return LabelError(
        tr("{shown} is damaged. Open a copy or a backup of it; a packed or exported one can be read in again.", shown=shown)
    )


def _expect_set(path: Path) -> int:
    """Check a file's first bytes.

    Returns:
        Its size.
    """
    try:
        if path.is_dir():
            raise LabelError(tr("{path} is a folder, not an evaluation set.", path=path))
        if not path.exists():
            raise LabelError(tr("There is no evaluation set {path}. To make one: main.py labels new {path}", path=path))
        if not path.is_file():
            raise LabelError(tr("{path} is not a file.", path=path))
        with path.open("rb") as file:
            head = file.read(100)
        size = path.stat().st_size
    except OSError as error:
        raise LabelError(tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror)) from error
    if not head:
        raise LabelError(tr("{path} is empty: making it was interrupted. Delete it, and make it again.", path=path))
    if len(head) < 100 or not head.startswith(_MAGIC) or struct.unpack(">I", head[68:72])[0] != APPLICATION_ID:
        raise LabelError(tr("{path} is no evaluation set. One is made by main.py labels new, or in the window.", path=path))
    return size


def _expect_whole(path: Path) -> None:
    """Check that a file without a log is as long as it says, which a cut-off download is not."""
    with path.open("rb") as file:
        head = file.read(100)
    page = struct.unpack(">H", head[16:18])[0]
    expected = (65536 if page == 1 else page) * struct.unpack(">I", head[28:32])[0]
    if path.stat().st_size < expected:
        raise _damaged(str(path))


def _identity(path: Path | None) -> tuple[int, int] | None:
    try:
        return None if path is None else (path.stat().st_dev, path.stat().st_ino)
    except OSError:
        return (0, 0)


def file_uri(path: Path, mode: str | None = None) -> str:
    """How SQLite opens a file that is there; as far as may be written to it unless a mode is told."""
    return f"{path.resolve().as_uri()}?{mode or _mode(path)}"


def _mode(path: Path) -> str:
    """A reader makes files beside the set too, unless it is told that nothing moves."""
    if not os.access(path.parent, os.W_OK):
        return _NOTHING_MOVES
    return _WRITING if os.access(path, os.W_OK) else "mode=ro"


def _file_engine(path: Path, mode: str) -> Engine:
    uri = file_uri(path, mode)

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=WAIT_S, isolation_level=None, check_same_thread=False)

    engine = create_engine(URL.create("sqlite"), creator=connect, poolclass=QueuePool)
    event.listen(engine, "connect", _prepare_writing if mode == _WRITING else _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA trusted_schema=OFF")  # a file from somebody else may have been made to do harm
    cursor.execute("PRAGMA cell_size_check=ON")
    cursor.execute("PRAGMA cache_size=-32768")  # KiB: the photos and labels of a large set
    cursor.close()


def _prepare_writing(connection: DBAPIConnection, record: object) -> None:
    _prepare(connection, record)
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a committed edit survives a power cut
    cursor.execute("PRAGMA secure_delete=ON")  # what is forgotten leaves no bytes behind
    cursor.close()


def _begin(connection: Connection) -> None:
    """Python's module would begin too late; a writer waits for its turn at the beginning and not half-way."""
    options = connection.get_execution_options()
    if not options.get("alone"):  # what cannot be part of a transaction
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
