"""Each document once: its best passage, how many more of it match, and counts of all passages."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from search.cli import main
from search.query.request import SearchRequest
from search.web import create_app

from .web.corpus import document, index_of
from .web.markup import read

ONE = document(
    "1" * 16,
    [("body", "body", text) for text in ("网格网格网格。", "网格一。", "别的。")],
    title="甲",
)
TWO = document("2" * 16, [("body", "body", "网格二。")], title="乙")


def test_every_document_is_listed_once_and_counts_stay_those_of_passages() -> None:
    index = index_of(ONE, TWO)
    whole, grouped = (
        index.run(SearchRequest("网格", by_document=by_document)) for by_document in (False, True)
    )
    assert (grouped.total, grouped.documents) == (whole.total, whole.documents) == (3, 2)
    assert grouped.facets == whole.facets
    assert {hit.document_id for hit in grouped.hits} == {ONE.document_id, TWO.document_id}
    assert len(grouped.hits) == 2
    assert grouped.hidden == 1
    (first,) = [hit for hit in grouped.hits if hit.document_id == ONE.document_id]
    best = next(hit for hit in whole.hits if hit.document_id == ONE.document_id)
    assert first == best
    assert dict(grouped.further) == {first.passage_id: 1}


def test_pages_partition_the_documents() -> None:
    index = index_of(ONE, TWO)
    pages = [
        index.run(SearchRequest("网格", by_document=True, page=page, limit=1)) for page in (1, 2)
    ]
    assert [page.pages for page in pages] == [2, 2]
    assert {hit.document_id for page in pages for hit in page.hits} == {
        ONE.document_id,
        TWO.document_id,
    }


def test_the_page_says_how_many_are_not_listed_and_leads_to_them() -> None:
    client = create_app(index_of(ONE, TWO)).test_client()
    page = read(client.get("/?q=网格").text)
    grouped = read(client.get(page.link("按文献")).text)
    assert "另有 1 个段落没有单独列出" in grouped.text
    assert grouped.link("这篇文献另有 1 段符合").startswith(f"/d/{ONE.document_id}?")
    assert "by=" not in grouped.link("段落")
    answer = client.get("/api/v1/search?q=网格&by=document").get_json()
    assert answer["by_document"] is True
    assert sorted(hit["more_in_document"] for hit in answer["hits"]) == [0, 1]


def test_another_grouping_is_refused_with_what_there_is() -> None:
    client = create_app(index_of(ONE)).test_client()
    assert client.get("/?by=city").status_code == 400
    answer = client.get("/api/v1/search?by=city").get_json()
    assert "document" in answer["error"]["message_en"]


def test_the_command_line_lists_each_document_once(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    body = "全县推行网格化管理，化解矛盾纠纷。\n\n网格化管理覆盖所有村庄和社区。\n"
    (documents / "a.txt").write_text(f"标题\n\n{body}", encoding="utf-8")
    where = ["--index", str(tmp_path / "index")]
    CliRunner().invoke(main, ["index", str(documents), *where])
    done = CliRunner().invoke(main, ["search", "网格化管理", "--by-document", "--json", *where])
    record = json.loads(done.stdout)
    assert (record["total"], len(record["hits"]), record["hidden"]) == (2, 1, 1)
    said = CliRunner().invoke(main, ["search", "网格化管理", "--by-document", *where]).stdout
    assert "1 more in this document" in said
    assert "further passages of the documents" in said
