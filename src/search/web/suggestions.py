"""Corrections where little was found, each a link with what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from ..query.request import SearchRequest
from ..searching.index import Index
from ..searching.results import Correction, SearchResults
from .addresses import Addresses
from .languages import gettext as _


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


_SUGGESTIONS = 3
_SHORT_QUERY_CHARS = 2
_NO_QUOTES = str.maketrans(dict.fromkeys('"“”＂「」『』', " "))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to try where nothing was found, and how many passages that gives."""

    text: str
    address: str | None = None
    total: int | None = None


def suggestions(index: Index, request: SearchRequest, addresses: Addresses) -> Iterator[Suggestion]:
    """Looser searches that do find something, the least loosened first; then what else to try."""
    offered = 0
    for text, looser in _loosened(request):
        total = index.count(looser)
        if total:
            yield Suggestion(text, addresses.search(looser), total)
            offered += 1
        if offered == _SUGGESTIONS:
            break
    query = request.query.strip()
    if len(query) > _SHORT_QUERY_CHARS:
        yield Suggestion(_("换成更短的词，或把长句拆成几个词，用空格隔开"))
    elif query:
        yield Suggestion(_("换一个词，或用 OR 并列几种说法"))


def _loosened(request: SearchRequest) -> Iterator[tuple[str, SearchRequest]]:
    """The search without its filters, its quotation marks, the need for every word; then two of
    these, then all.
    """
    unquoted = request.query.translate(_NO_QUOTES)
    steps: list[tuple[str, bool, Callable[[SearchRequest], SearchRequest]]] = [
        (_("去掉筛选条件"), request.is_filtered, lambda r: r.cleared()),
        (_("去掉引号"), unquoted != request.query, lambda r: replace(r, query=unquoted, page=1)),
        (
            _("含任一词即可"),
            bool(request.query.strip()) and not request.any_term,
            lambda r: replace(r, any_term=True, page=1),
        ),
    ]
    possible = [(text, loosen) for text, applies, loosen in steps if applies]
    for size in range(1, len(possible) + 1):
        for chosen in combinations(possible, size):
            looser = request
            for __, loosen in chosen:
                looser = loosen(looser)
            yield _("，").join(text for text, __ in chosen), looser
