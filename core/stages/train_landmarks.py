"""Train the landmark network on labelled portraits and warped variants of them.

Judged by the correlation of shape numbers with the teacher, never by the mean error alone (core.networks.landmarks says why).
Random initialisation: there are no ImageNet weights here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.checkpoint import Training, start_from
from core.configs import TrainLandmarksConfig
from core.datasets.augmentation import Rng, harden, occlude, over, piece_of, texture
from core.datasets.face_variants import Faces, make_faces
from core.datasets.faceless import faceless_crops
from core.datasets.portraits import FaceLabels, load_labels, load_photos
from core.datasets.shape_model import levelled, shape_model
from core.datasets.teachers import Teachers
from core.devices import Team, join
from core.errors import DataError
from core.faces.align import Frame, five_points, landmark_quad
from core.faces.expressions import EXPRESSIONS, MIRRORED_EXPRESSIONS
from core.faces.landmarks import LANDMARKS_SIZE
from core.faces.mesh import LEFT_EYE, MIRRORED, NUM_LANDMARKS, OUTER_LIPS, RIGHT_EYE
from core.faces.shape import SHAPE_NUMBERS, shape_numbers
from core.images import to_images
from core.networks.compiling import compiled
from core.networks.landmarks import DEPTH_WEIGHT, NUM_COMPONENTS, Landmarks, Wanted, Weights, landmark_loss, lengths
from core.paths import training_data_folder
from core.reporting import Reporter, divided
from core.stages.durations import seconds_of
from core.stages.exporting import export_network, face_facts
from core.stages.fitting import Schedule, fit
from core.stages.landmark_settling import settle

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_CLOSE = 0.5  # how far crops of the end are from where they should be, against those of the beginning
_WORTH_COMPILING = 1000  # steps, each of which takes a tenth less
_STEP_S = 0.4
_FACELESS = 8  # one in so many of a batch has no face
_ORIGINALS = 0.4  # how often a portrait is drawn as it is
_DARKER = 2.0  # how much more often a portrait of the darkest skin is drawn than one of light skin, beside once
_KEY_POINTS = [
    33, 133, 159, 145, 263, 362, 386, 374, 468, 473, 46, 105, 55, 276, 334, 285, 4, 2, 98, 327,
    61, 291, 0, 17, 13, 14, 152, 172, 397, 234, 454, 10, 49, 279,
]  # fmt: skip
"""What shape is measured on: weighs four times."""
_CHEEKS = [50, 280, 101, 330, 117, 346, 108, 337]


def train_landmarks(config: TrainLandmarksConfig, folder: Path, reporter: Reporter) -> None:
    """Train, and write landmarks.onnx with its card into the run folder; the same call again resumes."""
    team = join(config.device, config.devices, config.threads)
    share = team.share(config.batch)
    torch.manual_seed(config.seed)
    labels = load_labels(Path(config.labels))
    making, fitting, settling = divided(reporter, seconds_of(config))
    crops = _crops(labels, config.seed, folder, making, team)
    if crops is None:
        return
    mean, basis, shape_weight = shape_model(crops.faces.points, crops.chances, NUM_COMPONENTS, DEPTH_WEIGHT)
    network = Landmarks(torch.from_numpy(mean), torch.from_numpy(basis))
    network.fit(
        torch.from_numpy(levelled(crops.faces.points) + np.array([0.5, 0.5, 0], np.float32)), torch.from_numpy(crops.chances)
    )
    if config.start:
        start_from(network, Path(config.start), ("mean", "basis", "fitted.weight", "fitted.bias"))
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    training = Training(network, config.seed, team=team)
    parts = _point_weight(), torch.from_numpy(shape_weight), _spread(crops.faces, len(labels.files))
    weights = Weights(*(part.to(team.device) for part in parts))
    heads = compiled(network.heads) if _is_long(config) else network.heads

    def loss_of(done: float) -> Tensor:
        # Two passes at inference forgive a rough first crop, so the end of training is on better ones.
        pictures, points, expressions = crops.batch(training.rng, share, jitter=1.0 if done < 0.7 else _CLOSE)
        wanted = Wanted(*(torch.from_numpy(values).to(team.device) for values in (points, expressions)))
        return landmark_loss(network, heads(_tensor(pictures).to(team.device)), wanted, weights)

    held_out = _held_out(config.measured_on)
    schedule = Schedule(config.minutes, config.steps, config.rate)
    if fit(training, schedule, loss_of, lambda: _figures(training.averaged(), held_out), folder, fitting):
        average = training.averaged()
        if config.settling:
            fresh = np.random.default_rng([config.seed, 3])
            assert isinstance(average, Landmarks)
            if not settle(average, lambda: crops.faces_of(fresh, config.batch), config.settling, settling):
                return
            for name, value in _figures(average, held_out).items():
                reporter.measure(name, value, training.step)
        what = "Places 478 landmarks with depth on a face, and says what it expresses and whether it is one."
        facts = face_facts("train_landmarks", what, Path(config.labels), training.seconds, config.seed)
        facts |= {"steps": training.step, "pictures": training.step * config.batch}
        if config.start:
            facts["initialisation"] = "the weights of an earlier run of this stage, where they fit"
            facts["command"] += " --set start=EARLIER"
        export_network(average, LANDMARKS_SIZE, ("landmarks", "expression", "face"), folder / "landmarks.onnx", facts)


def _is_long(config: TrainLandmarksConfig) -> bool:
    """Whether a run gains back the minute of processor time that compiling takes."""
    return config.steps >= _WORTH_COMPILING if config.steps else config.minutes * 60 >= _WORTH_COMPILING * _STEP_S


def _teacher_of_expressions() -> Callable[[Float], Float]:
    data = training_data_folder()
    if data is None:
        raise DataError("There are no teachers here. Set LIKENESS_DATA to the folder that holds them.")
    return Teachers(data / "teachers").expression


def _point_weight() -> Tensor:
    weight = torch.ones(NUM_LANDMARKS)
    weight[468:] = 2
    weight[[*LEFT_EYE, *RIGHT_EYE, *OUTER_LIPS]] = 3
    weight[_KEY_POINTS] = 4
    return weight


def _spread(faces: Faces, portraits: int) -> Tensor:
    """How much the lengths differ between the portraits as they are: variants differ by more than people do."""
    return lengths(torch.from_numpy(faces.points[:portraits])).std(dim=0, correction=0).clamp(min=1e-3)


def _crops(labels: FaceLabels, seed: int, folder: Path, reporter: Reporter, team: Team) -> "_Crops | None":
    """What is trained on; made once, by one process, while the others of a team wait. None if the reporter says stop."""
    faces = _faces(labels, seed, folder, reporter) if team.leads else None
    if not team.told(faces is not None):
        return None
    faces = Faces.load(folder / "faces") if faces is None else faces
    assert faces is not None
    faceless = faceless_crops(labels, np.random.default_rng([seed, 1]), LANDMARKS_SIZE, 2)
    faces.points[..., 2] -= faces.points[..., 2].mean(axis=1, keepdims=True)
    return _Crops(faces, faceless, _chances(labels, faces))


def _faces(labels: FaceLabels, seed: int, folder: Path, reporter: Reporter) -> Faces | None:
    """Portraits and variants of them, kept in the run folder, where they take about 1.6 GB. None if the reporter says stop."""
    faces = Faces.load(folder / "faces")
    if faces is None:

        def stop(done: int) -> bool:
            reporter.progress(done, len(labels.files))
            return reporter.should_stop()

        faces = make_faces(labels, np.random.default_rng(seed), _teacher_of_expressions(), stop)
        if faces is None:
            return None
        faces.save(folder / "faces")
    return faces


def _chances(labels: FaceLabels, faces: Faces) -> NDArray[np.float64]:
    """(M,) how often to draw each face: what balances the officials twice, the darkest skin up to three times as often."""
    count = len(labels.files)
    at = faces.points[:count, _CHEEKS, :2].astype(int).clip(0, faces.pictures.shape[1] - 1)
    cheeks = faces.pictures[np.arange(count)[:, None], at[..., 1], at[..., 0], :3] @ np.array([0.2126, 0.7152, 0.0722])
    lightness = np.median(cheeks, axis=1)
    portraits = labels.chances() * (1 + _DARKER * np.clip((150 - lightness) / 70, 0, 1))
    as_it_is = np.arange(len(faces.portraits)) < count
    variants = max(1, (len(faces.portraits) - count) // count)
    chances = portraits[faces.portraits] * np.where(as_it_is, _ORIGINALS, (1 - _ORIGINALS) / variants)
    return np.asarray(chances / chances.sum())


@dataclass(frozen=True, eq=False)
class _Crops:
    """Training crops made from faces."""

    faces: Faces
    faceless: Image
    chances: NDArray[np.float64]

    def batch(self, rng: Rng, count: int, jitter: float) -> tuple[Image, Float, Float]:
        """Pictures (count, 128, 128, 3); of the first 7 in 8, points (M, 478, 3) in sides of the crop and expressions (M, 52)."""
        faceless = max(1, count // _FACELESS)
        chosen = rng.choice(len(self.chances), count - faceless, p=self.chances)
        pictures, points, expressions = zip(*(self._sample(rng, int(index), jitter) for index in chosen), strict=True)
        others = [self._no_face(rng, int(index)) for index in rng.choice(len(self.faceless), faceless)]
        return np.stack([*pictures, *others]), np.stack(points), np.stack(expressions)

    def faces_of(self, rng: Rng, count: int) -> tuple[Tensor, Tensor, NDArray[np.int64]]:
        """Pictures (count, 3, 128, 128) as the network takes them, points (count, 478, 3), and whose faces they are (count,)."""
        chosen = rng.choice(len(self.chances), count, p=self.chances)
        pictures, points, _ = zip(*(self._sample(rng, int(index), _CLOSE) for index in chosen), strict=True)
        return _tensor(np.stack(pictures)), torch.from_numpy(np.stack(points)), self.faces.portraits[chosen].astype(np.int64)

    def _no_face(self, rng: Rng, index: int) -> Image:
        picture = self.faceless[index]
        return harden(rng, np.ascontiguousarray(picture[:, ::-1]) if rng.random() < 0.5 else picture)

    def _sample(self, rng: Rng, index: int, jitter: float) -> tuple[Image, Float, Float]:
        face, points, expression = self.faces.pictures[index], self.faces.points[index], self.faces.expressions[index]
        is_mirrored = rng.random() < 0.5
        quad = _jittered(rng, landmark_quad(five_points(points[:, :2])), jitter, is_mirrored)
        frame = Frame(quad, LANDMARKS_SIZE)
        picture = frame.crop(face[..., :3])  # apart from the mask, which Pillow would take for transparency
        if rng.random() < 0.25:
            size = LANDMARKS_SIZE
            back = texture(rng, size, size) if rng.random() < 0.3 else self._piece(rng)
            picture = over(picture, frame.crop(face[..., 3]), back)
        if rng.random() < 0.25:
            picture = occlude(rng, picture, [self._piece(rng)], 1.0)
        picture = harden(rng, picture)
        placed = np.empty_like(points)
        placed[:, :2] = frame.from_picture(points[:, :2]) / np.float32(LANDMARKS_SIZE)
        placed[:, 2] = points[:, 2] / np.sqrt(np.abs(_area(quad)))
        if is_mirrored:
            return picture, placed[MIRRORED], expression[MIRRORED_EXPRESSIONS]
        return picture, placed, expression

    def _piece(self, rng: Rng) -> Image:
        """A piece of another face's picture, or a picture without a face."""
        if rng.random() < 0.5:
            return np.asarray(self.faceless[rng.integers(len(self.faceless))])
        return piece_of(rng, [self.faces.pictures[rng.integers(len(self.faces.pictures))][..., :3]], *(LANDMARKS_SIZE,) * 2)


