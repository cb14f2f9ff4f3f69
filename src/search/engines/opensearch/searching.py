"""What does a search find? Matches counted with their facets, then a slice of hits.

Counting and ranking are two questions. What counts all matches scores none, and its answer is
cached by the server, so that the next page costs no count; what ranks may pass over all that cannot
be among the first. Filters that facets ignore in their own counts are asked after matching
(``post_filter``); the totals are those behind it. All counts are exact; where a shard or time was
missing, the answer is partial.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...engine import EngineRequest
from ...results import FacetCount, Found
from .asking import WINDOW, Asking, from_there
from .compile import compile_match, scoring_clauses
from .facets import Counting
from .filters import Clause, every_filter, passing
from .hits import Cursors, Slice, hits_of, sort_of, walked, walked_by_document

__all__ = ["search"]


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
        # Without facets nothing is counted that the filters leave out.
        filters: dict[str, Any] = {}
        if request.facets:
            filters["post_filter"] = every_filter(self._filters)
        answer = self._ask(
            [self._match, *(() if filters else self._filters)],
            size=0,
            track_total_hits=True,
            aggs=counting.aggregations(),
            **filters,
        )
        hits: Slice = []
        if request.offset + request.limit > WINDOW:
            hits = self._deep()
        elif request.limit:
            hits = self._slice()
        return self._read(answer, hits, counting)

    def _read(self, answer: Mapping[str, Any], hits: Slice, counting: Counting) -> Found:
        # Missing where no shard answered in time.
        aggregations = answer.get("aggregations")
        documents = 0
        facets: dict[str, tuple[FacetCount, ...]] = dict.fromkeys(counting.names, ())
        if aggregations is not None:
            documents = counting.documents(aggregations)
            for name in counting.names:
                try:
                    facets[name] = counting.counts(aggregations, name)
                except ValueError:
                    self._partial = True
        return Found(
            total=answer["hits"]["total"]["value"],
            documents=documents,
            hits=hits_of(hits),
            facets=facets,
            further=self._further(hits) if self._request.by_document else (),
            partial=self._partial,
        )

    def _slice(self) -> Slice:
        request = self._request
        body: dict[str, Any] = {"from": request.offset, "size": request.limit}
        if request.by_document:
            body["collapse"] = {"field": "document_id"}
        answer = self._ask(
            [self._match, *self._filters],
            **body,
            sort=sort_of(request),
            track_scores=True,
            track_total_hits=False,
            _source=["record", "document_id"],
        )
        hits: Slice = answer["hits"]["hits"]
        return hits

    def _deep(self) -> Slice:
        """The hits of a slice that the server does not cut by itself."""

        def page(*, size: int, after: list[Any] | None, shown: bool) -> Slice:
            answer = self._ask(
                [self._match, *self._filters],
                size=size,
                sort=sort_of(self._request),
                track_scores=shown,
                track_total_hits=False,
                _source=["record", "document_id"] if shown else False,
                **from_there(after),
            )
            hits: Slice = answer["hits"]["hits"]
            return hits

        if self._request.by_document:
            return walked_by_document(page, self._request)
        return walked(page, self._request, self._cursors, self._asking.state.commit)

    def _further(self, hits: Slice) -> tuple[int, ...]:
        """How many more matching passages each document has."""
        documents = [hit["_source"]["document_id"] for hit in hits]
        counts: dict[str, int] = {}
        for at in range(0, len(documents), WINDOW):
            some = documents[at : at + WINDOW]
            clause: Clause = {"terms": {"document_id": some}}
            counted = {"terms": {"field": "document_id", "size": len(some)}}
            answer = self._ask(
                [self._match, *self._filters, clause],
                unscored=True,
                size=0,
                track_total_hits=False,
                aggs={"each": counted},
            )
            found = answer.get("aggregations", {}).get("each", {}).get("buckets", ())
            counts |= {bucket["key"]: bucket["doc_count"] for bucket in found}
        return tuple(max(counts.get(document, 1) - 1, 0) for document in documents)

    def _ask(
        self, clauses: list[Clause], *, unscored: bool = False, **body: Any
    ) -> Mapping[str, Any]:
        scored = self._scored if body.get("size") and not unscored else ()
        answer = self._asking.search(
            "passage",
            clauses,
            scored=scored,
            whole=False,
            **body,
        )
        shards = answer["_shards"]
        if answer["timed_out"] or shards["failed"]:
            self._partial = True
        return answer
