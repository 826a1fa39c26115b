"""A pack with the meshes that tests of what avatars wear look at."""

from collections.abc import Iterator

import pytest

from core.engines.pack import PackEngine
from core.modelling.toon import pack
from core.rendering.glb import write_meshes

WANTED: tuple[str, ...] = (
    "lattice.glb",
    "head.glb",
    "eyes.glb",
    "noses/button.glb",
    "mouths/smile.glb",
    "brows/natural.glb",
    "lashes/natural.glb",
    "clothes/",
    "hats/",
    "hair/bob.glb",
    "hair/large_afro.glb",
    "hair/high_ponytail.glb",
)


@pytest.fixture(scope="session")
def wardrobe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PackEngine]:
    """The toon engine as the code makes it; options that bring other meshes than `WANTED` cannot be drawn."""
    folder = tmp_path_factory.mktemp("wardrobe") / "toon"
    pack.build(folder, only="nothing")
    for name, make in pack.mesh_files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
        if name.startswith(WANTED):
            write_meshes(folder / name, make())
    engine = PackEngine(folder)
    yield engine
    engine.close()
