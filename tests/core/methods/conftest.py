import shutil
from pathlib import Path

import pytest

from core.configs import RenderAvatarsConfig, TrainEstimatorConfig
from core.paths import data_folder
from core.reporting import SilentReporter
from core.stages import train_estimator as stage
from core.stages.render_avatars import render_avatars


@pytest.fixture(scope="package")
def toy_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of untrained estimators of the toy engine."""
    renders, models = tmp_path_factory.mktemp("renders"), tmp_path_factory.mktemp("models")
    render_avatars(RenderAvatarsConfig(engine="toy", count=10, size=64, processes=1), renders, SilentReporter())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "_read_selfies", lambda _: [])
        for network in ("baseline", "shape", "details"):
            folder = tmp_path_factory.mktemp(network)
            config = TrainEstimatorConfig(network=network, renders=str(renders), steps=1, batch=2, threads=1)
            stage.train_estimator(config, folder, SilentReporter())
            for path in folder.glob("toy_*"):
                shutil.copy(path, models)
    return models


@pytest.fixture(autouse=True)
def _own_models(toy_models: Path) -> None:
    """They are installed as a user's own."""
    shutil.copytree(toy_models, data_folder() / "models", dirs_exist_ok=True)
