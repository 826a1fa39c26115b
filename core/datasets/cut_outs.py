"""Hats, glasses and earrings of an engine, cut out of renders so that they can be put on portraits.

Each is drawn on a bald head, so that the head hides of it what a head hides, and stored with the places of that head that a
portrait has too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from core.avatar.posing import REST
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.datasets.augmentation import Rng
from core.datasets.head_views import HeadView, draw_alone, draw_head, draw_parts, five_places, framed, part_places, random_light
from core.engines.pack import PackEngine
from core.rendering.mesh import PART_CLASS, PARTS
from core.rendering.scene import Item, Srgb

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

CUT_SIZE = 256
KINDS = ("hat", "scarf", "glasses", "earrings")
ANCHORS = ("left temple", "right temple", "crown", "chin", "left eye", "right eye", "bridge", "hook")

_WINDOW = 1.45  # alignment quads that a cut-out shows
_GLASSES_CLASS = [PARTS.index(part) + 1 for part in ("frame", "lens")]
_HAT_PARTS = [PARTS.index(part) + 1 for part in ("hat", "scarf")]
_SOBER = (
    (20, 20, 22), (34, 36, 48), (60, 60, 64), (110, 108, 104), (70, 52, 40), (150, 130, 100), (190, 180, 160), (230, 228, 222),
    (24, 34, 66), (88, 24, 30), (50, 60, 44),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class CutOut:
    """One thing.

    Attributes:
        kind: One of `KINDS`.
        picture: (256, 256, 4) uint8 sRGB, straight alpha.
        lens: (256, 256) uint8, 255 where a lens is.
        opacity: How much a lens hides, in [0, 1].
        anchors: (8, 2) float32 pixels of the picture, in the order of `ANCHORS`.
    """

    kind: str
    picture: Image
    lens: Image
    opacity: float
    anchors: Float


def cut_out(rng: Rng, engine: PackEngine, center: tuple[float, float, float], kind: str) -> CutOut:
    """A random thing of a kind, seen from a random place near the front.

    Args:
        rng: Which, of what colour, from where and in which light.
        engine: The engine, with the parameters `hat`, `glasses`, `earrings` and `hair_type` of `toon`.
        center: What its camera looks at.
        kind: One of `KINDS`.
    """
    items = _dressed(rng, engine, kind)
    five = five_places(items)
    view = HeadView(
        center, 1.34, float(rng.uniform(10, 30)), float(rng.normal(0, 13)), float(rng.normal(2, 7)), light=random_light(rng)
    )
    rise = {"hat": -0.24, "scarf": 0.05, "glasses": 0.0, "earrings": 0.0}[kind]
    view = framed(view, five, _WINDOW, rise)
    anchors = view.pixels(_anchor_places(items, five, kind), CUT_SIZE)
    if kind == "glasses":
        return _cut_glasses(items, view, anchors)
    if kind == "earrings":
        picture = draw_alone([item for item in items if PART_CLASS[PARTS[item.mesh.parts[0]]] == "earrings"], view, CUT_SIZE)
        return CutOut(kind, picture, np.zeros(picture.shape[:2], np.uint8), 0.0, anchors)
    picture, _ = draw_head(items, view, CUT_SIZE)
    fine = np.isin(draw_parts(items, view, 2 * CUT_SIZE), _HAT_PARTS)
    return CutOut(kind, _only(picture, fine), np.zeros(picture.shape[:2], np.uint8), 0.0, anchors)


def sober_colour(rng: Rng) -> Srgb:
    """A colour as clothes and hats have them: half the time black, grey, navy or brown."""
    if rng.random() < 0.5:
        base = np.array(_SOBER[int(rng.integers(len(_SOBER)))]) + rng.normal(0, 8, 3)
    else:
        base = rng.integers(0, 256, 3).astype(np.float64)
    red, green, blue = np.clip(base, 4, 250).astype(int).tolist()
    return red, green, blue


def _dressed(rng: Rng, engine: PackEngine, kind: str) -> list[Item]:
    schema = engine.schema
    values: dict[str, float | str] = {"hair_type": "bald", "hat": "none", "glasses": "none", "earrings": "none"}
    if kind == "scarf":
        values["hair_type"] = "head_scarf"
    else:
        values[kind] = any_option(rng, schema, kind)
    for name in ("skin_tone", "earring_color"):
        values[name] = any_option(rng, schema, name)
    items = engine.items(AvatarVector.default(schema).with_values(values), "light", REST)
    return recoloured(rng, items)


def recoloured(rng: Rng, items: Sequence[Item]) -> list[Item]:
    """Items with hats, scarves, frames and clothes in colours of no palette, and lenses from clear to black."""
    colours = {name: sober_colour(rng) for name in ("hat", "hat_trim", "scarf", "frame", "clothes", "cloth")}
    if rng.random() < 0.3:
        colours["hat_trim"] = colours["hat"]
    opacity = float(rng.choice([rng.uniform(0.02, 0.14), rng.uniform(0.2, 0.6), rng.uniform(0.8, 0.98)], p=[0.68, 0.12, 0.2]))
    return [_recoloured(rng, item, colours, opacity) for item in items]


def any_option(rng: Rng, schema: AvatarSchema, name: str) -> str:
    """A random option of a parameter, but not `none`."""
    options = [option.id for option in schema.discrete[schema.discrete_index[name]].options if option.id != "none"]
    return options[int(rng.integers(len(options)))]


def _recoloured(rng: Rng, item: Item, colours: dict[str, Srgb], opacity: float) -> Item:
    name, material = item.mesh.material, item.material
    if name in colours:
        return replace(item, material=replace(material, color=colours[name]))
    if material.shader == "lens":
        red, green, blue = rng.integers(4, 60 if rng.random() < 0.8 else 160, 3).tolist()
        return replace(item, material=replace(material, color=(red, green, blue), opacity=opacity))
    return item


def _anchor_places(items: Sequence[Item], five: Float, kind: str) -> Float:
    """(8, 3) in the order of `ANCHORS`."""
    skin = part_places(items, "skin")
    eyes = (five[0] + five[1]) / 2
    level = skin[np.abs(skin[:, 1] - eyes[1]) < 0.06]
    middle = skin[np.abs(skin[:, 0]) < 0.12]
    front = middle[middle[:, 2] > 0.3]
    ring = part_places(items, "earrings") if kind == "earrings" else five[:1]
    left = ring[ring[:, 0] < 0]
    chosen = [
        level[level[:, 0].argmin()], level[level[:, 0].argmax()], middle[middle[:, 1].argmax()], front[front[:, 1].argmin()],
        five[0], five[1], eyes, left[left[:, 1].argmax()],
    ]  # fmt: skip
    return np.stack(chosen).astype(np.float32)


def _cut_glasses(items: Sequence[Item], view: HeadView, anchors: Float) -> CutOut:
    glasses = [item for item in items if PART_CLASS[PARTS[item.mesh.parts[0]]] == "glasses"]
    # Without eyes and brows, which part pictures paint over glasses.
    blockers = [item for item in items if PART_CLASS[PARTS[item.mesh.parts[0]]] not in ("eyes", "brows")]
    picture = draw_alone(glasses, view, CUT_SIZE)
    seen = draw_parts(blockers, view, 2 * CUT_SIZE)
    lens, all_of_it = seen == _GLASSES_CLASS[1], np.isin(seen, _GLASSES_CLASS)
    opacity = max(item.material.opacity for item in glasses if item.material.shader == "lens")
    shown = _halved(all_of_it)
    alpha = np.minimum(picture[..., 3], shown)
    # What shows through a lens in the picture without a head is the far bar of the frame: a head hides it.
    clear = _halved(lens)
    limit = 255 * np.clip(opacity + 0.4, 0, 1)
    alpha = np.where(clear > 250, np.minimum(alpha, limit), alpha).astype(np.uint8)
    return CutOut("glasses", np.dstack([picture[..., :3], alpha]), clear, float(opacity), anchors)


def _only(picture: Image, fine: NDArray[np.bool_]) -> Image:
    """The part of a picture where a mask of twice its size is; its edge takes the colour of its inside."""
    alpha = _halved(fine)
    inside = Pillow.fromarray((alpha == 255).astype(np.uint8) * 255).filter(ImageFilter.MinFilter(3))
    sure = np.asarray(inside)[..., None] / np.float32(255)
    soft = [_blurred(layer) for layer in (picture[..., :3] * sure, sure * 255)]
    spread = soft[0] * 255 / np.maximum(soft[1], 1)
    colour = np.where((sure > 0) | (soft[1] < 2), picture[..., :3], spread)
    return np.dstack([np.clip(colour, 0, 255).astype(np.uint8), alpha])


def _blurred(layers: NDArray[np.floating]) -> Float:
    """(S, S, C) in 0..255, softened."""
    blur = ImageFilter.GaussianBlur(2)
    soft = [np.asarray(Pillow.fromarray(layer).filter(blur)) for layer in np.moveaxis(layers.astype(np.uint8), -1, 0)]
    return np.stack(soft, axis=-1).astype(np.float32)


def _halved(mask: NDArray[np.bool_]) -> Image:
    return np.asarray(Pillow.fromarray(mask.astype(np.uint8) * 255).reduce(2))
