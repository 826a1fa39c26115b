"""face_light.py LABELS DEV: what core.faces.light knows, from the training portraits, and how well it does on the dev portraits.

LABELS and DEV are folders of `main.py train label_faces`, of the splits `train` and `dev`. Portraits are taken to be in white
light, which is nearly true of official ones. Casts are lamps of core.datasets.photo_faults, mixed with white light; nothing
clips here.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.colour import difference, luminance, region_colour, to_lab, to_linear
from core.datasets.portraits import FaceLabels, load_labels, read_portraits, regions_frame
from core.engines import CLASSES
from core.faces.align import Frame, face_quad, wider
from core.faces.colours import SKIN_RANGE
from core.faces.light import CUES, eye_whites, light_cues, light_of, ratios
from core.faces.selfie import MASK_SIZE, WIDE_FACTOR, WIDE_SIZE
from core.images import read_photo

Cues = dict[str, NDArray[np.float32] | None]
_PRIOR = 0.25  # deviation of the light's logarithms that is expected
_NOISE = 0.02  # of each cue, beside how it strays
_LAMPS = ((1.0, 0.62, 0.22), (0.35, 0.6, 1.0), (1.0, 0.25, 0.75), (0.4, 1.0, 0.45), (1.0, 0.3, 0.25))


def main() -> None:
    """Print the numbers and the errors."""
    train, dev = (
        cues_of(load_labels(Path(folder), split)) for folder, split in zip(sys.argv[1:3], ("train", "dev"), strict=True)
    )
    usual, weights = fit(train)
    lines = [f"_USUAL = {np.round(usual, 3).tolist()}", f"_WEIGHTS = {np.round(weights, 3).tolist()}"]
    for amount in (0.0, 0.2, 0.35, 0.65, 1.0):
        before, after = errors(dev, amount)
        lines.append(f"cast {amount:.2f}: skin off by {before:.2f} uncorrected, {after:.2f} corrected (ΔE2000)")
    sys.stdout.write("\n".join(lines) + "\n")


def cues_of(labels: FaceLabels) -> list[Cues]:
    """The cues of portraits, their regions as the teachers saw them."""
    paths = {portrait.path.name: portrait.path for portrait in read_portraits(labels.split)}
    skin, found = [CLASSES.index(name) for name in ("skin", "nose")], []
    for file, landmarks, regions in zip(labels.files, labels.landmarks, labels.regions, strict=True):
        photo, wide = read_photo(paths[file]), Frame(wider(face_quad(landmarks), WIDE_FACTOR), WIDE_SIZE)
        picture, inside, size = wide.crop(photo), wide.inside(*photo.shape[:2]), (MASK_SIZE, MASK_SIZE)
        linear = to_linear(np.asarray(Pillow.fromarray(picture).resize(size, Pillow.Resampling.BOX)))
        seen = np.asarray(Pillow.fromarray(inside).resize(size, Pillow.Resampling.NEAREST))
        quad = regions_frame(landmarks).from_picture(wide.quad)
        is_skin = np.isin(Frame(quad, MASK_SIZE).pick(np.array(regions), len(CLASSES)), skin)
        colour = region_colour(linear, (is_skin & seen).astype(np.float32), *SKIN_RANGE)
        found.append(light_cues(linear, seen, colour, eye_whites(to_linear(picture), inside, wide.from_picture(landmarks))))
    return found


def fit(found: list[Cues]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The usual ratios of each cue (5, 2), and the weights (2, 10) of the best linear estimate of the light."""
    rows = np.array([[(np.nan, np.nan) if cue is None else ratios(cue) for cue in cues.values()] for cues in found])
    usual, deviation = np.nanmedian(rows, axis=0), np.nanstd(rows, axis=0)
    strays = np.clip(np.where(np.isnan(rows), usual, rows) - usual, -3 * deviation, 3 * deviation).reshape(len(rows), -1)
    precision = np.linalg.inv(np.cov(strays.T) + _NOISE**2 * np.eye(strays.shape[1]))
    of_light = np.tile(np.eye(2), (len(CUES), 1))
    weights = np.linalg.solve(of_light.T @ precision @ of_light + np.eye(2) / _PRIOR**2, of_light.T @ precision)
    return np.asarray(usual), np.asarray(weights)


def errors(found: list[Cues], amount: float) -> tuple[float, float]:
    """How far the skin is off under lamps of this strength, without and with `light_of`, at equal brightness: mean ΔE2000."""
    off: list[tuple[float, float]] = []
    for cues in found:
        skin = cues["skin"]
        if skin is None:
            continue
        for lamp in _LAMPS:
            cast = np.asarray(1 - amount + amount * np.array(lamp), np.float32)
            light = light_of({name: None if cue is None else np.asarray(cue * cast) for name, cue in cues.items()})
            off.append((_apart(skin, skin * cast), _apart(skin, skin * cast / light)))
    before, after = np.mean(off, axis=0).tolist()
    return before, after


def _apart(colour: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """ΔE2000 at equal brightness."""
    return float(difference(to_lab(colour), to_lab(other * (luminance(colour) / luminance(other)))))


if __name__ == "__main__":
    main()
