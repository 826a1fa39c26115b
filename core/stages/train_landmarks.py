"""Train the landmark network on jittered crops of the labelled portraits.

Judged by the correlation of shape numbers with the teacher, never by the mean error alone (core.networks.landmarks says why).
Random initialisation: there are no ImageNet weights here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image as Pillow
from torch import Tensor

from core.checkpoint import Training
from core.configs import TrainLandmarksConfig
from core.datasets.augmentation import Rng, harden, occlude, over, piece_of, texture
from core.datasets.portraits import FaceLabels, load_labels, load_photos
from core.faces.align import Frame, five_points, landmark_quad
from core.faces.landmarks import LANDMARKS_SIZE
from core.faces.mesh import LEFT_EYE, NUM_LANDMARKS, OUTER_LIPS, RIGHT_EYE
from core.faces.shape import SHAPE_NUMBERS, shape_numbers
from core.images import to_images
from core.networks.landmarks import NUM_COMPONENTS, Landmarks, landmark_loss
from core.reporting import Reporter
from core.stages.exporting import export_network, face_facts
from core.stages.fitting import Schedule, fit

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_BATCH = 48
_PEAK_RATE = 2e-3
_KEY_POINTS = [
    33, 133, 159, 145, 263, 362, 386, 374, 468, 473, 46, 105, 55, 276, 334, 285, 4, 2, 98, 327,
    61, 291, 0, 17, 13, 14, 152, 172, 397, 234, 454, 10,
]  # fmt: skip
"""What shape is measured on: weighs four times."""


def train_landmarks(config: TrainLandmarksConfig, folder: Path, reporter: Reporter) -> None:
    """Train, and write landmarks.onnx with its card into the run folder; the same call again resumes."""
    torch.manual_seed(config.seed)
    labels = load_labels(Path(config.labels))
    mirrored = mirror(labels.landmarks)
    mean, basis, shape_weight = shape_model(labels.landmarks, mirrored)
    crops = _Crops.load(labels, mirrored)
    network = Landmarks(torch.from_numpy(mean), torch.from_numpy(basis))
    training = Training(network.to(memory_format=torch.channels_last), config.seed)  # type: ignore[call-overload]
    point_weight = torch.ones(NUM_LANDMARKS)
    point_weight[468:] = 2
    point_weight[[*LEFT_EYE, *RIGHT_EYE, *OUTER_LIPS]] = 3
    point_weight[_KEY_POINTS] = 4

    def loss_of(done: float) -> Tensor:
        # Two passes at inference forgive a rough first crop, so the end of training is on better ones.
        pictures, points = crops.batch(training.rng, jitter=1.0 if done < 0.7 else 0.5)
        return landmark_loss(network, _tensor(pictures), torch.from_numpy(points), point_weight, torch.from_numpy(shape_weight))

    held_out = _held_out(config.measured_on)
    schedule = Schedule(config.minutes, config.steps, _PEAK_RATE)
    if fit(training, schedule, loss_of, lambda: _figures(training.average, held_out), folder, reporter):
        facts = face_facts(
            "train_landmarks", "Places 478 landmarks on a face.", Path(config.labels), training.seconds, config.seed
        )
        export_network(training.average, LANDMARKS_SIZE, ("landmarks",), folder / "landmarks.onnx", facts)


def mirror(landmarks: Float) -> NDArray[np.int64]:
    """(478,): which point each point becomes in a mirror, found on the mean of shapes (N, 478, 2)."""
    from scipy.optimize import linear_sum_assignment  # of the extra `build`

    mean = np.mean([_levelled(one) for one in landmarks], axis=0)
    distance = np.linalg.norm(mean[:, None] - (mean * (-1, 1))[None], axis=-1)
    iris = np.arange(NUM_LANDMARKS) >= 468
    distance[iris[:, None] != iris[None]] = 9
    _, partner = linear_sum_assignment(distance**2)
    return np.asarray(partner)


def shape_model(landmarks: Float, mirrored: NDArray[np.int64]) -> tuple[Float, Float, Float]:
    """Of shapes (N, 478, 2) and their mirrors: mean (478, 2), basis (60, 478, 2) times deviations, and loss weights (60,)."""
    mean = np.mean([_levelled(one) for one in landmarks], axis=0)
    target = (mean - mean.mean(axis=0)) @ (1, 1j)
    offsets = []
    for points in (*landmarks, *(landmarks * (-1, 1))[:, mirrored]):
        shape = (points - points.mean(axis=0)) @ (1, 1j)
        aligned = shape * (np.vdot(shape, target) / np.vdot(shape, shape)) - target
        offsets.append(np.stack([aligned.real, aligned.imag], axis=-1))
    _, spread, components = np.linalg.svd(np.reshape(offsets, (len(offsets), -1)), full_matrices=False)
    deviation, basis = np.zeros(NUM_COMPONENTS), np.zeros((NUM_COMPONENTS, NUM_LANDMARKS, 2))
    count = min(NUM_COMPONENTS, len(spread))  # few faces have fewer components; the others stay zero
    deviation[:count] = spread[:count] / np.sqrt(len(offsets))
    basis[:count] = (components[:count] * deviation[:count, None]).reshape(-1, NUM_LANDMARKS, 2)
    # Rarer components matter less, but not as much less as their size.
    return mean.astype(np.float32), basis.astype(np.float32), np.sqrt(deviation / deviation[0]).astype(np.float32)


def _levelled(points: Float) -> Float:
    """A shape in its own crop: about the middle, level, in sides of the crop."""
    return Frame(landmark_quad(five_points(points)), 1).from_picture(points) - np.float32(0.5)


@dataclass(frozen=True, eq=False)
class _Crops:
    """Training crops made from labelled portraits."""

    photos: Sequence[Image]
    people: Sequence[Image]
    landmarks: Float
    mirrored: NDArray[np.int64]
    chances: NDArray[np.float64]

    @staticmethod
    def load(labels: FaceLabels, mirrored: NDArray[np.int64]) -> "_Crops":
        photos, scales = load_photos(labels, 512)
        people = [
            np.asarray(Pillow.fromarray(mask).resize(photo.shape[1::-1]))
            for mask, photo in zip(labels.people, photos, strict=True)
        ]
        return _Crops(photos, people, labels.landmarks * scales[:, None, None], mirrored, labels.chances())

    def batch(self, rng: Rng, jitter: float) -> tuple[Image, Float]:
        chosen = rng.choice(len(self.photos), _BATCH, p=self.chances)
        pictures, points = zip(*(self._sample(rng, int(index), jitter) for index in chosen), strict=True)
        return np.stack(pictures), np.stack(points)

    def _sample(self, rng: Rng, index: int, jitter: float) -> tuple[Image, Float]:
        photo, landmarks = self.photos[index], self.landmarks[index]
        is_mirrored = rng.random() < 0.5
        frame = Frame(_jittered(rng, landmark_quad(five_points(landmarks)), jitter, is_mirrored), LANDMARKS_SIZE)
        picture = frame.crop(photo)
        if rng.random() < 0.3:
            picture = picture * frame.inside(*photo.shape[:2])[..., None]
        if rng.random() < 0.3:
            size = LANDMARKS_SIZE
            back = texture(rng, size, size) if rng.random() < 0.5 else piece_of(rng, self.photos, size, size)
            picture = over(picture, frame.crop(self.people[index]), back)
        points = frame.from_picture(landmarks) / np.float32(LANDMARKS_SIZE)
        picture = harden(rng, occlude(rng, picture, self.photos, 0.3))
        return picture, points[self.mirrored] if is_mirrored else points


def _jittered(rng: Rng, quad: Float, jitter: float, mirrored: bool) -> Float:
    """A quad moved, grown, turned, stretched and perhaps mirrored at random."""
    centre, half = quad.mean(axis=0), (quad[3] - quad[0]) / 2
    side = 2 * float(np.hypot(*half))
    angle = np.radians(rng.uniform(-40, 40) if rng.random() < 0.25 * jitter else rng.normal(0, 8 * jitter))
    change = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    change *= np.exp(np.clip(rng.normal(0, 0.12 * jitter), -0.3, 0.35))
    if rng.random() < 0.35:  # other face proportions
        change = change @ (np.eye(2) + rng.normal(0, 0.06, (2, 2)))
    moved = (quad - centre) @ change.T + centre + rng.normal(0, 0.05 * jitter, 2) * side
    return np.asarray(moved[[3, 2, 1, 0]] if mirrored else moved, np.float32)


@dataclass(frozen=True, eq=False)
class _HeldOut:
    pictures: Image
    landmarks: Float  # (N, 478, 2) in sides of the crop


def _held_out(folder: str) -> _HeldOut | None:
    if not folder:
        return None
    dev = load_labels(Path(folder), "dev")
    photos, scales = load_photos(dev, 512)
    landmarks = dev.landmarks * scales[:, None, None]
    frames = [Frame(landmark_quad(five_points(one)), LANDMARKS_SIZE) for one in landmarks]
    pictures = [frame.crop(photo) for frame, photo in zip(frames, photos, strict=True)]
    points = [frame.from_picture(one) / LANDMARKS_SIZE for frame, one in zip(frames, landmarks, strict=True)]
    return _HeldOut(np.stack(pictures), np.stack(points))


def _figures(network: torch.nn.Module, held_out: _HeldOut | None) -> Mapping[str, float]:
    """Mean error in percent of the outer-eye distance, and correlations of shape numbers with the teacher."""
    if held_out is None:
        return {}
    found = network(_tensor(held_out.pictures)).numpy()
    wanted = held_out.landmarks
    outer_eyes = np.linalg.norm(wanted[:, 33] - wanted[:, 263], axis=-1)
    error = np.linalg.norm(found - wanted, axis=-1).mean(axis=1) / outer_eyes
    ours, theirs = shape_numbers(found), shape_numbers(wanted)
    alike = {f"r_{name}": float(np.corrcoef(ours[:, i], theirs[:, i])[0, 1]) for i, name in enumerate(SHAPE_NUMBERS)}
    return {"error_percent": float(100 * error.mean()), **alike}


def _tensor(pictures: Image) -> Tensor:
    return torch.from_numpy(to_images(pictures)).contiguous(memory_format=torch.channels_last)
