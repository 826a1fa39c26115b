"""Avatar engines: what one must be able to do, and which there are."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector

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

    def render(self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full") -> NDArray[np.uint8]:
        """A picture: (size, size, 4) uint8 sRGB with straight alpha, transparent around the avatar.

        Args:
            vector: The avatar, of this engine's schema.
            camera: Where it is seen from.
            size: Pixels, 64 to 2048.
            detail: Level of detail.

        Raises:
            WrongEngineError: The vector is of another schema.
            EngineError: Nothing can be rendered here.
        """
        ...

    def render_masks(self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full") -> NDArray[np.uint8]:
        """The class of every pixel: (size, size) uint8, indices into `CLASSES`.

        Args and errors as of `render`.
        """
        ...

    def close(self) -> None:
        """Give back what it holds."""
