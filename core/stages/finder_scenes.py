"""Training pictures for the face finder: labelled portraits at any size, place and turn, over anything, in any light."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

from core.datasets.augmentation import Rng, harden, occlude, over, texture
from core.datasets.covering import add_mask, add_sunglasses
from core.datasets.headwear import add_hat
from core.datasets.negatives import negative, scatter, without_face
from core.datasets.portraits import IGNORED, FaceLabels, load_photos, regions_frame
from core.datasets.wearing import add_glasses
from core.engines import CLASSES
from core.faces.align import Frame, face_unit, five_points
from core.faces.finding import FINDER_SIZE

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Floats = NDArray[np.float64]

_LONG_SIDE = 320
_LEVELS = 3  # of a pyramid, so that small faces are cut from small pictures
_SMALLEST, _LARGEST = 3.8, 82.0  # face units in pixels of the finder's picture
_SMALL = 12.0
_POOL = 700  # face-free pictures, drawn once
_POOL_SIZE = 200
_COVERED_EVERY, _FACELESS_EVERY = 2, 3  # of the portraits


@dataclass(frozen=True, eq=False)
class Person:
    """A portrait, ready to be placed.

    Attributes:
        photos: Pyramid of (H, W, 3), each half as large as the one before.
        people: Pyramid of (H, W), 255 is a person.
        points: (5, 2) pixels of the first level.
        head: (2, 2) lowest and highest corner of the landmarks, or none where the face was removed.
    """

    photos: tuple[Image, ...]
    people: tuple[Image, ...]
    points: Float
    head: Float

    @staticmethod
    def of(photo: Image, people: Image, landmarks: Float) -> "Person":
        """From a photo, its mask of people and the landmarks (478, 2)."""
        head = np.stack([landmarks.min(axis=0), landmarks.max(axis=0)])
        return Person(_pyramid(photo), _pyramid(people), five_points(landmarks), head)


@dataclass(frozen=True, eq=False)
class Scenes:
    """All that training pictures are made from.

    Attributes:
        people: Portraits, bare and then covered ones.
        chances: (N,) how often each is drawn.
        faceless: Portraits whose face was removed.
        things: Face-free pictures.
    """

    people: Sequence[Person]
    chances: Floats
    faceless: Sequence[Person]
    things: Sequence[Image]

    @staticmethod
    def load(labels: FaceLabels, seed: int) -> "Scenes":
        """Read the portraits, and draw once what is too slow to draw for each picture.

        Args:
            labels: Of split `train`.
            seed: Of the covers, the removed faces and the face-free pictures.
        """
        rng = np.random.default_rng((seed, 7))
        photos, scales = load_photos(labels, _LONG_SIDE)
        landmarks = labels.landmarks[..., :2] * scales[:, None, None]
        masks = [np.asarray(Pillow.fromarray(m).resize(p.shape[1::-1])) for m, p in zip(labels.people, photos, strict=True)]
        bare = [Person.of(*one) for one in zip(photos, masks, landmarks, strict=True)]
        chances = even_skin(photos, labels.regions, landmarks, labels.chances())
        some = range(0, len(bare), _COVERED_EVERY)
        covered = [_covered(rng, photos[i], masks[i], landmarks[i], np.asarray(labels.regions[i])) for i in some]
        faceless = [
            Person.of(without_face(rng, photos[i], landmarks[i]), masks[i], landmarks[i])
            for i in range(1, len(bare), _FACELESS_EVERY)
        ]
        things = [negative(rng, _POOL_SIZE) if rng.random() < 0.7 else texture(rng, _POOL_SIZE, _POOL_SIZE) for _ in range(_POOL)]
        weights = np.concatenate([chances, 0.7 * chances[list(some)]])
        return Scenes([*bare, *covered], weights / weights.sum(), faceless, things)

    def sample(self, rng: Rng) -> tuple[Image, list[Float]]:
        """A picture (160, 160, 3) and the five points (5, 2) of each face in it."""
        kind = rng.random()
        if kind < 0.22:
            picture, faces = self._without_face(rng), list[Float]()
        elif kind < 0.45:
            picture, faces = self._whole_photo(rng)
        else:
            picture, faces = self._collage(rng)
        return harden(rng, occlude(rng, picture, self.things, 0.12), 0.7), faces

    def _without_face(self, rng: Rng) -> Image:
        picture = self._background(rng)
        if rng.random() < 0.4:
            unit, place = _size(rng), rng.uniform(0.1, 0.9, 2) * FINDER_SIZE
            person = self.faceless[int(rng.integers(len(self.faceless)))]
            picture, _ = _placed(rng, person, picture, unit, place, "mask" if rng.random() < 0.6 else "rectangle")
        elif rng.random() < 0.3:
            picture = self._hidden(rng, picture)
        return scatter(rng, picture) if rng.random() < 0.4 else picture

    def _hidden(self, rng: Rng, picture: Image) -> Image:
        """A person whose face is behind something, so that hair and shoulders alone are no face."""
        unit = float(np.exp(rng.uniform(np.log(8), np.log(50))))
        person = self.people[self._choose(rng)]
        picture, face = _placed(rng, person, picture, unit, rng.uniform(0.2, 0.8, 2) * FINDER_SIZE, "mask")
        centre, half = face.mean(axis=0), 2.0 * unit
        cover = Pillow.fromarray(self._faceless_piece(rng)).resize((int(2 * half) + 1, int(2 * half) + 1))
        mask = Pillow.new("L", cover.size)
        (ImageDraw.Draw(mask).ellipse if rng.random() < 0.6 else ImageDraw.Draw(mask).rectangle)((0, 0, *cover.size), fill=255)
        photo = Pillow.fromarray(picture)
        photo.paste(cover, (int(centre[0] - half), int(centre[1] - half)), mask)
        return np.asarray(photo)

    def _whole_photo(self, rng: Rng) -> tuple[Image, list[Float]]:
        person = self.people[self._choose(rng)]
        size = person.photos[0].shape[1::-1]
        unit = face_unit(person.points) * FINDER_SIZE / max(size) * np.exp(rng.uniform(np.log(0.5), np.log(2.6)))
        unit = min(float(unit), _LARGEST)
        place = (person.points.mean(axis=0) / size * 0.6 + 0.2 + rng.normal(0, 0.08, 2)) * FINDER_SIZE
        if rng.random() < 0.5:
            place = rng.uniform(0.1, 0.9, 2) * FINDER_SIZE
        black = np.zeros((FINDER_SIZE, FINDER_SIZE, 3), np.uint8)
        kind = "rectangle" if rng.random() < 0.5 else "own"
        picture, face = _placed(rng, person, black, unit, _kept(place, unit), kind)
        return picture, [face]

    def _collage(self, rng: Rng) -> tuple[Image, list[Float]]:
        picture, faces = self._background(rng), list[Float]()
        if rng.random() < 0.15:
            picture = scatter(rng, picture)
        several = rng.random() < 0.25
        for _ in range(int(rng.integers(2, 5)) if several else 1):
            unit = min(_size(rng), 26.0) if several else _size(rng)
            place = _kept(rng.uniform(0, 1, 2) * FINDER_SIZE, unit)
            if all(np.hypot(*(face.mean(axis=0) - place)) > 1.5 * (unit + face_unit(face)) for face in faces):
                kind = "mask" if rng.random() < 0.7 else "rectangle"
                picture, face = _placed(rng, self.people[self._choose(rng)], picture, unit, place, kind)
                faces.append(face)
        return picture, faces

    def _background(self, rng: Rng) -> Image:
        if rng.random() < 0.55:
            thing = self.things[int(rng.integers(len(self.things)))]
            side = int(rng.uniform(0.35, 1) * _POOL_SIZE)
            left, top = rng.integers(0, _POOL_SIZE - side + 1, 2)
            piece = np.rot90(thing[top : top + side, left : left + side], int(rng.integers(4)))
        else:
            piece = self._faceless_piece(rng)
        picture = Pillow.fromarray(np.ascontiguousarray(piece)).resize((FINDER_SIZE, FINDER_SIZE), Pillow.Resampling.BILINEAR)
        for _ in range(int(rng.integers(0, 3))):  # patchwork: edges at many scales
            side = int(rng.integers(20, 110))
            patch = Pillow.fromarray(self._faceless_piece(rng)).resize((side, side), Pillow.Resampling.BILINEAR)
            left, top = rng.integers(0, FINDER_SIZE - side, 2).tolist()
            picture.paste(patch, (left, top))
        return np.asarray(picture)

    def _faceless_piece(self, rng: Rng) -> Image:
        for _ in range(8):
            person = self.people[int(rng.integers(len(self.people)))]
            photo = person.photos[0]
            side = int(rng.uniform(0.15, 0.6) * min(photo.shape[:2]))
            left, top = int(rng.integers(0, photo.shape[1] - side)), int(rng.integers(0, photo.shape[0] - side))
            (low_x, low_y), (high_x, high_y) = person.head
            if left > high_x or left + side < low_x or top > high_y or top + side < low_y:
                piece = photo[top : top + side, left : left + side]
                return np.ascontiguousarray(np.rot90(piece, int(rng.integers(4))) if rng.random() < 0.4 else piece)
        thing = self.things[int(rng.integers(len(self.things)))]
        return np.ascontiguousarray(thing[:80, :80])

    def _choose(self, rng: Rng) -> int:
        return int(np.searchsorted(np.cumsum(self.chances), rng.random() * 0.999999))


def even_skin(photos: Sequence[Image], regions: Image, landmarks: Float, chances: Floats) -> Floats:
    """Chances with darker skin up to three times as often, by the rank of its median lightness."""
    skin = CLASSES.index("skin")
    light = np.array([
        np.median(regions_frame(points).crop(photo)[classes == skin]) if (classes == skin).any() else 128.0
        for photo, classes, points in zip(photos, regions, landmarks, strict=True)
    ])  # fmt: skip
    darkness = 1 - light.argsort().argsort() / max(1, len(light) - 1)
    weight = chances * (1 + 2 * darkness**3)
    return np.asarray(weight / weight.sum())


def placing(points: Float, unit: float, place: NDArray[np.floating], turn: float, mirrored: bool) -> Frame:
    """The frame of the finder's picture in which a face has this unit, place and turn (radians)."""
    across = points[1] - points[0]
    angle = np.arctan2(across[1], across[0]) - turn
    scale = face_unit(points) / unit
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    if mirrored:
        rotation = rotation @ np.diag([-1.0, 1.0])
    corners = np.array([[0, 0], [0, 1], [1, 1], [1, 0]]) * FINDER_SIZE - place
    centre = ((points[0] + points[1]) / 2 + (points[3] + points[4]) / 2) / 2
    return Frame((corners @ rotation.T + centre).astype(np.float32), FINDER_SIZE)


