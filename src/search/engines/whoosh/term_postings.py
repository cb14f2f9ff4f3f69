"""The score of a hit over arrays: the sum that ``engines.formula`` writes down.

N, df and the mean of the lengths L are those of all segments; like everywhere in Whoosh, deleted
passages count until their segment is merged.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import threading
from collections import OrderedDict

import numpy as np

from ..formula import K1, B
from .container import Floats, Ints, smallest_unsigned


def idf(units: int, frequency: int) -> float:
    """Weight of a term that occurs in ``frequency`` of ``units``."""
    return math.log(1 + (units - frequency + 0.5) / (frequency + 0.5))


def impacts(counts: Ints, lengths: Ints, mean_length: float) -> Floats:
    """Score of each posting before idf and weights."""
    scale = K1 * B / mean_length if mean_length else 0.0
    # In place: fresh memory for every step costs a dense term more than the arithmetic.
    result: Floats = counts.astype(np.float64)
    below: Floats = np.multiply(lengths, scale, dtype=np.float64)
    below += K1 * (1 - B)
    below += result
    result *= K1 + 1
    result /= below
    return result


STEPS = 32
"""Steps in a score of 1. A term of weight 1 in 1/32 of all units has at most 7.7 × 32 = 245, which
fits a byte."""

_TABLE_FROM = 32
"""A term in more than 1/32 of all units has a table: it then takes about as long to add as the
table, and reading a place in a table beats searching."""

_SEARCH = 16
"""With less than 1/16 as many units as postings, searching the units beats marking them."""

_LAST = np.iinfo(np.uint32).max
"""Stands after the last unit, so that a search never ends behind the array."""

_FORGOTTEN = contextlib.suppress(KeyError)

POSTINGS_CACHE_MB = 320
"""Where no setting says another: twice as much answered no faster."""

_Key = tuple[float, float]


def most_steps(weight: float) -> int:
    """At most so many steps has a term of a weight, idf included."""
    return int(weight * (K1 + 1) * STEPS) + 1


class Postings:
    """The units in which a term occurs, ascending, and how often in each, from their gaps.

    ``universe`` is how many units the field has, ``size`` in how many of them the term occurs.
    """

    __slots__ = ("_counts", "_steps", "_table", "_units", "size", "universe")

    def __init__(self, gaps: Ints, counts: Ints, universe: int) -> None:
        self.size = size = len(gaps)
        self.universe = universe
        self._units = np.empty(size + 1, np.uint32)
        np.cumsum(gaps, out=self._units[:size])
        self._units[size] = _LAST
        self._counts = np.zeros(size + 1, smallest_unsigned(int(counts.max(initial=0))))
        self._counts[:size] = counts
        self._steps: tuple[_Key, Ints] | None = None
        self._table: tuple[_Key, Ints] | None = None

    @property
    def units(self) -> Ints:
        """(postings,) the units, as a new array of dtype intp, by which numpy indexes."""
        return self._units[:-1].astype(np.intp)

    @property
    def counts(self) -> Ints:
        """(postings,) how often the term occurs in each; of the smallest unsigned type."""
        return self._counts[:-1]

    @property
    def size_bytes(self) -> int:
        """The memory it may take."""
        if self._is_dense:
            return self._units.nbytes + self._counts.nbytes + self.universe
        return self._units.nbytes + self._counts.nbytes + 2 * len(self._units)

    @property
    def _is_dense(self) -> bool:
        return self.size * _TABLE_FROM > self.universe

    def has_table(self, weight: float) -> bool:
        """Whether ``table`` gives one: the term is frequent, and its steps fit a byte."""
        return self._is_dense and most_steps(weight) <= np.iinfo(np.uint8).max

    def counts_in(self, wanted: Ints) -> Ints:
        """(wanted,) how often the term occurs in each of these units, uint32 in any order."""
        place = self._units.searchsorted(wanted)
        counts: Ints = self._counts.take(place)
        counts *= self._units.take(place) == wanted
        return counts

    def places(self, wanted: Ints) -> Ints:
        """The places among the postings, ascending, of those of some ascending units it has."""
        if len(wanted) * _SEARCH < self.size:
            few = wanted.astype(np.uint32)
            place = self._units.searchsorted(few)
            return place.compress(self._units.take(place) == few)
        mask = np.zeros(self.universe, np.bool_)
        mask[wanted] = True
        return np.flatnonzero(mask.take(self.units))

    def steps(self, lengths: Ints, mean_length: float, weight: float) -> Ints:
        """(postings + 1,) the steps of each, rounded down and 1 added; uint16, 0 in the last place.

        So it is at least 1, and more than the exact score of the term by at most one step.
        """
        key = (mean_length, weight)
        known = self._steps
        if known is None or known[0] != key:
            steps = np.zeros(len(self._units), np.uint16)
            of_each = lengths.take(self._units[:-1])
            steps[:-1] = _steps(self.counts, of_each, mean_length, weight)
            known = (key, steps)
            if not self._is_dense:
                self._steps = known
        return known[1]

    def table(self, lengths: Ints, mean_length: float, weight: float) -> Ints:
        """(universe,) the steps of every unit, 0 where the term does not occur; uint8."""
        key = (mean_length, weight)
        known = self._table
        if known is None or known[0] != key:
            table = np.zeros(self.universe, np.uint8)
            table[self.units] = self.steps(lengths, mean_length, weight)[:-1]
            self._table = known = (key, table)
        return known[1]

    def some_table(self) -> Ints | None:
        """(universe,) not 0 where the term occurs, if a table is there by now."""
        return None if self._table is None else self._table[1]

    def steps_in(self, wanted: Ints, steps: Ints) -> Ints:
        """(wanted,) of ``steps`` those of these units, uint32, 0 where the term does not occur."""
        place = self._units.searchsorted(wanted)
        found: Ints = steps.take(place)
        found *= self._units.take(place) == wanted
        return found


def _steps(counts: Ints, lengths: Ints, mean_length: float, weight: float) -> Ints:
    most, longest = int(counts.max(initial=0)), int(lengths.max(initial=0))
    if (most + 1) * (longest + 1) > len(counts):
        exact = impacts(counts, lengths, mean_length)
        exact *= weight * STEPS
        return exact.astype(np.uint16) + np.uint16(1)
    # A frequent term has each count and length many times: computed once, then looked up.
    grid = np.indices((most + 1, longest + 1)).reshape(2, -1)
    of_pairs = impacts(grid[0], grid[1], mean_length)
    of_pairs *= weight * STEPS
    places = counts * np.intp(longest + 1)
    places += lengths
    found: Ints = (of_pairs.astype(np.uint16) + np.uint16(1)).take(places)
    return found


NO_POSTINGS = Postings(np.empty(0, np.intp), np.empty(0, np.intp), 0)


class PostingsCache:
    """Remembers decoded postings, the last used ones, up to a number of bytes.

    ``sharers`` processes have so many bytes together, and whatever else they remember.
    """

    def __init__(self, limit_bytes: int, sharers: int = 1) -> None:
        self._limit_bytes = limit_bytes // sharers
        self.sharers = sharers
        self._held_bytes = 0
        self._entries: OrderedDict[tuple[int, int], Postings] = OrderedDict()
        self._owners = itertools.count()
        self._lock = threading.Lock()

    def new_owner(self) -> int:
        """A first half for keys that nobody else uses."""
        return next(self._owners)

    def get(self, key: tuple[int, int]) -> Postings | None:
        """What was remembered under a key."""
        found = self._entries.get(key)
        if found is not None:
            # Another thread may just have forgotten it.
            with _FORGOTTEN:
                self._entries.move_to_end(key)
        return found

    def put(self, key: tuple[int, int], postings: Postings) -> None:
        """Remember postings, forgetting the longest unused where there is no room."""
        size = postings.size_bytes
        if size > self._limit_bytes // 4:
            return
        with self._lock:
            if key not in self._entries:
                self._entries[key] = postings
                self._held_bytes += size
            while self._held_bytes > self._limit_bytes:
                _, oldest = self._entries.popitem(last=False)
                self._held_bytes -= oldest.size_bytes
