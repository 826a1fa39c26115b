"""Things worn on a face or held before it, drawn for measuring: glasses, hats, scarves, fringes, beards, hands, masks.

Other drawings than those that networks are trained with (core.datasets.wearing, core.datasets.dressing), so that what is measured
is not what was learnt by heart. Lengths are in face units (core.faces.align): from pupil to pupil.
All functions take how much is covered, 0, 1 or 2, and give the photo back, (H, W, 3) uint8 sRGB.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from core.datasets.face_photos import FacePhoto
from core.faces.align import face_unit, five_points
from core.faces.mesh import OUTER_LIPS, OVAL

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Points = NDArray[np.floating]
Rng = np.random.Generator

_FINER = 2  # shapes are drawn this much larger and averaged
_JAW = [234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454]
_UPPER_LIP = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291]
_HANDS = ((236, 194, 170), (220, 172, 140), (190, 138, 105), (140, 95, 68), (92, 60, 44))
_HAIRS = ((28, 22, 20), (50, 36, 28), (84, 58, 40), (150, 112, 70), (120, 116, 112), (132, 66, 36))
_CLOTHS = (
    (30, 32, 40), (200, 198, 190), (120, 30, 40), (40, 60, 110), (60, 90, 60), (180, 140, 60), (150, 90, 120), (90, 95, 100),
)  # fmt: skip


def sunglasses(rng: Rng, face: FacePhoto, level: int) -> Image:
    """Tinted; dark; large and black."""
    size, opacity = (0.9, 1.0, 1.25)[level], (0.72, 0.92, 0.99)[level]
    tint = np.array(((60, 45, 30), (30, 30, 36), (40, 36, 50))[rng.integers(3)], np.float32)
    return _glasses(rng, face, size, (0.035, 0.05, 0.06)[level], (tint, opacity), 0.3)


def clear_glasses(rng: Rng, face: FacePhoto, level: int) -> Image:
    """Thin rims; thick rims; thick rims and strong reflections."""
    glass = (np.full(3, 225, np.float32), (0.03, 0.06, 0.1)[level])
    return _glasses(rng, face, (0.85, 0.95, 1.0)[level], (0.018, 0.05, 0.07)[level], glass, (0.1, 0.25, 0.9)[level])


def hat(rng: Rng, face: FacePhoto, level: int) -> Image:
    """A knitted cap over the forehead's top; one down to the brows; a cap whose brim covers the brows and shades the eyes."""
    head = _Head(face)
    half, crown = head.skull(face)
    half, crown = half + rng.uniform(0.06, 0.14), crown - rng.uniform(0.08, 0.25)
    edge = (head.forehead + 0.45 * (head.brow - head.forehead), head.brow - 0.06, head.brow - 0.02)[level]
    bulge = rng.uniform(0.05, 0.14)
    lower = [(x, edge + bulge * (0.4 - (x / half) ** 2)) for x in np.linspace(half, -half, 21)]
    dome = [(half * np.cos(t), edge + (edge - crown) * np.sin(t)) for t in np.linspace(np.pi, 2 * np.pi, 31)]
    cloth = _cloth(rng, face.photo.shape[:2], head.unit, knitted=level < 2)
    cover = head.fill(lower + dome)
    photo = _paint(face.photo.astype(np.float32), cover, cloth * _rounded(head, half, edge))
    if level < 2:
        rim = head.fill([(x, y - 0.22) for x, y in lower] + lower[::-1])
        return _finished(_paint(photo, rim * cover, cloth * 0.8 * _rounded(head, half, edge)))
    shade = head.fill([(-0.95, edge), (0.95, edge), (0.8, edge + 0.7), (-0.8, edge + 0.7)])
    photo *= 1 - 0.55 * _blurred(shade, 0.12 * head.unit)[..., None]
    brim = [(1.1 * head.temples * np.cos(t), edge + 0.08 + 0.28 * np.sin(t)) for t in np.linspace(0, np.pi, 21)]
    brim += [(x, edge - 0.02 - 0.16 * (1 - (x / head.temples) ** 2)) for x in np.linspace(-1.1, 1.1, 15) * head.temples]
    return _finished(_paint(photo, head.fill(brim), cloth * 0.5))


