"""Train the face finder on portraits placed anywhere, at any size and turn, over other backgrounds.

Source: arXiv 1904.07850 (core.networks.finder). Random initialisation: there are no ImageNet weights here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.checkpoint import Training
from core.configs import TrainFinderConfig
from core.datasets.augmentation import Rng
from core.datasets.portraits import load_labels, load_photos
from core.devices import join
from core.faces.align import face_unit, five_points, whole_frame
from core.faces.finding import FINDER_SIZE, STRIDE, UNIT, FaceBox, decode_faces
from core.images import to_images
from core.networks.finder import Finder, finding_loss
from core.reporting import Reporter
from core.stages.exporting import export_network, face_facts
from core.stages.finder_scenes import Scenes
from core.stages.fitting import Schedule, fit

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_CELLS = FINDER_SIZE // STRIDE
_CELLS_OF_A_FACE = 12.0  # a face that covers fewer weighs more in each, so that small ones count


def train_finder(config: TrainFinderConfig, folder: Path, reporter: Reporter) -> None:
    """Train, and write finder.onnx with its card into the run folder.

    The same call again resumes; with more minutes a finished run goes on, the learning rate as high as it is then.
    """
    team = join(config.device, config.devices, config.threads)
    share = team.share(config.batch)
    torch.manual_seed(config.seed)
    scenes = Scenes.load(load_labels(Path(config.labels)), config.seed)
    network = Finder().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    training = Training(network, config.seed, team=team)

    def loss_of(_: float) -> Tensor:
        pictures, *targets = _batch(scenes, training.rng, share)
        outputs = training.network(_tensor(pictures).to(team.device))
        return finding_loss(outputs, *(torch.from_numpy(target).to(team.device) for target in targets))

    held_out = _held_out(config.measured_on)
    schedule = Schedule(config.minutes, config.steps, config.rate)
    if fit(training, schedule, loss_of, lambda: _figures(training.averaged(), held_out), folder, reporter):
        facts = face_facts(
            "train_finder",
            "Finds faces in a photo: centre, size and five points.",
            Path(config.labels),
            training.seconds,
            config.seed,
        )
        facts |= {"steps": training.step, "pictures": training.step * config.batch}
        export_network(training.averaged(), FINDER_SIZE, ("faces",), folder / "finder.onnx", facts)


def _batch(scenes: Scenes, rng: Rng, count: int) -> tuple[Image, Float, Float, Float]:
    """Pictures (N, 160, 160, 3) with the heat, regression and weight of `finding_loss`."""
    samples = [scenes.sample(rng) for _ in range(count)]
    targets = [_targets(faces) for _, faces in samples]
    heat, regression, weight = (np.stack(part) for part in zip(*targets, strict=True))
    return np.stack([picture for picture, _ in samples]), heat, regression, weight


def _targets(faces: Sequence[Float]) -> tuple[Float, Float, Float]:
    """Heat (40, 40), regression (13, 40, 40) and weight (40, 40) of `finding_loss`."""
    heat, weight = np.zeros((_CELLS, _CELLS), np.float32), np.zeros((_CELLS, _CELLS), np.float32)
    regression = np.zeros((13, _CELLS, _CELLS), np.float32)
    rows, columns = np.mgrid[0:_CELLS, 0:_CELLS]
    cells = (np.stack([columns, rows], axis=-1) + 0.5) * STRIDE
    for face in faces:
        centre, unit = ((face[0] + face[1]) / 2 + (face[3] + face[4]) / 2) / 2, face_unit(face)
        if not ((centre >= 0) & (centre < FINDER_SIZE)).all():
            continue
        spread = np.clip(0.2 * unit, 2.6, 9.0)
        near = np.exp(-((cells - centre) ** 2).sum(axis=-1) / (2 * spread**2))
        column, row = (centre / STRIDE).astype(int)
        near[row, column] = 1
        heat = np.maximum(heat, near).astype(np.float32)
        chosen = near > 0.55
        values = np.zeros((13, _CELLS, _CELLS), np.float32)
        values[:2] = ((centre - cells) / unit).transpose(2, 0, 1)
        values[2] = np.log(unit / UNIT)
        values[3:] = ((face - cells[:, :, None]) / unit).reshape(_CELLS, _CELLS, 10).transpose(2, 0, 1)
        regression[:, chosen] = values[:, chosen]
        weight[chosen] = near[chosen] * np.sqrt(max(1.0, _CELLS_OF_A_FACE / float(near[chosen].sum())))
    return heat, regression, weight


@dataclass(frozen=True, eq=False)
class _HeldOut:
    pictures: Image  # (N, 160, 160, 3)
    faces: Float  # (N, 5, 2)


def _held_out(labels: str) -> _HeldOut | None:
    if not labels:
        return None
    dev = load_labels(Path(labels), "dev")
    photos, scales = load_photos(dev, 512)
    frames = [whole_frame(photo, FINDER_SIZE) for photo in photos]
    faces = [
        frame.from_picture(five_points(one[:, :2] * scale))
        for frame, one, scale in zip(frames, dev.landmarks, scales, strict=True)
    ]
    pictures = [
        frame.crop(photo) * frame.inside(*photo.shape[:2])[..., None] for frame, photo in zip(frames, photos, strict=True)
    ]
    return _HeldOut(np.stack(pictures), np.stack(faces))


def _figures(network: torch.nn.Module, held_out: _HeldOut | None) -> dict[str, float]:
    """Share of held-out faces that are found, and the error of their points in face units."""
    if held_out is None:
        return {}
    outputs = network(_tensor(held_out.pictures)).numpy()
    found = [decode_faces(output, 0.4) for output in outputs]
    errors = [_error(faces, face) for faces, face in zip(found, held_out.faces, strict=True)]
    hits = [error for error in errors if error < 0.5]
    extra = sum(max(0, len(faces) - 1) for faces in found) / len(found)
    return {"found": len(hits) / len(errors), "points_error": float(np.mean(hits)) if hits else 1.0, "extra": extra}


def _error(faces: Sequence[FaceBox], face: Float) -> float:
    return float(np.hypot(*(faces[0].points - face).T).mean() / face_unit(face)) if faces else np.inf


def _tensor(pictures: Image) -> Tensor:
    return torch.from_numpy(to_images(pictures)).contiguous(memory_format=torch.channels_last)
