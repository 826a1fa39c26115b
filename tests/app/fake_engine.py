"""A small engine for the window's tests: a flat face in numpy and Pillow, with every kind of parameter."""

import time

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.avatar.posing import REST, Pose
from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Option
from core.avatar.vector import AvatarVector
from core.engines import Camera, Detail

TONES = [(250, 224, 206), (242, 203, 178), (224, 172, 140), (198, 140, 105), (160, 104, 72), (116, 72, 48), (78, 48, 34)]
HAIR = {"black": (32, 28, 28), "brown": (92, 58, 40), "blond": (222, 184, 110), "red": (150, 62, 32), "grey": (150, 150, 152)}


def _number(key: str, component: str, name: str, default: float = 0.5) -> ContinuousParameter:
    return ContinuousParameter(key, name, component, default)


def _choice(key: str, component: str, name: str, options: list[str], default: str) -> DiscreteParameter:
    made = tuple(Option(option, option.replace("_", " ").capitalize()) for option in options)
    return DiscreteParameter(key, name, component, made, default)


def fake_schema() -> AvatarSchema:
    """Blends, numbers, choices and colours; core and extra."""
    heads = ["Oval", "Round", "Square", "Heart", "Long", "Diamond"]
    eyes = ["Round", "Almond", "Narrow", "Wide"]
    continuous = [
        ContinuousParameter(f"head_type_{i + 1}", name, "head", float(i == 0), blend="head_type") for i, name in enumerate(heads)
    ]
    continuous += [_number("head_width", "head", "Width"), _number("head_length", "head", "Length")]
    continuous += [
        ContinuousParameter(f"eye_type_{i + 1}", name, "eyes", float(i == 0), blend="eye_type") for i, name in enumerate(eyes)
    ]
    continuous += [
        _number("eye_rotation", "eyes", "Tilt"), _number("eye_spacing", "eyes", "Spacing"), _number("eye_size", "eyes", "Size"),
        _number("mouth_width", "mouth", "Width"), _number("mouth_volume", "mouth", "Fullness"),
        _number("mouth_position", "mouth", "Height"), _number("nose_width", "nose", "Width"),
        _number("nose_height", "nose", "Length"), _number("nose_position", "nose", "Height"),
        ContinuousParameter("smile", "Smile", "expression", 0.5, "extra"),
    ]  # fmt: skip
    tones = tuple(Option(f"tone_{i + 1:02}", f"Tone {i + 1}", {"monk": i + 1}, srgb) for i, srgb in enumerate(TONES))
    colors = tuple(Option(key, key.capitalize(), {"colour": key}, srgb) for key, srgb in HAIR.items())
    discrete = (
        DiscreteParameter("skin_tone", "Tone", "skin", tones, "tone_02"),
        _choice("mouth_type", "mouth", "Shape", [f"mouth_{i}" for i in range(1, 10)], "mouth_1"),
        _choice("nose_type", "nose", "Shape", [f"nose_{i}" for i in range(1, 6)], "nose_1"),
        _choice("hair_type", "hair", "Style", ["bald", *[f"style_{i}" for i in range(1, 36)]], "style_3"),
        DiscreteParameter("hair_color", "Colour", "hair", colors, "brown"),
        _choice("brow_type", "brows", "Shape", [f"brow_{i}" for i in range(1, 9)], "brow_2"),
        _choice("facial_hair", "facial_hair", "Style", ["none", *[f"beard_{i}" for i in range(1, 7)]], "none"),
        _choice("glasses", "glasses", "Frame", ["none", *[f"frame_{i}" for i in range(1, 9)]], "none"),
    )
    return AvatarSchema("fake", 1, tuple(continuous), discrete)


