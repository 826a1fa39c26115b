"""The face parser: the class of every pixel of a head.

Source: Ronneberger et al. 2015, U-Net (arXiv 1505.04597): contracting path, expanding path, skips.
Differs: it begins at a quarter of the resolution with cells of 4 × 4 pixels, and ends there by sub-pixel convolution (Shi et
al. 2016, arXiv 1609.05158): layers at full and half resolution took most of the time of a processor and gave least. Sums
instead of concatenations; residual blocks (He et al. 2015, arXiv 1512.03385) below, and one at the end, because rims of
glasses are less than a cell wide.
"""

from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from core.networks.layers import Residual, convolution, doubled
from core.shapes import expect_shape

NUM_CLASSES = 13
PARSER_SIZE = 192
CELL = 4


class Parser(nn.Module):
    """(N, 3, 192, 192) in [-1, 1] -> (N, 13, 192, 192): probabilities of core.engines.CLASSES.

    Other sides that 16 divides work too; training begins with smaller ones.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fourth = nn.Sequential(convolution(3 * CELL**2, 32, 1, 1), convolution(32, 32))
        self.eighth = nn.Sequential(convolution(32, 64, 2), Residual(64), Residual(64))
        self.deepest = nn.Sequential(convolution(64, 128, 2), Residual(128), Residual(128), Residual(128))
        self.lift_deepest, self.lift_eighth = convolution(128, 64, 1, 1), convolution(64, 32, 1, 1)
        self.join_eighth, self.join_fourth = Residual(64), convolution(32, 48)
        self.refine = Residual(48)
        self.last = nn.Conv2d(48, NUM_CLASSES * CELL**2, 1)

    def logits(self, images: Tensor) -> Tensor:
        """(N, H / 4, W / 4, 16, 13) before the softmax: the pixels of each cell, row by row.

        In this order the loss can take out pixels without any copy of all of them.
        """
        return self._cells(images).permute(0, 3, 4, 1, 2)

    @override
    def forward(self, images: Tensor) -> Tensor:
        cells = self._cells(images)
        # Spelt out, and cells first: ONNX Runtime takes 6 ms to take the softmax of transposed pixels, and 1 for this.
        chances = (cells - cells.amax(dim=2, keepdim=True)).exp()
        chances = chances / chances.sum(dim=2, keepdim=True)
        return functional.pixel_shuffle(chances.transpose(1, 2).flatten(1, 2), CELL)

    def _cells(self, images: Tensor) -> Tensor:
        """(N, 16, 13, H / 4, W / 4) before the softmax."""
        expect_shape(images, "N 3 H W")
        fourth = self.fourth(functional.pixel_unshuffle(images, CELL))
        eighth = self.eighth(fourth)
        eighth = self.join_eighth(eighth + doubled(self.lift_deepest(self.deepest(eighth))))
        fourth = self.refine(self.join_fourth(fourth + doubled(self.lift_eighth(eighth))))
        return self.last(fourth).unflatten(1, (CELL**2, NUM_CLASSES))


def in_cells(classes: Tensor) -> Tensor:
    """(N, H, W) classes -> (N, H / 4, W / 4, 16), in the order of `Parser.logits`."""
    sizes = expect_shape(classes, "N H W")
    rows, columns = sizes["H"] // CELL, sizes["W"] // CELL
    return classes.reshape(-1, rows, CELL, columns, CELL).permute(0, 1, 3, 2, 4).reshape(-1, rows, columns, CELL**2)
