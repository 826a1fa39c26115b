import numpy as np

from core.rendering.backdrop import on_gradient


def test_what_is_opaque_stays_and_what_is_clear_becomes_the_gradient() -> None:
    picture = np.zeros((5, 2, 4), np.uint8)
    picture[:, 1] = (10, 200, 30, 255)

    result = on_gradient(picture, (0, 100, 200), (100, 0, 200))

    assert (result[..., 3] == 255).all()
    assert np.array_equal(result[:, 1], picture[:, 1])
    assert result[:, 0, :3].tolist() == [[0, 100, 200], [25, 75, 200], [50, 50, 200], [75, 25, 200], [100, 0, 200]]


def test_edges_mix_light() -> None:
    picture = np.full((1, 1, 4), (0, 0, 0, 128), np.uint8)

    result = on_gradient(picture, (255, 255, 255), (255, 255, 255))

    assert abs(int(result[0, 0, 0]) - 187) <= 1  # half the light of white; half its code would be 127
    assert (
        on_gradient(np.full((1, 1, 4), (90, 120, 30, 77), np.uint8), (90, 120, 30), (0, 0, 0))[0, 0] == (90, 120, 30, 255)
    ).all()
