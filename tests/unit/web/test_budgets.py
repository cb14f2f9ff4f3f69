"""What one request may cost, asked as a reader asks: over the page and its JSON."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from costly_texts import costly_texts
from search import budget
from search.analysis.words import Analyzer
from search.documents.document import Document, Paragraph
from search.engines.whoosh import matching
from search.engines.whoosh.engine import WhooshEngine, WhooshReader, open_engine
from search.engines.whoosh.writer import open_writer
from search.errors import OverBudgetError
from search.query.request import SearchRequest
from search.searching.index import Index
from search.searching.snippets import highlight
from search.web import create_app
from search.web.results_view import understood

MOST_CPU_S = 1.0
"""What was without bounds took many times as long; what is bounded takes a fraction of it."""

PATTERNS = "的*的*的*的*的*的*的*的*的*的*的 " * 86
NEAR = " ".join(f'"的 国"~{distance}' for distance in range(20, 120))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 documents of ten passages in which the same few characters stand again and again."""
    chance, folder = random.Random(1), tmp_path_factory.mktemp("index")
    with open_writer(folder, Analyzer()) as writer:
        for number in range(400):
            bodies = ["".join(chance.choices("的国法条在", k=200)) + "。" for _ in range(10)]
            lines = [title := f"的国法的{number}", *bodies]
            text = "\n".join(lines)
            ends = itertools.accumulate(len(line) + 1 for line in lines)
            spans = [(end - 1 - len(line), end - 1) for line, end in zip(lines, ends, strict=True)]
            writer.put(
                Document(
                    document_id=f"{number:04}",
                    paths=(f"{number:04}.txt",),
                    text=text,
                    paragraphs=tuple(
                        Paragraph(start, end, "body", "body", "", place)
                        if place
                        else Paragraph(start, end, "title", "title", "")
                        for place, (start, end) in enumerate(spans)
                    ),
                    sha256="0" * 64,
                    title=title,
                )
            )
        writer.commit({})
    return folder


@pytest.fixture
def engine(folder: Path) -> Iterator[WhooshEngine]:
    opened = open_engine(folder)
    yield opened
    opened.close()


def client_of(engine: WhooshEngine, budget_ms: int = 800) -> FlaskClient:
    index = Index(engine, query_limit_chars=2000, query_budget_ms=budget_ms)
    return create_app(index, config={"TESTING": True}).test_client()


