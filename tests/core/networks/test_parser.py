import torch

from core.networks.parser import PARSER_SIZE, Parser, in_cells


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
