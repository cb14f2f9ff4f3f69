"""What every engine promises, run on each of them.

The naive engine runs too, so that the suite and the oracle cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from cluster_index import ClusterIndex
from naive_engine import NaiveStore
from search.analysis.text import fold
from search.analysis.words import Analyzer
from search.budget import Budget
from search.documents.document import (
    Document,
    Evidence,
    NamedPlace,
    NamedYears,
    Paragraph,
    TopicEvidence,
    passage_id,
    passages_of,
)
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.errors import NotFoundError
from search.index.answers import FacetCount, Occurrences
from search.index.engine import Engine, EngineRequest, Plan, Reader, Writer
from search.query.nodes import Alike, And, FacetIs, Literal, Near, Node, Not, Or, Query, Word
from search.query.parser import parse_query
from search.query.request import Filters, Sort
from search.searching.snippets import occurrences

ANALYZER = Analyzer()


class Setup:
    """One empty index: ``reader`` reads it (opened after the first commit), ``writer`` begins.

    ``precision`` is that of scores, relative. It ``must_ask`` a server for whatever it knows.
    """

    def __init__(
        self,
        engine: Callable[[], Engine],
        writer: Callable[[], Writer],
        *,
        precision: float = 1e-9,
        must_ask: bool = False,
        remove: Callable[[], None] = lambda: None,
    ) -> None:
        self._open = engine
        self._engine: Engine | None = None
        self._reader: Reader | None = None
        self._remove = remove
        self.writer = writer
        self.precision = precision
        self.must_ask = must_ask

    def opened(self) -> Engine:
        """The engine, opened."""
        if self._engine is None:
            self._engine = self._open()
        return self._engine

    @property
    def reader(self) -> Reader:
        """A reader of the newest commit; the one before is let go."""
        self._let_go()
        self._reader = self.opened().reader()
        return self._reader

    def _let_go(self) -> None:
        if self._reader is not None:
            self._reader.close()

    def commit(self, *documents: Document, delete: tuple[str, ...] = ()) -> None:
        with self.writer() as writer:
            for document in documents:
                writer.put(document)
            for document_id in delete:
                writer.delete(document_id)
            writer.commit({})

    def close(self) -> None:
        self._let_go()
        if self._engine is not None:
            self._engine.close()
        self._remove()


def naive(_: pytest.FixtureRequest) -> Setup:
    store = NaiveStore(ANALYZER)
    return Setup(store.engine, store.writer)


def whoosh(request: pytest.FixtureRequest) -> Setup:
    folder = request.getfixturevalue("tmp_path") / "索引 1"
    return Setup(lambda: open_engine(folder), lambda: open_writer(folder, ANALYZER))


def opensearch(request: pytest.FixtureRequest) -> Setup:
    index = ClusterIndex(request.getfixturevalue("opensearch_url"))
    return Setup(
        index.engine,
        lambda: index.writer(ANALYZER),
        precision=1e-6,  # Lucene scores in single precision.
        must_ask=True,
        remove=index.remove,
    )


@pytest.fixture(
    params=[
        pytest.param(naive, id="naive"),
        pytest.param(whoosh, id="whoosh"),
        pytest.param(opensearch, id="opensearch", marks=pytest.mark.cluster),
    ]
)
def setup(request: pytest.FixtureRequest) -> Iterator[Setup]:
    index: Setup = request.param(request)
    try:
        yield index
    finally:
        index.close()


def document(
    document_id: str = "d1",
    *body: str,
    path: str | None = None,
    title: str | None = None,
    heading: str | None = None,
    caption: str | None = None,
    topics: tuple[tuple[str, ...], ...] = (),
    **fields: object,
) -> Document:
    """A document of body paragraphs, with a title, a heading and a caption where given."""
    text, paragraphs = "", []

    def add(content: str, role: str, kind: str, **rest: object) -> None:
        nonlocal text
        start = len(text)
        text += content + "\n"
        paragraphs.append(
            Paragraph(
                start=start,
                end=start + len(content),
                role=role,  # type: ignore[arg-type]
                kind=kind,
                reason="",
                **rest,  # type: ignore[arg-type]
            )
        )

    if title:
        add(title, "title", "title")
    if heading:
        add(heading, "heading", "heading")
    for number, content in enumerate(body, 1):
        add(
            content,
            "body",
            "body",
            number=number,
            headings=(heading,) if heading else (),
            topics=topics[number - 1] if topics else (),
        )
    if caption:
        add(caption, "metadata", "caption")
    add("分享到微信", "boilerplate", "footer")
    return Document(
        document_id=document_id,
        paths=(path or f"{document_id}.txt",),
        text=text,
        paragraphs=tuple(paragraphs),
        sha256="0" * 64,
        title=title,
        **fields,  # type: ignore[arg-type]
    )


def ask(text: str, **fields: object) -> EngineRequest:
    any_term = bool(fields.pop("any_term", False))
    return EngineRequest(
        query=parse_query(text, ANALYZER, any_term=any_term),
        **fields,  # type: ignore[arg-type]
    )


def texts(setup: Setup, request: EngineRequest) -> list[str]:
    return [passage.text for passage, _ in setup.reader.search(request).hits]


# What is stored


def test_everything_comes_back_as_it_was_put(setup: Setup) -> None:
    full = replace(
        document(
            "full",
            "甲乙𠀀。",
            "甲乙𠀀。",
            "\x00a",
            title="标题",
            heading="一、章",
            caption="图一",
            city=("湖南省", "常德市", None),
            year=2009,
            published="2009-01-02T03:04",
            source="贵港日报",
            url="https://example.org/1",
            evidence={"city": (Evidence("标题里有", 1, "常德"), Evidence("推断", sure="probable"))},
        ),
        paths=("甲/a.txt", "b.txt"),
    )
    evidence = (TopicEvidence("治安防控", ("巡逻", "防控"), 2.5),)
    first = replace(full.paragraphs[2], topics=("治安防控",), topic_evidence=evidence)
    full = replace(full, paragraphs=(*full.paragraphs[:2], first, *full.paragraphs[3:]))
    setup.commit(full, document("empty"))
    assert setup.reader.document("full") == full
    assert list(setup.reader.passages()) == list(passages_of(full))
    for passage in passages_of(full):
        assert setup.reader.get(passage.passage_id) == passage
    assert [d.document_id for d in setup.reader.documents()] == ["empty", "full"]


def test_documents_and_passages_come_in_document_order(setup: Setup) -> None:
    setup.commit(document("b", "二", path="2"), document("a", "甲", "乙", path="2"))
    setup.commit(document("c", "一", path="10"), document("d", "三", path="𠀀"))
    setup.commit(document("e", "四", path="２"))
    assert [d.document_id for d in setup.reader.documents()] == ["c", "a", "b", "e", "d"]
    assert [p.text for p in setup.reader.passages()] == ["一", "甲", "乙", "二", "四", "三"]
    assert texts(setup, ask("", sort="document")) == ["一", "甲", "乙", "二", "四", "三"]


def test_unknown_ids(setup: Setup) -> None:
    setup.commit(document("d1", "甲"))
    known = passage_id("甲", "d1")
    for unknown in ("", "无", "-" * 29, known[:-1] + "g", f"{known}-2", known[:20], known[:-9]):
        with pytest.raises(NotFoundError):
            setup.reader.get(unknown)
    with pytest.raises(NotFoundError):
        setup.reader.document("d2")
    with pytest.raises(NotFoundError):
        setup.reader.passages_in("d2")
    assert setup.reader.with_text("0" * 20) == ()
    assert setup.reader.with_text("不是十六进制的二十个字符凑够二十个字的") == ()


def test_some_passages_of_a_document(setup: Setup) -> None:
    whole = document("b", "一", "二", "三", "四", heading="题")
    setup.commit(document("a", "甲"), whole, document("c", "乙"))
    everything = tuple(passages_of(whole))
    assert setup.reader.passages_in("b") == everything
    for first, last in ((1, 4), (2, 3), (3, 3), (0, 1), (-2, 2), (4, 9), (1, 0), (3, 2), (7, 9)):
        expected = tuple(p for p in everything if first <= p.paragraph <= last)
        assert setup.reader.passages_in("b", first, last) == expected
    assert setup.reader.passages_in("b", 3) == everything[2:]


def test_repeats_of_one_text_are_found_by_their_number(setup: Setup) -> None:
    whole = document("b", *["甲", "乙"] * 4, "甲")
    setup.commit(document("a", "甲", "甲"), whole)
    for passage in passages_of(whole):
        assert setup.reader.get(passage.passage_id) == passage
    for repeat in ("0", "1", "6", "-1", "二", "²", "x", "2-2"):
        with pytest.raises(NotFoundError):
            setup.reader.get(f"{passage_id('甲', 'b')}-{repeat}")


def test_passages_of_one_text(setup: Setup) -> None:
    setup.commit(document("b", "甲", "乙", "甲"), document("a", "甲"))
    setup.commit(document("aa", "甲"))
    found = setup.reader.with_text(passage_id("甲", "b")[:20])
    assert [(p.document_id, p.paragraph) for p in found] == [
        ("a", 1),
        ("aa", 1),
        ("b", 1),
        ("b", 3),
    ]


# What matches


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("市", ["市", "城市管理", "１＋１０＋Ｎ 全市"]),
        ("“城市”", ["城市管理"]),
        ('"1+10+N"', ["１＋１０＋Ｎ 全市", "1+10+n"]),
        ("1+10+N", ["１＋１０＋Ｎ 全市", "1+10+n"]),
        ("94.01%", ["达94.01%,同比"]),
        ('"%，"', ["达94.01%,同比"]),
        ('"管理城"', []),
        ('"n 全"', ["１＋１０＋Ｎ 全市"]),
        ("𠀀", ["𠀀𠀁𠀀𠀁"]),
        ('"𠀀𠀁𠀀"', ["𠀀𠀁𠀀𠀁"]),
        ('"𠀁𠀁"', []),
        ("-市 -1", ["𠀀𠀁𠀀𠀁"]),
    ],
)
def test_literal_matching(setup: Setup, query: str, expected: list[str]) -> None:
    setup.commit(
        document("d1", "市", "城市管理", "１＋１０＋Ｎ 全市", "1+10+n", "达94.01%,同比", "𠀀𠀁𠀀𠀁")
    )
    assert texts(setup, ask(query, sort="document")) == expected


def test_a_phrase_never_crosses_passages(setup: Setup) -> None:
    setup.commit(document("d1", "网格", "化管理", "网格化管理"), document("d2", "网格", "化管"))
    assert texts(setup, ask('"网格化管理"')) == ["网格化管理"]
    assert texts(setup, ask('"网格化"')) == ["网格化管理"]
    assert texts(setup, ask('"格化"')) == ["网格化管理"]


def test_a_phrase_that_overlaps_itself(setup: Setup) -> None:
    setup.commit(document("d1", "哈哈", "哈哈哈", "哈哈哈哈哈", "哈他哈哈"))
    assert texts(setup, ask('"哈哈哈"', sort="document")) == ["哈哈哈", "哈哈哈哈哈"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"矛盾 化解"~0', ["矛盾化解"]),
        ('"化解 矛盾"~0', ["矛盾化解"]),
        ('"矛盾 化解"~2', ["矛盾化解", "化解了大矛盾", "化 解\n了 矛\u3000盾"]),
        (
            '"矛盾 化解"~5',
            ["矛盾化解", "化解了大矛盾", "化 解\n了 矛\u3000盾", "矛盾1+1，得化解"],
        ),
        ('"市 市"~3', ["市长在市"]),
        ('"市 市"~1', []),
        ('"市长 长在"~9', []),
        ('"市 长"~0', ["市长在市"]),
        ('"在 市"~0', ["市长在市"]),
        ('"1+1 盾"~1', ["矛盾1+1，得化解"]),
        ('"哈哈 哈"~0', ["哈哈哈"]),
        ('"哈哈 哈哈"~9', []),
        ('"无 市"~9', []),
    ],
)
def test_near(setup: Setup, query: str, expected: list[str]) -> None:
    setup.commit(document("d1", "矛盾化解", "化解了大矛盾", "化 解\n了 矛\u3000盾", "矛盾", "化解"))
    setup.commit(document("d2", "矛盾1+1，得化解", "市长在市", "哈哈哈", "市"))
    assert texts(setup, ask(query, sort="document")) == expected
    titled = document("d3", "无关", title="矛盾化解")
    setup.commit(titled)
    total, _ = setup.reader.labels(parse_query('"矛盾 化解"~1', ANALYZER), Filters(), 5)
    assert total == 1


def test_nearness_in_a_tree(setup: Setup) -> None:
    setup.commit(document("d1", "甲乙", "甲在乙", "乙"))
    near = Near("甲", "乙", 0)
    query = Query(text="", match=And((Not(near), Literal("乙"))))
    assert texts(setup, EngineRequest(query=query, sort="document")) == ["甲在乙", "乙"]


def test_words_match_where_the_analyzer_finds_them(setup: Setup) -> None:
    bodies = ["公众安全感满意度", "安全生产", "生产的安全和管理"]
    setup.commit(document("d1", *bodies))
    for term in ("安全", "安全感", "生产", "管理", "全感", "无"):
        expected = [b for b in bodies if term in ANALYZER.terms(fold(b))]
        query = Query(text=term, match=Word(term))
        assert texts(setup, EngineRequest(query=query, sort="document")) == expected


def test_trees(setup: Setup) -> None:
    bodies = ["甲乙", "乙丙", "丙甲", "丁"]
    setup.commit(document("d1", *bodies))
    a, b, c = Literal("甲"), Literal("乙"), Literal("丙")
    cases: list[tuple[Node, list[str]]] = [
        (And((a, b)), ["甲乙"]),
        (And((a, Not(b))), ["丙甲"]),
        (Or((a, b)), ["甲乙", "乙丙", "丙甲"]),
        (Not(Or((a, b))), ["丁"]),
        (And((Or((a, b)), Not(And((a, c))))), ["甲乙", "乙丙"]),
        (And((Not(a), Not(b))), ["丁"]),
        (Or((Not(a), a)), bodies),
        (Literal(""), bodies),
        (And((a,)), ["甲乙", "丙甲"]),
    ]
    for node, expected in cases:
        query = Query(text="", match=node)
        assert texts(setup, EngineRequest(query=query, sort="document")) == expected


def test_titles_and_headings_score_but_never_match(setup: Setup) -> None:
    setup.commit(
        document("d1", "街道", "加强巡逻防控", title="普通"),
        document("d2", "加强巡逻防控", title="巡逻"),
        document("d3", "加强巡逻防控", title="普通", heading="巡逻"),
    )
    found = setup.reader.search(ask("巡逻"))
    assert found.total == 3
    assert setup.reader.search(ask("普通")).total == 0


def test_the_empty_query_gives_everything_unscored(setup: Setup) -> None:
    setup.commit(document("b", "乙"), document("a", "甲"))
    found = setup.reader.search(ask(""))
    assert [(p.text, score) for p, score in found.hits] == [("甲", 0.0), ("乙", 0.0)]


# Order and slices


def test_relevance(setup: Setup) -> None:
    setup.commit(
        document("a", "巡逻" + "其他事情" * 20),
        document("b", "巡逻巡逻"),
        document("c", "没有"),
        document("d", "巡逻巡逻"),
    )
    found = setup.reader.search(ask("巡逻"))
    # Of one score, the first in document order; but what only repeats its text stands last.
    assert [p.document_id for p, _ in found.hits] == ["b", "a", "d"]
    assert found.repeats == (False, False, True)
    scores = [score for _, score in found.hits]
    assert scores[0] == scores[2] > scores[1] > 0


def test_by_date(setup: Setup) -> None:
    setup.commit(
        document("a", "甲", published="2018-12-18"),
        document("b", "乙", "又"),
        document("c", "丙", published="2018-12-18T21:52"),
    )
    setup.commit(document("d", "丁", published="2019-01-01"), document("e", "戊", path="0"))
    assert texts(setup, ask("", sort="date")) == ["丁", "丙", "甲", "戊", "乙", "又"]
    assert texts(setup, ask("", sort="date", offset=2, limit=3)) == ["甲", "戊", "乙"]


@pytest.mark.parametrize("sort", ["relevance", "date", "document"])
def test_pages_partition_the_hits(setup: Setup, sort: str) -> None:
    setup.commit(
        *(document(f"d{n}", "安全" * (n % 3 + 1), "安全", path=f"{n % 4}") for n in range(9))
    )
    setup.commit(*(document(f"e{n}", "安全" * (n % 2 + 1), path=f"{n}") for n in range(6)))
    whole = setup.reader.search(ask("安全", sort=sort, limit=100)).hits
    assert len(whole) == 24
    for limit in (1, 5, 24):
        pages = [
            hit
            for offset in range(0, 30, limit)
            for hit in setup.reader.search(
                ask("安全", sort=sort, offset=offset, limit=limit, facets=False)
            ).hits
        ]
        assert tuple(pages) == whole
    assert setup.reader.search(ask("安全", offset=24)).hits == ()
    assert setup.reader.search(ask("安全", limit=0)).total == 24


# Counts


def corpus() -> list[Document]:
    return [
        document(
            "a",
            "安全一",
            "安全二",
            city=("山西省", "大同市", None),
            year=2018,
            source="甲报",
            topics=(("信访工作",), ("信访工作", "治安防控")),
        ),
        document("b", "安全", city=("山西省", None, None), year=2017, topics=(("治安防控",),)),
        document(
            "c", "安全", "别的", city=("湖南省", "常德市", "津市市"), year=2009, source="乙报"
        ),
        document("d", "安全", "安全三", source="乙报", topics=((), ("信访工作",))),
    ]


def test_facets(setup: Setup) -> None:
    setup.commit(*corpus())
    found = setup.reader.search(ask("安全"))
    assert (found.total, found.documents) == (6, 4)
    assert found.facets == {
        "city": (
            FacetCount("山西省", 3, 2),
            FacetCount("山西省/大同市", 2, 1),
            FacetCount("湖南省", 1, 1),
            FacetCount("湖南省/常德市", 1, 1),
            FacetCount("湖南省/常德市/津市市", 1, 1),
            FacetCount(None, 2, 1),
        ),
        "year": (
            FacetCount(2018, 2, 1),
            FacetCount(2017, 1, 1),
            FacetCount(2009, 1, 1),
            FacetCount(None, 2, 1),
        ),
        "topic": (
            FacetCount("信访工作", 3, 2),
            FacetCount("未分类", 2, 2),
            FacetCount("治安防控", 2, 2),
        ),
        "source": (
            FacetCount("乙报", 3, 2),
            FacetCount("甲报", 2, 1),
            FacetCount(None, 1, 1),
        ),
        "kind": (FacetCount(None, 6, 4),),
    }
    assert setup.reader.search(ask("安全", facets=False)).facets == {}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(city=("山西省",)), {"a", "b"}),
        (Filters(city=("山西省/大同市", None)), {"a", "d"}),
        (Filters(city=("大同市",)), set()),
        (Filters(year=((2009, 2017),)), {"b", "c"}),
        (Filters(year=(None, (2018, 2018))), {"a", "d"}),
        (Filters(topic=("信访工作",)), {"a", "d"}),
        (Filters(topic=("未分类",)), {"c", "d"}),
        (Filters(topic=(None,)), set()),
        (Filters(source=(None,)), {"b"}),
        (Filters(source=("乙报",), topic=("信访工作",)), {"d"}),
    ],
)
def test_filters(setup: Setup, filters: Filters, expected: set[str]) -> None:
    setup.commit(*corpus()[:2])
    setup.commit(*corpus()[2:])
    found = setup.reader.search(ask("安全", filters=filters))
    assert {p.document_id for p, _ in found.hits} == expected
    assert found.documents == len(expected)
    assert found.total == len(found.hits)


def test_documents_have_a_kind(setup: Setup) -> None:
    kinds = {"a": "regulation", "b": "newspaper", "c": "web", "d": None}
    setup.commit(*(replace(d, source_kind=kinds[d.document_id]) for d in corpus()))
    found = setup.reader.search(ask("安全"))
    assert found.facets["kind"] == (
        FacetCount("新闻", 2, 2),
        FacetCount("法规", 2, 1),
        FacetCount(None, 2, 1),
    )
    assert {p.source_kind for p, _ in found.hits} == set(kinds.values())
    for filters, documents in (
        (Filters(kind=("新闻",)), {"b", "c"}),
        (Filters(kind=("法规", None)), {"a", "d"}),
        (Filters(not_kind=("新闻", None)), {"a"}),
    ):
        hits = setup.reader.search(ask("安全", filters=filters)).hits
        assert {p.document_id for p, _ in hits} == documents
    table = setup.reader.cross_tabulate(
        parse_query("安全", ANALYZER), Filters(), "kind", "city", columns=["山西省", None]
    )
    assert (table.rows, table.counts) == (("新闻", "法规", None), ((1, 0), (2, 0), (0, 2)))
    query = Query(text="", match=FacetIs("kind", ("法规",)))
    assert setup.reader.search(EngineRequest(query)).total == 2


def test_a_facet_ignores_its_own_filter(setup: Setup) -> None:
    setup.commit(*corpus())
    facets = setup.reader.search(ask("安全", filters=Filters(year=((2018, 2018),)))).facets
    assert {c.value: c.count for c in facets["year"]} == {2018: 2, 2017: 1, 2009: 1, None: 2}
    assert {c.value: c.count for c in facets["source"]} == {"甲报": 2}


# Titles, headings and captions


def test_labels(setup: Setup) -> None:
    setup.commit(
        document(
            "b", "正文", title="平安建设", heading="一、平安", caption="平安志愿者", year=2018
        ),
        document("c", "平安", title="别的"),
    )
    setup.commit(document("a", "正文", title="平安", year=2017))
    query = parse_query("平安", ANALYZER)
    total, labels = setup.reader.labels(query, Filters(), 3)
    assert total == 4
    assert [(label.document_id, label.kind) for label in labels] == [
        ("a", "title"),
        ("b", "title"),
        ("b", "heading"),
    ]
    assert labels[1].text == "平安建设"
    assert setup.reader.labels(query, Filters(year=((2018, 2018),)), 10)[0] == 3
    assert setup.reader.labels(query, Filters(topic=("没有",)), 10)[0] == 4
    assert setup.reader.labels(parse_query("", ANALYZER), Filters(), 10) == (0, ())
    assert setup.reader.search(EngineRequest(query=query)).total == 1


@pytest.mark.parametrize("sort", ["relevance", "document"])
@pytest.mark.parametrize("by_document", [False, True])
def test_a_plan_is_answered_as_each_of_its_questions_alone(
    setup: Setup, sort: Sort, by_document: bool
) -> None:
    setup.commit(
        document("b", "平安建设", "信访工作", "平安信访", title="平安", heading="平安", year=2018),
        document("a", "平安", "别的", title="信访", year=2017),
    )
    asked = EngineRequest(
        query=parse_query("平安", ANALYZER),
        filters=Filters(year=((2017, 2018),)),
        sort=sort,
        offset=1,
        limit=1,
        named=True,
        by_document=by_document,
    )
    others: tuple[Node, ...] = (
        Literal("信访"),
        And((Literal("平安"), Literal("信访"))),
        Word("没有"),
    )
    answer = setup.reader.answer(Plan(asked, labels=2, counts=others))
    assert answer.found == setup.reader.search(asked)
    assert (answer.labels_total, answer.labels) == setup.reader.labels(
        asked.query, asked.filters, 2
    )
    assert answer.counts == (2, 1, 0)
    bare = setup.reader.answer(Plan(asked))
    assert (bare.labels_total, bare.labels, bare.counts) == (0, (), ())
    several = (asked, asked.counting(parse_query("信访", ANALYZER)), replace(asked, offset=0))
    assert setup.reader.search_all(several) == tuple(map(setup.reader.search, several))
    assert setup.reader.search_all(several)[1].total == 2


# Changes


def test_terms_are_counted_in_what_is_there_now(setup: Setup) -> None:
    setup.commit(document("d1", "矛盾，纠纷", "化解矛盾矛盾 ABC"), document("d2", "纠纷 1+10"))
    setup.commit(document("d3", "矛盾𠀀"))
    setup.commit(delete=("d2",))
    words, pairs = list(setup.reader.terms("words")), dict(setup.reader.terms("pairs"))
    assert words == sorted(words)
    assert dict(words) == {"abc": 1, "化解": 1, "化解矛盾": 1, "矛盾": 3, "纠纷": 1, "𠀀": 1}
    assert {pair: pairs.get(pair) for pair in ("矛盾", "盾矛", "盾𠀀", "1+")} == {
        "矛盾": 3,
        "盾矛": 1,
        "盾𠀀": 1,
        "1+": None,
    }
    assert list(pairs) == sorted(pairs)


def test_titles_come_in_document_order(setup: Setup) -> None:
    setup.commit(document("d2", "一", "二", path="b", title="乙"), document("d1", "一", path="a"))
    setup.commit(document("d3", "三", path="a1", title="丙"), document("d4", "四", title="丁"))
    setup.commit(delete=("d4",))
    assert [tuple(title) for title in setup.reader.titles()] == [("d3", "丙", 1), ("d2", "乙", 2)]


def test_put_replaces_and_delete_removes(setup: Setup) -> None:
    setup.commit(document("a", "旧", "旧事"), document("b", "留"))
    assert setup.reader.search(ask("旧")).total == 2
    setup.commit(document("a", "新"), delete=("没有",))
    assert setup.reader.search(ask("旧")).total == 0
    assert texts(setup, ask("")) == ["新", "留"]
    setup.commit(delete=("a",))
    assert texts(setup, ask("")) == ["留"]
    with pytest.raises(NotFoundError):
        setup.reader.get(passage_id("新", "a"))
    with pytest.raises(NotFoundError):
        setup.reader.document("a")
    assert setup.reader.with_text(passage_id("新", "a")[:20]) == ()
    setup.commit(delete=("b",))
    assert setup.reader.search(ask("")).total == 0
    assert (setup.reader.stats().documents, setup.reader.stats().passages) == (0, 0)


def test_the_last_of_several_changes_counts(setup: Setup) -> None:
    with setup.writer() as writer:
        writer.put(document("a", "一"))
        writer.put(document("a", "二"))
        writer.put(document("b", "三"))
        writer.delete("b")
        writer.delete("c")
        writer.put(document("c", "四"))
        writer.commit({})
        writer.put(document("d", "五"))
        writer.delete("a")
        writer.commit({})
    assert texts(setup, ask("")) == ["四", "五"]


def test_nothing_is_seen_before_commit(setup: Setup) -> None:
    setup.commit(document("a", "甲"))
    with setup.writer() as writer:
        writer.put(document("b", "乙"))
        writer.delete("a")
        assert texts(setup, ask("")) == ["甲"]
    assert texts(setup, ask("")) == ["甲"]
    with setup.writer() as writer:
        writer.put(document("b", "乙"))
        writer.cancel()
        writer.cancel()
    assert texts(setup, ask("")) == ["甲"]


def test_the_manifest_goes_with_the_commit(setup: Setup) -> None:
    with setup.writer() as writer:
        writer.commit({"根": ["seeds"], "files": {"a": None}})
    assert setup.reader.manifest() == {"根": ["seeds"], "files": {"a": None}}
    with setup.writer() as writer:
        writer.commit({"again": 1})
    assert setup.reader.manifest() == {"again": 1}


def test_a_reader_is_one_commit(setup: Setup) -> None:
    """Deleted, replaced and added documents, in one segment or several: it sees none of it."""
    setup.commit(document("a", "安全甲"), document("b", "安全乙"))
    engine = setup.opened()
    with engine.reader() as before:
        for number in range(3):
            setup.commit(document("b", f"安全{number}"), document(f"c{number}", "安全丙"))
        setup.commit(delete=("a",))
        asked = ask("安全")
        assert [p.text for p, _ in before.search(asked).hits] == ["安全甲", "安全乙"]
        assert before.search(asked).total == before.stats().passages == 2
        assert before.document("a").document_id == "a"
        assert [d.document_id for d in before.documents()] == ["a", "b"]
        assert [p.text for p in before.passages_in("b")] == ["安全乙"]
        assert before.manifest() == {}
        assert dict(before.terms("words"))["安全"] == 2
        with pytest.raises(NotFoundError):
            before.document("c0")
    with engine.reader() as after:
        assert after.search(asked).total == 4


def test_what_is_made_of_a_commit_is_made_once(setup: Setup) -> None:
    setup.commit(document("a", "甲"))
    engine, made = setup.opened(), iter(range(9))
    with engine.reader() as one, engine.reader() as other:
        assert one.once("number", lambda: next(made)) == 0
        assert other.once("number", lambda: next(made)) == 0
        assert other.once("another", lambda: next(made)) == 1
    setup.commit(document("b", "乙"))
    with engine.reader() as newer:
        assert newer.once("number", lambda: next(made)) == 2


def test_an_empty_index_answers_everything(setup: Setup) -> None:
    setup.commit()
    found = setup.reader.search(ask("安全"))
    assert (found.total, found.documents, found.hits) == (0, 0, ())
    assert set(found.facets) == {"city", "year", "topic", "source", "kind"}
    assert not any(found.facets.values())
    assert list(setup.reader.passages()) == []
    assert setup.reader.labels(parse_query("安", ANALYZER), Filters(), 5) == (0, ())
    assert setup.reader.stats().passages == 0


def test_close_twice(setup: Setup) -> None:
    setup.commit()
    setup.reader.close()
    setup.reader.close()


# Collapsed by document


def test_collapsing_keeps_the_best_of_each_document_and_every_count(setup: Setup) -> None:
    setup.commit(
        document("a", "巡逻" + "其他事情" * 20, "巡逻巡逻", "没有"),
        document("b", "巡逻", published="2019-01-01"),
    )
    setup.commit(document("c", "巡逻" + "其他" * 9, "巡逻巡逻", "巡逻", path="0"))
    plain = setup.reader.search(ask("巡逻"))
    found = setup.reader.search(ask("巡逻", by_document=True))
    assert plain.further == ()
    assert (found.total, found.documents, found.facets) == (6, 3, plain.facets)
    first: dict[str, str] = {}
    # One that repeats a text is the best of its document all the same.
    for passage, _ in sorted(plain.hits, key=lambda hit: -hit[1]):
        first.setdefault(passage.document_id, passage.passage_id)
    assert [p.passage_id for p, _ in found.hits] == list(first.values())
    assert dict(zip(first, found.further, strict=True)) == {"a": 1, "b": 0, "c": 2}
    by_date = setup.reader.search(ask("巡逻", by_document=True, sort="date"))
    assert [(p.document_id, p.paragraph) for p, _ in by_date.hits] == [("b", 1), ("c", 1), ("a", 1)]
    assert by_date.further == (0, 2, 1)


def test_the_passages_of_a_document_that_a_search_finds(setup: Setup) -> None:
    a = document(
        "a", "甲一", "乙", "甲二", "甲三", topics=(("t",), (), ("t",), ()), path="a", year=2018
    )
    b = document("b", "乙", "甲一", path="b", year=2019)
    setup.commit(a, b)
    setup.commit(document("c", "甲一", "甲二", path="c", year=2018), delete=("b",))
    setup.commit(b)
    reader = setup.reader
    for filters in (
        Filters(),
        Filters(topic=("t",)),
        Filters(year=((2018, 2018),)),
        Filters(not_topic=("t",)),
    ):
        for text in ("甲", "甲一", "-甲", "", "无"):
            asked = ask(text, filters=filters, limit=100)
            hits = [passage for passage, _ in reader.search(asked).hits]
            for of in "abc":
                expected = sorted(p.paragraph for p in hits if p.document_id == of)
                assert list(reader.matching_in(asked.query, filters, of)) == expected
    with pytest.raises(NotFoundError):
        reader.matching_in(ask("甲").query, Filters(), "d")


def test_a_document_is_described_without_its_text(setup: Setup) -> None:
    setup.commit(document("a", "甲", "乙", title="题名", path="a", year=2018))
    whole, described = setup.reader.document("a"), setup.reader.described("a")
    assert replace(described, text=whole.text, paragraphs=whole.paragraphs) == whole
    with pytest.raises(NotFoundError):
        setup.reader.described("b")


def test_the_places_of_a_text_that_an_index_counts(setup: Setup) -> None:
    a = document("a", "哈哈哈，甲", "甲乙", "乙 甲", "㍻十年", path="a", year=2018)
    b = document("b", "甲甲", "乙甲乙甲", path="b", year=2019)
    setup.commit(a, b)
    setup.commit(document("c", "甲，哈哈", "甲 乙", path="c", year=2018), delete=("b",))
    setup.commit(b)
    reader = setup.reader
    for filters in (Filters(), Filters(year=((2018, 2018),)), Filters(not_year=((2019, 2019),))):
        for text in ("甲", '"哈哈"', "甲乙", "甲 -乙", "平成", "成", "甲 OR 乙", "甲*乙", "", "无"):
            query = ask(text).query
            found = reader.search(ask(text, filters=filters, limit=100))
            places = [(p.document_id, occurrences(p.text, query)) for p, _ in found.hits]
            having = [(of, ranges) for of, ranges in places if ranges]
            counted = reader.occurrences(query, filters)
            # Not every engine counts places, and none where several texts may share one.
            assert counted in (
                None,
                Occurrences(
                    sum(len(ranges) for _, ranges in having),
                    len(having),
                    len({of for of, _ in having}),
                    found.total,
                ),
            )
            assert counted is None or query.counted_text


@pytest.mark.parametrize("sort", ["relevance", "date", "document"])
def test_pages_partition_the_hits_by_document(setup: Setup, sort: str) -> None:
    setup.commit(*(document(f"d{n}", *["安全" * (n % 3 + 1), "安全"] * (n % 2)) for n in range(9)))
    setup.commit(*(document(f"e{n}", "安全" * (n % 2 + 1), "安全安全") for n in range(6)))
    whole = setup.reader.search(ask("安全", sort=sort, limit=100, by_document=True))
    assert (whole.documents, len(whole.hits)) == (10, 10)
    for limit in (1, 3, 10):
        pages = [
            setup.reader.search(
                ask("安全", sort=sort, offset=offset, limit=limit, by_document=True)
            )
            for offset in range(0, 12, limit)
        ]
        assert tuple(hit for page in pages for hit in page.hits) == whole.hits
        assert tuple(more for page in pages for more in page.further) == whole.further


# Two facets at once


def test_a_cross_table(setup: Setup) -> None:
    setup.commit(*corpus()[:2])
    setup.commit(*corpus()[2:])
    query = parse_query("安全", ANALYZER)
    table = setup.reader.cross_tabulate(query, Filters(), "city", "year")
    assert (table.row, table.column) == ("city", "year")
    assert table.rows == (
        "山西省",
        "山西省/大同市",
        "湖南省",
        "湖南省/常德市",
        "湖南省/常德市/津市市",
        None,
    )
    assert table.columns == (2018, 2017, 2009, None)
    assert table.counts == (
        (2, 1, 0, 0),
        (2, 0, 0, 0),
        (0, 0, 1, 0),
        (0, 0, 1, 0),
        (0, 0, 1, 0),
        (0, 0, 0, 2),
    )


def test_topics_of_one_passage_meet_in_a_cross_table(setup: Setup) -> None:
    setup.commit(*corpus())
    table = setup.reader.cross_tabulate(parse_query("", ANALYZER), Filters(), "topic", "topic")
    assert table.rows == table.columns == ("信访工作", "未分类", "治安防控")
    assert table.counts == ((3, 0, 1), (0, 3, 0), (1, 0, 2))


def test_a_cross_table_agrees_with_counts_and_with_choosing(setup: Setup) -> None:
    setup.commit(*corpus())
    query = parse_query("安全", ANALYZER)
    filters = Filters(year=((2018, 2018),), topic=("信访工作",))
    table = setup.reader.cross_tabulate(query, filters, "year", "source")
    counts = setup.reader.search(ask("安全", filters=filters)).facets["year"]
    assert [(c.value, c.count) for c in counts] == [
        (row, sum(cells)) for row, cells in zip(table.rows, table.counts, strict=True)
    ]
    for row, cells in zip(table.rows, table.counts, strict=True):
        for column, count in zip(table.columns, cells, strict=True):
            year = None if row is None else (int(row), int(row))
            chosen = Filters(filters.choices, year=(year,), source=(column,))
            assert setup.reader.search(ask("安全", filters=chosen)).total == count
    none = setup.reader.cross_tabulate(parse_query("无此词", ANALYZER), Filters(), "city", "year")
    assert (none.rows, none.columns, none.counts) == ((), (), ())


# Why


def test_an_explanation_adds_up_and_says_what_matched(setup: Setup) -> None:
    setup.commit(
        document("a", "安全管理的网格", title="安全", heading="一、网格"),
        document("b", "网格", "管理不安全"),
    )
    request = ask("安全管理 网格 -信访")
    found = setup.reader.search(request)
    ((passage, score),) = found.hits
    explanation = setup.reader.explain(request.query, passage.passage_id)
    assert explanation.passage_id == passage.passage_id
    assert explanation.matches
    assert explanation.score == pytest.approx(score, rel=setup.precision)
    total = sum(term.share for term in explanation.terms)
    assert total == pytest.approx(score, rel=setup.precision)
    # As it is read: with title and heading, its own four words counting as the twenty of a floor.
    assert {t.term: (t.frequency, t.length) for t in explanation.terms if t.field == "words"} == {
        "安全": (2, 20 + 3),
        "管理": (1, 20 + 3),
        "网格": (2, 20 + 3),
    }
    other = setup.reader.explain(request.query, passage_id("网格", "b"))
    assert not other.matches
    kept, refused = other.match.children
    assert [child.matches for child in kept.children] == [False, True]
    assert kept.children[1].node == Literal("网格")
    assert refused.matches
    assert not refused.children[0].matches


def test_explaining_nothing(setup: Setup) -> None:
    setup.commit(document("a", "甲"))
    everything = setup.reader.explain(parse_query("", ANALYZER), passage_id("甲", "a"))
    assert everything.matches
    assert (everything.score, everything.terms) == (0, ())
    with pytest.raises(NotFoundError):
        setup.reader.explain(parse_query("甲", ANALYZER), passage_id("乙", "a"))


# Time


def test_enough_time_changes_nothing(setup: Setup) -> None:
    setup.commit(*corpus())
    with Budget(1_000_000).in_force():
        found = setup.reader.search(ask("安全"))
    assert not found.partial
    assert found == setup.reader.search(ask("安全"))


NAMING = replace(
    document("d1", "一", "二", "三", "四"),
    city=("山西省", "大同市", None),
)


def naming(*named: tuple[tuple[NamedPlace, ...], tuple[NamedYears, ...]]) -> Document:
    """``NAMING``, its passages naming these places and years."""
    rest = iter(named)
    paragraphs = []
    for paragraph in NAMING.paragraphs:
        places, years = next(rest) if paragraph.role == "body" else ((), ())
        paragraphs.append(replace(paragraph, named_places=places, named_years=years))
    return replace(NAMING, paragraphs=tuple(paragraphs))


GUIPING = NamedPlace(("广西壮族自治区", "贵港市", "桂平市"), ("桂平",))
GUIGANG = NamedPlace(("广西壮族自治区", "贵港市", None), ("贵港市",))
DATONG = NamedPlace(("山西省", "大同市", None), ("大同市",))
LATER = (NamedYears(2016, 2018, "2016—2018年"),)
REPUBLIC = (NamedYears(1937, 1937, "民国二十六年"),)


def test_passages_are_counted_and_filtered_by_the_places_and_years_they_name(setup: Setup) -> None:
    setup.commit(
        naming(((GUIPING, GUIGANG), LATER), ((DATONG,), REPUBLIC), ((GUIGANG,), ()), ((), LATER)),
        document("d2", "五"),
    )
    everything = EngineRequest(query=parse_query("", ANALYZER), named=True)
    found = setup.reader.search(everything).facets
    assert found["place"] == (
        FacetCount("广西壮族自治区", 2, 1),
        FacetCount("广西壮族自治区/贵港市", 2, 1),
        FacetCount("广西壮族自治区/贵港市/桂平市", 1, 1),
        FacetCount("山西省", 1, 1),
        FacetCount("山西省/大同市", 1, 1),
        FacetCount(None, 2, 2),
    )
    assert found["named_year"] == (
        FacetCount(2018, 2, 1),
        FacetCount(2017, 2, 1),
        FacetCount(2016, 2, 1),
        FacetCount(1937, 1, 1),
        FacetCount(None, 2, 2),
    )
    for filters, total, cities in (
        (Filters(place=("广西壮族自治区",)), 2, 2),
        (Filters(place=("广西壮族自治区/贵港市/桂平市", "山西省")), 2, 2),
        (Filters(place=(None,)), 2, 1),
        (Filters(named_year=((1900, 2016),)), 3, 3),
        (Filters(place=("广西壮族自治区",), named_year=((2017, 2017),)), 1, 1),
    ):
        narrowed = setup.reader.search(replace(everything, filters=filters))
        assert narrowed.total == len(narrowed.hits) == total
        # The other facets count what is left, the facet itself what there is to choose from.
        assert {c.value: c.count for c in narrowed.facets["city"]}.get("山西省", 0) == cities
        if not filters.named_year:
            assert narrowed.facets["place"] == found["place"]


def test_what_passages_name_is_counted_only_on_request_and_survives_a_merge(setup: Setup) -> None:
    setup.commit(naming(((GUIPING,), ()), ((), LATER), ((), ()), ((), ())))
    setup.commit(document("d2", "五"))
    setup.commit(document("d3", "六"), delete=("d2",))
    request = EngineRequest(query=parse_query("", ANALYZER))
    assert "place" not in setup.reader.search(request).facets
    found = setup.reader.search(replace(request, named=True)).facets
    assert {c.value: c.count for c in found["place"]} == {
        "广西壮族自治区": 1,
        "广西壮族自治区/贵港市": 1,
        "广西壮族自治区/贵港市/桂平市": 1,
        None: 4,
    }
    setup.commit(delete=("d1",))
    found = setup.reader.search(replace(request, named=True)).facets
    assert found["place"] == found["named_year"] == (FacetCount(None, 1, 1),)


# What is left out


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(not_city=("山西省",)), {"c", "d"}),
        (Filters(not_city=(None,)), {"a", "b", "c"}),
        (Filters(not_year=((2009, 2017),)), {"a", "d"}),
        (Filters(not_year=(None,)), {"a", "b", "c"}),
        (Filters(not_source=("乙报", None)), {"a"}),
        (Filters(city=("山西省",), not_city=("山西省/大同市",)), {"b"}),
        (Filters(not_city=("没有",)), {"a", "b", "c", "d"}),
    ],
)
def test_what_is_left_out_is_not_found(setup: Setup, filters: Filters, expected: set[str]) -> None:
    setup.commit(*corpus())
    found = setup.reader.search(ask("安全", filters=filters, limit=50))
    assert {p.document_id for p, _ in found.hits} == expected


def test_a_passage_goes_with_any_of_its_topics(setup: Setup) -> None:
    both = document("d1", "甲", "乙", topics=(("信访工作", "治安防控"), ("治安防控",)))
    setup.commit(both)
    found = setup.reader.search(ask("", filters=Filters(not_topic=("信访工作",))))
    assert [p.text for p, _ in found.hits] == ["乙"]
    # Without the exclusion one passage comes back; the other topic has what is still there.
    assert found.facets["topic"] == (
        FacetCount("信访工作", 1, 1),
        FacetCount("治安防控", 1, 1),
    )


def test_a_count_of_what_is_left_out_is_what_would_come_back(setup: Setup) -> None:
    setup.commit(*corpus())
    left_out = Filters(not_city=("山西省/大同市",), not_topic=("治安防控",))
    now = setup.reader.search(ask("安全", filters=left_out))
    counts = {c.value: c.count for c in now.facets["city"]}
    back = setup.reader.search(ask("安全", filters=Filters(left_out.choices, not_city=())))
    assert counts["山西省/大同市"] == back.total - now.total
    for value, count in counts.items():
        if value != "山西省/大同市":
            chosen = Filters(left_out.choices, city=(value,))
            assert setup.reader.search(ask("安全", filters=chosen)).total == count


def test_what_passages_name_can_be_left_out_and_tabulated(setup: Setup) -> None:
    guigang = ("广西壮族自治区", "贵港市", None)
    named = document("d1", "甲", "乙", "丙", year=2020)
    paragraphs = list(named.paragraphs)
    paragraphs[0] = replace(paragraphs[0], named_places=(NamedPlace(guigang, ("贵港",)),))
    paragraphs[1] = replace(paragraphs[1], named_years=(NamedYears(2016, 2017, "2016—2017年"),))
    setup.commit(replace(named, paragraphs=tuple(paragraphs)))
    out = Filters(not_place=("广西壮族自治区",), not_named_year=((2017, 2017),))
    found = setup.reader.search(ask("", filters=out, named=True))
    assert [p.text for p, _ in found.hits] == ["丙"]
    assert found.facets["named_year"] == (FacetCount(2017, 1, 1), FacetCount(None, 1, 1))
    query = parse_query("", ANALYZER)
    table = setup.reader.cross_tabulate(query, Filters(), "place", "named_year", rows=(None,))
    assert table.rows == (None,)
    assert dict(zip(table.columns, table.counts[0], strict=True)) == {2017: 1, 2016: 1, None: 1}
    documents = setup.reader.cross_tabulate(query, Filters(), "year", "place", unit="documents")
    assert documents.counts == ((1, 1, 1),)


@pytest.mark.parametrize("length", [1, 2, 12, 60])
def test_a_text_is_found_in_every_mixture_of_its_writings(setup: Setup, length: int) -> None:
    writings = tuple(chr(0x4E00 + 2 * at) + chr(0x4E01 + 2 * at) for at in range(length))
    mixed = "".join(same[at % 2] for at, same in enumerate(writings))
    setup.commit(
        document("d1", f"前{mixed}后"),
        document("d2", f"{mixed[:-1]}戊"),
        document("d3", f"{mixed[: length // 2]}，戊{mixed[length // 2 + 1 :]}"),
    )
    found = setup.reader.search(EngineRequest(Query("", Alike(writings))))
    assert [passage.document_id for passage, _ in found.hits] == ["d1"]
    assert found.total == 1


def test_characters_that_nothing_has_are_known_or_asked_for(setup: Setup) -> None:
    setup.commit(document("d1", "矛盾，纠纷"), document("d2", "Abc 𠀀"))
    for some in ("盾", "网盾", "b", "𠀀"):
        assert setup.reader.may_have(some)
    # What is nowhere may be what an engine does not know without asking.
    assert setup.reader.may_have("網學") is setup.must_ask


def test_labels_go_with_their_document(setup: Setup) -> None:
    setup.commit(
        document("d1", "甲", title="安全一", year=2018, path="1"),
        document("d2", "乙", title="安全二", year=2017, path="2"),
    )
    query = parse_query("安全", ANALYZER)
    _, labels = setup.reader.labels(query, Filters(not_year=((2018, 2018),)), 10)
    assert [label.text for label in labels] == ["安全二"]
    # Titles have no topics, so an exclusion of one says nothing of them.
    assert setup.reader.labels(query, Filters(not_topic=("未分类",)), 10)[0] == 2
