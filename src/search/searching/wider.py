"""What would other writings add to a search that does not count them?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from ..analysis.equivalence import Kind
from ..analysis.text import fold
from ..budget import current
from ..index.engine import EngineRequest, Reader
from ..query.nodes import Equivalent, Literal, Or, Query
from ..query.request import ALL_WRITINGS, SearchRequest
from .results import Wider


def wider_search(
    reader: Reader,
    parse: Callable[[SearchRequest], Query],
    request: SearchRequest,
    asked: EngineRequest,
    total: int,
) -> Wider | None:
    """The search with the kinds of other writings that add to its ``total`` passages.

    Only those that add something by themselves; every kind where only several together do. None
    where nothing is added. ``asked`` is what the reader was asked for ``request``.
    """
    if request.also == (ALL_WRITINGS,):
        return None

    def with_them(wider: SearchRequest) -> tuple[int, tuple[Equivalent, ...]]:
        query = parse(wider)
        found = reader.search(
            replace(asked, query=query, limit=0, offset=0, facets=False, named=False)
        )
        known = asked.query.equivalents
        return found.total, tuple(e for e in query.equivalents if e not in known)

    budget = current()
    if budget.is_spent():
        return None
    parse = lru_cache(maxsize=None)(parse)
    every = request.with_also(ALL_WRITINGS)
    kinds = dict.fromkeys(
        e.kind for e in parse(every).equivalents if e.kind not in request.writings
    )
    if not kinds:
        return None
    if not any(_may_add(reader, parse(every), kind) for kind in kinds):
        return None
    adding = [
        kind
        for kind in kinds
        if not budget.is_spent()
        and _may_add(reader, parse(request.with_also(kind)), kind)
        and with_them(request.with_also(kind))[0] > total
    ]
    wider = request.with_also(*adding) if adding else every
    passages, equivalents = with_them(wider)
    return Wider(wider, passages, equivalents) if passages > total else None


def _may_add(reader: Reader, query: Query, kind: Kind) -> bool:
    """Whether another writing can occur at all: one of its characters stands somewhere.

    Most collections are in one script, and looking up some characters is much cheaper than looking
    up a sentence in all its writings.
    """
    if kind != "script":
        return True
    written = set(fold(query.text))
    others = {
        character
        for alike in query.alikes
        for same in alike.characters
        for character in same
        if character not in written
    }
    others |= {c for e in query.equivalents for c in e.text if c not in written}
    return _occur(reader, others)


def _occur(reader: Reader, characters: set[str]) -> bool:
    """Whether any of some characters stands in any passage; those that do not are remembered."""
    absent: set[str] = reader.once("characters that do not occur", set)
    unknown = characters - absent
    if not unknown:
        return False
    anywhere = Query("", Or(tuple(Literal(character) for character in sorted(unknown))))
    found = reader.search(EngineRequest(anywhere, limit=0, facets=False))
    if not found.total and not found.partial:
        absent |= unknown
    return found.total > 0
