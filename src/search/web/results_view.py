"""What the page of results says beside the results; how a query was understood; why it matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar

from markupsafe import Markup

from ..analysis.words import Analyzer
from ..citing.showing import Shown
from ..documents.document import UNCLASSIFIED
from ..documents.facets import BY_NAME
from ..index.answers import FacetCount, NodeMatch, distinct_values
from ..query.described import asks_for
from ..query.nodes import And, Equivalent, Literal, Node, Not, Or, Query
from ..query.request import SearchRequest
from ..searching.index import Index
from ..searching.results import Hit, SearchResults
from ..searching.snippets import highlight, marked, snippet
from . import safety, wording
from .addresses import Addresses, pager_of
from .facets import chips, choice_addresses, facet_lists
from .languages import gettext as _
from .languages import language
from .suggestions import corrected

V = TypeVar("V", bound=str | int)

_SNIPPET_CHARS = 260
_WRITINGS_SHOWN = 8
_MISFIT_SHARE = 0.6
_MISFIT_PASSAGES = 20

Pieces = tuple[tuple[str, bool], ...]
"""Text in order as (piece, is marked)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways to look at the same search; the one in force is ``chosen``."""

    label: str
    address: str
    chosen: bool = False


def choices(labels: Mapping[V, str], chosen: V, address: Callable[[V], str]) -> tuple[Choice, ...]:
    """A choice of each value, by what it is called."""
    return tuple(Choice(label, address(value), value == chosen) for value, label in labels.items())


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What the collection holds, for who comes in: places, first and last year, what to try."""

    places: int
    years: tuple[int, int] | None
    examples: tuple[Choice, ...]


def results_values(index: Index, results: SearchResults, addresses: Addresses) -> dict[str, Any]:
    """What the template says beside the results themselves. ``index`` is asked again only where
    nothing fits the taxonomy.
    """
    request, query = results.request, results.query
    return {
        "results": results,
        "whole": replace(request, page=1, limit=None),
        "first": (results.page - 1) * results.limit + 1,
        "first_page": _first_page(results, addresses),
        "chips": chips(request, addresses.search),
        "facets": facet_lists(results, addresses, _taxonomy_misfits(index, results)),
        "sorts": _sorts(request, addresses),
        "shows": (*_shows(results, addresses), *_matching(results, addresses)),
        "understood": understood(query.match) if _needs_saying(results) else (),
        "corrections": [
            (found, corrected(found, request, addresses)) for found in results.readings.corrections
        ],
        "as_written": addresses.search(replace(request, also=(), page=1)),
        "pager": pager_of(
            results.page, results.pages, lambda number: addresses.search(request.on_page(number))
        ),
        "shown_of": lambda hit: snippet(hit.text, hit.highlights, _SNIPPET_CHARS),
        "tags_of": lambda hit: _tags_of(hit, request, addresses),
        "highlighted": highlighting(query, index.analyzer),
        "by_kind": _by_kind,
    }


def highlighting(query: Query, analyzer: Analyzer) -> Callable[[str], Markup]:
    """What makes of a text its markup, with what a query matches marked."""

    def highlighted(text: str) -> Markup:
        ranges = () if query.is_empty else highlight(text, query, analyzer)
        return safety.marked(marked(text, ranges))

    return highlighted


def _first_page(results: SearchResults, addresses: Addresses) -> FirstPage | None:
    """Shown before anything is asked: examples are what most of the collection is about."""
    if results.request != SearchRequest() or not results.total:
        return None

    def known(name: str) -> list[str]:
        values = distinct_values(BY_NAME[name], results.facets.get(name, ()))
        missing = (None, BY_NAME[name].missing)
        return [str(count.value) for count in values if count.value not in missing]

    topics, years = known("topic"), [int(year) for year in known("year")]
    places = [place for place in known("city") if place.count("/") == 1] or known("city")
    examples = [Choice(topic, addresses.search(SearchRequest(topic=(topic,)))) for topic in topics]
    examples[2:] = [
        Choice(place.rsplit("/", 1)[-1], addresses.search(SearchRequest(city=(place,))))
        for place in places
    ][:1]
    if years:
        latest = f"年份:{max(years)}"
        examples.append(Choice(latest, addresses.search(SearchRequest(latest))))
    return FirstPage(
        places=len(known("city")),
        years=(min(years), max(years)) if years else None,
        examples=tuple(examples),
    )


def _sorts(request: SearchRequest, addresses: Addresses) -> tuple[Choice, ...]:
    """The orders. Without a query nothing is more relevant: that is the order of documents."""
    labels, sort = dict(wording.SORTS), request.sort
    if not request.query.strip():
        labels = {"relevance": labels["document"], "date": labels["date"]}
        sort = "date" if sort == "date" else "relevance"
    return choices(labels, sort, lambda sort: addresses.search(request.sorted_by(sort)))


