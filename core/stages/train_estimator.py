"""Train one of an engine's estimators.

| network  | sees                                                  | estimates                            | for method |
|----------|-------------------------------------------------------|--------------------------------------|------------|
| baseline | the aligned face, of renders only                     | everything                           | `baseline` |
| shape    | regions and colours above the skin's, of renders      | styles of hair, brows, nose, mouth   | `regions`  |
| details  | the middle of the face, of renders and dressed portraits | glasses and facial hair           | `regions`  |

Source: SwiftAvatar (arXiv 2301.08153), section 3.3: ResNet-18, one head for continuous values, one per discrete parameter, loss
10 SCE + 1 L1. SCE's own weights are from its paper (core.networks.losses), which SwiftAvatar does not name.
Differs: random initialisation, AdamW with a cosine, batches that a processor can train, smaller pictures. `shape` and
`details` are ours. Of what `shape` estimates, `regions` uses the hair alone: brows, nose, mouth and numbers are read from
landmarks by regressions on its card, because the network did not learn them in 20 CPU minutes.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.avatar.schema import AvatarSchema, DiscreteParameter
from core.checkpoint import Training
from core.configs import TrainEstimatorConfig
from core.datasets.portraits import read_portraits
from core.datasets.renders import Renders, read_manifest, read_renders
from core.devices import join
from core.engines import AvatarEngine, open_engine
from core.errors import DataError, FaceError, PhotoError, SettingError
from core.faces.reading import read_selfie
from core.faces.selfie import ALIGNMENT_VERSION, Selfie
from core.images import read_photo
from core.methods.baseline import FACE_VIEW_SIZE
from core.methods.regions import DETAILS_VIEW_SIZE, SHAPE_CHANNELS, SHAPE_VIEW_SIZE, read_classes_shape, read_selfie_shape
from core.networks.estimator import AvatarLogits, Estimator
from core.networks.losses import absolute_error, symmetric_cross_entropy
from core.reporting import Reporter
from core.stages import estimator_card
from core.stages.estimator_batches import DetailsExamples, Example, Face, FaceExamples, ShapeExamples, Source, Targets
from core.stages.exporting import write_card
from core.stages.fitting import Schedule, fit

Image = NDArray[np.uint8]

_HELD_OUT = 0.05  # share of the renders that is measured on
_FEWEST_HELD_OUT = 8
_MANY_OPTIONS = 10  # with more, the reverse cross-entropy alone hardly learns and gets a smaller weight
# Of the plain portraits in a batch, those that may wear what nobody labelled; the worst are left out. On the dev photos: with
# 0.1 and dark skin drawn four times as often, fewer dark-skinned people were given glasses, but real ones and beards were missed.
_UNKNOWN_SHARE = 0.2


@dataclass(frozen=True)
class _Network:
    """Size of a network and of its picture."""

    size: int
    channels: int
    width: int


_NETWORKS = {
    "baseline": _Network(FACE_VIEW_SIZE, 3, 64),
    "shape": _Network(SHAPE_VIEW_SIZE, SHAPE_CHANNELS, 20),
    "details": _Network(DETAILS_VIEW_SIZE, 3, 32),
}


def train_estimator(config: TrainEstimatorConfig, folder: Path, reporter: Reporter) -> None:
    """Train, and write the ONNX file with its card into the run folder; the same call again resumes.

    Raises:
        SettingError: There is no such network.
        DataError: The renders or portraits are missing or made for something else.
    """
    if config.network not in _NETWORKS:
        raise SettingError(f"There is no network “{config.network}”; there are {', '.join(_NETWORKS)}.")
    team = join(config.device, config.devices, config.threads)
    share = team.share(config.batch)
    torch.manual_seed(config.seed)
    engine = open_engine(read_manifest(Path(config.renders)).engine)
    targets = _targets(config.network, engine.schema)
    renders = read_renders(Path(config.renders), engine.schema)
    portraits = _read_selfies(config.portraits) if config.network == "details" else []
    held_out_count = max(_FEWEST_HELD_OUT, int(_HELD_OUT * len(renders)))
    if len(renders) <= held_out_count:
        what = f"{config.renders} holds {len(renders)} renders, and {held_out_count} of them are kept for measuring."
        raise DataError(f"{what} Render more, at least {_FEWEST_HELD_OUT + 1}; thousands make a good estimator.")
    examples = _source(config.network, renders.part(held_out_count, len(renders)), portraits, targets)
    held_out = _examples(_source(config.network, renders.part(0, held_out_count), portraits, targets), config.seed)
    training = Training(_build(config.network, targets), config.seed, team=team)

    def loss_of(_: float) -> Tensor:
        indices = training.rng.integers(len(examples), size=share)
        batch = [examples.example(training.rng, int(index)) for index in indices]
        return _loss(config, targets, training.network(_tensor(batch).to(team.device)), batch)

    def measure() -> dict[str, float]:
        outputs = estimator_card.outputs_of(cast(Estimator, training.averaged()), [example.picture for example in held_out])
        return estimator_card.figures(targets, outputs, held_out)

    schedule = Schedule(config.minutes, config.steps, config.rate)
    if fit(training, schedule, loss_of, measure, folder, reporter):
        average = cast(Estimator, training.averaged())
        path = folder / f"{engine.schema.engine}_{config.network}.onnx"
        estimator_card.export_estimator(average, targets, _NETWORKS[config.network].size, path)
        facts = _calibration(average, targets, held_out)
        if config.network == "shape":
            facts |= _shape_facts(engine, renders, _read_selfies(config.portraits))
        write_card(path, {**_description(config, training, engine.schema, targets), **facts, "held_out": measure()})
    engine.close()


def _source(network: str, renders: Renders, portraits: Sequence[Selfie], targets: Targets) -> Source:
    if network == "baseline":
        return FaceExamples(renders, targets)
    if network == "shape":
        return ShapeExamples(renders, targets)
    return DetailsExamples(renders, [Face.of(selfie) for selfie in portraits], targets)


def _targets(network: str, schema: AvatarSchema) -> Targets:
    """Which parameters a network estimates, by what their options' tags are about."""
    core = [choice for choice in schema.discrete if choice.group == "core"]
    worn = tuple(choice for choice in core if any(option.tags.get("kind") == "none" for option in choice.options))
    colours = tuple(choice for choice in core if {"monk", "colour"} & set(choice.options[0].tags))
    numbers = tuple(number.id for number in schema.continuous if number.group == "core")
    if network == "details":
        return Targets(schema, worn, ())
    if network == "shape":
        return Targets(schema, tuple(choice for choice in core if choice not in worn + colours), ())
    return Targets(schema, tuple(core), numbers)


