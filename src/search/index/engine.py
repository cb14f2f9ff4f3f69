"""The port: what every engine promises, embedded or distributed.

An engine opens readers; a reader is one commit, so all that is asked of it is of one state of the
index; a writer makes the next. One contract suite (``tests/contract/test_engine.py``) runs on every
implementation. Totals and counts are exact, unless the budget in force (``budget``) is spent: then
a search is marked partial, each hit still matches and each count is a lower bound; what has no
partial answer raises OverBudgetError. The order of hits is total: by score, date or document, then
by document order (first path, document id) and ¶, so that pages partition the hits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import (
    Callable,
    Collection,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol, Self, TypeVar, cast
from typing import Literal as OneOf

from ..analysis.words import Analyzer
from ..budget import Budget, current
from ..documents.declared import Count
from ..documents.document import Document, Passage
from ..documents.facets import FacetName
from ..query.nodes import Node, Query
from ..query.request import Filters, Sort
from .answers import Answer, CrossTable, Explanation, Found, LabelHit, Occurrences

T = TypeVar("T")

TermKind = OneOf["words", "pairs"]
"""The words of the analyzer, or adjacent characters two by two."""

CountUnit = OneOf["passages", "documents"]
"""What a table counts."""

NO_FILTERS = Filters()

SEARCHING = 0.75
"""The part of a budget that the search of a plan has; the rest is for what stands around it."""


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """A search as an engine sees it: parsed query, resolved filters, one slice of the order.

    ``offset`` ≥ 0 and ``limit`` ≥ 0 cut the slice. ``facets`` False leaves the counts out;
    ``named`` adds those of the facets of single passages, place and named_year.
    Scores fuse words, character pairs and single characters of the passage with its title and
    headings; they are 0 for the empty query. ``sort`` "relevance" is score descending, but that of
    every ``formula.REPEATS_BLOCK`` hits those whose text stands above come last;
    "date" is newest first, unknown last; "document" is document order. ``by_document`` gives only
    the best passage of each document under the sort; counts stay those of all passages.
    ``scored_fields`` lets only some fields score and signs (``formula``), to measure
    what each is worth; None is all.
    """

    query: Query
    filters: Filters = NO_FILTERS
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10
    facets: bool = True
    named: bool = False
    by_document: bool = False
    scored_fields: frozenset[str] | None = None

    def counting(self, query: Query) -> EngineRequest:
        """The search that only counts another query, under the same filters."""
        return EngineRequest(query, self.filters, limit=0, facets=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one page asks of a commit, so that an engine answers it in one go.

    ``search`` is the slice with its total and facets. ``labels`` ≥ 0 is how many titles, headings
    and captions that match are listed; 0 asks for none. ``counts`` are other trees: how many
    passages does each match under the same filters? They share most of what ``search`` looks up.
    """

    search: EngineRequest
    labels: int = 0
    counts: tuple[Node, ...] = ()

    def counted(self, match: Node) -> EngineRequest:
        """The search that counts another tree, as ``search`` counts its own."""
        return self.search.counting(replace(self.search.query, match=match))


@dataclass(frozen=True, slots=True)
class EngineStats:
    """Sizes of an index: counts, and bytes on disk (0 where that has no meaning).

    ``generation`` counts the commits, ``segments`` what they are made of; 0 where an engine does
    not.
    """

    documents: Count
    passages: Count
    size_bytes: int
    format_version: str
    generation: int = 0
    segments: int = 0


class DocumentTitle(NamedTuple):
    """What a document is called, and how many passages it has."""

    document_id: str
    title: str
    passages: int


class Engine(Protocol):
    """An opened index, safe to share between threads."""

    def reader(self) -> Reader:
        """A reader of the newest commit, for the caller to let go.

        Raises IndexMissingError, IndexBrokenError or IndexTooNewError.
        """
        ...

    def prepare(self, prepare: Callable[[Reader], object]) -> None:
        """Have this done with every further commit, aside, before readers are of it.

        Meanwhile they are of the one before. Only an engine that keeps a commit in memory has to:
        another gives the next one at once.
        """
        ...

    def close(self) -> None:
        """Let go of files or connections; readers end with it. Safe to call twice."""
        ...


