import json
from pathlib import Path

import pytest

from core.errors import SettingError
from core.jobs import JOBS
from core.jobs.settings import differences, make_config, read_settings
from tests.core.jobs.toy_stages import CountConfig


def test_assignments_hold_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"steps": 3, "scale": 0.25}))
    config = make_config(CountConfig, read_settings(path, ["scale=1e-3", "label=a=b", "is_fast=false", "sizes=[4]"]))

    assert config == CountConfig(steps=3, scale=0.001, label="a=b", is_fast=False, sizes=(4,))


def test_nothing_said_is_the_defaults() -> None:
    assert make_config(CountConfig, read_settings(None, [])) == CountConfig()


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("steps", "“steps” is not of the form key=value."),
        ("=3", "“=3” is not of the form key=value."),
        ("stps=3", "There is no setting “stps”; there are steps, scale, label, is_fast, sizes."),
        ("steps=3.5", "steps cannot be “3.5”: it must be a whole number."),
        ("steps=many", "steps cannot be “many”: it must be a whole number."),
        ("scale=big", "scale cannot be “big”: it must be a number."),
        ("scale=nan", "scale cannot be “nan”: it must be a finite number."),
        ("scale=inf", "scale cannot be “inf”: it must be a finite number."),
        ("is_fast=perhaps", "is_fast cannot be “perhaps”: it must be true or false."),
        ("sizes=1", "sizes cannot be “1”: it must be a list."),
    ],
)
def test_bad_assignment_is_refused_with_what_there_is(assignment: str, sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        make_config(CountConfig, read_settings(None, [assignment]))

    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "\x00"])
def test_file_that_holds_no_settings_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)

    with pytest.raises(SettingError, match=r"config\.json"):
        read_settings(path, [])


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="cannot be read"):
        read_settings(tmp_path / "nowhere.json", [])


def test_differences_are_named() -> None:
    assert differences(CountConfig(), CountConfig()) == []
    assert differences(CountConfig(), CountConfig(steps=6, label="x")) == ["steps is 5, not 6", "label is '', not 'x'"]


@pytest.mark.parametrize("kind", JOBS)
def test_every_configuration_survives_json(kind: str) -> None:
    import dataclasses

    default = JOBS[kind].config()

    assert make_config(JOBS[kind].config, json.loads(json.dumps(dataclasses.asdict(default)))) == default
