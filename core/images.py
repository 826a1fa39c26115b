"""Every conversion of pictures: file -> uint8 (H, W, 3) sRGB, and uint8 <-> float (N, 3, H, W).

Photos are decoded in a process of their own (`_Decoder`), which lives on between photos: a picture made to hang or to eat memory
takes that process, not ours. It costs a few milliseconds a photo and a quarter of a second for the first (`warm_up` hides it).
"""

import atexit
import io
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import PhotoError
from core.files import write_atomically
from core.shapes import expect_shape
from core.words import mark, tr

Image = NDArray[np.uint8]

LONG_SIDE = 2016  # pixels; a larger photo is reduced to it: half of a phone's 4032, which a JPEG decoder gives for free
MAX_FILE_MB = 64
MAX_MEGAPIXELS = 50
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_PROCESSOR_S = 10  # of work for one photo, where the system can limit it
_TIMEOUT_S = 60.0  # of waiting for one photo: on a machine that is busy with other things a good one may take long
_MEMORY_MB = 2048


PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})
"""What names of photos end in, in a folder of other things."""


def photos_in(paths: Iterable[Path]) -> list[Path]:
    """Files as they are, and folders as the photos in them, sorted; hidden ones left out, each file once.

    A folder in which no photo is, or that cannot be looked into, stands for itself, so that it is refused by name.
    """
    return list(dict.fromkeys(file for path in paths for file in (_photos_of(path) or [path])))


def read_photo(path: Path, long_side: int = LONG_SIDE) -> Image:
    """A photo upright, in sRGB, on white where it is transparent, the first frame if it moves.

    Args:
        path: JPEG, PNG, WebP or HEIC.
        long_side: Pixels; a larger photo is reduced to it.

    Returns:
        (H, W, 3) uint8 sRGB.

    Raises:
        PhotoError: It cannot be opened; the sentence says why.
    """
    return decode_photo(_read_file(path), path.name, long_side)


def decode_photo(content: bytes, name: str = "", long_side: int = LONG_SIDE) -> Image:
    """As `read_photo`, from the bytes of a file; `name` begins the sentence of an error, else it is of the pasted picture."""
    name = name or tr("The pasted picture")
    if not content:
        raise PhotoError(tr("{name} is empty.", name=name))
    _check_file_size(name, len(content))
    return _decoder.decode(content, name, long_side)


def warm_up() -> None:
    """Start the decoding process, so that the first photo does not wait for it."""
    _decoder.start()


