"""What every picture keeps: clean edges, the same look at every size, highlights where strands and metal ask for them."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.rendering.device import on_render_thread
from core.rendering.mesh import Mesh
from core.rendering.renderer import FULL, LIGHT, Quality
from core.rendering.scene import Item, Material, View
from tests.core.rendering.shapes import sphere

VIEW = View((0.0, 0.0, 0.8), 1.2, 18.0)
HAIR = Material("hair", color=(58, 36, 27), roughness=0.42)

Picture = NDArray[np.float64]


def draw(*items: Item, size: int = 128, quality: Quality = FULL, view: View = VIEW) -> Picture:
    return on_render_thread(lambda renderer: renderer.draw(items, view, size, quality)).astype(np.float64)


def bust() -> list[Item]:
    """A head with hair, an eye and a lens, as far as balls can be one."""
    eye, lock, lens = sphere("eye", "eyes", "eyes", 0.35, 24), sphere("lock", "hair", "hair", 0.6, 24), sphere("lens", radius=0.3)
    head = sphere(rings=40)
    for mesh, place in ((eye, (-0.3, 0.1, 0.8)), (lock, (0.3, 0.75, 0.2)), (lens, (0.4, 0.0, 1.0))):
        mesh.positions[:] += np.array(place, np.float32)
    head.paint[:, 1:] = 0.0
    head.uv[:] = head.positions[:, :2]
    eye.uv[:] = (eye.positions[:, :2] - (-0.3, 0.1)) * 5
    return [
        Item(head, Material("skin", color=(226, 176, 145), freckles=0.6, wrinkles=0.5)),
        Item(eye, Material("eye", (247, 246, 245))),
        Item(lock, HAIR),
        Item(lens, Material("lens", (214, 228, 240))),
    ]


def spread(picture: NDArray[np.float64], least: bool) -> NDArray[np.float64]:
    """The smallest or largest value around each pixel, at most three away; the picture's border is left out."""
    size = len(picture)
    shifted = [picture[3 + y : size - 3 + y, 3 + x : size - 3 + x] for y in range(-3, 4) for x in range(-3, 4)]
    return np.asarray(np.min(shifted, 0) if least else np.max(shifted, 0))


@pytest.mark.parametrize("color", [(20, 20, 22), (250, 248, 244), (170, 60, 50)])
@pytest.mark.parametrize("shader", ["skin", "hair", "cloth"])
def test_edges_have_the_colours_of_what_they_border(shader: str, color: tuple[int, int, int]) -> None:
    """Straight colours at the edge lie among those inside it: laid on black or white, no fringe is seen."""
    picture = draw(Item(sphere(rings=48), Material(shader, color=color)))  # type: ignore[arg-type]
    opaque = picture[..., 3] == 255
    lowest = spread(np.where(opaque[..., None], picture[..., :3], 255.0), least=True)
    highest = spread(np.where(opaque[..., None], picture[..., :3], 0.0), least=False)
    inner = picture[3:-3, 3:-3]
    edge = (inner[..., 3] > 8) & (inner[..., 3] < 255)

    assert edge.sum() > 200
    assert (inner[edge][:, :3] >= lowest[edge] - 32).all()
    assert (inner[edge][:, :3] <= highest[edge] + 32).all()


def reduced(picture: Picture, factor: int) -> Picture:
    """The picture at a fraction of its size, averaged where light adds up."""
    light = np.where(picture[..., :3] <= 10.3, picture[..., :3] / 3294.6, ((picture[..., :3] / 255 + 0.055) / 1.055) ** 2.4)
    both = np.concatenate([light * picture[..., 3:] / 255, picture[..., 3:] / 255], -1)
    count = len(picture) // factor
    mean = both.reshape(count, factor, count, factor, 4).mean((1, 3))
    color = np.clip(mean[..., :3] / np.maximum(mean[..., 3:], 1e-4), 0.0031309, 1.0)
    return np.concatenate([(1.055 * color ** (1 / 2.4) - 0.055) * 255, mean[..., 3:] * 255], -1)


@pytest.mark.parametrize("yaw", [0.0, 35.0])
def test_a_light_thumbnail_looks_like_the_full_picture(yaw: float) -> None:
    view, items = replace(VIEW, yaw=yaw), bust()
    full, small = draw(*items, size=512, view=view), draw(*items, size=128, quality=LIGHT, view=view)
    both = (small[..., 3] == 255) & (reduced(full, 4)[..., 3] > 254)

    assert np.abs(small - reduced(full, 4))[both][:, :3].mean() < 2.5


