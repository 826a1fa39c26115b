import numpy as np
import pytest
from numpy.typing import NDArray

from core.modelling import fields

Float = NDArray[np.float32]


def random_points(count: int = 400, seed: int = 0) -> Float:
    return np.random.default_rng(seed).uniform(-1.5, 1.5, (count, 3)).astype(np.float32)


def unit_ball(points: Float) -> Float:
    return fields.sphere(points, (0, 0, 0), 1.0)


def test_sphere_and_capsule_are_exact_distances() -> None:
    points = random_points()

    np.testing.assert_allclose(unit_ball(points), np.linalg.norm(points, axis=1) - 1, atol=1e-6)
    np.testing.assert_allclose(fields.capsule(points, (0, 0, 0), (0, 0, 0), 1.0), unit_ball(points), atol=1e-6)


def test_capsule_is_the_minimum_over_spheres_along_it() -> None:
    points = random_points()
    start, end = np.array([-0.5, 0.2, 0.1]), np.array([0.6, -0.3, 0.4])
    slow = np.min([fields.sphere(points, start + t * (end - start), 0.2) for t in np.linspace(0, 1, 400)], axis=0)

    np.testing.assert_allclose(fields.capsule(points, start, end, 0.2), slow, atol=1e-4)


def test_every_primitive_is_negative_inside_and_positive_outside() -> None:
    inside, outside = fields.vector([[0.01, 0.02, 0.01]]), fields.vector([[1.4, 1.4, 1.4]])
    shapes = [
        lambda p: fields.ellipsoid(p, (0, 0, 0), (0.5, 0.3, 0.4)),
        lambda p: fields.rounded_box(p, (0, 0, 0), (0.5, 0.3, 0.4), 0.05),
        lambda p: fields.torus(p, (0, 0, 0), 0.3, 0.4),
        lambda p: fields.chain(p, [(-0.3, 0, 0), (0, 0, 0), (0.3, 0, 0)], [0.1, 0.1, 0.1]),
    ]

    assert all(shape(inside)[0] < 0 < shape(outside)[0] for shape in shapes)


def test_smooth_min_is_below_the_minimum_only_within_its_blend() -> None:
    points = random_points()
    first, second = unit_ball(points), fields.sphere(points, (1, 0, 0), 0.7)
    smooth, hard = fields.smooth_min(first, second, 0.3), np.minimum(first, second)
    apart = np.abs(first - second) > 0.3

    assert (smooth <= hard + 1e-6).all()
    assert (smooth < hard - 1e-4).any()
    np.testing.assert_allclose(smooth[apart], hard[apart], atol=1e-6)
    np.testing.assert_array_equal(fields.smooth_min(first, second, 0.0), hard)
    np.testing.assert_allclose(fields.smooth_max(first, second, 0.3), -fields.smooth_min(-first, -second, 0.3))


def test_chain_agrees_with_its_capsules_within_reach() -> None:
    points = random_points()
    centers, radii = [(-0.5, 0, 0), (0, 0.3, 0), (0.5, 0, 0.2)], [0.1, 0.2, 0.05]
    slow = np.minimum(
        fields.capsule(points, centers[0], centers[1], 0.1, 0.2), fields.capsule(points, centers[1], centers[2], 0.2, 0.05)
    )

    np.testing.assert_allclose(fields.chain(points, centers, radii, reach=0.15), np.minimum(slow, 0.15), atol=1e-6)


def test_spline_passes_its_controls_and_bezier_its_ends() -> None:
    controls = np.array([(0, 0, 0), (1, 2, 0), (3, 1, 1), (4, 0, 0)], float)

    np.testing.assert_allclose(fields.spline(controls, 7)[::2], controls, atol=1e-6)
    np.testing.assert_allclose(fields.bezier(controls, 5)[[0, -1]], controls[[0, -1]], atol=1e-6)


def test_mirrored_fields_are_symmetric() -> None:
    points = random_points()
    flipped = points * fields.vector([-1, 1, 1])

    def field(p: Float) -> Float:
        return fields.sphere(fields.mirrored(p), (0.4, 0.1, 0), 0.3)

    np.testing.assert_allclose(field(points), field(flipped))


def test_gradient_of_a_distance_is_its_direction() -> None:
    points = random_points()

    np.testing.assert_allclose(
        fields.gradient(unit_ball, points), points / np.linalg.norm(points, axis=1, keepdims=True), atol=2e-2
    )


def test_smoothstep_may_fall() -> None:
    values = fields.vector([-1, 0, 0.5, 1, 2])

    np.testing.assert_allclose(fields.smoothstep(0, 1, values), [0, 0, 0.5, 1, 1])
    np.testing.assert_allclose(fields.smoothstep(1, 0, values), [1, 1, 0.5, 0, 0])


def two_balls(points: Float) -> Float:
    return np.minimum(unit_ball(points), fields.sphere(points, (0, 0, 3), 0.5))


@pytest.mark.parametrize(("first", "depth"), [(False, 3.5), (True, 1.0)])
def test_cast_finds_the_last_or_the_first_way_out(first: bool, depth: float) -> None:
    ray = fields.vector([[0, 0, 1]])

    found = fields.cast(two_balls, fields.vector((0, 0, 0)), ray, (0.2, 5.0), steps=60, first=first)

    np.testing.assert_allclose(found, [[0, 0, depth]], atol=1e-3)


def test_cast_that_meets_nothing_stays_near() -> None:
    ray = fields.vector([[0, 0, 1]])

    np.testing.assert_allclose(fields.cast(unit_ball, fields.vector((3, 0, 0)), ray, (0.2, 5.0)), [[3, 0, 0.2]], atol=1e-5)
