"""“Which is more you?”: six choices between two avatars that settle what the photo left open."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.rendering import Render, Rendering, Shot, to_qimage
from app.state.avatar_document import EditedAvatar
from app.state.photo import OpenedPhoto
from app.state.which import FULL, WhichIsMoreYou, camera_of
from app.widgets.marks import marks_of
from app.widgets.notice import Notice
from app.widgets.which_dialog import Asked, WhichDialog
from app.widgets.which_words import candidate_names, changes_in_words, topic_name
from core.asking import NUM_QUESTIONS, Beliefs
from core.avatar.document import Provenance
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS
from core.words import mark, tr

STEP = mark("“Which is more you?”")
"""What the one step is called that keeps the outcome."""


class CreateWhich(QObject):
    """Asks which of two is more like the person, and keeps what the answers say."""

    def __init__(
        self,
        avatar: EditedAvatar,
        photo: OpenedPhoto,
        rendering: Rendering,
        notice: Notice,
        open_photo: Callable[[], None],
        page: QWidget,
    ) -> None:
        """Ask nothing yet.

        Args:
            avatar: What is asked about.
            photo: Stands beside the candidates.
            rendering: Draws them.
            notice: Says why nothing can be asked.
            open_photo: Asks for a photo.
            page: Above what the questions lie.
        """
        super().__init__(page)
        avatar.changed.connect(self._look_at_avatar)
        self._avatar, self._photo, self._rendering, self._notice = avatar, photo, rendering, notice
        self._open_photo, self._page = open_photo, page
        self._asking: WhichIsMoreYou | None = None
        self.dialog: WhichDialog | None = None
        """The questions, while they are asked."""

    def which_is_more_you(self) -> None:
        """Ask, or say why there is nothing to ask."""
        if self.dialog is not None:
            return
        state = self._avatar.state
        if state.estimate is None:
            self._explain()
            return
        chosen = {key for key in state.vector.values() if state.provenance.get(key, Provenance()).by != "predicted"}
        marks = marks_of(state.vector, state.provenance, state.locks, state.origins(), state.estimate.fields)
        marked = {key for key, mark in marks.items() if mark.is_unsure}
        beliefs = Beliefs.of(state.estimate, state.vector, chosen | state.locks, marked=marked)
        if not beliefs.topics:
            self._notice.say(tr("Everything that a photo tells is locked or chosen by you: there is nothing to ask."))
            return
        portrait = self._photo.portrait
        self.dialog = WhichDialog(None if portrait is None else to_qimage(portrait.picture), self._page.window())
        self._asking = WhichIsMoreYou(beliefs, self._rendering, self)
        self._asking.changed.connect(self._show)
        self._asking.failed.connect(self._fail)
        self.dialog.answered.connect(self._asking.answer)
        self.dialog.back_wanted.connect(self._asking.back)
        self.dialog.stop_wanted.connect(self._stop)
        self.dialog.keep_wanted.connect(self._keep)
        self.dialog.finished.connect(self._close)
        self._show()
        self.dialog.open()

    def _explain(self) -> None:
        if self._photo.stage in ("opening", "reading"):
            self._notice.say(tr("The photo is still being read. Ask again in a moment."))
        else:
            self._notice.ask(
                tr("“Which is more you?” settles what a photo left open. Open a photo first."),
                (tr("Open photo…"), self._open_photo),
            )

    def _show(self) -> None:
        asking, dialog = self._asking, self.dialog
        if asking is None or dialog is None:
            return
        if asking.stage == "done":
            self._show_outcome(asking, dialog)
            return
        question = asking.question
        if question is None:
            dialog.show_waiting()
            return
        schema = self._avatar.schema
        dialog.show_question(
            Asked(
                number=asking.number,
                of=NUM_QUESTIONS,
                name=topic_name(question.topic, schema),
                names=candidate_names(question, schema),
                is_near=camera_of(question).frame == "face",
                can_go_back=asking.can_go_back,
                note=""
                if asking.beliefs.has_marked
                else tr("Nothing is marked as unsure; this is what the photo told least about."),
            )
        )
        dialog.show_pictures(*asking.pictures)

    def _show_outcome(self, asking: WhichIsMoreYou, dialog: WhichDialog) -> None:
        beliefs, outcome = asking.beliefs, asking.outcome()
        changed, confirmed = changes_in_words(beliefs.topics, beliefs.vector, outcome)
        dialog.show_outcome(changed, confirmed, can_keep=bool(outcome))
        pictures: dict[bool, Render] = {}

        def draw(vector: AvatarVector, *, is_after: bool) -> None:
            def come(render: Render) -> None:
                pictures[is_after] = render
                if dialog is self.dialog:
                    before, after = (pictures[one].image if one in pictures else None for one in (False, True))
                    dialog.show_outcome_pictures(before, after)

            self._rendering.draw(Shot(vector, CAMERAS["front"], FULL), come, self._fail, key=("which outcome", is_after))

        draw(beliefs.vector, is_after=False)
        draw(beliefs.avatar(), is_after=True)

    def _stop(self) -> None:
        asking, dialog = self._asking, self.dialog
        if asking is not None and dialog is not None:
            if asking.beliefs.answers:
                asking.stop()
            else:
                dialog.done(WhichDialog.DialogCode.Rejected)

    def _keep(self) -> None:
        if self._asking is not None and self.dialog is not None:
            outcome, state = self._asking.outcome(), self._avatar.state
            self.dialog.done(WhichDialog.DialogCode.Accepted)
            if outcome:
                sources = {**state.provenance, **{key: Provenance(by="edited") for key in outcome}}
                self._avatar.steps.take(tr(STEP), replace(state, vector=state.vector.with_values(outcome), provenance=sources))

    def _look_at_avatar(self) -> None:
        """Another photo was read meanwhile: the questions are about somebody else."""
        if self.dialog is not None and self._asking is not None and self._avatar.vector != self._asking.beliefs.vector:
            self.dialog.done(WhichDialog.DialogCode.Rejected)

    def _fail(self, error: Exception) -> None:
        if self.dialog is not None:
            self.dialog.done(WhichDialog.DialogCode.Rejected)
            self._notice.warn(tr("The candidates cannot be drawn: {reason}", reason=error))

    def _close(self) -> None:
        asking, self._asking, self.dialog = self._asking, None, None
        if asking is not None:
            asking.close()
            asking.deleteLater()
