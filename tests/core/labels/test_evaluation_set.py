import multiprocessing
import os
import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError

from core.engines.toy import SCHEMA
from core.errors import AvatarError, FileNotWrittenError, LabelError
from core.labels import evaluation_set, storing
from core.labels.evaluation_set import EvaluationSet, facts_of
from core.labels.labelling import Labelling
from core.labels.overview import View, entries
from core.labels.tables import PersonRow
from tests.core.labels.sets import make_set

VIEW = View("Ada", "toy")


def test_a_set_is_what_it_was_made_as(location: Path | str) -> None:
    with EvaluationSet.create(location, " Faces ", [SCHEMA], 0.25) as made:
        facts = made.facts
    with EvaluationSet.open(location) as opened:
        assert opened.facts == facts
        assert opened.location == str(location) or opened.location.startswith("postgresql://postgres:***@/postgres?")
        assert not opened.is_read_only

    assert (facts.name, facts.blind_share, facts.version) == ("Faces", 0.25, 1)
    assert facts.engines == {"toy": facts_of(SCHEMA)}
    assert (facts.parent_digest, facts.digest, facts.locked_at, facts.is_locked) == (None, None, None, False)
    assert facts.made_at.tzinfo is not None


def test_a_set_never_replaces_another(location: Path | str) -> None:
    with make_set(location) as first:
        uid = first.facts.uid

    with pytest.raises(LabelError, match="already"):
        EvaluationSet.create(location, "Other", [SCHEMA])
    with EvaluationSet.open(location) as opened:
        assert opened.facts.uid == uid


@pytest.mark.parametrize(("name", "schemas", "share"), [(" ", [SCHEMA], 0.2), ("a", [], 0.2), ("a", [SCHEMA], 1.1)])
def test_a_set_without_name_engine_or_sense_is_refused(file: Path, name: str, schemas: list[object], share: float) -> None:
    with pytest.raises(LabelError, match="needs a name"):
        EvaluationSet.create(file, name, schemas, share)  # type: ignore[arg-type]
    assert not file.exists()


def test_a_set_that_could_not_be_made_leaves_no_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_connection: Connection) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(evaluation_set, "upgrade", fail)
    with pytest.raises(ZeroDivisionError):
        EvaluationSet.create(file, "Faces", [SCHEMA])

    assert list(file.parent.iterdir()) == []


def test_closing_leaves_one_file(file: Path) -> None:
    with make_set(file) as faces:
        Labelling(faces, SCHEMA, "Ada").begin(1, "blind")

    assert [path.name for path in file.parent.iterdir()] == [file.name]


