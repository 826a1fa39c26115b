"""How a photo is shown until its face is known: on the page that makes avatars, and on the one that labels."""

from PySide6.QtGui import QImage

from app.rendering import to_qimage
from app.state.photo import OpenedPhoto
from app.widgets.photo_column import PhotoColumn
from core.words import tr


def show_on_its_way(column: PhotoColumn, opened: OpenedPhoto) -> None:
    """Show a photo whose face is looked for, chosen, placed or read, or what is wrong with it."""
    picture: QImage | None = to_qimage(opened.photo.picture) if opened.photo is not None else None
    if opened.stage == "failed":
        wrong = tr("This photo cannot be used") if opened.is_photos_fault else tr("The photo could not be read")
        title = tr("No face was found") if opened.can_place else wrong
        column.show_problem(title, opened.problem, picture, can_place=opened.can_place)
    elif opened.stage == "choosing" and opened.photo is not None and picture is not None:
        column.show_faces(picture, opened.photo.boxes)
    elif opened.stage == "placing" and picture is not None:
        column.show_placing(picture, opened.place_to_start, opened.problem)
    else:
        column.show_reading(picture)
