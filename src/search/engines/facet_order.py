"""In which order the values of a facet are listed, and which exclusions are lifted for each.

Both as ``Reader.search`` says, for every engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..documents.facets import BY_NAME, FacetName, Value, ancestors

Pattern = frozenset[Any]
"""The exclusions that are lifted for some values."""

_NONE: Pattern = frozenset()


class FacetValues:
    """The values of a facet in one list, which is in the order of their names, unknown last.

    Where they are places it also has every place above them. ``numbers`` has the number of each.
    """

    def __init__(self, name: FacetName, met: Iterable[Value]) -> None:
        self.facet = facet = BY_NAME[name]
        distinct = set(met)
        if facet.kind == "place":
            distinct |= {above for value in distinct for above in ancestors(value)}
        known: list[Any] = [value for value in distinct if value is not None]
        # The newest year first, all else by name.
        self.values: list[Value] = sorted(known, reverse=facet.kind == "year")
        if None in distinct:
            self.values.append(None)
        self.numbers = {value: number for number, value in enumerate(self.values)}

    @cached_property
    def above(self) -> npt.NDArray[Any] | None:
        """Places only, (values, levels): the number of each and of what is above it, from the top;
        the number of all values where a level is missing."""
        if self.facet.kind != "place":
            return None
        chains = [[self.numbers[a] for a in ancestors(value)] for value in self.values]
        levels = max(map(len, chains), default=1)
        rows = [chain + [len(chains)] * (levels - len(chain)) for chain in chains]
        return np.array(rows, np.intp).reshape(len(chains), levels)

    def in_order(self, passages: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The numbers of the values with passages, as they are listed."""
        numbers = np.flatnonzero(passages != 0)
        if self.facet.kind == "year" or not len(numbers):
            # The list has them in this order already.
            return numbers
        falling = -passages.take(numbers)
        if self.values[int(numbers[-1])] is None:
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


def in_order(name: FacetName, passages: Mapping[Value, int]) -> list[Value]:
    """The values with passages, as they are listed."""
    of = FacetValues(name, passages)
    counts = np.array([passages.get(value, 0) for value in of.values], np.int64)
    return [of.values[number] for number in of.in_order(counts).tolist()]


def patterns(name: FacetName, excluded: Sequence[Any]) -> list[Pattern]:
    """The sets of exclusions that can be lifted for a value, each once."""
    facet = BY_NAME[name]
    if facet.is_single:
        return [frozenset(excluded)]
    samples = list(excluded)
    if facet.kind == "year":
        # The years between two borders have the same exclusions, so the first of each tells.
        borders = (border for e in excluded if e is not None for border in (e[0], e[1] + 1))
        samples = [None, *borders]
    found = (lifted(name, excluded, value) for value in samples)
    return list(dict.fromkeys((_NONE, *found)))


def lifted(name: FacetName, excluded: Iterable[Any], value: Value) -> Pattern:
    """The exclusions that name this very value, or years that it is one of.

    Whoever has one value only is left out by that value only, so for these it is all of them.
    """
    excluded = frozenset(excluded)
    facet = BY_NAME[name]
    if facet.is_single:
        return excluded
    if facet.kind == "year":
        return frozenset(e for e in excluded if facet.has(value, (e,)))
    return frozenset((value,)) if value in excluded else _NONE
