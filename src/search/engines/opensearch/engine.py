"""The distributed engine: holds commits of a cluster, and answers every call of the port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Self, TypeVar

from ...analysis.words import Analyzer
from ...budget import current
from ...documents.document import Document, Passage
from ...documents.facets import FacetName
from ...errors import IndexStateError, NotFoundError
from ...index.answers import Answer, CrossTable, Explanation, Found, LabelHit, Occurrences
from ...index.engine import (
    SEARCHING,
    CountUnit,
    DocumentTitle,
    EngineRequest,
    EngineStats,
    Plan,
    Reader,
    TermKind,
)
from ...query.nodes import Query
from ...query.request import Filters
from .asking import DOCUMENT_ORDER, WINDOW, Asking, hold_newest
from .compile import Clause, compile_match, passing
from .connection import Connection, require_whole, too_old
from .facets import cross_tabulate
from .schema import FORMAT, FORMAT_VERSION, document_of, passage_of, safe
from .searching import Cursors, answer_all, explain, labels_of, labels_question
from .state import read_state

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
    """An index in a cluster. Safe to share between threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._closed = False
        self._newest: Asking | None = None
        self.reader().close()

    def reader(self) -> OpenSearchReader:
        """A reader of the newest commit."""
        self._require_open()
        # Outside of the lock: nobody waits for the question of another.
        state = read_state(self._connection)
        with self._lock:
            self._require_open()
            if self._newest is None or not self._newest.is_of(state):
                newest = hold_newest(self._connection, self._newest)
                if newest is not self._newest:
                    self._let_go()
                    self._newest = newest.hold()
            return OpenSearchReader(self._newest.hold())

    def prepare(self, prepare: Callable[[Reader], object]) -> None:
        """Nothing: what is asked is asked of the cluster."""

    def close(self) -> None:
        """Let go of the connections. Safe to call twice."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._let_go()
                self._connection.close()

    def _require_open(self) -> None:
        if self._closed:
            raise IndexStateError("index-closed", place=self._connection.place)

    def _let_go(self) -> None:
        if self._newest is not None:
            self._newest.let_go()
            self._newest = None


class OpenSearchReader:
    """One commit of an index in a cluster. Safe to share between threads."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._closed = False

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer the index was written with."""
        return self.once("analyzer", self._analyzer)

    def search(self, request: EngineRequest) -> Found:
        """Every matching passage counted, one slice returned."""
        return self.search_all([request])[0]

    def search_all(self, requests: Sequence[EngineRequest]) -> tuple[Found, ...]:
        """What ``search`` gives for each of some requests, in one round trip."""
        plans = list(map(Plan, requests))
        answers = answer_all(self._asking, plans, self.once("cursors", Cursors))
        return tuple(answer.found for answer in answers)

    def answer(self, plan: Plan) -> Answer:
        """All parts of a plan in one round trip."""
        with current().share(SEARCHING):
            return answer_all(self._asking, [plan], self.once("cursors", Cursors))[0]

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
        return cross_tabulate(self._asking, query, filters, facets, wanted, unit)

    def matching_in(self, query: Query, filters: Filters, document_id: str) -> tuple[int, ...]:
        """The ¶ of the passages of a document that a search with these filters finds."""
        of = _of(document_id)
        self._document(document_id, "passages")
        clauses = [of, compile_match(query.match), *passing(filters)]
        every = self._asking.walk(
            "passage", clauses, at_once=_PASSAGES_AT_ONCE, _source=["paragraph"]
        )
        return tuple(source["paragraph"] for source in every)

    def occurrences(self, query: Query, filters: Filters) -> Occurrences | None:
        """None: a cluster counts passages, not places."""
        return None

    def explain(self, query: Query, passage_id: str) -> Explanation:
        """Why a passage matches or not, and the shares of its score. Raises NotFoundError."""
        found = explain(self._asking, query, passage_id)
        if found is None:
            raise _no_passage(passage_id)
        return found

    def labels(
        self, query: Query, filters: Filters, limit: int
    ) -> tuple[int, tuple[LabelHit, ...]]:
        """Titles, headings and captions that match: how many, and the first in document order."""
        if query.is_empty:
            return 0, ()
        (answer,) = self._asking.ask([labels_question(query, filters, limit)], whole=False)
        if not current().was_spent:
            require_whole(answer, self._asking.connection.place)
        return labels_of(answer)

    def get(self, passage_id: str) -> Passage:
        """One passage. Raises NotFoundError."""
        for passage in self._passages([{"term": {"passage_id": safe(passage_id)}}], size=1):
            return passage
        raise _no_passage(passage_id)

    def with_text(self, text_digest: str) -> tuple[Passage, ...]:
        """Passages whose id begins with these 20 hex digits, in document order."""
        same: Clause = {"prefix": {"passage_id": safe(f"{text_digest}-")}}
        found = self._passages([same])
        if len(found) < WINDOW:
            return found
        every = self._asking.walk("passage", [same], at_once=_PASSAGES_AT_ONCE, _source=["record"])
        return tuple(map(passage_of, every))

    def passages(self) -> Iterator[Passage]:
        """Every passage in document order."""
        every = self._asking.walk("passage", [], at_once=_PASSAGES_AT_ONCE, _source=["record"])
        return map(passage_of, every)

    def passages_in(
        self, document_id: str, first: int = 1, last: int | None = None
    ) -> tuple[Passage, ...]:
        """The passages of a document from its ``first`` to its ``last``, counted from 1."""
        start = max(first, 1)
        stop = None if last is None else max(last, 0)
        of, count = _of(document_id), self._document(document_id, "passages")["passages"]
        end = count if stop is None else min(stop, count)
        passages: list[Passage] = []
        for at in range(start, end + 1, _PASSAGES_AT_ONCE):
            part = {"gte": at, "lte": min(at + _PASSAGES_AT_ONCE - 1, end)}
            passages += self._passages([of, {"range": {"paragraph": part}}])
        return tuple(passages)

    def document(self, document_id: str) -> Document:
        """One document with its text and paragraphs. Raises NotFoundError."""
        return document_of(self._document(document_id, "record"))

    described = document

    def documents(self) -> Iterator[Document]:
        """Every document in document order."""
        every = self._asking.walk("document", [], at_once=_DOCUMENTS_AT_ONCE, _source=["record"])
        return map(document_of, every)

    def terms(self, kind: TermKind) -> Iterator[tuple[str, int]]:
        """Every term of the passages and in how many it occurs, by code points."""
        return self._asking.terms(kind)

    def may_have(self, characters: Collection[str]) -> bool:
        """Yes: to ask costs more than to count what has them with the rest of a plan."""
        return True

    def titles(self) -> Iterator[DocumentTitle]:
        """The documents that have a title, in document order."""
        shown = ["document_id", "title_shown", "passages"]
        clause: Clause = {"term": {"has_title": True}}
        every = self._asking.walk("document", [clause], at_once=_TITLES_AT_ONCE, _source=shown)
        for source in every:
            yield DocumentTitle(source["document_id"], source["title_shown"], source["passages"])

    def manifest(self) -> Mapping[str, Any]:
        """The JSON value that the commit's writer set."""
        return self.once("manifest", self._asking.manifest)

    def stats(self) -> EngineStats:
        """Counts of what is committed, and the bytes of the index, without its copies."""
        return self.once("stats", self._stats)

    @property
    def remains(self) -> None:
        """None: the cluster mends itself from its copies."""
        return None

    def verify(self) -> None:
        """Nothing: the cluster holds its files to their checksums, and ``schema`` each passage."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gives of this commit, made once."""
        return self._asking.once.get(name, make)

    def close(self) -> None:
        """Let go of the commit. Safe to call twice."""
        if not self._closed:
            self._closed = True
            self._asking.let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _analyzer(self) -> Analyzer:
        state, place = self._asking.state, self._asking.connection.place
        analyzer = Analyzer(state.user_words)
        if analyzer.digest != state.analyzer_digest:
            raise too_old(place, "was made with an older folding or dictionary")
        return analyzer

    def _stats(self) -> EngineStats:
        asking, state = self._asking, self._asking.state
        with asking.translated():
            answer = asking.connection.client.indices.stats(index=state.index, metric="store")
        return EngineStats(
            documents=state.documents,
            passages=state.passages,
            size_bytes=answer["_all"]["primaries"]["store"]["size_in_bytes"],
            format_version=f"{FORMAT} {FORMAT_VERSION}",
            generation=state.generation,
        )

    def _document(self, document_id: str, shown: str) -> Mapping[str, Any]:
        """What is shown of the record of a document. Raises NotFoundError."""
        answer = self._asking.search("document", [_of(document_id)], size=1, _source=[shown])
        for hit in answer["hits"]["hits"]:
            source: Mapping[str, Any] = hit["_source"]
            return source
        raise NotFoundError("document-missing", document_id=document_id)

    def _passages(self, clauses: list[Clause], size: int = WINDOW) -> tuple[Passage, ...]:
        """The first passages in document order."""
        answer = self._asking.search(
            "passage",
            clauses,
            size=size,
            sort=DOCUMENT_ORDER,
            track_total_hits=False,
            _source=["record"],
        )
        return tuple(passage_of(hit["_source"]) for hit in answer["hits"]["hits"])


def _no_passage(passage_id: str) -> NotFoundError:
    return NotFoundError("passage-missing", passage_id=passage_id)


def _of(document_id: str) -> Clause:
    """Matches the records of a document."""
    return {"term": {"document_id": safe(document_id)}}
