"""Which corrections are offered, and when none is."""

from __future__ import annotations

from collections import Counter

import pytest

from search.analysis.words import Analyzer
from search.facets.gazetteer import Gazetteer
from search.searching.suggest.corrections import FINDS_LITTLE, Spelling, correct, slips

ANALYZER = Analyzer()
TEXTS = [
    *["排查化解各类矛盾纠纷"] * 60,
    *["坚持和发展枫桥经验"] * 50,
    *["固定资产投资项目审批"] * 40,
    *["今年的安全生产责任制"] * 40,
    *["第二十四条部门物业管理规定"] * 40,
    *["依据刑法的公司法处罚"] * 40,
    *["主体环保达标，百分之五以上"] * 40,
    "原文误作矛盾纠分",
]
PAIRS = Counter(pair for text in TEXTS for pair in {text[i : i + 2] for i in range(len(text) - 1)})


def count(text: str) -> int:
    return sum(text in passage for passage in TEXTS)


def offered(query: str) -> list[str]:
    spelling = Spelling(sorted(PAIRS.items()))
    total = count(query)
    proposals = slips(query, total, lambda: spelling, ANALYZER, Gazetteer.load())
    found = [count(proposal.text) for proposal in proposals]
    runs = [count(proposal.run) for proposal in proposals]
    return [c.text for c in correct(proposals, total, found, runs)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("风桥", "枫桥"),
        ("矛盾纠芬", "矛盾纠纷"),
        ("矛盾纷纠", "矛盾纠纷"),
        ("固定资产头资", "固定资产投资"),
        ("固定资亩投资", "固定资产投资"),
        ("固定产投资", "固定资产投资"),
        ("固定资资产投资", "固定资产投资"),
        ("安全升产", "安全生产"),
    ],
)
def test_one_slip_is_put_right(typed: str, meant: str) -> None:
    assert offered(typed)[:1] == [meant]


def test_a_misprint_in_a_source_is_found_and_the_common_text_offered() -> None:
    assert count("矛盾纠分") == 1 <= FINDS_LITTLE
    assert offered("矛盾纠分") == ["矛盾纠纷"]


@pytest.mark.parametrize(
    "query", ["矛盾纠纷", "枫桥经验", "网格", "范廷颂", "", "abc", "风", "1+10"]
)
def test_nothing_is_offered_for_what_is_right_or_unknown(query: str) -> None:
    assert offered(query) == []


@pytest.mark.parametrize(
    "query", ["二十大", "第三十四条", "厦门物业管理", "新公司法", "主题:环保达标", "主体：环保达标"]
)
def test_numbers_places_and_fields_are_no_slips(query: str) -> None:
    assert offered(query) == []


def test_a_number_may_have_been_meant() -> None:
    assert offered("第二十四条部门物叶管理") == ["第二十四条部门物业管理"]
    assert offered("百分之舞以上") == ["百分之五以上"]


def test_only_the_run_with_the_slip_changes() -> None:
    spelling = Spelling(sorted(PAIRS.items()))
    texts = [p.text for p in spelling.propose('"风桥" 项目 -安全升产')]
    assert '"枫桥" 项目 -安全升产' in texts
    assert not any("安全生产" in text for text in texts)


def test_nothing_is_read_where_enough_was_found() -> None:
    def never() -> Spelling:
        raise AssertionError

    assert slips("矛盾", FINDS_LITTLE + 1, never, ANALYZER, Gazetteer.load()) == ()


def test_an_empty_collection_proposes_nothing() -> None:
    assert Spelling([]).propose("矛盾纠分") == ()
