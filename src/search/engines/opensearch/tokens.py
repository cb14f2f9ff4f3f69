"""How do our tokens reach OpenSearch unchanged? One by one, between separators that no text has.

The cluster never segments: it splits at SEPARATOR, a line break, which folding takes out of every
text, and at nothing else. So what is a token is decided by ``analysis`` alone, on both engines.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

SEPARATOR = "\n"
"""Stands between tokens; folded texts have no white space but single spaces."""
HOLE = "_"
"""Stands for a pair that a phrase does not ask for; every token of a pair field is longer."""
LONGEST_CHARS = 200
"""Longer words are sent shortened, with a hash of the whole: Lucene bounds what a term may be."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_STAND_IN = "\ud7ff"
"""The last code point before the surrogates, never assigned: what it begins sorts where they do."""


def safe(text: str) -> str:
    """The text without lone surrogates, which UTF-8 cannot write; different texts stay different.

    Each becomes a character that no text has, and its number. The order of code points stays.
    """
    if _SURROGATE.search(text) is None:
        return text
    return _SURROGATE.sub(lambda found: f"{_STAND_IN}{ord(found.group()):04x}", text)


def word(term: str) -> str:
    """The token of a term of the analyzer."""
    if len(term) <= LONGEST_CHARS:
        return term
    return f"{term[:LONGEST_CHARS]}{hashlib.sha256(term.encode()).hexdigest()}"


def exact_characters(folded: str) -> list[str]:
    """Every character of a folded text, punctuation and spaces too, as tokens."""
    return [safe(character) for character in folded]


def exact_pairs(folded: str) -> list[str]:
    """Every two adjacent characters of a folded text, as tokens."""
    return [safe(folded[at : at + 2]) for at in range(len(folded) - 1)]


def joined(tokens: Iterable[str]) -> str:
    """The text that the cluster splits into these tokens again."""
    return SEPARATOR.join(tokens)
