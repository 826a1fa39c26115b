"""Train the face parser on the teachers' regions, with glasses, hats and bald heads drawn onto part of the portraits.

Portraits that wear real glasses would teach that glasses are skin. After a third and two thirds of the run the network itself
names them; from then on what it sees as glasses there is the label, and the rest about their eyes is nobody's.
Random initialisation: there are no ImageNet weights here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.checkpoint import Training
from core.configs import TrainParserConfig
from core.datasets.augmentation import Rng, harden, occlude, over, piece_of, texture
from core.datasets.portraits import IGNORED, REGIONS_FACTOR, REGIONS_SIZE, FaceLabels, load_labels, load_photos, regions_frame
from core.datasets.wearing import add_glasses, add_hat, can_be_bald, eye_zone, make_bald
from core.engines import CLASSES
from core.faces.align import Frame, square
from core.faces.selfie import MASK_SIZE, WIDE_FACTOR
from core.images import to_images
from core.networks.parser import Parser
from core.reporting import Reporter
from core.stages.exporting import export_network, face_facts
from core.stages.fitting import Schedule, fit

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_BATCH = 32
_PEAK_RATE = 3e-3
_CLASS_WEIGHT = {"eyes": 3.0, "brows": 2.5, "mouth": 2.0, "nose": 1.5, "ears": 1.5, "neck": 1.2, "glasses": 1.6, "hat": 1.2}
_PEOPLE = [CLASSES.index(name) for name in CLASSES if name != "background"]
_GLASSES = CLASSES.index("glasses")
_ROUNDS = (0.33, 0.65)  # of the run; then real glasses are looked for
_WORN_SHARE = 0.15  # of the portraits: those most likely to wear glasses, rather too many than too few


def train_parser(config: TrainParserConfig, folder: Path, reporter: Reporter) -> None:
    """Train, and write parser.onnx with its card into the run folder; the same call again resumes."""
    torch.manual_seed(config.seed)
    heads = _Heads.load(load_labels(Path(config.labels)))
    training = Training(Parser().to(memory_format=torch.channels_last), config.seed)  # type: ignore[call-overload]
    weight = torch.tensor([_CLASS_WEIGHT.get(name, 1.0) for name in CLASSES])

    def loss_of(done: float) -> Tensor:
        due = sum(done >= start for start in _ROUNDS)
        if due > heads.rounds:
            heads.find_worn(training.average)
            heads.rounds = due
        pictures, regions = heads.batch(training.rng)
        assert isinstance(training.network, Parser)
        return functional.cross_entropy(training.network.logits(_tensor(pictures)), regions, weight, ignore_index=IGNORED)

    held_out = _held_out(config.measured_on)
    schedule = Schedule(config.minutes, config.steps, _PEAK_RATE)
    if fit(training, schedule, loss_of, lambda: region_scores(training.average, held_out), folder, reporter):
        facts = face_facts(
            "train_parser",
            "Says which of 13 classes every pixel of a head belongs to.",
            Path(config.labels),
            training.seconds,
            config.seed,
        )
        export_network(training.average, MASK_SIZE, ("masks",), folder / "parser.onnx", facts)


@dataclass(eq=False)
class _Heads:
    """Labelled heads in the regions' frame.

    Attributes:
        pictures: (N, 320, 320, 3).
        regions: (N, 320, 320).
        landmarks: (N, 478, 2) in the regions' frame.
        chances: (N,) how often each is drawn.
        bald: Which can be made bald.
        taught: (N, 320, 320), the teachers' regions, before `find_worn` changes `regions`.
        worn: Indices of the portraits that seem to wear glasses.
        rounds: How often they were looked for.
    """

    pictures: Image
    regions: Image
    landmarks: Float
    chances: NDArray[np.float64]
    bald: NDArray[np.int64]
    taught: Image
    worn: frozenset[int] = frozenset()
    rounds: int = 0

    @staticmethod
    def load(labels: FaceLabels) -> "_Heads":
        photos, scales = load_photos(labels, 512)
        landmarks = labels.landmarks * scales[:, None, None]
        frames = [regions_frame(one) for one in landmarks]
        pictures = np.stack([frame.crop(photo) for frame, photo in zip(frames, photos, strict=True)])
        points = np.stack([frame.from_picture(one) for frame, one in zip(frames, landmarks, strict=True)])
        regions = np.array(labels.regions)
        bald = np.flatnonzero([can_be_bald(one, face) for one, face in zip(regions, points, strict=True)])
        return _Heads(pictures, regions, points, _even_skin(pictures, regions, labels.chances()), bald, regions.copy())

    def batch(self, rng: Rng) -> tuple[Image, Tensor]:
        pictures, regions = zip(*(self._sample(rng) for _ in range(_BATCH)), strict=True)
        return np.stack(pictures), torch.from_numpy(np.stack(regions)).long()

    def find_worn(self, network: torch.nn.Module) -> None:
        """Let the network name the portraits that wear glasses, and label theirs with what it is sure of."""
        frame = wide_frame()
        back = Frame(frame.from_picture(_corners(REGIONS_SIZE)), REGIONS_SIZE)
        likely, zones = [], [eye_zone(landmarks, REGIONS_SIZE) for landmarks in self.landmarks]
        for picture in self.pictures:
            with torch.no_grad():
                glasses = network(_tensor(frame.crop(picture)[None]))[0, _GLASSES].numpy()
            likely.append(back.crop((glasses * 255).astype(np.uint8)))
        means = np.array([one[zone].mean() for one, zone in zip(likely, zones, strict=True)])
        self.worn = frozenset(np.argsort(-means)[: round(_WORN_SHARE * len(means))].tolist())
        self.regions[:] = self.taught
        for index in self.worn:
            plain = zones[index] & ~np.isin(self.taught[index], (CLASSES.index("eyes"), CLASSES.index("brows")))
            self.regions[index][plain] = IGNORED
            self.regions[index][plain & (likely[index] > 0.6 * 255)] = _GLASSES

    def _sample(self, rng: Rng) -> tuple[Image, Image]:
        index = int(rng.choice(len(self.pictures), p=self.chances))
        kind = rng.random()
        if kind < 0.2 and len(self.bald):
            index = int(self.bald[int(rng.integers(len(self.bald)))])
        picture, regions, landmarks = self.pictures[index], self.regions[index], self.landmarks[index]
        if kind < 0.2 and len(self.bald):
            picture, regions = make_bald(rng, picture, regions, landmarks)
        elif kind < 0.3:
            picture, regions = add_hat(rng, picture, regions, landmarks)
        if rng.random() < 0.4 and index not in self.worn:
            picture, regions = add_glasses(rng, picture, regions, landmarks)
        frame = _jittered(rng)
        crop, classes = frame.crop(picture), frame.pick(regions, IGNORED)
        if rng.random() < 0.35:
            size = MASK_SIZE
            back = texture(rng, size, size) if rng.random() < 0.5 else piece_of(rng, self.pictures, size, size)
            crop = over(crop, np.isin(classes, _PEOPLE) * np.uint8(255), back)
            classes = np.where(classes == IGNORED, CLASSES.index("background"), classes).astype(np.uint8)
        return harden(rng, occlude(rng, crop, self.pictures, 0.12), 0.8), classes


def wide_frame() -> Frame:
    """The parser's crop (that of `Selfie.wide`) within the regions' frame."""
    half = REGIONS_SIZE / 2 * WIDE_FACTOR / REGIONS_FACTOR
    return Frame(square(np.full(2, REGIONS_SIZE / 2), np.array([half, 0.0])), MASK_SIZE)


def region_scores(network: torch.nn.Module, held_out: tuple[Image, Image]) -> Mapping[str, float]:
    """Intersection over union of every class that the labels have, and pixel accuracy."""
    if not len(held_out[0]):
        return {}
    found = np.concatenate([network(_tensor(part)).argmax(dim=1).numpy() for part in np.array_split(held_out[0], 8)])
    wanted, known = held_out[1], held_out[1] != IGNORED
    scores = {}
    for index, name in enumerate(CLASSES):
        both = ((found == index) & (wanted == index)).sum()
        either = (((found == index) | (wanted == index)) & known).sum()
        if (wanted == index).any():
            scores[f"iou_{name}"] = float(both / either)
    return {**scores, "accuracy": float((found == wanted)[known].mean())}


def _even_skin(pictures: Image, regions: Image, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw darker skin more often: the darker a face within the set, the up to three times more."""
    skin = CLASSES.index("skin")
    light = np.array([np.median(picture[classes == skin]) for picture, classes in zip(pictures, regions, strict=True)])
    darkness = 1 - light.argsort().argsort() / max(1, len(light) - 1)
    weight = chances * (1 + 2 * darkness**3)
    return np.asarray(weight / weight.sum())


