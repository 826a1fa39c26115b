"""Losses, one function each."""

from torch import Tensor

from core.shapes import expect_shape


def symmetric_cross_entropy(
    logits: Tensor, allowed: Tensor, *, forward_weight: float = 1.0, reverse_weight: float = 1.0, log_zero: float = -4.0
) -> Tensor:
    """Cross-entropy in both directions: the reverse one is bounded, so wrong labels do less harm.

    Args:
        logits: (N, n) of one discrete parameter.
        allowed: (N, n) bool: the options that may be right. One of them is an ordinary label; all of them say nothing, and cost
            nothing; some of them are a weak label such as “some glasses, whichever”.
        forward_weight: Weight of the ordinary direction, the paper's alpha.
        reverse_weight: Weight of the reverse direction, the paper's beta.
        log_zero: What stands for log 0, the paper's A.

    Returns:
        (N,) nats.

    Source: Wang et al. 2019, Symmetric Cross Entropy (arXiv 1908.06112), equations 5 to 8.
    Differs: a set of allowed options in place of one label.
    """
    sizes = expect_shape(logits, "N n")
    expect_shape(allowed, f"{sizes['N']} {sizes['n']}")
    log_total = logits.logsumexp(1)
    log_right = logits.masked_fill(~allowed, float("-inf")).logsumexp(1) - log_total
    return -forward_weight * log_right - reverse_weight * log_zero * (1 - log_right.exp())


def absolute_error(values: Tensor, targets: Tensor) -> Tensor:
    """Sum of absolute errors.

    Args:
        values: (N, C).
        targets: (N, C).

    Returns:
        (N,).

    Source: SwiftAvatar (arXiv 2301.08153), equation 8, second term.
    """
    sizes = expect_shape(values, "N C")
    expect_shape(targets, f"{sizes['N']} {sizes['C']}")
    return (values - targets).abs().sum(1)
