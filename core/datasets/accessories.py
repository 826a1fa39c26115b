"""Rendered hats, scarves, glasses and earrings (core.datasets.cut_outs) put on portraits, with exact masks.

All in the regions' frame (core.datasets.portraits): pictures (320, 320, 3) uint8, regions (320, 320) uint8 classes, landmarks
(478, 2).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from core.datasets.augmentation import Rng, texture
from core.datasets.cut_outs import ANCHORS, CUT_SIZE, KINDS, CutOut
from core.engines import CLASSES
from core.errors import DataError
from core.faces.mesh import LEFT_EYE, RIGHT_EYE
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Mask = NDArray[np.bool_]
Sample = tuple[Image, Image]

_BACKGROUND, _SKIN, _HAIR, _EYES, _BROWS, _EARS, _GLASSES, _HAT, _EARRINGS = (
    CLASSES.index(name) for name in ("background", "skin", "hair", "eyes", "brows", "ears", "glasses", "hat", "earrings")
)
_DARK_LENS = 0.7  # from this opacity on nobody sees eyes through a lens
_NEAREST = 10  # cut-outs turned most like the face, of which one is taken
_CROWN = 1.04  # from the eyes to the crown against from the eyes to the chin


@dataclass(frozen=True, eq=False)
class HeadAccessories:
    """N things to wear.

    Attributes:
        pictures: (N, 256, 256, 4) uint8 sRGB, straight alpha.
        lenses: (N, 256, 256) uint8, 255 where a lens is.
        anchors: (N, 8, 2) float32, as of `CutOut`.
        kinds: (N,) index into `KINDS`.
        opacities: (N,) of lenses.
    """

    pictures: Image
    lenses: Image
    anchors: Float
    kinds: NDArray[np.int64]
    opacities: Float

    def __post_init__(self) -> None:
        count = expect_shape(self.pictures, f"N {CUT_SIZE} {CUT_SIZE} 4")["N"]
        expect_shape(self.lenses, f"{count} {CUT_SIZE} {CUT_SIZE}")
        expect_shape(self.anchors, f"{count} {len(ANCHORS)} 2")
        expect_shape(self.kinds, f"{count}")
        expect_shape(self.opacities, f"{count}")

    def __len__(self) -> int:
        return len(self.pictures)

    @staticmethod
    def gather(cut_outs: Sequence[CutOut]) -> "HeadAccessories":
        """Those of a list."""
        return HeadAccessories(
            np.stack([one.picture for one in cut_outs]),
            np.stack([one.lens for one in cut_outs]),
            np.stack([one.anchors for one in cut_outs]),
            np.array([KINDS.index(one.kind) for one in cut_outs]),
            np.array([one.opacity for one in cut_outs], np.float32),
        )

    def save(self, path: Path) -> None:
        """Write an npz file."""
        np.savez_compressed(
            path, pictures=self.pictures, lenses=self.lenses, anchors=self.anchors, kinds=self.kinds, opacities=self.opacities
        )

    @staticmethod
    def load(folder: Path) -> "HeadAccessories":
        """Those that the stage render_heads wrote into a folder.

        Raises:
            DataError: There are none, or the file is damaged.
        """
        path = folder / "accessories.npz"
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                names = ("pictures", "lenses", "anchors", "kinds", "opacities")
                return HeadAccessories(*(stored[name] for name in names))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, json.JSONDecodeError) as error:
            raise DataError(
                f"{path} does not hold things to wear ({error}). Make them with: main.py train render_heads --run {folder}"
            ) from error

    def paste(self, rng: Rng, picture: Image, regions: Image, landmarks: Float, kind: str | None = None) -> Sample:
        """Put one thing on a head.

        Args:
            rng: Which one and how it sits.
            picture: (320, 320, 3).
            regions: (320, 320).
            landmarks: (478, 2).
            kind: One of `KINDS`; None takes any, hats as often as glasses.

        Returns:
            Picture and regions; those given where there is nothing of that kind, or no ear for an earring.
        """
        kind = kind or str(rng.choice(KINDS, p=[0.36, 0.12, 0.38, 0.14]))
        places = _head_places(landmarks)
        thing = self._chosen(rng, kind, places)
        if thing is None:
            return picture, regions
        if kind == "glasses":
            return _wear_glasses(rng, thing, picture, regions, places)
        if kind == "earrings":
            return _wear_earrings(rng, thing, picture, regions, places)
        return _wear_hat(rng, thing, picture, regions, places)

    def _chosen(self, rng: Rng, kind: str, places: Float) -> CutOut | None:
        """A random one of those seen from about where the face is; as often as not its mirror image."""
        of_kind = np.flatnonzero(self.kinds == KINDS.index(kind))
        if not len(of_kind):
            return None
        is_mirrored = bool(rng.random() < 0.5)
        wanted = _aside(places) * (-1 if is_mirrored else 1)
        turns = np.array([_aside(anchors) for anchors in self.anchors[of_kind]])
        share = max(_NEAREST, len(of_kind) // 6)
        nearest = of_kind[np.argsort(np.abs(turns - wanted), kind="stable")[:share]]
        index = int(nearest[int(rng.integers(len(nearest)))])
        picture, lens, anchors = self.pictures[index], self.lenses[index], self.anchors[index]
        if is_mirrored:
            swapped = anchors[[1, 0, 2, 3, 5, 4, 6, 7]] * (-1, 1) + (CUT_SIZE, 0)
            picture, lens, anchors = picture[:, ::-1], lens[:, ::-1], swapped.astype(np.float32)
        return CutOut(kind, picture, lens, float(self.opacities[index]), anchors)


def _head_places(landmarks: Float) -> Float:
    """(8, 2) in the order of `ANCHORS`; the hook is not known from landmarks."""
    left, right = landmarks[LEFT_EYE].mean(axis=0), landmarks[RIGHT_EYE].mean(axis=0)
    eyes = (left + right) / 2
    crown = eyes - _CROWN * (landmarks[152] - eyes)
    return np.stack([landmarks[127], landmarks[356], crown, landmarks[152], left, right, eyes, eyes]).astype(np.float32)


def _aside(places: Float) -> float:
    """How far the bridge of the nose lies beside the middle of the temples, in widths of the head: how far it is turned."""
    across = places[1] - places[0]
    return float((places[6] - (places[0] + places[1]) / 2) @ across / max(float(across @ across), 1e-6))


def _wear_hat(rng: Rng, thing: CutOut, picture: Image, regions: Image, places: Float) -> Sample:
    down = places[3] - places[2]
    is_scarf = thing.kind == "scarf"
    used = [0, 1, 2, 3] if is_scarf else [0, 1, 2]
    goals = places[used].copy()
    middle = goals[:2].mean(axis=0)
    wide = rng.uniform(0.98, 1.1) if is_scarf else rng.uniform(1.0, 1.16)  # it sits on hair
    goals[:2] = middle + (goals[:2] - middle) * wide
    goals[2] -= down * (rng.uniform(0, 0.06) if is_scarf else rng.uniform(0.0, 0.08))
    if not is_scarf:
        goals += down * rng.normal(0.025, 0.028)  # pulled down or pushed up
        goals = middle + (goals - middle) @ _turn(rng.normal(0, 3)).T
    worn = _moved(thing, _affine(thing.anchors[used], goals), len(regions))
    worn = _patterned(rng, worn)
    alpha = worn[..., 3]
    hat = alpha > 127
    gone = _pressed(hat, regions == _HAIR, is_scarf)
    photo, changed = picture.astype(np.float32), regions.copy()
    if gone.any():
        share = _blurred(gone, 1.0)[..., None]
        photo = photo * (1 - share) + _background(rng, picture, (regions == _BACKGROUND) & ~gone) * share
        changed[gone] = _BACKGROUND
    height = float(np.hypot(*down))
    drop = max(1, round(rng.uniform(0.01, 0.05) * height))
    shadow = np.roll(_blurred(hat, rng.uniform(0.015, 0.04) * height), drop, axis=0)
    shadow *= _blurred(~np.isin(changed, (_BACKGROUND,)), 1.0)
    photo *= 1 - rng.uniform(0.1, 0.6) * shadow[..., None]
    changed[hat] = _HAT
    return _over(photo, worn, rng.uniform(0.55, 1.1)), changed


def _wear_glasses(rng: Rng, thing: CutOut, picture: Image, regions: Image, places: Float) -> Sample:
    across = places[5] - places[4]
    unit = float(np.hypot(*across))
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    theirs = thing.anchors[1] - thing.anchors[0]
    scale = float(np.hypot(*(places[1] - places[0])) / np.hypot(*theirs)) * rng.uniform(0.9, 1.06)
    eyes = thing.anchors[5] - thing.anchors[4]
    turn = _turn(angle + rng.normal(0, 1.2)) @ np.diag([scale, scale * rng.uniform(0.72, 1.05)])
    turn = turn @ _turn(-float(np.degrees(np.arctan2(eyes[1], eyes[0]))))
    place = places[6] + _turn(angle) @ np.array([rng.normal(0, 0.02), rng.uniform(-0.03, 0.14)]) * unit
    matrix = np.column_stack([turn, place - turn @ thing.anchors[6]])
    worn, lens = _moved(thing, matrix, len(regions)), _moved_mask(thing.lens, matrix, len(regions))
    alpha = worn[..., 3].astype(np.float32) / 255
    frame = alpha * (1 - lens / np.float32(255))
    photo = picture.astype(np.float32)
    shadow = np.roll(_blurred(frame > 0.4, 0.05 * unit), max(1, round(rng.uniform(0.02, 0.09) * unit)), axis=0)
    photo *= 1 - rng.uniform(0, 0.5) * shadow[..., None]
    changed = regions.copy()
    through = np.isin(regions, (_EYES, _BROWS)) & (thing.opacity < _DARK_LENS)
    changed[(lens > 127) & ~through] = _GLASSES
    changed[frame > 0.4] = _GLASSES
    return _over(photo, worn, rng.uniform(0.6, 1.1)), changed


def _wear_earrings(rng: Rng, thing: CutOut, picture: Image, regions: Image, places: Float) -> Sample:
    width = float(np.hypot(*(places[1] - places[0])))
    scale = width / float(np.hypot(*(thing.anchors[1] - thing.anchors[0]))) * rng.uniform(0.7, 1.2)
    photo, changed = picture, regions.copy()
    for side in (-1, 1):
        lobe = _lobe(regions, places, side)
        if lobe is None:
            continue
        # The left one of the pair, mirrored for the other ear.
        flip = np.diag([1.0 if (thing.anchors[7, 0] < CUT_SIZE / 2) == (side < 0) else -1.0, 1.0])
        turn = flip * scale @ _turn(rng.normal(0, 4))
        one = _one_of_pair(thing)
        matrix = np.column_stack([turn, lobe - turn @ thing.anchors[7]])
        worn = _moved(one, matrix, len(regions))
        mask = worn[..., 3] > 110
        photo = _over(photo.astype(np.float32), worn, rng.uniform(0.7, 1.1))
        changed[mask] = _EARRINGS
    return photo, changed


def _one_of_pair(thing: CutOut) -> CutOut:
    """The earring that hangs from the hook, without the other one."""
    columns = np.arange(CUT_SIZE)
    near = (columns < CUT_SIZE / 2) == (thing.anchors[7, 0] < CUT_SIZE / 2)
    picture = thing.picture.copy()
    picture[:, ~near, 3] = 0
    return CutOut(thing.kind, picture, thing.lens, thing.opacity, thing.anchors)


def _lobe(regions: Image, places: Float, side: int) -> Float | None:
    """(2,) the lobe of the ear at one side, None where no ear is seen."""
    rows, columns = np.nonzero(regions == _EARS)
    beside = (columns - places[6, 0]) * side > 0
    rows, columns = rows[beside], columns[beside]
    if len(rows) < 25:
        return None
    low = rows.max()
    return np.array([columns[rows > low - 3].mean() + 0.5, low - 1.0], np.float32)


def _pressed(hat: Mask, hair: Mask, is_scarf: bool) -> Mask:
    """Hair that a hat leaves no room for: above it, and beside it higher than its lower edge at that side."""
    if is_scarf or not hat.any():
        return hair & ~hat
    rows = np.arange(len(hat))[:, None]
    filled = np.flatnonzero(hat.any(axis=0))
    first, last = int(filled[0]), int(filled[-1])
    top = np.where(hat.any(axis=0), hat.argmax(axis=0), 0)
    bottom = np.where(hat.any(axis=0), len(hat) - 1 - hat[::-1].argmax(axis=0), 0)
    reach = max(2, (last - first) // 12)
    limit = top.astype(np.float64)
    limit[:first] = bottom[first : first + reach].max()
    limit[last + 1 :] = bottom[last - reach + 1 : last + 1].max()
    return np.asarray(hair & ~hat & (rows < limit[None, :]))


def _patterned(rng: Rng, worn: Image) -> Image:
    """Cloth with a pattern, three times in ten."""
    if rng.random() > 0.3:
        return worn
    size = len(worn)
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    kind = rng.random()
    if kind < 0.5:
        light = np.sign(np.sin(columns * rng.uniform(0.15, 1.2) + rows * rng.uniform(-0.8, 0.8) + rng.uniform(0, 6)))
        light = light + (np.sign(np.sin(rows * rng.uniform(0.2, 1.0))) if rng.random() < 0.5 else 0)
        colour = 1 + rng.uniform(-0.35, 0.35, 3) * light[..., None]
    elif kind < 0.8:
        colour = 0.5 + texture(rng, size, size) / np.float32(255)
    else:
        cells = int(rng.integers(20, 90))
        noise = Pillow.fromarray(rng.normal(0, 1, (cells, cells)).astype(np.float32)).resize(
            (size, size), Pillow.Resampling.BICUBIC
        )
        colour = 1 + rng.uniform(0.05, 0.3) * np.asarray(noise)[..., None]
    return np.dstack([np.clip(worn[..., :3] * colour, 0, 255).astype(np.uint8), worn[..., 3]])


def _background(rng: Rng, picture: Image, known: Mask) -> Float:
    """The background's colours continued behind the head."""
    size = len(picture)
    if known.sum() < 0.02 * known.size:
        return texture(rng, size, size).astype(np.float32)
    weight = Pillow.fromarray((known * 255).astype(np.uint8))
    masked = Pillow.fromarray((picture * known[..., None]).astype(np.uint8))
    total, summed = np.full((size, size, 1), 1e-3, np.float32), np.zeros((size, size, 3), np.float32)
    for radius, trust in ((3.0, 1.0), (8.0, 1e-2)):
        layers = (layer.reduce(4).filter(ImageFilter.GaussianBlur(radius)).resize(layer.size) for layer in (masked, weight))
        colours, shares = (np.asarray(layer, np.float32) for layer in layers)
        summed += trust * colours * 255
        total += trust * shares[..., None]
    plain = picture[known].mean(axis=0)
    far = np.clip(total / 0.02, 0, 1)
    return np.asarray(far * summed / np.maximum(total, 1e-3) + (1 - far) * plain, np.float32)


