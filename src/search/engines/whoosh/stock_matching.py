"""Which passages match a Whoosh query of a type that the arrays do not know? Whoosh itself says.

Slow, posting by posting, but every query type that needs no positions works. Of a tree only the
parts of unknown type come here.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ...errors import QueryError
from .codec import ArrayIndex
from .container import Ints
from .snapshot import Snapshot
from .stock import query as whoosh_query


class StockMatching:
    """The stock searcher on one commit, opened when it is first needed."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def _searcher(self) -> Any:
        """The searcher of all segments, kept because those of single segments need it weakly."""
        return ArrayIndex(self._snapshot).searcher()

    def units(self, segment: int, query: Any) -> Ints:
        """The passages of the n-th segment that match, ascending, dtype intp.

        Raises QueryError for what needs positions of words, which this index does not keep.
        """
        leaf, _ = self._searcher.leaf_searchers()[segment]
        try:
            matcher = query.matcher(leaf, leaf.boolean_context())
            return np.fromiter(matcher.all_ids(), np.intp)
        except whoosh_query.QueryError as error:
            raise QueryError(
                f"Whoosh cannot answer {query!r} on this index: {error}",
                zh=f"Whoosh 在这个索引上不能回答 {query!r}：{error}",
            ) from error
