"""Rendered heads with the class of every pixel, in the regions' frame: what no teacher says about ears, necks, clothes and hats.

A folder of the stage render_heads holds manifest.json, one .npy file for each field below and accessories.npz
(core.datasets.accessories).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from core.datasets.augmentation import Rng, texture
from core.datasets.head_views import CLASS_OF_PART, HeadView, draw_head, draw_parts
from core.datasets.portraits import REGIONS_SIZE
from core.engines import CLASSES
from core.errors import DataError
from core.faces.mesh import NUM_LANDMARKS
from core.faces.selfie import ALIGNMENT_VERSION
from core.files import write_atomically
from core.rendering.mesh import PART_CLASS, PARTS
from core.rendering.scene import Item
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_ARRAYS = ("pictures", "classes", "points", "kinds", "landmarks", "found")
HEAD_KINDS = ("makehuman", "engine")
SPLIT = "renders"

_HELD_OUT = 0.1  # of each kind: the last ones
_DARK_LENS = 0.7  # from this opacity on nobody sees eyes through a lens
_BARE = [CLASSES.index(name) for name in ("skin", "nose", "ears", "neck")]
_CLOTHES, _GLASSES = CLASSES.index("clothes"), CLASSES.index("glasses")


@dataclass(frozen=True, eq=False)
class RenderedHeads:
    """N heads.

    Attributes:
        pictures: (N, 320, 320, 3) uint8 sRGB.
        classes: (N, 320, 320) uint8, indices into `core.engines.CLASSES`.
        points: (N, 5, 2) float32: left eye, right eye, tip of the nose, left and right corner of the mouth, pixels.
        kinds: (N,) index into `HEAD_KINDS`.
        landmarks: (N, 478, 2) float32 pixels, as the teacher sees them.
        found: (N,) bool: whether the teacher's landmarks agree with the exact points.
    """

    pictures: Image
    classes: Image
    points: Float
    kinds: NDArray[np.int64]
    landmarks: Float
    found: NDArray[np.bool_]

    def __post_init__(self) -> None:
        count = expect_shape(self.pictures, f"N {REGIONS_SIZE} {REGIONS_SIZE} 3")["N"]
        expect_shape(self.classes, f"{count} {REGIONS_SIZE} {REGIONS_SIZE}")
        expect_shape(self.points, f"{count} 5 2")
        expect_shape(self.kinds, f"{count}")
        expect_shape(self.landmarks, f"{count} {NUM_LANDMARKS} 2")
        expect_shape(self.found, f"{count}")

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def held_out(self) -> NDArray[np.int64]:
        """Indices of the heads that are for measuring only: the last tenth of each kind."""
        last = [np.flatnonzero(self.kinds == kind) for kind in range(len(HEAD_KINDS))]
        return np.concatenate([one[len(one) - int(len(one) * _HELD_OUT) :] for one in last])

    @property
    def taught(self) -> NDArray[np.int64]:
        """Indices of the heads to train on: all that are not held out."""
        return np.setdiff1d(np.arange(len(self)), self.held_out)

    def at(self, chosen: NDArray[np.int64]) -> "RenderedHeads":
        """Those of these indices."""
        return RenderedHeads(*(values[chosen] for values in self._arrays().values()))

    def save(self, folder: Path, made_from: Mapping[str, Any]) -> None:
        """Write the arrays and, after them, the manifest with their digests."""
        for name, values in self._arrays().items():
            # Not over the old file: whoever trains from it still reads it.
            unfinished = folder / f"{name}.unfinished.npy"
            np.save(unfinished, values, allow_pickle=False)
            unfinished.replace(folder / f"{name}.npy")
        files = [folder / "accessories.npz", *(folder / f"{name}.npy" for name in _ARRAYS)]
        manifest = {
            "split": SPLIT,
            "alignment": ALIGNMENT_VERSION,
            "count": len(self),
            "kinds": {name: int((self.kinds == index).sum()) for index, name in enumerate(HEAD_KINDS)},
            "made_from": dict(made_from),
            "digests": {path.name: _digest(path) for path in files if path.is_file()},
        }
        write_atomically(folder / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())

    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in _ARRAYS}


def load_heads(folder: Path) -> RenderedHeads:
    """The heads that the stage render_heads wrote.

    Raises:
        DataError: They are missing, damaged or of another alignment.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        # Not read until they are looked at: two thousand heads are 800 MB.
        heads = RenderedHeads(*(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS))
    except (OSError, ValueError, EOFError) as error:
        raise DataError(
            f"{folder} does not hold rendered heads ({error}). Make them with: main.py train render_heads --run {folder}"
        ) from error
    if manifest.get("alignment") != ALIGNMENT_VERSION or manifest.get("split") != SPLIT:
        raise DataError(f"The heads in {folder} are of another alignment or no renders. Make them again.")
    return heads