def _jittered(rng: Rng, quad: Float, jitter: float, mirrored: bool) -> Float:
    """A quad moved, grown, turned, stretched and perhaps mirrored at random."""
    centre, half = quad.mean(axis=0), (quad[3] - quad[0]) / 2
    side = 2 * float(np.hypot(*half))
    angle = np.radians(rng.uniform(-40, 40) if rng.random() < 0.25 * jitter else rng.normal(0, 8 * jitter))
    change = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    change *= np.exp(np.clip(rng.normal(0, 0.12 * jitter), -0.3, 0.35))
    if rng.random() < 0.25:  # other face proportions
        change = change @ (np.eye(2) + rng.normal(0, 0.04, (2, 2)))
    moved = (quad - centre) @ change.T + centre + rng.normal(0, 0.05 * jitter, 2) * side
    return np.asarray(moved[[3, 2, 1, 0]] if mirrored else moved, np.float32)


def _area(quad: Float) -> float:
    down, right = quad[1] - quad[0], quad[3] - quad[0]
    return float(right[0] * down[1] - right[1] * down[0])


@dataclass(frozen=True, eq=False)
class _HeldOut:
    pictures: Image  # (N, 128, 128, 3)
    hard: Image  # the same, each with a fault
    faceless: Image
    landmarks: Float  # (N, 478, 2) in sides of the crop
    expressions: Float  # (N, 52)


