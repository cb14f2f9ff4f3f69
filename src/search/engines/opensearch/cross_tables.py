"""How many passages, or documents, have this value of one facet and that value of another?

The values of one facet are counted below those of the other. Documents are joined as high up as can
be: once for the whole table where both facets are of documents, once for each value of a facet of
passages, for each cell only where both are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...documents.facets import BY_NAME, DOCUMENT_FACETS, FacetName, Value
from ...errors import IndexStateError
from ...index.answers import CrossTable
from ...index.engine import CountUnit
from ...query.nodes import Query
from ...query.request import Filters
from ..facet_order import in_order
from .asking import Asking
from .compile import compile_match
from .facets import buckets, joined_documents, values_of
from .filters import passing
from .values import stored_value

_CELLS = 20_000
"""So many cells are counted in one answer; the server's bound on them is 65,535."""

_Counts = dict[tuple[Value, Value], int]


def cross_tabulate(
    asking: Asking,
    query: Query,
    filters: Filters,
    facets: tuple[FacetName, FacetName],
    wanted: tuple[Collection[Value] | None, Collection[Value] | None],
    unit: CountUnit,
) -> CrossTable:
    """The table of ``Engine.cross_tabulate`` at one commit; ``facets`` are its row and column.

    Raises IndexStateError where a facet has more values than are counted.
    """
    row, column = facets
    others = replace(filters, **{row: (), column: ()})
    clauses = [compile_match(query.match), *passing(others)]

    def ask(aggregations: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = asking.search(
            "passage", clauses, size=0, track_total_hits=False, aggs=dict(aggregations)
        )
        found: Mapping[str, Any] = answer["aggregations"]
        return found

    try:
        every = ask({"row": values_of(row), "column": values_of(column)})
        down, right = (
            _listed(name, every[place], only)
            for name, place, only in zip(facets, ("row", "column"), wanted, strict=True)
        )
        counts: _Counts = {}
        at_once = max(_CELLS // max(len(right), 1), 1)
        for at in range(0, len(down), at_once):
            counts |= _cells(ask, facets, down[at : at + at_once], right, unit)
    except ValueError as error:
        raise IndexStateError(
            f"A facet of the index {asking.connection.place} has too many values for a table "
            f"({error}): choose another.",
            zh="这一分面的取值太多，无法列表：请换一个分面。",
        ) from error
    return CrossTable(
        row=row,
        column=column,
        rows=tuple(down),
        columns=tuple(right),
        counts=tuple(tuple(counts.get((r, c), 0) for c in right) for r in down),
    )


def _listed(name: str, answer: Mapping[str, Any], wanted: Collection[Value] | None) -> list[Value]:
    passages = {value: int(bucket["doc_count"]) for value, bucket in buckets(answer)}
    return [v for v in in_order(name, passages) if wanted is None or v in wanted]


def _cells(
    ask: Any,
    facets: tuple[str, str],
    down: Sequence[Value],
    right: Sequence[Value],
    unit: CountUnit,
) -> _Counts:
    row, column = facets
    is_shared = {name: BY_NAME[name] in DOCUMENT_FACETS for name in facets}
    rows, columns = _only(row, down), _only(column, right)
    if unit == "passages":
        found = ask({row: values_of(row, {column: values_of(column, **columns)}, **rows)})
        return dict(_read(found[row], column))
    if all(is_shared.values()):
        inner = {row: values_of(row, {column: values_of(column, **columns)}, **rows)}
        found = ask({"documents": joined_documents(inner)})
        return dict(_read(found["documents"][row], column))
    if is_shared[row]:
        joined = joined_documents({row: values_of(row, **rows)})
        found = ask({column: values_of(column, {"documents": joined}, **columns)})
        turned = _read(found[column], row, "documents")
        return {(r, c): count for (c, r), count in turned}
    if is_shared[column]:
        joined = joined_documents({column: values_of(column, **columns)})
        found = ask({row: values_of(row, {"documents": joined}, **rows)})
        return dict(_read(found[row], column, "documents"))
    below = {"documents": joined_documents()}
    found = ask({row: values_of(row, {column: values_of(column, below, **columns)}, **rows)})
    return {
        (value, other): cell["documents"]["doc_count"]
        for value, bucket in buckets(found[row])
        for other, cell in buckets(bucket[column])
    }


def _only(name: str, values: Sequence[Value]) -> dict[str, Any]:
    """Counts only these values of a facet."""
    return {"include": [stored_value(value, name) for value in values]}


def _read(
    answer: Mapping[str, Any], below: str, through: str | None = None
) -> Iterator[tuple[tuple[Value, Value], int]]:
    for value, bucket in buckets(answer):
        inner = bucket[through] if through else bucket
        for other, cell in buckets(inner[below]):
            yield (value, other), cell["doc_count"]
