"""Who may read: every route asks, nothing is half open, no proxy keeps what is private."""

from __future__ import annotations

import html
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from search.config import load_settings
from search.errors import UsageError
from search.searching.index import Index
from search.web import create_app
from search.web.serve import serve

from .corpus import GUIGANG

SECRET = "Qm4x-7tYb-0pLw-3vZk"  # noqa: S105 - of this test alone
BEARER = {"Authorization": f"Bearer {SECRET}"}
TITLE = str(GUIGANG.title)
BEFORE_TOKEN = {"/login", "/static/<name>", "/favicon.ico", "/readyz"}


@pytest.fixture
def token(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "token"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    return {"access": "token", "access_token_file": str(file)}


def client_of(index: Index, **chosen: Any) -> FlaskClient:
    settings = replace(load_settings(), metrics=1, **chosen)
    return create_app(index, settings, {"TESTING": True}).test_client()


def every_answer(client: FlaskClient, **options: Any) -> dict[str, dict[str, TestResponse]]:
    """What each route answers to each of its methods, and what is no route."""
    values = {"passage_id": "x", "document_id": GUIGANG.document_id, "name": "app.css"}
    answers: dict[str, dict[str, TestResponse]] = {}
    for rule in client.application.url_map.iter_rules():
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: values.get(m[1], "csv"), rule.rule)
        for method in sorted({*(rule.methods or ()), "GET", "DELETE"}):
            answer = client.open(address, method=method, **options)
            answers.setdefault(rule.rule, {})[method] = answer
    assert len(answers) > 35
    answers["nowhere"] = {"GET": client.get("/nowhere", **options)}
    return answers


def test_without_the_token_no_route_tells_anything(index: Index, token: dict[str, str]) -> None:
    client = client_of(index, **token)
    for rule, answers in every_answer(client).items():
        for method, answer in answers.items():
            if rule in BEFORE_TOKEN and method in ("GET", "HEAD"):
                assert answer.status_code == 200, rule
            else:
                assert answer.status_code == 401, (rule, method)
                if (rule, method) != ("/login", "POST"):
                    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            # Nothing of the collection, neither a text nor how much there is.
            assert TITLE not in answer.text
            assert "documents" not in answer.text
            assert answer.headers["Cache-Control"] == "private, no-store"
    form = client.get("/login").text
    addresses = re.findall(r'"(/static/[^"]+)"', form)
    assert {each.partition("?")[0] for each in addresses} >= {"/static/app.css", "/static/app.js"}
    for address in addresses:
        kept = client.get(address)
        assert kept.status_code == 200
        # A browser may keep it, and nobody else.
        assert kept.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_with_the_token_every_route_answers_as_ever(index: Index, token: dict[str, str]) -> None:
    client = client_of(index, **token)
    for rule, answers in every_answer(client, headers=BEARER).items():
        for method, answer in answers.items():
            assert (answer.status_code == 401) == ((rule, method) == ("/login", "POST"))
            assert (answer.status_code == 404) >= (rule == "nowhere")
            assert "public" not in answer.headers["Cache-Control"]
    again = client.get("/?q=信访", headers=BEARER)
    assert TITLE in again.text
    assert again.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {SECRET[:-1]}",
        f"Bearer {SECRET}x",
        f"Basic {SECRET}",
        SECRET,
        "Bearer \xff\xfe",
    ],
)
def test_what_is_not_the_token_opens_nothing(
    index: Index, token: dict[str, str], given: str
) -> None:
    client = client_of(index, **token)
    assert client.get("/", headers={"Authorization": given}).status_code == 401
    body = client.get("/api/v1/search?q=x", headers={"Authorization": given}).get_json()
    assert body["error"]["code"] == "unauthorized"


def sign_in(client: FlaskClient, **form: str) -> TestResponse:
    return client.post("/login", data={"token": SECRET, **form})


def test_a_browser_shows_the_token_once(
    index: Index, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(index, **token)
    asked = client.get("/?q=信访&year=2017")
    to = re.search(r'name="to" value="([^"]*)"', asked.text)
    assert to
    done = sign_in(client, to=to[1].replace("&amp;", "&"))
    assert done.status_code == 303
    cookie = done.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert SECRET not in cookie
    assert TITLE in client.get(done.headers["Location"]).text
    # Signed for a time, which cannot be lengthened.
    value = re.search(r"duansou_access=([0-9]+)\.([0-9a-f]+)", cookie)
    assert value
    other = client_of(index, **token)
    other.set_cookie("duansou_access", f"{int(value[1]) + 9}.{value[2]}")
    assert other.get("/").status_code == 401
    monkeypatch.setattr(time, "time", lambda: int(value[1]) + 1)
    assert client.get("/").status_code == 401
    monkeypatch.undo()
    assert client.get("/").status_code == 200
    assert client.post("/logout").status_code == 303
    assert client.get("/").status_code == 401


def test_another_token_ends_what_the_one_before_opened(index: Index, token: dict[str, str]) -> None:
    client = client_of(index, **token)
    cookie = sign_in(client).headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    Path(token["access_token_file"]).write_text("another-token-of-16", encoding="utf-8")
    later = client_of(index, **token)
    later.set_cookie("duansou_access", cookie)
    assert later.get("/").status_code == 401


@pytest.mark.parametrize("root", ["", "/图书"])
@pytest.mark.parametrize(
    "asked",
    [
        "/p/a%2Fb%3Fc%25d?q=%E4%BF%A1+x&page=2",
        "/d/%E8%B4%B5%E6%B8%AF%23",
        "/p/%FF?q=%FF&q=a%26b",
        "/?q=信访",
        "/",
    ],
)
def test_the_form_leads_to_what_was_asked_for_as_it_was_written(
    index: Index, token: dict[str, str], asked: str, root: str
) -> None:
    public = {"public_url": f"https://lib.example{root}"} if root else {}
    client = client_of(index, **token, **public)
    form = client.get(asked, environ_overrides={"REQUEST_URI": asked})
    to = re.search(r'name="to" value="([^"]*)"', form.text)
    assert to
    done = sign_in(client, to=html.unescape(to[1]))
    place, _, query = asked.partition("?")
    written = quote(root) + place + (f"?{quote(query, safe='=&+%')}" if query else "")
    assert (done.status_code, done.headers["Location"]) == (303, written)


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:x",
        "/\t/e",
        "%2F%2Fevil.example",
        "/..//evil.example",
        "/p/%2e%2E/%2Fevil.example",
        "/./x",
        "",
        "x",
    ],
)
def test_the_form_leads_to_this_site_alone(index: Index, token: dict[str, str], to: str) -> None:
    done = sign_in(client_of(index, **token), to=to)
    assert (done.status_code, done.headers["Location"]) == (303, "/")


