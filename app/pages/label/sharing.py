"""What is done with an open evaluation set as a whole: frozen, merged, written out and read in, packed, forgotten."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app import problems
from app.settings import Settings
from app.state.open_set import OpenSet
from app.state.set_places import is_server
from app.widgets import file_dialogs, set_words
from app.widgets.label_overview import LabelOverview
from app.widgets.name_dialog import NameDialog, Question
from app.widgets.notice import Notice
from app.widgets.text_dialog import Offer, TextDialog
from core.errors import AvatarError, LabelError, SetFrozenError
from core.labels.records import Item
from core.words import mark, tr, trn

if TYPE_CHECKING:  # loaded on the lane's thread: the window starts without SQLAlchemy
    from app.state.label_desk import Desk

Chosen = Callable[[], Sequence[int]]
"""Gives the ids of the photos that are looked at or chosen."""

UNCHANGED = mark("Stopped. Nothing was changed.")


class LabelSharing(QObject):
    """Asks about a set that is open, and does it. Public methods without arguments are commands of `app.actions`."""

    def __init__(
        self,
        open_set: OpenSet,
        overview: LabelOverview,
        notice: Notice,
        settings: Settings,
        page: QWidget,
        chosen: Chosen,
    ) -> None:
        """Work on the set of a page.

        Args:
            open_set: The set that is open.
            overview: Its photos; tells what goes on.
            notice: Where outcomes are told.
            settings: Remembers folders.
            page: Above what questions lie.
            chosen: Which photos a question is about.
        """
        super().__init__(page)
        self._set, self._overview, self._notice, self._settings, self._page = open_set, overview, notice, settings, page
        self._chosen = chosen
        overview.stop_wanted.connect(lambda: open_set.stop_work())
        overview.version_wanted.connect(self.new_version)
        open_set.working.connect(self._show_work)
        open_set.worked.connect(overview.show_no_work)
        open_set.failed.connect(self.warn)
        open_set.listed.connect(self._show_set)

    # Freezing.

    def lock_set(self) -> None:
        """Ask whether to freeze the set, and do it."""
        desk, facts = self._ready(), self._set.facts
        if desk is None or facts is None:
            return
        if facts.is_locked:
            self._tell_frozen()
            return
        begun, version = sum(entry.state == "draft" for entry in self._set.entries), facts.version
        unfinished = trn(
            "Begun and not finished: {count} label of yours.", "Begun and not finished: {count} labels of yours.", begun
        )
        self._ask(
            tr("Freeze {name}?", name=facts.name),
            tr(
                "Nothing in it changes any more, no label and no photo. It gets a digest: a report that names it says "
                "exactly what it was measured on. To change something later, go on with version {following}; version "
                "{version} stays as it is.",
                following=version + 1,
                version=version,
            )
            + (f" {unfinished}" if begun else ""),
            (tr("Freeze"), lambda: self._set.carry_out(tr("Freezing"), desk.whole.lock, self._tell_frozen)),
        )

    def new_version(self) -> None:
        """Ask whether to go on from the frozen set, and do it."""
        desk, facts = self._ready(), self._set.facts
        if desk is None or facts is None:
            return
        following = facts.version + 1
        if not facts.is_locked:
            self._notice.say(tr("Version {version} is not frozen: it can be changed as it is.", version=facts.version))
            return
        if is_server(self._set.location):
            keep = file_dialogs.ask_where_to_make_set(self._page, self._folder() / f"{facts.name}.v{facts.version}.avatarset")
            if keep is not None:
                self._begin_version(desk, keep, following)
            return
        path = Path(self._set.location)
        self._ask(
            tr("Go on with version {following}?", following=following),
            tr(
                "Version {version} stays frozen, in {stem}.v{version}.avatarset beside this one. Version {following} "
                "begins with everything that is in it, and can be changed.",
                version=facts.version,
                stem=path.stem,
                following=following,
            ),
            (tr("Make version {following}", following=following), lambda: self._begin_version(desk, None, following)),
        )

    def verify_set(self) -> None:
        """Check that a frozen set is what was frozen."""
        desk, facts = self._ready(), self._set.facts
        if desk is None or facts is None:
            return
        if facts.is_locked:
            self._set.carry_out(
                tr("Checking"), desk.whole.verify, lambda _: self._notice.say(tr("Every label and photo is what was frozen."))
            )
        else:
            self._notice.warn(
                tr("{name} is not frozen, so there is nothing to compare it with.", name=facts.name),
                (tr("Freeze…"), self.lock_set),
            )

    # To others, and from them.

    def merge_set(self) -> None:
        """Ask for another set, and take what it has and this one has not."""
        desk = self._ready()
        path = None if desk is None else file_dialogs.ask_for_set(self._page, str(self._folder()), tr("Merge another set"))
        if desk is not None and path is not None:
            told = partial(self._tell_taken, tr("Merged {stem}", stem=path.stem), set_words.merged)
            self._set.carry_out(tr("Merging"), partial(desk.whole.merge, path), told)

    def import_labels(self) -> None:
        """Ask for a file with labels, and take them."""
        desk = self._ready()
        path = None if desk is None else file_dialogs.ask_for_labels(self._page, str(self._folder()))
        if desk is not None and path is not None:
            self._settings.remember(label_folder=str(path.parent))
            told = partial(self._tell_taken, tr("Imported {name}", name=path.name), set_words.imported)
            self._set.carry_out(tr("Importing"), partial(desk.whole.import_labels, path), told)

    def export_labels(self) -> None:
        """Ask for a file, and write all labels to it."""
        desk = self._ready()
        path = None if desk is None else file_dialogs.ask_where_to_export_labels(self._page, self._folder() / self._name())
        if desk is None or path is None:
            return
        self._settings.remember(label_folder=str(path.parent))

        def told(count: int | None) -> None:
            said = (
                tr("Stopped. Nothing was written.")
                if count is None
                else trn("{count} label written to {path}.", "{count} labels written to {path}.", count, path=path)
            )
            self._notice.say(said)

        self._set.carry_out(tr("Exporting"), partial(desk.whole.export_labels, path), told)

    def pack_set(self) -> None:
        """Ask for a file, and write the set with its photos to it."""
        desk = self._ready()
        path = None if desk is None else file_dialogs.ask_where_to_pack(self._page, self._folder() / f"{self._name()}.zip")
        if desk is None or path is None:
            return
        self._settings.remember(label_folder=str(path.parent))

        def told(found: Any) -> None:
            if found is None:
                self._notice.say(tr("Stopped. Nothing was written."))
            else:
                self.tell(tr("Packed {name}", name=path.name), set_words.packed(found))

        self._set.carry_out(tr("Packing"), partial(desk.whole.pack, path), told)

    # Who is on photos.

    def name_subject(self) -> None:
        """Ask who is on the chosen photos."""
        desk = self._ready()
        items = [] if desk is None else self._items()
        if desk is None or not items:
            return
        known = sorted({entry.item.subject for entry in self._set.entries if entry.item.subject is not None})
        shared = {item.subject for item in items}
        question = Question(
            trn("Who is on {name}?", "Who is on these {count} photos?", len(items), name=items[0].name),
            tr("All that belongs to a person can be forgotten one day. Leave it empty if nobody knows."),
            True,
        )

        def tag(name: str) -> None:
            work = partial(desk.whole.tag, [item.id for item in items], name)
            self._set.do(work, lambda _: self._set.look())

        NameDialog(question, (shared.pop() or "") if len(shared) == 1 else "", known, tag, self._page).open()

    def forget_photos(self) -> None:
        """Ask whether to forget who is on the chosen photos, or these photos, and do it."""
        desk = self._ready()
        items = [] if desk is None else self._items()
        if desk is None or not items:
            return
        ids = [item.id for item in items]
        shared = {item.subject for item in items}
        subject = shared.pop() if len(shared) == 1 else None
        of_subject = [entry.item for entry in self._set.entries if subject is not None and entry.item.subject == subject]
        these = trn("Forget this photo", "Forget these {count} photos", len(items))
        offers: list[Offer] = [(these, partial(self._forget, desk, ids, None))]
        if subject is not None:
            offers.append((tr("Forget {subject}", subject=subject), partial(self._forget, desk, ids, subject)))
            going = tr("Everything about {subject} goes from the set for good", subject=subject)
        else:
            going = trn("This photo goes from the set for good", "These {count} photos go from the set for good", len(items))
        facts = self._set.facts
        is_frozen = facts is not None and facts.is_locked
        next_version = f" {tr('The frozen set becomes its next version by that.')}" if is_frozen else ""
        self._ask(
            tr("Forget {subject}?", subject=subject)
            if subject
            else trn("Forget this photo?", "Forget these {count} photos?", len(items)),
            tr(
                "{going}, with faces and everybody’s labels, down to the bytes of its file. There is no undo. Not reached are "
                "the photos’ own files, copies of the set, and what was sent, merged or exported.",
                going=going,
            )
            + next_version,
            *offers,
            lines=[item.name for item in (of_subject or items)],
        )

    # What follows from it.

    def tell(self, title: str, told: set_words.Told) -> None:
        """Say what became of something: in a notice, or with its lines."""
        text, lines = told
        if lines:
            TextDialog(title, text, lines, parent=self._page).open()
        else:
            self._notice.say(text)

    def warn(self, error: Exception) -> None:
        """Say what went wrong with the open set, and what can be done."""
        if isinstance(error, SetFrozenError):
            text = tr(
                "{name}, version {version}, is frozen, so that figures stay what they were.",
                name=error.name,
                version=error.version,
            )
            self._notice.warn(text, (tr("Make version {version}…", version=error.version + 1), self.new_version))
        elif isinstance(error, LabelError) and self._set.is_open:
            self._notice.warn(str(error), (tr("Open again"), lambda: self._set.reopen()))
        elif isinstance(error, AvatarError):
            self._notice.warn(str(error))
        else:
            problems.report(error)

    def is_busy(self) -> bool:
        """Whether something goes on that must end first, and say so."""
        if self._set.is_working:
            self._notice.warn(
                tr("One thing at a time: wait for what goes on, or stop it."), (tr("Stop it"), lambda: self._set.stop_work())
            )
        return self._set.is_working

    def _ready(self) -> "Desk | None":
        if self._set.desk is None:
            self._notice.warn(tr("Open a set first."))
            return None
        return None if self.is_busy() else self._set.desk

    def _ask(self, title: str, text: str, *offers: Offer, lines: Sequence[str] = ()) -> None:
        TextDialog(title, text, lines, offers, self._page).open()

    def _folder(self) -> Path:
        """Where files of labels were last, or where the set is."""
        last, location = self._settings.now.label_folder, self._set.location
        if last and Path(last).is_dir():
            return Path(last)
        return Path(location).parent if location and not is_server(location) else Path.home()

    def _name(self) -> str:
        return self._set.facts.name.replace("/", "-") if self._set.facts is not None else "labels"

    def _items(self) -> list[Item]:
        """The chosen photos; where there are none, say how to choose."""
        entries = [self._set.entry(item_id) for item_id in self._chosen()]
        items = [entry.item for entry in entries if entry is not None]
        if not items:
            self._notice.say(tr("Choose a photo first, by the arrow keys or with Ctrl and a click."))
        return items

    def _begin_version(self, desk: "Desk", keep: Path | None, version: int) -> None:
        work = partial(desk.whole.new_version, keep)
        self._set.carry_out(
            tr("Keeping the frozen one"), work, lambda _: self._notice.say(tr("This is version {version} now.", version=version))
        )

    def _forget(self, desk: "Desk", item_ids: Sequence[int], subject: str | None) -> None:
        told = partial(self._tell_taken, tr("Forgotten"), set_words.forgotten)
        self._set.carry_out(tr("Forgetting"), partial(desk.whole.forget, item_ids, subject), told)

    def _tell_taken(self, title: str, words: Callable[[Any], set_words.Told], found: Any) -> None:
        """Read the set anew, and say what came of it."""
        if found is None:
            self._notice.say(tr(UNCHANGED))
        else:
            self._set.reopen(lambda: self.tell(title, words(found)))

    def _tell_frozen(self, facts: Any = None) -> None:
        facts = facts or self._set.facts
        text = tr(
            "{name}, version {version}, is frozen. Put its digest in the report; anybody can check it.",
            name=facts.name,
            version=facts.version,
        )
        self.tell(tr("Frozen"), (text, [facts.digest]))

    def _show_set(self) -> None:
        if self._set.facts is not None:
            self._overview.show_set(self._set.facts, is_second=self._set.is_second)

    def _show_work(self, title: str, step: int, total: int) -> None:
        if self._set.is_open:
            self._overview.show_work(title, step, total)
        else:
            how_far = tr("{title}… {step} of {total}", title=title, step=min(step + 1, total), total=total)
            self._notice.ask(how_far if total else f"{title}…", (tr("Stop"), lambda: self._set.stop_work()))
