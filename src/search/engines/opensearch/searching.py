"""Search one commit: matches counted with their facets, a slice of hits, an explanation.

Counting and ranking are two questions. What counts all matches scores none, and its answer is
cached by the server, so that the next page costs no count; what ranks may pass over all that cannot
be among the first. Filters that facets ignore in their own counts are asked after matching
(``post_filter``); the totals are those behind it. All counts are exact; where a shard or time was
missing, the answer is partial. Up to WINDOW a slice is cut by the server. Deeper ones are walked to
from the last hit of what was asked for before, or from the first; the server then gives no more
than the places of hits.

To explain, each leaf of the tree is a named clause of one question about one passage; each term's
share is read from the server's own explanation, so that shares add up to the score of a hit but for
the rounding of single precision. ``length`` is what the server scores with, which has one byte for
it: from 40 terms on it differs by at most 1/16.
"""

from __future__ import annotations

import math
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ...documents.document import Passage
from ...index.answers import Answer, Explanation, FacetCount, Found, LabelHit, NodeMatch, TermShare
from ...index.engine import EngineRequest, Plan
from ...query.nodes import And, Node, Not, Or, Query
from ...query.request import Filters
from ..formula import SIGN_WEIGHTS, ScoredTerm, blocks_of, repeats_last, scored_terms
from .asking import DOCUMENT_ORDER, WINDOW, Asking, Question, from_there
from .compile import (
    LABELS,
    Clause,
    compile_match,
    every_filter,
    of_documents,
    passing,
    scoring_clauses,
    sign_name,
)
from .facets import Counting
from .schema import SCORED, label_of, passage_of, word


def answer_all(asking: Asking, plans: Sequence[Plan], cursors: Cursors) -> tuple[Answer, ...]:
    """The answers of ``Reader.answer`` to some plans at one commit, in one round trip.

    Only what is far down the order of one of them is asked for apart.
    """
    searches = [_Search(asking, plan, cursors) for plan in plans]
    asked = [search.questions() for search in searches]
    answers = iter(asking.ask([question for each in asked for question in each], whole=False))
    return tuple(
        search.answer([next(answers) for _ in questions])
        for search, questions in zip(searches, asked, strict=True)
    )


def _has_blocks(request: EngineRequest) -> bool:
    by_score = request.sort == "relevance" and not request.by_document
    return by_score and request.limit > 0 and any(scored_terms(request.query))


def _of_blocks(request: EngineRequest) -> EngineRequest:
    first, stop = blocks_of(request.offset, request.limit)
    return replace(request, offset=first, limit=stop - first)


