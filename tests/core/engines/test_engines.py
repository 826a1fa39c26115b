from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from core import engines
from core.engines import CLASSES, engine_names, engine_schema, open_engine, pack_folders
from core.engines.toy import ToyEngine
from core.errors import EngineError
from core.rendering.mesh import PART_CLASS
from tests.core.engines.packs import write_pack


def entry_point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, engines.ENTRY_POINTS)


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    """Other people's engines, as installed packages would declare them."""
    found: list[EntryPoint] = []
    monkeypatch.setattr(engines, "entry_points", lambda group: [point for point in found if point.group == group])
    return found


def test_there_are_13_classes_and_every_part_has_one() -> None:
    assert len(CLASSES) == 13
    assert set(PART_CLASS.values()) <= set(CLASSES) - {"background"}


def test_a_users_pack_appears_and_stands_before_a_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "ENGINES_FOLDER", tmp_path / "shipped")
    monkeypatch.setenv("LIKENESS_HOME", str(tmp_path))
    (tmp_path / "shipped" / "no_pack").mkdir(parents=True)
    shipped = write_pack(tmp_path / "shipped")
    assert pack_folders() == {"balls": shipped}

    own = write_pack(tmp_path / "data" / "engines")

    assert pack_folders() == {"balls": own}
    assert engine_names() == ["balls", "toy"]
    assert engine_schema("balls").engine == "balls"


def test_engines_in_code_of_others_are_opened_by_entry_point(others: list[EntryPoint]) -> None:
    others.append(entry_point("theirs", "core.engines.toy:ToyEngine"))

    assert "theirs" in engine_names()
    assert isinstance(open_engine("theirs"), ToyEngine)
    assert engine_schema("theirs").engine == "toy"


@pytest.mark.parametrize("value", ["no_such_module:Engine", "core.engines.toy:Missing", "core.engines.toy:SCHEMA"])
def test_an_engine_of_others_that_does_not_start_is_named(others: list[EntryPoint], value: str) -> None:
    others.append(entry_point("theirs", value))

    with pytest.raises(EngineError, match=r"“theirs”.*does not start"):
        open_engine("theirs")
