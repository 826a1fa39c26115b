"""Every text that a person reads goes through here, so that it can be read in other languages."""

import gettext
import re
from pathlib import Path

from typing_extensions import override

LOCALES = Path(__file__).resolve().parent.parent / "resources" / "locale"
PSEUDO = "pseudo"
"""A language for trying out: every text longer, with other letters, in brackets. What is not like that was forgotten."""

_LETTERS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž"
)
_KEPT = re.compile(r"(\{[^{}]*\}|<[^<>]*>|&\w+;)")


class _Pseudo(gettext.NullTranslations):
    """Says everything in letters that are none of ours, a third longer, as German or Finnish would be."""

    @override
    def gettext(self, message: str) -> str:
        if not message.strip():
            return message
        parts = [part if _KEPT.fullmatch(part) else part.translate(_LETTERS) for part in _KEPT.split(message)]
        return f"[{''.join(parts)}{'~' * max(1, len(message) // 3)}]"

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


_translations: gettext.NullTranslations = gettext.NullTranslations()


def use_language(language: str) -> None:
    """Speak a language from now on; English where there is no catalogue of it in `resources/locale`.

    Args:
        language: A code as gettext has them, e.g. `de` or `pt_BR`; empty for English; `PSEUDO`.
    """
    global _translations
    if language == PSEUDO:
        _translations = _Pseudo()
    else:
        _translations = gettext.translation("likeness", LOCALES, [language] if language else [], fallback=True)


def tr(text: str, /, **values: object) -> str:
    """A text in the language that is spoken.

    Args:
        text: As it is in English; where a value comes stands its name in braces: `Saved as {name}.`
        values: The values by name.
    """
    said = _translations.gettext(text) if text else ""
    return said.format(**values) if values else said


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """A text about a number of things: `trn("{count} face", "{count} faces", count)`.

    Args:
        one: As it is in English for one.
        many: As it is in English for any other number.
        count: How many; known in the text as `count`.
        values: Other values by name.
    """
    return _translations.ngettext(one, many, count).format(count=count, **values)
