"""The page answers under its own names, below its path, and behind a proxy as before one."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from behind_nginx import NGINX, behind_nginx, site_of_nginx
from search.config import load_settings
from search.documents.document import passages_of
from search.errors import UsageError
from search.searching.index import Index
from search.web import create_app

from .corpus import GUIGANG

TESTS = Path(__file__).parents[2]
PUBLIC = "https://lib.example/duansou"
QUOTE = {"text": f"“{next(passages_of(GUIGANG)).text[:20]}”"}
_ADDRESS = re.compile(r'(?:href|src|action)="([^"]*)"')


def client_of(index: Index, **chosen: Any) -> FlaskClient:
    settings = replace(load_settings(), **chosen)
    return create_app(index, settings, {"TESTING": True}).test_client()


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8765", "ds.localhost", "127.0.0.1:8765", "[::1]:1", "192.168.7.2"],
)
def test_it_answers_to_addresses_and_to_this_computer(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_another_site_may_lead_to_a_file_and_not_embed_it(client: FlaskClient) -> None:
    for path in ("/export.csv?q=网格", "/export.bib?q=网格", "/kwic.csv?q=网格"):
        for mode, what in (("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")):
            said = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": what}
            refused = client.get(path, headers=said)
            assert refused.status_code == 403
            assert "别的网站" in refused.text
            assert client.get(path, headers={**said, "Sec-Fetch-Site": "same-origin"}).data
        followed = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        for site in ("cross-site", "same-origin", "none"):
            asked = client.get(path, headers={**followed, "Sec-Fetch-Site": site})
            assert asked.status_code == 200
            assert asked.data


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8765", "1.2.3.4.5"]
)
def test_a_name_that_anybody_may_lead_here_is_refused(client: FlaskClient, host: str) -> None:
    for path in ("/", "/p/x", "/api/v1/search?q=x", "/static/app.css", "/export.csv"):
        refused = client.get(path, headers={"Host": host})
        assert refused.status_code == 403
        assert "DUANSOU_HOSTS" in refused.text
    body = client.get("/api/v1/search", headers={"Host": host}).get_json()
    assert body["error"]["code"] == "forbidden"


@pytest.mark.parametrize(
    ("chosen", "host"),
    [
        ({"hosts": "a.example, b.example"}, "B.example:80"),
        ({"hosts": "*"}, "any.example"),
        ({"public_url": PUBLIC}, "lib.example"),
        ({"host": "desk.example"}, "desk.example:8765"),
        ({}, socket.gethostname()),
    ],
)
def test_names_that_are_told_are_answered(index: Index, chosen: dict[str, str], host: str) -> None:
    assert client_of(index, **chosen).get("/", headers={"Host": host}).status_code == 200


def crawl(get: Any, begin: str) -> dict[str, str]:
    """Every page of the site that leads on from one, by its path; some of each kind."""
    pages: dict[str, str] = {}
    kinds: dict[str, int] = {}
    waiting = [begin]
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"[0-9a-f]{8,}[^/?]*", "*", urlsplit(address).path)
        if address in pages or kinds.get(kind, 0) >= 3:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        status, media_type, text = get(address)
        assert status == 200, address
        pages[address] = text
        if media_type == "text/html":
            found = (link.replace("&amp;", "&") for link in _ADDRESS.findall(text))
            waiting += [
                urljoin(address, link).split("#")[0]
                for link in found
                if not urlsplit(link).scheme and not link.startswith("#")
            ]
    return pages


@pytest.mark.parametrize("kept", [True, False], ids=["path kept", "path taken away"])
def test_every_address_lies_below_the_path(index: Index, kept: bool) -> None:
    client = client_of(index, public_url=PUBLIC)

    def get(address: str) -> tuple[int, str, str]:
        assert address.startswith("/duansou/"), address
        asked = address if kept else address.removeprefix("/duansou")
        answer = client.get(asked, headers={"Host": "127.0.0.1:8765"})
        return answer.status_code, answer.mimetype or "", answer.text

    pages = crawl(get, f"/duansou/?q={quote('矛盾')}")
    assert len(pages) > 25
    for address, text in pages.items():
        assert "http://127.0.0.1" not in text, address
    taken = [text for text in pages.values() if f"{PUBLIC}/p/" in text]
    assert len(taken) > 3


def test_a_form_that_is_sent_through_a_proxy_is_of_this_site(index: Index) -> None:
    client = client_of(index, public_url=PUBLIC)
    send = {"Host": "127.0.0.1:8765"}
    for origin in ("https://lib.example", "http://127.0.0.1:8765"):
        assert (
            client.post("/quotes", data=QUOTE, headers={**send, "Origin": origin}).status_code
            == 200
        )
    said = {**send, "Origin": "https://lib.example", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/quotes", data=QUOTE, headers=said).status_code == 200
    for origin in ("http://lib.example", "https://lib.example:8443", "https://evil.example"):
        refused = client.post("/quotes", data=QUOTE, headers={**send, "Origin": origin})
        assert refused.status_code == 403


def test_an_address_written_otherwise_leads_to_the_same_site(index: Index) -> None:
    client = client_of(index, public_url=PUBLIC)
    for asked, leads_to in [
        ("/duansou//p//x?q=a%20b", "/duansou/p/x?q=a%20b"),
        ("/api/v1//search?q=x", "/duansou/api/v1/search?q=x"),
        ("/duansou/p//evil.example//why", "/duansou/p/evil.example/why"),
    ]:
        answer = client.get(asked, headers={"Host": "127.0.0.1:8765"})
        assert (answer.status_code, answer.headers["Location"]) == (308, leads_to)


FORWARDED = {
    "X-Forwarded-Prefix": "/ds",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "lib.example",
}


def test_only_a_proxy_that_is_named_is_believed(index: Index) -> None:
    client = client_of(index, proxies="10.0.0.0/8, ::1", hosts="lib.example", access="open")
    for address, believed in [("10.1.2.3", True), ("::1", True), ("192.0.2.1", False), ("", False)]:
        answer = client.get(
            "/feed.atom?q=x", headers=FORWARDED, environ_overrides={"REMOTE_ADDR": address}
        )
        assert ('href="https://lib.example/ds/' in answer.text) == believed
        assert ('href="http://localhost/' in answer.text) != believed
    evil = {**FORWARDED, "X-Forwarded-Host": "evil.example"}
    answer = client.get("/", headers=evil, environ_overrides={"REMOTE_ADDR": "10.1.2.3"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("public_url", "path"), [(PUBLIC, "/duansou/"), ("", "/")])
@pytest.mark.parametrize(
    "said",
    [
        "//evil.example",
        "javascript:alert(1)//",
        "/ds, //evil.example",
        '//evil.example/", /ds',
        "/a b",
        "/elsewhere",
    ],
)
def test_no_link_leads_away_whatever_path_a_proxy_hands_on(
    index: Index, public_url: str, path: str, said: str
) -> None:
    client = client_of(index, public_url=public_url, proxies="127.0.0.1", access="open")
    answer = client.get("/", headers={"X-Forwarded-Prefix": said})
    if said == "/elsewhere" and not public_url:
        path = "/elsewhere/"
    links = [link for link in _ADDRESS.findall(answer.text) if not link.startswith("#")]
    assert len(links) > 10
    for link in links:
        assert link.startswith(path)
        assert not link.startswith("//")


def test_what_cannot_be_is_said_at_the_start(index: Index) -> None:
    with pytest.raises(UsageError, match="DUANSOU_PROXIES"):
        client_of(index, proxies="nginx")
    with pytest.raises(UsageError, match="/quotes"):
        client_of(index, public_url="https://lib.example/quotes/x")


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
@pytest.mark.parametrize("kept", [True, False], ids=["path kept", "path taken away"])
def test_through_nginx(tmp_path: Path, kept: bool) -> None:
    with _served(tmp_path, kept=kept) as site:
        origin = site.removesuffix("/duansou")

        def ask(method: str, address: str, *sent: Any) -> tuple[int, str, str]:
            connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=20)
            with contextlib.closing(connection):
                connection.request(method, address, *sent)
                answer = connection.getresponse()
                text = answer.read().decode("utf-8", "replace")
                return answer.status, answer.headers.get_content_type(), text

        def get(address: str) -> tuple[int, str, str]:
            assert address.startswith("/duansou/"), address
            return ask("GET", address)

        pages = crawl(get, f"/duansou/?q={quote('矛盾')}")
        assert len(pages) > 25
        assert any(f"{site}/p/" in text for text in pages.values())
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        assert ask("POST", "/duansou/quotes", urlencode(QUOTE), form)[0] == 200
        assert get(f"/duansou/?q={quote('安' * 990)}")[0] == 200
        ids = "&".join(f"id={number:020x}-76f24997" for number in range(200))
        assert get(f"/duansou/basket?{ids}&without={7:020x}-76f24997")[0] == 302
        large = {"text": QUOTE["text"] + "字" * 200_000}
        assert ask("POST", "/duansou/quotes", urlencode(large), form)[0] == 200
        form["Origin"] = "https://evil.example"
        assert ask("POST", "/duansou/quotes", urlencode(QUOTE), form)[0] == 403


_PROGRAM = """
from unit.web.corpus import DATONG, GUIGANG, HOSTILE, index_of
from search.config import load_settings
from search.web.serve import serve
serve(index_of(GUIGANG, DATONG, HOSTILE), load_settings(port=0))
"""


@contextlib.contextmanager
def _served(folder: Path, *, kept: bool) -> Iterator[str]:
    """The page behind nginx; its address there."""
    site = site_of_nginx(tls=False)
    environment = {
        **os.environ,
        "PYTHONPATH": str(TESTS),
        "PYTHONIOENCODING": "utf-8",
        "DUANSOU_PUBLIC_URL": site,
        "DUANSOU_PROXIES": "127.0.0.1",
        "DUANSOU_ACCESS": "open",
    }
    page = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, text=True, env=environment
    )
    with page:
        assert page.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", page.stdout.readline())
        assert address
        try:
            with behind_nginx(folder, site, address[0], kept=kept):
                yield site
        finally:
            page.terminate()
