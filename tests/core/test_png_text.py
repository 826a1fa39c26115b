import io
import struct
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.png_text import MAX_CHUNKS, SIGNATURE, find_text

KEY, LIMIT = "likeness.avatar", 2**20


def chunk(kind: bytes, content: bytes, check: int | None = None) -> bytes:
    crc = zlib.crc32(kind + content) if check is None else check
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)


def file(*chunks: bytes) -> io.BytesIO:
    return io.BytesIO(SIGNATURE + chunk(b"IHDR", bytes(13)) + b"".join(chunks) + chunk(b"IEND", b""))


def international(words: bytes, *, is_compressed: bool = False) -> bytes:
    return KEY.encode() + b"\0" + bytes([is_compressed, 0]) + b"\0\0" + (zlib.compress(words) if is_compressed else words)


def find(*chunks: bytes) -> str | None:
    return find_text(file(*chunks), KEY, LIMIT)


@pytest.mark.parametrize("is_compressed", [False, True])
def test_text_that_pillow_wrote_is_found(is_compressed: bool) -> None:
    info, written = PngInfo(), io.BytesIO()
    info.add_itxt("other", "no")
    info.add_itxt(KEY, "Zoë {}", lang="en", tkey="Ä", zip=is_compressed)
    Image.new("RGB", (3, 3)).save(written, "PNG", pnginfo=info)
    written.seek(0)

    assert find_text(written, KEY, LIMIT) == "Zoë {}"


@pytest.mark.parametrize(
    "made",
    [
        chunk(b"iTXt", international(b"yes")),
        chunk(b"iTXt", international(b"yes", is_compressed=True)),
        chunk(b"zTXt", KEY.encode() + b"\0\0" + zlib.compress(b"yes")),
        chunk(b"tEXt", KEY.encode() + b"\0yes"),
    ],
)
def test_every_kind_of_text_is_found_also_behind_the_picture(made: bytes) -> None:
    assert find(made) == "yes"
    assert find(chunk(b"IDAT", bytes(99)), chunk(b"tEXt", b"Author\0somebody"), made) == "yes"


def test_first_of_several_counts() -> None:
    assert find(chunk(b"iTXt", international(b"one")), chunk(b"iTXt", international(b"two"))) == "one"


@pytest.mark.parametrize(
    "content",
    [b"", b"JPEG", SIGNATURE, SIGNATURE + b"\0\0", SIGNATURE + struct.pack(">I", 2**31 - 1) + b"iTXt", SIGNATURE + b"\xff" * 40],
)
def test_what_ends_too_soon_or_is_no_png_has_no_text(content: bytes) -> None:
    assert find_text(io.BytesIO(content), KEY, LIMIT) is None


def test_other_keywords_are_passed_over() -> None:
    assert find(chunk(b"tEXt", b"likeness.avatars\0no"), chunk(b"tEXt", b"likeness\0no"), chunk(b"tEXt", b"")) is None
    assert find(chunk(b"IEND", b""), chunk(b"iTXt", international(b"behind the end"))) is None


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (chunk(b"iTXt", international(b"yes"), check=1), "changed or cut off"),
        (chunk(b"iTXt", international(b"\xff")), "utf-8"),
        (chunk(b"tEXt", KEY.encode() + b"\0" + bytes(LIMIT + 1)), "longer than 1 MiB"),
        (chunk(b"zTXt", KEY.encode() + b"\0\0nothing"), "cannot be unpacked"),
        (chunk(b"zTXt", KEY.encode() + b"\0\0" + zlib.compress(b"yes" * 99)[:-8]), "cut off"),
        (chunk(b"zTXt", KEY.encode() + b"\0\0" + zlib.compress(bytes(64 * 2**20))), "longer than 1 MiB"),
        (chunk(b"iTXt", international(bytes(64 * 2**20), is_compressed=True)), "longer than 1 MiB"),
    ],
)
def test_damaged_and_endless_text_is_refused(made: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        find(made)


def test_bomb_takes_no_memory_and_foreign_bombs_are_not_opened() -> None:
    bomb = zlib.compress(bytes(64 * 2**20), 1)
    ours, foreign = file(chunk(b"zTXt", KEY.encode() + b"\0\0" + bomb)), file(chunk(b"zTXt", b"other\0\0" + bomb))
    tracemalloc.start()
    with pytest.raises(ValueError, match="longer"):
        find_text(ours, KEY, LIMIT)
    assert find_text(foreign, KEY, LIMIT) is None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 8 * LIMIT


def test_file_of_nothing_but_chunks_is_left_soon() -> None:
    many = file(*[chunk(b"tEXt", b"")] * (4 * MAX_CHUNKS), chunk(b"iTXt", international(b"far away")))
    start = time.process_time()

    assert find_text(many, KEY, LIMIT) is None
    assert time.process_time() - start < 1.0


@given(st.binary(max_size=200))
def test_anything_is_text_or_none_or_refused(content: bytes) -> None:
    try:
        found = find_text(io.BytesIO(SIGNATURE + content), KEY, LIMIT)
    except ValueError:
        return
    assert found is None or isinstance(found, str)
