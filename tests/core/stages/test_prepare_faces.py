import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from core.configs import PrepareFacesConfig
from core.datasets.faces import FaceDataset, read_photos
from core.engines import CLASSES
from core.errors import DataError, NoFaceError, SettingError, SeveralFacesError
from core.faces.checks import Advice
from core.faces.selfie import Selfie
from core.reporting import SilentReporter
from core.stages import prepare_faces as stage
from core.stages.prepare_faces import REPORT, face_classes, list_photos, prepare_faces
from tests.core.cli import fakes
from tests.reporters import Listens, StopsAfter

GREEN, GREY, RED, BLUE = (30, 160, 30), (90, 90, 90), (200, 30, 30), (30, 30, 200)


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five photos: a good one and its double in a folder below, one without a face, one with two, one that is no picture.

    Green pictures have a face, red ones none, blue ones two, grey ones a turned one.
    """

    def read(image: np.ndarray, face: int | None = None, path: Path | None = None, found: object = None) -> Selfie:
        del found
        red, green, blue = image.mean(axis=(0, 1))
        name = path.name if path else "?"
        if red > green + 50:
            raise NoFaceError(f"No face was found in {name}.")
        if blue > green + 50 and face is None:
            raise SeveralFacesError(f"There are 2 faces in {name}.", 2)
        selfie = fakes.read_selfie(image, face, path, placed=np.zeros((3, 2)))
        quad = np.array([[30, 30], [30, 170], [170, 170], [170, 30]], np.float32)
        return replace(selfie, face=replace(selfie.face, quad=quad))

    def check(image: np.ndarray, faces: object, selfie: Selfie) -> tuple[Advice, ...]:
        del faces, selfie
        return (Advice("turned_away", "Look into the camera.", 40, 25),) if np.ptp(image.mean(axis=(0, 1))) < 5 else ()

    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path / "none"))
    monkeypatch.setattr(stage, "read_selfie", read)
    monkeypatch.setattr(stage, "check_photo", check)
    monkeypatch.setattr(stage, "CHECKS", {"turned_away": None})
    monkeypatch.setattr(stage, "find_faces", lambda image: [None, None] if image.mean(axis=(0, 1)).argmax() == 2 else [None])
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    for name, colour in (
        ("good.png", GREEN),
        ("more/double.png", GREEN),
        ("none.png", RED),
        ("two.png", BLUE),
        ("turned.png", GREY),
    ):
        Pillow.new("RGB", (200, 200), colour).save(folder / name)
    (folder / "notes.txt").write_text("no photo")
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder


def config(photos: Path, **settings: object) -> PrepareFacesConfig:
    return PrepareFacesConfig(str(photos), 32, refused="turned_away", inside=0.5, **settings)  # type: ignore[arg-type]


def test_a_folder_becomes_faces_and_a_report_of_what_was_refused(photos: Path, tmp_path: Path) -> None:
    reporter = Listens()
    prepare_faces(config(photos), tmp_path / "run", reporter)
    faces = FaceDataset(tmp_path / "run")

    assert [(photo.photo, [one.kind for one in photo.refused]) for photo in faces.photos] == [
        ("broken.jpg", ["photo"]), ("good.png", []), ("more/double.png", ["duplicate"]), ("none.png", ["NoFace"]),
        ("turned.png", ["turned_away"]), ("two.png", ["SeveralFaces"]),
    ]  # fmt: skip
    assert len(faces) == 1
    face, classes = faces[0]
    assert face.shape == (32, 32, 3)
    assert np.abs(face.astype(int) - GREEN).max() <= 2
    assert classes.max() < len(CLASSES)
    assert np.array(faces.records[0].landmarks).shape == (478, 2)
    rows = list(csv.DictReader((tmp_path / "run" / REPORT).read_text().splitlines()))
    assert [row["kind"] for row in rows] == ["photo", "duplicate", "NoFace", "turned_away", "SeveralFaces"]
    assert "good.png" in rows[1]["reason"]
    assert rows[3] == {"photo": "turned.png", "face": "1", "kind": "turned_away", "reason": "Look into the camera."}
    measured = {name: value for name, value, _ in reporter.measured}
    assert (measured["faces"], measured["refused_duplicate"]) == (1, 1)


def test_every_face_of_a_photo_is_taken_when_asked(photos: Path, tmp_path: Path) -> None:
    prepare_faces(config(photos, all_faces=True), tmp_path / "run", SilentReporter())

    numbers = {photo.photo: [face.number for face in photo.faces] for photo in read_photos(tmp_path / "run")}
    assert numbers["two.png"] == [1, 2]
    assert len(FaceDataset(tmp_path / "run")) == 3


def test_an_interrupted_run_goes_on_and_ends_like_a_whole_one(photos: Path, tmp_path: Path) -> None:
    prepare_faces(config(photos), tmp_path / "whole", SilentReporter())
    prepare_faces(config(photos), tmp_path / "halted", StopsAfter(3))
    assert len(read_photos(tmp_path / "halted")) == 3
    assert not (tmp_path / "halted" / REPORT).exists()

    prepare_faces(config(photos), tmp_path / "halted", SilentReporter())

    assert read_photos(tmp_path / "halted") == read_photos(tmp_path / "whole")
    assert (tmp_path / "halted" / REPORT).read_bytes() == (tmp_path / "whole" / REPORT).read_bytes()


@pytest.mark.usefixtures("photos")
def test_portraits_of_another_split_are_never_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data" / "faces" / "portraits"
    data.mkdir(parents=True)
    for name in ("mine.png", "theirs.png"):
        Pillow.new("RGB", (200, 200), (30, 160, len(name))).save(data / name)
    (data.parent / "portraits.csv").write_text("file,split,sex,source,licence,note\nmine.png,train,,,,\ntheirs.png,dev,,,,")
    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path / "data"))

    prepare_faces(config(data), tmp_path / "run", SilentReporter())

    taken = {photo.photo: [one.kind for one in photo.refused] for photo in read_photos(tmp_path / "run")}
    assert taken == {"mine.png": [], "theirs.png": ["split"]}


def test_small_faces_and_faces_over_the_border_are_refused_with_numbers(photos: Path, tmp_path: Path) -> None:
    settings = PrepareFacesConfig(str(photos), 1024, smallest=1.0, refused="", inside=0.0)
    prepare_faces(settings, tmp_path / "small", SilentReporter())
    prepare_faces(PrepareFacesConfig(str(photos), 32, refused="", inside=1.01), tmp_path / "cut", SilentReporter())

    small = {photo.photo: photo.refused for photo in read_photos(tmp_path / "small")}["good.png"]
    cut = {photo.photo: photo.refused for photo in read_photos(tmp_path / "cut")}["good.png"]
    assert [(one.kind, "1024 are needed" in one.reason) for one in small] == [("too_small", True)]
    assert [one.kind for one in cut] == ["cut_off"]


@pytest.mark.parametrize(
    ("size", "refused", "message"), [(8, "", "size is 8"), (32, "turned_away,ugly", "no photo check “ugly”")]
)
def test_settings_that_make_no_sense_are_told(photos: Path, tmp_path: Path, size: int, refused: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        prepare_faces(PrepareFacesConfig(str(photos), size, refused=refused), tmp_path / "run", SilentReporter())


def test_folders_without_photos_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a folder of photos"):
        list_photos(tmp_path / "nowhere")
    with pytest.raises(DataError, match="no photos"):
        list_photos(tmp_path)


def test_links_do_not_lead_out_of_the_folder(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    Pillow.new("RGB", (8, 8)).save(tmp_path / "elsewhere" / "x.png")
    (photos / "way").symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    assert not any(name.startswith("way") for name in list_photos(photos))


def test_classes_are_those_of_the_middle_of_the_masks() -> None:
    masks = np.zeros((13, 160, 160), np.float32)
    masks[3] = 1
    masks[:, 30:130, 30:130] = 0
    masks[7, 30:130, 30:130] = 1

    assert (face_classes(masks, 64) == 7).all()
    assert (face_classes(np.roll(masks, 20, axis=2), 64)[:, :4] == 3).all()


def test_the_line_of_a_photo_is_json(photos: Path, tmp_path: Path) -> None:
    prepare_faces(config(photos), tmp_path / "run", SilentReporter())

    line = json.loads((tmp_path / "run" / "photos.jsonl").read_text().splitlines()[1])
    assert (line["photo"], len(line["digest"]), line["faces"][0]["name"]) == ("good.png", 64, f"{line['digest'][:16]}-1")
