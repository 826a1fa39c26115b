import gc
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from core.rendering.device import on_render_thread
from core.rendering.mesh import PARTS, Mesh
from core.rendering.renderer import FULL, LIGHT, Quality, _painted, _tap_offsets
from core.rendering.scene import Item, Material, View
from tests.core.rendering.shapes import sphere

SKIN = Material("skin", color=(242, 190, 160))
HAIR = Material("hair", color=(80, 50, 30))
VIEW = View((0.0, 0.0, 0.8), 1.2, 18.0)

Image = NDArray[np.uint8]


def draw(items: Sequence[Item], view: View = VIEW, size: int = 96, quality: Quality = LIGHT) -> Image:
    return on_render_thread(lambda renderer: renderer.draw(items, view, size, quality))


def draw_parts(items: Sequence[Item], view: View = VIEW, size: int = 96) -> Image:
    return on_render_thread(lambda renderer: renderer.draw_parts(items, view, size))


def place(mesh: Mesh, x: float, y: float, z: float) -> Mesh:
    mesh.positions[:] += np.array([x, y, z], np.float32)
    return mesh


def colour(picture: Image) -> NDArray[np.float64]:
    """Mean colour of what is covered."""
    return np.asarray(picture[picture[..., 3] == 255][:, :3].mean(0))


def test_the_result_does_not_depend_on_what_was_drawn_before() -> None:
    ball, other = sphere(), sphere(radius=0.7)
    first = draw([Item(ball, SKIN)])
    draw([Item(ball, HAIR, {"wide": 1.0}), Item(other, SKIN)], View((0.1, 0.2, 0.8), 1.0, 20.0, yaw=30.0), 64, FULL)

    assert np.array_equal(draw([Item(ball, SKIN)]), first)


def test_both_gives_what_each_gives() -> None:
    items = [Item(sphere(), SKIN), Item(place(sphere("cap", "hair", "hair", 0.8), 0, 0.6, 0), HAIR)]
    picture, parts = on_render_thread(lambda renderer: renderer.draw_both(items, VIEW, 100, FULL))

    assert np.array_equal(picture, draw(items, size=100, quality=FULL))
    assert np.array_equal(parts, draw_parts(items, size=100))


def test_the_silhouette_is_the_perspective_projection() -> None:
    """A sphere of radius 1 at distance d fills sin(angle) = 1 / d of the field of view."""
    view = View((0.0, 0.0, 0.0), 1.2, 18.0, wide=False)
    distance = 1.2 / np.tan(np.radians(9))
    radius = np.tan(np.arcsin(1 / distance)) / np.tan(np.radians(9)) * 100

    parts = draw_parts([Item(sphere(rings=48), SKIN)], view, 200)

    expected = np.pi * radius**2
    assert (parts > 0).sum() == pytest.approx(expected, rel=0.01)
    rows, columns = np.nonzero(parts)
    assert rows.mean() == pytest.approx(99.5, abs=0.3)
    assert columns.mean() == pytest.approx(99.5, abs=0.3)


def test_morph_weights_move_the_mesh_and_zero_moves_it_back() -> None:
    ball = sphere(rings=32)
    rest, wide = draw_parts([Item(ball, SKIN)]), draw_parts([Item(ball, SKIN, {"wide": 1.0, "unknown": 3.0})])
    half = draw_parts([Item(ball, SKIN, {"wide": 0.5})])
    width = [int((picture > 0).any(0).sum()) for picture in (rest, half, wide)]

    assert width[2] == pytest.approx(1.3 * width[0], abs=2)
    assert width[1] == pytest.approx(1.15 * width[0], abs=2)
    assert np.array_equal(draw_parts([Item(ball, SKIN)]), rest)


def test_up_is_up_and_right_is_right() -> None:
    up, right = (draw_parts([Item(place(sphere(radius=0.2), *where), SKIN)]) for where in ((0, 0.5, 0), (0.5, 0, 0)))

    assert np.nonzero(up)[0].mean() < 40
    assert np.nonzero(right)[1].mean() > 56


