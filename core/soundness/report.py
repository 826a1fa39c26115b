"""The whole check of an engine: what was measured, what is wrong, and the worst avatars as pictures."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.engines import CAMERAS, AvatarEngine, Camera
from core.engines.pack import PackEngine
from core.errors import FileNotWrittenError
from core.soundness.penetration import bounds
from core.soundness.random_avatars import Depth, measure_depths
from core.soundness.steps import Course, course
from core.soundness.telling_apart import LEAST, Likeness, compare

WORST = 10
_VIEWS = (replace(CAMERAS["front"], frame="face"), CAMERAS["front"], Camera(yaw=-45.0), CAMERAS["side"])
_BACKDROP = (226, 229, 236)
_SIDE = 384


@dataclass(frozen=True)
class Report:
    """What was measured.

    Attributes:
        engine: Its id.
        depths: Of every pair of every sampled avatar; none for an engine that is not made of meshes.
        likenesses: Every pair of options of every choice, most alike first within a choice.
        courses: Every number.
    """

    engine: str
    depths: tuple[Depth, ...]
    likenesses: tuple[Likeness, ...]
    courses: tuple[Course, ...]

    def worst(self, count: int = WORST) -> list[Depth]:
        """The deepest in their own bounds, at most one of a pair for each avatar, and no pair more than half of all."""
        chosen: list[Depth] = []
        for one in sorted(self.depths, key=lambda depth: -depth.excess):
            if sum(other.pair == one.pair for other in chosen) < count // 2 and len(chosen) < count:
                chosen.append(one)
        return chosen

    def pairs(self) -> list[dict[str, Any]]:
        """The distribution of each pair's depths."""
        rows = []
        for name, bound in bounds().items():
            found = np.array([one.depth for one in self.depths if one.pair == name])
            if len(found):
                quantiles = dict(zip(("median", "p90", "p99", "worst"), np.quantile(found, [0.5, 0.9, 0.99, 1]), strict=True))
                rows.append(
                    {"pair": name, "avatars": len(found), "bound": bound}
                    | {key: round(float(value), 4) for key, value in quantiles.items()}
                    | {"unsound": round(float((found > bound).mean()), 4)}
                )
        return rows

    def problems(self) -> list[str]:
        """What is wrong, a sentence each."""
        found = [
            f"{row['pair']}: up to {row['worst']:.3f}, sound is {row['bound']:g}; {row['unsound']:.1%} of avatars are worse."
            for row in self.pairs()
            if row["unsound"]
        ]
        found += [
            f"{one.choice}: {one.options[0]} and {one.options[1]} look alike ({one.distance:.3f}, at least {LEAST:g})."
            for one in self.likenesses
            if one.distance < LEAST
        ]
        return found + [f"{one.parameter} {problem}." for one in self.courses for problem in one.problems()]

    def described(self) -> dict[str, Any]:
        """The report as JSON shows it."""
        alike: dict[str, Likeness] = {}
        for one in self.likenesses:
            alike.setdefault(one.choice, one)
        return {
            "engine": self.engine,
            "pairs": self.pairs(),
            "choices": [asdict(one) | {"options": list(one.options)} for one in alike.values()],
            "numbers": [
                {"id": one.parameter, "measure": one.what, "unit": one.unit, "way": round(one.way, 3)}
                | {"largest_step": round(one.largest_step, 3), "backwards": round(one.backwards, 4)}
                for one in self.courses
            ],
            "problems": self.problems(),
        }


def check(
    open_it: Callable[[], AvatarEngine],
    vectors: int,
    seed: int = 1,
    processes: int = 1,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure an engine.

    Args:
        open_it: Opens the engine; with several processes each does, and it must be picklable. Depths are measured only where
            the engine is a pack of meshes.
        vectors: How many random avatars are measured for depth.
        seed: Of their sampling.
        processes: How many measure depths at once; the report does not depend on it.
        say: Told in words how far it has come.
    """
    engine = open_it()
    try:
        schema = engine.schema
        courses = [course(engine, number) for number in schema.continuous]
        say(f"{len(courses)} numbers measured")
        likenesses: list[Likeness] = []
        for choice in schema.discrete:
            likenesses += compare(engine, choice)
            say(f"{choice.id}: {len(choice.options)} options compared")
    finally:
        engine.close()
    found = measure_depths(open_it, vectors, seed, processes, say) if isinstance(engine, PackEngine) else []
    return Report(schema.engine, tuple(found), tuple(likenesses), tuple(courses))


def write_worst(engine: AvatarEngine, worst: Sequence[Depth], folder: Path) -> list[Path]:
    """Draw avatars from four sides, one PNG each, named after what is wrong.

    Raises:
        FileNotWrittenError: The folder or a file cannot be written.
    """
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for rank, one in enumerate(worst, 1):
            sheet = Image.new("RGB", (_SIDE * len(_VIEWS), _SIDE), _BACKDROP)
            for column, view in enumerate(_VIEWS):
                picture = Image.fromarray(engine.render(one.vector, view, _SIDE))
                sheet.paste(picture, (column * _SIDE, 0), picture)
            path = folder / f"{rank:02}-{one.pair.replace(' ', '-')}-{one.depth:.3f}-avatar-{one.number}.png"
            sheet.save(path)
            paths.append(path)
    except OSError as error:
        raise FileNotWrittenError(f"The worst avatars cannot be written to {folder}: {error.strerror or error}.") from error
    return paths
