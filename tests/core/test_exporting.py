import io
import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core import exporting
from core.avatar.document import AvatarDocument, carried_document, parse_document
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, engine_schema, open_engine
from core.errors import EngineError, FileNotWrittenError, SettingError
from core.exporting import Kind, Order, Turn, kind_of, on_color

TURN = Turn(frames=5, seconds=0.8)
PICTURE = Order((CAMERAS["front"],), 64)
MINT = (196, 226, 208)


def moving(kind: Kind = "webp", turn: Turn = TURN) -> Order:
    return Order.moving(turn, 64, MINT if kind == "gif" else None, kind)


def document() -> AvatarDocument:
    return AvatarDocument.of(AvatarVector.default(engine_schema("toy")).with_value("glasses", "sun"))


def ball(place: int, alpha: int = 255) -> NDArray[np.uint8]:
    """A red square on nothing."""
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[20:40, place : place + 20] = (200, 30, 30, alpha)
    return picture


FRAMES = [ball(place) for place in range(4, 44, 8)]


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def num_frames(picture: Image.Image) -> int:
    return int(getattr(picture, "n_frames", 1))


def chunks(png: bytes) -> list[bytes]:
    """The kinds of its chunks."""
    place, kinds = 8, []
    while place < len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        kinds.append(kind)
        place += length + 12
    return kinds


def test_turn_goes_once_around_and_begins_in_front() -> None:
    cameras = Turn(36, 3.0, pitch=4.0).cameras

    assert cameras[0].yaw == 0.0
    assert sorted(camera.yaw for camera in cameras) == pytest.approx(np.arange(-180, 180, 10))
    assert np.sign(cameras[1].yaw) == np.sign(CAMERAS["side"].yaw)
    assert {camera.pitch for camera in cameras} == {4.0}


@pytest.mark.parametrize(("frames", "seconds"), [(36, 3.0), (7, 1.0), (50, 1.0), (120, 2.405), (2, 20.0)])
def test_frames_together_take_as_long_as_the_turn(frames: int, seconds: float) -> None:
    lengths = Turn(frames, seconds).frame_ms

    assert sum(lengths) == pytest.approx(seconds * 1000, abs=5)
    assert max(lengths) - min(lengths) <= 10
    assert all(length % 10 == 0 for length in lengths)


@pytest.mark.parametrize(("frames", "seconds"), [(1, 3.0), (121, 3.0), (36, 0.4), (36, 21.0), (36, float("nan")), (51, 1.0)])
def test_turn_that_makes_no_sense_is_refused(frames: int, seconds: float) -> None:
    with pytest.raises(SettingError, match="A turn"):
        Turn(frames, seconds)


def test_kinds_are_known_by_their_names() -> None:
    assert [kind_of(Path(name)) for name in ("a.png", "a.b.WebP", "a.GIF")] == ["png", "webp", "gif"]
    for name in ("a", "a.jpg", ".png"):
        with pytest.raises(SettingError, match="does not end in"):
            kind_of(Path(name))


@pytest.mark.parametrize(
    ("size", "color", "kind", "sentence"),
    [
        (1025, None, "webp", "1024"),
        (63, None, "webp", "64 to 2048"),
        (512, None, "gif", "half transparent"),
        (512, None, "png", "cannot move"),
    ],
)
def test_turn_that_no_file_can_show_is_refused(size: int, color: exporting.Color | None, kind: Kind, sentence: str) -> None:
    with pytest.raises((SettingError, EngineError), match=sentence):
        Order.moving(TURN, size, color, kind)


def test_picture_on_a_colour_is_what_pillow_makes_of_it() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (16, 16, 4), np.uint8)
    ground = Image.new("RGBA", (16, 16), (196, 226, 208))
    expected = np.asarray(Image.alpha_composite(ground, Image.fromarray(picture)).convert("RGB")).astype(int)

    assert np.abs(on_color(picture, (196, 226, 208)) - expected).max() <= 1
    assert on_color(picture, None) is picture


def test_sheet_is_the_views_from_left_to_right() -> None:
    engine, order = open_engine("toy"), Order.sheet(64)
    views = [engine.render(AvatarVector.default(engine.schema), camera, 64) for camera in order.cameras]
    sheet = order.compose(views)

    assert order.pixels == (192, 64)
    assert sheet.shape == (64, 192, 4)
    assert all(np.array_equal(sheet[:, 64 * i : 64 * i + 64], view) for i, view in enumerate(views))
    assert list(order.cameras) == [CAMERAS[name] for name in ("front", "three-quarter", "side")]


def test_picture_carries_its_avatar_bit_for_bit(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PICTURE.encode([ball(3)], document()))

    assert carried_document(tmp_path / "a.png") == document()
    assert np.array_equal(np.asarray(opened((tmp_path / "a.png").read_bytes())), ball(3))


