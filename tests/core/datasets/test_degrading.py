import numpy as np

from core.avatar.vector import AvatarVector
from core.datasets.degrading import degrade
from core.engines import CLASSES, Camera
from core.engines.toy import SCHEMA, ToyEngine


def classes(**values: str) -> np.ndarray:
    vector = AvatarVector.default(SCHEMA).with_values(values)
    return ToyEngine().render_masks(vector, Camera(frame="bust"), 128)


def test_mistakes_are_small_and_many() -> None:
    exact, rng = classes(), np.random.default_rng(0)
    degraded = [degrade(rng, exact) for _ in range(20)]
    shares = [float((one == exact).mean()) for one in degraded]

    assert min(shares) > 0.85
    assert len({one.tobytes() for one in degraded}) > 15


def test_glasses_are_seen_through() -> None:
    exact, rng = classes(glasses="clear"), np.random.default_rng(0)

    assert (exact == CLASSES.index("glasses")).any()
    assert not any((degrade(rng, exact) == CLASSES.index("glasses")).any() for _ in range(10))


def test_hair_is_sometimes_seen_on_bald_heads() -> None:
    exact, rng = classes(hair_type="bald"), np.random.default_rng(0)
    hair = CLASSES.index("hair")
    seen = [float((degrade(rng, exact) == hair).mean()) for _ in range(40)]

    assert not (exact == hair).any()
    assert min(seen) == 0
    assert max(seen) > 0.01


def test_same_seed_same_mistakes() -> None:
    first, second = (degrade(np.random.default_rng(3), classes()) for _ in range(2))

    np.testing.assert_array_equal(first, second)
