"""The frame: the bar on top, the menu, the pages, and a line about the jobs. What belongs to a page is in the page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QActionGroup, QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app import actions, problems, theme
from app.estimating import Estimating
from app.pages.create.page import CreatePage
from app.pages.finding import Findable, Finding
from app.pages.label.page import LabelPage
from app.pages.train_page import TrainPage
from app.problems import Problem
from app.rendering import Rendering
from app.settings import Settings
from app.shortcuts import Shortcuts
from app.state.jobs import Jobs
from app.state.language import language_names
from app.widgets import spoken
from app.widgets.buttons import IconButton, Segments, tell_keys, text_button
from app.widgets.job_strip import JobStrip
from app.widgets.shortcut_sheet import ShortcutSheet
from core.avatar.schema import AvatarSchema
from core.paths import runs_folder
from core.words import tr

MINIMUM = (1024, 640)
COMFORTABLE = (1360, 840)
BENEATH: tuple[actions.Owner, ...] = (
    "create.editing", "create.parts", "create.looking", "create.snapshots", "create.export", "create.which", "create.camera",
    "create.picking", "create.regions", "create.history", "create.privacy",
)  # fmt: skip
"""Who does something with the one avatar of the page, which a gallery of many covers."""
TITLE_WIDTH = 240
"""Pixels of the bar that the avatar's name takes at most."""
OPEN_SECTIONS = ("file", "jobs", "pages", "help")
"""What stands in the menu itself; the other sections are menus within it."""


