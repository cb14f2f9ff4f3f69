"""Suggestions for the search box, as plain values with addresses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..documents.declared import view
from ..documents.facets import FacetName
from ..query.request import SearchRequest
from ..searching.index import Index
from ..searching.suggest.completion import Kind, Suggestion
from .addresses import Addresses

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
            Completion(found, _LABELS[found.kind], _address(found, request, addresses))
            for found in index.suggest(request.query, limit)
        ),
    )


def _address(found: Suggestion, request: SearchRequest, addresses: Addresses) -> str:
    items = request.query.split()[:-1]
    kept = replace(request, query=" ".join(items), page=1)
    if found.kind == "word":
        return addresses.search(replace(kept, query=" ".join((*items, found.value))))
    if found.kind == "title":
        return addresses.document(found.value)
    facet: FacetName = "city" if found.kind == "place" else "topic"
    chosen = found.value in kept.chosen(facet)
    return addresses.search(kept if chosen else kept.toggled(facet, found.value))
