"""Train the face parser on the teachers' regions and rendered heads, with glasses, hats and bald heads put on part of them.

Portraits that wear real glasses would teach that glasses are skin. What lies about their eyes is nobody's at first; twice on the
way the network itself says where glasses are there, and that is the label from then on. In the end the closer look at glasses is
trained alone (core.stages.parser_closer).
The pictures are small at first, 128 and 160 pixels, so that more of them are seen (as in Howard et al. 2018, fast.ai DAWNBench);
a run that begins with the weights of an earlier one does neither wait for glasses nor begin small.
Random initialisation: there are no ImageNet weights here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.checkpoint import Training, start_from
from core.configs import TrainParserConfig
from core.datasets.portraits import IGNORED, load_labels, manifest_digest
from core.devices import join
from core.engines import CLASSES
from core.networks.parser import PARSER_SIZE, Parser, in_cells
from core.reporting import Reporter, divided
from core.stages.durations import seconds_of
from core.stages.exporting import export_network, face_facts
from core.stages.fitting import Schedule, fit
from core.stages.parser_closer import CLOSER, look_closer, start_closer
from core.stages.parser_heads import ParserHeads, as_tensor, held_out_heads

Image = NDArray[np.uint8]

_SIZES = ((0.0, 128), (0.3, 160), (0.5, PARSER_SIZE))  # from which part of the run on pictures are how large
_ROUNDS = (0.3, 0.62)  # of the run; then real glasses are looked for
# Eyes, brows, nose and lips are drawn again by landmarks (core.faces.regions).
_CLASS_WEIGHT = {"ears": 2.0, "glasses": 2.5, "hat": 1.2, "hair": 1.2, "neck": 1.2, "earrings": 5.0}
_INSIDE_SHARE = 0.3  # of the pixels that have no other class beside them enter the loss
_INSIDE_WEIGHT = 2.0  # of these; 1 / _INSIDE_SHARE would weigh all pixels alike
_DICE_WEIGHT = 0.5
_IN_BYTES = 2**17  # values of a tensor from which on it ships in bytes: no IoU on dev changes by more than 0.0002


def train_parser(config: TrainParserConfig, folder: Path, reporter: Reporter) -> None:
    """Train, and write parser.onnx with its card into the run folder; the same call again resumes."""
    team = join(config.device, config.devices, config.threads)
    share = team.share(config.batch)
    torch.manual_seed(config.seed)
    heads = ParserHeads.load(load_labels(Path(config.labels)), Path(config.heads) if config.heads else None)
    network = Parser()
    if config.start:
        start_from(network, Path(config.start))
    sizes, rounds = (((0.0, PARSER_SIZE),), (0.0,)) if config.start else (_SIZES, _ROUNDS)
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    training = Training(network, config.seed, team=team)

    def loss_of(done: float) -> Tensor:
        size = next(size for start, size in reversed(sizes) if done >= start)
        if training.extra.get("seeds") is not heads.seeds:  # the run has just begun, or goes on
            heads.go_on(folder, training.extra.get("rounds", 0), training.extra.get("seeds", ()))
        if sum(done >= start for start in rounds) > heads.rounds:
            heads.find_glasses(training.averaged(), size)
            if team.leads:
                heads.keep(folder)
            heads.take_renders()
        training.extra = {"rounds": heads.rounds, "seeds": heads.seeds}
        pictures, classes = heads.batch(training.rng, share, size)
        assert isinstance(training.network, Parser)
        images = as_tensor(pictures).contiguous(memory_format=torch.channels_last).to(team.device)
        return parsing_loss(training.network.logits(images), classes, training.rng)

    held_out = held_out_heads(load_labels(Path(config.measured_on), "dev"), PARSER_SIZE) if config.measured_on else None
    schedule = Schedule(config.minutes, config.steps, config.rate)
    fitting, closer = divided(reporter, seconds_of(config), ("", CLOSER))
    if not fit(training, schedule, loss_of, lambda: region_scores(training.averaged(), held_out), folder, fitting):
        return
    heads.go_on(folder, training.extra.get("rounds", 0), ())
    average = training.averaged()
    assert isinstance(average, Parser)
    if config.closer:
        start_closer(average, config.start)
        if not look_closer(average, heads, (config.closer, config.batch), config.seed, folder, closer):
            return
        for name, value in region_scores(average, held_out).items():
            reporter.measure(name, value, training.step)
    export_network(average, PARSER_SIZE, ("masks",), folder / "parser.onnx", _facts(config, training), _IN_BYTES)


def _facts(config: TrainParserConfig, training: Training) -> dict[str, Any]:
    what = "Says which of 13 classes every pixel of a head belongs to."
    facts = face_facts("train_parser", what, Path(config.labels), training.seconds, config.seed)
    facts |= {"steps": training.step, "pictures": training.step * config.batch, "steps_of_the_closer_look": config.closer}
    if config.start:
        facts["initialisation"] = "the weights of an earlier run of this stage"
        facts["command"] += " --set start=EARLIER"
    if config.heads:
        facts["command"] += " --set heads=HEADS, HEADS being of main.py train render_heads"
        facts["data"]["rendered_heads_manifest_sha256"] = manifest_digest(Path(config.heads))
    return facts


def parsing_loss(logits: Tensor, classes: Image, rng: np.random.Generator) -> Tensor:
    """Cross entropy and soft Dice (Milletari et al. 2016, arXiv 1606.04797, equation of section 3) over some of the pixels.

    All pixels beside another class, and a random part of the others: thin things and edges are where the mistakes are.

    Args:
        logits: (N, H / 4, W / 4, 16, 13), as of `Parser.logits`.
        classes: (N, H, W) uint8, may hold `IGNORED`.
        rng: Which pixels.
    """
    edges = np.zeros(classes.shape, bool)
    across, down = classes[:, :, 1:] != classes[:, :, :-1], classes[:, 1:] != classes[:, :-1]
    edges[:, :, 1:] |= across
    edges[:, :, :-1] |= across
    edges[:, 1:] |= down
    edges[:, :-1] |= down
    weight = np.where(edges, np.float32(1), np.float32(_INSIDE_WEIGHT))
    weight[(classes == IGNORED) | (~edges & (rng.random(classes.shape, np.float32) > _INSIDE_SHARE))] = 0
    weights, wanted = (in_cells(torch.from_numpy(values)).flatten() for values in (weight, classes))
    chosen = weights.nonzero().flatten()
    weights, wanted = weights[chosen], wanted[chosen].long()
    there = wanted.bincount().nonzero().flatten()
    weights, wanted, chosen = (values.to(logits.device) for values in (weights, wanted, chosen))
    logs = logits.flatten(0, 3).index_select(0, chosen).log_softmax(dim=-1)
    right = logs.gather(1, wanted[:, None])[:, 0]
    by_class = torch.tensor([_CLASS_WEIGHT.get(name, 1.0) for name in CLASSES], device=logits.device)[wanted] * weights
    entropy = -(right * by_class).sum() / by_class.sum()
    empty = torch.zeros(len(CLASSES), device=logits.device)
    both = empty.index_add(0, wanted, weights * right.exp())
    present = empty.index_add(0, wanted, weights)
    dice = 2 * both / (present + weights @ logs.exp() + 1)
    return entropy + _DICE_WEIGHT * (1 - dice[there]).mean()


def region_scores(network: torch.nn.Module, held_out: tuple[Image, Image] | None) -> Mapping[str, float]:
    """Intersection over union of every class that the labels have, and pixel accuracy; nothing without held-out heads."""
    if held_out is None:
        return {}
    found = np.concatenate([network(as_tensor(part)).argmax(dim=1).numpy() for part in np.array_split(held_out[0], 8)])
    wanted, known = held_out[1], held_out[1] != IGNORED
    scores = {}
    for index, name in enumerate(CLASSES):
        both = ((found == index) & (wanted == index)).sum()
        either = (((found == index) | (wanted == index)) & known).sum()
        if (wanted == index).any():
            scores[f"iou_{name}"] = float(both / either)
    return {**scores, "accuracy": float((found == wanted)[known].mean())}
