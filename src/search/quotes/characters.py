"""Which characters of a quotation must stand in the source? Letters, digits and signs of value.

``content`` is the folded text without punctuation: two texts with the same content differ in
punctuation, width or letter case only. What changes a value stays: ``%`` and its like, mathematical
signs, a minus before a digit, one mark for whatever stands between two digits (1.5 is not 15, 1、2
is not 12), and a sign that is a number of its own beside another (10² is not 102).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from ..text import Folded, fold_with_offsets, form_of

__all__ = ["content", "is_punctuation", "parts_at_ellipses"]

_OF_VALUE = frozenset("%‰‱&@#*§°′″")
_SEPARATORS = {".": ".", "-": "-", "~": "-", ":": ":", "/": "/"}
_AT_ELLIPSES = re.compile(r"…+|⋯+|\.{3,}|。{3,}|．{3,}|・{3,}")


@cache
def is_punctuation(character: str) -> bool:
    """Whether a character may be left out of a text without changing its content."""
    return unicodedata.category(character)[0] == "P" and character not in _OF_VALUE


@cache
def _apart() -> re.Pattern[str]:
    """Runs of punctuation, as far as Chinese text has it, and the spaces that folding left."""
    basic_plane = map(chr, range(0x10000))
    return re.compile(f"[ {re.escape(''.join(filter(is_punctuation, basic_plane)))}]+")


@cache
def _beside_digits() -> re.Pattern[str]:
    """Raised, lowered and circled numbers directly beside a digit."""
    basic_plane = map(chr, range(0x10000))
    numbers = "".join(c for c in basic_plane if not c.isdecimal() and form_of(ord(c)).isdecimal())
    return re.compile(rf"(?<=\d)[{numbers}]+|[{numbers}]+(?=\d)")


def content(text: str) -> Folded:
    """What of a text counts, with the offsets of it."""
    folded = fold_with_offsets(text)
    source, places = folded.text, folded.offsets
    raised = {at for run in _beside_digits().finditer(text) for at in range(*run.span())}
    if raised:
        pairs = zip(source, places, strict=False)
        source = "".join(text[at] if at in raised else sign for sign, at in pairs)
    kept: list[str] = []
    offsets: list[int] = []
    done = 0
    for run in _apart().finditer(source):
        start, end = run.span()
        kept.append(source[done:start])
        offsets.extend(places[done:start])
        mark = _mark(source, start, end)
        if mark:
            kept.append(mark)
            offsets.append(places[start])
        done = end
    kept.append(source[done:])
    offsets.extend(places[done:])
    return Folded("".join(kept), tuple(offsets))


def _mark(source: str, start: int, end: int) -> str:
    """What a run of punctuation counts as; mostly nothing."""
    run = source[start:end]
    if run == " ":
        return run
    if _is_digit(source[start - 1 : start]) and _is_digit(source[end : end + 1]):
        return _SEPARATORS.get(run, ",")
    # A dash of two is a dash; a single one directly before a digit is a minus.
    is_minus = _is_digit(source[end : end + 1]) and run[-1] == "-" and run[-2:] != "--"
    return "-" if is_minus else ""


def _is_digit(character: str) -> bool:
    return character != "" and character in "0123456789"


def parts_at_ellipses(quote: str) -> tuple[str, ...]:
    """The parts of a quotation between its ellipses; those around it leave out nothing of it."""
    parts = (part.strip() for part in _AT_ELLIPSES.split(quote))
    return tuple(part for part in parts if content(part).text)
