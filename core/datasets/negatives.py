"""Pictures without a face that tempt a face finder: lettering, beads, flowers, windows, ovals with two dots, faces removed.

All pictures are (H, W, 3) uint8 sRGB.
"""

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageEnhance, ImageFilter, ImageFont
from scipy.ndimage import uniform_filter

from core.datasets.augmentation import Rng, texture
from core.faces.mesh import OVAL

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
_Draw = ImageDraw.ImageDraw
_Colour = tuple[int, int, int]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789&%@§?!:;.,=+8B0oO"


def negative(rng: Rng, size: int) -> Image:
    """A square picture of things that are no face."""
    photo = Pillow.fromarray(texture(rng, size, size))
    draw = ImageDraw.Draw(photo)
    for _ in range(int(rng.integers(1, 4))):
        _KINDS[int(rng.integers(len(_KINDS)))](rng, draw, size)
    if rng.random() < 0.5:
        photo = photo.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.5)))
    if rng.random() < 0.6:
        photo = ImageEnhance.Color(photo).enhance(rng.uniform(0, 0.6))
    return _shaded(rng, np.asarray(photo)) if rng.random() < 0.5 else np.asarray(photo)


def scatter(rng: Rng, picture: Image) -> Image:
    """A few small marks on a picture: the dots, letters and flowers that tiny faces are confused with."""
    photo = Pillow.fromarray(picture)
    draw = ImageDraw.Draw(photo)
    for _ in range(int(rng.integers(1, 7))):
        centre, radius = rng.uniform(0, 1, 2) * photo.size, float(np.exp(rng.uniform(np.log(2), np.log(14))))
        _MARKS[int(rng.integers(len(_MARKS)))](rng, draw, centre, radius)
    return np.asarray(photo)


def without_face(rng: Rng, picture: Image, landmarks: Float) -> Image:
    """A portrait whose face is filled smoothly from what is around it, so that hair, ears and clothes alone are no face.

    Args:
        rng: How far the fill reaches, what it takes its colours from, and its grain.
        picture: (H, W, 3).
        landmarks: (478, 2) pixels.
    """
    oval = landmarks[OVAL]
    centre = oval.mean(axis=0)
    mask = Pillow.new("L", picture.shape[1::-1])
    outline = centre + (oval - centre) * rng.uniform(1.05, 1.3)
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in outline], fill=255)
    hole = np.asarray(mask) > 0
    # Colours from the ring around the face, or, where it is all skin, from the face itself without its features.
    known = (~hole).astype(np.float32) if rng.random() < 0.6 else np.ones(hole.shape, np.float32)
    reach = 0.3 * float(np.ptp(oval[:, 0]))
    filled = _spread(picture, known, reach)
    filled += rng.normal(0, rng.uniform(0, 5), filled.shape)
    soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(max(0.6, 0.03 * reach))), np.float32)[..., None] / 255
    return np.asarray(np.clip(soft * filled + (1 - soft) * picture, 0, 255), np.uint8)


def _spread(picture: Image, known: Float, reach: float) -> Float:
    """Known pixels averaged over about `reach` pixels, ever farther where none is near."""
    total, weight = np.zeros(picture.shape, np.float32), np.full(picture.shape[:2], 1e-9, np.float32)
    for step in range(3):
        side = int(2 * reach * 2.5**step) + 1
        total += 0.01**step * uniform_filter(picture * known[..., None], (side, side, 0), mode="nearest")
        weight += np.float32(0.01**step) * uniform_filter(known, side, mode="nearest")
    return np.asarray(total / weight[..., None])


def _shaded(rng: Rng, picture: Image) -> Image:
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    turn, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.6)
    light = 1 + np.float32(depth * np.cos(turn)) * columns + np.float32(depth * np.sin(turn)) * rows
    return np.asarray(np.clip(picture * light[..., None], 0, 255), np.uint8)


def _lettering(rng: Rng, draw: _Draw, size: int) -> None:
    """Lines of letters, as on a page, a sign or a cover."""
    height = int(rng.choice([8, 10, 14, 20, 32, 56]))
    colour, top = _colour(rng), rng.uniform(-0.1, 0.5) * size
    for line in range(int(rng.integers(1, 9))):
        letters = "".join(rng.choice(list(_LETTERS + "    "), int(rng.integers(3, 30))))
        draw.text((rng.uniform(-0.1, 0.3) * size, top + 1.3 * line * height), letters, fill=colour, font=_font(height))


