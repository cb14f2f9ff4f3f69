"""Facets as columns: cells, sets of values, how they are numbered, ordered and counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, Self

import numpy as np

from ...documents.document import NamedPlace, NamedYears, Paragraph, TopicEvidence
from ...documents.facets import ALL_FACETS, DOCUMENT_FACETS, NAMED_FACETS, FacetName, Value
from ...index.answers import FacetCount
from ...query.request import Filters
from ..facet_order import FacetValues, lifted
from .container import ArrayFile, ArrayFileWriter, Bools, Ints

_DOCUMENT_BITS = 26
_DOCUMENTS = (1 << _DOCUMENT_BITS) - 1


def packed(passages: Ints) -> Ints:
    """From the passages of each document, int64; one with passages counts as one document."""
    both: Ints = passages << _DOCUMENT_BITS
    both += passages > 0
    return both


def together(passages: Ints, documents: Ints) -> Ints:
    """From counts of both, int64."""
    both: Ints = (passages << _DOCUMENT_BITS) + documents
    return both


def passages_in(counts: Ints) -> Ints:
    """The passages of packed counts."""
    return counts >> _DOCUMENT_BITS


def documents_in(counts: Ints) -> Ints:
    """The documents of packed counts."""
    return counts & _DOCUMENTS


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
    """Places and years that a passage names, and its trust where it was recognised in a picture;
    nothing where there is none of these.
    """
    places, years = paragraph.named_places, paragraph.named_years
    if not places and not years and paragraph.recognised is None:
        return []
    named = [[[n.place, n.words] for n in places], [[n.first, n.last, n.words] for n in years]]
    return named if paragraph.recognised is None else [*named, paragraph.recognised]


_NAMES_NOTHING: dict[str, Any] = {"named_places": (), "named_years": (), "recognised": None}


def named_fields(record: list[Any]) -> dict[str, Any]:
    """The fields for what a passage names; its record has them only if it names anything, and the
    trust in it only if it was recognised.
    """
    if not record:
        return _NAMES_NOTHING
    places, years, *trust = record
    return {
        "named_places": tuple(NamedPlace(tuple(place), tuple(words)) for place, words in places),
        "named_years": tuple(NamedYears(*years_and_words) for years_and_words in years),
        "recognised": trust[0] if trust else None,
    }


class TopicCells:
    """The topics of one segment's cells. ``sets`` are the topic numbers of each set of topics."""

    def __init__(
        self,
        topics: int,
        sets: Sequence[tuple[int, ...]],
        cell_topics: Ints,
        document_of_cell: Ints,
    ) -> None:
        self._topics = topics
        self.sets = ValueSets.of(sets)
        self.set_of: Ints = cell_topics
        """(cells,) the set of topics of each."""
        self._document_of = document_of_cell
        self._is_single = bool((self.sets.sizes == 1).all())

    def sets_with(self, accepted: Bools) -> Bools:
        """(sets,) True where one of a set's topics is accepted."""
        if self._is_single:
            return accepted.take(self.sets.members)
        return self.sets.having(accepted)

    def count(self, cells: Ints | None, passages: Ints) -> Ints:
        """(topics,) packed counts, from the passages of some cells or, for None, of all."""
        if self._is_single:
            # A document has one cell of a topic, so its cells are its documents.
            topic = self._topic_of if cells is None else self._topic_of.take(cells)
            return np.bincount(topic, packed(passages), self._topics).astype(np.int64)
        if cells is None:
            cells = np.flatnonzero(passages)
            passages = passages.take(cells)
        of, topic = self.sets.spread(self.set_of.take(cells))
        of_each = passages.take(of)
        in_passages = np.bincount(topic, of_each, self._topics).astype(np.int64)
        pairs = self._document_of.take(cells).take(of) * self._topics + topic
        pairs = np.sort(pairs.compress(of_each > 0), kind="stable")
        first = np.ones(len(pairs), np.bool_)
        np.not_equal(pairs[1:], pairs[:-1], out=first[1:])
        topic = pairs.compress(first) % max(self._topics, 1)
        return together(in_passages, np.bincount(topic, minlength=self._topics))

    @cached_property
    def _topic_of(self) -> Ints:
        """(cells,) the only topic of each."""
        return self.sets.members.take(self.set_of)


OF_DOCUMENTS = tuple(facet.name for facet in DOCUMENT_FACETS)
"""The facets that all passages of a document share."""

