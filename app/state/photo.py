"""The photo that the avatar is made from, and how far its reading is."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app import problems
from app.estimating import Estimating, Photo, Points, Portrait, three_points
from core.errors import AvatarError, FaceError, PhotoError, SeveralFacesError
from core.methods import Estimate
from core.words import mark, tr

Stage = Literal["empty", "opening", "choosing", "placing", "reading", "ready", "failed"]

_ON_ITS_WAY = ("empty", "opening", "reading")
NO_FACE = mark("No face was found in this photo.")
OTHER_PHOTO = mark("Choose a photo that shows the whole face from the front, or say where the face is.")


class OpenedPhoto(QObject):
    """Owns the photo, and says with `stage` how far it is.

    empty -> opening -> (choosing, where there are several faces) -> reading -> ready, or failed with a `problem`. Where no face
    is found, or somebody wants to, the face is placed by hand: placing -> reading, or back to where it came from.
    """

    without_face = OTHER_PHOTO
    """What to do where no face was found."""

    changed = Signal()
    """The stage, the photo or the face changed."""
    estimated = Signal(object)
    """An `Estimate` of the selfie arrived."""
    estimate_failed = Signal(object)
    """The selfie is fine, but no estimate of it could be made: the error."""
    faceless = Signal()
    """No face was found in the photo that is shown now."""
    refused = Signal(object)
    """A file could not be opened, so the photo that was there before is shown again: the error."""

    def __init__(self, estimating: Estimating, parent: QObject | None = None, *, keeps_photo: bool = False) -> None:
        """Own no photo yet.

        Args:
            estimating: Reads photos.
            parent: Qt's.
            keeps_photo: Whether a file that cannot be opened leaves the photo that is there.
        """
        super().__init__(parent)
        self._estimating, self._keeps_photo = estimating, keeps_photo
        self._attempt = 0
        self._is_estimated = True
        self._before: tuple[Stage, Portrait | None, str] = ("empty", None, "")
        self.is_photos_fault = False
        self._set("empty")

    def _set(self, stage: Stage, photo: Photo | None = None, portrait: Portrait | None = None, problem: str = "") -> None:
        self.stage, self.photo, self.portrait, self.problem = stage, photo, portrait, problem
        self.changed.emit()

    @property
    def name(self) -> str:
        """What to call it."""
        path = self.photo.path if self.photo else None
        return path.name if path else tr("Pasted photo")

    def open(self, source: Path | bytes | Photo, face: int | None = None, *, is_estimated: bool = True) -> None:
        """Open a photo from a file, or from the bytes of one, and read its face.

        Args:
            source: The photo; a `Photo` is open already.
            face: Which of its faces, counted from 1; None where nobody said.
            is_estimated: Whether an estimate is made; False where somebody has it already.
        """
        self._attempt += 1
        attempt = self._attempt
        path = source if isinstance(source, Path) else None
        before, its_fault = (self.stage, self.photo, self.portrait, self.problem), self.is_photos_fault
        self._is_estimated = is_estimated
        self._set("opening", self.photo)

        def shown(photo: Photo) -> None:
            if attempt == self._attempt:
                self._set("reading", photo)
                self._estimating.find(photo, found, failed)

        def found(photo: Photo) -> None:
            if attempt != self._attempt:
                return
            if photo.faces:
                self._read(photo, face)
            else:
                self.is_photos_fault = True
                self._before = ("failed", None, tr(self.without_face))
                self._set("placing", photo, problem=tr(NO_FACE))
                self.faceless.emit()

        def failed(error: Exception) -> None:
            if attempt != self._attempt:
                return
            if self._keeps_photo and self.stage == "opening" and before[1] is not None and before[0] not in _ON_ITS_WAY:
                self.is_photos_fault = its_fault
                self._set(*before)
                self.refused.emit(error)
            else:
                self._failed(error, path)

        if isinstance(source, Photo):
            shown(source)
        else:
            self._estimating.open(source, shown, failed)

    def take(self, photo: Photo, portrait: Portrait) -> None:
        """Take over a photo whose face is read already, and which somebody else estimates."""
        self._attempt += 1
        self._set("ready", photo, portrait)

    def choose(self, face: int) -> None:
        """Take one of several faces, counted from 1."""
        if self.photo is not None and 1 <= face <= len(self.photo.faces):
            self._is_estimated = True
            self._read(self.photo, face)

    def choose_again(self) -> None:
        """Go back to the choice among several faces."""
        if self.photo is not None and len(self.photo.faces) > 1:
            self._set("choosing", self.photo)

    @property
    def can_place(self) -> bool:
        """Whether the face can be placed by hand now."""
        return self.photo is not None and (
            self.stage in ("choosing", "ready") or (self.stage == "failed" and self.is_photos_fault)
        )

    def place(self) -> None:
        """Have a person say where the face is."""
        if self.can_place:
            self._before = (self.stage, self.portrait, self.problem)
            self._set("placing", self.photo, self.portrait)

    @property
    def place_to_start(self) -> Points | None:
        """Where placing begins: at what was read, else at the largest face, else at a guess; None for no idea."""
        if self.portrait is not None:
            return self.portrait.points
        if self.photo is not None and self.photo.faces:
            return three_points(max(self.photo.faces, key=lambda face: face.unit).points)
        return self.photo.guess if self.photo is not None else None

    def place_at(self, points: Points) -> None:
        """Read the face that a person placed."""
        if self.stage == "placing" and self.photo is not None:
            self._is_estimated = True
            self._read(self.photo, points)

    def stop_placing(self) -> None:
        """Go back to what was before the placing."""
        if self.stage == "placing":
            stage, portrait, problem = self._before
            self._set(stage, self.photo, portrait, problem)

    def dismiss_advice(self) -> None:
        """Give no more advice about this face."""
        if self.portrait is not None:
            self.portrait = replace(self.portrait, advice=())

    def clear(self) -> None:
        """No photo."""
        self._attempt += 1
        self._before = ("empty", None, "")
        self._set("empty")

    def _read(self, photo: Photo, face: int | Points | None) -> None:
        self._attempt += 1
        attempt = self._attempt
        self._set("reading", photo)

        def read(portrait: Portrait) -> None:
            if attempt == self._attempt:
                self._set("ready", photo, portrait)
                if self._is_estimated:
                    self._estimate(portrait)

        def failed(error: Exception) -> None:
            if attempt != self._attempt:
                return
            if isinstance(error, SeveralFacesError):
                self._set("choosing", photo)
            else:
                self._failed(error, photo.path)

        self._estimating.read(photo, face, read, failed)

    def _estimate(self, portrait: Portrait) -> None:
        attempt = self._attempt

        def estimated(estimate: Estimate) -> None:
            if attempt == self._attempt:
                self.estimated.emit(estimate)

        def not_estimated(error: Exception) -> None:
            if attempt == self._attempt:
                self.estimate_failed.emit(error)

        self._estimating.estimate(portrait.selfie, estimated, not_estimated)

    def _failed(self, error: Exception, path: Path | None) -> None:
        if not isinstance(error, AvatarError):
            problems.report(error)
        keep = self.photo if self.photo and self.photo.path == path and self.stage != "opening" else None
        self.is_photos_fault = isinstance(error, PhotoError | FaceError)
        self._set("failed", keep, None, problems.describe(error).text)
