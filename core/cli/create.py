"""`create`: photos in, avatar documents and their pictures out."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core.avatar.document import SUFFIX, write_document
from core.cli.arguments import DEFAULT_ENGINE, EngineOption, Face, Json, Place
from core.cli.output import ExitCode, describe, result, result_json, say, terminal
from core.creating import document_of, file_stems
from core.engines import CAMERAS, AvatarEngine, open_engine
from core.errors import PhotoError
from core.faces import reading
from core.images import read_photo, write_png
from core.methods import Estimate, Method, open_method
from core.reporting import SilentReporter

PICTURE_SIZE = 512


def create(  # noqa: PLR0913 - one for each option
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO", help="JPEG, PNG, WebP or HEIC, each of one person.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the avatars go.")],
    engine_name: EngineOption = DEFAULT_ENGINE,
    method_name: Annotated[str, typer.Option("--method", metavar="NAME", help="`methods` lists them.")] = "default",
    face: Face = None,
    place: Place = None,
    as_json: Json = False,
) -> None:
    """Make an avatar of each photo.

    Writes DIR/<stem>.avatar.json and DIR/<stem>.png. One bad photo does not stop the rest; the exit code is 1 if any failed.
    """
    if place is not None and len(photos) > 1:
        raise typer.BadParameter("with several photos, a place would hold for one of them only", param_hint="--place")
    _make_folder(output)
    engine = open_engine(engine_name)
    try:
        method = open_method(method_name, engine.schema)
        reading.warm_up()  # what is not installed is told once, not for every photo
        makers = _Maker(engine, method, output, face, place)
        rows = []
        for photo, stem in _shown(list(zip(photos, file_stems(photos), strict=True))):
            rows.append(makers.row(photo, stem))
            if not as_json and rows[-1]["error"] is None:
                result(rows[-1]["document"])
    finally:
        engine.close()
    failed = sum(row["error"] is not None for row in rows)
    if as_json:
        summary = {"engine": engine_name, "method": method.name, "made": len(rows) - failed, "failed": failed}
        result_json(summary | {"photos": rows})
    elif len(rows) > 1:
        say(f"{len(rows) - failed} of {len(rows)} avatars made in {output}.")
    if failed:
        raise typer.Exit(ExitCode.FAILED)


class _Maker:
    """Makes the files of one photo after another."""

    def __init__(
        self, engine: AvatarEngine, method: Method, folder: Path, face: int | None, place: NDArray[np.float32] | None
    ) -> None:
        self._engine = engine
        self._method = method
        self._folder = folder
        self._face = face
        self._place = place

    def row(self, photo: Path, stem: str) -> dict[str, Any]:
        """What became of a photo, for `--json`; a failure is told to the person as well."""
        began = time.perf_counter()
        row: dict[str, Any] = {"photo": str(photo), "document": None, "picture": None, "seconds": None, "error": None}
        try:
            estimate = self._estimate(photo)
            document, picture = self._folder / f"{stem}{SUFFIX}", self._folder / f"{stem}.png"
            write_png(picture, self._engine.render(estimate.vector, CAMERAS["front"], PICTURE_SIZE))
            write_document(document_of(estimate), document)
        except Exception as error:  # noqa: BLE001 - the border: whatever happens to one photo, the others are made
            message = describe(error)
            say(message if photo.name in message else f"{photo}: {message}")
            return row | {"error": {"kind": type(error).__name__, "message": message}}
        if stem != photo.stem:
            say(f"{photo}: written as {stem}, because another photo is called {photo.stem}.")
        seconds = round(time.perf_counter() - began, 3)
        return row | {"document": str(document), "picture": str(picture), "seconds": seconds}

    def _estimate(self, photo: Path) -> Estimate:
        if photo.is_dir():
            raise PhotoError(f"{photo} is a folder. Name the photos in it, for example {photo / '*.jpg'}")
        selfie = reading.read_selfie(read_photo(photo), self._face, photo, self._place)
        return self._method.estimate(selfie, SilentReporter())


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise typer.BadParameter(f"{folder} is a file, not a folder") from error
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be made: {error.strerror}") from error


def _shown(work: Sequence[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    """The work, with a bar on the terminal while it goes on, if there is more than one photo."""
    with _bar(len(work)) as progress:
        task = progress.add_task("Avatars", total=len(work))
        for item in work:
            yield item
            progress.advance(task)


@contextmanager
def _bar(count: int) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal, transient=True, disable=count < 2 or not terminal.is_terminal) as progress:
        yield progress
