"""The loss and the samples of the face parser; that the stage runs and resumes is in test_faces.py."""

from pathlib import Path

import numpy as np
import pytest
import torch
from typing_extensions import override

from core.checkpoint import Training
from core.configs import TrainParserConfig
from core.datasets.heads import RenderedHeads
from core.datasets.portraits import IGNORED, load_labels
from core.engines import CLASSES
from core.errors import DataError
from core.networks.parser import Parser, in_cells
from core.stages.parser_heads import ParserHeads, balanced, held_out_heads, wide_frame
from core.stages.train_parser import parsing_loss, region_scores, train_parser
from tests.reporters import StopsAfter

GLASSES, BACKGROUND = CLASSES.index("glasses"), CLASSES.index("background")


class Sees(torch.nn.Module):
    """Sees glasses on the left half of every picture."""

    @override
    def forward(self, images: torch.Tensor) -> torch.Tensor:
        masks = torch.zeros(len(images), 13, *images.shape[2:])
        masks[:, GLASSES, :, : images.shape[3] // 2] = 1
        return masks


def _logits(classes: np.ndarray, height: float) -> torch.Tensor:
    return height * torch.nn.functional.one_hot(in_cells(torch.from_numpy(classes)).long() % 13, 13).float()


def _classes() -> np.ndarray:
    return np.kron(np.random.default_rng(0).integers(0, 13, (2, 8, 8)), np.ones((1, 8, 8))).astype(np.uint8)


def test_loss_is_near_zero_for_the_truth_and_large_for_anything_else() -> None:
    classes = _classes()
    right = parsing_loss(_logits(classes, 12), classes, np.random.default_rng(0))
    wrong = parsing_loss(_logits(np.roll(classes, 8, axis=2), 12), classes, np.random.default_rng(0))

    assert right < 0.05
    assert wrong > 5


def test_ignored_pixels_do_not_enter_the_loss() -> None:
    classes = _classes()
    classes[:, :16] = IGNORED
    logits = _logits(classes, 3).requires_grad_()
    parsing_loss(logits, classes, np.random.default_rng(0)).backward()
    assert logits.grad is not None

    assert (logits.grad[:, :4] == 0).all()
    assert (logits.grad[:, 4:] != 0).any()


def test_samples_are_of_the_size_asked_for_and_hold_known_classes(labels: Path) -> None:
    heads = ParserHeads.load(load_labels(labels), None)
    pictures, classes = heads.batch(np.random.default_rng(1), 24, 128)

    assert pictures.shape == (24, 128, 128, 3)
    assert classes.shape == (24, 128, 128)
    assert set(np.unique(classes)) <= {*range(13), IGNORED}
    assert (classes == GLASSES).any()


def test_about_the_eyes_of_who_wears_glasses_nobody_knows_until_the_network_says(labels: Path) -> None:
    heads = ParserHeads.load(load_labels(labels), None)
    heads.wears[:] = (True, False, False)

    heads.find_glasses(Sees(), 128)

    assert (heads.regions[0] == GLASSES).sum() > 300
    assert (heads.regions[0] == IGNORED).sum() > 300
    assert (heads.regions[1:] == heads.taught[1:]).all()
    assert not (heads.regions[0][:, 170:] == GLASSES).any()
    # The network is wrong about both others.
    assert np.allclose(heads.chances[1:] / heads.even[1:], 3 * heads.chances[0] / heads.even[0])


def test_held_out_heads_are_the_wide_crop(labels: Path) -> None:
    pictures, classes = held_out_heads(load_labels(labels), 160)
    whole = load_labels(labels)

    assert pictures.shape == (3, 160, 160, 3)
    assert (classes[0] == wide_frame(160).pick(np.array(whole.regions[0]), IGNORED)).all()


def test_scores_of_the_truth_are_one() -> None:
    classes = np.repeat(_classes()[:1], 8, axis=0)

    class Knows(torch.nn.Module):
        @override
        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.one_hot(torch.from_numpy(classes[: len(images)]).long(), 13).permute(0, 3, 1, 2).float()

    scores = region_scores(Knows(), (np.zeros((8, 64, 64, 3), np.uint8), classes))

    assert scores["accuracy"] == 1
    assert all(value == 1 for value in scores.values())
    assert region_scores(Parser(), None) == {}


def test_of_each_kind_of_rendered_heads_half_of_those_drawn_wear_glasses() -> None:
    classes = np.zeros((12, 320, 320), np.uint8)
    kinds = np.array([0] * 6 + [1] * 6)
    wears = np.array([True] + [False] * 5 + [True] * 4 + [False] * 2)
    classes[wears, 100:110] = GLASSES
    classes[3, :5] = CLASSES.index("earrings")
    heads = RenderedHeads(
        np.zeros((12, 320, 320, 3), np.uint8), classes, np.zeros((12, 5, 2), np.float32), kinds,
        np.zeros((12, 478, 2), np.float32), np.ones(12, bool),
    )  # fmt: skip
    chances = balanced(heads)

    assert np.isclose(chances.sum(), 1)
    assert np.isclose(chances[(kinds == 1) & wears].sum(), chances[(kinds == 1) & ~wears].sum())
    assert np.isclose(chances[3], 1.5 * chances[2])
    assert np.isclose(chances[0], 5 * chances[2])
    assert np.isclose(balanced(heads, 0.75)[(kinds == 1) & wears].sum(), 3 * balanced(heads, 0.75)[(kinds == 1) & ~wears].sum())


def test_about_the_eyes_there_are_glasses_dark_sockets_or_nothing(labels: Path) -> None:
    heads = ParserHeads.load(load_labels(labels), None)
    head, landmarks = (heads.pictures[0], heads.regions[0]), heads.landmarks[0]
    rng, worn, shaded = np.random.default_rng(4), 0, 0
    for _ in range(60):
        picture, regions = heads._about_the_eyes(rng, head, landmarks)
        wears = bool((regions == GLASSES).any())
        worn += wears
        shaded += not wears and bool((picture != head[0]).any())
        assert wears or (regions == head[1]).all()

    assert 25 < worn < 48
    assert 4 < shaded < 24


def test_heads_go_on_as_they_were_after_a_round(labels: Path, tmp_path: Path) -> None:
    straight, other = (ParserHeads.load(load_labels(labels), None) for _ in range(2))
    for heads in (straight, other):
        heads.wears[:] = (True, False, False)
    straight.find_glasses(Sees(), 128)
    straight.keep(tmp_path)
    straight.batch(np.random.default_rng(1), 8, 64)
    other.go_on(tmp_path, straight.rounds, straight.seeds)

    for one, two in zip(
        straight.batch(np.random.default_rng(2), 16, 64), other.batch(np.random.default_rng(2), 16, 64), strict=True
    ):
        assert (one == two).all()
    assert straight.seeds == other.seeds
    (tmp_path / "glasses-1.npz").write_bytes(b"PK")
    with pytest.raises(DataError, match=r"glasses-1\.npz cannot be read"):
        other.go_on(tmp_path, 1, [])


def test_a_run_begins_with_an_earlier_ones_weights(labels: Path, tmp_path: Path) -> None:
    torch.manual_seed(5)
    earlier = Training(Parser(), seed=1)
    earlier.save(tmp_path / "earlier")
    config = TrainParserConfig(labels=str(labels), start=str(tmp_path / "earlier"), steps=1)
    train_parser(config, tmp_path / "later", StopsAfter(0))
    later = Training(Parser(), seed=2)
    later.resume(tmp_path / "later")

    for name, value in earlier.average.state_dict().items():
        assert torch.equal(value, later.network.state_dict()[name]), name
