"""One picture of several avatars: shoulders in rows, each at its place and its size as in the photo, no face covered."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import SettingError
from core.exporting import Color, on_color
from core.rendering.backdrop import on_gradient
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Ground = Literal["studio"] | Color | None
"""What stands behind: a soft gradient, one sRGB colour, or nothing."""

MOST = 24
"""Avatars in one picture."""
SMALLEST = 0.6
"""Of the largest: who stands far away in the photo is smaller, but still to be recognised."""

_IN_A_ROW = 7
_CHIN = 0.78  # of a bust's height from its top: above it nobody may stand before anybody
_SHOULDERS = 0.1  # of the larger bust, by which neighbours may overlap below that
_GAP = 0.15  # of the largest bust: people who stand far apart in the photo come nearer
_MARGIN = 0.12  # of the largest bust, at the left, the right and above
_STUDIO: tuple[Color, Color] = ((237, 239, 243), (201, 206, 214))
_MAX_SIDE = 8192  # pixels; what many programs open


@dataclass(frozen=True, eq=False)
class Member:
    """One avatar of a group.

    Attributes:
        picture: (S, S, 4) uint8 sRGB with straight alpha, the bust from the front; its lower edge is cut through the shoulders.
        x: Where the face is in the photo, pixels from the left.
        y: Pixels from the top.
        span: How much of the photo `picture` stands for: the side of the face's frame, pixels.
    """

    picture: Image
    x: float
    y: float
    span: float


def compose(members: Sequence[Member], size: int, ground: Ground = "studio") -> Image:
    """The group's picture: one row of up to seven, and more behind, where the photo has them higher.

    Args:
        members: 1 to `MOST`, all with pictures of one size.
        size: Side of the largest avatar's bust, pixels; a group that would be wider than 8192 pixels is made smaller.
        ground: What they stand before.

    Returns:
        (H, W, 4) uint8 sRGB with straight alpha, or (H, W, 3) on a ground.

    Raises:
        SettingError: Nobody, or more than `MOST`.
    """
    if not 1 <= len(members) <= MOST:
        raise SettingError(f"A group portrait has 1 to {MOST} avatars, not {len(members)}.")
    largest = max(member.span for member in members)
    while True:
        cut = [_Cut.of(member, round(size * float(np.clip(member.span / largest, SMALLEST, 1)))) for member in members]
        rows = _in_rows(cut)
        for row in rows:
            _stand_in_line(row, size, size / largest)
        _stand_behind(rows)
        canvas = _painted(rows, size)
        if max(canvas.shape[:2]) <= _MAX_SIDE:
            break
        size = int(size * _MAX_SIDE / max(canvas.shape[:2]) * 0.98)
    if ground == "studio":
        return on_gradient(canvas, *_STUDIO)[..., :3]
    return on_color(canvas, ground)


class _Cut:
    """An avatar at its size: where it is in each row of pixels, counted from below."""

    def __init__(self, member: Member, picture: Image) -> None:
        self.member, self.picture = member, picture
        self.x = 0  # of its left edge
        self.lift = 0  # of its lower edge above that of the first row
        self.side = len(picture)
        seen = picture[::-1, :, 3] > 0
        self.is_there: NDArray[np.bool_] = np.asarray(seen.any(axis=1))
        self.left = np.where(self.is_there, seen.argmax(axis=1), self.side)
        self.right = np.where(self.is_there, self.side - seen[:, ::-1].argmax(axis=1), 0)
        self.chin = round((1 - _CHIN) * self.side)

    @staticmethod
    def of(member: Member, side: int) -> "_Cut":
        from PIL import Image as Pillow

        expect_shape(member.picture, "S S 4")
        side = max(side, 16)
        premultiplied = Pillow.fromarray(member.picture).convert("RGBa").resize((side, side), Pillow.Resampling.LANCZOS)
        return _Cut(member, np.asarray(premultiplied.convert("RGBA")))

    def room_to(self, other: "_Cut") -> int:
        """How far to the right of this one's left edge another's must be, so that neither covers the other's head."""
        rows = min(self.side, other.side)
        both = self.is_there[:rows] & other.is_there[:rows]
        apart = np.where(both, self.right[:rows] - other.left[:rows], -other.side)
        low = min(self.chin, other.chin)
        heads = int(apart[low:].max(initial=-other.side))
        shoulders = int(apart[:low].max(initial=-other.side)) - round(_SHOULDERS * max(self.side, other.side))
        return max(heads, shoulders)


