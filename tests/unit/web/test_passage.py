"""The page of one passage."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from flask.testing import FlaskClient

from search.documents.document import passages_of, sha256_hex
from search.query.request import SearchRequest
from search.searching.index import Index
from search.web import create_app

from .corpus import DATONG, GUIGANG, REPRINT, SHARED_TEXT, document, index_of
from .markup import Page, read

FIRST, SECOND, THIRD = passages_of(GUIGANG)


def get(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return read(response.text)


def test_the_text_is_exact_to_the_space(client: FlaskClient) -> None:
    page = get(client, f"/p/{FIRST.passage_id}?q=群众")
    assert page.by_id["text"] == FIRST.text
    assert "  " in FIRST.text
    assert page.marked == ["群众"]


def test_the_paragraphs_before_and_after_are_there_and_linked(client: FlaskClient) -> None:
    page = get(client, f"/p/{SECOND.passage_id}")
    assert FIRST.text.split()[0] in page.text
    assert THIRD.text in page.text
    assert urlsplit(page.link("← 上一段")).path == f"/p/{FIRST.passage_id}"
    assert urlsplit(page.link("下一段 →")).path == f"/p/{THIRD.passage_id}"
    assert "网格化管理全覆盖" in page.text
    assert "第 2 段，共 3 段" in page.text


def test_the_ends_of_a_document_are_named(client: FlaskClient) -> None:
    assert "已是首段" in get(client, f"/p/{FIRST.passage_id}").text
    assert "已是末段" in get(client, f"/p/{THIRD.passage_id}").text


def test_facets_stand_with_their_evidence(client: FlaskClient) -> None:
    page = get(client, f"/p/{SECOND.passage_id}")
    assert "广西壮族自治区 › 贵港市" in page.text
    assert "正文中“贵港市”出现 19 次" in page.text
    assert "网站栏目是桂平新闻，不作依据 推断" in page.text
    assert "发布日期 2017-08-10 的年份" in page.text
    assert "本段有：网格" in page.text
    assert "本段有：矛盾" in page.text


def test_unknown_fields_say_so(client: FlaskClient, index: Index) -> None:
    hostile = next(p for p in index.passages() if p.year is None)
    page = get(client, f"/p/{hostile.passage_id}")
    assert "年份 未知" in page.text
    assert "地区 未知" in page.text


def test_the_edition_in_force_is_cited_and_what_is_missing_stands_beside(
    client: FlaskClient,
) -> None:
    page = get(client, f"/p/{SECOND.passage_id}")
    new = page.by_id["reference-gbt7714-2025"]
    old = get(client, f"/p/{SECOND.passage_id}?style=gbt7714-2015").by_id["reference-gbt7714-2015"]
    assert new.startswith("贵港市提升安全感工作综述[N/OL]. 贵港日报, 2017-08-10")
    assert old.startswith("贵港市提升安全感工作综述[N/OL]. 贵港日报, 2017-08-10")
    assert "缺：获取和访问路径" in page.text
    assert "引用日期" not in new
    assert page.by_id["in-text"] == "[1]第2段"
    buttons = {a["data-copy"] for a in page.named("button") if "data-copy" in a}
    assert buttons == {"text", "reference-gbt7714-2025", "both", "in-text", "permanent"}


def test_quotation_and_reference_are_copied_as_one_with_their_mark(client: FlaskClient) -> None:
    page = get(client, f"/p/{SECOND.passage_id}?from=0&to=6")
    reference = page.by_id["reference-gbt7714-2025"]
    assert page.by_id["both"] == f"“{SECOND.text[:6]}”[1]第2段\n\n[1] {reference}"
    dated = get(client, f"/p/{SECOND.passage_id}?style=apa")
    assert dated.by_id["both"].endswith(
        f"”{dated.by_id['in-text']}\n\n{dated.by_id['reference-apa']}"
    )


def test_what_is_not_copied_at_once_is_folded_and_says_how_to_put_a_facet_right(
    client: FlaskClient,
) -> None:
    html = client.get(f"/p/{SECOND.passage_id}").text
    panels = [part.split("</details>")[0] for part in html.split('<details class="panel">')[1:]]
    facets, proof = panels
    assert "归类与依据" in facets
    assert "duansou.toml" in facets
    assert SECOND.sha256 in proof


def test_a_passage_opened_from_a_search_says_why_it_matches(client: FlaskClient) -> None:
    page = get(client, f"/p/{SECOND.passage_id}?q=网格")
    assert urlsplit(page.link("为何符合")).path == f"/p/{SECOND.passage_id}/why"
    assert "为何符合" not in get(client, f"/p/{SECOND.passage_id}").text


def test_the_reader_may_complete_the_citation(client: FlaskClient) -> None:
    page = get(
        client,
        f"/p/{SECOND.passage_id}?accessed=2026-07-02&url=https://example.org/a/1.html&q=网格"
        "&style=gbt7714-2015",
    )
    old = page.by_id["reference-gbt7714-2015"]
    assert "[2026-07-02]" in old
    assert "https://example.org/a/1.html" in old
    fields = {a["name"]: a["value"] for a in page.named("input") if "name" in a}
    assert fields["accessed"] == "2026-07-02"


def test_a_wrong_access_date_is_named_and_left_out(client: FlaskClient) -> None:
    page = get(client, f"/p/{SECOND.passage_id}?accessed=昨天")
    assert "昨天" in page.text
    assert "昨天" not in page.by_id["reference-gbt7714-2025"]


def test_what_proves_the_wording_is_there(client: FlaskClient) -> None:
    page = get(client, f"/p/{SECOND.passage_id}?q=网格")
    assert sha256_hex(SECOND.text) in page.text
    assert page.by_id["permanent"] == f"/p/{SECOND.passage_id}"
    assert "2026-07-01 08:00:00 UTC" in page.text
    canonical = next(a["href"] for a in page.named("link") if a["rel"] == "canonical")
    assert canonical == f"/p/{SECOND.passage_id}"


def test_the_way_back_is_the_search_it_was_opened_from(client: FlaskClient) -> None:
    page = get(client, f"/p/{SECOND.passage_id}?q=网格&year=2017&page=2&sort=date")
    back = SearchRequest.from_params(parse_qsl(urlsplit(page.link("← 回到检索结果")).query))
    assert back == SearchRequest(query="网格", year=("2017",), page=2, sort="date")
    following = SearchRequest.from_params(parse_qsl(urlsplit(page.link("下一段")).query))
    assert following == back


def test_an_id_whose_text_moved_to_another_document_leads_there() -> None:
    client = create_app(index_of(REPRINT, DATONG)).test_client()
    response = client.get(f"/p/{SECOND.passage_id}?q=网格")
    assert response.status_code == 302
    (now,) = passages_of(REPRINT)
    assert urlsplit(response.location).path == f"/p/{now.passage_id}"
    assert dict(parse_qsl(urlsplit(response.location).query)) == {"q": "网格"}


def test_an_id_whose_text_stands_in_several_documents_lists_them() -> None:
    other = document(
        "9" * 16, [("body", "body", SHARED_TEXT)], title="另一篇", published="2020-02-02"
    )
    client = create_app(index_of(REPRINT, other)).test_client()
    response = client.get(f"/p/{SECOND.passage_id}")
    assert response.status_code == 300
    page = read(response.text)
    assert "见于 2 篇文献" in page.text
    for expected in (REPRINT, other):
        (passage,) = passages_of(expected)
        assert f"/p/{passage.passage_id}" in [a["href"] for _, a in page.links]


def test_an_unknown_passage_is_a_page_that_says_what_to_do(client: FlaskClient) -> None:
    response = client.get("/p/0000")
    assert response.status_code == 404
    page = read(response.text)
    assert "文献库里没有这个段落" in page.text
    assert page.link("回到检索页") == "/"


RARE = document(
    "e" * 16,
    [("body", "body", "甲𠮷乙,丙\r\n<b>丁</b>戊。己庚辛壬癸,子丑寅卯。")],
    title="生僻字",
    url="https://example.org/a?b=1",
)
(RARE_PASSAGE,) = passages_of(RARE)


def rare() -> FlaskClient:
    return create_app(index_of(RARE, GUIGANG), config={"TESTING": True}).test_client()


def test_a_range_is_marked_quoted_and_has_its_own_address() -> None:
    text = RARE_PASSAGE.text
    page = get(rare(), f"/p/{RARE_PASSAGE.passage_id}?from=1&to=12&q=丁")
    assert page.by_id["text"] == text
    assert page.by_id["range"] == page.by_id["quote"] == text[1:12]
    assert page.by_id["range-address"] == f"/p/{RARE_PASSAGE.passage_id}?from=1&to=12"
    assert page.by_id["adapted"] == text[1:12].replace(",", "，")
    assert "第 2–12 字，共 11 字" in page.text
    assert "标点已规范化" in page.text
    assert "数字和说法都是原文的" in page.text
    buttons = {a["data-copy"] for a in page.named("button") if "data-copy" in a}
    assert buttons >= {"quote", "adapted", "range-address"}
    # The word of the search is marked inside the range too.
    assert any(marked.startswith("丁") for marked in page.marked)
    hidden = {a["name"]: a["value"] for a in page.named("input") if a.get("type") == "hidden"}
    assert (hidden["from"], hidden["to"]) == ("1", "12")


def test_a_carriage_return_survives_the_browser() -> None:
    html = rare().get(f"/p/{RARE_PASSAGE.passage_id}").text
    assert "丙&#13;\n&lt;b&gt;" in html


def test_the_form_without_script_leads_to_the_range() -> None:
    answer = rare().get(f"/p/{RARE_PASSAGE.passage_id}?first=2&last=4&q=丁")
    assert answer.status_code == 302
    assert answer.location.startswith(f"/p/{RARE_PASSAGE.passage_id}?from=1&to=4&q=")
    assert answer.location.endswith("#quotation")


def test_a_bad_range_is_one_clear_sentence_on_the_page_and_in_json() -> None:
    client = rare()
    for query, said in (
        ("from=4&to=2", "from 要小于 to"),
        ("from=1", "缺 to"),
        ("from=a&to=2", "不是整数"),
        ("from=0&to=999", "只有"),
        ("first=0&last=3", "不是第几个字"),
    ):
        page = client.get(f"/p/{RARE_PASSAGE.passage_id}?{query}")
        assert page.status_code == 400
        assert said in page.text
        if "first" not in query:
            answer = client.get(f"/api/v1/passages/{RARE_PASSAGE.passage_id}?{query}")
            assert answer.status_code == 400
            assert said in answer.get_json()["error"]["message"]


def test_the_json_twin_has_the_range_and_the_adapted_copy_with_each_change() -> None:
    answer = rare().get(f"/api/v1/passages/{RARE_PASSAGE.passage_id}?from=1&to=5").get_json()
    assert answer["range"] == {
        "from": 1,
        "to": 5,
        "quote": "𠮷乙,丙",
        "sha256": sha256_hex("𠮷乙,丙"),
    }
    assert answer["address"] == f"/p/{RARE_PASSAGE.passage_id}?from=1&to=5"
    assert answer["adapted"] == {
        "text": "𠮷乙，丙",
        "replacements": [{"at": 2, "original": ",", "standard": "，"}],
    }
    assert answer["original_page"].startswith("https://example.org/a?b=1#:~:text=")
    whole = rare().get(f"/api/v1/passages/{RARE_PASSAGE.passage_id}").get_json()
    assert whole["range"] is None
    assert whole["text"] == RARE_PASSAGE.text


def test_the_original_page_is_linked_where_there_is_an_address_only(client: FlaskClient) -> None:
    page = get(rare(), f"/p/{RARE_PASSAGE.passage_id}?from=13&to=18")
    link = next(a for label, a in page.links if label == "在原网页中定位")
    assert link["href"].startswith("https://example.org/a?b=1#:~:text=")
    assert "noopener" in link["rel"]
    assert "在原网页中定位" not in get(client, f"/p/{FIRST.passage_id}").text


def test_the_proof_file_is_downloaded_and_names_the_range() -> None:
    client = rare()
    page = get(client, f"/p/{RARE_PASSAGE.passage_id}?from=1&to=4")
    address = page.link("下载")
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    record = answer.get_json()
    assert record["text"] == RARE_PASSAGE.text
    assert record["range"]["quote"] == "𠮷乙,"
    assert record["captured"] == RARE.captured


def test_a_range_moves_with_its_text_to_another_document() -> None:
    client = create_app(index_of(REPRINT, DATONG)).test_client()
    for name in ("", "/proof.json"):
        answer = client.get(f"/p/{SECOND.passage_id}{name}?from=2&to=9")
        assert answer.status_code == 302
        assert "from=2&to=9" in answer.location
    other = document("9" * 16, [("body", "body", SHARED_TEXT)], title="另一篇")
    client = create_app(index_of(REPRINT, other)).test_client()
    page = read(client.get(f"/p/{SECOND.passage_id}?from=2&to=9").text)
    assert all("from=2&to=9" in a["href"] for label, a in page.links if "¶" in label)
