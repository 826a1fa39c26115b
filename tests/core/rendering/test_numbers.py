"""Numbers of materials change what they say and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.colour import difference, to_lab, to_linear
from core.rendering.device import on_render_thread
from core.rendering.mesh import PARTS, Mesh
from core.rendering.renderer import FULL, LIGHT, Quality
from core.rendering.scene import Item, Material, View
from tests.core.rendering.shapes import sphere

SKIN = Material("skin", color=(226, 176, 145))
HAIR = Material("hair", color=(80, 50, 30))
COVERED = replace(HAIR, covered=1.0)
VIEW = View((0.0, 0.0, 0.8), 1.2, 18.0)
LEVELS = (0.0, 0.5, 1.0)
LEAST = 2.0  # ΔE2000 that core.soundness asks of options in their most different hundredth

Image = NDArray[np.uint8]


def draw(*items: Item, size: int = 192, quality: Quality = FULL) -> NDArray[np.int64]:
    return on_render_thread(lambda renderer: renderer.draw(items, VIEW, size, quality)).astype(np.int64)


def draw_parts(*items: Item, size: int = 192) -> Image:
    return on_render_thread(lambda renderer: renderer.draw_parts(items, VIEW, size))


def face() -> Mesh:
    """A ball that knows its front projection."""
    ball = sphere(rings=48)
    ball.paint[:, 1:] = 0.0
    ball.uv[:] = ball.positions[:, :2]
    return ball


def changed(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((np.abs(first - second) > 2).any(-1))


def places(mask: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """About where on the ball's front the pixels of a mask lie: x and y."""
    half, size = 1.2 * 1.6, len(mask)
    rows, columns = np.nonzero(mask)
    return (columns + 0.5 - size / 2) * 2 * half / size, (size / 2 - rows - 0.5) * 2 * half / size


def test_freckles_lie_on_nose_and_cheeks_and_darken() -> None:
    ball = face()
    bare, light, full = (draw(Item(ball, replace(SKIN, freckles=amount)), size=512) for amount in (0.0, 0.4, 1.0))
    dots = changed(bare, full)
    x, y = places(dots)

    assert changed(bare, light).sum() < 0.7 * dots.sum()
    assert 300 < dots.sum() < 0.25 * (bare[..., 3] > 0).sum()
    assert np.abs(x).max() < 0.75
    assert -0.6 < y.min() < y.max() < 0.3
    assert (full[dots][:, :3] <= bare[dots][:, :3]).all()


def test_freckles_turn_into_an_even_tan_where_pixels_are_large() -> None:
    ball = face()
    bare, full = (draw(Item(ball, replace(SKIN, freckles=amount)), size=32, quality=LIGHT) for amount in (0.0, 1.0))

    assert np.abs(full - bare).max() < 12


def test_wrinkles_draw_lines_on_brow_and_around_the_mouth_alike_on_both_sides() -> None:
    ball = face()
    bare, lined = (draw(Item(ball, replace(SKIN, wrinkles=amount)), size=256) for amount in (0.0, 1.0))
    lines = changed(bare, lined)
    _, heights = places(lines)

    assert 0.02 < lines.sum() / (bare[..., 3] > 0).sum() < 0.4
    assert (heights > 0.4).any()
    assert ((heights < -0.2) & (heights > -0.6)).any()
    assert not lines[250:].any()
    assert (lines & lines[:, ::-1]).sum() > 0.5 * lines.sum()


