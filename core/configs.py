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
    batch: int = 40  # pictures a step
    rate: float = 2.5e-3  # highest learning rate; it rises to it over 60 steps and falls as a cosine
    measured_on: str = ""  # run folder of label_faces for split dev, to measure while training; empty is not to measure
    threads: int = 1  # CPU threads of the network
    device: str = "auto"  # auto | cpu | cuda
    devices: int = 1  # GPUs that share each batch, with a process for each
    seed: int = 1


@dataclass(frozen=True)
class TrainLandmarksConfig:
    """Train the landmark network."""

    labels: str = ""  # run folder of label_faces
    minutes: float = 20.0  # wall-clock time of training
    steps: int = 0  # optimiser steps instead of minutes; 0 is minutes
    batch: int = 48  # pictures a step, one in eight of them without a face
    rate: float = 2e-3  # highest learning rate; it rises to it over 60 steps and falls as a cosine
    measured_on: str = ""  # run folder of label_faces for split dev, to measure while training; empty is not to measure
    start: str = ""  # run folder of an earlier train_landmarks, whose weights to begin with; empty is random weights
    settling: int = 100_000  # crops for which the linear layers are solved in the end, about 80 a second; 0 leaves them
    threads: int = 1  # CPU threads of the network
    device: str = "auto"  # auto | cpu | cuda
    devices: int = 1  # GPUs that share each batch, with a process for each
    seed: int = 1


@dataclass(frozen=True)
class TrainParserConfig:
    """Train the face parser."""

    labels: str = ""  # run folder of label_faces
    minutes: float = 15.0  # wall-clock time of training
    steps: int = 0  # optimiser steps instead of minutes; 0 is minutes
    batch: int = 16  # pictures a step
    rate: float = 2.5e-3  # highest learning rate; it rises to it over 60 steps and falls as a cosine
    measured_on: str = ""  # run folder of label_faces for split dev, to measure while training; empty is not to measure
    heads: str = ""  # run folder of render_heads: heads with exact masks and things to wear; empty is none
    start: str = ""  # run folder of an earlier train_parser, whose weights to begin with; empty is random weights
    closer: int = 3_000  # steps in which the closer look at glasses is trained alone in the end; 0 leaves it out
    threads: int = 1  # of the processor; 0 leaves it to torch
    device: str = "auto"  # auto | cpu | cuda
    devices: int = 1  # GPUs that share each batch, with a process for each
    seed: int = 1


@dataclass(frozen=True)
class RenderAvatarsConfig:
    """Render avatars of plausible vectors."""

    engine: str = "toon"
    count: int = 10_000  # avatars; the paper renders 50,000 and 10,000
    size: int = 192  # pixels of the frame `bust`; the face alone is 1.6 times smaller
    processes: int = 2  # that render at the same time
    seed: int = 1


@dataclass(frozen=True)
class RenderHeadsConfig:
    """Render heads with the class of every pixel, and cut out hats, glasses and earrings to put on portraits."""

    engine: str = "toon"
    heads: int = 1_200  # heads of MakeHuman
    avatars: int = 800  # heads of the engine
    hats: int = 220  # hats cut out
    glasses: int = 120  # glasses cut out
    earrings: int = 60  # earrings cut out
    lit: int = 80  # heads under known light, for measuring
    seed: int = 1


@dataclass(frozen=True)
class TrainEstimatorConfig:
    """Train one of an engine's estimators (SwiftAvatar 3.3; core.stages.train_estimator says what each one sees)."""

    network: str = "baseline"  # baseline | shape | details
    renders: str = ""  # run folder of render_avatars
    minutes: float = 15.0  # wall-clock time of training
    steps: int = 0  # optimiser steps instead of minutes; 0 is minutes
    batch: int = 32  # pictures; the paper has 256
    rate: float = 2e-3  # highest learning rate; it rises to it over 60 steps and falls as a cosine
    threads: int = 1  # of the processor; 0 leaves it to torch
    portraits: int = 0  # training portraits used, 0 is all
    discrete_weight: float = 10.0  # the paper's lambda_d
    continuous_weight: float = 1.0  # the paper's lambda_c
    device: str = "auto"  # auto | cpu | cuda
    devices: int = 1  # GPUs that share each batch, with a process for each
    seed: int = 1


@dataclass(frozen=True)
class ShipConfig:
    """Train everything that ships for an engine, in about 60 minutes of processor time where there are two cores."""

    engine: str = "toon"
    count: int = 4_000  # avatars to render
    baseline_minutes: float = 6.0  # wall-clock time of training the baseline
    shape_minutes: float = 8.0  # wall-clock time of training what sees regions
    details_minutes: float = 8.0  # wall-clock time of training what sees skin
    portraits: int = 0  # training portraits used, 0 is all
    seed: int = 1


@dataclass(frozen=True)
class PrepareFacesConfig:
    """Turn a folder of photos into aligned faces with masks."""

    photos: str = ""  # folder of photos, looked through with the folders in it
    size: int = 256  # pixels of a face's side
    all_faces: bool = False  # every face of a photo; otherwise photos of several people are refused
    inside: float = 0.9  # least share of a face's picture that must show the photo
    smallest: float = 0.5  # least number of photo pixels for each pixel of the face's picture, along a side
    refused: str = "turned_away,cut_off,blurred,covered"  # photo checks that a face must pass (core.faces.checks)
    split: str = "train"  # of portraits.csv, for photos that it lists; those of another split are refused


@dataclass(frozen=True)
class FaceNetworksConfig:
    """Train the three networks that read faces, from the portraits and their teachers on."""

    finder_steps: int = 1_330  # of 40 pictures
    landmarks_steps: int = 8_300  # of 48 pictures
    parser_steps: int = 9_800  # of 16 pictures
    settling: int = 100_000  # crops for the linear layers of the landmark network, in the end
    closer: int = 3_000  # steps of the parser's closer look at glasses, in the end
    heads: int = 1_200  # heads of MakeHuman to render
    avatars: int = 800  # heads of the engine to render
    portraits: int = 0  # training portraits labelled and used, 0 is all
    threads: int = 0  # of the processor; 0 leaves it to torch
    seed: int = 1
