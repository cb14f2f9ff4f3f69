"""The characters in which two texts differ, and the stretch of a text that is most like another."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from ..budget import current
from .text import seen_with_offsets

Pair = tuple[str, str]
"""A stretch of the one text and what the other has there: equal where nothing was changed, one of
them empty where something was left out or added."""

_AROUND = 8
_STEPS = 20_000_000
"""So many comparisons take half a second. Two texts that differ by a few words take thousands; two
of 1,000 characters that repeat two in turn would take half a billion."""
NUMBER = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")
_TOKEN = re.compile(f"{NUMBER.pattern}|.", re.DOTALL)
"""A number is another one as a whole, whichever of its digits differ."""
_CLAUSE = re.compile(r"[^，、；。！？\s]*[，、；。！？\s]?")


def side_by_side(one: str, other: str) -> tuple[Pair, ...]:
    """The two texts in stretches; all the first halves together are ``one``, the others ``other``.

    Stretches that are the same and stretches that differ take turns. Texts that it would take too
    long to compare are compared clause by clause first; what then still would, differs as a whole.
    """
    return tuple(_joined(_compared(one, other)))


def _compared(one: str, other: str) -> Iterator[Pair]:
    these, those = _TOKEN.findall(one), _TOKEN.findall(other)
    if _is_quick(these, those):
        matcher = SequenceMatcher(None, these, those, autojunk=False)
        for _, i1, i2, j1, j2 in matcher.get_opcodes():
            yield "".join(these[i1:i2]), "".join(those[j1:j2])
        return
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    yield one[:start], one[:start]
    yield from _by_clause(one[start : len(one) - end], other[start : len(other) - end])
    yield one[len(one) - end :], one[len(one) - end :]


def _by_clause(one: str, other: str) -> Iterator[Pair]:
    these, those = _CLAUSE.findall(one), _CLAUSE.findall(other)
    if not _is_quick(these, those):
        yield one, other
        return
    clauses = SequenceMatcher(None, these, those, autojunk=False)
    for kind, i1, i2, j1, j2 in clauses.get_opcodes():
        pair = "".join(these[i1:i2]), "".join(those[j1:j2])
        if kind == "replace" and _is_quick(*pair):
            yield from _compared(*pair)
        else:
            yield pair


def _is_quick(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a comparison takes less than _STEPS: each match found looks at all equal pairs."""
    if one == other:
        return True
    ours, theirs = Counter(one), Counter(other)
    pairs = sum(count * theirs[value] for value, count in ours.items())
    return pairs * min(len(one), len(other)) <= _STEPS


def _common(one: str, other: str) -> int:
    """With how many equal characters two texts begin."""
    different = first_difference(one, other)
    return len(one) if different is None else different


def _joined(found: Iterable[Pair]) -> Iterator[Pair]:
    """Changes, and what is the same, that stand next to each other as one."""
    last: Pair | None = None
    for pair in found:
        if pair == ("", ""):
            continue
        if last is not None and (last[0] != last[1]) == (pair[0] != pair[1]):
            last = (last[0] + pair[0], last[1] + pair[1])
            continue
        if last is not None:
            yield last
        last = pair
    if last is not None:
        yield last


def first_difference(one: str, other: str) -> int | None:
    """Where the texts first have different characters, or one of them ends; None for equal ones."""
    if one == other:
        return None
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def notation(found: Sequence[Pair]) -> str:
    """The changes in one line: ``[-one-]{+other+}`` among the characters around them."""
    pieces = []
    for number, (one, other) in enumerate(found):
        if one != other:
            pieces.append(f"[-{one}-]" if one else "")
            pieces.append(f"{{+{other}+}}" if other else "")
        elif len(one) <= 2 * _AROUND + 2:
            pieces.append(one)
        elif number == 0:
            pieces.append(f"…{one[-_AROUND:]}")
        elif number == len(found) - 1:
            pieces.append(f"{one[:_AROUND]}…")
        else:
            pieces.append(f"{one[:_AROUND]}…{one[-_AROUND:]}")
    return "".join(pieces)


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
