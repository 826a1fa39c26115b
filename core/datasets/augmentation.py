"""Making training pictures harder: light, colour, blur, noise, things in the way, other backgrounds.

All pictures are (H, W, 3) uint8 sRGB.
"""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageEnhance, ImageFilter

Image = NDArray[np.uint8]
Rng = np.random.Generator
_BENT = 4  # cells of the grid of `bend`, across and down


def harden(rng: Rng, picture: Image, strength: float = 1.0) -> Image:
    """Change light and colour, then what a poor camera does: blur, low resolution, noise, JPEG."""
    if rng.random() < 0.8:
        picture = _relight(rng, picture)
    if rng.random() < 0.3:
        picture = _light_from_a_side(rng, picture)
    if rng.random() < 0.08 * strength:  # underexposed
        picture = (picture * np.float32(rng.uniform(0.15, 0.6))).astype(np.uint8)
    if rng.random() < 0.12:
        picture = _moved(rng, picture, strength)
    photo = Pillow.fromarray(picture)
    if rng.random() < 0.35:
        photo = ImageEnhance.Color(photo).enhance(0.0 if rng.random() < 0.25 else rng.uniform(0.2, 1.8))
    photo = _soften(rng, photo, strength)
    if rng.random() < 0.3:
        noise = rng.standard_normal(picture.shape, np.float32) * np.float32(rng.uniform(1, 14) * strength)
        photo = Pillow.fromarray(np.clip(np.asarray(photo) + noise, 0, 255).astype(np.uint8))
    if rng.random() < 0.35:
        file = io.BytesIO()
        photo.save(file, "JPEG", quality=int(rng.integers(14, 90)))
        photo = Pillow.open(file)
    return np.asarray(photo)


def occlude(rng: Rng, picture: Image, others: Sequence[Image] | Image, chance: float) -> Image:
    """Put one or two patches of a colour, or of another photo, in the way."""
    if rng.random() > chance:
        return picture
    height, width = picture.shape[:2]
    photo = Pillow.fromarray(picture)
    for _ in range(int(rng.integers(1, 3))):
        mask = Pillow.new("L", (width, height))
        draw = ImageDraw.Draw(mask)
        centre, side = rng.uniform(0, 1, 2) * (width, height), rng.uniform(0.06, 0.28) * width
        if rng.random() < 0.5:
            across = side * rng.uniform(0.3, 1)
            draw.ellipse((centre[0] - across, centre[1] - side, centre[0] + across, centre[1] + side), fill=255)
        else:
            draw.polygon([tuple(point) for point in centre + rng.normal(0, side, (5, 2))], fill=255)
        patch = piece_of(rng, others, width, height) if rng.random() < 0.5 else None
        fill = Pillow.fromarray(patch) if patch is not None else Pillow.new("RGB", (width, height), _colour(rng))
        photo.paste(fill, mask=mask)
    return np.asarray(photo)


def piece_of(rng: Rng, others: Sequence[Image] | Image, width: int, height: int) -> Image:
    """A random piece of a random photo, at its own scale where it is large enough."""
    other = others[int(rng.integers(len(others)))]
    if other.shape[0] <= height or other.shape[1] <= width:
        return np.asarray(Pillow.fromarray(other).resize((width, height)))
    top, left = rng.integers(0, other.shape[0] - height), rng.integers(0, other.shape[1] - width)
    return other[top : top + height, left : left + width]


def texture(rng: Rng, width: int, height: int) -> Image:
    """A picture without a face: a gradient, smooth noise and shapes."""
    rows, columns = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    turn = rng.uniform(0, 2 * np.pi)
    slope = np.cos(turn) * columns + np.sin(turn) * rows
    slope = ((slope - slope.min()) / (np.ptp(slope) + 1e-6))[..., None]
    start, end = rng.integers(0, 256, (2, 3))
    values = start * (1 - slope) + end * slope
    if rng.random() < 0.7:
        cells = int(rng.choice([4, 8, 16, 32, 64]))
        noise = rng.normal(0, rng.uniform(5, 60), (cells, cells, 3)).clip(-127, 127) + 128
        method = Pillow.Resampling(int(rng.choice([0, 2, 3])))
        values = values + np.asarray(Pillow.fromarray(noise.astype(np.uint8)).resize((width, height), method), np.float32) - 128
    photo = Pillow.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(photo)
    for _ in range(int(rng.integers(0, 7))):
        _draw_shape(rng, draw, width, height)
    return np.asarray(photo)


