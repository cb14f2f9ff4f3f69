"""Align a quotation with its source: the best stretch of a text, and the characters that differ."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...analysis.differences import NUMBER, side_by_side
from ...analysis.text import seen_with_offsets
from ...budget import current

_STEP_CHARS = 4096
"""So many columns of the longest quotation that is compared (5,000 bits) take some 15 ms."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch ``[start, end)`` of a text, and how many edits make the quotation of it."""

    start: int
    end: int
    edits: int


class Change(NamedTuple):
    """A stretch of the two texts: what the quotation has, and what the source has there.

    The same where nothing was changed; one of them is empty for what was left out or added.
    """

    quote: str
    source: str

    @property
    def is_same(self) -> bool:
        """Whether nothing was changed here."""
        return self.quote == self.source

    @property
    def is_punctuation(self) -> bool:
        """Whether only signs were changed."""
        return all(unicodedata.category(c)[0] == "P" for c in self.quote + self.source)


def best_window(quote: str, text: str) -> Window:
    """The stretch of ``text`` that the fewest edits of single characters make of ``quote``.

    Raises ValueError for an empty quotation, OverBudgetError where time is spent.
    """
    if not quote:
        raise ValueError("there is nothing to find a place for")
    end, edits = _best_end(quote, text)
    backwards, _ = _best_end(quote[::-1], text[:end][::-1], from_first=True)
    return Window(end - backwards, end, edits)


def _best_end(quote: str, text: str, *, from_first: bool = False) -> tuple[int, int]:
    """(where the best stretch ends, its edits); ``from_first`` asks that it begins the text.

    The first of equals, and on from there while it stays equal: so a last character that was
    exchanged counts as that, not as added.

    Myers' bit vectors (Journal of the ACM 46, 1999): a column of the table of edit distances is two
    integers, one bit a character of the quotation, of its steps up and down.
    """
    places: dict[str, int] = {}
    for at, character in enumerate(quote):
        places[character] = places.get(character, 0) | 1 << at
    everything, last = (1 << len(quote)) - 1, 1 << (len(quote) - 1)
    up, down = everything, 0
    edits = best = len(quote)
    best_at = 0
    for at, character in enumerate(text, start=1):
        if at % _STEP_CHARS == 0:
            current().spend()
        equal = places.get(character, 0)
        vertical = equal | down
        horizontal = (((equal & up) + up) ^ up) | equal
        rises = down | ~(horizontal | up)
        falls = up & horizontal
        if rises & last:
            edits += 1
        elif falls & last:
            edits -= 1
        # The row above the quotation rises with the text where what is before counts as added.
        rises = rises << 1 | from_first
        falls <<= 1
        up = (falls | ~(vertical | rises)) & everything
        down = rises & vertical & everything
        if edits < best or (edits == best and 0 < best_at == at - 1):
            best, best_at = edits, at
    return best_at, best


def changes(quote: str, source: str) -> tuple[Change, ...]:
    """The two texts side by side, white space left out; together they are both texts whole."""
    found = side_by_side(seen_with_offsets(quote).text, seen_with_offsets(source).text)
    return tuple(Change(*pair) for pair in found)


def longest_change(found: Sequence[Change]) -> int:
    """The most characters that one change takes away or adds; a number counts as one."""
    changed = ((NUMBER.sub("0", text) for text in c) for c in found if not c.is_same)
    return max((len(text) for texts in changed for text in texts), default=0)
