"""An opened index: what the page, the command line and Python code all use.

It parses the query with the index's own analyzer, resolves filters to the values of the collection,
asks a reader, and marks the matched ranges. All answers of one object are of one commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from ..analysis.equivalence import Equivalences, Synonyms
from ..analysis.words import Analyzer
from ..budget import budgeted, current, ensured, stage
from ..documents.document import Document, Passage
from ..documents.history import History, Superseded
from ..errors import GoneError, NotFoundError, UsageError
from ..index.answers import Explanation, FacetCount
from ..index.engine import Engine, EngineRequest, EngineStats, Plan, Reader
from ..index.reprints import REPRINTS, Reprints
from ..languages.sentences import Sentence
from ..query.nodes import Every, Notice, Query
from ..query.notices import unfinished
from ..query.parser import QUERY_LIMIT_CHARS, QueryText
from ..query.request import Filters, SearchRequest, Sort, as_strings
from .collapsing import Collapsed, best_of_documents, collapse_reprints, uncollapsed
from .collection import collection_values
from .compare import PAGE_BOUNDS, Bounds, CompareRequest, Comparison, compare
from .concordance import Concordance, ConcordanceRequest, concordance
from .filters import FieldValues, resolve_filters
from .readings import read_otherwise
from .results import Notices, Readings, SearchResults, Wider, nothing_else
from .similar import Similar, similar_passages
from .snippets import hit_of, lead_in
from .suggest.completion import Suggestion
from .suggest.vocabulary import complete, spelling
from .wider import literally, other_writings

_LABELS_SHOWN = 20


def _time_ms(index: Index) -> float | None:
    return index.query_budget_ms or None


class Index:
    """One commit of an index, from the first question on; ``newest`` gives the commit of now.

    Safe to share between threads; a context manager that closes it.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        path: Path | None = None,
        page_size: int = 10,
        query_limit_chars: int = QUERY_LIMIT_CHARS,
        query_budget_ms: int = 800,
        filter_limit: int = 50,
        kwic_limit: int = 50_000,
    ) -> None:
        self._engine = engine
        self._is_owner = True
        self.path = path
        self.page_size = page_size
        self.query_limit_chars = query_limit_chars
        self.query_budget_ms = query_budget_ms
        self.filter_limit = filter_limit
        self.kwic_limit = kwic_limit

    @property
    def reader(self) -> Reader:
        """What is asked: the commit that was the newest when it was first asked for."""
        # Not by cached_property: up to Python 3.11 who waits for a commit has every index wait.
        reader: Reader | None = self.__dict__.get("reader")
        if reader is None:
            opened = self._engine.reader()
            reader = self.__dict__.setdefault("reader", opened)
            if reader is not opened:
                opened.close()
        return reader

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer that the index was written with."""
        return self.reader.analyzer

    def newest(self) -> Index:
        """The same index at its newest commit, to be closed when its questions are answered.

        Closing it leaves this one open.
        """
        newest = copy(self)
        newest.__dict__.pop("reader", None)
        newest._is_owner = False
        return newest

    def prepare(self) -> None:
        """Do what a first search, completion and correction have to do once for a commit."""
        _ = self.search("文").readings
        self.suggest("文")
        spelling(self.reader)

    def prepare_commits(self) -> None:
        """Have further commits prepared before ``newest`` gives them, and meanwhile the one before.

        For a server, where it takes a second that somebody would wait for.
        """

        def prepare(reader: Reader) -> None:
            index = self.newest()
            index.__dict__["reader"] = reader
            index.prepare()

        self._engine.prepare(prepare)

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the commit, and of the index's files with the one that was opened."""
        reader = self.__dict__.get("reader")
        if reader is not None:
            reader.close()
        if self._is_owner:
            self._engine.close()

    def search(
        self,
        query: str = "",
        *,
        any_term: bool = False,
        also: Iterable[str] | str = (),
        sort: Sort = "relevance",
        collapse: bool = False,
        by_document: bool = False,
        page: int = 1,
        limit: int | None = None,
        **facets: Iterable[int | str] | int | str,
    ) -> SearchResults:
        """Search with plain values; each facet takes one value or several (any may hold).

        ``also`` are the kinds of other writings that count. ``city`` and ``year`` are of the
        document, ``place`` and ``named_year`` those that the passage itself names. ``not_city`` and
        so on leave out every passage with one of their values.
        """
        request = SearchRequest(
            query=query,
            any_term=any_term,
            sort=sort,
            collapse=collapse,
            by_document=by_document,
            limit=limit,
        ).with_also(*as_strings(also))
        return self.run(replace(request.choosing(facets), page=page))

    @budgeted(_time_ms)
    def run(self, request: SearchRequest) -> SearchResults:
        """Answer one search state.

        A page past the last is answered with the last and a notice. Raises QueryError for a query
        that is too long, FilterError for a filter that is ambiguous or malformed, UsageError for a
        page or limit below 1.
        """
        parse = self._parser()
        with stage("understanding"):
            query = parse(request)
            notices = list(query.notices)
            engine_request = self._asked(request, query, notices)
        limit = engine_request.limit
        literal = literally(query.match)
        with stage("understanding"):
            others = other_writings(self.reader, parse, request, query, self.synonyms())
        plan = Plan(
            engine_request,
            labels=_LABELS_SHOWN if query.asks_for_text else 0,
            counts=(literal, *others.trees) if literal != query.match else others.trees,
        )
        ask = self._asker(request, notices)
        with stage("finding"):
            collapsed = ask(plan)
        answer, found = collapsed.answer, collapsed.found
        pages = max(1, -(-collapsed.shown // limit))
        page = request.page
        if page > pages:
            # A partial search does not know how many pages there are.
            if not found.partial:
                notices.append(Notice("page-past-end", page=page, last=pages))
            page = pages
            with stage("finding"):
                collapsed = ask(Plan(replace(engine_request, offset=(page - 1) * limit)))
            found = collapsed.found
        # An engine may have to ask for it.
        analyzer = self.analyzer
        repeats = found.repeats or (False,) * len(found.hits)
        with stage("reading"):
            hits = tuple(
                hit_of(
                    passage,
                    score,
                    query,
                    analyzer,
                    lead_in=lead_in(self.reader, passage),
                    repeats=is_repeat,
                )
                for (passage, score), is_repeat in zip(found.hits, repeats, strict=True)
            )
        counts = answer.counts
        if literal == query.match:
            counts = (found.total, *counts)
        if literal != query.match and 0 < found.total == counts[0] and query.is_all_read:
            # What is found has the words that only ask, too.
            notices = [notice for notice in notices if notice.code != "asking-left-out"]
        budget = current()
        wider, otherwise = None, nothing_else
        if not found.partial:
            wider = others.wider(counts[1:], found.total)
            asked = (parse, request, engine_request, found.total, wider)
            otherwise = partial(self._otherwise, budget.left_ms, *asked)
        is_partial = found.partial or budget.left_out
        if is_partial:
            notices.append(unfinished(budget.time_ms))
        return SearchResults(
            request=replace(request, page=page),
            filters=engine_request.filters,
            query=query,
            total=found.total,
            documents=found.documents,
            hits=hits,
            facets=found.facets,
            labels=answer.labels,
            labels_total=answer.labels_total,
            said=tuple(notices),
            page=page,
            pages=pages,
            limit=limit,
            partial=is_partial,
            reprints=collapsed.behind,
            hidden=collapsed.hidden,
            further=collapsed.further,
            linked=REPRINTS in self.manifest(),
            wider=wider,
            literal_total=counts[0],
            read_otherwise=otherwise,
        )

    def _otherwise(
        self,
        left_ms: float | None,
        parse: Callable[[SearchRequest], Query],
        request: SearchRequest,
        asked: EngineRequest,
        total: int,
        wider: Wider | None,
        said: Notices,
    ) -> tuple[Readings, Notices]:
        """What else a search may mean that finds ``total`` passages, and what then is said.

        It has the time that the search left, ``left_ms``, or what the budget in force has.
        """
        notices = list(said)
        with ensured(left_ms) as budget, stage("rewording"):
            was_left_out = budget.left_out
            readings = read_otherwise(self, parse, request, asked, total, wider)
            if budget.left_out and not was_left_out:
                notices.append(unfinished(self.query_budget_ms or None))
        if readings.narrower is not None and not total:
            notices = _but_of_names(notices, readings.narrower.rest)
        if readings.documents_left:
            notices.append(Notice("more-titles-fit", listed=len(readings.documents)))
        return readings, tuple(notices)

    def run_whoosh(self, request: SearchRequest) -> SearchResults:
        """Answer a search state whose query is in the language of Whoosh, without a time limit.

        Whoosh decides what is found; filters, order, counts and marks are ours. Raises what ``run``
        does, QueryError for what Whoosh cannot read, UsageError where the index is in no folder.
        """
        reader: Any = self.reader
        if not hasattr(reader, "search_whoosh"):
            raise UsageError("whoosh-needs-folder")
        notices: list[Notice] = []
        tree, words = reader.read_whoosh(request.query)
        query = Query(request.query, Every(), words=words, highlighted_words=words)
        asked = self._asked(request, query, notices)
        limit = asked.limit
        found = reader.search_whoosh(tree, replace(asked, by_document=request.by_document))
        pages = max(1, -(-(found.documents if request.by_document else found.total) // limit))
        if request.page > pages:
            last = self.run_whoosh(replace(request, page=pages))
            past = Notice("page-past-end", page=request.page, last=pages)
            return replace(last, said=(past, *last.said))
        hits = tuple(hit_of(passage, score, query, self.analyzer) for passage, score in found.hits)
        return SearchResults(
            request=request,
            filters=asked.filters,
            query=query,
            total=found.total,
            documents=found.documents,
            hits=hits,
            facets=found.facets,
            labels=(),
            labels_total=0,
            said=tuple(notices),
            page=request.page,
            pages=pages,
            limit=limit,
            further={h.passage_id: n for h, n in zip(hits, found.further, strict=False)},
            literal_total=found.total,
        )

    def _asked(self, request: SearchRequest, query: Query, notices: list[Notice]) -> EngineRequest:
        """One page of a query under the filters of a request. Raises what ``run`` does."""
        if request.page < 1 or (request.limit is not None and request.limit < 1):
            raise UsageError("page-below-one")
        limit = request.limit or self.page_size
        return EngineRequest(
            query=query,
            filters=self.filters(request, notices),
            sort=request.sort,
            offset=(request.page - 1) * limit,
            limit=limit,
            named=True,
        )

    @budgeted(_time_ms)
    def concordance(self, request: ConcordanceRequest, *, is_page: bool = False) -> Concordance:
        """Every occurrence of what a query asks for literally; raises what ``run`` does.

        A page of it may list fewer, sooner, where they are counted all the same.
        """
        understood = self._understood(request.search)
        return concordance(
            self.reader, request, *understood, limit=self.kwic_limit, is_page=is_page
        )

    @budgeted(_time_ms)
    def compare(self, request: CompareRequest, bounds: Bounds = PAGE_BOUNDS) -> Comparison:
        """A table of two facets for a search; raises what ``run`` does."""
        return compare(self.reader, request, *self._understood(request.search), bounds=bounds)

    def _understood(self, search: SearchRequest) -> tuple[Query, Filters, tuple[Notice, ...]]:
        """What is asked for, and what is said of that."""
        query = self.parse(search)
        notices = list(query.notices)
        filters = self.filters(search, notices)
        return query, filters, tuple(notices)

    @budgeted(_time_ms)
    def similar(
        self, passage_id: str, request: SearchRequest | None = None, limit: int = 5
    ) -> Similar:
        """The passages most like one, under the filters of ``request``; raises as ``resolve``."""
        filters = self.filters(request or SearchRequest(), [])
        groups = self.reprints().by_passage()
        passage = self.resolve(passage_id)[0]
        return similar_passages(self.reader, passage, filters, limit, groups)

    @budgeted(_time_ms)
    def parse(self, request: SearchRequest) -> Query:
        """What the query of a search state means here. Raises QueryError if it is too long."""
        return self._parser()(request)

    def _parser(self) -> Callable[[SearchRequest], Query]:
        """Parses search states, and reads a text that several of them ask for only once."""
        synonyms = self.synonyms()

        @cache
        def read(text: str, any_term: bool) -> QueryText:
            return QueryText(
                text,
                self.analyzer,
                any_term=any_term,
                limit_chars=self.query_limit_chars,
                resolve=FieldValues(self.reader),
            )

        def parse(request: SearchRequest) -> Query:
            text = read(request.query, request.any_term)
            return text.query(Equivalences.of(request.writings, synonyms))

        return parse

    def synonyms(self) -> Synonyms:
        """The collection's synonyms."""
        return _synonyms(self.manifest().get("synonyms") or "")

    @budgeted(_time_ms)
    def suggest(self, typed: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Words, titles, places and topics of the collection for the last item of a typed text.

        By characters, pinyin, initials, or mixtures. The first call reads the vocabulary.
        """
        return complete(self.reader, typed[: self.query_limit_chars], limit)

    def _asker(self, search: SearchRequest, notices: list[Notice]) -> Callable[[Plan], Collapsed]:
        """How the engine is asked: every hit by itself, each text once, or each document once."""
        if search.by_document:
            return lambda plan: best_of_documents(self.reader, plan)
        if not search.collapse:
            return lambda plan: uncollapsed(self.reader, plan)
        reprints = self.reprints()
        if not reprints.current:
            notices.append(Notice("reprints-not-compared"))
        groups = reprints.by_passage()
        return lambda plan: collapse_reprints(self.reader, plan, groups)

    def reprints(self) -> Reprints:
        """Which passages of different documents are one text, as far as they were compared."""
        return Reprints.from_manifest(self.manifest())

    @budgeted(_time_ms)
    def matching_in(self, document_id: str, request: SearchRequest) -> tuple[int, ...]:
        """The ¶ of a document's passages that a search finds; raises what ``run`` does.

        Also NotFoundError, and OverBudgetError where time ran out.
        """
        return self.reader.matching_in(self.parse(request), self.filters(request, []), document_id)

    @budgeted(_time_ms)
    def explain(self, query: Query, passage_id: str) -> Explanation:
        """Why a passage matches a query, and its score term by term. Raises NotFoundError."""
        return self.reader.explain(query, passage_id)

    def get(self, passage_id: str) -> Passage:
        """One passage by its id. Raises NotFoundError."""
        return self.reader.get(passage_id)

    def resolve(self, passage_id: str) -> tuple[Passage, ...]:
        """The passage of this id; else every passage of the same text, now under other documents.

        Raises GoneError for a passage of a document that was erased on request, NotFoundError where
        the text is in no document of the index; it may still be superseded.
        """
        try:
            return (self.reader.get(passage_id),)
        except NotFoundError:
            if self.history().is_forgotten_passage(passage_id):
                raise GoneError("erased", what=Sentence("the-passage", id=passage_id)) from None
            digest = passage_id.split("-", 1)[0]
            others = self.reader.with_text(digest) if len(digest) == 20 else ()
            if not others:
                raise
            return others

    def superseded(self, passage_id: str) -> Superseded | None:
        """The wording kept under this id, if it is one that has left the search."""
        return self.history().find(passage_id)

    def history(self) -> History:
        """What the collection held before."""
        return History.from_manifest(self.reader.manifest())

    def passages(self) -> Iterator[Passage]:
        """Every passage in document order."""
        return self.reader.passages()

    def passages_in(self, document_id: str) -> tuple[Passage, ...]:
        """The passages of one document. Raises NotFoundError."""
        return self.reader.passages_in(document_id)

    def neighbours(
        self, passage: Passage, before: int = 1, after: int = 1
    ) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
        """The passages just before and just after one in its document, each in document order."""
        at = passage.paragraph
        around = self.reader.passages_in(passage.document_id, at - before, at + after)
        return (
            tuple(p for p in around if p.paragraph < at),
            tuple(p for p in around if p.paragraph > at),
        )

    def document(self, document_id: str, *, whole: bool = True) -> Document:
        """One document, ``whole`` with its text. NotFoundError, GoneError where it was erased."""
        read = self.reader.document if whole else self.reader.described
        try:
            return read(document_id)
        except NotFoundError:
            if self.history().is_forgotten(document_id):
                raise GoneError("erased", what=Sentence("the-document", id=document_id)) from None
            raise

    def documents(self) -> Iterator[Document]:
        """Every document in document order."""
        return self.reader.documents()

    def manifest(self) -> Mapping[str, Any]:
        """What the last indexing run recorded."""
        return self.reader.manifest()

    def stats(self) -> EngineStats:
        """Counts and sizes."""
        return self.reader.stats()

    def facet_values(self, *, named: bool = False) -> Mapping[str, tuple[FacetCount, ...]]:
        """Every facet value of the collection with its counts.

        ``named`` adds the places and years that passages name.
        """
        return collection_values(self.reader, named=named)

    def filters(self, request: SearchRequest, notices: list[Notice]) -> Filters:
        """What is chosen and left out, as values of this collection; raises FilterError."""
        return resolve_filters(request, self.reader, notices, limit=self.filter_limit)


@lru_cache(8)
def _synonyms(source: str) -> Synonyms:
    return Synonyms.parse(source, "the synonyms in the index")


def _but_of_names(notices: list[Notice], rest: str) -> list[Notice]:
    """What is said of a query that finds nothing, but for what names something: only ``rest`` is
    searched for there.
    """
    told = {"taken-as-text": "text", "asking-left-out": "words"}
    return [
        notice
        for notice in notices
        if notice.code not in told
        or any(word in rest for word in str(notice.values[told[notice.code]]).split("、"))
    ]
