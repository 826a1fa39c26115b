import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.avatar.document import read_document
from core.cli.output import ExitCode, log_file
from core.cli.program import run
from core.creating import file_stems
from core.engines import engine_schema
from core.images import write_png
from tests.core.cli.conftest import Paint

pytestmark = pytest.mark.usefixtures("fake_faces")
TOY = ["--engine", "toy", "--method", "fake"]


def create(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["create", *map(str, arguments), *TOY])
    said = capsys.readouterr()

    assert "Traceback" not in said.err
    return code, said.out, said.err


def created(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    code, out, _ = create(capsys, *arguments, "--json")
    return code, json.loads(out)


def test_photo_becomes_a_document_and_a_picture(paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = create(capsys, paint("ada.png", (102, 0, 0)), "-o", tmp_path / "out")
    document = read_document(tmp_path / "out" / "ada.avatar.json")
    first, *others = engine_schema("toy").continuous

    assert code == ExitCode.DONE
    assert out == f"{tmp_path / 'out' / 'ada.avatar.json'}\n"
    assert err == ""
    assert document.vector(engine_schema("toy"))[first.id] == 0.4
    assert document.provenance[first.id].model_dump() == {
        "by": "predicted", "confidence": 0.75, "method": "fake", "model": "ab12",
    }  # fmt: skip
    assert others[0].id not in document.provenance
    assert document.created is not None
    with Image.open(tmp_path / "out" / "ada.png") as picture:
        assert (picture.size, picture.mode) == ((512, 512), "RGBA")
        assert picture.getpixel((0, 0))[3] == 0  # type: ignore[index]
        assert picture.getpixel((256, 256))[3] == 255  # type: ignore[index]


def test_same_photo_gives_the_same_files(paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = paint("ada.png")
    for folder in ("one", "two"):
        create(capsys, photo, "-o", tmp_path / folder)
    one, two = (json.loads((tmp_path / folder / "ada.avatar.json").read_text()) for folder in ("one", "two"))

    assert one | {"created": ""} == two | {"created": ""}
    assert (tmp_path / "one" / "ada.png").read_bytes() == (tmp_path / "two" / "ada.png").read_bytes()


def test_bad_photos_do_not_stop_the_others_and_each_has_its_reason(
    paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    empty, truncated, text, folder = (tmp_path / name for name in ("empty.jpg", "truncated.png", "text.jpg", "folder"))
    empty.touch()
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    write_png(truncated, noise)
    truncated.write_bytes(truncated.read_bytes()[:2000])
    text.write_text("no picture")
    folder.mkdir()
    photos = {
        paint("good.png"): None,
        empty: "PhotoError",
        truncated: "PhotoError",
        text: "PhotoError",
        folder: "PhotoError",
        tmp_path / "nowhere.jpg": "PhotoError",
        paint("wall.png", (9, 9, 9)): "NoFaceError",
        paint("pair.png", (0, 0, 200)): "SeveralFacesError",
        paint("bug.png", (0, 0, 0)): "KeyError",
        paint("last.jpg"): None,
    }
    code, said = created(capsys, *photos, "-o", tmp_path / "out")
    kinds = [row["error"] and row["error"]["kind"] for row in said["photos"]]

    assert code == ExitCode.FAILED
    assert kinds == list(photos.values())
    assert [record.levelname for record in caplog.records] == ["ERROR"]  # the planted bug, once
    assert (said["made"], said["failed"]) == (2, 8)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "good.avatar.json", "good.png", "last.avatar.json", "last.png",
    ]  # fmt: skip


def test_reason_of_a_failure_is_told_with_the_photo(paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wall = paint("wall.png", (9, 9, 9))
    code, out, err = create(capsys, wall, "-o", tmp_path / "out")

    assert (code, out) == (ExitCode.FAILED, "")
    assert err == f"{wall}: There is no face in it.\n"


def test_bug_is_owned_up_to_and_logged(
    paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    code, _, err = create(capsys, paint("bug.png", (0, 0, 0)), "-o", tmp_path / "out")

    assert code == ExitCode.FAILED
    assert "This is our fault (KeyError: 'planted')" in err
    assert str(log_file()) in err
    assert "Traceback" in caplog.text


def test_chosen_face_is_passed_on(paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair = paint("pair.png", (0, 0, 200))

    assert create(capsys, pair, "-o", tmp_path / "out", "--face", 2)[0] == ExitCode.DONE


def test_photos_of_one_name_do_not_overwrite_each_other(paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = [paint("me.png", (102, 0, 0)), paint("me.jpg", (204, 0, 0)), paint("other/me.png", (255, 0, 0))]
    code, out, err = create(capsys, *photos, "-o", tmp_path / "out")
    first = engine_schema("toy").continuous[0].id
    values = [read_document(Path(line)).values[first] for line in out.splitlines()]

    assert code == ExitCode.DONE
    assert [Path(line).name for line in out.splitlines()] == ["me.avatar.json", "me-2.avatar.json", "me-3.avatar.json"]
    assert values == pytest.approx([0.4, 0.8, 1.0], abs=0.011)
    assert f"{photos[1]}: written as me-2, because another photo is called me." in err


@given(st.lists(st.sampled_from(["a.jpg", "A.png", "a-2.jpg", "b.jpg", "a.b.jpg", "x/a.png"])))
def test_stems_never_collide_whatever_the_case(names: list[str]) -> None:
    stems = file_stems([Path(name) for name in names])

    assert len({stem.casefold() for stem in stems}) == len(names)
    assert all(stem.startswith(Path(name).stem) for stem, name in zip(stems, names, strict=True))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--engine", "nope"], "there is no engine “nope”"),
        (["--method", "nope"], "There is no method “nope”"),
        (["--face", "0"], "--face"),
        (["--face", "left"], "--face"),
        (["--colour", "red"], "--colour"),
    ],
)
def test_wrong_usage_is_told_before_any_work(
    arguments: list[str], sentence: str, paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["create", str(paint("a.png")), "-o", str(tmp_path / "out"), "--engine", "toy", *arguments])

    assert code == ExitCode.USAGE
    assert sentence in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("*"))


def test_output_that_is_a_file_is_refused(paint: Paint, capsys: pytest.CaptureFixture[str]) -> None:
    photo = paint("a.png")
    code, _, err = create(capsys, photo, "-o", photo)

    assert code == ExitCode.USAGE
    assert "is a file, not a folder" in err


def test_engine_that_cannot_write_says_so_for_each_photo(
    paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out" / "a.png").mkdir(parents=True)  # stands where the picture should go
    code, said = created(capsys, paint("a.png"), paint("b.png"), "-o", tmp_path / "out")

    assert code == ExitCode.FAILED
    assert [row["error"] and row["error"]["kind"] for row in said["photos"]] == ["FileNotWrittenError", None]


def test_a_face_that_is_not_found_can_be_placed(paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wall = paint("wall.png", (9, 9, 9))

    assert create(capsys, wall, "-o", tmp_path / "out")[0] == ExitCode.FAILED
    assert create(capsys, wall, "-o", tmp_path / "out", "--place", "10,12.5 20,12 15,30")[0] == ExitCode.DONE
    assert (tmp_path / "out" / "wall.png").exists()


@pytest.mark.parametrize("place", ["", "1,2 3,4", "1,2 3,4 5", "1,2 3,4 5,x", "1,2,3 4,5,6 7,8,9"])
def test_a_place_that_is_none_is_wrong_usage(
    place: str, paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = create(capsys, paint("ada.png"), "-o", tmp_path, "--place", place)

    assert code == ExitCode.USAGE
    assert "three points are wanted" in " ".join(err.replace("│", " ").split())


def test_one_place_does_not_hold_for_several_photos(paint: Paint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = create(capsys, paint("ada.png"), paint("bob.png"), "-o", tmp_path, "--place", "1,2 3,4 5,9")

    assert code == ExitCode.USAGE