def overwrite(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as opened:
        opened.seek(at)
        opened.write(content)


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe_instead(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def foreign(path: Path) -> None:
    path.unlink()
    execute(path, "CREATE TABLE holidays (day TEXT)")


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "absent": (lambda path: path.unlink(), "There is no evaluation set"),
    "folder": (folder_instead, "is a folder"),
    "pipe": (pipe_instead, "is not a file"),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "text": (lambda path: path.write_text("id,name\n" * 99), "is no evaluation set"),
    "short": (lambda path: path.write_bytes(path.read_bytes()[:50]), "is no evaluation set"),
    "foreign": (foreign, "is no evaluation set"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:-4096]), "is damaged"),
    "overwritten": (lambda path: overwrite(path, 4096, b"\xff" * 8192), "is damaged"),
    "no tables": (lambda path: execute(path, "DROP TABLE alembic_version"), "There is no evaluation set"),
    "no set": (lambda path: execute(path, "DELETE FROM sets"), "but no set"),
    "newer": (
        lambda path: execute(path, "UPDATE alembic_version SET version_num = '0099'"),
        "made by a newer Likeness.*0099.*Update",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.skipif(sys.platform == "win32", reason="no pipes there")
def test_a_file_that_is_no_good_is_told_and_left_alone(file: Path, fault: str) -> None:
    make_set(file).close()
    spoil, sentence = FAULTS[fault]
    spoil(file)
    before = file.read_bytes() if file.is_file() else None

    with pytest.raises(LabelError, match=sentence) as caught:
        EvaluationSet.open(file)

    assert str(file) in str(caught.value)
    assert (file.read_bytes() if file.is_file() else None) == before
    assert [path for path in file.parent.iterdir() if path != file and path.stat().st_size] == []


def test_damage_that_is_met_later_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_set(file, photos=300).close()
    overwrite(file, 4096 * 12, b"\xff" * 4096 * 8)
    monkeypatch.setattr(storing, "_CHECKED_MB", 0)

    with pytest.raises(LabelError, match="is damaged"), EvaluationSet.open(file) as faces:
        entries(faces, VIEW)


def test_a_file_that_came_without_its_log_opens_as_it_was(file: Path, tmp_path: Path) -> None:
    with make_set(file) as faces:
        Labelling(faces, SCHEMA, "Ada").begin(1, "blind")
        copy = tmp_path / "copy.avatarset"
        for ending in ("", "-wal"):
            shutil.copy(f"{file}{ending}", f"{copy}{ending}")

    with EvaluationSet.open(copy) as copied:
        assert Labelling(copied, SCHEMA, "Ada").label(1) is not None


def look_at(path: Path) -> None:
    """Reading works, writing is told."""
    with EvaluationSet.open(path) as faces:
        assert faces.is_read_only
        assert len(entries(faces, VIEW)) == 3
        with pytest.raises(LabelError, match="cannot be written here"):
            Labelling(faces, SCHEMA, "Ada").begin(1, "blind")


def look_as_nobody(path: Path) -> None:
    os.setuid(65534)
    try:
        look_at(path)
    except BaseException as error:  # noqa: BLE001 - the parent is told by the exit code
        os.write(2, repr(error).encode())
        os._exit(1)
    os._exit(0)


@pytest.mark.skipif(sys.platform == "win32", reason="other permissions there")
@pytest.mark.parametrize(("of_file", "of_folder"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555), (0o444, 0o777)])
def test_a_set_that_cannot_be_written_can_be_looked_at(file: Path, of_file: int, of_folder: int) -> None:
    make_set(file).close()
    file.chmod(of_file)
    file.parent.chmod(of_folder)
    if os.geteuid() == 0:  # who may do everything; so somebody else looks
        for folder in list(file.parents)[1:4]:
            folder.chmod(0o755)
        child = multiprocessing.get_context("fork").Process(target=look_as_nobody, args=(file,))
        child.start()
        child.join()

        assert child.exitcode == 0
    else:
        look_at(file)


def test_a_set_with_a_log_where_nothing_can_be_written_is_not_shown_without_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_set(file):
        monkeypatch.setattr(os, "access", lambda *_: False)

        with pytest.raises(LabelError, match="was not closed after its last change"):
            EvaluationSet.open(file)


