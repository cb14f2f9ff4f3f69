"""Explanations as plain values: how a query was understood, why a passage matches, its score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..citing.showing import Shown
from ..index.answers import NodeMatch
from ..query.nodes import (
    Alike,
    And,
    Every,
    FacetIs,
    InField,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Wildcard,
    Word,
)
from ..query.request import SearchRequest
from ..searching.index import Index
from ..searching.snippets import highlight, marked
from . import wording
from .addresses import Addresses
from .languages import counted
from .languages import gettext as _

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
    yield Line(depth, _asks_for(node))
    for child in _below(node):
        yield from _lines(child, depth + 1)


def _matched(found: NodeMatch, depth: int) -> Iterator[Line]:
    yield Line(depth, _asks_for(found.node), found.matches)
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


def _asks_for(node: Node) -> str:
    match node:
        case Every():
            return _("全部段落")
        case Literal(text):
            return _("原样含有“%(text)s”", text=text)
        case Alike():
            if node.is_whole:
                return _("含有“%(text)s”（方括号里的字任一），前后没有别的数字", text=node.pattern)
            return _("含有“%(text)s”（方括号里的字任一）", text=node.pattern)
        case Near(first, second, distance):
            return counted(
                "有“%(first)s”和“%(second)s”，中间最多隔 %(num)s 字",
                distance,
                first=first,
                second=second,
            )
        case Word(term):
            return _("分出词“%(term)s”", term=term)
        case Wildcard():
            return _("有合于“%(pattern)s”的字句", pattern=node.pattern)
        case InField(field, text):
            if field == "title":
                return _("标题里%(asked)s", asked=_asks_for(text))
            return _("作者里%(asked)s", asked=_asks_for(text))
        case FacetIs(facet, values):
            listed = wording.listed(map(_value, values)) if values else _("没有这个值")
            return _("%(facet)s是 %(values)s", facet=wording.FACETS[facet], values=listed)
        case And():
            return _("以下都要有")
        case Or():
            return _("以下有其一")
        case Not():
            return _("没有：")


def _value(value: str | tuple[int, int] | None) -> str:
    if value is None:
        return _("未知")
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else f"{value[0]}–{value[1]}"
    return value
