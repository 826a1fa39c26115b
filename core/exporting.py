"""Pictures of an avatar for other programs: which views they are made of, their bytes, and a look at the written file."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.avatar.document import KEYWORD, AvatarDocument
from core.engines import CAMERAS, Camera, expect_size
from core.errors import FileNotWrittenError, SettingError
from core.files import write_atomically
from core.images import Image, encode_png
from core.shapes import expect_shape
from core.words import tr

Kind = Literal["png", "webp", "gif"]
Color = tuple[int, int, int]

SHEET_VIEWS = ("front", "three-quarter", "side")
FRAME_COUNTS = (2, 120)
"""Fewest and most frames of a turn."""
TURN_SECONDS = (0.5, 20.0)
"""Shortest and longest turn."""
MAX_RATE = 50  # frames a second; many programs slow a GIF down that asks for more
MAX_TURN_SIZE = 1024  # pixels; larger turns take minutes and tens of megabytes, and every frame of them is in memory at once

_BYTES: dict[Kind, tuple[float, float]] = {"png": (120_000.0, 1.6), "webp": (11_000.0, 1.1), "gif": (50_000.0, 1.7)}
"""Of one picture of 512 pixels, and how they grow with the side."""
_WEBP_QUALITY, _WEBP_METHOD = 80, 2  # method 4 takes 2.6 times as long for files 14 % smaller
_PALETTE = 256
WHITE: Color = (255, 255, 255)
"""What a GIF stands on where nobody said."""


@dataclass(frozen=True)
class Turn:
    """An avatar that turns around once, and again.

    Attributes:
        frames: Pictures of one turn.
        seconds: How long one turn takes.
        pitch: Degrees from above.
    """

    frames: int = 36
    seconds: float = 3.0
    pitch: float = 0.0

    def __post_init__(self) -> None:
        if not FRAME_COUNTS[0] <= self.frames <= FRAME_COUNTS[1]:
            raise SettingError(
                tr(
                    "A turn has {least} to {most} frames, not {frames}.",
                    least=FRAME_COUNTS[0],
                    most=FRAME_COUNTS[1],
                    frames=self.frames,
                )
            )
        if not TURN_SECONDS[0] <= self.seconds <= TURN_SECONDS[1]:
            raise SettingError(
                tr(
                    "A turn takes {least:g} to {most:g} seconds, not {seconds:g}.",
                    least=TURN_SECONDS[0],
                    most=TURN_SECONDS[1],
                    seconds=self.seconds,
                )
            )
        if self.frames > MAX_RATE * self.seconds:
            raise SettingError(
                tr("A turn shows up to {max_rate} frames a second: take fewer frames, or a longer turn.", max_rate=MAX_RATE)
            )

    @property
    def cameras(self) -> list[Camera]:
        """Where each frame is seen from: once around, the front first."""
        return [Camera(_wrapped(-360.0 * index / self.frames), self.pitch) for index in range(self.frames)]

    @property
    def frame_ms(self) -> list[int]:
        """How long each frame is shown, in milliseconds: whole hundredths of a second, as GIF counts, together the turn's."""
        ends = [round(100 * self.seconds * (index + 1) / self.frames) * 10 for index in range(self.frames)]
        return [end - begin for begin, end in zip([0, *ends], ends, strict=False)]


