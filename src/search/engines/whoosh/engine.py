"""The embedded engine: answers every call of the port from the newest commit."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ...analysis import Analyzer
from ...documents import Document, Passage
from ...engine import EngineRequest, EngineStats
from ...errors import IndexBrokenError, IndexStateError, NotFoundError
from ...query import Query
from ...request import FACETS, FacetName, Filters
from ...results import CrossTable, Explanation, FacetCount, Found, LabelHit
from .budget import Budget
from .collapse import best_of_each
from .compile import compile_match, scored_terms
from .container import Ints, broken
from .cross_counts import cross_table
from .explaining import explain
from .facet_counts import cell_filters, document_filters, facet_counts, kept_cells
from .matching import Units, as_numbers, match_units
from .scoring import Scorer
from .segment import Segment
from .selection import select
from .snapshot import Snapshot
from .stock_matching import StockMatching
from .toc import FORMAT, TOC_NAME, VERSION, Toc, read_toc

__all__ = ["WhooshEngine", "open_engine"]

_ATTEMPTS = 5
"""How often a reader starts again when commits take files away while it opens them."""


def open_engine(index_dir: Path) -> WhooshEngine:
    """Open the index in a folder.

    Raises IndexMissingError, IndexBrokenError or IndexTooNewError.
    """
    return WhooshEngine(index_dir)


class WhooshEngine:
    """Reads an index. Safe to share between threads; each call sees the newest commit."""

    def __init__(self, index_dir: Path) -> None:
        self._folder = index_dir
        self._lock = threading.Lock()
        self._closed = False
        self._state: tuple[int, ...] = ()
        self._snapshot: Snapshot | None = None
        self.refresh()

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer the index was written with."""
        return self.snapshot().analyzer

    def search(self, request: EngineRequest) -> Found:
        """Every matching passage counted, one slice returned."""
        return self.search_whoosh(compile_match(request.query.match), request)

    def search_whoosh(self, query: Any, request: EngineRequest) -> Found:
        """A search in which any Whoosh query decides what matches; ``request.query`` scores only.

        Parts of the tree that the arrays do not know run on the stock searcher, slowly. Raises
        QueryError for what it cannot answer on this index.
        """
        snapshot = self.snapshot()
        budget, stock = Budget(request.budget_ms), StockMatching(snapshot)
        counted, found, total, documents = [], [], 0, 0
        for at, segment in enumerate(snapshot.segments):
            if budget.is_spent():
                break
            matched = match_units(query, segment.text, budget, partial(stock.units, at))
            numbers, per_cell = _cells(segment, matched)
            masks = cell_filters(segment, request.filters)
            kept = kept_cells(segment, masks)
            counts = per_cell if kept is None else per_cell * kept
            total += int(counts.sum())
            # Cells are in order of their documents.
            of = segment.cell_document[counts > 0]
            documents += int(np.count_nonzero(of[1:] != of[:-1])) + bool(len(of))
            counted.append((segment, per_cell, masks))
            if request.limit:
                if numbers is None:
                    numbers = np.arange(segment.passages)
                if kept is not None:
                    numbers = numbers[kept[segment.cell_of[numbers]]]
                found.append(numbers)
        hits, hidden = self._hits(snapshot, request, found)
        facets: Mapping[str, tuple[FacetCount, ...]] = {}
        if request.facets:
            late = budget.is_spent()
            facets = {facet.name: () for facet in FACETS} if late else facet_counts(counted)
        return Found(
            total=total,
            documents=documents,
            hits=hits,
            facets=facets,
            hidden=hidden,
            partial=budget.was_spent,
        )

    def cross_tabulate(
        self, query: Query, filters: Filters, row: FacetName, column: FacetName
    ) -> CrossTable:
        """Matching passages by the values of two facets."""
        tree = compile_match(query.match)
        others = replace(filters, **{row: (), column: ()})
        counted = [
            (segment, per_cell, cell_filters(segment, others))
            for segment in self.snapshot().segments
            for _, per_cell in (_cells(segment, match_units(tree, segment.text)),)
        ]
        return cross_table(counted, row, column)

    def explain(self, query: Query, passage_id: str) -> Explanation:
        """Why a passage matches or not, and the shares of its score. Raises NotFoundError."""
        snapshot = self.snapshot()
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
        snapshot = self.snapshot()
        tree = compile_match(query.match)
        total, first = 0, []
        for at, segment in enumerate(snapshot.segments):
            numbers = as_numbers(match_units(tree, segment.label_text))
            of = segment.label_document[numbers]
            kept = np.ones(len(numbers), np.bool_)
            if segment.live_documents is not None:
                kept &= segment.live_documents[of]
            for mask in document_filters(segment, filters).values():
                kept &= mask[of]
            numbers, of = numbers[kept][:], of[kept]
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
        for segment in self.snapshot().segments:
            passage = segment.find_passage(passage_id)
            if passage is not None:
                return passage
        raise _no_passage(passage_id)

    def with_text(self, text_digest: str) -> tuple[Passage, ...]:
        """Passages whose id begins with these 20 hex digits, in document order."""
        return tuple(self._passages_from(f"{text_digest}-"))

    def passages(self) -> Iterator[Passage]:
        """Every passage in document order."""
        documents = self.snapshot().documents_in_order
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
        segment, number = self._find_document(document_id)
        return segment.document(number)

    def documents(self) -> Iterator[Document]:
        """Every document in document order."""
        documents = self.snapshot().documents_in_order
        return (segment.document(number) for segment, number in documents)

    def manifest(self) -> Mapping[str, Any]:
        """The JSON value that the last commit's writer set."""
        for _ in range(_ATTEMPTS):
            snapshot = self.snapshot()
            try:
                return snapshot.manifest
            except IndexBrokenError:
                # A commit may have replaced the file since the snapshot was taken.
                if self.snapshot() is snapshot:
                    raise
        return self.snapshot().manifest

    def stats(self) -> EngineStats:
        """Counts and sizes of what is committed."""
        snapshot = self.snapshot()
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
        )

    def refresh(self) -> None:
        """See the newest commit now."""
        with self._lock:
            if self._closed:
                raise IndexStateError(
                    f"The index {self._folder} was closed: open it again.",
                    zh=f"索引 {self._folder} 已关闭：请重新打开。",
                )
            state = self._toc_state()
            if self._snapshot is None or not state or state != self._state:
                self._snapshot = self._open()
                self._state = state

    def close(self) -> None:
        """Let go of files. Safe to call twice."""
        with self._lock:
            self._closed = True
            self._snapshot = None

    def snapshot(self) -> Snapshot:
        """The newest commit."""
        self.refresh()
        snapshot = self._snapshot
        if snapshot is None:
            self.refresh()
            return self.snapshot()
        return snapshot

    def _toc_state(self) -> tuple[int, ...]:
        """Changes with every commit; empty where there is no table of contents."""
        try:
            status = (self._folder / TOC_NAME).stat()
        except OSError:
            return ()
        return (status.st_ino, status.st_mtime_ns, status.st_size)

    def _open(self) -> Snapshot:
        toc = read_toc(self._folder)
        for _ in range(_ATTEMPTS):
            try:
                return Snapshot(self._folder, toc, self._analyzer_of(toc), self._snapshot)
            except IndexBrokenError:
                # A commit may have replaced the files between the two reads.
                newer = read_toc(self._folder)
                if newer == toc:
                    raise
                toc = newer
        return Snapshot(self._folder, toc, self._analyzer_of(toc), self._snapshot)

    def _analyzer_of(self, toc: Toc) -> Analyzer:
        if self._snapshot is not None and self._snapshot.toc.analyzer_digest == toc.analyzer_digest:
            return self._snapshot.analyzer
        analyzer = Analyzer(toc.user_words)
        if analyzer.digest != toc.analyzer_digest:
            raise broken(self._folder / TOC_NAME, "was segmented with another dictionary")
        return analyzer

    def _find_document(self, document_id: str) -> tuple[Segment, int]:
        for segment in self.snapshot().segments:
            number = segment.find_document(document_id)
            if number is not None:
                return segment, number
        raise NotFoundError(
            f"There is no document {document_id}.", zh=f"没有编号为 {document_id} 的文献。"
        )

    def _passages_from(self, id_prefix: str) -> list[Passage]:
        """Passages whose id begins so, in document order."""
        snapshot = self.snapshot()
        found = [
            (int(snapshot.passage_ranks(at, np.array([number]))[0]), segment.passage(number))
            for at, segment in enumerate(snapshot.segments)
            for number in segment.find_passages(id_prefix)
        ]
        return [passage for _, passage in sorted(found, key=lambda item: item[0])]

    def _hits(
        self, snapshot: Snapshot, request: EngineRequest, found: list[Ints]
    ) -> tuple[tuple[tuple[Passage, float], ...], tuple[int, ...]]:
        """The slice of the order that was asked for, from matching passages per segment.

        And how many passages each hides, where the request collapses.
        """
        if not sum(map(len, found)) > request.offset:
            return (), ()
        scorer = Scorer(snapshot, list(scored_terms(request.query)))
        by_score = request.sort == "relevance" and not scorer.is_empty
        ends = np.cumsum([len(numbers) for numbers in found])
        numbers = _joined(found)

        def segment_of(indices: Ints) -> Ints:
            return np.searchsorted(ends, indices, side="right")

        def ranks(indices: Ints) -> Ints:
            """Place in document order of some of the found passages."""
            if len(found) == 1:
                return numbers[indices]
            at, result = segment_of(indices), np.empty(len(indices), np.int64)
            for segment in range(len(found)):
                here = at == segment
                result[here] = snapshot.passage_ranks(segment, numbers[indices[here]])
            return result

        scores: Any = None
        keys: Any = None
        start, stop = request.offset, request.offset + request.limit
        if by_score:
            # Fewer than there are segments where time ran out.
            parts = zip(snapshot.segments, found, strict=False)
            scores = _joined([scorer.scores(segment, n) for segment, n in parts])
            keys = -scores
        elif request.sort == "date":
            keys = _joined([snapshot.date_ranks(i, n) for i, n in enumerate(found)])
        elif len(found) > 1:
            keys = _joined([snapshot.passage_ranks(i, n) for i, n in enumerate(found)])
        best: Any = None
        hidden: tuple[int, ...] = ()
        if request.collapse:
            best, sizes = best_of_each(_documents(snapshot, found), keys)
            keys = None if keys is None else keys[best]
        if keys is None:
            # The passages of one segment stand in document order.
            chosen = np.arange(start, min(stop, len(numbers) if best is None else len(best)))
        else:
            chosen = select(keys, ranks if best is None else lambda i: ranks(best[i]), start, stop)
        if best is not None:
            hidden = tuple((sizes[chosen] - 1).tolist())
            chosen = best[chosen]
        hits = []
        for at, index in zip(segment_of(chosen).tolist(), chosen.tolist(), strict=True):
            segment, number = snapshot.segments[at], int(numbers[index])
            if by_score:
                score = float(scores[index])
            else:
                score = float(scorer.scores(segment, np.array([number]))[0])
            hits.append((segment.passage(number), score))
        return tuple(hits), hidden


def _cells(segment: Segment, matched: Units) -> tuple[Ints | None, Ints]:
    """(numbers of the matching passages or None for all, how many in each cell)."""
    if matched.dtype == np.bool_ and matched.all():
        return None, segment.cell_sizes
    numbers = as_numbers(matched)
    return numbers, np.bincount(segment.cell_of[numbers], minlength=segment.cells)


def _documents(snapshot: Snapshot, found: list[Ints]) -> Ints:
    """The document of each found passage, numbered through all segments."""
    parts, before = [], 0
    for segment, numbers in zip(snapshot.segments, found, strict=False):
        parts.append(segment.cell_document[segment.cell_of[numbers]].astype(np.int64) + before)
        before += segment.documents
    return _joined(parts)


def _no_passage(passage_id: str) -> NotFoundError:
    return NotFoundError(
        f"There is no passage {passage_id}.", zh=f"没有编号为 {passage_id} 的段落。"
    )


def _joined(arrays: list[Ints]) -> Ints:
    """Arrays one after another; a single one is not copied."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
