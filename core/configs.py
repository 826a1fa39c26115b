"""Every stage's configuration: all hyperparameters of the project on one page. No torch.

Each field says its unit and meaning on its line; where the paper gives a value, it says so.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class LabelFacesConfig:
    """Label the training portraits with the teacher networks."""

    split: str = "train"  # split of portraits.csv; anything but train serves measuring only
    limit: int = 0  # portraits, 0 is all


@dataclass(frozen=True)
class TrainFinderConfig:
    """Train the face finder."""

    labels: str = ""  # run folder of label_faces
    minutes: float = 16.0  # wall-clock time of training
    steps: int = 0  # optimiser steps instead of minutes; 0 is minutes
    measured_on: str = ""  # run folder of label_faces for split dev, to measure while training; empty is not to measure
    seed: int = 1


@dataclass(frozen=True)
class TrainLandmarksConfig:
    """Train the landmark network."""

    labels: str = ""  # run folder of label_faces
    minutes: float = 20.0  # wall-clock time of training
    steps: int = 0  # optimiser steps instead of minutes; 0 is minutes
    measured_on: str = ""  # run folder of label_faces for split dev, to measure while training; empty is not to measure
    seed: int = 1


@dataclass(frozen=True)
class TrainParserConfig:
    """Train the face parser."""

    labels: str = ""  # run folder of label_faces
    minutes: float = 15.0  # wall-clock time of training
    steps: int = 0  # optimiser steps instead of minutes; 0 is minutes
    measured_on: str = ""  # run folder of label_faces for split dev, to measure while training; empty is not to measure
    seed: int = 1


@dataclass(frozen=True)
class RenderAvatarsConfig:
    """Render avatars of sampled vectors."""

    engine: str = "toon"
    count: int = 10_000  # avatars; the paper renders 50,000 and 10,000
    size: int = 160  # pixels
    seed: int = 1


@dataclass(frozen=True)
class TrainEstimatorConfig:
    """Train an estimator on renders or pairs (SwiftAvatar 3.3)."""

    engine: str = "toon"
    data: str = ""  # run folder of render_avatars
    seed: int = 1


@dataclass(frozen=True)
class ShipConfig:
    """Train everything that ships for an engine."""

    engine: str = "toon"
    seed: int = 1