def test_only_pixels_and_the_avatar_are_ever_written() -> None:
    text = json.loads(document().to_json())
    text["photo"] = text["engine"]["path"] = "/home/zoe/secret.jpg"
    planted = parse_document(json.dumps(text))
    bare, carrying = PICTURE.encode([ball(3)]), PICTURE.encode([ball(3)], planted)
    turns = [moving("webp").encode(FRAMES, planted), moving("gif").encode(FRAMES, planted)]

    assert set(chunks(bare)) == {b"IHDR", b"IDAT", b"IEND"}
    assert set(chunks(carrying)) == {b"IHDR", b"iTXt", b"IDAT", b"IEND"}
    assert set(opened(carrying).info) == {"likeness.avatar"}
    for content in (bare, carrying, *turns):
        assert b"secret" not in content
        assert b"/home" not in content
        with opened(content) as picture:
            assert dict(picture.getexif()) == {}
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(picture.info)


def test_webp_turns_with_soft_edges() -> None:
    soft = [ball(place, alpha=120) for place in range(4, 44, 8)]
    with opened(moving().encode(soft)) as shown:
        assert (shown.format, shown.size, num_frames(shown), shown.info["loop"]) == ("WEBP", (64, 64), 5, 0)
        lengths = []
        for index, frame in enumerate(soft):
            shown.seek(index)
            alpha = np.asarray(shown.convert("RGBA"))[..., 3]
            lengths.append(shown.info["duration"])
            assert np.array_equal(alpha, frame[..., 3])

    assert lengths == TURN.frame_ms


def test_gif_turns_on_its_background_in_one_palette() -> None:
    frames = [on_color(frame, MINT) for frame in FRAMES]
    with opened(moving("gif").encode(FRAMES)) as shown:
        assert (shown.format, shown.size, num_frames(shown), shown.info["loop"]) == ("GIF", (64, 64), 5, 0)
        for index, frame in enumerate(frames):
            shown.seek(index)
            drawn, is_ground = np.asarray(shown.convert("RGB")), (frame == MINT).all(axis=2)
            assert (drawn[is_ground] == MINT).all()
            assert np.abs(drawn.astype(int) - frame).max() <= 8


def test_ground_of_a_gif_is_not_speckled_by_what_stands_on_it() -> None:
    rng = np.random.default_rng(1)
    many = [ball(place) for place in range(4, 44, 8)]
    for picture in many:
        picture[..., :3][picture[..., 3] > 0] = rng.integers(0, 256, (400, 3))
    with opened(moving("gif").encode(many)) as shown:
        for index, frame in enumerate(many):
            shown.seek(index)
            assert (np.asarray(shown.convert("RGB"))[frame[..., 3] == 0] == MINT).all()


def test_written_file_is_looked_at(tmp_path: Path) -> None:
    for name, order, pictures in (("a.png", PICTURE, FRAMES[:1]), ("a.webp", moving(), FRAMES), ("a.gif", moving("gif"), FRAMES)):
        order.write(tmp_path / name, order.encode(pictures))
    picture = PICTURE.encode([ball(3)])
    for content, order, sentence in (
        (picture, Order.sheet(64), "64 × 64 pixels"),
        (moving().encode(FRAMES), moving(turn=Turn(5, 1.6)), "800 ms"),
        (picture[:-40], PICTURE, "cannot be read again"),
        (b"nothing", PICTURE, "cannot be read again"),
    ):
        with pytest.raises(FileNotWrittenError, match=sentence):
            order.write(tmp_path / "b.png", content)


def test_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileNotWrittenError, match="No space left"):
        PICTURE.write(path, PICTURE.encode([ball(3)]))

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_estimates_grow_with_what_is_asked_for() -> None:
    turn = Order.moving(Turn(), 512, None, "webp")
    small, large = (Order.sheet(size).likely_bytes() for size in (256, 1024))

    assert turn.likely_seconds(0.5, 256) == pytest.approx(36.0)
    assert 3 * small < large
    assert turn.likely_bytes() < Order.moving(Turn(), 512, MINT, "gif").likely_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("size", [256, 512])
def test_estimated_size_is_within_a_factor_of_two(size: int) -> None:
    engine, turn = open_engine("toon"), Turn(6, 0.6)
    rng = np.random.default_rng(3)
    orders = [Order.sheet(size), Order.moving(turn, size, None, "webp"), Order.moving(turn, size, MINT, "gif")]
    for vector in (AvatarVector.default(engine.schema), AvatarVector.sample(engine.schema, rng)):
        for order in orders:
            pictures = [engine.render(vector, camera, size, "light") for camera in order.cameras]
            assert 0.5 < order.likely_bytes() / len(order.encode(pictures, document())) < 2.0
    engine.close()
