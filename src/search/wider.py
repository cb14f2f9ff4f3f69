"""What would other writings add to a search that does not count them?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .engine import Engine, EngineRequest
from .query import Equivalent, Query
from .request import ALL_WRITINGS, SearchRequest
from .results import Wider

__all__ = ["wider_search"]


def wider_search(
    engine: Engine,
    parse: Callable[[SearchRequest], Query],
    request: SearchRequest,
    asked: EngineRequest,
    total: int,
) -> Wider | None:
    """The search with the kinds of other writings that add to its ``total`` passages.

    Only those that add something by themselves; every kind where only several together do. None
    where nothing is added. ``asked`` is what the engine was asked for ``request``.
    """
    if request.also == (ALL_WRITINGS,):
        return None

    def with_them(wider: SearchRequest) -> tuple[int, tuple[Equivalent, ...]]:
        query = parse(wider)
        found = engine.search(
            replace(asked, query=query, limit=0, offset=0, facets=False, named=False)
        )
        known = asked.query.equivalents
        return found.total, tuple(e for e in query.equivalents if e not in known)

    every = request.with_also(ALL_WRITINGS)
    kinds = dict.fromkeys(
        e.kind for e in parse(every).equivalents if e.kind not in request.writings
    )
    if not kinds:
        return None
    adding = [kind for kind in kinds if with_them(request.with_also(kind))[0] > total]
    wider = request.with_also(*adding) if adding else every
    passages, equivalents = with_them(wider)
    return Wider(wider, passages, equivalents) if passages > total else None
