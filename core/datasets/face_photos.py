"""A photo of a face with what is known about it, and what moves both: pasting on another background, cropping, turning.

Used for measuring (core.datasets.photo_faults). Landmarks are carried through every change exactly.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageEnhance, ImageFilter

from core.faces.mesh import NUM_LANDMARKS, OVAL
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Rng = np.random.Generator

_MARGIN = 0.75  # of the longer side that is continued about a photo before it is turned
_SCENE_SIDE = 1024  # pixels of the pictures in which a face is small
_ROOMY = 0.16  # widths of the face that are kept about it when it is made small


@dataclass(frozen=True, eq=False)
class FacePhoto:
    """A photo and where the face in it is.

    Attributes:
        photo: (H, W, 3) uint8 sRGB.
        landmarks: (478, 2) float32, photo pixels; some may lie outside.
        depth: (478,) float32, photo pixels, negative towards the camera.
        person: (H, W) uint8, 255 is the person.
    """

    photo: Image
    landmarks: Float
    depth: Float
    person: Image

    def __post_init__(self) -> None:
        sizes = expect_shape(self.photo, "H W 3")
        expect_shape(self.landmarks, f"{NUM_LANDMARKS} 2")
        expect_shape(self.depth, f"{NUM_LANDMARKS}")
        expect_shape(self.person, f"{sizes['H']} {sizes['W']}")

    @property
    def face_width(self) -> float:
        """Pixels between the sides of the face, however it is turned in the picture."""
        return float(np.hypot(*(self.landmarks[454] - self.landmarks[234])))

    @property
    def face_height(self) -> float:
        """Pixels from the top of the forehead to the chin."""
        return float(np.hypot(*(self.landmarks[152] - self.landmarks[10])))

    @property
    def centre(self) -> Float:
        """(2,): the middle of the face's outline."""
        return np.asarray(self.landmarks[OVAL].mean(axis=0), np.float32)

    def seen(self) -> NDArray[np.bool_]:
        """(478,): which landmarks lie on the photo."""
        height, width = self.photo.shape[:2]
        return np.asarray(((self.landmarks >= 0) & (self.landmarks <= (width, height))).all(axis=1))

    def cropped(self, left: int, top: int, right: int, bottom: int) -> "FacePhoto":
        """The part of the photo between these borders, which must lie on it."""
        return FacePhoto(
            np.ascontiguousarray(self.photo[top:bottom, left:right]),
            (self.landmarks - (left, top)).astype(np.float32),
            self.depth,
            np.ascontiguousarray(self.person[top:bottom, left:right]),
        )


def cut_out(rng: Rng, face: FacePhoto, share: float) -> FacePhoto:
    """The person before another background, so small that the face is `share` of the picture's width."""
    side = _SCENE_SIDE
    scale = share * side / face.face_width
    height, width = (max(8, round(length * scale)) for length in face.photo.shape[:2])
    scales = np.array([width / face.photo.shape[1], height / face.photo.shape[0]], np.float32)
    person = Pillow.fromarray(face.person).resize(
        (width, height), Pillow.Resampling.BOX if scale < 1 else Pillow.Resampling.BICUBIC
    )
    front = Pillow.fromarray(face.photo).resize((width, height), Pillow.Resampling.LANCZOS)
    body, mask = _with_body(np.asarray(front), np.asarray(person), side)
    middle = face.centre * scales
    room = _ROOMY * share * side
    left = round(float(rng.uniform(room - middle[0] + 0.5 * share * side, side - room - middle[0] - 0.5 * share * side)))
    top = round(float(rng.uniform(0.15, 0.55) * side - middle[1]))
    top = max(top, side - body.shape[0])
    scene = Pillow.fromarray(draw_scene(rng, side, side))
    mask_picture = Pillow.fromarray(mask).filter(ImageFilter.GaussianBlur(0.7))
    scene.paste(Pillow.fromarray(body), (left, top), mask_picture)
    where = Pillow.new("L", (side, side))
    where.paste(mask_picture, (left, top))
    landmarks = (face.landmarks * scales + (left, top)).astype(np.float32)
    return FacePhoto(np.asarray(scene), landmarks, face.depth * np.float32(scale), np.asarray(where))


def fill_frame(rng: Rng, face: FacePhoto, share: float) -> FacePhoto:
    """A crop in which the face's outline is `share` of the width; beyond the photo its border goes on."""
    side = max(16, round(float(np.ptp(face.landmarks[OVAL, 0])) / share))
    wide = _continued(face, side)
    left, top = (wide.centre - side / 2 + rng.uniform(-0.02, 0.02, 2) * side).round().astype(int).tolist()
    return wide.cropped(left, top, left + side, top + side)


