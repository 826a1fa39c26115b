from pathlib import Path

import numpy as np
import pytest

from core.datasets.faces import (
    PHOTOS,
    FaceDataset,
    FaceRecord,
    FacesFolder,
    FacesManifest,
    PhotoRecord,
    PreparedFace,
    Refusal,
    read_photos,
)
from core.errors import DataError, FileNotWrittenError

MANIFEST = FacesManifest(16, {"parser": "0" * 64})
SQUARE = ((0.0, 0.0), (0.0, 16.0), (16.0, 16.0), (16.0, 0.0))


def prepared(name: str, value: int) -> PreparedFace:
    record = FaceRecord(name, 1, 0.9, 1.0, SQUARE, ((1.5, 2.5),))
    return PreparedFace(record, np.full((16, 16, 3), value, np.uint8), np.full((16, 16), value % 13, np.uint8))


def filled(folder: Path) -> FacesFolder:
    faces = FacesFolder(folder, MANIFEST)
    for name, value in (("ada", 3), ("bob", 7)):
        face = prepared(name, value)
        faces.add(PhotoRecord(f"{name}.jpg", name * 2, (face.record,)), [face])
    faces.add(PhotoRecord("wall.jpg", "wall", (), (Refusal(0, "NoFace", "No face in “wall”."),)), [])
    return faces


def test_faces_come_back_with_what_is_known_of_them(tmp_path: Path) -> None:
    filled(tmp_path)
    faces = FaceDataset(tmp_path)

    assert len(faces) == 2
    assert [record.name for record in faces.records] == ["ada", "bob"]
    assert faces.records[0] == prepared("ada", 3).record
    assert faces.photos[2].refused == (Refusal(0, "NoFace", "No face in “wall”."),)
    picture, classes = faces[1]
    assert (picture == 7).all()
    assert picture.shape == (16, 16, 3)
    assert (classes == 7).all()
    assert classes.dtype == np.uint8


def test_a_half_written_line_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    filled(tmp_path)
    with (tmp_path / PHOTOS).open("a") as file:
        file.write('{"photo": "cut.jpg", "dig')

    faces = FacesFolder(tmp_path, MANIFEST)

    assert set(faces.photos) == {"ada.jpg", "bob.jpg", "wall.jpg"}
    assert faces.digests == {"adaada": "ada.jpg", "bobbob": "bob.jpg"}
    face = prepared("cut", 5)
    faces.add(PhotoRecord("cut.jpg", "cut", (face.record,)), [face])
    assert [photo.photo for photo in read_photos(tmp_path)] == ["ada.jpg", "bob.jpg", "wall.jpg", "cut.jpg"]


def test_another_damaged_line_is_told_with_its_number(tmp_path: Path) -> None:
    filled(tmp_path)
    lines = (tmp_path / PHOTOS).read_text().splitlines()
    (tmp_path / PHOTOS).write_text("\n".join([lines[0], "{}", lines[2], ""]))

    with pytest.raises(DataError, match="line 2"):
        FaceDataset(tmp_path)


@pytest.mark.parametrize("other", [FacesManifest(32, MANIFEST.networks), FacesManifest(16, {"parser": "1" * 64})])
def test_a_folder_of_something_else_is_refused(tmp_path: Path, other: FacesManifest) -> None:
    filled(tmp_path)

    with pytest.raises(DataError, match="other networks or of another size"):
        FacesFolder(tmp_path, other)


def test_faces_of_another_alignment_are_refused(tmp_path: Path) -> None:
    FacesFolder(tmp_path, FacesManifest(16, {}, alignment=0))

    with pytest.raises(DataError, match="alignment 0"):
        FaceDataset(tmp_path)


def test_folders_without_faces_say_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"main\.py train prepare_faces"):
        FaceDataset(tmp_path)
    FacesFolder(tmp_path, MANIFEST)
    with pytest.raises(DataError, match="no faces"):
        FaceDataset(tmp_path)


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "masks" / "bob.png").write_bytes(b"no picture")

    with pytest.raises(DataError, match="Face bob"):
        _ = FaceDataset(tmp_path)[1]


def test_a_face_whose_files_cannot_be_written_is_not_in_the_list(tmp_path: Path) -> None:
    faces = filled(tmp_path)
    (tmp_path / "masks" / "eve.png").mkdir()
    face = prepared("eve", 1)

    with pytest.raises(FileNotWrittenError):
        faces.add(PhotoRecord("eve.jpg", "eve", (face.record,)), [face])
    assert [photo.photo for photo in read_photos(tmp_path)] == ["ada.jpg", "bob.jpg", "wall.jpg"]