def write_png(path: Path, rgba: Image, text: Mapping[str, str] | None = None) -> None:
    """Write a picture whole or not at all, without metadata but for `text`.

    Args:
        path: Where to.
        rgba: (H, W, 4) uint8 sRGB with straight alpha, (H, W, 3), or (H, W) of one channel.
        text: Keyword -> text, kept in the file.

    Raises:
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    write_atomically(path, encode_png(rgba, text))


def encode_png(rgba: Image, text: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a PNG file; arguments as of `write_png`."""
    from PIL import Image as Pillow
    from PIL.PngImagePlugin import PngInfo

    expect_shape(rgba, "H W _" if rgba.ndim == 3 else "H W")
    info = PngInfo()
    for keyword, words in (text or {}).items():
        info.add_itxt(keyword, words)
    file = io.BytesIO()
    Pillow.fromarray(np.ascontiguousarray(rgba)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def to_images(batch: Image) -> NDArray[np.float32]:
    """(N, H, W, 3) uint8 sRGB -> (N, 3, H, W) float32 in [-1, 1]."""
    expect_shape(batch, "N H W 3")
    return np.ascontiguousarray(batch.transpose(0, 3, 1, 2), np.float32) / np.float32(127.5) - np.float32(1)


def from_images(images: NDArray[np.floating[Any]]) -> Image:
    """(N, 3, H, W) float in [-1, 1], clipped -> (N, H, W, 3) uint8 sRGB."""
    expect_shape(images, "N 3 H W")
    values = np.rint((np.clip(images, -1, 1) + 1) * 127.5)
    return np.ascontiguousarray(values.transpose(0, 2, 3, 1)).astype(np.uint8)


def _photos_of(folder: Path) -> list[Path]:
    """The photos in a folder, and what in it cannot be looked into."""
    closed: list[Path] = []
    found: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = (name for name in folders if not name.startswith("."))
        found += (Path(place, name) for name in names if not name.startswith(".") and Path(name).suffix.lower() in PHOTO_SUFFIXES)
    return sorted([*found, *closed])


def _read_file(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise PhotoError(tr("{name} is a folder, not a photo.", name=path.name))
        if not path.exists():
            raise PhotoError(tr("{path} does not exist.", path=path))
        if not path.is_file():
            raise PhotoError(tr("{name} is not a file.", name=path.name))
        with path.open("rb") as file:
            # The size first: reading is bounded all the same, in case the file grows or lies.
            _check_file_size(path.name, path.stat().st_size)
            return file.read(MAX_FILE_MB * 2**20 + 1)
    except OSError as error:
        raise PhotoError(tr("{name} cannot be read: {strerror}.", name=path.name, strerror=error.strerror or error)) from error


def _check_file_size(name: str, size: int) -> None:
    if size > MAX_FILE_MB * 2**20:
        too_large = tr(
            "{name} is {size:.0f} MB; photos can have up to {limit} MB. Make it smaller first.",
            name=name,
            size=size / 2**20,
            limit=MAX_FILE_MB,
        )
        raise PhotoError(too_large)


class _Decoder:
    """The decoding process: started when first needed, ended when it misbehaves, one photo at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._lock:
            self._running()

    def decode(self, content: bytes, name: str, long_side: int) -> Image:
        with self._lock:
            process = self._running()
            late = threading.Event()

            def interrupt() -> None:
                late.set()
                process.kill()

            timer = threading.Timer(_TIMEOUT_S, interrupt)
            timer.start()
            try:
                answer, pixels = self._ask(process, content, long_side)
            except (OSError, EOFError) as error:
                self.stop()
                took_long = late.is_set() or process.returncode == _OUT_OF_TIME
                raise PhotoError(tr(_SLOW if took_long else _HEAVY, name=name)) from error
            finally:
                timer.cancel()
        if "problem" in answer:
            raise PhotoError(tr(answer["problem"], name=name, **answer["values"]))
        return np.frombuffer(pixels, np.uint8).reshape(answer["height"], answer["width"], 3)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is not None:
            self.stop()
        if self._process is None:
            root = str(Path(__file__).resolve().parent.parent)
            environment = {**os.environ, "PYTHONPATH": root, "OPENBLAS_NUM_THREADS": "1"}
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from core.images import _serve; _serve()"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, bufsize=0,
            )  # fmt: skip
        return self._process

    @staticmethod
    def _ask(process: "subprocess.Popen[bytes]", content: bytes, long_side: int) -> tuple[dict[str, Any], bytearray]:
        assert process.stdin is not None
        assert process.stdout is not None
        _send(process.stdin, struct.pack("<QI", len(content), long_side), content)
        (length,) = struct.unpack("<I", _receive(process.stdout, 4))
        answer = json.loads(_receive(process.stdout, length))
        return answer, _receive(process.stdout, answer.get("height", 0) * answer.get("width", 0) * 3)


_SLOW = mark("{name} takes too long to open; it is probably damaged. Save it again as JPEG or PNG.")
_HEAVY = mark("{name} is too much for the decoder; it is probably damaged. Save it again as JPEG or PNG.")

_OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0) or None
"""How the decoding process ends when it worked too long."""

_decoder = _Decoder()
atexit.register(_decoder.stop)


def _send(pipe: IO[bytes], *parts: bytes) -> None:
    for part in parts:
        rest = memoryview(part)
        while rest:
            rest = rest[pipe.write(rest) :]


def _receive(pipe: IO[bytes], count: int) -> bytearray:
    content = bytearray(count)
    rest = memoryview(content)
    while rest:
        got = pipe.readinto(rest)  # type: ignore[attr-defined]  # raw pipes have it
        if not got:
            raise EOFError
        rest = rest[got:]
    return content


def _serve() -> None:
    """What the decoding process does: answer until its input ends."""
    _limit_memory()
    source, sink = os.fdopen(0, "rb", 0), os.fdopen(os.dup(1), "wb", 0)
    sys.stdout = sys.stderr  # a decoder that prints must not speak into our answers
    while True:
        try:
            length, long_side = struct.unpack("<QI", _receive(source, 12))
        except EOFError:
            return
        _limit_work()
        answer, pixels = _decode_safely(bytes(_receive(source, length)), long_side)
        words = json.dumps(answer).encode()
        _send(sink, struct.pack("<I", len(words)), words, pixels)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; time and pixels are limited there all the same
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_MB * 2**20, _MEMORY_MB * 2**20))


def _limit_work() -> None:
    """From here on the system allows this process so many seconds of the processor, however long that takes."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + _PROCESSOR_S
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _decode_safely(content: bytes, long_side: int) -> tuple[dict[str, Any], bytes]:
    from PIL import UnidentifiedImageError

    try:
        picture = _decode(content, long_side)
    except _TooLargeError as error:
        width, height = error.args
        said = mark(
            "{name} has {size:.0f} megapixels ({width} × {height}); photos can have up to {limit}. Make it smaller first."
        )
        return _problem(said, size=width * height / 1e6, width=width, height=height, limit=MAX_MEGAPIXELS), b""
    except UnidentifiedImageError:
        return _problem(mark("{name} is not a JPEG, PNG, WebP or HEIC picture, or is damaged.")), b""
    except MemoryError:
        return _problem(
            mark("{name} needs more than {limit} MB of memory to open. Make it smaller first."), limit=_MEMORY_MB
        ), b""
    except Exception as error:  # noqa: BLE001  # decoders raise anything at damaged files, and this process is there to contain it
        return _problem(mark("{name} is damaged or incomplete ({error})."), error=str(error)), b""
    return {"height": picture.shape[0], "width": picture.shape[1]}, picture.tobytes()


def _problem(text: str, **values: object) -> dict[str, Any]:
    """What the decoding process answers of a photo that it cannot open; in English, because only the window's knows better."""
    return {"problem": text, "values": values}


class _TooLargeError(Exception):
    """A photo of more pixels, (width, height), than we take."""


def _decode(content: bytes, long_side: int) -> Image:
    import pillow_heif
    from PIL import Image as Pillow
    from PIL import ImageOps

    pillow_heif.register_heif_opener()
    Pillow.MAX_IMAGE_PIXELS = None  # our own limit is lower and says what it is
    with Pillow.open(io.BytesIO(content), formats=_FORMATS) as photo:
        width, height = photo.size
        if width * height > MAX_MEGAPIXELS * 1_000_000:
            raise _TooLargeError(width, height)
        profile = photo.info.get("icc_profile")
        # Reduced before anything else is done to it; a palette, black and white, and 16-bit grey only after they became colours.
        _reduce(photo, long_side)
        flat = _flatten(ImageOps.exif_transpose(photo))
    _reduce(flat, long_side)
    return np.asarray(_to_srgb(flat, profile))


def _reduce(photo: Any, long_side: int) -> None:
    """In place; a JPEG is decoded smaller where that is for free."""
    from PIL import Image as Pillow

    if max(photo.size) > long_side and photo.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        shrink = long_side / max(photo.size)
        photo.draft(None, (int(photo.width * shrink), int(photo.height * shrink)))
        photo.thumbnail((long_side, long_side), Pillow.Resampling.LANCZOS, reducing_gap=2)


def _flatten(photo: Any) -> Any:
    """Any mode -> L, CMYK or RGB, without transparency."""
    from PIL import Image as Pillow

    if photo.mode.startswith("I;16"):
        return Pillow.fromarray((np.asarray(photo) >> 8).astype(np.uint8))
    if photo.mode in ("I", "F"):  # 16-bit grey of older Pillow, and floats, which no whitelisted format has
        return Pillow.fromarray(np.clip(np.asarray(photo, np.float32) / 257, 0, 255).astype(np.uint8))
    if photo.has_transparency_data:
        photo = photo.convert("RGBA")
        white = Pillow.new("RGBA", photo.size, "white")
        return Pillow.alpha_composite(white, photo).convert("RGB")
    return photo.convert("L") if photo.mode == "1" else photo if photo.mode in ("L", "CMYK", "RGB") else photo.convert("RGB")


def _to_srgb(photo: Any, profile: bytes | None) -> Any:
    from PIL import ImageCms

    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if not ImageCms.getProfileDescription(source).startswith("sRGB"):
                photo = ImageCms.profileToProfile(photo, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that is damaged, or for another colour mode than the pixels, says nothing
    return photo.convert("RGB")
