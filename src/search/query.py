"""What does a query match, and what does it score? Query text → an engine-neutral tree.

Matching is separate from scoring. An unquoted item of Han characters matches a passage in which it
occurs literally or in which all its words occur; quoted phrases, single characters and items with
digits, letters or symbols match literally only. Items are ANDed; ``any_term`` ORs words instead.
Character fields add score, never matches. ``-item`` excludes; ``"a b"~n`` asks for two texts close
together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .analysis import Analyzer, characters, pairs
from .errors import QueryError
from .text import fold, is_han_run

__all__ = [
    "And",
    "Every",
    "Literal",
    "Near",
    "Node",
    "Not",
    "Notice",
    "Or",
    "Query",
    "Word",
    "parse_query",
]


@dataclass(frozen=True, slots=True)
class Literal:
    """Matches where the folded ``text`` occurs in the folded passage."""

    text: str


@dataclass(frozen=True, slots=True)
class Near:
    """Matches where two folded texts occur in the folded passage, close together.

    Either may come first; they do not overlap, and at most ``distance`` folded characters stand
    between them (0: side by side). Raises ValueError for an empty text or a distance below 0.
    """

    first: str
    second: str
    distance: int

    def __post_init__(self) -> None:
        if not self.first or not self.second or self.distance < 0:
            raise ValueError("Near takes two texts and a distance from 0")


@dataclass(frozen=True, slots=True)
class Word:
    """Matches where the analyzer finds the token ``term`` in the passage."""

    term: str


@dataclass(frozen=True, slots=True)
class And:
    """Matches where all children match (at least one child)."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Matches where at least one child matches (at least one child)."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Matches where the child does not."""

    child: Node


@dataclass(frozen=True, slots=True)
class Every:
    """Matches every passage."""


Node = Literal | Near | Word | And | Or | Not | Every


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know about how a search was understood."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query.

    ``match`` decides which passages are found. ``words``, ``pairs`` and ``characters`` are the
    terms that score, repeats kept, in the order of the query; all empty for the empty query.
    ``literals`` are the folded texts whose occurrences are highlighted, ``highlighted_words`` the
    tokens that are.
    """

    text: str
    match: Node
    words: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    characters: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    highlighted_words: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it asks for every passage."""
        return isinstance(self.match, Every)


@dataclass(frozen=True, slots=True)
class _Item:
    text: str
    quoted: bool
    excluded: bool
    distance: int | None = None
    """Most characters between the two parts of ``text``; None unless it has ``~n``."""

    @property
    def folded(self) -> tuple[str, ...]:
        """Its folded texts: two where they are to be near each other, else one."""
        parts = (self.text,) if self.distance is None else self.text.split()
        return tuple(fold(part) for part in parts)


_CLOSING = {'"': '"＂”', "＂": '"＂”', "“": '”"＂', "「": "」", "『": "』"}
"""Opening quotation mark → the marks that close it."""

_MINUS = "-－"
_SPACE = re.compile(r"\s+")
_TILDE = re.compile(r"[~～](?P<distance>\d*)(?P<rest>[^\s\"＂”」』]*)(?=\s|\Z)")
"""What follows a quotation to ask for nearness; malformed where ``rest`` is not empty."""


def parse_query(
    text: str, analyzer: Analyzer, *, any_term: bool = False, limit_chars: int = 1000
) -> Query:
    """Understand a query text.

    Raises QueryError if it is longer than ``limit_chars``; anything shorter has a meaning.
    """
    if len(text) > limit_chars:
        raise QueryError(
            f"The query has {len(text)} characters; at most {limit_chars} can be searched at once: "
            "shorten it.",
            zh=f"检索式有 {len(text)} 个字符，一次最多 {limit_chars} 个：请缩短后再试。",
        )
    notices: list[Notice] = []
    items = list(_items(text.replace("\x00", ""), notices))
    wanted = [item for item in items if not item.excluded]
    excluded = [item for item in items if item.excluded]

    nodes: list[Node] = []
    literals: list[str] = []
    highlighted: list[str] = []
    for item in wanted:
        literals.extend(item.folded)
        item_words = tuple(dict.fromkeys(analyzer.words(item.folded[0])))
        if item.quoted or (any_term and not item_words):
            nodes.append(_exact(item))
        elif any_term:
            nodes.extend(Word(term) for term in item_words)
            highlighted.extend(item_words)
        else:
            nodes.append(_match_item(item, item_words))
            if not isinstance(nodes[-1], Literal):
                highlighted.extend(item_words)
    match = _combine(nodes, any_term=any_term)
    if excluded:
        refused = tuple(
            Not(_match_item(item, tuple(dict.fromkeys(analyzer.words(item.folded[0])))))
            for item in excluded
        )
        match = And((match, *refused))

    scored = [folded for item in wanted for folded in item.folded]
    return Query(
        text=text,
        match=match,
        words=tuple(term for folded in scored for term in analyzer.terms(folded)),
        pairs=tuple(pair for folded in scored for pair in pairs(folded)),
        characters=tuple(c for folded in scored for c in characters(folded)),
        literals=tuple(dict.fromkeys(literals)),
        highlighted_words=tuple(dict.fromkeys(highlighted)),
        notices=tuple(notices),
    )


def _exact(item: _Item) -> Node:
    """An item as it is written: literally, or its two parts near each other."""
    if item.distance is None:
        return Literal(item.folded[0])
    first, second = item.folded
    return Near(first, second, item.distance)


def _match_item(item: _Item, words: tuple[str, ...]) -> Node:
    """Literally; an unquoted item that is Han throughout also by all its words."""
    exact = _exact(item)
    if item.quoted or not is_han_run(item.folded[0]) or len(words) < 2:
        return exact
    return Or((exact, And(tuple(Word(term) for term in words))))


def _combine(nodes: list[Node], *, any_term: bool) -> Node:
    if not nodes:
        return Every()
    if len(nodes) == 1:
        return nodes[0]
    return Or(tuple(nodes)) if any_term else And(tuple(nodes))


def _items(text: str, notices: list[Notice]) -> Iterator[_Item]:
    """Split at white space, keeping what outermost quotation marks enclose in one piece."""
    position = 0
    while True:
        space = _SPACE.match(text, position)
        position = space.end() if space else position
        if position >= len(text):
            return
        start = position
        excluded = text[start] in _MINUS and start + 1 < len(text) and not text[start + 1].isspace()
        start += excluded
        if text[start] in _CLOSING and start + 1 < len(text):
            near = _near(text, start)
            if near is not None:
                closed, tilde = near
                inside = text[start + 1 : closed]
                if tilde["distance"] and not tilde["rest"] and len(inside.split()) == 2:
                    distance = int(tilde["distance"])
                    yield _Item(inside, quoted=True, excluded=excluded, distance=distance)
                    position = tilde.end()
                    continue
                notices.append(
                    Notice(
                        "near-malformed",
                        '引号后的 ~ 没有起作用：写作 "甲 乙"~5，'
                        "引号里是用空格隔开的两个词句，~ 后是最多相隔的字数。",
                        'The ~ after a quotation was taken as text: write "first second"~5, two '
                        "texts and the most characters between them.",
                    )
                )
            end = _closing(text, start)
            if end is not None:
                if end > start + 1:
                    yield _Item(text[start + 1 : end], quoted=True, excluded=excluded)
                position = end + 1
                continue
            if not any(c in text[start + 1 :] for c in _CLOSING[text[start]]):
                notices.append(
                    Notice(
                        "quote-closed",
                        "引号没有配对：已按到末尾为止的词句检索。",
                        "The quotation mark was not closed: the phrase runs to the end.",
                    )
                )
                yield _Item(text[start + 1 :].rstrip(), quoted=True, excluded=excluded)
                return
        end_of_item = _SPACE.search(text, start)
        position = end_of_item.start() if end_of_item else len(text)
        yield _Item(text[start:position], quoted=False, excluded=excluded)


def _closing(text: str, start: int) -> int | None:
    """Where the quotation opened at ``start`` closes: at white space or the end of the query."""
    opening, closers = text[start], _CLOSING[text[start]]
    depth = 1
    for i in range(start + 1, len(text)):
        if text[i] in closers:
            depth -= 1
            at_end = i + 1 == len(text) or text[i + 1].isspace()
            if at_end and (depth <= 0 or opening in '"＂'):
                return i
        elif text[i] == opening:
            depth += 1
    return None


def _near(text: str, start: int) -> tuple[int, re.Match[str]] | None:
    """Where the quotation opened at ``start`` closes, and the ``~`` that follows at once.

    None where it closes otherwise before that.
    """
    depth = 1
    for i in range(start + 1, len(text)):
        if text[i] in _CLOSING[text[start]]:
            depth -= 1
            tilde = _TILDE.match(text, i + 1)
            if depth <= 0 and tilde:
                return i, tilde
            if depth <= 0 and (i + 1 == len(text) or text[i + 1].isspace()):
                return None
        elif text[i] == text[start]:
            depth += 1
    return None
