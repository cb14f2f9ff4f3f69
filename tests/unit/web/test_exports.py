"""Records, exports and feeds through the page."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import etree

from search.citing import exporting
from search.citing.exporting import EXPORTS
from search.config import load_settings
from search.engines.whoosh.engine import WhooshReader
from search.errors import IndexBusyError
from search.index.answers import Found
from search.index.engine import EngineRequest
from search.searching.index import Index
from search.web import create_app, templating, wording

from .corpus import SCRIPT
from .markup import read

PETITIONS = quote("信访")


def test_results_lead_to_their_record_their_files_and_their_feed(client: FlaskClient) -> None:
    page = read(client.get(f"/?q={PETITIONS}&year=2018&page=1").text)
    assert page.link("检索记录") == f"/record?q={PETITIONS}&year=2018"
    for form in EXPORTS.values():
        assert (
            page.link(wording.EXPORTS[form.name]) == f"/export{form.suffix}?q={PETITIONS}&year=2018"
        )
        assert client.get(page.link(wording.EXPORTS[form.name])).status_code == 200
    (feed,) = [a for a in page.named("link") if a.get("type") == "application/atom+xml"]
    assert (feed["rel"], feed["href"]) == ("alternate", f"/feed.atom?q={PETITIONS}&year=2018")


def test_where_nothing_was_found_the_record_is_offered_first(client: FlaskClient) -> None:
    page = read(client.get("/?q=不存在的词").text)
    record = read(client.get(page.link("检索记录")).text)
    assert "没有找到段落" in record.text
    assert record.by_id["record-command"] == "duansou search '不存在的词'"


def test_a_record_page_says_what_its_json_says(client: FlaskClient) -> None:
    address = f"q={PETITIONS}&city={quote('大同市')}&also=all&sort=date&collapse=1"
    body = client.get(f"/api/v1/record?{address}").get_json()
    page = read(client.get(f"/record?{address}").text)
    assert body["id"] in page.text
    assert body["address"] in page.text
    assert body["command"] == page.by_id["record-command"]
    assert "地区：大同市" in page.text
    assert "合并转载" in page.text
    file = client.get(f"/record.json?{address}")
    assert file.get_json()["id"] == body["id"]
    assert f"duansou-record-{body['id']}.json" in file.headers["Content-Disposition"]
    text = client.get(f"/record.txt?{address}")
    assert text.mimetype == "text/plain"
    assert body["id"] in text.text
    assert page.link("下载文本").startswith("/record.txt?")


def test_the_public_address_takes_the_place_of_the_host(index: Index) -> None:
    chosen = replace(load_settings(), public_url="https://ds.example/sub")
    client = create_app(index, chosen, {"TESTING": True}).test_client()
    body = client.get("/api/v1/record?q=x", headers={"Host": "127.0.0.1:1"}).get_json()
    assert body["address"] == "https://ds.example/sub/?q=x"
    assert "127.0.0.1" not in client.get("/feed.atom", headers={"Host": "127.0.0.1:1"}).text


def test_a_site_below_a_path_gives_addresses_below_it(index: Index) -> None:
    client = create_app(index, config={"TESTING": True}).test_client()
    text = client.get("/feed.atom?q=信访", environ_overrides={"SCRIPT_NAME": "/ds"}).text
    root = etree.fromstring(text.encode())
    links = [link.get("href") for link in root.iter("{http://www.w3.org/2005/Atom}link")]
    assert len(links) == 4
    assert all(link.startswith("http://localhost/ds/") for link in links)
    assert not any("/ds/ds" in link for link in links)


@pytest.mark.parametrize("form", EXPORTS.values(), ids=lambda form: form.name)
def test_exports_are_streamed_attachments_with_their_record(client: FlaskClient, form: Any) -> None:
    response = client.get(f"/export{form.suffix}?q={PETITIONS}")
    assert response.is_streamed
    assert f'filename="duansou{form.suffix}"' in response.headers["Content-Disposition"]
    assert response.headers["Link"] == (
        f'<http://localhost/record?q={PETITIONS}>; rel="describedby"'
    )
    assert "大同市满意度创新高" in response.text


def test_csv_and_json_lines_have_the_same_passages(client: FlaskClient) -> None:
    rows = csv.DictReader(io.StringIO(client.get("/export.csv").text[1:], newline=""))
    values = map(json.loads, client.get("/export.jsonl").text.splitlines())
    ids = [row["passage_id"] for row in rows]
    assert len(ids) == 6
    assert ids == [value["passage_id"] for value in values if value["type"] == "passage"]


def test_too_many_are_refused_and_not_offered(index: Index) -> None:
    chosen = replace(load_settings(), export_limit=3)
    client = create_app(index, chosen, {"TESTING": True}).test_client()
    refused = client.get("/export.csv")
    assert refused.status_code == 400
    assert "一次最多导出 3 个" in refused.text
    page = read(client.get("/").text)
    assert "一次最多导出 3 个段落" in page.text
    assert not [a for _, a in page.links if a["href"].startswith("/export")]


@pytest.mark.parametrize(
    "address",
    ["/export.csv?year=x", "/export.csv?style=x", "/export.csv?accessed=x", "/record?sort=up"],
)
def test_what_cannot_be_asked_is_said_before_anything_is_sent(
    client: FlaskClient, address: str
) -> None:
    assert client.get(address).status_code == 400


def test_there_are_no_other_forms(client: FlaskClient) -> None:
    for address in ("/export.exe", "/export.csv.exe", "/basket.exe", "/export"):
        assert client.get(address).status_code == 404


def test_an_export_that_breaks_off_is_not_taken_for_the_whole(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = WhooshReader.search

    def late(reader: WhooshReader, request: EngineRequest) -> Found:
        return replace(search(reader, request), partial=request.offset > 0)

    monkeypatch.setattr(WhooshReader, "search", late)
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    assert client.get("/export.csv").status_code == 503
    monkeypatch.setattr(templating, "_WRITTEN_AT_ONCE", 1)
    with pytest.raises(IndexBusyError, match="not whole"):
        client.get("/export.csv").get_data()


def test_a_feed_may_be_asked_for_again_cheaply(client: FlaskClient) -> None:
    first = client.get(f"/feed.atom?q={PETITIONS}")
    assert first.mimetype == "application/atom+xml"
    again = client.get(
        f"/feed.atom?q={PETITIONS}", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


def test_hostile_text_is_escaped_in_record_and_feed(client: FlaskClient) -> None:
    hostile = quote(f"{SCRIPT} 恶意")
    for address in (f"/record?q={hostile}&source={hostile}", f"/?q={hostile}", "/feed.atom"):
        text = client.get(address).text
        assert SCRIPT not in text
        assert "<img" not in text
