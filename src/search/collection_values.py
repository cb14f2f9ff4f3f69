"""Which values do the facets of a collection have? Counted once for each commit.

A filter is resolved against them, so that every click on a place would count everything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .engine import Engine, EngineRequest
from .query import parse_query
from .results import FacetCount

__all__ = ["CollectionValues"]


class CollectionValues:
    """The facet values of all passages. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counted: dict[bool, tuple[Mapping[str, Any], Mapping[str, tuple[FacetCount, ...]]]]
        self._counted = {}

    def counts(self, *, named: bool = False) -> Mapping[str, tuple[FacetCount, ...]]:
        """Every value with its counts; ``named`` adds those of what single passages name."""
        # It is another object after every commit. Taken before counting, it is never too new.
        commit = self._engine.manifest()
        known = self._counted.get(named)
        if known is not None and known[0] is commit:
            return known[1]
        everything = EngineRequest(
            query=parse_query("", self._engine.analyzer), limit=0, named=named
        )
        counts = self._engine.search(everything).facets
        self._counted[named] = (commit, counts)
        return counts
