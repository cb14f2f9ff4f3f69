"""Count the passages of each value of a facet, and those that pass the filters, by cells.

A cell is the passages of one document with one set of topics, so the matching passages need one
pass, counting them by cell; totals, document counts and every facet follow from those counts. Where
few cells have a match, only these are looked at. A facet's own choices are left out of its own
counts, and where a value is excluded, its exclusion is (``Engine.search``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...budget import current
from ...documents.facets import FacetName, Value
from ...index.answers import CrossTable
from ...query.request import Filters
from .container import Bools, Ints
from .facet_values import (
    CELL_FACET,
    NAMED,
    OF_DOCUMENTS,
    FacetColumn,
    FacetMasks,
    FacetSums,
    SegmentColumns,
    ValueSets,
    packed,
)
from .matching import as_numbers
from .postings import all_places
from .segment import Segment

_Group = tuple[str | None, tuple[Any, ...]]
"""The facet whose own filter is left out, and which of its exclusions hold all the same."""

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


def count_cells(segment: SegmentColumns, matched: Ints | Bools) -> tuple[Ints, CellCounts]:
    """(the cell of each of some passages, how many each cell has).

    The passages are given by their numbers, or by a mask of all.
    """
    cell_of_each = segment.cells_of(matched)
    if matched.dtype == np.bool_ and len(cell_of_each) == len(matched):
        return cell_of_each, CellCounts(None, segment.cell_sizes)
    return cell_of_each, _counted(segment, cell_of_each)


def _counted(segment: SegmentColumns, cell_of_each: Ints) -> CellCounts:
    if len(cell_of_each) * _FEW > segment.cells:
        passages = np.bincount(cell_of_each, minlength=segment.cells)
        cells = _not_zero(passages)
        return CellCounts(cells, passages.take(cells))
    if not len(cell_of_each):
        return CellCounts(cell_of_each, cell_of_each)
    ordered = np.sort(cell_of_each, kind="stable").astype(np.intp)
    starts = _starts(ordered)
    return CellCounts(ordered.take(starts), np.diff(starts, append=len(ordered)))


class CellFilters(FacetMasks):
    """The filters of a search on one segment, deletions included."""

    def __init__(
        self,
        segment: SegmentColumns,
        number: int,
        columns: Mapping[str, FacetColumn],
        filters: Filters,
    ) -> None:
        self._segment = segment
        super().__init__(number, columns, filters)
        self.names = frozenset(name for name, _ in self._masks)
        """The facets that filter."""

    def _of_sets(self, name: str, accepted: Bools) -> Bools:
        return self._segment.topics.sets_with(accepted) if name == CELL_FACET else accepted

    def documents(self) -> Bools:
        """(documents,) True where a document is alive and passes all filters but those by topic."""
        segment = self._segment
        kept = np.ones(segment.documents, np.bool_)
        if segment.live is not None:
            kept &= segment.live
        for name, accepted in self._masks:
            if name != CELL_FACET:
                kept &= accepted.take(segment.of_documents[name])
        return kept

    def passing(
        self, cells: Ints | None, but: str | None = None, remaining: tuple[Any, ...] = ()
    ) -> Bools | None:
        """(cells,) True where alive and passing every filter; None stands for all.

        Of the facet ``but`` only the exclusions that ``remaining`` gives hold.
        """
        segment = self._segment
        of = segment.document_of if cells is None else segment.document_of.take(cells)
        kept: Bools | None = None
        if segment.live is not None:
            kept = segment.live.take(of)
        for name, accepted in self.masks(but, remaining):
            if name == CELL_FACET:
                of_cells = segment.topics.set_of
                mask = accepted.take(of_cells if cells is None else of_cells.take(cells))
            else:
                mask = accepted.take(segment.of_documents[name]).take(of)
            kept = mask if kept is None else kept & mask
        return kept

    def kept(self, matched: Ints | Bools, cell_of_each: Ints) -> Ints | Bools:
        """The matching passages (numbers, or a mask of all) that are alive and pass every filter.

        ``cell_of_each`` is the cell of each matching passage.
        """
        if not self.names and self._segment.live is None:
            return matched
        if matched.dtype == np.bool_:
            if CELL_FACET not in self.names:
                return matched & self._segment.spread(self.documents())
            matched = np.flatnonzero(matched)
        if len(matched) * _FEW <= self._segment.cells:
            passing = self.passing(cell_of_each)
        else:
            of_cells = self.passing(None)
            passing = None if of_cells is None else of_cells.take(cell_of_each)
        return matched if passing is None else matched.compress(passing)


class FacetCounting(FacetSums):
    """Adds up the counts of the segments of a search."""

    def __init__(self, columns: Mapping[str, FacetColumn], filters: Filters) -> None:
        super().__init__(columns, filters)
        self.total = 0
        self.documents = 0

    def add(
        self,
        segment: SegmentColumns,
        number: int,
        counts: CellCounts,
        filters: CellFilters,
        facets: bool,
    ) -> None:
        """Count the matches of one segment, given before any filter; ``facets`` or only totals."""
        names = filters.names
        groups: dict[_Group, list[tuple[str, int]]] = {(None, ()): []}
        for facet, at, remaining in self.asked if facets else ():
            group = (facet, remaining) if facet in names else (None, ())
            groups.setdefault(group, []).append((facet, at))
        budget = current()
        for (left_out, remaining), asked in groups.items():
            if left_out is not None and budget.is_spent():
                break
            passing = counts.only(filters.passing(counts.cells, left_out, remaining))
            documents, of_each = _by_document(segment, passing)
            if left_out is None:
                self.total += int(of_each.sum())
                self.documents += len(documents)
            of_documents = [name for name in asked if name[0] != CELL_FACET]
            for name in asked:
                if name[0] == CELL_FACET:
                    topics = segment.topics.count(passing.cells, passing.passages)
                    self.sum(number, name, topics)
            if of_documents:
                self._add_documents(segment, number, of_documents, documents, packed(of_each))

    def _add_documents(
        self,
        segment: SegmentColumns,
        number: int,
        names: Sequence[tuple[str, int]],
        documents: Ints,
        weights: Ints,
    ) -> None:
        """Count the facets of documents in one pass; their values are numbered on and on."""
        if len(names) < len(OF_DOCUMENTS):
            for name in names:
                of = segment.of_documents[name[0]].take(documents)
                self.sum(number, name, np.bincount(of, weights, len(segment.values(name[0]))))
            return
        table, ends = segment.table
        of = table.take(documents, axis=1).ravel()
        sums = np.bincount(of, np.concatenate((weights,) * len(names)), ends[-1])
        start = 0
        for facet, end in zip(OF_DOCUMENTS, ends, strict=True):
            self.sum(number, (facet, 0), sums[start:end])
            start = end


def _by_document(segment: SegmentColumns, counts: CellCounts) -> tuple[Ints, Ints]:
    """(documents with passages, how many each has)."""
    cells, passages = counts.cells, counts.passages
    of = segment.document_of if cells is None else segment.document_of.take(cells)
    if len(of) * _FEW > segment.documents:
        of_each = np.bincount(of, passages, segment.documents).astype(np.int64)
        documents = _not_zero(of_each)
        return documents, of_each.take(documents)
    if not len(of):
        return of, passages
    # Cells stand in order of their documents.
    starts = _starts(of)
    documents, of_each = of.take(starts), np.add.reduceat(passages, starts)
    found = of_each > 0
    return documents.compress(found), of_each.compress(found)


def _not_zero(numbers: Ints) -> Ints:
    """Where numbers are not 0; numpy looks through booleans faster than through numbers."""
    return np.flatnonzero(numbers != 0)


def _starts(ascending: Ints) -> Ints:
    """Where a new value begins in ascending numbers, of which there is one at least."""
    fresh = np.empty(len(ascending), np.bool_)
    fresh[0] = True
    np.not_equal(ascending[1:], ascending[:-1], out=fresh[1:])
    return np.flatnonzero(fresh)


_TABLE_SIZE = 1 << 21
"""Up to so many pairs are counted into a table; beyond, they are sorted."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What of one segment is counted: for each a set of either facet, its document, how many
    passages it stands for."""

    rows: Ints
    columns: Ints
    documents: Ints
    passages: Ints


def _value_sets(segment: SegmentColumns, number: int, column: FacetColumn) -> ValueSets:
    """Those of a facet of documents (a set for each value), or of topics."""
    places = column.maps[number]
    if column.facet.name == CELL_FACET:
        return segment.topics.sets.numbered(places)
    if column.above is None:
        return ValueSets(np.ones(len(places), np.intp), places)
    above = column.above.take(places, axis=0)
    known = above < len(column.values)
    return ValueSets(known.sum(axis=1), above[known])


class CrossCounting:
    """Adds up the table of several segments, for some values of each facet or for all."""

    def __init__(
        self,
        columns: Mapping[str, FacetColumn],
        row: FacetName,
        column: FacetName,
        rows: Collection[Value] | None,
        across: Collection[Value] | None,
    ) -> None:
        self._row, self._column = columns[row], columns[column]
        self._rows = _Wanted(self._row, rows)
        self._across = _Wanted(self._column, across)
        shape = (self._rows.size, self._across.size)
        self._passages = np.zeros(shape, np.int64)
        self._documents = np.zeros(shape, np.int64)
        # A passage with several columns counts once in the total of its row.
        self._row_totals = np.zeros(len(self._row.values), np.int64)
        self._column_totals = np.zeros(len(self._column.values), np.int64)

    def add(self, counted: Counted, rows: ValueSets, across: ValueSets, *, documents: bool) -> None:
        """Count what was found in one segment; its documents too where asked for."""
        for totals, sets, of in (
            (self._row_totals, rows, counted.rows),
            (self._column_totals, across, counted.columns),
        ):
            weights = np.bincount(of, counted.passages, len(sets.sizes))
            members = np.bincount(sets.members, np.repeat(weights, sets.sizes), len(totals))
            totals += members.astype(np.int64)
        rows, across = rows.only(self._rows.mask), across.only(self._across.mask)
        width = len(across.sizes)
        pairs, weights = _summed(
            counted.rows * width + counted.columns, counted.passages, len(rows.sizes) * width
        )
        of, cells = self._cells(*np.divmod(pairs, max(width, 1)), rows, across)
        self._add(self._passages, cells, weights.take(of))
        if documents:
            found = counted.passages > 0
            three = np.stack((counted.documents, counted.rows, counted.columns))[:, found]
            size = self._passages.size
            of, cells = self._cells(three[1], three[2], rows, across)
            once = all_places([three[0].take(of) * size + cells])
            self._add(self._documents, once % max(size, 1), np.ones(len(once)))

    def table(self, *, documents: bool) -> CrossTable:
        """The table in facet order, of passages or of documents."""
        counts = self._documents if documents else self._passages
        down = self._rows.only(self._row.in_order(self._row_totals))
        right = self._across.only(self._column.in_order(self._column_totals))
        found = counts[self._rows.place.take(down)][:, self._across.place.take(right)]
        return CrossTable(
            row=self._row.facet.name,
            column=self._column.facet.name,
            rows=tuple(self._row.values[n] for n in down.tolist()),
            columns=tuple(self._column.values[n] for n in right.tolist()),
            counts=tuple(map(tuple, found.tolist())),
        )

    def _cells(
        self, row_sets: Ints, column_sets: Ints, rows: ValueSets, across: ValueSets
    ) -> tuple[Ints, Ints]:
        """(which of some pairs of sets, a cell of the table) for each cell of each of them."""
        of, row_values = rows.spread(row_sets)
        of_columns, column_values = across.spread(column_sets.take(of))
        places = self._rows.place.take(row_values.take(of_columns)) * self._across.size
        return of.take(of_columns), places + self._across.place.take(column_values)

    def _add(self, counts: Ints, cells: Ints, weights: Ints) -> None:
        if counts.size:
            sums = np.bincount(cells, weights, counts.size).astype(np.int64)
            counts += sums.reshape(counts.shape)


class _Wanted:
    """Which values of a facet are in the table, and where."""

    def __init__(self, column: FacetColumn, values: Collection[Value] | None) -> None:
        self.mask: Bools = np.ones(len(column.values), np.bool_)
        if values is not None:
            self.mask = np.zeros(len(column.values), np.bool_)
            self.mask[[column.numbers[v] for v in values if v in column.numbers]] = True
        self.size = int(self.mask.sum())
        self.place: Ints = np.cumsum(self.mask) - 1

    def only(self, numbers: Ints) -> Ints:
        return numbers.compress(self.mask.take(numbers))


def _summed(numbers: Ints, weights: Ints, size: int) -> tuple[Ints, Ints]:
    """(distinct numbers, the sum of the weights of each), sums of 0 left out where that is easy."""
    if size <= _TABLE_SIZE:
        sums = np.bincount(numbers, weights, size).astype(np.int64)
        found = np.flatnonzero(sums)
        return found, sums.take(found)
    distinct, of = np.unique(numbers, return_inverse=True)
    return distinct, np.bincount(of, weights, len(distinct)).astype(np.int64)


def sets_of_values(segment: Segment, number: int, column: FacetColumn) -> ValueSets:
    """The sets of values of a facet in a segment, whichever kind of facet it is."""
    if column.facet.named:
        return segment.names.of[column.facet.name].sets.numbered(column.maps[number])
    return _value_sets(segment.columns, number, column)


def counted(
    segment: Segment,
    matched: Ints | Bools,
    passing: CellFilters,
    row: FacetName,
    column: FacetName,
) -> Counted:
    """What is counted for a table: cells, or single passages where these differ inside of one."""
    columns = segment.columns
    if row in NAMED or column in NAMED:
        passages = as_numbers(passing.kept(matched, columns.cells_of(matched)))
        cells, weights = columns.cells_of(passages).astype(np.intp), np.ones(len(passages), np.intp)
    else:
        _, counts = count_cells(columns, matched)
        counts = counts.only(passing.passing(counts.cells))
        passages, weights = np.empty(0, np.intp), counts.passages
        cells = np.arange(columns.cells) if counts.cells is None else counts.cells
    documents = columns.document_of.take(cells)

    def sets(name: FacetName) -> Ints:
        if name in NAMED:
            return segment.names.of[name].set_of.take(passages).astype(np.int64)
        if name == CELL_FACET:
            return columns.topics.set_of.take(cells)
        return columns.of_documents[name].take(documents)

    return Counted(sets(row), sets(column), documents, weights)
