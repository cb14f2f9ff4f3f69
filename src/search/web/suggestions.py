"""What is suggested while one types, and what may have been meant, as values with addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..documents.declared import view
from ..documents.facets import FacetName
from ..query.request import SearchRequest
from ..searching.index import Index
from ..searching.results import Correction, SearchResults
from ..searching.suggest.completion import Kind, Suggestion
from .addresses import Addresses
from .languages import gettext as _


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A query that may have been meant, or a place to choose instead of it."""

    text: str
    address: str
    passages: int
    place: bool


def corrections(results: SearchResults, addresses: Addresses) -> Iterator[CorrectionView]:
    """What may have been meant by this search; the search itself is of what was typed."""
    for found in results.readings.corrections:
        yield CorrectionView(
            found.text,
            _address(found, results, addresses),
            found.passages,
            found.kind == "place",
        )


def _address(found: Correction, results: SearchResults, addresses: Addresses) -> str:
    request = replace(results.request, page=1)
    if found.kind == "place":
        return addresses.search(replace(request.cleared(), query="").toggled("city", found.value))
    return addresses.search(replace(request, query=found.text))


_SHORT_QUERY_CHARS = 2


@dataclass(frozen=True, slots=True)
class Alternative:
    """What to try where nothing was found, and how many passages that gives."""

    text: str
    address: str | None = None
    total: int | None = None


def suggestions(results: SearchResults, addresses: Addresses) -> Iterator[Alternative]:
    """Looser searches that do find something, where nothing was found; then what else to try."""
    ways = {"filters": _("去掉筛选条件"), "quotes": _("去掉引号"), "any": _("含任一词即可")}
    for looser in results.readings.looser:
        text = _("，").join(ways[way] for way in looser.ways)
        yield Alternative(text, addresses.search(looser.request), looser.total)
    query = results.request.query.strip()
    if len(query) > _SHORT_QUERY_CHARS:
        yield Alternative(_("换成更短的词，或把长句拆成几个词，用空格隔开"))
    elif query:
        yield Alternative(_("换一个词，或用 OR 并列几种说法"))


_LABELS: dict[Kind, str] = {"word": "词", "title": "标题", "place": "地点", "topic": "主题"}


@dataclass(frozen=True, slots=True)
class Completion:
    """A suggestion, what its kind is called, and where choosing it leads."""

    found: Suggestion
    label: str
    address: str

    JSON = view(
        "kind=found.kind label text=found.text value=found.value passages=found.passages address"
    )


@dataclass(frozen=True, slots=True)
class Completions:
    """Suggestions for the last item of a query.

    A word stands in place of the item; a place or topic becomes a filter and the item goes; a title
    opens its document. The other items and filters stay. ``passages`` are those of the whole
    collection.
    """

    query: str
    suggestions: tuple[Completion, ...]


def completions(
    index: Index, request: SearchRequest, addresses: Addresses, limit: int
) -> Completions:
    """At most ``limit`` suggestions."""
    return Completions(
        request.query,
        tuple(
            Completion(found, _LABELS[found.kind], _leads_to(found, request, addresses))
            for found in index.suggest(request.query, limit)
        ),
    )


def _leads_to(found: Suggestion, request: SearchRequest, addresses: Addresses) -> str:
    items = request.query.split()[:-1]
    kept = replace(request, query=" ".join(items), page=1)
    if found.kind == "word":
        return addresses.search(replace(kept, query=" ".join((*items, found.value))))
    if found.kind == "title":
        return addresses.document(found.value)
    facet: FacetName = "city" if found.kind == "place" else "topic"
    chosen = found.value in kept.chosen(facet)
    return addresses.search(kept if chosen else kept.toggled(facet, found.value))