def _in_rows(cut: Sequence[_Cut]) -> list[list[_Cut]]:
    """The first row first; who is higher in the photo stands further behind."""
    count = -(-len(cut) // _IN_A_ROW)
    by_height = sorted(cut, key=lambda one: -one.member.y)
    ends = [round(len(cut) * number / count) for number in range(count + 1)]
    return [sorted(by_height[begin:end], key=lambda one: one.member.x) for begin, end in pairwise(ends)]


def _stand_in_line(row: Sequence[_Cut], size: int, scale: float) -> None:
    """From left to right, as far from each other as in the photo within reason; `scale`: pixels here for one of the photo."""
    for number, one in enumerate(row):
        if not number:
            one.x = 0
            continue
        before = row[number - 1]
        least = max(other.x + other.room_to(one) for other in row[:number])
        wished = before.x + before.side / 2 + (one.member.x - before.member.x) * scale - one.side / 2
        one.x = round(min(max(least, wished), least + _GAP * size))


def _stand_behind(rows: Sequence[Sequence[_Cut]]) -> None:
    """Rows in the middle of each other, each so high that the ones before it cover no head of it."""
    width = max(_extent(row)[1] - _extent(row)[0] for row in rows)
    for row in rows:
        begin, end = _extent(row)
        for one in row:
            one.x += round((width - (end - begin)) / 2) - begin
    for number in range(1, len(rows)):
        row = rows[number]
        lift = max(other.lift for other in rows[number - 1])
        for one in row:
            for other in (other for before in rows[:number] for other in before):
                low, high = max(one.x, other.x), min(one.x + one.side, other.x + other.side)
                if low >= high:
                    continue
                columns = other.picture[:, low - other.x : high - other.x, 3] > 0
                tops = np.where(columns.any(axis=0), other.side - columns.argmax(axis=0), 0) + other.lift
                heads = one.picture[: one.side - one.chin, low - one.x : high - one.x, 3] > 0
                reach = np.where(heads.any(axis=0), one.side - (len(heads) - 1 - heads[::-1].argmax(axis=0)) - 1, one.side)
                lift = max(lift, int((tops - reach)[heads.any(axis=0)].max(initial=0)))
        for one in row:
            one.lift = lift


def _extent(row: Sequence[_Cut]) -> tuple[int, int]:
    """What the avatars of a row fill, not their pictures, which are wider."""
    return (
        min(one.x + int(one.left[one.is_there].min(initial=one.side)) for one in row),
        max(one.x + int(one.right.max()) for one in row),
    )


def _painted(rows: Sequence[Sequence[_Cut]], size: int) -> Image:
    """Everybody on nothing, the last row first; (H, W, 4) uint8 with straight alpha."""
    from PIL import Image as Pillow

    margin = round(_MARGIN * size)
    everybody = [one for row in rows for one in row]
    begin = min(_extent(row)[0] for row in rows)
    width = max(_extent(row)[1] for row in rows) - begin + 2 * margin
    height = max(one.lift + int(one.is_there.nonzero()[0].max(initial=0)) + 1 for one in everybody) + margin
    canvas = Pillow.new("RGBA", (width, height))
    for row in reversed(rows):
        for one in sorted(row, key=lambda one: one.side):  # who is nearer stands before
            picture = one.picture
            if one.lift:  # below the shoulders goes on what is cut, down to the edge
                picture = np.concatenate([picture, np.repeat(picture[-1:], one.lift, axis=0)])
            place = (one.x - begin + margin, height - len(picture))
            layer = Pillow.new("RGBA", canvas.size)
            layer.paste(Pillow.fromarray(picture), place)
            canvas = Pillow.alpha_composite(canvas, layer)
    return np.asarray(canvas)
