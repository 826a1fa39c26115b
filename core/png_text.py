"""Words that a PNG file carries, found without decoding its picture and without opening any words but those asked for.

Image libraries open every text of a file to find one: a hostile text under another name would stop them, or eat their memory.
"""

import struct
import zlib
from collections.abc import Callable
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS = 65536  # a file of 64 MB in usual chunks has 8,000
_HEADER = struct.Struct(">I4s")


def is_png(start: bytes) -> bool:
    """Whether the first bytes of a file are those of a PNG."""
    return start.startswith(SIGNATURE)


def find_text(file: BinaryIO, keyword: str, max_bytes: int) -> str | None:
    """The text that a PNG has under a keyword; None where it has none or ends too soon.

    Args:
        file: At its beginning; it can be sought in.
        keyword: 1 to 79 Latin letters.
        max_bytes: Of the text, however well it is compressed.

    Raises:
        ValueError: The text is damaged or too long.
    """
    if not is_png(file.read(len(SIGNATURE))):
        return None
    start = keyword.encode("latin-1") + b"\0"
    for _ in range(MAX_CHUNKS):
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return None
        length, kind = _HEADER.unpack(header)
        if kind == b"IEND":
            return None
        if kind not in _OPENED:
            file.seek(length + 4, 1)
            continue
        begins = file.read(min(length, len(start)))
        if begins != start:
            file.seek(length - len(begins) + 4, 1)
            continue
        return _open(file, kind, begins, length, max_bytes)
    return None


def _open(file: BinaryIO, kind: bytes, begins: bytes, length: int, max_bytes: int) -> str:
    if length > max_bytes + 1024:  # the keyword and what says how it is packed
        raise ValueError(f"its text is longer than {max_bytes // 2**20} MiB")
    rest, check = file.read(length - len(begins)), file.read(4)
    if struct.pack(">I", zlib.crc32(kind + begins + rest)) != check:
        raise ValueError("its text was changed or cut off")
    packed, is_compressed = _OPENED[kind](rest)
    words = _unpack(packed, max_bytes) if is_compressed else packed
    if len(words) > max_bytes:
        raise ValueError(f"its text is longer than {max_bytes // 2**20} MiB")
    return words.decode()  # UnicodeDecodeError is a ValueError


def _unpack(packed: bytes, max_bytes: int) -> bytes:
    opener = zlib.decompressobj()
    try:
        words = opener.decompress(packed, max_bytes + 1)
    except zlib.error as error:
        raise ValueError(f"its text cannot be unpacked ({error})") from error
    if not opener.eof and len(words) <= max_bytes:
        raise ValueError("its text was cut off")
    return words


def _of_international(rest: bytes) -> tuple[bytes, bool]:
    parts = rest[2:].split(b"\0", 2)  # the language, the keyword in that language, and the words
    return parts[-1], rest[:1] == b"\1"


_OPENED: dict[bytes, Callable[[bytes], tuple[bytes, bool]]] = {
    b"iTXt": _of_international,
    b"zTXt": lambda rest: (rest[1:], True),
    b"tEXt": lambda rest: (rest, False),
}
"""What we write, and what other programs may make of it: kind of chunk -> its words after the keyword, and whether compressed."""