def scarf(rng: Rng, face: FacePhoto, level: int) -> Image:
    """Round the neck up to the chin; over hair and neck; over hair, neck, mouth and the tip of the nose."""
    head = _Head(face)
    cloth = _cloth(rng, face.photo.shape[:2], head.unit, knitted=False)
    folds = 1 + 0.16 * np.sin(head.down * rng.uniform(8, 13) + 3 * np.sin(head.right * rng.uniform(1, 2.5)))
    opening = head.fill_pixels(face.landmarks[OVAL]) * (head.down > head.forehead + 0.14 + 0.1 * head.right**2)
    across, along = head.temples + (0.05, 0.3, 0.3)[level], (0.55, 0.9, 0.9)[level]
    collar = (head.right / across) ** 2 + ((head.down - head.chin - 0.45) / along) ** 2 < 1
    if level == 0:
        cloths = collar & (head.down > head.chin - 0.15)
    else:
        half, crown = head.skull(face)
        middle = head.forehead + 0.5
        dome = (head.right / (half + 0.12)) ** 2 + ((head.down - middle) / (middle - crown + 0.08)) ** 2 < 1
        beside = (np.abs(head.right) < half + 0.12) & (head.down >= middle) & (head.down < head.chin + 0.6)
        cloths = (dome & (head.down < middle)) | beside | collar
    if level == 2:
        opening = opening * (head.down < head.nose - 0.12 - 0.05 * head.right**2)
    cover = _blurred(np.asarray(cloths * (1 - opening * (level > 0)), np.float32), 0.015 * head.unit)
    shade = 1 - 0.4 * _blurred(cover, 0.08 * head.unit)[..., None] * (1 - cover[..., None])
    rim = np.clip(0.55 + 0.45 * _blurred(cover, 0.06 * head.unit), 0, 1)[..., None]
    return _finished(_paint(face.photo * shade, cover, cloth * folds[..., None] * rim))


def bangs(rng: Rng, face: FacePhoto, level: int) -> Image:
    """Hair to the middle of the forehead; to the brows; over the brows to the lids."""
    head = _Head(face)
    top, brow = head.forehead, head.brow
    end = (top + 0.5 * (brow - top), brow + 0.02, brow + 0.5 * (head.lid - brow) + 0.05)[level]
    colour = _hair_colour(rng, face, head)
    part, crown = rng.uniform(-0.4, 0.4), head.skull(face)[1]
    strands, tones = Pillow.new("L", head.size_finer), Pillow.new("L", head.size_finer, 128)
    pen, tone_pen = ImageDraw.Draw(strands), ImageDraw.Draw(tones)
    width = max(2, round(0.03 * head.unit * _FINER))
    for root in rng.permutation(np.linspace(-head.temples, head.temples, 260)):
        sweep = 0.25 * (root - part) + rng.normal(0, 0.03)
        tip = end + rng.normal(0, 0.035) + 0.12 * (root / head.temples) ** 4
        begin = crown + (head.brow - 0.2 - crown) * (1 - np.sqrt(max(0.0, 1 - (root / head.temples) ** 2)))
        bow = [(root * 0.92 + sweep * t**2, begin + (tip - begin) * t) for t in np.linspace(0, 1, 8)]
        line = head.path(np.array(bow))
        pen.line(line, 255, width)
        tone_pen.line(line, int(np.clip(128 + rng.normal(0, 34), 30, 230)), width)
    cover, tone = (_shrunk(layer) for layer in (strands, tones))
    shadow = _blurred(np.roll(cover, round(0.07 * head.unit), axis=0), 0.05 * head.unit)
    photo = face.photo * (1 - 0.35 * shadow[..., None])
    return _finished(_paint(photo, cover, colour * (0.45 + 1.1 * tone[..., None])))


