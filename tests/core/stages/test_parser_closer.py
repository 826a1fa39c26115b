"""The closer look at glasses: that it learns, alone, and goes on where it stopped."""

import copy
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from core.datasets.portraits import IGNORED
from core.engines import CLASSES
from core.networks.parser import Parser, about_eyes
from core.reporting import SilentReporter
from core.stages.parser_closer import glasses_loss, look_closer, start_closer
from core.stages.parser_heads import Drawing, as_tensor
from tests.reporters import StopsAfter

GLASSES = CLASSES.index("glasses")


class Drawn:
    """Heads of noise on which what is red about the eyes is glasses, the redder the more were drawn since it went on."""

    rounds = 2

    def __init__(self) -> None:
        self.seeds: list[int] = []

    def go_on(self, folder: Path, rounds: int, seeds: Sequence[int]) -> None:
        assert folder.name != "closer"
        assert rounds == 2
        self.seeds = list(seeds)

    def prefer_glasses(self, wearers: float) -> None:
        assert wearers > 0.5

    def batch(self, rng: np.random.Generator, count: int, size: int, draw: Drawing) -> tuple[np.ndarray, np.ndarray]:
        assert draw.rendered > 0.5
        self.seeds.append(len(self.seeds))
        pictures = rng.integers(60, 100, (count, size, size, 3), np.uint8)
        classes = np.ones((count, size, size), np.uint8)
        for picture, regions in zip(pictures, classes, strict=True):
            row, column = rng.integers(70, 100), rng.integers(30, 130)
            picture[row : row + 5, column : column + 30] = (250 - 10 * min(9, len(self.seeds)), 20, 20)
            regions[row : row + 5, column : column + 30] = GLASSES
        return pictures, classes


def _parser() -> Parser:
    torch.manual_seed(3)
    return Parser().eval().requires_grad_(False)


def _loss(parser: Parser) -> float:
    pictures, classes = Drawn().batch(np.random.default_rng(9), 4, 192, Drawing(rendered=1))
    images = as_tensor(pictures)
    with torch.no_grad():
        return float(glasses_loss(parser.glasses(images, parser.closer), classes[:, *about_eyes(images)]))


def test_it_learns_and_all_else_stays(tmp_path: Path) -> None:
    parser = _parser()
    before, at_first = copy.deepcopy(parser.state_dict()), _loss(parser)

    assert look_closer(parser, Drawn(), (40, 3), 1, tmp_path, SilentReporter())  # type: ignore[arg-type]
    assert _loss(parser) < 0.9 * at_first
    changed = {name for name, value in parser.state_dict().items() if not torch.equal(value, before[name])}
    assert changed
    assert all(name.startswith("closer.") for name in changed)


def test_it_goes_on_where_it_stopped_and_is_what_another_run_begins_with(tmp_path: Path) -> None:
    whole, halves, next_one = _parser(), _parser(), _parser()
    look_closer(whole, Drawn(), (4, 2), 1, tmp_path / "whole", SilentReporter())  # type: ignore[arg-type]

    assert not look_closer(halves, Drawn(), (4, 2), 1, tmp_path / "halves", StopsAfter(2))  # type: ignore[arg-type]
    halves = _parser()
    assert look_closer(halves, Drawn(), (4, 2), 1, tmp_path / "halves", SilentReporter())  # type: ignore[arg-type]
    start_closer(next_one, "")
    start_closer(next_one, str(tmp_path / "whole"))
    for name, value in whole.state_dict().items():
        assert torch.equal(value, halves.state_dict()[name]), name
        assert torch.equal(value, next_one.state_dict()[name]), name


def test_pixels_that_nobody_knows_do_not_enter_the_loss() -> None:
    odds = torch.zeros(1, 4, 4, requires_grad=True)
    classes = np.full((1, 4, 4), IGNORED, np.uint8)
    classes[0, 0] = GLASSES
    glasses_loss(odds, classes).backward()
    assert odds.grad is not None

    assert (odds.grad[0, 0] < 0).all()
    assert (odds.grad[0, 1:] == 0).all()
