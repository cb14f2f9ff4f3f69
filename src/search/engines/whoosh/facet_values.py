"""The values of the facets of a commit, numbered alike in all its segments, and ordered.

A segment numbers its values as it met them. Here each facet has one list of values for the whole
commit, in the order of their names and with None last, and each segment a map from its numbers to
these. A city stands beside every city above it, so that counts can be added up along the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...documents.facets import ALL_FACETS, FacetName, Value
from ...index.answers import FacetCount
from ...query.request import Filters
from ..facet_order import FacetValues, lifted
from .container import Bools, Ints
from .packed_counts import documents_in, passages_in
from .segment_columns import SegmentColumns


class Lifting(NamedTuple):
    """Some values of a facet, and the exclusions of the facet under which they are counted."""

    remaining: tuple[Any, ...]
    values: Bools | None
    """(values,) True for those that are counted so; None is all."""

    def of(self, counts: Ints) -> Ints:
        """The counts of its values, 0 for the others."""
        return counts if self.values is None else counts * self.values


class FacetColumn(FacetValues):
    """One facet: its values and how the numbers of each segment map to theirs.

    ``local`` are the values of each segment, as it numbers them; ``maps`` (values of the segment,)
    has per segment the number of each among ``values``.
    """

    def __init__(self, name: FacetName, local: Sequence[Sequence[Value]]) -> None:
        super().__init__(name, (value for values in local for value in values))
        self.maps: list[Ints] = [
            np.array([self.numbers[value] for value in values], np.intp) for values in local
        ]

    def spread(self, counts: Ints) -> Ints:
        """Packed counts of the values themselves, added up for the values above them too."""
        if self.above is None or self.facet.named:
            # What a passage names has all above it already.
            return counts
        size = len(self.values)
        of = self.above.ravel()
        weights = np.repeat(counts, self.above.shape[1])
        return np.bincount(of, weights, size + 1)[:size].astype(np.int64)

    def counted(self, counts: Ints) -> tuple[FacetCount, ...]:
        """Packed counts as the port lists them; those of 0 are left out."""
        numbers = self.in_order(passages_in(counts))
        found = counts.take(numbers)
        values = map(self.values.__getitem__, numbers.tolist())
        counts_of_each = passages_in(found).tolist(), documents_in(found).tolist()
        return tuple(map(FacetCount, values, *counts_of_each))

    def accepted(self, segment: int, chosen: Iterable[Any]) -> Bools:
        """(values of the segment,) True where a filter lets the value pass."""
        accepted = np.zeros(len(self.values), np.bool_)
        for choice in chosen:
            if isinstance(choice, tuple):
                accepted |= self._in_years(choice)
            elif choice in self.numbers:
                number = self.numbers[choice]
                accepted[number] = True
                if self.above is not None:
                    accepted |= (self.above == number).any(axis=1)
        return accepted.take(self.maps[segment])

    def liftings(self, excluded: Sequence[Any]) -> list[Lifting]:
        """How the values have to be counted where some are left out.

        A value that is left out is counted as if it alone were not (``Engine.search``), so values
        with the same exclusions to lift are counted together.
        """
        if not excluded:
            return [Lifting((), None)]
        out = frozenset(excluded)
        of = [lifted(self.facet.name, out, value) for value in self.values]
        return [
            Lifting(
                tuple(e for e in excluded if e not in pattern),
                np.array([each == pattern for each in of], np.bool_),
            )
            for pattern in dict.fromkeys(of)
        ]

    def _in_years(self, years: tuple[int, int]) -> Bools:
        first, last = years
        return np.array([y is not None and first <= int(y) <= last for y in self.values], np.bool_)


class FacetMasks:
    """What some filters let pass on the segment of a ``number``, facet by facet."""

    def __init__(self, number: int, columns: Mapping[str, FacetColumn], filters: Filters) -> None:
        self._number = number
        self._columns = columns
        chosen = [(n, self._with(n, c)) for n in columns if (c := filters.chosen(n))]
        left_out = [(n, ~self._with(n, e)) for n in columns if (e := filters.excluded(n))]
        self._masks = [*chosen, *left_out]

    def _with(self, name: str, values: Iterable[Any]) -> Bools:
        """True where one of these holds: for each value of a facet, or each set of them."""
        return self._of_sets(name, self._columns[name].accepted(self._number, values))

    def _of_sets(self, name: str, accepted: Bools) -> Bools:
        raise NotImplementedError

    def masks(
        self, but: str | None = None, remaining: tuple[Any, ...] = ()
    ) -> list[tuple[str, Bools]]:
        """(facet, its mask) of every filter.

        Of the facet ``but`` only the exclusions that ``remaining`` gives hold.
        """
        masks = [(name, mask) for name, mask in self._masks if name != but]
        if but is not None and remaining:
            masks.append((but, ~self._with(but, remaining)))
        return masks


class FacetSums:
    """Adds up packed counts of values over segments, apart for each lifting of their exclusions."""

    def __init__(self, columns: Mapping[str, FacetColumn], filters: Filters) -> None:
        self._columns = columns
        self._liftings = {n: c.liftings(filters.excluded(n)) for n, c in columns.items()}
        self.asked = [
            (name, at, remaining)
            for name, liftings in self._liftings.items()
            for at, (remaining, _) in enumerate(liftings)
        ]
        """(facet, number of the lifting, what stays left out): what is to be counted."""
        self._sums: dict[tuple[str, int], Ints] = {
            (name, at): np.zeros(len(columns[name].values), np.int64) for name, at, _ in self.asked
        }

    def sum(self, number: int, name: tuple[str, int], local: Ints) -> None:
        """Add the counts of the values of the segment of a ``number``, under one lifting."""
        # The values of a segment are different ones, so each place is added to once.
        self._sums[name][self._columns[name[0]].maps[number]] += local.astype(np.int64)

    def counts(self) -> dict[str, tuple[FacetCount, ...]]:
        """All facets in the port's order."""
        return {name: column.counted(self._summed(name)) for name, column in self._columns.items()}

    def _summed(self, name: str) -> Ints:
        """(values,) packed counts of one facet, each value from the count that is meant for it."""
        column = self._columns[name]
        counts: Ints = np.zeros(len(column.values), np.int64)
        for at, lifting in enumerate(self._liftings[name]):
            counts = counts + lifting.of(column.spread(self._sums[name, at]))
        return counts


def facet_columns(segments: Sequence[SegmentColumns]) -> Mapping[str, FacetColumn]:
    """The columns of the facets that are counted by cells, by name."""
    return {
        facet.name: FacetColumn(facet.name, [s.values(facet.name) for s in segments])
        for facet in ALL_FACETS
        if not facet.named
    }