def _beads(rng: Rng, draw: _Draw, size: int) -> None:
    """Dots in rows, rings or anywhere."""
    radius, colours = rng.uniform(1.5, 12), [_colour(rng) for _ in range(int(rng.integers(1, 4)))]
    count = int(rng.integers(8, 60))
    kind = rng.random()
    if kind < 0.4:
        columns = max(2, int(size / (radius * rng.uniform(2.2, 6))))
        steps = np.stack(np.divmod(np.arange(columns * columns), columns), axis=1)[:150]
        places = (steps + 0.5) * size / columns
    elif kind < 0.7:
        turn = np.linspace(0, rng.uniform(2, 6.28), count)
        ring = np.stack([np.cos(turn) * rng.uniform(0.3, 1), np.sin(turn)], axis=1)
        places = rng.uniform(0.2, 0.8, 2) * size + ring * rng.uniform(0.1, 0.5) * size
    else:
        places = rng.uniform(0, size, (count, 2))
    for index, place in enumerate(places):
        _bead(rng, draw, place, radius, colours[index % len(colours)])


def _windows(rng: Rng, draw: _Draw, size: int) -> None:
    """A wall of windows, shelves or tiles."""
    across, down = rng.integers(2, 9, 2)
    colour, share, corner = _colour(rng), rng.uniform(0.4, 0.95, 2), rng.uniform(-0.2, 0.4, 2) * size
    cell = rng.uniform(0.05, 0.2, 2) * size
    for x in range(across):
        for y in range(down):
            low = corner + (x, y) * cell
            fill = colour if rng.random() < 0.7 else _colour(rng)
            _box(draw.rectangle, low, low + cell * share, fill)


def _leaves(rng: Rng, draw: _Draw, size: int) -> None:
    base = np.array(_colour(rng))
    for _ in range(int(rng.integers(20, 90))):
        place, turn = rng.uniform(0, size, 2), rng.uniform(0, 2 * np.pi)
        along = np.array([np.cos(turn), np.sin(turn)]) * rng.uniform(3, 18)
        aside = along[::-1] * (-1, 1) * rng.uniform(0.2, 0.5)
        colour = np.clip(base * rng.uniform(0.5, 1.4), 0, 255).astype(int).tolist()
        draw.polygon([tuple(point) for point in (place - along, place + aside, place + along, place - aside)], fill=tuple(colour))


def _stripes(rng: Rng, draw: _Draw, size: int) -> None:
    turn, gap, width = rng.uniform(0, np.pi), rng.uniform(3, 25), int(rng.integers(1, 8))
    along = np.array([np.cos(turn), np.sin(turn)])
    aside, colour = along[::-1] * (-1, 1), _colour(rng)
    for step in np.arange(-size, size, gap):
        middle = size / 2 + aside * step
        draw.line([tuple(middle - along * size), tuple(middle + along * size)], colour, width)


def _objects(rng: Rng, draw: _Draw, size: int) -> None:
    """Large marks: a flower, a clock, a socket or a ball fills much of the picture."""
    for _ in range(int(rng.integers(1, 5))):
        mark = _MARKS[int(rng.integers(len(_MARKS)))]
        mark(rng, draw, rng.uniform(0, size, 2), rng.uniform(0.06, 0.4) * size)


def _bead(rng: Rng, draw: _Draw, centre: NDArray[np.floating], radius: float, colour: _Colour | None = None) -> None:
    """A ball, pearl or eye: a disc with a smaller one on it."""
    _disc(draw, centre, radius, colour or _colour(rng))
    if rng.random() < 0.6:
        _disc(draw, centre + rng.uniform(-0.4, 0.4, 2) * radius, radius * rng.uniform(0.15, 0.5), _colour(rng))


def _flower(rng: Rng, draw: _Draw, centre: NDArray[np.floating], radius: float) -> None:
    petals, colour, slim = int(rng.integers(4, 13)), _colour(rng), rng.uniform(0.15, 0.5)
    for turn in np.linspace(0, 2 * np.pi, petals, endpoint=False) + rng.uniform(0, 1):
        _disc(draw, centre + np.array([np.cos(turn), np.sin(turn)]) * radius * 0.6, radius * slim, colour)
    _disc(draw, centre, radius * rng.uniform(0.2, 0.45), _colour(rng))


