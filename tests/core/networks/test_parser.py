import torch

from core.engines import CLASSES
from core.networks.parser import PARSER_SIZE, Parser, about_eyes, in_cells


def test_cells_and_picture_are_the_same_pixels() -> None:
    torch.manual_seed(1)
    network = Parser().eval()
    images = torch.randn(2, 3, 64, 96)
    with torch.no_grad():
        cells, masks = network.logits(images).softmax(dim=-1), network(images)

    assert masks.shape == (2, 13, 64, 96)
    torch.testing.assert_close(masks.sum(dim=1), torch.ones(2, 64, 96))
    for index in range(13):
        torch.testing.assert_close(in_cells(masks[:, index]), cells[..., index])


def test_parser_is_small() -> None:
    assert sum(weight.numel() for weight in Parser().parameters()) < 1.6e6
    assert PARSER_SIZE % 16 == 0


def test_the_closer_look_changes_glasses_about_the_eyes_alone() -> None:
    torch.manual_seed(2)
    network = Parser().eval().requires_grad_(False)
    images = torch.randn(2, 3, 192, 192)
    before = network(images)
    network.closer.last.weight.normal_()
    after, glasses = network(images), CLASSES.index("glasses")
    rows, columns = about_eyes(images)
    inside = torch.zeros(192, 192, dtype=torch.bool)
    inside[rows, columns] = True

    torch.testing.assert_close(after[..., ~inside], before[..., ~inside])
    assert (after[:, glasses] - before[:, glasses])[:, inside].abs().mean() > 0.01
    others = [index for index in range(13) if index != glasses]
    shares = [masks[:, others] / masks[:, others].sum(dim=1, keepdim=True) for masks in (before, after)]
    torch.testing.assert_close(shares[0], shares[1], atol=1e-4, rtol=1e-3)
    chance = after[..., rows, columns][:, glasses]
    torch.testing.assert_close(network.glasses(images, network.closer), (chance / (1 - chance)).log(), atol=1e-2, rtol=1e-3)