def cut_off(rng: Rng, face: FacePhoto, share: float) -> FacePhoto:
    """The picture's border takes this share of the face away, on a side or below, seldom above."""
    height, width = face.photo.shape[:2]
    low, high = face.landmarks[OVAL].min(axis=0), face.landmarks[OVAL].max(axis=0)
    line = low + share * (high - low)
    opposite = high - share * (high - low)
    side = rng.choice(["left", "right", "above", "below"], p=[0.35, 0.35, 0.1, 0.2])
    borders = {"left": 0, "above": 0, "right": width, "below": height}
    places = {"left": line[0], "above": line[1], "right": opposite[0], "below": opposite[1]}
    borders[side] = round(float(places[side]))
    return face.cropped(borders["left"], borders["above"], borders["right"], borders["below"])


def rolled(rng: Rng, face: FacePhoto, degrees: float) -> FacePhoto:
    """The photo turned about the face, either way, and the border gone on where it was not."""
    height, width = face.photo.shape[:2]
    turn = np.radians(degrees) * rng.choice([-1, 1])
    wide = _continued(face, round(_MARGIN * max(height, width)))
    back = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])  # picture -> wide
    offset = wide.centre - back @ face.centre
    matrix = tuple(np.hstack([back, offset[:, None]]).ravel())
    photo, person = (
        np.asarray(Pillow.fromarray(layer).transform((width, height), Pillow.Transform.AFFINE, matrix, Pillow.Resampling.BICUBIC))
        for layer in (wide.photo, wide.person)
    )
    return FacePhoto(photo, ((wide.landmarks - offset) @ back).astype(np.float32), face.depth, person)


def turned_aside(rng: Rng, face: FacePhoto, degrees: float) -> FacePhoto:
    """The head turned further to either side; what it hid is stretched."""
    return _turned(rng, face, degrees * float(rng.choice([-1, 1])), 0.0)


def turned_up(rng: Rng, face: FacePhoto, degrees: float) -> FacePhoto:
    """The head turned further up or down."""
    return _turned(rng, face, 0.0, degrees * float(rng.choice([-1, 1])))


def draw_scene(rng: Rng, width: int, height: int) -> Image:
    """Something out of focus to stand before: a wall, a street, trees, lights. Nobody is in it."""
    kind = rng.integers(4)
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    above, below = (_muted(rng, 30, 235).astype(np.float32) for _ in range(2))
    values = np.broadcast_to(above * (1 - rows) + below * rows, (height, width, 3)).copy()
    photo = Pillow.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(photo)
    if kind == 0:
        _draw_wall(rng, pen, width, height)
    elif kind == 1:
        _draw_street(rng, pen, width, height)
    elif kind == 2:
        _draw_trees(rng, pen, width, height)
    else:
        _draw_lights(rng, pen, width, height)
    photo = ImageEnhance.Color(photo).enhance(rng.uniform(0.3, 0.9))
    soft = photo.filter(ImageFilter.GaussianBlur(rng.uniform(0.6, 7) * width / 1024))
    noise = np.asarray(soft, np.float32) + rng.normal(0, rng.uniform(1, 5), (height, width, 1)).astype(np.float32)
    return np.clip(noise, 0, 255).astype(np.uint8)


def _turned(rng: Rng, face: FacePhoto, yaw: float, pitch: float) -> FacePhoto:
    # Imported here: they load torch, which only these two faults need.
    from core.datasets.face_changes import turned
    from core.datasets.warping import Triangulation, warp

    height, width = face.photo.shape[:2]
    side = max(height, width)
    layers = np.dstack([face.photo, face.person])
    square = np.pad(layers, ((0, side - height), (0, side - width), (0, 0)), mode="edge")
    points = np.hstack([face.landmarks, face.depth[:, None]])
    warped, moved = warp(rng, square, points, turned(points, yaw, pitch), Triangulation.of(face.landmarks))
    photo, person = np.ascontiguousarray(warped[:height, :width, :3]), np.ascontiguousarray(warped[:height, :width, 3])
    return FacePhoto(photo, np.ascontiguousarray(moved[:, :2]), np.ascontiguousarray(moved[:, 2]), person)


def _with_body(front: Image, person: Image, side: int) -> tuple[Image, Image]:
    """A bust and its mask, continued downwards to `side` more rows: a plain body that grows darker, as wide as the shoulders."""
    height, width = person.shape
    rows = np.arange(side)
    last = front[-3:].mean(axis=0, dtype=np.float32)
    body = person[-1] > 127
    plain = np.median(last[body], axis=0) if body.any() else last.mean(axis=0)
    below = np.repeat((0.35 * last + 0.65 * plain)[None], side, axis=0)
    smooth = Pillow.fromarray(below.astype(np.uint8)).filter(ImageFilter.GaussianBlur(max(1.0, 0.02 * width)))
    fade = np.clip(1 - 0.35 * rows / (1.5 * height), 0.5, 1)[:, None, None]
    longer = np.concatenate([front, (np.asarray(smooth) * fade).astype(np.uint8)])
    mask = np.concatenate([person, np.repeat(person[-1:], side, axis=0)])
    return longer, mask