def cpu_s(work: Callable[[], Any]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


@pytest.mark.parametrize("query", [PATTERNS, NEAR], ids=["patterns", "near"])
@pytest.mark.parametrize(
    "path", ["/", "/p/{id}/why", "/api/v1/passages/{id}/why", "/kwic", "/compare", "/api/v1/facets"]
)
def test_the_dearest_requests_are_bounded(engine: WhooshEngine, path: str, query: str) -> None:
    client = client_of(engine, budget_ms=200)
    where = path.format(id=next(engine.reader().passages()).passage_id)
    client.get(where, query_string={"q": "的"})

    def ask() -> None:
        assert client.get(where, query_string={"q": query}).status_code == 200

    assert cpu_s(ask) < MOST_CPU_S


@pytest.fixture
def _one_second_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count()
    monkeypatch.setattr(budget, "_clock", lambda: next(ticks))
    monkeypatch.setattr(budget, "_LOOK_S", 0.0)


@pytest.mark.usefixtures("_one_second_a_look")
def test_what_has_no_partial_answer_is_refused_in_a_sentence(engine: WhooshEngine) -> None:
    client = client_of(engine, budget_ms=8000)
    passage_id = next(engine.reader().passages()).passage_id
    for path in (f"/api/v1/passages/{passage_id}/why", f"/api/v1/passages/{passage_id}/like"):
        answer = client.get(path, query_string={"q": NEAR})
        assert answer.status_code == 400
        assert answer.json is not None
        assert answer.json["error"]["code"] == "over_budget"
        assert "8000" in answer.json["error"]["message"]
    page = client.get(f"/p/{passage_id}/why", query_string={"q": NEAR})
    assert page.status_code == 400
    assert "缩小检索范围" in page.text
    chosen = [passage.passage_id for passage in itertools.islice(engine.reader().passages(), 90)]
    basket = client.get("/basket", query_string={"id": chosen})
    assert basket.status_code == 400


@pytest.mark.usefixtures("_one_second_a_look")
def test_a_draft_of_marks_is_no_longer_gone_through_than_a_request_may_take(
    engine: WhooshEngine,
) -> None:
    client = client_of(engine, budget_ms=8000)
    for text, status in (
        ("无\n" * 100, 200),
        ("“一”\n" * 100, 400),
        ("“一”" * 100, 400),
        ("a“\n" * 100, 400),
    ):
        assert client.post("/api/v1/quotes", json={"text": text}).status_code == status


@pytest.mark.usefixtures("_one_second_a_look")
def test_what_has_a_partial_answer_says_so(engine: WhooshEngine) -> None:
    client = client_of(engine, budget_ms=20_000)
    for path in ("/api/v1/search", "/api/v1/kwic"):
        answer = client.get(path, query_string={"q": NEAR})
        assert answer.status_code == 200
        assert answer.json is not None
        assert answer.json["partial"] is True
        assert (
            "partial" in [notice["code"] for notice in answer.json["notices"]] or "compare" in path
        )


@pytest.mark.usefixtures("_one_second_a_look")
def test_titles_not_looked_through_make_an_answer_partial(engine: WhooshEngine) -> None:
    index = Index(engine)
    states = set()
    for looks in range(5, 90):
        with budget.Budget(looks * 1000).in_force():
            found = index.run(SearchRequest("的 国"))
        if not found.partial:
            assert (found.total, found.labels_total) == (4000, 400)
        states.add((found.total, found.labels_total, found.partial))
    assert (4000, 0, True) in states
    assert (4000, 400, False) in states


def test_what_is_kept_for_all_is_not_cut_by_the_budget_of_one(engine: WhooshEngine) -> None:
    index = Index(engine)
    with budget.Budget(-1).in_force():
        index.run(SearchRequest("source:无"))
    assert index.facet_values()["source"][0].count == 4000


def test_a_step_takes_no_more_memory_than_it_may(engine: WhooshEngine) -> None:
    index = Index(engine)
    with budget.Budget(memory_mb=0).in_force(), pytest.raises(OverBudgetError, match="0 MB"):
        index.run(SearchRequest('"的 国"~5'))


def test_sets_that_are_joined_early_are_the_same(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(engine)
    queries = [
        '的国法 -"在条法国的"',
        "的国的 OR 法条法 OR 在在在",
        "的国 的法 -(在在在 OR 国国国) 条条",
    ]
    whole = [index.search(query).total for query in queries]
    assert all(whole)
    monkeypatch.setattr(matching, "_HELD_BYTES", 0)
    assert [index.search(query).total for query in queries] == whole


def test_work_ends_when_the_client_is_gone(engine: WhooshEngine) -> None:
    client = client_of(engine)
    gone = {"waitress.client_disconnected": lambda: True}
    answer = client.get("/api/v1/search", query_string={"q": NEAR}, environ_overrides=gone)
    assert answer.json is not None
    assert (answer.json["total"], answer.json["partial"]) == (0, True)


def test_an_export_ends_when_the_client_is_gone(engine: WhooshEngine) -> None:
    looks: list[bool] = []
    is_gone = {"waitress.client_disconnected": lambda: bool(looks)}
    answer = client_of(engine).get("/export.csv?q=的", environ_overrides=is_gone, buffered=False)
    pieces = iter(answer.response)
    assert next(pieces)
    looks.append(True)
    with pytest.raises(Exception, match="not"):
        list(pieces)


def test_a_long_export_is_whole_however_long_it_takes(engine: WhooshEngine) -> None:
    rows = client_of(engine, budget_ms=400).get("/export.csv?q=的").text.splitlines()
    assert len(rows) == 4001


def test_who_comes_when_too_many_take_long_is_told_to_come_again(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUANSOU_THREADS", "1")
    app: Flask = create_app(Index(engine), config={"TESTING": True})
    client = app.test_client()
    assert client.get("/api/v1/search?q=的").status_code == 200
    monkeypatch.setattr(budget, "SHORT_S", -1)
    statuses: list[tuple[int, str | None, str]] = []
    real = WhooshReader.search

    def search(reader: WhooshReader, request: Any) -> Any:
        # Another request comes while this one has the only turn.
        if not statuses:
            budget.current().is_spent()
            statuses.append((0, None, ""))
            other = app.test_client().get("/api/v1/search?q=国")
            assert other.json is not None
            code = other.json["error"]["code"]
            statuses[0] = (other.status_code, other.headers.get("Retry-After"), code)
        return real(reader, request)

    monkeypatch.setattr(WhooshReader, "search", search)
    assert client.get("/api/v1/search?q=的").status_code == 200
    assert statuses == [(503, "2", "busy")]
    assert client.get("/api/v1/search?q=国").status_code == 200


def test_a_place_of_many_places_is_a_place_that_is_not_there(engine: WhooshEngine) -> None:
    client = client_of(engine)
    answer = client.get("/api/v1/search", query_string={"q": "city:" + "北京市" * 600})
    assert answer.status_code == 200
    assert client.get("/api/v1/search", query_string={"city": "市中区" * 600}).status_code < 500


def test_no_query_costs_more_than_its_length(engine: WhooshEngine) -> None:
    index = Index(engine, query_limit_chars=2000)
    text = next(engine.reader().passages()).text * 5
    # Places and the segmenter are loaded once.
    index.parse(SearchRequest("城市管理 city:市 place:市 年"))

    # Every fifth: the units are alone, after and around a word in turn.
    for query in itertools.islice(costly_texts(2000), 0, None, 5):

        def read(query: str = query) -> None:
            parsed = index.parse(SearchRequest(query))
            understood(parsed.match)
            highlight(text, parsed, engine.reader().analyzer)

        assert cpu_s(read) < MOST_CPU_S / 2, query[:20]
