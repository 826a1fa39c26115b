"""Questions about files."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from app.widgets.text_dialog import TextDialog
from core.avatar.document import SUFFIX
from core.words import tr

PHOTO_PATTERNS = ("*.jpg", "*.jpeg", "*.png", "*.webp", "*.heic", "*.heif")


def _kinds(named: tuple[str, str], *, with_all: bool = True) -> str:
    """A filter as Qt has them, e.g. "Photos (*.jpg *.png);;All files (*)"."""
    name, patterns = named
    return f"{name} ({patterns})" + (f";;{tr('All files')} (*)" if with_all else "")


TRIES = 3
"""How often a file dialog is shown again because the name that it gave, once completed, is a file that it did not ask about."""


def _or_pictures(folder: str) -> str:
    """Where to look for photos first: the folder of those before, else where people keep theirs."""
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return folder or (pictures if Path(pictures).is_dir() else str(Path.home()))


def ask_what_to_open(parent: QWidget, folder: str) -> list[Path]:
    """An avatar, or photos; none if the person changed their mind."""
    photos = " ".join((*PHOTO_PATTERNS, *(pattern.upper() for pattern in PHOTO_PATTERNS)))
    kinds = _kinds((tr("Photos and avatars"), f"{photos} *{SUFFIX}"))
    names, _ = QFileDialog.getOpenFileNames(parent, tr("Open photos or an avatar"), _or_pictures(folder), kinds)
    return [Path(name) for name in names]


def ask_for_folder(parent: QWidget, folder: str) -> Path | None:
    """A folder whose photos are to be opened; None if the person changed their mind."""
    name = QFileDialog.getExistingDirectory(parent, tr("Open the photos in a folder"), _or_pictures(folder))
    return Path(name) if name else None


def ask_where_to_save(parent: QWidget, start: Path) -> Path | None:
    """A file for the avatar; None if the person changed their mind."""
    kinds = _kinds((tr("Avatars"), f"*{SUFFIX}"), with_all=False)

    def complete(path: Path) -> Path:
        return path.with_name(path.name.removesuffix(".json").removesuffix(".avatar") + SUFFIX)

    return _ask_where(parent, tr("Save the avatar"), start, kinds, complete)


def ask_where_to_export(parent: QWidget, start: Path) -> Path | None:
    """A file for a picture of the kind that the ending of `start` says; None if the person changed their mind."""
    names = {".png": tr("PNG pictures"), ".webp": tr("WebP pictures"), ".gif": tr("GIF pictures")}
    kinds = _kinds((names[start.suffix], f"*{start.suffix}"), with_all=False)
    ending = start.suffix

    def complete(path: Path) -> Path:
        return path if path.name.lower().endswith(ending) else path.with_name(path.name + ending)

    return _ask_where(parent, tr("Export the picture"), start, kinds, complete)


def _ask_where(parent: QWidget, title: str, start: Path, kinds: str, complete: Callable[[Path], Path]) -> Path | None:
    """A file to write, its name completed; the dialog has asked whether to write over it, if it is there."""
    for _ in range(TRIES):
        name, _kind = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
        if not name:
            return None
        path = complete(Path(name))
        if path == Path(name) or not path.exists():
            return path
        start = path  # the dialog knew only the short name: it asks about the whole one
    return None


Answer = Literal["save", "discard", "cancel"]


def ask_about_changes(parent: QWidget, name: str, answered: Callable[[Answer], None]) -> TextDialog:
    """Ask whether to save changes before they would be lost; `answered` gets the answer."""
    offers = ((tr("Discard"), lambda: answered("discard")), (tr("Save"), lambda: answered("save")))
    dialog = TextDialog(
        tr("Save the changes to “{name}”?", name=name), tr("They are lost if you don’t save them."), (), offers, parent
    )
    dialog.rejected.connect(lambda: answered("cancel"))
    dialog.open()
    return dialog


def ask_where_photos_are(parent: QWidget, folder: str) -> Path | None:
    """A folder with photos; None if the person changed their mind."""
    name = QFileDialog.getExistingDirectory(parent, tr("Look for photos in"), folder)
    return Path(name) if name else None


def ask_for_photos(parent: QWidget, folder: str, title: str = "") -> list[Path]:
    """Photos that are there; none if the person changed their mind."""
    photos = " ".join((*PHOTO_PATTERNS, *(pattern.upper() for pattern in PHOTO_PATTERNS)))
    kinds = _kinds((tr("Photos"), photos))
    names, _ = QFileDialog.getOpenFileNames(parent, title or tr("Add photos"), _or_pictures(folder), kinds)
    return [Path(name) for name in names]


def ask_for_set(parent: QWidget, folder: str, title: str = "") -> Path | None:
    """An evaluation set that is there; None if the person changed their mind."""
    name, _ = QFileDialog.getOpenFileName(
        parent, title or tr("Open an evaluation set"), folder, _kinds((tr("Evaluation sets"), "*.avatarset"))
    )
    return Path(name) if name else None


def ask_where_to_make_set(parent: QWidget, start: Path) -> Path | None:
    """A file for a new evaluation set; None if the person changed their mind."""
    name, _ = QFileDialog.getSaveFileName(
        parent, tr("Make the evaluation set"), str(start), _kinds((tr("Evaluation sets"), "*.avatarset"), with_all=False)
    )
    if not name:
        return None
    return Path(name) if name.endswith(".avatarset") else Path(f"{name}.avatarset")


def ask_where_to_export_labels(parent: QWidget, start: Path) -> Path | None:
    """A file for labels, whose ending says what kind; None if the person changed their mind."""
    tables = _kinds((tr("Tables"), "*.csv"), with_all=False)
    lines = _kinds((tr("Everything, with the history"), "*.jsonl"), with_all=False)
    name, kind = QFileDialog.getSaveFileName(parent, tr("Export labels"), str(start), f"{tables};;{lines}")
    if not name:
        return None
    known = name.lower().endswith((".csv", ".jsonl"))
    return Path(name) if known else Path(f"{name}{'.jsonl' if kind == lines else '.csv'}")


def ask_for_labels(parent: QWidget, folder: str) -> Path | None:
    """A file with labels; None if the person changed their mind."""
    name, _ = QFileDialog.getOpenFileName(parent, tr("Import labels"), folder, _kinds((tr("Labels"), "*.csv *.jsonl")))
    return Path(name) if name else None


def ask_where_to_pack(parent: QWidget, start: Path) -> Path | None:
    """A file for a packed set; None if the person changed their mind."""
    kinds = _kinds((tr("Packed sets"), "*.zip"), with_all=False)
    name, _ = QFileDialog.getSaveFileName(parent, tr("Pack to send"), str(start), kinds)
    if not name:
        return None
    return Path(name) if name.lower().endswith(".zip") else Path(f"{name}.zip")


def ask_what_to_unpack(parent: QWidget, folder: str) -> Path | None:
    """A packed set; None if the person changed their mind."""
    name, _ = QFileDialog.getOpenFileName(parent, tr("Unpack a set"), folder, _kinds((tr("Packed sets"), "*.zip")))
    return Path(name) if name else None


def ask_where_to_unpack(parent: QWidget, folder: str) -> Path | None:
    """The folder in which the set gets a folder of its own; None if the person changed their mind."""
    name = QFileDialog.getExistingDirectory(parent, tr("Unpack into a new folder in"), folder)
    return Path(name) if name else None


def ask_where_to_save_all(parent: QWidget, folder: str) -> Path | None:
    """A folder for many avatars; None if the person changed their mind."""
    name = QFileDialog.getExistingDirectory(parent, tr("Save all avatars in"), folder)
    return Path(name) if name else None


def ask_for_video(parent: QWidget, folder: str) -> Path | None:
    """A video to play; None if the person changed their mind."""
    videos = "*.mp4 *.mov *.webm *.mkv *.avi *.m4v *.mpg *.mpeg *.wmv *.ogv"
    kinds = _kinds((tr("Videos"), f"{videos} {videos.upper()}"))
    name, _ = QFileDialog.getOpenFileName(parent, tr("Open a video"), folder, kinds)
    return Path(name) if name else None
