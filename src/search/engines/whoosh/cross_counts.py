"""Count the passages or documents for each pair of values of two facets.

What is counted is a cell or a passage, and has for each facet the number of a *set*: the one topic
set of a cell, the city of its document with all above it, the set of what a passage names. Pairs of
set numbers are counted first, which leaves few; these are spread to the values that are asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from ...documents.facets import FacetName, Value
from ...index.answers import CrossTable
from .container import Bools, Ints
from .facet_counts import CellFilters, count_cells
from .facet_values import FacetColumn
from .matching import as_numbers
from .named_sets import NAMED, ValueSets
from .segment import Segment
from .segment_columns import CELL_FACET, SegmentColumns

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
            once = np.unique(three[0].take(of) * size + cells)
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