def _needs_saying(results: SearchResults) -> bool:
    """Whether a query means anything but one text literally, or words of which each must stand."""
    match = results.query.match
    parts = match.children if isinstance(match, And) else (match,)
    literally = all(isinstance(part, Literal) for part in parts)
    return not literally or results.literal_total != results.total


def _matching(results: SearchResults, addresses: Addresses) -> tuple[Choice, ...]:
    """Any word instead of all, where all are seldom together; back, where that is in force."""
    request = results.request
    if request.any_term:
        return (Choice(_("含全部词"), addresses.search(replace(request, any_term=False, page=1))),)
    if isinstance(results.query.match, And) and 0 < results.total <= results.limit:
        return (Choice(_("含任一词"), addresses.search(replace(request, any_term=True, page=1))),)
    return ()


def _by_kind(equivalents: Iterable[Equivalent]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(the kind's name, the writings), the first of each kind only where they are many."""
    found: dict[str, dict[str, None]] = {}
    for equivalent in equivalents:
        found.setdefault(wording.WRITINGS[equivalent.kind], {})[equivalent.text] = None
    return tuple((kind, tuple(texts)[:_WRITINGS_SHOWN]) for kind, texts in found.items())


def _shows(results: SearchResults, addresses: Addresses) -> tuple[Choice, ...]:
    """Every passage, each text once, each document once: those that make a difference."""
    request = results.request
    whole = addresses.search(request.collapsed(False))
    choices = [Choice(_("段落"), whole, not (request.collapse or request.by_document))]
    if results.linked and results.total > 1:
        collapsed = addresses.search(request.collapsed(True))
        is_on = request.collapse and not request.by_document
        choices.append(Choice(_("合并转载"), collapsed, is_on))
    if results.total > results.documents or request.by_document:
        grouped = addresses.search(request.grouped())
        choices.append(Choice(_("按文献"), grouped, request.by_document))
    return tuple(choices) if len(choices) > 1 else ()


_TAGS = ("city", "year", "topic")
"""The facets that stand below a hit; its source stands above."""


def _tags_of(hit: Hit, request: SearchRequest, addresses: Addresses) -> Iterator[Choice]:
    """The city, year and topics of a passage, each narrowing the search to it."""
    for facet in map(BY_NAME.__getitem__, _TAGS):
        for value in (str(value) for value in facet.read(hit) if value != facet.missing):
            chosen = value in request.chosen(facet.name)
            places = choice_addresses(facet.name, request, addresses)
            address = addresses.search(request.on_page(1)) if chosen else places.choosing(value)
            label = wording.value_label(facet, value.rsplit("/", 1)[-1])
            yield Choice(label, address, chosen)


def _taxonomy_misfits(index: Index, results: SearchResults) -> bool:
    """Whether most of this search, and of the whole collection, has no topic."""
    if results.request.topic:
        return False
    if not _mostly_unclassified(results.facets.get("topic", ()), results.total):
        return False
    return _mostly_unclassified(index.facet_values()["topic"], index.stats().passages)


def _mostly_unclassified(counts: Iterable[FacetCount], total: int) -> bool:
    without = sum(c.count for c in counts if c.value in (UNCLASSIFIED, None))
    return total >= _MISFIT_PASSAGES and without >= _MISFIT_SHARE * total


_LINES = 60
"""More lines of a tree nobody reads."""


@dataclass(frozen=True, slots=True)
class Line:
    """One node of a query: how deep it stands, what it asks for, whether a passage has it."""

    depth: int
    text: str
    matches: bool | None = None


def understood(node: Node | NodeMatch) -> tuple[Line, ...]:
    """A query's tree as lines, at most _LINES; in a match each with whether the passage has it."""
    return tuple(islice(_lines(node, 0), _LINES))


def why_values(index: Index, shown: Shown, origin: SearchRequest) -> dict[str, Any]:
    """Why a passage opened from the search ``origin`` matches it: the largest shares first."""
    query = index.parse(origin)
    explained = index.explain(query, shown.passage.passage_id)
    return {
        "passage": shown.passage,
        "highlighted": highlighting(query, index.analyzer),
        "explained": explained,
        "lines": understood(explained.match),
        "shares": sorted((t for t in explained.terms if t.frequency), key=lambda t: -t.share),
    }


def _lines(node: Node | NodeMatch, depth: int) -> Iterator[Line]:
    if isinstance(node, NodeMatch):
        yield Line(depth, asks_for(node.node).said(language()), node.matches)
        below: tuple[Node | NodeMatch, ...] = node.children
    else:
        yield Line(depth, asks_for(node).said(language()))
        below = _below(node)
    for child in below:
        yield from _lines(child, depth + 1)


def _below(node: Node) -> tuple[Node, ...]:
    match node:
        case And(children) | Or(children):
            return children
        case Not(child):
            return (child,)
        case __:
            return ()