def _held_out(folder: str) -> _HeldOut | None:
    if not folder:
        return None
    dev = load_labels(Path(folder), "dev")
    photos, scales = load_photos(dev, 512)
    landmarks = dev.landmarks * scales[:, None, None]
    frames = [Frame(landmark_quad(five_points(one)), LANDMARKS_SIZE) for one in landmarks]
    pictures = [frame.crop(photo) for frame, photo in zip(frames, photos, strict=True)]
    points = [frame.from_picture(one) / LANDMARKS_SIZE for frame, one in zip(frames, landmarks, strict=True)]
    hard = [harden(np.random.default_rng(index), picture) for index, picture in enumerate(pictures)]
    faceless = faceless_crops(dev, np.random.default_rng(0), LANDMARKS_SIZE, 2)
    express = _teacher_of_expressions()
    return _HeldOut(
        np.stack(pictures), np.stack(hard), faceless, np.stack(points), np.stack([express(one) for one in dev.landmarks])
    )


def _figures(network: torch.nn.Module, held_out: _HeldOut | None) -> Mapping[str, float]:
    """Mean error in percent of the outer-eye distance, correlations with the teacher, and how well faces are told."""
    if held_out is None:
        return {}
    points, expression, face = (answer.numpy() for answer in network(_tensor(held_out.pictures)))
    hard, _, hard_face = (answer.numpy() for answer in network(_tensor(held_out.hard)))
    no_face = network(_tensor(held_out.faceless))[2].numpy()
    ours, theirs = shape_numbers(points[..., :2]), shape_numbers(held_out.landmarks)
    alike = {f"r_{name}": _alike(ours[:, i], theirs[:, i]) for i, name in enumerate(SHAPE_NUMBERS)}
    told = {
        f"r_{name}": _alike(expression[:, EXPRESSIONS.index(name)], held_out.expressions[:, EXPRESSIONS.index(name)])
        for name in ("jawOpen", "eyeBlinkLeft", "mouthSmileLeft", "browInnerUp")
    }
    return {
        "error_percent": _error(points, held_out.landmarks), "hard_percent": _error(hard, held_out.landmarks), **alike, **told,
        "expression_apart": float(np.abs(expression - held_out.expressions).mean()),
        "faces_missed": float((face < 0.5).mean()), "hard_faces_missed": float((hard_face < 0.5).mean()),
        "false_faces": float((no_face >= 0.5).mean()),
    }  # fmt: skip


def _error(found: Float, wanted: Float) -> float:
    outer_eyes = np.linalg.norm(wanted[:, 33] - wanted[:, 263], axis=-1)
    return float(100 * (np.linalg.norm(found[..., :2] - wanted, axis=-1).mean(axis=1) / outer_eyes).mean())


def _alike(ours: Float, theirs: Float) -> float:
    return float(np.corrcoef(ours, theirs)[0, 1])


def _tensor(pictures: Image) -> Tensor:
    return torch.from_numpy(to_images(pictures)).contiguous(memory_format=torch.channels_last)
