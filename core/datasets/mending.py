"""Regions of the teachers set right where the hair teacher is known to err: bald and covered heads.

It paints hair on bald heads, and takes patterned wraps and parts of caps for hair; hats have no teacher at all. Which portraits
show what is in portrait_traits.json. All in the regions' frame (core.datasets.portraits): pictures (320, 320, 3) uint8, regions
(320, 320) uint8 classes, landmarks (478, 2).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from core.datasets.portraits import IGNORED
from core.engines import CLASSES
from core.faces.mesh import OVAL

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Mask = NDArray[np.bool_]
Sample = tuple[Image, Image]

_SCARVES = frozenset({"synthetic_0009.jpg", "synthetic_0021.jpg", "synthetic_0039.jpg", "synthetic_0043.jpg"})
_SHAWLS = frozenset({"synthetic_0017.jpg"})  # on the back of the head, before which hair is seen: the teacher is right there
_SURE, _DOUBTFUL = 3.2, 5.0  # Mahalanobis distance of a colour from the face's own skin
_SKIN, _HAIR, _HAT, _CLOTHES, _BACKGROUND, _NECK, _EARS = (
    CLASSES.index(name) for name in ("skin", "hair", "hat", "clothes", "background", "neck", "ears")
)


def traits(files: Sequence[str]) -> dict[str, Mask]:
    """Which of N portraits show what a person saw: bald, beard, covered, earrings, glasses, (N,) each."""
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
    if seen["bald"]:
        regions = mend_bald(picture, regions, landmarks, inside)
    elif seen["covered"] and file not in _SHAWLS:
        regions = mend_covered(regions, landmarks, inside, file in _SCARVES)
    return forget_earrings(regions, landmarks) if seen["earrings"] else regions


def mend_bald(picture: Image, regions: Image, landmarks: Float, inside: Mask) -> Image:
    """Hair of the skin's colour becomes skin, hair that may be skin becomes ignored; a darker fringe of hair stays.

    Args:
        picture: See the module.
        regions: See the module.
        landmarks: See the module.
        inside: (320, 320), what lies on the photo.
    """
    distance = skin_distance(picture, regions == _SKIN)
    mended = regions.copy()
    hair = regions == _HAIR
    above = _rows_above(landmarks[[105, 334], 1].mean(), len(regions))
    mended[hair & (distance < _DOUBTFUL)] = IGNORED
    mended[hair & above & (distance < _SURE)] = _SKIN
    mended[(regions == IGNORED) & inside & above] = _SKIN  # highlights
    return mended


def mend_covered(regions: Image, landmarks: Float, inside: Mask, is_scarf: bool) -> Image:
    """What a person wears above the brows becomes hat; what hangs beside the face too if it is a scarf, else it is ignored.

    Args:
        regions: See the module.
        landmarks: See the module.
        inside: (320, 320), what lies on the photo.
        is_scarf: Whether it hangs down to the shoulders.
    """
    oval = landmarks[OVAL]
    width, height, middle = np.ptp(oval[:, 0]), np.ptp(oval[:, 1]), oval[:, 0].mean()
    size, brow, chin = len(regions), landmarks[[105, 334], 1].mean(), oval[:, 1].max()
    near = np.abs(np.arange(size) + 0.5 - middle)[None] < 1.25 * width
    above = _rows_above(brow - 0.03 * height, size) & near
    beside = ~above & _rows_above(chin + 0.3 * height, size) & near
    cloth = np.isin(regions, (_HAIR, _CLOTHES, IGNORED)) & inside
    mended = regions.copy()
    mended[cloth & above] = _HAT
    if is_scarf:
        mended[np.isin(regions, (_HAIR, _CLOTHES, _NECK, _EARS, IGNORED)) & inside & beside] = _HAT
        mended[(regions == _HAIR) & ~above & ~beside] = _CLOTHES
    else:
        mended[(regions == _HAIR) & beside] = IGNORED
    # The teacher misses edges of hats.
    hat = Pillow.fromarray(((mended == _HAT) * 255).astype(np.uint8))
    mended[(mended == _BACKGROUND) & (np.asarray(hat.filter(ImageFilter.MaxFilter(9))) > 0)] = IGNORED
    return mended


def forget_earrings(regions: Image, landmarks: Float) -> Image:
    """Ignored is what hangs below the ears of who wears earrings: nobody said where they are."""
    oval = landmarks[OVAL]
    width, height, middle = np.ptp(oval[:, 0]), np.ptp(oval[:, 1]), oval[:, 0].mean()
    aside = np.abs(np.arange(len(regions)) + 0.5 - middle)[None]
    beside = (aside > 0.42 * width) & (aside < 0.68 * width)
    nose, low = landmarks[4, 1], oval[:, 1].max() + 0.05 * height
    where = beside & ~_rows_above(nose, len(regions)) & _rows_above(low, len(regions))
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


def _rows_above(row: float, size: int) -> Mask:
    return np.broadcast_to((np.arange(size) + 0.5 < row)[:, None], (size, size))
