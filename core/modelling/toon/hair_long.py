"""Medium and long hair that hangs from a parting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.modelling.fields import Float, smooth_min
from core.modelling.toon import head
from core.modelling.toon.bust import bust
from core.modelling.toon.hair_caps import NATURAL, Layer, layer
from core.modelling.toon.hair_scalp import Point, around, at, mirrored_points, over
from core.modelling.toon.hair_sheets import Cut, Sheet, locks
from core.modelling.toon.hair_tress import Tress

CAP = Layer(NATURAL, 0.05, columns=104, rows=8, strands=26)


def body(points: Float) -> Float:
    """Distance to what hanging hair lies on: the head with its ears, and the shoulders (N,)."""
    return smooth_min(head.head(points), bust(points), 0.08)


@dataclass(frozen=True)
class Level:
    """How hair hangs at a height, on the right side of the head.

    Attributes:
        y: Height beside the face; it falls by `drop` towards the back.
        across: Half width of the whole hair.
        deep: Half depth.
        front: Azimuth in degrees of the lock beside the face.
        z: Depth of the oval's middle.
        drop: How much lower the hair is behind.
        forward: How far the lock beside the face lies in front of the oval.
    """

    y: float
    across: float = 1.0
    deep: float = 0.95
    front: float = 52.0
    z: float = -0.06
    drop: float = 0.04
    forward: float = 0.0

    def places(self) -> tuple[Point, ...]:
        """From beside the face to the middle of the back."""
        turns = (self.front, (self.front + 95) / 2, 98.0, 140.0, 192.0)
        made = []
        for index, turn in enumerate(turns):
            x, y, z = around(turn, self.y - self.drop * index / 4, self.across, self.deep, self.z)
            made.append((x, y, z + self.forward * (1 - index / 4) ** 3))
        return tuple(made)


@dataclass(frozen=True)
class Fall:
    """Hair that lies on the scalp from a parting and then hangs.

    Attributes:
        part: Degrees to +x of the parting at the forehead.
        levels: How it hangs, from above to below.
        volume: Height above the scalp on top.
        temple: Height above the skin at the temple.
        filled: Whether an inner sheet hides the space behind the neck.
    """

    part: float
    levels: tuple[Level, ...]
    volume: float = 0.13
    temple: float = 0.07
    filled: bool = True

    def sheet(self, side: int) -> Sheet:
        """One side: 1 is +x, -1 the other."""
        part, high, low = self.part * side, self.volume, self.temple
        roots = (
            over(40, part, 0.01),
            over(56, part, 0.65 * high),
            over(82, part * 0.9, high),
            over(108, part * 0.6, 1.05 * high),
            over(132, part * 0.3, 0.9 * high),
        )
        far = 0.5 * part
        rows: list[Sequence[Point]] = [
            roots,
            (at(19 + far, 43, low + 0.03), at(46, 67, 0.9 * high), at(95, 71, high), at(138, 69, high), at(178, 64, high)),
            (at(35 + 0.4 * far, 38, low + 0.02), at(62, 48, high), at(97, 48, high + 0.01), at(139, 47, high), at(182, 44, high)),
            (at(48, 26, low), at(72, 26, high), at(102, 25, high + 0.02), at(140, 25, high + 0.02), at(186, 24, high)),
            (at(57, 5, low), at(76, 3, high), at(100, 2, high + 0.04), at(140, 2, high + 0.04), at(190, 2, high)),
            *(level.places() for level in self.levels),
        ]
        if side < 0:
            rows = [roots if index == 0 else row for index, row in enumerate(rows)]
            rows = [mirrored_points(row) for row in rows]
        return Sheet.through(rows, body, 0.05)

    def tresses(self, cut: Cut) -> list[Tress]:
        """Both sides, and what fills the space behind the neck; waves go the same way, or locks cross on the back."""
        left = replace(cut, seed=cut.seed + 17, wave=-cut.wave)
        sides = [locks(self.sheet(1), cut), locks(self.sheet(-1), left)]
        return [*sides, self._inner()] if self.filled else sides

    def _inner(self) -> Tress:
        """A short dark sheet inside, so that nobody looks through between locks."""
        lowest = self.levels[-1]
        turns = (122.0, 150.0, 180.0, 210.0, 238.0)
        rows: list[tuple[Point, ...]] = [tuple(at(turn, -4, 0.05) for turn in turns)]
        for level in self.levels:
            y = max(level.y, lowest.y + 0.2)
            rows.append(tuple(around(turn, y, 0.86 * level.across, 0.86 * level.deep, level.z) for turn in turns))
        cut = Cut(count=4, crown=0.02, under=0.03, strands=2, narrow=0.85, point=0.4, stagger=0.05, rows=9, shade=0.15, seed=5)
        return locks(Sheet.through(rows, body, 0.03), cut)


def bob() -> list[Tress]:
    """To the chin, turned in at the ends."""
    levels = (
        Level(-0.28, 1.10, 0.98, drop=0.02),
        Level(-0.60, 1.06, 0.96, 50, drop=0.03),
        Level(-0.80, 0.88, 0.84, 50, drop=0.0),
    )
    cut = Cut(count=7, crown=0.055, under=0.06, narrow=0.9, point=0.72, stagger=0.02, sweep=0.1, sway=0.12, rows=24, uneven=0.45)
    return [layer(CAP), *Fall(-24, levels, 0.17, 0.08, filled=False).tresses(cut)]


def long_bob() -> list[Tress]:
    """To the shoulders, flicked out at the ends."""
    levels = (Level(-0.32, 1.04, 0.95), Level(-0.74, 0.96, 0.88, 48), Level(-1.10, 1.14, 0.98, 50, forward=0.06))
    cut = Cut(
        count=7,
        crown=0.06,
        under=0.06,
        narrow=0.7,
        point=0.1,
        stagger=0.06,
        sweep=0.4,
        sway=0.25,
        rows=24,
        seed=3,
        uneven=0.45,
        overlap=1.35,
    )
    return [layer(CAP), *Fall(0, levels, 0.14).tresses(cut)]


_LONG = (
    Level(-0.35, 1.02, 0.94),
    Level(-0.80, 0.99, 0.86, 46, forward=0.06),
    Level(-1.28, 1.06, 0.84, 38, forward=0.18),
    Level(-1.80, 0.98, 0.78, 29, forward=0.25, drop=-0.02),
)


def long_straight() -> list[Tress]:
    """Long and straight from a middle parting."""
    cut = Cut(
        count=7, crown=0.055, under=0.06, strands=3, narrow=0.8, point=0.08, stagger=0.07, sweep=0.3, sway=0.15, rows=24, seed=6,
        uneven=0.5, overlap=1.4, tilt=0.012, lift=0.015,
    )  # fmt: skip
    return [layer(CAP), *Fall(0, _LONG, 0.12).tresses(cut)]


def blunt_fringe(seed: int = 4) -> Tress:
    """A straight fringe down to the brows."""
    rows = (
        (over(84, -26, 0.06), over(90, 0, 0.07), over(84, 26, 0.06)),
        (over(66, -36, 0.15), over(68, 0, 0.18), over(66, 36, 0.15)),
        (at(-44, 37, 0.14), at(0, 40, 0.17), at(44, 37, 0.14)),
        (at(-48, 16, 0.10), at(0, 14, 0.10), at(48, 16, 0.10)),
    )
    cut = Cut(count=7, crown=0.045, under=0.10, narrow=0.84, point=0.4, stagger=0.06, sweep=0.2, rows=16, seed=seed, strands=3)
    return locks(Sheet.through(rows), cut)


def long_fringe() -> list[Tress]:
    """Long and straight with a fringe."""
    return [*long_straight(), blunt_fringe()]


def long_wavy() -> list[Tress]:
    """Long waves from a side parting."""
    levels = (
        Level(-0.35, 1.03, 0.95),
        Level(-0.80, 1.10, 0.92, 48, forward=0.06),
        Level(-1.24, 1.16, 0.90, 42, forward=0.16),
        Level(-1.76, 1.06, 0.82, 34, forward=0.22),
    )
    cut = Cut(
        count=6, crown=0.10, under=0.08, narrow=0.66, point=0.05, stagger=0.14, sweep=0.4, rows=34, seed=8, uneven=0.4,
        wave=0.9, waves=3.4, roll=0.10, settle=0.33, phase=-0.23, overlap=1.4, strands=2, lift=0.05,
    )  # fmt: skip
    return [layer(CAP), *Fall(-26, levels, 0.14, 0.07).tresses(cut)]


def wavy_medium() -> list[Tress]:
    """To the shoulders, in waves, with locks that frame the face."""
    levels = (Level(-0.30, 1.06, 0.98), Level(-0.66, 1.17, 1.0, 49), Level(-1.02, 1.10, 0.94, 47))
    cut = Cut(
        count=6, crown=0.11, under=0.08, narrow=0.62, point=0.05, stagger=0.16, sweep=0.7, rows=30, seed=12, uneven=0.4,
        wave=0.8, waves=3.0, roll=0.10, settle=0.32, overlap=1.4, strands=2, lift=0.06,
    )  # fmt: skip
    return [layer(CAP), *Fall(12, levels, 0.16, 0.09).tresses(cut)]
