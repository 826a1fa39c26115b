"""The photo, what can be done with it, and what would make it better."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from app import theme
from app.estimating import Points
from app.widgets.advice_note import AdviceNote
from app.widgets.buttons import text_button
from app.widgets.camera_view import CameraView
from app.widgets.face_placer import FacePlacer
from app.widgets.image_view import Box, ImageView
from app.widgets.side_by_side import Column, caption
from core.errors import SettingError
from core.faces.placing import ordered_points
from core.words import mark, tr

CHOOSING = mark("Which face is it? Click it, or press its number.")
PLACING = mark("Put the points on the eyes and the mouth, with the mouse or with the arrow keys.")


class PhotoColumn(Column):
    """Shows a photo in each of its states, with the links or buttons that belong to it."""

    change_wanted = Signal()
    """Another photo."""
    camera_wanted = Signal()
    """A picture that the camera takes."""
    all_faces_wanted = Signal()
    """All of the photo's faces."""
    other_face_wanted = Signal()
    """Another of the photo's faces."""
    placing_wanted = Signal()
    """To say by hand where the face is."""
    placed = Signal(object)
    """`Points`: where a person says that the face is."""
    placing_given_up = Signal()
    """Not to place the face after all."""

    def __init__(self, *, is_kept: bool = False) -> None:
        """Make a column; `is_kept`: the photo belongs to a set, and no other takes its place."""
        self.image_view = ImageView(is_kept=is_kept)
        self.placer = FacePlacer()
        self.note = AdviceNote()
        self._reason, self._is_kept = "", is_kept
        self._views = QStackedWidget()
        self._views.addWidget(self.image_view)
        self._views.addWidget(self.placer)
        self.all_faces = text_button(tr("All of them"), "link")
        self.other_face = text_button(tr("Other face"), "link")
        self.place_face = text_button(tr("Place by hand"), "link")
        self.change = text_button(tr("Change photo…"), "link")
        for link in (self.all_faces, self.other_face, self.place_face, self.change):
            link.setFont(theme.font("small"))  # three of them stand below the photo in the smallest window
        self.use_face = text_button(tr("Use this face"), "primary")
        self.give_up = text_button(tr("Cancel"), "plain")
        self.choose_another = text_button(tr("Choose another photo…"), "plain")
        self.take_picture, self.leave_camera = text_button("", "primary"), text_button("", "plain")
        self._camera: CameraView | None = None
        self._offers = (
            self.all_faces, self.other_face, self.place_face, self.change, self.use_face, self.give_up, self.choose_another,
            self.take_picture, self.leave_camera,
        )  # fmt: skip
        super().__init__(self._views, caption(*self._offers), self.note)
        self._connect()
        self.show_nothing()

    def _connect(self) -> None:
        self.other_face.clicked.connect(self.other_face_wanted)
        self.place_face.clicked.connect(self.placing_wanted)
        self.image_view.place_wanted.connect(self.placing_wanted)
        self.change.clicked.connect(self.change_wanted)
        self.all_faces.clicked.connect(self.all_faces_wanted)
        self.image_view.open_wanted.connect(self.change_wanted)
        self.image_view.camera_wanted.connect(self.camera_wanted)
        self.choose_another.clicked.connect(self.change_wanted)
        self.use_face.clicked.connect(self._use)
        self.give_up.clicked.connect(self.placing_given_up)
        self.placer.moved.connect(self._judge_points)
        for button in (self.use_face, self.give_up, self.choose_another, self.take_picture, self.leave_camera):
            button.setAutoDefault(True)  # the return key presses the one with the focus

    def show_nothing(self) -> None:
        """Invite the person to bring a photo."""
        self._offer()
        self.image_view.show_nothing()

    def show_problem(self, title: str, text: str, image: QImage | None, *, can_place: bool) -> None:
        """Say what is wrong with a photo and what to do.

        Args:
            title: What is wrong, in few words.
            text: What to do.
            image: The photo, if it could be opened.
            can_place: Whether the face can be placed by hand.
        """
        self._offer()
        self.image_view.show_problem(title, text, image, can_place=can_place)

    def show_reading(self, image: QImage | None) -> None:
        """Show a photo that is being read; None while it is being opened."""
        self._offer()
        self.image_view.show_photo(image, is_busy=True)

    def show_faces(self, image: QImage, boxes: Sequence[Box]) -> None:
        """Let one of several faces be chosen; boxes in photo pixels: left, top, right, bottom."""
        self._offer(*([] if self._is_kept else [self.all_faces]), self.place_face, *([] if self._is_kept else [self.change]))
        self.image_view.show_faces(image, boxes)
        self.note.guide(tr(CHOOSING))

    def show_portrait(self, image: QImage, advice: Sequence[str], *, has_others: bool) -> None:
        """Show the face that was read, with advice about the photo.

        Args:
            image: The face, framed like the avatar.
            advice: What would make the photo better, the most important first.
            has_others: Whether there are other faces in the photo.
        """
        self._offer(*([self.other_face] if has_others else []), self.place_face, self.change)
        self.image_view.show_photo(image)
        self.note.advise(advice)

    def show_placing(self, image: QImage, points: Points | None, reason: str) -> None:
        """Let a person say where the face is.

        Args:
            image: The photo.
            points: Where to start; None for the middle of the photo.
            reason: Why this is needed, if it was not asked for.
        """
        self._reason = reason
        self._offer(self.use_face, self.choose_another if reason and not self._is_kept else self.give_up)
        self._views.setCurrentWidget(self.placer)
        self.placer.start(image, points, is_close=not reason)
        self._judge_points()

    @property
    def camera(self) -> CameraView:
        """What shows the camera's picture; made when it is first asked for."""
        if self._camera is None:
            self._camera = CameraView()
            self._views.addWidget(self._camera)
        return self._camera

    def show_camera(self, take: str, leave: str) -> None:
        """Show the camera's picture in the photo's place.

        Args:
            take: What the first button says, which takes the picture.
            leave: What the second one says, which goes back.
        """
        self._offer(self.take_picture, self.leave_camera)
        for button, text in ((self.take_picture, take), (self.leave_camera, leave)):
            button.setText(text)
            button.setAccessibleName(text)
        self._views.setCurrentWidget(self.camera)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_placing(self) -> bool:
        """Whether somebody says where the face is."""
        return self._views.currentWidget() is self.placer

    def use_placed(self) -> None:
        """Take what is placed, if it can be a face."""
        if self.use_face.isEnabled():
            self._use()

    def _offer(self, *widgets: QWidget) -> None:
        """Back to the photo, with these in the line below and no note."""
        if self.isAncestorOf(self.window().focusWidget()):
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # else it would go to the next widget, whatever that is
        self._views.setCurrentWidget(self.image_view)
        self.placer.stop()
        self.note.clear()
        for widget in self._offers:
            widget.setVisible(widget in widgets)

    def _judge_points(self) -> None:
        try:
            ordered_points(self.placer.points)
            problem = ""
        except SettingError as error:
            problem = str(error)
        self.use_face.setEnabled(not problem)
        self.note.guide(problem or f"{self._reason} {tr(PLACING)}".strip())

    def _use(self) -> None:
        self.placed.emit(self.placer.points)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_placing and event.key() == Qt.Key.Key_Escape:
            self.placing_given_up.emit()
        elif self.is_placing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.use_face.isEnabled():
            self._use()
        else:
            super().keyPressEvent(event)
