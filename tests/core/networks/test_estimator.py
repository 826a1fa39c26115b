import pytest
import torch

from core.networks.estimator import Estimator
from core.networks.losses import absolute_error, symmetric_cross_entropy


def test_full_width_is_resnet_18() -> None:
    estimator = Estimator(21, (39, 9))
    backbone = sum(weight.numel() for module in (estimator.stem, estimator.blocks) for weight in module.parameters())

    assert backbone == 11_176_512  # torchvision's resnet18 without its last layer


def test_four_faces_are_learnt_by_heart() -> None:
    torch.manual_seed(0)
    estimator = Estimator(2, (3,), width=4, hidden=16)
    faces, numbers = torch.randn(4, 3, 16, 16), torch.rand(4, 2)
    allowed = torch.eye(3, dtype=torch.bool)[[0, 1, 2, 0]]
    optimiser = torch.optim.Adam(estimator.parameters(), 1e-2)
    for _ in range(80):
        logits = estimator(faces)
        loss = symmetric_cross_entropy(logits.discrete[0], allowed) + absolute_error(logits.continuous, numbers)
        optimiser.zero_grad()
        loss.mean().backward()
        optimiser.step()
    estimator.eval()
    logits = estimator(faces)

    assert logits.discrete[0].argmax(1).tolist() == [0, 1, 2, 0]
    torch.testing.assert_close(logits.continuous, numbers, atol=0.15, rtol=0)


def test_a_face_gets_the_same_answer_alone_and_in_a_batch() -> None:
    estimator = Estimator(2, (3, 4), width=8).eval()
    faces = torch.randn(5, 3, 48, 48)

    alone, together = estimator(faces[2:3]), estimator(faces)

    torch.testing.assert_close(alone.continuous[0], together.continuous[2])
    torch.testing.assert_close(alone.discrete[1][0], together.discrete[1][2])


def test_without_numbers_there_are_none() -> None:
    assert Estimator(0, (3,), width=8)(torch.zeros(2, 3, 32, 32)).continuous.shape == (2, 0)


def test_pictures_with_other_channels_are_refused() -> None:
    with pytest.raises(ValueError, match="expected shape"):
        Estimator(1, (2,), channels=10, width=8)(torch.zeros(1, 3, 32, 32))
