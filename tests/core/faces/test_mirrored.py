import threading
from collections.abc import Mapping

import numpy as np
import pytest

from core.engines import CLASSES
from core.faces import mirrored
from core.faces.mirrored import ask_both_ways
from core.faces.regions import parse


class Half:
    """Says of each pixel how bright it is, and that the left half is hair; fails where it is told to."""

    def __init__(self) -> None:
        self.threads = set[str]()
        self.fails = False

    def __call__(self, pictures: np.ndarray) -> Mapping[str, np.ndarray]:
        assert pictures.flags.c_contiguous
        self.threads.add(threading.current_thread().name)
        if self.fails and len(self.threads) > 1:
            raise MemoryError
        masks = np.zeros((1, len(CLASSES), *pictures.shape[1:3]), np.float32)
        masks[0, CLASSES.index("hair"), :, : pictures.shape[2] // 2] = 1
        masks[0, CLASSES.index("skin")] = pictures[0, :, :, 0] / 255
        return {"masks": masks}


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Half:
    network = Half()
    monkeypatch.setattr(mirrored, "shared_model", lambda _: network)
    return network


def test_picture_and_mirror_are_asked_on_two_threads(network: Half) -> None:
    picture = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
    plain, other = ask_both_ways("any", picture)

    np.testing.assert_array_equal(plain["masks"][0, CLASSES.index("skin")], picture[..., 0] / np.float32(255))
    np.testing.assert_array_equal(other["masks"][0, CLASSES.index("skin")], picture[:, ::-1, 0] / np.float32(255))
    assert len(network.threads) == 2


def test_regions_are_the_mean_of_both_each_where_it_is(network: Half) -> None:
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[2, 1] = 255
    masks = parse(picture)

    assert (masks[CLASSES.index("hair")] == 0.5).all()  # the left half of each
    assert masks[CLASSES.index("skin"), 2, 1] == 1
    assert masks[CLASSES.index("skin")].sum() == 1
    assert network.threads


def test_what_fails_on_the_other_thread_is_told(network: Half) -> None:
    network.fails = True
    with pytest.raises(MemoryError):
        ask_both_ways("any", np.zeros((4, 4, 3), np.uint8))