def test_a_full_disk_is_told_and_changes_nothing(file: Path) -> None:
    with make_set(file) as faces:
        ada = Labelling(faces, SCHEMA, "Ada")
        begun = ada.begin(1, "blind")
        with faces.reading() as session:  # pragmas hold for a connection, and this one goes back to the pool
            pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar()
            session.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}")

        with pytest.raises(FileNotWrittenError, match="disk is full; nothing was changed"):
            ada.annotate(1, "x" * 100_000)

        assert ada.label(1) == begun
        assert ada.annotate(1, "short").note == "short"


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size there")
def test_a_disk_that_fills_up_within_an_edit_is_told_and_changes_nothing(file: Path) -> None:
    import resource

    with make_set(file) as faces:
        ada = Labelling(faces, SCHEMA, "Ada")
        begun = ada.begin(1, "blind")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{file}-wal").stat().st_size + 5000, hard))
        try:
            with pytest.raises(FileNotWrittenError, match="disk is full or does not answer; nothing was changed"):
                ada.annotate(1, "x" * 100_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        assert ada.label(1) == begun
        assert ada.annotate(1, "room again").note == "room again"
    with EvaluationSet.open(file) as faces:
        label = Labelling(faces, SCHEMA, "Ada").label(1)
        assert label is not None
        assert label.note == "room again"


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be moved there")
def test_a_file_that_is_moved_while_open_gets_no_edits_that_would_be_lost(file: Path, tmp_path: Path) -> None:
    with make_set(file) as faces:
        file.rename(tmp_path / "moved.avatarset")

        with pytest.raises(LabelError, match="was moved or replaced"):
            Labelling(faces, SCHEMA, "Ada").begin(1, "blind")


def test_waiting_for_another_program_ends(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "WAIT_S", 0.2)
    with make_set(file) as faces, closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(LabelError, match="another program has been writing"):
            Labelling(faces, SCHEMA, "Ada").begin(1, "blind")

        other.execute("ROLLBACK")
        assert Labelling(faces, SCHEMA, "Ada").begin(1, "blind").state == "draft"


def test_threads_of_one_window_take_turns(faces: EvaluationSet) -> None:
    ada = Labelling(faces, SCHEMA, "Ada")
    ada.begin(1, "blind")
    numbers = [[(10 * index + thread) / 1000 for index in range(8)] for thread in range(4)]
    threads = [threading.Thread(target=lambda mine=mine: [ada.edit(1, {"smile": value}) for value in mine]) for mine in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(float(str(edit.new)) for edit in ada.history(1) if edit.field == "smile") == sorted(sum(numbers, []))  # noqa: RUF017


def test_a_change_that_fails_is_not_made_and_a_bug_stays_a_bug(faces: EvaluationSet) -> None:
    def add(*names: str) -> None:
        with faces.writing() as session:
            session.add_all([PersonRow(name=name, joined_at=faces.facts.made_at) for name in names])
            session.flush()
            assert len(names) > 1

    with pytest.raises(AssertionError):
        add("Ada")
    with pytest.raises(IntegrityError):
        add("Bea", "Bea")

    with faces.reading() as session:
        assert session.query(PersonRow).count() == 0


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("mysql://somebody@somewhere/faces", "not on “mysql”"),
        ("our server://faces", "is no address of a database"),
        ("postgresql://me:secret@127.0.0.1:1/faces", r"postgresql://me:\*\*\*@127.0.0.1:1/faces does not answer"),
    ],
)
def test_a_server_that_is_none_is_told_without_its_password(location: str, sentence: str) -> None:
    with pytest.raises(LabelError, match=sentence) as caught:
        EvaluationSet.open(location)

    assert "secret" not in str(caught.value)


def test_a_server_without_a_set_is_told(postgres: str) -> None:
    with pytest.raises(LabelError, match="There is no evaluation set on postgresql://"):
        EvaluationSet.open(postgres)


def test_a_server_needs_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(LabelError, match="setup postgres"):
        EvaluationSet.open("postgresql://somebody@127.0.0.1/faces")


def test_a_server_that_stops_answering_is_told_and_answers_again(postgres: str, server: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    hang_up = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'faces'")

    def work_on(faces: EvaluationSet) -> None:
        with faces.writing() as session:
            session.add(PersonRow(name="Bea", joined_at=faces.facts.made_at))
            session.flush()
            with engine.connect() as connection:
                connection.execute(hang_up)

    make_set(postgres).close()
    with EvaluationSet.open(f"{postgres}&application_name=faces") as faces:
        with pytest.raises(LabelError, match=r"does not answer.*Nothing was changed"):
            work_on(faces)
        engine.dispose()

        assert Labelling(faces, SCHEMA, "Bea").begin(1, "blind").state == "draft"


def test_whoever_may_only_read_on_a_server_is_told(postgres: str) -> None:
    make_set(postgres).close()
    with EvaluationSet.open(f"{postgres}%20-cdefault_transaction_read_only%3Don") as faces:
        assert len(entries(faces, VIEW)) == 3
        with pytest.raises(AvatarError, match="does not let you do this"):
            Labelling(faces, SCHEMA, "Ada").begin(1, "blind")
