"""Columns of a segment: to which document its passages belong, and which facet values they have.

The stored columns are of the smallest type. Those with a number for each passage are read as they
are; those by which others are indexed are converted once, when the first search needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ...documents.document import TopicEvidence
from ...documents.facets import ALL_FACETS, DOCUMENT_FACETS, Value
from .container import ArrayFile, Bools, Ints
from .topic_cells import TopicCells

OF_DOCUMENTS = tuple(facet.name for facet in DOCUMENT_FACETS)
"""The facets that all passages of a document share."""

(CELL_FACET,) = (f.name for f in ALL_FACETS if f.scope == "passage" and not f.named)
"""The facet whose sets of values make the cells of a document."""

_PLURALS = {"city": "cities", "year": "years", "source": "sources", "topic": "topics"}


def list_of(name: str) -> str:
    """What the list of the values of a facet is called in the directory of the file."""
    return _PLURALS.get(name, name)


def values_in(file: ArrayFile, name: str) -> Sequence[Value]:
    """The values of a facet in a file; one older than the facet knows none."""
    values: Sequence[Value] = file.values.get(list_of(name), [None])
    return values


def of_documents_in(file: ArrayFile, name: str) -> Ints:
    """(documents,) the number of the value of each; in a file older than the facet unknown."""
    column = file.get(f"document.{name}")
    return np.zeros(file.values["documents"], np.uint8) if column is None else column


class SegmentColumns:
    """The columns of one segment's ``file``; numbers count from 0 in the segment, dtype intp.

    ``live`` is (documents,) True where not deleted, None where none is.
    """

    def __init__(self, file: ArrayFile, live: Bools | None) -> None:
        self._file = file
        self.cells: int = file.values["cells"]
        self.documents: int = file.values["documents"]
        self.live = live
        self._cell_of = file["passage.cell"]

    def values(self, name: str) -> Sequence[Value]:
        """The values of a facet, as its numbers count them."""
        return values_in(self._file, name)

    def cells_of(self, passages: Ints | Bools) -> Ints:
        """The cell of each of some passages, given by their numbers or by a mask of all."""
        # The stored array is four times smaller, so more of it stays in the processor's cache.
        if passages.dtype == np.bool_:
            return self._cell_of.compress(passages)
        return self._cell_of.take(passages)

    def spread(self, documents: Bools) -> Bools:
        """(passages,) from a mask of documents, whose passages stand together."""
        return np.repeat(documents, self._passages_of_documents)

    def spread_cells(self, cells: Bools) -> Bools:
        """(passages,) from a mask of cells."""
        return cells.take(self._cell_of)

    @cached_property
    def _passages_of_documents(self) -> Ints:
        first: Ints = self._file["document.first_passage"].astype(np.intp)
        return first[1:] - first[:-1]

    @cached_property
    def document_of(self) -> Ints:
        """(cells,) the document of each, ascending."""
        return self._file["cell.document"].astype(np.intp)

    @cached_property
    def cell_sizes(self) -> Ints:
        """(cells,) how many passages each has."""
        return np.bincount(self._cell_of, minlength=self.cells)

    @cached_property
    def of_documents(self) -> dict[str, Ints]:
        """(documents,) for each facet of documents: the number of its value."""
        return {name: of_documents_in(self._file, name).astype(np.intp) for name in OF_DOCUMENTS}

    @cached_property
    def table(self) -> tuple[Ints, tuple[int, ...]]:
        """The facets of documents under each other, their values numbered one after another.

        ((facets, documents), where the values of each facet end), as ``OF_DOCUMENTS``.
        """
        ends = np.cumsum([len(self.values(name)) for name in OF_DOCUMENTS]).tolist()
        starts = [0, *ends[:-1]]
        columns = [self.of_documents[name] for name in OF_DOCUMENTS]
        return np.stack(columns) + np.array(starts)[:, np.newaxis], tuple(ends)

    @cached_property
    def topics(self) -> TopicCells:
        """The topics of the cells."""
        file = self._file
        return TopicCells(
            len(self.values(CELL_FACET)),
            topic_sets(file),
            file["cell.topics"].astype(np.intp),
            self.document_of,
        )


def topic_sets(file: ArrayFile) -> list[tuple[int, ...]]:
    """The topic numbers of every set of topics of a segment."""
    ends, members = file["topics.ends"].tolist(), file["topics.members"].tolist()
    return [tuple(members[a:b]) for a, b in pairwise([0, *ends])]


def evidence_of(records: list[list[Any]]) -> tuple[TopicEvidence, ...]:
    """The evidence for the topics of a passage, as it is stored."""
    return tuple(TopicEvidence(topic, tuple(words), weight) for topic, words, weight in records)
