"""Any text means something, soon, in a tree of bounded size."""

from __future__ import annotations

import random

from hypothesis import example, given
from hypothesis import strategies as st

from fuzzed_queries import check_address, check_query, fuzzed
from generated import WORDS, document_of
from naive_engine import matches, unit_of
from search.analysis.equivalence import (
    KINDS,
    NO_EQUIVALENCES,
    Equivalences,
    Synonyms,
    conversions,
    everyday_words,
    in_simplified,
)
from search.analysis.text import fold
from search.analysis.words import Analyzer
from search.documents.document import passages_of
from search.facets.gazetteer import Gazetteer
from search.query.nodes import Node
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


def test_a_sample_of_hostile_addresses() -> None:
    chance = random.Random(0)
    problems = [check_address(text, chance) for text in fuzzed(2_000, seed=0)]
    assert set(problems) == {None}


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


TYPED = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(
            [
                "城市",
                "养犬",
                "登记",
                "網格",
                "環境保護",
                "环境",
                "饲养犬只",
                "打工",
                "公司赔",
                "怎么",
                "？",
                "，",
                " ",
                "1",
                "qq",
            ]
        ),
    ),
    min_size=1,
    max_size=5,
).map("".join)
WRITINGS = st.sets(st.sampled_from(KINDS)).map(lambda kinds: Equivalences.of(kinds, Synonyms()))


def found(match: Node, *texts: str) -> list[bool]:
    """Of which texts a tree is true."""
    passages = passages_of(document_of("d", *texts))
    return [matches(match, unit_of(passage, ANALYZER)) for passage in passages]


@example(typed="养犬", texts=["饲养犬只"], also=NO_EQUIVALENCES)
@given(typed=TYPED, texts=st.lists(TYPED, min_size=1, max_size=8), also=WRITINGS)
def test_any_word_finds_what_all_words_find(
    typed: str, texts: list[str], also: Equivalences
) -> None:
    every = parse_query(typed, ANALYZER, equivalences=also)
    some = parse_query(typed, ANALYZER, any_term=True, equivalences=also)
    pairs = zip(found(every.match, *texts), found(some.match, *texts), strict=True)
    assert all(any_ or not all_ for all_, any_ in pairs)


@given(items=st.lists(WORDS, min_size=2, max_size=4, unique=True), also=WRITINGS)
def test_any_word_of_single_words_is_or(items: list[str], also: Equivalences) -> None:
    text = "".join(items)
    texts = [*items, text, text[1:], "无法", "城市", "公安全部"]
    some = parse_query(" ".join(items), ANALYZER, any_term=True, equivalences=also)
    either = parse_query(" OR ".join(items), ANALYZER, equivalences=also)
    assert found(some.match, *texts) == found(either.match, *texts)


_WRITTEN = ("其它", "账", "身份", "·", "十万", "2018年", "格网", "恩施州")
_LISTED = st.sampled_from([*everyday_words().others, *Gazetteer.load().names, *_WRITTEN])
_LISTS = Synonyms.parse("网格 = 格网\n城管 -> 城市管理", "synonyms.txt")
_BUT_SCRIPT = Equivalences.of([kind for kind in KINDS if kind != "script"], _LISTS)


@given(st.lists(st.one_of(_LISTED, TYPED, st.sampled_from(' "一年')), max_size=4).map("".join))
def test_what_has_another_writing_may_have_one(text: str) -> None:
    query = parse_query(text, ANALYZER, equivalences=_BUT_SCRIPT)
    has_others = query.equivalents or query.match != parse_query(text, ANALYZER).match
    assert _BUT_SCRIPT.may_apply(fold(query.text)) or not has_others


def test_most_texts_have_no_other_writing() -> None:
    assert not any(map(_BUT_SCRIPT.may_apply, ("物业管理", "网络安全法", "环境保护")))


SIMPLIFIED = TYPED.filter(lambda text: in_simplified(text) == text)
SCRIPT = Equivalences.of(["script"], Synonyms())


@given(typed=TYPED, texts=st.lists(TYPED, min_size=1, max_size=8), also=WRITINGS)
def test_other_writings_only_add(typed: str, texts: list[str], also: Equivalences) -> None:
    plain = parse_query(typed, ANALYZER)
    wide = parse_query(typed, ANALYZER, equivalences=also)
    pairs = zip(found(plain.match, *texts), found(wide.match, *texts), strict=True)
    assert all(other or not one for one, other in pairs)


@example(typed="养犬登记", texts=["饲养犬只登记"])
@given(typed=SIMPLIFIED, texts=st.lists(SIMPLIFIED, min_size=1, max_size=8))
def test_the_other_script_adds_only_what_holds_it(typed: str, texts: list[str]) -> None:
    plain = parse_query(typed, ANALYZER)
    for text in (typed, *conversions(typed)):
        both = parse_query(text, ANALYZER, equivalences=SCRIPT)
        assert found(both.match, *texts) == found(plain.match, *texts)
