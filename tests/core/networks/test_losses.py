import numpy as np
import pytest
import torch

from core.networks.losses import absolute_error, symmetric_cross_entropy


def test_symmetric_cross_entropy_agrees_with_its_definition() -> None:
    logits = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([0, 1, 2, 3, 0])
    allowed = torch.nn.functional.one_hot(labels, 4).bool()
    p = torch.softmax(logits, 1)
    q = allowed.float()
    log_q = torch.where(allowed, 0.0, -4.0)
    slow = 2.0 * -(q * p.log()).sum(1) + 0.5 * -(p * log_q).sum(1)

    torch.testing.assert_close(symmetric_cross_entropy(logits, allowed, forward_weight=2.0, reverse_weight=0.5), slow)


def test_a_label_that_allows_everything_costs_nothing_and_moves_nothing() -> None:
    logits = torch.randn(3, 4, requires_grad=True)

    loss = symmetric_cross_entropy(logits, torch.ones(3, 4, dtype=torch.bool))
    loss.sum().backward()

    assert loss.tolist() == pytest.approx([0, 0, 0], abs=1e-6)
    assert logits.grad is not None
    assert logits.grad.abs().max() < 1e-6


def test_weak_label_is_content_with_any_option_it_allows() -> None:
    allowed = torch.tensor([[False, True, True]])

    assert symmetric_cross_entropy(torch.tensor([[0.0, 30.0, 0.0]]), allowed).item() == pytest.approx(0, abs=1e-5)
    assert symmetric_cross_entropy(torch.tensor([[30.0, 0.0, 0.0]]), allowed).item() > 20


def test_gradient_agrees_with_finite_differences() -> None:
    logits = torch.randn(2, 5, dtype=torch.float64, requires_grad=True)
    allowed = torch.tensor([[True, False, False, True, False], [False, True, False, False, False]])

    assert torch.autograd.gradcheck(lambda scores: symmetric_cross_entropy(scores, allowed), logits)


def test_absolute_error_is_a_sum_over_numbers() -> None:
    error = absolute_error(torch.tensor([[0.1, 0.9], [0.5, 0.5]]), torch.tensor([[0.2, 0.7], [0.5, 0.5]]))

    np.testing.assert_allclose(error, [0.3, 0], atol=1e-6)


def test_labels_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="expected shape"):
        symmetric_cross_entropy(torch.zeros(2, 3), torch.ones(2, 4, dtype=torch.bool))