def _button(rng: Rng, draw: _Draw, centre: NDArray[np.floating], radius: float) -> None:
    """A disc with two, three or four holes: a button or a socket."""
    _disc(draw, centre, radius, _colour(rng))
    colour, holes = _colour(rng), int(rng.integers(2, 5))
    if rng.random() < 0.5:
        _disc(draw, centre, radius * rng.uniform(0.6, 0.9), _colour(rng))
    for turn in np.linspace(0, 2 * np.pi, holes, endpoint=False) + rng.uniform(0, 2 * np.pi):
        _disc(draw, centre + np.array([np.cos(turn), np.sin(turn)]) * radius * 0.4, radius * rng.uniform(0.08, 0.2), colour)


def _dotted_oval(rng: Rng, draw: _Draw, centre: NDArray[np.floating], radius: float) -> None:
    """An oval with two dots and perhaps a line: the crudest pattern of a face, which is none."""
    half = radius * np.array([rng.uniform(0.6, 1), rng.uniform(0.8, 1.3)])
    _box(draw.ellipse, centre - half, centre + half, _skin(rng) if rng.random() < 0.5 else _colour(rng))
    colour, apart, up = _colour(rng), rng.uniform(0.25, 0.5) * half[0], rng.uniform(0, 0.4) * half[1]
    dot = radius * rng.uniform(0.05, 0.2)
    _disc(draw, centre + np.array([-apart, -up]), dot, colour)
    _disc(draw, centre + np.array([apart, -up]), dot, colour)
    if rng.random() < 0.5:
        low = centre + np.array([-apart, rng.uniform(0.3, 0.6) * half[1]])
        draw.line([tuple(low), (low[0] + 2 * apart, low[1])], colour, max(1, int(dot)))


def _clock(rng: Rng, draw: _Draw, centre: NDArray[np.floating], radius: float) -> None:
    """A disc with a rim and hands or spokes: a clock, a dial, a wheel."""
    colour = _colour(rng)
    _disc(draw, centre, radius, colour)
    _disc(draw, centre, radius * rng.uniform(0.75, 0.95), _colour(rng))
    for turn in rng.uniform(0, 2 * np.pi, int(rng.integers(2, 13))):
        tip = centre + np.array([np.cos(turn), np.sin(turn)]) * radius * rng.uniform(0.3, 0.8)
        draw.line([tuple(centre), tuple(tip)], colour, max(1, int(0.1 * radius)))


def _letter(rng: Rng, draw: _Draw, centre: NDArray[np.floating], radius: float) -> None:
    height = int(np.clip(2 * radius, 6, 120))
    letters = "".join(rng.choice(list(_LETTERS), int(rng.integers(1, 4))))
    draw.text((float(centre[0]), float(centre[1])), letters, fill=_colour(rng), font=_font(height - height % 2))


def _skin_ball(rng: Rng, draw: _Draw, centre: NDArray[np.floating], radius: float) -> None:
    """A hand, a knee, an egg: skin colour with a fold or a shade, without features."""
    half = radius * rng.uniform(0.5, 1.2, 2)
    colour = np.array(_skin(rng))
    for share in (1.0, 0.8, 0.55):
        shift = rng.uniform(-0.1, 0.1, 2) * radius
        shade = np.clip(colour * (1 + 0.25 * (1 - share)), 0, 255).astype(int)
        _box(draw.ellipse, centre + shift - half * share, centre + shift + half * share, (shade[0], shade[1], shade[2]))
    if rng.random() < 0.5:
        end = centre + rng.uniform(-0.7, 0.7, 2) * half
        fold = (colour * 0.6).astype(int).tolist()
        draw.line([tuple(centre - 0.3 * half), tuple(end)], tuple(fold), max(1, int(0.06 * radius)))


def _disc(draw: _Draw, centre: NDArray[np.floating], radius: float, colour: _Colour) -> None:
    _box(draw.ellipse, centre - radius, centre + radius, colour)


def _box(shape: Callable[..., None], low: NDArray[np.floating], high: NDArray[np.floating], colour: _Colour) -> None:
    shape((float(low[0]), float(low[1]), float(high[0]), float(high[1])), fill=(int(colour[0]), int(colour[1]), int(colour[2])))


@functools.cache
def _font(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(height)


def _skin(rng: Rng) -> _Colour:
    tone = np.array([225, 170, 140]) * rng.uniform(0.25, 1.1) + rng.normal(0, 8, 3)
    red, green, blue = tone.clip(0, 255).astype(int).tolist()
    return red, green, blue


def _colour(rng: Rng) -> _Colour:
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue


_MARKS = (_bead, _flower, _button, _dotted_oval, _clock, _letter, _skin_ball)
_KINDS = (_lettering, _beads, _windows, _leaves, _stripes, _objects, _objects)
