"""Suggestions and corrections as the page and the API give them."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from search.web import create_app

from .corpus import GUIGANG, SCRIPT, document, index_of
from .markup import read


def suggestions(client: FlaskClient, address: str) -> list[dict[str, object]]:
    response = client.get(address)
    assert response.status_code == 200
    found: list[dict[str, object]] = response.get_json()["suggestions"]
    return found


def test_a_suggestion_has_the_names_of_the_contract(client: FlaskClient) -> None:
    (place, *_) = suggestions(client, "/api/v1/suggest?q=信访 guig&year=2017&page=3")
    assert place == {
        "kind": "place",
        "label": "地点",
        "text": "贵港市",
        "value": "广西壮族自治区/贵港市",
        "passages": place["passages"],
        "address": f"/?q={quote('信访')}&city={quote('广西壮族自治区/贵港市', safe='')}&year=2017",
    }


def test_the_address_of_a_word_finds_as_many_as_it_says(client: FlaskClient) -> None:
    words = [s for s in suggestions(client, "/api/v1/suggest?q=wg") if s["kind"] == "word"]
    assert words
    for word in words:
        found = client.get("/api/v1/search" + str(word["address"])[1:]).get_json()
        assert found["total"] == word["passages"]


def test_a_title_opens_its_document(client: FlaskClient) -> None:
    (title,) = [s for s in suggestions(client, "/api/v1/suggest?q=安全感") if s["kind"] == "title"]
    assert title["label"] == "标题"
    assert "安全感工作综述" in read(client.get(str(title["address"])).text).text


def test_the_number_of_suggestions_is_bounded(client: FlaskClient) -> None:
    assert len(suggestions(client, "/api/v1/suggest?q=g&limit=1")) == 1
    assert len(suggestions(client, "/api/v1/suggest?q=g")) <= 8
    assert client.get("/api/v1/suggest?q=g&limit=101").status_code == 400
    assert suggestions(client, "/api/v1/suggest") == []


def test_what_is_hostile_stays_text(client: FlaskClient) -> None:
    response = client.get("/api/v1/suggest?q=" + quote(SCRIPT[:12]))
    assert response.mimetype == "application/json"
    for found in response.get_json()["suggestions"]:
        assert str(found["address"]).startswith("/")
        assert "<" not in str(found["address"])


@pytest.fixture
def misprinted() -> FlaskClient:
    body = [("body", "body", f"第{n}次排查化解矛盾纠纷") for n in range(60)]
    text = document(
        "misprint",
        [("title", "title", "化解"), *body, ("body", "body", "原文误作矛盾纠分")],
        title="化解",
        city=("安徽省", "池州市", None),
    )
    return create_app(index_of(GUIGANG, text), config={"TESTING": True}).test_client()


def test_a_misprint_is_found_as_printed_and_the_correction_is_a_link(
    misprinted: FlaskClient,
) -> None:
    body = misprinted.get("/api/v1/search?q=矛盾纠分").get_json()
    assert (body["query"], body["total"]) == ("矛盾纠分", 1)
    assert body["did_you_mean"] == [{"kind": "query", "text": "矛盾纠纷", "passages": 61}]
    page = read(misprinted.get("/?q=矛盾纠分&sort=date").text)
    assert "您是不是要找：矛盾纠纷（61 个段落）" in page.text
    assert "矛盾纠分" in page.marked
    meant = read(misprinted.get(page.link("矛盾纠纷")).text)
    assert "61 个段落" in meant.text
    assert "您是不是要找" not in meant.text


def test_a_right_question_is_not_put_right_by_chance() -> None:
    # 和谁 for 找谁 is found, as words apart; 保目 stands side by side in 确保目标.
    body = [("body", "body", f"第{n}次会上谁和谁说到食物中毒，他和谁确保目标") for n in range(60)]
    text = document("hospital", [("title", "title", "医院"), *body], title="医院")
    client = create_app(index_of(text), config={"TESTING": True}).test_client()
    for query in ("食物中毒找谁", "保姆"):
        found = client.get(f"/api/v1/search?q={quote(query)}").get_json()
        assert (found["total"], found["did_you_mean"]) == (0, [])


def test_a_place_that_no_passage_names_is_offered_as_a_filter(misprinted: FlaskClient) -> None:
    body = misprinted.get("/api/v1/search?q=池州").get_json()
    assert body["total"] == 0
    assert body["did_you_mean"] == [
        {"kind": "place", "text": "池州市", "passages": 61, "city": "安徽省/池州市"}
    ]
    page = read(misprinted.get("/?q=池州").text)
    assert "61 个段落" in read(misprinted.get(page.link("关于“池州市”的文献")).text).text