def _over(photo: Float, worn: Image, gain: float) -> Image:
    share = worn[..., 3:].astype(np.float32) / 255
    return np.asarray(np.clip(photo * (1 - share) + np.clip(worn[..., :3] * gain, 0, 255) * share, 0, 255), np.uint8)


def _blurred(mask: Mask, radius: float) -> Float:
    soft = Pillow.fromarray(mask.astype(np.uint8) * 255).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(np.asarray(soft) / 255, np.float32)


def _turn(degrees: float) -> Float:
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)


def _affine(places: Float, goals: Float) -> NDArray[np.float64]:
    """(2, 3): places -> goals, least squares."""
    whole = np.column_stack([places, np.ones(len(places))])
    return np.asarray(np.linalg.lstsq(whole, goals, rcond=None)[0].T, np.float64)


def _inverse(matrix: NDArray[np.floating]) -> tuple[float, ...]:
    """What Pillow's transform takes for a matrix (2, 3) from a cut-out to the picture."""
    turn = np.linalg.inv(matrix[:, :2])
    return tuple(np.column_stack([turn, -turn @ matrix[:, 2]]).ravel().tolist())


def _moved(thing: CutOut, matrix: NDArray[np.floating], size: int) -> Image:
    """(size, size, 4): a cut-out brought to its place."""
    # Pillow weighs colours by alpha only in the mode RGBa.
    picture = Pillow.fromarray(np.ascontiguousarray(thing.picture)).convert("RGBa")
    moved = picture.transform((size, size), Pillow.Transform.AFFINE, _inverse(matrix), Pillow.Resampling.BILINEAR)
    return np.asarray(moved.convert("RGBA"))


def _moved_mask(mask: Image, matrix: NDArray[np.floating], size: int) -> Image:
    picture = Pillow.fromarray(np.ascontiguousarray(mask))
    return np.asarray(picture.transform((size, size), Pillow.Transform.AFFINE, _inverse(matrix), Pillow.Resampling.BILINEAR))