@dataclass(frozen=True)
class Order:
    """What a file is to show.

    Attributes:
        cameras: Of its pictures: of one, of those that stand side by side, or of a turn's frames.
        size: Side of each picture, pixels.
        color: What they stand on; None is transparent.
        kind: Of file.
        turn: How they follow one another, where they move.
    """

    cameras: tuple[Camera, ...]
    size: int
    color: Color | None = None
    kind: Kind = "png"
    turn: Turn | None = None

    @classmethod
    def sheet(cls, size: int, color: Color | None = None) -> "Order":
        """Front, three-quarter and side, from left to right."""
        return cls(tuple(CAMERAS[name] for name in SHEET_VIEWS), size, color)

    @classmethod
    def moving(cls, turn: Turn, size: int, color: Color | None, kind: Kind) -> "Order":
        """A turn.

        Raises:
            SettingError: Too large, a GIF without a background, or a kind of file that does not move.
            EngineError: A size that engines do not draw.
        """
        expect_size(size)
        if size > MAX_TURN_SIZE:
            raise SettingError(tr("A turn has up to {max_turn_size} pixels, not {size}.", max_turn_size=MAX_TURN_SIZE, size=size))
        if kind == "png":
            raise SettingError(tr("A turn is a .webp or a .gif file; a PNG cannot move."))
        if kind == "gif" and color is None:
            raise SettingError(tr("A GIF cannot be half transparent, as the edges of an avatar are. Take a background, or WebP."))
        return cls(tuple(turn.cameras), size, color, kind, turn)

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the file."""
        return (self.size if self.turn else self.size * len(self.cameras)), self.size

    def likely_bytes(self) -> int:
        """About how large the file will be: within a factor of two for the avatars that we measured."""
        at_512, power = _BYTES[self.kind]
        return round(len(self.cameras) * at_512 * math.pow(self.size / 512, power))

    def likely_seconds(self, seconds: float, size: int) -> float:
        """About how long drawing will take here: what a picture costs grows with its side.

        Args:
            seconds: How long one full picture took.
            size: Its side, pixels.
        """
        return len(self.cameras) * seconds * self.size / size

    def compose(self, pictures: Sequence[Image]) -> Image:
        """The one picture of a file that does not move.

        Args:
            pictures: Of the cameras, (size, size, 4) uint8 sRGB with straight alpha.
        """
        return on_color(np.concatenate(pictures, axis=1), self.color)

    def encode(self, pictures: Sequence[Image], document: AvatarDocument | None = None) -> bytes:
        """The file.

        Args:
            pictures: Of the cameras, (size, size, 4) uint8 sRGB with straight alpha.
            document: The avatar that they show, if a PNG is to carry it: only what we know of it is written.
        """
        if self.turn is not None:
            return _encode_turn([on_color(picture, self.color) for picture in pictures], self.turn, self.kind)
        text = None if document is None else {KEYWORD: document.without_unknown().to_json()}
        return encode_png(self.compose(pictures), text)

    def write(self, path: Path, content: bytes) -> None:
        """Write the file whole or not at all, and look whether it opens and is what was asked for.

        Args:
            path: Where to.
            content: What `encode` gave.

        Raises:
            FileNotWrittenError: The disk is full, the folder cannot be written, or what lies there now is not what was written.
        """
        write_atomically(path, content)
        wanted = (*self.pixels, sum(self.turn.frame_ms) if self.turn else 0)
        try:
            got = _measured(path)
        except (OSError, ValueError, SyntaxError) as error:  # Pillow says SyntaxError of a broken PNG
            raise FileNotWrittenError(
                tr("{path} was written but cannot be read again: {error}. Save it elsewhere.", path=path, error=error)
            ) from error
        if got != wanted:
            holds, asked = (
                tr("{width} × {height} pixels and {ms} ms", width=width, height=height, ms=ms)
                for width, height, ms in (got, wanted)
            )
            raise FileNotWrittenError(
                tr("{path} was written, but holds {holds}, not {asked}. Save it elsewhere.", path=path, holds=holds, asked=asked)
            )


def kind_of(path: Path) -> Kind:
    """What kind of picture a file's name asks for.

    Raises:
        SettingError: None that we write.
    """
    kinds: dict[str, Kind] = {".png": "png", ".webp": "webp", ".gif": "gif"}
    if path.suffix.lower() not in kinds:
        raise SettingError(tr("{name} does not end in .png, .webp or .gif; call it so.", name=path.name))
    return kinds[path.suffix.lower()]


def on_color(rgba: Image, color: Color | None) -> Image:
    """A picture on a colour, without transparency; as it is for None.

    Args:
        rgba: (H, W, 4) uint8 sRGB with straight alpha.
        color: uint8 sRGB.

    Returns:
        (H, W, 3), or `rgba`.
    """
    if color is None:
        return rgba
    expect_shape(rgba, "H W 4")
    alpha = rgba[..., 3:].astype(np.uint16)
    mixed = rgba[..., :3] * alpha + np.array(color, np.uint16) * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)


def _encode_turn(frames: Sequence[Image], turn: Turn, kind: Kind) -> bytes:
    from PIL import Image as Pillow

    pictures = [Pillow.fromarray(np.ascontiguousarray(frame)) for frame in frames]
    if kind == "webp":
        return _saved(pictures, "WEBP", turn, quality=_WEBP_QUALITY, method=_WEBP_METHOD)
    return _saved(_in_one_palette(pictures), "GIF", turn, optimize=False)


def _in_one_palette(pictures: Sequence[Any]) -> list[Any]:
    """Frames that share their colours: with a palette for each, the same place would flicker."""
    from PIL import Image as Pillow

    small = [np.asarray(one.reduce(max(1, one.width // 128))) for one in pictures[:: max(1, len(pictures) // 12)]]
    colors = Pillow.fromarray(np.concatenate(small, axis=1)).quantize(_PALETTE - 1)
    ground = np.asarray(pictures[0])[0, 0]  # exactly, in a place of its own: it must not be speckled by mixing others
    shades = (colors.getpalette() or [])[: 3 * (_PALETTE - 1)]
    colors.putpalette([*shades, *[0] * (3 * (_PALETTE - 1) - len(shades)), *ground.tolist()])
    drawn = []
    for picture in pictures:
        indices = np.array(picture.quantize(palette=colors, dither=Pillow.Dither.FLOYDSTEINBERG))
        indices[(np.asarray(picture) == ground).all(axis=2)] = _PALETTE - 1
        frame = Pillow.fromarray(indices).convert("P")
        frame.putpalette(colors.getpalette() or [])
        drawn.append(frame)
    return drawn


def _saved(pictures: Sequence[Any], kind: str, turn: Turn, **options: Any) -> bytes:
    file = io.BytesIO()
    pictures[0].save(file, kind, save_all=True, append_images=pictures[1:], duration=turn.frame_ms, loop=0, **options)
    return file.getvalue()


def _measured(path: Path) -> tuple[int, int, int]:
    from PIL import Image as Pillow

    moves_ms = 0
    with Pillow.open(path, formats=("PNG", "WEBP", "GIF")) as picture:
        for frame in range(getattr(picture, "n_frames", 1)):
            picture.seek(frame)
            picture.load()
            moves_ms += int(picture.info.get("duration", 0))
        return picture.width, picture.height, moves_ms


def _wrapped(yaw: float) -> float:
    return (yaw + 180.0) % 360.0 - 180.0
