"""Make the address that opens a page at given words: ``#:~:text=[p-,]start[,end][,-s]``.

By the WICG's URL Fragment Text Directives: a browser looks for the words in the text of the page,
whatever its tags, and only where they begin and end at word boundaries. What words are in Chinese
each browser decides with a dictionary of its own, so every end here is at a mark, a space, an end
of a line or the border to Latin letters, which part words for all of them; an end in a clause is
reached by naming what stands before (``p-``) or after (``-s``), up to such a place. In a term
``-``, ``,`` and ``&`` are percent-encoded, as all that is not a letter or digit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from ..analysis.text import fold, is_han
from ..budget import current

WHOLE_UP_TO_CHARS = 60
"""A text up to this length is named whole, a longer one by its beginning and its end."""
_TERM_FROM_CHARS = 8
_TERM_UP_TO_CHARS = 60
_CONTEXT_UP_TO_CHARS = 80
_LONGEST_TERM_CHARS = 300
# Pages collapse white space: only a single plain space is sure to be there as it is here.
_UNSURE_SPACE = re.compile(r"\s{2,}|[^\S ]")
_INSIDE_WORDS = frozenset(".,'’‘:;·‧․＇．，；：﹒")
"""Marks that part no word between letters or digits (MidNum, MidLetter, MidNumLet of UAX 29)."""


@dataclass(frozen=True, slots=True)
class TextFragment:
    """The terms of a directive, each an unchanged slice of the text; None where there is none.

    ``start`` is the whole text sought where there is no ``end``.
    """

    start: str
    end: str | None = None
    prefix: str | None = None
    suffix: str | None = None

    @property
    def directive(self) -> str:
        """``text=…``, percent-encoded."""
        terms = [f"{_encoded(self.prefix)}-"] if self.prefix is not None else []
        terms.append(_encoded(self.start))
        terms += [_encoded(self.end)] if self.end is not None else []
        terms += [f"-{_encoded(self.suffix)}"] if self.suffix is not None else []
        return f"text={','.join(terms)}"


def link_to_text(url: str | None, text: str, start: int, end: int) -> str | None:
    """The address of a page that opens at ``text[start:end]``; None where there can be none.

    ``text`` is that of the whole page, as far as it is known. None for an address that is not http
    or https, and for words that nothing tells apart from others of the text.
    """
    if not url or _scheme(url) not in ("http", "https"):
        return None
    fragment = text_fragment(text, start, end)
    if fragment is None:
        return None
    page, mark, anchor = url.partition("#")
    anchor = anchor.partition(":~:")[0]
    return f"{page}#{anchor if mark else ''}:~:{fragment.directive}"


def _scheme(url: str) -> str:
    """The scheme of an address in lower case; nothing for what is none."""
    try:
        return urlsplit(url).scheme.lower()
    except ValueError:
        return ""


def text_fragment(text: str, start: int, end: int) -> TextFragment | None:
    """What tells ``text[start:end]`` from all else in ``text``; None where nothing does.

    White space at its ends is not sought, and nothing once the budget is spent. Texts are compared
    as in exact search, as browsers leave letter case and width aside too.
    """
    return _Seeking(text, start, end).fragment()


def is_word_boundary(text: str, at: int) -> bool:
    """Whether words part at this offset for every browser; never between two Han characters."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before.isspace() or after.isspace():
        return True
    if not _is_visible(after):
        return False
    if _is_of_word(before) and _is_of_word(after):
        return is_han(before) != is_han(after) and (before + after).replace("_", "a").isalnum()
    for mark, one, other in ((at - 1, at - 2, at), (at, at - 1, at + 1)):
        if text[mark] in _INSIDE_WORDS and one >= 0 and other < len(text):
            around = text[one] + text[other]
            if all(_is_of_word(c) and not is_han(c) for c in around):
                return False
    return True


