"""What is wrong with photographs as people take them, each fault at three known strengths, for measuring.

Never for training: what is measured must not be what was learnt by heart (core.datasets.augmentation trains). Light is changed in
linear light, blur too; where the face is stays exactly known.
"""

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from core.colour import to_linear
from core.datasets import face_photos, photo_covers
from core.datasets.face_photos import FacePhoto

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Rng = np.random.Generator

STRENGTHS = ("mild", "moderate", "strong")

_LIGHTS = ((1.0, 0.62, 0.22), (0.35, 0.6, 1.0), (1.0, 0.25, 0.75), (0.4, 1.0, 0.45), (1.0, 0.3, 0.25))
"""Lamp, evening sky, neon, fluorescent tube, red lamp: amounts of light at full strength."""


@dataclass(frozen=True)
class Fault:
    """A fault of photographs.

    Attributes:
        kind: What it changes: where the face is, its light, what the camera made of it, or what is before it.
        strengths: Its amount at each of `STRENGTHS`; the unit is said where it is defined.
        apply: (rng, face, amount) -> the photo with the fault.
    """

    kind: Literal["geometry", "light", "camera", "cover"]
    strengths: tuple[Any, Any, Any]
    apply: Callable[[Rng, FacePhoto, Any], FacePhoto]


def with_fault(name: str, strength: int, face: FacePhoto, seed: int) -> FacePhoto:
    """A photo with a fault; the same arguments give the same bytes.

    Args:
        name: One of `FAULTS`.
        strength: Index into `STRENGTHS`.
        face: The photo without it.
        seed: Tells photos apart; the three strengths of one photo share all that is random.
    """
    fault = FAULTS[name]
    own = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")
    return fault.apply(np.random.default_rng([seed, own]), face, fault.strengths[strength])


def to_bytes(linear: NDArray[np.floating]) -> Image:
    """Amounts of light, clipped to [0, 1] -> uint8 sRGB of the same shape."""
    steps = (np.clip(linear, 0, 1) * (len(_SRGB) - 1) + 0.5).astype(np.int32)
    return np.asarray(_SRGB[steps])


def _only_photo(change: Callable[[Rng, FacePhoto, Any], Image]) -> Callable[[Rng, FacePhoto, Any], FacePhoto]:
    def apply(rng: Rng, face: FacePhoto, amount: Any) -> FacePhoto:
        return replace(face, photo=change(rng, face, amount))

    return apply


