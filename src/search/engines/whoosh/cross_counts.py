"""How many passages have this value of one facet and that value of another? By cells, at once.

The two ordinals of a cell make one composite ordinal, and one count over these is the table of a
segment. A city ordinal stands for the city and all above it, a topic ordinal for a set of topics;
they are spread to their values at the end, when there are few numbers left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from ...request import FacetName
from ...results import CrossTable
from .container import Bools, Ints
from .facet_counts import Value, ancestors, in_order, kept_cells
from .segment import Segment

__all__ = ["cross_table"]


def cross_table(
    segments: Sequence[tuple[Segment, Ints, Mapping[str, Bools]]],
    row: FacetName,
    column: FacetName,
) -> CrossTable:
    """The table, from (segment, matching passages per cell, cell filters), in facet order."""
    parts: list[tuple[list[Value], list[Value], Ints]] = []
    row_totals: Counter[Value] = Counter()
    column_totals: Counter[Value] = Counter()
    for segment, per_cell, masks in segments:
        kept = kept_cells(segment, masks)
        here = per_cell if kept is None else per_cell * kept
        row_of, row_meanings = _ordinals(segment, row)
        column_of, column_meanings = _ordinals(segment, column)
        shape = (len(row_meanings), len(column_meanings))
        composite = row_of.astype(np.int64) * shape[1] + column_of
        table = np.bincount(composite, here, shape[0] * shape[1]).astype(np.int64).reshape(shape)
        rows, row_members = _members(row_meanings)
        columns, column_members = _members(column_meanings)
        parts.append((rows, columns, row_members.T @ table @ column_members))
        # A passage with several columns counts once in the total of its row.
        row_totals.update(_totals(rows, row_members, table.sum(axis=1)))
        column_totals.update(_totals(columns, column_members, table.sum(axis=0)))
    rows, columns = in_order(row, row_totals), in_order(column, column_totals)
    row_place = {value: place for place, value in enumerate(rows)}
    column_place = {value: place for place, value in enumerate(columns)}
    counts = np.zeros((len(rows), len(columns)), np.int64)
    for some_rows, some_columns, table in parts:
        for i, j in np.argwhere(table).tolist():
            counts[row_place[some_rows[i]], column_place[some_columns[j]]] += table[i, j]
    return CrossTable(
        row=row,
        column=column,
        rows=tuple(rows),
        columns=tuple(columns),
        counts=tuple(map(tuple, counts.tolist())),
    )


def _ordinals(segment: Segment, facet: FacetName) -> tuple[Ints, list[list[Value]]]:
    """((cells,) the ordinal of each cell, the values that each ordinal stands for)."""
    if facet == "topic":
        sets = segment.topic_sets
        return segment.cell_topics, [[segment.topics[n] for n in members] for members in sets]
    if facet == "city":
        cities: list[list[Value]] = [[*ancestors(value)] for value in segment.cities]
        return segment.city_of[segment.cell_document], cities
    if facet == "year":
        return segment.year_of[segment.cell_document], [[value] for value in segment.years]
    return segment.source_of[segment.cell_document], [[value] for value in segment.sources]


def _members(meanings: list[list[Value]]) -> tuple[list[Value], Ints]:
    """(the different values, (ordinals, values) 1 where the ordinal stands for the value)."""
    place: dict[Value, int] = {}
    for values in meanings:
        for value in values:
            place.setdefault(value, len(place))
    members = np.zeros((len(meanings), len(place)), np.int64)
    for ordinal, values in enumerate(meanings):
        members[ordinal, [place[value] for value in values]] = 1
    return list(place), members


def _totals(values: list[Value], members: Ints, passages: Ints) -> dict[Value, int]:
    totals = (members.T @ passages).tolist()
    return {value: total for value, total in zip(values, totals, strict=True) if total}
