"""Avatar engines: what one must be able to do, and which there are."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Literal, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from core.avatar.posing import REST, Pose
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.errors import EngineError, WrongEngineError
from core.paths import ENGINES_FOLDER, data_folder
from core.words import tr

Detail = Literal["full", "light"]
"""Level of detail: `full` for a still picture, `light` while dragging and for data sets."""

CLASSES = (
    "background", "skin", "eyes", "brows", "mouth", "nose", "ears", "hair", "neck", "clothes", "glasses", "hat", "earrings",
)  # fmt: skip
"""The 13 semantic classes; the index is the value in a mask.

Source: SemanticStyleGAN (arXiv 2112.02236), whose local generators are in this order.
"""


@dataclass(frozen=True)
class Camera:
    """Where the avatar is seen from; the framing itself is fixed by the engine (decisions.md 8).

    Attributes:
        yaw: Degrees to the avatar's left (positive shows the picture's right side of the face), 0 is frontal.
        pitch: Degrees from above, 0 is level.
        frame: `face` is the alignment's quad, `bust` is the 1.6 times wider one that also holds hair and shoulders.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    frame: Literal["face", "bust"] = "bust"


CAMERAS = {
    "front": Camera(),
    "three-quarter": Camera(yaw=-28.0, pitch=4.0),
    "side": Camera(yaw=-85.0),
}
"""The views the command line and the window name. Yaw is negative: we look from the picture's left."""


class AvatarEngine(Protocol):
    """Renders avatars. The same vector gives the same picture; any thread may call it."""

    @property
    def schema(self) -> AvatarSchema:
        """The parameters it understands."""
        ...

    def render(
        self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST
    ) -> NDArray[np.uint8]:
        """A picture: (size, size, 4) uint8 sRGB with straight alpha, transparent around the avatar unless it has a background.

        Args:
            vector: The avatar, of this engine's schema.
            camera: Where it is seen from.
            size: Pixels, 64 to 2048.
            detail: Level of detail.
            pose: Blendshapes on top of what the vector says; an engine leaves out what it cannot show.

        Raises:
            WrongEngineError: The vector is of another schema.
            EngineError: Nothing can be rendered here.
            ValueError: A weight of the pose is not finite.
        """
        ...

    def render_masks(
        self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST
    ) -> NDArray[np.uint8]:
        """The class of every pixel: (size, size) uint8, indices into `CLASSES`.

        Args and errors as of `render`.
        """
        ...

    def close(self) -> None:
        """Give back what it holds."""


ENGINES: Mapping[str, str] = {"toy": "core.engines.toy:ToyEngine"}
"""Name -> module:class of our engines in code. Most engines are packs: folders found by `pack_folders`."""

ENTRY_POINTS = "likeness.engines"
"""Entry-point group of other people's engines in code: classes called with nothing."""

SIZES = (64, 2048)
"""Smallest and largest picture, pixels."""


def pack_folders() -> dict[str, Path]:
    """Name -> folder of every pack there is; the user's own stand before shipped ones."""
    found: dict[str, Path] = {}
    for folder in (ENGINES_FOLDER, data_folder() / "engines"):
        found.update({path.parent.name: path.parent for path in sorted(folder.glob("*/pack.toml"))})
    return found


def engine_names() -> list[str]:
    """Every engine that can be opened: packs, other people's engines in code, `toy`."""
    return list(dict.fromkeys([*pack_folders(), *_entry_points(), *ENGINES]))


def engine_schema(name: str) -> AvatarSchema:
    """An engine's parameters; opens no graphics device.

    Raises:
        EngineError: There is no such engine, or it is damaged.
    """
    folder = pack_folders().get(name)
    if folder is not None:
        read = cast(Callable[[Path], AvatarSchema], _load("core.engines.pack_file", "read_schema"))
        return read(folder)
    engine = open_engine(name)
    try:
        return engine.schema
    finally:
        engine.close()


def open_engine(name: str) -> AvatarEngine:
    """The engine with this name.

    Raises:
        EngineError: There is no such engine, or it is damaged.
    """
    folder = pack_folders().get(name)
    if folder is not None:
        return cast(Callable[[Path], AvatarEngine], _load("core.engines.pack", "PackEngine"))(folder)
    if name in ENGINES:
        return cast(Callable[[], AvatarEngine], _load(*ENGINES[name].split(":")))()
    others = _entry_points()
    if name not in others:
        raise EngineError(tr("There is no engine “{name}”; there are {names}.", name=name, names=", ".join(engine_names())))
    try:
        return cast(AvatarEngine, others[name].load()())
    except (ImportError, AttributeError, TypeError) as error:
        raise EngineError(
            tr("Engine “{name}” ({value}) does not start: {error}.", name=name, value=others[name].value, error=error)
        ) from error


def expect_vector(vector: AvatarVector, schema: AvatarSchema) -> None:
    """Check that a vector was made for this schema.

    Raises:
        WrongEngineError: It was not; the message names both.
    """
    if vector.schema is schema:
        return
    theirs, ours = _described(vector.schema), _described(schema)
    if theirs != ours:
        raise WrongEngineError(
            tr(
                "This avatar is of engine {theirs}, not of {ours}. Render it with engine {engine}.",
                theirs=theirs,
                ours=ours,
                engine=vector.schema.engine,
            )
        )


def expect_size(size: int) -> None:
    """Check the side of a picture.

    Raises:
        EngineError: It is outside `SIZES`.
    """
    if not SIZES[0] <= size <= SIZES[1]:
        raise EngineError(
            tr(
                "A picture of {size} pixels cannot be rendered; choose a size from {least} to {most}.",
                size=size,
                least=SIZES[0],
                most=SIZES[1],
            )
        )


def _described(schema: AvatarSchema) -> str:
    return f"{schema.engine} {schema.version} ({schema.fingerprint('core')}, {schema.fingerprint('extra')})"


def _entry_points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}


def _load(module: str, attribute: str) -> object:
    return getattr(importlib.import_module(module), attribute)
