"""The face parser: the class of every pixel of a head.

Source: Ronneberger et al. 2015, U-Net (arXiv 1505.04597): contracting path, expanding path, skips.
Differs: it begins at a quarter of the resolution with cells of 4 × 4 pixels, and ends there by sub-pixel convolution (Shi et
al. 2016, arXiv 1609.05158): layers at full and half resolution took most of the time of a processor and gave least. Sums
instead of concatenations; residual blocks (He et al. 2015, arXiv 1512.03385) below, and one at the end. About the eyes, where
rims of glasses are less than a cell wide, a closer look is taken in the end, as PointRend (Kirillov et al. 2020, arXiv
1912.08193) refines what is uncertain; ours is at a fixed place, for the crop is aligned, and only for glasses.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from core.engines import CLASSES
from core.networks.layers import Residual, convolution, doubled
from core.shapes import expect_shape

NUM_CLASSES = 13
PARSER_SIZE = 192
CELL = 4

_GLASSES = CLASSES.index("glasses")
_FOURTH = 48  # channels
_TOP, _BOTTOM, _LEFT, _RIGHT = 1 / 3, 5 / 8, 7 / 48, 41 / 48  # of the crop: where glasses are


class CloserLook(nn.Module):
    """Pictures and the parser's features -> what to add to the log odds of glasses, for the pixels of `about_eyes`."""

    def __init__(self) -> None:
        super().__init__()
        self.see = convolution(3 * 2**2, 32)
        self.know = nn.Conv2d(_FOURTH, 16 * 2**2, 1)
        self.join = nn.Sequential(convolution(32 + 16, 32), Residual(32))
        self.last = nn.Conv2d(32, 2**2, 1)
        nn.init.zeros_(self.last.weight)
        assert self.last.bias is not None
        nn.init.zeros_(self.last.bias)

    @override
    def forward(self, images: Tensor, fourth: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) and features (N, 48, H / 4, W / 4) -> (N, 1, h, w)."""
        rows, columns = about_eyes(images)
        seen = self.see(functional.pixel_unshuffle(images[..., rows, columns], 2))
        rows, columns = about_eyes(images, CELL)
        known = functional.pixel_shuffle(self.know(fourth[..., rows, columns]), 2)
        return functional.pixel_shuffle(self.last(self.join(torch.cat([seen, known], dim=1))), 2)


def about_eyes(images: Tensor, unit: int = 1) -> tuple[slice, slice]:
    """Rows and columns of the closer look at pictures (N, 3, H, W), in pixels or other units of so many; whole cells."""
    height, width = (int(side) // CELL for side in images.shape[-2:])  # else tensors while it is exported
    ends = round(_TOP * height), round(_BOTTOM * height), round(_LEFT * width), round(_RIGHT * width)
    top, bottom, left, right = (end * CELL // unit for end in ends)
    return slice(top, bottom), slice(left, right)


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
        self.join_eighth, self.join_fourth = Residual(64), convolution(32, _FOURTH)
        self.refine = Residual(_FOURTH)
        self.last = nn.Conv2d(_FOURTH, NUM_CLASSES * CELL**2, 1)
        self.closer = CloserLook()

    def logits(self, images: Tensor) -> Tensor:
        """(N, H / 4, W / 4, 16, 13) before closer look and softmax: the pixels of each cell, row by row.

        In this order the loss can take out pixels without any copy of all of them.
        """
        return self._cells(self.features(images)).permute(0, 3, 4, 1, 2)

    def glasses(self, images: Tensor, closer: nn.Module) -> Tensor:
        """(N, h, w): log odds of glasses at the pixels of `about_eyes`, by a closer look that alone gradients reach."""
        with torch.no_grad():
            fourth = self.features(images)
            rows, columns = about_eyes(images)
            logits = _pixels(self._cells(fourth))[..., rows, columns]
            others = torch.cat([logits[:, :_GLASSES], logits[:, _GLASSES + 1 :]], dim=1).logsumexp(dim=1)
            before = logits[:, _GLASSES] - others
        added: Tensor = closer(images, fourth)
        return before + added[:, 0]

    @override
    def forward(self, images: Tensor) -> Tensor:
        fourth = self.features(images)
        rows, columns = about_eyes(images, CELL)
        added = functional.pixel_unshuffle(self.closer(images, fourth), CELL)[:, :, None]
        height, width = map(int, fourth.shape[-2:])
        around = (columns.start, width - columns.stop, rows.start, height - rows.stop, _GLASSES, NUM_CLASSES - 1 - _GLASSES)
        cells = self._cells(fourth) + functional.pad(added, around)
        # Spelt out, and cells first: ONNX Runtime takes 6 ms to take the softmax of transposed pixels, and 1 for this.
        chances = (cells - cells.amax(dim=2, keepdim=True)).exp()
        return _pixels(chances / chances.sum(dim=2, keepdim=True))

    def features(self, images: Tensor) -> Tensor:
        """(N, 48, H / 4, W / 4): what all answers are made of."""
        expect_shape(images, "N 3 H W")
        fourth = self.fourth(functional.pixel_unshuffle(images, CELL))
        eighth = self.eighth(fourth)
        eighth = self.join_eighth(eighth + doubled(self.lift_deepest(self.deepest(eighth))))
        refined: Tensor = self.refine(self.join_fourth(fourth + doubled(self.lift_eighth(eighth))))
        return refined

    def _cells(self, fourth: Tensor) -> Tensor:
        """(N, 16, 13, H / 4, W / 4) before the softmax."""
        return self.last(fourth).unflatten(1, (CELL**2, NUM_CLASSES))


def _pixels(cells: Tensor) -> Tensor:
    """(N, 16, 13, H / 4, W / 4) -> (N, 13, H, W)."""
    return functional.pixel_shuffle(cells.transpose(1, 2).flatten(1, 2), CELL)


def in_cells(classes: Tensor) -> Tensor:
    """(N, H, W) classes -> (N, H / 4, W / 4, 16), in the order of `Parser.logits`."""
    sizes = expect_shape(classes, "N H W")
    rows, columns = sizes["H"] // CELL, sizes["W"] // CELL
    return classes.reshape(-1, rows, CELL, columns, CELL).permute(0, 1, 3, 2, 4).reshape(-1, rows, columns, CELL**2)
