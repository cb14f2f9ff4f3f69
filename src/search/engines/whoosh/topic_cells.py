"""The topics of the cells of a segment; a passage may have several.

A cell has a set of topics. Passages are counted by (cell, topic); documents by (document, topic),
since several cells of a document may share a topic.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from .container import Bools, Ints
from .named_sets import ValueSets
from .packed_counts import packed, together


class TopicCells:
    """The topics of one segment's cells. ``sets`` are the topic numbers of each set of topics."""

    def __init__(
        self,
        topics: int,
        sets: Sequence[tuple[int, ...]],
        cell_topics: Ints,
        document_of_cell: Ints,
    ) -> None:
        self._topics = topics
        self.sets = ValueSets.of(sets)
        self.set_of: Ints = cell_topics
        """(cells,) the set of topics of each."""
        self._document_of = document_of_cell
        self._is_single = bool((self.sets.sizes == 1).all())

    def sets_with(self, accepted: Bools) -> Bools:
        """(sets,) True where one of a set's topics is accepted."""
        if self._is_single:
            return accepted.take(self.sets.members)
        return self.sets.having(accepted)

    def count(self, cells: Ints | None, passages: Ints) -> Ints:
        """(topics,) packed counts, from the passages of some cells or, for None, of all."""
        if self._is_single:
            # A document has one cell of a topic, so its cells are its documents.
            topic = self._topic_of if cells is None else self._topic_of.take(cells)
            return np.bincount(topic, packed(passages), self._topics).astype(np.int64)
        if cells is None:
            cells = np.flatnonzero(passages)
            passages = passages.take(cells)
        of, topic = self.sets.spread(self.set_of.take(cells))
        of_each = passages.take(of)
        in_passages = np.bincount(topic, of_each, self._topics).astype(np.int64)
        pairs = self._document_of.take(cells).take(of) * self._topics + topic
        pairs = np.sort(pairs.compress(of_each > 0), kind="stable")
        first = np.ones(len(pairs), np.bool_)
        np.not_equal(pairs[1:], pairs[:-1], out=first[1:])
        topic = pairs.compress(first) % max(self._topics, 1)
        return together(in_passages, np.bincount(topic, minlength=self._topics))

    @cached_property
    def _topic_of(self) -> Ints:
        """(cells,) the only topic of each."""
        return self.sets.members.take(self.set_of)
