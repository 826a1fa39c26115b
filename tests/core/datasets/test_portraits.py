import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.datasets.portraits import IGNORED, FaceLabels, check_split, load_labels, load_photos, read_portraits
from core.errors import DataError
from core.paths import MODELS_FOLDER, training_data_folder

ROWS = [("a.jpg", "train"), ("b.jpg", "train"), ("c.jpg", "dev"), ("d.jpg", "evaluation")]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of four small portraits."""
    photos = tmp_path / "data" / "faces" / "portraits"
    photos.mkdir(parents=True)
    for file, _ in ROWS:
        Image.new("RGB", (40, 60), (90, 60, 50)).save(photos / file)
    lines = ["file,split,sex,source,licence,note", *(f"{file},{split},,ours,CC0," for file, split in ROWS)]
    (photos.parent / "portraits.csv").write_text("\n".join(lines))
    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def save_labels(data: Path) -> Callable[..., Path]:
    def save(*files: str) -> Path:
        count = len(files)
        regions = np.full((count, 320, 320), IGNORED, np.uint8)
        people = [np.full((60, 40), index, np.uint8) for index in range(count)]
        landmarks = np.random.default_rng(0).uniform(0, 40, (count, 478, 2)).astype(np.float32)
        depth = np.full((count, 478), -3, np.float32)
        FaceLabels("train", files, landmarks, depth, regions, people, {"teacher": "0" * 64}).save(data.parent / "labels")
        return data.parent / "labels"

    return save


@pytest.mark.usefixtures("data")
def test_portraits_are_told_apart_by_split() -> None:
    assert [portrait.path.name for portrait in read_portraits("train")] == ["a.jpg", "b.jpg"]
    assert [portrait.path.name for portrait in read_portraits("dev")] == ["c.jpg"]


def test_labels_survive_the_disk(save_labels: Callable[..., Path]) -> None:
    labels = load_labels(save_labels("a.jpg", "b.jpg"))

    assert labels.files == ("a.jpg", "b.jpg")
    assert labels.landmarks.shape == (2, 478, 2)
    assert (labels.depth == -3).all()
    assert [int(mask[0, 0]) for mask in labels.people] == [0, 1]


@pytest.mark.parametrize("stranger", ["c.jpg", "d.jpg", "e.jpg"])
def test_labels_with_anything_but_training_portraits_train_nothing(save_labels: Callable[..., Path], stranger: str) -> None:
    folder = save_labels("a.jpg", stranger)

    with pytest.raises(DataError, match=rf"{stranger} and 0 more are not of split “train”"):
        load_labels(folder)


def test_labels_of_another_alignment_are_refused(save_labels: Callable[..., Path]) -> None:
    folder = save_labels("a.jpg")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "alignment": 999}))

    with pytest.raises(DataError, match="alignment 999"):
        load_labels(folder)


def test_a_folder_without_labels_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"main\.py train label_faces --run"):
        load_labels(tmp_path)


def test_absent_data_says_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path / "none"))

    with pytest.raises(DataError, match="LIKENESS_DATA"):
        read_portraits("train")


@pytest.mark.usefixtures("data")
def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(DataError, match="no portraits of split “test”"):
        read_portraits("test")


def test_photos_come_reduced_with_their_scale(save_labels: Callable[..., Path]) -> None:
    photos, scales = load_photos(load_labels(save_labels("a.jpg")), 30)

    assert photos[0].shape == (30, 20, 3)
    assert scales.tolist() == [0.5]


@pytest.mark.skipif(training_data_folder() is None, reason="the portraits are not here")
@pytest.mark.parametrize("name", ["finder", "landmarks", "parser"])
def test_shipped_networks_were_trained_on_training_portraits_only(name: str) -> None:
    card = json.loads((MODELS_FOLDER / f"{name}.json").read_text())
    manifest = Path(__file__).parents[3] / "docs" / "models" / "portraits.json"
    files = json.loads(manifest.read_text())["files"]

    assert card["data"]["manifest_sha256"] == hashlib.sha256(manifest.read_bytes()).hexdigest()
    assert len(files) > 900
    check_split(files, "train")
