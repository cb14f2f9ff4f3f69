"""The page of a document."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from search.documents.document import Document, passages_of
from search.web import create_app

from .corpus import DATONG, GUIGANG, document, index_of
from .markup import Page, read

ADDRESS = f"/d/{GUIGANG.document_id}"


def get(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return read(response.text)


def with_outline() -> Document:
    """甲 with 乙 below it, then 丙; a paragraph below the last two."""
    lines = [
        ("heading", "plain", "甲"),
        ("heading", "（一）", "乙"),
        ("body", "body", "第一段。"),
        ("heading", "plain", "丙"),
        ("body", "body", "第二段。"),
    ]
    made = document("5" * 16, lines, title="分级")
    first, second = (p for p in made.paragraphs if p.role == "body")
    object.__setattr__(first, "headings", ("甲", "乙"))
    object.__setattr__(second, "headings", ("丙",))
    return made


def test_every_body_paragraph_is_numbered_and_leads_to_its_passage(client: FlaskClient) -> None:
    page = get(client, ADDRESS)
    for passage in passages_of(GUIGANG):
        assert urlsplit(page.link(f"¶\u202f{passage.paragraph}")).path == f"/p/{passage.passage_id}"
        assert passage.text.split()[0] in page.by_id[f"p{passage.paragraph}"]


def test_headings_and_captions_stand_in_the_text(client: FlaskClient) -> None:
    page = get(client, ADDRESS)
    at = [page.text.index(t) for t in ("群众说了算", "网格化管理全覆盖", "网格员走访", "全市建立")]
    assert at == sorted(at)
    assert any(tag == "h2" and a.get("class") == "heading" for tag, a in page.tags)


def test_boilerplate_is_out_of_sight_until_asked_for(client: FlaskClient) -> None:
    page = get(client, ADDRESS)
    assert "桂平新闻 平南新闻" not in page.text
    assert "略去 2 行页面杂项" in page.text
    whole = get(client, page.link("看每一行与理由"))
    assert "贵港新闻 桂平新闻 平南新闻" in whole.text
    assert "第 1 行理由：page-head" in whole.text
    assert "第 17 行理由：footer" in whole.text


def test_metadata_lines_stand_apart(client: FlaskClient) -> None:
    page = get(client, ADDRESS)
    assert page.text.index("来源:贵港日报") > page.text.index("文献信息与依据")


def test_the_facts_stand_with_their_evidence(client: FlaskClient) -> None:
    page = get(client, ADDRESS)
    assert "正文中“贵港市”出现 19 次" in page.text
    assert "2017-08-10 10:54" in page.text
    assert GUIGANG.sha256 in page.text
    assert GUIGANG.path in page.text


def test_an_article_address_is_linked_without_telling_where_from(client: FlaskClient) -> None:
    page = get(client, f"/d/{DATONG.document_id}")
    (link,) = [a for _, a in page.links if a["href"] == DATONG.url]
    assert link["rel"] == "noopener noreferrer"


def test_the_words_of_the_search_stay_marked(client: FlaskClient) -> None:
    page = get(client, f"{ADDRESS}?q=信访")
    assert page.marked == ["信访"]
    assert urlsplit(page.link("← 回到检索结果")).path == "/"


def test_heading_levels_follow_the_outline_without_a_gap() -> None:
    made = with_outline()
    page = get(create_app(index_of(made)).test_client(), f"/d/{made.document_id}")
    levels = [tag for tag, a in page.tags if a.get("class") == "heading"]
    assert levels == ["h2", "h3", "h2"]


def test_the_outline_leads_to_every_heading() -> None:
    made = with_outline()
    page = get(create_app(index_of(made)).test_client(), f"/d/{made.document_id}")
    for text, depth in (("甲", "depth-0"), ("乙", "depth-1"), ("丙", "depth-0")):
        anchor = page.link(text)
        assert page.by_id[anchor.removeprefix("#")] == text
        assert any(tag == "li" and a.get("class") == depth for tag, a in page.tags)


def test_the_passages_found_are_listed_and_lead_to_each_other() -> None:
    texts = ["网格一。", "没有。", "网格二。", "网格三。"]
    made = document("7" * 16, [("body", "body", text) for text in texts], title="跳转")
    client = create_app(index_of(made)).test_client()
    page = get(client, f"/d/{made.document_id}?q=网格")
    assert "检索在本篇找到 3 段" in page.text
    assert page.link("↓ ¶\u202f3") == "#p3"
    assert page.link("↑ ¶\u202f1") == "#p1"
    assert page.link("↓ ¶\u202f4") == "#p4"
    assert "检索在本篇找到" not in get(client, f"/d/{made.document_id}").text


@pytest.mark.parametrize(
    "asked",
    [
        "q=网格 信访",
        "q=网格 信访&any=1",
        "q=网格 -信访",
        "q=网?员",
        "q=网格 NEAR/2 信访",
        "q=网格&topic=调解",
        "q=网格&not_topic=调解",
        "q=title:简报 网格",
        "q=网格 year:2018",
        "q=网格&year=2018",
    ],
)
def test_the_page_of_a_document_counts_what_the_search_counts_in_it(asked: str) -> None:
    lines = (
        "网格信访。",
        "网格。",
        "信访。",
        "2019年网格一。",
        "网格员调解。",
        "信访，网格。",
        "无。",
    )
    documents = [
        document(
            digit * 16,
            [("body", "body", text) for text in lines[first:]],
            title=title,
            year=2018 + first,
            topics={"调解": "调解"},
        )
        for first, (digit, title) in enumerate(zip("678", ("简报", "通报", "简报"), strict=True))
    ]
    client = create_app(index_of(*documents)).test_client()
    found = client.get(f"/api/v1/search?{asked}&limit=100").get_json()
    counted = Counter(hit["document_id"] for hit in found["hits"])
    assert counted
    assert counted.total() == found["total"]
    for each in documents:
        page = get(client, f"/d/{each.document_id}?{asked}")
        said = re.search(r"检索在本篇找到 (\d+) 段", page.text)
        assert (int(said[1]) if said else 0) == counted[each.document_id]


@pytest.mark.parametrize("asked", ["city=市", "year=几年"])
def test_a_document_is_shown_whatever_its_address_says_of_a_search(asked: str) -> None:
    made = document(
        "9" * 16, [("body", "body", "网格。")], title="甲", city=("山西省", "大同市", None)
    )
    assert (
        "网格。"
        in get(
            create_app(index_of(made)).test_client(), f"/d/{made.document_id}?q=网格&{asked}"
        ).text
    )


def test_an_unknown_document_is_not_found(client: FlaskClient) -> None:
    response = client.get("/d/0000")
    assert response.status_code == 404
    assert "文献库里没有" in response.text
