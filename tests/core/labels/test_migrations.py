import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from core.engines.toy import SCHEMA
from core.errors import FileNotWrittenError, LabelError
from core.labels import evaluation_set
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.migrations import FOLDER, VERSIONS, upgrade
from core.labels.storing import APPLICATION_ID
from core.labels.tables import Base
from tests.core.labels.sets import check_history, make_set

DUMPS = Path(__file__).parent / "versions"


def restore(version: str, path: Path) -> None:
    """A file as Likeness of that version left it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((DUMPS / f"{version}.sql").read_text())
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


def differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)  # type: ignore[no-any-return]


def test_every_version_is_listed_and_has_a_file_of_its_time() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]

    assert tuple(reversed(steps)) == VERSIONS
    assert sorted(path.stem for path in DUMPS.iterdir()) == sorted(VERSIONS)


def test_the_way_through_the_versions_leads_to_the_tables(location: Path | str) -> None:
    with make_set(location) as faces, faces.writing() as session:
        connection = session.connection()

        assert differences(connection) == []

        connection.execute(text("ALTER TABLE items ADD COLUMN planted INTEGER"))

        assert len(differences(connection)) == 1


def test_what_the_tables_must_keep_is_kept_by_the_database(location: Path | str) -> None:
    """Autogeneration does not compare checks, so that they are compared here."""
    with make_set(location, photos=0) as faces, faces.reading() as session:
        found = "SELECT sql FROM sqlite_master" if faces.path else "SELECT conname FROM pg_constraint"
        made = " ".join(filter(None, session.scalars(text(found))))
    wanted = {str(rule.name) for table in Base.metadata.tables.values() for rule in table.constraints if rule.name}

    assert len(wanted) > 15
    assert {name for name in wanted if not re.search(rf"\b{name}\b", made)} == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_of_every_version_opens_with_all_that_was_in_it(version: str, file: Path) -> None:
    restore(version, file)

    with EvaluationSet.open(file) as faces:
        assert (faces.facts.name, faces.facts.blind_share) == ("Faces", 0.5)
        with faces.reading() as session:
            assert differences(session.connection()) == []
        ada, bea = Labelling(faces, SCHEMA, "Ada"), Labelling(faces, SCHEMA, "Bea")
        label = ada.label(1)
        assert label is not None
        assert (label.state, label.note, label.flags, label.seconds) == (
            "unsure",
            "Ünsure about the fringe",
            ("look again",),
            3.5,
        )
        assert (label.values["smile"], label.values["hair_type"]) == (0.25, "long")
        assert len(check_history(ada)) == 0
        moved = bea.redo()
        assert moved is not None
        assert moved.label.values["smile"] == 0.5001


def step_to_2(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE items ADD COLUMN planted INTEGER"))
    connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A Likeness whose tables are one version further."""
    monkeypatch.setattr(evaluation_set, "VERSIONS", (*VERSIONS, "0002"))
    monkeypatch.setattr(evaluation_set, "upgrade", step_to_2)
    return monkeypatch


def test_the_old_file_stays_beside_the_new_one(file: Path, next_version: pytest.MonkeyPatch) -> None:
    restore("0001", file)
    EvaluationSet.open(file).close()
    backup = file.with_name(f"{file.name}.before-0002")

    assert sorted(path.name for path in file.parent.iterdir()) == sorted([file.name, backup.name])
    next_version.undo()
    with pytest.raises(LabelError, match="newer Likeness"):
        EvaluationSet.open(file)
    with EvaluationSet.open(backup) as faces:
        assert Labelling(faces, SCHEMA, "Ada").label(1) is not None


def test_a_step_that_fails_leaves_the_file_as_it_was(file: Path, next_version: pytest.MonkeyPatch) -> None:
    def fail(connection: Connection) -> None:
        step_to_2(connection)
        raise ZeroDivisionError

    restore("0001", file)
    next_version.setattr(evaluation_set, "upgrade", fail)
    with pytest.raises(ZeroDivisionError):
        EvaluationSet.open(file)
    next_version.undo()

    with EvaluationSet.open(file) as faces, faces.reading() as session:
        assert differences(session.connection()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size there")
def test_no_room_for_the_old_file_changes_nothing(file: Path, next_version: pytest.MonkeyPatch) -> None:
    import resource

    restore("0001", file)
    before = file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises(FileNotWrittenError, match=r"could not be copied.*Nothing was changed; make room"):
            EvaluationSet.open(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [path.name for path in file.parent.iterdir() if path.stat().st_size] == [file.name]
    next_version.undo()
    with EvaluationSet.open(file) as faces:
        assert faces.facts.version == 1
    assert len(before) == file.stat().st_size


def test_steps_can_be_taken_twice(faces: EvaluationSet) -> None:
    with faces.writing() as session:
        upgrade(session.connection())

        assert differences(session.connection()) == []
