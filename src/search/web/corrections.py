"""Corrections where little was found, each a link with what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..searching.index import Index
from ..searching.results import Correction, SearchResults
from .addresses import Addresses


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A query that may have been meant, or a place to choose instead of it."""

    text: str
    address: str
    passages: int
    place: bool


def corrections(
    index: Index, results: SearchResults, addresses: Addresses
) -> Iterator[CorrectionView]:
    """What may have been meant by this search; the search itself is of what was typed."""
    for found in index.corrections(results):
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
