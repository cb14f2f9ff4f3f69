"""The stock Whoosh searcher on the same arrays, against the array-at-a-time executor."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generated import ANALYZER, CHANGES, document_of, queries
from oracles import cases, check_stock_searcher
from search.documents.document import Document
from search.engines.whoosh.codec import ArrayCodec, ArrayIndex
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.errors import IndexStateError
from search.query.nodes import Query

stock_query: Any = importlib.import_module("whoosh.query")
"""Untyped: the stubs of one Whoosh are not those of another."""


@settings(
    max_examples=cases(500),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    history=st.lists(CHANGES, min_size=1, max_size=3),
    asked=st.lists(queries(), min_size=1, max_size=4),
)
def test_the_stock_searcher_agrees(history: list[list[Document | str]], asked: list[Query]) -> None:
    check_stock_searcher(history, asked)


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
        assert found(stock_query.Term("scored_words", "标题")) == ["d0", "d1", "d2", "d3"]
        assert found(stock_query.Term("words", "无")) == []
        assert found(stock_query.Every()) == ["d0", "d1", "d2", "d3"]
        reader = searcher.reader()
        assert reader.doc_frequency("words", b"abc") == 1
        assert reader.frequency("words", b"none") == 0
        assert ("words", "安全") in reader
        assert reader.field_length("words") == sum(
            len(ANALYZER.terms(p.text)) for p in engine.reader().passages()
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
