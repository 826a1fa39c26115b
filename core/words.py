"""Every text that a person reads goes through here, so that it can be read in other languages.

`tr` and `trn` translate what stands in them, and are called when it is shown. A text of a table, which is made before anybody has
chosen a language, is only marked there, by `mark`, and goes through `tr` where it is shown: `tr(LOOKS[state].word)`. So do names
that come from an engine's schema. `core.catalogue` collects all of them for who translates.
"""

import gettext
import locale
import os
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from typing_extensions import override

LOCALES = Path(__file__).resolve().parent.parent / "resources" / "locale"
PSEUDO = "pseudo"
"""A language for trying out: every text longer, with other letters, in brackets. What is not like that was forgotten."""

ENGLISH = "en"
"""The language that the texts are written in."""

VARIABLE = "LIKENESS_LANGUAGE"
"""The environment variable that chooses a language before anything else does."""

_LETTERS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž"
)
_WORD = re.compile(r"[^\W\d_]+")
_KEPT = re.compile(r"(\{[^{}]*\}|<[^<>]*>|&\w+;)")


class _Pseudo(gettext.NullTranslations):
    """Says everything in letters that are none of ours, a third longer, as German or Finnish would be."""

    @override
    def gettext(self, message: str) -> str:
        if not message.strip():
            return message
        parts = [part if _KEPT.fullmatch(part) else _WORD.sub(self._longer, part) for part in _KEPT.split(message)]
        return f"[{''.join(parts)}]"

    @staticmethod
    def _longer(word: re.Match[str]) -> str:
        return word[0].translate(_LETTERS) + "~" * -(-len(word[0]) // 3)

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


_translations: gettext.NullTranslations = gettext.NullTranslations()
_language = ENGLISH


def languages() -> tuple[str, ...]:
    """The languages there are: English, and those with a catalogue in `resources/locale`, by their codes."""
    found = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/likeness.mo"))
    return (ENGLISH, *(one for one in found if one != ENGLISH))


def wanted_language(remembered: str = "", system: Sequence[str] = ()) -> str:
    """The language to speak: that of `LIKENESS_LANGUAGE`, else the one that was chosen before, else the system's.

    Args:
        remembered: What the person chose before; empty where nothing was chosen.
        system: What the system prefers, best first, e.g. `pt-BR`; empty to ask the environment.

    Returns:
        One of `languages()`, or `PSEUDO`; English where there is no catalogue of what is wanted.
    """
    for wanted in (os.environ.get(VARIABLE, ""), remembered, *(system or _of_the_environment())):
        if wanted == PSEUDO:
            return PSEUDO
        if found := _closest(wanted):
            return found
    return ENGLISH


def _of_the_environment() -> list[str]:
    names = [os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    return [one for name in names for one in name.split(":") if one] or [locale.getlocale()[0] or ""]


def _closest(wanted: str) -> str:
    """The language of `languages()` that is meant by a code such as `pt-BR` or `de_AT.UTF-8`; empty where none is."""
    code = re.split(r"[.@]", wanted)[0].replace("-", "_").lower()
    there = {one.lower(): one for one in languages()}
    return there.get(code) or there.get(code.partition("_")[0], "")


def use_language(language: str) -> None:
    """Speak a language from now on; English where there is no catalogue of it in `resources/locale`.

    Args:
        language: A code as gettext has them, e.g. `de` or `pt_BR`; empty for English; `PSEUDO`.
    """
    global _translations, _language
    _language = language or ENGLISH
    if language == PSEUDO:
        _translations = _Pseudo()
    else:
        _translations = gettext.translation("likeness", LOCALES, [language] if language else [], fallback=True)


def language() -> str:
    """The language that is spoken."""
    return _language


def mark(text: str, /) -> str:
    """The text as it is: it is translated where it is shown, and marked here so that translators find it."""
    return text


_MONTHS = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"),
    mark("July"), mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip


def tr(text: str, /, **values: object) -> str:
    """A text in the language that is spoken.

    Args:
        text: As it is in English; where a value comes stands its name in braces: `Saved as {name}.`
        values: The values by name.
    """
    said = _translations.gettext(text) if text else ""
    return _filled(said, text, values) if values else said


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """A text about a number of things: `trn("{count} face", "{count} faces", count)`.

    Args:
        one: As it is in English for one.
        many: As it is in English for any other number.
        count: How many; known in the text as `count`.
        values: Other values by name.
    """
    return _filled(_translations.ngettext(one, many, count), one if count == 1 else many, {"count": count, **values})


def day(at: datetime, *, with_year: bool = True) -> str:
    """A day as people write it, e.g. "22 November 2026"."""
    month = tr(_MONTHS[at.month - 1])
    if with_year:
        return tr("{day} {month} {year}", day=at.day, month=month, year=at.year)
    return tr("{day} {month}", day=at.day, month=month)


def within(said: str, /) -> str:
    """A name as it stands within a sentence: English writes it small there, and other languages keep it as it is."""
    return said.lower() if _language in (ENGLISH, PSEUDO) else said


def _filled(said: str, english: str, values: dict[str, object]) -> str:
    """A text with its values; in English where a translator spoiled the braces."""
    try:
        return said.format(**values)
    except (KeyError, IndexError, ValueError):
        return english.format(**values)