def _build(network: str, targets: Targets) -> Estimator:
    sizes = _NETWORKS[network]
    options = [len(choice.options) for choice in targets.discrete]
    estimator = Estimator(len(targets.continuous), options, channels=sizes.channels, width=sizes.width)
    return estimator.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def _read_selfies(limit: int) -> list[Selfie]:
    """The training portraits that a face is read from."""
    selfies = []
    for portrait in read_portraits("train")[: limit or None]:
        try:
            selfies.append(read_selfie(read_photo(portrait.path)))
        except (FaceError, PhotoError):
            continue  # a portrait without a readable face teaches nothing here
    return selfies


def _calibration(network: Estimator, targets: Targets, held_out: Sequence[Example]) -> dict[str, Any]:
    """Temperatures of choices, and how sure numbers are."""
    outputs = estimator_card.outputs_of(network, [example.picture for example in held_out])
    return {
        "temperatures": estimator_card.temperatures(targets, outputs, held_out),
        "numbers": estimator_card.unspread(targets, outputs, held_out),
    }


def _shape_facts(engine: AvatarEngine, renders: Renders, portraits: Sequence[Selfie]) -> dict[str, Any]:
    """How features without tags and numbers are read from the shape of a face, and what colours swatches have."""
    schema = engine.schema
    bare = [index for index in range(len(renders)) if _is_bare(schema, renders.discrete[index])]
    readings = np.stack([read_classes_shape(renders.masks[index]) for index in bare])
    features = _features(schema)
    avatars = estimator_card.Avatars(
        readings,
        {
            name: renders.continuous[bare, column]
            for name, column in schema.continuous_index.items()
            if schema[name].group == "core"
        },
        [(choice, renders.discrete[bare, schema.discrete_index[choice.id]]) for choice in features],
    )
    people = np.stack([read_selfie_shape(selfie) for selfie in portraits]) if portraits else readings
    return {"shape": estimator_card.read_features(avatars, people), "swatches": estimator_card.swatches(engine)}