class FakeEngine:
    """Draws a flat face; `delay_s` makes it as slow as a real engine."""

    def __init__(self, schema: AvatarSchema | None = None, delay_s: float = 0.0) -> None:
        self.schema = schema or fake_schema()
        self.delay_s = delay_s
        self.num_renders = 0
        self.details: list[Detail] = []
        self.poses: list[dict[str, float]] = []
        self.is_closed = False

    def render(
        self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST
    ) -> NDArray[np.uint8]:
        self.num_renders += 1
        self.poses.append(dict(pose))
        self.details.append(detail)
        time.sleep(self.delay_s if detail == "full" else self.delay_s / 4)
        scale = 2 if detail == "full" else 1
        image = Image.new("RGBA", (size * scale, size * scale))
        unit = size * scale * (1.0 if camera.frame == "bust" else 1.6)
        self._draw(ImageDraw.Draw(image), vector, size * scale / 2 + camera.yaw * unit / 500, size * scale / 2, unit)
        return np.asarray(image.resize((size, size), Image.Resampling.BOX))

    def render_masks(
        self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST
    ) -> NDArray[np.uint8]:
        return np.asarray(self.render(vector, camera, size, detail, pose)[..., 3] > 127, np.uint8)

    def close(self) -> None:
        self.is_closed = True

    def _draw(self, draw: ImageDraw.ImageDraw, vector: AvatarVector, x: float, y: float, unit: float) -> None:
        def number(key: str) -> float:
            return float(vector.continuous[vector.schema.continuous_index[key]])

        def index(key: str) -> int:
            return int(vector.discrete[vector.schema.discrete_index[key]])

        def oval(cx: float, cy: float, rx: float, ry: float, fill: tuple[int, ...]) -> None:
            box = (x + (cx - rx) * unit, y + (cy - ry) * unit, x + (cx + rx) * unit, y + (cy + ry) * unit)
            draw.ellipse(box, fill=fill)

        skin = TONES[index("skin_tone")]
        hair = list(HAIR.values())[index("hair_color")]
        dark = tuple(channel * 3 // 4 for channel in skin)
        square = number("head_type_2") * 0.04
        width, length = 0.17 + 0.06 * number("head_width") + square, 0.22 + 0.06 * number("head_length") - square
        style = index("hair_type")
        if style:
            oval(0, -0.08, width + 0.03, length + 0.01 * (style % 6), hair)
            oval(0, 0.05 + 0.01 * (style % 9), width + 0.02, 0.18 + 0.015 * (style // 9), hair)
        oval(0, 0.56, 0.34, 0.22, (88, 140, 190))
        oval(0, 0.32, 0.075, 0.12, dark)
        oval(0, 0.02, width, length, skin)
        if style:
            oval(0.02 * (style % 3 - 1), -0.2, width - 0.01, 0.06 + 0.003 * style, hair)
        if index("facial_hair"):
            oval(0, 0.19, width * 0.6, 0.03 + 0.01 * index("facial_hair"), hair)
        spacing, eye = 0.07 + 0.04 * number("eye_spacing"), 0.024 + 0.016 * number("eye_size")
        for side in (-1, 1):
            oval(side * spacing, -0.02, eye * 1.3, eye * (1 - 0.4 * number("eye_type_3")), (255, 255, 255))
            oval(side * spacing, -0.02, eye * 0.6, eye * 0.6, (70, 50, 40))
            oval(side * spacing, -0.08, 0.045, 0.004 + 0.002 * index("brow_type"), hair)
            if index("glasses"):
                edge = (x + (side * spacing - 0.06) * unit, y - 0.08 * unit, x + (side * spacing + 0.06) * unit, y + 0.04 * unit)
                draw.rounded_rectangle(
                    edge, radius=unit * 0.008 * index("glasses"), outline=(40, 44, 60), width=max(1, int(unit * 0.01))
                )
        oval(
            0, 0.06 + 0.03 * number("nose_position"), 0.012 + 0.02 * number("nose_width"), 0.03 + 0.004 * index("nose_type"), dark
        )
        oval(0, 0.14 + 0.04 * number("mouth_position"), 0.04 + 0.04 * number("mouth_width"),
             0.008 + 0.016 * number("mouth_volume") + 0.001 * index("mouth_type"), (186, 86, 84))  # fmt: skip
