"""Which of the matching passages name a place or a year, and how many name each?

The facets of documents are counted by cells (``facet_counts``); these are of single passages, so
their filters take passages away before cells are counted, and their counts go by sets of values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ...index.answers import FacetCount
from ...query.request import Filters
from .container import ArrayFile, Bools, Ints
from .facet_values import FacetColumn
from .named_sets import NAMED, named_column, named_sets, named_values
from .packed_counts import together


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
    def _sets(self) -> list[tuple[int, ...]]:
        return named_sets(self._file, self._name)

    @cached_property
    def sizes(self) -> Ints:
        """(sets,) how many values each has."""
        return np.array([len(members) for members in self._sets], np.intp)

    @cached_property
    def starts(self) -> Ints:
        """(sets,) where the values of each begin among ``members``."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def members(self) -> Ints:
        """The values of all sets, one set after another."""
        return np.array([value for members in self._sets for value in members], np.intp)

    def sets_with(self, accepted: Bools) -> Bools:
        """(sets,) True where one of a set's values is accepted."""
        of = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return np.bincount(of, accepted.take(self.members), len(self.sizes)) > 0

    def count(self, passages: Ints, documents: Ints) -> Ints:
        """(values,) packed counts of some passages, whose documents are given beside them."""
        sets = self.set_of.take(passages)
        in_sets = np.bincount(sets, minlength=len(self.sizes))
        size = len(self.values)
        counted = np.bincount(self.members, np.repeat(in_sets, self.sizes), size).astype(np.int64)
        # Passages of a document stand together and often name the same: few pairs are left.
        changes = (documents[1:] != documents[:-1]) | (sets[1:] != sets[:-1])
        fresh = np.flatnonzero(np.concatenate(((True,), changes)))[: len(passages)]
        pairs = documents.take(fresh).astype(np.int64) * len(self.sizes) + sets.take(fresh)
        pairs = _distinct(pairs)
        of, sets = np.divmod(pairs, max(len(self.sizes), 1))
        sizes = self.sizes.take(sets)
        inside = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        values = self.members.take(np.repeat(self.starts.take(sets), sizes) + inside)
        named = _distinct(np.repeat(of, sizes) * size + values) % max(size, 1)
        return together(counted, np.bincount(named, minlength=size))


def named_columns(segments: Sequence[SegmentNames]) -> dict[str, FacetColumn]:
    """The columns of these facets over some segments, by name."""
    return {
        name: FacetColumn(name, [segment.of[name].values for segment in segments]) for name in NAMED
    }


class NamedFilters:
    """The filters by what passages name, on one segment."""

    def __init__(
        self,
        segment: SegmentNames,
        number: int,
        columns: Mapping[str, FacetColumn],
        filters: Filters,
    ) -> None:
        self._segment = segment
        self._number = number
        self._columns = columns
        self._chosen: dict[str, Bools] = {
            n: self._with(n, c) for n in NAMED if (c := filters.chosen(n))
        }
        self._left_out: dict[str, Bools] = {
            n: ~self._with(n, e) for n in NAMED if (e := filters.excluded(n))
        }

    def _with(self, name: str, values: Iterable[Any]) -> Bools:
        """(sets,) True where a set has one of these."""
        accepted = self._columns[name].accepted(self._number, values)
        return self._segment.of[name].sets_with(accepted)

    def kept(
        self, matched: Ints | Bools, but: str | None = None, remaining: tuple[Any, ...] = ()
    ) -> Ints | Bools:
        """The passages (numbers, or a mask of all) that pass every such filter.

        Of the facet ``but`` only the exclusions that ``remaining`` gives hold.
        """
        masks = [(n, m) for n, m in (*self._chosen.items(), *self._left_out.items()) if n != but]
        if but is not None and remaining:
            masks.append((but, ~self._with(but, remaining)))
        for name, accepted in masks:
            sets = self._segment.of[name].set_of
            if matched.dtype == np.bool_:
                matched = matched & accepted.take(sets)
            else:
                matched = matched.compress(accepted.take(sets.take(matched)))
        return matched


class NamedCounting:
    """Adds up what the passages of several segments name."""

    def __init__(self, columns: Mapping[str, FacetColumn], filters: Filters) -> None:
        self._columns = columns
        self._liftings = {name: columns[name].liftings(filters.excluded(name)) for name in NAMED}
        self.asked = [
            (name, at, remaining)
            for name in NAMED
            for at, (remaining, _) in enumerate(self._liftings[name])
        ]
        """(facet, number of the lifting, what stays left out): what ``add`` is called for."""
        self._sums: dict[tuple[str, int], Ints] = {
            (name, at): np.zeros(len(columns[name].values), np.int64)
            for name in NAMED
            for at in range(len(self._liftings[name]))
        }

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
        counts = segment.of[name].count(passages, documents)
        # The values of a segment are different ones, so each place is added to once.
        self._sums[name, lifting][self._columns[name].maps[number]] += counts

    def counts(self) -> dict[str, tuple[FacetCount, ...]]:
        """These facets in the port's order."""
        found: dict[str, tuple[FacetCount, ...]] = {}
        for name in NAMED:
            counts: Ints = np.zeros(len(self._columns[name].values), np.int64)
            for at, lifting in enumerate(self._liftings[name]):
                counts = counts + lifting.of(self._sums[name, at])
            found[name] = self._columns[name].counted(counts)
        return found


def _distinct(numbers: Ints) -> Ints:
    """Each once, ascending."""
    if not len(numbers):
        return numbers
    ordered = np.sort(numbers, kind="stable")
    fresh = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered.compress(fresh)
