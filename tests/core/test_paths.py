from pathlib import Path

import pytest

from core import paths


def test_home_moves_everything_of_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIKENESS_HOME", str(tmp_path))
    folders = {paths.data_folder(), paths.state_folder(), paths.cache_folder()}

    assert len(folders) == 3
    assert {folder.parent for folder in folders} == {tmp_path}


def test_without_a_home_the_system_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIKENESS_HOME")

    assert paths.data_folder().name == "likeness"
    assert len({paths.data_folder(), paths.state_folder(), paths.cache_folder()}) == 3


def test_training_data_may_be_elsewhere_or_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path))
    assert paths.training_data_folder() == tmp_path

    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path / "nowhere"))
    assert paths.training_data_folder() is None


def test_resources_are_beside_the_code() -> None:
    assert paths.RESOURCES.is_dir()
    assert paths.ENGINES_FOLDER.parent == paths.MODELS_FOLDER.parent == paths.RESOURCES
