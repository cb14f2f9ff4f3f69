"""The OpenAPI document names every address that answers in JSON, and every answer has its shape."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from search.documents.document import passages_of
from search.web import create_app
from search.web.openapi import OPERATIONS, openapi_document

from .corpus import DATONG, GUIGANG, REPRINT, document, index_of
from .markup import read

DATA = Path(__file__).parents[2] / "data"
PASSAGE = next(iter(passages_of(GUIGANG))).passage_id
SECOND = list(passages_of(GUIGANG))[1]
DOCUMENT = openapi_document("")

ASKED: tuple[tuple[str, str, int], ...] = (
    ("/api/v1/search", "?q=信访", 200),
    ("/api/v1/search", "?q=信访 不存在的词&any=1&also=all&sort=date", 200),
    ("/api/v1/search", "?q=信访 不存在的词", 200),
    ("/api/v1/search", "?q=信訪&collapse=1&city=贵港市&year=2017..2021&topic=~unknown", 200),
    ("/api/v1/search", '?q=(信访 OR 群众) -title:大同 网*化 甲?乙 "群众 满意"~5', 200),
    ("/api/v1/search", "?page=0", 400),
    ("/api/v1/record", "?q=信訪 -上访&also=all&year=2017..2021&sort=date", 200),
    ("/api/v1/record", "?sort=up", 400),
    ("/api/v1/facets", "?q=信访&limit=3&page=7", 200),
    ("/api/v1/facets", "?year=x", 400),
    ("/api/v1/suggest", "?q=信", 200),
    ("/api/v1/passages/{passage_id}", "", 200),
    ("/api/v1/passages/{passage_id}", "?from=2&to=9", 200),
    ("/api/v1/passages/{passage_id}", "?from=9&to=2", 400),
    ("/api/v1/passages/0/", "", 404),
    ("/api/v1/passages/{passage_id}/why", "?q=信访", 200),
    ("/api/v1/passages/{passage_id}/like", "", 200),
    ("/api/v1/passages/{passage_id}/like", "?limit=1000", 400),
    ("/api/v1/documents/{document_id}", "", 200),
    ("/api/v1/documents/{document_id}/cite", "?style=apa", 200),
    ("/api/v1/passages/{passage_id}/cite", "?accessed=2026-07-01&item=六是", 200),
    ("/api/v1/passages/{passage_id}/cite", "?accessed=昨天", 400),
    ("/api/v1/compare", "?q=信访", 200),
    ("/api/v1/compare", "?q=信访&rows=topic&columns=place&measure=share&level=province", 200),
    ("/api/v1/compare", "?rows=year&columns=year", 400),
    ("/api/v1/about", "", 200),
    ("/api/v1/kwic", "?q=信访", 200),
    ("/api/v1/kwic", "?q=信访&near=2&order=left", 200),
    ("/api/v1/kwic", "?order=up", 400),
    ("/healthz", "", 200),
    ("/api/v1/openapi.json", "", 200),
)


def test_the_description_is_the_one_that_is_kept(client: FlaskClient) -> None:
    """Others make programs of it, so it changes only with what is promised.

    It is kept as ``python -m json.tool --indent 1 --no-ensure-ascii`` writes what is served.
    """
    served = client.get("/api/v1/openapi.json").get_json()
    kept = (DATA / "openapi.json").read_text("utf-8")
    assert json.dumps(served, ensure_ascii=False, indent=1) + "\n" == kept


def complaints(path: str, status: int, body: Any, method: str = "get") -> list[str]:
    """What the schema of an answer has against it."""
    operation = DOCUMENT["paths"][path][method]
    schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
    whole = {**schema, "components": DOCUMENT["components"]}
    return [e.message for e in Draft202012Validator(whole).iter_errors(body)]


def test_every_address_that_answers_in_json_is_described(app: Flask) -> None:
    served = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") or rule.rule == "/healthz"
    }
    assert served == {operation.path for operation in OPERATIONS}


@pytest.mark.parametrize(("path", "query", "status"), ASKED)
def test_answers_have_the_shape_that_is_described(
    client: FlaskClient, path: str, query: str, status: int
) -> None:
    at = path.replace("{passage_id}", PASSAGE).replace("{document_id}", GUIGANG.document_id)
    response = client.get(at + query)
    assert response.status_code == status
    described = path if path in DOCUMENT["paths"] else "/api/v1/passages/{passage_id}"
    assert complaints(described, status, response.get_json()) == []


def test_checked_quotations_have_the_shape_that_is_described(client: FlaskClient) -> None:
    exact = next(iter(passages_of(DATONG))).text[:30]
    asked = {"quotes": [exact, exact[:-2] + "错字", "哪里都没有的一句长长的话。", ""]}
    response = client.post("/api/v1/quotes", json=asked)
    assert response.status_code == 200
    assert complaints("/api/v1/quotes", 200, response.get_json(), "post") == []
    refused = client.post("/api/v1/quotes", json={"quotes": 1})
    assert complaints("/api/v1/quotes", 400, refused.get_json(), "post") == []


@pytest.mark.parametrize(
    "path", ["/api/v1/passages/{passage_id}", "/api/v1/passages/{passage_id}/cite"]
)
def test_candidates_have_the_shape_that_is_described(path: str) -> None:
    other = document("9" * 16, [("body", "body", SECOND.text)], title="另一篇")
    several = create_app(index_of(REPRINT, other)).test_client()
    response = several.get(path.format(passage_id=SECOND.passage_id))
    assert response.status_code == 300
    assert len(response.get_json()["candidates"]) == 2
    assert complaints(path, 300, response.get_json()) == []


def test_a_shape_that_is_wrong_is_noticed(client: FlaskClient) -> None:
    body = client.get("/api/v1/search?q=信访").get_json()
    body["hits"][0]["surplus"] = 1
    assert complaints("/api/v1/search", 200, body)


def test_the_document_itself_is_served_and_can_be_read(client: FlaskClient) -> None:
    assert client.get("/api/v1/openapi.json").get_json() == DOCUMENT
    page = read(client.get("/api").text)
    for operation in OPERATIONS:
        assert f"{operation.method.upper()} {operation.path}" in page.text
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_a_mounted_document_names_its_root(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json", base_url="http://localhost/duansou").get_json()
    assert answer["servers"] == [{"url": "/duansou"}]