class _Search:
    """A plan is several questions; only what is far down the order asks again."""

    def __init__(self, asking: Asking, plan: Plan, cursors: Cursors) -> None:
        self._asking = asking
        self._plan = plan
        self._wanted = plan.search
        # Exact repeats move inside of whole blocks, so these are asked for.
        self._request = _of_blocks(plan.search) if _has_blocks(plan.search) else plan.search
        request = self._request
        self._cursors = cursors
        self._partial = False
        self._match = compile_match(request.query.match)
        self._filters = passing(request.filters)
        self._scored = scoring_clauses(request.query, request.scored_fields)

        self._counting = Counting(request.filters, facets=request.facets, named=request.named)
        self._has_labels = plan.labels > 0 and not request.query.is_empty
        self._is_deep = request.offset + request.limit > WINDOW

    def questions(self) -> list[Question]:
        """What is asked of the server: the counts, other counts, the labels, the slice."""
        request, plan = self._request, self._plan
        questions = [self._counts(), *map(self._count, plan.counts)]
        if self._has_labels:
            questions.append(labels_question(request.query, request.filters, plan.labels))
        if request.limit and not self._is_deep:
            questions.append(self._slice())
        return questions

    def answer(self, answered: Sequence[Mapping[str, Any]]) -> Answer:
        """What the answers to ``questions`` say."""
        answers = iter(self._noted(answered))
        counted = next(answers)
        counts = tuple(next(answers)["hits"]["total"]["value"] for _ in self._plan.counts)
        labels = labels_of(next(answers)) if self._has_labels else (0, ())
        deep = self._deep() if self._is_deep else []
        hits: Slice = deep or [h for a in answers for h in a["hits"]["hits"]]
        return Answer(self._read(counted, hits), *labels, counts)

    def _count(self, match: Node) -> Question:
        """How many passages match another tree."""
        clauses = [compile_match(match), *self._filters]
        return Question("passage", clauses, {"size": 0, "track_total_hits": True})

    def _counts(self) -> Question:
        # Without facets nothing is counted that the filters leave out.
        filters: dict[str, Any] = {}
        if self._request.facets:
            filters["post_filter"] = every_filter(self._filters)
        return self._question(
            [] if filters else self._filters,
            size=0,
            track_total_hits=True,
            aggs=self._counting.aggregations(),
            **filters,
        )

    def _read(self, answer: Mapping[str, Any], hits: Slice) -> Found:
        counting = self._counting
        # Missing where no shard answered in time.
        hits, repeats = self._in_order(hits)
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
            repeats=repeats,
            partial=self._partial,
        )

    def _in_order(self, hits: Slice) -> tuple[Slice, tuple[bool, ...]]:
        """The hits of the slice out of those of its blocks, and which repeat a text above."""
        if not _has_blocks(self._wanted):
            return hits, ()
        # An id begins with the hash of the text.
        texts = [hit["_source"]["passage_id"].split("-")[0] for hit in hits]
        before = self._wanted.offset - self._request.offset
        order = repeats_last(texts)[before:][: self._wanted.limit]
        return [hits[place] for place, _ in order], tuple(repeats for _, repeats in order)

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
            _source=["record", "document_id", "passage_id"],
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
                _source=["record", "document_id", "passage_id"] if shown else False,
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
        return self._noted(self._asking.ask(questions, whole=False))

    def _noted(self, answers: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        for answer in answers:
            if answer["timed_out"] or answer["_shards"]["failed"]:
                self._partial = True
        return answers


Slice = list[Mapping[str, Any]]
"""Hits as the server gives them."""

_REMEMBERED = 64


def labels_question(query: Query, filters: Filters, limit: int) -> Question:
    """Asks for titles, headings and captions that match."""
    return Question(
        "label",
        [compile_match(query.match, LABELS), *of_documents(filters)],
        {
            "size": min(limit, WINDOW),
            "sort": DOCUMENT_ORDER,
            "track_total_hits": True,
            "_source": ["record"],
        },
    )


def labels_of(answer: Mapping[str, Any]) -> tuple[int, tuple[LabelHit, ...]]:
    """How many there are, and the first in document order."""
    hits = answer["hits"]
    return hits["total"]["value"], tuple(label_of(hit["_source"]) for hit in hits["hits"])


def sort_of(request: EngineRequest) -> list[dict[str, str]]:
    """The total order of a request."""
    if request.sort == "relevance":
        return [{"_score": "desc"}, *DOCUMENT_ORDER]
    if request.sort == "date":
        return [{"published": "desc"}, *DOCUMENT_ORDER]
    return DOCUMENT_ORDER


def hits_of(found: Sequence[Mapping[str, Any]]) -> tuple[tuple[Passage, float], ...]:
    """Passages and scores."""
    return tuple((passage_of(hit["_source"]), float(hit["_score"] or 0.0)) for hit in found)


class Cursors:
    """Where the slices of some searches ended, so that the next one begins there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: OrderedDict[Any, tuple[int, list[Any]]] = OrderedDict()

    def before(self, key: Any, offset: int) -> tuple[int, list[Any] | None]:
        """(a place up to ``offset`` at which a slice ended, its last hit's place in the order)."""
        with self._lock:
            at, after = self._ends.get(key, (0, None))
        return (at, after) if at <= offset else (0, None)

    def ended(self, key: Any, at: int, after: list[Any]) -> None:
        """A slice of this search ended at a place."""
        with self._lock:
            self._ends[key] = at, after
            self._ends.move_to_end(key)
            while len(self._ends) > _REMEMBERED:
                self._ends.popitem(last=False)


def _cursor_key(request: EngineRequest, commit: str) -> Any:
    """What has the same order: the search without its slice and its counts, at one commit."""
    return replace(request, offset=0, limit=0, facets=False, named=False), commit


def walked(
    page: Callable[..., Slice], request: EngineRequest, cursors: Cursors, commit: str
) -> Slice:
    """A slice that ends beyond WINDOW; ``page`` asks for one page of the order."""
    key = _cursor_key(request, commit)
    at, after = cursors.before(key, request.offset)
    while at < request.offset:
        size = min(WINDOW, request.offset - at)
        passed = page(size=size, after=after, shown=False)
        at += len(passed)
        if len(passed) < size:
            return []
        after = passed[-1]["sort"]
    found: Slice = []
    while len(found) < request.limit:
        size = min(WINDOW, request.limit - len(found))
        more = page(size=size, after=after, shown=True)
        found += more
        if more:
            after = more[-1]["sort"]
        if len(more) < size:
            break
    if after is not None:
        cursors.ended(key, at + len(found), after)
    return found


def walked_by_document(page: Callable[..., Slice], request: EngineRequest) -> Slice:
    """Likewise of the best passage of each document, which have to be found one by one."""
    seen: set[str] = set()
    best: Slice = []
    after: list[Any] | None = None
    stop = request.offset + request.limit
    while len(seen) < stop:
        passed = page(size=WINDOW, after=after, shown=True)
        for hit in passed:
            document = hit["_source"]["document_id"]
            if document in seen:
                continue
            seen.add(document)
            if request.offset < len(seen) <= stop:
                best.append(hit)
        if len(passed) < WINDOW:
            break
        after = passed[-1]["sort"]
    return best


class _Share(NamedTuple):
    """What a term adds, and what the server made it of."""

    share: float
    idf: float
    frequency: float
    length: float


_NO_SHARE = _Share(0.0, 0.0, 0.0, 0.0)
_WEIGHT = re.compile(r"weight\((\w+):(.*) in \d+\) \[", re.DOTALL)


def explain(asking: Asking, query: Query, passage_id: str) -> Explanation | None:
    """The explanation of one passage, None where there is none of this id."""
    leaves = list(dict.fromkeys(_leaves(query.match)))
    named = [
        {"bool": {"filter": [compile_match(leaf)], "_name": str(number)}}
        for number, leaf in enumerate(leaves)
    ]
    why = {"explain": True, "size": 1, "_source": False}
    asked = list(scored_terms(query))
    answer, counted = asking.ask(
        [
            Question(
                "passage",
                [{"term": {"passage_id": passage_id}}],
                why,
                scored=[*scoring_clauses(query), *named],
            ),
            Question("passage", [], _counting(asked)),
        ]
    )
    hits = answer["hits"]["hits"]
    if not hits:
        return None
    has = set(hits[0].get("matched_queries", ()))
    matched = {leaf for number, leaf in enumerate(leaves) if str(number) in has}
    signs = {(sign, item) for sign, item, _ in asked if sign_name(sign, item) in has}
    shares = dict(_shares(hits[0]["_explanation"]))
    terms = tuple(_term_shares(asked, signs, shares, _rarity(counted, asked)))
    return Explanation(
        passage_id=passage_id,
        match=NodeMatch.of(query.match, matched.__contains__),
        score=sum(term.share for term in terms),
        terms=terms,
    )


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _leaves(child)
        case Not(child):
            yield from _leaves(child)
        case _:
            yield node


def _term_shares(
    asked: Sequence[ScoredTerm],
    signs: Collection[tuple[str, str]],
    shares: Mapping[tuple[str, str], _Share],
    rarity: Mapping[tuple[str, str], float],
) -> Iterator[TermShare]:
    for name, term, boost in asked:
        if name in SIGN_WEIGHTS:
            has = int((name, term) in signs)
            yield TermShare(name, term, has, 1, 1.0, boost, has * boost)
            continue
        found = shares.get((f"{SCORED}{name}", word(term)), _NO_SHARE)
        yield TermShare(
            field=name,
            term=term,
            frequency=round(found.frequency),
            length=round(found.length),
            idf=found.idf or rarity[name, term],
            weight=boost,
            share=found.share,
        )


def _shares(explanation: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], _Share]]:
    """((field, token), share) of each term that scores in the passage."""
    found = _WEIGHT.match(explanation["description"])
    if found is None:
        for part in explanation.get("details", ()):
            yield from _shares(part)
        return
    figures = (_figure(explanation, name) for name in ("idf,", "freq,", "dl,"))
    yield (found[1], found[2]), _Share(float(explanation["value"]), *figures)


