"""What is indexed and stored of a passage, under the names and in the encodings of Whoosh.

Titles and headings are kept once per section, facets by cells and sets; here all is expanded to
passages, as Whoosh knows no other unit.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from ...analysis.text import fold
from ...analysis.words import Analyzer
from ...documents.document import Passage
from ...documents.facets import ALL_FACETS, BY_NAME, Facet, ancestors
from ...query.nodes import FacetIs
from .container import Ints
from .facet_values import CELL_FACET, OF_DOCUMENTS
from .segment import Segment

TEXT_FIELDS = {"text": "words", "pairs": "pairs", "characters": "characters"}
"""Field of Whoosh → what it has of the passages. A schema may leave some out."""
_SHARED_FIELDS = ("title", "headings")

SORTABLE = (*OF_DOCUMENTS, CELL_FACET, "published")
"""What a passage has one value of, or a first one."""

HEADING_BREAK = " / "
"""Between headings where they are one text: no word goes beyond it."""

_UNKNOWN_YEAR = 2**32 - 1
_SIGN = 2**31
"""Whoosh adds it to a signed number of 32 bits, so that numbers sort as their bytes do."""


class Terms(Protocol):
    """Sorted terms, UTF-8 or what a field of Whoosh encodes."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> bytes: ...

    def first_from(self, term: bytes) -> int:
        """The number of the first term that is not before ``term``."""


class ListedTerms:
    """Terms in a sorted list."""

    def __init__(self, terms: Sequence[bytes]) -> None:
        self._terms = terms

    def __len__(self) -> int:
        return len(self._terms)

    def __getitem__(self, number: int) -> bytes:
        return self._terms[number]

    def first_from(self, term: bytes) -> int:
        """The number of the first term that is not before ``term``."""
        return bisect_left(self._terms, term)


class PassageField(Protocol):
    """What is indexed of the passages of a segment under one name."""

    @property
    def terms(self) -> Terms:
        """Those that occur, and maybe some of documents that have no passages."""

    def __contains__(self, term: bytes) -> bool:
        """Whether it is one of ``terms``; those of documents without passages have no postings."""

    def postings(self, term: bytes) -> tuple[Ints, Ints]:
        """(passages, counts) of a term, both empty where it does not occur."""

    def lengths(self) -> Ints:
        """(passages,)"""


class _Text:
    """Words, pairs or characters of the passages."""

    def __init__(self, segment: Segment, kind: str) -> None:
        self._field = segment.field("passage", kind)

    @property
    def terms(self) -> Terms:
        return self._field.terms

    def __contains__(self, term: bytes) -> bool:
        return self._field.terms.find(term) is not None

    def postings(self, term: bytes) -> tuple[Ints, Ints]:
        postings = self._field.postings(term)
        return postings.units, postings.counts.astype(np.int64)

    def lengths(self) -> Ints:
        return self._field.lengths


class _Shared:
    """Words of titles or headings, which many passages share; analysed when first asked for.

    For scoring they are kept together, and here each is a field of its own.
    """

    def __init__(self, segment: Segment, name: str, analyzer: Callable[[], Analyzer]) -> None:
        self._segment, self._name, self._analyzer = segment, name, analyzer

    @cached_property
    def _unit_of(self) -> Ints:
        segment = self._segment
        if self._name == "headings":
            return segment.section_of
        return segment.cell_document[segment.cell_of]

    @cached_property
    def _counts(self) -> list[Counter[bytes]]:
        """How often each term occurs in each unit."""
        segment, analyzer = self._segment, self._analyzer()
        units, firsts = np.unique(self._unit_of, return_index=True)
        counts: list[Counter[bytes]] = [
            Counter() for _ in range(int(units[-1]) + 1 if len(units) else 0)
        ]
        for unit, first in zip(units.tolist(), firsts.tolist(), strict=True):
            text = _shared_text(segment.passage(first), self._name)
            counts[unit].update(term.encode() for term in analyzer.terms(fold(text)))
        return counts

    @cached_property
    def terms(self) -> Terms:
        return ListedTerms(sorted(set().union(*self._counts)))

    def __contains__(self, term: bytes) -> bool:
        return any(term in counts for counts in self._counts)

    def postings(self, term: bytes) -> tuple[Ints, Ints]:
        counts = np.array([counts[term] for counts in self._counts], np.int64)
        of_passages = counts[self._unit_of] if len(counts) else counts
        passages = np.flatnonzero(of_passages)
        return passages, of_passages[passages]

    def lengths(self) -> Ints:
        lengths = np.array([counts.total() for counts in self._counts], np.int64)
        return lengths[self._unit_of] if len(lengths) else lengths


def _shared_text(passage: Passage, name: str) -> str:
    return HEADING_BREAK.join(passage.headings) if name == "headings" else passage.title or ""


