"""The page and the API that check quotations."""

from __future__ import annotations

import io
import re
import time

import pytest
from flask.testing import FlaskClient

from search.citing.quotes.checking import Checker
from search.documents.document import passages_of
from search.searching.index import Index
from word_files import paragraph, run, word_file

from .corpus import DATONG, GUIGANG, SCRIPT
from .markup import read

PASSAGE = next(passages_of(GUIGANG))
QUOTE = PASSAGE.text[:20]
ALTERED = QUOTE[:9] + "龘" + QUOTE[10:]


def test_the_form_is_linked_and_works_by_itself(client: FlaskClient) -> None:
    page = read(client.get(read(client.get("/").text).link("核对引文")).text)
    (form,) = [f for f in page.named("form") if f.get("method") == "post"]
    assert form["action"] == "/quotes"
    assert page.named("textarea")[0]["name"] == "text"


def test_each_quotation_has_verdict_difference_source_and_citation(client: FlaskClient) -> None:
    response = client.post(
        "/quotes", data={"text": f"他说“{QUOTE}”和“{ALTERED}”，“未曾有之语句也”。"}
    )
    page = read(response.text)
    assert response.status_code == 200
    assert "共 3 条引文" in page.text
    for word in ("一字不差 1", "文字有改动 1", "没有找到 1"):
        assert word in page.text
    assert f"<del>龘</del><ins>{QUOTE[9]}</ins>" in response.text
    source = page.link(f"{PASSAGE.title} ¶ 1")
    assert source.startswith(f"/p/{PASSAGE.passage_id}?q=")
    assert client.get(source).status_code == 200
    assert f"{PASSAGE.title}" in page.by_id["reference-1"]


def test_the_draft_is_shown_with_its_quotations_which_lead_to_their_verdicts(
    client: FlaskClient,
) -> None:
    draft = f"甲<b>\r\n他说“{QUOTE}”，\r\n又说“{ALTERED}”。“未曾有之语句也”"
    response = client.post("/quotes", data={"text": draft})
    page = read(response.text)
    links = {a["id"]: a for _, a in page.links if a.get("id", "").startswith("draft-")}
    assert [links[f"draft-{n}"]["class"] for n in (1, 2, 3)] == ["exact", "altered", "absent"]
    assert [links[f"draft-{n}"]["href"] for n in (1, 2, 3)] == ["#quote-1", "#quote-2", "#quote-3"]
    assert page.by_id["draft-2"].startswith(ALTERED)
    assert "甲&lt;b&gt;" in response.text
    assert page.link("2") == "#draft-2"


def test_a_number_is_one_difference_and_signs_are_slight(client: FlaskClient) -> None:
    def changed(quote: str) -> list[str]:
        html = client.post("/quotes", data={"text": f"“{quote}”"}).text
        return re.findall(r"<(?:del|ins)[^>]*>[^<]*", html.partition("checked")[2])

    number = changed("全市信访秩序良好，安全感达到94.52%")
    assert number == ["<del>94.52", "<ins>94.01"]
    signs = changed("全市信访秩序良好；安全感达至94.01%")
    assert signs == ['<del class="slight">；', '<ins class="slight">，', "<del>至", "<ins>到"]


def test_every_part_that_is_stitched_is_cited_and_each_reference_stands_once(
    client: FlaskClient,
) -> None:
    other = next(passages_of(DATONG))
    html = client.post("/quotes", data={"text": f"“{QUOTE}……{other.text[:12]}”"}).text
    page = read(html)
    assert "由几处拼接 1" in page.text
    assert [a["href"] for _, a in page.links if a.get("class") == "cites"] == [
        "#source-1",
        "#source-2",
    ]
    assert html.count(f"{DATONG.title}[") == 1
    assert f"{DATONG.title}" in page.by_id["source-2"]