class MainWindow(QMainWindow):
    """The studio."""

    def __init__(self, schema: AvatarSchema, rendering: Rendering, estimating: Estimating, settings: Settings) -> None:
        super().__init__()
        spoken.install()
        self._settings, self._rendering, self._estimating = settings, rendering, estimating
        self._may_close = self._may_lose_batch = False
        self.page = CreatePage(schema, rendering, estimating, settings)
        self.label_page = LabelPage(schema, rendering, estimating, settings)
        self.train_page = TrainPage(Jobs(runs_folder(), self))
        self._pages: Mapping[actions.Owner, CreatePage | LabelPage | TrainPage] = {
            "create": self.page, "label": self.label_page, "train": self.train_page,
        }  # fmt: skip
        self.finding = Finding(self, settings, lambda: self._shown, self._findable())
        owners: Mapping[actions.Owner, object] = {
            "window": self, "window.finding": self.finding, "label.files": self.label_page.files,
            **self._pages, **self.page.parts,
        }  # fmt: skip
        self.actions_by_id = self.finding.actions = actions.make_actions(owners, self)
        self.shortcuts = Shortcuts(self.actions_by_id, settings, self)
        self.pages, self.strip = QStackedWidget(), JobStrip()
        self.switch = Segments([(page, tr(title)) for page, title in actions.PAGES.items()], tr("Page"))
        self.title_label, self.state_label = QLabel(), QLabel()
        self.menu = self._make_menu()
        self._lay_out()
        self._tell_keys()
        self._show_page("create")
        self._stop_listening = problems.listen(self._show_problem)
        self.page.state_changed.connect(self._show_state)
        self.page.batch.shown.connect(lambda _: self._show_commands())
        self.label_page.state_changed.connect(self._show_state)
        self.switch.chosen.connect(self._show_page)
        self.strip.clicked.connect(self.show_train)
        self.train_page.state.changed.connect(self._show_jobs)
        self._show_state()
        self.page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setMinimumSize(*MINIMUM)
        if not self.restoreGeometry(QByteArray(settings.now.geometry)):
            room = QGuiApplication.primaryScreen().availableSize()
            self.resize(min(COMFORTABLE[0], room.width()), min(COMFORTABLE[1], room.height()))
        QTimer.singleShot(0, self._greet)

    def _lay_out(self) -> None:
        bar = QWidget()
        bar.setObjectName("top_bar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setFixedHeight(56)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 0, 16, 0)
        row.setSpacing(4)
        menu_button = IconButton("menu", "")
        menu_button.follow(self.actions_by_id["show_menu"])
        self._menu_button = menu_button
        row.addWidget(menu_button)
        row.addSpacing(8)
        row.addWidget(self.switch)
        row.addSpacing(16)
        self.title_label.setFont(theme.font("title", strong=True))
        self.state_label.setProperty("tone", "secondary")
        row.addWidget(self.title_label)
        row.addSpacing(4)
        row.addWidget(self.state_label)
        row.addStretch(1)
        row.addWidget(self._make_search())
        row.addSpacing(12)
        self._tools = {
            "create": self._make_create_tools(), "label": self._make_label_tools(), "train": self._make_train_tools(),
        }  # fmt: skip
        for tools in self._tools.values():
            row.addWidget(tools)
        for page in self._pages.values():
            self.pages.addWidget(page)
        frame = QWidget()
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.strip)
        self.setCentralWidget(frame)

    def _make_search(self) -> QWidget:
        search = text_button(tr("Search"))
        search.setIcon(theme.icon("search"))
        search.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # what is searched for may be about the row with the focus
        search.clicked.connect(self.actions_by_id["find_anything"].trigger)
        tell_keys(search, self.actions_by_id["find_anything"])
        return search

    def _findable(self) -> Findable:
        """What the search finds of the avatar's page."""
        page = self.page
        return Findable(
            vector=lambda: page.avatar.vector,
            go_to=page.panel.go_to,
            choose=page.avatar.edit,
            try_on=page.looking.try_on,
            recent_files=lambda: [one.path for one in page.photos.recents.entries if not one.is_missing],
            open_path=page.files.open_path,
            panel=page.panel,
        )

    def _make_create_tools(self) -> QWidget:
        tools, row = _tools()
        for icon, command in (
            ("undo", "undo"),
            ("redo", "redo"),
            ("chevron", "show_history"),
            ("", ""),
            ("open", "open"),
            ("camera", "open_camera"),
            ("save", "save"),
            ("copy", "copy_picture"),
        ):
            if not icon:
                row.addSpacing(16)
                continue
            button = IconButton(icon, "", size=24 if command == "show_history" else 32)
            button.follow(self.actions_by_id[command])
            row.addWidget(button)
            if command == "show_history":
                self.page.history.button = button
        row.addSpacing(12)
        export = text_button(tr("Export…"), "primary")
        export.clicked.connect(self.actions_by_id["export"].trigger)
        tell_keys(export, self.actions_by_id["export"])
        row.addWidget(export)
        return tools

    def _make_label_tools(self) -> QWidget:
        tools, row = _tools()
        for command in ("undo_label", "redo_label"):
            button = IconButton(command.removesuffix("_label"), "")
            button.follow(self.actions_by_id[command])
            row.addWidget(button)
        row.addSpacing(12)
        for command, text in (("open_set", tr("Open set…")), ("new_set", tr("New set…"))):
            text_one = text_button(text)
            text_one.clicked.connect(self.actions_by_id[command].trigger)
            tell_keys(text_one, self.actions_by_id[command])
            row.addWidget(text_one)
        return tools

    def _make_train_tools(self) -> QWidget:
        tools, row = _tools()
        new = text_button(tr("New job…"), "primary")
        new.clicked.connect(self.actions_by_id["new_job"].trigger)
        tell_keys(new, self.actions_by_id["new_job"])
        row.addWidget(new)
        return tools

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        themes = QActionGroup(self)
        section, target = "", menu
        within: dict[str, QMenu] = {}
        for command in actions.COMMANDS:
            if not command.section:
                continue
            if command.section != section:
                section = command.section
                name = section.partition(" ")[0]
                if name not in OPEN_SECTIONS and name not in within:
                    if target is menu:
                        menu.addSeparator()
                    target = within[name] = menu.addMenu(tr(actions.SECTIONS[name]))
                else:
                    target = within.get(name, menu)
                    target.addSeparator()
            action = self.actions_by_id[command.id]
            target.addAction(action)
            if section == "theme":
                action.setCheckable(True)
                themes.addAction(action)
        self.actions_by_id[f"use_{self._settings.now.theme}_theme"].setChecked(True)
        self.actions_by_id["hold_still"].setChecked(self._settings.now.holds_still)
        self.actions_by_id["show_regions"].setChecked(self._settings.now.shows_regions)
        self.actions_by_id["reduce_motion"].setChecked(self._settings.now.reduces_motion)
        self._menus = within
        within["set"].insertMenu(within["set"].actions()[0], self.label_page.files.recents)
        menu.insertMenu(self.actions_by_id["save"], self.page.photos.menu)
        self.label_page.overview.set_button.setMenu(within["set"])
        if len(language_names()) > 1:
            menu.insertMenu(within["theme"].menuAction(), self._make_language_menu())
        return menu

    def _make_language_menu(self) -> QMenu:
        menu, group = QMenu(tr("Language"), self), QActionGroup(self)
        for code, name in {"": tr("System language"), **language_names()}.items():
            action = menu.addAction(name, partial(self._use_language, code))
            action.setCheckable(True)
            action.setChecked(code == self._settings.now.language)
            group.addAction(action)
        return menu

    def _tell_keys(self) -> None:
        self.page.panel.follow(self.actions_by_id)
        self.label_page.photos.view.follow(self.actions_by_id)
        self.label_page.team.follow(self.actions_by_id)
        self.label_page.fields.view.follow(self.actions_by_id)
        self.page.looking.tell_keys(self.actions_by_id)
        self.page.snapshots.tell_keys(self.actions_by_id)
        header = self.train_page.header
        for widget, command in (
            (self.strip, "show_train"), (header.up, "move_up"), (header.down, "move_down"), (header.stop, "stop_job"),
            (header.remove, "remove_job"),
        ):  # fmt: skip
            tell_keys(widget, self.actions_by_id[command])
        for page in self._pages:
            self.switch.tell_keys(page, self.actions_by_id[f"show_{page}"])

    def _greet(self) -> None:
        """Tell what of the settings could not be used; what a crash left is more urgent, and is told over it."""
        if wrong := self.shortcuts.problems:
            text = "\n".join([tr("Some shortcuts in the settings cannot be used:"), *wrong[:3]] + ["…"] * (len(wrong) > 3))
            self.page.notice.warn(text, (tr("Show shortcuts"), self.show_shortcuts))
        self.page.recovering.offer(self._settings.problem)

    # Commands of the window.

    def show_create(self) -> None:
        """Go to the avatar."""
        self._show_page("create")

    def show_label(self) -> None:
        """Go to the photos that designers label."""
        self._show_page("label")

    def show_train(self) -> None:
        """Go to the jobs."""
        self._show_page("train")

    def show_menu(self) -> None:
        """Open the menu below its button."""
        self.menu.popup(self._menu_button.mapToGlobal(self._menu_button.rect().bottomLeft()))

    def full_screen(self) -> None:
        """Fill the screen, or come back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def use_system_theme(self) -> None:
        """Follow the system."""
        self._use_theme("system")

    def use_light_theme(self) -> None:
        """Be light."""
        self._use_theme("light")

    def use_dark_theme(self) -> None:
        """Be dark."""
        self._use_theme("dark")

    def reduce_motion(self) -> None:
        """Have nothing move by itself, or have it move again."""
        self._settings.remember(reduces_motion=not self._settings.now.reduces_motion)
        theme.reduce_motion(self._settings.now.reduces_motion)

    def show_shortcuts(self) -> None:
        """Show what every key does, and have it changed."""
        ShortcutSheet(self.shortcuts, self._shown, self).open()

    def open_path(self, path: Path) -> None:
        """Open a photo or an avatar."""
        self.show_create()
        self.page.files.open_path(path)

    def warm_up(self) -> None:
        """Load what the first photo will need."""
        self._estimating.warm_up()

    def _use_language(self, code: str) -> None:
        self._settings.remember(language=code)
        self._pages[self._shown].notice.say(tr("Likeness speaks the other language when it starts the next time."))

    def _use_theme(self, name: theme.Theme) -> None:
        self._settings.remember(theme=name)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.change(app, name)

    @property
    def _shown(self) -> actions.Owner:
        """The page that is shown."""
        return next(name for name, page in self._pages.items() if page is self.pages.currentWidget())

    def _show_page(self, name: str) -> None:
        page = self._pages[cast(actions.Owner, name)]
        self.switch.choose(name)
        self.pages.setCurrentWidget(page)
        self._show_commands()
        self.page.photos.menu.menuAction().setVisible(name == "create")
        (self.train_page.list if page is self.train_page else page).setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_state()
        self._show_jobs()

    def _show_commands(self) -> None:
        """Have those that can be done here; one that is not visible is in no menu, and its keys do nothing."""
        is_gallery = self.page.batch.is_shown
        for command in actions.COMMANDS:
            is_beneath = is_gallery and (command.owner in BENEATH or command.id in ("save", "save_as", "place_face"))
            self.actions_by_id[command.id].setVisible(command.is_on(self._shown) and not is_beneath)
        for menu in self._menus.values():
            own = (action for action in menu.actions() if not action.isSeparator() and action.menu() is None)
            menu.menuAction().setVisible(any(action.isVisible() for action in own))
        for owner, tools in self._tools.items():
            tools.setVisible(owner == self._shown and not (owner == "create" and is_gallery))
        for label in (self.title_label, self.state_label):
            label.setVisible(self._shown == "create" and not is_gallery)

    def _show_jobs(self) -> None:
        is_watching = self.pages.currentWidget() is self.train_page
        if is_watching:
            self._settings.remember(jobs_seen_at=datetime.now(UTC).isoformat())
        seen, glances = self._settings.now.jobs_seen_at, self.train_page.state.glances
        failed = [one for one in glances if one.has_failed and one.last_sign is not None and one.last_sign.isoformat() > seen]
        if is_watching:
            self.strip.set_glances((), ())
        else:
            active = [one for one in glances if one.is_active]
            self.strip.set_glances(active, failed, self.train_page.state.queue.num_waiting)

    def _show_state(self) -> None:
        avatar = self.page.avatar
        title, state = self.page.files.title, self.page.files.saved_state
        shown = self.title_label.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, TITLE_WIDTH)
        self.title_label.setText(shown)
        self.title_label.setAccessibleName(title)
        self.title_label.setToolTip(str(avatar.path) if avatar.path is not None else tr("Not saved to a file yet"))
        self.state_label.setText(f"•  {state}" if avatar.has_unsaved_work else state)
        self.state_label.setAccessibleName(state)
        titles = {"create": title, "label": self.label_page.title}
        self.setWindowTitle(f"{titles.get(self._shown, tr('Train'))}[*] – Likeness")
        self.setWindowModified(avatar.has_unsaved_work)
        self.actions_by_id["place_face"].setEnabled(self.page.photo.can_place)
        stack = avatar.undo_stack
        undo, redo = stack.undoText(), stack.redoText()
        for name, is_possible, text in (
            ("undo", stack.canUndo(), tr("Undo {what}", what=undo) if undo else tr("Undo")),
            ("redo", stack.canRedo(), tr("Redo {what}", what=redo) if redo else tr("Redo")),
        ):
            self.actions_by_id[name].setEnabled(is_possible)
            self.actions_by_id[name].setText(text)

    def _show_problem(self, problem: Problem) -> None:
        notice = self._pages[self._shown].notice
        if problem.is_ours:
            copy = (tr("Copy details"), lambda: QGuiApplication.clipboard().setText(problem.details))
            notice.warn(problem.text, copy)
        else:
            notice.warn(problem.text)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close and self.page.avatar.has_unsaved_work:
            event.ignore()
            self.show_create()
            self.page.files.settle_changes(self._close_now)
            return
        if not self._may_lose_batch and self.page.batch.has_unsaved_work:
            event.ignore()
            self.show_create()
            self.page.batch.settle(self._lose_batch)
            return
        self._settings.remember(geometry=bytes(self.saveGeometry().data()))
        self._stop_listening()
        self.page.close_down()
        self.label_page.close_down()
        self.train_page.close_down()
        self._rendering.close()
        self._estimating.close()
        event.accept()

    def _lose_batch(self) -> None:
        self._may_lose_batch = True
        self.close()

    def _close_now(self) -> None:
        self._may_close = True
        self.close()


def _tools() -> tuple[QWidget, QHBoxLayout]:
    """A page's part of the bar."""
    tools = QWidget()
    row = QHBoxLayout(tools)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    return tools, row
