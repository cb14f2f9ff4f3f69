"""Which values do the facets of a collection have? Counted once for each commit.

A filter is resolved against them, so that every click on a place would count everything again.
"""

from __future__ import annotations

from collections.abc import Mapping

from .engine import Engine, EngineRequest
from .once_per_commit import OncePerCommit
from .query import parse_query
from .results import FacetCount

__all__ = ["CollectionValues"]


class CollectionValues:
    """The facet values of all passages. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        def counted(*, named: bool) -> Mapping[str, tuple[FacetCount, ...]]:
            everything = parse_query("", engine.analyzer)
            return engine.search(EngineRequest(everything, limit=0, named=named)).facets

        self._of_documents = OncePerCommit(engine, lambda: counted(named=False))
        self._all = OncePerCommit(engine, lambda: counted(named=True))

    def counts(self, *, named: bool = False) -> Mapping[str, tuple[FacetCount, ...]]:
        """Every value with its counts; ``named`` adds those of what single passages name."""
        return (self._all if named else self._of_documents).get()
