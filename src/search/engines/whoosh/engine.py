"""The embedded engine: opens the newest commit of a folder, and answers every call of the port."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np

from ...analysis.words import Analyzer
from ...budget import current
from ...documents.document import Document, Passage
from ...documents.facets import FacetName
from ...errors import IndexStateError, NotFoundError
from ...facets.gazetteer import Gazetteer
from ...index.answers import (
    Answer,
    CrossTable,
    Explanation,
    FacetCount,
    Found,
    LabelHit,
    Occurrences,
)
from ...index.engine import (
    CountUnit,
    DocumentTitle,
    EngineRequest,
    EngineStats,
    Plan,
    Reader,
    TermKind,
    answer_in_parts,
)
from ...query.nodes import Query
from ...query.request import Filters
from .container import VERSION, Ints
from .facet_counts import (
    CellFilters,
    CrossCounting,
    FacetCounting,
    count_cells,
    counted,
    sets_of_values,
)
from .facet_values import NAMED
from .hits import slice_of_hits
from .integrity import Remains, sound_part
from .matching import SharedSets, Units, as_numbers, match_units
from .named_facets import NamedCounting, NamedFilters
from .postings import LONG_CHARS, distinct_places, phrase_counts
from .scoring import explain
from .segment import Segment
from .snapshot import Snapshot
from .term_counts import term_counts
from .term_postings import POSTINGS_CACHE_MB, PostingsCache
from .toc import FORMAT, TOC_NAME, Toc, read_toc, too_old

T = TypeVar("T")

_MB = 1_000_000
_MATCHING = 0.75
"""The part of a budget that is there to find what matches; the rest counts and ranks it."""
_PATIENCE_S = 0.2
"""So long the first who asks waits for a commit to be prepared,"""
_FRESH_S = 3.0
"""if it is not older than this."""
_ATTEMPTS = 5
"""How often a reader starts again when commits take files away while it opens them."""


def open_engine(
    index_dir: Path,
    *,
    cache_mb: int = POSTINGS_CACHE_MB,
    sharers: int = 1,
    sound_only: bool = False,
) -> WhooshEngine:
    """Open the index in a folder; ``cache_mb`` bounds the memory for decoded postings.

    ``sharers`` processes that open it so have the memory for what is remembered together.
    ``sound_only`` is for mending: everything is verified, damaged segments are passed over, and
    ``remains`` says what is left of them. Raises IndexMissingError, IndexBrokenError,
    IndexTooNewError or IndexTooOldError.
    """
    return WhooshEngine(index_dir, cache_mb, sharers=sharers, sound_only=sound_only)


class WhooshEngine:
    """An index in a folder. Safe to share between threads.

    What is damaged raises IndexBrokenError when it is needed, so no answer rests on it.
    """

    def __init__(
        self,
        index_dir: Path,
        cache_mb: int = POSTINGS_CACHE_MB,
        *,
        sharers: int = 1,
        sound_only: bool = False,
    ) -> None:
        self._folder = index_dir
        self._sound_only = sound_only
        self._remains: Remains | None = None
        self._postings = PostingsCache(cache_mb * _MB, sharers)
        self._toc_path = str(index_dir / TOC_NAME)
        self._lock = threading.Lock()
        self._closed = False
        self._state: tuple[int, ...] = ()
        self._snapshot: Snapshot | None = None
        self._prepare: Callable[[Reader], object] | None = None
        self._preparing: threading.Thread | None = None
        self.snapshot()

    def reader(self) -> WhooshReader:
        """A reader of the newest commit, or of the one before while that is prepared."""
        snapshot = self.snapshot()
        return WhooshReader(snapshot, self._remains)

    def prepare(self, prepare: Callable[[Reader], object]) -> None:
        """Have this done with every further commit, aside, before readers are of it."""
        self._prepare = prepare

    def snapshot(self) -> Snapshot:
        """What readers are of, opened; files that were changed in place are seen as they are."""
        with self._lock:
            if self._closed:
                raise IndexStateError("index-closed", place=self._folder)
            state, known = self._toc_state(), self._snapshot
            if known is None or not state or known.is_changed():
                self._snapshot, self._state = self._open(), state
                return self._snapshot
            # In a process that was forked meanwhile it is not alive, and is begun again.
            if state == self._state or (self._preparing and self._preparing.is_alive()):
                return known
            aside = self._begun_aside(known, state)
            if aside is None:
                self._snapshot, self._state = self._open(), state
                return self._snapshot
        # Of a small index whoever asks first has the new commit at once; and of one that was made
        # when nobody asked, as an answer by what was there hours ago would be wrong.
        _, made_ns, _ = state
        aside.join(_PATIENCE_S if time.time() - made_ns / 1e9 < _FRESH_S else None)
        with self._lock:
            return self._snapshot or known

    def _begun_aside(self, before: Snapshot, state: tuple[int, ...]) -> threading.Thread | None:
        """The thread that prepares the newest commit; None where nothing is to be prepared, or no
        further thread can be had.
        """
        if self._prepare is None:
            return None
        what = (before, state, self._prepare)
        self._preparing = aside = threading.Thread(target=self._take, args=what, daemon=True)
        try:
            aside.start()
        except RuntimeError:
            return None
        return aside

    def _take(
        self, before: Snapshot, state: tuple[int, ...], prepare: Callable[[Reader], object]
    ) -> None:
        """Have readers be of the newest commit once it is prepared, if they are of ``before`` yet.

        Where that fails, whoever asks it is told what is wrong with it.
        """
        snapshot = None
        with contextlib.suppress(Exception):
            snapshot = self._open()
            prepare(WhooshReader(snapshot, self._remains))
        with self._lock:
            if self._snapshot is before:
                self._snapshot, self._state = snapshot, state

    def close(self) -> None:
        """Let go of files. Safe to call twice."""
        with self._lock:
            self._closed = True
            self._snapshot = None

    def _toc_state(self) -> tuple[int, ...]:
        """Changes with every commit; empty where there is no table of contents."""
        try:
            status = os.stat(self._toc_path)  # noqa: PTH116 - asked for with every search
        except OSError:
            return ()
        return (status.st_ino, status.st_mtime_ns, status.st_size)

    def _open(self) -> Snapshot:
        toc = read_toc(self._folder)
        for _ in range(_ATTEMPTS):
            try:
                return self._snapshot_of(toc)
            except IndexStateError:
                # A commit may have replaced the files between the two reads.
                newer = read_toc(self._folder)
                if newer == toc:
                    raise
                toc = newer
        return self._snapshot_of(toc)

    def _snapshot_of(self, toc: Toc) -> Snapshot:
        analyzer = self._analyzer_of(toc)
        if self._sound_only:
            toc, self._remains = sound_part(self._folder, toc)
        return Snapshot(self._folder, toc, analyzer, self._snapshot, self._postings)

    def _analyzer_of(self, toc: Toc) -> Analyzer:
        if self._snapshot is not None and self._snapshot.toc.analyzer_digest == toc.analyzer_digest:
            return self._snapshot.analyzer
        analyzer = Analyzer(toc.user_words)
        if analyzer.digest != toc.analyzer_digest:
            raise too_old(self._folder, "was made with an older folding or dictionary")
        return analyzer


class WhooshReader:
    """One commit of an index in a folder. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, remains: Remains | None = None) -> None:
        self._snapshot = snapshot
        self._remains = remains
        self._shared = SharedSets()

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer the index was written with."""
        return self._snapshot.analyzer

    @property
    def snapshot(self) -> Snapshot:
        """The commit, opened."""
        return self._snapshot

    def search(self, request: EngineRequest) -> Found:
        """Every matching passage counted, one slice returned."""
        tree = request.query.match
        return self._found(request, lambda segment: match_units(tree, segment.text, self._shared))

    def read_whoosh(self, text: str) -> tuple[Any, tuple[str, ...]]:
        """A text in the language of Whoosh as its query, and the words that it asks for."""
        from .face import parse_whoosh, text_terms

        places = Gazetteer.with_places(self.manifest().get("places") or "")
        query = parse_whoosh(text, self.analyzer.user_words, places)
        return query, tuple(text_terms(query))

    def search_whoosh(self, query: Any, request: EngineRequest) -> Found:
        """A search in which a query of Whoosh decides what matches; ``request.query`` scores only.

        It is answered by Whoosh, posting by posting. Raises QueryError for what it cannot answer.
        """
        from .face import units_of_query

        snapshot = self._snapshot
        return self._found(request, units_of_query(snapshot.toc, snapshot.segments, query))

    def _found(self, request: EngineRequest, matching_in: Callable[[Segment], Units]) -> Found:
        snapshot = self._snapshot
        budget = current()
        counting, found = FacetCounting(snapshot.facet_columns, request.filters), []
        naming = NamedCounting(snapshot.named_columns, request.filters) if request.named else None
        with budget.share(_MATCHING) as matching:
            for at, segment in enumerate(snapshot.segments):
                if matching.is_spent():
                    break
                every = matching_in(segment)
                columns, names = segment.columns, segment.names
                named = NamedFilters(names, at, snapshot.named_columns, request.filters)
                matched = named.kept(every)
                cell_of_each, cells = count_cells(columns, matched)
                filters = CellFilters(columns, at, snapshot.facet_columns, request.filters)
                counting.add(columns, at, cells, filters, facets=request.facets)
                if request.limit:
                    found.append(filters.kept(matched, cell_of_each))
                if naming is None:
                    continue
                for name, number, remaining in naming.asked:
                    if matching.is_spent():
                        break
                    others = named.kept(every, name, remaining)
                    passages = as_numbers(filters.kept(others, columns.cells_of(others)))
                    of = segment.documents_of(passages)
                    naming.add(name, number, names, at, passages, of)
            late = matching.is_spent()
        hits, further, repeats = slice_of_hits(snapshot, request, found)
        counts: Mapping[str, tuple[FacetCount, ...]] = {}
        if request.facets:
            counts = dict.fromkeys(snapshot.facet_columns, ()) if late else counting.counts()
            if naming:
                counts = {**counts, **(dict.fromkeys(NAMED, ()) if late else naming.counts())}
        return Found(
            total=counting.total,
            documents=counting.documents,
            hits=hits,
            facets=counts,
            further=further,
            repeats=repeats,
            partial=late or budget.was_spent,
        )

    def search_all(self, requests: Sequence[EngineRequest]) -> tuple[Found, ...]:
        """What ``search`` gives for each of some requests."""
        return tuple(map(self.search, requests))

    def answer(self, plan: Plan) -> Answer:
        """All parts of a plan."""
        return answer_in_parts(self, plan)

    def cross_tabulate(
        self,
        query: Query,
        filters: Filters,
        row: FacetName,
        column: FacetName,
        *,
        rows: Collection[str | int | None] | None = None,
        columns: Collection[str | int | None] | None = None,
        unit: CountUnit = "passages",
    ) -> CrossTable:
        """Matching passages, or their documents, by the values of two facets."""
        snapshot, tree = self._snapshot, query.match
        others = replace(filters, **{row: (), column: ()})
        facets = {**snapshot.facet_columns, **snapshot.named_columns}
        counting, budget = CrossCounting(facets, row, column, rows, columns), current()
        for at, segment in enumerate(snapshot.segments):
            named = NamedFilters(segment.names, at, snapshot.named_columns, others)
            matched = named.kept(match_units(tree, segment.text, self._shared))
            # A cell that is too low would be taken for a finding.
            budget.spend()
            passing = CellFilters(segment.columns, at, snapshot.facet_columns, others)
            counting.add(
                counted(segment, matched, passing, row, column),
                *(sets_of_values(segment, at, facets[name]) for name in (row, column)),
                documents=unit == "documents",
            )
        return counting.table(documents=unit == "documents")

    def matching_in(self, query: Query, filters: Filters, document_id: str) -> tuple[int, ...]:
        """The ¶ of the passages of a document that a search with these filters finds."""
        segment, document = self._find_document(document_id)
        found = self._passages_of(segment, query, filters)
        # A list that lacks some would be taken for all.
        current().spend()
        numbers = segment.passage_range(document)
        first, last = np.searchsorted(found, (numbers.start, numbers.stop))
        return tuple((found[first:last] - numbers.start + 1).tolist())

    def occurrences(self, query: Query, filters: Filters) -> Occurrences | None:
        """The places of the only text that is marked, by its postings."""
        text = query.counted_text
        if not 0 < len(text) <= LONG_CHARS:
            return None
        total = passages = documents = matching = 0
        for segment in self._snapshot.segments:
            found = np.zeros(segment.passages, np.bool_)
            numbers = self._passages_of(segment, query, filters)
            found[numbers] = True
            matching += len(numbers)
            units, counts = phrase_counts(segment.text, text)
            kept = found[units]
            total += int(counts[kept].sum())
            passages += int(kept.sum())
            documents += len(distinct_places(segment.documents_of(units[kept])))
        if current().is_spent():
            return None
        return Occurrences(total, passages, documents, matching)

    def explain(self, query: Query, passage_id: str) -> Explanation:
        """Why a passage matches or not, and the shares of its score. Raises NotFoundError."""
        snapshot = self._snapshot
        for segment in snapshot.segments:
            for number in segment.find_passages(passage_id):
                if segment.passage(number).passage_id == passage_id:
                    return explain(snapshot, segment, number, query)
        raise _no_passage(passage_id)

    def labels(
        self, query: Query, filters: Filters, limit: int
    ) -> tuple[int, tuple[LabelHit, ...]]:
        """Titles, headings and captions that match: how many, and the first in document order."""
        if query.is_empty:
            return 0, ()
        snapshot = self._snapshot
        tree = query.match
        total, first = 0, []
        budget = current()
        for at, segment in enumerate(snapshot.segments):
            if budget.is_spent():
                break
            numbers = as_numbers(match_units(tree, segment.label_text, self._shared))
            of = segment.label_document[numbers]
            passing = CellFilters(segment.columns, at, snapshot.facet_columns, filters)
            kept = passing.documents()[of]
            numbers, of = numbers[kept], of[kept]
            total += len(numbers)
            ranks = snapshot.document_ranks[at][of[:limit]].tolist()
            first += [
                (rank, number, segment)
                for rank, number in zip(ranks, numbers[:limit].tolist(), strict=True)
            ]
        first.sort(key=lambda item: item[:2])
        return total, tuple(segment.label(number) for _, number, segment in first[:limit])

    def get(self, passage_id: str) -> Passage:
        """One passage. Raises NotFoundError."""
        for segment in self._snapshot.segments:
            passage = segment.find_passage(passage_id)
            if passage is not None:
                return passage
        raise _no_passage(passage_id)

    def with_text(self, text_digest: str) -> tuple[Passage, ...]:
        """Passages whose id begins with these 20 hex digits, in document order."""
        return tuple(self._passages_from(f"{text_digest}-"))

    def passages(self) -> Iterator[Passage]:
        """Every passage in document order."""
        documents = self._snapshot.documents_in_order
        return (
            segment.passage(number)
            for segment, document in documents
            for number in segment.passage_range(document)
        )

    def passages_in(
        self, document_id: str, first: int = 1, last: int | None = None
    ) -> tuple[Passage, ...]:
        """The passages of a document from its ``first`` to its ``last``, counted from 1."""
        segment, document = self._find_document(document_id)
        numbers = segment.passage_range(document)
        end = len(numbers) if last is None else max(0, last)
        return tuple(segment.passage(n) for n in numbers[max(0, first - 1) : end])

    def document(self, document_id: str) -> Document:
        """One document with its text and paragraphs. Raises NotFoundError."""
        return self._read(document_id, Segment.document)

    def described(self, document_id: str) -> Document:
        """One document, of a sound segment without its text and paragraphs. NotFoundError."""
        return self._read(document_id, Segment.described)

    def _read(self, document_id: str, read: Callable[[Segment, int], Document]) -> Document:
        remaining = self._remains.document(document_id) if self._remains else None
        if remaining is not None:
            return remaining
        return read(*self._find_document(document_id))

    def documents(self) -> Iterator[Document]:
        """Every document in document order."""
        documents = self._snapshot.documents_in_order
        return (segment.document(number) for segment, number in documents)

    def terms(self, kind: TermKind) -> Iterator[tuple[str, int]]:
        """Every term of the passages and in how many it occurs, by code points."""
        return term_counts(self._snapshot.segments, kind, self.analyzer)

    def may_have(self, characters: Collection[str]) -> bool:
        """Whether a segment has one of these characters, in passages that are gone too."""
        terms = (character.encode("utf-8", "surrogatepass") for character in characters)
        return any(self._snapshot.frequency("characters", term) for term in terms)

    def titles(self) -> Iterator[DocumentTitle]:
        """The documents that have a title, in document order."""
        for segment, number in self._snapshot.documents_in_order:
            title = segment.title_of(number)
            if title is not None:
                yield title

    def manifest(self) -> Mapping[str, Any]:
        """The JSON value that the commit's writer set."""
        return self._snapshot.manifest

    def stats(self) -> EngineStats:
        """Counts and sizes of what is committed."""
        snapshot = self._snapshot
        documents = passages = 0
        for segment in snapshot.segments:
            live = segment.live_documents
            sizes = np.diff(segment.first_passage.astype(np.int64))
            documents += segment.documents if live is None else int(np.count_nonzero(live))
            passages += int((sizes if live is None else sizes[live]).sum())
        return EngineStats(
            documents=documents,
            passages=passages,
            size_bytes=sum(entry.size for entry in snapshot.toc.files()),
            format_version=f"{FORMAT} {VERSION}",
            generation=snapshot.toc.generation,
            segments=len(snapshot.segments),
        )

    @property
    def remains(self) -> Remains | None:
        """What is left of damaged segments, where it was opened with ``sound_only``."""
        return self._remains

    def verify(self) -> None:
        """Hold all that is committed to its checksums. Raises IndexBrokenError."""
        self._snapshot.verify()

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gives of this commit, made once."""
        return self._snapshot.once.get(name, make)

    def close(self) -> None:
        """Nothing to do: the files of a commit are let go with the last of its readers."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _passages_of(self, segment: Segment, query: Query, filters: Filters) -> Ints:
        """The passages of a segment that a search finds, ascending."""
        snapshot, columns = self._snapshot, segment.columns
        at = snapshot.segments.index(segment)
        named = NamedFilters(segment.names, at, snapshot.named_columns, filters)
        matched = named.kept(match_units(query.match, segment.text, self._shared))
        passing = CellFilters(columns, at, snapshot.facet_columns, filters)
        return as_numbers(passing.kept(matched, columns.cells_of(matched)))

    def _find_document(self, document_id: str) -> tuple[Segment, int]:
        for segment in self._snapshot.segments:
            for number in segment.find_documents(document_id):
                return segment, number
        raise NotFoundError("document-missing", document_id=document_id)

    def _passages_from(self, id_prefix: str) -> list[Passage]:
        """Passages whose id begins so, in document order."""
        snapshot = self._snapshot
        found = [
            (int(snapshot.passage_ranks(at, np.array([number]))[0]), segment.passage(number))
            for at, segment in enumerate(snapshot.segments)
            for number in segment.find_passages(id_prefix)
        ]
        return [passage for _, passage in sorted(found, key=lambda item: item[0])]


def _no_passage(passage_id: str) -> NotFoundError:
    return NotFoundError("passage-missing", passage_id=passage_id)
