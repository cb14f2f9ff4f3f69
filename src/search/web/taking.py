"""What can be taken away from a page of results? Files, a feed, a record, a basket."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..citing.basket import BASKET_LIMIT
from ..citing.exporting.formats import EXPORTS
from ..searching.results import SearchResults
from . import wording
from .addresses import Addresses
from .results_view import Choice


@dataclass(frozen=True, slots=True)
class Taking:
    """Where what a search finds is taken away.

    ``exports`` is empty where more was found than the ``limit`` of an export; ``basket`` has the
    passages of this page, None where there are none.
    """

    record: str
    feed: str
    basket: str | None
    exports: tuple[Choice, ...]
    limit: int


def taking(results: SearchResults, addresses: Addresses, export_limit: int) -> Taking:
    """The addresses for one page of results."""
    search = replace(results.request, page=1, limit=None)
    ids = [hit.passage_id for hit in results.hits][:BASKET_LIMIT]
    exports = tuple(
        Choice(
            wording.EXPORTS[form.name],
            addresses.export(replace(search, collapse=False, by_document=False), form.suffix),
        )
        for form in EXPORTS.values()
        if 0 < results.total <= export_limit and not results.partial
    )
    return Taking(
        record=addresses.record(search),
        feed=addresses.feed(replace(search, sort="relevance", collapse=False, by_document=False)),
        basket=addresses.basket_with(*ids) if ids else None,
        exports=exports,
        limit=export_limit,
    )
