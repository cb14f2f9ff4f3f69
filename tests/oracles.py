"""What must hold of the embedded engine on any collection, query and history?

Each check takes one generated case and fails with an AssertionError. The tests run a few cases of
each, always the same; ``python -m proofs.engine`` runs very many.
"""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from generated import ANALYZER
from naive_engine import NaiveEngine, NaiveStore
from search.analysis.text import fold
from search.analysis.words import characters, pairs
from search.documents.document import Document, Passage, passages_of
from search.engines.formula import FIELD_WEIGHTS, K1, B
from search.engines.whoosh import (
    facet_counts,
    matching,
    merging,
    places,
    postings,
    scoring,
    term_postings,
    writer,
)
from search.engines.whoosh.codec import ArrayIndex, FieldBM25
from search.engines.whoosh.compile import compile_query
from search.engines.whoosh.engine import WhooshEngine, open_engine
from search.engines.whoosh.writer import open_writer
from search.index.engine import EngineRequest
from search.query.nodes import And, Node, Not, Or, Query


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
        patch.setattr(merging, "_CHUNK_POSTINGS", 5)
        patch.setattr(writer, "_HAND_ON_CHARS", 10)
        if merge_below_passages == 3:
            patch.setattr(matching, "_SPARSE", 0)
            patch.setattr(postings, "_POSTINGS_AT_ONCE", 3)
            patch.setattr(postings, "_LONG", 3)
            patch.setattr(postings, "_SAMPLED", 2)
            patch.setattr(places, "_LONG", 1)
            patch.setattr(matching, "_MANY", 0)
            patch.setattr("search.engines.whoosh.engine._MB", 1)
            patch.setattr(scoring, "_FEW", 0)
            patch.setattr(facet_counts, "_FEW", 0)
        if merge_below_passages == 0:
            # Large enough, that everything small takes the ways of what is large.
            patch.setattr(postings, "_FEWER", 1_000)
            patch.setattr(matching, "_DENSE", 1_000)
            patch.setattr(term_postings, "_TABLE_FROM", 1_000)
            patch.setattr(scoring, "_FEW", 0)
            patch.setattr(facet_counts, "_FEW", 1_000)
            patch.setattr(postings, "_FEW", 0)
            patch.setattr(postings, "_FEWER", 0)
            patch.setattr(places, "_FEW", 0)
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
    page = slice(request.offset, request.offset + request.limit)
    if request.sort != "relevance":
        assert [p for p, _ in got.hits] == [p for p, _ in expected.hits[page]]
        return
    everything = whoosh.reader().search(replace(request, offset=0, limit=10_000))
    assert {p.passage_id for p, _ in everything.hits} == {p.passage_id for p, _ in expected.hits}
    assert got.hits == everything.hits[page]
    place = {p.passage_id: n for n, p in enumerate(naive.reader().passages())}
    order = [(-score, place[p.passage_id]) for p, score in everything.hits]
    assert order == sorted(order)


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
    stats = whoosh.reader().stats()
    assert (stats.documents, stats.passages) == (
        naive.reader().stats().documents,
        naive.reader().stats().passages,
    )


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
    """The score of every passage, computed as ``ranking`` writes it down."""
    units: dict[str, list[list[str]]] = {name: [] for name in FIELD_WEIGHTS}
    of: dict[str, dict[str, int]] = {}
    for document in corpus:
        units["title"].append(ANALYZER.terms(fold(document.title or "")))
        headings: tuple[str, ...] | None = None
        for passage in passages_of(document):
            if passage.headings != headings:
                headings = passage.headings
                units["headings"].append([t for h in headings for t in ANALYZER.terms(fold(h))])
            folded = fold(passage.text)
            units["words"].append(ANALYZER.terms(folded))
            units["pairs"].append(pairs(folded))
            units["characters"].append(characters(folded))
            of[passage.passage_id] = {name: len(units[name]) - 1 for name in units}
    scores = dict.fromkeys(of, 0.0)
    terms = {"pairs": query.pairs, "characters": query.characters}
    for name, lists in units.items():
        counters = [Counter(terms_of_unit) for terms_of_unit in lists]
        mean = sum(map(len, lists)) / len(lists) if lists else 0.0
        for term in terms.get(name, query.words):
            df = sum(term in counter for counter in counters)
            idf = math.log(1 + (len(lists) - df + 0.5) / (df + 0.5))
            for passage_id, numbers in of.items():
                tf = counters[numbers[name]][term]
                if tf:
                    norm = 1 - B + B * len(lists[numbers[name]]) / mean
                    scores[passage_id] += (
                        FIELD_WEIGHTS[name] * idf * tf * (K1 + 1) / (tf + K1 * norm)
                    )
    return scores


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
        with ArrayIndex(snapshot).searcher(weighting=FieldBM25(snapshot)) as searcher:
            assert searcher.doc_count() == engine.reader().stats().passages
            deletions = any(segment.live_documents is not None for segment in snapshot.segments)
            for query in asked:
                if deletions and has_not(query.match):
                    # Whoosh's InverseMatcher may stop at a deleted passage after the last match.
                    continue
                found = engine.reader().search(EngineRequest(query, limit=1_000, facets=False))
                ours = {p.passage_id: score for p, score in found.hits}
                # All of them: Whoosh's shortcut for the best few misses some under AndMaybe.
                results = searcher.search(compile_query(query), limit=None)
                stock = [(hit["passage_id"], hit.score) for hit in results]
                assert {passage_id for passage_id, _ in stock} == set(ours)
                if not (query.words or query.pairs or query.characters):
                    continue
                for passage_id, score in stock:
                    assert math.isclose(score, ours[passage_id], rel_tol=1e-9, abs_tol=1e-9)
                scores = [score for _, score in stock]
                assert scores == pytest.approx([s for _, s in found.hits], abs=1e-9)
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
