"""How many passages have which value, and which pass the filters? All by cells.

A cell is the passages of one document with one set of topics, so the matching passages need one
pass, counting them by cell; totals, document counts and every facet follow from those counts. A
facet's own filter is left out of its own counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ...request import FACETS, Filters
from ...results import FacetCount
from .container import Bools, Ints
from .segment import Segment

__all__ = [
    "Counts",
    "Value",
    "ancestors",
    "cell_filters",
    "document_filters",
    "facet_counts",
    "in_order",
    "kept_cells",
]

Value = str | int | None
Counts = dict[Value, tuple[int, int]]
"""Value → (passages, documents)."""


def document_filters(segment: Segment, filters: Filters) -> dict[str, Bools]:
    """For city, year and source, where they filter: (documents,) True where the document passes."""
    masks = {}
    if filters.city:
        masks["city"] = _accepted(
            segment.cities, lambda value: any(v in filters.city for v in ancestors(value))
        )[segment.city_of]
    if filters.year:
        masks["year"] = _accepted(
            segment.years, lambda value: any(_in_years(value, years) for years in filters.year)
        )[segment.year_of]
    if filters.source:
        masks["source"] = _accepted(segment.sources, lambda value: value in filters.source)[
            segment.source_of
        ]
    return masks


def cell_filters(segment: Segment, filters: Filters) -> dict[str, Bools]:
    """For each facet that filters: (cells,) True where the cell passes."""
    masks = {
        name: mask[segment.cell_document]
        for name, mask in document_filters(segment, filters).items()
    }
    if filters.topic:
        wanted = {n for n, topic in enumerate(segment.topics) if topic in filters.topic}
        accepted = [not wanted.isdisjoint(members) for members in segment.topic_sets]
        masks["topic"] = np.array(accepted, np.bool_)[segment.cell_topics]
    return masks


def kept_cells(
    segment: Segment, masks: Mapping[str, Bools], but: str | None = None
) -> Bools | None:
    """(cells,) True where alive and passing every filter except the one named; None for all."""
    chosen = [mask for name, mask in masks.items() if name != but]
    if segment.live_cells is not None:
        chosen.append(segment.live_cells)
    return np.logical_and.reduce(chosen) if chosen else None


def facet_counts(
    segments: Sequence[tuple[Segment, Ints, Mapping[str, Bools]]],
) -> dict[str, tuple[FacetCount, ...]]:
    """All facets in the port's order, from (segment, matching passages per cell, cell filters)."""
    counts: dict[str, Counts] = {facet.name: {} for facet in FACETS}
    for segment, per_cell, masks in segments:
        # Facets that leave out the same filters share one count by document; most leave out none.
        shared: dict[str | None, tuple[Ints, Ints]] = {}
        for facet in FACETS:
            left_out = facet.name if facet.name in masks else None
            if left_out not in shared:
                kept = kept_cells(segment, masks, but=left_out)
                cells = per_cell if kept is None else per_cell * kept
                shared[left_out] = (
                    cells,
                    np.bincount(segment.cell_document, cells, segment.documents),
                )
            of_facet = counts[facet.name]
            for value, passages, documents in _counted(segment, facet.name, *shared[left_out]):
                before = of_facet.get(value, (0, 0))
                of_facet[value] = (before[0] + passages, before[1] + documents)
    return {name: _ordered(name, of_facet) for name, of_facet in counts.items()}


def _counted(
    segment: Segment, facet: str, per_cell: Ints, per_document: Ints
) -> Iterable[tuple[Value, int, int]]:
    """(value, passages, documents) of one facet, values without passages left out."""
    if facet == "topic":
        return _count_topics(segment, per_cell)
    if facet == "year":
        return _by_document(per_document, segment.year_of, segment.years)
    if facet == "source":
        return _by_document(per_document, segment.source_of, segment.sources)
    return (
        (ancestor, passages, documents)
        for value, passages, documents in _by_document(
            per_document, segment.city_of, segment.cities
        )
        for ancestor in ancestors(value)
    )


def _by_document(
    per_document: Ints, numbers: Ints, values: Sequence[Any]
) -> list[tuple[Value, int, int]]:
    passages = np.bincount(numbers, per_document, len(values)).astype(np.int64).tolist()
    documents = np.bincount(numbers[per_document > 0], minlength=len(values)).tolist()
    return [row for row in zip(values, passages, documents, strict=True) if row[1]]


def _count_topics(segment: Segment, per_cell: Ints) -> list[tuple[Value, int, int]]:
    """Documents are counted once per topic, however many of their cells have it."""
    cells, topics = segment.topic_cells
    passages = per_cell[cells]
    found = np.flatnonzero(passages)
    topic, document = topics[found], segment.cell_document[cells[found]]
    # By topic, then document: those of one document stand together.
    fresh = np.ones(len(found), np.bool_)
    fresh[1:] = (topic[1:] != topic[:-1]) | (document[1:] != document[:-1])
    size = len(segment.topics)
    in_passages = np.bincount(topic, passages[found], size).astype(np.int64).tolist()
    in_documents = np.bincount(topic[fresh], minlength=size).tolist()
    rows = zip(segment.topics, in_passages, in_documents, strict=True)
    return [row for row in rows if row[1]]


@lru_cache(4096)
def ancestors(path: str | None) -> tuple[str | None, ...]:
    """A city path and every path above it; None alone where unknown."""
    if path is None:
        return (None,)
    levels = path.split("/")
    return tuple("/".join(levels[: i + 1]) for i in range(len(levels)))


def _in_years(year: int | None, years: tuple[int, int] | None) -> bool:
    if years is None or year is None:
        return years is None and year is None
    return years[0] <= year <= years[1]


def _accepted(values: Sequence[Any], accept: Callable[[Any], bool]) -> Bools:
    return np.array([accept(value) for value in values], np.bool_)


def _ordered(name: str, counts: Counts) -> tuple[FacetCount, ...]:
    values = in_order(name, {value: passages for value, (passages, _) in counts.items()})
    return tuple(FacetCount(value, *counts[value]) for value in values)


def in_order(name: str, passages: Mapping[Value, int]) -> list[Value]:
    """The values of a facet in the port's order, from how many passages each has."""

    def key(value: Value) -> Any:
        if name == "year":
            return (value is None, -int(value or 0))
        if name == "city" and value is not None:
            return (False, [(-passages[a], a) for a in ancestors(str(value))])
        return (value is None, [(-passages[value], str(value))])

    return sorted(passages, key=key)