def _continued(face: FacePhoto, margin: int) -> FacePhoto:
    """The photo with its border repeated, ever more softly, `margin` pixels to each side."""
    photo = np.pad(face.photo, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    height, width = face.photo.shape[:2]
    soft = Pillow.fromarray(photo).filter(ImageFilter.GaussianBlur(0.012 * max(height, width)))
    inside = np.zeros(photo.shape[:2], np.uint8)
    inside[margin : margin + height, margin : margin + width] = 255
    smooth = Pillow.composite(Pillow.fromarray(photo), soft, Pillow.fromarray(inside))
    person = np.pad(face.person, margin, mode="edge")
    return replace(face, photo=np.asarray(smooth), landmarks=(face.landmarks + margin).astype(np.float32), person=person)


def _draw_wall(rng: Rng, pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    """Bricks, tiles or panels, and a picture or a door."""
    across, down = rng.uniform(0.03, 0.2) * width, rng.uniform(0.02, 0.12) * height
    stone, joint = _muted(rng, 40, 220), _muted(rng, 20, 240)
    pen.rectangle((0, 0, width, height), fill=_colour(joint))
    for row in range(int(height / down) + 1):
        shift = 0.5 * across * (row % 2)
        for column in range(-1, int(width / across) + 1):
            tone = stone * rng.uniform(0.85, 1.15)
            left, top = column * across + shift, row * down
            pen.rectangle((left, top, left + 0.95 * across, top + 0.92 * down), fill=_colour(tone))
    for _ in range(int(rng.integers(0, 4))):
        pen.rectangle(_box(rng, width, height, 0.1, 0.4), fill=_colour(rng.integers(0, 256, 3)), outline=(20, 20, 20), width=6)


def _draw_street(rng: Rng, pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    """Houses with windows over a road."""
    left, ground = 0.0, rng.uniform(0.6, 0.8) * height
    while left < width:
        wide, top, tone = rng.uniform(0.1, 0.3) * width, rng.uniform(0.05, 0.45) * height, _muted(rng, 40, 220)
        pen.rectangle((left, top, left + wide, ground), fill=_colour(tone))
        step = rng.uniform(0.03, 0.07) * width
        lit = _colour(tone * rng.uniform(0.3, 0.7) if rng.random() < 0.6 else np.array([240, 220, 150]))
        for y in np.arange(top + 0.4 * step, ground - step, 1.5 * step):
            for x in np.arange(left + 0.4 * step, left + wide - step, 1.4 * step):
                pen.rectangle((x, y, x + 0.7 * step, y + step), fill=lit)
        left += wide
    pen.rectangle((0, ground, width, height), fill=_colour(rng.uniform(60, 150) * np.ones(3)))


def _draw_trees(rng: Rng, pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    """Trunks, leaves and grass."""
    green = np.array([rng.uniform(30, 90), rng.uniform(80, 150), rng.uniform(20, 70)])
    pen.rectangle((0, 0.7 * height, width, height), fill=_colour(green * 0.9))
    for _ in range(int(rng.integers(2, 7))):
        x, wide = rng.uniform(0, width), rng.uniform(0.01, 0.05) * width
        pen.rectangle((x, 0, x + wide, rng.uniform(0.7, 0.95) * height), fill=(70, 52, 40))
    for _ in range(900):
        x, y, size = rng.uniform(0, width), abs(rng.normal(0, 0.35)) * height, rng.uniform(0.004, 0.02) * width
        pen.ellipse((x - size, y - 0.6 * size, x + size, y + 0.6 * size), fill=_colour(green * rng.uniform(0.4, 1.6)))


def _draw_lights(rng: Rng, pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    """Round spots of light on something dark."""
    pen.rectangle((0, 0, width, height), fill=_colour(rng.uniform(5, 50, 3)))
    for _ in range(int(rng.integers(15, 70))):
        x, y, size = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.006, 0.045) * width
        pen.ellipse((x - size, y - size, x + size, y + size), fill=_colour(rng.uniform(90, 255, 3)))


def _muted(rng: Rng, low: float, high: float) -> NDArray[np.float64]:
    """(3,): a colour that is not far from grey, as most are outdoors."""
    return np.asarray(rng.uniform(low, high) * rng.uniform(0.75, 1.25, 3))


def _box(rng: Rng, width: int, height: int, least: float, most: float) -> tuple[float, float, float, float]:
    wide, high = rng.uniform(least, most) * width, rng.uniform(least, most) * height
    left, top = rng.uniform(0, width - wide), rng.uniform(0, height - high)
    return left, top, left + wide, top + high


def _colour(values: NDArray[np.floating] | NDArray[np.integer]) -> tuple[int, int, int]:
    red, green, blue = np.clip(values, 0, 255).astype(int).tolist()
    return red, green, blue