class _Seeking:
    """A text and the stretch of it that is to be found."""

    def __init__(self, text: str, start: int, end: int) -> None:
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        self.text, self.start, self.end = text, start, end
        self.folded = fold(text)

    def fragment(self) -> TextFragment | None:
        """The shortest directive that fits, words of the stretch itself before words around it."""
        if self.start >= self.end:
            return None
        pieces = self._pieces()
        if len(pieces) == 1 and self.end - self.start <= WHOLE_UP_TO_CHARS:
            return self._whole()
        return self._from_to(pieces) or (self._whole() if len(pieces) == 1 else None)

    def _pieces(self) -> list[tuple[int, int]]:
        """The stretch without the white space that a page may not have."""
        pieces, done = [], self.start
        for space in _UNSURE_SPACE.finditer(self.text, self.start, self.end):
            if done < space.start():
                pieces.append((done, space.start()))
            done = space.end()
        return [*pieces, (done, self.end)]

    def _whole(self) -> TextFragment | None:
        if self.end - self.start > _LONGEST_TERM_CHARS:
            return None
        wanted = self.text[self.start : self.end]
        for after in self._suffixes():
            for before in self._prefixes():
                if current().is_spent():
                    return None
                if self._is_unique(before[0], after[1]):
                    return TextFragment(
                        wanted, prefix=self._slice(before), suffix=self._slice(after)
                    )
        return None

    def _from_to(self, pieces: list[tuple[int, int]]) -> TextFragment | None:
        for first_end in self._ends_of_first(*pieces[0]):
            for before in self._prefixes(at_most=None if first_end == pieces[0][1] else 1):
                if current().is_spent():
                    return None
                if not self._is_unique(before[0], first_end):
                    continue
                found = self._last(max(pieces[-1][0], first_end), first_end)
                if found is None:
                    return None
                last_start, after = found
                return TextFragment(
                    self.text[self.start : first_end],
                    end=self.text[last_start : self.end],
                    prefix=self._slice(before),
                    suffix=self._slice(after),
                )
        return None

    def _ends_of_first(self, start: int, end: int) -> Iterator[int]:
        """Where the first term may end: the nearest boundaries, at last the end of its line."""
        limit = min(end - 1, start + _TERM_UP_TO_CHARS)
        for at in range(start + _TERM_FROM_CHARS, limit + 1):
            if is_word_boundary(self.text, at) and self.text[at - 1].isalnum():
                yield at
        if end < self.end and end - start <= _LONGEST_TERM_CHARS:
            yield end

    def _last(self, lowest: int, first_end: int) -> tuple[int, tuple[int, int]] | None:
        """(start of the last term, its suffix) that no text between the terms has as well."""
        starts = [
            at
            for at in range(self.end - _TERM_FROM_CHARS, lowest - 1, -1)
            if is_word_boundary(self.text, at)
            and self.text[at].isalnum()
            and self.end - at <= _TERM_UP_TO_CHARS
        ]
        if lowest > first_end and self.end - lowest <= _LONGEST_TERM_CHARS:
            starts.append(lowest)
        for after in self._suffixes():
            for start in starts:
                if current().is_spent():
                    return None
                between = fold(self.text[first_end : after[1]])
                wanted = fold(self.text[start : after[1]])
                if between.find(wanted) == len(between) - len(wanted):
                    return start, after
        return None

    def _prefixes(self, at_most: int | None = None) -> Iterator[tuple[int, int]]:
        """What may be named before the stretch, the shortest first; empty where nothing need be."""
        given = 0
        if is_word_boundary(self.text, self.start):
            yield self.start, self.start
            given += 1
        end = self.start
        while end and self.text[end - 1].isspace():
            end -= 1
        for at in range(end - 1, max(-1, end - 1 - _CONTEXT_UP_TO_CHARS), -1):
            if given == at_most or _UNSURE_SPACE.search(self.text, at, end):
                return
            if is_word_boundary(self.text, at) and self.text[at].isalnum():
                yield at, end
                given += 1

    def _suffixes(self) -> Iterator[tuple[int, int]]:
        """What may be named after it."""
        if is_word_boundary(self.text, self.end):
            yield self.end, self.end
        start = self.end
        while start < len(self.text) and self.text[start].isspace():
            start += 1
        for at in range(start + 1, min(len(self.text), start + _CONTEXT_UP_TO_CHARS) + 1):
            if _UNSURE_SPACE.search(self.text, start, at):
                return
            if is_word_boundary(self.text, at) and self.text[at - 1].isalnum():
                yield start, at

    def _is_unique(self, start: int, end: int) -> bool:
        wanted = fold(self.text[start:end])
        first = self.folded.find(wanted)
        return first >= 0 and self.folded.find(wanted, first + 1) < 0

    def _slice(self, span: tuple[int, int]) -> str | None:
        return self.text[span[0] : span[1]] or None


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cf", "Cc", "Mn", "Me", "Mc")


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_" or not _is_visible(character)


def _encoded(term: str) -> str:
    return quote(term, safe="").replace("-", "%2D")