def head_picture(rng: Rng, items: Sequence[Item], view: HeadView) -> tuple[Image, Image]:
    """A head before something, in light of some colour: (320, 320, 3) picture and (320, 320) classes."""
    size = REGIONS_SIZE
    back = texture(rng, size, size)
    if rng.random() < 0.5:
        back = np.asarray(Pillow.fromarray(back).filter(ImageFilter.GaussianBlur(rng.uniform(1, 9))))
    shown, classes = head_before(rng, items, view, back)
    return tinted(shown, np.exp(rng.normal(0, 0.12, 3)) * np.exp(rng.normal(-0.1, 0.3))), classes


def head_before(rng: Rng, items: Sequence[Item], view: HeadView, back: Image) -> tuple[Float, Image]:
    """A head in the studio's white light before a picture (320, 320, 3): (320, 320, 3) sRGB 0..255 and (320, 320) classes.

    Skin gets a grain and clothes may get a pattern, because renders have neither.
    """
    picture, parts = draw_head(items, view)
    classes = CLASS_OF_PART[parts]
    dark = [item for item in items if item.material.shader == "lens" and item.material.opacity >= _DARK_LENS]
    if dark:
        seeing = [item for item in items if PART_CLASS[PARTS[item.mesh.parts[0]]] not in ("eyes", "brows")]
        classes = np.where(draw_parts(seeing, view) == PARTS.index("lens") + 1, _GLASSES, classes).astype(np.uint8)
    size = len(classes)
    values = picture[..., :3].astype(np.float32)
    values *= np.where(np.isin(classes, _BARE)[..., None], _grain(rng, size), 1)
    if rng.random() < 0.45:
        pattern = 0.45 + texture(rng, size, size).astype(np.float32) / 230
        values *= np.where((classes == _CLOTHES)[..., None], pattern, 1)
    share = picture[..., 3:].astype(np.float32) / 255
    return np.asarray(np.clip(values, 0, 255) * share + back * (1 - share), np.float32), classes


def tinted(picture: NDArray[np.floating], gains: NDArray[np.floating]) -> Image:
    """A picture (sRGB, 0..255) under light `gains` (3,) times as strong in linear light, which a power of 2.2 stands for."""
    return np.clip(picture * np.asarray(gains) ** (1 / 2.2), 0, 255).astype(np.uint8)


def _grain(rng: Rng, size: int) -> Float:
    """(size, size, 3) about 1: blotches and pores."""
    coarse, fine = int(rng.integers(12, 40)), int(rng.integers(90, 220))
    blotches, pores = (
        np.asarray(
            Pillow.fromarray(rng.normal(0, 1, (cells, cells)).astype(np.float32)).resize((size, size), Pillow.Resampling.BICUBIC)
        )
        for cells in (coarse, fine)
    )
    red = rng.uniform(0, 0.05) * blotches
    light = 1 + rng.uniform(0.005, 0.04) * pores + rng.uniform(0, 0.03) * blotches
    return np.stack([light + 0.3 * red, light - red, light - red], axis=-1).astype(np.float32)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
