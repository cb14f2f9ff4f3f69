"""An opened index: places by name, pages past the end, ids whose document is gone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from naive_engine import NaiveStore
from search.documents.document import Document, Paragraph, Place, passage_id, sha256_hex
from search.errors import FilterError, NotFoundError, QueryError, UsageError
from search.query.request import SearchRequest
from search.searching.index import Index
from search.searching.results import Notices, Readings


def document(name: str, place: Place, *texts: str) -> Document:
    text = "\n".join(texts)
    starts = [sum(len(t) + 1 for t in texts[:i]) for i in range(len(texts))]
    return Document(
        document_id=sha256_hex(name)[:16],
        paths=(f"{name}.txt",),
        text=text,
        paragraphs=tuple(
            Paragraph(start, start + len(t), "body", "body", "", number)
            for number, (start, t) in enumerate(zip(starts, texts, strict=True), start=1)
        ),
        sha256=sha256_hex(text),
        title=name,
        city=place,
        year=2020,
    )


@pytest.fixture
def index() -> Index:
    store = NaiveStore()
    with store.writer() as writer:
        writer.put(document("甲", ("广西壮族自治区", "贵港市", None), "网格一", "网格二", "网格三"))
        writer.put(document("乙", ("江苏省", "南京市", "鼓楼区"), "网格四"))
        writer.put(document("丙", ("北京市", "北京市", "朝阳区"), "网格五"))
        writer.put(document("丁", (None, None, None), "网格六"))
        writer.commit({})
    return Index(store.engine())


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("广西壮族自治区/贵港市", 3),
        ("贵港", 3),
        ("广西", 3),
        ("鼓楼区", 1),
        ("北京", 1),
        ("北京市", 1),
        ("朝阳", 1),
        ("~unknown", 1),
    ],
)
def test_a_place_may_be_written_short_where_the_collection_has_one(
    index: Index, name: str, total: int
) -> None:
    assert index.search(city=name).total == total


def test_a_place_that_may_be_several_lists_them(index: Index) -> None:
    with pytest.raises(FilterError, match="吉林省/吉林市") as raised:
        index.search(city="吉林")
    assert "写全路径" in raised.value.sentence.said("zh")


def test_a_place_without_documents_finds_nothing_and_says_so(index: Index) -> None:
    results = index.search(city="桂平")
    assert results.total == 0
    assert [n.code for n in results.notices] == ["place-unknown"]


def test_a_page_past_the_end_is_the_last_with_a_notice(index: Index) -> None:
    results = index.search("网格", limit=4, page=9)
    assert (results.page, results.pages, len(results.hits)) == (2, 2, 2)
    assert [n.code for n in results.notices] == ["page-past-end"]


def test_a_page_below_one_is_refused(index: Index) -> None:
    with pytest.raises(UsageError):
        index.search(page=0)


def test_too_long_a_query_and_too_many_choices_are_refused(index: Index) -> None:
    with pytest.raises(QueryError, match="shorten"):
        index.search("网" * 10_001)
    with pytest.raises(FilterError, match="at most 50"):
        index.run(SearchRequest(year=tuple(str(year) for year in range(1900, 1960))))


def test_a_bad_year_is_refused_with_the_way_to_write_it(index: Index) -> None:
    with pytest.raises(FilterError, match=r"2017\.\.2021"):
        index.search(year="二〇一七")


def test_an_id_of_a_text_now_in_another_document_leads_there(index: Index) -> None:
    old = passage_id("网格四", "f" * 16)
    assert [p.title for p in index.resolve(old)] == ["乙"]
    with pytest.raises(NotFoundError):
        index.resolve(passage_id("没有这段", "f" * 16))
    with pytest.raises(NotFoundError):
        index.resolve("")


def test_neighbours_are_those_of_the_document(index: Index) -> None:
    first, second, third = index.passages_in(sha256_hex("甲")[:16])
    assert index.neighbours(second) == ((first,), (third,))
    assert index.neighbours(first, before=2, after=5) == ((), (second, third))


def test_readings_of_two_searches_do_not_wait_for_each_other(index: Index) -> None:
    both_read = threading.Barrier(2, timeout=10)

    def read(said: Notices) -> tuple[Readings, Notices]:
        both_read.wait()
        return Readings(), said

    searched = [replace(index.search(text), read_otherwise=read) for text in ("甲", "乙")]
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda results: results.readings, searched))
    assert found == [Readings(), Readings()]
