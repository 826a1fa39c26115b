"""What is wrong with a photo of a face, and what to do about it. Advice only: nothing here stops anybody.

Bars are measured by benchmarks/photo_checks.py: of good portraits at most 3 in 100 get any one piece of advice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

from core.colour import luminance, to_linear
from core.engines import CLASSES
from core.faces.align import Frame, face_quad, face_unit, five_points, wider
from core.faces.expressions import EXPRESSIONS
from core.faces.finding import FaceBox
from core.faces.landmarks import Placed
from core.faces.light import ratios
from core.faces.mesh import NOSE, OUTER_LIPS, OVAL
from core.faces.pose import HeadPose, head_pose
from core.faces.reading import main_faces
from core.faces.selfie import WIDE_FACTOR, WIDE_SIZE, Selfie
from core.faces.shape import SHAPE_NUMBERS, shape_numbers
from core.words import mark, tr

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_HIGHLIGHTS = 0.98  # quantile
_CLIPPED = 254  # of a channel
_PATCH = 6  # pixels of `Selfie.wide`
_BLINKS = [EXPRESSIONS.index(name) for name in ("eyeBlinkLeft", "eyeBlinkRight")]


@dataclass(frozen=True)
class Advice:
    """Something that makes a photo hard to read.

    Attributes:
        kind: A key of `CHECKS`.
        text: What is wrong and what to do, for a layperson.
        value: What was measured; the unit is said in `CHECKS`.
        bar: Where the advice begins.
    """

    kind: str
    text: str
    value: float
    bar: float


@dataclass(frozen=True)
class Check:
    """One kind of advice.

    Attributes:
        bar: Where it begins.
        below: Whether values below the bar are wrong, rather than above.
        text: What to say.
    """

    bar: float
    below: bool
    text: str

    def fails(self, value: float) -> bool:
        """Whether a value deserves the advice."""
        return value < self.bar if self.below else value > self.bar


CHECKS: Mapping[str, Check] = {
    # Faces that are no passers-by.
    "several": Check(1.5, below=False, text=mark("There are several faces in this photo. Check that the right one was chosen.")),
    # Pixels of the photo from eye to eye, or from eyes to mouth. With fewer, networks are shown less than they can see.
    "too_small": Check(32.0, below=True, text=mark("Your face is a bit small here. Move closer, or crop less.")),
    # Face units between the outline of the face and the photo's border.
    "cut_off": Check(
        0.05, below=True, text=mark("Part of your face is outside the photo. Move back, so that your whole head is in it.")
    ),
    # Degrees between where the face looks and the camera.
    "turned_away": Check(24.0, below=False, text=mark("Your head is turned. Look straight into the camera.")),
    # How surely mouth and nose are seen where they must be, the lesser of both.
    "covered": Check(0.71, below=True, text=mark("Something seems to cover your nose or mouth. Take hands, mask or scarf away.")),
    # Amount of light that 2 in 100 of the face's pixels exceed: its highlights, which skin of every tone has.
    "too_dark": Check(0.28, below=True, text=mark("Your face is too dark here. Turn towards a window or a lamp.")),
    # Share of the face's pixels in which a colour is at its end.
    "too_bright": Check(
        0.12, below=False, text=mark("Your face is too bright here, and its colours are lost. Step out of the glare.")
    ),
    # Logarithm of red, or of blue, over green in the light.
    "coloured_light": Check(
        0.28, below=False, text=mark("The light is coloured, so skin and hair may come out wrong. Daylight is best.")
    ),
    # How much brightness changes from pixel to pixel over how much from patch to patch.
    "blurred": Check(
        0.27, below=True, text=mark("Your face is blurred here. Hold the camera still and let it focus on your face.")
    ),
    # How far both eyes are closed, the mean of ARKit's coefficients: their height alone would tell narrow eyes from wide ones.
    "eyes_closed": Check(0.27, below=False, text=mark("Your eyes seem to be closed. Take the photo again with open eyes.")),
    # Distance of the lips over that of the outer corners of the eyes.
    "mouth_open": Check(0.2, below=False, text=mark("Your mouth is wide open. Close it, or smile a little.")),
}
"""What is advised, the most important first."""


def check_photo(image: Image, faces: Sequence[FaceBox], selfie: Selfie) -> tuple[Advice, ...]:
    """Advice about a photo, the most important first; empty for a good one.

    Args:
        image: (H, W, 3) uint8 sRGB.
        faces: All that `find_faces` found in it.
        selfie: The face that was read.
    """
    values = measure(image, faces, selfie)
    wrong = {kind: values[kind] for kind, check in CHECKS.items() if kind in values and check.fails(values[kind])}
    if "too_small" in wrong:
        wrong.pop("blurred", None)  # what is small is blurred when it is enlarged, and coming closer mends both
    return tuple(Advice(kind, tr(CHECKS[kind].text), value, CHECKS[kind].bar) for kind, value in wrong.items())


def measure(image: Image, faces: Sequence[FaceBox], selfie: Selfie) -> dict[str, float]:
    """What the checks look at, by kind; kinds that cannot be measured on this photo are missing."""
    face = selfie.face
    values = {"several": float(len(main_faces(faces))), "covered": _uncovered(selfie)}
    values["coloured_light"] = float(np.abs(ratios(face.light)).max())
    where = _drawn(selfie.landmarks[OVAL], WIDE_SIZE) & selfie.inside
    return values | _measure(image, face.landmarks, face.expression, selfie.wide, where)


def measure_placed(image: Image, placed: Placed) -> dict[str, float]:
    """What landmarks alone tell of a face of a picture (H, W, 3): `measure` without what the parser is needed for."""
    frame = Frame(wider(face_quad(placed.points[:, :2]), WIDE_FACTOR), WIDE_SIZE)
    where = _drawn(frame.from_picture(placed.points[OVAL, :2]), WIDE_SIZE) & frame.inside(*image.shape[:2])
    return _measure(image, placed.points, placed.expression, frame.crop(image), where)


def _measure(image: Image, landmarks: Float, expression: Float, wide: Image, where: NDArray[np.bool_]) -> dict[str, float]:
    points = landmarks[:, :2]
    unit = max(face_unit(five_points(points)), 1e-6)
    size, outline = np.array(image.shape[1::-1]), points[OVAL]
    values = {
        "too_small": unit,
        "cut_off": float(min(outline.min(), (size - outline).min())) / unit,
        "turned_away": _turned(head_pose(landmarks)),
        "eyes_closed": float(expression[_BLINKS].mean()),
    }
    if np.ptp(points, axis=0).min() > 0:
        values["mouth_open"] = float(shape_numbers(points[None])[0][SHAPE_NUMBERS.index("mouth_open")])
    return values | (_exposure(wide, where) | {"blurred": _fineness(wide, where)} if where.any() else {})


def _exposure(wide: Image, where: NDArray[np.bool_]) -> dict[str, float]:
    pixels = wide[where]
    bright = luminance(to_linear(pixels))
    return {"too_dark": float(np.quantile(bright, _HIGHLIGHTS)), "too_bright": float((pixels.max(axis=1) >= _CLIPPED).mean())}


def _fineness(wide: Image, where: NDArray[np.bool_]) -> float:
    """Change from pixel to pixel over change from patch to patch, in the direction in which it is least: motion blurs in one."""
    rows, columns = (slice(index.min(), index.max() + 1) for index in np.nonzero(where))
    grey = np.asarray(Pillow.fromarray(wide[rows, columns]).convert("L"), np.float32)
    face = where[rows, columns]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    fine = np.asarray((around + 2 * grey[1:-1, 1:-1]) / 6, np.float32)
    coarse = np.asarray(Pillow.fromarray(grey).reduce(_PATCH), np.float32)
    small = np.asarray(Pillow.fromarray(face).convert("L").reduce(_PATCH)) > 128
    near, far = _changes(fine, face[1:-1, 1:-1]), _changes(coarse, small)
    return float((near / np.maximum(far, 1e-3)).min())


def _changes(grey: Float, where: NDArray[np.bool_]) -> Float:
    """(4,): how much brightness changes across, down and along the diagonals, root mean square."""
    if min(grey.shape) < 2 or not where.any():
        return np.zeros(4, np.float32)
    down, across = (np.asarray(slope) for slope in np.gradient(grey))
    ways = (across, down, (across + down) / np.sqrt(2), (across - down) / np.sqrt(2))
    return np.array([np.sqrt(np.mean(np.square(way[where]))) for way in ways], np.float32)


def _turned(pose: HeadPose) -> float:
    towards = np.cos(np.radians(pose.yaw)) * np.cos(np.radians(pose.pitch))
    return float(np.degrees(np.arccos(np.clip(towards, -1, 1))))


def _uncovered(selfie: Selfie) -> float:
    size = selfie.masks.shape[1]
    seen = []
    for name, ring in (("mouth", OUTER_LIPS), ("nose", NOSE)):
        where = _drawn(selfie.landmarks[ring] * (size / WIDE_SIZE), size)
        if where.any():
            seen.append(float(selfie.masks[CLASSES.index(name)][where].mean()))
    return min(seen, default=1.0)


def _drawn(ring: Float, size: int) -> NDArray[np.bool_]:
    """(size, size): the inside of an outline."""
    mask = Pillow.new("1", (size, size))
    ImageDraw.Draw(mask).polygon(ring.ravel().tolist(), fill=1)
    return np.asarray(mask)
