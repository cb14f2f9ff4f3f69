"""Which characters of a quotation must stand in the source? Letters, digits and signs of value.

``content`` leaves out white space and punctuation, so that two texts with the same content differ in
punctuation only. What changes a value stays: ``%`` and its like, mathematical signs, a minus before
a digit, and one mark for whatever stands between two digits (1.5 is not 15, 1、2 is not 12).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from ..text import fold_with_offsets

__all__ = ["Content", "content", "is_punctuation", "parts_at_ellipses", "squeeze", "squeezed"]

_OF_VALUE = frozenset("%‰‱&@#*§°′″")
_SEPARATORS = {".": ".", "-": "-", "~": "-", ":": ":", "/": "/"}
_ELLIPSES = r"(?:…+|⋯+|\.{3,}|。{3,}|．{3,}|・{3,})"
_AT_ELLIPSES = re.compile(_ELLIPSES)
_AROUND = re.compile(rf"\A(?:\s*{_ELLIPSES})+|(?:{_ELLIPSES}\s*)+\Z")


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a text; ``offsets[i]`` is where character ``i`` of it stands in the text."""

    text: str
    offsets: tuple[int, ...]

    def original_range(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original that ``[start, end)`` of the content stands for (start < end).

        White space and punctuation around it are left out.
        """
        return self.offsets[start], self.offsets[end - 1] + 1


@cache
def _kind(character: str) -> str:
    """ "space", "mark" (punctuation) or "letter"."""
    category = unicodedata.category(character)
    if character.isspace() or category in ("Cf", "Cc"):
        return "space"
    return "mark" if category[0] == "P" and character not in _OF_VALUE else "letter"


def is_punctuation(character: str) -> bool:
    """Whether a character may be left out of a text without changing its content."""
    return _kind(character) == "mark"


def content(text: str) -> Content:
    """What of a text counts, folded as in exact search."""
    folded = fold_with_offsets(text)
    kept: list[str] = []
    offsets: list[int] = []
    source = folded.text
    at = 0
    while at < len(source):
        if _kind(source[at]) == "letter":
            kept.append(source[at])
            offsets.append(folded.offsets[at])
            at += 1
            continue
        end = at
        while end < len(source) and _kind(source[end]) != "letter":
            end += 1
        mark = _mark(source, at, end)
        if mark:
            kept.append(mark)
            offsets.append(folded.offsets[at])
        at = end
    return Content("".join(kept), tuple(offsets))


def _mark(source: str, start: int, end: int) -> str:
    """What a run of punctuation and white space counts as; mostly nothing."""
    before = source[start - 1] if start else ""
    after = source[end] if end < len(source) else ""
    run = "".join(source[start:end].split())
    if _is_digit(before) and _is_digit(after):
        return _SEPARATORS.get(run, "," if run else " ")
    if not run and _is_ascii_letter(before) and _is_ascii_letter(after):
        return " "
    # A dash of two is a dash; a single one directly before a digit is a minus.
    is_minus = _is_digit(after) and source[end - 1] == "-" and source[start:end][-2:] != "--"
    return "-" if is_minus else ""


def _is_digit(character: str) -> bool:
    return character != "" and character in "0123456789"


def _is_ascii_letter(character: str) -> bool:
    return character.isascii() and character.isalnum()


def squeezed(text: str) -> Content:
    """A text's own characters without white space, of which only that between letters of words and
    digits stays, as one space."""
    kept: list[str] = []
    offsets: list[int] = []
    was_space = False
    for at, character in enumerate(text):
        if _kind(character) == "space":
            was_space = True
            continue
        if was_space and kept and _is_ascii_letter(kept[-1]) and _is_ascii_letter(character):
            kept.append(" ")
            offsets.append(at - 1)
        was_space = False
        kept.append(character)
        offsets.append(at)
    return Content("".join(kept), tuple(offsets))


def squeeze(text: str) -> str:
    """The text of ``squeezed``."""
    return squeezed(text).text


def parts_at_ellipses(quote: str) -> tuple[str, ...]:
    """The parts of a quotation between its ellipses; those around it leave out nothing of it."""
    inner = _AROUND.sub("", quote).strip()
    parts = (part.strip() for part in _AT_ELLIPSES.split(inner))
    return tuple(part for part in parts if content(part).text)
