"""A search that runs out of time says so, and what it found is right."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import budget
from search.analysis.words import Analyzer
from search.budget import Budget
from search.documents.document import Document, Paragraph
from search.engines.whoosh.engine import WhooshEngine, open_engine
from search.engines.whoosh.writer import open_writer
from search.index.engine import EngineRequest
from search.query.nodes import And, Literal, Node, Not, Or, Query
from search.searching.index import Index

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
    monkeypatch.setattr(budget, "_LOOK_S", 0.0)


LOOKS = range(40)
"""More looks at the clock than any search here takes."""


def found(engine: WhooshEngine, node: Node) -> list[tuple[list[str], bool]]:
    """What there is with more and more looks at the clock, and whether it is partial.

    Texts in document order; each state once.
    """
    request = EngineRequest(Query(text="", match=node), sort="document", facets=False)
    states: dict[tuple[str, ...], bool] = {}
    for looks in LOOKS:
        with Budget(looks * 1000).in_force():
            result = engine.reader().search(request)
        texts = tuple(passage.text for passage, _ in result.hits)
        assert result.total == len(texts)
        states[texts] = result.partial
    return [(list(texts), is_partial) for texts, is_partial in states.items()]


def test_segments_not_reached_are_left_out(engine: WhooshEngine) -> None:
    assert found(engine, Literal("甲")) == [
        ([], True),
        (["甲乙", "丙甲"], True),
        (["甲乙", "丙甲"] * 2, False),
    ]


def test_leaves_not_reached_never_add_a_wrong_passage(engine: WhooshEngine) -> None:
    a, b, c = Literal("甲"), Literal("乙"), Literal("丙")
    for node, all_texts in (
        (Or((a, b)), {"甲乙", "乙丙", "丙甲"}),
        (And((a, b)), {"甲乙"}),
        (And((a, Not(b))), {"丙甲"}),
        (Not(And((a, b))), {"乙丙", "丙甲", "丁"}),
        (Or((a, Not(Or((b, c))))), {"甲乙", "丙甲", "丁"}),
    ):
        states = found(engine, node)
        assert states[0] == ([], True)
        assert all(set(texts) <= all_texts for texts, _ in states)
        assert (len(states[-1][0]), states[-1][1]) == (2 * len(all_texts), False)


def test_facets_are_left_out_where_counts_would_be_too_low(engine: WhooshEngine) -> None:
    request = EngineRequest(Query(text="", match=Literal("甲")))
    totals = set()
    for looks in LOOKS:
        with Budget(looks * 1000).in_force():
            result = engine.reader().search(request)
        totals.add(result.total)
        if result.partial:
            assert result.total <= 4
            assert all(c.count <= 4 for counts in result.facets.values() for c in counts)
        else:
            assert (result.total, len(result.hits)) == (4, 4)
            assert result.facets["year"]
    assert totals == {0, 2, 4}


def test_the_reader_is_told(engine: WhooshEngine) -> None:
    results = Index(engine, query_budget_ms=2_000).search("甲")
    assert results.partial
    assert results.to_json()["partial"] is True
    (notice,) = [notice for notice in results.notices if notice.code == "partial"]
    assert "2000" in notice.said("zh")
    assert "2000" in notice.said("en")


def test_a_page_not_reached_is_not_said_to_be_missing(engine: WhooshEngine) -> None:
    results = Index(engine, query_budget_ms=9_000).search("甲", page=3, limit=2)
    assert [notice.code for notice in results.notices] == ["partial"]
    assert results.page == results.pages == 1


def test_no_budget_is_no_limit(engine: WhooshEngine) -> None:
    results = Index(engine, query_budget_ms=0).search("甲")
    assert (results.total, results.partial, results.to_json()["partial"]) == (4, False, False)
