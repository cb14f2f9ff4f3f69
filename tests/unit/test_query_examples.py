"""Every example of the help does on the seeds what its sentence says, and needs no notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from markupsafe import escape

from search.analysis.text import fold
from search.analysis.words import Analyzer
from search.documents.document import Passage, place_path
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.facets.topic import Taxonomy
from search.index.run import update_index
from search.query.examples import EXAMPLES, Example
from search.query.request import SearchRequest
from search.searching.index import Index
from search.web import create_app
from search.web.addresses import Addresses
from source_tree import ROOT

ANALYZER = Analyzer()
LISTED = [example for section in EXAMPLES for example in section.examples]


def has(passage: Passage, text: str) -> bool:
    return text in fold(passage.text)


def title(passage: Passage, text: str) -> bool:
    return text in fold(passage.title or "")


def in_place(path: str | None, name: str) -> bool:
    return any(level.startswith(name) for level in (path or "").split("/"))


SAYS: dict[str, Callable[[Passage], bool]] = {
    "网格化管理": lambda p: (
        has(p, "网格化管理") or {"网格化", "管理"} <= set(ANALYZER.terms(fold(p.text)))
    ),
    "信访 调处": lambda p: has(p, "信访") and has(p, "调处"),
    "“平安建设”": lambda p: has(p, "平安建设"),
    "市": lambda p: has(p, "市"),
    "94.01%": lambda p: has(p, "94.01%"),
    '"矛盾 化解"~5': lambda p: bool(
        re.search("矛盾.{0,5}化解|化解.{0,5}矛盾", fold(p.text), re.DOTALL)
    ),
    "信访 OR 调解": lambda p: has(p, "信访") or has(p, "调解"),
    "信访 -上访": lambda p: has(p, "信访") and not has(p, "上访"),
    "(信访 OR 调解) 矛盾": lambda p: (has(p, "信访") or has(p, "调解")) and has(p, "矛盾"),
    "矛盾 -(信访 OR 调解)": lambda p: has(p, "矛盾") and not has(p, "信访") and not has(p, "调解"),
    "网?化": lambda p: bool(re.search("网.化", fold(p.text), re.DOTALL)),
    "平安*建设": lambda p: bool(re.search("平安[^。!?;…]{0,50}建设", fold(p.text))),
    "标题:安全感": lambda p: title(p, "安全感"),
    "author:梁启勇": lambda p: "梁启勇" in (p.author or ""),
    "来源:贵港日报": lambda p: p.source == "贵港日报",
    "地区:贵港": lambda p: in_place(place_path(p.city), "贵港"),
    "地点:桂平": lambda p: any(in_place(place_path(n.place), "桂平") for n in p.named_places),
    "年份:2017..2018": lambda p: p.year in (2017, 2018),
    "topic:信访工作": lambda p: "信访工作" in p.topics,
    "来源:~unknown": lambda p: p.source is None,
    "矛盾 (标题:满意度 OR 年份:2009) -来源:山西法制报": lambda p: (
        has(p, "矛盾") and (title(p, "满意度") or p.year == 2009) and p.source != "山西法制报"
    ),
    "矛盾糾紛": lambda p: (
        has(p, "矛盾纠纷") or (has(p, "矛盾") and has(p, "纠纷")) or has(p, "矛盾糾紛")
    ),
    "百分之九十四点零一": lambda p: has(p, "94.01%"),
    "二〇一八年": lambda p: has(p, "2018年"),
    "计画": lambda p: has(p, "计划"),
    "打工": lambda p: any(has(p, word) for word in ("打工", "务工", "劳动者", "农民工")),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("examples")
    with open_writer(folder, ANALYZER) as writer:
        update_index(
            [ROOT / "seeds"],
            reader=None,
            writer=writer,
            analyzer=ANALYZER,
            taxonomy=Taxonomy.load(),
        )
    with Index(open_engine(folder)) as opened:
        yield opened


def test_every_example_has_its_meaning_here() -> None:
    assert [example.query for example in LISTED] == list(SAYS)


@pytest.mark.parametrize("example", LISTED, ids=lambda example: example.query)
def test_an_example_finds_what_it_says(index: Index, example: Example) -> None:
    passages = list(index.passages())
    results = index.search(example.query, also=example.also, sort="document", limit=len(passages))
    expected = [p.passage_id for p in passages if SAYS[example.query](p)]
    assert results.notices == ()
    assert [hit.passage_id for hit in results.hits] == expected
    assert 0 < results.total < len(passages)


def test_the_help_page_links_every_example(index: Index) -> None:
    client = create_app(index, config={"TESTING": True}).test_client()
    page = client.get("/help").get_data(as_text=True)
    for example in LISTED:
        address = Addresses().search(SearchRequest(query=example.query, also=example.also))
        assert f'href="{escape(address)}"' in page
        assert escape(example.zh) in page
        assert client.get(address).status_code == 200
    assert 'href="/help">帮助' in page


def rows(language: str) -> list[str]:
    """The examples as rows of a table in Markdown."""
    sentences = [getattr(example, language).replace("|", "\\|") for example in LISTED]
    return [
        f"| `{example.query}` | {sentence} |"
        for example, sentence in zip(LISTED, sentences, strict=True)
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_on_queries_lists_the_examples(language: str) -> None:
    text = (ROOT / "docs" / language / "queries.md").read_text(encoding="utf-8")
    assert [row for row in rows(language) if row not in text] == []


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_the_readmes_have_ten_of_them(name: str, language: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    queries = [line for line in lines if line.startswith("| `")]
    assert len(queries) == 10
    assert set(queries) <= set(rows(language))
