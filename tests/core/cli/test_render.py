import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.avatar.document import AvatarDocument, carried_document, read_document, write_document
from core.avatar.vector import AvatarVector
from core.cli.output import ExitCode
from core.cli.program import run
from core.engines import CAMERAS, engine_schema, open_engine


@pytest.fixture
def avatar(tmp_path: Path) -> Path:
    path = tmp_path / "ada.avatar.json"
    write_document(AvatarDocument.of(AvatarVector.default(engine_schema("toy")).with_value("glasses", "sun")), path)
    return path


def pixels(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as picture:
        return np.asarray(picture)


def rendered(*arguments: object) -> int:
    return run(["render", *map(str, arguments)])


@pytest.mark.parametrize("camera", CAMERAS)
def test_picture_and_masks_are_the_engines(camera: str, avatar: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture, masks = tmp_path / "a.png", tmp_path / "m.png"
    vector = AvatarVector.default(engine_schema("toy")).with_value("glasses", "sun")
    engine = open_engine("toy")

    assert rendered(avatar, "-o", picture, "--size", 128, "--masks", masks, "--camera", camera) == ExitCode.DONE
    assert capsys.readouterr().out == f"{picture}\n{masks}\n"
    assert np.array_equal(pixels(picture), engine.render(vector, CAMERAS[camera], 128))
    assert np.array_equal(pixels(masks)[:, :, 0], engine.render_masks(vector, CAMERAS[camera], 128))


def test_picture_is_512_pixels_unless_told(avatar: Path, tmp_path: Path) -> None:
    rendered(avatar, "-o", tmp_path / "a.png")

    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (512, 512)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--size", "63"], "64"),
        (["--size", "4096"], "2048"),
        (["--size", "big"], "integer"),
        (["--camera", "above"], "front, three-quarter, side"),
        (["--background", "red"], "no colour"),
        (["--sheet", "--turntable"], "does not turn"),
        (["--sheet", "--camera", "side"], "belong to one picture"),
        (["--sheet", "--masks", "m.png"], "belong to one picture"),
        (["--turntable"], "a.png is neither"),
        (["--turntable", "-o", "a.gif", "--frames", "1"], "2 to 120 frames"),
        (["--turntable", "-o", "a.gif", "--size", "2048"], "up to 1024 pixels"),
        (["-o", "a.webp"], "add --turntable"),
        (["-o", "a.jpg"], "does not end in .png"),
    ],
)
def test_wrong_usage_is_refused(
    arguments: list[str], sentence: str, avatar: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rendered(avatar, "-o", tmp_path / "a.png", *arguments) == ExitCode.USAGE
    assert sentence in capsys.readouterr().err


def test_picture_carries_the_avatar_and_is_a_vector_itself(avatar: Path, tmp_path: Path) -> None:
    first, second, bare = tmp_path / "1.png", tmp_path / "2.png", tmp_path / "3.png"
    rendered(avatar, "-o", first, "--size", 64)
    rendered(first, "-o", second, "--size", 64)
    rendered(first, "-o", bare, "--size", 64, "--no-embed")

    assert carried_document(second) == carried_document(first) == read_document(avatar)
    assert first.read_bytes() == second.read_bytes()
    assert carried_document(bare) is None


def test_picture_without_an_avatar_is_no_vector(avatar: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rendered(avatar, "-o", tmp_path / "bare.png", "--size", 64, "--no-embed")

    assert rendered(tmp_path / "bare.png", "-o", tmp_path / "b.png") == ExitCode.FAILED
    assert "bare.png carries no avatar" in capsys.readouterr().err
    assert not (tmp_path / "b.png").exists()


def test_sheet_shows_three_views_on_a_colour(avatar: Path, tmp_path: Path) -> None:
    assert rendered(avatar, "-o", tmp_path / "s.png", "--sheet", "--size", 64, "--background", "#c4e2d0") == ExitCode.DONE
    sheet = pixels(tmp_path / "s.png")

    assert sheet.shape == (64, 192, 3)
    assert sheet[0, 0].tolist() == [196, 226, 208]
    assert carried_document(tmp_path / "s.png") is not None


@pytest.mark.parametrize(("name", "mode"), [("t.webp", "RGBA"), ("t.gif", "RGB")])
def test_turntable_moves(name: str, mode: str, avatar: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    arguments = ["--turntable", "--size", 64, "--frames", 6, "--seconds", 1.2]

    assert rendered(avatar, "-o", path, *arguments) == ExitCode.DONE
    assert capsys.readouterr().out == f"{path}\n"
    with Image.open(path) as moving:
        assert (moving.size, getattr(moving, "n_frames", 1)) == ((64, 64), 6)
        first = np.asarray(moving.convert(mode))
        assert first[0, 0].tolist() == ([0, 0, 0, 0] if mode == "RGBA" else [255, 255, 255])
        moving.seek(2)
        assert not np.array_equal(first, np.asarray(moving.convert(mode)))


def damaged(avatar: Path, **changes: object) -> Path:
    avatar.write_text(json.dumps(json.loads(avatar.read_text()) | changes))
    return avatar


def engine_reference(avatar: Path, **changes: object) -> dict[str, object]:
    reference: dict[str, object] = json.loads(avatar.read_text())["engine"]
    return reference | changes


def test_wrong_document_is_a_sentence_and_nothing_is_written(
    avatar: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases: dict[str, dict[str, object]] = {
        "is damaged at values": {"values": []},
        "is not an avatar document": {"format": "other"},
        "has format version 9": {"format_version": 9},
        "newer than toy 1": {"engine": engine_reference(avatar, version=7)},
        "There is no engine “nope”": {"engine": engine_reference(avatar, id="nope")},
        "has no option “monocle”": {"values": {"glasses": "monocle"}},
    }
    original = avatar.read_text()
    for sentence, changes in cases.items():
        avatar.write_text(original)
        code = rendered(damaged(avatar, **changes), "-o", tmp_path / "a.png")
        said = capsys.readouterr().err

        assert code == ExitCode.FAILED
        assert sentence in said
        assert said.count("\n") == 1
        assert not (tmp_path / "a.png").exists()


def test_picture_that_cannot_be_written_is_a_sentence(avatar: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rendered(avatar, "-o", tmp_path / "nowhere" / "a.png") == ExitCode.FAILED
    assert "was not written" in capsys.readouterr().err
