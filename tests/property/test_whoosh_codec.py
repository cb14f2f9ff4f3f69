"""The stock Whoosh searcher on the same arrays, against the array-at-a-time executor."""

from __future__ import annotations

import importlib
import math
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.documents import Document
from search.engine import EngineRequest
from search.engines.whoosh import open_engine, open_writer
from search.engines.whoosh.codec import ArrayCodec, ArrayIndex, FieldBM25
from search.engines.whoosh.compile import compile_query
from search.errors import IndexStateError
from search.query import And, Node, Not, Or, Query

from .test_engine import ANALYZER, CHANGES, document_of, queries

stock_query: Any = importlib.import_module("whoosh.query")
"""Untyped: the stubs of one Whoosh are not those of another."""


def has_not(node: Node) -> bool:
    """Whether there is a ``Not`` in a tree."""
    match node:
        case Not():
            return True
        case And(children) | Or(children):
            return any(has_not(child) for child in children)
    return False


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    history=st.lists(CHANGES, min_size=1, max_size=3),
    asked=st.lists(queries(), min_size=1, max_size=4),
)
def test_the_stock_searcher_agrees(history: list[list[Document | str]], asked: list[Query]) -> None:
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
            assert searcher.doc_count() == engine.stats().passages
            deletions = any(segment.live_documents is not None for segment in snapshot.segments)
            for query in asked:
                if deletions and has_not(query.match):
                    # Whoosh's InverseMatcher may stop at a deleted passage after the last match.
                    continue
                found = engine.search(EngineRequest(query, limit=1_000, facets=False))
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


def test_other_query_types_run_on_the_stock_searcher(tmp_path: Path) -> None:
    with open_writer(tmp_path, ANALYZER) as writer:
        for number, body in enumerate(["安全生产", "安全管理 abc", "信访 abd", "other abe"]):
            writer.put(document_of(f"d{number}", body, title=f"标题{number}"))
        writer.commit({})
    engine = open_engine(tmp_path)
    index = ArrayIndex(engine.snapshot())
    assert not index.is_empty()
    assert index.latest_generation() == 1
    with index.searcher() as searcher:

        def found(query: Any) -> list[str]:
            return sorted(hit["document_id"] for hit in searcher.search(query))

        assert found(stock_query.Prefix("words", "ab")) == ["d1", "d2", "d3"]
        assert found(stock_query.Wildcard("words", "a?c")) == ["d1"]
        assert found(stock_query.FuzzyTerm("words", "abx")) == ["d1", "d2", "d3"]
        assert found(stock_query.TermRange("words", "abd", "abe")) == ["d2", "d3"]
        assert found(stock_query.Term("title", "标题")) == ["d0", "d1", "d2", "d3"]
        assert found(stock_query.Term("words", "无")) == []
        assert found(stock_query.Every()) == ["d0", "d1", "d2", "d3"]
        reader = searcher.reader()
        assert reader.doc_frequency("words", b"abc") == 1
        assert reader.frequency("words", b"none") == 0
        assert ("words", "安全") in reader
        assert reader.field_length("words") == sum(
            len(ANALYZER.terms(p.text)) for p in engine.passages()
        )
        assert next(iter(reader.all_terms()))[0] == "characters"
    engine.close()


def test_the_stock_writer_is_refused(tmp_path: Path) -> None:
    with open_writer(tmp_path, ANALYZER) as writer:
        writer.commit({})
    engine = open_engine(tmp_path)
    with pytest.raises(IndexStateError, match="own writer"):
        ArrayIndex(engine.snapshot()).writer()
    codec = ArrayCodec()
    refusals: list[Callable[[], Any]] = [
        lambda: codec.per_document_writer(None, None),
        lambda: codec.field_writer(None, None),
        lambda: codec.postings_writer(None),
        lambda: codec.new_segment(None, "x"),
    ]
    for refused in refusals:
        with pytest.raises(IndexStateError, match="own writer"):
            refused()
    engine.close()
