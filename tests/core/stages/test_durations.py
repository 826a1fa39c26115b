import pytest

from core import configs
from core.jobs import JOBS
from core.stages.durations import seconds_of


def test_every_kind_of_job_has_them_but_one_that_depends_on_a_folder_of_photos() -> None:
    assert [name for name in JOBS if "tests." not in JOBS[name].function and not seconds_of(JOBS[name].config())] == [
        "prepare_faces"
    ]
    assert seconds_of("FIRST") == ()


def test_parts_are_those_that_the_stages_have() -> None:
    assert seconds_of(configs.TrainLandmarksConfig(steps=600, settling=5000)) == pytest.approx((480, 660, 60))
    assert seconds_of(configs.TrainParserConfig(minutes=2, closer=0)) == pytest.approx((240, 0))
    assert seconds_of(configs.ShipConfig(count=10, baseline_minutes=1)) == pytest.approx((2, 60, 480, 480))
    networks = configs.FaceNetworksConfig(portraits=10, heads=1, avatars=2, landmarks_steps=100, settling=0)
    assert seconds_of(networks)[:2] == pytest.approx((6.5, 6))
    assert seconds_of(networks)[3] == pytest.approx(590)
