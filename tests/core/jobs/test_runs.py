from pathlib import Path

import pytest

from core.errors import FileNotWrittenError, SettingError
from core.jobs.job import CONFIG, Job
from core.jobs.runs import create_run, list_runs, run_folder


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".x", "a/b", "../x", "/x", "a\\b", "a\0", "a\n", "x.", "x" * 101, "-x", "ä", "a b", "a:b"]
)
def test_no_name_leads_out_of_the_runs(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="cannot be the name of a run"):
        run_folder(tmp_path, name)


@pytest.mark.parametrize("name", ["a", "20261121-181200-train_parser-2", "a..b", "x" * 100])
def test_a_name_is_a_folder_of_the_runs(name: str, tmp_path: Path) -> None:
    assert run_folder(tmp_path, name) == tmp_path / name


def test_new_runs_have_names_of_their_own_and_are_listed(tmp_path: Path) -> None:
    runs = tmp_path / "runs"

    assert list_runs(runs) == []

    made = [create_run(runs, "count", {"steps": 3}) for _ in range(3)]

    assert len({job.folder for job in made}) == 3
    assert list_runs(runs) == sorted(job.folder for job in made)
    assert all(job.folder.name.split("-")[2] == "count" for job in made)
    assert Job.open(made[0].folder) == made[0]


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    create_run(tmp_path, "count", {}, "mine")
    before = (tmp_path / "mine" / CONFIG).read_bytes()

    with pytest.raises(SettingError, match="There is a run “mine” already"):
        create_run(tmp_path, "count", {"steps": 1}, "mine")
    assert (tmp_path / "mine" / CONFIG).read_bytes() == before


def test_nothing_is_made_of_what_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match="no stage"):
        create_run(tmp_path, "fly", {})
    with pytest.raises(SettingError, match="no setting"):
        create_run(tmp_path, "count", {"wings": 2})
    with pytest.raises(FileNotWrittenError):
        create_run(tmp_path / "file", "count", {})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_links_files_and_other_folders_are_no_runs(tmp_path: Path) -> None:
    outside = create_run(tmp_path / "outside", "count", {}).folder
    runs = tmp_path / "runs"
    inside = create_run(runs, "count", {}, "inside").folder
    (runs / "link").symlink_to(outside)
    (runs / "folder").mkdir()
    (runs / CONFIG).touch()

    assert list_runs(runs) == [inside]
