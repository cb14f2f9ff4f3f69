"""One commit, opened: its segments, with what holds across them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ...analysis.words import Analyzer
from ...index.engine import OncePerCommit
from ..formula import SIGN_WEIGHTS
from .container import Ints
from .facet_values import FacetColumn, facet_columns
from .named_facets import named_columns
from .scored_fields import ScoredField
from .segment import Segment
from .term_postings import PostingsCache, idf
from .toc import SegmentEntry, Toc, read_checked

_TERMS_REMEMBERED = 4096


class Snapshot:
    """One commit, immutable; readers keep it for as long as they need it."""

    def __init__(
        self,
        folder: Path,
        toc: Toc,
        analyzer: Analyzer,
        before: Snapshot | None = None,
        cache: PostingsCache | None = None,
    ) -> None:
        self.toc = toc
        self.analyzer = analyzer
        # What was read for the snapshot before is there still.
        opened = {
            segment.entry.file: segment
            for segment in (before.segments if before else ())
            if not segment.file.is_changed()
        }

        def segment_of(entry: SegmentEntry) -> Segment:
            known = opened.get(entry.file)
            if known is None:
                return Segment(folder, entry, cache)
            return known if known.entry == entry else known.as_of(folder, entry)

        self.segments: list[Segment] = list(map(segment_of, toc.segments))
        self._order = read_checked(folder, toc.order) if toc.order else None
        self._manifest = read_checked(folder, toc.manifest)
        self.once = OncePerCommit()
        self._known_terms: dict[tuple[str, str], tuple[bytes, float]] = {}
        self._mean_lengths: dict[str, float] = {}

    def is_changed(self) -> bool:
        """Whether a file of it was cut, or written into, since it was opened."""
        return any(segment.file.is_changed() for segment in self.segments)

    def verify(self) -> None:
        """Read all segments; raise IndexBrokenError where they are not what was written.

        The other files were held to their hashes when it was opened.
        """
        for segment in self.segments:
            segment.file.verify()

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The JSON value of the commit's writer."""
        value: Mapping[str, Any] = json.loads(self._manifest)
        return value

    @cached_property
    def document_ranks(self) -> list[Ints]:
        """Per segment (documents,): place of each document in the order of the whole index."""
        if len(self.segments) < 2:
            return [np.arange(segment.documents) for segment in self.segments]
        order = self._order or document_order(self.segments)
        ranks = np.frombuffer(order, "<u4").astype(np.int64)
        ends = np.cumsum([segment.documents for segment in self.segments])
        return np.split(ranks, ends[:-1])

    @cached_property
    def documents_in_order(self) -> list[tuple[Segment, int]]:
        """Every live document with its segment, in document order."""
        if len(self.segments) == 1:
            segment = self.segments[0]
            return [(segment, n) for n in range(segment.documents) if segment.is_live(n)]
        at = [
            (int(rank), segment, number)
            for segment, ranks in zip(self.segments, self.document_ranks, strict=True)
            for number, rank in enumerate(ranks)
            if segment.is_live(number)
        ]
        return [(segment, number) for _, segment, number in sorted(at, key=lambda item: item[0])]

    @cached_property
    def _shifts(self) -> list[Ints]:
        """Per segment (documents,): what to add to a passage's number to get its global rank."""
        sizes = [np.diff(segment.first_passage.astype(np.int64)) for segment in self.segments]
        by_rank = np.zeros(sum(map(len, sizes)) + 1, np.int64)
        for ranks, size in zip(self.document_ranks, sizes, strict=True):
            by_rank[ranks + 1] = size
        first = np.cumsum(by_rank)
        return [
            first[ranks] - segment.first_passage[:-1].astype(np.int64)
            for segment, ranks in zip(self.segments, self.document_ranks, strict=True)
        ]

    @cached_property
    def _dates(self) -> list[Ints]:
        """Per segment: number of its n-th date of publication among all, newest 0, unknown last."""
        newest_first = sorted({d for s in self.segments for d in s.published}, reverse=True)
        number = {date: n for n, date in enumerate(newest_first)}
        return [np.array([number[d] for d in s.published], np.int64) for s in self.segments]

    def passage_ranks(self, segment: int, numbers: Ints) -> Ints:
        """Place of passages of a segment in the document order of the whole index, ascending."""
        if len(self.segments) == 1:
            return numbers
        here = self.segments[segment]
        return numbers + self._shifts[segment][here.cell_document[here.cell_of[numbers]]]

    def date_ranks(self, segment: int, numbers: Ints) -> Ints:
        """Place of each passage's date among all dates, newest first."""
        here = self.segments[segment]
        documents = here.cell_document[here.cell_of[numbers]]
        return self._dates[segment][here.published_of[documents]]

    @cached_property
    def facet_columns(self) -> Mapping[str, FacetColumn]:
        """The values of every facet, by its name."""
        return facet_columns([segment.columns for segment in self.segments])

    @cached_property
    def named_columns(self) -> Mapping[str, FacetColumn]:
        """The values of every facet of single passages, by its name."""
        return named_columns([segment.names for segment in self.segments])

    def fields(self, name: str) -> Iterator[ScoredField]:
        """A scored field in every segment."""
        return (segment.scored_fields[name] for segment in self.segments)

    @cached_property
    def passages(self) -> int:
        """In all segments."""
        return sum(segment.passages for segment in self.segments)

    def mean_length(self, name: str) -> float:
        """Mean length of a scored field over all segments; 0 where there is no passage."""
        length = self._mean_lengths.get(name)
        if length is None:
            length = sum(f.total_length for f in self.fields(name)) / (self.passages or 1)
            self._mean_lengths[name] = length
        return length

    def rarity(self, field: str, term: bytes) -> float:
        """The idf of a term of a field; a sign is as rare as its weight says."""
        return 1.0 if field in SIGN_WEIGHTS else idf(self.passages, self.frequency(field, term))

    def term(self, field: str, text: str) -> tuple[bytes, float] | None:
        """(UTF-8, idf) of a term of a field by their names; None where it does not occur."""
        # In a table of its own: a cache of this method would hold the commit, which would then
        # stay in memory after its last reader.
        known, key = self._known_terms, (field, text)
        found = known.get(key)
        if found is None:
            term = text.encode("utf-8", "surrogatepass")
            if not self.frequency(field, term):
                return None
            if len(known) >= _TERMS_REMEMBERED:
                known.clear()
            found = known[key] = (term, self.rarity(field, term))
        return found

    def frequency(self, field: str, term: bytes) -> int:
        """In how many passages a term of a field occurs, over all segments."""
        return sum(f.postings(term).size for f in self.fields(field))


def document_order(segments: Sequence[Segment]) -> bytes:
    """The place of each document in the order of all segments, as it is stored."""
    keys = [key for segment in segments for key in segment.order_keys]
    # Each segment is in order already, which this sort makes use of.
    ranks = np.empty(len(keys), "<u4")
    ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return ranks.tobytes()
