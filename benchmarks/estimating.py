"""estimating.py PHOTO... [--engine toon] [--method default]: how long an estimate takes, warm, in medians.

Prints milliseconds from the decoded photo to the selfie, from the selfie to the vector, and how many selfies the method
estimates in a second. Run it on a quiet machine: one that is busy is measured with what else it does.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.engines import engine_schema
from core.errors import FaceError, PhotoError
from core.faces.reading import read_selfie
from core.faces.selfie import Selfie
from core.images import read_photo
from core.methods import open_method
from core.reporting import SilentReporter

ROUNDS = 3

T = TypeVar("T")


def timed(work: Callable[[], T], times: list[float]) -> T:
    """What the work returns; its milliseconds are added to `times`."""
    start = time.perf_counter()
    result = work()
    times.append(1000 * (time.perf_counter() - start))
    return result


def main() -> None:
    """Measure and write one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="+", type=Path)
    parser.add_argument("--engine", default="toon")
    parser.add_argument("--method", default="default")
    arguments = parser.parse_args()
    method = open_method(arguments.method, engine_schema(arguments.engine))
    faces: list[float] = []
    estimates: list[float] = []
    selfies: list[Selfie] = []
    for path in arguments.photos:
        try:
            photo = read_photo(path)
            read_selfie(photo)  # warm
            selfies.append(timed(lambda photo=photo: read_selfie(photo), faces))  # type: ignore[misc]
        except (FaceError, PhotoError) as error:
            sys.stdout.write(f"left out: {path.name}: {error}\n")
    method.estimate(selfies[0], SilentReporter())  # warm
    for selfie in selfies * ROUNDS:
        timed(lambda selfie=selfie: method.estimate(selfie, SilentReporter()), estimates)  # type: ignore[misc]
    middle = statistics.median(estimates)
    sys.stdout.write(f"photo to selfie    {statistics.median(faces):6.1f} ms (median of {len(faces)})\n")
    sys.stdout.write(f"selfie to vector   {middle:6.1f} ms (median of {len(estimates)}): {1000 / middle:.0f} a second\n")
    sys.stdout.write(f"photo to vector    {statistics.median(faces) + middle:6.1f} ms\n")


if __name__ == "__main__":
    main()
