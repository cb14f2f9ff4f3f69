"""Copy a quotation with the punctuation of standard Chinese: marks only, one for one.

A mark changes only where Chinese text is meant.

Many pages are typed with the marks of a Latin keyboard. GB/T 15834—2011 (标点符号用法) has for
Chinese text full-width marks, each in the place of a character (5.1): 句号 。 (4.1), 问号 ？ (4.2),
叹号 ！ (4.3), 逗号 ， (4.4), 分号 ； (4.6), 冒号 ： (4.7), 引号 “ ” and inside them ‘ ’ (4.8),
括号 （ ） (4.9). A mark is adapted where it can mean nothing else:

* ``, ; : ? !`` where the nearest letter, digit or sign of value on one side at least is Han; at the
  end of the text, after a figure, where the last letter is. Between two Latin words they stay.
* ``.`` only after a Han character, and what closes after it, where the text ends or white space or
  a closing mark follows: between two characters it may part a name (约翰.史密斯), after a digit it
  counts (1.).
* ``( )`` as a pair: with Han inside, or right before or after it. One without its partner stays.
* ``" "`` and ``' '`` as a pair: with Han inside or right beside it. One that opens nothing or is
  never closed stays, and so does an apostrophe.
* Nothing between two digits (94.01, 1,234, 10:30), in a run of dots, in an address or an e-mail.

No other character changes, so a check of quotations says ``exact`` or ``punctuation``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..documents.declared import Count
from .text import is_han

_MARKS = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_OPENING = {"(": "(", "（": "(", "“": '"', "‘": "'"}
_CLOSING = {")": "(", "）": "(", "”": '"', "’": "'"}
_STANDARD = {"(": "（）", '"': "“”", "'": "‘’"}
_CLOSES_A_SENTENCE = frozenset("”’）」』》】\"')")
_DOTS = frozenset(".。．…")
_NO_CONTENT = re.compile(r"[\s,;:?!，；：？！.。、()（）\"'“”‘’「」『』《》〈〉【】\[\]…—]")
_PROTECTED = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]{1,20}://|www\.)[!-~]+|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}"
)
_TRAILING = ",;:.!)'\""


@dataclass(frozen=True, slots=True)
class Replacement:
    """The mark at ``at`` of the text, and the standard one that takes its place."""

    at: Count
    original: str
    standard: str


@dataclass(frozen=True, slots=True)
class Adapted:
    """A text in standard punctuation, as long as the original, and each mark that was changed."""

    text: str
    replacements: tuple[Replacement, ...]


def adapt_punctuation(text: str) -> Adapted:
    """The text with standard Chinese punctuation, by the rules above; twice adds nothing."""
    found = _Adapting(text).replacements()
    characters = list(text)
    for at, standard in found.items():
        characters[at] = standard
    listed = (Replacement(at, text[at], standard) for at, standard in sorted(found.items()))
    return Adapted("".join(characters), tuple(listed))


class _Adapting:
    """One text with what stands around each of its characters.

    What decides is never changed itself: letters, digits, white space, and of marks only their
    kind, which the standard one shares. Therefore the result is adapted already.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.protected = _protected(text)
        self.before = _nearest(text, range(len(text)))
        self.after = _nearest(text, range(len(text) - 1, -1, -1))
        # Asked for where only figures and marks follow: then the last of all is the last before.
        self.last_letter = next((c for c in reversed(text) if c.isalpha()), "")

    def replacements(self) -> dict[int, str]:
        """Where a mark changes, and into which."""
        found = {
            at: _MARKS[mark]
            for at, mark in enumerate(self.text)
            if mark in _MARKS and self._is_free(at) and self._beside_han(at)
        }
        found |= {
            at: "。"
            for at, mark in enumerate(self.text)
            if mark == "." and self._is_free(at) and self._ends_sentence(at)
        }
        for kind, start, end in self._pairs():
            if self._is_chinese(start, end):
                for at, standard in zip((start, end), _STANDARD[kind], strict=True):
                    if self.text[at] == kind or (kind == "(" and self.text[at] == ")"):
                        found[at] = standard
        return found

    def _is_free(self, at: int) -> bool:
        """Whether a mark is in no address and not between two digits."""
        is_in_number = _digit(self._at(at - 1)) and _digit(self._at(at + 1))
        return at not in self.protected and not is_in_number

    def _at(self, at: int) -> str:
        return self.text[at] if 0 <= at < len(self.text) else ""

    def _beside_han(self, at: int) -> bool:
        if self.after[at] == "" and not self.before[at].isalpha():
            # A figure that ends the text: what it is a figure of decides.
            return _han(self.last_letter)
        return _han(self.before[at]) or _han(self.after[at])

    def _ends_sentence(self, at: int) -> bool:
        before, after = self._at(at - 1), self._at(at + 1)
        if before in _CLOSES_A_SENTENCE:
            before = self.before[at]
        if not _han(before) or (after and after in _DOTS):
            return False
        return after == "" or after.isspace() or after in _CLOSES_A_SENTENCE

    def _is_chinese(self, start: int, end: int) -> bool:
        inside = any(_han(character) for character in self.text[start + 1 : end])
        return inside or _han(self._at(start - 1)) or _han(self._at(end + 1))

    def _pairs(self) -> list[tuple[str, int, int]]:
        """(kind, where it opens, where it closes) of brackets and quotations, however written."""
        pairs = []
        opened: list[tuple[str, int]] = []
        for at, mark in enumerate(self.text):
            if at in self.protected:
                continue
            kind = _OPENING.get(mark)
            closes = _CLOSING.get(mark)
            if mark in "'’" and self._is_apostrophe(at):
                continue
            if mark in "\"'":
                is_open = any(open_kind == mark for open_kind, _ in opened)
                kind, closes = (None, mark) if is_open else (mark, None)
            if kind:
                opened.append((kind, at))
            elif closes and any(open_kind == closes for open_kind, _ in opened):
                while opened[-1][0] != closes:
                    opened.pop()
                pairs.append((closes, opened.pop()[1], at))
        return pairs

    def _is_apostrophe(self, at: int) -> bool:
        before, after = self._at(at - 1), self._at(at + 1)
        return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


def _protected(text: str) -> frozenset[int]:
    """The characters of addresses; marks at their end belong to the sentence."""
    places: set[int] = set()
    for found in _PROTECTED.finditer(text):
        places.update(range(found.start(), found.start() + len(found.group().rstrip(_TRAILING))))
    return frozenset(places)


def _nearest(text: str, order: range) -> list[str]:
    """The nearest character of content that comes before each in this order; "" where none does."""
    nearest = [""] * len(text)
    last = ""
    for at in order:
        nearest[at] = last
        if not _NO_CONTENT.match(text[at]):
            last = text[at]
    return nearest


def _han(character: str) -> bool:
    return character != "" and is_han(character)


def _digit(character: str) -> bool:
    return character != "" and character.isdigit()
