"""What must hold of the embedded engine on any collection, query and history?

Each check takes one generated case and fails with an AssertionError. The tests run a few cases of
each, always the same; ``python -m proofs.engine`` runs very many.
"""

from __future__ import annotations

import contextlib
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import settings

from generated import ANALYZER
from naive_engine import NaiveEngine, NaiveStore, NaiveWriter
from search.analysis.text import fold
from search.analysis.words import characters, pairs
from search.documents.document import ARTICLE, Document, Passage, forms, passages_of
from search.engines import formula as ranking
from search.engines.formula import (
    FIELD_WEIGHTS,
    FLOORS,
    ITEM_FLOORS,
    K1,
    OPENING_CHARS,
    SIGN_WEIGHTS,
    WITH_CONTEXT,
    B,
)
from search.engines.whoosh import (
    facet_counts,
    matching,
    places,
    postings,
    scoring,
    term_counts,
    term_postings,
    writer,
)
from search.engines.whoosh.engine import WhooshEngine, open_engine
from search.engines.whoosh.writer import WhooshWriter, open_writer
from search.errors import IndexBusyError
from search.index.engine import EngineRequest, TermKind
from search.query.nodes import And, Node, Not, Or, Query
from whoosh_oracle import compile_query, stock_searcher


def cases(of_all: int) -> int:
    """How many of the generated cases of a test this run makes: the profile's share of them."""
    return min(of_all, of_all * settings().max_examples // 100)


class Pair:
    """One history applied to both engines."""

    def __init__(self, folder: Path, merge_below_passages: int) -> None:
        self.folder = folder
        self.merge_below_passages = merge_below_passages
        self.store = NaiveStore(ANALYZER)
        self.naive = self.store.engine()
        self.commit([])
        self.whoosh = open_engine(folder)

    def commit(self, changes: list[Document | str]) -> None:
        with self.store.writer() as naive, open_writer(self.folder, ANALYZER) as whoosh:
            whoosh.merge_below_passages = self.merge_below_passages
            whoosh.buffer_chars = 60
            for change in changes:
                if isinstance(change, Document):
                    naive.put(change)
                    whoosh.put(change)
                else:
                    naive.delete(change)
                    whoosh.delete(change)
            naive.commit({})
            whoosh.commit({})


def check_history(
    history: list[list[Document | str]],
    requests: list[EngineRequest],
    merge_below_passages: int,
) -> None:
    """After each commit, every answer is that of the naive engine."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Small enough that merges and writers go through their limits.
        patch.setattr("search.engines.whoosh.segment_merge._CHUNK_POSTINGS", 5)
        patch.setattr(writer, "_HAND_ON_CHARS", 10)
        if merge_below_passages == 3:
            patch.setattr(matching, "_SPARSE", 0)
            patch.setattr(postings, "_POSTINGS_AT_ONCE", 3)
            patch.setattr(places, "_POSTINGS_AT_ONCE", 3)
            patch.setattr(term_counts, "_POSTINGS_AT_ONCE", 3)
            patch.setattr(term_counts, "_DECODES", 1_000_000)
            patch.setattr(places, "_FEWER", 1_000)
            patch.setattr(postings, "LONG_CHARS", 3)
            patch.setattr(postings, "_SAMPLED", 2)
            patch.setattr(ranking, "REPEATS_BLOCK", 3)
            patch.setattr(places, "_LONG", 1)
            patch.setattr(matching, "_MANY", 0)
            patch.setattr("search.engines.whoosh.engine._MB", 1)
            patch.setattr(scoring, "_FEW", 0)
            patch.setattr(facet_counts, "_FEW", 0)
        if merge_below_passages == 0:
            # Large enough, that everything small takes the ways of what is large.
            patch.setattr(matching, "_DENSE", 1_000)
            patch.setattr(term_postings, "_TABLE_FROM", 1_000)
            patch.setattr(scoring, "_FEW", 0)
            patch.setattr(facet_counts, "_FEW", 1_000)
            patch.setattr(postings, "_FEW", 0)
            patch.setattr(places, "_FEW", 0)
            patch.setattr(places, "_FEWER", 0)
            patch.setattr(term_counts, "_DECODES", 0)
        pair = Pair(Path(folder), merge_below_passages)
        for changes in history:
            pair.commit(changes)
            for request in requests:
                assert_same_search(pair.naive, pair.whoosh, request)
                for limit in (0, 2, 50):
                    assert pair.whoosh.reader().labels(
                        request.query, request.filters, limit
                    ) == pair.naive.reader().labels(request.query, request.filters, limit)
            assert_same_contents(pair.naive, pair.whoosh)
        pair.whoosh.close()


def assert_same_search(naive: NaiveEngine, whoosh: WhooshEngine, request: EngineRequest) -> None:
    """Totals, counts and facets; the order too, which scores of live passages decide."""
    got = whoosh.reader().search(request)
    expected = naive.reader().search(replace(request, offset=0, limit=10_000))
    assert got.total == expected.total
    assert got.documents == expected.documents
    assert got.facets == expected.facets
    asked = request.query, request.filters
    assert whoosh.reader().occurrences(*asked) == naive.reader().occurrences(*asked)
    page = slice(request.offset, request.offset + request.limit)
    if request.sort != "relevance":
        assert [p for p, _ in got.hits] == [p for p, _ in expected.hits[page]]
        return
    everything = whoosh.reader().search(replace(request, offset=0, limit=10_000))
    assert {p.passage_id for p, _ in everything.hits} == {p.passage_id for p, _ in expected.hits}
    assert got.hits == everything.hits[page]
    place = {p.passage_id: n for n, p in enumerate(naive.reader().passages())}
    scored = any(score for _, score in everything.hits)
    for start in range(0, len(everything.hits), ranking.REPEATS_BLOCK):
        block = everything.hits[start : start + ranking.REPEATS_BLOCK]
        seen: set[str] = set()
        order = []
        for passage, score in sorted(block, key=lambda hit: (-hit[1], place[hit[0].passage_id])):
            order.append((scored and passage.text in seen, -score, place[passage.passage_id]))
            seen.add(passage.text)
        assert order_of(block, place) == [at for *_, at in sorted(order)]


def order_of(hits: Sequence[tuple[Passage, float]], place: Mapping[str, int]) -> list[int]:
    """The places of hits in document order."""
    return [place[passage.passage_id] for passage, _ in hits]


def assert_same_contents(naive: NaiveEngine, whoosh: WhooshEngine) -> None:
    """Everything stored comes back as it was put."""
    passages = list(naive.reader().passages())
    assert list(whoosh.reader().passages()) == passages
    assert list(whoosh.reader().documents()) == list(naive.reader().documents())
    for passage in passages[:5]:
        assert whoosh.reader().get(passage.passage_id) == passage
        assert whoosh.reader().passages_in(
            passage.document_id, passage.paragraph, passage.paragraph + 1
        ) == naive.reader().passages_in(
            passage.document_id, passage.paragraph, passage.paragraph + 1
        )
        digest = passage.passage_id[:20]
        assert whoosh.reader().with_text(digest) == naive.reader().with_text(digest)
    for kind in get_args(TermKind):
        assert list(whoosh.reader().terms(kind)) == list(naive.reader().terms(kind))
    stats = whoosh.reader().stats()
    assert (stats.documents, stats.passages) == (
        naive.reader().stats().documents,
        naive.reader().stats().passages,
    )


Step = tuple[str, int, Any]
"""What is done, by the how manieth writer or reader, and with what."""


def check_two_of_each(steps: list[Step]) -> None:
    """Two writers and two readers take turns in any order; a reader keeps to its commit.

    Who comes second is told that the index is being written, what was not committed is nowhere, and
    what a reader was opened on it answers from for as long as it is held.
    """
    with tempfile.TemporaryDirectory() as made, contextlib.ExitStack() as ended:
        pair = Pair(Path(made), merge_below_passages=3)
        engines = [pair.whoosh, open_engine(pair.folder)]
        for engine in engines:
            ended.callback(engine.close)
        held: list[tuple[Any, Any]] = [
            (_Held(pair.naive.reader()), _Held(engine.reader())) for engine in engines
        ]
        writers: list[tuple[NaiveWriter, WhooshWriter] | None] = [None, None]
        for kind, who, given in steps:
            writing = writers[who]
            if kind == "refresh":
                held[who] = (_Held(pair.naive.reader()), _Held(engines[who].reader()))
            elif kind == "ask":
                assert_same_search(*held[who], given)
            elif writing is None:
                if any(writers):
                    with pytest.raises(IndexBusyError):
                        open_writer(pair.folder, ANALYZER)
                    continue
                begun = open_writer(pair.folder, ANALYZER)
                begun.merge_below_passages = (0, 3, 2_000)[len(steps) % 3]
                writers[who] = (pair.store.writer(), ended.enter_context(begun))
            elif kind == "change":
                for naive_or_whoosh in writing:
                    for change in given:
                        if isinstance(change, Document):
                            naive_or_whoosh.put(change)
                        else:
                            naive_or_whoosh.delete(change)
            else:
                for naive_or_whoosh in writing:
                    if kind == "commit":
                        naive_or_whoosh.commit({})
                    naive_or_whoosh.cancel()
                writers[who] = None
        for readers in held:
            assert_same_contents(*readers)


class _Held:
    """An engine whose reader is always the same."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def reader(self) -> Any:
        return self._reader


def check_formula(corpus: list[Document], query: Query, lookup_cost: int) -> None:
    """Scores are what ``ranking`` writes down, whichever way they are computed."""
    unique = {document.document_id: document for document in corpus}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "_LOOKUP_COST", lookup_cost)
        with open_writer(Path(folder), ANALYZER) as writer:
            for document in unique.values():
                writer.put(document)
            writer.commit({})
        engine = open_engine(Path(folder))
        found = engine.reader().search(EngineRequest(query=query, limit=1_000, facets=False))
        expected = formula(query, list(unique.values()))
        for passage, score in found.hits:
            assert math.isclose(score, expected[passage.passage_id], rel_tol=1e-9, abs_tol=1e-12)
        # Either way gives the same floating-point number, so that pages partition the hits.
        patch.setattr(scoring, "_LOOKUP_COST", 10**9 - lookup_cost)
        assert engine.reader().search(EngineRequest(query=query, limit=1_000)).hits == found.hits
        by_date = engine.reader().search(EngineRequest(query=query, limit=1_000, sort="date"))
        assert dict(_scores(by_date.hits)) == dict(_scores(found.hits))
        engine.close()


