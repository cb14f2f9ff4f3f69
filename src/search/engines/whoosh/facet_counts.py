"""How many passages have which value, and which pass the filters? All by cells.

A cell is the passages of one document with one set of topics, so the matching passages need one
pass, counting them by cell; totals, document counts and every facet follow from those counts. Where
few cells have a match, only these are looked at. A facet's own filter is left out of its own
counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...request import FACETS, Filters
from ...results import FacetCount
from .container import Bools, Ints
from .facet_values import FacetColumn
from .packed_counts import packed
from .segment_facets import DOCUMENT_FACETS, SegmentFacets

__all__ = ["CellCounts", "CellFilters", "FacetCounting", "count_cells"]

_FEW = 8
"""With less than 1/8 as many passages as cells, sorting their cells beats counting into all."""


@dataclass(frozen=True, slots=True)
class CellCounts:
    """Passages by cell. ``cells`` ascending without repeats, or None for every cell of the segment;
    ``passages`` (cells,) how many, 0 allowed."""

    cells: Ints | None
    passages: Ints

    def only(self, passing: Bools | None) -> CellCounts:
        """The counts of some cells, 0 for the others; None stands for all."""
        return self if passing is None else CellCounts(self.cells, self.passages * passing)


def count_cells(segment: SegmentFacets, cell_of_each: Ints) -> CellCounts:
    """How many passages each cell has, from the cell of each passage in any order."""
    if len(cell_of_each) * _FEW > segment.cells:
        return CellCounts(None, np.bincount(cell_of_each, minlength=segment.cells))
    if not len(cell_of_each):
        return CellCounts(cell_of_each, cell_of_each)
    ordered = np.sort(cell_of_each)
    starts = _starts(ordered)
    return CellCounts(ordered.take(starts), np.diff(starts, append=len(ordered)))


class CellFilters:
    """The filters of a search on one segment, deletions included."""

    def __init__(
        self,
        segment: SegmentFacets,
        number: int,
        columns: Mapping[str, FacetColumn],
        filters: Filters,
    ) -> None:
        self._segment = segment
        self._accepted = {
            name: columns[name].accepted(number, chosen)
            for name in columns
            if (chosen := getattr(filters, name))
        }

    @property
    def names(self) -> frozenset[str]:
        """The facets that filter."""
        return frozenset(self._accepted)

    def documents(self) -> Bools:
        """(documents,) True where a document is alive and passes all filters but that by topic."""
        segment = self._segment
        kept = np.ones(segment.documents, np.bool_)
        if segment.live is not None:
            kept &= segment.live
        for name in self._accepted:
            if name != "topic":
                kept &= self._accepted[name].take(segment.columns[name])
        return kept

    def passing(self, cells: Ints | None, but: str | None = None) -> Bools | None:
        """(cells,) True where alive and passing every filter except one; None stands for all."""
        segment = self._segment
        of = segment.document_of if cells is None else segment.document_of.take(cells)
        kept: Bools | None = None
        if segment.live is not None:
            kept = segment.live.take(of)
        for name, accepted in self._accepted.items():
            if name == but:
                continue
            if name == "topic":
                sets = segment.topics.sets_with(accepted)
                of_cells = segment.topics.set_of
                mask = sets.take(of_cells if cells is None else of_cells.take(cells))
            else:
                mask = accepted.take(segment.columns[name]).take(of)
            kept = mask if kept is None else kept & mask
        return kept

    def passing_passages(self, cell_of_each: Ints) -> Bools | None:
        """(passages,) True where alive and passing every filter, from the cell of each."""
        if len(cell_of_each) * _FEW <= self._segment.cells:
            return self.passing(cell_of_each)
        passing = self.passing(None)
        return None if passing is None else passing.take(cell_of_each)


class FacetCounting:
    """Adds up the counts of the segments of a search."""

    def __init__(self, columns: Mapping[str, FacetColumn]) -> None:
        self._columns = columns
        self._sums = {name: np.zeros(len(columns[name].values), np.int64) for name in columns}
        self.total = 0
        self.documents = 0

    def add(
        self,
        segment: SegmentFacets,
        number: int,
        counts: CellCounts,
        filters: CellFilters,
        facets: bool,
    ) -> None:
        """Count the matches of one segment, given before any filter; ``facets`` or only totals."""
        names = filters.names
        groups: dict[str | None, list[str]] = {None: []}
        for facet in FACETS if facets else ():
            groups.setdefault(facet.name if facet.name in names else None, []).append(facet.name)
        for left_out, asked in groups.items():
            passages = counts.only(filters.passing(counts.cells, but=left_out)).passages
            documents, of_each = _by_document(segment, counts.cells, passages)
            if left_out is None:
                self.total += int(of_each.sum())
                self.documents += int(np.count_nonzero(of_each))
            if "topic" in asked:
                self._add_topics(segment, number, counts.cells, passages)
            of_documents = [name for name in asked if name != "topic"]
            if of_documents:
                self._add_documents(segment, number, of_documents, documents, packed(of_each))

    def counts(self) -> dict[str, tuple[FacetCount, ...]]:
        """All facets in the port's order."""
        return {
            name: column.counted(column.spread(self._sums[name]))
            for name, column in self._columns.items()
        }

    def _add_documents(
        self,
        segment: SegmentFacets,
        number: int,
        names: Sequence[str],
        documents: Ints | None,
        weights: Ints,
    ) -> None:
        """Count city, year and source in one pass: their values are numbered one after another."""
        if len(names) < len(DOCUMENT_FACETS):
            for name in names:
                of = segment.columns[name]
                of = of if documents is None else of.take(documents)
                self._sum(number, name, np.bincount(of, weights, len(segment.values(name))))
            return
        table, ends = segment.table
        of = table if documents is None else table.take(documents, axis=1)
        sums = np.bincount(of.ravel(), np.concatenate((weights,) * len(names)), ends[-1])
        start = 0
        for name, end in zip(DOCUMENT_FACETS, ends, strict=True):
            self._sum(number, name, sums[start:end])
            start = end

    def _add_topics(
        self, segment: SegmentFacets, number: int, cells: Ints | None, passages: Ints
    ) -> None:
        self._sum(number, "topic", segment.topics.count(cells, passages))

    def _sum(self, number: int, name: str, local: Ints) -> None:
        # The values of a segment are different ones, so each place is added to once.
        self._sums[name][self._columns[name].maps[number]] += local.astype(np.int64)


def _by_document(
    segment: SegmentFacets, cells: Ints | None, passages: Ints
) -> tuple[Ints | None, Ints]:
    """(documents or None for all, passages of each); cells stand in order of their documents."""
    if cells is None:
        of_each = np.zeros(segment.documents, np.int64)
        documents, starts = segment.first_cells
        of_each[documents] = np.add.reduceat(passages, starts) if len(starts) else 0
        return None, of_each
    if not len(cells):
        return cells, passages
    of = segment.document_of.take(cells)
    starts = _starts(of)
    return of.take(starts), np.add.reduceat(passages, starts)


def _starts(ascending: Ints) -> Ints:
    """Where a new value begins in ascending numbers, of which there is one at least."""
    fresh = np.empty(len(ascending), np.bool_)
    fresh[0] = True
    np.not_equal(ascending[1:], ascending[:-1], out=fresh[1:])
    return np.flatnonzero(fresh)