def _black_and_white(rng: Rng, face: FacePhoto, amount: float) -> Image:
    """`amount` is the contrast; from 1.5 on with the grain of fast film."""
    grey = np.asarray(Pillow.fromarray(face.photo).convert("L"), np.float32)
    values = (grey - 118) * amount + 118
    if amount >= 1.5:
        values = values + rng.normal(0, 14, grey.shape)
    return np.repeat(np.clip(values, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def _side_light(rng: Rng, face: FacePhoto, amount: float) -> Image:
    """`amount` is the light left on the dark side of the face."""
    rows, columns = np.mgrid[0 : face.photo.shape[0], 0 : face.photo.shape[1]].astype(np.float32)
    turn = rng.uniform(-0.5, 0.5) + (np.pi if rng.random() < 0.5 else 0.0)
    nose = face.landmarks[4]
    along = ((columns - nose[0]) * np.cos(turn) + (rows - nose[1]) * np.sin(turn)) / face.face_width
    lit = 1 / (1 + np.exp(-along / 0.09))
    gain = amount + (1.15 - amount) * lit
    person = _soft(face.person, 2)
    return to_bytes(to_linear(face.photo) * (person * gain + (1 - person) * (0.35 + 0.3 * amount))[..., None])


def _coloured_light(rng: Rng, face: FacePhoto, amount: float) -> Image:
    """`amount` is how much of the lamp's colour the light has."""
    lamp = np.array(_LIGHTS[rng.integers(len(_LIGHTS))], np.float32)
    gain = 1 - amount + amount * lamp
    return to_bytes(to_linear(face.photo) * (gain / gain.mean()))


def _backlight(rng: Rng, face: FacePhoto, amount: float) -> Image:
    """`amount` is the light left on the person; the background is blown out and spills over the edges."""
    person = _soft(face.person, 2)[..., None]
    sky = np.array([0.92, 0.97, 1.0], np.float32) * rng.uniform(0.85, 1.1)
    behind = 0.5 * to_linear(face.photo) * (0.5 / np.sqrt(amount)) + np.float32(0.25 / np.sqrt(amount)) * sky
    light = person * to_linear(face.photo) * amount + (1 - person) * behind
    spill = _soft(255 - face.person, 0.05 * max(face.photo.shape[:2]))[..., None]
    return to_bytes(light + 0.10 * spill * sky)


def _exposed(rng: Rng, face: FacePhoto, amount: float) -> Image:
    """`amount` is the exposure; below 1 the sensor's noise is amplified with it."""
    light = to_linear(face.photo) * np.float32(amount)
    if amount < 1:
        light = light + rng.normal(0, 1, light.shape).astype(np.float32) * np.sqrt(np.maximum(light, 0) * 1e-4 + 4e-7)
    return to_bytes(light)


def _noise(rng: Rng, face: FacePhoto, amount: float) -> Image:
    """`amount` is the deviation in sRGB steps; half of it lies in blotches two pixels wide, as cameras leave it."""
    height, width = face.photo.shape[:2]
    fine = rng.normal(0, 1, (height, width, 3))
    coarse = rng.normal(0, 1, ((height + 1) // 2, (width + 1) // 2, 3)).repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    return np.clip(face.photo + amount * (0.75 * fine + 0.65 * coarse), 0, 255).astype(np.uint8)


def _motion_blur(rng: Rng, face: FacePhoto, amount: float) -> Image:
    """`amount` is the length of the movement in widths of the face."""
    turn, length = rng.uniform(0, np.pi), amount * face.face_width
    steps = np.linspace(-length / 2, length / 2, max(3, 4 * round(length)))
    kernel = np.zeros((2 * round(length / 2) + 3,) * 2, np.float32)
    middle = len(kernel) // 2
    rows, columns = (np.rint(middle + steps * way).astype(int) for way in (np.sin(turn), np.cos(turn)))
    np.add.at(kernel, (rows, columns), 1)
    return _convolved(face.photo, kernel)


def _defocus(_: Rng, face: FacePhoto, amount: float) -> Image:
    """`amount` is the radius of the disc that a point becomes, in widths of the face."""
    radius = amount * face.face_width
    reach = int(np.ceil(radius)) + 1
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return _convolved(face.photo, np.clip(radius + 0.5 - np.hypot(rows, columns), 0, 1).astype(np.float32))


def _low_resolution(_: Rng, face: FacePhoto, amount: float) -> Image:
    """`amount` is the pixels across the face that are left; the picture is then enlarged again."""
    height, width = face.photo.shape[:2]
    scale = min(1.0, amount / face.face_width)
    small = Pillow.fromarray(face.photo).resize(
        (max(8, round(width * scale)), max(8, round(height * scale))), Pillow.Resampling.BOX
    )
    return np.asarray(small.resize((width, height), Pillow.Resampling.BICUBIC))


def _jpeg(_: Rng, face: FacePhoto, amount: int) -> Image:
    """`amount` is the quality."""
    file = io.BytesIO()
    Pillow.fromarray(face.photo).save(file, "JPEG", quality=amount, subsampling=2)
    return np.asarray(Pillow.open(file).convert("RGB"))


def _convolved(photo: Image, kernel: Float) -> Image:
    """In linear light, the border repeated."""
    margin = len(kernel) // 2
    light = np.pad(to_linear(photo), ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    shape = light.shape[:2]
    turned = np.fft.rfft2(kernel / kernel.sum(), shape)
    blurred = np.fft.irfft2(np.fft.rfft2(light, axes=(0, 1)) * turned[..., None], shape, axes=(0, 1))
    return to_bytes(blurred[2 * margin :, 2 * margin :])


def _soft(mask: Image, radius: float) -> Float:
    """(H, W) uint8 -> blurred, in [0, 1]."""
    return np.asarray(np.asarray(Pillow.fromarray(mask).filter(ImageFilter.GaussianBlur(radius))) / 255, np.float32)


def _srgb_table() -> Image:
    linear = np.linspace(0, 1, 8192)
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (255 * curve + 0.5).astype(np.uint8)


_SRGB = _srgb_table()

FAULTS: Mapping[str, Fault] = {
    "small face": Fault("geometry", (0.20, 0.10, 0.06), face_photos.cut_out),  # widths of the picture
    "fills the frame": Fault("geometry", (0.70, 0.85, 1.0), face_photos.fill_frame),  # widths of the picture
    "cut off": Fault("geometry", (0.10, 0.20, 0.33), face_photos.cut_off),  # of the face
    "roll": Fault("geometry", (15.0, 30.0, 45.0), face_photos.rolled),  # degrees
    "yaw": Fault("geometry", (10.0, 20.0, 30.0), face_photos.turned_aside),  # degrees more
    "pitch": Fault("geometry", (10.0, 20.0, 30.0), face_photos.turned_up),  # degrees more
    "black and white": Fault("light", (1.0, 1.4, 2.0), _only_photo(_black_and_white)),
    "side light": Fault("light", (0.4, 0.15, 0.04), _only_photo(_side_light)),
    "coloured light": Fault("light", (0.35, 0.65, 1.0), _only_photo(_coloured_light)),
    "backlight": Fault("light", (0.35, 0.15, 0.06), _only_photo(_backlight)),
    "dark": Fault("light", (0.25, 0.08, 0.025), _only_photo(_exposed)),
    "bright": Fault("light", (1.8, 3.0, 5.0), _only_photo(_exposed)),
    "noise": Fault("camera", (10.0, 25.0, 50.0), _only_photo(_noise)),
    "motion blur": Fault("camera", (0.04, 0.09, 0.18), _only_photo(_motion_blur)),
    "out of focus": Fault("camera", (0.015, 0.035, 0.07), _only_photo(_defocus)),
    "low resolution": Fault("camera", (64, 36, 22), _only_photo(_low_resolution)),
    "jpeg": Fault("camera", (50, 30, 15), _only_photo(_jpeg)),
    "sunglasses": Fault("cover", (0, 1, 2), _only_photo(photo_covers.sunglasses)),
    "clear glasses": Fault("cover", (0, 1, 2), _only_photo(photo_covers.clear_glasses)),
    "hat": Fault("cover", (0, 1, 2), _only_photo(photo_covers.hat)),
    "scarf": Fault("cover", (0, 1, 2), _only_photo(photo_covers.scarf)),
    "bangs": Fault("cover", (0, 1, 2), _only_photo(photo_covers.bangs)),
    "beard": Fault("cover", (0, 1, 2), _only_photo(photo_covers.beard)),
    "hand": Fault("cover", (0, 1, 2), _only_photo(photo_covers.hand)),
    "mask": Fault("cover", (0, 1, 2), _only_photo(photo_covers.mask)),
}
"""Name -> fault, in the order of tables."""