def _scores(hits: tuple[tuple[Passage, float], ...]) -> Iterator[tuple[str, float]]:
    return ((passage.passage_id, score) for passage, score in hits)


def formula(query: Query, corpus: list[Document]) -> dict[str, float]:
    """The score of every passage, computed as ``engines.formula`` writes it down."""
    fields: dict[str, Callable[[str], list[str]]] = {
        "words": ANALYZER.terms,
        "pairs": pairs,
        "characters": characters,
    }
    read: dict[str, dict[str, tuple[Counter[str], int]]] = {name: {} for name in fields}
    scores: dict[str, float] = {}
    for document in corpus:
        passages = list(passages_of(document))
        kinds = list(forms((p.text, p.headings) for p in passages))
        for number, (passage, form) in enumerate(zip(passages, kinds, strict=True)):
            lead = [passages[number - form + 1].text] if form > ARTICLE else []
            around = [document.title or "", *passage.headings, *lead]
            for name, terms_of in fields.items():
                own = terms_of(fold(passage.text))
                length = max(len(own), (ITEM_FLOORS if lead else FLOORS)[name])
                others = [t for text in around for t in terms_of(fold(text))]
                if name not in WITH_CONTEXT:
                    others = []
                terms = Counter([*own, *others])
                read[name][passage.passage_id] = (terms, length + len(others))
            scores[passage.passage_id] = signs(query, fold(passage.text), form == ARTICLE)
    wanted = {"words": query.words, "pairs": query.pairs, "characters": query.characters}
    for name, units in read.items():
        mean = sum(length for _, length in units.values()) / max(len(units), 1)
        for term in wanted[name]:
            df = sum(term in counter for counter, _ in units.values())
            idf = math.log(1 + (len(units) - df + 0.5) / (df + 0.5))
            for passage_id, (counter, length) in units.items():
                tf = counter[term]
                if tf:
                    norm = 1 - B + B * length / mean
                    scores[passage_id] += (
                        FIELD_WEIGHTS[name] * idf * tf * (K1 + 1) / (tf + K1 * norm)
                    )
    return scores


