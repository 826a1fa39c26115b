"""What the estimators are trained on: pictures as the methods will see them, with what is known of the avatar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.avatar.schema import AvatarSchema, DiscreteParameter
from core.datasets.augmentation import Rng, harden, texture
from core.datasets.degrading import degrade
from core.datasets.dressing import draw_beard, draw_glasses
from core.datasets.renders import Renders
from core.faces.align import Frame, square
from core.faces.selfie import WIDE_FACTOR, Selfie
from core.methods.baseline import FACE_VIEW_SIZE, face_view
from core.methods.regions import (
    DETAILS_CENTRE,
    DETAILS_SIDE,
    DETAILS_VIEW_SIZE,
    SHAPE_SIDE,
    SHAPE_VIEW_SIZE,
    classes_view,
)

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Points = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Example:
    """One picture with what is known of it.

    Attributes:
        picture: (S, S, channels) uint8, what the network sees.
        allowed: Discrete parameter -> (n_d,) bool, the options that may be right.
        continuous: (C,) in [0, 1], of the network's continuous parameters.
        is_plain: Whether it is a portrait as it came, on which nobody looked for glasses and beards.
    """

    picture: Image
    allowed: Mapping[str, NDArray[np.bool_]]
    continuous: Float
    is_plain: bool = False


class Source(Protocol):
    """Where examples come from."""

    def example(self, rng: Rng, index: int) -> Example:
        """The example of this index, varied at random."""
        ...

    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Targets:
    """Which parameters a network estimates.

    Attributes:
        schema: The engine's.
        discrete: Choices.
        continuous: Ids of numbers.
    """

    schema: AvatarSchema
    discrete: tuple[DiscreteParameter, ...]
    continuous: tuple[str, ...]

    def exact(self, renders: Renders, index: int) -> tuple[dict[str, NDArray[np.bool_]], Float]:
        """What is known of a render: everything."""
        allowed = {}
        for choice in self.discrete:
            right = renders.discrete[index, self.schema.discrete_index[choice.id]]
            allowed[choice.id] = np.arange(len(choice.options)) == right
        columns = [self.schema.continuous_index[name] for name in self.continuous]
        return allowed, renders.continuous[index, columns]


@dataclass(frozen=True, eq=False)
class FaceExamples:
    """Renders as `baseline` sees photos: the aligned face, lightly varied. Colours stay, because they are to be learnt."""

    renders: Renders
    targets: Targets

    def __len__(self) -> int:
        return len(self.renders)

    def example(self, rng: Rng, index: int) -> Example:
        """A render on a plain background, brightness, contrast, place and turn varied a little."""
        back = np.broadcast_to(rng.integers(0, 256, 3, np.uint8), (*self.renders.masks.shape[1:], 3))
        picture = _on(self.renders.pictures[index], back)
        view = _window(rng, picture, (0.5, 0.5), 1 / WIDE_FACTOR, FACE_VIEW_SIZE)
        values = (view.astype(np.float32) - 128) * rng.uniform(0.9, 1.1) + 128 + rng.uniform(-12, 12)
        values += rng.standard_normal(values.shape, np.float32) * rng.uniform(0, 4)
        allowed, continuous = self.targets.exact(self.renders, index)
        return Example(face_view(np.clip(values, 0, 255).astype(np.uint8)), allowed, continuous)


@dataclass(frozen=True, eq=False)
class ShapeExamples:
    """Renders as `regions` sees the shapes of photos, with the mistakes of a parser."""

    renders: Renders
    targets: Targets

    def __len__(self) -> int:
        return len(self.renders)

    def example(self, rng: Rng, index: int) -> Example:
        """A render in another light, moved, its classes degraded."""
        frame = _moved(rng, (0.5, 0.5), SHAPE_SIDE, self.renders.masks.shape[1], SHAPE_VIEW_SIZE)
        # What is behind the head is blanked later, so that any colour will do.
        picture = harden(rng, frame.crop(_on(self.renders.pictures[index], np.uint8(128))), 0.5)
        classes = frame.crop_classes(self.renders.masks[index])
        if rng.random() < 0.3:
            picture, classes = _cut_off(rng, picture, classes)
        allowed, continuous = self.targets.exact(self.renders, index)
        return Example(classes_view(picture, degrade(rng, classes), rng.uniform(0.4, 1.5)), allowed, continuous)


@dataclass(frozen=True, eq=False)
class DetailsExamples:
    """Renders, and portraits with drawn glasses and beards, as `regions` sees the middle of the face."""

    renders: Renders
    faces: Sequence["Face"]
    targets: Targets

    def __len__(self) -> int:
        return 2 * max(len(self.renders), len(self.faces)) if self.faces else len(self.renders)

    def example(self, rng: Rng, index: int) -> Example:
        """Even indices are renders, odd ones portraits."""
        if not self.faces:
            return self._render(rng, index)
        return self._portrait(rng, index // 2) if index % 2 else self._render(rng, index // 2)

    def _render(self, rng: Rng, index: int) -> Example:
        index %= len(self.renders)
        size = self.renders.masks.shape[1]
        picture = _on(self.renders.pictures[index], texture(rng, size, size))
        centre = tuple((place - 0.5) / WIDE_FACTOR + 0.5 for place in DETAILS_CENTRE)
        view = _window(rng, picture, (centre[0], centre[1]), DETAILS_SIDE / WIDE_FACTOR, DETAILS_VIEW_SIZE)
        allowed, continuous = self.targets.exact(self.renders, index)
        return Example(_mirrored(rng, harden(rng, view, 0.4)), allowed, continuous)

    def _portrait(self, rng: Rng, index: int) -> Example:
        face = self.faces[index % len(self.faces)]
        picture, worn = face.picture, dict[str, str]()
        if rng.random() < 0.4:
            picture, worn["beard"] = draw_beard(rng, picture, face.landmarks)
        if rng.random() < 0.4:
            picture, worn["glasses"] = draw_glasses(rng, picture, face.landmarks)
        view = _window(rng, picture, DETAILS_CENTRE, DETAILS_SIDE, DETAILS_VIEW_SIZE)
        allowed = {choice.id: _allowed(choice, worn) for choice in self.targets.discrete}
        nothing = np.zeros(len(self.targets.continuous), np.float32)
        return Example(_mirrored(rng, harden(rng, view, 0.4)), allowed, nothing, is_plain=not worn)


@dataclass(frozen=True, eq=False)
class Face:
    """A training portrait, small.

    Attributes:
        picture: (128, 128, 3) uint8 sRGB, the aligned face.
        landmarks: (478, 2), its pixels.
    """

    picture: Image
    landmarks: Float

    @staticmethod
    def of(selfie: Selfie) -> "Face":
        """A selfie, small."""
        size = 128
        middle = len(selfie.wide) / 2
        landmarks = ((selfie.landmarks - middle) / middle * WIDE_FACTOR + 1) * (size / 2)
        frame = Frame(_square((0.5, 0.5), 1.0, len(selfie.image)), size)
        return Face(frame.crop(selfie.image), landmarks)


def _allowed(choice: DiscreteParameter, worn: Mapping[str, str]) -> NDArray[np.bool_]:
    """Options that fit what was drawn: those of its kind, or any of its sort where the engine has not that kind."""
    kinds = [str(option.tags.get("kind")) for option in choice.options]
    sort = "glasses" if {"clear", "sun"} & set(kinds) else "beard"
    drawn = worn.get(sort, "none")
    fitting = np.array([kind == drawn for kind in kinds])
    return fitting if fitting.any() else np.array([kind not in ("none", "stubble") for kind in kinds])


def _on(picture: Image, back: Image | np.uint8) -> Image:
    """A picture with alpha over a background."""
    alpha = picture[..., 3:] / np.float32(255)
    return np.asarray(back + (picture[..., :3] - np.float32(1) * back) * alpha, np.uint8)


def _window(rng: Rng, picture: Image, centre: tuple[float, float], side: float, size: int) -> Image:
    return _moved(rng, centre, side, len(picture), size).crop(picture)


class _ClassFrame(Frame):
    def crop_classes(self, classes: Image) -> Image:
        """The crop of a class map: the nearest pixel, nothing mixed."""
        rows, columns = np.mgrid[0 : self.size, 0 : self.size]
        points = self.to_picture(np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5)
        x, y = np.clip(points, 0, len(classes) - 1).astype(int).T
        return np.asarray(classes[y, x].reshape(self.size, self.size))


def _moved(rng: Rng, centre: tuple[float, float], side: float, pixels: int, size: int) -> _ClassFrame:
    """A window of a picture, a little moved, turned and scaled."""
    place = np.array(centre) + rng.normal(0, 0.02, 2) * side
    turn, scale = rng.normal(0, 0.05), np.exp(rng.normal(0, 0.05))
    half = np.array([np.cos(turn), np.sin(turn)]) * (0.5 * side * scale * pixels)
    return _ClassFrame(square(place * pixels, half), size)


def _square(centre: tuple[float, float], side: float, pixels: int) -> Float:
    return square(np.array(centre) * pixels, np.array([0.5 * side * pixels, 0.0]))


def _mirrored(rng: Rng, picture: Image) -> Image:
    return np.ascontiguousarray(picture[:, ::-1]) if rng.random() < 0.5 else picture


def _cut_off(rng: Rng, picture: Image, classes: Image) -> tuple[Image, Image]:
    """A photo that ends near the head; its border is repeated, as alignment does."""
    size = len(classes)
    low = (rng.uniform(0, 0.22, 2) * size * (rng.random(2) < 0.5)).astype(int)
    high = size - 1 - (rng.uniform(0, 0.25, 2) * size * (rng.random(2) < 0.5)).astype(int)
    rows, columns = (np.clip(np.arange(size), low[axis], high[axis]) for axis in (0, 1))
    return picture[rows][:, columns], classes[rows][:, columns]