def _figure(explanation: Mapping[str, Any], name: str) -> float:
    if str(explanation["description"]).startswith(name):
        return float(explanation["value"])
    return max((_figure(part, name) for part in explanation.get("details", ())), default=0.0)


def _counting(terms: Sequence[tuple[str, str, float]]) -> dict[str, Any]:
    """Asks in how many passages each term is, and each of their fields.

    All are asked for, whether the passage has them or not: so the server has counted them already
    when the next passage is explained.
    """
    having: dict[str, Clause] = {
        str(number): {"term": {f"{SCORED}{field}": word(term)}}
        for number, (field, term, _) in enumerate(terms)
    }
    having |= {field: {"exists": {"field": f"{SCORED}{field}"}} for field, _, _ in terms}
    return (
        {"size": 0, "aggs": {"having": {"filters": {"filters": having}}}} if having else {"size": 0}
    )


def _rarity(
    counted: Mapping[str, Any], terms: Sequence[tuple[str, str, float]]
) -> dict[tuple[str, str], float]:
    """The idf of terms, from how many passages have them."""
    if not terms:
        return {}
    counts = {
        name: bucket["doc_count"]
        for name, bucket in counted["aggregations"]["having"]["buckets"].items()
    }
    return {
        (field, term): _inverse(counts[field], counts[str(number)])
        for number, (field, term, _) in enumerate(terms)
    }


def _inverse(units: int, frequency: int) -> float:
    return math.log(1 + (units - frequency + 0.5) / (frequency + 0.5))
