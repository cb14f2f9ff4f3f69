"""Count and filter passages by the places and years that they name.

The facets of documents are counted by cells (``facet_counts``); these are of single passages, so
their filters take passages away before cells are counted, and their counts go by sets of values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ...query.request import Filters
from .container import ArrayFile, Bools, Ints
from .facet_values import (
    NAMED,
    FacetColumn,
    FacetMasks,
    FacetSums,
    ValueSets,
    named_column,
    named_sets,
    named_values,
    together,
)


class SegmentNames:
    """What the passages of one segment name, facet by facet."""

    def __init__(self, file: ArrayFile, passages: int) -> None:
        self.of: dict[str, _Names] = {name: _Names(file, name, passages) for name in NAMED}


class _Names:
    """One facet: the set of each passage, the values of each set."""

    def __init__(self, file: ArrayFile, name: str, passages: int) -> None:
        self._file, self._name = file, name
        self.set_of: Ints = named_column(file, name, passages)
        self.values = named_values(file, name)

    @cached_property
    def sets(self) -> ValueSets:
        """The sets of values."""
        return ValueSets.of(named_sets(self._file, self._name))

    def count(self, passages: Ints, documents: Ints) -> Ints:
        """(values,) packed counts of some passages, whose documents are given beside them."""
        sets = self.set_of.take(passages)
        of_sets, size = self.sets, len(self.values)
        in_sets = np.bincount(sets, minlength=len(of_sets.sizes))
        weights = np.repeat(in_sets, of_sets.sizes)
        counted = np.bincount(of_sets.members, weights, size).astype(np.int64)
        # Passages of a document stand together and often name the same: few pairs are left.
        changes = (documents[1:] != documents[:-1]) | (sets[1:] != sets[:-1])
        fresh = np.flatnonzero(np.concatenate(((True,), changes)))[: len(passages)]
        pairs = documents.take(fresh).astype(np.int64) * len(of_sets.sizes) + sets.take(fresh)
        documents, sets = np.divmod(_distinct(pairs), max(len(of_sets.sizes), 1))
        of, values = of_sets.spread(sets)
        named = _distinct(documents.take(of) * size + values) % max(size, 1)
        return together(counted, np.bincount(named, minlength=size))


def named_columns(segments: Sequence[SegmentNames]) -> dict[str, FacetColumn]:
    """The columns of these facets over some segments, by name."""
    return {
        name: FacetColumn(name, [segment.of[name].values for segment in segments]) for name in NAMED
    }


class NamedFilters(FacetMasks):
    """The filters by what passages name, on one segment."""

    def __init__(
        self,
        segment: SegmentNames,
        number: int,
        columns: Mapping[str, FacetColumn],
        filters: Filters,
    ) -> None:
        self._segment = segment
        super().__init__(number, columns, filters)

    def _of_sets(self, name: str, accepted: Bools) -> Bools:
        return self._segment.of[name].sets.having(accepted)

    def kept(
        self, matched: Ints | Bools, but: str | None = None, remaining: tuple[Any, ...] = ()
    ) -> Ints | Bools:
        """The passages (numbers, or a mask of all) that pass every such filter.

        Of the facet ``but`` only the exclusions that ``remaining`` gives hold.
        """
        for name, accepted in self.masks(but, remaining):
            sets = self._segment.of[name].set_of
            if matched.dtype == np.bool_:
                matched = matched & accepted.take(sets)
            else:
                matched = matched.compress(accepted.take(sets.take(matched)))
        return matched


class NamedCounting(FacetSums):
    """Adds up what the passages of several segments name."""

    def add(
        self,
        name: str,
        lifting: int,
        segment: SegmentNames,
        number: int,
        passages: Ints,
        documents: Ints,
    ) -> None:
        """Count some passages of a segment for one facet; ``documents`` are those they are in.

        ``lifting`` is the number of the lifting under which these passages are kept.
        """
        self.sum(number, (name, lifting), segment.of[name].count(passages, documents))


def _distinct(numbers: Ints) -> Ints:
    """Each once, ascending."""
    if not len(numbers):
        return numbers
    ordered = np.sort(numbers, kind="stable")
    fresh = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered.compress(fresh)