def beard(rng: Rng, face: FacePhoto, level: int) -> Image:
    """Stubble; a full short beard; a long one that covers the upper lip and hides the chin."""
    head = _Head(face)
    colour = _hair_colour(rng, face, head) * rng.uniform(0.7, 1.1)
    jaw = head.face_points(face.landmarks[_JAW])
    drop = (0.0, 0.04, 0.75)[level]
    jaw = jaw * (1.01, 1) + np.outer(np.sin(np.linspace(0, np.pi, len(jaw))) ** 2, (0, drop))
    lips = head.face_points(face.landmarks[_UPPER_LIP])
    upper = np.array([[x, y - (0.17 if abs(x) < 0.45 else 0.05)] for x, y in lips])
    side = 0.5 * (jaw[[0, -1]] + upper[[0, -1]]) + (0, 0.06)
    region = np.concatenate([jaw[1:-1], side[1:], upper[::-1], side[:1]])
    mouth = head.fill_pixels(face.landmarks[OUTER_LIPS])
    if level == 2:  # the moustache hangs over the upper lip
        mouth = mouth * (head.down > lips[5, 1] + 0.1)
    under_lip = head.ellipse((0.0, lips[:, 1].max() + 0.2), (0.2, 0.05))
    where = np.clip(_blurred(head.fill(region.tolist()), (0.08, 0.045, 0.04)[level] * head.unit) - mouth, 0, 1)
    where = where * (1 - (0.5, 0.5, 0.0)[level] * under_lip)
    length = (0.025, 0.09, 0.2)[level]
    strokes = _hairs(rng, head, region, length, (5000, 4500, 4500)[level])
    base = where * (0.28, 0.6, 0.88)[level]
    photo = _paint(face.photo.astype(np.float32), base, np.broadcast_to(colour * 0.75, face.photo.shape))
    tone = rng.uniform(0.5, 1.25, (8, 8)).astype(np.float32)
    soft = np.asarray(Pillow.fromarray(tone).resize(face.photo.shape[1::-1], Pillow.Resampling.BICUBIC))
    return _finished(_paint(photo, where * strokes * (0.6, 0.85, 0.85)[level], colour * soft[..., None]))


def hand(rng: Rng, face: FacePhoto, level: int) -> Image:
    """A hand at the chin; over the mouth; over mouth and nose."""
    head = _Head(face)
    side = float(rng.choice([-1, 1]))
    height = (head.chin - 0.06, head.mouth + 0.05, 0.5 * (head.mouth + head.nose))[level]
    colour = np.array(_HANDS[rng.integers(len(_HANDS))], np.float32)
    if rng.random() < 0.7:  # one's own
        colour = _patch(face, face.landmarks[[50, 280]]).mean(axis=0)
    parts = [head.fill(shape) for shape in _hand_shapes(rng, side, height)]
    whole = np.max(parts, axis=0)
    shadow = _blurred(np.roll(whole, round(0.05 * head.unit), axis=0), 0.07 * head.unit)
    photo = face.photo * (1 - 0.4 * shadow * (1 - whole))[..., None]
    round_light = np.clip(_blurred(whole, 0.1 * head.unit) * 2 - 1, 0, 1) ** 0.5
    skin = np.broadcast_to(colour, photo.shape) * (0.72 + 0.3 * round_light[..., None])
    for finger in parts[2:]:
        edge = finger * (1 - _blurred(finger, 0.03 * head.unit)) * 2
        along = np.clip((head.right * side + 0.5) / 0.6, 0, 1)  # fingers part from each other towards their tips
        skin = skin * (1 - 0.45 * np.clip(edge * (1 - along), 0, 1))[..., None]
    grain = 1 + 0.03 * rng.standard_normal(photo.shape[:2], np.float32)
    return _finished(_paint(photo, whole, skin * grain[..., None]))