def signs(query: Query, folded: str, is_article: bool) -> float:
    """What the signs of an answer add to the score of a passage."""
    if len(query.literals) > 3 or not query.words:
        return 0.0
    score = 0.0
    for item in query.literals:
        if not 2 <= len(item) <= 12:
            continue
        if any(text in folded for text in (f"所称{item}", f"{item},是指", f"{item}是指")):
            score += SIGN_WEIGHTS["definition"] / len(query.literals)
        if is_article and 0 <= folded.find(item) <= OPENING_CHARS:
            score += SIGN_WEIGHTS["opening"] / len(query.literals)
    return score


def check_stock_searcher(history: list[list[Document | str]], asked: list[Query]) -> None:
    """The stock Whoosh searcher on the same arrays finds and scores the same."""
    with tempfile.TemporaryDirectory() as folder:
        for changes in history:
            with open_writer(Path(folder), ANALYZER) as writer:
                # Small segments stay apart.
                writer.merge_below_passages = 0
                for change in changes:
                    if isinstance(change, Document):
                        writer.put(change)
                    else:
                        writer.delete(change)
                writer.commit({})
        engine = open_engine(Path(folder))
        snapshot = engine.snapshot()
        with stock_searcher(snapshot) as searcher:
            assert searcher.doc_count() == engine.reader().stats().passages
            deletions = any(segment.live_documents is not None for segment in snapshot.segments)
            for query in asked:
                if deletions and has_not(query.match):
                    # Whoosh's InverseMatcher may stop at a deleted passage after the last match.
                    continue
                found = engine.reader().search(EngineRequest(query, limit=1_000, facets=False))
                # By score alone: what repeats a text stands last in its block.
                ours = {
                    p.passage_id: score for p, score in sorted(found.hits, key=lambda hit: -hit[1])
                }
                # All of them: Whoosh's shortcut for the best few misses some under AndMaybe.
                results = searcher.search(compile_query(query), limit=None)
                stock = [(hit["passage_id"], hit.score) for hit in results]
                assert {passage_id for passage_id, _ in stock} == set(ours)
                if not (query.words or query.pairs or query.characters):
                    continue
                for passage_id, score in stock:
                    assert math.isclose(score, ours[passage_id], rel_tol=1e-9, abs_tol=1e-9)
                scores = [score for _, score in stock]
                assert scores == pytest.approx(list(ours.values()), abs=1e-9)
                distinct = len({round(score, 6) for score in scores}) == len(scores)
                if distinct and len(snapshot.segments) == 1:
                    assert [passage_id for passage_id, _ in stock] == list(ours)
        engine.close()


def has_not(node: Node) -> bool:
    """Whether there is a ``Not`` in a tree."""
    match node:
        case Not():
            return True
        case And(children) | Or(children):
            return any(has_not(child) for child in children)
    return False
