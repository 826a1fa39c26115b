"""In the pseudo language, whose texts are a third longer and have other letters: nothing is forgotten, and nothing is cut off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.actions import COMMANDS, PAGES
from app.main_window import COMFORTABLE, MINIMUM, MainWindow
from app.state import language
from app.state.language import speak
from core import words
from core.cli.catalogue import collect, names_of
from core.jobs import JOBS
from core.jobs.fields import fields_of
from core.words import PSEUDO, VARIABLE, _Pseudo, tr, use_language
from tests.app.conftest import FakeReadings
from tests.app.fake_engine import FakeEngine, fake_schema
from tests.app.label_photos import FACELESS, make_photos, read_without_networks
from tests.app.texts import cut_off, said_by, untranslated

DESIGNERS = ("Zoë", "Ola")
LEAVE = {
    "close", "full_screen", "use_light_theme", "use_dark_theme", "use_system_theme", "show_create", "show_label", "show_train",
}  # fmt: skip
"""Commands that show nothing but another page, or nothing at all."""

KEPT = re.compile(
    r"Ada’s selfie|Sample(?:\.jpg)?|[\w./~-]*\.(?:png|avatar\.json|avatarset|zip|pgpass|ini|py)\b|Æblehaven|postgresql://\S+|"
    r"\b(?:fake|toy|mini|toon)\b|main\.py [^.]*|/\S+|#[0-9a-f]{6}|No face was found in this photo\.|20\d{6}-\d{6}-\w+"
)
"""What comes from people, files and engines."""


class Recording(_Pseudo):
    """The pseudo language, which remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    @override
    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return super().gettext(message)


@pytest.fixture(scope="module")
def catalogue() -> frozenset[str]:
    """What translators get to see."""
    return frozenset(text for one in collect() for text in (one.text, one.many) if text)


