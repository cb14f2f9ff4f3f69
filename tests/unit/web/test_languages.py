"""The language of a page: as chosen, else as the browser asks; the same page in both."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from search import open_index
from search.citing.styles import STYLES, cite
from search.cli import main as duansou
from search.documents.document import passages_of
from search.searching.index import Index
from search.web import create_app
from search.web.wording import told

from .corpus import DATONG, GUIGANG, HOSTILE, REPRINT, SHARED_TEXT, document, index_of
from .markup import read

HAN = re.compile("[\u3400-\u9fff]")
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
QUERY = quote("网格化")


@pytest.fixture(scope="module")
def many() -> Index:
    return index_of(GUIGANG, DATONG, HOSTILE, REPRINT)


@pytest.fixture
def reader(many: Index) -> FlaskClient:
    return create_app(many, config={"TESTING": True}).test_client()


def language_of(client: FlaskClient, address: str = "/help", **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read(client.get(address, headers=named).text).named("html")[0]["lang"]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en", "en"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("zh;q=0.5, en;q=0.9", "en"),
        ("fr, en;q=0.7, zh;q=0.3", "en"),
        ("fr", "zh-Hans"),
        ("en;q=0", "zh-Hans"),
        ("*", "zh-Hans"),
        ("english, ;;q=x", "zh-Hans"),
    ],
)
def test_without_a_choice_the_browser_is_followed(
    client: FlaskClient, asked: str, answered: str
) -> None:
    assert language_of(client, Accept_Language=asked) == answered


def test_a_choice_holds_from_then_on_whatever_the_browser_asks_for(client: FlaskClient) -> None:
    assert language_of(client, "/help?lang=en", Accept_Language="zh-CN") == "en"
    assert language_of(client, Accept_Language="zh-CN") == "en"
    assert language_of(client, "/help?lang=zh", Accept_Language="en") == "zh-Hans"
    assert language_of(client, Accept_Language="en") == "zh-Hans"


def test_an_unknown_language_is_no_choice(client: FlaskClient) -> None:
    answer = client.get("/help?lang=fr", headers=ENGLISH)
    assert read(answer.text).named("html")[0]["lang"] == "en"
    assert "Set-Cookie" not in answer.headers
    client.set_cookie("lang", "<script>")
    assert language_of(client) == "zh-Hans"


def test_only_a_choice_sets_the_cookie_which_holds_nothing_else(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/help", headers=ENGLISH).headers
    cookies = client.get("/help?lang=en").headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    first, *attributes = cookies[0].split("; ")
    assert first == "lang=en"
    assert {a for a in attributes if not a.startswith("Expires=")} == {
        "Max-Age=31536000",
        "HttpOnly",
        "Path=/",
        "SameSite=Lax",
    }
    secure = client.get("/help?lang=en", base_url="https://localhost")
    assert "; Secure" in secure.headers["Set-Cookie"]
    assert client.get("/help?lang=en").headers["Cache-Control"] == "no-store"


def test_the_switch_is_a_link_to_the_same_page(client: FlaskClient) -> None:
    page = read(client.get(f"/?q={QUERY}&city={quote('贵港市')}&lang=zh").text)
    link = page.link("English")
    assert link == f"/?q={QUERY}&city={quote('贵港市')}&lang=en"
    english = read(client.get(link).text)
    assert english.link("中文") == link.replace("lang=en", "lang=zh")
    tag = next(a for text, a in english.links if text == "中文")
    assert (tag["lang"], tag["hreflang"]) == ("zh-Hans", "zh-Hans")


def test_the_switch_leads_nowhere_else(client: FlaskClient) -> None:
    for address in ("//evil.example/", '/p/"><script>', "/%2f%2fevil.example"):
        page = read(client.get(address).text)
        assert re.match(r"/(?!/)[^\"<>]*\?lang=en\Z", page.link("English"))
    sent = read(client.post("/quotes", data={"text": "“全市建立网格化管理”"}).text)
    assert sent.link("English") == "/quotes?lang=en"


def test_the_canonical_address_has_no_language(client: FlaskClient, index: Index) -> None:
    def canonical(address: str) -> list[str]:
        links = read(client.get(address).text).named("link")
        return [link["href"] for link in links if link.get("rel") == "canonical"]

    passage = f"/p/{index.search('网格化').hits[0].passage_id}"
    assert canonical(f"/?q={QUERY}&lang=en") == [f"/?q={QUERY}"]
    assert canonical(f"/?q={QUERY}") == []
    assert canonical(f"{passage}?lang=en") == [passage]
    assert canonical("/d/aaaaaaaaaaaaaaaa?lang=en") == ["/d/aaaaaaaaaaaaaaaa"]
    page = read(client.get(f"/?q={QUERY}&lang=en").text)
    with_language = [a for text, a in page.links if "lang=" in a["href"]]
    assert [a["href"] for a in with_language] == [page.link("中文")]


def test_caches_know_what_a_page_depends_on(client: FlaskClient) -> None:
    chinese, english = client.get("/help"), client.get("/help", headers=ENGLISH)
    for answer in (chinese, english, client.get("/nowhere")):
        assert {"Accept-Language", "Cookie"} <= set(answer.vary)
    assert chinese.get_etag() != english.get_etag()
    etag = english.headers["ETag"]
    again = client.get("/help", headers={**ENGLISH, "If-None-Match": etag})
    assert again.status_code == 304
    assert {"accept-language", "cookie"} <= {name.lower() for name in again.vary}
    assert client.get("/help", headers={"If-None-Match": etag}).status_code == 200


def test_json_files_and_feeds_have_no_language(client: FlaskClient, index: Index) -> None:
    passage = index.search("网格化").hits[0].passage_id
    for address in (
        f"/api/v1/search?q={QUERY}",
        f"/api/v1/suggest?q={QUERY}",
        f"/api/v1/passages/{passage}",
        f"/api/v1/passages/{passage}/cite",
        f"/api/v1/compare?q={QUERY}",
        f"/api/v1/kwic?q={QUERY}",
        "/api/v1/openapi.json",
        "/api/v1/nowhere",
        f"/compare.csv?q={QUERY}",
        f"/kwic.csv?q={QUERY}",
        f"/export.csv?q={QUERY}",
        f"/feed.atom?q={QUERY}",
        f"/p/{passage}/cite?format=text",
    ):
        chinese = client.get(address)
        english = client.get(address, headers=ENGLISH)
        moment = re.compile(rb"\d{4}-\d\d-\d\dT[0-9:.+Z]+")
        assert moment.sub(b"", chinese.data) == moment.sub(b"", english.data), address
        assert "Accept-Language" not in english.vary, address
        assert "Set-Cookie" not in client.get(address + "&lang=en").headers, address


class English(HTMLParser):
    """What has Chinese signs in it and stands in no element that says so.

    Of attributes only those that a reader meets: names of places and titles stand in them as they
    are, as an attribute cannot have a language of its own.
    """

    READ = ("title", "aria-label", "placeholder", "alt", "data-find", "data-said")
    VOID = ("meta", "link", "input", "br", "img", "hr")

    def __init__(self, html: str, texts: list[str]) -> None:
        super().__init__()
        self.found: list[str] = []
        self.sources = sorted(texts, key=len, reverse=True)
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        for name in self.READ:
            self._note(attributes.get(name, ""))
        if tag not in self.VOID:
            self._open.append((tag, attributes.get("lang", "").startswith("zh")))

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if any(chinese for _, chinese in self._open):
            return
        if self._open and self._open[-1][0] == "title":
            self._note(data)
        elif HAN.search(data):
            self.found.append(data.strip())

    def _note(self, text: str) -> None:
        for source in self.sources:
            text = text.replace(source, "")
        if HAN.search(text):
            self.found.append(text)


EXAMPLES = ["网格化 管理", "六是"]
SOURCES = [
    text
    for one in (GUIGANG, DATONG, HOSTILE, REPRINT)
    for text in (one.title, one.source, *filter(None, one.city), *one.paths)
    if text
] + ["网格化管理", "信访工作", "矛盾纠纷化解"]
QUERIES = ["网格化", "没有的词语", "矛盾糾紛", "信访", "矛盾纠分", "信访 安全感 桂平呀", "无此地方"]

PAGES = [
    "/",
    f"/?q={QUERY}&city={quote('贵港市')}&not_year=2018&not_topic=~unknown",
    f"/?q={quote('没有的词语')}&city={quote('贵港市')}",
    f"/?q={quote('信访 安全感 桂平呀')}",
    f"/?q={quote('矛盾纠分')}",
    f"/?q={quote('矛盾糾紛')}&also=script",
    f"/?q={quote('矛盾糾紛')}",
    f"/?q={quote('(信访 OR')}",
    f"/kwic?q={QUERY}",
    "/kwic",
    f"/compare?q={QUERY}",
    f"/compare?q={QUERY}&measure=share&rows=topic",
    f"/compare?q={QUERY}&measure=documents&columns=place",
    "/compare?q=zzz",
    f"/facet/city?q={QUERY}",
    "/facet/year?find=zzz",
    f"/record?q={quote('矛盾糾紛')}&also=all&city={quote('贵港市')}&not_year=2018",
    "/record?q=zzz",
    "/d/aaaaaaaaaaaaaaaa",
    f"/d/aaaaaaaaaaaaaaaa?q={QUERY}&all=1",
    "/d/bbbbbbbbbbbbbbbb?accessed=x",
    "/about",
    "/api",
    "/help",
    "/quotes",
    "/basket",
    "/nowhere",
    "/p/nothing",
    "/?limit=99999",
    f"/?city={quote('无此地方')}",
    "/basket?accessed=x&id=0",
    "/p/{id}",
    "/p/{id}?style=chicago&url=x",
    "/p/{id}?from=2&to=9",
    "/p/{id}/why?q=" + QUERY,
    "/p/{id}/why?q=zzz",
    "/p/{id}/like",
    "/basket?id={id}&id=0&style=apa",
]


@pytest.mark.parametrize("address", PAGES)
def test_pages_in_english_have_no_chinese_that_does_not_say_so(
    reader: FlaskClient, many: Index, address: str
) -> None:
    address = address.replace("{id}", many.search("网格化").hits[0].passage_id)
    answer = reader.get(address, headers=ENGLISH)
    found = English(answer.text, [*SOURCES, *QUERIES, *EXAMPLES, "(信访 OR"]).found
    assert found == []
    assert read(answer.text).named("html")[0]["lang"] == "en"


def test_a_choice_of_documents_is_english() -> None:
    second = document("9" * 16, [("body", "body", SHARED_TEXT)], title="另一篇", source="另一家")
    client = create_app(index_of(REPRINT, second), config={"TESTING": True}).test_client()
    lost = next(p for p in passages_of(GUIGANG) if p.text == SHARED_TEXT)
    answer = client.get(f"/p/{lost.passage_id}", headers=ENGLISH)
    assert answer.status_code == 300
    assert "This text is now in 2 documents" in read(answer.text).text
    assert English(answer.text, [*SOURCES, *EXAMPLES]).found == []


def test_old_wordings_and_what_was_erased_are_english(
    reworded: tuple[FlaskClient, str, str],
) -> None:
    client, old, gone = reworded
    said = {
        f"/p/{old}": "The document was edited, and other text took its place",
        f"/p/{gone}": "erased",
        f"/basket?id={old}&id={gone}": "this document was erased from the collection",
        "/about": "1 passage was reworded or its file was taken out",
    }
    for address, words in said.items():
        answer = client.get(address, headers=ENGLISH)
        assert English(answer.text, [*EXAMPLES, "第1号", "第2号"]).found == []
        assert words in read(answer.text).text, address
    changes = client.get(f"/p/{old}", headers=ENGLISH).text
    assert "Changes from the old wording to the present one" in changes
    assert re.search(r"\(\d+ [A-Z][a-z]+ 20\d\d\)", changes)


def test_checked_quotations_are_english_but_for_the_quotations(reader: FlaskClient) -> None:
    draft = (
        "“全市建立网格化管理服务中心，化解矛盾纠纷一百三十件。”“完全没有的一句话在这里”"
        "“形成1+10+N方案体系”“安全不安全……信访总量下降”\n“没有"
    )
    answer = reader.post("/quotes", data={"text": draft}, headers=ENGLISH)
    assert English(answer.text, [*SOURCES, *EXAMPLES]).found == []
    page = read(answer.text)
    assert "4 quotations" in page.text
    assert "Altered" in page.text
    assert "Punctuation differs" in page.text
    assert "Not found" in page.text


def test_numbers_of_things_are_in_their_plural_form(reader: FlaskClient) -> None:
    def heading(address: str) -> str:
        return re.sub("<[^>]*>", "", reader.get(address, headers=ENGLISH).text.split("<h1>")[1])

    assert heading(f"/?q={quote('94.01%')}").startswith("1 passage in 1 document\n")
    assert heading(f"/?q={QUERY}").startswith("3 passages in 3 documents\n")


def test_the_text_of_a_source_keeps_its_language(reader: FlaskClient, many: Index) -> None:
    passage = many.search("安全感", limit=1).hits[0]
    page = read(reader.get(f"/p/{passage.passage_id}", headers=ENGLISH).text)
    texts = [a for a in page.named("p") if a.get("id") == "text"]
    assert [a["lang"] for a in texts] == ["zh-Hans"]
    assert page.by_id["text"] == passage.text
    references = [a for a in page.named("p") if a.get("class") == "reference"]
    assert references
    assert all(a["lang"] == "zh-Hans" for a in references)
    chinese = read(reader.get(f"/p/{passage.passage_id}").text)
    assert [a for a in chinese.named("p") if "lang" in a] == []


def test_the_script_is_told_what_to_say(client: FlaskClient) -> None:
    def said(headers: dict[str, str]) -> dict[str, str]:
        page = read(client.get("/help", headers=headers).text)
        found: dict[str, str] = json.loads(page.named("body")[0]["data-said"])
        return found

    english, chinese = said(ENGLISH), said({})
    assert (english["copied"], chinese["copied"]) == ("Copied", "已复制")
    assert english["passage"] == "{count} passage"
    assert english["passages"] == "{count} passages"
    assert english.keys() == chinese.keys()
    assert not HAN.search("".join(english.values()))
    script = client.get("/static/app.js").text
    used = set(re.findall(r"\bwords\.(\w+)", script))
    assert used <= english.keys()


def test_dates_in_sentences_follow_the_language(client: FlaskClient) -> None:
    with client.application.test_request_context(headers=ENGLISH):
        client.application.preprocess_request()
        day = client.application.jinja_env.filters["prose_day"]
        moment = client.application.jinja_env.filters["prose_moment"]
        assert day("2018-12-08T21:52") == "8 December 2018"
        assert moment("2018-12-08T21:52:00+00:00") == "8 December 2018, 21:52:00 UTC"
        assert day("sometime") == "sometime"
    with client.application.test_request_context():
        assert day("2018-12-08T21:52") == "2018-12-08"


def test_evidence_reasons_and_notes_speak_the_language_of_the_page(tmp_path: Path) -> None:
    seeds = Path(__file__).parents[3] / "seeds"
    index = ["--index", str(tmp_path / "index")]
    assert CliRunner().invoke(duansou, ["index", str(seeds), *index]).exit_code == 0
    with open_index(tmp_path / "index") as found:
        client = create_app(found, config={"TESTING": True}).test_client()
        documents = list(found.documents())
        with client.application.test_request_context(headers=ENGLISH):
            client.application.preprocess_request()
            notes = {
                *(p.reason for d in documents for p in d.paragraphs),
                *(e.note for d in documents for each in d.evidence.values() for e in each),
                *(n for d in documents for style in STYLES for n in cite(d, style=style).notes),
            }
            assert len(notes) > 50
            assert [note for note in notes if told(note) == note] == []
            assert told("贵港市：正文出现 19 次，标题中有，自称“全市”“我市”等 7 次") == (
                "贵港市: 19× in the text, in the title, calls itself “全市”, “我市” and the like 7×"
            )
            assert told("某种没有的话") == "某种没有的话"
        with client.application.test_request_context():
            assert [note for note in notes if told(note) != note] == []
        page = client.get(f"/p/{next(found.passages()).passage_id}", headers=ENGLISH)
        assert "in the text" in page.text.partition("Facets and evidence")[2]


def test_the_text_of_a_document_says_in_which_script_it_is() -> None:
    written = replace(
        document("7" * 16, [("body", "body", "臺北市政府。")], title="公告"), script="Hant"
    )
    (passage,) = passages_of(written)
    client = create_app(index_of(written), config={"TESTING": True}).test_client()
    for headers in ({}, ENGLISH):
        page = read(client.get(f"/p/{passage.passage_id}", headers=headers).text)
        assert [a["lang"] for a in page.named("p") if a.get("id") == "text"] == ["zh-Hant"]


def test_on_paper_stands_what_was_searched_where_and_when(reader: FlaskClient) -> None:
    html = reader.get(f"/compare?q={QUERY}&year=2017&not_source=%E7%94%B2&empty=1").text
    (said,) = re.findall(r'<p class="printed">(.*?)</p>', html)
    assert "检索式 网格化" in said
    assert "年份：2017" in said
    assert "来源不含：甲" in said
    assert re.search(r" · 20\d\d-\d\d-\d\d<br>http://localhost/compare\?q=%E7%BD%91", said)
    passage = next(passages_of(GUIGANG)).passage_id
    html = reader.get(f"/p/{passage}?q={QUERY}").text
    assert f"<br>http://localhost/p/{passage}</p>" in html
