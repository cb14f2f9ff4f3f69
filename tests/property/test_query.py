"""Any text means something, soon, in a tree of bounded size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fuzzed_queries import check_query, fuzzed
from search.analysis.words import Analyzer
from search.query.parser import parse_query

ANALYZER = Analyzer()


def test_a_sample_of_hostile_texts() -> None:
    ANALYZER.words("先读词典")
    problems = [
        (text[:80], problem)
        for place, text in enumerate(fuzzed(2_000, seed=0))
        if (problem := check_query(text, ANALYZER, any_term=place % 4 == 0))
    ]
    assert problems == []


def test_words_that_only_ask_take_time_by_their_number() -> None:
    assert check_query("{\t的" * 2_000, ANALYZER) is None


@given(st.text(max_size=60), st.booleans())
def test_any_text_is_a_query(text: str, any_term: bool) -> None:
    assert check_query(text, ANALYZER, any_term=any_term) is None


@given(st.text(alphabet="甲乙 ab1", max_size=30))
def test_a_quoted_text_is_searched_as_it_is(text: str) -> None:
    query = parse_query(f'"{text}"', ANALYZER)
    assert query.notices == ()
    assert query.match == parse_query(f"“{text}”", ANALYZER).match