@pytest.fixture(autouse=True)
def asked(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Speaks the pseudo language; all that was asked for, but for Qt's own texts."""
    monkeypatch.setenv(VARIABLE, PSEUDO)
    translators = speak(qapp, "")
    recording = Recording()
    monkeypatch.setattr(words, "_translations", recording)
    monkeypatch.setattr(language, "tr", _Pseudo().gettext)
    yield recording.asked
    monkeypatch.undo()
    for one in translators:
        qapp.removeTranslator(one)
    use_language("")


@pytest.fixture(autouse=True)
def _without_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    read_without_networks(monkeypatch)


def of_stages() -> frozenset[str]:
    """What stages of training say of themselves: that stays English for now."""
    fields = [field for kind in JOBS.values() for field in fields_of(kind.config)]
    titles = [kind.title for kind in JOBS.values()]
    return frozenset([*titles, *(text for one in fields for text in (one.title, one.help, *one.choices))])


def forgotten(root: QWidget) -> list[str]:
    """What in a widget was not translated."""
    english = of_stages()
    texts = [said for said in said_by(root) if said.text not in english]
    found = [f"{said}: {' '.join(words)}" for said in texts if (words := untranslated(said, KEPT))]
    return list(dict.fromkeys(found))


class Visitor:
    """Goes through the window."""

    def __init__(self, window: MainWindow, qtbot: QtBot, readings: FakeReadings, folder: Path, photo: Path) -> None:
        self.window, self.qtbot, self.readings, self.folder, self.photo = window, qtbot, readings, folder, photo
        self.page, self.label = window.page, window.label_page

    def _open(self) -> None:
        self.page.files.open_path(self.photo)
        self.qtbot.waitUntil(lambda: self.page.photo.stage == "ready")

    def _open_set(self) -> None:
        from core.labels.evaluation_set import EvaluationSet

        self.window.show_label()
        path = self.folder / "Æblehaven.avatarset"
        EvaluationSet.create(path, "Æblehaven", [self.page.avatar.vector.schema], 0.0).close()
        self.label.work.set.open(str(path), DESIGNERS[0])
        self.qtbot.waitUntil(lambda: self.label.work.set.is_open)
        photos = make_photos(self.folder / "photos", FakeEngine(self.page.avatar.vector.schema), ["a", "b", f"z {FACELESS}"])
        self.label.work.set.add(photos)
        self.qtbot.waitUntil(lambda: len(self.label.work.set.entries) == 3 and not self.label.work.set.is_working)

    def _command(self, name: str) -> None:
        self.window.actions_by_id[name].trigger()

    def _dialog(self) -> QWidget:
        self.qtbot.waitUntil(lambda: any(one.isVisible() for one in self.window.findChildren(QDialog)))
        return next(one for one in self.window.findChildren(QDialog) if one.isVisible())


class OnCreate(Visitor):
    """Each method is a place, and gives what is seen there."""

    def create_empty(self) -> QWidget:
        """Create page: first run."""
        return self.window

    def create_photo(self) -> QWidget:
        """Create page: a photo and its avatar, every part opened once."""
        self._open()
        for component in self.page.panel.components:
            self.page.panel.open_component(component)
        self.page.editing.next_unsure()
        return self.window

    def create_several(self) -> QWidget:
        """Create page: which face is it?"""
        self.readings.boxes = [(20.0, 40.0, 90.0, 150.0), (110.0, 40.0, 180.0, 150.0)]
        self.page.files.open_path(self.photo)
        self.qtbot.waitUntil(lambda: self.page.photo.stage == "choosing")
        return self.window

    def create_placing(self) -> QWidget:
        """Create page: the face is placed by hand."""
        self.readings.boxes = []
        self.page.files.open_path(self.photo)
        self.qtbot.waitUntil(lambda: self.page.photo.stage == "placing")
        return self.window

    def create_no_photo(self) -> QWidget:
        """Create page: a file that is no photo."""
        broken = self.folder / "broken.png"
        broken.write_bytes(b"no picture")
        self.page.files.open_path(broken)
        self.qtbot.waitUntil(lambda: self.page.photo.stage == "failed" or self.page.notice.isVisible())
        return self.window

    def create_export(self) -> QWidget:
        """The export dialog."""
        self.page.exporting.export()
        return self._dialog()

    def create_unsaved(self) -> QWidget:
        """The question about unsaved work."""
        self.page.avatar.edit({"head_width": 0.9})
        self.page.files.new()
        return self._dialog()

    def shortcuts(self) -> QWidget:
        """What every key does."""
        self.window.show_shortcuts()
        return self._dialog()

    def menu(self) -> QWidget:
        """The menu."""
        self.window.menu.popup(self.window.mapToGlobal(self.window.rect().topLeft()))
        return self.window.menu


class OnLabel(Visitor):
    """Each method is a place, and gives what is seen there."""

    def label_empty(self) -> QWidget:
        """Label page: no set."""
        self.window.show_label()
        return self.window

    def label_new(self) -> QWidget:
        """The dialog for a new set."""
        self.window.show_label()
        self.label.files.new_set()
        return self._dialog()

    def label_server(self) -> QWidget:
        """The dialog for a server."""
        self.window.show_label()
        self.label.files.open_server()
        return self._dialog()

    def label_overview(self) -> QWidget:
        """Label page: the photos of a set."""
        self._open_set()
        return self.window

    def label_photo(self) -> QWidget:
        """Label page: one photo."""
        self._open_set()
        self.label._open_photo(self.label.work.set.entries[0].item.id)
        self.qtbot.waitUntil(lambda: self.label.is_labelling and self.label.work.paper is not None)
        self.qtbot.waitUntil(lambda: self.label.work.paper is not None and not self.label.work.paper.is_waiting)
        for component in self.label.photos.view.panel.components:
            self.label.photos.view.panel.open_component(component)
        return self.window

    def label_fields(self) -> QWidget:
        """Label page: setting by setting."""
        self._open_set()
        self._command("show_fields")
        return self.window

    def label_agreement(self) -> QWidget:
        """Label page: agreement, of which there is none yet."""
        self._open_set()
        self._command("show_agreement")
        return self.window

    def label_settling(self) -> QWidget:
        """Label page: differences, of which there are none yet."""
        self._open_set()
        self._command("settle_differences")
        return self.window

    def label_who(self) -> QWidget:
        """Who labels?"""
        self._open_set()
        self._command("change_designer")
        return self._dialog()

    def label_freeze(self) -> QWidget:
        """Freeze?"""
        self._open_set()
        self._command("lock_set")
        return self._dialog()

    def label_forget(self) -> QWidget:
        """Forget?"""
        self._open_set()
        grid, first = self.label.overview.grid, self.label.work.set.entries[0].item.id

        def is_chosen() -> bool:
            grid.choose(first)
            return bool(grid.chosen)

        self.qtbot.waitUntil(is_chosen)
        self._command("forget_photos")
        return self._dialog()


class Everywhere(OnCreate, OnLabel):
    """Each method is a place, and gives what is seen there."""

    def train_empty(self) -> QWidget:
        """Train page: no job."""
        self.window.show_train()
        return self.window

    def train_new(self) -> QWidget:
        """The form for a job."""
        self.window.show_train()
        self.window.train_page.new_job()
        return self._dialog()


def settle(qtbot: QtBot) -> None:
    """Let everything find its place."""
    for _ in range(3):
        qtbot.wait(20)
        QApplication.sendPostedEvents()


PLACES = [name for kind in (OnCreate, OnLabel, Everywhere) for name in vars(kind) if not name.startswith("_")]


@pytest.fixture
def visitor(window: MainWindow, qtbot: QtBot, readings: FakeReadings, tmp_path: Path, photo: Path) -> Everywhere:
    return Everywhere(window, qtbot, readings, tmp_path, photo)


@pytest.mark.parametrize("place", PLACES)
def test_everything_is_translated_and_nothing_is_cut_off(
    visitor: Everywhere, qtbot: QtBot, asked: set[str], catalogue: frozenset[str], place: str
) -> None:
    root = getattr(visitor, place)()

    found = forgotten(root)
    for size in (MINIMUM, COMFORTABLE):
        visitor.window.resize(*size)
        settle(qtbot)
        found += [f"{size}: {one}" for one in cut_off(root)]
        if visitor.window.width() > size[0] or visitor.window.height() > size[1]:
            found.append(f"{size}: the window is {visitor.window.width()} x {visitor.window.height()}")

    assert not found, "\n".join(found)
    assert asked - catalogue - {*names_of(fake_schema())} == set(), "these are put together where nobody can translate them"


def test_a_text_that_was_forgotten_is_found(window: MainWindow) -> None:
    QLabel("Nobody translated this", window).setToolTip("Nor this")
    QLabel(tr("Saved as {name}.", name="one.png"), window)

    assert [one.partition(": ")[0] for one in forgotten(window)] == ["QLabel tooltip", "QLabel text"]


def test_what_is_cut_off_is_found(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    root.resize(300, 200)
    label, button, outside = (
        QLabel("Much too long for its place", root),
        QPushButton("Too long as well", root),
        QLabel("Beside", root),
    )
    wrapped = QLabel("This needs more than the one line that it has room for", root, wordWrap=True)
    label.setGeometry(0, 0, 40, 20)
    button.setGeometry(0, 30, 40, 20)
    outside.setGeometry(290, 60, 80, 20)
    wrapped.setGeometry(0, 90, 120, 16)
    QLabel("Fits", root).setGeometry(0, 150, 200, 20)

    assert len(cut_off(root)) == 4


@pytest.mark.qt_log_ignore("pipewire", "This plugin does not support", extend=True)  # where there is no camera
@pytest.mark.parametrize("page", list(PAGES))
def test_what_every_command_shows_is_translated_and_whole(
    visitor: Everywhere, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, asked: set[str], catalogue: frozenset[str], page: str
) -> None:
    for method in ("getOpenFileName", "getSaveFileName", "getOpenFileNames"):
        monkeypatch.setattr(QFileDialog, method, lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    window = visitor.window
    {"create": visitor.create_photo, "label": visitor.label_photo, "train": visitor.train_empty}[page]()
    window.resize(*MINIMUM)
    found: list[str] = []
    for command in COMMANDS:
        action = window.actions_by_id[command.id]
        if not command.is_on(page) or command.id in LEAVE or not action.isEnabled():
            continue
        action.trigger()
        settle(qtbot)
        for root in [one for one in QApplication.topLevelWidgets() if one.isVisible()]:
            found += [f"{command.id}: {one}" for one in [*forgotten(root), *cut_off(root)]]
            if root is not window:
                root.close()
        window.page.notice.hide()
    window.page.avatar.start_anew()

    assert not found, "\n".join(dict.fromkeys(one.partition(": ")[2] + f"   ({one.partition(': ')[0]})" for one in found))
    assert asked - catalogue - {*names_of(fake_schema())} == set()
