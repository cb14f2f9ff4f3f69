"""Corrections where little was found, each a link with what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

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
class Suggestion:
    """What to try where nothing was found, and how many passages that gives."""

    text: str
    address: str | None = None
    total: int | None = None


def suggestions(results: SearchResults, addresses: Addresses) -> Iterator[Suggestion]:
    """Looser searches that do find something, where nothing was found; then what else to try."""
    ways = {"filters": _("去掉筛选条件"), "quotes": _("去掉引号"), "any": _("含任一词即可")}
    for looser in results.readings.looser:
        text = _("，").join(ways[way] for way in looser.ways)
        yield Suggestion(text, addresses.search(looser.request), looser.total)
    query = results.request.query.strip()
    if len(query) > _SHORT_QUERY_CHARS:
        yield Suggestion(_("换成更短的词，或把长句拆成几个词，用空格隔开"))
    elif query:
        yield Suggestion(_("换一个词，或用 OR 并列几种说法"))
