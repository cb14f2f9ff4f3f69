"""Explanations as plain values: how a query was understood, why a passage matches, its score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..citing.showing import Shown
from ..index.answers import NodeMatch
from ..query.described import asks_for
from ..query.nodes import And, Node, Not, Or
from ..query.request import SearchRequest
from ..searching.index import Index
from ..searching.snippets import highlight, marked
from . import wording
from .addresses import Addresses
from .languages import language

_LINES = 60
"""More lines of a tree nobody reads."""


@dataclass(frozen=True, slots=True)
class Line:
    """One node of a query: how deep it stands, what it asks for, whether a passage has it."""

    depth: int
    text: str
    matches: bool | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one term adds to a score; ``part`` is its part of the whole, in percent."""

    field: str
    term: str
    frequency: int
    length: int
    idf: float
    weight: float
    share: float
    part: float


@dataclass(frozen=True, slots=True)
class WhyView:
    """Everything the template of reasons needs."""

    title: str
    paragraph: int
    pieces: tuple[tuple[str, bool], ...]
    passage_address: str
    back: str | None
    query: str
    matches: bool
    lines: tuple[Line, ...]
    score: float
    shares: tuple[Share, ...]


def understood(node: Node) -> tuple[Line, ...]:
    """A query's tree as lines, at most _LINES."""
    return tuple(line for line, __ in zip(_lines(node, 0), range(_LINES), strict=False))


def why_view(index: Index, shown: Shown, origin: SearchRequest, addresses: Addresses) -> WhyView:
    """Why a passage opened from the search ``origin`` matches it."""
    passage = shown.passage
    query = index.parse(origin)
    found = index.explain(query, passage.passage_id)
    shares = sorted((t for t in found.terms if t.frequency), key=lambda t: -t.share)
    return WhyView(
        title=passage.title or passage.path,
        paragraph=passage.paragraph,
        pieces=tuple(marked(passage.text, highlight(passage.text, query, index.analyzer))),
        passage_address=addresses.passage(passage.passage_id, origin),
        back=addresses.search(origin) if origin.query.strip() else None,
        query=origin.query,
        matches=found.matches,
        lines=tuple(
            line for line, __ in zip(_matched(found.match, 0), range(_LINES), strict=False)
        ),
        score=found.score,
        shares=tuple(
            Share(
                wording.SCORED_FIELDS[t.field],
                t.term,
                t.frequency,
                t.length,
                t.idf,
                t.weight,
                t.share,
                100 * t.share / found.score if found.score else 0.0,
            )
            for t in shares
        ),
    )


def _lines(node: Node, depth: int) -> Iterator[Line]:
    yield Line(depth, asks_for(node).said(language()))
    for child in _below(node):
        yield from _lines(child, depth + 1)


def _matched(found: NodeMatch, depth: int) -> Iterator[Line]:
    yield Line(depth, asks_for(found.node).said(language()), found.matches)
    for child in found.children:
        yield from _matched(child, depth + 1)


def _below(node: Node) -> tuple[Node, ...]:
    match node:
        case And(children) | Or(children):
            return children
        case Not(child):
            return (child,)
        case __:
            return ()
