"""What does a search find? Matches counted with their facets, then a slice of hits.

Counting and ranking are two questions. What counts all matches scores none, and its answer is
cached by the server, so that the next page costs no count; what ranks may pass over all that cannot
be among the first. Filters that facets ignore in their own counts are asked after matching
(``post_filter``); the totals are those behind it. All counts are exact; where a shard or time was
missing, the answer is partial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...index.answers import FacetCount, Found
from ...index.engine import EngineRequest
from .asking import WINDOW, Asking, Question, from_there
from .compile import compile_match, scoring_clauses
from .facets import Counting
from .filters import Clause, every_filter, passing
from .hits import Cursors, Slice, hits_of, sort_of, walked, walked_by_document


def search(asking: Asking, request: EngineRequest, cursors: Cursors) -> Found:
    """The answer of ``Engine.search`` at one commit."""
    return _Search(asking, request, cursors).found()


class _Search:
    def __init__(self, asking: Asking, request: EngineRequest, cursors: Cursors) -> None:
        self._asking = asking
        self._request = request
        self._cursors = cursors
        self._partial = False
        self._match = compile_match(request.query.match)
        self._filters = passing(request.filters)
        self._scored = scoring_clauses(request.query, request.scored_fields)

    def found(self) -> Found:
        request = self._request
        counting = Counting(request.filters, facets=request.facets, named=request.named)
        questions = [self._counts(counting)]
        is_deep = request.offset + request.limit > WINDOW
        if request.limit and not is_deep:
            questions.append(self._slice())
        answer, *more = self._ask(*questions)
        hits: Slice = more[0]["hits"]["hits"] if more else self._deep() if is_deep else []
        return self._read(answer, hits, counting)

    def _counts(self, counting: Counting) -> Question:
        # Without facets nothing is counted that the filters leave out.
        filters: dict[str, Any] = {}
        if self._request.facets:
            filters["post_filter"] = every_filter(self._filters)
        return self._question(
            [] if filters else self._filters,
            size=0,
            track_total_hits=True,
            aggs=counting.aggregations(),
            **filters,
        )

    def _read(self, answer: Mapping[str, Any], hits: Slice, counting: Counting) -> Found:
        # Missing where no shard answered in time.
        aggregations = answer.get("aggregations")
        total, documents = answer["hits"]["total"]["value"], 0
        facets: dict[str, tuple[FacetCount, ...]] = dict.fromkeys(counting.names, ())
        if aggregations is not None:
            documents = counting.documents(aggregations)
            for name in counting.names:
                try:
                    facets[name] = counting.counts(aggregations, name)
                except ValueError:
                    self._partial = True
        return Found(
            total=total,
            documents=documents,
            hits=hits_of(hits),
            facets=facets,
            further=self._further(hits, total - documents) if self._request.by_document else (),
            partial=self._partial,
        )

    def _slice(self) -> Question:
        request = self._request
        body: dict[str, Any] = {"from": request.offset, "size": request.limit}
        if request.by_document:
            body["collapse"] = {"field": "document_id"}
        return self._question(
            self._filters,
            scored=self._scored,
            **body,
            sort=sort_of(request),
            track_scores=True,
            track_total_hits=False,
            _source=["record", "document_id"],
        )

    def _deep(self) -> Slice:
        """The hits of a slice that the server does not cut by itself."""

        def page(*, size: int, after: list[Any] | None, shown: bool) -> Slice:
            question = self._question(
                self._filters,
                scored=self._scored,
                size=size,
                sort=sort_of(self._request),
                track_scores=shown,
                track_total_hits=False,
                _source=["record", "document_id"] if shown else False,
                **from_there(after),
            )
            (answer,) = self._ask(question)
            hits: Slice = answer["hits"]["hits"]
            return hits

        if self._request.by_document:
            return walked_by_document(page, self._request)
        return walked(page, self._request, self._cursors, self._asking.state.commit)

    def _further(self, hits: Slice, more: int) -> tuple[int, ...]:
        """How many more matching passages each document has, of ``more`` in all."""
        if not more:
            return (0,) * len(hits)
        documents = [hit["_source"]["document_id"] for hit in hits]
        counts: dict[str, int] = {}
        for at in range(0, len(documents), WINDOW):
            some = documents[at : at + WINDOW]
            clause: Clause = {"terms": {"document_id": some}}
            counted = {"terms": {"field": "document_id", "size": len(some)}}
            question = self._question(
                [*self._filters, clause],
                size=0,
                track_total_hits=False,
                aggs={"each": counted},
            )
            (answer,) = self._ask(question)
            found = answer.get("aggregations", {}).get("each", {}).get("buckets", ())
            counts |= {bucket["key"]: bucket["doc_count"] for bucket in found}
        return tuple(max(counts.get(document, 1) - 1, 0) for document in documents)

    def _question(
        self, filters: Sequence[Clause], *, scored: Sequence[Clause] = (), **body: Any
    ) -> Question:
        return Question("passage", [self._match, *filters], body, scored)

    def _ask(self, *questions: Question) -> Sequence[Mapping[str, Any]]:
        answers = self._asking.ask(questions, whole=False)
        for answer in answers:
            if answer["timed_out"] or answer["_shards"]["failed"]:
                self._partial = True
        return answers
