import shlex
import subprocess
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from core.jobs import JOBS
from core.jobs.fields import as_text, command_line, fields_of
from core.jobs.settings import make_config
from tests.core.jobs.toy_stages import CountConfig


@pytest.mark.parametrize("kind", list(JOBS))
def test_every_setting_is_in_the_form_and_its_text_reads_as_the_value(kind: str) -> None:
    config = JOBS[kind].config
    described = fields_of(config)

    assert [field.name for field in described] == [field.name for field in fields(config)]
    assert make_config(config, {field.name: as_text(field.default) for field in described}) == config()


def test_kinds_follow_types_and_what_the_comment_says() -> None:
    parser = {field.name: field for field in fields_of(JOBS["train_parser"].config)}
    estimator = {field.name: field for field in fields_of(JOBS["train_estimator"].config)}

    assert (parser["labels"].kind, parser["labels"].run_of, parser["labels"].is_required) == ("run", "label_faces", True)
    assert (parser["heads"].kind, parser["heads"].run_of, parser["heads"].is_required) == ("run", "render_heads", False)
    assert (parser["minutes"].kind, parser["minutes"].help) == ("number", "Wall-clock time of training")
    assert estimator["network"].choices == ("baseline", "shape", "details")
    assert {field.name: field.kind for field in fields_of(CountConfig)}["is_fast"] == "switch"


def test_every_run_that_is_asked_for_is_of_a_known_kind() -> None:
    asked = [field for job in JOBS.values() for field in fields_of(job.config) if "run folder of" in field.help.lower()]

    assert asked == []  # a comment that names a kind is turned into "a run of"


def test_odd_values_survive_the_way_through_text() -> None:
    odd = CountConfig(steps=-1, scale=1e-17 / 3, label="a “b” = c", is_fast=False, sizes=(3, 4, 5))

    assert make_config(CountConfig, {name: as_text(value) for name, value in asdict(odd).items()}) == odd


def test_command_holds_only_what_differs_and_is_one_for_a_shell(tmp_path: Path) -> None:
    settings = {field.name: as_text(field.default) for field in fields_of(CountConfig)} | {"label": "it's $HOME", "steps": "7"}
    line = command_line("count", tmp_path / "a run", settings)
    echoed = subprocess.run(["sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, text=True, check=True).stdout

    assert shlex.split(line)[2:] == [
        "jobs", "start", "count", "--runs", str(tmp_path), "--name", "a run", "--set", "steps=7", "--set", "label=it's $HOME",
    ]  # fmt: skip
    assert echoed.splitlines() == shlex.split(line)


def test_command_says_what_a_run_waits_for_and_where_it_works(tmp_path: Path) -> None:
    line = command_line("count", tmp_path / "third", {}, ["first", "second"], "cuda:1")

    assert shlex.split(line)[-6:] == ["--after", "first", "--after", "second", "--slot", "cuda:1"]
