"""Regions of the teachers set right where the hair teacher is known to err: bald and covered heads.

It paints hair on bald heads, and takes patterned wraps and parts of caps for hair; hats have no teacher at all. Which portraits
show what is in portrait_traits.json. All in the regions' frame (core.datasets.portraits): pictures (320, 320, 3) uint8, regions
(320, 320) uint8 classes, landmarks (478, 2).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from core.datasets.portraits import IGNORED
from core.engines import CLASSES
from core.faces.mesh import OVAL

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Mask = NDArray[np.bool_]
Sample = tuple[Image, Image]

_SCARVES = frozenset({"synthetic_0009.jpg", "synthetic_0021.jpg", "synthetic_0039.jpg", "synthetic_0043.jpg"})
_SHAWLS = frozenset({"synthetic_0017.jpg"})  # on the back of the head, before which hair is seen: the teacher is right there
_RIM = 25  # pixels across what is ignored about the face of who is covered: a sixth of its width
_ALIKE, _SURE, _DOUBTFUL = 2.0, 3.2, 5.0  # Mahalanobis distance of a colour from the face's own skin
_SKIN, _HAIR, _HAT, _CLOTHES, _BACKGROUND, _NECK, _EARS = (
    CLASSES.index(name) for name in ("skin", "hair", "hat", "clothes", "background", "neck", "ears")
)


@dataclass(frozen=True, eq=False)
class _Place:
    """Where a face is, in widths and heights of its oval.

    Attributes:
        u: (S, S), right from the middle.
        v: (S, S), down from the brows.
        top: v of the forehead's upper end.
        chin: v of the chin.
        nose: u of its tip.
        brow: Row of the brows, pixels.
        height: Of the oval, pixels.
        oval: (S, S), inside it.
    """

    u: Float
    v: Float
    top: float
    chin: float
    nose: float
    brow: float
    height: float
    oval: Mask

    @staticmethod
    def of(landmarks: Float, size: int) -> "_Place":
        outline = landmarks[OVAL]
        width, height = float(np.ptp(outline[:, 0])), float(np.ptp(outline[:, 1]))
        brow = float(landmarks[[105, 334], 1].mean())
        rows, columns = np.mgrid[0:size, 0:size].astype(np.float32) + np.float32(0.5)
        picture = Pillow.new("1", (size, size))
        ImageDraw.Draw(picture).polygon([(float(x), float(y)) for x, y in outline - 0.5], fill=1)
        middle = float(outline[:, 0].mean())
        return _Place(
            (columns - np.float32(middle)) / np.float32(width),
            (rows - np.float32(brow)) / np.float32(height),
            (float(outline[:, 1].min()) - brow) / height,
            (float(outline[:, 1].max()) - brow) / height,
            (float(landmarks[4, 0]) - middle) / width, brow, height, np.asarray(picture),
        )  # fmt: skip

    def skull(self, width: float) -> Mask:
        """(S, S): an ellipse on the line of the brows, as high as skulls are; of turned heads it lies behind the face."""
        half, high = width / 2 + 0.3 * abs(self.nose), self.top - 0.3
        return np.asarray((((self.u + 0.7 * self.nose) / half) ** 2 + (self.v / high) ** 2 < 1) & (self.v < 0.05))


def traits(files: Sequence[str]) -> dict[str, Mask]:
    """Which of N portraits show what a person saw: bald, beard, covered, earrings, glasses, shaven, (N,) each."""
    seen = json.loads(Path(__file__).with_name("portrait_traits.json").read_text(encoding="utf-8"))
    return {name: np.isin(np.array(files), those) for name, those in seen.items()}


def mend(file: str, seen: Mapping[str, bool], sample: Sample, landmarks: Float, inside: Mask) -> Image:
    """The regions of one portrait, mended by what a person saw on it.

    Args:
        file: Its name.
        seen: Trait -> whether it shows that, as of `traits`.
        sample: Picture and regions, see the module.
        landmarks: See the module.
        inside: (320, 320), what lies on the photo.
    """
    picture, regions = sample
    if seen["shaven"]:
        regions = mend_shaven(regions, landmarks, inside)
    elif seen["bald"]:
        regions = mend_bald(picture, regions, landmarks, inside)
    elif seen["covered"] and file not in _SHAWLS:
        regions = mend_covered(regions, landmarks, inside, file in _SCARVES)
    return forget_earrings(regions, landmarks) if seen["earrings"] else regions


def mend_shaven(regions: Image, landmarks: Float, inside: Mask) -> Image:
    """No hair stays: on the skull and in the face it becomes skin, what may be ears or something behind the head is ignored.

    The teacher paints a crescent along the rim of bare skulls, mostly on their shadow side, and doubts what shines on them.

    Args:
        regions: See the module.
        landmarks: See the module.
        inside: (320, 320), what lies on the photo.
    """
    place = _Place.of(landmarks, len(regions))
    mended = regions.copy()
    mended[regions == _HAIR] = IGNORED
    mended[np.isin(regions, (_HAIR, IGNORED)) & inside & (place.skull(1.24) | place.oval)] = _SKIN
    return mended


def mend_bald(picture: Image, regions: Image, landmarks: Float, inside: Mask) -> Image:
    """Hair of the skin's colour on top of the head becomes skin; a fringe at the sides stays, even one as light as the skin.

    Args:
        picture: See the module.
        regions: See the module.
        landmarks: See the module.
        inside: (320, 320), what lies on the photo.
    """
    distance = skin_distance(picture, regions == _SKIN)
    place = _Place.of(landmarks, len(regions))
    above = place.v < 0
    aside = (np.abs(place.u) > 0.4) & (place.v > -0.36) & (place.v < 0.2)  # where a fringe grows
    mended = regions.copy()
    hair = regions == _HAIR
    mended[hair & ~aside & (distance < _DOUBTFUL)] = IGNORED
    mended[hair & ~aside & above & place.skull(1.12) & (distance < _SURE)] = _SKIN
    mended[hair & aside & (distance < _ALIKE)] = IGNORED
    mended[hair & (place.v >= 0.2)] = IGNORED  # shadows beside the jaw
    mended[(regions == IGNORED) & inside & above & place.skull(1.12)] = _SKIN  # highlights
    return mended


def mend_covered(regions: Image, landmarks: Float, inside: Mask, is_scarf: bool) -> Image:
    """What a person wears above the brows becomes hat; what hangs beside the face too if it is a scarf, else it is ignored.

    Red hats are skin to the teachers, so that skin high above the face is hat too. The rim about the face is ignored if it is no
    scarf: many of these portraits show hair there, and nobody said which.

    Args:
        regions: See the module.
        landmarks: See the module.
        inside: (320, 320), what lies on the photo.
        is_scarf: Whether it hangs down to the shoulders.
    """
    place = _Place.of(landmarks, len(regions))
    near = np.abs(place.u) < 1.25
    above = (place.v < -0.03) & near
    beside = (place.v >= -0.03) & (place.v < place.chin + 0.3) & near
    cloth = np.isin(regions, (_HAIR, _CLOTHES, IGNORED)) & inside
    mended = regions.copy()
    mended[(regions == _CLOTHES) & (place.v < -0.03) & ~near] = IGNORED
    mended[(regions == _SKIN) & above & ~place.oval] = IGNORED
    mended[(regions == _SKIN) & above & (place.v < place.top - 0.1)] = _HAT
    mended[cloth & above] = _HAT
    if is_scarf:
        mended[np.isin(regions, (_HAIR, _CLOTHES, _NECK, _EARS, IGNORED)) & inside & beside] = _HAT
        mended[(regions == _HAIR) & ~above & ~beside] = _CLOTHES
    else:
        rim = np.asarray(Pillow.fromarray((place.oval * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(_RIM))) > 0
        mended[(mended == _HAT) & rim] = IGNORED
        mended[(regions == _HAIR) & beside] = IGNORED
        mended[(regions == _CLOTHES) & beside & (place.v < place.chin)] = IGNORED
    # The teacher misses edges of hats.
    hat = Pillow.fromarray(((mended == _HAT) * 255).astype(np.uint8))
    mended[(mended == _BACKGROUND) & (np.asarray(hat.filter(ImageFilter.MaxFilter(9))) > 0)] = IGNORED
    return mended


def forget_earrings(regions: Image, landmarks: Float) -> Image:
    """Ignored is what hangs below the ears of who wears earrings: nobody said where they are."""
    place = _Place.of(landmarks, len(regions))
    beside = (np.abs(place.u) > 0.42) & (np.abs(place.u) < 0.68)
    nose = (landmarks[4, 1] - place.brow) / place.height
    where = beside & (place.v >= nose) & (place.v < place.chin + 0.05)
    kept = regions.copy()
    kept[where & np.isin(regions, (_EARS, _CLOTHES, _NECK, _SKIN))] = IGNORED
    return kept


def skin_distance(picture: Image, skin: Mask) -> Float:
    """(S, S): Mahalanobis distance in Lab of every pixel from a face's own skin, its lightness loosened.

    Args:
        picture: (S, S, 3).
        skin: (S, S), pixels that are sure to be skin.
    """
    from skimage.color import rgb2lab  # of the extra `build`

    smooth = Pillow.fromarray(picture).filter(ImageFilter.GaussianBlur(0.8))
    lab = rgb2lab(np.asarray(smooth)).astype(np.float32)
    lab[..., 0] *= 2.55  # the trial's thresholds are for lightness 0..255
    known = lab[skin] if skin.sum() >= 50 else lab.reshape(-1, 3)
    centre = np.median(known, axis=0)
    apart = np.abs(known - centre).sum(axis=1)
    known = known[apart <= np.percentile(apart, 85)]
    spread = np.cov(known.T) + np.diag([60.0, 6.0, 6.0])
    spread[0, 0] *= 3
    spread[0, 1:] *= 1.5
    spread[1:, 0] *= 1.5
    offset = lab - centre
    squared = np.einsum("hwi,ij,hwj->hw", offset, np.linalg.inv(spread), offset)
    return np.asarray(np.sqrt(squared), np.float32)
