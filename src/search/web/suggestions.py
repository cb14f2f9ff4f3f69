"""What is suggested while one types, and where it leads, as does what may have been meant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..documents.declared import view
from ..documents.facets import FacetName
from ..query.request import SearchRequest
from ..searching.index import Index
from ..searching.results import Correction
from ..searching.suggest.completion import Suggestion
from . import wording
from .addresses import Addresses


def corrected(found: Correction, asked: SearchRequest, addresses: Addresses) -> str:
    """The address of what may have been meant by a search."""
    request = replace(asked, page=1)
    if found.kind == "place":
        return addresses.search(replace(request.cleared(), query="").toggled("city", found.value))
    return addresses.search(replace(request, query=found.text))


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
            Completion(
                found,
                wording.SUGGESTIONS.messages[found.kind],
                _leads_to(found, request, addresses),
            )
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