def test_a_wrong_token_and_another_site_are_told_so(index: Index, token: dict[str, str]) -> None:
    client = client_of(index, **token)
    assert sign_in(client, token="x" * 20).status_code == 401
    assert "Set-Cookie" not in sign_in(client, token="x" * 20).headers
    sent = client.post("/login", data={"token": SECRET}, headers={"Origin": "https://evil.example"})
    assert sent.status_code == 403


def test_below_a_path_and_with_tls_the_cookie_stays_there(
    index: Index, token: dict[str, str]
) -> None:
    client = client_of(index, **token, public_url="https://lib.example/duansou")
    cookie = sign_in(client, to="/duansou/?q=x").headers["Set-Cookie"]
    assert "Path=/duansou" in cookie
    assert "Secure" in cookie


PROXIED = {"access": "proxy", "access_header": "X-Remote-User", "proxies": "10.0.0.1"}


def test_whom_the_proxy_names_reads_and_nobody_else(index: Index) -> None:
    client = client_of(index, **PROXIED)
    named = {"X-Remote-User": "wang", "X-Forwarded-For": "192.0.2.7"}
    for peer, headers, may in [
        ("10.0.0.1", named, True),
        ("10.0.0.1", {"X-Remote-User": " "}, False),
        ("10.0.0.1", {}, False),
        ("127.0.0.1", named, False),
        ("192.0.2.7", named | {"X-Forwarded-For": "10.0.0.1"}, False),
    ]:
        options = {"headers": headers, "environ_overrides": {"REMOTE_ADDR": peer}}
        for rule, answers in every_answer(client, **options).items():
            for method, answer in answers.items():
                refused = not may and (rule != "/readyz" or method == "DELETE")
                assert (answer.status_code == 403) == refused, (rule, method)
                assert (answer.status_code == 404) >= (may and rule == "nowhere")
                assert answer.headers["Cache-Control"].startswith("private, ")


def test_local_is_this_computer_whatever_serves_it(index: Index) -> None:
    client = client_of(index)
    for peer, status in [("127.0.0.1", 200), ("::1", 200), ("", 200), ("192.0.2.7", 403)]:
        options = {"environ_overrides": {"REMOTE_ADDR": peer}}
        assert client.get("/", **options).status_code == status
    assert client_of(index, access="open").get("/", **options).status_code == 200
    # A proxy on this computer has it from anywhere.
    for name in ("X-Forwarded-For", "forwarded", "X-Forwarded-Proto", "X-Real-IP", "Via"):
        assert client.get("/", headers={name: "192.0.2.7"}).status_code == 403
        assert client.get("/", headers={name: ""}).status_code == 403


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"access": ""}, "DUANSOU_ACCESS"),
        ({"access": "none"}, "DUANSOU_ACCESS"),
        ({"access": "token"}, "DUANSOU_ACCESS_TOKEN_FILE"),
        ({"access_token_file": "x"}, "DUANSOU_ACCESS_TOKEN_FILE"),
        ({"access": "open", "access_token_file": "x"}, "DUANSOU_ACCESS_TOKEN_FILE"),
        ({"access": "token", "access_token_file": "/nowhere"}, "/nowhere"),
        ({"access": "proxy", "proxies": "10.0.0.1"}, "DUANSOU_ACCESS_HEADER"),
        ({"access": "proxy", "access_header": "X-User"}, "DUANSOU_PROXIES"),
        ({"access": "proxy", "access_header": "X-User", "proxies": " , "}, "DUANSOU_PROXIES"),
        ({**PROXIED, "access_header": "X User"}, "X User"),
        ({"access_header": "X-User"}, "DUANSOU_ACCESS_HEADER"),
        ({"host": "0.0.0.0"}, "0.0.0.0.*--access"),  # noqa: S104
        ({"host": "::"}, "--access"),
        ({"proxies": "127.0.0.1"}, "DUANSOU_PROXIES.*--access"),
    ],
)
def test_what_is_half_set_does_not_start(index: Index, chosen: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        serve(index, replace(load_settings(port=0), **chosen))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a" * 40,
        "short",
        "with blanks in it, though",
        "口令口令口令口令口令口令",
        "x" * 501,
    ],
)
def test_a_token_that_is_none_does_not_start(
    index: Index, token: dict[str, str], text: str
) -> None:
    Path(token["access_token_file"]).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="openssl rand"):
        client_of(index, **token)
