"""The values of the facets of a commit, numbered alike in all its segments, and ordered.

A segment numbers its values as it met them. Here each facet has one list of values for the whole
commit, in the order of their names and with None last, and each segment a map from its numbers to
these. A city stands beside every city above it, so that counts can be added up along the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ...index.answers import FacetCount
from ...query.request import FACETS, PLACE_FACETS, YEAR_FACETS, FacetName
from .container import Bools, Ints
from .packed_counts import documents_in, passages_in
from .segment_columns import SegmentColumns

Value = str | int | None


class Lifting(NamedTuple):
    """Some values of a facet, and the exclusions of the facet under which they are counted."""

    remaining: tuple[Any, ...]
    values: Bools | None
    """(values,) True for those that are counted so; None is all."""

    def of(self, counts: Ints) -> Ints:
        """The counts of its values, 0 for the others."""
        return counts if self.values is None else counts * self.values


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """One facet: its values and how the numbers of each segment map to theirs."""

    name: FacetName
    values: Sequence[Value]
    maps: Sequence[Ints]
    """Per segment (values of the segment,): the number of each among ``values``."""
    numbers: Mapping[Value, int]
    """Its number of each value."""
    above: Ints | None = None
    """Places only, (values, levels): the number of each and of what is above it, from the top;
    ``len(values)`` where a level is missing."""

    @property
    def has_unknown(self) -> bool:
        """Whether the last value is None."""
        return bool(self.values) and self.values[-1] is None

    def spread(self, counts: Ints) -> Ints:
        """Packed counts of the values themselves, added up for the values above them too."""
        if self.above is None:
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

    def in_order(self, passages: Ints) -> Ints:
        """The numbers of the values with passages, in the port's order."""
        numbers = np.flatnonzero(passages != 0)
        if self.name in YEAR_FACETS or not len(numbers):
            # The list has them in this order already.
            return numbers
        falling = -passages.take(numbers)
        if self.has_unknown and int(numbers[-1]) == len(self.values) - 1:
            falling[-1] = 1
        by_count = np.argsort(falling, kind="stable")
        if self.above is None:
            return numbers.take(by_count)
        # A tree: sorted by the place of the province, then of the city, then of the county, each
        # among all by count and name; a missing level comes before those that are there.
        places = np.zeros(len(self.values) + 1, np.int64)
        places[numbers.take(by_count)] = np.arange(1, len(numbers) + 1)
        levels = places.take(self.above.take(numbers, axis=0))
        return numbers.take(np.lexsort(levels.T[::-1]))

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
        # Whoever has one value only is left out by that value only.
        if not excluded or self.name in ("year", "source"):
            return [Lifting((), None)]
        named = np.zeros((len(excluded), len(self.values)), np.bool_)
        for at, choice in enumerate(excluded):
            if isinstance(choice, tuple):
                named[at] = self._in_years(choice)
            elif choice in self.numbers:
                named[at, self.numbers[choice]] = True
        patterns, of = np.unique(named, axis=1, return_inverse=True)
        return [
            Lifting(
                tuple(e for e, lifted in zip(excluded, pattern, strict=True) if not lifted),
                of.ravel() == number,
            )
            for number, pattern in enumerate(patterns.T.tolist())
        ]

    def _in_years(self, years: tuple[int, int]) -> Bools:
        first, last = years
        return np.array([y is not None and first <= int(y) <= last for y in self.values], np.bool_)


def facet_columns(segments: Sequence[SegmentColumns]) -> dict[str, FacetColumn]:
    """The columns of all facets of some segments, by name."""
    return {
        facet.name: facet_column(facet.name, [s.values(facet.name) for s in segments])
        for facet in FACETS
    }


def facet_column(name: FacetName, local: Sequence[Sequence[Value]]) -> FacetColumn:
    """The column of one facet, whose values each segment numbers in an order of its own."""
    met = {value for values in local for value in values}
    if name in PLACE_FACETS:
        met |= {above for value in met for above in ancestors(value)}
    known: list[Any] = [value for value in met if value is not None]
    # The newest year first, all else by name.
    values: list[Value] = sorted(known, reverse=name in YEAR_FACETS)
    if None in met:
        values.append(None)
    numbers = {value: number for number, value in enumerate(values)}
    maps = [np.array([numbers[value] for value in of], np.intp) for of in local]
    above = None
    if name in PLACE_FACETS:
        chains = [[numbers[a] for a in ancestors(value)] for value in values]
        levels = max(map(len, chains), default=1)
        rows = [chain + [len(values)] * (levels - len(chain)) for chain in chains]
        above = np.array(rows, np.intp).reshape(len(values), levels)
    return FacetColumn(name, values, maps, numbers, above)


@lru_cache(4096)
def ancestors(path: Value) -> tuple[Value, ...]:
    """A city path and every path above it; None alone where unknown."""
    if path is None:
        return (None,)
    levels = str(path).split("/")
    return tuple("/".join(levels[: i + 1]) for i in range(len(levels)))
