"""Making the exact classes of renders look like what a parser finds in a photo: wrong places, holes, confusions."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.engines import CLASSES
from core.shapes import expect_shape

Classes = NDArray[np.uint8]
Float = NDArray[np.float32]
Rng = np.random.Generator

_BACKGROUND, _SKIN, _EARS, _HAIR, _CLOTHES, _GLASSES = (
    CLASSES.index(name) for name in ("background", "skin", "ears", "hair", "clothes", "glasses")
)
_BALD = 0.02  # share of the picture that is hair, below which a parser is tempted to see hair on the crown


def degrade(rng: Rng, classes: Classes) -> Classes:
    """Classes as a parser might find them.

    Args:
        rng: All mistakes are random.
        classes: (S, S) uint8, exact, indices into `core.engines.CLASSES`.

    Returns:
        (S, S) uint8.
    """
    size = expect_shape(classes, "S S")["S"]
    classes = _without_glasses(classes)
    if rng.random() < 0.5:
        classes = _with_false_hair(rng, classes)
    for _ in range(int(rng.integers(0, 4))):
        classes = _with_blob(rng, classes)
    if rng.random() < 0.25:  # ears are small, and parsers find them in one photo and miss them in the next
        classes = np.where(classes == _EARS, rng.choice([_SKIN, _HAIR, _BACKGROUND]), classes).astype(np.uint8)
    return _shaken(rng, classes, rng.uniform(0, 0.012) * size)


def _without_glasses(classes: Classes) -> Classes:
    """Glasses become what is around them; most parsers see through them."""
    for step in (1, 2, 4, 8):
        for shift, axis in ((step, 0), (-step, 0), (step, 1), (-step, 1)):
            classes = np.where(classes == _GLASSES, np.roll(classes, shift, axis), classes)
    return np.where(classes == _GLASSES, _SKIN, classes).astype(np.uint8)


def _with_false_hair(rng: Rng, classes: Classes) -> Classes:
    """The crown of a bald head taken for hair, as parsers do."""
    if (classes == _HAIR).mean() > _BALD:
        return classes
    rows = np.nonzero((classes == _SKIN).any(axis=1))[0]
    if len(rows) == 0:
        return classes
    line = rows[0] + rng.uniform(0.05, 0.3) * (rows[-1] - rows[0])
    ragged = line + 0.05 * len(classes) * _noise(rng, len(classes), 8)
    crown = (np.arange(len(classes))[:, None] < ragged) & (classes == _SKIN)
    return np.where(crown, _HAIR, classes).astype(np.uint8)


def _with_blob(rng: Rng, classes: Classes) -> Classes:
    """A round piece taken for something else: holes in hair, hair on a wall, clothes over an ear."""
    size = len(classes)
    rows, columns = np.mgrid[0:size, 0:size] / size
    centre, radius = rng.uniform((0.1, 0.2), (0.9, 0.8)), rng.uniform(0.02, 0.09, 2)
    blob = ((rows - centre[0]) / radius[0]) ** 2 + ((columns - centre[1]) / radius[1]) ** 2 < 1 + 0.6 * _noise(rng, size, 10)
    pairs = (
        (_HAIR, _BACKGROUND), (_HAIR, _SKIN), (_HAIR, _CLOTHES), (_SKIN, _HAIR), (_BACKGROUND, _HAIR),
        (_BACKGROUND, _CLOTHES), (_CLOTHES, _HAIR), (_CLOTHES, _BACKGROUND),
    )  # fmt: skip
    was, becomes = pairs[rng.integers(len(pairs))]
    return np.where(blob & (classes == was), becomes, classes).astype(np.uint8)


def _shaken(rng: Rng, classes: Classes, amount: float) -> Classes:
    """Edges moved by up to a few pixels."""
    size = len(classes)
    rows, columns = np.mgrid[0:size, 0:size]
    cells = int(rng.integers(12, 40))
    down, across = (np.rint(amount * _noise(rng, size, cells)).astype(int) for _ in range(2))
    return np.asarray(classes[np.clip(rows + down, 0, size - 1), np.clip(columns + across, 0, size - 1)])


def _noise(rng: Rng, size: int, cells: int) -> Float:
    coarse = Pillow.fromarray(rng.normal(size=(cells, cells)).astype(np.float32))
    return np.asarray(coarse.resize((size, size), Pillow.Resampling.BICUBIC))