@pytest.mark.parametrize(("form", "kind"), [("html", "text/html"), ("md", "text/markdown")])
def test_the_report_is_taken_away_from_the_page(client: FlaskClient, form: str, kind: str) -> None:
    sent = {"text": f"“{ALTERED}”“{SCRIPT}”"}
    page = read(client.post("/quotes", data=sent).text)
    address = f"/quotes/report.{form}"
    assert address in [a.get("formaction") for a in page.named("button")]
    answer = client.post(address, data=sent)
    assert answer.mimetype == kind
    assert f'filename="quotes.{form}"' in answer.headers["Content-Disposition"]
    assert "文字有改动" in answer.text
    assert SCRIPT not in answer.text
    foreign = client.post(address, data=sent, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_each_line_can_be_a_quotation(client: FlaskClient) -> None:
    response = client.post("/quotes", data={"text": f"{QUOTE}\n{ALTERED}", "lines": "1"})
    assert "共 2 条引文" in response.text


@pytest.mark.parametrize("name", ["稿.txt", "稿.md"])
def test_a_file_can_be_sent(client: FlaskClient, name: str) -> None:
    sent = {"text": "", "file": (io.BytesIO(f"“{QUOTE}”".encode()), name)}
    assert "一字不差" in client.post("/quotes", data=sent).text


@pytest.mark.parametrize("tracked", [True, False])
def test_a_draft_with_tracked_changes_says_how_it_was_read(
    client: FlaskClient, tracked: bool
) -> None:
    change = f'<w:ins w:id="1" w:author="x">{run("龘")}</w:ins>' if tracked else run("龘")
    data = word_file(paragraph(f"“{QUOTE[:9]}", change, f"{QUOTE[9:]}”"))
    response = client.post("/quotes", data={"file": (io.BytesIO(data), "稿.docx")})
    assert "文字有改动 1" in read(response.text).text
    assert ("按接受全部修订之后的文字核对" in response.text) == tracked


def test_a_file_of_another_kind_is_refused_in_words(client: FlaskClient) -> None:
    response = client.post("/quotes", data={"file": (io.BytesIO(b"MZ"), "a.exe")})
    assert response.status_code == 400
    assert "请选 .docx" in response.text


def test_what_was_pasted_is_kept_in_the_form_as_text(client: FlaskClient) -> None:
    text = f"</textarea>{SCRIPT}“{SCRIPT}”"
    page = read(client.post("/quotes", data={"text": text}).text)
    assert len(page.named("script")) == 1
    assert page.by_id["draft-text"].strip() == text


def test_a_draft_without_quotations_says_how_to_mark_them(client: FlaskClient) -> None:
    assert "引文要放在引号里" in client.post("/quotes", data={"text": "没有引号"}).text


@pytest.mark.parametrize("address", ["/quotes", "/api/v1/quotes"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_cannot_send_anything(
    client: FlaskClient, address: str, headers: dict[str, str]
) -> None:
    response = client.post(address, json={"text": f"“{QUOTE}”"}, headers=headers)
    assert response.status_code == 403
    assert "别的网站" in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_this_site_and_programs_can(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/api/v1/quotes", json={"quotes": [QUOTE, ALTERED]}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    exact, altered = answer.get_json()
    assert (exact["verdict"], exact["passage_id"]) == ("exact", PASSAGE.passage_id)
    assert (altered["verdict"], altered["path"]) == ("altered", PASSAGE.path)


def test_a_browser_is_told_to_name_this_site_when_it_sends_the_form(client: FlaskClient) -> None:
    assert client.get("/quotes").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"text": 1}', b'{"quotes": [1]}', b'{"text": "", "quotes": []}']
)
def test_a_malformed_body_is_a_bad_request(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/v1/quotes", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "bad_request"


@pytest.mark.parametrize("address", ["/quotes", "/api/v1/quotes"])
def test_more_than_two_megabytes_are_refused_in_words(client: FlaskClient, address: str) -> None:
    text = "x" * 2_000_000
    sent = {"json": {"text": text}} if "api" in address else {"data": {"text": text}}
    answer = client.post(address, **sent)
    assert answer.status_code == 413
    assert "2 MB" in answer.text


def test_a_long_draft_within_the_limit_is_read(client: FlaskClient) -> None:
    text = f"“{QUOTE}”" + "没有引号的字" * 100_000
    # As a browser sends it; written here because the client would leave a file open for it.
    body = f'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n{text}\r\n--x--\r\n'
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/quotes", data=body.encode(), content_type=kind)
    assert "共 1 条引文" in answer.text


def test_too_many_quotations_are_refused_with_what_to_do(client: FlaskClient) -> None:
    answer = client.post("/api/v1/quotes", json={"quotes": ["甲乙"] * 501})
    assert answer.status_code == 400
    assert "at most 500" in answer.get_json()["error"]["message_en"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_else_is_served_there(client: FlaskClient, method: str) -> None:
    assert client.open("/quotes", method=method).status_code == 405


@pytest.mark.parametrize("marks", ["「『", "“", '"', "[", "![", "[]("])
def test_marks_that_open_nothing_cost_no_more_than_their_length(
    client: FlaskClient, marks: str
) -> None:
    text = marks * (32_000 // len(marks))
    client.post("/quotes", data={"text": "“先打开”"})
    began = time.process_time()
    answer = client.post("/quotes", data={"file": (io.BytesIO(text.encode()), "稿.md")})
    assert answer.status_code == 200
    assert time.process_time() - began < 1.5


@pytest.fixture
def hasty(index: Index) -> Index:
    """An index whose requests may take next to no time."""
    index.query_budget_ms = 1
    return index


def test_what_there_is_no_time_for_is_unchecked_and_never_absent(
    hasty: Index, client: FlaskClient
) -> None:
    sent = [f"{QUOTE}{number}未曾有之语句也" for number in range(200)]
    answer = client.post("/api/v1/quotes", json={"quotes": [*sent, QUOTE]}).get_json()
    assert len(answer) == 201
    last = answer[-1]
    assert (last["verdict"], last["passage_id"]) == ("unchecked", None)
    assert "was not checked" in last["notes"][0]
    page = client.post("/quotes", data={"text": "\n".join([*sent, QUOTE]), "lines": "1"})
    assert "未核对" in read(page.text).text
    assert "没有核对" in read(page.text).text


def test_a_list_of_sources_that_would_not_be_whole_is_refused(
    hasty: Index, client: FlaskClient
) -> None:
    text = "\n".join(f"{QUOTE}{number}未曾有之语句也" for number in range(200))
    answer = client.post("/quotes/bibliography", data={"text": text, "lines": "1", "format": "ris"})
    assert answer.status_code == 400
    assert "请分几次核对" in answer.text


def test_a_quotation_of_very_many_parts_is_checked_in_little_time(index: Index) -> None:
    parts = "……".join([PASSAGE.text[:8], PASSAGE.text[8:16]] * 300)
    began = time.process_time()
    Checker(index).check(parts)
    assert time.process_time() - began < 2
