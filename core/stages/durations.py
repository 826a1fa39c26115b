"""How long the parts of each stage take, about: told before a run, and what divides its progress while it goes on. No torch.

Seconds on two processor cores. From runs: labelling, each step of the landmarks and of the parser, settling, all of `ship`. A
step of the finder is from the steps that `core.configs` gives for minutes. The rest is estimated.
"""

from collections.abc import Callable, Mapping
from typing import Any

from core import configs

Seconds = tuple[float, ...]

_PORTRAITS = 929  # of split train


def seconds_of(config: Any) -> Seconds:
    """Of each part of a stage with this configuration, in their order; none where nobody knows."""
    found = _SECONDS.get(type(config))
    return () if found is None else found(config)


def _fitting(config: Any, step: float) -> float:
    return float(step * config.steps if config.steps else 60 * config.minutes)


def _face_networks(config: configs.FaceNetworksConfig) -> Seconds:
    links = (
        configs.LabelFacesConfig(limit=config.portraits),
        configs.RenderHeadsConfig(heads=config.heads, avatars=config.avatars),
        configs.TrainFinderConfig(steps=config.finder_steps),
        configs.TrainLandmarksConfig(steps=config.landmarks_steps, settling=config.settling),
        configs.TrainParserConfig(steps=config.parser_steps, closer=config.closer),
    )
    return tuple(sum(seconds_of(link)) for link in links)


_SECONDS: Mapping[type[Any], Callable[[Any], Seconds]] = {
    configs.LabelFacesConfig: lambda one: (0.65 * (one.limit or _PORTRAITS),),
    configs.TrainFinderConfig: lambda one: (60 + _fitting(one, 0.72),),
    # Variants of the faces, steps, settling.
    configs.TrainLandmarksConfig: lambda one: (480, _fitting(one, 1.1), 0.012 * one.settling),
    # Steps, and those of the closer look.
    configs.TrainParserConfig: lambda one: (120 + _fitting(one, 0.8), 0.4 * one.closer),
    configs.RenderAvatarsConfig: lambda one: (0.2 * one.count,),
    configs.RenderHeadsConfig: lambda one: (2.0 * (one.heads + one.avatars),),
    configs.TrainEstimatorConfig: lambda one: (120 + _fitting(one, 0.3),),
    configs.FaceNetworksConfig: _face_networks,
    configs.ShipConfig: lambda one: (
        0.2 * one.count,
        *(60 * minutes for minutes in (one.baseline_minutes, one.shape_minutes, one.details_minutes)),
    ),
}