def _placed(rng: Rng, person: Person, back: Image, unit: float, place: NDArray[np.floating], kind: str) -> tuple[Image, Float]:
    """A portrait on a picture: its face this large, there, turned; `kind` is what of it is seen: own, mask, rectangle."""
    level = int(np.clip(np.log2(max(face_unit(person.points) / unit, 1)), 0, _LEVELS - 1))
    photo, points = person.photos[level], person.points / 2**level
    turn = np.radians(rng.uniform(-50, 50) if rng.random() < 0.5 else rng.normal(0, 8))
    mirrored = rng.random() < 0.5
    frame = placing(points, unit, place, turn, mirrored)
    picture = frame.crop(photo)
    if rng.random() < 0.12:  # light from behind
        picture = (picture * np.float32(rng.uniform(0.2, 0.7))).astype(np.uint8)
    if kind != "own":
        inside = frame.inside(*photo.shape[:2]) * np.uint8(255)
        mask = inside if kind == "rectangle" else np.minimum(inside, frame.crop(person.people[level]))
        picture = over(picture, mask, back)
    face = frame.from_picture(points)
    return picture, np.asarray(face[[1, 0, 2, 4, 3]] if mirrored else face)


def _size(rng: Rng) -> float:
    """A face unit in pixels: small faces are hard, and two in five are small."""
    low, high = (_SMALLEST, _SMALL) if rng.random() < 0.4 else (_SMALL, _LARGEST)
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _kept(place: NDArray[np.floating], unit: float) -> NDArray[np.floating]:
    """A place at which eyes and mouth are mostly seen; the rest of the head may be cut by the border."""
    margin = min(FINDER_SIZE * 0.42, 0.75 * unit)
    return np.asarray(np.clip(place, margin, FINDER_SIZE - margin))


