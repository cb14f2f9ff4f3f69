"""How many passages, in how many documents, have which value of a facet? Aggregations, exact.

A count of documents is a join: from the matching passages to the records of their documents, each
once. It is exact because a document and its passages lie on one shard. City, year and source stand
in these records, so one join counts them all; topics and what a passage names are joined for each
value. Every facet is counted without its own choices, in a group of its own where it has some.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...documents.facets import ALL_FACETS, BY_NAME, DOCUMENT_FACETS, Value
from ...index.answers import FacetCount
from ...query.request import Filters
from ..facet_order import Pattern, in_order, lifted, patterns
from .filters import Clause, every_filter, passing
from .schema import field_of, is_in_every_record
from .values import read_value, stored_value

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
