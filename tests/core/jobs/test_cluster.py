import json
from pathlib import Path

import pytest

from core.errors import ClusterError, SettingError
from core.jobs.cluster import Cluster, RayJobs, forget_cluster, read_cluster, required_cluster, write_cluster


def test_settings_are_kept_changed_and_forgotten() -> None:
    assert read_cluster() is None
    write_cluster({"address": "http://head:8265", "folder": "/mnt/team"})
    write_cluster({"gpus": "2"})

    assert read_cluster() == Cluster("http://head:8265", "/mnt/team", gpus=2.0)
    assert required_cluster().there == "/mnt/team"
    forget_cluster()
    assert read_cluster() is None
    with pytest.raises(ClusterError, match="jobs cluster --set"):
        required_cluster()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"address": "head:8265", "folder": "/mnt"}, "http://HOST:8265"),
        ({"address": "http://head:8265"}, "folder=/mnt"),
        ({"address": "http://head:8265", "folder": "mnt"}, "folder=/mnt"),
        ({"address": "http://head:8265", "folder": "/mnt", "gpus": "-1"}, "less than no"),
        ({"host": "head"}, "no setting “host”"),
    ],
)
def test_settings_that_make_no_sense_are_refused_and_not_kept(settings: dict[str, str], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        write_cluster(settings)
    assert read_cluster() is None


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", json.dumps({"address": 7}).encode()])
def test_damaged_settings_are_said(home: Path, content: bytes) -> None:
    (home / "data").mkdir()
    (home / "data" / "cluster.json").write_bytes(content)
    with pytest.raises(SettingError):
        read_cluster()


def test_a_cluster_that_does_not_answer_is_named() -> None:
    pytest.importorskip("ray")
    with pytest.raises(ClusterError, match=r"http://127\.0\.0\.1:9"):
        RayJobs(Cluster("http://127.0.0.1:9", "/mnt"))