def mask(rng: Rng, face: FacePhoto, level: int) -> Image:
    """A medical mask pulled down to the chin; over the mouth; over mouth and nose."""
    head = _Head(face)
    colour = np.array(((150, 190, 215), (235, 235, 235), (35, 36, 40), (190, 120, 130))[rng.integers(4)], np.float32)
    top = (head.mouth + 0.22, head.nose + 0.08, head.nose - 0.42)[level]
    jaw = head.face_points(face.landmarks[_JAW]) * (1.03, 1.0) + (0, 0.03)
    jaw = jaw[jaw[:, 1] > top + 0.08]
    ends = jaw[[0, -1]]
    edge = [
        (x, top + 0.5 * (ends[0, 1] - top) * (abs(x) / abs(ends[-1, 0])) ** 2) for x in np.linspace(ends[1, 0], ends[0, 0], 13)
    ]
    cover = head.fill([*jaw.tolist(), *edge])
    photo = face.photo.astype(np.float32)
    loops = Pillow.new("L", head.size_finer)
    pen = ImageDraw.Draw(loops)
    for (x, y), ear in zip(ends, head.face_points(face.landmarks[[127, 356]]), strict=True):
        for shift in (0.0, 0.25):
            pen.line(
                head.path(np.array([(x, y + shift), ear * (1.04, 1) + (0, 0.2 + shift)])), 255, round(0.03 * head.unit * _FINER)
            )
    photo = _paint(photo, _shrunk(loops), np.broadcast_to(colour * 0.9, photo.shape))
    pleats = 1 - 0.1 * (np.abs(np.sin((head.down - top) * 9)) < 0.18)
    light = (1.02 - 0.22 * (head.right / head.temples) ** 2) * pleats
    shadow = _blurred(cover, 0.05 * head.unit)
    photo *= 1 - 0.3 * (shadow * (1 - cover))[..., None]
    return _finished(_paint(photo, cover, colour * light[..., None]))


class _Head:
    """Coordinates of a face: right along the eyes, down square to them, from the middle of the eyes, in face units."""

    def __init__(self, face: FacePhoto) -> None:
        points = five_points(face.landmarks)
        self.unit = face_unit(points)
        self.size = face.photo.shape[1::-1]
        self.size_finer = (self.size[0] * _FINER, self.size[1] * _FINER)
        across = (points[1] - points[0]) / np.hypot(*(points[1] - points[0]))
        self._axes = np.stack([across, across[::-1] * (-1, 1)]) * self.unit
        self._origin = points[:2].mean(axis=0)
        at = self.face_points
        self.brow = float(at(face.landmarks[[105, 334]])[:, 1].mean())
        self.lid = float(at(face.landmarks[[159, 386]])[:, 1].mean())
        self.forehead, self.chin = (float(value) for value in at(face.landmarks[[10, 152]])[:, 1])
        self.nose, self.mouth = float(at(face.landmarks[[2]])[0, 1]), float(at(face.landmarks[[13, 14]])[:, 1].mean())
        self.temples = float(np.abs(at(face.landmarks[[127, 356]])[:, 0]).mean())
        rows, columns = np.mgrid[0 : self.size[1], 0 : self.size[0]].astype(np.float32) + 0.5
        inverse = np.linalg.inv(self._axes)
        x, y = columns - self._origin[0], rows - self._origin[1]
        self.right, self.down = (np.asarray(x * inverse[0, i] + y * inverse[1, i], np.float32) for i in (0, 1))

    def skull(self, face: FacePhoto) -> tuple[float, float]:
        """Half the width of the head with its hair, and its top, as far as the person is seen; never absurd."""
        person = face.person > 127
        above = self.down[person & (np.abs(self.right) < 0.5)]
        top = float(np.quantile(above, 0.002)) if len(above) else self.forehead - 0.6
        beside = np.abs(self.right[person & (self.down < self.brow) & (self.down > self.forehead - 0.3)])
        wide = float(np.quantile(beside, 0.97)) if len(beside) else self.temples
        return float(np.clip(wide, self.temples, self.temples + 0.55)), float(
            np.clip(top, self.forehead - 1.2, self.forehead - 0.5)
        )

    def face_points(self, pixels: Points) -> Points:
        return np.asarray((pixels - self._origin) @ np.linalg.inv(self._axes))

    def path(self, points: Points) -> list[tuple[float, float]]:
        return [(float(x), float(y)) for x, y in (points @ self._axes + self._origin) * _FINER]

    def fill(self, points: list[tuple[float, float]]) -> Float:
        return self.fill_pixels(np.array(points) @ self._axes + self._origin)

    def fill_pixels(self, pixels: Points) -> Float:
        layer = Pillow.new("L", self.size_finer)
        ImageDraw.Draw(layer).polygon([(float(x), float(y)) for x, y in pixels * _FINER], fill=255)
        return _shrunk(layer)

    def ellipse(self, centre: tuple[float, float], half: tuple[float, float]) -> Float:
        turn = np.linspace(0, 2 * np.pi, 40)
        return self.fill([(centre[0] + half[0] * np.cos(t), centre[1] + half[1] * np.sin(t)) for t in turn])


