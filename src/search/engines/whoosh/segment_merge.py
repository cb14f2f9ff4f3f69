"""Merge term dictionaries, as numbers where every term is short.

A dictionary of pairs has a million terms, which as Python objects would take more memory than all
that is merged. Terms of one or two characters have at most 8 bytes of UTF-8 and are compared as
numbers, the first byte being the highest. Equal numbers are equal terms: no character's UTF-8
begins with that of another, so two terms of equally many characters cannot differ in trailing
zero bytes only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from .blocks import BytesWriter, RecordsWriter, Spills
from .container import ArrayFileWriter, Ints, smallest_unsigned
from .facet_values import (
    CELL_FACET,
    NAMED,
    OF_DOCUMENTS,
    named_column,
    named_sets,
    named_values,
    of_documents_in,
    values_in,
)
from .inversion import Inverted, TermRange, write_field
from .postings import Field, TermDictionary
from .segment import Segment
from .segment_layout import RECORDS, FieldSizes, SegmentContents
from .toc import SegmentEntry


class MergedTerms(Protocol):
    """Distinct terms, ascending."""

    def __len__(self) -> int: ...

    def encoded(self, numbers: Ints) -> tuple[Ints, Ints]:
        """(UTF-8 of some of them, dtype uint8, where each ends, dtype int64)."""
        ...


def merge_terms(dictionaries: Sequence[TermDictionary]) -> tuple[MergedTerms, list[Ints]]:
    """All terms, and per dictionary the number among these of each of its terms, ascending."""
    keys = _short_keys(dictionaries)
    if keys is not None:
        sizes = np.zeros(len(keys), np.uint8)
        places = []
        # Read again rather than kept: the numbers of all dictionaries take more than the places.
        for dictionary in dictionaries:
            numbers = dictionary.as_numbers()
            assert numbers is not None  # noqa: S101 - the keys are of these
            places.append(np.searchsorted(keys, numbers[0]).astype(np.int32))
            sizes[places[-1]] = numbers[1]
            dictionary.let_go()
        return _ShortTerms(keys, sizes), places
    terms = sorted({term for dictionary in dictionaries for term in dictionary})
    place = {term: number for number, term in enumerate(terms)}
    return _AnyTerms(terms), [
        np.fromiter((place[term] for term in dictionary), np.int32, len(dictionary))
        for dictionary in dictionaries
    ]


def _short_keys(dictionaries: Sequence[TermDictionary]) -> Ints | None:
    """All terms as numbers, ascending; None unless all have equally many characters, one or two."""
    keys = np.empty(0, np.uint64)
    lengths = set()
    for dictionary in dictionaries:
        numbers = dictionary.as_numbers()
        if numbers is None:
            return None
        both = np.concatenate([keys, numbers[0]])
        # Two ascending runs: a stable sort only merges them.
        both.sort(kind="stable")
        fresh = np.ones(len(both), np.bool_)
        np.not_equal(both[1:], both[:-1], out=fresh[1:])
        keys = both[fresh]
        lengths.add(numbers[2])
        dictionary.let_go()
    return keys if len(lengths - {0}) <= 1 else None


class _ShortTerms:
    """Of equally many characters, at most 8 bytes each: as numbers, with their sizes in bytes."""

    def __init__(self, keys: Ints, sizes: Ints) -> None:
        self._keys = keys
        self._sizes = sizes

    def __len__(self) -> int:
        return len(self._keys)

    def encoded(self, numbers: Ints) -> tuple[Ints, Ints]:
        """(UTF-8 of some of them, where each ends)."""
        bytes_ = self._keys[numbers].astype(">u8").view(np.uint8).reshape(-1, 8)
        sizes = self._sizes[numbers].astype(np.int64)
        return bytes_[np.arange(8) < sizes[:, None]], np.cumsum(sizes)


class _AnyTerms:
    def __init__(self, terms: Sequence[bytes]) -> None:
        self._terms = terms

    def __len__(self) -> int:
        return len(self._terms)

    def encoded(self, numbers: Ints) -> tuple[Ints, Ints]:
        """(UTF-8 of some of them, where each ends)."""
        encoded = [self._terms[number] for number in numbers.tolist()]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        return np.frombuffer(b"".join(encoded), np.uint8), ends


_CHUNK_POSTINGS = 1 << 16


@dataclass(frozen=True, slots=True)
class Source:
    """A field, and for each of its units the number in the merged field, -1 where it is gone.

    Units that stay keep their order among themselves.
    """

    field: Field
    numbers: Ints


def merge_fields(sources: Sequence[Source], units: int) -> Inverted:
    """One field of ``units`` units, of the terms that still have a posting."""
    terms, places = merge_terms([source.field.terms for source in sources])
    lengths = np.zeros(units, np.int64)
    for source in sources:
        stays = source.numbers >= 0
        lengths[source.numbers[stays]] = source.field.lengths[stays]
    return Inverted(_merge_ranges(sources, places, terms), lengths)


def _merge_ranges(
    sources: Sequence[Source], places: Sequence[Ints], terms: MergedTerms
) -> Iterator[TermRange]:
    for first, last in _ranges(sources, places, len(terms)):
        part = _merge_range(sources, places, terms, first, last)
        if part is not None:
            yield part
        for source in sources:
            source.field.terms.let_go()


def _ranges(
    sources: Sequence[Source], places: Sequence[Ints], terms: int
) -> Iterator[tuple[int, int]]:
    """Ranges of merged terms with about ``_CHUNK_POSTINGS`` postings each."""
    sizes = np.zeros(terms, np.int64)
    for source, place in zip(sources, places, strict=True):
        ends = np.concatenate([[0], source.field.posting_ends.astype(np.int64)])
        sizes[place] += ends[1:] - ends[:-1]
    ends = np.cumsum(sizes, out=sizes)
    first = 0
    while first < terms:
        done = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, done + _CHUNK_POSTINGS, side="right"))
        last = max(last, first + 1)
        yield first, last
        first = last


def _merge_range(
    sources: Sequence[Source], places: Sequence[Ints], terms: MergedTerms, first: int, last: int
) -> TermRange | None:
    """Merge the postings of the merged terms ``[first, last)``; None without any."""
    keys: list[Ints] = []
    counts: list[Ints] = []
    starts: list[Ints] = []
    offsets: list[Ints] = []
    occurrences = 0
    for source, place in zip(sources, places, strict=True):
        # Of the type of the places, which would be converted otherwise.
        low, high = np.searchsorted(place, np.array([first, last], place.dtype)).tolist()
        if low == high:
            continue
        sizes, units, count, offset = source.field.read_terms(low, high)
        number = source.numbers[units]
        stays = number >= 0
        term = np.repeat(place[low:high].astype(np.int64) - first, sizes)
        keys.append((term[stays] << 32) | number[stays])
        counts.append(count[stays])
        if offset is not None:
            starts.append((np.cumsum(count) - count + occurrences)[stays])
            offsets.append(offset)
            occurrences += len(offset)
    key = np.concatenate(keys) if keys else np.empty(0, np.int64)
    if not len(key):
        return None
    order = np.argsort(key, kind="stable")
    key = key[order]
    count = np.concatenate(counts)[order]
    moved = None
    if offsets:
        # Where the offsets of each posting stood, one after another in the new order.
        begins = np.repeat(np.concatenate(starts)[order], count)
        inside = np.arange(len(begins)) - np.repeat(np.cumsum(count) - count, count)
        moved = np.concatenate(offsets)[begins + inside]
    sizes = np.bincount(key >> 32, minlength=last - first)
    # A term whose every posting is gone is gone.
    kept = np.flatnonzero(sizes)
    return TermRange(
        terms=terms.encoded(first + kept),
        posting_ends=np.cumsum(sizes[kept]),
        units=(key & 0xFFFFFFFF).astype(np.uint32),
        counts=count,
        offsets=moved,
    )


_FIELDS = {
    "passage": ("words", "characters", "pairs"),
    "label": ("words", "characters", "pairs"),
    "section": ("words", "pairs"),
}


def merge_segments(
    folder: Path, segments: Sequence[Segment], documents: Sequence[tuple[int, int]]
) -> SegmentEntry:
    """Write documents of segments as a new segment of the folder.

    ``documents`` are in document order: (index in ``segments``, number of the document there).
    """
    merge = _Merge(segments, documents)
    with Spills(folder) as spills:
        return merge.contents(spills).write(folder, merge.write_fields)


class _Values:
    """The values of several segments that are still in use, numbered together.

    ``used`` holds for each segment the old numbers that stay; the others become -1, so that
    nothing of a document that was taken out survives in a list of values.
    """

    def __init__(self, lists: Sequence[Sequence[Any]], used: Sequence[Ints]) -> None:
        numbers: dict[Any, int] = {}
        self.maps = []
        for values, stays in zip(lists, used, strict=True):
            new = np.full(len(values), -1, np.int64)
            for number in stays.tolist():
                new[number] = numbers.setdefault(values[number], len(numbers))
            self.maps.append(new)
        self.values = list(numbers)


def _distinct(numbers: Iterable[int]) -> Ints:
    return np.unique(np.array(list(numbers), np.int64))


class _Merge:
    def __init__(self, segments: Sequence[Segment], documents: Sequence[tuple[int, int]]) -> None:
        self._segments = segments
        self._documents = documents
        pairs = np.array(documents, np.int64).reshape(-1, 2)
        self._segment_of, self._number = pairs[:, 0], pairs[:, 1]
        self._counts: dict[str, int] = {}
        self._firsts: dict[str, Ints] = {}
        self._numbers = {
            kind: self._renumber(kind)
            for kind in ("document", "section", "paragraph", "passage", "label", "cell")
        }

    def contents(self, spills: Spills) -> SegmentContents:
        """Everything but the fields; texts and records wait in ``spills``."""
        segments = self._segments
        of_documents = {name: self._of_documents(name) for name in OF_DOCUMENTS}
        published = _Values([s.published for s in segments], self._used("document", "published"))
        used_sets = self._used("cell", "topics")
        topics = _Values(
            [s.topics for s in segments],
            [
                _distinct(t for number in used.tolist() for t in s.topic_sets[number])
                for s, used in zip(segments, used_sets, strict=True)
            ],
        )
        verdicts = _Values([s.verdicts() for s in segments], self._used("paragraph", "verdict"))
        topic_sets = _Values(
            [
                [tuple(sorted(renumbered[list(members)].tolist())) for members in s.topic_sets]
                for s, renumbered in zip(segments, topics.maps, strict=True)
            ],
            used_sets,
        )
        named = {name: self._named(name) for name in NAMED}
        contents = SegmentContents(
            {
                "passage.cell": self._column("passage", "cell", self._numbers["cell"]),
                "passage.section": self._column("passage", "section", self._numbers["section"]),
                "passage.start": self._column("passage", "start"),
                "passage.form": self._column("passage", "form"),
                **{
                    f"passage.{name}": self._named_column(name, sets)
                    for name, (_, sets) in named.items()
                },
                "passage.text_start": self._text_starts("passage"),
                "passage.text_bytes": self._column("passage", "text_bytes"),
                "passage.keys": self._keys("passage"),
                "cell.document": self._column("cell", "document", self._numbers["document"]),
                "cell.topics": self._column("cell", "topics", topic_sets.maps),
                "document.first_passage": self._firsts["passage"],
                "document.first_section": self._firsts["section"],
                "document.first_paragraph": self._firsts["paragraph"],
                **{f"document.{name}": column for name, (_, column) in of_documents.items()},
                "document.published": self._column("document", "published", published.maps),
                "document.text_start": self._text_begins(),
                "document.text_bytes": self._column("document", "text_bytes"),
                "document.keys": self._keys("document"),
                "paragraph.verdict": self._column("paragraph", "verdict", verdicts.maps),
                "label.document": self._column("label", "document", self._numbers["document"]),
                "label.paragraph": self._column("label", "paragraph"),
                "label.text_start": self._text_starts("label"),
                "label.text_bytes": self._column("label", "text_bytes"),
            },
            values={
                CELL_FACET: topics.values,
                **{name: values for name, (values, _) in of_documents.items()},
            },
            published=published.values,
            topic_sets=topic_sets.values,
            named={name: (values.values, sets.values) for name, (values, sets) in named.items()},
            order_keys=[segments[at].order_keys[number] for at, number in self._documents],
            texts=BytesWriter(spills.new()),
            records={name: RecordsWriter(spills.new()) for name in RECORDS},
        )
        for line in verdicts.values:
            contents.records["verdicts"].append_line(line)
        before = segments[0]
        for at, number in self._documents:
            # What many segments remember of their blocks is more than all that is merged.
            if segments[at] is not before:
                before.forget()
                before.file.let_go()
                before = segments[at]
            before.copy_document(number, contents)
        before.forget()
        self._let_go()
        return contents

    def _of_documents(self, name: str) -> tuple[Sequence[Any], Ints]:
        """The values of a facet of documents that are still in use, and its new column."""
        files = [segment.file for segment in self._segments]
        columns = [of_documents_in(file, name) for file in files]
        kept = zip(columns, self._numbers["document"], strict=True)
        used = [np.unique(column[numbers >= 0]) for column, numbers in kept]
        values = _Values([values_in(file, name) for file in files], used)
        return values.values, self._collect("document", lambda at, _: values.maps[at][columns[at]])

    def _named(self, name: str) -> tuple[_Values, _Values]:
        """The values of a facet of passages that are still in use, and the sets of them."""
        files = [segment.file for segment in self._segments]
        sets = [named_sets(file, name) for file in files]
        used = [
            np.unique(named_column(segment.file, name, segment.passages)[numbers >= 0])
            for segment, numbers in zip(self._segments, self._numbers["passage"], strict=True)
        ]
        values = _Values(
            [named_values(file, name) for file in files],
            [
                _distinct(v for number in here.tolist() for v in of[number])
                for of, here in zip(sets, used, strict=True)
            ],
        )
        renumbered = [
            [tuple(sorted(new[list(members)].tolist())) for members in of]
            for of, new in zip(sets, values.maps, strict=True)
        ]
        return values, _Values(renumbered, used)

    def _named_column(self, name: str, sets: _Values) -> Ints:
        def numbers(at: int, segment: Segment) -> Ints:
            new: Ints = sets.maps[at][named_column(segment.file, name, segment.passages)]
            return new

        return self._collect("passage", numbers)

    def _let_go(self) -> None:
        """Keep no more of the old segments in memory than is being read."""
        for segment in self._segments:
            segment.file.let_go()

    def write_fields(self, file: ArrayFileWriter) -> FieldSizes:
        """Write all fields."""
        sizes: FieldSizes = {}
        for kind, names in _FIELDS.items():
            sizes[kind] = {}
            for name in names:
                sources = [
                    Source(segment.field(kind, name), numbers)
                    for segment, numbers in zip(self._segments, self._numbers[kind], strict=True)
                ]
                merged = merge_fields(sources, self._counts[kind])
                sizes[kind][name] = write_field(file, f"{kind}.{name}", merged)
                self._let_go()
        return sizes

    def _renumber(self, kind: str) -> list[Ints]:
        """Per segment: the new number of each of its units, -1 where the document is left out."""
        firsts = [segment.first_of(kind) for segment in self._segments]
        sizes = np.zeros(len(self._number), np.int64)
        for at, first in enumerate(firsts):
            here = self._segment_of == at
            sizes[here] = (first[1:] - first[:-1])[self._number[here]]
        begins = np.concatenate([[0], np.cumsum(sizes)])
        self._firsts[kind] = begins
        self._counts[kind] = int(begins[-1])
        result = []
        for at, first in enumerate(firsts):
            here = self._segment_of == at
            size = sizes[here]
            inside = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
            numbers = np.full(int(first[-1]), -1, np.int32)
            old = np.repeat(first[self._number[here]], size) + inside
            numbers[old] = np.repeat(begins[:-1][here], size) + inside
            result.append(numbers)
        return result

    def _collect(self, kind: str, values_of: Callable[[int, Segment], Ints]) -> Ints:
        """A new column of a kind of unit, from the old columns of the segments.

        Of the smallest type, since all columns are held together.
        """
        column: Ints = np.zeros(self._counts[kind], np.int64)
        for at, (segment, numbers) in enumerate(
            zip(self._segments, self._numbers[kind], strict=True)
        ):
            stays = numbers >= 0
            values = values_of(at, segment)
            if values.dtype == np.uint64:
                column = column.view(np.uint64)
            column[numbers[stays]] = values[stays]
        return column.astype(smallest_unsigned(int(column.max(initial=0))))

    def _column(self, kind: str, name: str, maps: Sequence[Ints] | None = None) -> Ints:
        """The old columns one after another, their values renumbered by ``maps``."""

        def values(at: int, segment: Segment) -> Ints:
            old = segment.file[f"{kind}.{name}"]
            return old.astype(np.int64) if maps is None else maps[at][old]

        return self._collect(kind, values)

    def _used(self, kind: str, name: str) -> list[Ints]:
        """Per segment: the values that a column has in the units that stay, ascending."""
        return [
            np.unique(segment.file[f"{kind}.{name}"][numbers >= 0]).astype(np.int64)
            for segment, numbers in zip(self._segments, self._numbers[kind], strict=True)
        ]

    def _keys(self, kind: str) -> Ints:
        def values(at: int, segment: Segment) -> Ints:
            keys = np.empty(len(segment.file[f"{kind}.keys"]), np.uint64)
            keys[segment.file[f"{kind}.by_key"]] = segment.file[f"{kind}.keys"]
            return keys

        return self._collect(kind, values)

    def _text_begins(self) -> Ints:
        """(documents,) where the text of each document will begin."""
        sizes = self._column("document", "text_bytes")
        return np.cumsum(sizes, dtype=np.int64) - sizes

    def _text_starts(self, kind: str) -> Ints:
        """Where the texts of passages or labels will begin: they move with their documents."""
        begins = self._text_begins()

        def values(at: int, segment: Segment) -> Ints:
            starts = segment.file[f"{kind}.text_start"].astype(np.int64)
            if kind == "passage":
                documents = segment.cell_document[segment.cell_of]
            else:
                documents = segment.label_document
            old = segment.file["document.text_start"].astype(np.int64)
            moved = begins[self._numbers["document"][at]] if len(begins) else old
            return starts + (moved - old)[documents]

        return self._collect(kind, values)
