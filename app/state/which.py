"""“Which is more you?” as it goes on: the question, its two pictures, and the next ones, drawn before anybody answers."""

from collections.abc import Mapping
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from app import tasks
from app.rendering import Render, Rendering, Shot, Urgency
from core.asking import ANSWERS, NUM_QUESTIONS, VISIBLE, Answer, Beliefs, Question, visible_difference
from core.avatar.vector import Value
from core.engines import CAMERAS, Camera, Detail

LIGHT, FULL = 320, 640
"""Pixels of the pictures: as they come first, and once there is time."""

COMPARED = 128  # pixels at which two pictures are compared
MOST_TRIED = 8  # pairs that are looked at until two look different
_SEEN_WHOLE = ("head", "hair", "hat", "clothes", "skin", "facial_hair", "ears", "earrings", "background")

Stage = Literal["preparing", "asking", "done"]


def camera_of(question: Question) -> Camera:
    """Where from the two are seen: what is small from nearby."""
    return CAMERAS["front"] if question.topic.component in _SEEN_WHOLE else Camera(frame="face")


class _Node:
    """A moment of the conversation: what is thought, what is asked, and what follows from each answer."""

    def __init__(self, beliefs: Beliefs, before: "_Node | None" = None) -> None:
        self.beliefs, self.before = beliefs, before
        self.question: Question | None = None
        self.is_ready = False
        self.waiting: list[Question] = []  # pairs that might be asked, the one that is looked at first
        self.is_planned = False
        self.light: dict[int, QImage] = {}
        self.sharp: dict[int, QImage] = {}
        self.following: dict[Answer, _Node] = {}