(CELL_FACET,) = (f.name for f in ALL_FACETS if f.scope == "passage" and not f.named)
"""The facet whose sets of values make the cells of a document."""

_PLURALS = {"city": "cities", "year": "years", "source": "sources", "topic": "topics"}


def list_of(name: str) -> str:
    """What the list of the values of a facet is called in the directory of the file."""
    return _PLURALS.get(name, name)


def values_in(file: ArrayFile, name: str) -> Sequence[Value]:
    """The values of a facet in a file; one older than the facet knows none."""
    values: Sequence[Value] = file.values.get(list_of(name), [None])
    return values


def of_documents_in(file: ArrayFile, name: str) -> Ints:
    """(documents,) the number of the value of each; in a file older than the facet unknown."""
    column = file.get(f"document.{name}")
    return np.zeros(file.values["documents"], np.uint8) if column is None else column


class SegmentColumns:
    """The columns of one segment's ``file``; numbers count from 0 in the segment, dtype intp.

    ``live`` is (documents,) True where not deleted, None where none is.
    """

    def __init__(self, file: ArrayFile, live: Bools | None) -> None:
        self._file = file
        self.cells: int = file.values["cells"]
        self.documents: int = file.values["documents"]
        self.live = live
        self._cell_of = file["passage.cell"]

    def living(self, live: Bools | None) -> Self:
        """The same columns, of which other documents are deleted."""
        other = copy(self)
        other.live = live
        return other

    def values(self, name: str) -> Sequence[Value]:
        """The values of a facet, as its numbers count them."""
        return values_in(self._file, name)

    def cells_of(self, passages: Ints | Bools) -> Ints:
        """The cell of each of some passages, given by their numbers or by a mask of all."""
        # The stored array is four times smaller, so more of it stays in the processor's cache.
        if passages.dtype == np.bool_:
            return self._cell_of.compress(passages)
        return self._cell_of.take(passages)

    def spread(self, documents: Bools) -> Bools:
        """(passages,) from a mask of documents, whose passages stand together."""
        return np.repeat(documents, self._passages_of_documents)

    def spread_cells(self, cells: Bools) -> Bools:
        """(passages,) from a mask of cells."""
        return cells.take(self._cell_of)

    @cached_property
    def _passages_of_documents(self) -> Ints:
        first: Ints = self._file["document.first_passage"].astype(np.intp)
        return first[1:] - first[:-1]

    @cached_property
    def document_of(self) -> Ints:
        """(cells,) the document of each, ascending."""
        return self._file["cell.document"].astype(np.intp)

    @cached_property
    def cell_sizes(self) -> Ints:
        """(cells,) how many passages each has."""
        return np.bincount(self._cell_of, minlength=self.cells)

    @cached_property
    def of_documents(self) -> dict[str, Ints]:
        """(documents,) for each facet of documents: the number of its value."""
        return {name: of_documents_in(self._file, name).astype(np.intp) for name in OF_DOCUMENTS}

    @cached_property
    def table(self) -> tuple[Ints, tuple[int, ...]]:
        """The facets of documents under each other, their values numbered one after another.

        ((facets, documents), where the values of each facet end), as ``OF_DOCUMENTS``.
        """
        ends = np.cumsum([len(self.values(name)) for name in OF_DOCUMENTS]).tolist()
        starts = [0, *ends[:-1]]
        columns = [self.of_documents[name] for name in OF_DOCUMENTS]
        return np.stack(columns) + np.array(starts)[:, np.newaxis], tuple(ends)

    @cached_property
    def topics(self) -> TopicCells:
        """The topics of the cells."""
        file = self._file
        return TopicCells(
            len(self.values(CELL_FACET)),
            topic_sets(file),
            file["cell.topics"].astype(np.intp),
            self.document_of,
        )


def topic_sets(file: ArrayFile) -> list[tuple[int, ...]]:
    """The topic numbers of every set of topics of a segment."""
    ends, members = file["topics.ends"].tolist(), file["topics.members"].tolist()
    return [tuple(members[a:b]) for a, b in pairwise([0, *ends])]


def evidence_of(records: list[list[Any]]) -> tuple[TopicEvidence, ...]:
    """The evidence for the topics of a passage, as it is stored."""
    return tuple(TopicEvidence(topic, tuple(words), weight) for topic, words, weight in records)


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
