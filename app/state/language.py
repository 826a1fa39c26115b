"""The language that the window speaks: ours through `core.words`, and Qt's own texts, of its dialogs and menus, with it."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from typing_extensions import override

from core.words import ENGLISH, PSEUDO, languages, tr, use_language, wanted_language

_KEPT_CONTEXTS = ("QShortcut", "QGuiApplication")
"""What stands on keys, and which way one reads."""

_PART = re.compile(r"(%L?\w+|&\w?)")  # values and letters for Alt, which our pseudo language would spell otherwise


class _PseudoTranslator(QTranslator):
    """Qt's own texts in the pseudo language."""

    @override
    def isEmpty(self) -> bool:
        return False

    @override
    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:
        if context in _KEPT_CONTEXTS or not sourceText.strip():
            return sourceText
        return tr(_PART.sub(r"<\1>", sourceText)).replace("<&", "&").replace("<%", "%").replace(">", "")


def speak(app: QCoreApplication, remembered: str) -> Sequence[QTranslator]:
    """Speak a language from now on; texts that are shown already stay as they are.

    Args:
        app: The application, whose dialogs speak it, too.
        remembered: What the person chose before; empty for what the system prefers.

    Returns:
        Who translates Qt's own texts from now on.
    """
    language = wanted_language(remembered, QLocale.system().uiLanguages())
    use_language(language)
    translators: Sequence[QTranslator] = ()
    if language == PSEUDO:
        translators = (_PseudoTranslator(app),)
    elif language != ENGLISH:
        of_qt = QTranslator(app)
        if of_qt.load(QLocale(language), "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            translators = (of_qt,)
    of_system = QLocale.system().language()
    if language != PSEUDO and of_system not in (QLocale.Language.C, QLocale(language).language()):
        QLocale.setDefault(QLocale(language))  # else the months would be the system's; where they agree, its region counts
    for translator in translators:
        app.installTranslator(translator)
    return translators


def language_names() -> dict[str, str]:
    """The languages there are, by code, each as who speaks it calls it."""
    names = {code: QLocale(code).nativeLanguageName() or code for code in languages()}
    return {code: name[:1].upper() + name[1:] for code, name in (names | {ENGLISH: "English"}).items()}
