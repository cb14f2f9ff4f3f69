"""Words of a collection that the dictionary lacks."""

from __future__ import annotations

import random

from search.analysis.words import Analyzer
from search.searching.vocabulary import find_new_words

ANALYZER = Analyzer()


def texts(word: str, times: int = 60) -> list[str]:
    """A made-up word in many surroundings, between common words that the dictionary knows."""
    rng = random.Random(3)
    before = ["设立", "建设", "检查", "清理", "管理", "批准", "登记", "拆除", "使用", "维护"]
    after = ["设施", "工作", "单位", "制度", "标准", "项目", "人员", "计划", "区域", "方案"]
    lines = [f"{rng.choice(before)}{word}{rng.choice(after)}。" for _ in range(times)]
    return lines + [f"{rng.choice(before)}{rng.choice(after)}工程。" for _ in range(10 * times)]


def test_a_word_that_holds_together_is_found_with_its_count_and_an_example() -> None:
    (found,) = find_new_words(texts("霱坬柈"), ANALYZER)
    assert (found.word, found.count) == ("霱坬柈", 60)
    assert "霱坬柈" in found.example
    assert "\n" not in found.example


def test_a_word_of_the_dictionary_is_not_new() -> None:
    assert find_new_words(texts("霱坬柈"), Analyzer(["霱坬柈"])) == ()
    assert find_new_words(texts("葡萄"), ANALYZER) == ()


def test_how_often_a_word_must_occur() -> None:
    assert find_new_words(texts("霱坬柈", 9), ANALYZER) == ()
    assert [w.count for w in find_new_words(texts("霱坬柈", 9), ANALYZER, fewest=9)] == [9]


def test_nothing_in_nothing() -> None:
    assert find_new_words([], ANALYZER) == ()
    assert find_new_words(["", "abc 1+10+N", "\x00\ud800"], ANALYZER) == ()
