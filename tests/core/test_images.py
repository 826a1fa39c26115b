import io
import os
import signal
import sys
import threading
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageCms

from core import images
from core.errors import FileNotWrittenError, PhotoError
from core.images import MAX_FILE_MB, decode_photo, encode_png, from_images, read_photo, to_images, write_png

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
pillow_heif.register_heif_opener()


def _quarters(mode: str = "RGB", size: int = 32) -> Image.Image:
    """Red, green, blue and white: no two turns or mirrors of it are alike."""
    picture = Image.new("RGB", (size, size), WHITE)
    half = size // 2
    picture.paste(RED, (0, 0, half, half))
    picture.paste(GREEN, (half, 0, size, half))
    picture.paste(BLUE, (0, half, half, size))
    return picture.convert(mode)


def _file(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _corners(image: np.ndarray) -> list[tuple[int, ...]]:
    """Colours near the corners, rounded to full or none: top left, top right, bottom left, bottom right."""
    height, width = image.shape[:2]
    places = [(height // 5, width // 5), (height // 5, -width // 5), (-height // 5, width // 5), (-height // 5, -width // 5)]
    return [tuple(int(value > 127) * 255 for value in image[place]) for place in places]


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("JPEG", {"quality": 95}), ("WEBP", {"lossless": True}), ("HEIF", {})]
)
def test_every_format_is_read(kind: str, options: dict[str, Any]) -> None:
    image = decode_photo(_file(_quarters(size=64), kind, **options))

    assert image.dtype == np.uint8
    assert image.shape == (64, 64, 3)
    assert _corners(image) == [RED, GREEN, BLUE, WHITE]


TURNED = {
    1: [RED, GREEN, BLUE, WHITE], 2: [GREEN, RED, WHITE, BLUE], 3: [WHITE, BLUE, GREEN, RED], 4: [BLUE, WHITE, RED, GREEN],
    5: [RED, BLUE, GREEN, WHITE], 6: [BLUE, RED, WHITE, GREEN], 7: [WHITE, GREEN, BLUE, RED], 8: [GREEN, WHITE, RED, BLUE],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", TURNED)
def test_every_orientation_is_turned_upright(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = decode_photo(_file(_quarters(size=64), kind, exif=exif))

    assert _corners(image) == TURNED[orientation]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK"])
def test_every_colour_mode_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"

    assert _corners(decode_photo(_file(_quarters(mode, 64), kind))) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("mode", ["L", "1", "LA"])
def test_grey_is_read_as_grey(mode: str) -> None:
    ramp = Image.fromarray(np.tile(np.arange(0, 256, 8, dtype=np.uint8), (16, 1)))
    image = decode_photo(_file(ramp.convert(mode)))

    assert (image == image[..., :1]).all()
    assert tuple(image[0, 0]) == (0, 0, 0)
    assert image[0, -1, 0] >= 248


def test_sixteen_bits_keep_their_range() -> None:
    ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (8, 1))
    image = decode_photo(_file(Image.fromarray(ramp)))

    assert np.abs(image[0, :, 0].astype(int) - ramp[0] // 257).max() <= 1


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparent_pixels_are_white(mode: str) -> None:
    picture = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 4, 8))
    image = decode_photo(_file(picture.convert(mode) if mode != "PA" else picture.quantize()))

    assert tuple(image[4, 1]) == (0, 0, 0)
    assert tuple(image[4, 6]) == WHITE


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_read(kind: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE)]
    image = decode_photo(_file(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True))

    assert tuple(int(value > 127) * 255 for value in image[8, 8]) == RED


def test_colours_of_a_profile_become_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # A profile whose red is green and whose green is red, under another name than sRGB.
    swapped = profile.replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be"))

    assert _corners(decode_photo(_file(_quarters(size=64), icc_profile=profile))) == [RED, GREEN, BLUE, WHITE]
    assert _corners(decode_photo(_file(_quarters(size=64), icc_profile=swapped))) == [GREEN, RED, BLUE, WHITE]


def test_a_damaged_profile_is_ignored() -> None:
    image = decode_photo(_file(_quarters(), icc_profile=b"not a profile"))

    assert _corners(image) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_photo_is_reduced_to_the_stated_side(kind: str) -> None:
    image = decode_photo(_file(_quarters(size=64).resize((5000, 2500)), kind))

    assert image.shape == (1008, 2016, 3)


