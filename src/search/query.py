"""What does a query match, and what does it score? Query text → an engine-neutral tree.

Matching is separate from scoring. An unquoted item of Han characters matches a passage in which it
occurs literally or in which all its words occur; quoted phrases, single characters and items with
digits, letters or symbols match literally only. Items are ANDed; ``any_term`` ORs words instead.
Character fields add score, never matches. ``-item`` excludes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .analysis import Analyzer, characters, pairs
from .errors import QueryError
from .text import fold, is_han_run

__all__ = ["And", "Every", "Literal", "Node", "Not", "Notice", "Or", "Query", "Word", "parse_query"]


@dataclass(frozen=True, slots=True)
class Literal:
    """Matches where the folded ``text`` occurs in the folded passage."""

    text: str


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


Node = Literal | Word | And | Or | Not | Every


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


_CLOSING = {'"': '"＂”', "＂": '"＂”', "“": '”"＂', "「": "」", "『": "』"}
"""Opening quotation mark → the marks that close it."""

_MINUS = "-－"
_SPACE = re.compile(r"\s+")


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
        folded = fold(item.text)
        item_words = tuple(dict.fromkeys(analyzer.words(folded)))
        literal = Literal(folded)
        literals.append(folded)
        if item.quoted:
            nodes.append(literal)
        elif any_term:
            nodes.extend(Word(term) for term in item_words or ())
            if not item_words:
                nodes.append(literal)
            highlighted.extend(item_words)
        else:
            nodes.append(_match_item(literal, item_words))
            if nodes[-1] is not literal:
                highlighted.extend(item_words)
    match = _combine(nodes, any_term=any_term)
    if excluded:
        refused = tuple(
            Not(Literal(folded) if item.quoted else _match_item(Literal(folded), words))
            for item in excluded
            for folded in (fold(item.text),)
            for words in (tuple(dict.fromkeys(analyzer.words(folded))),)
        )
        match = And((match, *refused))

    scored = [fold(item.text) for item in wanted]
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


def _match_item(literal: Literal, words: tuple[str, ...]) -> Node:
    """An unquoted item: literally, or by all its words where it is Han throughout."""
    if not is_han_run(literal.text) or len(words) < 2:
        return literal
    return Or((literal, And(tuple(Word(term) for term in words))))


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
