"""The distributed engine: answers every call of the port from the newest commit of a cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeVar

from ...analysis import Analyzer
from ...budget import current
from ...documents import Document, Passage
from ...engine import CountUnit, DocumentTitle, EngineRequest, EngineStats, TermKind
from ...errors import IndexStateError, NotFoundError
from ...query import Query
from ...request import FacetName, Filters
from ...results import CrossTable, Explanation, Found, LabelHit
from .asking import DOCUMENT_ORDER, WINDOW, Asking
from .compile import LABELS, compile_match
from .connection import Connection
from .cross_tables import cross_tabulate
from .explaining import explain
from .failures import require_whole, too_old
from .filters import Clause, of_documents
from .hits import Cursors
from .schema import FORMAT, FORMAT_VERSION, document_of, label_of, passage_of
from .searching import search
from .state import State, read_manifest, read_state, read_terms
from .tokens import safe

__all__ = ["OpenSearchEngine", "open_engine"]

T = TypeVar("T")

_PASSAGES_AT_ONCE = 2_000
_DOCUMENTS_AT_ONCE = 50
_TITLES_AT_ONCE = 5_000


def open_engine(connection: Connection) -> OpenSearchEngine:
    """Read the index of a connection.

    Raises IndexMissingError, IndexBrokenError, IndexTooNewError, IndexTooOldError, or what says
    why the server cannot be asked.
    """
    return OpenSearchEngine(connection)


class OpenSearchEngine:
    """Reads an index. Safe to share between threads; each call sees the newest commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._asking = Asking(connection)
        self._cursors = Cursors()
        self._lock = threading.Lock()
        self._closed = False
        self._analyzer: Analyzer | None = None
        self._manifest: tuple[tuple[str, str], Mapping[str, Any]] | None = None
        self.refresh()

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer the index was written with."""
        return self._analyzer_of(self._newest())

    def search(self, request: EngineRequest) -> Found:
        """Every matching passage counted, one slice returned."""
        return self._answer(lambda state: search(self._asking, state, request, self._cursors))

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
        facets, wanted = (row, column), (rows, columns)
        return self._answer(
            lambda state: cross_tabulate(self._asking, state, query, filters, facets, wanted, unit)
        )

    def explain(self, query: Query, passage_id: str) -> Explanation:
        """Why a passage matches or not, and the shares of its score. Raises NotFoundError."""
        found = self._answer(
            lambda state: explain(self._asking, state, self._analyzer_of(state), query, passage_id)
        )
        if found is None:
            raise _no_passage(passage_id)
        return found

    def labels(
        self, query: Query, filters: Filters, limit: int
    ) -> tuple[int, tuple[LabelHit, ...]]:
        """Titles, headings and captions that match: how many, and the first in document order."""
        if query.is_empty:
            return 0, ()
        clauses = [compile_match(query.match, LABELS), *of_documents(filters)]
        answer = self._answer(
            lambda state: self._asking.search(
                state,
                "label",
                clauses,
                whole=False,
                size=min(limit, WINDOW),
                sort=DOCUMENT_ORDER,
                track_total_hits=True,
                _source=["record"],
            )
        )
        if not current().was_spent:
            require_whole(answer, self._connection.place)
        hits = answer["hits"]
        return hits["total"]["value"], tuple(label_of(hit["_source"]) for hit in hits["hits"])

    def get(self, passage_id: str) -> Passage:
        """One passage. Raises NotFoundError."""
        for passage in self._some_passages([{"term": {"passage_id": safe(passage_id)}}], size=1):
            return passage
        raise _no_passage(passage_id)

    def with_text(self, text_digest: str) -> tuple[Passage, ...]:
        """Passages whose id begins with these 20 hex digits, in document order."""
        same: Clause = {"prefix": {"passage_id": safe(f"{text_digest}-")}}
        found = self._some_passages([same])
        if len(found) < WINDOW:
            return found
        every = self._every("passage", _PASSAGES_AT_ONCE, ["record"], same)
        return tuple(map(passage_of, every))

    def passages(self) -> Iterator[Passage]:
        """Every passage in document order."""
        return map(passage_of, self._every("passage", _PASSAGES_AT_ONCE, ["record"]))

    def passages_in(
        self, document_id: str, first: int = 1, last: int | None = None
    ) -> tuple[Passage, ...]:
        """The passages of a document from its ``first`` to its ``last``, counted from 1."""
        start = max(first, 1)
        stop = None if last is None else max(last, 0)
        of = {"term": {"document_id": safe(document_id)}}

        def answer(state: State) -> tuple[Passage, ...]:
            found = self._first(state, "document", [of], document_id, ["passages"])
            if found is None:
                raise _no_document(document_id)
            end = found["passages"] if stop is None else min(stop, found["passages"])
            passages: list[Passage] = []
            for at in range(start, end + 1, _PASSAGES_AT_ONCE):
                part = {"gte": at, "lte": min(at + _PASSAGES_AT_ONCE - 1, end)}
                passages += self._passages(
                    state, [of, {"range": {"paragraph": part}}], routing=safe(document_id)
                )
            return tuple(passages)

        return self._answer(answer)

    def document(self, document_id: str) -> Document:
        """One document with its text and paragraphs. Raises NotFoundError."""
        of = {"term": {"document_id": safe(document_id)}}
        found = self._answer(
            lambda state: self._first(state, "document", [of], document_id, ["record"])
        )
        if found is None:
            raise _no_document(document_id)
        return document_of(found)

    def documents(self) -> Iterator[Document]:
        """Every document in document order."""
        return map(document_of, self._every("document", _DOCUMENTS_AT_ONCE, ["record"]))

    def terms(self, kind: TermKind) -> Iterator[tuple[str, int]]:
        """Every term of the passages and in how many it occurs, by code points."""
        return read_terms(self._connection, self._newest(), kind)

    def titles(self) -> Iterator[DocumentTitle]:
        """The documents that have a title, in document order."""
        shown = ["document_id", "title_shown", "passages"]
        clause: Clause = {"term": {"has_title": True}}
        for source in self._every("document", _TITLES_AT_ONCE, shown, clause):
            yield DocumentTitle(source["document_id"], source["title_shown"], source["passages"])

    def manifest(self) -> Mapping[str, Any]:
        """The JSON value that the last commit's writer set."""
        return self._answer(self._manifest_of)

    def stats(self) -> EngineStats:
        """Counts of what is committed, and the bytes of the index, without its copies."""
        state = self._newest()
        with self._asking.translated():
            answer = self._connection.client.indices.stats(index=state.index, metric="store")
        return EngineStats(
            documents=state.documents,
            passages=state.passages,
            size_bytes=answer["_all"]["primaries"]["store"]["size_in_bytes"],
            format_version=f"{FORMAT} {FORMAT_VERSION}",
            generation=state.generation,
        )

    @property
    def remains(self) -> None:
        """None: the cluster mends itself from its copies."""
        return None

    def verify(self) -> None:
        """Nothing: the cluster holds its files to their checksums, and ``schema`` each passage."""

    def refresh(self) -> None:
        """See the newest commit now."""
        self._newest()

    def close(self) -> None:
        """Let go of the connections. Safe to call twice."""
        self._closed = True
        self._connection.close()

    def _newest(self) -> State:
        self._require_open()
        return read_state(self._connection)

    def _require_open(self) -> None:
        if self._closed:
            raise IndexStateError(
                f"The index {self._connection.place} was closed: open it again.",
                zh=f"索引 {self._connection.place} 已关闭：请重新打开。",
            )

    def _answer(self, answer: Callable[[State], T]) -> T:
        self._require_open()
        return self._asking.of_one_commit(answer)

    def _analyzer_of(self, state: State) -> Analyzer:
        with self._lock:
            if self._analyzer is None or self._analyzer.digest != state.analyzer_digest:
                self._analyzer = Analyzer(state.user_words)
            if self._analyzer.digest != state.analyzer_digest:
                raise too_old(self._connection.place, "was segmented with an older dictionary")
            return self._analyzer

    def _manifest_of(self, state: State) -> Mapping[str, Any]:
        commit = (state.index, state.commit)
        with self._lock:
            if self._manifest is not None and self._manifest[0] == commit:
                return self._manifest[1]
        manifest = read_manifest(self._connection, state)
        with self._lock:
            if self._manifest is None or self._manifest[0] != commit:
                self._manifest = (commit, manifest)
            return self._manifest[1]

    def _first(
        self, state: State, kind: str, clauses: list[Clause], document_id: str, shown: list[str]
    ) -> Mapping[str, Any] | None:
        answer = self._asking.search(
            state, kind, clauses, routing=safe(document_id), size=1, _source=shown
        )
        hits = answer["hits"]["hits"]
        return hits[0]["_source"] if hits else None

    def _some_passages(self, clauses: list[Clause], size: int = WINDOW) -> tuple[Passage, ...]:
        return self._answer(lambda state: tuple(self._passages(state, clauses, size)))

    def _passages(
        self, state: State, clauses: list[Clause], size: int = WINDOW, routing: str | None = None
    ) -> Iterator[Passage]:
        """The first passages in document order."""
        answer = self._asking.search(
            state,
            "passage",
            clauses,
            routing=routing,
            size=size,
            sort=DOCUMENT_ORDER,
            track_total_hits=False,
            _source=["record"],
        )
        return (passage_of(hit["_source"]) for hit in answer["hits"]["hits"])

    def _every(
        self, kind: str, at_once: int, shown: list[str], *clauses: Clause
    ) -> Iterator[Mapping[str, Any]]:
        self._require_open()
        with self._asking.moment() as (state, moment):
            yield from self._asking.walk(
                state, moment, kind, clauses, at_once=at_once, _source=shown
            )


def _no_passage(passage_id: str) -> NotFoundError:
    return NotFoundError(
        f"There is no passage {passage_id}: check its id, or search for its words.",
        zh=f"没有编号为 {passage_id} 的段落：请核对编号，或检索其中的文字。",
    )


def _no_document(document_id: str) -> NotFoundError:
    return NotFoundError(
        f"There is no document {document_id}: check its id, or search for its words.",
        zh=f"没有编号为 {document_id} 的文献：请核对编号，或检索其中的文字。",
    )