class _Facet:
    """The values of a facet; those above a place are values of what lies in it."""

    def __init__(self, segment: Segment, facet: Facet) -> None:
        self._segment, self._facet = segment, facet

    @cached_property
    def _values(self) -> dict[bytes, str | int]:
        segment, facet = self._segment, self._facet
        named = segment.names.of.get(facet.name)
        values: set[Any] = set(
            segment.columns.values(facet.name) if named is None else named.values
        )
        values.discard(None)
        if facet.kind == "place":
            values = {above for value in values for above in ancestors(value)}
        return {encoded_value(facet, value): value for value in values}

    @cached_property
    def terms(self) -> Terms:
        return ListedTerms(sorted(self._values))

    def __contains__(self, term: bytes) -> bool:
        return term in self._values

    def postings(self, term: bytes) -> tuple[Ints, Ints]:
        value = self._values.get(term)
        if value is None:
            return np.empty(0, np.intp), np.empty(0, np.int64)
        choice = (value, value) if isinstance(value, int) else value
        node = FacetIs(self._facet.name, (choice,))
        passages = np.flatnonzero(self._segment.text.facts.with_value(node))
        return passages, np.ones(len(passages), np.int64)

    def lengths(self) -> Ints:
        return np.ones(self._segment.passages, np.int64)


class _Dates:
    """When the documents were published, as ISO 8601."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        # They are sorted; the empty one stands for unknown.
        self._values = [date.encode() for date in segment.published]

    @property
    def terms(self) -> Terms:
        return ListedTerms([value for value in self._values if value])

    def __contains__(self, term: bytes) -> bool:
        return term != b"" and term in self._values

    def postings(self, term: bytes) -> tuple[Ints, Ints]:
        number = self._values.index(term) if term in self else -1
        documents = self._segment.published_of == number
        passages = np.flatnonzero(self._segment.columns.spread(documents))
        return passages, np.ones(len(passages), np.int64)

    def lengths(self) -> Ints:
        return np.ones(self._segment.passages, np.int64)


class _Ids:
    """The ids of passages, or of their documents."""

    def __init__(self, segment: Segment, name: str) -> None:
        self._segment, self._name = segment, name

    @cached_property
    def terms(self) -> Terms:
        # All passages are read for this: only patterns on ids, and who sorts by them, ask for it.
        segment = self._segment
        passages = (
            segment.passage(number)
            for document in filter(segment.is_live, range(segment.documents))
            for number in segment.passage_range(document)
        )
        return ListedTerms(sorted({getattr(p, self._name).encode() for p in passages}))

    def __contains__(self, term: bytes) -> bool:
        return len(self.postings(term)[0]) > 0

    def postings(self, term: bytes) -> tuple[Ints, Ints]:
        segment, identity = self._segment, term.decode("utf-8", "replace")
        found: list[int] = []
        if self._name == "document_id":
            for document in segment.find_documents(identity):
                found += segment.passage_range(document)
        else:
            found = [
                number
                for number in segment.find_passages(identity)
                if segment.passage(number).passage_id == identity
            ]
        return np.array(found, np.intp), np.ones(len(found), np.int64)

    def lengths(self) -> Ints:
        return np.ones(self._segment.passages, np.int64)


def fields_of(segment: Segment | None, analyzer: Callable[[], Analyzer]) -> dict[str, PassageField]:
    """Everything that is indexed of the passages of a segment, by its name in Whoosh."""
    if segment is None:
        return {}
    return {
        **{name: _Text(segment, kind) for name, kind in TEXT_FIELDS.items()},
        **{name: _Shared(segment, name, analyzer) for name in _SHARED_FIELDS},
        **{facet.name: _Facet(segment, facet) for facet in ALL_FACETS},
        **{name: _Ids(segment, name) for name in ("passage_id", "document_id")},
        "published": _Dates(segment),
    }


def column_of(segment: Segment, name: str) -> tuple[list[Any], Ints]:
    """(the values of a column as Whoosh sorts them, (passages,) the number of that of each)."""
    columns = segment.columns
    values: Sequence[Any]
    if name == CELL_FACET:
        numbers = columns.topics.sets.firsts[columns.topics.set_of][segment.cell_of]
        values = columns.values(name)
    else:
        of_document = columns.document_of[segment.cell_of]
        if name == "published":
            numbers, values = segment.published_of[of_document], segment.published
        else:
            numbers = columns.of_documents[name][of_document]
            values = columns.values(name)
    is_year = name in BY_NAME and BY_NAME[name].kind == "year"
    return [_column_key(value, is_year=is_year) for value in values], numbers


def _column_key(value: Any, *, is_year: bool) -> Any:
    """A value as Whoosh's columns have it: unknown is empty, or the last of the numbers."""
    if is_year:
        return _UNKNOWN_YEAR if value is None else value + _SIGN
    return (value or "").encode()


def encoded_value(facet: Facet, value: str | int) -> bytes:
    """A value of a facet as a term: text in UTF-8, a year as Whoosh's numeric fields do."""
    return struct.pack(">BI", 0, value + _SIGN) if isinstance(value, int) else value.encode()


def stored_values(segment: Segment, number: int) -> dict[str, Any]:
    """What is stored of a passage under the names of the schema; unknown values are left out."""
    passage = segment.passage(number)
    values = {
        name: getattr(passage, name)
        for name in (
            "passage_id",
            "document_id",
            "path",
            "paragraph",
            "text",
            "title",
            "site",
            "author",
            "published",
            "url",
        )
    }
    values["headings"] = HEADING_BREAK.join(passage.headings) or None
    for facet in ALL_FACETS:
        if facet.name in SORTABLE:
            values[facet.name] = (
                ",".join(map(str, facet.values(passage))) if facet.several else facet.value(passage)
            )
    return {name: value for name, value in values.items() if value is not None}
