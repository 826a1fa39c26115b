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
    name: JobKind(title, config, f"core.stages.{name}:{name}")
    for name, title, config in (
        ("label_faces", "Label training portraits with the teachers", configs.LabelFacesConfig),
        ("train_finder", "Train the face finder", configs.TrainFinderConfig),
        ("train_landmarks", "Train the landmarks", configs.TrainLandmarksConfig),
        ("train_parser", "Train the face parser", configs.TrainParserConfig),
        ("render_avatars", "Render avatars of sampled vectors", configs.RenderAvatarsConfig),
        ("face_networks", "Train the networks that read faces", configs.FaceNetworksConfig),
        ("prepare_faces", "Turn photos into aligned faces with masks", configs.PrepareFacesConfig),
        ("render_heads", "Render heads and things worn on them", configs.RenderHeadsConfig),
        ("train_estimator", "Train an estimator", configs.TrainEstimatorConfig),
        ("ship", "Train everything that ships for an engine", configs.ShipConfig),
    )
}
"""Name -> kind. A stage's function is named like its file (architecture.md 2)."""
