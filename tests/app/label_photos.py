"""Photos of nobody for the label page, read without a network."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.avatar.vector import AvatarVector
from core.engines import Camera
from core.errors import NoFaceError, SeveralFacesError
from core.faces import reading
from core.images import write_png
from tests.app.fake_engine import FakeEngine

FACELESS = "wall"
"""In the name of a photo in which no face is found."""
CROWDED = "crowd"
"""In the name of a photo in which several are found."""


@dataclass(frozen=True)
class Read:
    """What `read_selfie` gives to who adds photos."""

    quad: NDArray[np.float32]


def read_without_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have photos be added as if their face filled the middle."""

    def read_selfie(_image: object, face: int | None, path: Path, placed: NDArray[np.float32] | None) -> Read:
        quad = np.array([[20, 20], [20, 180], [180, 180], [180, 20]], np.float32)
        if placed is not None:
            return Read(quad + placed[0] / 10)
        if face is not None:
            return Read(quad + face)
        if FACELESS in path.name:
            raise NoFaceError("No face was found in this photo.")
        if CROWDED in path.name:
            raise SeveralFacesError("There are 2 faces in this photo.", 2)
        return Read(quad)

    monkeypatch.setattr(reading, "read_selfie", read_selfie)
    monkeypatch.setattr(reading, "warm_up", lambda: None)


def make_photos(folder: Path, engine: FakeEngine, names: list[str]) -> list[Path]:
    """Pictures of different avatars in a folder."""
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(1)
    paths = []
    for name in names:
        path = folder / f"{name}.png"
        write_png(path, engine.render(AvatarVector.sample(engine.schema, rng), Camera(), 200))
        paths.append(path)
    return paths
