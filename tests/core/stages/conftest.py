from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.datasets.portraits import FaceLabels
from tests.core.datasets.faces import drawn_face

torch.set_num_threads(1)  # two threads on a busy machine wait for each other more than they compute

FILES = ("a.png", "b.png", "c.png")


@pytest.fixture
def labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A labels folder of three drawn portraits that stand where the real ones would."""
    picture, regions, landmarks = drawn_face()
    photos = tmp_path / "data" / "faces" / "portraits"
    photos.mkdir(parents=True)
    rng = np.random.default_rng(2)
    shifts = rng.normal(0, 2, (len(FILES), *landmarks.shape)).astype(np.float32)
    for file in FILES:
        Image.fromarray(picture).save(photos / file)
    rows = ["file,split,sex,source,licence,note", *(f"{file},train,,ours,CC0," for file in FILES)]
    (photos.parent / "portraits.csv").write_text("\n".join(rows))
    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path / "data"))
    depth = rng.normal(0, 5, shifts.shape[:2]).astype(np.float32)
    people = [((regions > 0) * 255).astype(np.uint8)] * len(FILES)
    FaceLabels("train", FILES, landmarks + shifts, depth, np.stack([regions] * len(FILES)), people, {}).save(tmp_path / "labels")
    return tmp_path / "labels"