def bend(rng: Rng, picture: Image, classes: NDArray[np.uint8], strength: float) -> tuple[Image, NDArray[np.uint8]]:
    """Move the corners of a grid at random and everything between them along, as heads and hair differ between people.

    Args:
        rng: Where to.
        picture: (S, S, 3).
        classes: (S, S), carried along, no pixel mixed with another.
        strength: Standard deviation of the moves, in sides of the picture.
    """
    size = len(picture)
    edges = np.linspace(0, size, _BENT + 1).round().astype(int)
    corners = np.stack(np.meshgrid(edges, edges), axis=-1) + rng.normal(0, strength * size, (_BENT + 1, _BENT + 1, 2))
    corners = corners.clip(0, size)  # nothing from outside comes in
    mesh = []
    for row, column in np.ndindex(_BENT, _BENT):
        box = (*edges[[column, row]].tolist(), *edges[[column + 1, row + 1]].tolist())
        around = corners[[row, row + 1, row + 1, row], [column, column, column + 1, column + 1]]
        mesh.append((box, tuple(around.ravel().tolist())))
    bent = [
        np.asarray(Pillow.fromarray(one).transform((size, size), Pillow.Transform.MESH, mesh, how))
        for one, how in ((picture, Pillow.Resampling.BILINEAR), (classes, Pillow.Resampling.NEAREST))
    ]
    return bent[0], bent[1]


def over(front: Image, mask: NDArray[np.uint8], back: Image) -> Image:
    """`front` where `mask` (H, W) is 255, `back` where it is 0."""
    return np.asarray(Pillow.composite(Pillow.fromarray(front), Pillow.fromarray(back), Pillow.fromarray(mask)))


def _relight(rng: Rng, picture: Image) -> Image:
    """Gamma, contrast, brightness and a colour cast through one table; darker more often than brighter."""
    values = np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    values = 255 * values ** np.exp(rng.normal(0.06, 0.36))
    values = (values - 128) * np.exp(rng.normal(0, 0.2)) + 128 + rng.normal(0, 16)
    table = np.clip(values * np.exp(rng.normal(0, 0.1, 3)), 0, 255).astype(np.uint8)
    return np.asarray(np.stack([table[picture[..., channel], channel] for channel in range(3)], axis=-1))


def _light_from_a_side(rng: Rng, picture: Image) -> Image:
    """Brighter towards one side; in two of five the light there has a colour."""
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    turn, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.7)
    slope = np.float32(np.cos(turn)) * columns + np.float32(np.sin(turn)) * rows
    depths = depth * (rng.uniform(-0.3, 1.3, 3) if rng.random() < 0.4 else np.ones(3))
    return np.asarray(np.clip(picture * (1 + slope[..., None] * depths.astype(np.float32)), 0, 255), np.uint8)


def _moved(rng: Rng, picture: Image, strength: float) -> Image:
    """Blurred along a line, as by a hand that shakes."""
    height, width = picture.shape[:2]
    turn, length = rng.uniform(0, np.pi), rng.uniform(0.01, 0.01 + 0.05 * strength) * width
    count = max(2, int(length) + 1)
    reach = int(np.ceil(length)) + 1
    padded = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), mode="edge").astype(np.uint16)
    total = np.zeros(picture.shape, np.uint16)
    for step in np.linspace(-length / 2, length / 2, count):
        top, left = reach + round(float(np.sin(turn) * step)), reach + round(float(np.cos(turn) * step))
        total += padded[top : top + height, left : left + width]
    return (total // count).astype(np.uint8)


def _soften(rng: Rng, photo: Pillow.Image, strength: float) -> Pillow.Image:
    kind = rng.random()
    if kind < 0.2:
        return photo.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 2.2 * strength)))
    if kind < 0.4:
        width, height = photo.size
        scale = rng.uniform(1 - 0.8 * strength, 0.7)
        smaller = photo.resize((max(8, int(width * scale)), max(8, int(height * scale))), Pillow.Resampling.BOX)
        return smaller.resize((width, height), Pillow.Resampling(int(rng.choice([2, 3]))))
    return photo


def _draw_shape(rng: Rng, draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    low, high = np.sort(rng.uniform(0, 1, (2, 2)) * (width, height), axis=0)
    box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    colour, kind = _colour(rng), rng.integers(4)
    if kind == 0:
        draw.rectangle(box, fill=colour)
    elif kind == 1:
        draw.ellipse(box, fill=colour)
    elif kind == 2:
        draw.line([tuple(point) for point in rng.uniform(0, 1, (2, 2)) * (width, height)], colour, int(rng.integers(1, 12)))
    else:
        draw.polygon([tuple(point) for point in rng.uniform(0, 1, (int(rng.integers(3, 7)), 2)) * (width, height)], fill=colour)


def _colour(rng: Rng) -> tuple[int, int, int]:
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue
