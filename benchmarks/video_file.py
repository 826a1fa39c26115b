"""Writing a video without an encoder, for what plays one."""

import io
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def write_avi(path: Path, pictures: Sequence[Picture], rate: int = 25) -> None:
    """Write pictures (H, W, 3) as a video, Motion JPEG in an AVI: it needs no encoder but Pillow's.

    Source: Microsoft, AVI RIFF File Reference.
    """
    from PIL import Image

    frames = []
    for picture in pictures:
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "JPEG", quality=88)
        frames.append(buffer.getvalue())
    height, width = pictures[0].shape[:2]
    largest, count = max(map(len, frames)), len(frames)
    main = struct.pack("<14I", 1_000_000 // rate, largest * rate, 0, 0x10, count, 0, 1, largest, width, height, 0, 0, 0, 0)
    stream = b"vidsMJPG" + struct.pack("<IHH8I4H", 0, 0, 0, 0, 1, rate, 0, count, largest, 0xFFFFFFFF, 0, 0, 0, width, height)
    kind = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, b"MJPG", width * height * 3, 0, 0, 0, 0)
    head = _list(b"hdrl", _chunk(b"avih", main) + _list(b"strl", _chunk(b"strh", stream) + _chunk(b"strf", kind)))
    index, movie, offset = bytearray(), bytearray(), 4
    for frame in frames:
        chunk = _chunk(b"00dc", frame)
        index += b"00dc" + struct.pack("<III", 0x10, offset, len(frame))
        movie += chunk
        offset += len(chunk)
    path.write_bytes(_chunk(b"RIFF", b"AVI " + head + _list(b"movi", bytes(movie)) + _chunk(b"idx1", bytes(index))))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _list(kind: bytes, content: bytes) -> bytes:
    return _chunk(b"LIST", kind + content)
