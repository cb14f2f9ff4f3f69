"""Any Whoosh query on the embedded engine, against the stock searcher on the same index."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generated import ANALYZER, WORDS, document_of, documents
from oracles import cases
from search.documents.document import Document
from search.engines.whoosh.codec import ArrayIndex
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.errors import QueryError
from search.index.engine import EngineRequest
from search.query.nodes import Every, Query
from search.query.parser import parse_query
from search.query.request import Filters

stock_query: Any = importlib.import_module("whoosh.query")
"""Untyped: the stubs of one Whoosh are not those of another."""

FIELDS = st.sampled_from(["words", "pairs", "characters"])
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.builds(stock_query.Term, FIELDS, WORDS),
    st.builds(stock_query.Prefix, FIELDS, st.sampled_from(["安", "人", "a"])),
    st.builds(stock_query.Wildcard, st.just("words"), st.sampled_from(["?全", "*府", "a*"])),
    st.builds(stock_query.FuzzyTerm, st.just("words"), st.sampled_from(["安全", "管全"])),
    st.builds(
        stock_query.TermRange, st.just("words"), st.just("a"), st.sampled_from(["b", "安", "的"])
    ),
    st.builds(stock_query.Every),
    st.builds(stock_query.NullQuery.__class__),
)


def _compounds(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Without AndNot: Whoosh's matcher finds too much where the refused part begins first."""
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        several.map(stock_query.And),
        several.map(stock_query.Or),
        several.map(stock_query.DisjunctionMax),
        st.builds(stock_query.AndMaybe, inner, inner),
        st.builds(stock_query.Require, inner, inner),
        st.builds(stock_query.ConstantScoreQuery, inner),
    )


TREES = st.recursive(LEAVES, _compounds, max_leaves=5)


@settings(
    max_examples=cases(150),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    corpus=st.lists(st.lists(documents(), min_size=1, max_size=3), min_size=1, max_size=2),
    trees=st.lists(TREES, min_size=1, max_size=4),
)
def test_the_stock_searcher_finds_the_same(corpus: list[list[Document]], trees: list[Any]) -> None:
    seen: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for part in corpus:
            # Without deletions: past them Whoosh's own matchers may miss passages.
            new = {d.document_id: d for d in part if d.document_id not in seen}
            seen.update(new)
            with open_writer(Path(folder), ANALYZER) as writer:
                writer.merge_below_passages = 0
                for document in new.values():
                    writer.put(document)
                writer.commit({})
        engine = open_engine(Path(folder))
        everything = EngineRequest(Query("", Every()), limit=1_000, facets=False)
        with ArrayIndex(engine.snapshot()).searcher() as searcher:
            for tree in trees:
                stock = searcher.search(tree, limit=None)
                found = engine.reader().search_whoosh(tree, everything)
                assert {p.passage_id for p, _ in found.hits} == {h["passage_id"] for h in stock}
                assert found.total == len(found.hits) == len({h.docnum for h in stock})
        engine.close()


def test_the_query_decides_and_the_request_scores_filters_and_cuts(tmp_path: Path) -> None:
    with open_writer(tmp_path, ANALYZER) as writer:
        for number, body in enumerate(["安全 abc", "安全管理 abd", "信访 abe", "其他"]):
            writer.put(document_of(f"d{number}", body, title=f"标题{number}", year=2000 + number))
        writer.commit({})
    engine = open_engine(tmp_path)
    scored = parse_query("管理", ANALYZER)
    tree = stock_query.And(
        [stock_query.Prefix("words", "ab"), stock_query.Not(stock_query.Term("words", "信访"))]
    )
    found = engine.reader().search_whoosh(tree, EngineRequest(scored))
    assert [p.document_id for p, _ in found.hits] == ["d1", "d0"]
    assert found.hits[0][1] > found.hits[1][1] == 0
    assert [count.value for count in found.facets["year"]] == [2001, 2000]
    filtered = EngineRequest(scored, Filters(year=((2000, 2000),)), limit=1)
    assert [p.document_id for p, _ in engine.reader().search_whoosh(tree, filtered).hits] == ["d0"]
    refused = stock_query.AndNot(stock_query.Prefix("words", "ab"), stock_query.Every())
    assert engine.reader().search_whoosh(refused, EngineRequest(scored)).total == 0
    refused = stock_query.AndNot(stock_query.Every(), stock_query.Prefix("words", "ab"))
    assert engine.reader().search_whoosh(refused, EngineRequest(scored)).total == 1
    with pytest.raises(QueryError, match="positions"):
        engine.reader().search_whoosh(
            stock_query.Phrase("words", ["安全", "管理"]), EngineRequest(scored)
        )
    engine.close()
