"""What the value of a field means in a collection, and what is said about it."""

from __future__ import annotations

import pytest

from generated import document_of
from naive_engine import NaiveStore
from search.searching.index import Index


@pytest.fixture
def index() -> Index:
    store = NaiveStore()
    with store.writer() as writer:
        for number, (city, source, year) in enumerate(
            [
                (("江苏省", "南京市", "鼓楼区"), "南京日报", 2017),
                (("福建省", "福州市", "鼓楼区"), "福州日报", 2018),
                (("广西壮族自治区", "贵港市", None), None, None),
            ]
        ):
            writer.put(
                document_of(f"d{number}", f"甲 {number}", city=city, source=source, year=year)
            )
        writer.commit({})
    return Index(store.engine())


@pytest.mark.parametrize(
    ("query", "total", "codes", "said"),
    [
        ("city:贵港", 1, [], ""),
        ("city:贵港市", 1, [], ""),
        ("city:江苏省/南京市", 1, [], ""),
        ("city:鼓楼区", 2, ["value-ambiguous"], "江苏省/南京市/鼓楼区"),
        ("city:大同", 0, ["value-unknown"], "大同"),
        ("city:没有这里", 0, ["value-unknown"], "没有这里"),
        ("来源:南京日报", 1, [], ""),
        ("来源:南京", 1, ["value-understood"], "南京日报"),
        ("来源:日报", 2, ["value-ambiguous"], "福州日报"),
        ("来源:晚报", 0, ["value-unknown"], "南京日报"),
        ("来源:未知", 1, [], ""),
        ("year:2017..", 2, [], ""),
        ("year:1999", 0, ["value-unknown"], "1999"),
        ("year:~unknown", 1, [], ""),
        ("topic:信访", 0, ["value-unknown"], "信访"),
        ("甲 -city:鼓楼区", 1, ["value-ambiguous"], ""),
        ("来源:南京日报、福州日报", 2, [], ""),
        ("来源:“南京日报”、“福州日报” 甲", 2, [], ""),
        ("来源:南京日报、晚报", 1, ["value-unknown"], "晚报"),
        ("city:贵港、福州 -来源:福州日报、南京日报", 1, [], ""),
        ("年份:２０１７、2018", 2, [], ""),
    ],
)
def test_a_value_is_understood_or_matches_nothing_and_that_is_said(
    index: Index, query: str, total: int, codes: list[str], said: str
) -> None:
    results = index.search(query)
    assert results.total == total
    assert [notice.code for notice in results.notices] == codes
    assert said in "".join(notice.said("zh") for notice in results.notices)
