"""`jobs cluster`."""

from pathlib import Path

import pytest

from core.cli import jobs_cluster
from core.cli.output import ExitCode
from core.cli.program import run
from core.errors import ClusterError
from core.jobs.cluster import Cluster, read_cluster
from tests.core.cli.jobs.seen import Said, read

NAMED = ["--set", "address=http://head:8265", "--set"]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_cluster, "RayJobs", lambda _: None)


def test_without_a_cluster_it_says_how_to_name_one(capsys: Said) -> None:
    assert run(["jobs", "cluster"]) == ExitCode.FAILED
    assert "--set address=http://HOST:8265" in capsys.readouterr().err


@pytest.mark.usefixtures("answers")
def test_it_is_named_shown_and_forgotten(tmp_path: Path, capsys: Said) -> None:
    assert run(["jobs", "cluster", *NAMED, f"folder={tmp_path}"]) == ExitCode.DONE
    assert "It answers, and its folder is there." in capsys.readouterr().out
    assert read_cluster() == Cluster("http://head:8265", str(tmp_path))
    assert run(["jobs", "cluster", "--json"]) == ExitCode.DONE
    shown = read(capsys)
    assert (shown["address"], shown["gpus"], shown["problem"]) == ("http://head:8265", 0.0, None)
    assert run(["jobs", "cluster", "--forget"]) == ExitCode.DONE
    assert read_cluster() is None


@pytest.mark.usefixtures("answers")
def test_a_disk_that_is_not_there_is_said(tmp_path: Path, capsys: Said) -> None:
    assert run(["jobs", "cluster", *NAMED, f"folder={tmp_path / 'not-mounted'}"]) == ExitCode.FAILED
    assert "not-mounted is not there" in capsys.readouterr().out


def test_a_cluster_that_does_not_answer_is_kept_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    def refuse(_: Cluster) -> None:
        raise ClusterError("It does not answer.")

    monkeypatch.setattr(jobs_cluster, "RayJobs", refuse)
    assert run(["jobs", "cluster", *NAMED, f"folder={tmp_path}", "--json"]) == ExitCode.FAILED
    assert read(capsys)["problem"] == "It does not answer."
    assert read_cluster() is not None


@pytest.mark.parametrize("setting", ["adress=x", "gpus=two", "folder=here"])
def test_settings_that_make_no_sense_are_refused(setting: str) -> None:
    assert run(["jobs", "cluster", *NAMED, setting]) != ExitCode.DONE
    assert read_cluster() is None
