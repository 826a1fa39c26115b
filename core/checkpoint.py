"""Weights and everything else that training needs to go on: one safetensors file, its JSON in the header. Never pickle."""

import copy
import json
import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from core.devices import ALONE, Team
from core.errors import ModelError
from core.files import write_atomically

logger = logging.getLogger(__name__)

_KEPT = 2  # checkpoints of a run; the last may be the one that a full disk spoilt


def save_tensors(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write tensors and JSON facts whole or not at all.

    Raises:
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_atomically(path, to_bytes(plain, metadata={"facts": json.dumps(facts)}))


def load_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `save_tensors` wrote.

    Raises:
        ModelError: The file is missing, damaged, or holds values that are not finite.
    """
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # not a dict
            facts = json.loads((file.metadata() or {})["facts"])
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise ModelError(f"{path} is not a checkpoint of ours, or is damaged: {error}.") from error
    broken = [name for name, tensor in tensors.items() if tensor.is_floating_point() and not bool(tensor.isfinite().all())]
    if broken:
        raise ModelError(f"{path} holds values that are not finite, in {broken[0]}. Go back to an older checkpoint.")
    return tensors, facts


class Training:
    """What a run carries from step to step; saved and resumed whole, so that a resumed run is the uninterrupted one.

    Attributes:
        network: What is trained.
        average: Moving average of its weights: what is measured and shipped.
        optimiser: AdamW.
        rng: All randomness of data and augmentation; torch's own generator is saved beside it.
        step: Steps done.
        seconds: Time spent in them.
        extra: Whatever else the run must not forget, as JSON.
        team: The device, and the processes that train together.
    """

    def __init__(
        self, network: nn.Module, seed: int, weight_decay: float = 0.02, decay: float = 0.995, *, team: Team = ALONE
    ) -> None:
        self.team = team
        self.network = network.to(team.device)
        self.average = copy.deepcopy(network).eval().requires_grad_(False)
        self.optimiser = torch.optim.AdamW(network.parameters(), 1e-3, weight_decay=weight_decay)
        self.rng = np.random.default_rng(seed)
        self.step = 0
        self.seconds = 0.0
        self.extra: dict[str, Any] = {}
        self._decay = decay
        self._seed = seed

    def apply(self, loss: Tensor, rate: float, clip: float = 5.0) -> None:
        """One step of the optimiser at a learning rate, and of the average."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._agree()
        nn.utils.clip_grad_norm_(self.network.parameters(), clip)
        self.optimiser.step()
        self.step += 1
        # Short memory at first, so that random initial weights are soon forgotten.
        decay = min(self._decay, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for slow, fast in zip(self.average.state_dict().values(), self.network.state_dict().values(), strict=True):
                if slow.is_floating_point():
                    slow.lerp_(fast, 1 - decay)
                else:
                    slow.copy_(fast)

    def averaged(self) -> nn.Module:
        """The averaged network on the processor, where it is measured and exported: a copy where it is trained elsewhere."""
        return self.average if self.team.device.type == "cpu" else copy.deepcopy(self.average).cpu()

    def join_in(self) -> None:
        """Begin with the weights of the team's first process, and with random numbers of one's own.

        Alone on the processor this changes nothing; elsewhere a resumed run draws other numbers than it would have.
        """
        if self.team.rank:
            self.rng = np.random.default_rng([self._seed, self.team.rank, self.step])
        if self.team.rank or self.team.device.type != "cpu":
            torch.manual_seed(int(np.random.SeedSequence([self._seed, self.team.rank, self.step]).generate_state(1)[0]))
        with torch.no_grad():
            tensors = (*self.network.state_dict().values(), *self.average.state_dict().values())
            self.team.follow([tensor for tensor in tensors if tensor.is_floating_point()])

    def _agree(self) -> None:
        """Bring gradients, and what batch normalisation keeps, to their means over the processes."""
        if self.team.count == 1:
            return
        weights = [weight for weight in self.network.parameters() if weight.requires_grad]
        gradients = [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in weights]
        self.team.average([*gradients, *_batch_statistics(self.network)])
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.grad = gradient

    def save(self, folder: Path) -> Path:
        """Write a checkpoint into a run folder and remove all but the newest."""
        tensors: dict[str, Tensor] = {"random": torch.get_rng_state()}
        tensors |= {f"network.{name}": tensor for name, tensor in self.network.state_dict().items()}
        tensors |= {f"average.{name}": tensor for name, tensor in self.average.state_dict().items()}
        for index, state in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{index}.{name}": value for name, value in state.items()}
        checkpoints = folder / "checkpoints"
        checkpoints.mkdir(parents=True, exist_ok=True)
        path = checkpoints / f"step-{self.step:09}.safetensors"
        save_tensors(path, tensors, self._facts())
        for old in _checkpoints(folder)[:-_KEPT]:
            old.unlink(missing_ok=True)
        return path

    def _facts(self) -> dict[str, Any]:
        return {"step": self.step, "seconds": self.seconds, "rng": self.rng.bit_generator.state, "extra": self.extra}

    def resume(self, folder: Path) -> bool:
        """Go on from the newest checkpoint of a run folder that is whole; False where there is none at all.

        Raises:
            ModelError: All are damaged, or of another network.
        """
        paths = _checkpoints(folder)
        if not paths:
            return False
        path, (tensors, facts) = _newest_whole(paths)
        try:
            self.network.load_state_dict(_part(tensors, "network."))
            self.average.load_state_dict(_part(tensors, "average."))
        except RuntimeError as error:
            raise ModelError(f"{path} is of another network than this version trains. Start a new run folder.") from error
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _part(tensors, "optimiser.").items():
            index, _, key = name.partition(".")
            state.setdefault(int(index), {})[key] = tensor
        self.optimiser.load_state_dict({**self.optimiser.state_dict(), "state": state})
        torch.set_rng_state(tensors["random"])
        self.rng.bit_generator.state = facts["rng"]
        self.step, self.seconds, self.extra = facts["step"], facts["seconds"], facts.get("extra", {})
        return True


def start_from(network: nn.Module, folder: Path, but: Collection[str] = ()) -> int:
    """Give a network the averaged weights of another run's newest checkpoint, where names and shapes agree.

    Args:
        network: Changed in place.
        folder: The other run's folder.
        but: Names to leave as they are.

    Returns:
        How many tensors it was given.

    Raises:
        ModelError: There is no checkpoint, it is damaged, or nothing in it fits.
    """
    paths = _checkpoints(folder)
    if not paths:
        raise ModelError(f"There is no checkpoint in {folder} to begin with.")
    given = _part(load_tensors(paths[-1])[0], "average.")
    own = network.state_dict()
    fitting = {name: given[name] for name in own.keys() & given.keys() - set(but) if own[name].shape == given[name].shape}
    if not fitting:
        raise ModelError(f"{paths[-1]} is of another network; nothing in it fits this one.")
    network.load_state_dict(fitting, strict=False)
    return len(fitting)


def _batch_statistics(network: nn.Module) -> list[Tensor]:
    norms = [module for module in network.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    return [tensor for norm in norms for tensor in (norm.running_mean, norm.running_var) if tensor is not None]


def _checkpoints(folder: Path) -> list[Path]:
    return sorted((folder / "checkpoints").glob("step-*.safetensors"))


def _newest_whole(paths: Sequence[Path]) -> tuple[Path, tuple[dict[str, Tensor], dict[str, Any]]]:
    """The last of some checkpoints that can be read, with what it holds.

    Raises:
        ModelError: None can; it says what is wrong with the last one.
    """
    *earlier, last = paths
    try:
        return last, load_tensors(last)
    except ModelError as error:
        if not earlier:
            raise
        logger.warning("%s Going on from the one before it.", error)
        try:
            return _newest_whole(earlier)
        except ModelError:
            raise error from None


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