def _glasses(rng: Rng, face: FacePhoto, size: float, line: float, glass: tuple[Float, float], glare: float) -> Image:
    head = _Head(face)
    eyes = head.face_points(five_points(face.landmarks)[:2])
    half, high, power = 0.46 * size, rng.uniform(0.29, 0.38) * size, 2 / rng.choice([2.0, 3.0, 5.0])
    turn = np.linspace(0, 2 * np.pi, 64)
    outline = np.stack(
        [
            np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** power * half,
            np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** power * high,
        ],
        1,
    )
    rims, lenses = Pillow.new("L", head.size_finer), Pillow.new("L", head.size_finer)
    pen, width = ImageDraw.Draw(rims), max(2, round(line * head.unit * _FINER))
    for eye, ear, way in zip(eyes, head.face_points(face.landmarks[[127, 356]]), (-1, 1), strict=True):
        centre = np.array([eye[0] + way * max(0.0, half - 0.45), eye[1] + 0.05])
        ImageDraw.Draw(lenses).polygon(head.path(centre + outline), fill=255)
        pen.line(head.path(centre + outline), 255, width, joint="curve")
        hinge = np.add(centre, (way * half, -0.4 * high))
        pen.line(head.path(np.array([hinge, ear])), 255, width)
    bridge = [(x, eyes[:, 1].mean() - 0.02 - 0.06 * (1 - (x / 0.12) ** 2)) for x in np.linspace(-0.12, 0.12, 9)]
    pen.line(head.path(np.array(bridge)), 255, width, joint="curve")
    rim, lens = _shrunk(rims), _shrunk(lenses)
    shadow = _blurred(np.roll(rim, max(1, round(0.06 * head.unit)), axis=0), 0.04 * head.unit)
    photo = _paint(face.photo * (1 - 0.3 * shadow[..., None]), lens * glass[1], np.broadcast_to(glass[0], face.photo.shape))
    streak = np.exp(-(((head.right + 0.7 * head.down) % 1.1 - rng.uniform(0.3, 0.8)) ** 2) / 0.02)
    photo = _paint(photo, lens * glare * np.asarray(streak, np.float32), np.broadcast_to(np.float32(245), photo.shape))
    dark = np.array(((18, 18, 20), (60, 38, 24), (110, 110, 118), (120, 95, 50))[rng.integers(4)], np.float32)
    return _finished(_paint(photo, rim * 0.95, np.broadcast_to(dark, photo.shape)))


def _hand_shapes(rng: Rng, side: float, height: float) -> list[list[tuple[float, float]]]:
    """Arm, back of the hand, four fingers lying across the face."""
    turn = np.linspace(0, 2 * np.pi, 36)
    arm = [(side * 0.75, height + 0.1), (side * 1.3, height + 0.25), (side * 2.2, height + 3.0), (side * 1.2, height + 3.0)]
    palm = [(side * 0.78 + 0.5 * np.cos(t), height + 0.12 + 0.46 * np.sin(t)) for t in turn]
    shapes = [arm, palm]
    for index in range(4):
        y = height - 0.27 + 0.19 * index
        length = (0.98, 1.12, 1.08, 0.85)[index] * rng.uniform(0.95, 1.05)
        slope, thick = rng.uniform(-0.03, 0.03) + 0.08 * (1.5 - index), (0.098, 0.105, 0.1, 0.088)[index]
        start, end = np.array([side * 0.6, y]), np.array([side * (0.6 - length), y - slope])
        half = np.linspace(-np.pi / 2, np.pi / 2, 12)
        tip = [(end[0] - side * 0.9 * thick * np.cos(t), end[1] + thick * np.sin(t)) for t in half]
        shapes.append([(start[0], start[1] - thick), *tip, (start[0], start[1] + thick)])
    return shapes


