import dataclasses
import inspect
from typing import Any

import pytest

from core import configs
from core.jobs import JOBS

CONFIGS = [value for _, value in inspect.getmembers(configs, inspect.isclass) if value.__module__ == configs.__name__]


def test_every_configuration_belongs_to_a_stage() -> None:
    assert {kind.config for kind in JOBS.values()} == set(CONFIGS)


@pytest.mark.parametrize("config", CONFIGS)
def test_configuration_is_a_frozen_value_of_plain_settings(config: type[Any]) -> None:
    default = config()
    first = dataclasses.fields(config)[0].name

    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(default, first, None)
    assert default == config(**dataclasses.asdict(default))
