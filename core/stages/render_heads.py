"""Render heads with the class of every pixel, and hats, scarves, glasses and earrings to put on portraits.

MakeHuman's people give what a real head has and no teacher tells: ears, neck, clothes, glasses, hats, earrings. An engine's
avatars add its own look. Pieces of it are kept while it runs, so that the same call goes on.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.avatar.posing import REST
from core.avatar.vector import AvatarVector
from core.configs import RenderHeadsConfig
from core.datasets.accessories import HeadAccessories
from core.datasets.augmentation import Rng
from core.datasets.cut_outs import CutOut, any_option, cut_out, recoloured
from core.datasets.head_views import HeadView, five_places, head_view
from core.datasets.heads import HEAD_KINDS, RenderedHeads, head_picture
from core.datasets.lit_heads import LitHeads, lit_head
from core.datasets.makehuman import MakeHuman
from core.datasets.makehuman_heads import PeopleMaker
from core.datasets.plausible import sample_plausible
from core.datasets.portraits import REGIONS_SIZE
from core.datasets.teachers import TeacherFace, Teachers
from core.engines import open_engine, pack_folders
from core.engines.pack import PackEngine
from core.engines.pack_file import read_pack
from core.errors import DataError, EngineError
from core.faces.align import face_unit, five_points
from core.faces.mesh import NUM_LANDMARKS
from core.paths import training_data_folder
from core.rendering.scene import Item
from core.reporting import Reporter

Float = NDArray[np.float32]
Drawn = tuple[NDArray[np.uint8], NDArray[np.uint8], Float, Float, bool]

_PIECE = 50  # heads kept at once
_AGREE = 0.09  # face units: how far the teacher's five points may lie from the exact ones, on average
_SCARVES = 0.2  # of hats


def render_heads(config: RenderHeadsConfig, folder: Path, reporter: Reporter) -> None:
    """Write a folder of heads (core.datasets.heads); the same call again goes on.

    Raises:
        DataError: MakeHuman's files are missing.
        EngineError: There is no such pack.
    """
    data = training_data_folder()
    if data is None or not (data / "makehuman").is_dir():
        raise DataError("MakeHuman's files are not here. Set LIKENESS_DATA to the folder that holds makehuman/.")
    engine = open_engine(config.engine)
    if not isinstance(engine, PackEngine):
        raise EngineError(f"Engine “{config.engine}” is not a pack of meshes, which heads are made of. Choose toon.")
    center = read_pack(pack_folders()[config.engine])[0].frame.center
    teacher = _Teacher.open(data)
    people = PeopleMaker(MakeHuman.open(data / "makehuman"), engine)

    def person(rng: Rng) -> Drawn:
        made = people.person(rng)
        return _drawn(rng, made.items, made.five, center, teacher)

    def avatar(rng: Rng) -> Drawn:
        items = _avatar(rng, engine)
        return _drawn(rng, items, five_places(items), center, teacher)

    pieces = folder / "pieces"
    pieces.mkdir(parents=True, exist_ok=True)
    if not _cut_all(config, engine, center, folder, reporter):
        return
    plan = [
        (kind, index, min(_PIECE, count - index * _PIECE), make)
        for kind, (count, make) in enumerate(((config.heads, person), (config.avatars, avatar)))
        for index in range(-(-count // _PIECE))
    ]
    plan.sort(key=lambda piece: piece[1])  # of both kinds from the start
    for done, (kind, index, count, make) in enumerate(plan):
        path = pieces / f"{HEAD_KINDS[kind]}_{index:04d}.npz"
        if not path.exists():
            _write_piece(path, np.random.default_rng([config.seed, kind, index]), count, make)
        reporter.progress(done + 1, len(plan))
        if reporter.should_stop():
            return
    if not _light_all(config, engine, people, center, folder, reporter):
        return
    heads = _gathered(pieces, sorted((kind, index) for kind, index, _, _ in plan))
    made_from = {**vars(config), "schema": engine.schema.fingerprint(), "teachers": {} if teacher is None else teacher.digests}
    heads.save(folder, made_from)  # last: its manifest says that everything is there
    reporter.measure("landmarks found", float(heads.found.mean()), len(heads))


def _cut_all(
    config: RenderHeadsConfig, engine: PackEngine, center: tuple[float, float, float], folder: Path, reporter: Reporter
) -> bool:
    """Write the things to wear, where they are not there yet; false if the reporter says stop."""
    if (folder / "accessories.npz").exists():
        return True
    scarves = round(_SCARVES * config.hats)
    counts = {"hat": config.hats - scarves, "scarf": scarves, "glasses": config.glasses, "earrings": config.earrings}
    rng = np.random.default_rng([config.seed, len(HEAD_KINDS)])
    things: list[CutOut] = []
    for kind in (kind for kind, count in counts.items() for _ in range(count)):
        if reporter.should_stop():
            return False
        things.append(cut_out(rng, engine, center, kind))
    HeadAccessories.gather(things).save(folder / "accessories.npz")
    return True


def _light_all(
    config: RenderHeadsConfig,
    engine: PackEngine,
    people: PeopleMaker,
    center: tuple[float, float, float],
    folder: Path,
    reporter: Reporter,
) -> bool:
    """Write the heads under known light, where they are not there yet; every other one is the engine's. False for stop."""
    if not config.lit or (folder / "lit" / "manifest.json").exists():
        return True
    rng = np.random.default_rng([config.seed, len(HEAD_KINDS) + 1])
    rows, points, kinds = [], [], []
    for index in range(config.lit):
        if reporter.should_stop():
            return False
        kind = index % len(HEAD_KINDS)
        if kind == HEAD_KINDS.index("makehuman"):
            person = people.person(rng)
            items, five = person.items, person.five
        else:
            items = tuple(_avatar(rng, engine, {"facial_hair": "none"}))  # masks call a beard skin
            five = five_places(items)
        view = head_view(rng, five, center, turned=0.6)
        rows.append(lit_head(rng, items, view))
        points.append(view.pixels(five, REGIONS_SIZE))
        kinds.append(kind)
    pictures, white, classes, gains, skin, hair = (np.stack(values) for values in zip(*rows, strict=True))
    LitHeads(pictures, white, classes, gains, skin, hair, np.stack(points), np.array(kinds)).save(folder / "lit")
    return True


