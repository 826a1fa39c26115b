import json
from pathlib import Path

import numpy as np
import pytest

import core.faces.finding
from core.cli.output import ExitCode
from core.cli.program import run
from core.engines import CLASSES
from core.faces.finding import FaceBox
from core.images import Image, read_photo
from tests.core.cli.conftest import Paint


def box(left: float) -> FaceBox:
    points = np.array([[left + 8, 8], [left + 16, 8], [left + 12, 12], [left + 9, 16], [left + 15, 16]], np.float32)
    return FaceBox(0.875, np.array([left, 0, left + 24, 24], np.float32), points)


pytestmark = pytest.mark.usefixtures("fake_faces")


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(image: Image) -> list[FaceBox]:
        red, _, blue = image.mean(axis=(0, 1))
        return [box(0), box(32)] if blue > red else [box(0)] if red > 50 else []

    monkeypatch.setattr(core.faces.finding, "find_faces", find)


def test_one_face_is_described(paint: Paint, capsys: pytest.CaptureFixture[str]) -> None:
    photo = paint("ada.png")

    assert run(["faces", str(photo), "--json"]) == ExitCode.DONE
    said = json.loads(capsys.readouterr().out)
    assert (said["photo"], said["width"], said["height"], said["overlay"]) == (str(photo), 64, 64, None)
    assert said["faces"] == [{"number": 1, "box": [0.0, 0.0, 24.0, 24.0], "score": 0.875}]
    assert list(said["read"]["regions"]) == list(CLASSES)
    assert set(said["read"]) == {
        "score", "box", "quad", "inside", "regions", "pose", "expression", "light", "skin", "hair", "brows", "digest", "advice",
    }  # fmt: skip
    assert said["read"]["light"] == [1.1, 1.0, 0.9]
    assert said["read"]["skin"] == {"srgb": "#aa896c", "linear": [0.4, 0.25, 0.15], "confidence": 0.75}
    assert said["read"]["hair"] is None


def test_several_faces_are_listed_from_the_left(paint: Paint, capsys: pytest.CaptureFixture[str]) -> None:
    pair = paint("pair.png", (0, 0, 200))

    assert run(["faces", str(pair)]) == ExitCode.DONE
    assert capsys.readouterr().out == "face 1  score 0.88  box 0 0 24 24\nface 2  score 0.88  box 32 0 56 24\n"
    assert run(["faces", str(pair), "--json", "--face", "2"]) == ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["read"] is not None


def test_overlay_of_several_faces_asks_which(paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["faces", str(paint("pair.png", (0, 0, 200))), "--overlay", str(tmp_path / "o.png")])

    assert code == ExitCode.FAILED
    assert "There are 2 faces" in capsys.readouterr().err
    assert not (tmp_path / "o.png").exists()


def test_overlay_is_as_large_as_the_photo(
    paint: Paint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import core.faces.overlay

    monkeypatch.setattr(core.faces.overlay, "draw_overlay", lambda image, selfie: 255 - image + 0 * selfie.image[0, 0, 0])
    photo, overlay = paint("ada.png"), tmp_path / "o.png"

    assert run(["faces", str(photo), "--overlay", str(overlay)]) == ExitCode.DONE
    assert capsys.readouterr().out.splitlines()[-1] == str(overlay)
    assert np.array_equal(read_photo(overlay), 255 - read_photo(photo))


def test_what_is_read_is_told_in_lines(paint: Paint, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["faces", str(paint("ada.png"))]) == ExitCode.DONE
    lines = capsys.readouterr().out.splitlines()

    assert [line.split("  ")[0] for line in lines[:6]] == ["face 1", "regions", "pose", "expressions", "light", "skin"]
    assert lines[3:7] == [
        "expressions  none",
        "light  red 1.10  green 1.00  blue 0.90",
        "skin  #aa896c  confidence 0.75",
        "hair  not seen",
    ]


def test_advice_is_a_sentence(paint: Paint, capsys: pytest.CaptureFixture[str]) -> None:
    photo = str(paint("pair.png", (0, 0, 200)))

    assert run(["faces", photo, "--face", "1"]) == ExitCode.DONE
    assert "advice  There are several faces in this photo. Check that the right one was chosen." in capsys.readouterr().out
    assert run(["faces", photo, "--face", "1", "--json"]) == ExitCode.DONE
    first = json.loads(capsys.readouterr().out)["read"]["advice"][0]
    assert (first["kind"], first["value"], first["bar"]) == ("several", 2.0, 1.5)


def test_a_face_that_is_not_found_can_be_placed(paint: Paint, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["faces", str(paint("wall.png", (9, 9, 9))), "--place", "10,12 20,12 15,30", "--json"]) == ExitCode.DONE
    said = json.loads(capsys.readouterr().out)

    assert said["faces"] == []
    assert said["read"] is not None


def test_photo_without_a_face_is_a_sentence(paint: Paint, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["faces", str(paint("wall.png", (9, 9, 9)))]) == ExitCode.FAILED
    assert capsys.readouterr().err.startswith("No face was found in wall.png.")


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x89PNG\r\n\x1a\n"])
def test_file_that_is_no_photo_is_a_sentence(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(content)

    assert run(["faces", str(path)]) == ExitCode.FAILED
    assert capsys.readouterr().err.startswith("bad.png")