def _covered(rng: Rng, photo: Image, people: Image, landmarks: Float, regions: Image) -> Person:
    """The portrait with a hat or scarf, glasses, sunglasses, a mask, or two of them."""
    if rng.random() < 0.55:
        photo, people, landmarks = _dressed(rng, photo, landmarks, regions, add_hat if rng.random() < 0.75 else add_glasses)
        if rng.random() < 0.6:
            return Person.of(photo, people, landmarks)
    kind = rng.random()
    if kind < 0.7:
        photo = add_sunglasses(rng, photo, landmarks)
    if kind > 0.55:
        photo = add_mask(rng, photo, landmarks)
    return Person.of(photo, people, landmarks)


def _dressed(
    rng: Rng, photo: Image, landmarks: Float, regions: Image, add: Callable[..., tuple[Image, Image]]
) -> tuple[Image, Image, Float]:
    """Photo, mask and landmarks of the head alone, with something put on it that needs the regions' frame."""
    frame = regions_frame(landmarks)
    points = frame.from_picture(landmarks)
    picture, classes = add(rng, frame.crop(photo), regions, points)
    known = np.nonzero(frame.inside(*photo.shape[:2]))
    rows, columns = (slice(int(np.percentile(axis, 1)), int(np.percentile(axis, 99)) + 1) for axis in known)
    mask = np.where((classes != CLASSES.index("background")) & (classes != IGNORED), 255, 0).astype(np.uint8)
    corner = np.array([columns.start, rows.start], np.float32)
    return np.ascontiguousarray(picture[rows, columns]), np.ascontiguousarray(mask[rows, columns]), points - corner


def _pyramid(picture: Image) -> tuple[Image, ...]:
    levels = [Pillow.fromarray(picture)]
    for _ in range(_LEVELS - 1):
        levels.append(levels[-1].reduce(2))
    return tuple(np.asarray(level) for level in levels)
