"""Hostile documents, queries and requests."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from search.documents.document import passages_of
from search.web import create_app
from search.web.safety import POLICY, safe_link

from .corpus import DATONG, GUIGANG, HOSTILE, SCRIPT, index_of
from .markup import read

(ATTACK,) = passages_of(HOSTILE)
ADDRESSES = [
    "/",
    f"/?q={SCRIPT}",
    f"/?q=\"'>{SCRIPT}&city={SCRIPT}&topic={SCRIPT}&source={SCRIPT}",
    f"/?sort={SCRIPT}",
    f"/?page={SCRIPT}",
    f"/?year={SCRIPT}",
    "/?q=恶意",
    f"/p/{ATTACK.passage_id}",
    f"/p/{ATTACK.passage_id}?q=恶意&url={SCRIPT}&accessed={SCRIPT}",
    f"/p/{SCRIPT}",
    f"/d/{HOSTILE.document_id}",
    f"/d/{HOSTILE.document_id}?all=1&q=script",
    "/compare?q=script&rows=source&columns=topic&not_source=%3Cscript%3E",
    "/facet/source?find=%3Cscript%3E",
    "/facet/source?q=script",
    "/about",
    f"/d/{SCRIPT}",
    f"/{SCRIPT}",
    f"/help?q={SCRIPT}",
    "/opensearch.xml",
    "/robots.txt",
    "/healthz",
    f"/api/v1/search?q={SCRIPT}",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_hostile_becomes_markup(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    if response.mimetype != "text/html":
        return
    page = read(response.text)
    scripts = [script["src"].partition("?")[0] for script in page.named("script")]
    assert scripts == ["/static/app.js"]
    assert not page.named("img")
    for _, attributes in page.tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src", "action"):
            assert (
                not attributes.get(name, "").lower().lstrip().startswith(("javascript:", "data:"))
            )


@pytest.mark.parametrize("address", [*ADDRESSES, "/static/app.css", "/favicon.ico"])
def test_every_response_carries_the_policy(client: FlaskClient, address: str) -> None:
    with client.get(address) as response:
        assert response.headers["Content-Security-Policy"] == POLICY
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Frame-Options"] == "DENY"


def test_the_policy_allows_nothing_inline() -> None:
    assert "default-src 'none'" in POLICY
    assert "frame-ancestors 'none'" in POLICY
    assert "unsafe" not in POLICY


def test_the_text_of_a_hostile_passage_is_shown_as_it_is(client: FlaskClient) -> None:
    page = read(client.get(f"/p/{ATTACK.passage_id}").text)
    assert page.by_id["text"] == ATTACK.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("address", ["/", "/p/x", "/d/x", "/healthz", "/static/app.css"])
def test_only_get_and_head_are_served(client: FlaskClient, method: str, address: str) -> None:
    response = client.open(address, method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD"}


def test_head_has_the_headers_and_no_body(client: FlaskClient) -> None:
    response = client.head("/?q=信访")
    assert response.status_code == 200
    assert response.data == b""
    assert int(response.headers["Content-Length"]) > 1000


def test_a_query_that_is_too_long_is_refused_in_words() -> None:
    client = create_app(index_of(GUIGANG, query_limit_chars=20)).test_client()
    response = client.get("/?q=" + "长" * 21)
    assert response.status_code == 400
    assert "最多 20 个" in response.text


def test_no_page_repeats_a_host_that_is_not_its_own(client: FlaskClient) -> None:
    for host in ('evil.example"><x y="', "evil.example", "localhost:x", "[", "a b", "", "<x y="):
        for address in ("/opensearch.xml", "/", "/feed.atom", "/api/v1/search?q=信访"):
            answer = client.get(address, headers={"Host": host})
            assert answer.status_code == 403
            assert answer.mimetype == "application/json" or "<x y=" not in answer.text


def test_the_search_description_is_one_a_browser_takes(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    assert 'template="http://localhost/?q={searchTerms}"' in response.text
    assert re.search(
        r"<Image[^>]*>http://localhost/static/icon\.svg\?v=[0-9a-f]+</Image>", response.text
    )


def test_an_answer_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/?q=信访")
    again = client.get("/?q=信访", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["Cache-Control"] == "no-cache"


def test_text_is_compressed_for_whoever_accepts_it(client: FlaskClient) -> None:
    plain = client.get("/help")
    packed = client.get("/help", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = client.get(
        "/help",
        headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]},
    )
    assert again.status_code == 304


def test_static_files_are_kept_for_good_only_at_their_current_address(client: FlaskClient) -> None:
    page = read(client.get("/").text)
    address = next(a["href"] for a in page.named("link") if a["rel"] == "stylesheet")
    with client.get(address) as current, client.get("/static/app.css?v=0") as old:
        assert "immutable" in current.headers["Cache-Control"]
        assert old.headers["Cache-Control"] == "no-cache"


def test_static_files_are_compressed_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = client.get("/static/app.css")
    monkeypatch.delattr(gzip, "compress")
    packed = client.get("/static/app.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert {answer.headers["Vary"] for answer in (plain, packed)} == {"Accept-Encoding"}
    for answer in (plain, packed):
        asked = {
            "If-None-Match": answer.headers["ETag"],
            "Accept-Encoding": answer.headers.get("Content-Encoding", "identity"),
        }
        assert client.get("/static/app.css", headers=asked).status_code == 304
    assert plain.headers["ETag"] != packed.headers["ETag"]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " https://example.org",
        "https:\n//example.org",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org/a",
        "https://",
        "http://[broken",
        "example.org/a",
        "",
        None,
    ],
)
def test_an_address_that_is_not_plainly_http_is_never_linked(address: str | None) -> None:
    assert safe_link(address) is None


def test_http_and_https_addresses_are_linked() -> None:
    assert safe_link("https://example.org/a?b=1#c") == "https://example.org/a?b=1#c"
    assert safe_link("HTTP://example.org") == "HTTP://example.org"


@given(query=st.text(max_size=40), value=st.text(max_size=20))
def test_any_query_gives_a_well_formed_page(query: str, value: str) -> None:
    client = _SHARED.test_client()
    response = client.get("/", query_string={"q": query, "topic": value, "source": value})
    assert response.status_code == 200
    page = read(response.text)
    assert page.named("input")[0]["value"] == query.replace("\r\n", "\n").replace("\r", "\n") or (
        "\x00" in query or "\r" in query
    )


_SHARED = create_app(index_of(GUIGANG, DATONG, HOSTILE))