class WhichIsMoreYou(QObject):
    """Asks. What the avatar is in the end is in `outcome`; nothing is changed here."""

    changed = Signal()
    """Another question, another stage, or another picture."""
    failed = Signal(object)
    """Nothing can be drawn: the error. There will be no question."""

    def __init__(self, beliefs: Beliefs, rendering: Rendering, parent: QObject | None = None) -> None:
        """Begin.

        Args:
            beliefs: What is thought of the avatar.
            rendering: Draws the candidates.
            parent: Qt's.
        """
        super().__init__(parent)
        self._rendering = rendering
        self._node = _Node(beliefs)
        self._is_stopped = False
        self._is_open = True
        self._go_to(self._node)

    # What there is to see.

    @property
    def stage(self) -> Stage:
        """Whether there is a question, there will be one, or all is said."""
        if self._is_stopped or (self._node.is_ready and self._node.question is None):
            return "done"
        return "asking" if self._node.is_ready else "preparing"

    @property
    def question(self) -> Question | None:
        """What is asked now."""
        return self._node.question if self.stage == "asking" else None

    @property
    def pictures(self) -> tuple[QImage | None, QImage | None]:
        """The two candidates, as sharp as they are by now."""
        node = self._node
        first, second = (node.sharp.get(side) or node.light.get(side) for side in (0, 1))
        return first, second

    @property
    def number(self) -> int:
        """Which question it is, from 1."""
        return len(self._node.beliefs.answers) + 1

    @property
    def can_go_back(self) -> bool:
        """Whether there is an answer to take back."""
        return self._is_stopped or self._node.before is not None

    @property
    def beliefs(self) -> Beliefs:
        """What is thought by now."""
        return self._node.beliefs

    def outcome(self) -> Mapping[str, Value]:
        """What the answers say of the avatar, by parameter id."""
        return self._node.beliefs.outcome()

    # What the person says.

    def answer(self, answer: Answer) -> None:
        """Take an answer; before there is a question nothing happens."""
        question = self.question
        if question is not None:
            self._go_to(self._following(self._node, question, answer))

    def back(self) -> None:
        """Take the last answer back."""
        if self._is_stopped:
            self._is_stopped = False
            self._go_to(self._node)
        elif self._node.before is not None:
            self._go_to(self._node.before)

    def stop(self) -> None:
        """Ask no more; what was answered stays."""
        self._is_stopped = True
        self._rendering.forget(self._is_ours)
        self.changed.emit()

    def close(self) -> None:
        """Draw no more, and say no more."""
        self._is_open = False
        self._rendering.forget(self._is_ours)

    # How it comes about.

    def _is_ours(self, key: object) -> bool:
        return isinstance(key, tuple) and bool(key) and key[0] is self

    def _go_to(self, node: _Node) -> None:
        self._node = node
        self._rendering.forget(self._is_ours)
        if node.is_ready:
            self._sharpen(node)
        else:
            self._prepare(node)
        self.changed.emit()

    @staticmethod
    def _following(node: _Node, question: Question, answer: Answer) -> _Node:
        if answer not in node.following:
            node.following[answer] = _Node(node.beliefs.after(question, answer), node)
        return node.following[answer]

    def _prepare(self, node: _Node) -> None:
        """Find a question whose two pictures look different."""
        if node.is_planned:
            self._look(node)
            return

        def planned(questions: tuple[Question, ...]) -> None:
            if not node.is_planned:
                node.is_planned, node.waiting = True, list(questions[:MOST_TRIED])
                self._look(node)

        if len(node.beliefs.answers) >= NUM_QUESTIONS:
            planned(())
        else:
            tasks.run(node.beliefs.questions, planned)

    def _look(self, node: _Node) -> None:
        """Draw the pair that is looked at next; without one there is nothing to ask."""
        if not self._is_open or node.is_ready or (node is not self._node and node.before is not self._node):
            return  # it is drawn when somebody comes back to it
        if not node.waiting:
            node.is_ready = True
            self._arrived(node)
            return
        question = node.waiting[0]
        for side in (0, 1):
            if side not in node.light:
                self._draw(node, question, side, "light")

    def _draw(self, node: _Node, question: Question, side: int, detail: Detail) -> None:
        shot = Shot(question.vectors[side], camera_of(question), LIGHT if detail == "light" else FULL, detail)
        # The light pictures of what may be asked next come before sharp ones of what is asked: nobody is to wait.
        urgency = Urgency.STILL if node is self._node and detail == "light" else Urgency.AHEAD
        come = self._lit if detail == "light" else self._sharpened
        self._rendering.draw(
            shot,
            partial(come, node, question, side),
            self._fail,
            urgency=urgency,
            key=(self, id(node), question.first, question.second, side, detail),
        )

    def _lit(self, node: _Node, question: Question, side: int, render: Render) -> None:
        if not self._is_open or node.is_ready or not node.waiting or node.waiting[0] is not question:
            return
        node.light[side] = render.image
        if len(node.light) < 2:
            return
        if visible_difference(*(_pixels(node.light[one]) for one in (0, 1))) < VISIBLE:
            node.waiting.pop(0)
            node.light.clear()
            self._look(node)
            return
        node.question, node.is_ready = question, True
        self._arrived(node)

    def _arrived(self, node: _Node) -> None:
        if node is self._node:
            self._sharpen(node)
            self.changed.emit()

    def _sharpen(self, node: _Node) -> None:
        """Draw the sharp pictures of the question that is asked, and what may follow behind them."""
        question = node.question
        if question is None or not self._is_open:
            return
        for side in (0, 1):
            if side not in node.sharp:
                self._draw(node, question, side, "full")
        for answer in reversed(ANSWERS):  # the newest is drawn first, and “neither” is the rarest
            following = self._following(node, question, answer)
            if not following.is_ready:
                self._prepare(following)

    def _fail(self, error: Exception) -> None:
        if self._is_open:
            self.close()
            self.failed.emit(error)

    def _sharpened(self, node: _Node, question: Question, side: int, render: Render) -> None:
        if self._is_open and node.question is question:
            node.sharp[side] = render.image
            if node is self._node:
                self.changed.emit()


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """(COMPARED, COMPARED, 4) uint8 sRGB, straight alpha."""
    small = image.scaled(
        COMPARED, COMPARED, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    ).convertToFormat(QImage.Format.Format_RGBA8888)
    return np.frombuffer(small.constBits(), np.uint8).reshape(COMPARED, COMPARED, 4).copy()