def test_the_camera_goes_right_and_up_with_yaw_and_pitch() -> None:
    """A ball in front of the axis is seen on the other side of where the camera went."""
    ball = place(sphere(radius=0.2), 0, 0, 0.8)
    rows, columns = {}, {}
    for name, yaw, pitch in (("yaw", 40.0, 0.0), ("pitch", 0.0, 30.0), ("rest", 0.0, 0.0)):
        seen = np.nonzero(draw_parts([Item(ball, SKIN)], View((0, 0, 0), 1.2, 18.0, yaw=yaw, pitch=pitch)))
        rows[name], columns[name] = (axis.mean() for axis in seen)

    assert columns["yaw"] < columns["rest"] - 8
    assert rows["pitch"] > rows["rest"] + 8


def test_nearer_things_hide_farther_ones() -> None:
    near, far = place(sphere("near", radius=0.4), 0, 0, 1.2), sphere("far", "hair", "hair", 0.8)
    parts = draw_parts([Item(far, HAIR), Item(near, SKIN)])

    assert parts[48, 48] == PARTS.index("skin") + 1
    assert parts[48, 32] == PARTS.index("hair") + 1


def test_glasses_are_seen_over_skin_but_not_over_eyes_or_brows() -> None:
    glasses, skin, eyes, brows, hair = (PARTS.index(part) + 1 for part in ("lens", "skin", "eyes", "brows", "hair"))
    layers = np.array([[[skin, glasses], [eyes, glasses], [brows, glasses], [hair, 0], [0, glasses], [0, 0]]], np.uint8)

    assert _painted(layers).tolist() == [[glasses, eyes, brows, hair, glasses, 0]]


def test_hair_in_front_of_glasses_hides_them_in_masks() -> None:
    lens = place(sphere("lens", "lens", "lens", 0.4), 0, 0, 1.0)
    lock = place(sphere("lock", "hair", "hair", 0.2), 0, 0, 1.6)
    parts = draw_parts([Item(lens, Material("lens")), Item(sphere(), SKIN), Item(lock, HAIR)])

    assert parts[48, 48] == PARTS.index("hair") + 1
    assert PARTS.index("lens") + 1 in parts


def test_pictures_are_opaque_inside_and_straight_at_the_edge() -> None:
    picture = draw([Item(sphere(), Material("plain", color=(255, 255, 255)))], size=128)
    alpha = picture[..., 3]

    assert set(np.unique(alpha)) > {0, 255}
    assert picture[alpha == 0].max() == 0
    edge = (alpha > 30) & (alpha < 220)
    assert edge.sum() > 50
    # Premultiplied colours would be as dark as the edge is thin.
    assert np.corrcoef(picture[edge][:, :3].mean(1), alpha[edge])[0, 1] < 0.7


def test_a_lens_shows_what_is_behind_as_much_as_it_is_clear() -> None:
    ball, lens = sphere(), place(sphere("lens", "lens", "lens", 0.5), 0, 0, 1.2)
    bare = draw([Item(ball, SKIN)])[48, 48, :3].astype(int)
    clear, dark = (
        draw([Item(ball, SKIN), Item(lens, Material("lens", (20, 20, 30), coat=0.0, opacity=opacity))])[48, 48, :3].astype(int)
        for opacity in (0.05, 0.95)
    )

    assert np.abs(clear - bare).max() < 25
    assert dark.max() < 90


def test_materials_tint_what_they_say() -> None:
    red = draw([Item(sphere(), Material("skin", color=(200, 60, 60)))])
    blue = draw([Item(sphere(), Material("cloth", color=(60, 60, 200)))])

    assert colour(red)[0] > 2 * colour(red)[2]
    assert colour(blue)[2] > 1.5 * colour(blue)[0]


