"""Count passages and documents by the values of a facet, or of two; aggregations, exact.

A count of documents is a join: from the matching passages to the records of their documents, each
once. It is exact because a document and its passages lie on one shard. City, year and source stand
in these records, so one join counts them all; topics and what a passage names are joined for each
value. Every facet is counted without its own choices, in a group of its own where it has some. In a
table documents are joined as high up as can be: once for the whole table where both facets are of
documents, once for each value of a facet of passages, for each cell only where both are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...documents.facets import ALL_FACETS, BY_NAME, DOCUMENT_FACETS, FacetName, Value
from ...errors import IndexStateError
from ...index.answers import CrossTable, FacetCount
from ...index.engine import CountUnit
from ...query.nodes import Query
from ...query.request import Filters
from ..facet_order import Pattern, in_order, lifted, patterns
from .asking import Asking
from .compile import Clause, compile_match, every_filter, passing
from .schema import field_of, is_in_every_record, read_value, stored_value

MOST_VALUES = 20_000
"""A facet with more values is not counted; the server's bound is 65,535 for all facets together, of
which outlets, the most varied, are counted twice."""

_TOTAL = "all"


def joined_documents(below: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The aggregation that goes from passages to their documents, each once."""
    joined: dict[str, Any] = {"parent": {"type": "passage"}}
    return {**joined, "aggs": dict(below)} if below else joined


def values_of(facet: str, below: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The aggregation of every value of a facet; ``below`` is counted for each."""
    # Above the number of values, so that no shard leaves one out and counts are exact.
    terms: dict[str, Any] = {"field": field_of(facet), "size": MOST_VALUES, **more}
    if not is_in_every_record(facet):
        terms["missing"] = stored_value(None, facet)
    counted: dict[str, Any] = {"terms": terms}
    return {**counted, "aggs": dict(below)} if below else counted


def buckets(aggregation: Mapping[str, Any]) -> list[tuple[Value, Mapping[str, Any]]]:
    """The values of an answer with their buckets. Raises ValueError where some are left out."""
    if aggregation.get("sum_other_doc_count"):
        raise ValueError(f"there are more than {MOST_VALUES} values")
    return [(read_value(bucket["key"]), bucket) for bucket in aggregation["buckets"]]


@dataclass(frozen=True, slots=True)
class _Group:
    """What is counted under the same filters: some facets, of each those values for which
    ``pattern`` is lifted (None: all of them)."""

    clause: Clause
    facets: list[str] = field(default_factory=list)
    pattern: Pattern | None = None


class Counting:
    """The aggregations of a search, and what their answer says."""

    def __init__(self, filters: Filters, *, facets: bool, named: bool) -> None:
        self._filters = filters
        self.names = [f.name for f in ALL_FACETS if named or not f.named] if facets else []
        self._groups = {_TOTAL: _Group(every_filter(passing(filters)))}
        for name in self.names:
            self._add(name)

    def _add(self, name: str) -> None:
        chosen, excluded = self._filters.chosen(name), self._filters.excluded(name)
        if not chosen and not excluded:
            self._groups[_TOTAL].facets.append(name)
            return
        for number, pattern in enumerate(patterns(name, excluded)):
            remaining = [e for e in dict.fromkeys(excluded) if e not in pattern]
            clause = every_filter(passing(self._filters, but=name, remaining=remaining))
            self._groups[f"{name}-{number}"] = _Group(clause, [name], pattern)

    def aggregations(self) -> dict[str, Any]:
        """What is asked of the passages that match, before any filter."""
        return {
            number: {"filter": group.clause, "aggs": dict(_asked(group, number == _TOTAL))}
            for number, group in self._groups.items()
        }

    def documents(self, answer: Mapping[str, Any]) -> int:
        """In how many documents the passages that pass all filters are."""
        documents: int = answer[_TOTAL]["documents"]["doc_count"]
        return documents

    def counts(self, answer: Mapping[str, Any], name: str) -> tuple[FacetCount, ...]:
        """A facet in the port's order. Raises ValueError where it has too many values."""
        passages: dict[Value, int] = {}
        documents: dict[Value, int] = {}
        excluded = self._filters.excluded(name)
        for number, group in self._groups.items():
            for value, found, of in _counted(answer[number], name) if name in group.facets else ():
                if group.pattern is None or lifted(name, excluded, value) == group.pattern:
                    passages[value], documents[value] = found, of
        order = in_order(name, passages)
        return tuple(FacetCount(value, passages[value], documents[value]) for value in order)


def _asked(group: _Group, total: bool) -> Iterator[tuple[str, Any]]:
    of_documents = [name for name in group.facets if BY_NAME[name] in DOCUMENT_FACETS]
    for name in group.facets:
        below = None if BY_NAME[name] in DOCUMENT_FACETS else {"documents": joined_documents()}
        yield name, values_of(name, below)
    if total or of_documents:
        yield "documents", joined_documents({name: values_of(name) for name in of_documents})


def _counted(answer: Mapping[str, Any], name: str) -> Iterator[tuple[Value, int, int]]:
    """(value, passages, documents)."""
    if BY_NAME[name] in DOCUMENT_FACETS:
        joined = dict(buckets(answer["documents"][name]))
        for value, bucket in buckets(answer[name]):
            of = joined.get(value)
            yield value, bucket["doc_count"], of["doc_count"] if of else 0
        return
    for value, bucket in buckets(answer[name]):
        yield value, bucket["doc_count"], bucket["documents"]["doc_count"]


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
    """The counts of some rows and columns, in one question."""
    outer, inner = zip(facets, (down, right), strict=True)
    turned = unit == "documents" and BY_NAME[outer[0]] in DOCUMENT_FACETS
    if turned:
        outer, inner = inner, outer
    # Documents are joined below the facets that are not theirs.
    join = (
        sum(BY_NAME[name] not in DOCUMENT_FACETS for name in facets)
        if unit == "documents"
        else None
    )

    def joined(level: int, below: dict[str, Any]) -> dict[str, Any]:
        return {"documents": joined_documents(below)} if level == join else below

    asked = joined(2, {})
    for level, (name, values) in ((1, inner), (0, outer)):
        only = [stored_value(value, name) for value in values]
        asked = joined(level, {name: values_of(name, asked, include=only)})

    def passed(level: int, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        below: Mapping[str, Any] = answer["documents"] if level == join else answer
        return below

    return {
        (other, value) if turned else (value, other): passed(2, cell)["doc_count"]
        for value, bucket in buckets(passed(0, ask(asked))[outer[0]])
        for other, cell in buckets(passed(1, bucket)[inner[0]])
    }
