"""The page of a concordance, its JSON and its files; the page of passages like one."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from search.searching.index import Index
from search.web import create_app

from .corpus import DATONG, GUIGANG, HOSTILE, REPRINT, SCRIPT, index_of
from .markup import read

NETWORK = quote("网格化")


def test_the_results_lead_to_their_occurrences_and_back(client: FlaskClient) -> None:
    page = read(client.get(f"/?q={NETWORK}&city=大同市").text)
    link = page.link("逐例")
    kwic = read(client.get(link).text)
    assert kwic.marked == ["网格化"]
    assert "1 处，见于 1 个段落，1 篇文献" in kwic.text
    assert kwic.link("← 回到检索结果") == f"/?q={NETWORK}&city={quote('大同市')}"


def test_without_a_text_there_is_no_way_to_occurrences(client: FlaskClient) -> None:
    assert "逐例" not in client.get("/").text
    assert "请先在上面输入检索词" in client.get("/kwic").text
    assert "没有逐字出现的地方" in client.get("/kwic?q=不存在").text


def test_every_line_leads_to_its_passage_and_orders_keep_the_filters(client: FlaskClient) -> None:
    page = read(client.get("/kwic?q=信访&year=2018&order=left").text)
    (line,) = [a["href"] for _, a in page.links if a["href"].startswith("/p/")]
    assert client.get(line).status_code == 200
    assert page.link("按右文") == f"/kwic?q={quote('信访')}&year=2018&order=right"
    assert page.link("CSV") == f"/kwic.csv?q={quote('信访')}&year=2018&order=left"


def test_passages_with_the_words_apart_are_said(client: FlaskClient) -> None:
    text = client.get("/kwic?q=群众民意").text
    assert "没有连在一起逐字出现" in text


def test_json_has_a_page_of_lines_and_the_neighbours_of_all(client: FlaskClient) -> None:
    body = client.get("/api/v1/kwic?q=网格化&limit=1&page=2&near=1").get_json()
    assert (body["occurrences"], body["passages"], body["pages"], body["page"]) == (2, 2, 2, 2)
    assert len(body["lines"]) == 1
    assert sum(n["occurrences"] for n in body["neighbours"]["left"]) == 2
    assert body["lines"][0]["match"] == "网格化"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_files_are_attachments_that_are_streamed_under_the_policy(
    client: FlaskClient, form: str
) -> None:
    response = client.get(f"/kwic.{form}?q=信访")
    assert response.status_code == 200
    assert response.is_streamed
    assert f'filename="kwic.{form}"' in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.text.count("信访") >= 3
    if form == "jsonl":
        header = json.loads(response.text.splitlines()[0])["header"]
        assert header["occurrences"] == 2
        assert header["program"].startswith("duansou ")


@pytest.mark.parametrize(
    ("address", "named"),
    [("/kwic?order=up", "排列"), ("/kwic?width=500", "左右文"), ("/kwic?near=9", "near")],
)
def test_what_cannot_be_asked_is_said(client: FlaskClient, address: str, named: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert named in response.text
    assert client.get(f"/api/v1{address}").get_json()["error"]["code"] == "bad_request"


def test_hostile_text_is_escaped(client: FlaskClient) -> None:
    for address in ("/kwic?q=恶意&width=60", f"/kwic?q={quote(SCRIPT)}"):
        text = client.get(address).text
        assert SCRIPT not in text
        assert "<img" not in text


def test_a_passage_leads_to_those_like_it(client: FlaskClient, index: Index) -> None:
    here = next(p for p in index.passages() if "网格" in p.text)
    page = read(client.get(f"/p/{here.passage_id}?year=2017").text)
    link = page.link("找相近的段落")
    assert link == f"/p/{here.passage_id}/like?year=2017"
    assert client.get(link).status_code == 200


def test_a_reprint_stands_apart_and_json_says_what_is_shared() -> None:
    index = index_of(GUIGANG, DATONG, REPRINT, HOSTILE)
    client = create_app(index, config={"TESTING": True}).test_client()
    here = next(p for p in index.passages() if p.title == "网格经验")
    body = client.get(f"/api/v1/passages/{here.passage_id}/like").get_json()
    assert [like["title"] for like in body["reprints"]] == ["贵港市提升安全感工作综述"]
    assert body["reprints"][0]["shared"]
    page = client.get(f"/p/{here.passage_id}/like").text
    assert "文字相同或几乎相同" in page


def test_unknown_passages_and_too_many_are_refused(client: FlaskClient, index: Index) -> None:
    assert client.get("/p/none/like").status_code == 404
    assert client.get("/api/v1/passages/none/like").status_code == 404
    here = next(iter(index.passages())).passage_id
    response = client.get(f"/api/v1/passages/{here}/like?limit=51")
    assert response.status_code == 400


def test_the_like_page_escapes_hostile_text(client: FlaskClient, index: Index) -> None:
    hostile = next(p for p in index.passages() if "恶意" in p.text)
    text = client.get(f"/p/{hostile.passage_id}/like").text
    assert SCRIPT not in text
    assert "<img" not in text
