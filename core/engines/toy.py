"""The smallest avatar engine: flat shapes in numpy, instant, no graphics card. The specification that tests run on."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from core.avatar.posing import REST, Pose
from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Option, Srgb
from core.avatar.vector import AvatarVector
from core.engines import CLASSES, AvatarEngine, Camera, Detail, expect_size, expect_vector

Float = NDArray[np.float64]
Image = NDArray[np.uint8]

SCHEMA = AvatarSchema(
    engine="toy",
    version=1,
    continuous=(
        ContinuousParameter("head_round", "Round", "head", default=1.0, blend="head_type"),
        ContinuousParameter("head_long", "Long", "head", default=0.0, blend="head_type"),
        ContinuousParameter("head_width", "Width", "head"),
        ContinuousParameter("eye_spacing", "Spacing", "eyes"),
        ContinuousParameter("mouth_width", "Width", "mouth"),
        ContinuousParameter("smile", "Smile", "mouth", default=0.5, group="extra"),
    ),
    discrete=(
        DiscreteParameter(
            "skin_tone",
            "Skin tone",
            "skin",
            (
                Option("tone_1", "Light", {"monk": 2}, (243, 218, 200)),
                Option("tone_2", "Medium", {"monk": 5}, (200, 150, 115)),
                Option("tone_3", "Dark", {"monk": 8}, (110, 72, 52)),
            ),
            "tone_1",
        ),
        DiscreteParameter(
            "hair_type",
            "Style",
            "hair",
            (
                Option("bald", "Bald", {"length": "bald", "texture": "na", "fringe": False}),
                Option("short", "Short", {"length": "short", "texture": "straight", "fringe": False}),
                Option("fringe", "Fringe", {"length": "short", "texture": "straight", "fringe": True}),
                Option("long", "Long", {"length": "long", "texture": "straight", "fringe": False}),
            ),
            "short",
        ),
        DiscreteParameter(
            "hair_color",
            "Colour",
            "hair",
            (
                Option("black", "Black", {"colour": "black"}, (32, 28, 30)),
                Option("blond", "Blond", {"colour": "blond"}, (224, 188, 112)),
                Option("red", "Red", {"colour": "red"}, (168, 74, 40)),
            ),
            "black",
        ),
        DiscreteParameter(
            "glasses",
            "Glasses",
            "glasses",
            (
                Option("none", "None", {"kind": "none"}),
                Option("clear", "Clear", {"kind": "clear"}),
                Option("sun", "Sunglasses", {"kind": "sun"}),
            ),
            "none",
        ),
    ),
)


@dataclass(frozen=True)
class _Layer:
    """One flat shape.

    Attributes:
        inside: (size, size) coverage in [0, 1].
        color: sRGB.
        name: Semantic class.
        opacity: Of the colour; masks take every layer as solid.
    """

    inside: Float
    color: Srgb
    name: str
    opacity: float = 1.0


class ToyEngine(AvatarEngine):
    """Draws an avatar of ellipses."""

    @property
    @override
    def schema(self) -> AvatarSchema:
        """Five core parameters, one extra one and four choices."""
        return SCHEMA

    @override
    def render(self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST) -> Image:
        """A picture; see `core.engines.AvatarEngine`. Both levels of detail are the same, and it takes no poses."""
        layers = self._layers(vector, camera, size)
        color, alpha = np.zeros((size, size, 3)), np.zeros((size, size))
        for layer in layers:
            cover = layer.inside * layer.opacity
            color = color * (1 - cover[..., None]) + cover[..., None] * np.array(layer.color)
            alpha = alpha * (1 - cover) + cover
        straight = color / np.maximum(alpha, 1e-6)[..., None]
        return np.rint(np.dstack([straight, 255 * alpha])).clip(0, 255).astype(np.uint8)

    @override
    def render_masks(self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST) -> Image:
        """Classes; see `core.engines.AvatarEngine`."""
        layers = self._layers(vector, camera, size)
        masks = np.zeros((size, size), np.uint8)
        # Eyes and brows last: glasses lie under them in masks (decisions.md 4), and no hair reaches them.
        for layer in sorted(layers, key=lambda layer: layer.name in ("eyes", "brows")):
            masks[layer.inside > 0.5] = CLASSES.index(layer.name)
        return masks

    @override
    def close(self) -> None:
        """Nothing is held."""

    def _layers(self, vector: AvatarVector, camera: Camera, size: int) -> list[_Layer]:
        """The shapes, from back to front."""
        expect_vector(vector, SCHEMA)
        expect_size(size)
        return _Face(vector, camera, size).layers()


class _Face:
    """The places of everything in one picture, for x to the right and y up, 1 being half the side of frame `face`."""

    def __init__(self, vector: AvatarVector, camera: Camera, size: int) -> None:
        self._vector = vector
        reach = 1.6 if camera.frame == "bust" else 1.0
        axis = ((np.arange(size) + 0.5) / size * 2 - 1) * reach
        self._x, self._y = np.meshgrid(axis, -axis)
        self._pixel = 2 * reach / size
        self._turn, self._tilt = math.radians(camera.yaw), math.radians(camera.pitch)
        round_, long = self._number("head_round"), self._number("head_long")
        total = max(1.0, round_ + long)
        self._half_width = 0.62 + 0.2 * self._number("head_width") - 0.06 * long / total
        self._half_height = 0.80 + 0.12 * long / total - 0.05 * round_ / total

    def layers(self) -> list[_Layer]:
        """Neck, clothes, hair behind, head, features, glasses, hair in front."""
        skin = self._color("skin_tone")
        shaded = (int(0.85 * skin[0]), int(0.78 * skin[1]), int(0.76 * skin[2]))
        half_width, half_height = self._half_width, self._half_height
        layers = [
            *self._hair_behind(),
            _Layer(self._ellipse(0, -1.0, 0.28, 0.42), shaded, "neck"),
            _Layer(self._ellipse(0, -1.75, 1.05, 0.62), (92, 140, 196), "clothes"),
            *(_Layer(self._ellipse(side * half_width, -0.05, 0.12, 0.2, -0.1), shaded, "ears") for side in (-1, 1)),
            _Layer(self._ellipse(0, 0, half_width, half_height), skin, "skin"),
        ]
        spacing = 0.22 + 0.2 * self._number("eye_spacing")
        for side in (-1, 1):
            layers += [
                _Layer(self._ellipse(side * spacing, 0.1, 0.15, 0.12, 0.8), (250, 250, 250), "eyes"),
                _Layer(self._ellipse(side * spacing, 0.1, 0.07, 0.08, 0.85), (60, 40, 30), "eyes"),
                _Layer(self._ellipse(side * spacing, 0.31, 0.17, 0.04, 0.8), self._color("hair_color"), "brows"),
            ]
        mouth = 0.16 + 0.16 * self._number("mouth_width")
        layers += [
            _Layer(self._ellipse(0, -0.12, 0.08, 0.12, 0.9), shaded, "nose"),
            _Layer(self._smile(mouth), (190, 80, 84), "mouth"),
        ]
        return layers + self._glasses(spacing) + self._hair_in_front()

    def _number(self, parameter_id: str) -> float:
        return float(self._vector.continuous[SCHEMA.continuous_index[parameter_id]])

    def _color(self, parameter_id: str) -> Srgb:
        choice = SCHEMA.discrete[SCHEMA.discrete_index[parameter_id]]
        color = choice.options[int(self._vector.discrete[SCHEMA.discrete_index[parameter_id]])].srgb
        return color or (0, 0, 0)

    def _place(self, x: float, y: float, depth: float) -> tuple[float, float]:
        """Where a point this far in front of the head's middle is seen."""
        turned = x * math.cos(self._turn) - depth * math.sin(self._turn)
        ahead = x * math.sin(self._turn) + depth * math.cos(self._turn)
        return turned, y * math.cos(self._tilt) - ahead * math.sin(self._tilt)

    def _ellipse(self, x: float, y: float, half_width: float, half_height: float, depth: float = 0.0) -> Float:
        """Coverage of an ellipse; what lies in front of the head narrows and vanishes as it turns away."""
        center_x, center_y = self._place(x, y, depth)
        narrow = max(math.cos(self._turn), 0.05) if depth > 0 else 1.0
        dx, dy = (self._x - center_x) / (half_width * narrow), (self._y - center_y) / half_height
        return self._covered((1 - np.hypot(dx, dy)) * min(half_width * narrow, half_height))

    def _covered(self, distance: Float) -> Float:
        return np.clip(0.5 + distance / self._pixel, 0.0, 1.0)

    def _smile(self, half_width: float) -> Float:
        x, y = self._place(0, -0.42, 0.8)
        across = (self._x - x) / max(math.cos(self._turn), 0.05)
        bend = (self._number("smile") - 0.2) * 0.25 * (across / half_width) ** 2
        thick = 0.06 * np.sqrt(np.clip(1 - (across / half_width) ** 2, 0, None))
        return np.where(thick > 0, self._covered(thick - np.abs(self._y - y - bend)), 0.0)

    def _glasses(self, spacing: float) -> list[_Layer]:
        kind = self._vector["glasses"]
        if kind == "none":
            return []
        opacity = 0.85 if kind == "sun" else 0.12
        layers = []
        for side in (-1, 1):
            outer = self._ellipse(side * spacing, 0.08, 0.23, 0.2, 0.9)
            inner = self._ellipse(side * spacing, 0.08, 0.19, 0.16, 0.9)
            layers.append(_Layer(inner, (40, 44, 60), "glasses", opacity))
            layers.append(_Layer(outer - np.minimum(outer, inner), (30, 34, 48), "glasses"))
        return layers

    def _hair_behind(self) -> list[_Layer]:
        if self._vector["hair_type"] != "long":
            return []
        return [_Layer(self._ellipse(0, -0.15, self._half_width + 0.2, 1.15), self._color("hair_color"), "hair")]

    def _hair_in_front(self) -> list[_Layer]:
        kind = self._vector["hair_type"]
        if kind == "bald":
            return []
        line = 0.40 if kind == "fringe" else 0.56
        cap = self._ellipse(0, 0.08, self._half_width + 0.07, self._half_height + 0.05)
        return [_Layer(np.minimum(cap, self._covered(self._y - line)), self._color("hair_color"), "hair")]