def combed(material: Material = HAIR) -> Item:
    """A ball whose strands run from its top down."""
    ball = sphere("wig", "hair", "hair", rings=48)
    down = np.array([0, -1, 0]) + ball.normals * ball.normals[:, 1:2]
    strand = down / np.maximum(np.linalg.norm(down, axis=1, keepdims=True), 1e-6)
    flat = strand / np.maximum(np.abs(strand).sum(1, keepdims=True), 1e-6)
    folded = (1 - np.abs(flat[:, [1, 0]])) * np.where(flat[:, :2] >= 0, 1, -1)
    ball.uv[:] = np.where(flat[:, 2:] < 0, folded, flat[:, :2]) * 0.5 + 0.5
    ball.paint[:, 3] = 0.0
    return Item(ball, material)


def uncombed() -> Item:
    item = combed()
    item.mesh.uv[:] = 0.0
    return item


def test_strands_carry_a_band_of_light_across_them() -> None:
    """Brighter than without strands, and as wide as the ball instead of one spot."""
    band = draw(combed(), size=192)[..., :3].sum(-1) - draw(uncombed(), size=192)[..., :3].sum(-1)
    rows, columns = np.nonzero(band > 0.5 * band.max())

    assert band.max() > 45
    assert np.ptp(columns) > 1.4 * np.ptp(rows)
    assert rows.mean() < 96  # on the upper half


def test_black_hair_is_not_a_hole_and_white_hair_keeps_its_shade() -> None:
    black = draw(combed(replace(HAIR, color=(34, 27, 27))))
    white = draw(combed(replace(HAIR, color=(232, 229, 224))))
    inside = black[..., 3] == 255

    assert np.percentile(black[inside][:, :3].mean(-1), 2) > 12
    assert np.percentile(black[inside][:, :3].mean(-1), 98) > 60
    assert np.ptp(np.percentile(white[inside][:, :3].mean(-1), [5, 95])) > 40


def test_metal_mirrors_in_its_own_colour() -> None:
    gold = Material("plain", color=(206, 164, 88), roughness=0.2, coat=0.0, metal=1.0)
    ball = sphere(rings=48)
    metal, paint = draw(Item(ball, gold)), draw(Item(ball, replace(gold, metal=0.0)))
    inside = metal[..., 3] == 255
    contrast = [np.ptp(np.percentile(picture[inside][:, 1], [5, 95])) for picture in (metal, paint)]
    bright = metal[inside][metal[inside][:, 0] > 180]

    assert contrast[0] > 1.2 * contrast[1]
    assert (bright[:, 0] > bright[:, 2]).mean() > 0.95


def glass(opacity: float, coat: float) -> Item:
    lens = sphere("lens", "lens", "lens", 0.25, 24)
    lens.positions[:] = lens.positions * [1, 1, 0.1] + np.array([0.345, 0.045, 1.0])
    lens.normals[:] = [0, 0, 1]
    return Item(lens, Material("lens", (22, 22, 28), coat=coat, opacity=opacity))


def test_a_dark_lens_fades_downward_and_stubble_does_not() -> None:
    sun, stubble = draw(glass(0.7, 0.8)), draw(glass(0.7, 0.0))
    column = (128 + round(0.345 / 1.92 * 128)) // 2
    upper, lower = (slice(56, 60), slice(66, 70))

    assert sun[upper, column, 3].mean() > sun[lower, column, 3].mean() + 8
    assert stubble[upper, column, 3].mean() == pytest.approx(stubble[lower, column, 3].mean(), abs=2)


def eyeball() -> Mesh:
    eye = sphere("eye", "eyes", "eyes", rings=48)
    eye.paint[:, 1:] = 0.0
    eye.uv[:] = eye.positions[:, :2] * 2.0
    eye.uv[eye.positions[:, 2] < 0] = 9.0
    return eye


def test_the_white_of_an_eye_turns_towards_its_corners() -> None:
    picture = draw(Item(eyeball(), Material("eye", (247, 246, 245), accent=(74, 132, 190))), size=192)
    middle, side = picture[96, 96 + 28, :3], picture[96, 96 + 44, :3]

    assert middle.min() > 170
    assert (side < middle - 5).all()


def test_the_iris_shifts_behind_its_dome_when_seen_from_the_side() -> None:
    """The pupil's middle lies nearer to the viewer's side than the middle of the dome before it."""
    view = replace(VIEW, yaw=40.0)
    picture = draw(Item(eyeball(), Material("eye", (247, 246, 245), accent=(74, 132, 190))), size=192, view=view)
    clip = view.project().astype(np.float64) @ view.turn() @ [0.0, 0.0, 1.0, 1.0]
    dome = (clip[0] / clip[3] + 1) * 96
    black = (picture[80:112, :, :3].max(-1) < 45) & (picture[80:112, :, 3] == 255)
    columns = np.nonzero(black)[1]
    pupil = columns[np.abs(columns - dome) < 20].mean()

    assert pupil - dome > 2.0
