"""Train the face finder on portraits placed anywhere, at any size and turn, over other backgrounds.

Source: arXiv 1904.07850 (core.networks.finder). Random initialisation: there are no ImageNet weights here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw
from torch import Tensor

from core.checkpoint import Training
from core.configs import TrainFinderConfig
from core.datasets.augmentation import Rng, harden, occlude, over, piece_of, texture
from core.datasets.portraits import FaceLabels, load_labels, load_photos
from core.faces.align import Frame, face_unit, five_points, whole_frame
from core.faces.finding import FINDER_SIZE, STRIDE, UNIT, FaceBox, decode_faces
from core.images import to_images
from core.networks.finder import Finder, finding_loss
from core.reporting import Reporter
from core.stages.exporting import export_network, face_facts
from core.stages.fitting import Schedule, fit

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_BATCH = 40
_PEAK_RATE = 2.5e-3
_CELLS = FINDER_SIZE // STRIDE
_SMALLEST, _LARGEST = 4.2, 62.0  # face units in pixels of the finder's picture


def train_finder(config: TrainFinderConfig, folder: Path, reporter: Reporter) -> None:
    """Train, and write finder.onnx with its card into the run folder; the same call again resumes."""
    torch.manual_seed(config.seed)
    scenes = _Scenes.load(load_labels(Path(config.labels)))
    training = Training(Finder().to(memory_format=torch.channels_last), config.seed)  # type: ignore[call-overload]

    def loss_of(_: float) -> Tensor:
        pictures, *targets = scenes.batch(training.rng)
        outputs = training.network(_tensor(pictures))
        return finding_loss(outputs, *(torch.from_numpy(target) for target in targets))

    held_out = _held_out(config.measured_on)
    schedule = Schedule(config.minutes, config.steps, _PEAK_RATE)
    if fit(training, schedule, loss_of, lambda: _figures(training.average, held_out), folder, reporter):
        facts = face_facts(
            "train_finder",
            "Finds faces in a photo: centre, size and five points.",
            Path(config.labels),
            training.seconds,
            config.seed,
        )
        export_network(training.average, FINDER_SIZE, ("faces",), folder / "finder.onnx", facts)


@dataclass(frozen=True, eq=False)
class _Scenes:
    """Training pictures made from labelled portraits."""

    photos: Sequence[Image]
    people: Sequence[Image]
    points: Float  # (N, 5, 2)
    heads: Float  # (N, 2, 2) lowest and highest corner of the landmarks
    chances: NDArray[np.float64]

    @staticmethod
    def load(labels: FaceLabels) -> "_Scenes":
        photos, scales = load_photos(labels, 320)
        people = [
            np.asarray(Pillow.fromarray(mask).resize(photo.shape[1::-1]))
            for mask, photo in zip(labels.people, photos, strict=True)
        ]
        landmarks = labels.landmarks * scales[:, None, None]
        points = np.stack([five_points(one) for one in landmarks])
        heads = np.stack([landmarks.min(axis=1), landmarks.max(axis=1)], axis=1)
        return _Scenes(photos, people, points, heads, labels.chances())

    def batch(self, rng: Rng) -> tuple[Image, Float, Float, Float]:
        samples = [self._sample(rng) for _ in range(_BATCH)]
        pictures, targets = [sample[0] for sample in samples], [_targets(sample[1]) for sample in samples]
        heat, regression, weight = (np.stack(part) for part in zip(*targets, strict=True))
        return np.stack(pictures), heat, regression, weight

    def _sample(self, rng: Rng) -> tuple[Image, list[Float]]:
        kind = rng.random()
        if kind < 0.17:
            picture, faces = self._without_face(rng), list[Float]()
        elif kind < 0.5:
            picture, faces = self._whole_photo(rng)
        else:
            picture, faces = self._collage(rng)
        return harden(rng, occlude(rng, picture, self.photos, 0.2), 0.7), faces

    def _without_face(self, rng: Rng) -> Image:
        picture = self._background(rng)
        if rng.random() < 0.5:
            return picture
        # A person whose face is covered, so that hair and shoulders alone are no face.
        unit = float(np.exp(rng.uniform(np.log(8), np.log(50))))
        picture, face = self._placed(rng, picture, unit, rng.uniform(0.2, 0.8, 2) * FINDER_SIZE, "mask")
        centre, half = face.mean(axis=0), 2.0 * unit
        cover = Pillow.fromarray(self._faceless_piece(rng)).resize((int(2 * half) + 1, int(2 * half) + 1))
        mask = Pillow.new("L", cover.size)
        (ImageDraw.Draw(mask).ellipse if rng.random() < 0.6 else ImageDraw.Draw(mask).rectangle)((0, 0, *cover.size), fill=255)
        photo = Pillow.fromarray(picture)
        photo.paste(cover, (int(centre[0] - half), int(centre[1] - half)), mask)
        return np.asarray(photo)

    def _whole_photo(self, rng: Rng) -> tuple[Image, list[Float]]:
        index = self._choose(rng)
        photo = self.photos[index]
        unit = face_unit(self.points[index]) * FINDER_SIZE / max(photo.shape[:2]) * np.exp(rng.uniform(np.log(0.5), np.log(2.5)))
        place = (self.points[index].mean(axis=0) / photo.shape[1::-1] * 0.6 + 0.2 + rng.normal(0, 0.08, 2)) * FINDER_SIZE
        if rng.random() < 0.5:
            place = rng.uniform(0.1, 0.9, 2) * FINDER_SIZE
        margin = min(FINDER_SIZE / 2, unit)
        place = np.clip(place, margin, FINDER_SIZE - margin)
        black = np.zeros((FINDER_SIZE, FINDER_SIZE, 3), np.uint8)
        kind = "rectangle" if rng.random() < 0.5 else "own"
        picture, face = self._placed(rng, black, min(unit, _LARGEST), place, kind, index)
        return picture, [face]

    def _collage(self, rng: Rng) -> tuple[Image, list[Float]]:
        picture, faces = self._background(rng), list[Float]()
        several = rng.random() < 0.25
        for _ in range(2 if several else 1):
            unit = float(np.exp(rng.uniform(np.log(_SMALLEST), np.log(26 if several else _LARGEST))))
            margin = min(0.5, 1.15 * unit / FINDER_SIZE)
            place = rng.uniform(margin, 1 - margin, 2) * FINDER_SIZE
            if all(np.hypot(*(face.mean(axis=0) - place)) > 1.5 * (unit + face_unit(face)) for face in faces):
                kind = "mask" if rng.random() < 0.75 else "rectangle"
                picture, face = self._placed(rng, picture, unit, place, kind)
                faces.append(face)
        return picture, faces

    def _placed(
        self, rng: Rng, back: Image, unit: float, place: NDArray[np.float64], kind: str, index: int | None = None
    ) -> tuple[Image, Float]:
        """A portrait on a picture: its face this large, there, turned; `kind` is what of it is seen: own, mask, rectangle."""
        index = self._choose(rng) if index is None else index
        points = self.points[index]
        turn = np.radians(rng.uniform(-45, 45) if rng.random() < 0.5 else rng.normal(0, 6))
        mirrored = rng.random() < 0.5
        frame = _placing(points, unit, place, turn, mirrored)
        picture, photo = frame.crop(self.photos[index]), self.photos[index]
        if kind != "own":
            inside = frame.inside(*photo.shape[:2]) * np.uint8(255)
            mask = inside if kind == "rectangle" else np.minimum(inside, frame.crop(self.people[index]))
            picture = over(picture, mask, back)
        face = frame.from_picture(points)
        return picture, face[[1, 0, 2, 4, 3]] if mirrored else face

    def _background(self, rng: Rng) -> Image:
        if rng.random() < 0.4:
            return texture(rng, FINDER_SIZE, FINDER_SIZE)
        picture = Pillow.fromarray(self._faceless_piece(rng)).resize((FINDER_SIZE, FINDER_SIZE))
        for _ in range(int(rng.integers(0, 4))):  # patchwork: edges at many scales
            side = int(rng.integers(20, 110))
            piece = Pillow.fromarray(self._faceless_piece(rng)).resize((side, side))
            picture.paste(piece, tuple(rng.integers(0, FINDER_SIZE - side, 2).tolist()))
        return np.asarray(picture)

    def _faceless_piece(self, rng: Rng) -> Image:
        for _ in range(8):
            index = int(rng.integers(len(self.photos)))
            photo = self.photos[index]
            side = int(rng.uniform(0.15, 0.6) * min(photo.shape[:2]))
            left, top = rng.integers(0, photo.shape[1] - side), rng.integers(0, photo.shape[0] - side)
            low, high = self.heads[index]
            if left > high[0] or left + side < low[0] or top > high[1] or top + side < low[1]:
                piece = photo[top : top + side, left : left + side]
                return np.ascontiguousarray(np.rot90(piece, int(rng.integers(4))) if rng.random() < 0.4 else piece)
        return piece_of(rng, [texture(rng, FINDER_SIZE, FINDER_SIZE)], 80, 80)

    def _choose(self, rng: Rng) -> int:
        return int(rng.choice(len(self.photos), p=self.chances))


def _placing(points: Float, unit: float, place: NDArray[np.float64], turn: float, mirrored: bool) -> Frame:
    """The frame of the finder's picture in which a face has this unit, place and turn."""
    across = points[1] - points[0]
    angle = np.arctan2(across[1], across[0]) - turn
    scale = face_unit(points) / unit
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    if mirrored:
        rotation = rotation @ np.diag([-1.0, 1.0])
    corners = np.array([[0, 0], [0, 1], [1, 1], [1, 0]]) * FINDER_SIZE - place
    centre = ((points[0] + points[1]) / 2 + (points[3] + points[4]) / 2) / 2
    return Frame((corners @ rotation.T + centre).astype(np.float32), FINDER_SIZE)


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
        weight[chosen] = near[chosen]
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
        frame.from_picture(five_points(one * scale)) for frame, one, scale in zip(frames, dev.landmarks, scales, strict=True)
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
