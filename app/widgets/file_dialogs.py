"""Questions about files."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtWidgets import QFileDialog, QWidget

from app.widgets.text_dialog import TextDialog
from core.avatar.document import SUFFIX
from core.words import tr

PHOTO_PATTERNS = ("*.jpg", "*.jpeg", "*.png", "*.webp", "*.heic", "*.heif")


def ask_what_to_open(parent: QWidget, folder: str) -> Path | None:
    """A photo or an avatar; None if the person changed their mind."""
    photos = " ".join((*PHOTO_PATTERNS, *(pattern.upper() for pattern in PHOTO_PATTERNS)))
    kinds = f"Photos and avatars ({photos} *{SUFFIX});;All files (*)"
    name, _ = QFileDialog.getOpenFileName(parent, "Open a photo or an avatar", folder, kinds)
    return Path(name) if name else None


def ask_where_to_save(parent: QWidget, start: Path) -> Path | None:
    """A file for the avatar; None if the person changed their mind."""
    name, _ = QFileDialog.getSaveFileName(parent, "Save the avatar", str(start), f"Avatars (*{SUFFIX})")
    if not name:
        return None
    path = Path(name)
    return path.with_name(path.name.removesuffix(".json").removesuffix(".avatar") + SUFFIX)


def ask_where_to_export(parent: QWidget, start: Path) -> Path | None:
    """A file for a picture of the kind that the ending of `start` says; None if the person changed their mind."""
    names = {".png": "PNG pictures", ".webp": "WebP pictures", ".gif": "GIF pictures"}
    kinds = f"{names[start.suffix]} (*{start.suffix})"
    name, _ = QFileDialog.getSaveFileName(parent, "Export the picture", str(start), kinds)
    if not name:
        return None
    return Path(name) if name.lower().endswith(start.suffix) else Path(f"{name}{start.suffix}")


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
    name = QFileDialog.getExistingDirectory(parent, "Look for photos in", folder)
    return Path(name) if name else None


def ask_for_photos(parent: QWidget, folder: str, title: str = "Add photos") -> list[Path]:
    """Photos that are there; none if the person changed their mind."""
    photos = " ".join((*PHOTO_PATTERNS, *(pattern.upper() for pattern in PHOTO_PATTERNS)))
    names, _ = QFileDialog.getOpenFileNames(parent, title, folder, f"Photos ({photos});;All files (*)")
    return [Path(name) for name in names]


def ask_for_set(parent: QWidget, folder: str, title: str = "Open an evaluation set") -> Path | None:
    """An evaluation set that is there; None if the person changed their mind."""
    name, _ = QFileDialog.getOpenFileName(parent, title, folder, "Evaluation sets (*.avatarset);;All files (*)")
    return Path(name) if name else None


def ask_where_to_make_set(parent: QWidget, start: Path) -> Path | None:
    """A file for a new evaluation set; None if the person changed their mind."""
    name, _ = QFileDialog.getSaveFileName(parent, "Make the evaluation set", str(start), "Evaluation sets (*.avatarset)")
    if not name:
        return None
    return Path(name) if name.endswith(".avatarset") else Path(f"{name}.avatarset")


TABLES = "Tables (*.csv)"
LINES = "Everything, with the history (*.jsonl)"


def ask_where_to_export_labels(parent: QWidget, start: Path) -> Path | None:
    """A file for labels, whose ending says what kind; None if the person changed their mind."""
    name, kind = QFileDialog.getSaveFileName(parent, "Export labels", str(start), f"{TABLES};;{LINES}")
    if not name:
        return None
    known = name.lower().endswith((".csv", ".jsonl"))
    return Path(name) if known else Path(f"{name}{'.jsonl' if kind == LINES else '.csv'}")


def ask_for_labels(parent: QWidget, folder: str) -> Path | None:
    """A file with labels; None if the person changed their mind."""
    name, _ = QFileDialog.getOpenFileName(parent, "Import labels", folder, "Labels (*.csv *.jsonl);;All files (*)")
    return Path(name) if name else None


def ask_where_to_pack(parent: QWidget, start: Path) -> Path | None:
    """A file for a packed set; None if the person changed their mind."""
    name, _ = QFileDialog.getSaveFileName(parent, "Pack to send", str(start), "Packed sets (*.zip)")
    if not name:
        return None
    return Path(name) if name.lower().endswith(".zip") else Path(f"{name}.zip")


def ask_what_to_unpack(parent: QWidget, folder: str) -> Path | None:
    """A packed set; None if the person changed their mind."""
    name, _ = QFileDialog.getOpenFileName(parent, "Unpack a set", folder, "Packed sets (*.zip);;All files (*)")
    return Path(name) if name else None


def ask_where_to_unpack(parent: QWidget, folder: str) -> Path | None:
    """The folder in which the set gets a folder of its own; None if the person changed their mind."""
    name = QFileDialog.getExistingDirectory(parent, "Unpack into a new folder in", folder)
    return Path(name) if name else None