def _bomb(width: int, height: int) -> bytes:
    """A few hundred bytes that claim to be a picture of any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "me.png is empty."),
        (b"GIF89a" + bytes(50), "is not a JPEG, PNG, WebP or HEIC picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "is not a JPEG, PNG, WebP or HEIC picture"),
        (b"\xff\xd8\xff", "is not a JPEG, PNG, WebP or HEIC picture"),
        (_bomb(10_000, 9_000), "has 90 megapixels (10000 × 9000); photos can have up to 50"),
        (_bomb(100_000, 100_000), "has 10000 megapixels"),
        (_bomb(300, 300), "is damaged or incomplete"),
        (_file(_quarters(size=400), "JPEG")[:-900], "is damaged or incomplete"),
        (_file(_quarters(size=64), "HEIF")[:-200], "HEIC picture, or is damaged"),
    ],
)
def test_a_bad_picture_is_one_clear_sentence(content: bytes, words: str) -> None:
    with pytest.raises(PhotoError) as error:
        decode_photo(content, "me.png")

    assert str(error.value).startswith("me.png ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_bad_file_is_one_clear_sentence(tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate((MAX_FILE_MB + 6) * 2**20)
    os.mkfifo(tmp_path / "pipe")

    for path, words in (
        (tmp_path, "is a folder, not a photo."),
        (tmp_path / "none.jpg", "does not exist."),
        (large, "is 70 MB; photos can have up to 64 MB."),
        (tmp_path / "pipe", "is not a file."),
    ):
        with pytest.raises(PhotoError, match=words):
            read_photo(path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_file_is_one_clear_sentence(tmp_path: Path) -> None:
    path = tmp_path / "secret.jpg"
    path.write_bytes(_file(_quarters(), "JPEG"))
    path.chmod(0)

    with pytest.raises(PhotoError, match=r"secret\.jpg cannot be read: Permission denied"):
        read_photo(path)


def _decoder_process() -> psutil.Process:
    images.warm_up()
    assert images._decoder._process is not None
    return psutil.Process(images._decoder._process.pid)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_decoder_that_hangs_is_given_up_and_the_next_photo_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_TIMEOUT_S", 0.3)
    _decoder_process().send_signal(signal.SIGSTOP)

    with pytest.raises(PhotoError, match="takes too long to open"):
        decode_photo(_file(_quarters()))

    monkeypatch.undo()
    assert decode_photo(_file(_quarters())).shape == (32, 32, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="psutil reads limits there only")
def test_a_decoder_that_works_too_long_is_ended_by_the_system_and_said_so() -> None:
    process = _decoder_process()
    decode_photo(_file(_quarters()))
    limit, _ = process.rlimit(psutil.RLIMIT_CPU)
    assert 0 < limit - sum(process.cpu_times()[:2]) <= images._PROCESSOR_S
    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGXCPU)  # waits until the process goes on
    threading.Timer(0.2, lambda: process.send_signal(signal.SIGCONT)).start()

    with pytest.raises(PhotoError, match="takes too long to open"):
        decode_photo(_file(_quarters()))


def test_a_decoder_that_dies_takes_nothing_with_it() -> None:
    _decoder_process().kill()
    assert images._decoder._process is not None
    images._decoder._process.wait()

    assert decode_photo(_file(_quarters())).shape == (32, 32, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by Unix")
def test_the_decoder_cannot_eat_the_machines_memory() -> None:
    decode_photo(_file(_quarters()))

    assert _decoder_process().rlimit(psutil.RLIMIT_AS)[0] == 2**31


def test_png_survives_the_round_trip_and_carries_only_the_given_text(tmp_path: Path) -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (9, 7, 4), np.uint8)
    path = tmp_path / "avatar.png"
    write_png(path, rgba, {"avatar": "größer {}"})

    with Image.open(path) as picture:
        assert (np.asarray(picture) == rgba).all()
        assert picture.text == {"avatar": "größer {}"}  # type: ignore[attr-defined]
    with Image.open(io.BytesIO(encode_png(rgba))) as picture:
        assert picture.info == {}


def test_a_picture_that_cannot_be_written_is_an_error_for_the_user(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError, match=r"x\.png was not written"):
        write_png(tmp_path / "none" / "x.png", np.zeros((2, 2, 4), np.uint8))


@given(arrays(np.uint8, st.tuples(st.integers(1, 2), st.integers(1, 4), st.integers(1, 4), st.just(3))))
def test_bytes_survive_the_way_to_floats_and_back(batch: np.ndarray) -> None:
    there = to_images(batch)

    assert there.shape == (len(batch), 3, *batch.shape[1:3])
    assert np.abs(there).max() <= 1
    assert (from_images(there) == batch).all()


def test_floats_out_of_range_are_clipped() -> None:
    values = np.array([-3.0, -1.0, 1.0, 3.0]).reshape(1, 1, 2, 2).repeat(3, axis=1)

    assert from_images(values)[0, ..., 0].tolist() == [[0, 0], [255, 255]]
