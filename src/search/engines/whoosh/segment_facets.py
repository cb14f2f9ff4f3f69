"""Which value of each facet has each cell and document of a segment? In the type numpy counts by.

The stored columns are of the smallest type; indexing and counting by them would convert them each
time, so they are converted once, when the first search needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from ...request import FacetName
from .container import ArrayFile, Bools, Ints
from .topic_cells import TopicCells

__all__ = ["DOCUMENT_FACETS", "SegmentFacets", "topic_sets"]

DOCUMENT_FACETS: tuple[FacetName, ...] = ("city", "year", "source")
"""The facets that all passages of a document share."""

_LISTS = {"city": "cities", "year": "years", "source": "sources", "topic": "topics"}
"""Facet → the list of its values in the directory of the file."""


class SegmentFacets:
    """The facets of one segment's ``file``; all numbers count from 0 in the segment, dtype intp.

    ``live`` is (documents,) True where not deleted, None where none is.
    """

    def __init__(self, file: ArrayFile, live: Bools | None) -> None:
        self._file = file
        self.cells: int = file.values["cells"]
        self.documents: int = file.values["documents"]
        self.live = live

    def values(self, name: str) -> Sequence[str | int | None]:
        """The values of a facet, as its numbers count them."""
        values: Sequence[str | int | None] = self._file.values[_LISTS[name]]
        return values

    @cached_property
    def cell_of(self) -> Ints:
        """(passages,) the cell of each."""
        return self._file["passage.cell"].astype(np.intp)

    @cached_property
    def document_of(self) -> Ints:
        """(cells,) the document of each, ascending."""
        return self._file["cell.document"].astype(np.intp)

    @cached_property
    def cell_sizes(self) -> Ints:
        """(cells,) how many passages each has."""
        return np.bincount(self.cell_of, minlength=self.cells)

    @cached_property
    def first_cells(self) -> tuple[Ints, Ints]:
        """(documents that have cells, the first cell of each)."""
        first = np.flatnonzero(np.diff(self.document_of, prepend=-1))
        return self.document_of[first], first

    @cached_property
    def columns(self) -> dict[str, Ints]:
        """(documents,) for each facet of documents: the number of its value."""
        return {name: self._file[f"document.{name}"].astype(np.intp) for name in DOCUMENT_FACETS}

    @cached_property
    def table(self) -> tuple[Ints, tuple[int, ...]]:
        """The columns under each other, their values numbered one after another.

        ((facets, documents), where the values of each facet end), as ``DOCUMENT_FACETS``.
        """
        ends = np.cumsum([len(self.values(name)) for name in DOCUMENT_FACETS]).tolist()
        starts = [0, *ends[:-1]]
        columns = [self.columns[name] for name in DOCUMENT_FACETS]
        return np.stack(columns) + np.array(starts)[:, np.newaxis], tuple(ends)

    @cached_property
    def topics(self) -> TopicCells:
        """The topics of the cells."""
        file = self._file
        return TopicCells(
            len(self.values("topic")),
            topic_sets(file),
            file["cell.topics"].astype(np.intp),
            self.document_of,
        )


def topic_sets(file: ArrayFile) -> list[tuple[int, ...]]:
    """The topic numbers of every set of topics of a segment."""
    ends, members = file["topics.ends"].tolist(), file["topics.members"].tolist()
    return [tuple(members[a:b]) for a, b in pairwise([0, *ends])]
