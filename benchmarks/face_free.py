"""500 pictures without a face, always the same: what is found in them is false.

Not made by what training takes its pictures from (core.datasets.negatives): drawn things, some with eyes, textures, scenes, hair
and clothes of avatars without their faces, portraits whose face was painted over, pieces of portraits beside the face, and
pictures that come with scikit-image.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from benchmarks.face_figures import Measure, Record, ratio
from benchmarks.face_reading import RUNS_FOLDER, DevSet, version_of
from core.avatar.vector import AvatarVector
from core.datasets.face_photos import FacePhoto, draw_scene
from core.engines import CLASSES, open_engine
from core.faces.finding import find_faces
from core.faces.mesh import OVAL
from core.stages.render_avatars import render_pair

Image = NDArray[np.uint8]
Rng = np.random.Generator

COUNTS = {
    "things": 80, "things with eyes": 20, "textures": 70, "scenes": 30, "avatars without faces": 90, "painted smooth": 70,
    "painted with texture": 50, "pieces of portraits": 60, "scikit-image": 30,
}  # fmt: skip
_SIZE = 512
_FACELESS = (
    "brick", "cell", "chelsea", "chessboard_GRAY", "clock_motion", "coffee", "color", "grass", "gravel", "horse",
    "hubble_deep_field", "ihc", "logo", "microaneurysms", "moon", "motorcycle_left", "page", "phantom", "retina", "rocket",
    "text",
)  # fmt: skip


def measure_kind(dev: DevSet, kind: str) -> list[dict[str, Any]]:
    """Records of the pictures of one kind."""
    records = []
    for index, (file, picture) in enumerate(pictures(dev, kind)):
        finds = find_faces(picture)
        best = round(max((find.score for find in finds), default=0.0), 3)
        name = f"{kind} {index}"
        records.append({"key": name, "file": file or name, "kind": kind, "finds": len(finds), "score": best})
    return records


def pictures(dev: DevSet, kind: str) -> Iterator[tuple[str, Image]]:
    """The portrait it was made from, if any, and the picture, of all pictures of one kind; made once and kept in runs/."""
    folder = RUNS_FOLDER / "face_free" / version_of(Path(__file__)) / kind.replace(" ", "_")
    if not (folder / "files.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for index, (file, picture) in enumerate(_MAKERS[kind](dev, COUNTS[kind])):
            files.append(file)
            Pillow.fromarray(picture).save(folder / f"{index:03d}.jpg", quality=95, subsampling=0)
        (folder / "files.json").write_text(json.dumps(files))
    for index, file in enumerate(json.loads((folder / "files.json").read_text())):
        yield file, np.asarray(Pillow.open(folder / f"{index:03d}.jpg").convert("RGB"))


def measures(records: Sequence[Record]) -> Iterator[Measure]:
    """Share of pictures in which a face was found, all and by kind."""
    wrong = [float(record["finds"] > 0) for record in records]
    yield ratio("false finds", records, wrong, is_better_high=False, target=0.01)
    for kind in COUNTS:
        chosen = [record for record in records if record["kind"] == kind]
        if chosen:
            yield ratio(f"– {kind}", chosen, [float(record["finds"] > 0) for record in chosen], is_better_high=False)


def _drawn(draw: Callable[[Rng], Image], seed: int) -> Callable[[DevSet, int], Iterator[tuple[str, Image]]]:
    def make(_: DevSet, count: int) -> Iterator[tuple[str, Image]]:
        for index in range(count):
            yield "", draw(np.random.default_rng([seed, index]))

    return make


def _thing(rng: Rng) -> Image:
    """Balls, boxes, bottles, plates and cups, lit from above, on a table."""
    photo = Pillow.fromarray(draw_scene(rng, _SIZE, _SIZE))
    table = rng.uniform(0.5, 0.8) * _SIZE
    ImageDraw.Draw(photo).rectangle((0, table, _SIZE, _SIZE), fill=_colour(rng))
    for _ in range(int(rng.integers(1, 8))):
        width, height = rng.uniform(0.08, 0.5, 2) * _SIZE
        left, bottom = rng.uniform(0, _SIZE - width), rng.uniform(table, _SIZE)
        box = (left, bottom - height, left + width, bottom)
        mask = Pillow.new("L", photo.size)
        pen, kind = ImageDraw.Draw(mask), rng.integers(4)
        if kind == 0:
            pen.ellipse((left, bottom - width, left + width, bottom), fill=255)
        elif kind == 1:
            pen.rounded_rectangle(box, radius=float(rng.uniform(0, 0.5) * min(width, height)), fill=255)
        elif kind == 2:
            pen.rounded_rectangle((left, bottom - 0.7 * height, left + width, bottom), 0.2 * width, fill=255)
            pen.rectangle((left + 0.36 * width, bottom - height, left + 0.64 * width, bottom - 0.6 * height), fill=255)
        else:
            pen.ellipse((left, bottom - 0.35 * width, left + width, bottom), fill=255)
        _paint_lit(rng, photo, mask, box)
    return np.asarray(photo)


def _thing_with_eyes(rng: Rng) -> Image:
    """Two things beside each other over a wide one: sockets, the fronts of cars, of houses, of machines."""
    photo = Pillow.fromarray(draw_scene(rng, _SIZE, _SIZE))
    width = rng.uniform(0.12, 0.6) * _SIZE
    height = width * rng.uniform(0.8, 1.4)
    x, y = rng.uniform(0, _SIZE - width), rng.uniform(0, _SIZE - height if height < _SIZE else 1)
    mask = Pillow.new("L", photo.size)
    body = (x, y, x + width, y + height)
    pen = ImageDraw.Draw(mask)
    if rng.random() < 0.5:
        pen.ellipse(body, fill=255)
    else:
        pen.rounded_rectangle(body, 0.15 * width, fill=255)
    _paint_lit(rng, photo, mask, body)
    pen = ImageDraw.Draw(photo)
    dark, eye, level = _colour(rng, 0, 110), rng.uniform(0.05, 0.13) * width, y + rng.uniform(0.25, 0.45) * height
    apart = rng.uniform(0.15, 0.3) * width
    for side in (-1, 1):
        centre = x + width / 2 + side * apart
        shape = (centre - eye, level - eye, centre + eye, level + eye)
        (pen.ellipse if rng.random() < 0.7 else pen.rectangle)(shape, fill=dark)
    low = y + rng.uniform(0.6, 0.8) * height
    pen.rectangle((x + 0.25 * width, low, x + 0.75 * width, low + rng.uniform(0.03, 0.2) * height), fill=dark)
    return np.asarray(photo.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 2))))


def _texture(rng: Rng) -> Image:
    """Wood, cloud, weave, dots, cracks or print."""
    rows, columns = np.mgrid[0:_SIZE, 0:_SIZE].astype(np.float32) / _SIZE
    kind, first, second = rng.integers(6), rng.integers(0, 256, 3), rng.integers(0, 256, 3)
    cloud = sum(_smooth(rng, cells) / cells**0.8 for cells in (3, 6, 12, 24, 48, 96))
    if kind == 0:
        values = np.sin((columns + 0.15 * cloud) * rng.uniform(20, 120) + 6 * rows)
    elif kind == 1:
        values = 2 * cloud
    elif kind == 2:
        values = np.sin(columns * rng.uniform(60, 300)) * np.sin(rows * rng.uniform(60, 300)) + 0.3 * cloud
    elif kind == 3:
        step = rng.uniform(0.03, 0.2)
        inside = np.hypot((columns % step) - step / 2, (rows % step) - step / 2) < rng.uniform(0.15, 0.5) * step
        values = np.where(inside, 1.0, -1.0) + 0.1 * cloud
    elif kind == 4:
        seeds = rng.uniform(0, 1, (int(rng.integers(12, 90)), 2)).astype(np.float32)
        near = np.sort(np.stack([np.hypot(rows - y, columns - x) for y, x in seeds]), axis=0)[:2]
        values = np.clip((near[1] - near[0]) * 30, -1, 1)
    else:
        lines = np.sin(rows * rng.uniform(100, 260)) > 0
        values = np.where(lines & (_smooth(rng, 90) > 0), -1.0, 1.0)
    share = np.clip(0.5 + 0.5 * values, 0, 1)[..., None]
    grain = rng.normal(0, rng.uniform(0, 10), (_SIZE, _SIZE, 1))
    return np.asarray(np.clip(first * share + second * (1 - share) + grain, 0, 255), np.uint8)


def _avatars(_dev: DevSet, count: int) -> Iterator[tuple[str, Image]]:
    """Hair, hats, glasses, clothes and necks of avatars; where their faces were, the background is seen, or plain cloth."""
    rng, views = np.random.default_rng(71), 3
    gone = [CLASSES.index(name) for name in ("skin", "eyes", "brows", "mouth", "nose", "ears")]
    engine = open_engine("toon")
    try:
        for _ in range(count // views):
            picture, classes = render_pair(engine, AvatarVector.sample(engine.schema, rng), _SIZE)
            for _ in range(views):
                yield "", _without_face(rng, picture, np.isin(classes, gone), classes == CLASSES.index("glasses"))
    finally:
        engine.close()


def _without_face(rng: Rng, picture: Image, gone: NDArray[np.bool_], glasses: NDArray[np.bool_]) -> Image:
    """An avatar at some place and size before a scene, without what is gone and perhaps without glasses."""
    without = gone | (glasses & (rng.random() < 0.7))
    side = int(rng.uniform(0.3, 1.3) * _SIZE)
    corner = (int(rng.uniform(-0.2, 0.8) * (_SIZE - side)), _SIZE - side if side < _SIZE else 0)
    layers = (picture[..., :3], (picture[..., 3] * ~without).astype(np.uint8), (without * 255).astype(np.uint8))
    front, cover, hole = (Pillow.fromarray(layer).resize((side, side)) for layer in layers)
    photo = Pillow.fromarray(draw_scene(rng, _SIZE, _SIZE))
    if rng.random() < 0.4:
        photo.paste(_colour(rng), corner, hole)
    photo.paste(front, corner, cover.filter(ImageFilter.MinFilter(3)))
    return np.asarray(photo)


def _painted(dev: DevSet, count: int, first: int, is_smooth: bool) -> Iterator[tuple[str, Image]]:
    """Portraits whose face was painted over: with the colours about it, or with a texture."""
    for index in range(first, first + count):
        file, face = dev.labels.files[index % len(dev.faces)], dev.faces[index % len(dev.faces)]
        rng = np.random.default_rng([72, index])
        where = _about_face(face, rng.uniform(1.12, 1.4))
        soft = np.asarray(Pillow.fromarray(where).filter(ImageFilter.GaussianBlur(3)), np.float32)[..., None] / 255
        height, width = face.photo.shape[:2]
        if is_smooth:
            fill = _filled(face.photo, where > 0)
        else:
            fill = np.asarray(Pillow.fromarray(_texture(rng)).resize((width, height)), np.float32)
        yield file, np.clip(face.photo * (1 - soft) + fill * soft, 0, 255).astype(np.uint8)


def _pieces(dev: DevSet, count: int) -> Iterator[tuple[str, Image]]:
    """Squares of portraits that hold nothing of the face."""
    rng, made = np.random.default_rng(73), 0
    while made < count:
        index = int(rng.integers(len(dev.faces)))
        face = dev.faces[index]
        side = int(min(face.photo.shape[:2]) * rng.uniform(0.15, 0.5))
        left, top = rng.integers(0, face.photo.shape[1] - side), rng.integers(0, face.photo.shape[0] - side)
        low, high = face.landmarks.min(axis=0), face.landmarks.max(axis=0)
        if left > high[0] or left + side < low[0] or top > high[1] or top + side < low[1]:
            made += 1
            yield dev.labels.files[index], np.ascontiguousarray(face.photo[top : top + side, left : left + side])


def _bundled(_: DevSet, count: int) -> Iterator[tuple[str, Image]]:
    """Pictures of scikit-image in which nobody is, then pieces of them."""
    import skimage

    folder, rng = Path(skimage.__file__).parent / "data", np.random.default_rng(74)
    paths = [next(folder.glob(f"{name}.*")) for name in _FACELESS]
    for index in range(count):
        photo = Pillow.open(paths[index % len(paths)]).convert("RGB")
        if index >= len(paths):
            side = int(rng.uniform(0.4, 0.8) * min(photo.size))
            left, top = int(rng.integers(0, photo.width - side)), int(rng.integers(0, photo.height - side))
            photo = photo.crop((left, top, left + side, top + side))
        photo.thumbnail((1024, 1024))
        yield "", np.asarray(photo)


def _about_face(face: FacePhoto, factor: float) -> Image:
    outline = face.landmarks[OVAL]
    middle = outline.mean(axis=0)
    mask = Pillow.new("L", face.photo.shape[1::-1])
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in middle + (outline - middle) * factor], fill=255)
    return np.asarray(mask)


def _filled(photo: Image, gone: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What is about a hole, continued into it ever more softly."""
    result, known = photo.astype(np.float32), ~gone
    for radius in (4, 8, 16, 32, 64, 128):
        weight = Pillow.fromarray((known * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
        masked = Pillow.fromarray((photo * known[..., None]).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
        share = np.asarray(weight, np.float32)[..., None]
        guess = np.asarray(masked, np.float32) * 255 / np.maximum(share, 1)
        trust = np.clip(share / 24, 0, 1) if radius > 4 else np.ones_like(share)
        result = np.where(gone[..., None], result * (1 - trust) + guess * trust if radius > 4 else guess, result)
    soft = np.asarray(Pillow.fromarray(np.clip(result, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(12)), np.float32)
    return np.where(gone[..., None], soft, result).astype(np.float32)


def _paint_lit(rng: Rng, photo: Pillow.Image, mask: Pillow.Image, box: tuple[float, float, float, float]) -> None:
    """One colour, lit like something round."""
    left, top, right, bottom = box
    rows, columns = np.mgrid[0:_SIZE, 0:_SIZE].astype(np.float32)
    x, y = (columns - left) / (right - left) - 0.35, (rows - top) / (bottom - top) - 0.3
    light = 1.15 - 0.9 * np.clip(x**2 + y**2, 0, 1) * rng.uniform(0.3, 1)
    values = np.array(_colour(rng)) * light[..., None] + 90 * np.exp(-(x**2 + y**2) / 0.01)[..., None] * rng.uniform(0, 1)
    photo.paste(Pillow.fromarray(np.clip(values, 0, 255).astype(np.uint8)), mask=mask.filter(ImageFilter.GaussianBlur(0.7)))


def _smooth(rng: Rng, cells: int) -> NDArray[np.float32]:
    coarse = Pillow.fromarray(rng.normal(size=(cells, cells)).astype(np.float32))
    return np.asarray(coarse.resize((_SIZE, _SIZE), Pillow.Resampling.BICUBIC), np.float32)


def _colour(rng: Rng, low: int = 0, high: int = 256) -> tuple[int, int, int]:
    red, green, blue = rng.integers(low, high, 3).tolist()
    return red, green, blue


_MAKERS: dict[str, Callable[[DevSet, int], Iterator[tuple[str, Image]]]] = {
    "things": _drawn(_thing, 81),
    "things with eyes": _drawn(_thing_with_eyes, 82),
    "textures": _drawn(_texture, 83),
    "scenes": _drawn(lambda rng: draw_scene(rng, _SIZE, _SIZE), 84),
    "avatars without faces": _avatars,
    "painted smooth": lambda dev, count: _painted(dev, count, 0, is_smooth=True),
    "painted with texture": lambda dev, count: _painted(dev, count, 70, is_smooth=False),
    "pieces of portraits": _pieces,
    "scikit-image": _bundled,
}
