"""The last step of training the parser: its closer look at glasses about the eyes, while all else stays as it is."""

import copy
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.checkpoint import Training, start_from
from core.datasets.portraits import IGNORED
from core.engines import CLASSES
from core.networks.parser import PARSER_SIZE, Parser, about_eyes
from core.reporting import Reporter
from core.stages.fitting import Schedule, fit
from core.stages.parser_heads import Drawing, ParserHeads, as_tensor

CLOSER = "closer"
"""The folder of its checkpoints within the run's."""

_GLASSES = CLASSES.index("glasses")
_RATE = 3e-3
_WEARERS = 0.75  # of the rendered heads
_DRAWING = Drawing(rendered=0.85, hard=0.2, jitter=0.3)
"""Exact masks on sharp pictures: what is learnt is where edges lie, in crops as good as landmarks make them."""
_DICE_WEIGHT = 0.3


def start_closer(parser: Parser, earlier: str) -> None:
    """Begin with the closer look of an earlier run's folder, if there is one that has it."""
    if earlier and (Path(earlier) / CLOSER).is_dir():
        start_from(parser.closer, Path(earlier) / CLOSER)


def look_closer(
    parser: Parser, heads: ParserHeads, schedule: tuple[int, int], seed: int, folder: Path, reporter: Reporter
) -> bool:
    """Train the closer look of a trained parser, in place; the same call again resumes.

    Args:
        parser: All else of it stays.
        heads: What to learn from, as the rest of the training left it.
        schedule: Steps, and pictures in each.
        seed: Of the samples.
        folder: The run folder.
        reporter: Hears of loss and progress.

    Returns:
        Whether it came to its end.
    """
    steps, batch = schedule
    heads.prefer_glasses(_WEARERS)
    training = Training(copy.deepcopy(parser.closer).requires_grad_(True), seed, decay=0.99)

    def loss_of(_: float) -> Tensor:
        if training.extra.get("seeds") is not heads.seeds:  # it has just begun, or goes on
            heads.go_on(folder, heads.rounds, training.extra.get("seeds", ()))
        training.extra = {"seeds": heads.seeds}
        pictures, classes = heads.batch(training.rng, batch, PARSER_SIZE, _DRAWING)
        images = as_tensor(pictures).contiguous(memory_format=torch.channels_last)
        return glasses_loss(parser.glasses(images, training.network), classes[:, *about_eyes(images)])

    is_done = fit(training, Schedule(0, steps, _RATE), loss_of, dict, folder / CLOSER, reporter)
    parser.closer.load_state_dict(training.average.state_dict())
    return is_done


def glasses_loss(odds: Tensor, classes: NDArray[np.uint8]) -> Tensor:
    """Cross entropy and soft Dice (Milletari et al. 2016, arXiv 1606.04797) of glasses against all else.

    Args:
        odds: (N, h, w) log odds.
        classes: (N, h, w), may hold `IGNORED`.
    """
    wanted, known = (torch.from_numpy(mask).float() for mask in (classes == _GLASSES, classes != IGNORED))
    entropy = (functional.binary_cross_entropy_with_logits(odds, wanted, reduction="none") * known).sum() / known.sum()
    found = odds.sigmoid() * known
    dice = 2 * (found * wanted).sum() / (found.sum() + wanted.sum() + 1)
    return entropy + _DICE_WEIGHT * (1 - dice)
