"""Other writings through the doors: the index, the command line, the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import search
from search.cli import main
from search.searching.index import Index
from search.web import create_app

OLD = """關於加強基層治理的意見

各地要加強矛盾糾紛排查化解工作，共有十三万六千人參加，滿意度達到百分之九十四點零一。

二○一八年，襄樊市推進網格化管理，身分證辦理更便利，上访量下降。
"""
NEW = """统计公报

全年共排查矛盾纠纷136,000件，化解率94.01%，比上年2136000件下降，信访量也下降。

2018年，襄阳市推进网格化管理，办理身份证的窗口增加了，另有136000.5元的支出。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("writings")
    (place / "documents").mkdir()
    (place / "documents" / "old.txt").write_text(OLD, encoding="utf-8")
    (place / "documents" / "new.txt").write_text(NEW, encoding="utf-8")
    (place / "synonyms.txt").write_text("信访 = 上访\n", encoding="utf-8")
    run(
        "index",
        str(place / "documents"),
        "--index",
        str(place / "index"),
        "--synonyms",
        str(place / "synonyms.txt"),
    )
    return place


@pytest.fixture
def index(folder: Path) -> Index:
    return search.open_index(folder / "index")


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    return result.output


BOTH = [
    "矛盾纠纷",
    '"矛盾糾紛"',
    "百分之九十四点零一",
    "94.01%",
    "十三万六千",
    "2018年",
    "襄樊市",
    "襄阳",
    "身份证",
    "身分證",
    "信访",
    '"网格化 推进"~3',
    "矛盾纠*",
]


@pytest.mark.parametrize("query", BOTH)
def test_other_writings_count_on_request_and_are_named(index: Index, query: str) -> None:
    plain, wide = index.search(query), index.search(query, also="all")
    assert {hit.path for hit in wide.hits} == {"old.txt", "new.txt"}
    assert wide.query.equivalents
    assert wide.total > plain.total


@pytest.mark.parametrize("query", BOTH)
def test_the_search_without_them_says_what_they_would_add(index: Index, query: str) -> None:
    plain = index.search(query)
    assert plain.wider is not None
    assert plain.wider.total == 2
    assert index.run(plain.wider.request).total == 2


def test_a_number_inside_another_number_does_not_count(index: Index) -> None:
    texts = [hit.text for hit in index.search("13.6万", also="numbers").hits]
    assert len(texts) == 2
    assert not any("136000.5" in text for text in texts)


def test_only_the_kinds_that_add_something_are_offered(index: Index) -> None:
    wider = index.search("13.6万").wider
    assert wider is not None
    assert wider.request.also == ("numbers",)


def test_what_counted_is_marked(index: Index) -> None:
    (hit,) = (h for h in index.search("矛盾纠纷", also="script").hits if h.path == "old.txt")
    assert [hit.text[a:b] for a, b in hit.highlights] == ["矛盾糾紛"]


def test_exclusion_excludes_every_writing(index: Index) -> None:
    assert index.search("管理 -襄阳市", also=["places", "script"]).total == 0
    assert index.search("管理 -襄阳市", also="script").total == 1


def test_the_command_line_counts_and_offers(folder: Path) -> None:
    place = ("--index", str(folder / "index"))
    assert "Add --also script" in run("search", "矛盾纠纷", *place)
    output = run("search", "矛盾纠纷", "--also", "script,numbers", *place)
    assert "2 passages" in output
    assert "矛盾糾紛 (script)" in output
    assert "also is 'x'" in run("search", "矛盾纠纷", "--also", "x", *place, code=2)


def test_synonyms_are_kept_until_they_are_taken_away(folder: Path, tmp_path: Path) -> None:
    documents, place = str(folder / "documents"), ("--index", str(tmp_path / "index"))
    given = str(folder / "synonyms.txt")
    run("index", documents, *place, "--synonyms", given)
    run("index", documents, *place)
    assert "2 passages" in run("search", "信访", "--also", "synonyms", *place)
    run("index", documents, *place, "--synonyms", "none")
    assert "1 passages" in run("search", "信访", "--also", "synonyms", *place)
    (tmp_path / "wrong.txt").write_text("信访\n", encoding="utf-8")
    wrong = run("index", documents, *place, "--synonyms", str(tmp_path / "wrong.txt"), code=2)
    assert "Line 1" in wrong


def test_the_page_offers_and_names_them(folder: Path) -> None:
    client = create_app(search.open_index(folder / "index")).test_client()
    page = client.get("/?q=矛盾纠纷").text
    assert "换一种写法，还有 <strong>1</strong> 个段落" in page
    assert "also=script" in page
    wide = client.get("/?q=矛盾纠纷&also=script").text
    assert "也算作符合" in wide
    assert "<mark>矛盾糾紛</mark>" in wide
    answer = client.get("/api/v1/search?q=矛盾纠纷&also=script").get_json()
    assert answer["also"] == ["script"]
    assert answer["equivalents"][0]["text"] == "矛盾糾紛"


def test_the_page_says_how_the_query_was_understood(folder: Path) -> None:
    client = create_app(search.open_index(folder / "index")).test_client()
    page = client.get("/?q=矛盾化解 -襄阳").text
    assert "检索式是怎样理解的" in page
    assert "分出词“矛盾”" in page
    assert "2 个段落里，<strong>0</strong> 个原样含有" in page.replace("\n", "")
    answer = client.get("/api/v1/search?q=矛盾化解").get_json()
    assert answer["total"] == 2
    assert answer["literally"] == 0
    assert answer["understood"]["node"] == "or"


def test_a_result_says_why_it_matches(folder: Path) -> None:
    with search.open_index(folder / "index") as index:
        hit, _ = index.search("矛盾化解").hits
    client = create_app(search.open_index(folder / "index")).test_client()
    address = f"/p/{hit.passage_id}/why?q=矛盾化解"
    assert f"/p/{hit.passage_id}/why?q=" in client.get(f"/p/{hit.passage_id}?q=矛盾化解").text
    page = client.get(address).text
    assert "为何符合" in page
    assert "<mark>矛盾</mark>" in page
    answer = client.get(f"/api/v1{address}".replace("/p/", "/passages/")).get_json()
    assert answer["matches"]
    assert sum(term["share"] for term in answer["terms"]) == pytest.approx(answer["score"])
    assert hit.score == pytest.approx(answer["score"])
    other = client.get(f"/p/{hit.passage_id}/why?q=没有的话").text
    assert "为何不符合" in other
    assert client.get("/p/0000/why?q=a").status_code == 404


def test_a_hostile_query_is_escaped_where_it_is_explained(folder: Path) -> None:
    with search.open_index(folder / "index") as index:
        passage = next(index.passages())
    client = create_app(search.open_index(folder / "index")).test_client()
    page = client.get(f"/p/{passage.passage_id}/why?q=<script>alert(1)</script>").text
    assert "<script>alert" not in page
