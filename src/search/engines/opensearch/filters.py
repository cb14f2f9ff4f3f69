"""Which records does a choice of facet values let pass? Clauses of the cluster's query language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ...documents.facets import ALL_FACETS, BY_NAME, DOCUMENT_FACETS
from ...query.request import Filters
from .schema import field_of, is_in_every_record
from .values import UNKNOWN_YEAR, stored_value

Clause = dict[str, Any]
"""A query of the cluster that is only asked whether it matches."""

NOTHING: Clause = {"match_none": {}}

_LARGEST_YEAR = 2**31 - 1


def has_value(facet: str, choices: Iterable[Any]) -> Clause:
    """Matches what has one of some values, or of the years in some ranges; None is unknown."""
    choices, field = dict.fromkeys(choices), field_of(facet)
    either: list[Clause] = []
    if None in choices and not is_in_every_record(facet):
        either.append({"bool": {"must_not": [{"exists": {"field": field}}]}})
    if BY_NAME[facet].kind != "year":
        chosen: Clause = {"terms": {field: [stored_value(choice) for choice in choices]}}
        return {"bool": {"should": [chosen, *either]}} if either else chosen
    for choice in choices:
        if choice is None:
            either.append({"term": {field: UNKNOWN_YEAR}})
            continue
        first, last = max(choice[0], UNKNOWN_YEAR + 1), min(choice[1], _LARGEST_YEAR)
        if first <= last:
            either.append({"range": {field: {"gte": first, "lte": last}}})
    return {"bool": {"should": either}} if either else NOTHING


def passing(
    filters: Filters,
    *,
    but: str | None = None,
    remaining: Sequence[Any] = (),
    facets: Iterable[str] | None = None,
) -> list[Clause]:
    """The clauses of all filters, or of those by some facets.

    Of the facet ``but`` only the exclusions that ``remaining`` gives hold.
    """
    return list(_clauses(filters, but, remaining, facets))


def _clauses(
    filters: Filters, but: str | None, remaining: Sequence[Any], facets: Iterable[str] | None
) -> Iterator[Clause]:
    for name in facets if facets is not None else (facet.name for facet in ALL_FACETS):
        chosen = () if name == but else filters.chosen(name)
        excluded = remaining if name == but else filters.excluded(name)
        if chosen:
            yield has_value(name, chosen)
        if excluded:
            yield {"bool": {"must_not": [has_value(name, excluded)]}}


def every_filter(clauses: Sequence[Clause]) -> Clause:
    """Matches what all clauses match; everything where there are none."""
    if not clauses:
        return {"match_all": {}}
    return clauses[0] if len(clauses) == 1 else {"bool": {"filter": list(clauses)}}


def of_documents(filters: Filters) -> list[Clause]:
    """The clauses of the filters that say something of a title, heading or caption."""
    return passing(filters, facets=[facet.name for facet in DOCUMENT_FACETS])
