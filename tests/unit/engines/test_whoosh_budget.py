"""A search that runs out of time says so, and what it found is right."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.analysis import Analyzer
from search.documents import Document, Paragraph
from search.engine import EngineRequest
from search.engines.whoosh import WhooshEngine, budget, open_engine, open_writer
from search.index import Index
from search.query import And, Literal, Node, Not, Or, Query

ANALYZER = Analyzer()
BODIES = ["甲乙", "乙丙", "丙甲", "丁"]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    """Two segments of the same four passages."""
    for name in "ab":
        with open_writer(tmp_path, ANALYZER) as writer:
            writer.merge_below_passages = 0
            text = "\n".join(BODIES)
            spans = [(text.index(body), text.index(body) + len(body)) for body in BODIES]
            paragraphs = tuple(
                Paragraph(start, end, "body", "body", "", number)
                for number, (start, end) in enumerate(spans, 1)
            )
            writer.put(
                Document(
                    document_id=name,
                    paths=(name,),
                    text=text,
                    paragraphs=paragraphs,
                    sha256="0" * 64,
                )
            )
            writer.commit({})
    opened = open_engine(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _one_second_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count()
    monkeypatch.setattr(budget, "_clock", lambda: next(ticks))


def found(engine: WhooshEngine, node: Node, looks: int) -> tuple[list[str], bool]:
    """Texts in document order after so many looks at the clock, and whether that is all."""
    query = Query(text="", match=node)
    request = EngineRequest(query, sort="document", facets=False, budget_ms=looks * 1000)
    result = engine.reader().search(request)
    assert result.total == len(result.hits)
    return [passage.text for passage, _ in result.hits], result.partial


def test_segments_not_reached_are_left_out(engine: WhooshEngine) -> None:
    # One look before a segment and one before each leaf.
    assert found(engine, Literal("甲"), 0) == ([], True)
    assert found(engine, Literal("甲"), 2) == (["甲乙", "丙甲"], True)
    assert found(engine, Literal("甲"), 4) == (["甲乙", "丙甲"] * 2, False)


def test_leaves_not_reached_never_add_a_wrong_passage(engine: WhooshEngine) -> None:
    a, b, c = Literal("甲"), Literal("乙"), Literal("丙")
    assert found(engine, Or((a, b)), 2) == (["甲乙", "丙甲"], True)
    assert found(engine, And((a, b)), 2) == ([], True)
    assert found(engine, And((a, Not(b))), 2) == ([], True)
    assert found(engine, Not(And((a, b))), 2) == (["乙丙", "丁"], True)
    assert found(engine, Or((a, Not(Or((b, c))))), 2) == (["甲乙", "丙甲"], True)


def test_facets_are_left_out_last(engine: WhooshEngine) -> None:
    request = EngineRequest(Query(text="", match=Literal("甲")), budget_ms=4_000)
    result = engine.reader().search(request)
    assert (result.total, len(result.hits), result.partial) == (4, 4, True)
    assert result.facets == {"city": (), "year": (), "topic": (), "source": ()}


def test_the_reader_is_told(engine: WhooshEngine) -> None:
    results = Index(engine, query_budget_ms=2_000).search("甲")
    assert results.partial
    assert results.to_json()["partial"] is True
    (notice,) = [notice for notice in results.notices if notice.code == "partial"]
    assert "2000" in notice.zh
    assert "2000" in notice.en


def test_a_page_not_reached_is_not_said_to_be_missing(engine: WhooshEngine) -> None:
    results = Index(engine, query_budget_ms=2_000).search("甲", page=3, limit=2)
    assert [notice.code for notice in results.notices] == ["partial"]
    assert (results.page, results.pages, len(results.hits)) == (1, 1, 2)


def test_no_budget_is_no_limit(engine: WhooshEngine) -> None:
    results = Index(engine, query_budget_ms=0).search("甲")
    assert (results.total, results.partial, results.to_json()["partial"]) == (4, False, False)
