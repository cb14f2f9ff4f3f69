"""The panel that cites, its downloads, their JSON twin, and what reference managers read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from flask.testing import FlaskClient

from search.citing.formats import FORMATS
from search.citing.styles import STYLES
from search.documents.document import passages_of
from search.web import create_app

from .corpus import DATONG, GUIGANG, HOSTILE, REPRINT, SCRIPT, document, index_of
from .markup import Page, read

SECOND = list(passages_of(GUIGANG))[1]
PASSAGE = f"/p/{SECOND.passage_id}"
DOCUMENT = f"/d/{GUIGANG.document_id}"


def get(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return read(response.text)


@pytest.mark.parametrize("style", STYLES)
def test_any_style_is_chosen_without_script(client: FlaskClient, style: str) -> None:
    page = get(client, f"{PASSAGE}?style={style}")
    assert "贵港市提升安全感工作综述" in page.by_id[f"reference-{style}"]
    assert page.by_id["in-text"]
    assert sum(name.startswith("reference-") for name in page.by_id) == 1
    offered = {a["value"] for a in page.named("option")}
    assert {*STYLES, "", "newspaper", "web"} == offered


def test_without_a_choice_the_edition_in_force_is_shown_and_chosen(client: FlaskClient) -> None:
    page = get(client, PASSAGE)
    shown = [name for name in page.by_id if name.startswith("reference-")]
    assert shown == ["reference-gbt7714-2025"]
    assert [a["value"] for a in page.named("option") if "selected" in a] == ["gbt7714-2025"]


def test_kind_and_item_are_the_reader_s(client: FlaskClient) -> None:
    page = get(client, f"{PASSAGE}?kind=web&item=六是")
    assert "[EB/OL]. (2017-08-10)" in page.by_id["reference-gbt7714-2025"]
    assert page.by_id["in-text"] == "[1]第2段“六是”"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("style=turabian", "没有“turabian”这种著录格式"),
        ("kind=book", "没有“book”这一类"),
        ("url=https://a.cn/", "是网站首页"),
        ("accessed=昨天", "引用日期“昨天”不是日期"),
    ],
)
@pytest.mark.parametrize("path", [PASSAGE, DOCUMENT])
def test_a_wrong_choice_is_said_beside_the_usual_citations(
    client: FlaskClient, path: str, query: str, said: str
) -> None:
    page = get(client, f"{path}?{query}")
    assert said in page.text
    assert "reference-gbt7714-2025" in page.by_id


def test_a_document_has_the_panel_too(client: FlaskClient) -> None:
    page = get(client, f"{DOCUMENT}?style=apa&accessed=2026-07-01")
    assert page.by_id["reference-apa"].startswith("贵港市提升安全感工作综述. (2017, 8月10日).")
    assert "in-text" not in page.by_id


@pytest.mark.parametrize("path", [PASSAGE, DOCUMENT])
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_a_link_to_a_file(client: FlaskClient, path: str, form: str) -> None:
    page = get(client, f"{path}?style=mla&accessed=2026-07-01&kind=web")
    (link,) = [a for _, a in page.links if f"format={form}" in a["href"]]
    assert link["rel"] == "nofollow"
    answer = client.get(link["href"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == FORMATS[form].media_type
    name = f"duansou-{path[3:]}{FORMATS[form].suffix}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "贵港市提升安全感工作综述" in answer.text


def test_the_files_carry_the_permanent_address_and_what_was_added(client: FlaskClient) -> None:
    query = "accessed=2026-07-01&url=https://a.cn/1.htm&item=六是"
    (bib,) = parse_string(client.get(f"{PASSAGE}/cite?format=bibtex&{query}").text).entries
    (ris,) = rispy.loads(client.get(f"{PASSAGE}/cite?format=ris&{query}").text)
    (csl,) = json.loads(client.get(f"{PASSAGE}/cite?format=csl-json&{query}").text)
    assert bib["url"] == ris["urls"][0] == csl["URL"] == "https://a.cn/1.htm"
    assert bib["urldate"] == "2026-07-01"
    for note in (ris["notes"][0], csl["note"]):
        assert f"永久地址：http://localhost{PASSAGE}" in note
        assert "第2段“六是”" in note
        assert SECOND.sha256 in note


def test_the_json_twin_has_the_same(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/passages/{SECOND.passage_id}/cite?style=apa").get_json()
    assert answer["style"] == "apa"
    assert answer["in_text"] == "(《贵港市提升安全感工作综述》, 2017, 第2段)"
    assert answer["missing"] == ["网址"]
    assert answer["address"] == f"http://localhost{PASSAGE}"
    assert answer["csl"]["container-title"] == "贵港日报"
    whole = client.get(f"/api/v1/documents/{GUIGANG.document_id}/cite").get_json()
    assert (whole["style"], whole["in_text"]) == ("gbt7714-2025", None)


@pytest.mark.parametrize(
    "query", ["style=turabian", "format=endnote", "kind=book", "accessed=x", "url=ftp://a.cn/1"]
)
def test_a_wrong_request_is_refused_before_anything_is_sent(
    client: FlaskClient, query: str
) -> None:
    assert client.get(f"{PASSAGE}/cite?{query}").status_code == 400
    assert client.get(f"{DOCUMENT}/cite?{query}").status_code == 400


@pytest.mark.parametrize("path", ["/p/0000/cite", "/d/0000/cite", "/api/v1/passages/0000/cite"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_passage_that_moved_or_stands_in_several_leads_there() -> None:
    moved = create_app(index_of(REPRINT, DATONG)).test_client()
    answer = moved.get(f"{PASSAGE}/cite?format=ris&style=apa")
    (now,) = passages_of(REPRINT)
    assert answer.status_code == 302
    assert answer.location == f"/p/{now.passage_id}/cite?style=apa&format=ris"
    other = document("9" * 16, [("body", "body", SECOND.text)], title="另一篇")
    several = create_app(index_of(REPRINT, other)).test_client()
    assert several.get(f"{PASSAGE}/cite").status_code == 300
    choices = several.get(f"/api/v1/passages/{SECOND.passage_id}/cite")
    assert len(choices.get_json()["candidates"]) == 2


def metas(page: Page) -> list[tuple[str, str]]:
    found = [(a["name"], a["content"]) for a in page.named("meta") if "name" in a]
    return [(name, value) for name, value in found if name.startswith("citation_")]


@pytest.mark.parametrize("path", [PASSAGE, DOCUMENT])
def test_pages_say_what_zotero_reads(client: FlaskClient, path: str) -> None:
    assert metas(get(client, path)) == [
        ("citation_title", "贵港市提升安全感工作综述"),
        ("citation_publication_date", "2017/08/10"),
        ("citation_journal_title", "贵港日报"),
        ("citation_language", "zh-CN"),
    ]
    datong = dict(metas(get(client, f"/d/{DATONG.document_id}")))
    assert datong["citation_fulltext_html_url"] == "https://example.org/news/1.html"


def test_hostile_fields_stay_text_everywhere(client: FlaskClient) -> None:
    (hostile,) = passages_of(HOSTILE)
    page = get(client, f"/p/{hostile.passage_id}?style=chicago&item=%22%3E{SCRIPT}")
    assert len(page.named("script")) == 1
    assert dict(metas(page))["citation_title"] == f"{SCRIPT}标题"
    text = client.get(f"/p/{hostile.passage_id}/cite?format=html").text
    assert "<script" not in text


def test_each_author_has_an_element_of_their_own() -> None:
    one = document("8" * 16, [("body", "body", "正文一段。")], title="题名", published="2020-01-02")
    several = {
        "张三、李四": ["张三", "李四"],
        "Smith, John; Doe, Jane": ["Smith, John", "Doe, Jane"],
        "Ministry of Truth, London": ["Ministry of Truth， London"],
    }
    for author, expected in several.items():
        client = create_app(index_of(replace(one, author=author))).test_client()
        tags = metas(get(client, f"/d/{one.document_id}"))
        assert [value for name, value in tags if name == "citation_author"] == expected