def _jittered(rng: Rng) -> Frame:
    quad = wide_frame().quad
    angle = np.radians(rng.normal(0, 7) if rng.random() < 0.85 else rng.uniform(-25, 25))
    change = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * np.exp(rng.normal(0, 0.1))
    if rng.random() < 0.35:
        change = change @ (np.eye(2) + rng.normal(0, 0.06, (2, 2)))
    centre = quad.mean(axis=0)
    moved = ((quad - centre) @ change.T + centre + rng.normal(0, 7, 2)).astype(np.float32)
    return Frame(moved[[3, 2, 1, 0]] if rng.random() < 0.5 else moved, MASK_SIZE)


def _held_out(folder: str) -> tuple[Image, Image]:
    """Crops (N, 160, 160, 3) and classes (N, 160, 160)."""
    if not folder:
        return np.zeros((0, MASK_SIZE, MASK_SIZE, 3), np.uint8), np.zeros((0, MASK_SIZE, MASK_SIZE), np.uint8)
    heads, frame = _Heads.load(load_labels(Path(folder), "dev")), wide_frame()
    classes = np.stack([frame.pick(regions, IGNORED) for regions in heads.regions])
    return np.stack([frame.crop(picture) for picture in heads.pictures]), classes


def _corners(size: int) -> Float:
    return np.array([[0, 0], [0, size], [size, size], [size, 0]], np.float32)


def _tensor(pictures: Image) -> Tensor:
    return torch.from_numpy(to_images(pictures)).contiguous(memory_format=torch.channels_last)
