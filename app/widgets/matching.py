"""Finding by a few letters what is called something: which letters fit, and how well."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

WHOLE_START, INITIALS, WORD_START, INSIDE, NEARLY = 100.0, 85.0, 80.0, 60.0, 45.0
"""How well a text fits: it begins with what is looked for, its words do so letter by letter, one of its words does, it has it
somewhere, or it has nearly it."""

_LEAST_ALIKE = 78.0  # of 100, for a word that is written wrongly
_LEAST_LONG = 4  # letters of a word that may be written wrongly
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Match:
    """How a text fits.

    Attributes:
        score: The larger, the better; at most 100.
        letters: Indices of the letters that fit, increasing.
    """

    score: float
    letters: tuple[int, ...] = ()


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text letter by letter without accents and capitals, as long as it was."""
    return "".join((unicodedata.normalize("NFD", letter)[0].lower() or letter)[0] for letter in text)


def match(wanted: str, text: str, others: Sequence[str] = ()) -> Match | None:
    """How a text fits what a person typed; None where it does not.

    Args:
        wanted: Typed. All of its words must fit, in any order.
        text: What is shown.
        others: What else it is called, which fits less well; of these no letters are told.
    """
    found = _match(plain(wanted.strip()), plain(text))
    best = max((one.score for one in (_match(plain(wanted.strip()), plain(other)) for other in others) if one), default=0.0)
    if best - 20 > (found.score if found else 0):
        return Match(best - 20)
    return found


def _match(wanted: str, text: str) -> Match | None:
    if not wanted:
        return Match(0.0)
    if text.startswith(wanted):
        return Match(WHOLE_START - _longer(wanted, text), tuple(range(len(wanted))))
    starts = [word.start() for word in _WORDS.finditer(text)]
    initials = "".join(text[start] for start in starts)
    joined = wanted.replace(" ", "")
    at = initials.find(joined)
    if len(joined) > 1 and at >= 0:
        return Match(INITIALS - _longer(wanted, text), tuple(starts[at : at + len(joined)]))
    found = [_word(word, text, starts) for word in wanted.split()]
    fits = [one for one in found if one is not None]
    if len(fits) < len(found):
        return None
    letters = sorted({letter for one in fits for letter in one.letters})
    return Match(sum(one.score for one in fits) / len(fits) - _longer(wanted, text), tuple(letters))


def _word(wanted: str, text: str, starts: Sequence[int]) -> Match | None:
    for start in starts:
        if text.startswith(wanted, start):
            return Match(WORD_START, tuple(range(start, start + len(wanted))))
    inside = text.find(wanted)
    if inside >= 0:
        return Match(INSIDE, tuple(range(inside, inside + len(wanted))))
    if len(wanted) < _LEAST_LONG:
        return None
    for start in starts:  # word by word: half of two words is none
        end = _WORDS.match(text, start)
        word = text[start : end.end() if end else len(text)]
        if abs(len(word) - len(wanted)) <= 2 and fuzz.ratio(wanted, word) >= _LEAST_ALIKE:
            return Match(NEARLY, tuple(range(start, start + len(word))))
        head = word[: len(wanted)]
        if len(word) > len(wanted) + 2 and fuzz.ratio(wanted, head) >= _LEAST_ALIKE:
            return Match(NEARLY, tuple(range(start, start + len(head))))
    return None


def _longer(wanted: str, text: str) -> float:
    """Of two that fit alike the shorter one comes first."""
    return min(9.0, 0.15 * max(0, len(text) - len(wanted)))