@pytest.mark.parametrize("color", [(251, 232, 216), (189, 156, 121), (68, 48, 32)], ids=["light", "mid", "deep"])
@pytest.mark.parametrize("number", ["freckles", "wrinkles"])
def test_half_and_full_marks_are_told_from_none_and_from_each_other_on_every_skin(
    number: str, color: tuple[int, int, int]
) -> None:
    ball, skin = face(), replace(SKIN, color=color)
    marked = [replace(skin, freckles=much) if number == "freckles" else replace(skin, wrinkles=much) for much in LEVELS]
    none, half, full = (to_lab(to_linear(draw(Item(ball, one), size=256)[..., :3].astype(np.uint8))) for one in marked)

    for first, second in ((none, half), (half, full)):
        assert np.sort(difference(first, second).ravel())[-(len(first) ** 2) // 100 :].mean() > LEAST


def strand_shadow(*, has_forehead: bool, quality: Quality) -> NDArray[np.float64]:
    """How much green light a thin strand takes from a forehead; skin that knows no place keeps the shadows of everything else."""
    ball, strand = face(), sphere("strand", "hair", "hair", 0.4)
    ball.positions[:, 1] += 0.4
    ball.uv[:] = ball.positions[:, :2] if has_forehead else 0.0
    strand.positions[:] = strand.positions * np.array([0.1, 1, 0.1], np.float32) + np.array([0.0, 1.1, 1.3], np.float32)
    wall, shaded = draw(Item(ball, SKIN), quality=quality), draw(Item(ball, SKIN), Item(strand, HAIR), quality=quality)
    taken: NDArray[np.float64] = (wall - shaded)[..., 1].astype(np.float64)
    taken[draw_parts(Item(ball, SKIN), Item(strand, HAIR)) != PARTS.index("skin") + 1] = 0.0
    taken[:60] = 0.0  # the strand's own end
    return taken


def width(profile: NDArray[np.float64]) -> float:
    """The standard deviation of a shadow's darkness across it, in pixels."""
    columns = np.arange(len(profile))
    middle = np.average(columns, weights=profile)
    return float(np.sqrt(np.average((columns - middle) ** 2, weights=profile)))


@pytest.mark.parametrize("quality", [FULL, LIGHT], ids=["full", "light"])
def test_strands_cast_soft_faint_shadows_on_the_forehead(quality: Quality) -> None:
    soft, firm = (strand_shadow(has_forehead=known, quality=quality) for known in (True, False))

    assert 5 < soft.max() < 0.7 * firm.max()
    assert width(soft[64]) > 1.1 * width(firm[64])


def test_skin_without_a_place_has_neither_freckles_nor_wrinkles() -> None:
    ball = sphere()
    ball.uv[:] = 0.0
    marked = replace(SKIN, freckles=1.0, wrinkles=1.0)

    assert np.array_equal(draw(Item(ball, marked)), draw(Item(ball, SKIN)))


def test_lips_have_no_freckles() -> None:
    ball = face()
    ball.paint[:, 1] = 1.0

    assert np.array_equal(draw(Item(ball, replace(SKIN, freckles=1.0))), draw(Item(ball, SKIN)))


def wig() -> Mesh:
    """A ball of hair whose upper half a hat covers."""
    ball = sphere("wig", "hair", "hair", rings=32)
    ball.paint[:, 3] = ball.positions[:, 1] > 0.05
    return ball


def test_covered_hair_is_left_out_of_the_picture_and_the_masks() -> None:
    hair = wig()
    whole, rest = draw(Item(hair, HAIR)), draw(Item(hair, COVERED))
    parts = draw_parts(Item(hair, COVERED))

    assert whole[60, 96, 3] == 255
    assert rest[60, 96, 3] == parts[60, 96] == 0
    assert rest[120, 96, 3] == 255
    assert parts[120, 96] == PARTS.index("hair") + 1
    assert draw_parts(Item(hair, HAIR))[60, 96] == PARTS.index("hair") + 1


def test_covered_hair_casts_no_shadow() -> None:
    wall, lock = sphere(rings=32), sphere("lock", "hair", "hair", 0.3)
    lock.positions[:] += np.array([-0.5, 0.65, 1.1], np.float32)
    lock.paint[:, 3] = 1.0

    assert np.array_equal(draw(Item(wall, SKIN), Item(lock, COVERED)), draw(Item(wall, SKIN)))
    assert not np.array_equal(draw(Item(wall, SKIN), Item(lock, HAIR))[..., :3], draw(Item(wall, SKIN))[..., :3])


def test_skin_is_never_covered() -> None:
    ball = sphere()
    ball.paint[:, 3] = 1.0

    assert np.array_equal(draw(Item(ball, replace(SKIN, covered=1.0))), draw(Item(ball, SKIN)))


def test_covered_jewellery_is_left_out_of_the_picture_the_masks_and_the_shadows() -> None:
    wall, ring = sphere(rings=32), sphere("ring", "earrings", "gold", 0.3)
    ring.positions[:] += np.array([-0.5, 0.65, 1.1], np.float32)
    ring.paint[:, 3] = 1.0
    gold = Material("plain", color=(230, 182, 88))
    hidden = Item(ring, replace(gold, covered=1.0))

    assert np.array_equal(draw(Item(wall, SKIN), hidden), draw(Item(wall, SKIN)))
    assert np.array_equal(draw_parts(Item(wall, SKIN), hidden), draw_parts(Item(wall, SKIN)))
    assert not np.array_equal(draw_parts(Item(wall, SKIN), Item(ring, gold)), draw_parts(Item(wall, SKIN)))
