"""Split a query text into items and operators, in one pass from left to right.

Operators count only at the start of an item; full-width signs are those of ASCII. What cannot be
meant is repaired, and a notice says how. Linear in the text: a search for the end of a quotation
either finds it or is not begun again for marks of its kind.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from ..analysis.text import fold
from .fields import ASCII, FieldName, read_field
from .nodes import Notice

DEPTH_LIMIT = 32
"""The most parentheses in each other."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to search for: ``text`` as it was written, without marks around it.

    ``distance`` is the most characters between the two parts of ``text``; None unless it has
    ``~n``. ``field`` and ``sign`` are what stood before a value, ``more`` the further quotations
    of a list behind a field.
    """

    text: str
    start: int
    end: int
    quoted: bool = False
    distance: int | None = None
    field: FieldName | None = None
    sign: str = ":"
    more: tuple[str, ...] = ()

    @property
    def folded(self) -> tuple[str, ...]:
        """Its folded texts: two where they are to be near each other, else one."""
        parts = (self.text,) if self.distance is None else self.text.split()
        return tuple(fold(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator: NOT excludes the next item or group; OPEN may carry a field for its group."""

    kind: OneOf["AND", "OR", "NOT", "OPEN", "CLOSE", "LONE"]
    text: str
    start: int
    end: int
    field: FieldName | None = None


Token = Item | Sign

_CLOSING = {'"': '"＂”', "＂": '"＂”', "“": '”"＂', "「": "」", "『": "』"}
"""Opening quotation mark → the marks that close it."""

_SPACE = re.compile(r"\s+")
_STOP = re.compile(r"[\s()]")
_OPERATORS = "AND|OR|NOT|[Aa]nd|[Oo]r|[Nn]ot"
_AFTER_GROUP = re.compile(rf"[\s)|]|&&|(?:{_OPERATORS})(?=[\s(\"“「『])")
"""What may stand right after a group; anything else makes its parentheses part of a text."""
_WORD = re.compile(rf"({_OPERATORS})(?=[\s()\"“「『]|\Z)")
_INSIDE_GROUP = re.compile(rf"\s(?:{_OPERATORS}|\|\|?|&&)(?=\s)")
"""What makes a group of parentheses, whatever touches them."""
_DASHES = "‐‑–−"
"""What word processors make of a hyphen; an em dash is a dash."""
_AFTER_QUOTATION = "。、…,.;:!?"
"""Is none of a quotation that it stands behind."""
_PROXIMITY = re.compile(r"(?:(?:NEAR|W|N|PRE|ADJ)/\d+|NEAR\d*)(?=[\s)]|\Z)")
_EVERYTHING = re.compile(r"\*:\*(?=[\s)]|\Z)")
_BRACKETS = re.compile(r"[\[{][^\]}]{1,20}[\]}]")
_TILDE = re.compile(r"~(?P<distance>\d*)(?P<rest>[^\s\"”」』()]*)(?=[\s)]|\Z)")
"""What follows a quotation to ask for nearness; malformed where ``rest`` is not empty."""


def tokens(text: str, notices: list[Notice]) -> list[Token]:
    """The tokens of a query text; adds notices of what was repaired."""
    return list(_Lexer(text, notices).tokens())


