"""The samples that the face parser learns from: labelled portraits, dressed, jittered, and made harder.

What is in the way of a face and is no cloth (patches, hands) is background; a mask is clothes. A beard is skin.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.datasets.accessories import HeadAccessories
from core.datasets.augmentation import Rng, bend, harden, occlude, over, piece_of, texture
from core.datasets.covering import add_mask
from core.datasets.hair_colours import recolour_hair
from core.datasets.hands import add_hand
from core.datasets.heads import RenderedHeads, load_heads
from core.datasets.headwear import add_hat, can_be_bald, make_bald
from core.datasets.mending import mend, traits
from core.datasets.portraits import IGNORED, REGIONS_FACTOR, REGIONS_SIZE, FaceLabels, load_photos, regions_frame
from core.datasets.skin_tones import darken_skin, shade_sockets
from core.datasets.wearing import add_glasses, eye_zone
from core.engines import CLASSES
from core.errors import DataError
from core.faces.align import Frame, square
from core.faces.selfie import WIDE_FACTOR
from core.files import write_atomically

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Sample = tuple[Image, Image]

_BACKGROUND, _GLASSES, _CLOTHES, _HAIR, _SKIN, _EARRINGS = (
    CLASSES.index(name) for name in ("background", "glasses", "clothes", "hair", "skin", "earrings")
)
_OUTSIDE = 254  # class of what lies outside the photo; unlike what is doubtful (IGNORED) it may become background
_KEPT = 500  # dressed heads, each of which is shown about 1 / _FRESH times
_FRESH = 0.2
_BENT = 0.4  # of the samples: there are 929 people, and hair was right on .89 of theirs but on .84 of others'
_MISTAKEN = 0.001  # of the picture seen as glasses where there are none
_MORE = 2.0
_WORN = 0.4  # probability from which a pixel of who wears no glasses counts as mistaken
_SURE = 0.75  # from which a pixel of who wears them is glasses; all about it is ignored, so that less would teach thick rims


@dataclass(frozen=True)
class Drawing:
    """How samples are drawn.

    Attributes:
        rendered: Part of them that are rendered heads, if there are any.
        hard: Part of them that are bent and made harder as usual.
        jitter: How far crops are from where they should be, against the usual.
    """

    rendered: float = 0.33
    hard: float = 1.0
    jitter: float = 1.0


@dataclass(eq=False)
class ParserHeads:
    """Labelled heads in the regions' frame.

    Attributes:
        pictures: (N, 320, 320, 3).
        regions: (N, 320, 320).
        landmarks: (N, 478, 2) in the regions' frame.
        even: (N,) how often each is drawn at first.
        wears: (N,) who wears real glasses.
        bald: Which can be made bald.
        taught: (N, 320, 320), the regions before `find_glasses` changes them.
        source: Folder of render_heads, if any.
        things: Rendered things to wear, if any.
        rounds: How often real glasses were looked for.
        seeds: Of the dressed heads that are kept.
        rendered: Heads with exact masks.
        rendered_chances: How often each of them is drawn.
        chances: (N,) how often each portrait is drawn now.
    """

    pictures: Image
    regions: Image
    landmarks: Float
    even: NDArray[np.float64]
    wears: NDArray[np.bool_]
    bald: NDArray[np.int64]
    taught: Image
    source: Path | None = None
    things: HeadAccessories | None = None
    rounds: int = 0
    seeds: list[int] = field(default_factory=list)
    rendered: RenderedHeads | None = None
    rendered_chances: NDArray[np.float64] | None = None
    chances: NDArray[np.float64] = field(init=False)
    _dressed: dict[int, Sample] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chances = self.even

    @staticmethod
    def load(labels: FaceLabels, rendered: Path | None) -> "ParserHeads":
        """The portraits of a labels folder, and what render_heads wrote into another."""
        photos, scales = load_photos(labels, 512)
        landmarks = labels.landmarks * scales[:, None, None]
        frames = [regions_frame(one) for one in landmarks]
        pictures = np.stack([frame.crop(photo) for frame, photo in zip(frames, photos, strict=True)])
        points = np.stack([frame.from_picture(one) for frame, one in zip(frames, landmarks, strict=True)])
        seen = traits(labels.files)
        regions = np.stack(
            [
                mend(file, {name: bool(those[i]) for name, those in seen.items()}, (picture, np.array(classes)), one, inside)
                for i, (file, picture, classes, one, inside) in enumerate(
                    zip(labels.files, pictures, labels.regions, points, _insides(frames, photos), strict=True)
                )
            ]
        )
        regions[(regions == IGNORED) & ~np.stack(_insides(frames, photos))] = _OUTSIDE
        weight = _even(pictures, regions, labels.chances()) * (1 + 4 * seen["covered"] + 1.2 * seen["bald"])
        plain = np.flatnonzero(~seen["covered"])
        heads = ParserHeads(
            pictures, regions, points, weight / weight.sum(), seen["glasses"],
            np.array([i for i in plain if can_be_bald(regions[i], points[i])], np.int64), regions.copy(),
            rendered, HeadAccessories.load(rendered) if rendered else None,
        )  # fmt: skip
        heads._forget_glasses()
        heads.take_renders()
        return heads

    def take_renders(self) -> None:
        """Load the rendered heads as soon as there are any: rendering goes on while training begins."""
        if self.source and self.rendered is None and (self.source / "manifest.json").is_file():
            heads = load_heads(self.source)
            self.rendered = heads.at(heads.taught)
            self.rendered_chances = balanced(self.rendered)

    def prefer_glasses(self, wearers: float) -> None:
        """Draw rendered heads from now on so that such a part of them wears glasses."""
        if self.rendered is not None:
            self.rendered_chances = balanced(self.rendered, wearers)

    def batch(self, rng: Rng, count: int, size: int, draw: Drawing = Drawing()) -> tuple[Image, Image]:
        """(count, size, size, 3) pictures and (count, size, size) classes."""
        pictures, classes = zip(*(self._sample(rng, size, draw) for _ in range(count)), strict=True)
        return np.stack(pictures), np.stack(classes)

    def find_glasses(self, network: torch.nn.Module, size: int) -> None:
        """Label real glasses with what the network is sure of; the rest about the eyes of those who wear them is ignored.

        Who wears none and is seen with some is drawn more often from then on.
        """
        frame = wide_frame(size)
        back = Frame(frame.from_picture(_corners(REGIONS_SIZE)), REGIONS_SIZE)
        self._forget_glasses()
        mistaken = np.zeros(len(self.pictures))
        for index in range(len(self.pictures)):
            with torch.no_grad():
                glasses = network(as_tensor(frame.crop(self.pictures[index])[None]))[0, _GLASSES].numpy()
            if self.wears[index]:
                likely = back.crop((glasses * 255).astype(np.uint8))
                free = (self.regions[index] == IGNORED) & eye_zone(self.landmarks[index], REGIONS_SIZE)
                self.regions[index][free & (likely > _SURE * 255)] = _GLASSES
            else:
                mistaken[index] = (glasses > _WORN).mean() > _MISTAKEN
        weight = self.even * (1 + _MORE * mistaken)
        self.chances = weight / weight.sum()
        self.rounds += 1
        self.seeds.clear()  # what was dressed knows nothing of what was found
        self._dressed.clear()

    def keep(self, folder: Path) -> None:
        """Write what the last round found into a run folder.

        Raises:
            FileNotWrittenError: The disk is full.
        """
        folder.mkdir(parents=True, exist_ok=True)
        file = io.BytesIO()
        np.savez_compressed(file, worn=self.regions[self.wears], chances=self.chances)
        write_atomically(folder / f"glasses-{self.rounds}.npz", file.getvalue())

    def go_on(self, folder: Path, rounds: int, seeds: Sequence[int]) -> None:
        """Be as after these rounds, which `keep` wrote, with dressed heads of these seeds.

        Raises:
            DataError: What a round found is missing or damaged.
        """
        path = folder / f"glasses-{rounds}.npz"
        if rounds:
            try:
                with np.load(path, allow_pickle=False) as found:
                    self.regions[self.wears], self.chances = found["worn"], found["chances"]
            except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
                raise DataError(f"{path} cannot be read: {error}. Begin the run again in another folder.") from error
        self.rounds, self.seeds = rounds, list(seeds)
        self._dressed.clear()

    def _forget_glasses(self) -> None:
        self.regions[:] = self.taught
        features = [CLASSES.index("eyes"), CLASSES.index("brows")]
        for index in np.flatnonzero(self.wears):
            plain = eye_zone(self.landmarks[index], REGIONS_SIZE) & ~np.isin(self.taught[index], features)
            self.regions[index][plain] = IGNORED

    def _sample(self, rng: Rng, size: int, draw: Drawing) -> Sample:
        kind = rng.random()
        if self.rendered is not None and kind < draw.rendered:
            index = int(rng.choice(len(self.rendered), p=self.rendered_chances))
            picture, regions = self.rendered.pictures[index], self.rendered.classes[index]
        elif rng.random() < 0.6:
            picture, regions = self._dressed_head(rng)
        else:
            index = int(rng.choice(len(self.pictures), p=self.chances))
            picture, regions = self.pictures[index], self.regions[index]
        frame = _jittered(rng, size, draw.jitter)
        crop, classes = frame.crop(picture), frame.pick(regions, _OUTSIDE)
        if rng.random() < _BENT * draw.hard:
            crop, classes = bend(rng, crop, classes, 0.02)
        if rng.random() < 0.35:
            back = texture(rng, size, size) if rng.random() < 0.5 else piece_of(rng, self.pictures, size, size)
            crop = over(crop, ~np.isin(classes, (_BACKGROUND, _OUTSIDE)) * np.uint8(255), back)
            classes = np.where(classes == _OUTSIDE, _BACKGROUND, classes).astype(np.uint8)
        classes = np.where(classes == _OUTSIDE, IGNORED, classes).astype(np.uint8)
        covered = occlude(rng, crop, self.pictures, 0.1)
        if covered is not crop:
            classes[(covered != crop).any(axis=-1) & (classes != IGNORED)] = _BACKGROUND
        is_hard = draw.hard == 1 or rng.random() < draw.hard
        return harden(rng, covered, 0.8) if is_hard else covered, classes

    def _dressed_head(self, rng: Rng) -> Sample:
        """A dressed portrait: dressing takes longer than all else, so that each is shown a few times.

        Each has a seed of its own, from which a run that goes on makes it again.
        """
        is_full = len(self.seeds) >= _KEPT
        place = int(rng.integers(len(self.seeds) or 1))
        if not is_full:
            place = len(self.seeds)
            self.seeds.append(0)
        if not is_full or rng.random() <= _FRESH:
            self.seeds[place] = int(rng.integers(2**62))
            self._dressed.pop(place, None)
        if place not in self._dressed:
            self._dressed[place] = self._dress(np.random.default_rng(self.seeds[place]))
        return self._dressed[place]

    def _dress(self, rng: Rng) -> Sample:
        kind = rng.random()
        index = int(rng.choice(len(self.pictures), p=self.chances))
        if kind < 0.12 and len(self.bald):
            index = int(self.bald[int(rng.integers(len(self.bald)))])
        picture, regions, landmarks = self.pictures[index], self.regions[index], self.landmarks[index]
        if rng.random() < 0.15:
            picture = darken_skin(rng, picture, regions)
        if rng.random() < 0.35:
            picture = recolour_hair(rng, picture, regions)
        if kind < 0.12 and len(self.bald):
            picture, regions = make_bald(rng, picture, regions, landmarks)
        elif kind < 0.36:
            picture, regions = add_hat(rng, picture, regions, landmarks)
        elif kind < 0.54 and self.things is not None:
            picture, regions = self.things.paste(rng, picture, regions, landmarks, "scarf" if rng.random() < 0.3 else "hat")
        if self.things is not None and rng.random() < 0.4:
            picture, regions = self.things.paste(rng, picture, regions, landmarks, "earrings")
        if not self.wears[index]:
            picture, regions = self._about_the_eyes(rng, (picture, regions), landmarks)
        return _covered(rng, (picture, regions), landmarks)

    def _about_the_eyes(self, rng: Rng, head: Sample, landmarks: Float) -> Sample:
        """Glasses, or what may look like them."""
        kind = rng.random()
        if kind < 0.25 and self.things is not None:
            return self.things.paste(rng, *head, landmarks, "glasses")
        if kind < 0.6:
            return add_glasses(rng, *head, landmarks)
        return (shade_sockets(rng, head[0], landmarks), head[1]) if kind < 0.8 else head


def wide_frame(size: int) -> Frame:
    """The parser's crop (that of `Selfie.wide`) within the regions' frame."""
    half = REGIONS_SIZE / 2 * WIDE_FACTOR / REGIONS_FACTOR
    return Frame(square(np.full(2, REGIONS_SIZE / 2), np.array([half, 0.0])), size)


def held_out_heads(labels: FaceLabels, size: int) -> Sample:
    """(N, size, size, 3) pictures and (N, size, size) classes, unchanged, as the parser sees them."""
    photos, scales = load_photos(labels, 512)
    frame = wide_frame(size)
    frames = [regions_frame(one * scale) for one, scale in zip(labels.landmarks, scales, strict=True)]
    crops = [Frame(whole.to_picture(frame.quad), size).crop(photo) for whole, photo in zip(frames, photos, strict=True)]
    return np.stack(crops), np.stack([frame.pick(np.array(regions), IGNORED) for regions in labels.regions])


def as_tensor(pictures: Image) -> Tensor:
    """(N, S, S, 3) uint8 -> (N, 3, S, S) in [-1, 1]."""
    return torch.tensor(pictures).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def _even(pictures: Image, regions: Image, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw darker skin more often, the darker within the set the up to three times more; and long hair twice as often."""
    light = np.array([np.median(picture[classes == _SKIN]) for picture, classes in zip(pictures, regions, strict=True)])
    darkness = 1 - light.argsort().argsort() / max(1, len(light) - 1)
    low = (regions[:, REGIONS_SIZE * 5 // 8 :] == _HAIR).mean(axis=(1, 2))
    return np.asarray(chances * (1 + 2 * darkness**3) * (1 + (low > 0.04)))


def balanced(heads: RenderedHeads, wearers: float = 0.5) -> NDArray[np.float64]:
    """(N,) chances: of each kind half wear glasses, or another part, and earrings are seen more often."""
    glasses, earrings = ((np.asarray(heads.classes) == name).any(axis=(1, 2)) for name in (_GLASSES, _EARRINGS))
    chances = np.zeros(len(heads))
    for kind in np.unique(heads.kinds):
        for wears, share in ((glasses, wearers), (~glasses, 1 - wearers)):
            group = (heads.kinds == kind) & wears
            chances[group] = 2 * share * (heads.kinds == kind).sum() / max(1, group.sum())
    chances *= 1 + 0.5 * earrings
    return np.asarray(chances / chances.sum())


def _covered(rng: Rng, head: Sample, landmarks: Float) -> Sample:
    """Now and then a mask over mouth and nose, or a hand in the way."""
    picture, regions = head
    kind = rng.random()
    if kind < 0.07:
        masked = add_mask(rng, picture, landmarks)
        return masked, np.where((masked != picture).any(axis=-1), _CLOTHES, regions).astype(np.uint8)
    return add_hand(rng, picture, regions, landmarks) if kind < 0.17 else head


def _insides(frames: Sequence[Frame], photos: Sequence[Image]) -> list[NDArray[np.bool_]]:
    return [frame.inside(*photo.shape[:2]) for frame, photo in zip(frames, photos, strict=True)]


def _jittered(rng: Rng, size: int, jitter: float) -> Frame:
    quad = wide_frame(size).quad
    angle = np.radians(jitter * (rng.normal(0, 7) if rng.random() < 0.85 else rng.uniform(-25, 25)))
    change = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * np.exp(rng.normal(0, 0.09 * jitter))
    if rng.random() < 0.35:
        change = change @ (np.eye(2) + rng.normal(0, 0.06 * jitter, (2, 2)))
    centre = quad.mean(axis=0)
    moved = ((quad - centre) @ change.T + centre + rng.normal(0, 7 * jitter, 2)).astype(np.float32)
    return Frame(moved[[3, 2, 1, 0]] if rng.random() < 0.5 else moved, size)


def _corners(size: int) -> Float:
    return np.array([[0, 0], [0, size], [size, size], [size, 0]], np.float32)
