"""Finding things by words, as people type them: in any order, begun, with a slip."""

from rapidfuzz import fuzz

LEAST = 80.0
"""How alike a mistyped word must be, of 100."""
SHORTEST = 4
"""Letters from which a word may be mistyped: almost any three are like some others."""


def finds(words: str, text: str) -> bool:
    """Whether each of the words is in a text: within one of its words, or much like one."""
    there = text.lower().split()
    return all(any(_is_like(word, one) for one in there) for word in words.lower().split())


def _is_like(word: str, other: str) -> bool:
    return word in other or (len(word) >= SHORTEST and fuzz.ratio(word, other) >= LEAST)
