"""A shape comment that runs."""

from typing import Protocol


class HasShape(Protocol):
    """A numpy array, a torch tensor, or anything else with a shape."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the dimensions."""
        ...


def expect_shape(array: HasShape, pattern: str) -> dict[str, int]:
    """Check an array's shape against a pattern like ``"N 3 H W"``.

    Args:
        array: What is checked; only its ``shape`` is read.
        pattern: One word per dimension: a number must match, a letter binds (the same letter must bind the same size), ``_``
            matches anything.

    Returns:
        The sizes bound to the letters.

    Raises:
        ValueError: The shape differs. A bug of the caller, not of the user.
    """
    words = pattern.split()
    shape = tuple(array.shape)
    sizes: dict[str, int] = {}
    matches = len(words) == len(shape)
    for word, size in zip(words, shape, strict=False):
        if word.isdigit():
            matches = matches and int(word) == size
        elif word != "_":
            matches = matches and sizes.setdefault(word, size) == size
    if not matches:
        raise ValueError(f"expected shape ({pattern}), got {shape}")
    return sizes
