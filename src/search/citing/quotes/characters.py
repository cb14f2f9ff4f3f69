"""Which characters of a quotation must stand in the source? Letters, digits and signs of value.

``content`` leaves out white space and punctuation: two texts with the same content differ in
punctuation only. What changes a value stays: ``%`` and its like, mathematical signs, a minus before
a digit, and one mark for whatever stands between two digits (1.5 is not 15, 1、2 is not 12).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from ...analysis.text import fold_with_offsets

_OF_VALUE = frozenset("%‰‱&@#*§°′″")
_SEPARATORS = {".": ".", "-": "-", "~": "-", ":": ":", "/": "/"}
_AT_ELLIPSES = re.compile(r"…+|⋯+|\.{3,}|。{3,}|．{3,}|・{3,}")


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


@cache
def _apart() -> re.Pattern[str]:
    """Runs of white space and punctuation, as far as Chinese text has them."""
    basic_plane = map(chr, range(0x10000))
    return re.compile(f"[{re.escape(''.join(c for c in basic_plane if _kind(c) != 'letter'))}]+")


def is_punctuation(character: str) -> bool:
    """Whether a character may be left out of a text without changing its content."""
    return _kind(character) == "mark"


def content(text: str) -> Content:
    """What of a text counts, folded as in exact search."""
    folded = fold_with_offsets(text)
    source, places = folded.text, folded.offsets
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
    offsets.extend(places[done:-1])
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
    done = 0
    for run in _spaces().finditer(text):
        start, end = run.span()
        kept.append(text[done:start])
        offsets.extend(range(done, start))
        if start and end < len(text) and _is_ascii_letter(text[start - 1] + text[end]):
            kept.append(" ")
            offsets.append(start)
        done = end
    kept.append(text[done:])
    offsets.extend(range(done, len(text)))
    return Content("".join(kept), tuple(offsets))


@cache
def _spaces() -> re.Pattern[str]:
    """Runs of white space and of characters that are not seen."""
    basic_plane = map(chr, range(0x10000))
    return re.compile(f"[{re.escape(''.join(c for c in basic_plane if _kind(c) == 'space'))}]+")


def squeeze(text: str) -> str:
    """The text of ``squeezed``."""
    return squeezed(text).text


def parts_at_ellipses(quote: str) -> tuple[str, ...]:
    """The parts of a quotation between its ellipses; those around it leave out nothing of it."""
    parts = (part.strip() for part in _AT_ELLIPSES.split(quote))
    return tuple(part for part in parts if content(part).text)
