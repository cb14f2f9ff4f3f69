"""The values of a collection's facets, counted once for each commit.

Filters are resolved against them, and every click on a place would else count everything again.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..index.answers import FacetCount
from ..index.engine import EngineRequest, Reader
from ..query.parser import parse_query


def collection_values(
    reader: Reader, *, named: bool = False
) -> Mapping[str, tuple[FacetCount, ...]]:
    """Every facet value of all passages with its counts.

    ``named`` adds the places and years that passages name.
    """

    def counted() -> Mapping[str, tuple[FacetCount, ...]]:
        everything = parse_query("", reader.analyzer)
        return reader.search(EngineRequest(everything, limit=0, named=named)).facets

    return reader.once("values of all facets" if named else "values of facets", counted)