def _hairs(rng: Rng, head: _Head, region: Points, length: float, count: int) -> Float:
    """Short strokes that grow downwards and outwards."""
    layer = Pillow.new("L", head.size_finer)
    pen = ImageDraw.Draw(layer)
    low, high = region.min(axis=0), region.max(axis=0)
    width = max(1, round(0.012 * head.unit * _FINER))
    for x, y in rng.uniform(low, high, (count, 2)):
        way = np.array([0.5 * x + rng.normal(0, 0.35), 1.0]) * length * rng.uniform(0.5, 1.2)
        pen.line(head.path(np.array([(x, y), (x + way[0], y + way[1])])), int(rng.integers(120, 256)), width)
    return _shrunk(layer)


def _cloth(rng: Rng, size: tuple[int, ...], unit: float, knitted: bool) -> Float:
    """(H, W, 3): one or two colours, woven or knitted."""
    height, width = size[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) / unit
    colour = np.array(_CLOTHS[rng.integers(len(_CLOTHS))], np.float32) * rng.uniform(0.8, 1.2)
    values = np.broadcast_to(colour, (height, width, 3)).copy()
    if rng.random() < 0.35:
        other = np.array(_CLOTHS[rng.integers(len(_CLOTHS))], np.float32)
        stripes = np.sin(rows * rng.uniform(12, 24) + columns * rng.choice([0.0, 6.0])) > 0.3
        values[stripes] = other
    weave = 0.14 * np.sin(columns * 55) if knitted else 0.04 * np.sin(columns * 90) * np.sin(rows * 90)
    grain = rng.normal(0, 0.04, (height, width)).astype(np.float32)
    return np.asarray(values * (1 + weave + grain)[..., None], np.float32)


def _rounded(head: _Head, half: float, edge: float) -> Float:
    """(H, W, 1): light on something round, from above."""
    light = 1.08 - 0.45 * np.clip(head.right / half, -1, 1) ** 2 + 0.12 * np.clip(edge - head.down - 0.4, -0.6, 0.6)
    return np.asarray(light[..., None], np.float32)


def _hair_colour(rng: Rng, face: FacePhoto, head: _Head) -> Float:
    """(3,): of the person above the forehead; of nobody where that is bald or there is nothing."""
    above = (
        (face.person > 200) & (head.down < head.forehead - 0.2) & (head.down > head.forehead - 0.6) & (np.abs(head.right) < 0.7)
    )
    other = np.array(_HAIRS[rng.integers(len(_HAIRS))], np.float32)
    if above.sum() < 30:
        return other
    hair = np.quantile(face.photo[above].astype(np.float32), 0.4, axis=0)
    skin = _patch(face, face.landmarks[[50, 280, 151]]).mean(axis=0)
    # Bald heads differ from the face in brightness at most; what is nearly white is oftener a cloth.
    ratio = hair.mean() / skin.mean()
    alike = np.abs(hair / hair.mean() - skin / skin.mean()).max() < 0.12 and 0.55 < ratio < 1.6
    return other if alike or hair.mean() > 185 else np.asarray(hair, np.float32)


def _patch(face: FacePhoto, points: Points) -> Float:
    """(N, 3): colours of the photo at points, of the nearest pixel."""
    height, width = face.photo.shape[:2]
    columns, rows = np.clip(points, 0, (width - 1, height - 1)).astype(int).T
    return np.asarray(face.photo[rows, columns], np.float32)


def _paint(photo: Float, cover: Float, colour: NDArray[np.floating]) -> Float:
    share = np.clip(cover, 0, 1)[..., None]
    return np.asarray(photo * (1 - share) + colour * share, np.float32)


def _blurred(mask: Float, radius: float) -> Float:
    """(H, W) in [0, 1], blurred in 8 bits."""
    picture = Pillow.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
    return np.asarray(np.asarray(picture.filter(ImageFilter.GaussianBlur(radius))) / 255, np.float32)


def _shrunk(layer: Pillow.Image) -> Float:
    return np.asarray(np.asarray(layer.reduce(_FINER)) / 255, np.float32)


def _finished(photo: Float) -> Image:
    return np.clip(photo, 0, 255).astype(np.uint8)
