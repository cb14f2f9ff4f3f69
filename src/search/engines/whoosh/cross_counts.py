"""How many passages have this value of one facet and that value of another? By cells, at once.

The two ordinals of a cell make one composite ordinal, and one count over these is the table of a
segment. A city ordinal stands for the city and all above it, a topic ordinal for a set of topics;
they are spread to their values at the end, when there are few numbers left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...request import FacetName
from ...results import CrossTable
from .container import Ints
from .facet_counts import CellCounts
from .facet_values import FacetColumn
from .segment_columns import SegmentColumns

__all__ = ["cross_table"]


def cross_table(
    segments: Sequence[tuple[SegmentColumns, CellCounts]],
    columns: Mapping[str, FacetColumn],
    row: FacetName,
    column: FacetName,
) -> CrossTable:
    """The table, from the counted passages of every segment of a commit, in facet order."""
    shape = (len(columns[row].values), len(columns[column].values))
    counts = np.zeros(shape, np.int64)
    # A passage with several columns counts once in the total of its row.
    row_totals, column_totals = np.zeros(shape[0], np.int64), np.zeros(shape[1], np.int64)
    for number, (segment, found) in enumerate(segments):
        row_of, rows = _ordinals(segment, number, columns[row], found.cells)
        column_of, across = _ordinals(segment, number, columns[column], found.cells)
        size = rows.shape[0] * across.shape[0]
        table = np.bincount(row_of * across.shape[0] + column_of, found.passages, size)
        table = table.astype(np.int64).reshape(rows.shape[0], across.shape[0])
        counts += rows.T @ table @ across
        row_totals += table.sum(axis=1) @ rows
        column_totals += table.sum(axis=0) @ across
    down, right = columns[row].in_order(row_totals), columns[column].in_order(column_totals)
    return CrossTable(
        row=row,
        column=column,
        rows=tuple(columns[row].values[n] for n in down.tolist()),
        columns=tuple(columns[column].values[n] for n in right.tolist()),
        counts=tuple(map(tuple, counts[down][:, right].tolist())),
    )


def _ordinals(
    segment: SegmentColumns, number: int, column: FacetColumn, cells: Ints | None
) -> tuple[Ints, Ints]:
    """((cells,) the ordinal of each, (ordinals, values) 1 where it stands for the value)."""
    size, places = len(column.values), column.maps[number]
    if column.name == "topic":
        of, meanings = segment.topics.set_of, segment.topics.members()
        members = np.zeros((len(meanings), size), np.int64)
        members[:, places] = meanings
    else:
        of = segment.of_documents[column.name].take(segment.document_of)
        stands_for = places[:, np.newaxis] if column.above is None else column.above[places]
        # One column more, for the levels that a city does not have.
        members = np.zeros((len(places), size + 1), np.int64)
        members[np.arange(len(places))[:, np.newaxis], stands_for] = 1
        members = members[:, :size]
    return of if cells is None else of.take(cells), members
