"""The JSON answers: a contract."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from search.documents.facets import ALL_FACETS
from search.engines.whoosh.engine import WhooshReader
from search.errors import IndexBrokenError
from search.index.answers import Found
from search.searching.index import Index
from search.web import create_app

from .corpus import GUIGANG, document, index_of


def assert_error(response: TestResponse, status: int, code: str) -> None:
    """The one shape of an error."""
    assert response.status_code == status
    body = response.get_json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "message_en"}
    assert body["error"]["code"] == code
    assert all(isinstance(v, str) and v for v in body["error"].values())
    assert any("\u4e00" <= c <= "\u9fff" for c in body["error"]["message"])


def test_a_search_answers_with_the_names_of_the_contract(client: FlaskClient) -> None:
    body: dict[str, Any] = client.get("/api/v1/search?q=信访&limit=1").get_json()
    assert body["total"] == 2
    assert body["documents"] == 2
    assert set(body["facets"]) == {facet.name for facet in ALL_FACETS}
    assert set(body["facets"]["topic"][0]) == {"value", "count", "documents"}
    assert set(body["hits"][0]) >= {
        "passage_id",
        "document_id",
        "path",
        "title",
        "source",
        "published",
        "url",
        "headings",
        "paragraph",
        "text",
        "highlights",
        "score",
        "city",
        "year",
        "topics",
    }
    ((start, end),) = body["hits"][0]["highlights"]
    assert body["hits"][0]["text"][start:end] == "信访"
    assert body["notices"] == []


def test_facets_are_those_of_the_search(client: FlaskClient) -> None:
    whole = client.get("/api/v1/search?q=信访&year=2017").get_json()
    counts = client.get("/api/v1/facets?q=信访&year=2017&by=document").get_json()
    assert counts == {name: whole[name] for name in counts}
    assert counts["facets"]["year"]


def test_the_answer_is_the_same_as_the_index_gives(client: FlaskClient, index: Index) -> None:
    body = client.get("/api/v1/search?q=网格&year=2017&sort=document").get_json()
    expected = index.search("网格", year=2017, sort="document").to_json()
    assert body == expected | {"did_you_mean": []}


def test_chinese_is_sent_as_it_is(client: FlaskClient) -> None:
    assert "信访" in client.get("/api/v1/search?q=信访").text


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/api/v1/search?sort=newest", "bad_request"),
        ("/api/v1/search?page=0", "bad_request"),
        ("/api/v1/search?limit=101", "bad_request"),
        ("/api/v1/search?year=今年", "bad_filter"),
        ("/api/v1/search?q=" + "长" * 1001, "bad_query"),
        ("/api/v1/search?" + "&".join(f"topic={i}" for i in range(51)), "bad_filter"),
    ],
)
def test_a_wrong_parameter_is_one_clear_error(client: FlaskClient, address: str, code: str) -> None:
    assert_error(client.get(address), 400, code)


def test_an_unknown_address_and_method_are_json_too(client: FlaskClient) -> None:
    assert_error(client.get("/api/v1/nothing"), 404, "not_found")
    assert_error(client.post("/api/v1/search"), 405, "method_not_allowed")


def test_an_ambiguous_place_lists_what_it_may_be() -> None:
    client = create_app(
        index_of(
            document(
                "1" * 16,
                [("body", "body", "甲。")],
                title="甲",
                city=("吉林省", "长春市", "朝阳区"),
            ),
            document(
                "2" * 16,
                [("body", "body", "乙。")],
                title="乙",
                city=("北京市", "北京市", "朝阳区"),
            ),
        )
    ).test_client()
    response = client.get("/api/v1/search?city=朝阳区")
    assert_error(response, 400, "bad_filter")
    assert "吉林省/长春市/朝阳区" in response.get_json()["error"]["message"]


def test_health_counts_what_can_be_read(client: FlaskClient) -> None:
    body = client.get("/healthz").get_json()
    assert (body["status"], body["documents"], body["passages"]) == ("ok", 3, 6)


@pytest.mark.parametrize("address", ["/healthz", "/api/v1/search"])
def test_a_broken_index_is_503_and_names_no_folder(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    index = broken_index(monkeypatch)
    response = create_app(index).test_client().get(address)
    assert_error(response, 503, "index_unavailable")
    assert "/secret" not in response.text


def test_a_broken_index_is_a_page_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    response = create_app(broken_index(monkeypatch)).test_client().get("/")
    assert response.status_code == 503
    assert "现在读不了索引" in response.text
    assert "/secret" not in response.text


@pytest.mark.parametrize("address", ["/", "/api/v1/search"])
def test_an_unforeseen_failure_shows_no_trace(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    index = index_of(GUIGANG)

    def fail(*_: object) -> Found:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(WhooshReader, "search", fail)
    app = create_app(index)
    app.logger.disabled = True
    response = app.test_client().get(address)
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert "程序出错了" in response.text


def broken_index(monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index whose files cannot be read."""
    index = index_of(GUIGANG)

    def fail(*_: object) -> Found:
        raise IndexBrokenError("/secret/index is damaged.", zh="/secret/index 已损坏。")

    monkeypatch.setattr(WhooshReader, "search", fail)
    monkeypatch.setattr(WhooshReader, "stats", fail)
    return index
