"""What is exported of the avatar: a picture, a sheet of views, a turn, or the avatar itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.rendering import Render, Rendering, Shot
from app.widgets.buttons import Segments, text_button
from app.widgets.choice_grid import Choice
from app.widgets.ground import paint_picture
from app.widgets.swatches import Swatches
from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, Camera
from core.exporting import MAX_TURN_SIZE, SHEET_VIEWS, Kind, Order, Turn
from core.words import mark, tr, trn

SIZES = (256, 512, 1024, 2048)
FRAMES = (24, 36, 60, 90)
SECONDS = (2, 3, 4, 6)
BACKGROUNDS: Mapping[str, tuple[str, tuple[int, int, int] | None]] = {
    "transparent": (mark("Transparent"), None),
    "white": (mark("White"), (255, 255, 255)),
    "grey": (mark("Grey"), (208, 209, 213)),
    "sky": (mark("Sky"), (190, 214, 240)),
    "mint": (mark("Mint"), (196, 226, 208)),
    "sand": (mark("Sand"), (240, 224, 196)),
    "rose": (mark("Rose"), (244, 208, 212)),
    "night": (mark("Night"), (38, 40, 54)),
}
WHATS = (("picture", mark("Picture")), ("sheet", mark("Three views")), ("turn", mark("Turntable")), ("avatar", mark("Avatar")))
VIEWS = (
    ("current", mark("As shown")),
    ("front", mark("Front")),
    ("three-quarter", mark("Three-quarter")),
    ("side", mark("Side")),
)
KINDS = (("webp", "WebP"), ("gif", "GIF"))
PREVIEW, FORM = 264, 400
HEIGHT = 472  # of what has most to choose: it keeps its size while one looks at what there is
PRIVATE = mark("Your photo, its name and its place are never in the file.")
EMBEDDED = mark("The picture opens here again as an avatar: it also holds the values, and which method chose them.")
BARE = mark("The picture holds nothing but the picture.")
GIF_NOTE = mark("A GIF has no soft edges, so it stands on a background.")
AVATAR_NOTE = mark("All values, where each came from, and what is locked, to open here or elsewhere.")


@dataclass(frozen=True)
class ExportChoice:
    """What to export.

    Attributes:
        what: A key of `WHATS`.
        view: A name in `CAMERAS`, or `current` for the view in the window.
        size: Pixels of a picture, or of each of the views.
        background: A name in `BACKGROUNDS`.
        embeds: Whether a PNG carries the avatar.
        kind: Of a turn's file.
        turn_size: Pixels of a turn.
        frames: Of a turn.
        seconds: A turn takes.
    """

    what: str = "picture"
    view: str = "current"
    size: int = 1024
    background: str = "transparent"
    embeds: bool = True
    kind: str = "webp"
    turn_size: int = 512
    frames: int = 36
    seconds: int = 3

    def sound(self) -> "ExportChoice":
        """The same, with defaults for what there is not to choose; settings may hold anything."""
        choices: dict[str, Sequence[Any]] = {
            "what": [key for key, _ in WHATS], "view": [key for key, _ in VIEWS], "size": SIZES, "background": list(BACKGROUNDS),
            "kind": [key for key, _ in KINDS], "turn_size": SIZES[:-1], "frames": FRAMES, "seconds": SECONDS,
        }  # fmt: skip
        wrong = {name: getattr(ExportChoice, name) for name, known in choices.items() if getattr(self, name) not in known}
        return replace(self, **wrong)

    def order(self, shown: Camera) -> Order:
        """What the file is to show.

        Args:
            shown: The view in the window.
        """
        color = BACKGROUNDS[self.background][1]
        if self.what == "sheet":
            return Order.sheet(self.size, color)
        if self.what == "turn":
            kind: Kind = "gif" if self.kind == "gif" else "webp"
            ground = color or (BACKGROUNDS["white"][1] if kind == "gif" else None)
            return Order.moving(Turn(self.frames, float(self.seconds)), self.turn_size, ground, kind)
        return Order((CAMERAS.get(self.view, shown),), self.size, color)


class ExportDialog(QDialog):
    """Choose what to export and how, with a preview and with what it will take."""

    save_wanted = Signal()
    """To a file: see `choice`."""
    copy_wanted = Signal()
    """To the clipboard."""

    def __init__(
        self,
        vector: AvatarVector,
        camera: Camera,
        choice: ExportChoice,
        rendering: Rendering,
        pace: tuple[float, int] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self._vector, self._camera, self._rendering = vector, camera, rendering
        self.choice = choice
        self.pace = pace
        """How long a full picture took here, in seconds, and its size in pixels."""
        self._preview = _Preview()
        self.what, self.view = Segments(_said(WHATS), tr("Export")), Segments(_said(VIEWS), tr("View"))
        self.kind = Segments(KINDS, tr("Format"))
        self.size_box, self.turn_size_box = _box(tr("Size"), {}), _box(tr("Size of the turn"), {})
        self.frames_box = _box(tr("Frames"), {count: trn("{count} picture", "{count} pictures", count) for count in FRAMES})
        self.seconds_box = _box(
            tr("One turn takes"), {count: trn("{count} second", "{count} seconds", count) for count in SECONDS}
        )
        self.background = Swatches(
            tr("Background"), [Choice(key, tr(name), srgb=srgb) for key, (name, srgb) in BACKGROUNDS.items()]
        )
        self.embed = QCheckBox(tr("Embed the avatar"))
        self.embed.setAccessibleName(tr("Embed the avatar"))
        self.note, self.estimate = _quiet_label(), _quiet_label()
        self.copy_button, self.save_button = text_button(tr("Copy")), text_button(tr("Save PNG…"), "primary")
        self._form = QFormLayout()
        self._lay_out()
        self._connect()
        self._change(choice.sound())
        self.save_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        for field, segments in (("what", self.what), ("view", self.view), ("kind", self.kind)):
            segments.chosen.connect(lambda key, field=field: self._change(replace(self.choice, **{field: key})))
        boxes = {"size": self.size_box, "turn_size": self.turn_size_box, "frames": self.frames_box, "seconds": self.seconds_box}
        for field, box in boxes.items():
            box.activated.connect(
                lambda _, field=field, box=box: self._change(replace(self.choice, **{field: box.currentData()}))
            )
        self.background.chosen.connect(lambda picked: self._change(replace(self.choice, background=picked.id)))
        self.embed.toggled.connect(lambda is_on: self._change(replace(self.choice, embeds=is_on)))
        self.save_button.clicked.connect(self.save_wanted)
        self.copy_button.clicked.connect(self.copy_wanted)

    def _lay_out(self) -> None:
        self._form.setVerticalSpacing(12)
        self._form.setHorizontalSpacing(16)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        for name, widget in (
            (tr("View"), self.view), (tr("Format"), self.kind), (tr("Size"), self.size_box), (tr("Size"), self.turn_size_box),
            (tr("Frames"), self.frames_box), (tr("One turn"), self.seconds_box), (tr("Background"), self.background),
            ("", self.embed),
        ):  # fmt: skip
            label = QLabel(name)
            label.setProperty("tone", "secondary")
            label.setMinimumHeight(32)
            self._form.addRow(label, widget)
        cancel = text_button(tr("Cancel"), "link")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.save_button)
        self.save_button.setDefault(True)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.what)
        right.addSpacing(4)
        right.addLayout(self._form)
        right.addWidget(self.note)
        right.addStretch(1)
        right.addWidget(self.estimate)
        right.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(32)
        layout.addWidget(self._preview, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(right, 1)
        for label in (self.note, self.estimate):
            label.setFixedWidth(FORM)
        self.setMinimumHeight(HEIGHT)

    @property
    def order(self) -> Order:
        """What is asked for, where it is not the avatar itself."""
        return self.choice.order(self._camera)

    def _change(self, choice: ExportChoice) -> None:
        self.choice = choice
        is_turn, is_picture, is_avatar = (choice.what == what for what in ("turn", "picture", "avatar"))
        is_gif = is_turn and choice.kind == "gif"
        for widget, is_there in (
            (self.view, is_picture), (self.kind, is_turn), (self.size_box, not is_turn and not is_avatar),
            (self.turn_size_box, is_turn), (self.frames_box, is_turn), (self.seconds_box, is_turn),
            (self.background, not is_avatar), (self.embed, not is_turn and not is_avatar),
        ):  # fmt: skip
            self._form.setRowVisible(widget, is_there)
        for field, segments in (("what", self.what), ("view", self.view), ("kind", self.kind)):
            segments.choose(getattr(choice, field))
        _fill(
            self.size_box,
            {size: _pixels(size * (1 if is_picture else 3), size) for size in SIZES},
            choice.size,
        )
        turns = {size: _pixels(size, size) for size in SIZES if size <= MAX_TURN_SIZE}
        _fill(self.turn_size_box, turns, choice.turn_size)
        self.frames_box.setCurrentIndex(self.frames_box.findData(choice.frames))
        self.seconds_box.setCurrentIndex(self.seconds_box.findData(choice.seconds))
        self.background.tiles[0].setVisible(not is_gif)
        self.background.choose("white" if is_gif and choice.background == "transparent" else choice.background)
        self.embed.setChecked(choice.embeds)
        note = AVATAR_NOTE if is_avatar else GIF_NOTE if is_gif else "" if is_turn else EMBEDDED if choice.embeds else BARE
        self.note.setText(" ".join(filter(None, (tr(note), "" if is_turn else tr(PRIVATE)))))
        self.note.setFixedHeight(self.note.heightForWidth(FORM) if self.note.text() else 0)
        self.copy_button.setVisible(not is_turn and not is_avatar)
        kind = {"webp": "WebP", "gif": "GIF"}[choice.kind] if is_turn else "PNG"
        self.save_button.setText(tr("Save avatar…") if is_avatar else tr("Save {kind}…", kind=kind))
        self._show_estimate()
        self._draw_preview()

    def _show_estimate(self) -> None:
        if self.choice.what == "avatar":
            self.estimate.setText(tr("A few kilobytes"))
            return
        words = [tr("About {size}", size=in_bytes(self.order.likely_bytes()))]
        if self.pace is not None and (seconds := self.order.likely_seconds(*self.pace)) >= 1:
            words.append(tr("about {time} to draw", time=in_seconds(seconds)))
        self.estimate.setText(", ".join(words))

    def _cameras(self) -> tuple[Camera, ...]:
        if self.choice.what == "sheet":
            return tuple(CAMERAS[name] for name in SHEET_VIEWS)
        return (CAMERAS.get(self.choice.view, self._camera) if self.choice.what == "picture" else Camera(),)

    def _draw_preview(self) -> None:
        cameras = self._cameras()
        self._preview.expect(cameras, self.order.color if self.choice.what != "avatar" else None)
        pixels = round(PREVIEW * self.devicePixelRatioF())
        for camera in cameras:
            shot = Shot(self._vector, camera, pixels)
            self._rendering.draw(shot, self._show, lambda _: None, key=(id(self), camera))

    def _show(self, render: Render) -> None:
        self._preview.put(render.shot.camera, render.image)
        if render.seconds > 0:
            self.pace = (render.seconds, render.shot.size)
            self._show_estimate()

    @override
    def done(self, result: int) -> None:
        self._rendering.forget(lambda key: isinstance(key, tuple) and key[0] == id(self))
        super().done(result)


def in_bytes(count: int) -> str:
    """A file's size for people."""
    return tr("{size:.0f} kB", size=count / 1000) if count < 999_500 else tr("{size:.1f} MB", size=count / 1e6)