def painted(channel: int) -> Mesh:
    """A ball with one mask full and the others empty."""
    ball = sphere()
    ball.paint[:, 1:] = 0.0
    ball.paint[:, channel] = 1.0 if channel else 0.1
    return ball


def test_every_mask_of_skin_changes_the_picture_its_own_way() -> None:
    plain = sphere()
    plain.paint[:, 1:] = 0.0
    rest = colour(draw([Item(plain, SKIN)]))
    shade, lips, blush, line = (colour(draw([Item(painted(channel), SKIN)])) for channel in range(4))

    assert (shade < rest - 10).all()  # less light in a hollow
    assert lips[1] < blush[1] < rest[1]  # redder: less green
    assert (line < lips).all()


def test_lipstick_covers_lips_only() -> None:
    lipstick = Material("skin", SKIN.color, accent=(120, 20, 120), accent_strength=1.0)
    lips, cheek = painted(1), painted(2)

    assert colour(draw([Item(lips, lipstick)]))[2] > colour(draw([Item(lips, SKIN)]))[2]
    assert np.array_equal(draw([Item(cheek, lipstick)]), draw([Item(cheek, SKIN)]))


def test_the_iris_is_drawn_from_the_uv() -> None:
    eye = sphere("eye", "eyes", "eyes", rings=32)
    eye.uv[:] = eye.positions[:, :2] * 2.5
    eye.uv[eye.positions[:, 2] < 0] = 9.0
    white = (247, 246, 245)
    blue, brown = (
        draw([Item(eye, Material("eye", white, accent=accent))], size=200) for accent in ((60, 120, 220), (110, 70, 30))
    )
    changed = (blue != brown).any(-1)

    assert changed[115, 100]  # iris, below the pupil
    assert not changed[100, 100]  # pupil
    assert not changed[100, 135]  # white
    assert blue[100, 100, :3].max() < 90
    assert blue[100, 135, :3].min() > 120


def test_shadows_fall_away_from_the_key_light() -> None:
    """The key light comes from the picture's upper left; a ball in front shades the lower right more than the upper left."""
    wall = sphere(rings=32)
    ball = place(sphere("ball2", "hair", "hair", 0.35), -0.5, 0.65, 1.1)
    bare = draw([Item(wall, SKIN)], size=128, quality=FULL).astype(int)
    shaded = draw([Item(wall, SKIN), Item(ball, HAIR)], size=128, quality=FULL).astype(int)
    parts = draw_parts([Item(wall, SKIN), Item(ball, HAIR)], size=128)
    darker = (bare - shaded)[..., :3].sum(-1) * (parts == PARTS.index("skin") + 1)

    rows, columns = np.nonzero(darker > 60)
    hair_rows, hair_columns = np.nonzero(parts == PARTS.index("hair") + 1)
    assert len(rows) > 50
    assert rows.mean() > hair_rows.mean()
    assert columns.mean() > hair_columns.mean()


def test_each_sample_reads_the_whole_disc_of_the_shadow() -> None:
    offsets = _tap_offsets(8)[:, :2].reshape(4, 8, 2)

    assert len(np.unique(offsets.reshape(-1, 2), axis=0)) == 32
    assert np.abs(offsets.mean(1)).max() < 0.002
    assert (np.linalg.norm(offsets, axis=2).max(1) > 0.007).all()


def test_the_largest_picture_is_drawn() -> None:
    assert draw([Item(sphere(), SKIN)], size=2048, quality=LIGHT).shape == (2048, 2048, 4)


def test_too_many_meshes_are_a_bug_of_the_caller() -> None:
    ball = sphere(rings=4)

    with pytest.raises(ValueError, match="65 meshes"):
        draw([Item(ball, SKIN)] * 65)


def test_meshes_leave_the_card_with_their_last_owner() -> None:
    ball = sphere()
    draw([Item(ball, SKIN)])
    held = on_render_thread(lambda renderer: len(renderer._meshes))
    del ball
    gc.collect()

    assert on_render_thread(lambda renderer: len(renderer._meshes)) < held
