"""Marked ranges and cut passages, case by case."""

from __future__ import annotations

import pytest

from search.analysis.words import Analyzer
from search.query.nodes import Query
from search.query.parser import parse_query
from search.searching.snippets import Snippet, highlight, marked, snippet


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer()


def strings(text: str, query: str, analyzer: Analyzer, *, any_term: bool = False) -> list[str]:
    """What a query marks in a text."""
    parsed = parse_query(query, analyzer, any_term=any_term)
    return [text[a:b] for a, b in highlight(text, parsed, analyzer)]


def test_a_phrase_is_marked_wherever_it_occurs(analyzer: Analyzer) -> None:
    assert strings("维稳基石工程与“维稳基石工程”", "维稳基石工程", analyzer) == [
        "维稳基石工程",
        "维稳基石工程",
    ]


def test_words_are_marked_where_the_item_does_not_occur_literally(analyzer: Analyzer) -> None:
    assert strings("网格的管理与安全", "网格管理", analyzer) == ["网格", "管理"]


def test_a_word_is_not_marked_across_two_other_words(analyzer: Analyzer) -> None:
    query = Query(text="", match=parse_query("", analyzer).match, highlighted_words=("学会",))
    assert highlight("大学会议室", query, analyzer) == ()
    assert highlight("学会会议室", query, analyzer) == ((0, 2),)


def test_a_literal_is_marked_even_inside_another_word(analyzer: Analyzer) -> None:
    assert strings("马克思主义", "马克", analyzer) == ["马克"]


def test_overlapping_tokens_give_one_range(analyzer: Analyzer) -> None:
    terms = ("安全感", "安全", "满意度", "满意")
    query = Query(text="", match=parse_query("", analyzer).match, highlighted_words=terms)
    assert highlight("群众安全感满意度", query, analyzer) == ((2, 8),)


def test_overlapping_occurrences_give_one_range(analyzer: Analyzer) -> None:
    assert strings("aaaa b", '"aaa"', analyzer) == ["aaaa"]


def test_touching_ranges_are_merged(analyzer: Analyzer) -> None:
    assert strings("平安建设", '"平安" "建设"', analyzer) == ["平安建设"]


def test_pasted_full_width_text_is_marked_in_the_original(analyzer: Analyzer) -> None:
    text = "覆盖比例80.38%,形成1+10+N方案"
    assert strings(text, "８０.３８％", analyzer) == ["80.38%"]
    assert strings(text, "1+10+n", analyzer) == ["1+10+N"]
    assert strings(text, '"80.38%，形成"', analyzer) == ["80.38%,形成"]


def test_a_line_break_inside_a_phrase_is_inside_its_range(analyzer: Analyzer) -> None:
    assert strings("平安\n  建设", '"平安建设"', analyzer) == ["平安\n  建设"]


def test_both_texts_that_are_near_each_other_are_marked(analyzer: Analyzer) -> None:
    assert strings("化解了许多矛盾", '"矛盾 化解"~5', analyzer) == ["化解", "矛盾"]


def test_excluded_items_are_not_marked(analyzer: Analyzer) -> None:
    assert strings("平安大同、法治大同", "大同 -平安", analyzer) == ["大同", "大同"]


def test_the_empty_query_marks_nothing(analyzer: Analyzer) -> None:
    assert strings("平安大同", "", analyzer) == []


def test_nothing_is_segmented_without_words_to_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    analyzer = Analyzer()
    query = parse_query('"平安"', analyzer)

    def refuse(self: Analyzer, text: str) -> list[object]:
        raise AssertionError("segmented in vain")

    monkeypatch.setattr(Analyzer, "tokens", refuse)
    assert highlight("平安大同", query, analyzer) == ((0, 2),)


def test_pieces_alternate_and_none_is_empty() -> None:
    assert list(marked("平安大同", ((0, 2),))) == [("平安", True), ("大同", False)]
    assert list(marked("平安大同", ((1, 2), (3, 4)))) == [
        ("平", False),
        ("安", True),
        ("大", False),
        ("同", True),
    ]
    assert list(marked("平安", ())) == [("平安", False)]
    assert list(marked("", ())) == []


def test_markup_in_a_text_stays_text() -> None:
    assert next(iter(marked("<b>平安</b>", ((3, 5),)))) == ("<b>", False)


def test_a_short_passage_is_shown_whole() -> None:
    assert snippet("平安大同。", ((0, 2),), 10) == Snippet("平安大同。", ((0, 2),))


def test_a_long_passage_is_cut_at_sentences() -> None:
    text = "第一句说天气。第二句说道路;第三句说平安!第四句说其他？第五句结束……"
    at = text.index("平安")
    cut = snippet(text, ((at, at + 2),), 16)
    assert cut.text == "第三句说平安!第四句说其他？"
    assert [cut.text[a:b] for a, b in cut.highlights] == ["平安"]
    assert cut.cut_before
    assert cut.cut_after
    assert text[cut.start :].startswith(cut.text)


def test_closing_quotes_stay_with_their_sentence() -> None:
    text = "他说：“好。”然后就走了。" + "以后再没有人提起过这件事情。" * 3
    assert snippet(text, (), 10).text == "他说：“好。”"


def test_the_window_with_more_different_words_wins() -> None:
    text = "平安平安平安。其他的话若干。网格与平安。"
    spans = [(i, i + 2) for i in range(len(text)) if text[i : i + 2] in ("平安", "网格")]
    assert snippet(text, spans, 8).text == "网格与平安。"


def test_the_beginning_is_shown_where_nothing_is_marked() -> None:
    text = "第一句话。第二句话。第三句话。"
    cut = snippet(text, (), 10)
    assert (cut.text, cut.cut_before, cut.cut_after) == ("第一句话。第二句话。", False, True)


def test_a_sentence_that_is_too_long_is_cut_at_clauses() -> None:
    text = "甲甲甲甲甲，乙乙乙乙乙，平安丙丙丙，丁丁丁丁丁"
    cut = snippet(text, ((12, 14),), 8)
    assert cut.text == "平安丙丙丙，"


def test_a_text_without_punctuation_is_cut_without_tearing_a_highlight() -> None:
    text = "字" * 19 + "平安建设" + "字" * 30
    cut = snippet(text, ((19, 23),), 20)
    assert "平安建设" in cut.text
    assert len(cut.text) <= 20


def test_a_highlight_longer_than_the_window_is_cut() -> None:
    cut = snippet("平" * 50, ((0, 50),), 10)
    assert cut == Snippet("平" * 10, ((0, 10),), 0, cut_before=False, cut_after=True)


def test_a_snippet_has_pieces_of_its_own() -> None:
    assert list(Snippet("平安", ((0, 1),)).pieces()) == [("平", True), ("安", False)]


def test_a_window_of_no_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="from 1"):
        snippet("平安", (), 0)