class _Lexer:
    def __init__(self, text: str, notices: list[Notice]) -> None:
        self._text = text
        # One character for one, so that places in it are places in the text.
        self._plain = text.translate(ASCII)
        self._size = len(text)
        self._notices = notices
        self._depth = 0
        self._tail = len(self._plain.rstrip(") \n\t\r"))
        self._dropped = 0
        self._partner = _partners(self._plain)
        self._joins = [found.start() for found in _INSIDE_GROUP.finditer(self._plain)]
        self._last_text = len(self._plain.rstrip("() \t\n\u3000"))
        self._last: dict[str, int] = {}
        self._last_ends: dict[tuple[str, str, bool], int] = {}

    def tokens(self) -> Iterator[Token]:
        at = 0
        while True:
            space = _SPACE.match(self._text, at)
            at = space.end() if space else at
            if at >= self._size:
                break
            token, at = self._next(at)
            if isinstance(token, Item) and token.field is not None and token.quoted:
                token, at = self._with_more(token, at)
            if token is not None:
                yield token
        if self._depth:
            self._notices.append(Notice("group-closed"))

    def _with_more(self, item: Item, at: int) -> tuple[Item, int]:
        """A quotation behind a field with those that go on from it: 标题:“甲”、“乙”."""
        while at < self._size and self._text[at] in _CLOSING:
            between = self._plain[item.end : at]
            found = self._quotation(at, at, item.field, item.sign)
            if found is None or not between or between.strip("、,;"):
                break
            other, at = found
            # An empty one is none of the list.
            more = (other.text,) if isinstance(other, Item) else ()
            end = other.end if other else at - (self._plain[at - 1] in "、,;")
            item = replace(item, end=end, more=(*item.more, *more))
        return item, at

    def _next(self, at: int) -> tuple[Token | None, int]:
        plain = self._plain
        sign = plain[at]
        if sign == ")":
            return self._close(at)
        if sign == "(":
            opened = self._open(at, at, None)
            if opened is not None:
                return opened
        if sign == "|":
            end = at + 2 if plain.startswith("||", at) else at + 1
            return Sign("OR", self._text[at:end], at, end), end
        if plain.startswith("&&", at):
            return Sign("AND", self._text[at : at + 2], at, at + 2), at + 2
        word = _WORD.match(plain, at)
        if word:
            return self._operator(word[0], at)
        glued = at + 1 < self._size and not (
            plain[at + 1].isspace() or (plain[at + 1] == ")" and self._depth)
        )
        if sign in _DASHES and not glued:
            sign = "-"
        if sign in _DASHES and plain[at + 1] not in _DASHES and not plain[at + 1].isdigit():
            self._notices.append(Notice("read-as", written=sign, meant="-"))
            return Sign("NOT", sign, at, at + 1), at + 1
        if _EVERYTHING.match(plain, at):
            return Sign("LONE", "*", at, at + 3), at + 3
        if sign in "-+&!*?" and not glued:
            return Sign("LONE", self._text[at], at, at + 1), at + 1
        if sign == "-" or (sign == "!" and plain[at + 1] not in "!=-"):
            if sign == "!":
                self._notices.append(Notice("read-as", written="!", meant="-"))
            return Sign("NOT", self._text[at], at, at + 1), at + 1
        if sign == "+" and not plain[at + 1].isdigit() and plain[at + 1] not in "+-":
            self._notices.append(Notice("read-as", written="+", meant="AND"))
            return None, at + 1
        proximity = _PROXIMITY.match(plain, at)
        if proximity:
            self._notices.append(Notice("near-elsewhere", word=proximity[0]))
            return None, proximity.end()
        return self._field(at) or self._item(at, at, None, ":")

    def _operator(self, word: str, at: int) -> tuple[Token | None, int]:
        end = at + len(word)
        if word in ("not", "Not"):
            # To exclude what was a word would lose passages; to widen does not.
            return Item(word, at, end), end
        if not word.isupper():
            self._notices.append(Notice("operator-lower-case", word=word, operator=word.upper()))
        kind: OneOf["AND", "OR", "NOT"] = (
            "AND" if word.upper() == "AND" else "OR" if word.upper() == "OR" else "NOT"
        )
        return Sign(kind, word, at, end), end

    def _close(self, at: int) -> tuple[Token | None, int]:
        if self._dropped:
            self._dropped -= 1
            return None, at + 1
        if not self._depth:
            self._notices.append(Notice("group-unopened"))
            return None, at + 1
        self._depth -= 1
        return Sign("CLOSE", ")", at, at + 1), at + 1

    def _open(
        self, at: int, start: int, field: FieldName | None
    ) -> tuple[Token | None, int] | None:
        """A group that begins at ``at``; None where the parenthesis is part of a text."""
        plain, partner = self._plain, self._partner.get(at)
        if partner is None:
            if at >= self._last_text:
                return Sign("LONE", self._text[at], at, at + 1), at + 1
        elif partner + 1 < self._size and not (
            _AFTER_GROUP.match(plain, partner + 1) or self._has_operator(at)
        ):
            return None
        if self._depth >= DEPTH_LIMIT:
            if not self._dropped:
                self._notices.append(Notice("group-too-deep", limit=DEPTH_LIMIT))
            self._dropped += 1
            return None, at + 1
        self._depth += 1
        return Sign("OPEN", "(", start, at + 1, field), at + 1

    def _field(self, at: int) -> tuple[Token | None, int] | None:
        found = read_field(self._plain, at)
        if found is None:
            return None
        field, sign, end = found
        name = self._text[at:end]
        value = end
        while value < self._size and self._text[value].isspace():
            value += 1
        stops = value >= self._size or (self._plain[value] == ")" and bool(self._depth))
        if stops or (value > end and _WORD.match(self._plain, value)):
            self._notices.append(Notice("field-empty", name=name))
            return Item(name, at, end), end
        if value > end:
            self._notices.append(Notice("field-spaced", name=name))
        if self._plain[value] == "(":
            opened = self._open(value, at, field)
            if opened is not None:
                return opened
        if self._plain[value] in "[{":
            closed = _BRACKETS.match(self._plain, value)
            if closed:
                return Item(closed[0], at, closed.end(), field=field), closed.end()
        return self._item(value, at, field, sign)

    def _item(
        self, at: int, start: int, field: FieldName | None, sign: str
    ) -> tuple[Token | None, int]:
        """The quotation or the word that begins at ``at``; ``start`` is where its field does."""
        text = self._text
        if text[at] in _CLOSING and at + 1 < self._size:
            quotation = self._quotation(at, start, field, sign)
            if quotation is not None:
                return quotation
        end = self._end_of_word(at)
        word = text[at:end]
        plain = self._plain[at:end]
        if not self._depth and plain.endswith(")") and plain.count(")") > plain.count("("):
            self._notices.append(Notice("group-unopened"))
            surplus = plain.count(")") - plain.count("(")
            kept = max(len(plain.rstrip(")")), len(plain) - surplus)
            word = word[:kept]
        return (Item(word, start, at + len(word), False, None, field, sign) if word else None), end

    def _end_of_word(self, at: int) -> int:
        """Where a word ends: at white space, before a group, or where that around it is closed."""
        inner = 0
        for stop in _STOP.finditer(self._plain, at):
            sign = stop[0]
            if sign == "(":
                if self._has_operator(stop.start()):
                    return stop.start()
                inner += 1
            elif sign == ")":
                if not inner and self._depth:
                    return stop.start()
                inner -= inner > 0
            else:
                return stop.start()
        return self._size

    def _has_operator(self, at: int) -> bool:
        """Whether an operator between spaces stands in the parentheses that open at a place."""
        first = bisect_right(self._joins, at)
        return first < len(self._joins) and self._joins[first] < self._partner.get(at, at)

    def _quotation(
        self, at: int, start: int, field: FieldName | None, sign: str
    ) -> tuple[Token | None, int] | None:
        """The quotation opened at ``at``; None where it does not close at the end of an item."""
        text, plain = self._text, self._plain
        opening, closers = text[at], _CLOSING[text[at]]
        if max(self._last_of(mark) for mark in closers) <= at:
            # Two left marks around it, as a keyboard gives them.
            closers = opening
        if closers == opening and self._last_end(closers, opening) <= at:
            self._notices.append(Notice("quote-closed"))
            rest = text[at + 1 :].rstrip()
            return (Item(rest, start, self._size, True, None, field, sign) if rest else None), (
                self._size
            )
        if self._last_end(closers, opening) <= at:
            return None
        depth, last = 1, at
        for i in range(at + 1, self._size):
            mark = text[i]
            if mark in closers:
                depth -= 1
                if self._ends_item(i + 1, opening):
                    last = i
                    if depth <= 0:
                        break
            elif mark == opening:
                depth += 1
        inside = text[at + 1 : last]
        tilde = _TILDE.match(plain, last + 1)
        end = tilde.end() if tilde else last + 1
        if tilde is not None:
            if tilde["distance"] and not tilde["rest"] and len(inside.split()) == 2:
                distance = int(tilde["distance"][:9])
                return Item(inside, start, end, True, distance, field, sign), end
            self._notices.append(Notice("near-malformed"))
        item = Item(inside, start, end, True, None, field, sign) if inside.strip() else None
        return item, end if tilde else self._after_quotation(end)

    def _ends_item(self, at: int, opening: str) -> bool:
        """Whether a quotation that begins with ``opening`` may end before ``at``.

        Punctuation may follow, and another of its kind at once.
        """
        if self._plain[at : at + 1] == "~":
            return _TILDE.match(self._plain, at) is not None
        at = self._after_quotation(at)
        if at >= self._size or self._text[at].isspace():
            return True
        sign = self._plain[at]
        if sign == ")":
            # Inside a quotation a parenthesis is text, unless it closes one that is open.
            return bool(self._depth) or at >= self._tail
        # Straight marks are alike at both ends: two of them may stand inside of a quotation.
        if self._text[at] == opening and opening not in _CLOSING[opening]:
            return at + 1 < self._size and not self._text[at + 1].isspace()
        return sign == "|" or self._plain.startswith("&&", at)

    def _after_quotation(self, at: int) -> int:
        """Where the punctuation behind a quotation ends."""
        while at < self._size and self._plain[at] in _AFTER_QUOTATION:
            at += 1
        return at

    def _last_of(self, mark: str) -> int:
        if mark not in self._last:
            self._last[mark] = self._text.rfind(mark)
        return self._last[mark]

    def _last_end(self, closers: str, opening: str) -> int:
        """The last of some marks at which a quotation may end; -1 where there is none."""
        key = closers, opening, bool(self._depth)
        if key not in self._last_ends:
            self._last_ends[key] = max(
                (
                    i
                    for i, mark in enumerate(self._text)
                    if mark in closers and self._ends_item(i + 1, opening)
                ),
                default=-1,
            )
        return self._last_ends[key]


def _partners(plain: str) -> dict[int, int]:
    """The closing parenthesis of every opening one that has one."""
    partner: dict[int, int] = {}
    opened: list[int] = []
    for match in re.finditer(r"[()]", plain):
        if match[0] == "(":
            opened.append(match.start())
        elif opened:
            partner[opened.pop()] = match.start()
    return partner