class _Teacher:
    """The teacher's landmarks on renders, whose five points are known."""

    def __init__(self, teachers: Teachers) -> None:
        self._teachers = teachers
        self.digests = teachers.digests

    @staticmethod
    def open(data: Path) -> "_Teacher | None":
        """None where there are no teachers: heads then come without landmarks."""
        try:
            return _Teacher(Teachers(data / "teachers"))
        except DataError:
            return None

    def landmarks(self, picture: NDArray[np.uint8], five: Float) -> tuple[Float, bool]:
        """(478, 2) and whether they agree with the exact five points (5, 2)."""
        unit = face_unit(five)
        centre = five.mean(axis=0)
        box = np.concatenate([centre - 1.3 * unit, centre + 1.3 * unit]).astype(np.float32)
        points = self._teachers.landmarks(picture, TeacherFace(1.0, box, np.concatenate([five, five[:1]])))[:, :2]
        apart = np.hypot(*(five_points(points) - five).T).mean() / unit
        return points.astype(np.float32), bool(apart < _AGREE)


def _drawn(
    rng: Rng, items: tuple[Item, ...] | list[Item], five: Float, center: tuple[float, float, float], teacher: _Teacher | None
) -> Drawn:
    view: HeadView = head_view(rng, five, center)
    picture, classes = head_picture(rng, items, view)
    points = view.pixels(five, REGIONS_SIZE)
    if teacher is None:
        return picture, classes, points, np.zeros((NUM_LANDMARKS, 2), np.float32), False
    return picture, classes, points, *teacher.landmarks(picture, points)


def _avatar(rng: Rng, engine: PackEngine, always: Mapping[str, str] = MappingProxyType({})) -> list[Item]:
    """An avatar as people might look, with things to wear and colours of no palette."""
    schema = engine.schema
    values: dict[str, float | str] = {}
    for name in ("clothes", "clothes_color", "iris_color", "earring_color", "hat_color", "scarf_color"):
        values[name] = any_option(rng, schema, name)
    for name, chance in (
        ("hat", 0.35),
        ("glasses", 0.4),
        ("earrings", 0.4),
        ("lipstick", 0.3),
        ("freckles", 0.2),
        ("expression", 0.5),
    ):
        if rng.random() < chance:
            values[name] = any_option(rng, schema, name)
    vector: AvatarVector = sample_plausible(schema, rng).with_values({**values, **always})
    items = engine.items(vector, "light", REST)
    return recoloured(rng, items) if rng.random() < 0.6 else items


def _write_piece(path: Path, rng: Rng, count: int, make: Callable[[Rng], Drawn]) -> None:
    drawn = [make(rng) for _ in range(count)]
    unfinished = path.with_suffix(".unfinished.npz")
    stored: dict[str, Any] = {name: np.stack(values) for name, values in zip(_NAMES, zip(*drawn, strict=True), strict=True)}
    np.savez(unfinished, **stored)
    unfinished.replace(path)


_NAMES = ("pictures", "classes", "points", "landmarks", "found")


def _gathered(pieces: Path, plan: list[tuple[int, int]]) -> RenderedHeads:
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in _NAMES}
    kinds = []
    for kind, stored in _pieces(pieces, plan):
        for name in _NAMES:
            parts[name].append(stored[name])
        kinds += [kind] * len(stored["pictures"])
    whole = {name: np.concatenate(values) for name, values in parts.items()}
    return RenderedHeads(kinds=np.array(kinds, np.int64), **whole)


def _pieces(pieces: Path, plan: list[tuple[int, int]]) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]:
    for kind, index in plan:
        path = pieces / f"{HEAD_KINDS[kind]}_{index:04d}.npz"
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                yield kind, {name: stored[name] for name in _NAMES}
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise DataError(f"{path} is damaged: {error}. Delete it and run the same render_heads again.") from error
