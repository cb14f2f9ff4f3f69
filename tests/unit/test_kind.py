"""The facet of the kind of a document, through every door; it came after the index format."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from generated import ANALYZER, document_of
from search.cli import main
from search.documents.facets import ALL_FACETS, DOCUMENT_FACETS
from search.engines.whoosh import segment_layout, segment_writer
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.query.request import SearchRequest
from search.searching.index import Index
from search.web import create_app

LAW = document_of("law", "安全工作条例", "第一条", title="条例", source_kind="regulation")
NEWS = document_of("news", "安全工作会议", title="会议", source_kind="newspaper")
OTHER = document_of("other", "安全工作")


def commit(folder: Path, *documents: object) -> None:
    with open_writer(folder, ANALYZER) as writer:
        for each in documents:
            writer.put(each)  # type: ignore[arg-type]
        writer.commit({})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    commit(tmp_path / "index", LAW, NEWS, OTHER)
    return tmp_path / "index"


@pytest.fixture
def client(folder: Path) -> FlaskClient:
    app = create_app(Index(open_engine(folder)))
    return app.test_client()


def kinds(folder: Path, query: str = "", **chosen: str) -> dict[object, int]:
    with Index(open_engine(folder)) as index:
        found = index.run(SearchRequest(query).choosing({k: (v,) for k, v in chosen.items()}))
        return {**{c.value: c.count for c in found.facets["kind"]}, "total": found.total}


def test_it_is_counted_chosen_left_out_and_asked_for(folder: Path) -> None:
    everything: dict[object, int] = {"法规": 2, "新闻": 1, None: 1}
    assert kinds(folder) == {**everything, "total": 4}
    assert kinds(folder, kind="法规") == {**everything, "total": 2}
    assert kinds(folder, not_kind="法规") == {**everything, "total": 2}
    assert kinds(folder, kind="~unknown")["total"] == 1
    assert kinds(folder, "安全 类型:新闻")["total"] == 1
    assert kinds(folder, "安全 -kind:新闻")["total"] == 2


def test_the_command_line_has_it(folder: Path) -> None:
    def run(*arguments: str) -> str:
        return CliRunner().invoke(main, [*arguments, "--index", str(folder)]).output

    assert json.loads(run("search", "--kind", "法规", "--json"))["total"] == 2
    assert json.loads(run("search", "--not-kind", "法规", "--json"))["total"] == 2
    counted = json.loads(run("stats", "--json"))["facets"]["kind"]
    assert {c["value"]: c["documents"] for c in counted} == {"法规": 1, "新闻": 1, None: 1}
    rows = json.loads(run("compare", "--rows", "kind", "--columns", "year", "--json"))["row_values"]
    assert {row["value"] for row in rows} == {"法规", "新闻", None}


def test_addresses_json_and_exports_have_it(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?kind=法规&q=安全").get_json()
    assert [hit["kind"] for hit in found["hits"]] == ["法规"]
    parameters = client.get("/api/v1/openapi.json").get_json()
    names = [p["name"] for p in parameters["paths"]["/api/v1/search"]["get"]["parameters"]]
    assert {"kind", "not_kind"} <= set(names)
    rows = list(csv.DictReader(client.get("/export.csv?q=安全").text.splitlines()))
    assert sorted(row["kind"] for row in rows) == ["", "新闻", "法规"]


def test_a_page_offers_it_where_there_are_two_in_the_language_of_the_page(
    client: FlaskClient, tmp_path: Path
) -> None:
    assert 'id="facet-kind"' in client.get("/").text
    english = client.get("/", headers={"Accept-Language": "en"}).text
    assert "Regulations" in english
    assert "kind=%E6%B3%95%E8%A7%84" in english
    commit(tmp_path / "one", NEWS, OTHER)
    alone = create_app(Index(open_engine(tmp_path / "one"))).test_client()
    assert 'id="facet-kind"' not in alone.get("/").text
    assert 'id="facet-kind"' in alone.get("/?kind=新闻").text, "what is chosen can be taken back"
    assert alone.get("/api/v1/search").get_json()["facets"]["kind"]


def test_how_a_text_is_cited_is_no_kind_of_document(client: FlaskClient) -> None:
    passage = client.get("/api/v1/search?q=会议").get_json()["hits"][0]["passage_id"]
    page = client.get(f"/p/{passage}?kind=新闻&kind=web").text
    assert "[EB/OL]" in page
    assert "没有“新闻”这一类" not in page
    assert "/?kind=%E6%96%B0%E9%97%BB" in page, "the search that it is seen from"
    assert "/?kind=web" not in client.get(f"/p/{passage}?kind=web").text


def older(commit: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Commit as before the facet came: no column, no values."""
    with monkeypatch.context() as before:
        rows = tuple(facet for facet in ALL_FACETS if facet.name != "kind")
        before.setattr(segment_writer, "ALL_FACETS", rows)
        shared = tuple(facet for facet in DOCUMENT_FACETS if facet.name != "kind")
        before.setattr(segment_writer, "DOCUMENT_FACETS", shared)
        columns = tuple(name for name in segment_layout.COLUMNS if name != "document.kind")
        before.setattr(segment_layout, "COLUMNS", columns)
        commit()


def test_a_segment_older_than_the_facet_knows_none_until_its_documents_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    older(lambda: commit(folder, LAW, OTHER), monkeypatch)
    assert kinds(folder) == {None: 3, "total": 3}
    assert kinds(folder, "kind:法规")["total"] == 0
    assert kinds(folder, kind="~unknown")["total"] == 3
    commit(folder, NEWS)
    assert kinds(folder) == {"新闻": 1, None: 3, "total": 4}
    # Enough commits that segments are merged.
    for number in range(12):
        commit(folder, replace(NEWS, document_id=f"news {number}"))
    assert kinds(folder) == {"新闻": 13, None: 3, "total": 16}
    commit(folder, LAW, OTHER)
    assert kinds(folder) == {"新闻": 13, "法规": 2, None: 1, "total": 16}
