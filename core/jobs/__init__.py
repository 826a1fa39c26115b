"""Kinds of jobs: what can be run, with which configuration. Torch-free; the stage itself is imported when it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core import configs


@dataclass(frozen=True)
class JobKind:
    """One kind of job.

    Attributes:
        title: What people read.
        config: Its configuration, a frozen dataclass of `core.configs`.
        function: "module:function", called with (config, run folder, reporter).
    """

    title: str
    config: type[Any]
    function: str


JOBS: Mapping[str, JobKind] = {
    "label_faces": JobKind("Label training portraits with the teachers", configs.LabelFacesConfig, "core.stages.label_faces:label_faces"),
    "train_finder": JobKind("Train the face finder", configs.TrainFinderConfig, "core.stages.train_finder:train_finder"),
    "train_landmarks": JobKind("Train the landmarks", configs.TrainLandmarksConfig, "core.stages.train_landmarks:train_landmarks"),
    "train_parser": JobKind("Train the face parser", configs.TrainParserConfig, "core.stages.train_parser:train_parser"),
    "render_avatars": JobKind("Render avatars of sampled vectors", configs.RenderAvatarsConfig, "core.stages.render_avatars:render_avatars"),
    "train_estimator": JobKind("Train an estimator", configs.TrainEstimatorConfig, "core.stages.train_estimator:train_estimator"),
    "ship": JobKind("Train everything that ships for an engine", configs.ShipConfig, "core.stages.ship:ship"),
}  # fmt: skip
