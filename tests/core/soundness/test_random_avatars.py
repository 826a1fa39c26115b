import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from typing_extensions import override

from core.avatar.posing import REST, Pose
from core.avatar.vector import AvatarVector
from core.engines import Detail, engine_schema, open_engine, pack_folders
from core.engines.pack import PackEngine
from core.rendering.mesh import PARTS
from core.rendering.scene import Item
from core.soundness.penetration import bounds
from core.soundness.random_avatars import measure_depths, sample_whole
from core.soundness.report import Report
from tests.core.engines.packs import write_pack

ROOT = Path(__file__).parents[3]
FEW = 24
MANY = 2000


def test_depths_of_a_pack_are_told_as_distributions_and_sentences(tmp_path: Path) -> None:
    """The spheres stand in each other."""
    said: list[str] = []
    report = Report(
        "balls", tuple(measure_depths(partial(PackEngine, write_pack(tmp_path)), 100, seed=1, say=said.append)), (), ()
    )
    row = next(row for row in report.pairs() if row["pair"] == "lens in face")

    assert row["bound"] == bounds()["lens in face"] < row["median"] <= row["p90"] <= row["p99"] <= row["worst"]
    assert row["unsound"] == 1
    assert 20 < row["avatars"] < 80
    assert any(problem.startswith("lens in face: up to 0.") for problem in report.problems())
    assert json.loads(json.dumps(report.described()))["pairs"] == report.pairs()
    assert said == ["100 of 100 avatars measured"]


def test_the_same_seed_measures_the_same(tmp_path: Path) -> None:
    open_it = partial(PackEngine, write_pack(tmp_path))

    first, again, other = ([(one.pair, one.depth) for one in measure_depths(open_it, 4, seed=seed)] for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_two_processes_measure_what_one_does(tmp_path: Path) -> None:
    open_it = partial(PackEngine, write_pack(tmp_path))

    assert measure_depths(open_it, 16, processes=2) == measure_depths(open_it, 16)


def test_how_far_it_has_come_is_told_with_the_time_left(tmp_path: Path) -> None:
    said: list[str] = []
    measure_depths(partial(PackEngine, write_pack(tmp_path)), 200, say=said.append)

    assert re.fullmatch(r"100 of 200 avatars measured, about \d+ (seconds|minutes) left", said[0])
    assert said[1:] == ["200 of 200 avatars measured"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups that a terminal's Ctrl-C reaches")
def test_an_interruption_ends_every_process_soon(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    code = (
        "from functools import partial\nfrom pathlib import Path\nfrom core.engines.pack import PackEngine\n"
        "from core.soundness.random_avatars import measure_depths\n"
        "if __name__ == '__main__':\n"
        f"    measure_depths(partial(PackEngine, Path({str(folder)!r})), 100000, processes=2, say=print)\n"
    )
    script = tmp_path / "measure.py"
    script.write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert "avatars measured" in process.stdout.readline()

    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=20)

    assert errors.count("Traceback") == 1
    assert errors.rstrip().endswith("KeyboardInterrupt")
    deadline = time.monotonic() + 20  # Python's own helper of processes ends a moment later
    while is_alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_alive(process.pid)


def is_alive(group: int) -> bool:
    """Whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_extras_are_random_too_but_often_left_alone() -> None:
    schema = engine_schema("toon")
    rng = np.random.default_rng(0)
    extra = next(choice for choice in schema.discrete if choice.group == "extra")
    counts = np.unique([str(sample_whole(schema, rng)[extra.id]) for _ in range(300)], return_counts=True)
    share = dict(zip(*counts, strict=True))

    assert set(share) == {option.id for option in extra.options}
    assert 0.4 < share[extra.default] / 300 < 0.75


def unsound(engine_name: str, vectors: int) -> list[str]:
    found = measure_depths(partial(open_engine, engine_name), vectors, seed=1, processes=os.cpu_count() or 1)
    report = Report(engine_name, tuple(found), (), ())

    assert len(report.pairs()) >= 10
    return report.problems()


class PushedEngine(PackEngine):
    """A pack with a fault: its glasses lie 0.05 deeper in the face."""

    @override
    def items(self, vector: AvatarVector, detail: Detail, pose: Pose = REST) -> list[Item]:
        return [self._pushed(item) for item in super().items(vector, detail, pose)]

    def _pushed(self, item: Item) -> Item:
        if PARTS[item.mesh.parts[0]] not in ("frame", "lens"):
            return item
        return replace(item, mesh=replace(item.mesh, positions=item.mesh.positions - np.array([0, 0, 0.05], np.float32)))


@pytest.mark.slow
def test_glasses_pushed_into_the_face_are_caught() -> None:
    report = Report("toon", tuple(measure_depths(partial(PushedEngine, pack_folders()["toon"]), FEW, seed=1)), (), ())

    assert any(problem.startswith(("frame in face", "pads in nose", "lens in face")) for problem in report.problems())


def test_parts_of_a_few_random_toon_avatars_stay_out_of_each_other() -> None:
    assert unsound("toon", FEW) == []


@pytest.mark.slow
def test_parts_of_many_random_toon_avatars_stay_out_of_each_other() -> None:
    assert unsound("toon", MANY) == []