class Reader(Protocol):
    """One commit of an index: whatever is committed meanwhile, every answer is of this one.

    Safe to share between threads; a context manager that lets go of it. An engine that cannot keep
    what later writers clear away raises CommitGoneError in place of an answer.
    """

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer the index was written with; queries must be parsed with it."""
        ...

    def search(self, request: EngineRequest) -> Found:
        """Every matching passage counted, one slice returned.

        ``Found.facets`` has every facet of ``documents.facets``, those that are named only where
        that is asked for. A facet's own counts ignore its own
        choices, so each is what choosing that value finds. What the facet leaves out stays left
        out, but a value that is left out itself is counted as if it alone were not: that is what
        would come back. Every ancestor of a city is a value, counting all below it. Order: city as
        a tree (parents before children, siblings by count, then name), year newest first, topic and
        source by count then name; unknown (None) always last. Only values with count > 0 are
        listed.
        A passage has every place that it names and all these lie in, and every year of a range that
        it names; None where it names none. The order of place is that of city, of named_year that
        of year.
        """
        ...

    def search_all(self, requests: Sequence[EngineRequest]) -> tuple[Found, ...]:
        """What ``search`` gives for each of some requests. In a cluster in one round trip."""
        ...

    def answer(self, plan: Plan) -> Answer:
        """All parts of a plan, each as the question for it alone would be answered.

        In a cluster in one round trip.
        """
        ...

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
        """Matching passages by the values of two facets, in the orders that ``search`` lists them.

        The facets are any of ``documents.facets``; ``rows`` and ``columns`` leave in only these
        of their values. City and place values are full paths with every ancestor.

        Like facet counts it ignores the choices of the two facets themselves, so each number is the
        total of a search with that row and that column as the only choices, and rows without a
        choice of column add up to their facet counts. What a facet leaves out is not counted.
        ``unit`` "documents" counts the documents of these passages instead.
        """
        ...

    def matching_in(self, query: Query, filters: Filters, document_id: str) -> tuple[int, ...]:
        """The ¶ of the passages of a document that a search with these filters finds, ascending.

        Raises NotFoundError.
        """
        ...

    def occurrences(self, query: Query, filters: Filters) -> Occurrences | None:
        """The places of ``query.counted_text`` in what a search with these filters finds.

        None where only the texts tell, or time ran out.
        """
        ...

    def explain(self, query: Query, passage_id: str) -> Explanation:
        """Why a passage matches or not, and the shares of its score. Raises NotFoundError."""
        ...

    def labels(
        self, query: Query, filters: Filters, limit: int
    ) -> tuple[int, tuple[LabelHit, ...]]:
        """Titles, headings and captions that match: how many, and the first in document order.

        City, year and source filters apply; the empty query matches none.
        """
        ...

    def get(self, passage_id: str) -> Passage:
        """One passage. Raises NotFoundError."""
        ...

    def with_text(self, text_digest: str) -> tuple[Passage, ...]:
        """Passages whose id begins with these 20 hex digits (the same text), in document order."""
        ...

    def passages(self) -> Iterator[Passage]:
        """Every passage in document order."""
        ...

    def passages_in(
        self, document_id: str, first: int = 1, last: int | None = None
    ) -> tuple[Passage, ...]:
        """The passages of a document from its ``first`` to its ``last``, counted from 1.

        Those that exist of these; ``last`` None is the end. Raises NotFoundError.
        """
        ...

    def document(self, document_id: str) -> Document:
        """One document with its text and paragraphs. Raises NotFoundError."""
        ...

    def described(self, document_id: str) -> Document:
        """One document, its text and paragraphs maybe left out. Raises NotFoundError."""
        ...

    def documents(self) -> Iterator[Document]:
        """Every document in document order (by first path, then id)."""
        ...

    def terms(self, kind: TermKind) -> Iterator[tuple[str, int]]:
        """Every term of the passages and in how many it occurs, by code points; reads them all."""
        ...

    def may_have(self, characters: Collection[str]) -> bool:
        """Whether any passage may have one of these letters, digits or Han characters.

        False only where none has; an engine that would have to ask a server says True.
        """
        ...

    def titles(self) -> Iterator[DocumentTitle]:
        """The documents that have a title, in document order, without reading their texts."""
        ...

    def manifest(self) -> Mapping[str, Any]:
        """The JSON value that the commit's writer set; empty before the first."""
        ...

    def stats(self) -> EngineStats:
        """Counts and sizes of what is committed."""
        ...

    @property
    def remains(self) -> Remains | None:
        """What is left of damaged segments, where it was opened to mend them; else None."""
        ...

    def verify(self) -> None:
        """Hold everything that is committed to its checksums, where an engine has its own.

        Raises IndexBrokenError. Whoever copies an index asks first, so that damage is not copied.
        """
        ...

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gives of this commit: made at the first call, kept with the commit.

        All readers of one commit share it. ``name`` says what it is; raises what ``make`` raises,
        and nothing is kept then. It is made outside of any budget, as it is for everybody.
        """
        ...

    def close(self) -> None:
        """Let go of the commit. Safe to call twice."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Remains(Protocol):
    """What is left of damaged segments that an engine passed over."""

    @property
    def files(self) -> int:
        """How many files of the index are damaged."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """What they are called."""
        ...

    def lacks(self, document_ids: Iterable[str]) -> frozenset[str]:
        """Those of some documents that are in no sound segment."""
        ...

    def documents(self) -> Iterator[Document]:
        """Every document that can still be read from a damaged segment as it was written."""
        ...


class Writer(Protocol):
    """Changes an index: nothing is seen before ``commit``, and a failure before it loses nothing.

    A context manager: leaving it without ``commit`` is ``cancel``. One writer at a time: opening a
    second raises IndexBusyError.
    """

    def put(self, document: Document) -> None:
        """Add a document with all its passages, replacing the one of the same id."""
        ...

    def delete(self, document_id: str) -> None:
        """Take a document and its passages out; unknown ids are ignored."""
        ...

    def erase(self, document_id: str) -> None:
        """``delete``, and after the commit no file of the index holds anything of the document.

        Nor of any version of it, or of other documents, that was taken out before.
        """
        ...

    def commit(self, manifest: Mapping[str, Any]) -> None:
        """Make all changes visible at once, with the manifest that goes with them."""
        ...

    def cancel(self) -> None:
        """Forget all changes since the last commit and release the lock. Safe to call twice."""
        ...

    def __enter__(self) -> Writer: ...

    def __exit__(self, *_: object) -> None: ...


Asking = Generator[Sequence[EngineRequest], Sequence[Found], T]
"""A question that asks an engine: it yields searches, is sent what they find, and returns T."""


def together(*questions: Asking[Any]) -> Asking[tuple[Any, ...]]:
    """Several questions as one: the searches that all of them are at are asked at once."""
    returned: dict[int, Any] = {}
    found: dict[int, Sequence[Found]] = {}
    while len(returned) < len(questions):
        asked: dict[int, Sequence[EngineRequest]] = {}
        for at, question in enumerate(questions):
            if at not in returned:
                try:
                    asked[at] = question.send(found[at]) if at in found else next(question)
                except StopIteration as stop:
                    returned[at] = stop.value
        if asked:
            answers = iter((yield [request for each in asked.values() for request in each]))
            found = {at: [next(answers) for _ in each] for at, each in asked.items()}
    return tuple(returned[at] for at in range(len(questions)))


def ask(reader: Reader, question: Asking[T]) -> T:
    """What a question returns; each time that it asks is one walk."""
    try:
        requests = next(question)
        while True:
            requests = question.send(reader.search_all(requests) if requests else ())
    except StopIteration as stop:
        returned: T = stop.value
        return returned


def answer_in_parts(reader: Reader, plan: Plan) -> Answer:
    """A plan answered question by question, for an engine whose questions cost nothing to ask."""
    with current().share(SEARCHING):
        found = reader.search(plan.search)
    total, labels = 0, tuple[LabelHit, ...]()
    if plan.labels:
        total, labels = reader.labels(plan.search.query, plan.search.filters, plan.labels)
    counts = tuple(reader.search(plan.counted(match)).total for match in plan.counts)
    return Answer(found, total, labels, counts)


class OncePerCommit:
    """What readers of one commit have made of it, by name. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}
        self._made: dict[str, Any] = {}

    def get(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gives, kept from the first call on; raises what it raises, keeping nothing.

        Who asks while it is being made waits for it, and for nothing else.
        """
        if name in self._made:
            return cast(T, self._made[name])
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        # For whoever waits for it as for whoever makes it: others go on.
        current().leave_place()
        with making:
            if name not in self._made:
                # It is for everybody: what one request has left must not decide what is kept.
                began = time.thread_time()
                with Budget().in_force():
                    self._made[name] = make()
                current().pass_over(time.thread_time() - began)
            return cast(T, self._made[name])