def _features(schema: AvatarSchema) -> list[DiscreteParameter]:
    """Choices of brows, nose, mouth: what no tag describes."""
    return [choice for choice in schema.discrete if choice.group == "core" and not any(option.tags for option in choice.options)]


def _is_bare(schema: AvatarSchema, discrete: NDArray[np.int64]) -> bool:
    """Whether nothing is worn: beards and glasses hide the shape of a face."""
    tags = (choice.options[index].tags for choice, index in zip(schema.discrete, discrete, strict=True))
    return all(one.get("kind", "none") == "none" for one in tags)


def _description(config: TrainEstimatorConfig, training: Training, schema: AvatarSchema, targets: Targets) -> dict[str, Any]:
    """The first part of the card: what it is and what it was made of."""
    data = f"renders of {schema.engine} by render_avatars"
    if config.network == "details":
        data += "; portraits of split train (MIT and CC0, ../shared/data/README.md) with drawn glasses and beards"
    if config.network == "shape":
        data += "; portraits of split train, whose ranks the numbers are spread by"
    return {
        "what": f"estimator “{config.network}” of engine {schema.engine}: picture to avatar (SwiftAvatar, arXiv 2301.08153, 3.3)",
        **estimator_card.identity(schema, targets),
        "alignment": ALIGNMENT_VERSION,
        "data": data,
        "initialisation": "random; ImageNet weights cannot be had offline",
        "command": f"main.py train train_estimator --run DIR --set network={config.network} --set renders=RENDERS",
        "config": asdict(config),
        "pictures_seen": training.step * config.batch,
        "parameters": sum(weight.numel() for weight in training.average.parameters()),
    }


def _loss(config: TrainEstimatorConfig, targets: Targets, logits: AvatarLogits, batch: Sequence[Example]) -> Tensor:
    device = logits.continuous.device
    is_plain = torch.tensor([example.is_plain for example in batch])
    total = torch.zeros((), device=device)
    for choice, scores in zip(targets.discrete, logits.discrete, strict=True):
        allowed = torch.from_numpy(np.stack([example.allowed[choice.id] for example in batch])).to(device)
        forward, reverse = (1.0, 1.0) if len(choice.options) <= _MANY_OPTIONS else (3.0, 0.3)
        loss = symmetric_cross_entropy(scores, allowed, forward_weight=forward, reverse_weight=reverse)
        total = total + config.discrete_weight * _trimmed(loss, is_plain).mean()
    if targets.continuous:
        values = torch.from_numpy(np.stack([example.continuous for example in batch])).to(device)
        total = total + config.continuous_weight * absolute_error(logits.continuous, values).mean()
    return total


def _trimmed(loss: Tensor, is_plain: Tensor) -> Tensor:
    """(N,) without the worst of the plain portraits: some of them wear glasses or a beard, and nobody said so."""
    count = int(_UNKNOWN_SHARE * int(is_plain.sum()))
    if count == 0:
        return loss
    worst = torch.where(is_plain.to(loss.device), loss.detach(), -1.0).topk(count).indices
    return loss.index_fill(0, worst, 0.0)


def _tensor(batch: Sequence[Example]) -> Tensor:
    pictures = torch.from_numpy(np.stack([example.picture for example in batch])).permute(0, 3, 1, 2)
    return (pictures / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def _examples(source: Source, seed: int) -> list[Example]:
    """Every example of a source once, always the same."""
    rng = np.random.default_rng([seed, 1])
    return [source.example(rng, index) for index in range(min(len(source), 1000))]