def in_seconds(seconds: float) -> str:
    """A time for people."""
    if seconds < 90:
        return tr("{count} s", count=max(1, round(seconds)))
    return trn("{count} minute", "{count} minutes", round(seconds / 60))


def _said(names: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(key, tr(name)) for key, name in names]


def _pixels(width: int, height: int) -> str:
    return tr("{width} × {height} pixels", width=width, height=height)


def _quiet_label() -> QLabel:
    label = QLabel()
    label.setFont(theme.font("small"))
    label.setProperty("tone", "secondary")
    label.setWordWrap(True)
    return label


def _box(name: str, choices: Mapping[int, str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for value, text in choices.items():
        box.addItem(text, value)
    return box


def _fill(box: QComboBox, choices: Mapping[int, str], chosen: int) -> None:
    if [box.itemText(index) for index in range(box.count())] != list(choices.values()):
        box.clear()
        for value, text in choices.items():
            box.addItem(text, value)
    box.setCurrentIndex(box.findData(chosen))


class _Preview(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Preview"))
        self.setFixedSize(PREVIEW, PREVIEW)
        self._cameras: tuple[Camera, ...] = ()
        self._images: dict[Camera, QImage] = {}
        self._color: tuple[int, int, int] | None = None

    def expect(self, cameras: tuple[Camera, ...], color: tuple[int, int, int] | None) -> None:
        self._cameras, self._color = cameras, color
        self.update()

    def put(self, camera: Camera, image: QImage) -> None:
        self._images[camera] = image
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            side = PREVIEW / max(1, len(self._cameras))
            ground = QRectF(0, (PREVIEW - side) / 2, PREVIEW, side)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*self._color) if self._color else QBrush(_checkers()))
            painter.drawRoundedRect(ground, 12, 12)
            for index, camera in enumerate(self._cameras):
                if camera in self._images:
                    paint_picture(painter, self._images[camera], QRectF(index * side, ground.top(), side, side), 12)


def _checkers() -> QImage:
    tile = np.full((16, 16, 3), 236, np.uint8)
    tile[:8, :8] = tile[8:, 8:] = 252
    image = QImage(tile.data, 16, 16, 48, QImage.Format.Format_RGB888)
    return image.copy()
