"""Store which places and years each passage names, as numbers of sets of values.

A passage may name several, and most name none, so a passage has the number of a set, and the sets
are CSR lists of value numbers. A set holds everything that a choice may mean: a place with all it
lies in, every year of a range; None alone where nothing is named. For each facet ``name`` there are

    passage.name               per passage: its set
    name.ends, name.members    per set: its value numbers, CSR

and the values stand in the directory under ``named``. A file without them names nothing. The words
in which a passage names them are in its record.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ...documents.document import NamedPlace, NamedYears, Paragraph
from ...documents.facets import NAMED_FACETS, Value
from .container import ArrayFile, ArrayFileWriter, Bools, Ints

NAMED = tuple(facet.name for facet in NAMED_FACETS)
"""The facets that are of single passages."""

NamedValues = tuple[Sequence[Value], Sequence[tuple[int, ...]]]
"""The values of a facet, and the sets of their numbers."""


class ValueSets:
    """Sets of the values of one facet, CSR: how many each has, those of one set after another."""

    def __init__(self, sizes: Ints, members: Ints) -> None:
        self.sizes = sizes
        self.members = members
        self._starts = np.cumsum(sizes) - sizes

    @classmethod
    def of(cls, sets: Sequence[tuple[int, ...]]) -> ValueSets:
        """These sets."""
        sizes = np.array([len(members) for members in sets], np.intp)
        return cls(sizes, np.array([value for members in sets for value in members], np.intp))

    @property
    def firsts(self) -> Ints:
        """(sets,) the first value of each."""
        return self.members.take(self._starts)

    def having(self, accepted: Bools) -> Bools:
        """(sets,) True where one of a set's values is accepted."""
        of = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return np.bincount(of, accepted.take(self.members), len(self.sizes)) > 0

    def numbered(self, numbers: Ints) -> ValueSets:
        """The same with other numbers for the values."""
        return ValueSets(self.sizes, numbers.take(self.members))

    def only(self, wanted: Bools) -> ValueSets:
        """Without the values that are not wanted."""
        of = np.repeat(np.arange(len(self.sizes)), self.sizes)
        kept = wanted.take(self.members)
        sizes = np.bincount(of.compress(kept), minlength=len(self.sizes))
        return ValueSets(sizes, self.members.compress(kept))

    def spread(self, sets: Ints) -> tuple[Ints, Ints]:
        """(which of some sets, one of its values) for every value of each of them."""
        sizes = self.sizes.take(sets)
        of = np.repeat(np.arange(len(sets)), sizes)
        inside = np.arange(len(of)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return of, self.members.take(self._starts.take(sets).take(of) + inside)


class SetNumbering:
    """Numbers values and sets of them in the order in which they are first met."""

    def __init__(self) -> None:
        self._values: dict[Value, int] = {}
        self._sets: dict[tuple[int, ...], int] = {}
        self._met: dict[tuple[Value, ...], int] = {}

    def number(self, values: Sequence[Value]) -> int:
        """The number of a set."""
        met = self._met.get(tuple(values))
        if met is not None:
            return met
        numbers = {self._values.setdefault(v, len(self._values)) for v in values}
        number = self._sets.setdefault(tuple(sorted(numbers)), len(self._sets))
        self._met[tuple(values)] = number
        return number

    @property
    def contents(self) -> NamedValues:
        """All values and sets so far."""
        return list(self._values), list(self._sets)


def write_sets(file: ArrayFileWriter, name: str, sets: Sequence[tuple[int, ...]]) -> None:
    """Write the sets of one facet."""
    file.add(f"{name}.ends", np.cumsum([len(s) for s in sets], dtype=np.uint32))
    file.add(f"{name}.members", np.array([value for s in sets for value in s], np.uint32))


def named_column(file: ArrayFile, name: str, passages: int) -> Ints:
    """(passages,) the set of each passage of a file."""
    column = file.get(f"passage.{name}")
    return np.zeros(passages, np.uint8) if column is None else column


def named_values(file: ArrayFile, name: str) -> Sequence[Value]:
    """The values of a facet in a file."""
    values: Sequence[Value] = file.values.get("named", {}).get(name, [None])
    return values


def named_sets(file: ArrayFile, name: str) -> list[tuple[int, ...]]:
    """The value numbers of every set of a facet in a file."""
    ends, members = file.get(f"{name}.ends"), file.get(f"{name}.members")
    if ends is None or members is None:
        return [(0,)]
    of = members.tolist()
    return [tuple(of[a:b]) for a, b in pairwise([0, *ends.tolist()])]


def named_record(paragraph: Paragraph) -> list[Any]:
    """Places and years that a passage names; nothing where it names none."""
    places, years = paragraph.named_places, paragraph.named_years
    if not places and not years:
        return []
    return [[[n.place, n.words] for n in places], [[n.first, n.last, n.words] for n in years]]


_NAMES_NOTHING: dict[str, Any] = {"named_places": (), "named_years": ()}


def named_fields(record: list[Any]) -> dict[str, Any]:
    """The fields for what a passage names; its record has them only if it names anything."""
    if not record:
        return _NAMES_NOTHING
    places, years = record
    return {
        "named_places": tuple(NamedPlace(tuple(place), tuple(words)) for place, words in places),
        "named_years": tuple(NamedYears(*years_and_words) for years_and_words in years),
    }
