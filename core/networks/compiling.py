"""Compiling what a network computes, where a C++ compiler is at hand.

The landmark network alone is 1.5 times as fast on a processor (51 to 77 pictures a second), a training run with all that belongs
to it 1.1 times.
"""

import shutil
from collections.abc import Callable
from typing import Any

import torch


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, compiled when it is first called; as it is where there is no compiler.

    The network itself stays what it was: names of weights, checkpoints and exports do not change.
    """
    if not any(shutil.which(name) for name in ("g++", "clang++")):
        return function
    return torch.compile(function)
