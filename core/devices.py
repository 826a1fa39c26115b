"""What a network is trained on: the processor, a GPU, or several GPUs with a process for each.

Such processes are a team, started by torchrun (core.jobs.together). Each takes its part of every batch; before the optimiser's
step they bring gradients, and what batch normalisation keeps, to their means. So all of them have the same weights at all times.
They find each other by a file and talk over the loopback interface: nobody outside of this machine can reach them.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import torch
from torch import Tensor, distributed

from core.errors import ProcessLostError, SettingError

TEAM = "LIKENESS_TEAM"
"""The variable that names the folder in which the processes of a team find each other."""

_PATIENCE = timedelta(hours=1)  # the first one prepares data for ten minutes; of one that died all hear at once


@dataclass(frozen=True, eq=False)
class Team:
    """The processes that train one network together, as one of them sees it; most often it is alone.

    Attributes:
        device: Where it computes.
        rank: Its number; the first one is 0, and it alone writes, reports and decides.
        count: How many there are.
        group: What they talk by, where there are several.
    """

    device: torch.device
    rank: int = 0
    count: int = 1
    group: distributed.ProcessGroup | None = None

    @property
    def leads(self) -> bool:
        """Whether this is the first process."""
        return self.rank == 0

    def share(self, batch: int) -> int:
        """How many pictures of a batch each process takes.

        Raises:
            SettingError: They cannot be shared evenly.
        """
        share, rest = divmod(batch, self.count)
        if rest or not share:
            near = f"{share * self.count} or " if share else ""
            near += str((share + 1) * self.count)
            raise SettingError(f"A batch of {batch} cannot be shared evenly by {self.count} devices. Set batch to {near}.")
        return share

    def told(self, value: float) -> float:
        """What the first process has; all of them must ask at the same time.

        Raises:
            ProcessLostError: Another process is gone.
        """
        return self._sum(value if self.leads else 0.0)

    def mean(self, value: float) -> float:
        """The mean of what each process has; all of them must ask at the same time.

        Raises:
            ProcessLostError: Another process is gone.
        """
        return self._sum(value) / self.count

    def average(self, tensors: Sequence[Tensor]) -> None:
        """Bring tensors, in place, to their means over all processes; all of them must ask at the same time.

        Raises:
            ProcessLostError: Another process is gone.
        """
        self._weigh(tensors, 1 / self.count)

    def follow(self, tensors: Sequence[Tensor]) -> None:
        """Make tensors, in place, what the first process has; all of them must ask at the same time.

        Raises:
            ProcessLostError: Another process is gone.
        """
        self._weigh(tensors, float(self.leads))

    def leave(self) -> None:
        """End the talk: from here on each goes on by itself."""
        if self.count > 1 and distributed.is_initialized():
            distributed.destroy_process_group()

    def _weigh(self, tensors: Sequence[Tensor], weight: float) -> None:
        """Make tensors, in place, the sums over all processes of what each has times its weight."""
        if self.count == 1:
            return
        joined = torch.cat([tensor.flatten() for tensor in tensors]) * weight  # one message is faster than hundreds
        self._add_up(joined)
        for tensor, part in zip(tensors, torch.split(joined, [tensor.numel() for tensor in tensors]), strict=True):
            tensor.copy_(part.view_as(tensor))

    def _sum(self, value: float) -> float:
        if self.count == 1:
            return value
        total = torch.tensor(value, dtype=torch.float64)  # on the processor: decisions do not wait for the GPU
        self._add_up(total)
        return total.item()

    def _add_up(self, tensor: Tensor) -> None:
        try:
            distributed.all_reduce(tensor, group=self.group)
        except RuntimeError as error:
            raise ProcessLostError("A process that trained together with this one is gone.") from error


ALONE = Team(torch.device("cpu"))
"""One process on the processor."""


def join(device: str, count: int = 1, threads: int = 0) -> Team:
    """Take this process's place: the device it trains on, and the team that it belongs to.

    Args:
        device: `cpu`, `cuda`, or `auto`, which is a GPU where torch sees one.
        count: How many devices train together, each with a process of its own.
        threads: Of the processor, for each process; 0 leaves it to torch.

    Raises:
        SettingError: There is no such device, or there are too few.
        ProcessLostError: Another process of the team is gone.
    """
    kind = _kind(device, count)
    if threads:
        torch.set_num_threads(threads)
    if count == 1:
        return Team(torch.device(kind))
    if TEAM not in os.environ:
        raise SettingError("Several devices train together only where they are started by `jobs start` or `train`.")
    rank = int(os.environ["RANK"])
    if kind == "cuda":
        torch.cuda.set_device(rank)
    try:
        distributed.init_process_group(
            "cpu:gloo,cuda:nccl" if kind == "cuda" else "gloo",
            init_method=(Path(os.environ[TEAM]) / "store").as_uri(),
            rank=rank,
            world_size=count,
            timeout=_PATIENCE,
        )
    except RuntimeError as error:
        raise ProcessLostError("The processes that train together did not find each other.") from error
    return Team(torch.device(kind, rank) if kind == "cuda" else torch.device(kind), rank, count, distributed.group.WORLD)


def _kind(device: str, count: int) -> str:
    """`cpu` or `cuda`."""
    if count < 1:
        raise SettingError(f"{count} devices cannot train. Set devices to 1 or more.")
    if device not in ("auto", "cpu", "cuda"):
        raise SettingError(f"There is no device “{device}”; there are auto, cpu, cuda.")
    gpus = torch.cuda.device_count() if device != "cpu" and torch.cuda.is_available() else 0
    if device == "cuda" and not gpus:
        raise SettingError("Torch sees no GPU here. Start the run on the slot of one (--slot cuda:0), or set device to cpu.")
    if gpus and gpus < count:
        slot = "cuda:" + ",".join(str(number) for number in range(count))
        raise SettingError(
            f"Torch sees {gpus} of {count} GPUs here. Start the run on a slot of {count} (--slot {slot}), or set devices."
        )
    return "cuda" if gpus else "cpu"
